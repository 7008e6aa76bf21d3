//! What the schema cannot say of a form: names, what belongs to each type of component, and variants.

use std::collections::HashSet;

use diagnostic::Diagnostic;

use super::dashboard;
use super::meaning::name;
use crate::{Columns, Component, ComponentType, Form, FormTab, Variant, WidgetType};

/// Checks a form on its own.
pub(super) fn of_form(form: &Form) -> Vec<Diagnostic> {
    let mut stage = Stage { problems: name(&form.name, "/name"), names: HashSet::new(), shown: Vec::new() };
    // An address of its own among the forms.
    if form.name == "attempt" {
        stage.problems.push(Diagnostic::error("document.reserved_word").at("/name").with("found", &form.name));
    }
    let around = Around { variants: None, columns: Component::COLUMNS };
    for (at, tab) in form.tabs.iter().enumerate() {
        stage.tab(tab, &around, &format!("/tabs/{at}"));
    }
    stage.components(&form.side, &around, "/side");
    stage.problems
}

/// What a thing stands in.
#[derive(Clone)]
struct Around {
    /// The variants in which it is, where it says so.
    variants: Option<Vec<Variant>>,
    /// Columns.
    columns: u32,
}

struct Stage<'a> {
    problems: Vec<Diagnostic>,
    names: HashSet<&'a str>,
    /// Fields with the variants in which they are.
    shown: Vec<(&'a str, Vec<Variant>)>,
}

impl<'a> Stage<'a> {
    fn tab(&mut self, tab: &'a FormTab, around: &Around, here: &str) {
        self.named(&tab.name, here);
        let variants = self.variants(tab.variants.as_deref(), around, here);
        let inside = Around { variants, columns: Component::COLUMNS };
        self.components(&tab.components, &inside, &format!("{here}/components"));
    }

    fn components(&mut self, components: &'a [Component], around: &Around, here: &str) {
        for (at, component) in components.iter().enumerate() {
            self.component(component, around, &format!("{here}/{at}"));
        }
    }

    fn component(&mut self, component: &'a Component, around: &Around, here: &str) {
        if let Some(name) = &component.name {
            self.named(name, here);
        }
        self.keys(component, here);
        let variants = self.variants(component.variants.as_deref(), around, here);
        if let Some(span) = component.span.filter(|span| *span > around.columns) {
            let problem = Diagnostic::error("form.span_too_wide").at(format!("{here}/span"));
            self.problems.push(problem.with("found", span).with("expected", around.columns));
        }
        if let (ComponentType::Field | ComponentType::Lines, Some(path)) = (component.kind, &component.path) {
            let own = variants.clone().unwrap_or_else(|| FIRST.to_vec());
            let is_there = |(other, theirs): &(&str, Vec<Variant>)| {
                *other == path && own.iter().any(|variant| theirs.contains(variant))
            };
            if self.shown.iter().any(is_there) {
                self.problems
                    .push(Diagnostic::error("form.field_twice").at(format!("{here}/path")).with("found", path));
            }
            self.shown.push((path, own));
        }
        if let Some(widget) = &component.widget {
            self.widget(component, widget, &format!("{here}/widget"));
        }
        let columns = if component.kind == ComponentType::Section { component.count() } else { around.columns };
        let inside = Around { variants, columns };
        self.components(&component.components, &inside, &format!("{here}/components"));
        for (at, tab) in component.tabs.iter().enumerate() {
            self.tab(tab, &inside, &format!("{here}/tabs/{at}"));
        }
    }

    fn named(&mut self, name: &'a str, here: &str) {
        if !self.names.insert(name) {
            self.problems.push(Diagnostic::error("form.duplicate_name").at(format!("{here}/name")).with("name", name));
        }
    }

    /// The variants in which a thing is, where it or what it stands in says so; none that its surroundings do not have.
    fn variants(&mut self, own: Option<&[Variant]>, around: &Around, here: &str) -> Option<Vec<Variant>> {
        let (Some(own), Some(theirs)) = (own, &around.variants) else {
            return own.map(<[Variant]>::to_vec).or_else(|| around.variants.clone());
        };
        for (at, variant) in own.iter().enumerate().filter(|(_, variant)| !theirs.contains(variant)) {
            let words: Vec<&str> = theirs.iter().map(|variant| variant.as_str()).collect();
            let problem = Diagnostic::error("form.variant_outside").at(format!("{here}/in/{at}"));
            self.problems.push(problem.with("found", variant.as_str()).with("expected", words.join(", ")));
        }
        Some(own.to_vec())
    }

