//! Last stage: forms, which show fields, relations, buttons and measures of finished entities.

mod components;
mod whom;

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::check::mentions;
use expression::reduce::reduce;
use expression::{Expected, Expr, ExprKind, Value};
use schemas::Variant;
use schemas::suggest::nearest;

use super::gather::Gathered;
use super::references::{self, unknown_entity};
use super::{expressions, groups};
use crate::dashboard::{Filter, Widget};
use crate::form::{Form, Path, Tab};
use crate::{Catalog, CatalogScope, Condition, Dashboard, Entity, FieldKind};

/// Needs the measures and the scripts of the catalog.
pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<Form>> {
    let mut forms = Vec::with_capacity(gathered.forms.len());
    for written in gathered.forms.values() {
        // With a mistake in it, it would show something else than what was meant.
        let (found, more) = form(catalog, written);
        forms.extend(found.map(Arc::new));
        problems.extend(more);
    }
    // The names are in order already.
    forms.sort_by_key(|form| form.order);
    problems.extend(whom::of_nobody(catalog, &forms));
    forms
}

/// Resolves a form as it is drawn over a finished catalog; every mistake at its place, and warnings. With a mistake there is none.
pub fn form(catalog: &Catalog, written: &schemas::Form) -> (Option<Form>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let roles = references::roles(catalog, &written.roles, "/roles", &mut problems);
    let Some(entity) = catalog.entity(&written.entity).cloned() else {
        problems.push(unknown_entity(catalog, &written.entity).at("/entity"));
        return (None, placed(written, problems));
    };
    let mut stage = Stage { catalog, entity: &entity, problems, widgets: Vec::new(), filters: Vec::new() };
    let header: Vec<Path> = written
        .header
        .iter()
        .enumerate()
        .filter_map(|(at, path)| stage.value(path, &format!("/header/{at}")))
        .collect();
    let stages = written.stage.as_ref().and_then(|name| stage.stage(name));
    let tabs = stage.tabs(&written.tabs, None, "/tabs");
    let side = stage.components(&written.side, None, "/side");
    let board = Dashboard {
        id: String::new(),
        name: written.name.clone(),
        label: written.label.clone(),
        description: schemas::Label::default(),
        icon: None,
        roles: Vec::new(),
        filters: stage.filters,
        widgets: stage.widgets,
    };
    let mut problems = stage.problems;
    let form = Form {
        id: written.id.clone().unwrap_or_else(|| written.name.clone()),
        name: written.name.clone(),
        label: written.label.or_name(&written.name),
        help: written.help.clone(),
        entity: entity.id.clone(),
        roles,
        order: written.order,
        header,
        stage: stages,
        tabs,
        side,
        board: Arc::new(board),
    };
    let is_sound = !problems.iter().any(Diagnostic::is_error);
    if is_sound {
        problems.extend(whom::left_out(&entity, &form));
    }
    (is_sound.then_some(form), placed(written, problems))
}

fn placed(written: &schemas::Form, problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let document = format!("form/{}", written.name);
    problems.into_iter().map(|problem| problem.in_document(document.clone())).collect()
}

struct Stage<'a> {
    catalog: &'a Catalog,
    entity: &'a Arc<Entity>,
    problems: Vec<Diagnostic>,
    widgets: Vec<Arc<Widget>>,
    /// What narrows widgets to the records of their paths.
    filters: Vec<Filter>,
}

/// The variants of what says nothing of them, at the top.
const FIRST: [Variant; 3] = [Variant::Edit, Variant::Create, Variant::Phone];

