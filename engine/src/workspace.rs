//! Settings of the workspace: its name, and what the meaning of metadata depends on.

use diagnostic::Diagnostic;
use serde_json::{Value as Json, json};
use storage::internal::rollups;

use crate::installation::put_workspace;
use crate::publishing::beside;
use crate::{Context, Error, WorkspaceSettings};

/// Longest name of a workspace.
const LONGEST: usize = 100;

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What people call it.
    pub name: Option<String>,
    /// Language whose order sorts texts.
    pub language: Option<String>,
    /// Currency of money fields that name none.
    pub currency: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

/// Changes settings, for every node at the same moment; `note` makes the text of the revision out of what changed.
pub async fn change(ctx: &Context, change: Change, note: impl Fn(&str) -> String) -> Result<WorkspaceSettings, Error> {
    ctx.administers("access.administer_workspace")?;
    let before = ctx.engine.published().workspace.clone();
    let mut after = before.clone();
    let mut mistakes = Vec::new();
    if let Some(name) = change.name.map(|name| name.trim().to_owned()) {
        if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
            mistakes.push(Diagnostic::error("workspace.bad_name").with("expected", LONGEST).at("/name"));
        }
        after.name = name;
    }
    if change.language.is_some_and(|language| language != before.catalog.language) {
        let mistake = Diagnostic::error("workspace.language_stays").with("found", &before.catalog.language);
        mistakes.push(mistake.at("/language"));
    }
    if let Some(currency) = change.currency {
        if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            mistakes.push(Diagnostic::error("field.bad_currency").with("found", &currency).at("/currency"));
        }
        after.catalog.currency = currency;
    }
    if let Some(zone) = change.time_zone {
        if zone.parse::<chrono_tz::Tz>().is_err() {
            mistakes.push(Diagnostic::error("workspace.unknown_time_zone").with("found", &zone).at("/time_zone"));
        }
        after.catalog.time_zone = zone;
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let changes = differences(&before, &after);
    if changes.is_empty() {
        return Ok(after);
    }
    let mut tx = beside::begin(ctx).await?;
    put_workspace(&mut tx, &after).await?;
    if after.catalog.time_zone != before.catalog.time_zone {
        // Days of another time zone may be another total: each is found out again when it is needed.
        tx.execute(&rollups::forget_all()).await?;
    }
    let values: Vec<String> = changes.iter().map(|(_, from, to)| format!("{from} → {to}")).collect();
    let audited = changes.iter().map(|(field, from, to)| json!({"field": field, "from": from, "to": to}));
    let deed =
        beside::Deed { operation: "settings", changes: audited.collect::<Json>(), note: &note(&values.join(", ")) };
    beside::end(tx, ctx, deed).await?;
    Ok(after)
}

fn differences(before: &WorkspaceSettings, after: &WorkspaceSettings) -> Vec<(&'static str, String, String)> {
    let pairs = [
        ("name", &before.name, &after.name),
        ("currency", &before.catalog.currency, &after.catalog.currency),
        ("time_zone", &before.catalog.time_zone, &after.catalog.time_zone),
    ];
    let changed = pairs.into_iter().filter(|(_, from, to)| from != to);
    changed.map(|(field, from, to)| (field, from.clone(), to.clone())).collect()
}
