//! What the schema cannot say: names, options that fit the type, references inside the document.

use std::collections::HashSet;

use diagnostic::Diagnostic;

use super::{measure, values};
use crate::condition::OPTION;
use crate::document::{ATTRIBUTES, is_system_entity};
use crate::suggest::nearest;
use crate::{
    Application, BadCron, Body, Choice, Cron, Document, Entity, Field, FieldType, Formula, FormulaMode, OnDelete,
    ParameterType, Pattern, RunAs, Script,
};

/// Words that rhai keeps to itself, and `batch`, which is an address of its own among the entities.
const RESERVED: [&str; 62] = [
    "as",
    "async",
    "await",
    "batch",
    "break",
    "call",
    "case",
    "catch",
    "const",
    "continue",
    "curry",
    "debug",
    "default",
    "do",
    "else",
    "eval",
    "exit",
    "export",
    "false",
    "fn",
    "for",
    "global",
    "go",
    "goto",
    "if",
    "import",
    "in",
    "is",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "let",
    "loop",
    "match",
    "module",
    "new",
    "nil",
    "null",
    "package",
    "print",
    "private",
    "protected",
    "public",
    "return",
    "shared",
    "spawn",
    "static",
    "super",
    "switch",
    "sync",
    "this",
    "thread",
    "throw",
    "true",
    "try",
    "type_of",
    "until",
    "use",
    "var",
    "void",
    "while",
    "with",
];

/// Checks a whole document.
pub(super) fn of_document(document: &Document) -> Vec<Diagnostic> {
    match &document.body {
        Body::Entity(entity) => of_entity(entity),
        Body::ChoiceSet(set) => {
            let mut problems = name(&set.name, "/name");
            problems.extend(choices(&set.choices, "/choices"));
            problems
        }
        Body::Dashboard(dashboard) => super::dashboard::of_dashboard(dashboard),
        Body::Dataset(dataset) => super::dataset::of_dataset(dataset),
        Body::Form(form) => super::form::of_form(form),
        Body::Measure(measure) => measure::of_measure(measure),
        Body::Register(register) => super::register::of_register(register),
        Body::Role(role) => name(&role.name, "/name"),
        Body::Application(application) => of_application(application),
        Body::Script(script) => of_script(script),
        Body::View(view) => name(&view.name, "/name"),
    }
}

/// Checks that each item leads to one place.
fn of_application(application: &Application) -> Vec<Diagnostic> {
    let mut problems = name(&application.name, "/name");
    for (at, home) in application.home.iter().enumerate() {
        if home.entity.is_some() == home.dashboard.is_some() {
            problems.push(Diagnostic::error("application.item_of_one").at(format!("/home/{at}")));
        }
    }
    for (at, section) in application.sections.iter().enumerate() {
        for (place, item) in section.items.iter().enumerate() {
            if item.entity.is_some() == item.dashboard.is_some() {
                problems.push(Diagnostic::error("application.item_of_one").at(format!("/sections/{at}/items/{place}")));
            }
        }
    }
    problems
}

/// Checks a name that the schema has let through.
pub(super) fn name(name: &str, pointer: &str) -> Vec<Diagnostic> {
    let reserved = RESERVED.contains(&name) || name == "yield";
    reserved.then(|| Diagnostic::error("document.reserved_word").at(pointer).with("found", name)).into_iter().collect()
}

fn of_entity(entity: &Entity) -> Vec<Diagnostic> {
    let mut problems = name(&entity.name, "/name");
    let mut names = HashSet::new();
    let mut ids = HashSet::new();
    for (at, field) in entity.fields.iter().enumerate() {
        let here = format!("/fields/{at}");
        let before = problems.len();
        problems.extend(name(&field.name, &format!("{here}/name")));
        if ATTRIBUTES.contains(&field.name.as_str()) || field.name == "user" {
            problems
                .push(Diagnostic::error("field.reserved_name").at(format!("{here}/name")).with("found", &field.name));
        }
        if !names.insert(field.name.as_str()) {
            problems
                .push(Diagnostic::error("field.duplicate_name").at(format!("{here}/name")).with("name", &field.name));
        }
        if let Some(id) = field.id.as_deref().filter(|id| !ids.insert(*id)) {
            problems.push(Diagnostic::error("field.duplicate_id").at(format!("{here}/id")).with("found", id));
        }
        problems.extend(of_field(field, &here));
        // In a condition on what may be chosen the name would mean the candidate.
        if field.name == OPTION && entity.fields.iter().any(|field| field.options.is_some()) {
            problems.push(Diagnostic::error("field.named_option").at(format!("{here}/name")));
        }
        for problem in &mut problems[before..] {
            problem.arguments.entry("field").or_insert_with(|| field.name.clone());
        }
    }
    if !is_system_entity(&entity.name) {
        problems.extend(references(entity));
    }
    problems.extend(rules(entity));
    problems
}

