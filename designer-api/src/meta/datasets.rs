//! Datasets while they are drawn.

use axum::response::{IntoResponse, Response};
use engine::datasets;
use serde_json::{Value, json, value::RawValue};

use crate::extract::{Json, Signed};
use crate::problem::Failure;
use crate::wire;

/// `POST /meta/datasets/preview`: the fields and first rows of a dataset as it is drawn, with what is wrong with it.
pub(crate) async fn preview(Signed { ctx, .. }: Signed, Json(document): Json<Value>) -> Result<Response, Failure> {
    let sample = datasets::sample(&ctx, &document).await?;
    let items = sample.list.map(|list| list.page.items).unwrap_or_default();
    let items: Vec<Box<RawValue>> = items.into_iter().filter_map(|item| RawValue::from_string(item).ok()).collect();
    Ok(axum::Json(json!({
        "fields": wire::catalog::fields_of(&sample.ctx, &sample.name), "items": items,
        "problems": wire::meta::problems(&ctx, &sample.problems)
    }))
    .into_response())
}
