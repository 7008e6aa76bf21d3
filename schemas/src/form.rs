//! The document of a form: how a record of an entity stands on its card, for whom, in tabs, sections and what is in them.

mod widget;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::choice_set::Hue;
use crate::{Kind, Label};
pub use widget::FormWidget;

/// How a record stands on its card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Form", extend("examples" = [{
    "kind": "form", "name": "deal_sales", "label": {"en": "Deal for sales", "ru": "Сделка для продаж"}, "entity": "deal", "roles": ["sales"], "order": 10,
    "header": ["number", "company", "amount"], "stage": "stage",
    "tabs": [
        {"name": "main", "label": {"en": "Main", "ru": "Основное"}, "icon": "briefcase", "components": [
            {"type": "section", "name": "deal", "label": {"en": "Deal", "ru": "Сделка"}, "columns": 2, "components": [
                {"type": "field", "path": "title", "span": 2},
                {"type": "field", "path": "amount", "style": [{"when": "amount > 100000", "color": "green"}]},
                {"type": "field", "path": "company.city"},
                {"type": "field", "path": "lost_reason", "show": "stage == \"lost\""}
            ]},
            {"type": "lines", "path": "items", "columns": ["product", "quantity", "price", "amount"], "totals": ["amount"]},
            {"type": "text", "name": "hint", "text": {"en": "Ask for the address of delivery."}, "tone": "info"},
            {"type": "button", "script": "deals", "button": "win"},
            {"type": "widget", "name": "won", "path": "company.deals", "widget": {"type": "chart", "chart": "bar",
             "group_by": ["stage"], "measures": [{"name": "sum", "expression": "sum(amount)"}]}}
        ]},
        {"name": "activities", "label": {"en": "Activities", "ru": "Дела"}, "components": [
            {"type": "related", "path": "activities", "columns": ["subject", "due_on"], "filter": "!is_done", "sort": ["due_on"], "limit": 20}
        ]}
    ],
    "side": [{"type": "history"}]
}]))]
pub struct Form {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `form`.
    #[schemars(extend("const" = "form"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in addresses.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["deal_sales"]))]
    pub name: String,
    /// What designers read in the list of forms.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the entity whose records it is for.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// Roles whose people get it; everybody who has none of their own role when there are none. It is no right: what is inside
    /// stays under the rights of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<String>,
    /// Which comes first of several that a person could get: the smallest number, then the name.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = -1000, max = 1000))]
    pub order: i32,
    /// Paths of what stands beside the title of the record, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8), inner(length(min = 1, max = 1000)), extend("uniqueItems" = true, "examples" = [["number", "company", "amount"]]))]
    pub header: Vec<String>,
    /// Name of a choice that is shown as stages above the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["stage"]))]
    pub stage: Option<String>,
    /// How to fill it in, for whoever asks.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub help: Label,
    /// The tabs of the record; one alone is shown without its name.
    #[schemars(length(min = 1, max = 20))]
    pub tabs: Vec<FormTab>,
    /// What stands at the side of a wide screen, below the tabs of a narrow one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub side: Vec<Component>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_zero(order: &i32) -> bool {
    *order == 0
}

/// One tab, of the form or inside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "FormTab", extend("examples" = [{"name": "main", "label": {"en": "Main", "ru": "Основное"}, "components": [{"type": "field", "path": "title"}]}]))]
pub struct FormTab {
    /// Name, unique in the form.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["main"]))]
    pub name: String,
    /// What people read on it; its name when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["briefcase"]))]
    pub icon: Option<String>,
    /// Condition on the record, without whose truth it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub show: Option<String>,
    /// In which variants of the form it is; those of what it stands in when absent.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub variants: Option<Vec<Variant>>,
    /// What is on it.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub components: Vec<Component>,
}

/// A way in which a form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// The card of a record that is there.
    Edit,
    /// The card of a new record.
    Create,
    /// A dialog of the few fields of a new record.
    Quick,
    /// The card on a phone.
    Phone,
}

