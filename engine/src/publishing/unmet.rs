//! Records that stay as they are though the next revision asks of them what they do not meet: new rules and patterns.

use catalog::{Entity, Field, FieldKind, Pattern};
use diagnostic::Diagnostic;
use expression::Value;
use migration::{Texts, texts};
use query::{Count, Request, SelectItem};
use schemas::Body;
use uuid::Uuid;

use super::preview::Preview;
use crate::records::command::identity;
use crate::records::read;
use crate::{Context, Error};

/// Records shown as examples.
const EXAMPLES: usize = 20;

/// Says of each rule and pattern that is new or another one how many records there are that a save would refuse.
pub(super) async fn warnings(ctx: &Context, preview: &Preview) -> Result<Vec<Diagnostic>, Error> {
    let mut warnings = Vec::new();
    for change in &preview.changes {
        let Some(Body::Entity(written)) = change.after.as_ref().map(|document| &document.body) else { continue };
        let base = &preview.base.catalog;
        let (Some(next), Some(before)) =
            (preview.catalog.entity(&written.name), base.entity_by_id(&catalog::EntityId::new(&change.id)))
        else {
            continue;
        };
        let known =
            |at: usize| next.rules.get(at).is_some_and(|rule| before.rules.iter().any(|it| it.when == rule.when));
        for (at, rule) in written.rules.iter().enumerate().filter(|(at, _)| !known(*at)) {
            let Some(found) = broken(ctx, before, &rule.when).await? else { continue };
            let label = catalog::Label(rule.message.0.clone()).or_name(&rule.name).0;
            warnings.push(about(found, next, format!("/rules/{at}")).named("rule", &rule.name, &label));
        }
        for (from, to, pattern) in patterns(before, next) {
            let Some(found) = unmatched(ctx, before, from, pattern).await? else { continue };
            let at = written.fields.iter().position(|field| field.name == to.name).unwrap_or_default();
            warnings.push(about(found, next, format!("/fields/{at}")).named("field", &to.name, &to.label.0));
        }
    }
    Ok(warnings)
}

fn about(found: Diagnostic, entity: &Entity, pointer: String) -> Diagnostic {
    let found = found.named("entity", &entity.name, &entity.label.0);
    found.in_document(format!("entity/{}", entity.name)).at(pointer)
}

/// Counts the records that a rule refuses, among those that the caller may read; `None` when there are none, or when the
/// rule speaks of what is not published yet.
async fn broken(ctx: &Context, entity: &Entity, rule: &str) -> Result<Option<Diagnostic>, Error> {
    let request = Request {
        select: Some(vec![SelectItem::Path("id".to_owned())]),
        filter: Some(rule.to_owned()),
        limit: Some(EXAMPLES as u32),
        count: Count::Exact,
        ..Request::default()
    };
    let Ok(plan) = query::plan::list(&ctx.access, &entity.name, &request, &read::settings(ctx)) else {
        return Ok(None);
    };
    let database = ctx.engine.database();
    let count = match database.fetch(&query::count(&plan)).await {
        Ok(rows) => read::counted(&rows),
        // A rule that asks much of many records is no reason to plan nothing.
        Err(storage::Error::Deadline) => return Ok(Some(Diagnostic::warning("migration.rule_not_counted"))),
        Err(error) => return Err(error.into()),
    };
    if count == 0 {
        return Ok(None);
    }
    let items = query::shape(&plan, database.fetch(&query::select(&plan)).await?).items;
    let id = |item: &String| serde_json::from_str::<serde_json::Value>(item).ok()?["id"].as_str().and_then(identity);
    let ids: Vec<Uuid> = items.iter().filter_map(id).collect();
    let titles = read::titles(ctx, entity, &ids).await?;
    let titles: Vec<&str> = ids.iter().filter_map(|id| titles.get(id)?.as_str()).collect();
    let found = Diagnostic::warning("migration.rule_broken").with("count", count);
    Ok(Some(if titles.is_empty() { found } else { found.with("examples", titles.join(", ")) }))
}

/// Lists the fields that keep their column and get another pattern: as they are, as they will be.
fn patterns<'a>(before: &'a Entity, next: &'a Entity) -> Vec<(&'a Field, &'a Field, &'a Pattern)> {
    let asked = |to: &'a Field| {
        let from = before.field_by_id(&to.id).filter(|from| from.columns == to.columns)?;
        let pattern = pattern(to).filter(|pattern| self::pattern(from) != Some(pattern))?;
        Some((from, to, pattern))
    };
    next.fields.iter().filter_map(asked).collect()
}

fn pattern(field: &Field) -> Option<&Pattern> {
    match &field.kind {
        FieldKind::Text { pattern, .. } => pattern.as_ref(),
        _ => None,
    }
}

/// Counts the records whose text does not match; no database knows the expressions of patterns.
async fn unmatched(
    ctx: &Context,
    entity: &Entity,
    field: &Field,
    pattern: &Pattern,
) -> Result<Option<Diagnostic>, Error> {
    let Some(column) = field.columns.first() else { return Ok(None) };
    let database = ctx.engine.database();
    let column = Texts::new(&entity.table, column);
    let (mut after, mut count, mut examples) = (None, 0, Vec::new());
    loop {
        let rows = database.fetch(&column.live(after, database.dialect())).await?;
        for row in &rows {
            if let [_, Value::Text(text)] = row.as_slice()
                && !pattern.is_match(text)
            {
                count += 1;
                if examples.len() < EXAMPLES {
                    examples.push(text.to_string());
                }
            }
        }
        after = texts::next(&rows);
        if after.is_none() {
            break;
        }
    }
    let found = Diagnostic::warning("migration.not_of_pattern").with("count", count);
    Ok((count > 0).then(|| found.with("examples", examples.join(", "))))
}
