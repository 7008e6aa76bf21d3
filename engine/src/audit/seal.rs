//! The sealer: every second it adds links for the events that were committed meanwhile, so that saves do not wait for one
//! another.
//!
//! An event gets its place in the chain when it is sealed, not when it happened: transactions end in another order than they
//! begin. The newest link is the head; it is written beside the data too, because a chain whose end was cut off is a chain.

use std::time::{Duration, Instant};

use expression::Value;
use serde::Serialize;
use storage::internal::audit as stored;
use uuid::Uuid;

use super::chain::{Links, names, whole};
use super::trim;
use crate::{Context, Engine, Error, WeakEngine};

/// How often events are sealed.
const PERIOD: Duration = Duration::from_secs(1);
/// How far back each second looks, each minute, and each hour: transactions may last.
const LOOKS: [(Duration, Duration); 3] = [
    (PERIOD, Duration::from_secs(60)),
    (Duration::from_secs(60), Duration::from_secs(15 * 60)),
    (Duration::from_secs(3600), Duration::MAX),
];
/// Events sealed by one transaction.
const BATCH: i64 = 1_000;

/// The newest link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Its number.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

/// Seals for as long as somebody uses the engine.
pub(crate) async fn work(engine: WeakEngine) {
    let mut looked: [Option<Instant>; 3] = [None; 3];
    loop {
        tokio::time::sleep(PERIOD).await;
        let Some(engine) = engine.get() else { return };
        let due = (0..3).rev().find(|at| looked[*at].is_none_or(|last| last.elapsed() >= LOOKS[*at].0));
        let Some(at) = due else { continue };
        match seal(&engine, LOOKS[at].1).await {
            // A longer look sees what shorter ones would.
            Ok(()) => looked[..=at].fill(Some(Instant::now())),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "events could not be sealed"),
        }
        if at == 2
            && let Err(error) = trim::old(&engine).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "old events could not be removed");
        }
    }
}

/// Seals every event of so long ago that has no link, and writes the head down.
pub async fn seal(engine: &Engine, back: Duration) -> Result<(), Error> {
    let names = names(&engine.catalog())?;
    let from = since(engine.now().timestamp_millis(), back);
    let database = engine.database();
    let links = Links::of(engine.secrets());
    let mut sealed = false;
    loop {
        // Looked for outside of a transaction, which on SQLite would keep everybody from writing.
        if database.fetch(&stored::unsealed(database.dialect(), &names, from, 1)).await?.is_empty() {
            break;
        }
        let mut tx = database.begin().await?;
        if !tx.try_lock("audit.seal").await? {
            break;
        }
        let dialect = tx.dialect();
        let rows = tx.fetch(&stored::unsealed(dialect, &names, from, BATCH)).await?;
        let Head { mut number, mut hash } = head_of(&tx.fetch(&stored::head()).await?)
            .or(head_of(&tx.fetch(&stored::checkpoint()).await?))
            .unwrap_or(Head { number: 0, hash: String::new() });
        let mut made = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some((Value::Id(event), columns)) = row.split_first() else { continue };
            number += 1;
            hash = links.hash(&hash, number, *event, columns);
            made.push((number, *event, hash.clone()));
        }
        for made in made.chunks(200) {
            tx.execute(&stored::insert(dialect, made)).await?;
        }
        tx.commit().await?;
        sealed = true;
        if (rows.len() as i64) < BATCH {
            break;
        }
    }
    if sealed { write_down(engine).await } else { Ok(()) }
}

/// Gives the head, to be kept where whoever has the database cannot reach: for administrators.
pub async fn head(ctx: &Context) -> Result<Option<Head>, Error> {
    ctx.administrator()?;
    current(&ctx.engine).await
}

/// Gives the head.
pub async fn current(engine: &Engine) -> Result<Option<Head>, Error> {
    Ok(head_of(&engine.database().fetch(&stored::head()).await?))
}

pub(super) fn head_of(rows: &[Vec<Value>]) -> Option<Head> {
    let [number, Value::Text(hash), ..] = rows.first()?.as_slice() else { return None };
    Some(Head { number: whole(number)?, hash: hash.to_string() })
}

/// Where a node writes the head down.
fn place(engine: &Engine) -> std::path::PathBuf {
    engine.config().data.join("audit.head")
}

async fn write_down(engine: &Engine) -> Result<(), Error> {
    let Some(head) = current(engine).await? else { return Ok(()) };
    let path = place(engine);
    let fresh = path.with_extension("head.new");
    // A node on PostgreSQL may have no folder of its own; its head is asked for by others.
    let written = tokio::fs::write(&fresh, format!("{} {}\n", head.number, head.hash)).await;
    if written.is_ok() {
        let _ = tokio::fs::rename(&fresh, &path).await;
    }
    Ok(())
}

/// Reads the head that was written down, when there is one.
pub(super) async fn written(engine: &Engine) -> Option<Head> {
    read(&tokio::fs::read_to_string(place(engine)).await.ok()?)
}

/// Reads a head as it is written down: number and hash.
pub fn read(text: &str) -> Option<Head> {
    let (number, hash) = text.trim().split_once([' ', ':'])?;
    Some(Head { number: number.parse().ok()?, hash: hash.trim().to_owned() })
}

/// The least identity that a record made so long ago can have: identities begin with the moment.
fn since(now: i64, back: Duration) -> Uuid {
    let back = i64::try_from(back.as_millis()).unwrap_or(i64::MAX);
    let moment = u128::try_from(now.saturating_sub(back)).unwrap_or(0);
    Uuid::from_u128(moment << 80)
}
