//! Server-sent events: changes of records the caller may see, and publishes.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use engine::events::{self, FeedEvent};
use futures_util::{Stream, StreamExt};
use serde_json::json;

use crate::extract::Signed;
use crate::problem::Failure;

/// `GET /events`.
pub(crate) async fn stream(
    Signed { ctx, .. }: Signed,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let feed = events::subscribe(&ctx);
    Ok(Sse::new(feed.map(|event| Ok(on_the_wire(event)))).keep_alive(KeepAlive::default()))
}

fn on_the_wire(event: FeedEvent) -> Event {
    let (name, data) = match event {
        FeedEvent::Record { entity, id, operation, version } => {
            ("record", json!({"entity": entity, "id": id, "operation": operation, "version": version}))
        }
        FeedEvent::Published { revision } => ("published", json!({"revision": revision})),
    };
    Event::default().event(name).data(data.to_string())
}
