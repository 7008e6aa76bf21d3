//! Forms: how one that is drawn would stand, and what the widgets of one show of a record. Those that people get are in the catalog.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::forms::{self, Asked};
use engine::schemas::{Body, Form, check};
use engine::{Context, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::extract::{Json, Signed, list};
use crate::problem::{Failure, malformed};
use crate::records::json_text;
use crate::wire::forms as wire;
use crate::wire::meta::problems;

/// What is asked of the widgets of a form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    record: Uuid,
    widgets: Option<Vec<String>>,
}

/// A form that is drawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempt {
    document: Value,
    roles: Option<Vec<String>>,
}

/// What is asked of the widgets of a form that is drawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttemptedData {
    document: Value,
    record: Uuid,
    widgets: Option<Vec<String>>,
}

/// `POST /forms/{name}/data`.
pub(crate) async fn data(
    Signed { ctx, .. }: Signed,
    Path(name): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Response, Failure> {
    let asked = Asked { record: wanted.record, widgets: wanted.widgets };
    let data = forms::data(&ctx, &name, &asked).await?;
    Ok(json_text(StatusCode::OK, wire::data(&ctx, &data)))
}

/// `POST /forms/attempt`: the document of a form, and the roles for whose people it is looked at.
pub(crate) async fn attempt(Signed { ctx, .. }: Signed, Json(wanted): Json<Attempt>) -> Result<Response, Failure> {
    let form = checked(&ctx, &wanted.document).await?;
    let found = forms::attempt(&ctx, &form, wanted.roles.as_deref()).await?;
    let definition = wire::definition(&found.ctx, &found.known);
    Ok(axum::Json(json!({"form": definition, "warnings": problems(&ctx, &found.warnings)})).into_response())
}

/// `POST /forms/attempt/data`: the document of a form, and what is asked of its widgets.
pub(crate) async fn attempt_data(
    Signed { ctx, .. }: Signed,
    Json(wanted): Json<AttemptedData>,
) -> Result<Response, Failure> {
    let form = checked(&ctx, &wanted.document).await?;
    let asked = Asked { record: wanted.record, widgets: wanted.widgets };
    let data = forms::attempt_data(&ctx, &form, &asked).await?;
    Ok(json_text(StatusCode::OK, wire::data(&ctx, &data)))
}

/// Reads a form; with what is wrong in it goes what is wrong beside other documents in what can be read.
async fn checked(ctx: &Context, document: &Value) -> Result<Form, Failure> {
    let checked = match check::value(document) {
        Ok(checked) => checked,
        Err(mut mistakes) => {
            let part = check::part(document, &mistakes).map(|part| part.document.body);
            mistakes.iter_mut().for_each(|one| one.place.pointer.insert_str(0, "/document"));
            if let Some(Body::Form(form)) = part {
                mistakes.extend(forms::mistakes(ctx, &form).await?);
            }
            return Err(Error::Invalid(mistakes).into());
        }
    };
    match checked.body {
        Body::Form(form) => Ok(form),
        _ => Err(malformed(list::wrong("/document", "a form", checked.kind.as_str()))),
    }
}