impl Stage<'_> {
    fn tabs(&mut self, written: &[schemas::FormTab], around: Option<&[Variant]>, here: &str) -> Vec<Tab> {
        let mut tabs = Vec::with_capacity(written.len());
        for (at, tab) in written.iter().enumerate() {
            let here = format!("{here}/{at}");
            let show = self.shown(tab.show.as_ref(), &here);
            let said = tab.variants.as_deref().or(around);
            let components = self.components(&tab.components, said, &format!("{here}/components"));
            let variants = variants(said, components.iter().flat_map(|inside| &inside.variants));
            let label = tab.label.or_name(&tab.name);
            tabs.push(Tab { name: tab.name.clone(), label, icon: tab.icon.clone(), show, variants, components });
        }
        tabs
    }

    fn stage(&mut self, name: &str) -> Option<String> {
        let field = self.field(self.entity, name, "/stage")?;
        if !matches!(field.kind, FieldKind::Choice(_)) {
            self.report(Diagnostic::error("form.stage_of_no_choice").with("type", field.type_name()), "/stage");
        }
        Some(name.to_owned())
    }

    /// A field of an entity that is named alone.
    fn field(&mut self, entity: &Arc<Entity>, name: &str, here: &str) -> Option<crate::Field> {
        let found = entity.field(name);
        if found.is_none() {
            let near = nearest(name, entity.fields.iter().map(|field| field.name.as_str()));
            let problem = Diagnostic::error("reference.unknown_field").with("found", name);
            self.report(problem.with("entity", &entity.name).with_some("nearest", near), here);
        }
        found.cloned()
    }

    /// A path to one value.
    fn value(&mut self, text: &str, here: &str) -> Option<Path> {
        let path = self.path(text, here)?;
        // Tags and the like are chosen on the card.
        let is_own = self.entity.field(text).is_some_and(|field| matches!(field.kind, FieldKind::Links { .. }));
        if crate::form::target(&path.expr).is_some() && !is_own {
            self.report(Diagnostic::error("form.field_of_many").with("found", text), here);
            return None;
        }
        Some(path)
    }

    fn path(&mut self, text: &str, here: &str) -> Option<Path> {
        let scope = CatalogScope::of_record(self.catalog, &self.entity.id);
        let expected = crate::form::expected(text, &scope);
        let expr = self.take(groups::walked(self.catalog, self.entity, text, &expected), here)?;
        Some(Path { text: text.to_owned(), expr: Arc::new(expr) })
    }

    fn shown(&mut self, text: Option<&String>, here: &str) -> Option<Arc<Condition>> {
        self.condition(text?, &format!("{here}/show"))
    }

    /// A condition on the record.
    fn condition(&mut self, text: &str, here: &str) -> Option<Arc<Condition>> {
        let entity = Arc::clone(self.entity);
        let expr = self.condition_of(&entity, text, here)?;
        if is_false(&expr) {
            self.report(Diagnostic::warning("form.never").with("found", schemas::check::short(text)), here);
        }
        Some(Arc::new(Condition { text: text.to_owned(), expr }))
    }

    fn condition_of(&mut self, entity: &Entity, text: &str, here: &str) -> Option<Expr> {
        let scope = CatalogScope::of_record(self.catalog, &entity.id);
        let (expr, mentions) = self.take(mentions(text, &scope, &Expected::Condition), here)?;
        for warning in expressions::unknown_choices(self.catalog, &mentions) {
            self.report(warning, here);
        }
        Some(expr)
    }

    fn take<T>(&mut self, found: Result<T, Vec<Diagnostic>>, here: &str) -> Option<T> {
        found.map_err(|found| found.into_iter().for_each(|one| self.report(one, here))).ok()
    }

    fn report(&mut self, problem: Diagnostic, here: &str) {
        self.problems.push(problem.at(here));
    }
}

/// In which variants a thing is: those that are said of it or of what it stands in, else the first ones with the short one where
/// something inside is in it.
fn variants<'a>(said: Option<&[Variant]>, mut inside: impl Iterator<Item = &'a Variant>) -> Vec<Variant> {
    let mut quick = || inside.any(|variant| *variant == Variant::Quick).then_some(Variant::Quick);
    let mut found = match said {
        Some(said) => said.to_vec(),
        None => FIRST.into_iter().chain(quick()).collect(),
    };
    found.sort_unstable();
    found
}

/// Says whether a condition is true of no record: constants decide it, or it wants two values of one field.
fn is_false(expr: &Expr) -> bool {
    let reduced = reduce(expr, &|_| None);
    if matches!(reduced.kind, ExprKind::Literal(Value::Boolean(false) | Value::Empty)) {
        return true;
    }
    let mut wanted: Vec<(&Expr, &Value)> = Vec::new();
    equal(&reduced, &mut wanted);
    wanted
        .iter()
        .enumerate()
        .any(|(at, (path, value))| wanted[..at].iter().any(|(other, known)| other.kind == path.kind && known != value))
}

/// Gathers which fields must have which values.
fn equal<'e>(expr: &'e Expr, wanted: &mut Vec<(&'e Expr, &'e Value)>) {
    use expression::Binary;
    match &expr.kind {
        ExprKind::Binary(Binary::And, left, right) => [left, right].into_iter().for_each(|side| equal(side, wanted)),
        ExprKind::Binary(Binary::Equal, left, right) => match (&left.kind, &right.kind) {
            (ExprKind::Field(..), ExprKind::Literal(value)) => wanted.push((left, value)),
            (ExprKind::Literal(value), ExprKind::Field(..)) => wanted.push((right, value)),
            _ => {}
        },
        _ => {}
    }
}
