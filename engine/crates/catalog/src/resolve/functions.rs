//! Early stage: which functions of scripts expressions may call, and that they are expressions themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::functions::{Functions, Signature};
use expression::{EntityId, Member, Scope, Type};
use schemas::FormulaType;
use schemas::suggest::nearest;

use super::gather::Gathered;

/// The functions of scripts by the names of these.
pub(crate) type All = BTreeMap<String, Arc<Functions>>;

pub(super) fn resolve(gathered: &Gathered, problems: &mut Vec<Diagnostic>) -> All {
    // Where nobody calls any, nothing is read twice.
    if gathered.scripts.values().all(|script| script.formulas.is_empty()) {
        return All::new();
    }
    let mut all: All =
        gathered.scripts.values().map(|script| (script.name.clone(), Arc::new(written(script)))).collect();
    for script in gathered.scripts.values().filter(|script| !script.formulas.is_empty()) {
        let Some(functions) = all.get(&script.name).cloned() else { continue };
        let mut open = BTreeMap::new();
        for (at, one) in script.formulas.iter().enumerate() {
            let place = |problem: Diagnostic| problem.in_document(format!("script/{}", script.name));
            let mut signature = Signature {
                parameters: one.parameters.iter().map(|it| (Arc::from(it.name.as_str()), type_of(it.kind))).collect(),
                returns: type_of(one.returns),
                is_sound: false,
            };
            let found = match declared(&functions, one, &format!("/formulas/{at}")) {
                Some(problem) => vec![problem],
                None => sound(&functions, &all, one, &signature, &script.source),
            };
            signature.is_sound = found.is_empty();
            problems.extend(found.into_iter().map(place));
            open.insert(Arc::from(one.function.as_str()), signature);
        }
        all.insert(script.name.clone(), Arc::new(Functions { open, ..Functions::clone(&functions) }));
    }
    all
}

/// What the functions of a script do, open to expressions or not: they may call one another.
fn written(script: &schemas::Script) -> Functions {
    let mut functions = Functions { script: script.name.as_str().into(), ..Functions::default() };
    let imports = scripting::known_as(&script.source);
    functions.imports = imports.into_iter().map(|(here, name)| (Arc::from(here), Arc::from(name))).collect();
    for one in scripting::written(&script.source) {
        functions.add(&script.source, one.name, &one.parameters, one.body);
    }
    functions
}

/// Tells that there is no such function, or that it takes something else.
fn declared(functions: &Functions, one: &schemas::FormulaFunction, here: &str) -> Option<Diagnostic> {
    let takes: Vec<&str> = one.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let named = |functions: &Functions| -> Vec<(Arc<str>, Vec<Arc<str>>)> {
        functions.bodies.iter().map(|((name, _), body)| (Arc::clone(name), body.parameters.clone())).collect()
    };
    let all = named(functions);
    let same: Vec<&Vec<Arc<str>>> = all.iter().filter(|(name, _)| **name == *one.function).map(|(_, it)| it).collect();
    if same.is_empty() {
        let near = nearest(&one.function, all.iter().map(|(name, _)| &**name));
        let problem = Diagnostic::error("script.unknown_function").with("found", &one.function);
        return Some(problem.with_some("nearest", near).at(format!("{here}/function")));
    }
    if same.iter().any(|known| known.iter().map(|name| &**name).eq(takes.iter().copied())) {
        return None;
    }
    let expected: Vec<String> = same.iter().map(|known| known.join(", ")).collect();
    let problem = Diagnostic::error("script.formula_parameters").with("name", &one.function);
    let problem = problem.with("expected", expected.join("; ")).with("found", takes.join(", "));
    Some(problem.at(format!("{here}/parameters")))
}

fn sound(
    functions: &Arc<Functions>,
    all: &All,
    one: &schemas::FormulaFunction,
    signature: &Signature,
    source: &str,
) -> Vec<Diagnostic> {
    let found = expression::check::function(functions, &one.function, signature, &Alone(all), source);
    let told = |problem: Diagnostic| problem.at("/source").with("function", &one.function);
    found.err().into_iter().flatten().map(told).collect()
}

fn type_of(kind: FormulaType) -> Type {
    match kind {
        FormulaType::Text => Type::Text,
        FormulaType::Integer => Type::Integer,
        FormulaType::Decimal => Type::Decimal,
        FormulaType::Boolean => Type::Boolean,
        FormulaType::Date => Type::Date,
        FormulaType::Datetime => Type::DateTime,
        FormulaType::Time => Type::Time,
        FormulaType::Duration => Type::Duration,
    }
}

/// Lists the functions that expressions may call, as `script::function`.
pub(crate) fn open(all: &All) -> Vec<String> {
    let of = |(script, functions): (&String, &Arc<Functions>)| {
        functions.open.keys().map(|name| format!("{script}::{name}")).collect::<Vec<_>>()
    };
    all.iter().flat_map(of).collect()
}

/// Functions know one another and nothing else: neither records nor who asks.
struct Alone<'a>(&'a All);

impl Scope for Alone<'_> {
    fn member(&self, _: &EntityId, _: &str) -> Option<Member> {
        None
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        Vec::new()
    }

    fn entity(&self, _: &str) -> Option<EntityId> {
        None
    }

    fn entity_name(&self, _: &EntityId) -> Option<String> {
        None
    }

    fn record(&self) -> Option<EntityId> {
        None
    }

    fn functions(&self, script: &str) -> Option<Arc<Functions>> {
        self.0.get(script).cloned()
    }

    fn open_functions(&self) -> Vec<String> {
        open(self.0)
    }

    fn user(&self) -> Option<EntityId> {
        None
    }
}
