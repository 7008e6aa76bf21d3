//! Trying a measure while it is drawn.

use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::schemas::{Body, check};
use engine::{Error, measures};
use serde_json::{Map, Value};

use crate::extract::{Json, Signed, list};
use crate::problem::{Failure, malformed};
use crate::wire::measures as wire;

/// `POST /meta/measures/try`: the document of a measure, and what is asked of it.
pub(crate) async fn attempt(
    Signed { ctx, .. }: Signed,
    Json(mut body): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let document = body.shift_remove("document").unwrap_or_default();
    let asked = measures::asked::one(String::new(), Value::Object(body)).map_err(Error::Malformed)?;
    let at = |mut mistakes: Vec<Diagnostic>| {
        mistakes.iter_mut().for_each(|one| one.place.pointer.insert_str(0, "/document"));
        Failure::from(Error::Invalid(mistakes))
    };
    let checked = check::value(&document).map_err(at)?;
    let Body::Measure(measure) = checked.body else {
        return Err(malformed(list::wrong("/document", "a measure", checked.kind.as_str())));
    };
    let answer = measures::attempt(&ctx, &measure, &asked).await.map_err(Failure::shared)?;
    Ok(axum::Json(wire::answer(&ctx, &answer)).into_response())
}