pub(super) fn of_field(field: &Field, here: &str) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    options(field, here, &mut problems);
    digits(field, here, &mut problems);
    pattern(field, here, &mut problems);
    if let Some(own) = &field.choices {
        problems.extend(choices(own, &format!("{here}/choices")));
    }
    if let Some(targets) = &field.targets {
        let mut seen = HashSet::new();
        for (at, target) in targets.iter().enumerate().filter(|(_, target)| !seen.insert(target.as_str())) {
            problems.push(
                Diagnostic::error("document.repeated_item").at(format!("{here}/targets/{at}")).with("found", target),
            );
        }
    }
    if field.required && field.on_delete == Some(OnDelete::SetEmpty) {
        problems.push(Diagnostic::error("field.required_set_empty").at(format!("{here}/on_delete")));
    }
    if problems.is_empty() {
        problems.extend(values::default(field).map(|problem| problem.at(format!("{here}/default"))));
    }
    problems
}

/// Options that do not belong to the type, and those that it cannot do without.
fn options(field: &Field, here: &str, problems: &mut Vec<Diagnostic>) {
    let known = field.kind.options();
    let json = serde_json::to_value(field).unwrap_or_default();
    let given = json.as_object().into_iter().flat_map(|keys| keys.keys());
    let common = ["name", "id", "label", "description", "type"];
    let takes = |kind: FieldType, key: &str| kind.options().contains(&key) || kind.conditions().contains(&key);
    for key in given.filter(|key| !common.contains(&key.as_str()) && !takes(field.kind, key)) {
        let takers: Vec<&str> =
            FieldType::ALL.iter().filter(|kind| takes(**kind, key)).map(|kind| kind.as_str()).collect();
        let problem = Diagnostic::error("field.option_not_for_type").at(format!("{here}/{key}")).with("name", key);
        problems.push(problem.with("type", field.kind.as_str()).with("expected", takers.join(", ")));
    }
    let calculated = field.formula.is_some() && known.contains(&"formula");
    let given = json.as_object().into_iter().flat_map(|keys| keys.keys());
    for key in given.filter(|key| calculated && takes(field.kind, key)) {
        if !FieldType::OF_FORMULAS.contains(&key.as_str()) {
            problems
                .push(Diagnostic::error("field.option_beside_formula").at(format!("{here}/{key}")).with("name", key));
        }
    }
    if let Some(formula) = &field.formula {
        when_calculated(formula, &format!("{here}/formula"), problems);
    }
    let missing: &[&str] = match field.kind {
        FieldType::Link | FieldType::Links if field.target.is_none() => &["target"],
        FieldType::Children => match (&field.target, &field.inverse) {
            (None, None) => &["target", "inverse"],
            (None, Some(_)) => &["target"],
            (Some(_), None) => &["inverse"],
            _ => &[],
        },
        FieldType::AnyLink if field.targets.is_none() => &["targets"],
        FieldType::Choice | FieldType::MultiChoice if field.choices.is_none() && field.choice_set.is_none() => {
            &["choices"]
        }
        _ => &[],
    };
    for name in missing {
        let problem = Diagnostic::error("field.option_missing").at(here).with("name", name);
        problems.push(problem.with("type", field.kind.as_str()));
    }
    if field.choices.is_some() && field.choice_set.is_some() {
        problems.push(Diagnostic::error("field.two_sources_of_choices").at(format!("{here}/choice_set")));
    }
}

