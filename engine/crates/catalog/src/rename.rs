//! Renames carried through: what kept its identity and changed its name is renamed wherever documents name it.

mod balances;
mod dashboards;
mod datasets;
mod forms;
mod names;
mod places;

use std::collections::HashMap;

use diagnostic::Diagnostic;
use expression::check::Mention;
use expression::{EntityId, Expected, Scope};
use schemas::{Body, Document, Kind};

use crate::{Catalog, CatalogScope, Physical, WithParameters, resolve};
use names::Names;
use places::Rewriter;

/// One reference that was rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Document as `kind/name`, with its new name.
    pub document: String,
    /// JSON pointer inside it.
    pub pointer: String,
    /// What stood there.
    pub from: String,
    /// What stands there now.
    pub to: String,
}

/// What came of carrying renames through.
#[derive(Debug, Clone, Default)]
pub struct Renamed {
    /// The documents that had to be rewritten.
    pub documents: Vec<Document>,
    /// Each place that was rewritten.
    pub rewrites: Vec<Rewrite>,
    /// Warnings: what names something renamed and could not be rewritten.
    pub warnings: Vec<Diagnostic>,
}

/// Compares the published documents with the next ones and rewrites, in the next ones, every reference to what was renamed.
///
/// A reference is rewritten when it can only mean the old name: the name is gone, or its document has not been touched
/// since. `before` is the catalog of the published documents.
pub fn rename(before: &Catalog, published: &[Document], next: &[Document]) -> Renamed {
    let old: HashMap<(Kind, &str), &Document> =
        published.iter().map(|document| ((document.kind, document.name.as_str()), document)).collect();
    let is_untouched = |document: &Document| {
        old.get(&(document.kind, document.name.as_str())).is_some_and(|old| old.json == document.json)
    };
    carry(before, published, next, is_untouched)
}

/// Rewrites every reference to what was renamed in documents of which nothing but these names was changed: an old name
/// means what it meant, whatever has it now.
pub fn rename_all(before: &Catalog, published: &[Document], next: &[Document]) -> Renamed {
    carry(before, published, next, |_| true)
}

fn carry(
    before: &Catalog,
    published: &[Document],
    next: &[Document],
    is_untouched: impl Fn(&Document) -> bool,
) -> Renamed {
    let names = Names::of(before, published, next);
    let mut renamed = Renamed::default();
    if names.is_empty() {
        return renamed;
    }
    let mut documents: Vec<Document> = next.to_vec();
    for document in &mut documents {
        let same = is_untouched(document);
        let mut rewriter = Rewriter { names: &names, untouched: same, document: document.path(), rewrites: Vec::new() };
        let mut body = document.body.clone();
        rewriter.body(&mut body);
        if !rewriter.rewrites.is_empty() {
            *document = Document::of(body);
            renamed.rewrites.append(&mut rewriter.rewrites);
        }
    }
    let after = resolve(before.revision, &before.workspace, &documents, &Physical::default()).catalog;
    for document in &mut documents {
        let same = is_untouched(document);
        let stage = Expressions { before, after: &after, names: &names, untouched: same };
        stage.document(document, &mut renamed);
    }
    let changed = documents.into_iter().zip(next).filter(|(document, next)| document.json != next.json);
    renamed.documents = changed.map(|(document, _)| document).collect();
    renamed
}

/// The scope of a condition on a field that is given by name.
fn condition_scope<'a>(catalog: &'a Catalog, entity: &EntityId, field: &str, key: &str) -> CatalogScope<'a> {
    let known = catalog.entity_by_id(entity).and_then(|entity| Some((entity, entity.field(field)?)));
    let scope = known.map(|(entity, field)| CatalogScope::of_condition(catalog, entity, field, key));
    scope.unwrap_or_else(|| CatalogScope::of_record(catalog, entity))
}

/// Rewrites the expressions of documents whose other references are already in order.
struct Expressions<'a> {
    before: &'a Catalog,
    after: &'a Catalog,
    names: &'a Names,
    untouched: bool,
}

