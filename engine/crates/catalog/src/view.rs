//! Views that documents bring for everybody, and how views of each type show their records.

use std::collections::BTreeMap;

use diagnostic::Diagnostic;
use expression::EntityId;
use schemas::Label;
use schemas::suggest::nearest;
pub use schemas::{ViewSetting, ViewType};

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
    /// How it shows the records.
    pub layout: Layout,
    /// Whether the list begins with it.
    pub is_default: bool,
}

/// How a view shows its records: its type, and what that type wants to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// How.
    pub form: ViewType,
    /// Names of the fields that its settings are about.
    pub fields: BTreeMap<ViewSetting, String>,
    /// How many records a group is to hold at most, by choice.
    pub limits: BTreeMap<String, u32>,
}

impl Layout {
    /// That of a document.
    pub fn of(view: &schemas::View) -> Self {
        Self {
            form: view.form,
            fields: view.settings().map(|(setting, name)| (setting, name.clone())).collect(),
            limits: view.limits.clone(),
        }
    }

    /// The name of the field that a setting is about.
    pub fn field(&self, setting: ViewSetting) -> Option<&str> {
        self.fields.get(&setting).map(String::as_str)
    }

    /// Checks it over the fields that may be known, every mistake at once.
    pub fn check<'e>(&self, field: impl Fn(&str) -> Option<&'e Field>, known: &[&str]) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        for setting in ViewSetting::ALL {
            let at = format!("/{}", setting.as_str());
            let Some(name) = self.field(setting) else {
                if setting.is_needed_by(self.form) {
                    mistakes
                        .push(Diagnostic::error(missing(setting, self.form)).with("type", self.form.as_str()).at(at));
                }
                continue;
            };
            if !setting.types().contains(&self.form) {
                mistakes.push(self.of_other_types(setting.as_str(), setting.types()).at(at));
            } else if let Some(found) = field(name) {
                if !fits(setting, found) {
                    mistakes.push(Diagnostic::error(refusal(setting)).with("name", name).at(at));
                }
            } else {
                let unknown = Diagnostic::error("view.unknown_path").with("name", name);
                mistakes.push(unknown.with_some("nearest", nearest(name, known.iter().copied())).at(at));
            }
        }
        let groups = self.field(ViewSetting::GroupBy);
        if groups.is_some() && groups == self.field(ViewSetting::Lanes) {
            mistakes.push(Diagnostic::error("view.same_lanes").at("/lanes"));
        }
        if let (Some(start), Some(end)) = (self.dated(ViewSetting::Start, &field), self.dated(ViewSetting::End, &field))
            && start.type_name() != end.type_name()
        {
            mistakes.push(Diagnostic::error("view.end_of_other_type").with("type", start.type_name()).at("/end"));
        }
        self.check_limits(groups.and_then(field), &mut mistakes);
        mistakes
    }

    fn dated<'e>(&self, setting: ViewSetting, field: impl Fn(&str) -> Option<&'e Field>) -> Option<&'e Field> {
        self.field(setting).and_then(field).filter(|found| fits(setting, found))
    }

    fn check_limits(&self, groups: Option<&Field>, mistakes: &mut Vec<Diagnostic>) {
        if !self.limits.is_empty() && !LIMITED.contains(&self.form) {
            mistakes.push(self.of_other_types("limits", &LIMITED).at("/limits"));
            return;
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
    }

    /// What a type has not would change nothing, so that it is a mistake.
    fn of_other_types(&self, key: &str, types: &[ViewType]) -> Diagnostic {
        let types: Vec<&str> = types.iter().map(|form| form.as_str()).collect();
        let mistake = Diagnostic::error("view.not_of_type").with("name", key).with("type", self.form.as_str());
        mistake.with("types", types.join(", "))
    }
}

/// Types of views whose groups may have limits.
const LIMITED: [ViewType; 1] = [ViewType::Kanban];

/// Whether a field is what a setting needs.
pub fn fits(setting: ViewSetting, field: &Field) -> bool {
    match setting {
        ViewSetting::GroupBy | ViewSetting::Lanes => groups(field),
        ViewSetting::Total => adds_up(field),
        ViewSetting::Start | ViewSetting::End => matches!(field.kind, FieldKind::Date | FieldKind::DateTime),
        ViewSetting::ColorBy => matches!(field.kind, FieldKind::Choice(_)),
    }
}

/// What is told where the type needs it.
fn missing(setting: ViewSetting, form: ViewType) -> &'static str {
    match (setting, form) {
        (ViewSetting::Start, _) => "view.needs_start",
        (_, ViewType::Planner) => "view.planner_groups",
        _ => "view.kanban_groups",
    }
}

fn refusal(setting: ViewSetting) -> &'static str {
    match setting {
        ViewSetting::GroupBy | ViewSetting::Lanes => "view.no_groups",
        ViewSetting::Total => "view.no_total",
        ViewSetting::Start | ViewSetting::End => "view.no_date",
        ViewSetting::ColorBy => "view.no_color",
    }
}

/// Whether records stand apart by the values of a field.
fn groups(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Choice(_) | FieldKind::Boolean => true,
        FieldKind::Link { flavour, .. } => !matches!(flavour, LinkFlavour::File | LinkFlavour::Image),
        _ => false,
    }
}

/// Whether the values of a field can be added up.
fn adds_up(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Integer { .. } | FieldKind::Decimal { .. } | FieldKind::Money { .. })
}
