//! The document of a dashboard: indicators, charts, pivot tables and lists in one page, with filters that act on all of them.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Kind, Label, NumberFormat, Period};

/// A page of numbers, charts and lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Dashboard", extend("examples" = [{
    "kind": "dashboard", "name": "sales_head", "label": {"en": "Sales of the department", "ru": "Продажи отдела"}, "icon": "layout-dashboard",
    "filters": [
        {"name": "period", "type": "period", "default": "this_month"},
        {"name": "person", "type": "person", "label": {"en": "Salesperson", "ru": "Ответственный"}},
        {"name": "country", "type": "field", "entity": "company", "field": "country", "default": ["AT"]}
    ],
    "widgets": [
        {"name": "won", "type": "indicator", "place": {"x": 0, "y": 0, "width": 3, "height": 2}, "measure": "won",
         "trend": {"by": "month", "periods": 6}, "filters": {"country": "company.country"}},
        {"name": "by_month", "type": "chart", "place": {"x": 3, "y": 0, "width": 9, "height": 5}, "entity": "deal", "chart": "bar", "stacked": true,
         "group_by": [{"path": "close_date", "by": "month"}, "owner"], "measures": [{"name": "sum", "expression": "sum(amount)"}],
         "filter": "stage == \"won\"", "date": "close_date", "person": "owner"},
        {"name": "quiet", "type": "list", "place": {"x": 0, "y": 2, "width": 3, "height": 3}, "entity": "company", "columns": ["name"], "sort": ["name"], "limit": 10}
    ]
}]))]
pub struct Dashboard {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `dashboard`.
    #[schemars(extend("const" = "dashboard"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in addresses.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["sales_head"]))]
    pub name: String,
    /// What people read in the navigation and above it.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["layout-dashboard"]))]
    pub icon: Option<String>,
    /// What it is for, in a sentence.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Roles whose people have it; everybody when there are none. It is no right: what is inside stays under the rights of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<String>,
    /// What can be chosen above it; each acts on every widget that has a way to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub filters: Vec<DashboardFilter>,
    /// What is on it.
    #[serde(default)]
    #[schemars(length(max = 50))]
    pub widgets: Vec<Widget>,
}

/// Something that can be chosen above a dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "DashboardFilter", extend("examples" = [{"name": "period", "type": "period", "default": "this_month"}]))]
pub struct DashboardFilter {
    /// Name by which widgets and requests speak of it.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["period"]))]
    pub name: String,
    /// What is chosen.
    #[serde(rename = "type")]
    pub kind: DashboardFilterType,
    /// What people read beside it; that of its field when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the entity that has the field. Only for `field`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub entity: Option<String>,
    /// Name of a choice, link, user, yes-or-no or text field. Only for `field`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub field: Option<String>,
    /// What is chosen at first: the word of a period, `me` for a person, a list of values of a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["this_month", "me", ["AT", "DE"]]))]
    pub default: Option<Value>,
}

/// What is chosen above a dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DashboardFilterType {
    /// A period, which acts on the `date` of widgets.
    Period,
    /// A person, which acts on the `person` of widgets.
    Person,
    /// Values of a field, any of which will do.
    Field,
}

/// One rectangle of a dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Widget", extend("examples" = [{
    "name": "funnel", "type": "chart", "place": {"x": 0, "y": 0, "width": 6, "height": 5}, "entity": "deal", "chart": "funnel",
    "group_by": ["stage"], "measures": [{"name": "count", "expression": "count()", "format": {"type": "integer"}}]
}]))]
pub struct Widget {
    /// Name, unique in the dashboard.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["funnel"]))]
    pub name: String,
    /// What it shows.
    #[serde(rename = "type")]
    pub kind: WidgetType,
    /// What people read above it; that of its measure, view or entity when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Where it stands.
    pub place: Place,
    /// Name of the measure. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub measure: Option<String>,
    /// Values of the measure's parameters by name. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub parameters: Map<String, Value>,
    /// The period where no filter gives one; that of the measure when absent. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Whether it is of whoever looks while no filter gives a person; as the measure has it when absent. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<bool>,
    /// How the number went before. Only for `indicator`, whose measure must have a `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// Name of the entity whose records it is of. For `chart`, `pivot` and `list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub entity: Option<String>,
    /// How the groups are drawn. Only for `chart`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<ChartType>,
    /// Whether series stand upon one another. Only for charts of `bar`, `row`, `line` and `area`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stacked: bool,
    /// What records are grouped by: the axis, then the series. Only for `chart`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 2))]
    pub group_by: Vec<WidgetColumn>,
    /// What is computed of each group. For `chart` and `pivot`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub measures: Vec<WidgetMeasure>,
    /// What the rows are grouped by, wider groups first. Only for `pivot`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 3))]
    pub rows: Vec<WidgetColumn>,
    /// What the columns of a `pivot` are grouped by, or paths of the columns of a `list`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub columns: Vec<WidgetColumn>,
    /// Whether cells are coloured by their numbers. Only for `pivot`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heat: bool,
    /// Name of a view that says which records are listed, in which columns and order. Only for `list`, in place of `entity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub view: Option<String>,
    /// Condition on a record. All that may be read without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub filter: Option<String>,
    /// Order, `-` before what is descending: names of groups and measures, of a list paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub sort: Vec<String>,
    /// How many groups or records there are at most: 200 of a chart unless said, 2,000 of a pivot table, 10 of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4999))]
    pub limit: Option<u32>,
    /// Path to the date or instant on which a filter of periods acts. An indicator has that of its measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000), extend("examples" = ["close_date"]))]
    pub date: Option<String>,
    /// Path to the user on whom a filter of persons acts. An indicator has that of its measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000), extend("examples" = ["owner"]))]
    pub person: Option<String>,
    /// By the names of filters the paths on which they act, `null` where they do not act. A filter of a field needs none where the
    /// records are of its entity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "ways", extend("examples" = [{"country": "company.country", "period": null}]))]
    pub filters: BTreeMap<String, Option<String>>,
    /// What is read. Only for `text`.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub text: Label,
}

