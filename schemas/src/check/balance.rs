//! What the schema cannot say of a register of balances.

use std::collections::HashSet;

use diagnostic::Diagnostic;

use super::meaning::{name, of_field};
use crate::balance::{DIMENSION_TYPES, RESOURCE_TYPES, TURNOVER_PARTS};
use crate::document::ATTRIBUTES;
use crate::{Balance, Dimension, Field, FieldType, Register, Resource};

/// Names of fields that movements and turnovers have beside those of people, and relations of balances.
const OWN: [&str; 8] = ["user", "date", "posting", "record", "balance", "period", "movements", "turnovers"];

/// Checks what a register keeps: either the rows of a dataset or balances.
pub(super) fn of_forms(register: &Register) -> Vec<Diagnostic> {
    let Some(balance) = &register.balance else {
        let is_missing = register.dataset.is_empty();
        return is_missing.then(|| Diagnostic::error("register.no_form").at("/dataset")).into_iter().collect();
    };
    let mut problems = Vec::new();
    if !register.dataset.is_empty() {
        problems.push(Diagnostic::error("register.two_forms").at("/balance"));
    }
    let given = [
        ("refresh", register.refresh.is_some()),
        ("open", register.open),
        ("inverses", !register.inverses.is_empty()),
        ("indexes", !register.indexes.is_empty()),
    ];
    for (key, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
        problems.push(Diagnostic::error("register.only_of_dataset").at(format!("/{key}")).with("found", key));
    }
    problems.extend(of_balance(balance));
    problems
}

fn of_balance(balance: &Balance) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut names: HashSet<String> = HashSet::new();
    for (at, dimension) in balance.dimensions.iter().enumerate() {
        let here = format!("/balance/dimensions/{at}");
        own_name(&dimension.name, &here, &mut names, &mut problems);
        problems.extend(of_dimension(dimension, &here));
    }
    for (at, resource) in balance.resources.iter().enumerate() {
        let here = format!("/balance/resources/{at}");
        own_name(&resource.name, &here, &mut names, &mut problems);
        for (part, ..) in TURNOVER_PARTS {
            own_name(&format!("{}_{part}", resource.name), &here, &mut names, &mut problems);
        }
        problems.extend(of_resource(resource, &here));
    }
    let mut postings = HashSet::new();
    for (at, posting) in balance.postings.iter().enumerate() {
        let here = format!("/balance/postings/{at}/name");
        problems.extend(name(&posting.name, &here));
        if !postings.insert(&posting.name) {
            problems.push(Diagnostic::error("register.duplicate_posting").at(here).with("name", &posting.name));
        }
    }
    problems
}

fn own_name(own: &str, here: &str, names: &mut HashSet<String>, problems: &mut Vec<Diagnostic>) {
    let here = format!("{here}/name");
    problems.extend(name(own, &here));
    if ATTRIBUTES.contains(&own) || OWN.contains(&own) {
        problems.push(Diagnostic::error("field.reserved_name").at(&here).with("found", own).with("field", own));
    }
    if !names.insert(own.to_owned()) {
        problems.push(Diagnostic::error("field.duplicate_name").at(here).with("name", own).with("field", own));
    }
}

fn of_dimension(dimension: &Dimension, here: &str) -> Vec<Diagnostic> {
    if !DIMENSION_TYPES.contains(&dimension.kind) {
        return vec![bad_type(&dimension.name, dimension.kind, &DIMENSION_TYPES, here)];
    }
    named(&dimension.field(), here)
}

fn of_resource(resource: &Resource, here: &str) -> Vec<Diagnostic> {
    if !RESOURCE_TYPES.contains(&resource.kind) {
        return vec![bad_type(&resource.name, resource.kind, &RESOURCE_TYPES, here)];
    }
    let mut problems = named(&resource.field(), here);
    if !resource.message.is_empty() && !resource.refuse_negative {
        problems.push(Diagnostic::error("register.message_of_nothing").at(format!("{here}/message")));
    }
    problems
}

fn named(field: &Field, here: &str) -> Vec<Diagnostic> {
    let mut problems = of_field(field, here);
    for problem in &mut problems {
        problem.arguments.entry("field").or_insert_with(|| field.name.clone());
    }
    problems
}

fn bad_type(name: &str, found: FieldType, known: &[FieldType], here: &str) -> Diagnostic {
    let known: Vec<&str> = known.iter().map(|kind| kind.as_str()).collect();
    let problem = Diagnostic::error("register.type").at(format!("{here}/type")).with("field", name);
    problem.with("found", found.as_str()).with("expected", known.join(", "))
}
