//! The follower of the outbox that keeps the index: it goes on where it was when the program ended.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use expression::EntityId;
use uuid::Uuid;

use super::keep;
use crate::events::KEPT;
use crate::events::outbox::{PUBLISHED, RECORDS, Records};
use crate::events::place::{self, Message, Place};
use crate::{Engine, Error, WeakEngine};

/// How often the outbox is looked at without being woken.
const PERIOD: Duration = Duration::from_secs(1);
/// How long changes are gathered before they are written, so that many saves need few transactions.
const GATHER: Duration = Duration::from_millis(100);
/// How often the place is written down.
const NOTED: Duration = Duration::from_secs(20);
/// The word of a record that went to the recycle bin.
const DELETE: &str = "delete";

/// Keeps the index for as long as somebody uses the engine.
pub(crate) async fn follow(weak: WeakEngine) {
    loop {
        if let Err(error) = listen(&weak).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the search index is behind");
        }
        if weak.get().is_none() {
            return;
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn listen(weak: &WeakEngine) -> Result<(), Error> {
    let Some(engine) = weak.get() else { return Ok(()) };
    let mut listener = engine.database().listen(&[storage::notify::OUTBOX]).await?;
    let mut place = begin(&engine).await?;
    let (mut revision, mut noted) = (None, (place.floor(), Instant::now()));
    drop(engine);
    loop {
        let Some(engine) = weak.get() else { return Ok(()) };
        let messages = place.advance(&engine).await?;
        take(&engine, &messages).await?;
        if revision != Some(engine.published().revision) {
            revision = Some(engine.published().revision);
            keep::complete(&engine).await?;
        }
        if place.floor() != noted.0 && noted.1.elapsed() > NOTED {
            keep::put_place(&engine, place.floor().unwrap_or_default()).await?;
            noted = (place.floor(), Instant::now());
        }
        drop(engine);
        match tokio::time::timeout(PERIOD, listener.recv()).await {
            Ok(heard) => drop(heard?),
            Err(_) => continue,
        }
        tokio::time::sleep(GATHER).await;
    }
}

/// Goes on where the last follower was; when what it has not read is forgotten meanwhile, all is read anew.
async fn begin(engine: &Engine) -> Result<Place, Error> {
    let newest = place::newest(engine).await?.unwrap_or_default();
    let floor = match keep::place(engine).await? {
        Some((floor, _)) if floor == newest => return Ok(Place::at(floor)),
        Some((floor, at)) if engine.now().timestamp_millis() - at < KEPT => return Ok(Place::at(floor)),
        Some(_) => {
            super::rebuild(engine).await?;
            newest
        }
        // Nothing was read yet, and everything there is will be read as a whole.
        None => newest,
    };
    keep::put_place(engine, floor).await?;
    Ok(Place::at(floor))
}

/// Brings the records that messages tell of up to date.
async fn take(engine: &Engine, messages: &[Message]) -> Result<(), Error> {
    let mut changed: BTreeMap<EntityId, BTreeMap<Uuid, i64>> = BTreeMap::new();
    for message in messages {
        if message.kind == PUBLISHED {
            // A publish writes the records of roles past the save of records.
            engine.follow().await?;
            keep::reread(engine, "role").await?;
        }
        if message.kind != RECORDS {
            continue;
        }
        let Ok(Records { entity, operation, records }) = serde_json::from_str(&message.payload) else { continue };
        let of_entity = changed.entry(EntityId::new(&entity)).or_default();
        for (id, version) in records {
            // A record in the bin is read whatever its version is.
            let version = if operation == DELETE { i64::MAX } else { version };
            let known = of_entity.entry(id).or_insert(version);
            *known = version.max(*known);
        }
    }
    for (entity, records) in changed {
        let records: Vec<(Uuid, i64)> = records.into_iter().collect();
        keep::refresh(engine, &entity, &records).await?;
    }
    Ok(())
}