impl Variant {
    /// All variants.
    pub const ALL: [Self; 4] = [Self::Edit, Self::Create, Self::Quick, Self::Phone];

    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Create => "create",
            Self::Quick => "quick",
            Self::Phone => "phone",
        }
    }
}

/// One thing on a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Component", extend("examples" = [
    {"type": "field", "path": "amount", "span": 2, "style": [{"when": "amount > 100000", "color": "green"}]},
    {"type": "related", "path": "company.deals", "columns": ["title", "stage"], "sort": ["-close_date"]}
]))]
pub struct Component {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ComponentType,
    /// Name, unique in the form. For `section`, `tabs`, `text`, `image` and `widget`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["contacts"]))]
    pub name: Option<String>,
    /// What people read on it; that of its field when absent. For `section`, `field`, `lines`, `related`, `image` and `history`.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Path from the record: to a value for `field`, a field of lines for `lines`, through links to many records for `related` and
    /// `widget`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000), extend("examples" = ["amount", "company.city", "company.deals"]))]
    pub path: Option<String>,
    /// Condition on the record, without whose truth it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["stage == \"lost\""]))]
    pub show: Option<String>,
    /// In which variants of the form it is; those of what it stands in when absent. At the top these are `edit`, `create` and `phone`,
    /// and `quick` for required fields.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("uniqueItems" = true, "examples" = [["edit", "phone"]]))]
    pub variants: Option<Vec<Variant>>,
    /// How many columns of its section it takes. Only for `field`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4))]
    pub span: Option<u32>,
    /// A sentence under the value. Only for `field`.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub hint: Label,
    /// Whether the value is only shown here. Only for `field`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// Colours of the value; the first whose condition is true. Only for `field`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub style: Vec<Style>,
    /// How many columns a `section` has, 1 to 4, 2 unless said; the paths of the columns of `lines` and `related`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Whether it is folded at first. Only for `section`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collapsed: bool,
    /// Whether it is left out where none of its fields has a value. Only for `section`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hide_when_empty: bool,
    /// What is in it. Only for `section`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub components: Vec<Component>,
    /// Its tabs. Only for `tabs`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub tabs: Vec<FormTab>,
    /// Names of numbers of the lines that are added up below them. Only for `lines`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 48)), extend("uniqueItems" = true))]
    pub totals: Vec<String>,
    /// Condition on each of the records. Only for `related`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["!is_done"]))]
    pub filter: Option<String>,
    /// Paths by which the records are sorted, `-` before what is descending. Only for `related`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(length(min = 1, max = 1000)))]
    pub sort: Vec<String>,
    /// How many records are shown at once. Only for `related`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
    /// What is read. Only for `text`.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub text: Label,
    /// How the text is meant; `note` unless said. Only for `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// Identity of a file of the workspace. Only for `image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))]
    pub file: Option<String>,
    /// Name of the script that has the button. Only for `button`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub script: Option<String>,
    /// Name of the button in its script. Only for `button`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub button: Option<String>,
    /// What is drawn. Only for `widget`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widget: Option<Box<FormWidget>>,
}

/// What a thing on a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentType {
    /// Things in columns under a heading that folds.
    Section,
    /// Tabs inside a form.
    Tabs,
    /// A value of the record, or through links of another, which is only shown.
    Field,
    /// Lines of the record, to be filled in.
    Lines,
    /// Records that belong to this one, or to one that it links to.
    Related,
    /// A text.
    Text,
    /// A picture.
    Image,
    /// A button of a script.
    Button,
    /// An indicator, a chart, a pivot table or a list.
    Widget,
    /// What happened to the record.
    History,
}

impl ComponentType {
    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Tabs => "tabs",
            Self::Field => "field",
            Self::Lines => "lines",
            Self::Related => "related",
            Self::Text => "text",
            Self::Image => "image",
            Self::Button => "button",
            Self::Widget => "widget",
            Self::History => "history",
        }
    }
}

/// A colour where a condition is true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Style", extend("examples" = [{"when": "amount > 100000", "color": "green"}]))]
pub struct Style {
    /// Condition on the record.
    #[schemars(length(min = 1, max = 65536))]
    pub when: String,
    /// The colour.
    pub color: Hue,
}