fn digits(field: &Field, here: &str, problems: &mut Vec<Diagnostic>) {
    let (precision, scale) = field.precision_and_scale();
    let given = if field.scale.is_some() { "scale" } else { "precision" };
    if scale > precision {
        let problem = Diagnostic::error("field.scale_above_precision").at(format!("{here}/{given}"));
        problems.push(problem.with("expected", precision).with("found", scale));
    } else if precision - scale > 16 {
        let problem = Diagnostic::error("field.too_many_digits").at(format!("{here}/{given}"));
        problems.push(problem.with("expected", 16).with("found", precision - scale));
    }
    for (key, number) in [("min", &field.min), ("max", &field.max)] {
        let Some(number) = number else { continue };
        let whole = matches!(field.kind, FieldType::Integer | FieldType::Rating);
        if values::units(&number.digits()).is_none() || (whole && number.digits().parse::<i64>().is_err()) {
            let code = if whole { "document.not_integer" } else { "field.bad_number" };
            problems.push(Diagnostic::error(code).at(format!("{here}/{key}")).with("found", number.digits()));
        }
    }
    let units = |number: &Option<crate::Number>| number.as_ref().and_then(|number| values::units(&number.digits()));
    if let (Some(min), Some(max)) = (units(&field.min), units(&field.max))
        && min > max
    {
        problems.push(Diagnostic::error("field.min_above_max").at(format!("{here}/min")));
    }
    let stars = field.max.as_ref().and_then(|max| max.digits().parse::<i64>().ok());
    if field.kind == FieldType::Rating
        && let Some(stars) = stars.filter(|stars| !(1..=10).contains(stars))
    {
        problems.push(Diagnostic::error("field.rating_out_of_range").at(format!("{here}/max")).with("found", stars));
    }
}

fn when_calculated(formula: &Formula, here: &str, problems: &mut Vec<Diagnostic>) {
    if formula.open && formula.mode == FormulaMode::Dynamic {
        problems.push(Diagnostic::error("formula.open_dynamic").at(format!("{here}/open")));
    }
    let at = format!("{here}/cron");
    match (&formula.cron, formula.mode) {
        (None, FormulaMode::Scheduled) => problems.push(Diagnostic::error("formula.cron_missing").at(here)),
        (Some(_), FormulaMode::Dynamic | FormulaMode::Stored) => {
            problems.push(Diagnostic::error("formula.cron_without_schedule").at(at));
        }
        (Some(cron), FormulaMode::Scheduled) => problems.extend(times(cron, at)),
        (None, _) => {}
    }
}

/// Says what is wrong with the times of a schedule.
pub(super) fn times(cron: &str, at: String) -> Option<Diagnostic> {
    let code = match Cron::parse(cron) {
        Ok(_) => return None,
        Err(BadCron::Unreadable) => "formula.bad_cron",
        Err(BadCron::Never) => "formula.cron_never",
    };
    Some(Diagnostic::error(code).at(at).with("found", cron))
}

fn pattern(field: &Field, here: &str, problems: &mut Vec<Diagnostic>) {
    let Some(text) = &field.pattern else { return };
    let code = match field.kind {
        FieldType::Text if Pattern::compile(text).is_none() => "field.bad_pattern",
        FieldType::AutoNumber if !is_number_pattern(text) => "field.bad_number_pattern",
        FieldType::AutoNumber if text.contains("{sequence}") && field.sequence.is_none() => {
            "field.number_without_sequence"
        }
        _ => return,
    };
    problems.push(Diagnostic::error(code).at(format!("{here}/pattern")).with("found", text));
}

/// A pattern of an automatic number has one `{0…}` and beside it only parts of the date and `{sequence}`.
fn is_number_pattern(text: &str) -> bool {
    let mut numbers = 0;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, after)) = after.split_once('}') else { return false };
        let number = !inside.is_empty() && inside.len() <= 18 && inside.bytes().all(|byte| byte == b'0');
        if before.contains('}') || !(number || ["year", "month", "day", "sequence"].contains(&inside)) {
            return false;
        }
        numbers += usize::from(number);
        rest = after;
    }
    numbers == 1 && !rest.contains('}')
}

pub(super) fn choices(choices: &[Choice], here: &str) -> Vec<Diagnostic> {
    let (mut values, mut ids) = (HashSet::new(), HashSet::new());
    let mut problems = Vec::new();
    for (at, choice) in choices.iter().enumerate() {
        if !values.insert(choice.value.as_str()) {
            let problem = Diagnostic::error("choice.duplicate_value").at(format!("{here}/{at}/value"));
            problems.push(problem.with("found", &choice.value));
        }
        if let Some(id) = choice.id.as_deref().filter(|id| !ids.insert(*id)) {
            problems.push(Diagnostic::error("choice.duplicate_id").at(format!("{here}/{at}/id")).with("found", id));
        }
    }
    problems
}

