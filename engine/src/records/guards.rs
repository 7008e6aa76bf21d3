//! What must stay true beyond a single record, and what saving a user needs beyond its record: one place that knows
//! entities by their identity.

use std::collections::HashMap;

use catalog::Entity;
use diagnostic::Diagnostic;
use expression::FieldId;

use super::batch::Operation;
use super::command::Command;
use super::save::Set;
use super::unit_of_work::UnitOfWork;
use crate::identity::{self, UserChange};
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
        if let Operation::Create { values, .. } | Operation::Update { values, .. } = operation {
            let change = match UserChange::take(values).await {
                Err(Error::Invalid(mistakes)) => Err(mistakes),
                Err(error) => return Err(error),
                Ok(change) => Ok(change),
            };
            people.changes.insert(at, change);
        }
    }
    Ok(people)
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
            command.mistakes.extend(placed);
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

/// Keeps the passwords of saved users.
pub(crate) async fn save_people(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    for command in &set.commands {
        if let Some(person) = &command.person {
            person.apply(&mut unit.tx, command.id, ctx.now.timestamp_millis()).await?;
        }
    }
    Ok(())
}

/// Refuses the transaction when a change of this entity broke what must stay true.
pub(crate) async fn check(ctx: &Context, unit: &mut UnitOfWork, entity: &Entity) -> Result<(), Error> {
    if entity.id.as_str() == USER {
        unit.people_changed = true;
        identity::guard_administrators(ctx, &mut unit.tx).await?;
    }
    Ok(())
}
