//! What the schema cannot say of a register.

use std::collections::HashMap;

use diagnostic::Diagnostic;

use super::meaning::{name, times};
use crate::document::is_system_entity;
use crate::{Register, RegisterRefresh, duration};

/// How long after a change rows may be composed anew: milliseconds.
const ON_CHANGE: std::ops::RangeInclusive<i64> = 1_000..=86_400_000;

/// Checks a whole register.
pub(super) fn of_register(register: &Register) -> Vec<Diagnostic> {
    let mut problems = name(&register.name, "/name");
    if is_system_entity(&register.name) {
        problems.push(Diagnostic::error("dataset.entity_name").at("/name").with("name", &register.name));
    }
    problems.extend(super::balance::of_forms(register));
    problems.extend(register.refresh.as_ref().into_iter().flat_map(of_refresh));
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for (field, inverse) in &register.inverses {
        let pointer = format!("/inverses/{field}");
        if !super::is_name(inverse) || inverse.starts_with(|first: char| !first.is_ascii_lowercase()) {
            problems.push(Diagnostic::error("document.bad_name").at(&pointer).with("found", inverse));
        }
        problems.extend(name(inverse, &pointer));
        if let Some(other) = taken.insert(inverse, field) {
            let problem = Diagnostic::error("register.inverse_twice").at(pointer).with("found", inverse);
            problems.push(problem.with("other", other));
        }
    }
    problems
}

fn of_refresh(refresh: &RegisterRefresh) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if refresh == &RegisterRefresh::default() {
        problems.push(Diagnostic::error("register.empty_refresh").at("/refresh"));
    }
    problems.extend(refresh.cron.as_ref().and_then(|cron| times(cron, "/refresh/cron".to_owned())));
    if let Some(text) = &refresh.on_change
        && !duration::milliseconds(text).is_some_and(|length| ON_CHANGE.contains(&length))
    {
        problems.push(Diagnostic::error("register.bad_delay").at("/refresh/on_change").with("found", text));
    }
    problems
}
