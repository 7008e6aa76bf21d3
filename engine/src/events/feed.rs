//! The feed of events for people: what the outbox holds, as far as each listener may read it.
//!
//! One task of a node follows the outbox while somebody listens. It is woken by announcements and looks by itself every
//! second, because another process on the same SQLite file cannot announce anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use expression::{EntityId, Value};
use futures_util::Stream;
use futures_util::stream::unfold;
use query::write::conditions_met;
use tokio::sync::broadcast::{self, error::RecvError};
use uuid::Uuid;

use super::outbox::{NOTICED, Noticed, PUBLISHED, Published, RECORDS, REFRESHED, Records, Refreshed};
use super::place::Place;
use crate::{Context, Engine, WeakEngine};

/// Events a listener may lag behind before it loses some.
const BUFFER: usize = 1_024;
/// How often the outbox is looked at without being woken.
const PERIOD: Duration = Duration::from_secs(1);

/// One event as people learn of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedEvent {
    /// A record changed.
    Record {
        /// Name of its entity.
        entity: String,
        /// The record.
        id: Uuid,
        /// `create`, `update`, `delete` or `restore`.
        operation: String,
        /// Its version now.
        version: i64,
    },
    /// The rows of a register were composed anew.
    Refreshed {
        /// Name of the register.
        entity: String,
    },
    /// The notices of the listener are others now.
    Noticed,
    /// A new revision is true.
    Published {
        /// Its number.
        revision: u64,
    },
}

/// Where the events of a node go through.
pub(crate) struct Hub {
    sender: broadcast::Sender<Message>,
    follows: AtomicBool,
}

#[derive(Debug, Clone)]
enum Message {
    Record { entity: EntityId, id: Uuid, operation: String, version: i64 },
    Refreshed { entity: EntityId },
    Noticed { people: Arc<[Uuid]> },
    Published { revision: u64 },
}

impl Default for Hub {
    fn default() -> Self {
        Self { sender: broadcast::channel(BUFFER).0, follows: AtomicBool::new(false) }
    }
}

/// Listens to events of entities the caller may read, from now on. The feed ends with a publish, after which rights and
/// names may be others: the listener comes again.
pub fn subscribe(ctx: &Context) -> impl Stream<Item = FeedEvent> + Send + use<> {
    let hub = ctx.engine.feed();
    let receiver = hub.sender.subscribe();
    if !hub.follows.swap(true, Ordering::AcqRel) {
        let task = tokio::spawn(follow(ctx.engine.downgrade()));
        ctx.engine.keep(task);
    }
    unfold(Some((receiver, ctx.clone())), |state| async move {
        let (mut receiver, ctx) = state?;
        loop {
            match receiver.recv().await {
                Ok(message) => {
                    let is_last = matches!(message, Message::Published { .. });
                    if let Some(event) = visible(&ctx, message).await {
                        return Some((event, (!is_last).then_some((receiver, ctx))));
                    }
                }
                // A listener that lost events must read everything anew, as after a publish.
                Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
            }
        }
    })
}

/// Shows a message to a listener who may read the record it is about, as the record is now.
async fn visible(ctx: &Context, message: Message) -> Option<FeedEvent> {
    match message {
        Message::Published { revision } => Some(FeedEvent::Published { revision }),
        Message::Noticed { people } => ctx.user.filter(|user| people.contains(user)).map(|_| FeedEvent::Noticed),
        Message::Refreshed { entity } => {
            let grant = ctx.access.read(&entity)?;
            Some(FeedEvent::Refreshed { entity: grant.entity().name.clone() })
        }
        Message::Record { entity, id, operation, version } => {
            let grant = ctx.access.read(&entity)?;
            if let Some(condition) = grant.condition() {
                let database = ctx.engine.database();
                let statement = conditions_met(&grant, &[condition], &[id], database.dialect())?;
                let rows = database.fetch(&statement).await.ok()?;
                rows.first().filter(|row| row.last() == Some(&Value::Boolean(true)))?;
            }
            Some(FeedEvent::Record { entity: grant.entity().name.clone(), id, operation, version })
        }
    }
}

async fn follow(engine: WeakEngine) {
    let Some(mut listener) = listener(&engine).await else { return };
    let mut place = Place::default();
    loop {
        let Some(engine) = engine.get() else { return };
        if engine.feed().sender.receiver_count() == 0 {
            engine.feed().follows.store(false, Ordering::Release);
            // Somebody may have come between the count and the store, and seen the task still follow.
            let is_needed =
                engine.feed().sender.receiver_count() > 0 && !engine.feed().follows.swap(true, Ordering::AcqRel);
            if !is_needed {
                return;
            }
        }
        match place.advance(&engine).await {
            Ok(messages) => {
                // Who hears of a revision asks at once, and has to be answered by it.
                if messages.iter().any(|message| message.kind == PUBLISHED)
                    && let Err(error) = engine.follow().await
                {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a revision is told of before it is served"
                    );
                }
                messages.iter().for_each(|message| tell(&engine, &message.kind, &message.payload));
            }
            Err(error) => tracing::warn!(%error, "the outbox could not be read"),
        }
        drop(engine);
        if let Ok(Err(error)) = tokio::time::timeout(PERIOD, listener.recv()).await {
            tracing::warn!(%error, "events come late: the database announces nothing");
            tokio::time::sleep(PERIOD).await;
        }
    }
}

async fn listener(engine: &WeakEngine) -> Option<storage::Listener> {
    let engine = engine.get()?;
    match engine.database().listen(&[storage::notify::OUTBOX]).await {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::error!(%error, "no events: the database does not let listen");
            engine.feed().follows.store(false, Ordering::Release);
            None
        }
    }
}

fn tell(engine: &Engine, kind: &str, payload: &str) {
    let sender = &engine.feed().sender;
    match kind {
        RECORDS => {
            let Ok(message) = serde_json::from_str::<Records>(payload) else { return };
            for (id, version) in message.records {
                let entity = EntityId::new(&message.entity);
                // Without listeners there is nobody to tell.
                let _ = sender.send(Message::Record { entity, id, operation: message.operation.clone(), version });
            }
        }
        REFRESHED => {
            if let Ok(Refreshed { entity }) = serde_json::from_str(payload) {
                let _ = sender.send(Message::Refreshed { entity: EntityId::new(&entity) });
            }
        }
        NOTICED => {
            if let Ok(Noticed { people }) = serde_json::from_str(payload) {
                let _ = sender.send(Message::Noticed { people: people.into() });
            }
        }
        PUBLISHED => {
            if let Ok(Published { revision }) = serde_json::from_str(payload) {
                let _ = sender.send(Message::Published { revision });
            }
        }
        _ => {}
    }
}
