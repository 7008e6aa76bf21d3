//! Views that documents bring for everybody, and what makes a board of any view.

use std::collections::BTreeMap;

use diagnostic::Diagnostic;
use expression::EntityId;
use schemas::Label;
pub use schemas::ViewType;
use schemas::suggest::nearest;

use crate::{Field, FieldKind, LinkFlavour};

/// A named list of an entity's records.
#[derive(Debug, Clone)]
pub struct View {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Entity whose records it shows.
    pub entity: EntityId,
    /// Paths of its columns, in order.
    pub columns: Vec<String>,
    /// A condition on the records, one expression.
    pub filter: Option<String>,
    /// Keys of its order, `-` before those of descending ones.
    pub sort: Vec<String>,
    /// How it shows the records, and apart by what.
    pub board: Board,
    /// Whether the list begins with it.
    pub is_default: bool,
}

/// How a view shows its records, and by which fields of theirs they stand apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    /// How.
    pub form: ViewType,
    /// The field by whose values the records stand apart.
    pub group_by: Option<String>,
    /// The field by whose values a kanban is cut into lanes.
    pub lanes: Option<String>,
    /// The number that is added up of each group.
    pub total: Option<String>,
    /// How many records a group is to hold at most, by choice.
    pub limits: BTreeMap<String, u32>,
}

impl Board {
    /// Checks it over the fields that may be known, every mistake at once.
    pub fn check<'e>(&self, field: impl Fn(&str) -> Option<&'e Field>, known: &[&str]) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        let mut named = |name: &Option<String>, at: &str, fits: fn(&Field) -> bool, code: &'static str| {
            let name = name.as_deref()?;
            let Some(found) = field(name) else {
                let unknown = Diagnostic::error("view.unknown_path").with("name", name);
                mistakes.push(unknown.with_some("nearest", nearest(name, known.iter().copied())).at(at));
                return None;
            };
            if !fits(found) {
                mistakes.push(Diagnostic::error(code).with("name", name).at(at));
            }
            Some(found)
        };
        let groups = named(&self.group_by, "/group_by", groups, "view.no_groups");
        let _ = named(&self.lanes, "/lanes", self::groups, "view.no_groups");
        let _ = named(&self.total, "/total", adds_up, "view.no_total");
        if self.form == ViewType::Kanban && self.group_by.is_none() {
            mistakes.push(Diagnostic::error("view.kanban_groups").at("/group_by"));
        }
        if self.group_by.is_some() && self.group_by == self.lanes {
            mistakes.push(Diagnostic::error("view.same_lanes").at("/lanes"));
        }
        let choices = groups.and_then(|field| match &field.kind {
            FieldKind::Choice(set) => Some(set),
            _ => None,
        });
        for name in self.limits.keys() {
            let values = choices.iter().flat_map(|set| &set.choices).map(|choice| &*choice.value);
            if !values.clone().any(|value| value == name) {
                let unknown = Diagnostic::error("view.unknown_limit").with("found", name.as_str());
                mistakes.push(unknown.with_some("nearest", nearest(name, values)).at(format!("/limits/{name}")));
            }
        }
        mistakes
    }
}

/// Whether records stand apart by the values of a field.
pub fn groups(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Choice(_) | FieldKind::Boolean => true,
        FieldKind::Link { flavour, .. } => !matches!(flavour, LinkFlavour::File | LinkFlavour::Image),
        _ => false,
    }
}

/// Whether the values of a field can be added up.
pub fn adds_up(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Integer { .. } | FieldKind::Decimal { .. } | FieldKind::Money { .. })
}
