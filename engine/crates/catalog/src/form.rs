//! Forms: how a record stands on its card, for whom.

use std::sync::Arc;

use expression::paths::{self, Root};
use expression::{EntityId, Expected, Expr, FieldRef, Scope, Type};
use schemas::Label;
pub use schemas::{ComponentType, Variant};

use crate::script::Button;
use crate::{Catalog, Condition, Dashboard, FieldKind};

/// How a record stands on its card.
#[derive(Debug, Clone)]
pub struct Form {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for designers.
    pub label: Label,
    /// How to fill it in; empty for nothing.
    pub help: Label,
    /// The entity whose records it is for.
    pub entity: EntityId,
    /// Roles whose people get it, by identity; none for everybody else.
    pub roles: Vec<String>,
    /// Which comes first.
    pub order: i32,
    /// What stands beside the title.
    pub header: Vec<Path>,
    /// Name of the choice that is shown as stages.
    pub stage: Option<String>,
    /// Tabs.
    pub tabs: Vec<Tab>,
    /// What stands at the side.
    pub side: Vec<Component>,
    /// The widgets on it as those of a dashboard, each under its name; a filter of the same name narrows one to the records of its
    /// path.
    pub board: Arc<Dashboard>,
}

/// Names joined by dots, from a record.
#[derive(Debug, Clone)]
pub struct Path {
    /// As written.
    pub text: String,
    /// What it leads to.
    pub expr: Arc<Expr>,
}

/// One tab.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Name of a Tabler icon.
    pub icon: Option<String>,
    /// Without whose truth it is not there.
    pub show: Option<Arc<Condition>>,
    /// In which variants it is.
    pub variants: Vec<Variant>,
    /// What is on it.
    pub components: Vec<Component>,
}

/// One thing on a form.
#[derive(Debug, Clone)]
pub struct Component {
    /// As it was written, without what is inside.
    pub written: Arc<schemas::Component>,
    /// Without whose truth it is not there.
    pub show: Option<Arc<Condition>>,
    /// In which variants it is.
    pub variants: Vec<Variant>,
    /// What it shows.
    pub shows: Shows,
}

/// What a component shows.
#[derive(Debug, Clone)]
pub enum Shows {
    /// What is inside.
    Section(Vec<Component>),
    /// Tabs.
    Tabs(Vec<Tab>),
    /// A value, and its colours in the order of what was written.
    Field(Path, Vec<Arc<Condition>>),
    /// Lines of the record, of this entity.
    Lines(Path, EntityId),
    /// Records of this entity.
    Related(Path, EntityId),
    /// A button.
    Button(Arc<Button>),
    /// A widget of the board; the records that it is narrowed to.
    Widget(Option<Path>),
    /// A text, a picture, the history: what reads no field.
    Plain,
}

impl Form {
    /// Shows every component, what is inside of one after it.
    pub fn each<'a>(&'a self, see: &mut dyn FnMut(&'a Component)) {
        self.tabs.iter().for_each(|tab| walk(&tab.components, see));
        walk(&self.side, see);
    }

    /// Finds the path of a widget by its name.
    pub fn path_of(&self, widget: &str) -> Option<&Path> {
        let mut found = None;
        self.each(&mut |component| {
            if let Shows::Widget(path) = &component.shows
                && component.written.name.as_deref() == Some(widget)
            {
                found = path.as_ref();
            }
        });
        found
    }
}

fn walk<'a>(components: &'a [Component], see: &mut dyn FnMut(&'a Component)) {
    for component in components {
        see(component);
        match &component.shows {
            Shows::Section(inside) => walk(inside, see),
            Shows::Tabs(tabs) => tabs.iter().for_each(|tab| walk(&tab.components, see)),
            _ => {}
        }
    }
}

impl Path {
    /// The fields on the way, the last of them what it leads to.
    pub fn fields(&self) -> Vec<FieldRef> {
        let longest = paths::reads(&self.expr).paths.into_iter().max_by_key(|path| path.fields.len());
        longest.map(|path| path.fields).unwrap_or_default()
    }

    /// The way without its last step; empty where it leads from the record itself.
    pub fn before(&self) -> &str {
        self.text.rsplit_once('.').map_or("", |(before, _)| before)
    }
}

/// Says whether a browser can tell the value of an expression of a record that it has with its lines and with what it selects
/// through links.
pub fn is_here(catalog: &Catalog, expr: &Expr) -> bool {
    let reads = paths::reads(expr);
    !reads.measures && !narrows(expr) && reads.paths.iter().all(|path| way_here(catalog, path).is_some())
}

/// The paths through links that a browser selects to tell the value of an expression.
pub fn through_links(catalog: &Catalog, expr: &Expr) -> Vec<String> {
    let reads = paths::reads(expr).paths;
    let leads_on = |path: &paths::Path| {
        reads.iter().any(|other| other.fields.len() > path.fields.len() && other.fields.starts_with(&path.fields))
    };
    let ways = reads.iter().filter(|path| path.fields.len() > 1 && !leads_on(path));
    ways.filter_map(|path| way_here(catalog, path)).flatten().collect()
}

/// The names of a path that a browser has beside the record: `None` for one that it cannot have, nothing for lines, which it has
/// anyway.
fn way_here(catalog: &Catalog, path: &paths::Path) -> Option<Option<String>> {
    if path.root != Root::Record {
        // Who looks is known by identity.
        return (path.root == Root::User && path.fields.is_empty()).then_some(None);
    }
    let kind = |field: &FieldRef| Some(&catalog.entity_by_id(&field.entity)?.field_by_id(&field.id)?.kind);
    let (last, steps) = path.fields.split_last()?;
    if let Some(FieldKind::Children { .. }) = path.fields.first().and_then(kind) {
        return (path.fields.len() <= 2).then_some(None);
    }
    let is_many =
        matches!(kind(last)?, FieldKind::Links { .. } | FieldKind::Inverse { .. } | FieldKind::Children { .. });
    let by_links = steps.iter().all(|step| matches!(kind(step), Some(FieldKind::Link { .. })));
    if !by_links || (is_many && !steps.is_empty()) || matches!(kind(last)?, FieldKind::Inverse { .. }) {
        return None;
    }
    Some(Some(path.fields.iter().map(|field| &*field.name).collect::<Vec<_>>().join(".")))
}

fn narrows(expr: &Expr) -> bool {
    matches!(expr.kind, expression::ExprKind::As(..)) || expr.children().into_iter().any(narrows)
}

/// What a path leads to: many records, or else a value.
pub fn expected(path: &str, scope: &dyn Scope) -> Expected {
    let is_many = expression::check(path, scope, &Expected::Relation).is_ok();
    if is_many { Expected::Relation } else { Expected::Anything }
}

/// The entity that a path to many records ends in.
pub fn target(expr: &Expr) -> Option<&EntityId> {
    match &expr.ty {
        Type::Records(target) => Some(target),
        _ => None,
    }
}
