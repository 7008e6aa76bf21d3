//! Search across entities.

use axum::response::{IntoResponse, Response};
use engine::{Error, Hit, SearchRequest, search};
use serde_json::{Value, json};

use crate::extract::{Asking, list};
use crate::problem::Failure;

/// `GET /search`.
pub(crate) async fn get(Asking { ctx, query }: Asking) -> Result<Response, Failure> {
    let [text, entities, limit, cursor] = list::named(query.as_deref(), ["q", "entities", "limit", "cursor"])?;
    let limit = match limit.as_deref().map(str::parse) {
        None => None,
        Some(Ok(limit)) => Some(limit),
        Some(Err(_)) => {
            let found = limit.unwrap_or_default();
            return Err(Error::Malformed(vec![list::wrong("/limit", "a whole number", &found)]).into());
        }
    };
    let entities = entities.filter(|names| !names.trim().is_empty());
    let entities = entities.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
    let request = SearchRequest { text: text.unwrap_or_default(), entities, limit, cursor };
    let found = search::search(&ctx, &request).await?;
    let items: Vec<Value> = found.hits.iter().map(hit).collect();
    Ok(axum::Json(json!({"items": items, "next_cursor": found.next_cursor})).into_response())
}

fn hit(hit: &Hit) -> Value {
    json!({
        "entity": hit.entity, "id": hit.id, "title": hit.title, "title_marks": hit.title_marks,
        "field": hit.field, "snippet": hit.snippet, "marks": hit.marks
    })
}
