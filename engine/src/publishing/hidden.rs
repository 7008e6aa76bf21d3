//! What was dropped and is kept, hidden: listed, and deleted for good when an administrator says so.

use std::collections::{BTreeMap, HashMap, HashSet};

use catalog::{Label, Physical};
use diagnostic::Diagnostic;
use expression::Value;
use migration::{Existing, Leftover};
use serde_json::{Value as Json, json};
use storage::Transaction;
use storage::internal::{documents as stored, rollups};

use super::{beside, schema};
use crate::{Context, Error};

/// Something hidden.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// Identity: of the entity, or of the field.
    pub id: String,
    /// Its entity.
    pub entity: Name,
    /// The field; `None` for the whole entity.
    pub field: Option<Name>,
    /// Whether the field itself is in use, and only what it held before a change of type is hidden.
    pub is_former: bool,
    /// Records, of a field those that have a value.
    pub rows: i64,
}

/// What something was called last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// Technical name.
    pub name: String,
    /// Label.
    pub label: Label,
}

impl Hidden {
    /// Gives what people call it.
    pub fn title(&self, language: &str) -> String {
        let entity = self.entity.label.text(language);
        self.field
            .as_ref()
            .map_or_else(|| entity.to_owned(), |field| format!("{entity} › {}", field.label.text(language)))
    }
}

/// Something hidden with the tables and columns that hold it.
struct Held {
    hidden: Hidden,
    leftovers: Vec<Leftover>,
}

/// Lists what is hidden, by entity and field.
pub async fn list(ctx: &Context) -> Result<Vec<Hidden>, Error> {
    ctx.designer()?;
    let mut found = Vec::new();
    for held in held(ctx).await? {
        let mut rows = 0;
        // Of an entity its own table tells, which stands first.
        let telling = if held.hidden.field.is_some() { held.leftovers.len() } else { 1 };
        for leftover in held.leftovers.iter().take(telling) {
            let counted = ctx.engine.database().fetch(&leftover.count()).await?;
            if let Some([Value::Integer(count)]) = counted.first().map(Vec::as_slice) {
                rows = rows.max(*count);
            }
        }
        found.push(Hidden { rows, ..held.hidden });
    }
    Ok(found)
}

/// Deletes hidden things for good, and gives the number of the revision that tells everybody.
pub async fn purge(
    ctx: &Context,
    ids: &[String],
    allow_destructive: bool,
    note: impl Fn(&str) -> String,
) -> Result<(u64, Vec<Hidden>), Error> {
    ctx.administers("access.administer_purge")?;
    let mut held = held(ctx).await?;
    let mut mistakes: Vec<Diagnostic> = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        if !held.iter().any(|held| held.hidden.id == *id) {
            mistakes.push(Diagnostic::error("purge.unknown").with("found", id).at(format!("/ids/{at}")));
        }
    }
    if ids.is_empty() {
        mistakes.push(Diagnostic::error("purge.nothing").at("/ids"));
    }
    if !allow_destructive {
        mistakes.push(Diagnostic::error("purge.not_allowed").at("/allow_destructive"));
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let wanted: HashSet<&String> = ids.iter().collect();
    held.retain(|held| wanted.contains(&held.hidden.id));
    let mut tx = beside::begin(ctx).await?;
    let existing = Existing::from_rows(&tx.fetch(&Existing::statement(tx.dialect())).await?);
    let still = migration::leftovers(&migration::schema(ctx.catalog()), &existing);
    let mut leftovers: Vec<Leftover> = held.iter().flat_map(|held| held.leftovers.iter().cloned()).collect();
    leftovers.retain(|leftover| still.contains(leftover));
    let before = ctx.engine.published().physical.clone();
    let owners = before.owners();
    // Links before the tables they point to, each once: columns, relations, entities.
    let rank = |leftover: &Leftover| match (&leftover.column, owners.get(&*leftover.table)) {
        (Some(_), _) => 0,
        (None, Some((_, shape))) if !shape.is_empty() => 1,
        _ => 2,
    };
    leftovers.sort_by_key(|leftover| (rank(leftover), leftover.clone()));
    leftovers.dedup();
    let statements: Vec<String> = leftovers.iter().map(|leftover| leftover.drop(tx.dialect())).collect();
    tx.execute_script(&statements).await.map_err(beside::busy)?;
    let mut physical = before.clone();
    for held in &held {
        let names = held.leftovers.iter().map(|it| it.column.as_ref().unwrap_or(&it.table).clone());
        physical.purge(&held.hidden.id, &names.collect::<Vec<_>>());
        // A link to an entity goes with it, and comes back empty like it.
        for leftover in &held.leftovers {
            let owner = owners.get(leftover.column.as_deref().unwrap_or(&leftover.table));
            if let Some((field, _)) = owner.filter(|(_, shape)| !shape.is_empty()) {
                physical.purge(field, &[]);
            }
        }
    }
    let forgotten: Vec<&str> =
        before.names.keys().filter(|key| !physical.names.contains_key(*key)).map(String::as_str).collect();
    for batch in forgotten.chunks(500) {
        tx.execute(&stored::forget_physical(batch)).await?;
    }
    schema::keep_names(&mut tx, &before, &physical).await?;
    forget_totals(&mut tx, ctx).await?;
    let purged: Vec<Hidden> = held.into_iter().map(|held| held.hidden).collect();
    let titles: Vec<String> = purged.iter().map(|hidden| hidden.title(ctx.locale.code())).collect();
    let note = note(&titles.join(", "));
    let changes = purged.iter().map(|hidden| json!({"id": hidden.id, "entity": hidden.entity.name, "field": hidden.field.as_ref().map(|field| &field.name)}));
    let deed = beside::Deed { operation: "purge", changes: changes.collect(), note: &shortened(note) };
    Ok((beside::end(tx, ctx, deed).await?, purged))
}

