//! What a publish opens that was closed: every widening of access is named by the plan.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use access::Operation;
use catalog::script::{RunAs, Script};
use catalog::{Catalog, Entity, LANGUAGES, Label, Permission, Permissions, Physical, Rights, Role};
use diagnostic::Diagnostic;

/// Says what people may do after the publish that they might not before. Of a role that no revision had yet it is what
/// whoever is given it will have; `known` are the identities of those that some revision had: people have them again.
pub(super) fn warnings(before: &Catalog, next: &Catalog, known: &HashSet<String>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for role in next.roles.iter().filter(|role| !role.built_in) {
        let old = before.roles.iter().find(|old| old.id == role.id);
        match known.contains(&role.id) {
            true => warnings.extend(of_role(before, next, old.map(AsRef::as_ref), role)),
            false => warnings.extend(of_new_role(next, role)),
        }
    }
    for (entity, operations) in loosened(before, next) {
        let operations: Vec<&str> = operations.iter().map(|operation| operation.name()).collect();
        let warning = Diagnostic::warning("plan.widens_entity").named("entity", &entity.name, &entity.label.0);
        let warning = warning.with("operations", operations.join(", "));
        warnings.push(warning.in_document(format!("entity/{}", entity.name)).at("/access"));
    }
    warnings.extend(opened_formulas(before, next));
    warnings.extend(opened_registers(before, next));
    warnings.extend(unbound_scripts(before, next));
    warnings.extend(reaching_scripts(before, next));
    warnings
}

/// Tells of scripts that run past the rights of people, when they did not or did something else.
fn unbound_scripts(before: &Catalog, next: &Catalog) -> Vec<Diagnostic> {
    let unbound = next.scripts.all.iter().filter(|script| script.run_as == RunAs::System);
    let is_new = |script: &&Arc<Script>| {
        let old = before.scripts.with_id(&script.id);
        old.is_none_or(|old| old.run_as != RunAs::System || old.source != script.source)
    };
    let warning = |script: &Arc<Script>| {
        let warning = Diagnostic::warning("plan.script_as_system").named("script", &script.name, &script.label.0);
        warning.in_document(format!("script/{}", script.name)).at("/run_as")
    };
    unbound.filter(is_new).map(warning).collect()
}

/// Tells of scripts that may ask hosts that they might not ask before.
fn reaching_scripts(before: &Catalog, next: &Catalog) -> Vec<Diagnostic> {
    let warning = |script: &Arc<Script>| {
        let old = before.scripts.with_id(&script.id);
        let is_new = |host: &&String| old.is_none_or(|old| !old.hosts.contains(host));
        let hosts: Vec<&str> = script.hosts.iter().filter(is_new).map(String::as_str).collect();
        let warning = Diagnostic::warning("plan.script_hosts").named("script", &script.name, &script.label.0);
        let warning = warning.with("hosts", hosts.join(", "));
        (!hosts.is_empty()).then(|| warning.in_document(format!("script/{}", script.name)).at("/hosts"))
    };
    next.scripts.all.iter().filter_map(warning).collect()
}

/// Tells of stored formulas that are declared open, when they were not or were made of something else.
fn opened_formulas(before: &Catalog, next: &Catalog) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for entity in next.entities() {
        for field in &entity.fields {
            let Some(formula) = field.formula.as_ref().filter(|formula| formula.open) else { continue };
            let old = before.entity_by_id(&entity.id).and_then(|old| old.field_by_id(&field.id)?.formula.as_ref());
            if old.is_some_and(|old| old.open && old.expr == formula.expr) {
                continue;
            }
            let warning = Diagnostic::warning("plan.opens_formula")
                .named("entity", &entity.name, &entity.label.0)
                .named("field", &field.name, &field.label.0);
            warnings.push(warning.in_document(format!("entity/{}", entity.name)));
        }
    }
    warnings
}

/// Tells of registers that are declared open, when they were not or were made of something else.
fn opened_registers(before: &Catalog, next: &Catalog) -> Vec<Diagnostic> {
    let open = next.derived().iter().filter(|entity| entity.register.as_ref().is_some_and(|register| register.open));
    let is_new = |entity: &&Arc<Entity>| {
        let old = before.entity_by_id(&entity.id);
        let was_open = old.and_then(|old| old.register.as_ref()).is_some_and(|register| register.open);
        !was_open || old.is_some_and(|old| before.definition(old) != next.definition(entity))
    };
    let warning = |entity: &Arc<Entity>| {
        let warning = Diagnostic::warning("plan.opens_register").named("register", &entity.name, &entity.label.0);
        warning.in_document(format!("register/{}", entity.name)).at("/open")
    };
    open.filter(is_new).map(warning).collect()
}

