//! Many-to-many fields: what changes in their junctions.

use std::collections::{BTreeMap, HashMap, HashSet};

use access::Grant;
use catalog::{Field, FieldKind};
use expression::{FieldId, Value};
use query::write::{Bin, Lock};
use uuid::Uuid;

use super::CHUNK;
use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use crate::{Context, Error};

/// Pairs written by one statement: each is a condition of its own, and SQLite nests them.
const PAIRS: usize = 400;

/// Targets of a field before and now.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Moved {
    /// Targets before, in the order of their identities.
    pub(crate) from: Vec<Uuid>,
    /// Targets now, likewise.
    pub(crate) to: Vec<Uuid>,
}

/// Changed targets by record and field.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Changes of each record that has any.
    pub(crate) by_record: HashMap<Uuid, BTreeMap<FieldId, Moved>>,
}

/// Compares the given targets with those there are.
pub(crate) async fn changes(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let entity = set.entity().clone();
    for field in entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Links { .. })) {
        let given: Vec<Uuid> = set
            .commands
            .iter()
            .filter(|command| command.links.contains_key(&field.id))
            .map(|command| command.id)
            .collect();
        if given.is_empty() {
            continue;
        }
        let mut now_there: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        if set.act == Act::Update
            && let Some(statement) = query::write::links_read(&set.grant, field, &given, unit.dialect())
        {
            for row in unit.tx(ctx).await?.fetch(&statement).await? {
                if let [Value::Id(source), Value::Id(target)] = row.as_slice() {
                    now_there.entry(*source).or_default().push(*target);
                }
            }
        }
        let unseen = unseen(ctx, unit, field, now_there.values().flatten()).await?;
        for command in &set.commands {
            let Some(given) = command.links.get(&field.id) else { continue };
            let mut moved = Moved { from: now_there.remove(&command.id).unwrap_or_default(), to: given.clone() };
            moved.to.extend(moved.from.iter().filter(|target| unseen.contains(target)));
            moved.from.sort_unstable();
            moved.to.sort_unstable();
            moved.to.dedup();
            if moved.from != moved.to {
                set.links.by_record.entry(command.id).or_default().insert(field.id.clone(), moved);
            }
        }
    }
    Ok(())
}

/// Finds the targets that the caller may not see: who replaces the list did not mean them, and they stay.
async fn unseen(
    ctx: &Context,
    unit: &mut UnitOfWork,
    field: &Field,
    targets: impl Iterator<Item = &Uuid>,
) -> Result<HashSet<Uuid>, Error> {
    let Some(relation) = field.relation() else { return Ok(HashSet::new()) };
    let mut unseen: HashSet<Uuid> = targets.copied().collect();
    let Some(grant) = ctx.access.read(&relation.target) else { return Ok(unseen) };
    if grant.condition().is_none() {
        return Ok(HashSet::new());
    }
    let all: Vec<Uuid> = unseen.iter().copied().collect();
    for ids in all.chunks(CHUNK) {
        // A target in the bin is nobody's and goes as before.
        let statement = query::write::load(&grant, ids, Lock::None, Bin::Any, unit.dialect());
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            if let Some(Value::Id(seen)) = row.first() {
                unseen.remove(seen);
            }
        }
    }
    Ok(unseen)
}

/// Writes what came and went.
pub(crate) async fn write(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    if set.links.by_record.is_empty() {
        return Ok(());
    }
    let entity = set.entity();
    for field in entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Links { .. })) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for (id, fields) in &set.links.by_record {
            let Some(moved) = fields.get(&field.id) else { continue };
            gone.extend(moved.from.iter().filter(|target| !moved.to.contains(target)).map(|target| (*id, *target)));
            come.extend(moved.to.iter().filter(|target| !moved.from.contains(target)).map(|target| (*id, *target)));
        }
        put(ctx, unit, &set.grant, field, &gone, &come).await?;
    }
    Ok(())
}

/// Takes pairs of a field's junction away and adds others.
pub(crate) async fn put(
    ctx: &Context,
    unit: &mut UnitOfWork,
    grant: &Grant,
    field: &Field,
    gone: &[(Uuid, Uuid)],
    come: &[(Uuid, Uuid)],
) -> Result<(), Error> {
    let dialect = unit.dialect();
    for pairs in gone.chunks(PAIRS) {
        if let Some(statement) = query::write::links_delete(grant, field, pairs, dialect) {
            unit.tx(ctx).await?.execute(&statement).await?;
        }
    }
    for pairs in come.chunks(PAIRS) {
        if let Some(statement) = query::write::links_insert(grant, field, pairs, dialect) {
            unit.tx(ctx).await?.execute(&statement).await?;
        }
    }
    Ok(())
}
