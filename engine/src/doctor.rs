//! Looks for what could be wrong with the database and the settings, and changes nothing.

use std::collections::BTreeSet;

use diagnostic::Diagnostic;
use expression::Value;
use sql::{Dialect, Rows, Statement};
use storage::examine;
use storage::internal::drafts;

use crate::{Engine, Error, identity};

/// Locks a transaction needs when many tables are published at once.
const ENOUGH_LOCKS: u32 = 64;

/// What was looked at.
#[derive(Debug, Clone, Default)]
pub struct Examined {
    /// What is so: name and value, for people.
    pub facts: Vec<(String, String)>,
    /// What is wrong, and what deserves a look.
    pub findings: Vec<Diagnostic>,
}

/// Looks at everything.
pub async fn examine(engine: &Engine) -> Result<Examined, Error> {
    let mut examined = Examined::default();
    database(engine, &mut examined).await?;
    tables(engine, &mut examined).await?;
    publishing(engine, &mut examined).await?;
    people(engine, &mut examined).await?;
    audit(engine, &mut examined).await?;
    search(engine, &mut examined).await?;
    mail(engine, &mut examined).await?;
    Ok(examined)
}

/// Asks the mail server whether it would take mail, and tells of letters that did not go.
async fn mail(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    let (queued, failed) = crate::messages::counts(engine).await?;
    let server = match engine.mail() {
        Some(server) => {
            if let Err(why) = server.check().await {
                examined
                    .findings
                    .push(Diagnostic::error("doctor.mail").with("server", server.address()).with("why", why));
            }
            server.address().to_owned()
        }
        None => "none is set".to_owned(),
    };
    examined.facts.push(("Mail server".to_owned(), server));
    examined.facts.push(("Mail".to_owned(), format!("{queued} on their way, {failed} not sent")));
    Ok(())
}

async fn search(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    let (held, missing) = crate::search::keep::missing(engine).await?;
    examined.facts.push(("Found by search".to_owned(), format!("{held} records")));
    if missing > 0 {
        examined.findings.push(Diagnostic::warning("doctor.search_behind").with("count", missing));
    }
    Ok(())
}

async fn database(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    let dialect = engine.database().dialect();
    let name = match dialect {
        Dialect::Sqlite => "SQLite",
        Dialect::Postgres => "PostgreSQL",
    };
    let version = first(&fetch(engine, &examine::version(dialect)).await?);
    examined.facts.push(("Database".to_owned(), format!("{name} {version}")));
    let damage = fetch(engine, &examine::integrity(dialect)).await?;
    for row in damage.iter().filter(|row| text(&row[0]) != "ok") {
        examined.findings.push(Diagnostic::error("doctor.damaged").with("found", text(&row[0])));
    }
    for row in &fetch(engine, &examine::broken_references(dialect)).await? {
        examined.findings.push(Diagnostic::error("doctor.broken_reference").with("name", text(&row[0])));
    }
    if let Some(row) = fetch(engine, &examine::settings(dialect)).await?.first() {
        let locks = text(&row[0]);
        if locks.parse::<u32>().is_ok_and(|locks| locks < ENOUGH_LOCKS) {
            let finding = Diagnostic::warning("doctor.few_locks").with("found", &locks).with("expected", ENOUGH_LOCKS);
            examined.findings.push(finding);
        }
        examined.facts.push(("Locks per transaction".to_owned(), locks));
        if text(&row[1]) != "yes" {
            examined.findings.push(Diagnostic::error("doctor.no_collation").with("name", "ru-x-icu"));
        }
    }
    Ok(())
}

/// Compares the columns that the catalog needs with those there are.
async fn tables(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    let rows = fetch(engine, &examine::columns(engine.database().dialect())).await?;
    let found: BTreeSet<(String, String)> = rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect();
    let catalog = engine.catalog();
    let (mut entities, mut fields) = (0, 0);
    for entity in catalog.entities() {
        entities += usize::from(!entity.system);
        for field in &entity.fields {
            fields += usize::from(!field.system && !entity.system);
            for column in &field.columns {
                if !found.contains(&(entity.table.clone(), column.clone())) {
                    let finding = Diagnostic::error("doctor.missing_column");
                    let finding = finding.named("entity", &entity.name, &entity.label.0);
                    examined.findings.push(finding.named("field", &field.name, &field.label.0));
                }
            }
        }
    }
    examined.facts.push(("Revision".to_owned(), catalog.revision.to_string()));
    examined.facts.push(("Entities".to_owned(), format!("{entities} with {fields} fields")));
    Ok(())
}

/// Tells how many documents wait to be published.
async fn publishing(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    let drafted = fetch(engine, &drafts::all()).await?.len();
    examined.facts.push(("Changes not published".to_owned(), drafted.to_string()));
    Ok(())
}

async fn people(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    if !identity::has_active_administrator(engine).await? {
        examined.findings.push(Diagnostic::warning("doctor.no_administrator"));
    }
    Ok(())
}

async fn audit(engine: &Engine, examined: &mut Examined) -> Result<(), Error> {
    let found = crate::audit::verify(engine, &[]).await?;
    examined.facts.push(("Audit events".to_owned(), format!("{} sealed, {} waiting", found.sealed, found.waiting)));
    examined.findings.extend(found.findings);
    Ok(())
}

async fn fetch(engine: &Engine, statement: &Statement) -> Result<Rows, Error> {
    engine.database().fetch(statement).await.map_err(Error::from)
}

fn first(rows: &Rows) -> String {
    rows.first().and_then(|row| row.first()).map(text).unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    }
}
