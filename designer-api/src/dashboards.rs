//! Dashboards: which there are, what is on them, and what it shows.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::dashboards::{self, Asked};
use engine::diagnostic::Diagnostic;
use engine::schemas::{Body, check};
use engine::{Context, Error};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::extract::{Json, Signed, list};
use crate::problem::{Failure, malformed};
use crate::records::json_text;
use crate::wire::dashboards as wire;

/// What is asked of a dashboard.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    filters: Option<Map<String, Value>>,
    widgets: Option<Vec<String>>,
}

/// What is asked of a dashboard that is drawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempt {
    document: Value,
    filters: Option<Map<String, Value>>,
    widgets: Option<Vec<String>>,
}

/// `GET /dashboards`.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let items: Vec<Value> = dashboards::known(&ctx).iter().map(|known| wire::listed(&ctx, known)).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `GET /dashboards/{name}`.
pub(crate) async fn get(Signed { ctx, .. }: Signed, Path(name): Path<String>) -> Result<Response, Failure> {
    Ok(axum::Json(wire::definition(&ctx, &dashboards::find(&ctx, &name)?)).into_response())
}

/// `POST /dashboards/{name}/data`.
pub(crate) async fn data(
    Signed { ctx, .. }: Signed,
    Path(name): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Response, Failure> {
    let asked = Asked { filters: wanted.filters.unwrap_or_default(), widgets: wanted.widgets };
    let data = dashboards::data(&ctx, &name, &asked).await?;
    Ok(json_text(StatusCode::OK, wire::data(&ctx, &data)))
}

/// `POST /dashboards/attempt`: the document of a dashboard, and what is asked of it.
pub(crate) async fn attempt(Signed { ctx, .. }: Signed, Json(wanted): Json<Attempt>) -> Result<Response, Failure> {
    let (known, data) = attempted(&ctx, wanted).await?;
    let (definition, data) = (wire::definition(&ctx, &known), wire::data(&ctx, &data));
    Ok(json_text(StatusCode::OK, format!(r#"{{"definition":{definition},"data":{data}}}"#)))
}

async fn attempted(ctx: &Context, wanted: Attempt) -> Result<(dashboards::Known, dashboards::Data), Failure> {
    let at = |mut mistakes: Vec<Diagnostic>| {
        mistakes.iter_mut().for_each(|one| one.place.pointer.insert_str(0, "/document"));
        Failure::from(Error::Invalid(mistakes))
    };
    let checked = check::value(&wanted.document).map_err(at)?;
    let Body::Dashboard(dashboard) = checked.body else {
        return Err(malformed(list::wrong("/document", "a dashboard", checked.kind.as_str())));
    };
    let asked = Asked { filters: wanted.filters.unwrap_or_default(), widgets: wanted.widgets };
    Ok(dashboards::attempt(ctx, &dashboard, &asked).await?)
}