/// Here `null` is no absent key: it says that a filter does not act.
fn ways(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "additionalProperties": {"oneOf": [{"type": "string", "minLength": 1, "maxLength": 1000}, {"type": "null"}]}
    })
}

/// What a widget shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WidgetType {
    /// The number of a measure.
    Indicator,
    /// Groups of records, drawn.
    Chart,
    /// Groups of records as a table with sums.
    Pivot,
    /// Records.
    List,
    /// A text.
    Text,
}

impl WidgetType {
    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Chart => "chart",
            Self::Pivot => "pivot",
            Self::List => "list",
            Self::Text => "text",
        }
    }
}

/// Where a widget stands: 12 columns, and rows as many as it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Place", extend("examples" = [{"x": 0, "y": 0, "width": 3, "height": 2}]))]
pub struct Place {
    /// The first column, 0 for the leftmost.
    #[schemars(range(max = 11))]
    pub x: u32,
    /// The first row, 0 for the uppermost.
    #[schemars(range(max = 1000))]
    pub y: u32,
    /// Columns.
    #[schemars(range(min = 1, max = 12))]
    pub width: u32,
    /// Rows.
    #[schemars(range(min = 1, max = 20))]
    pub height: u32,
}

impl Place {
    /// Columns of a dashboard.
    pub const COLUMNS: u32 = 12;

    /// Says whether two places have something in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let apart = |one: u32, length: u32, other: u32, width: u32| one + length <= other || other + width <= one;
        !apart(self.x, self.width, other.x, other.width) && !apart(self.y, self.height, other.y, other.height)
    }
}

/// How the number of an indicator went before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Trend", extend("examples" = [{"by": "month", "periods": 6}]))]
pub struct Trend {
    /// How long the periods are.
    pub by: DatePart,
    /// How many there are, the one of now among them.
    #[schemars(range(min = 2, max = 60))]
    pub periods: u32,
}

/// A part of a date that begins somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
}

impl DatePart {
    /// The word of documents and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// How the groups of a chart are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartType {
    /// Upright bars.
    Bar,
    /// Lying bars.
    Row,
    /// Lines.
    Line,
    /// Filled lines.
    Area,
    /// Slices of a circle.
    Pie,
    /// Stages, each of which is a share of the one before.
    Funnel,
    /// A dot for each group, by two numbers.
    Scatter,
    /// Coloured cells of two groups.
    HeatMap,
}

impl ChartType {
    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Row => "row",
            Self::Line => "line",
            Self::Area => "area",
            Self::Pie => "pie",
            Self::Funnel => "funnel",
            Self::Scatter => "scatter",
            Self::HeatMap => "heat_map",
        }
    }
}

/// A path, or a path and the part of its dates to group by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(title = "WidgetColumn", extend("examples" = ["stage", {"path": "close_date", "by": "month"}]))]
pub enum WidgetColumn {
    /// A path through links.
    Path(#[schemars(length(min = 1, max = 1000))] String),
    /// A path to dates or instants, by parts of them.
    Cut(DatePath),
}

/// A path and the part of its dates to group by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "DatePath", extend("examples" = [{"path": "close_date", "by": "month"}]))]
pub struct DatePath {
    /// The path.
    #[schemars(length(min = 1, max = 1000))]
    pub path: String,
    /// The part of a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<DatePart>,
}

impl WidgetColumn {
    /// The path.
    pub fn path(&self) -> &str {
        match self {
            Self::Path(path) => path,
            Self::Cut(cut) => &cut.path,
        }
    }

    /// The path, to be written anew.
    pub fn path_mut(&mut self) -> &mut String {
        match self {
            Self::Path(path) => path,
            Self::Cut(cut) => &mut cut.path,
        }
    }

    /// The part of its dates.
    pub fn by(&self) -> Option<DatePart> {
        match self {
            Self::Path(_) => None,
            Self::Cut(cut) => cut.by,
        }
    }

    /// Where the path stands under the place of the whole.
    pub fn pointer(&self, here: &str) -> String {
        match self {
            Self::Path(_) => here.to_owned(),
            Self::Cut(_) => format!("{here}/path"),
        }
    }
}

/// What is computed of each group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "WidgetMeasure", extend("examples" = [{"name": "won", "label": {"en": "Won"}, "expression": "sum(amount)", "format": {"type": "money", "scale": 0}}]))]
pub struct WidgetMeasure {
    /// Name in answers, and by which to sort.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["won"]))]
    pub name: String,
    /// What people read.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// A value of each group, made of aggregates: `count()`, `sum(amount) / count()`.
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["sum(amount)"]))]
    pub expression: String,
    /// How the number is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<NumberFormat>,
}
