//! Lines of `children` fields, saved with their parents: given lines replace those there are.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use access::Operation;
use catalog::{Entity, FieldKind, Relation};
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use query::write::Lock;
use uuid::Uuid;

use super::command::{Command, field_label};
use super::save::{self, Set};
use super::unit_of_work::{Act, UnitOfWork};
use super::{leave, trash};
use crate::{Context, Error};

/// Lines that come, change and go with the records of a set.
#[derive(Default)]
pub(crate) struct Children {
    created: Vec<Set>,
    updated: Vec<Set>,
    removed: Vec<(EntityId, Vec<Uuid>)>,
    /// Parents of which a line comes, changes or goes.
    pub(crate) touched: HashSet<Uuid>,
    /// The same with the field that the lines are of.
    pub(crate) touched_by: HashSet<(FieldId, Uuid)>,
}

impl Children {
    fn touch(&mut self, field: &FieldId, parent: Uuid) {
        self.touched.insert(parent);
        self.touched_by.insert((field.clone(), parent));
    }

    /// All sets of lines.
    pub(crate) fn sets_mut(&mut self) -> impl Iterator<Item = &mut Set> {
        self.created.iter_mut().chain(&mut self.updated)
    }
}

/// Gathers the lines of all parents into sets and prepares them.
pub(crate) async fn prepare(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let entity = set.entity().clone();
    for field in &entity.fields {
        if let FieldKind::Children { relation } = &field.kind {
            prepare_field(ctx, unit, set, &field.id, relation).await?;
        }
    }
    Ok(())
}

/// The given lines of one field: those of each parent, and the parents they are of.
#[derive(Default)]
struct Given {
    created: Vec<Command>,
    updated: Vec<Command>,
    /// Parent of each updated line.
    parents: HashMap<Uuid, Uuid>,
    /// Parents whose lines were given.
    of: Vec<Uuid>,
}

async fn prepare_field(
    ctx: &Context,
    unit: &mut UnitOfWork,
    set: &mut Set,
    field: &FieldId,
    relation: &Relation,
) -> Result<(), Error> {
    let Some(link) = relation.inverse.clone() else { return Ok(()) };
    let given = take(set, field, &link);
    if given.of.is_empty() {
        return Ok(());
    }
    let there = if set.act == Act::Update { existing(ctx, unit, relation, &given.of).await? } else { BTreeMap::new() };
    let removed: Vec<Uuid> = there.keys().filter(|line| !given.parents.contains_key(line)).copied().collect();
    removed.iter().filter_map(|line| there.get(line)).for_each(|parent| set.children.touch(field, *parent));
    if !removed.is_empty() {
        let Some(deleting) = ctx.access.grant(&relation.target, Operation::Delete) else {
            return Err(refused(ctx, set.entity(), field));
        };
        leave::of_all(ctx, unit, &deleting, &removed).await?;
        set.children.removed.push((relation.target.clone(), removed));
    }
    let mut updated = Vec::with_capacity(given.updated.len());
    for mut line in given.updated {
        if there.get(&line.id) == given.parents.get(&line.id) {
            updated.push(line);
        } else {
            line.mistakes.push(Diagnostic::error("record.line_unknown").at(format!("{}/id", line.at)));
            let parent = given.parents.get(&line.id).copied();
            blame(set, parent, line.take_mistakes());
        }
    }
    for (operation, commands) in [(Operation::Create, given.created), (Operation::Update, updated)] {
        if commands.is_empty() {
            continue;
        }
        let Some(grant) = ctx.access.grant(&relation.target, operation) else {
            return Err(refused(ctx, set.entity(), field));
        };
        let mut lines = Set::new(grant, commands);
        save::prepare(ctx, unit, &mut lines).await?;
        note_touched(set, &lines, field, &link);
        if operation == Operation::Create { set.children.created.push(lines) } else { set.children.updated.push(lines) }
    }
    Ok(())
}

/// Takes the lines out of the commands of their parents and links each to its parent.
fn take(set: &mut Set, field: &FieldId, link: &FieldId) -> Given {
    let mut given = Given::default();
    for command in &mut set.commands {
        let Some(at) = command.lines.iter().position(|lines| lines.field == *field) else { continue };
        given.of.push(command.id);
        for line in std::mem::take(&mut command.lines[at].items) {
            let mut lines = line.command;
            lines.values.insert(link.clone(), Value::Id(command.id));
            if line.fresh {
                given.created.push(lines);
            } else if let Entry::Vacant(known) = given.parents.entry(lines.id) {
                known.insert(command.id);
                given.updated.push(lines);
            } else {
                command.mistakes.push(Diagnostic::error("record.line_twice").at(format!("{}/id", lines.at)));
            }
        }
    }
    given
}

/// Finds the lines of parents that the caller may see: of these, those not given go.
async fn existing(
    ctx: &Context,
    unit: &mut UnitOfWork,
    relation: &Relation,
    parents: &[Uuid],
) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let link = relation.inverse.as_ref();
    let entity = ctx.catalog().entity_by_id(&relation.target);
    let (Some(grant), Some(field)) =
        (ctx.access.read(&relation.target), entity.zip(link).and_then(|(entity, link)| entity.field_by_id(link)))
    else {
        return Ok(BTreeMap::new());
    };
    let Some(statement) = query::write::lines(&grant, field, parents, Lock::Update, unit.dialect()) else {
        return Ok(BTreeMap::new());
    };
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| match row.as_slice() {
            [Value::Id(line), Value::Id(parent)] => Some((*line, *parent)),
            _ => None,
        })
        .collect())
}

fn note_touched(set: &mut Set, lines: &Set, field: &FieldId, link: &FieldId) {
    for (at, after) in lines.after.iter().enumerate() {
        if let (true, Some(Value::Id(parent))) = (lines.is_changed(at), after.values.get(link)) {
            set.children.touch(field, *parent);
        }
    }
}

fn blame(set: &mut Set, parent: Option<Uuid>, mistakes: Vec<Diagnostic>) {
    if let Some(command) = set.commands.iter_mut().find(|command| Some(command.id) == parent) {
        command.mistakes.extend(mistakes);
    }
}

fn refused(ctx: &Context, entity: &Entity, field: &FieldId) -> Error {
    let label = entity.field_by_id(field).map(|field| field_label(field, ctx.locale)).unwrap_or_default();
    Error::Forbidden(Diagnostic::error("record.lines_forbidden").with("field", label))
}

/// Writes the lines: first those that go, whose unique values are free then.
pub(crate) async fn apply(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    for (entity, ids) in std::mem::take(&mut set.children.removed) {
        trash::remove(ctx, unit, &entity, &ids).await?;
    }
    for lines in set.children.updated.iter_mut().chain(&mut set.children.created) {
        save::apply(ctx, unit, lines).await?;
    }
    Ok(())
}
