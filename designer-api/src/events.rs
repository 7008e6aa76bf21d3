//! Server-sent events: changes of records the caller may see, and publishes.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use engine::events::{self, FeedEvent};
use engine::identity::gone::until_gone;
use futures_util::{Stream, StreamExt};
use serde_json::json;

use crate::extract::Signed;
use crate::problem::Failure;

/// `GET /events`.
pub(crate) async fn stream(
    Signed { ctx, shown, .. }: Signed,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let feed = events::subscribe(&ctx);
    let actor = ctx.access.actor().cloned();
    let gone = async move {
        match actor {
            Some(actor) => until_gone(ctx.engine.clone(), shown, actor).await,
            None => std::future::pending().await,
        }
    };
    let feed = feed.take_until(Box::pin(gone));
    Ok(Sse::new(feed.map(|event| Ok(on_the_wire(event)))).keep_alive(KeepAlive::default()))
}

fn on_the_wire(event: FeedEvent) -> Event {
    let (name, data) = match event {
        FeedEvent::Record { entity, id, operation, version } => {
            ("record", json!({"entity": entity, "id": id, "operation": operation, "version": version}))
        }
        FeedEvent::Refreshed { entity } => ("refreshed", json!({"entity": entity})),
        FeedEvent::Noticed => ("noticed", json!({})),
        FeedEvent::Published { revision } => ("published", json!({"revision": revision})),
    };
    Event::default().event(name).data(data.to_string())
}