/// How a text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// A remark.
    #[default]
    Note,
    /// Something to know.
    Info,
    /// Something to mind.
    Warning,
}

/// A number of columns, or their paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Columns {
    /// How many there are.
    Count(u32),
    /// Their paths.
    Paths(Vec<String>),
}

impl JsonSchema for Columns {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Columns".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Columns",
            "description": "How many columns a section has, or the paths of the columns of lines and related records.",
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 4},
                {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 1000}, "minItems": 1, "maxItems": 30, "uniqueItems": true}
            ],
            "examples": [2, ["product", "quantity", "amount"]],
        })
    }
}

impl Component {
    /// Columns of a section that says nothing of them.
    pub const COLUMNS: u32 = 2;

    /// How many columns a section has.
    pub fn count(&self) -> u32 {
        match self.columns {
            Some(Columns::Count(count)) => count,
            _ => Self::COLUMNS,
        }
    }

    /// The paths of the columns of lines or records; none where the list's own are shown.
    pub fn paths(&self) -> &[String] {
        match &self.columns {
            Some(Columns::Paths(paths)) => paths,
            _ => &[],
        }
    }

    /// The same, to be written anew.
    pub fn paths_mut(&mut self) -> &mut [String] {
        match &mut self.columns {
            Some(Columns::Paths(paths)) => paths,
            _ => &mut [],
        }
    }
}

impl Form {
    /// Shows every component with its place, what is inside of one after it.
    pub fn each<'a>(&'a self, see: &mut dyn FnMut(&'a Component, &str)) {
        for (at, tab) in self.tabs.iter().enumerate() {
            walk(&tab.components, &format!("/tabs/{at}/components"), see);
        }
        walk(&self.side, "/side", see);
    }

    /// Shows every component with its place, to be written anew.
    pub fn each_mut(&mut self, see: &mut dyn FnMut(&mut Component, &str)) {
        for (at, tab) in self.tabs.iter_mut().enumerate() {
            walk_mut(&mut tab.components, &format!("/tabs/{at}/components"), see);
        }
        walk_mut(&mut self.side, "/side", see);
    }

    /// Shows every tab with its place, those inside of components as well.
    pub fn each_tab<'a>(&'a self, see: &mut dyn FnMut(&'a FormTab, &str)) {
        for (at, tab) in self.tabs.iter().enumerate() {
            see(tab, &format!("/tabs/{at}"));
        }
        self.each(&mut |component, here| {
            for (at, tab) in component.tabs.iter().enumerate() {
                see(tab, &format!("{here}/tabs/{at}"));
            }
        });
    }

    /// Shows every tab with its place, to be written anew.
    pub fn each_tab_mut(&mut self, see: &mut dyn FnMut(&mut FormTab, &str)) {
        for (at, tab) in self.tabs.iter_mut().enumerate() {
            see(tab, &format!("/tabs/{at}"));
        }
        self.each_mut(&mut |component, here| {
            for (at, tab) in component.tabs.iter_mut().enumerate() {
                see(tab, &format!("{here}/tabs/{at}"));
            }
        });
    }
}

fn walk<'a>(components: &'a [Component], here: &str, see: &mut dyn FnMut(&'a Component, &str)) {
    for (at, component) in components.iter().enumerate() {
        let here = format!("{here}/{at}");
        see(component, &here);
        walk(&component.components, &format!("{here}/components"), see);
        for (at, tab) in component.tabs.iter().enumerate() {
            walk(&tab.components, &format!("{here}/tabs/{at}/components"), see);
        }
    }
}

fn walk_mut(components: &mut [Component], here: &str, see: &mut dyn FnMut(&mut Component, &str)) {
    for (at, component) in components.iter_mut().enumerate() {
        let here = format!("{here}/{at}");
        see(component, &here);
        walk_mut(&mut component.components, &format!("{here}/components"), see);
        for (at, tab) in component.tabs.iter_mut().enumerate() {
            walk_mut(&mut tab.components, &format!("{here}/tabs/{at}/components"), see);
        }
    }
}
