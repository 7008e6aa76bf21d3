//! What a new record gets without being asked: defaults, owner, numbers.

use std::collections::HashMap;

use catalog::{Default, Field, FieldKind};
use chrono::{DateTime, Datelike, Utc};
use expression::{FieldId, Value};
use storage::internal::sequences;

use super::judge;
use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use crate::{Context, Error};

/// Puts defaults where a new record has no given value; an explicit `null` stays empty.
pub(crate) fn fill(ctx: &Context, set: &mut Set) {
    if set.act != Act::Create {
        return;
    }
    let entity = set.entity().clone();
    let owner = ctx.user.map(Value::Id);
    let mut defaults: HashMap<FieldId, Value> =
        entity.fields.iter().filter_map(|field| default_of(ctx, field)).collect();
    if let (Some(field), Some(owner)) = (entity.field("owner"), owner) {
        defaults.insert(field.id.clone(), owner);
    }
    for command in &mut set.commands {
        let blamed: Vec<&str> = command.mistakes.iter().map(|mistake| mistake.place.pointer.as_str()).collect();
        for (id, value) in &defaults {
            let name = entity.field_by_id(id).map_or("", |field| &field.name);
            let is_blamed = blamed.iter().any(|at| at.strip_prefix(command.at.as_str()) == Some(&format!("/{name}")));
            if !is_blamed {
                command.values.entry(id.clone()).or_insert_with(|| value.clone());
            }
        }
    }
}

fn default_of(ctx: &Context, field: &Field) -> Option<(FieldId, Value)> {
    let value = match field.default.as_ref()? {
        Default::Value(value) => value.clone(),
        Default::Expression(expr) => judge::fitted(&field.kind, judge::value(ctx, expr)),
    };
    Some((field.id.clone(), value))
}

/// Gives new records their numbers; a number once taken is not given again, so there may be gaps.
pub(crate) async fn number(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    if set.act != Act::Create {
        return Ok(());
    }
    let entity = set.entity().clone();
    for field in &entity.fields {
        let FieldKind::AutoNumber { pattern } = &field.kind else { continue };
        let count = i64::try_from(set.after.len()).unwrap_or(i64::MAX);
        let rows = unit.tx(ctx).await?.fetch(&sequences::advance(field.id.as_str(), count)).await?;
        let Some([Value::Integer(last)]) = rows.first().map(Vec::as_slice) else {
            return Err(Error::Internal("a sequence gave no number".to_owned(), None));
        };
        for (number, after) in (last - count + 1..).zip(&mut set.after) {
            let text = numbered(pattern, number, ctx.now);
            after.values.insert(field.id.clone(), Value::Text(text.into()));
        }
    }
    Ok(())
}

/// Renders `{0000}` as the number padded with zeros, `{year}` and `{month}` as of the moment.
fn numbered(pattern: &str, number: i64, now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((token, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        match token {
            "year" => text.push_str(&now.year().to_string()),
            "month" => text.push_str(&format!("{:02}", now.month())),
            zeros if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => {
                text.push_str(&format!("{number:0width$}", width = zeros.len()));
            }
            other => text.push_str(&format!("{{{other}}}")),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn renders_numbers_by_their_pattern() {
        let now = "2026-03-05T10:00:00Z".parse().unwrap();
        assert_eq!(numbered("{0}", 7, now), "7");
        assert_eq!(numbered("INV-{year}-{month}-{0000}", 42, now), "INV-2026-03-0042");
        assert_eq!(numbered("{000}", 12_345, now), "12345");
        assert_eq!(numbered("{x}-{0", 1, now), "{x}-{0");
    }
}
