//! What a record must be: required fields and rules. All failures are gathered.
//!
//! The limits of single values are checked where they are read, in [`super::coerce`].

use std::collections::HashMap;

use catalog::{Entity, Field, FieldKind, Rule};
use diagnostic::Diagnostic;
use expression::Value;
use query::Image;
use uuid::Uuid;

use super::command::{Command, field_label};
use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use super::{conditions, judge, label};
use crate::{Context, Error};

/// Checks required fields, and the conditions and rules that look at nothing but the record.
pub(crate) fn check(ctx: &Context, set: &mut Set) {
    let entity = set.entity().clone();
    let create = set.act == Act::Create;
    let rules: Vec<&Rule> = entity.rules.iter().filter(|rule| judge::is_own(ctx.catalog(), &rule.when)).collect();
    for at in 0..set.commands.len() {
        let command = &set.commands[at];
        let mut missing = Vec::new();
        for field in entity.fields.iter().filter(|field| field.required && !super::is_attribute(field)) {
            let is_needed = (create || is_given(command, field)) && is_missing(command, field, &set.after[at]);
            // What is not shown is not needed; where it is [`conditions`] says so.
            if is_needed && !is_blamed(command, &field.name) && field.conditions.show.is_none() {
                let at = format!("{}/{}", command.at, field.name);
                let mistake = Diagnostic::error("record.required").with("field", field_label(field, ctx.locale)).at(at);
                missing.push(mistake);
            }
        }
        set.commands[at].mistakes.append(&mut missing);
    }
    conditions::check(ctx, set);
    for (command, after) in std::iter::zip(&mut set.commands, &set.after) {
        // A rule over values that could not be read would only repeat what is already said.
        if command.mistakes.is_empty() {
            let broken = rules.iter().filter(|rule| judge::is_true(ctx, &rule.when, &entity.id, command.id, after));
            let mistakes: Vec<Diagnostic> = broken.map(|rule| violated(ctx, command, rule)).collect();
            command.mistakes.extend(mistakes);
        }
    }
}

/// Says whether the client writes the field.
pub(super) fn is_given(command: &Command, field: &Field) -> bool {
    command.values.contains_key(&field.id)
        || command.links.contains_key(&field.id)
        || command.lines.iter().any(|lines| lines.field == field.id)
}

/// Says whether the field has no value when the record is saved.
pub(super) fn is_missing(command: &Command, field: &Field, after: &Image) -> bool {
    match &field.kind {
        FieldKind::Links { .. } => command.links.get(&field.id).is_none_or(Vec::is_empty),
        FieldKind::Children { .. } => !command.lines.iter().any(|lines| lines.field == field.id && lines.count > 0),
        FieldKind::AutoNumber { .. } | FieldKind::Inverse { .. } => false,
        _ if field.read_only || field.write_only => false,
        _ => matches!(after.values.get(&field.id), None | Some(Value::Empty)),
    }
}

/// Says whether the field already has a mistake: a value that could not be read is not missing.
pub(super) fn is_blamed(command: &Command, field: &str) -> bool {
    let at = format!("{}/{field}", command.at);
    command.mistakes.iter().any(|mistake| {
        let rest = mistake.place.pointer.strip_prefix(at.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Checks the conditions and rules that look at other records, within the transaction, after everything is written.
pub(crate) async fn check_across(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    let entity: &Entity = set.entity();
    let rules: Vec<&Rule> = entity.rules.iter().filter(|rule| !judge::is_own(ctx.catalog(), &rule.when)).collect();
    let mut mistakes = conditions::written(ctx, unit, set).await?;
    if rules.is_empty() {
        return if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) };
    }
    let conditions: Vec<&expression::Expr> = rules.iter().map(|rule| &rule.when).collect();
    let ids: Vec<Uuid> = set.commands.iter().map(|command| command.id).collect();
    let by_id: HashMap<Uuid, &Command> = set.commands.iter().map(|command| (command.id, command)).collect();
    let access = access::Access::system(access::Reason::Integrity, ctx.catalog().clone());
    let settings = super::read::settings(ctx);
    for ids in ids.chunks(super::CHUNK) {
        let statement = query::write::rule_violations(&access, &entity.id, &conditions, ids, &settings);
        let Some(statement) = statement else { continue };
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            let Some((Value::Id(id), broken)) = row.split_first() else { continue };
            let Some(command) = by_id.get(id) else { continue };
            let broken = std::iter::zip(&rules, broken).filter(|(_, truth)| **truth == Value::Boolean(true));
            mistakes.extend(broken.map(|(rule, _)| violated(ctx, command, rule)));
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}

fn violated(ctx: &Context, command: &Command, rule: &Rule) -> Diagnostic {
    let message = label(&rule.message, ctx.locale).unwrap_or(&rule.name);
    Diagnostic::error("record.rule").with("rule", &rule.name).with("message", message).at(&command.at)
}