    fn keys(&mut self, component: &Component, here: &str) {
        use ComponentType::{Button, Field, History, Image, Lines, Related, Section, Tabs, Text, Widget};
        let keys: [Key; 20] = [
            (
                "name",
                &[Section, Tabs, Text, Image, Widget],
                &[Section, Tabs, Text, Image, Widget],
                component.name.is_some(),
            ),
            ("label", &[Section, Field, Lines, Related, Image, History], &[], !component.label.is_empty()),
            ("path", &[Field, Lines, Related, Widget], &[Field, Lines, Related], component.path.is_some()),
            ("span", &[Field], &[], component.span.is_some()),
            ("hint", &[Field], &[], !component.hint.is_empty()),
            ("read_only", &[Field], &[], component.read_only),
            ("style", &[Field], &[], !component.style.is_empty()),
            ("columns", &[Section, Lines, Related], &[], component.columns.is_some()),
            ("collapsed", &[Section], &[], component.collapsed),
            ("hide_when_empty", &[Section], &[], component.hide_when_empty),
            ("components", &[Section], &[], !component.components.is_empty()),
            ("tabs", &[Tabs], &[Tabs], !component.tabs.is_empty()),
            ("totals", &[Lines], &[], !component.totals.is_empty()),
            ("filter", &[Related], &[], component.filter.is_some()),
            ("sort", &[Related], &[], !component.sort.is_empty()),
            ("limit", &[Related], &[], component.limit.is_some()),
            ("text", &[Text], &[Text], !component.text.is_empty()),
            ("tone", &[Text], &[], component.tone.is_some()),
            ("file", &[Image], &[Image], component.file.is_some()),
            ("widget", &[Widget], &[Widget], component.widget.is_some()),
        ];
        let more: [Key; 2] = [
            ("script", &[Button], &[Button], component.script.is_some()),
            ("button", &[Button], &[Button], component.button.is_some()),
        ];
        for (key, types, needed, given) in keys.into_iter().chain(more) {
            let problem = match given {
                true if !types.contains(&component.kind) => {
                    Diagnostic::error("form.key_not_for_type").at(format!("{here}/{key}"))
                }
                false if needed.contains(&component.kind) => Diagnostic::error("form.key_missing").at(here),
                _ => continue,
            };
            self.problems.push(problem.with("name", key).with("type", component.kind.as_str()));
        }
        let is_wrong = match (component.kind, &component.columns) {
            (Section, Some(Columns::Paths(_))) => Some("form.columns_are_a_number"),
            (Lines | Related, Some(Columns::Count(_))) => Some("form.columns_are_paths"),
            _ => None,
        };
        if let Some(code) = is_wrong {
            let problem = Diagnostic::error(code).at(format!("{here}/columns"));
            self.problems.push(problem.with("type", component.kind.as_str()));
        }
    }

    fn widget(&mut self, component: &Component, widget: &crate::FormWidget, here: &str) {
        if widget.kind == WidgetType::Text {
            self.problems.push(Diagnostic::error("form.widget_of_text").at(format!("{here}/type")));
            return;
        }
        let around = here.strip_suffix("/widget").unwrap_or(here);
        if component.path.is_none() && widget.kind != WidgetType::Indicator {
            let problem = Diagnostic::error("form.widget_without_path").at(around);
            self.problems.push(problem.with("shown", widget.kind.as_str()));
        }
        let name = component.name.as_deref().unwrap_or_default();
        // Of which entity it is, its path says.
        for mut problem in dashboard::of_widget(&widget.on_dashboard(name, Some("-")), here) {
            problem.arguments.entry("widget").or_insert_with(|| name.to_owned());
            self.problems.push(problem);
        }
    }
}

/// The variants of what nothing says more of.
const FIRST: [Variant; 3] = [Variant::Edit, Variant::Create, Variant::Phone];

/// A key of components with the types that have it, those that must have it, and whether it is given.
type Key = (&'static str, &'static [ComponentType], &'static [ComponentType], bool);