/// Deletes what the aggregates of formulas came to that are there no more, with their records or without.
async fn forget_totals(tx: &mut Transaction, ctx: &Context) -> Result<(), Error> {
    let formulas = &ctx.catalog().triggers.formulas;
    let rolled: HashSet<&str> =
        formulas.iter().filter(|it| !it.rollups.is_empty()).map(|it| it.field.as_str()).collect();
    let kept = tx.fetch(&rollups::fields()).await?;
    let kept =
        kept.iter().filter_map(|row| if let [Value::Text(field)] = row.as_slice() { Some(&**field) } else { None });
    let gone: Vec<&str> = kept.filter(|field| !rolled.contains(field)).collect();
    for batch in gone.chunks(500) {
        tx.execute(&rollups::forget_fields(batch)).await?;
    }
    Ok(())
}

async fn held(ctx: &Context) -> Result<Vec<Held>, Error> {
    let database = ctx.engine.database();
    let existing = Existing::from_rows(&database.fetch(&Existing::statement(database.dialect())).await?);
    let published = ctx.engine.published();
    let leftovers = migration::leftovers(&migration::schema(ctx.catalog()), &existing);
    if leftovers.is_empty() {
        return Ok(Vec::new());
    }
    let history = database.fetch(&stored::history()).await?;
    Ok(gather(ctx, leftovers, &published.physical, &Names::of(&history)))
}

/// Puts tables and columns together by what they belonged to; what a publish prepares has no kept name yet and is nobody's.
fn gather(ctx: &Context, leftovers: Vec<Leftover>, physical: &Physical, names: &Names) -> Vec<Held> {
    let catalog = ctx.catalog();
    let owners = physical.owners();
    let goes: HashSet<String> = leftovers.iter().filter(|it| it.column.is_none()).map(|it| it.table.clone()).collect();
    let mut found: BTreeMap<(bool, String), Held> = BTreeMap::new();
    let (mut links, mut parts) = (Vec::new(), Vec::new());
    for leftover in leftovers {
        let own = leftover.column.as_ref().unwrap_or(&leftover.table);
        let Some((id, shape)) = owners.get(own.as_str()).copied() else { continue };
        if shape.is_empty() {
            let Some(entity) = names.entities.get(id) else { continue };
            let hidden = Hidden { id: id.to_owned(), entity: entity.clone(), field: None, is_former: false, rows: 0 };
            found.insert((false, id.to_owned()), Held { hidden, leftovers: vec![leftover] });
            continue;
        }
        if let Some(target) = shape.strip_prefix("link ").or_else(|| shape.strip_prefix("links ")) {
            links.push((target.to_owned(), leftover.clone()));
        }
        // The columns of a table that goes need no place of their own.
        if leftover.column.is_none() || !goes.contains(&leftover.table) {
            parts.push((id.to_owned(), leftover));
        }
    }
    for (id, leftover) in parts {
        let Some((owner, field)) = names.fields.get(&id) else { continue };
        let living = catalog.entity_by_id(&catalog::EntityId::new(owner));
        // What belongs to a hidden entity goes and comes with it.
        if living.is_none() {
            if let Some(held) = found.get_mut(&(false, owner.clone())) {
                held.leftovers.push(leftover);
            }
            continue;
        }
        let is_former = living.is_some_and(|entity| entity.field_by_id(&catalog::FieldId::new(&id)).is_some());
        let entity = living.map(|entity| Name { name: entity.name.clone(), label: entity.label.clone() });
        let entity = entity.unwrap_or_default();
        let hidden = Hidden { id: id.clone(), entity, field: Some(field.clone()), is_former, rows: 0 };
        found.entry((true, id)).or_insert(Held { hidden, leftovers: Vec::new() }).leftovers.push(leftover);
    }
    for (target, leftover) in links {
        if let Some(held) = found.get_mut(&(false, target)) {
            held.leftovers.push(leftover);
        }
    }
    let mut held: Vec<Held> = found.into_values().collect();
    let key =
        |held: &Held| (held.hidden.entity.name.clone(), held.hidden.field.as_ref().map(|field| field.name.clone()));
    held.sort_by_key(key);
    held
}

/// What entities and fields were called last, by identity.
#[derive(Default)]
struct Names {
    entities: HashMap<String, Name>,
    /// With the identity of the entity.
    fields: HashMap<String, (String, Name)>,
}

impl Names {
    /// Reads the JSON of entities, the newest first.
    fn of(rows: &[Vec<Value>]) -> Self {
        let mut names = Self::default();
        for row in rows {
            let [Value::Text(text)] = row.as_slice() else { continue };
            let json: Json = serde_json::from_str(text).unwrap_or_default();
            let Some(id) = json["id"].as_str() else { continue };
            names.entities.entry(id.to_owned()).or_insert_with(|| name(&json));
            for field in json["fields"].as_array().into_iter().flatten() {
                let Some(its) = field["id"].as_str() else { continue };
                names.fields.entry(its.to_owned()).or_insert_with(|| (id.to_owned(), name(field)));
            }
        }
        names
    }
}

fn name(json: &Json) -> Name {
    let name = json["name"].as_str().unwrap_or_default().to_owned();
    let label: Label = serde_json::from_value(json["label"].clone()).unwrap_or_default();
    Name { label: label.or_name(&name), name }
}

/// A note has its greatest length.
fn shortened(note: String) -> String {
    const LONGEST: usize = 500;
    if note.chars().count() <= LONGEST { note } else { note.chars().take(LONGEST - 1).chain(['…']).collect() }
}
