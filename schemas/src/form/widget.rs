//! A widget on a form: as on a dashboard, where the component gives it a name and a place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ChartType, Label, Period, Place, Trend, Widget, WidgetColumn, WidgetMeasure, WidgetType};

/// What a widget on a form shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "FormWidget", extend("examples" = [{
    "type": "chart", "chart": "funnel", "group_by": ["stage"],
    "measures": [{"name": "count", "expression": "count()", "format": {"type": "integer"}}]
}, {"type": "indicator", "measure": "won"}]))]
pub struct FormWidget {
    /// What it shows; a text is a component of its own.
    #[serde(rename = "type")]
    pub kind: WidgetType,
    /// What people read above it; that of its measure, view or entity when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the measure. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub measure: Option<String>,
    /// Values of the measure's parameters by name. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub parameters: Map<String, Value>,
    /// The period; that of the measure when absent. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Whether it is of whoever looks; as the measure has it when absent. Only for `indicator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<bool>,
    /// How the number went before. Only for `indicator`, whose measure must have a `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
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
    /// Condition on each of the records.
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
}

impl FormWidget {
    /// The same as a widget of a dashboard, over the records of an entity.
    pub fn on_dashboard(&self, name: &str, entity: Option<&str>) -> Widget {
        let is_indicator = self.kind == WidgetType::Indicator;
        Widget {
            name: name.to_owned(),
            kind: self.kind,
            label: self.label.clone(),
            place: Place { x: 0, y: 0, width: Place::COLUMNS, height: 1 },
            measure: self.measure.clone(),
            parameters: self.parameters.clone(),
            period: self.period,
            mine: self.mine,
            trend: self.trend,
            entity: entity.filter(|_| !is_indicator).map(str::to_owned),
            chart: self.chart,
            stacked: self.stacked,
            group_by: self.group_by.clone(),
            measures: self.measures.clone(),
            rows: self.rows.clone(),
            columns: self.columns.clone(),
            heat: self.heat,
            view: None,
            filter: self.filter.clone(),
            sort: self.sort.clone(),
            limit: self.limit,
            date: None,
            person: None,
            filters: std::collections::BTreeMap::new(),
            text: Label::default(),
        }
    }

    /// Takes what was written anew of the widget that [`Self::on_dashboard`] gave.
    pub fn take(&mut self, widget: Widget) {
        self.measure = widget.measure;
        self.group_by = widget.group_by;
        self.measures = widget.measures;
        self.rows = widget.rows;
        self.columns = widget.columns;
        self.filter = widget.filter;
        self.sort = widget.sort;
    }
}
