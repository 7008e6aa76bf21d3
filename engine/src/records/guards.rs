//! What must stay true beyond a single record, and what saving a user needs beyond its record: one place that knows
//! entities by their identity.

use std::collections::HashMap;

use catalog::Entity;
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::Image;
use storage::internal::sessions;
use uuid::Uuid;

use super::batch::Operation;
use super::command::{Command, identity};
use super::save::Set;
use super::teams;
use super::unit_of_work::{Act, UnitOfWork};
use crate::identity::people::known_as;
use crate::identity::{self as people, UserChange};
use crate::{Context, Error};

const USER: &str = "user";

/// Passwords and addresses taken out of operations on users, by the number of the operation.
#[derive(Default)]
pub(crate) struct People {
    changes: HashMap<usize, Result<UserChange, Vec<Diagnostic>>>,
}

/// Takes passwords out of the values of users and hashes them, before the transaction: it takes long.
pub(crate) async fn take_people(ctx: &Context, operations: &mut [Operation]) -> Result<People, Error> {
    let mut people = People::default();
    for (at, operation) in operations.iter_mut().enumerate() {
        if ctx.catalog().entity(operation.entity()).is_none_or(|entity| entity.id.as_str() != USER) {
            continue;
        }
        let called = match &*operation {
            Operation::Update { id, values, .. } if values.contains_key("password") => called(ctx, id).await?,
            _ => Vec::new(),
        };
        if let Operation::Create { values, .. } | Operation::Update { values, .. } = operation {
            let change = match UserChange::take(values, &called).await {
                Err(Error::Invalid(mistakes)) => Err(mistakes),
                Err(error) => return Err(error),
                Ok(change) => Ok(change),
            };
            people.changes.insert(at, change);
        }
    }
    Ok(people)
}

/// What a person is called so far.
async fn called(ctx: &Context, id: &str) -> Result<Vec<String>, Error> {
    match identity(id) {
        Some(id) => known_as(ctx, id).await,
        None => Ok(Vec::new()),
    }
}

/// Gives a command the part of its change that is no field.
pub(crate) fn join_person(people: &People, at: usize, command: &mut Command) {
    match people.changes.get(&at) {
        None => {}
        Some(Ok(change)) => command.person = Some(change.clone()),
        Some(Err(mistakes)) => {
            let placed = mistakes.iter().cloned().map(|mut mistake| {
                mistake.place.pointer = format!("{}{}", command.at, mistake.place.pointer);
                mistake
            });
            // What is wrong with the form of a value is said already.
            let is_new = |mistake: &Diagnostic| {
                command.mistakes.iter().all(|known| known.place.pointer != mistake.place.pointer)
            };
            let fresh: Vec<Diagnostic> = placed.filter(is_new).collect();
            command.mistakes.extend(fresh);
        }
    }
}

/// Roles and passwords of people are an administrator's to give, whoever else may change users.
pub(crate) fn check_rights(ctx: &Context, set: &mut Set) {
    if set.entity().id.as_str() != USER || ctx.access.rights().administer {
        return;
    }
    let roles = FieldId::new("user.roles");
    for command in &mut set.commands {
        let gives_roles = set.links.by_record.get(&command.id).is_some_and(|links| links.contains_key(&roles));
        if gives_roles {
            command.mistakes.push(Diagnostic::error("user.administer_only").at(format!("{}/roles", command.at)));
        }
        if command.person.as_ref().is_some_and(UserChange::has_password) {
            command.mistakes.push(Diagnostic::error("user.administer_only").at(format!("{}/password", command.at)));
        }
    }
}

/// Whoever gives roles, passwords or another address must have proved lately who they are.
pub(crate) fn check_proof(ctx: &Context, set: &Set) -> Result<(), Error> {
    if set.entity().id.as_str() != USER {
        return Ok(());
    }
    let (roles, email) = (FieldId::new("user.roles"), FieldId::new("user.email"));
    let is_sensitive =
        std::iter::zip(&set.commands, std::iter::zip(&set.before, &set.after)).any(|(command, images)| {
            set.links.by_record.get(&command.id).is_some_and(|links| links.contains_key(&roles))
                || command.person.as_ref().is_some_and(UserChange::has_password)
                || (set.act == Act::Update && images.0.values.get(&email) != images.1.values.get(&email))
        });
    if is_sensitive { ctx.lately_confirmed() } else { Ok(()) }
}

/// Keeps the passwords of saved users.
pub(crate) async fn save_people(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    for command in &set.commands {
        if let Some(person) = &command.person {
            person.apply(unit.tx(ctx).await?, command.id, ctx.now.timestamp_millis()).await?;
        }
    }
    for id in locked_out(set) {
        let dialect = unit.dialect();
        unit.tx(ctx).await?.execute(&sessions::end_all(dialect, id)).await?;
    }
    Ok(())
}

/// Users who may sign in no more: what they have open ends, and does not come back with them.
fn locked_out(set: &Set) -> Vec<Uuid> {
    if set.entity().id.as_str() != USER {
        return Vec::new();
    }
    let is_active = FieldId::new("user.is_active");
    let may = |image: &Image| image.values.get(&is_active) == Some(&Value::Boolean(true));
    let images = set.before.iter().zip(&set.after);
    let gone = images.zip(&set.commands).filter(|((before, after), _)| may(before) && !may(after));
    gone.map(|(_, command)| command.id).collect()
}

/// Refuses the transaction when a change of this entity broke what must stay true.
pub(crate) async fn check(ctx: &Context, unit: &mut UnitOfWork, entity: &Entity) -> Result<(), Error> {
    if entity.id.as_str() == USER {
        unit.people_changed = true;
        people::guard_administrators(ctx, unit.tx(ctx).await?).await?;
    }
    if entity.id.as_str() == teams::TEAM {
        teams::renew(ctx, unit).await?;
    }
    Ok(())
}
