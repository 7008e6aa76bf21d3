//! Many changes as one.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use engine::Error;
use engine::diagnostic::Diagnostic;
use engine::records::{self, Operation};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use crate::extract::list::wrong;
use crate::extract::{Json, Signed};
use crate::problem::Failure;

/// What one operation left.
#[derive(Serialize)]
struct Item {
    id: Uuid,
    version: i64,
    record: Option<Box<RawValue>>,
}

/// `POST /records/batch`.
pub(crate) async fn run(Signed { ctx, .. }: Signed, Json(body): Json<Value>) -> Result<Response, Failure> {
    let saved = records::batch(&ctx, operations(body)?).await?;
    let items: Vec<Item> = saved
        .into_iter()
        .map(|saved| Item { id: saved.id, version: saved.version, record: RawValue::from_string(saved.json).ok() })
        .collect();
    Ok(axum::Json(BTreeMap::from([("items", items)])).into_response())
}

fn operations(body: Value) -> Result<Vec<Operation>, Failure> {
    let mut mistakes = Vec::new();
    let mut operations = Vec::new();
    let Value::Object(mut body) = body else {
        return Err(Error::Malformed(vec![wrong("", "an object", &body.to_string())]).into());
    };
    let list = body.shift_remove("operations").unwrap_or(Value::Null);
    mistakes.extend(body.keys().map(|name| crate::extract::list::unknown(name)));
    let Value::Array(list) = list else {
        mistakes.push(wrong("/operations", "an array", &list.to_string()));
        return Err(Error::Malformed(mistakes).into());
    };
    for (at, item) in list.into_iter().enumerate() {
        match operation(item) {
            Ok(operation) => operations.push(operation),
            Err(mistake) => mistakes.push(mistake.at(format!("/operations/{at}"))),
        }
    }
    crate::extract::list::finish(operations, mistakes)
}

fn operation(item: Value) -> Result<Operation, Diagnostic> {
    let shape = || Diagnostic::error("batch.operation_shape");
    let Value::Object(mut item) = item else { return Err(shape()) };
    let mut text = |key: &str| match item.shift_remove(key) {
        Some(Value::String(text)) => Ok(Some(text)),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(shape()),
    };
    let (op, entity, id) = (text("op")?, text("entity")?, text("id")?);
    let values = match item.shift_remove("values") {
        None | Some(Value::Null) => serde_json::Map::new(),
        Some(Value::Object(values)) => values,
        Some(_) => return Err(shape()),
    };
    let version = match item.shift_remove("version") {
        None | Some(Value::Null) => None,
        Some(version) => Some(version.as_i64().ok_or_else(shape)?),
    };
    if !item.is_empty() {
        return Err(shape());
    }
    let entity = entity.ok_or_else(shape)?;
    match (op.as_deref(), id) {
        (Some("create"), None) => Ok(Operation::Create { entity, values }),
        (Some("update"), Some(id)) => Ok(Operation::Update { entity, id, values, version }),
        (Some("delete"), Some(id)) => Ok(Operation::Delete { entity, id, version }),
        (Some("restore"), Some(id)) => Ok(Operation::Restore { entity, id }),
        _ => Err(shape()),
    }
}