/// Title, unique sets and indexes name fields of the entity.
fn references(entity: &Entity) -> Vec<Diagnostic> {
    let names: Vec<&str> = entity.fields.iter().map(|field| field.name.as_str()).chain(ATTRIBUTES).collect();
    let unknown = |name: &str, pointer: String| {
        (!names.contains(&name)).then(|| {
            let near = nearest(name, names.iter().copied());
            let problem = Diagnostic::error("reference.unknown_field").at(pointer).with("found", name);
            problem.with("entity", &entity.name).with_some("nearest", near)
        })
    };
    let mut problems: Vec<Diagnostic> =
        entity.title.as_deref().and_then(|title| unknown(title, "/title".to_owned())).into_iter().collect();
    for (key, sets) in [("unique", &entity.unique), ("indexes", &entity.indexes)] {
        for (at, set) in sets.iter().enumerate() {
            let mut seen = HashSet::new();
            for (place, name) in set.iter().enumerate() {
                let pointer = format!("/{key}/{at}/{place}");
                if !seen.insert(name) {
                    problems.push(Diagnostic::error("document.repeated_item").at(pointer.clone()).with("found", name));
                }
                problems.extend(unknown(name, pointer));
            }
        }
    }
    problems
}

/// Names of buttons and parameters, what a parameter has besides its type, addresses that mean the same.
fn of_script(script: &Script) -> Vec<Diagnostic> {
    let mut problems = name(&script.name, "/name");
    let mut buttons = HashSet::new();
    for (at, button) in script.buttons.iter().enumerate() {
        let here = format!("/buttons/{at}");
        if !buttons.insert(button.name.as_str()) {
            let problem = Diagnostic::error("button.duplicate_name").at(format!("{here}/name"));
            problems.push(problem.with("name", &button.name));
        }
        let mut names = HashSet::new();
        for (place, parameter) in button.parameters.iter().enumerate() {
            let here = format!("{here}/parameters/{place}");
            problems.extend(name(&parameter.name, &format!("{here}/name")));
            if !names.insert(parameter.name.as_str()) {
                let problem = Diagnostic::error("parameter.duplicate_name").at(format!("{here}/name"));
                problems.push(problem.with("name", &parameter.name));
            }
            let given = [("choices", !parameter.choices.is_empty()), ("target", parameter.target.is_some())];
            for (key, given) in given {
                let kind = if key == "choices" { ParameterType::Choice } else { ParameterType::Link };
                match (parameter.kind == kind, given) {
                    (true, false) => {
                        problems.push(Diagnostic::error("parameter.option_missing").at(&here).with("name", key))
                    }
                    (false, true) => problems.push(
                        Diagnostic::error("parameter.option_not_for_type")
                            .at(format!("{here}/{key}"))
                            .with("name", key),
                    ),
                    _ => {}
                }
            }
            problems.extend(choices(&parameter.choices, &format!("{here}/choices")));
        }
    }
    let mut schedules = HashSet::new();
    for (at, schedule) in script.schedules.iter().enumerate() {
        let here = format!("/schedules/{at}");
        if !schedules.insert(schedule.name.as_str()) {
            let problem = Diagnostic::error("schedule.duplicate_name").at(format!("{here}/name"));
            problems.push(problem.with("name", &schedule.name));
        }
        problems.extend(times(&schedule.cron, format!("{here}/cron")));
        if script.run_as != RunAs::System {
            problems.push(Diagnostic::error("schedule.needs_system").at(here));
        }
    }
    let mut functions = HashSet::new();
    for (at, one) in script.formulas.iter().enumerate() {
        if !functions.insert(one.function.as_str()) {
            let problem = Diagnostic::error("script.formula_repeated").at(format!("/formulas/{at}/function"));
            problems.push(problem.with("name", &one.function));
        }
    }
    let mut addresses = HashSet::new();
    for (at, endpoint) in script.endpoints.iter().enumerate() {
        let parts = endpoint.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        if !addresses.insert((endpoint.method, parts.collect::<Vec<_>>())) {
            let problem = Diagnostic::error("endpoint.duplicate").at(format!("/endpoints/{at}/path"));
            problems.push(problem.with("method", endpoint.method.as_str()).with("path", &endpoint.path));
        }
    }
    problems
}

fn rules(entity: &Entity) -> Vec<Diagnostic> {
    let mut names = HashSet::new();
    let mut problems = Vec::new();
    for (at, rule) in entity.rules.iter().enumerate() {
        problems.extend(name(&rule.name, &format!("/rules/{at}/name")));
        if !names.insert(rule.name.as_str()) {
            let problem = Diagnostic::error("rule.duplicate_name").at(format!("/rules/{at}/name"));
            problems.push(problem.with("name", &rule.name));
        }
    }
    problems
}
