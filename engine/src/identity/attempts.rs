//! How often one may try to sign in: counted in the database, by account and by address, for all nodes together.

use chrono::Duration;
use storage::internal::attempts;

use super::whole;
use crate::{Engine, Error};

const WINDOW: Duration = Duration::minutes(15);
const BY_ACCOUNT: i64 = 10;
const BY_ADDRESS: i64 = 100;

/// Notes an attempt on an account from an address, or refuses it.
pub(super) async fn note(engine: &Engine, email: &str, address: &str) -> Result<(), Error> {
    let now = engine.now().timestamp_millis();
    let since = now - WINDOW.num_milliseconds();
    let subjects = [(account(email), BY_ACCOUNT), (format!("address {address}"), BY_ADDRESS)];
    let mut tx = engine.database().begin().await?;
    tx.execute(&attempts::sweep(since)).await?;
    for (subject, most) in &subjects {
        // INVARIANT: the count and the note are one act, or a thousand parallel attempts would all count zero.
        tx.lock(subject).await?;
        let rows = tx.fetch(&attempts::count(subject, since)).await?;
        let row = rows.first().ok_or_else(|| Error::broken("a count without a row"))?;
        if whole(&row[0]).unwrap_or(0) >= *most {
            let oldest = whole(&row[1]).unwrap_or(now);
            let seconds = (oldest - since).max(0) / 1000 + 1;
            return Err(Error::TooManyAttempts { retry_after: seconds as u64 });
        }
        tx.execute(&attempts::insert(subject, now)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets the attempts on an account whose owner has just signed in.
pub(super) async fn forgive(engine: &Engine, email: &str) -> Result<(), Error> {
    engine.database().execute(&attempts::forget(&account(email))).await?;
    Ok(())
}

fn account(email: &str) -> String {
    format!("account {email}")
}