fn of_new_role(next: &Catalog, role: &Role) -> Option<Diagnostic> {
    let rights = gained(Rights::default(), role.rights);
    // To be seen in lists and links, what every role may read of the product's own needs no telling.
    let every_role = |entity: &Entity| {
        let is_closed = |operation: &Operation| *operation.of(role.on(&entity.id)) == Permission::Never;
        entity.system && Operation::ALL.iter().filter(|it| **it != Operation::Read).all(is_closed)
    };
    let all = next.readable().iter().map(AsRef::as_ref);
    let opened: Vec<&Entity> =
        all.filter(|entity| !every_role(entity) && grows(None, role.on(&entity.id), entity)).collect();
    if rights.is_empty() && opened.is_empty() {
        return None;
    }
    let rights = (!rights.is_empty()).then(|| rights.join(", "));
    let warning = about("plan.opens_role", role).with_some("rights", rights);
    Some(if opened.is_empty() { warning } else { name_all(warning, "entities", &opened, |entity| &entity.plural) })
}

fn about(code: &'static str, role: &Role) -> Diagnostic {
    let warning = Diagnostic::warning(code).named("role", &role.name, &role.label.0);
    warning.in_document(format!("role/{}", role.name))
}

fn of_role(before: &Catalog, next: &Catalog, old: Option<&Role>, role: &Role) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let about = |code| about(code, role);
    let gained = gained(old.map(|old| old.rights).unwrap_or_default(), role.rights);
    if !gained.is_empty() {
        warnings.push(about("plan.widens_rights").with("rights", gained.join(", ")));
    }
    let (mut wider, mut opened): (Vec<&Entity>, Vec<&Entity>) = (Vec::new(), Vec::new());
    for entity in next.readable() {
        let had = old.map(|old| old.on(&entity.id).as_ref());
        match before.entity_by_id(&entity.id) {
            Some(before) if grows(had, role.on(&entity.id), before) => wider.push(entity),
            // People with the role get what is new, `*` or not.
            None if grows(None, role.on(&entity.id), entity) => opened.push(entity),
            _ => {}
        }
    }
    if !wider.is_empty() {
        warnings.push(name_all(about("plan.widens_access"), "entities", &wider, |entity| &entity.plural));
    }
    if !opened.is_empty() {
        warnings.push(name_all(about("plan.opens_entity"), "entities", &opened, |entity| &entity.plural));
    }
    warnings
}

fn gained(had: Rights, has: Rights) -> Vec<&'static str> {
    let rights = [
        ("use", has.use_applications && !had.use_applications),
        ("design", has.design && !had.design),
        ("administer", has.administer && !had.administer),
    ];
    rights.into_iter().filter(|(_, gained)| *gained).map(|(name, _)| name).collect()
}

/// The entities that lose or change a condition which narrowed for everybody, with the operations it narrowed.
pub(super) fn loosened<'a>(before: &Catalog, next: &'a Catalog) -> Vec<(&'a Entity, Vec<Operation>)> {
    let mut all = Vec::new();
    for entity in next.entities() {
        let Some(old) = before.entity_by_id(&entity.id) else { continue };
        let is_looser = |operation: &Operation| {
            let now = operation.narrowing(entity);
            operation.narrowing(old).iter().any(|condition| !now.iter().any(|kept| kept.expr == condition.expr))
        };
        let operations: Vec<Operation> = Operation::ALL.into_iter().filter(is_looser).collect();
        if !operations.is_empty() {
            all.push((entity.as_ref(), operations));
        }
    }
    all
}

/// Names the entities whose conditions a designer may not loosen: all that designers did not first publish, for in those
/// the conditions bind the designer too.
pub(super) fn beyond_designers<'a>(before: &Catalog, next: &'a Catalog, physical: &Physical) -> Vec<&'a Entity> {
    let foreign = loosened(before, next).into_iter().filter(|(entity, _)| !physical.is_designed(&entity.id));
    foreign.map(|(entity, _)| entity).collect()
}

/// Adds entities as one argument: their names, and for people their labels.
pub(super) fn name_all(
    diagnostic: Diagnostic,
    argument: &'static str,
    entities: &[&Entity],
    label: fn(&Entity) -> &Label,
) -> Diagnostic {
    let names: Vec<&str> = entities.iter().map(|entity| entity.name.as_str()).collect();
    let words = LANGUAGES.map(|language| {
        let labels: Vec<&str> = entities.iter().map(|entity| label(entity).text(language)).collect();
        (language.to_owned(), labels.join(", "))
    });
    diagnostic.named(argument, names.join(", "), &BTreeMap::from(words))
}

/// Says whether permissions allow something that others did not: another condition is taken for a wider one.
fn grows(had: Option<&Permissions>, has: &Permissions, entity: &Entity) -> bool {
    let wider = |operation: &Operation| match (had.map(|had| operation.of(had)), operation.of(has)) {
        (_, Permission::Never) | (Some(Permission::Always), _) => false,
        (None | Some(Permission::Never), _) => true,
        (Some(Permission::When(_)), Permission::Always) => true,
        (Some(Permission::When(old)), Permission::When(new)) => old.expr != new.expr,
    };
    let more_of = |field: &catalog::Field| had.is_some_and(|had| has.field(field) > had.field(field));
    Operation::ALL.iter().any(wider) || entity.fields.iter().any(more_of)
}
