//! What the chain is made of: each link is an HMAC over the one before, its number and its event, with a key that is not in
//! the database.

use catalog::{Catalog, FieldKind};
use expression::Value;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use storage::internal::audit::{self as stored, Names};
use storage::{Database, Transaction};
use uuid::Uuid;

use crate::records::audit::ENTITY;
use crate::secrets::Secrets;
use crate::{Engine, Error};

/// Fields of an event that the chain covers.
const COVERED: [&str; 8] = ["at", "actor", "operation", "entity", "record", "changes", "address", "job"];

/// Makes the links of one workspace.
pub(super) struct Links {
    key: [u8; 32],
}

impl Links {
    /// With the key of the workspace.
    pub(super) fn of(secrets: &Secrets) -> Self {
        Self { key: secrets.key("audit") }
    }

    /// The hash of a link over an event: its identity and its columns as texts.
    pub(super) fn hash(&self, before: &str, number: i64, event: Uuid, columns: &[Value]) -> String {
        let mut mac = self.mac(&[before, &number.to_string(), &event.to_string()]);
        for column in columns {
            // With their lengths, so that nothing can move from one column to the next.
            match column {
                Value::Text(text) => mac.update(format!("{}:{text}", text.len()).as_bytes()),
                _ => mac.update(b"-"),
            }
        }
        hex(&mac.finalize().into_bytes())
    }

    /// The seal of a checkpoint.
    pub(super) fn checkpoint(&self, number: i64, hash: &str) -> String {
        hex(&self.mac(&["checkpoint", &number.to_string(), hash]).finalize().into_bytes())
    }

    fn mac(&self, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length will do");
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Physical names of the entity of events.
pub(super) fn names(catalog: &Catalog) -> Result<Names, Error> {
    let missing = || Error::broken("no entity `audit_event`");
    let entity = catalog.entity(ENTITY).ok_or_else(missing)?;
    let column = |name: &str| {
        let field = entity.field(name).ok_or_else(missing)?;
        let column = field.columns.first().ok_or_else(missing)?;
        Ok((column.clone(), matches!(field.kind, FieldKind::DateTime)))
    };
    let columns = COVERED.iter().map(|name| column(name)).collect::<Result<Vec<_>, Error>>()?;
    Ok(Names { table: entity.table.clone(), at: columns[0].0.clone(), columns })
}

/// Makes events and links append-only in the database, unless they are.
pub(crate) async fn guard(engine: &Engine) -> Result<(), Error> {
    let database = engine.database();
    let wanted = stored::guards_wanted(database.dialect());
    if count(database).await? >= wanted {
        return Ok(());
    }
    let mut tx = database.begin().await?;
    tx.lock("audit.guard").await?;
    add(engine, &mut tx).await?;
    Ok(tx.commit().await?)
}

async fn add(engine: &Engine, tx: &mut Transaction) -> Result<(), Error> {
    let names = names(&engine.catalog())?;
    for statement in stored::guards(tx.dialect(), &names) {
        tx.execute_script(&[statement]).await?;
    }
    Ok(())
}

/// Counts the triggers that keep events and links.
pub(super) async fn count(database: &Database) -> Result<i64, Error> {
    let rows = database.fetch(&stored::count_guards(database.dialect())).await?;
    Ok(rows.first().and_then(|row| row.first()).and_then(whole).unwrap_or(0))
}

pub(super) fn whole(value: &Value) -> Option<i64> {
    if let Value::Integer(number) = value { Some(*number) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_knows_its_place_and_every_letter() {
        let links = Links { key: [3; 32] };
        let text = |text: &str| Value::Text(text.into());
        let one = links.hash("", 1, Uuid::nil(), &[text("ab"), text("c"), Value::Empty]);
        for other in [
            links.hash("", 2, Uuid::nil(), &[text("ab"), text("c"), Value::Empty]),
            links.hash("x", 1, Uuid::nil(), &[text("ab"), text("c"), Value::Empty]),
            links.hash("", 1, Uuid::max(), &[text("ab"), text("c"), Value::Empty]),
            links.hash("", 1, Uuid::nil(), &[text("a"), text("bc"), Value::Empty]),
            links.hash("", 1, Uuid::nil(), &[text("ab"), text("c"), text("")]),
            Links { key: [4; 32] }.hash("", 1, Uuid::nil(), &[text("ab"), text("c"), Value::Empty]),
        ] {
            assert_ne!(one, other);
        }
        assert_ne!(links.checkpoint(1, "a"), links.checkpoint(1, "b"));
    }
}