impl Expressions<'_> {
    fn document(&self, document: &mut Document, renamed: &mut Renamed) {
        let entity = match &document.body {
            Body::Entity(entity) => entity,
            Body::Role(role) => return self.role(role.clone(), document, renamed),
            Body::Dashboard(dashboard) => return self.dashboard(dashboard.clone(), document, renamed),
            Body::Form(form) => return self.form(form.clone(), document, renamed),
            Body::Dataset(dataset) => return self.dataset(dataset.clone(), document, renamed),
            Body::Register(register) => return self.register(register.clone(), document, renamed),
            Body::View(view) => return self.view(view.clone(), document, renamed),
            Body::Measure(measure) => return self.measure(measure.clone(), document, renamed),
            Body::Script(script) => return self.script(script.clone(), document, renamed),
            _ => return,
        };
        let id = EntityId::new(entity.id.as_deref().unwrap_or(&entity.name));
        let mut changed = entity.clone();
        let path = document.path();
        let old_scope = CatalogScope::of_record(self.before, &id);
        let new_scope = CatalogScope::of_record(self.after, &id);
        let mut touched = false;
        for (at, rule) in changed.rules.iter_mut().enumerate() {
            touched |= self.text(&mut rule.when, &old_scope, &new_scope, &path, format!("/rules/{at}/when"), renamed);
        }
        for (operation, text) in changed.access.iter_mut().flat_map(|access| access.conditions_mut()) {
            touched |= self.text(text, &old_scope, &new_scope, &path, format!("/access/{operation}"), renamed);
        }
        for (at, field) in changed.fields.iter_mut().enumerate() {
            if let Some(formula) = &mut field.formula {
                let pointer = format!("/fields/{at}/formula/expression");
                touched |= self.text(&mut formula.expression, &old_scope, &new_scope, &path, pointer, renamed);
            }
            let name = field.name.clone();
            for (key, condition) in field.conditions_mut() {
                // The field has its new name by now; the old one is told by its identity.
                let scope = |catalog| condition_scope(catalog, &id, &name, key);
                let new = scope(self.after);
                let known = self.after.entity_by_id(&id).and_then(|entity| entity.field(&name));
                let before = known.and_then(|field| self.before.entity_by_id(&id)?.field_by_id(&field.id));
                let old = before
                    .map_or_else(|| scope(self.before), |field| condition_scope(self.before, &id, &field.name, key));
                let pointer = format!("/fields/{at}/{key}/when");
                touched |= self.text(&mut condition.when, &old, &new, &path, pointer, renamed);
            }
            if let Some(sequence) = &mut field.sequence {
                let pointer = format!("/fields/{at}/sequence");
                touched |= self.text(sequence, &old_scope, &new_scope, &path, pointer, renamed);
            }
        }
        let (old_scope, new_scope) =
            (CatalogScope::without_record(self.before), CatalogScope::without_record(self.after));
        for (at, field) in changed.fields.iter_mut().enumerate() {
            if let Some(schemas::Default::Expression(default)) = &mut field.default {
                let pointer = format!("/fields/{at}/default/expression");
                touched |= self.text(&mut default.expression, &old_scope, &new_scope, &path, pointer, renamed);
            }
        }
        if touched {
            *document = Document::of(Body::Entity(changed));
        }
    }

    /// The names of entities are in order by now, so that the conditions of each can be read.
    fn role(&self, mut role: schemas::Role, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let mut touched = false;
        for (name, permissions) in &mut role.entities {
            let Some(entity) = self.after.entity(name) else { continue };
            let old_scope = CatalogScope::of_record(self.before, &entity.id);
            let new_scope = CatalogScope::of_record(self.after, &entity.id);
            for (operation, text) in permissions.conditions_mut() {
                let pointer = format!("/entities/{name}/{operation}");
                touched |= self.text(text, &old_scope, &new_scope, &path, pointer, renamed);
            }
        }
        if touched {
            *document = Document::of(Body::Role(role));
        }
    }

    /// A path through links is an expression, so that it is rewritten as one.
    fn view(&self, mut view: schemas::View, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let Some(entity) = self.after.entity(&view.entity) else { return };
        let old_scope = CatalogScope::of_record(self.before, &entity.id);
        let new_scope = CatalogScope::of_record(self.after, &entity.id);
        let mut touched = false;
        for (at, column) in view.columns.iter_mut().enumerate() {
            touched |= self.text(column, &old_scope, &new_scope, &path, format!("/columns/{at}"), renamed);
        }
        for (at, key) in view.sort.iter_mut().enumerate() {
            let (sign, name) = key.strip_prefix('-').map_or(("", key.as_str()), |name| ("-", name));
            let mut name = name.to_owned();
            if self.text(&mut name, &old_scope, &new_scope, &path, format!("/sort/{at}"), renamed) {
                *key = format!("{sign}{name}");
                touched = true;
            }
        }
        if let Some(filter) = &mut view.filter {
            touched |= self.text(filter, &old_scope, &new_scope, &path, "/filter".to_owned(), renamed);
        }
        let groups = view.group_by.clone();
        for (setting, name) in view.settings_mut() {
            touched |= self.text(name, &old_scope, &new_scope, &path, format!("/{}", setting.as_str()), renamed);
        }
        let groups = groups.and_then(|name| self.before.entity_by_id(&entity.id)?.field(&name));
        if let Some(groups) = groups {
            for (choice, limit) in std::mem::take(&mut view.limits) {
                let new = self.names.of_choice(&entity.id, &groups.id, &choice).cloned();
                if let Some(to) = &new {
                    let (document, pointer) = (path.clone(), format!("/limits/{choice}"));
                    renamed.rewrites.push(Rewrite { document, pointer, from: choice.clone(), to: to.clone() });
                    touched = true;
                }
                view.limits.insert(new.unwrap_or(choice), limit);
            }
        }
        if touched {
            *document = Document::of(Body::View(view));
        }
    }

    /// Each aggregate of the number is an expression on a record, as the paths and the filter are.
    fn measure(&self, mut measure: schemas::Measure, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let mut touched = false;
        let (old, new) = (CatalogScope::without_record(self.before), CatalogScope::without_record(self.after));
        for (at, parameter) in measure.parameters.iter_mut().enumerate() {
            if let Some(schemas::Default::Expression(default)) = &mut parameter.default {
                let pointer = format!("/parameters/{at}/default/expression");
                touched |= self.text(&mut default.expression, &old, &new, &path, pointer, renamed);
            }
        }
        if let Some(entity) = self.after.entity(&measure.entity) {
            let scopes = |catalog| {
                (
                    CatalogScope::of_record(catalog, &entity.id),
                    WithParameters::of(catalog, &entity.id, &measure.parameters),
                )
            };
            let ((old, old_filter), (new, new_filter)) = (scopes(self.before), scopes(self.after));
            for span in expression::groups::arguments(&measure.expression).into_iter().rev() {
                let mut argument = measure.expression[span.clone()].to_owned();
                if self.text(&mut argument, &old, &new, &path, "/expression".to_owned(), renamed) {
                    measure.expression.replace_range(span, &argument);
                    touched = true;
                }
            }
            for (text, pointer) in [(&mut measure.date, "/date"), (&mut measure.person, "/person")] {
                let Some(text) = text else { continue };
                touched |= self.text(text, &old, &new, &path, pointer.to_owned(), renamed);
            }
            if let Some(filter) = &mut measure.filter {
                touched |= self.text(filter, &old_filter, &new_filter, &path, "/filter".to_owned(), renamed);
            }
        }
        if touched {
            *document = Document::of(Body::Measure(measure));
        }
    }

    /// The code itself is left as it is: whoever reads the plan is told where it names what was renamed.
    fn script(&self, mut script: schemas::Script, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let mut touched = false;
        for (at, button) in script.buttons.iter_mut().enumerate() {
            let (Some(when), Some(entity)) = (&mut button.when, self.after.entity(&button.entity)) else { continue };
            let old_scope = CatalogScope::of_record(self.before, &entity.id);
            let new_scope = CatalogScope::of_record(self.after, &entity.id);
            touched |= self.text(when, &old_scope, &new_scope, &path, format!("/buttons/{at}/when"), renamed);
        }
        for (name, line) in self.names.named_in(&script.source) {
            let warning = Diagnostic::warning("rename.in_script").in_document(&path).at("/source");
            renamed.warnings.push(warning.with("found", name).with("line", line));
        }
        if touched {
            *document = Document::of(Body::Script(script));
        }
    }

    fn text(
        &self,
        text: &mut String,
        old: &dyn Scope,
        new: &dyn Scope,
        document: &str,
        pointer: String,
        renamed: &mut Renamed,
    ) -> bool {
        self.text_of(&Expected::Anything, text, (old, new), document, pointer, renamed)
    }

    fn text_of(
        &self,
        expected: &Expected,
        text: &mut String,
        (old, new): (&dyn Scope, &dyn Scope),
        document: &str,
        pointer: String,
        renamed: &mut Renamed,
    ) -> bool {
        let sound = expression::check(text, new, expected).is_ok();
        if sound && !self.untouched {
            return false;
        }
        match expression::rename(text, old, expected, |mention: &Mention| self.names.of_mention(mention)) {
            Ok(written) if written == *text => false,
            Ok(written) => {
                let from = std::mem::replace(text, written.clone());
                renamed.rewrites.push(Rewrite { document: document.to_owned(), pointer, from, to: written });
                true
            }
            Err(_) if sound => false,
            Err(_) => {
                let warning = Diagnostic::warning("rename.not_rewritten").in_document(document).at(pointer);
                renamed.warnings.push(warning.with("found", &*text));
                false
            }
        }
    }
}
