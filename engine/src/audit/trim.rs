//! Removes events that are older than administrators want them kept, behind a checkpoint that keeps the rest verifiable.

use chrono::Duration;
use serde_json::json;
use storage::internal::audit as stored;

use super::chain::{Links, names, whole};
use super::seal::{current, head_of};
use super::{Event, note};
use crate::identity::security;
use crate::{Engine, Error};

/// Links removed by one transaction.
const BATCH: i64 = 5_000;

/// Removes what is too old; without a setting nothing ever is.
pub async fn old(engine: &Engine) -> Result<(), Error> {
    let Some(days) = security::load(engine).await?.audit_days else { return Ok(()) };
    let names = names(&engine.catalog())?;
    let database = engine.database();
    let before = (engine.now() - Duration::days(days.into())).timestamp_millis();
    let rows = database.fetch(&stored::first_since(database.dialect(), &names, before)).await?;
    let newest = current(engine).await?.map_or(0, |head| head.number);
    let last = rows.first().and_then(|row| whole(&row[0])).map_or(newest, |first| first - 1);
    let begin = head_of(&database.fetch(&stored::checkpoint()).await?).map_or(0, |checkpoint| checkpoint.number);
    let mut number = begin;
    while number < last {
        number = (number + BATCH).min(last);
        let mut tx = database.begin().await?;
        if !tx.try_lock("audit.seal").await? {
            return Ok(());
        }
        let Some(head) = head_of(&tx.fetch(&stored::link_at(number)).await?) else { return Ok(()) };
        let mac = Links::of(engine.secrets()).checkpoint(number, &head.hash);
        let now = engine.now().timestamp_millis();
        tx.execute(&stored::insert_checkpoint(number, &head.hash, &mac, now)).await?;
        tx.execute(&stored::remove_events(&names, number)).await?;
        tx.execute(&stored::remove_links(number)).await?;
        if number == last {
            let details = json!({"count": last - begin});
            let (operation, entity) = ("audit_trimmed", "audit_event");
            let event = Event { operation, actor: None, entity, record: None, details, address: None };
            note(engine, &mut tx, event).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
