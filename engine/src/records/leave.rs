//! Leave on single records: what a grant says of a record before and after a write.
//!
//! A condition that looks at nothing but the record's own values is evaluated here, the others by the database: before
//! the write for the record as it was, after it for the record as it is. A write is refused on either.

use std::collections::{HashMap, HashSet};

use access::{Grant, Operation, Reach};
use catalog::Field;
use diagnostic::Diagnostic;
use expression::{Expr, Value};
use query::Image;
use uuid::Uuid;

use super::command::{Command, field_label};
use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use super::{CHUNK, judge, label};
use crate::{Context, Error};

/// Which side of a write is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// A condition of a set with the commands it binds and what their refusal says.
struct Bound {
    condition: Expr,
    /// Numbers of the commands.
    of: Vec<usize>,
    /// The field that is written; `None` for the record itself.
    field: Option<Field>,
}

/// Judges the records of a change as they were.
pub(crate) async fn before(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    if set.act == Act::Create {
        return Ok(());
    }
    let bound = conditions(set);
    let (own, across): (Vec<Bound>, Vec<Bound>) =
        bound.into_iter().partition(|bound| judge::is_own(ctx.catalog(), &bound.condition));
    judge_own(ctx, set, &own, &set.before, Side::Before)?;
    judge_stored(ctx, unit, set, &across, Side::Before).await
}

/// Judges the records of a set as they are to be, as far as their own values tell.
pub(crate) fn after(ctx: &Context, set: &Set) -> Result<(), Error> {
    let own: Vec<Bound> =
        conditions(set).into_iter().filter(|bound| judge::is_own(ctx.catalog(), &bound.condition)).collect();
    judge_own(ctx, set, &own, &set.after, Side::After)
}

/// Judges the records of a set once they are written, by what else the conditions look at.
pub(crate) async fn written(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    let across: Vec<Bound> =
        conditions(set).into_iter().filter(|bound| !judge::is_own(ctx.catalog(), &bound.condition)).collect();
    judge_stored(ctx, unit, set, &across, Side::After).await
}

/// Says which of the stored records, live or not, the grant's condition holds for.
pub(crate) async fn reached(
    ctx: &Context,
    unit: &mut UnitOfWork,
    grant: &Grant,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, Error> {
    let Some(condition) = grant.condition() else { return Ok(ids.iter().copied().collect()) };
    let mut reached = HashSet::new();
    for ids in ids.chunks(CHUNK) {
        let Some(statement) = query::write::conditions_met(grant, &[condition], ids, unit.dialect()) else { continue };
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            if let [Value::Id(id), Value::Boolean(true)] = row.as_slice() {
                reached.insert(*id);
            }
        }
    }
    Ok(reached)
}

/// Refuses an operation on stored records unless the grant reaches every one of them.
pub(crate) async fn of_all(ctx: &Context, unit: &mut UnitOfWork, grant: &Grant, ids: &[Uuid]) -> Result<(), Error> {
    let reached = reached(ctx, unit, grant, ids).await?;
    if ids.iter().all(|id| reached.contains(id)) { Ok(()) } else { Err(refused(ctx, grant, Side::Before)) }
}

/// The conditions of a set: its grant's on every record, and those of fields on the records that write them.
fn conditions(set: &Set) -> Vec<Bound> {
    let mut bound = Vec::new();
    if let Some(condition) = set.grant.condition() {
        bound.push(Bound { condition: condition.clone(), of: (0..set.commands.len()).collect(), field: None });
    }
    for field in &set.entity().fields {
        let Reach::Some(condition) = set.grant.reach(field) else { continue };
        let writers = set.commands.iter().enumerate().filter(|(_, command)| command.writes(field));
        let of: Vec<usize> = writers.map(|(at, _)| at).collect();
        if !of.is_empty() {
            bound.push(Bound { condition, of, field: Some(field.clone()) });
        }
    }
    bound
}

fn judge_own(ctx: &Context, set: &Set, bound: &[Bound], images: &[Image], side: Side) -> Result<(), Error> {
    let entity = &set.entity().id;
    for bound in bound {
        let fails = |at: &&usize| {
            let id = set.commands[**at].id;
            !judge::is_true(ctx, &bound.condition, entity, id, &images[**at])
        };
        if let Some(at) = bound.of.iter().find(fails) {
            return Err(bound.refused(ctx, set, *at, side));
        }
    }
    Ok(())
}

async fn judge_stored(
    ctx: &Context,
    unit: &mut UnitOfWork,
    set: &Set,
    bound: &[Bound],
    side: Side,
) -> Result<(), Error> {
    if bound.is_empty() {
        return Ok(());
    }
    let conditions: Vec<&Expr> = bound.iter().map(|bound| &bound.condition).collect();
    let ids: Vec<Uuid> = set.commands.iter().map(|command| command.id).collect();
    let mut met: HashMap<Uuid, Vec<bool>> = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let statement = query::write::conditions_met(&set.grant, &conditions, ids, unit.dialect());
        let Some(statement) = statement else { continue };
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            let Some((Value::Id(id), truths)) = row.split_first() else { continue };
            met.insert(*id, truths.iter().map(|truth| *truth == Value::Boolean(true)).collect());
        }
    }
    for (number, bound) in bound.iter().enumerate() {
        let fails = |at: &&usize| !met.get(&set.commands[**at].id).is_some_and(|truths| truths[number]);
        if let Some(at) = bound.of.iter().find(fails) {
            return Err(bound.refused(ctx, set, *at, side));
        }
    }
    Ok(())
}

impl Bound {
    fn refused(&self, ctx: &Context, set: &Set, at: usize, side: Side) -> Error {
        let command = &set.commands[at];
        match &self.field {
            None => refused(ctx, &set.grant, side).below(&command.at),
            Some(field) => {
                let mistake = Diagnostic::error("record.field_refused").with("field", field_label(field, ctx.locale));
                Error::Forbidden(mistake.at(format!("{}/{}", command.at, field.name)))
            }
        }
    }
}

/// The refusal of an operation on a record as it is.
pub(crate) fn refused_before(ctx: &Context, grant: &Grant) -> Error {
    refused(ctx, grant, Side::Before)
}

fn refused(ctx: &Context, grant: &Grant, side: Side) -> Error {
    let entity = grant.entity();
    let code = match (grant.operation(), side) {
        (Operation::Create, _) => "record.create_refused",
        (Operation::Delete, _) => "record.delete_refused",
        (Operation::Export, _) => "record.export_refused",
        (Operation::Share, _) => "record.share_refused",
        (_, Side::Before) => "record.update_refused",
        (_, Side::After) => "record.update_leaves_rights",
    };
    Error::Forbidden(Diagnostic::error(code).with("entity", label(&entity.label, ctx.locale).unwrap_or(&entity.name)))
}

impl Command {
    /// Says whether the client writes the field.
    fn writes(&self, field: &Field) -> bool {
        self.given.as_ref().is_some_and(|given| given.contains(&field.id))
    }
}
