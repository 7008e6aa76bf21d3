//! Why a change is refused, in the words of who asked for it: what is short, and what a record that posts lacks.

use std::collections::{BTreeSet, HashMap};

use catalog::{Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{Decimal, EntityId, Value};
use uuid::Uuid;

use super::Refused;
use super::movement::{Incomplete, Lack};
use super::totals::Short;
use crate::records::command::field_label;
use crate::records::{label, read};
use crate::{Context, Error};

/// Most mistakes that are told.
const MOST: usize = 100;

/// Tells what stands against a change, with the places of the records that are known.
pub(crate) async fn told(
    ctx: &Context,
    refused: &Refused,
    places: &HashMap<Uuid, String>,
) -> Result<Vec<Diagnostic>, Error> {
    let mut mistakes: Vec<Diagnostic> = refused
        .incomplete
        .iter()
        .take(MOST)
        .filter_map(|found| Some(incomplete(ctx, found)?.at(place(&[found.record], places))))
        .collect();
    let titles = titles(ctx, &refused.short).await?;
    let short = refused.short.iter().take(MOST);
    mistakes.extend(short.filter_map(|found| Some(short_of(ctx, found, &titles)?.at(place(&found.records, places)))));
    Ok(mistakes)
}

fn place(records: &[Uuid], places: &HashMap<Uuid, String>) -> String {
    records.iter().find_map(|record| places.get(record)).cloned().unwrap_or_default()
}

fn incomplete(ctx: &Context, found: &Incomplete) -> Option<Diagnostic> {
    let register = &ctx.catalog().balances[found.posting.0];
    let entity = ctx.catalog().entity_by_id(&register.entity)?;
    let movements = ctx.catalog().entity_by_id(&register.movements)?;
    let (code, field) = match found.lack {
        Lack::Date => ("register.record_lacks", movements.field("date")?),
        Lack::Dimension(at) => ("register.record_lacks", entity.field_by_id(&register.dimensions.get(at)?.balance)?),
        Lack::Resource(at) => ("register.too_large", entity.field_by_id(&register.resources.get(at)?.balance)?),
    };
    let name = label(&entity.plural, ctx.locale).unwrap_or(&entity.name);
    Some(Diagnostic::error(code).with("register", name).with("field", field_label(field, ctx.locale)))
}

fn short_of(ctx: &Context, found: &Short, titles: &HashMap<Uuid, String>) -> Option<Diagnostic> {
    let register = &ctx.catalog().balances[found.resource.0];
    let entity = ctx.catalog().entity_by_id(&register.entity)?;
    let resource = register.resources.get(found.resource.1)?;
    let field = entity.field_by_id(&resource.balance)?;
    let dimensions = register.dimensions.iter().zip(&found.dimensions);
    let words: Vec<String> = dimensions
        .filter_map(|(dimension, value)| word(ctx, entity.field_by_id(&dimension.balance)?, value, titles))
        .collect();
    let words = if words.is_empty() { "—".to_owned() } else { words.join(", ") };
    let name = label(&entity.plural, ctx.locale).unwrap_or(&entity.name);
    let of = |code| {
        let field = field_label(field, ctx.locale);
        Diagnostic::error(code).with("register", name).with("field", field).with("found", &words)
    };
    if found.is_too_large {
        return Some(of("register.too_large"));
    }
    let told = |problem: Diagnostic| match label(&resource.message, ctx.locale) {
        Some(message) => problem.with("message", message),
        None => problem,
    };
    let is_known = ctx.access.shown_field(entity, &field.name).is_some();
    let code = match (resource.message.is_empty(), is_known) {
        (true, true) => "register.short",
        (true, false) => "register.short_unseen",
        (false, true) => "register.short_said",
        (false, false) => "register.short_said_unseen",
    };
    let problem = told(of(code));
    if !is_known {
        return Some(problem);
    }
    let missing = if found.there > 0 { -found.then } else { found.there - found.then };
    Some(problem.with("there", number(field, found.there)).with("missing", number(field, missing)))
}

fn number(field: &Field, units: i128) -> String {
    let scale = field.kind.scale().unwrap_or(0);
    Decimal::from_units(units).map(|number| number.format(scale)).unwrap_or_default()
}

/// A value as people know it; `None` for an empty one and for a record that the caller may not know.
fn word(ctx: &Context, field: &Field, value: &Value, titles: &HashMap<Uuid, String>) -> Option<String> {
    match value {
        Value::Id(id) => titles.get(id).cloned(),
        Value::Text(text) => {
            let choice = field.choices().and_then(|set| set.choices.iter().find(|choice| choice.value == *text));
            Some(choice.and_then(|choice| label(&choice.label, ctx.locale)).unwrap_or(text).to_owned())
        }
        Value::Boolean(value) => Some(format!("{}: {value}", field_label(field, ctx.locale))),
        Value::Date(date) => Some(date.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The titles of linked records, with the rights of the caller.
async fn titles(ctx: &Context, short: &[Short]) -> Result<HashMap<Uuid, String>, Error> {
    let mut wanted: HashMap<EntityId, BTreeSet<Uuid>> = HashMap::new();
    for found in short.iter().take(MOST) {
        let register = &ctx.catalog().balances[found.resource.0];
        let Some(entity) = ctx.catalog().entity_by_id(&register.entity) else { continue };
        for (dimension, value) in register.dimensions.iter().zip(&found.dimensions) {
            let kind = entity.field_by_id(&dimension.balance).map(|field| &field.kind);
            if let (Some(FieldKind::Link { relation, .. }), Value::Id(id)) = (kind, value) {
                wanted.entry(relation.target.clone()).or_default().insert(*id);
            }
        }
    }
    let mut titles = HashMap::new();
    for (target, ids) in wanted {
        let Some(entity) = ctx.catalog().entity_by_id(&target).filter(|it| ctx.access.read(&it.id).is_some()) else {
            continue;
        };
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let found = read::titles(ctx, entity, &ids).await?;
        titles.extend(ids.iter().filter_map(|id| Some((*id, found.get(id)?.as_str()?.to_owned()))));
    }
    Ok(titles)
}
