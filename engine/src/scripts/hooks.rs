//! Functions that run when records are saved or deleted, as steps of the save.

use std::collections::HashMap;
use std::sync::Arc;

use access::Reach;
use catalog::script::{Hook, HookEvent, RunAs};
use catalog::{Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{EntityId, RecordRef, Value};
use query::Image;
use scripting::{Argument, Member};
use uuid::Uuid;

use super::apply;
use super::budget::Budget;
use super::elsewhere::Egress;
use super::reading;
use super::run::{Call, Ran, rights, run};
use super::session::{Seen, Subject, is_many};
use crate::records::batch;
use crate::records::command::{Command, Reader};
use crate::records::save::Set;
use crate::records::unit_of_work::{Act, UnitOfWork};
use crate::records::{Operation, judge, leave, references};
use crate::{Context, Error};

/// A save does not wait for elsewhere, nor undo what was asked there.
const IN_SAVE: Egress = Egress::Nothing("script.http_in_hook");

/// What hooks want done beside the record that is saved, with whose rights, by which script.
pub(crate) struct Follow {
    rights: Context,
    script: String,
    operations: Vec<Operation>,
}

/// Runs the hooks before records are written: they may change their values and refuse them.
pub(crate) async fn before_save(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let hooks = ctx.catalog().scripts.hooks(&set.entity().id, HookEvent::BeforeSave);
    if hooks.is_empty() {
        return Ok(());
    }
    let hooks = hooks.to_vec();
    let mut moved = false;
    for at in 0..set.commands.len() {
        for hook in &hooks {
            // Values that could not be read would only mislead the function.
            if set.commands[at].mistakes.is_empty() {
                let rights = rights(ctx, &hook.called);
                let after = provisional(&set.before[at], &set.commands[at]);
                let seen = seen(&rights, unit, set, at, &after).await?;
                let ran = call(ctx, &rights, unit, hook, set, at, seen, true).await;
                moved |= settle(&rights, set, at, hook, ran)?;
                if set.commands[at].references.is_empty() {
                    continue;
                }
                references::resolve(&rights, unit, set).await?;
            }
        }
    }
    // A field that the caller may write on some records only was perhaps not among those it was judged for.
    if moved { leave::before(ctx, unit, set).await } else { Ok(()) }
}

/// Runs the hooks that only judge, when all values are settled.
pub(crate) async fn validate(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let hooks = ctx.catalog().scripts.hooks(&set.entity().id, HookEvent::Validate);
    if hooks.is_empty() {
        return Ok(());
    }
    let hooks = hooks.to_vec();
    for at in 0..set.commands.len() {
        for hook in &hooks {
            if set.commands[at].mistakes.is_empty() {
                let rights = rights(ctx, &hook.called);
                let seen = seen(&rights, unit, set, at, &set.after[at]).await?;
                let ran = call(ctx, &rights, unit, hook, set, at, seen, false).await;
                settle(&rights, set, at, hook, ran)?;
            }
        }
    }
    Ok(())
}

/// Does what the hooks of a set want done, once its records are written.
pub(crate) async fn follow(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    for follow in std::mem::take(&mut set.follow) {
        let deeper = Context { depth: ctx.depth + 1, ..follow.rights };
        join(&deeper, unit, &follow.script, &follow.operations).await?;
    }
    Ok(())
}

/// Runs the hooks before records go to the recycle bin, by entity.
pub(crate) async fn before_delete(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &EntityId,
    ids: &[Uuid],
) -> Result<(), Error> {
    let hooks = ctx.catalog().scripts.hooks(entity, HookEvent::BeforeDelete).to_vec();
    for id in ids {
        for hook in &hooks {
            let rights = rights(ctx, &hook.called);
            let record = RecordRef { entity: entity.clone(), id: *id };
            let arguments = vec![Argument::Record(record)];
            let call = Call { called: &hook.called, arguments, subject: None, egress: IN_SAVE, budget: Budget::HOOK };
            let ran = Box::pin(run(ctx, &rights, Some(unit), call)).await?;
            let operations = apply::operations(ran.pending);
            let deeper = Context { depth: ctx.depth + 1, ..rights };
            join(&deeper, unit, &hook.called.script, &operations).await?;
        }
    }
    Ok(())
}

/// Performs operations within the transaction of a save.
async fn join(ctx: &Context, unit: &mut UnitOfWork, script: &str, operations: &[Operation]) -> Result<(), Error> {
    if operations.is_empty() {
        return Ok(());
    }
    let before = unit.script.replace(script.into());
    let done = Box::pin(batch::within(ctx, unit, operations)).await;
    unit.script = before;
    done.map(drop).map_err(apply::placed)
}

#[expect(clippy::too_many_arguments, reason = "a record of a set, as it was and is to be, and what is called for it")]
async fn call(
    ctx: &Context,
    rights: &Context,
    unit: &mut UnitOfWork,
    hook: &Hook,
    set: &Set,
    at: usize,
    seen: Seen,
    is_open: bool,
) -> Result<Ran, Error> {
    let record = RecordRef { entity: set.entity().id.clone(), id: set.commands[at].id };
    let before = match set.act {
        Act::Create => Argument::Json(serde_json::Value::Null),
        _ => Argument::Values(values(rights, set.entity(), &set.before[at])),
    };
    let arguments = vec![Argument::Record(record.clone()), before];
    let subject = Some(Subject { record, seen, is_open });
    let call = Call { called: &hook.called, arguments, subject, egress: IN_SAVE, budget: Budget::HOOK };
    Box::pin(run(ctx, rights, Some(unit), call)).await
}

/// Takes over what a hook made of a record; says whether the caller's own rights have to be judged anew.
fn settle(rights: &Context, set: &mut Set, at: usize, hook: &Hook, ran: Result<Ran, Error>) -> Result<bool, Error> {
    let command = &mut set.commands[at];
    let ran = match ran {
        Ok(ran) => ran,
        Err(Error::Invalid(mistakes)) => {
            command.mistakes.extend(mistakes.into_iter().map(|mistake| below(command.at.as_str(), mistake)));
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let operations = apply::operations(ran.pending);
    if !operations.is_empty() {
        set.follow.push(Follow { rights: rights.clone(), script: hook.called.script.clone(), operations });
    }
    if ran.changes.is_empty() {
        return Ok(false);
    }
    let operation = set.grant.operation();
    let grant = rights.access.grant(&set.grant.entity().id, operation).unwrap_or_else(|| set.grant.clone());
    let reader = Reader { access: &rights.access, locale: rights.locale, earlier: &[] };
    let command = &mut set.commands[at];
    let changed = reader.read(&grant, &command.at, command.id, command.version, &ran.changes);
    let is_caller = hook.called.run_as == RunAs::Caller;
    if let (Some(given), Some(more), true) = (&mut command.given, changed.given, is_caller) {
        given.extend(more);
    }
    for reference in &changed.references {
        command.links.remove(&reference.field);
    }
    command.values.extend(changed.values);
    command.links.extend(changed.links);
    command.references.extend(changed.references);
    command.lines.retain(|lines| changed.lines.iter().all(|other| other.field != lines.field));
    command.lines.extend(changed.lines);
    command.mistakes.extend(changed.mistakes);
    Ok(is_caller)
}

fn below(place: &str, mut mistake: Diagnostic) -> Diagnostic {
    // A place in a script stays one; what is said of the record stands at the record.
    if mistake.place.document.is_none() {
        mistake.place.pointer.insert_str(0, place);
    }
    mistake
}

/// The record as it will be, as far as is known before defaults and formulas of others.
fn provisional(before: &Image, command: &Command) -> Image {
    let mut after = before.clone();
    after.values.extend(command.values.iter().map(|(id, value)| (id.clone(), value.clone())));
    after
}

/// What a hook sees of the record: what is given, and of what was there what it may read.
async fn seen(rights: &Context, unit: &mut UnitOfWork, set: &Set, at: usize, after: &Image) -> Result<Seen, Error> {
    let entity = set.entity().clone();
    let command = &set.commands[at];
    let grant = rights.access.read(&entity.id);
    let reach = |field: &Field| grant.as_ref().map_or(Reach::None, |grant| grant.reach(field));
    let plain = |field: &&Field| !is_many(field) && !field.write_only;
    let is_given = |field: &Field| command.values.contains_key(&field.id);
    // What depends on the record is asked of the database, which judges it.
    let is_partly =
        entity.fields.iter().filter(plain).any(|field| matches!(reach(field), Reach::Some(_)) && !is_given(field));
    let stored =
        if is_partly && set.act != Act::Create { reading::one(rights, unit, &entity, command.id).await? } else { None };
    let mut seen = Seen::default();
    for field in entity.fields.iter().filter(plain) {
        let member = match (is_given(field), reach(field)) {
            (false, Reach::None) => continue,
            (false, Reach::Some(_)) if set.act != Act::Create => {
                match stored.as_ref().and_then(|stored| stored.values.get(&field.name)) {
                    Some(member) => member.clone(),
                    None => continue,
                }
            }
            _ => value_of(rights, &entity, command.id, field, after),
        };
        seen.values.insert(field.name.clone(), member);
    }
    Ok(seen)
}

fn value_of(ctx: &Context, entity: &Arc<Entity>, id: Uuid, field: &Field, image: &Image) -> Member {
    let own =
        field.formula.as_ref().filter(|formula| !formula.is_kept() && judge::is_own(ctx.catalog(), &formula.expr));
    let value = match own {
        Some(formula) => judge::value_of(ctx, &formula.expr, &entity.id, id, image),
        None => image.values.get(&field.id).cloned().unwrap_or(Value::Empty),
    };
    typed(field, value)
}

/// Gives a stored value as scripts see it.
fn typed(field: &Field, value: Value) -> Member {
    match (&field.kind, value) {
        (FieldKind::Link { relation, .. }, Value::Id(id)) => {
            Member::Value(Value::Record(RecordRef { entity: relation.target.clone(), id }))
        }
        (FieldKind::AnyLink { .. }, value) => {
            query::image::any_record(&value).map_or(Member::Value(Value::Empty), Member::AnyRecord)
        }
        (FieldKind::Secret, _) | (_, Value::Bytes(_)) => Member::Value(Value::Empty),
        (_, value) => Member::Value(value),
    }
}

/// What the record was, by name, as far as the run may read all of each field.
fn values(rights: &Context, entity: &Entity, image: &Image) -> Vec<(String, Value)> {
    let Some(grant) = rights.access.read(&entity.id) else { return Vec::new() };
    let readable = entity.fields.iter().filter(|field| !field.write_only && grant.reach(field) == Reach::All);
    let valued = readable.filter_map(|field| Some((field, image.values.get(&field.id)?.clone())));
    let named = valued.filter_map(|(field, value)| match typed(field, value) {
        Member::Value(value) => Some((field.name.clone(), value)),
        Member::AnyRecord(record) => Some((field.name.clone(), Value::Record(record))),
        Member::Records(_) => None,
    });
    named.collect::<HashMap<_, _>>().into_iter().collect()
}
