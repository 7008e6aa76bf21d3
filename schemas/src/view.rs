//! The document of a view: a way to see the records of an entity that a solution brings for everybody.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Kind, Label};

/// Which records are shown, how, in which columns and order, under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "View", extend("examples" = [{
    "kind": "view", "name": "hot_deals", "label": {"en": "Hot deals", "ru": "Горячие сделки"}, "entity": "deal", "type": "grid",
    "columns": ["title", "company.name", "amount"], "filter": "amount > 100000 && stage != \"won\"", "sort": ["-amount"]
}, {
    "kind": "view", "name": "board", "label": {"en": "Board", "ru": "Доска"}, "entity": "deal", "type": "kanban",
    "columns": ["title", "company", "amount", "close_date", "owner"], "group_by": "stage", "total": "amount", "limits": {"negotiation": 5}
}, {
    "kind": "view", "name": "visits", "label": {"en": "Visits", "ru": "Визиты"}, "entity": "visit", "type": "calendar",
    "columns": ["subject", "company"], "start": "starts_at", "end": "ends_at", "color_by": "status"
}, {
    "kind": "view", "name": "plan", "label": {"en": "Plan", "ru": "План"}, "entity": "visit", "type": "planner",
    "columns": ["subject", "company"], "group_by": "owner", "start": "starts_at", "end": "ends_at"
}]))]
pub struct View {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `view`.
    #[schemars(extend("const" = "view"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in addresses.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["hot_deals"]))]
    pub name: String,
    /// What people read on its tab.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the entity whose records it shows.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// How it shows them.
    #[serde(rename = "type", default)]
    pub form: ViewType,
    /// Paths of its columns through links, in order; the list's own when there are none. On a board or in a
    /// calendar what a card tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// A condition on the records, one expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub filter: Option<String>,
    /// Paths to sort by, `-` before those of descending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
    /// Name of the field by whose values the records stand apart: a choice, a link, a user, or a yes or no. A kanban has a column for
    /// each value, a planner a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["stage"]))]
    pub group_by: Option<String>,
    /// Name of another such field, by whose values a kanban is cut into lanes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["owner"]))]
    pub lanes: Option<String>,
    /// Name of the number that is added up above each column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["amount"]))]
    pub total: Option<String>,
    /// Name of the date, or of the date with a time, at which a record of a calendar or planner begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["starts_at"]))]
    pub start: Option<String>,
    /// Name of that at which it ends, of the same type as `start`. A date is the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["ends_at"]))]
    pub end: Option<String>,
    /// Name of the choice by which records are coloured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["status"]))]
    pub color_by: Option<String>,
    /// How many records a column is to hold at most, by choice; more of them are marked, none is refused.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, u32>,
    /// Whether the list begins with it, for those who have no other default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
}

/// How a view shows its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewType {
    /// Rows and columns.
    #[default]
    Grid,
    /// Cards in a column for each value of a field, moved by hand.
    Kanban,
    /// In days, weeks and months, by the dates of the records.
    Calendar,
    /// As bars along the days, in a row for each value of a field.
    Planner,
}

impl ViewType {
    /// All types.
    pub const ALL: [Self; 4] = [Self::Grid, Self::Kanban, Self::Calendar, Self::Planner];

    /// The word of documents and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Kanban => "kanban",
            Self::Calendar => "calendar",
            Self::Planner => "planner",
        }
    }

    /// Finds the type of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == word)
    }
}

/// A setting of a view that names a field of its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewSetting {
    /// By whose values the records stand apart.
    GroupBy,
    /// By whose values they are cut into lanes.
    Lanes,
    /// What is added up of each group.
    Total,
    /// When records begin.
    Start,
    /// When they end.
    End,
    /// By whose values they are coloured.
    ColorBy,
}

impl ViewSetting {
    /// All settings.
    pub const ALL: [Self; 6] = [Self::GroupBy, Self::Lanes, Self::Total, Self::Start, Self::End, Self::ColorBy];

    /// The key of documents and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GroupBy => "group_by",
            Self::Lanes => "lanes",
            Self::Total => "total",
            Self::Start => "start",
            Self::End => "end",
            Self::ColorBy => "color_by",
        }
    }

    /// Finds the setting of a key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.as_str() == key)
    }

    /// Types of views that have it.
    pub fn types(self) -> &'static [ViewType] {
        match self {
            Self::GroupBy => &[ViewType::Kanban, ViewType::Planner],
            Self::Lanes | Self::Total => &[ViewType::Kanban],
            Self::Start | Self::End | Self::ColorBy => &[ViewType::Calendar, ViewType::Planner],
        }
    }

    /// Whether a view of the type is nothing without it.
    pub fn is_needed_by(self, form: ViewType) -> bool {
        match self {
            Self::GroupBy => matches!(form, ViewType::Kanban | ViewType::Planner),
            Self::Start => matches!(form, ViewType::Calendar | ViewType::Planner),
            _ => false,
        }
    }
}

impl View {
    /// The fields that its settings name.
    pub fn settings(&self) -> impl Iterator<Item = (ViewSetting, &String)> {
        let named = |setting| match setting {
            ViewSetting::GroupBy => &self.group_by,
            ViewSetting::Lanes => &self.lanes,
            ViewSetting::Total => &self.total,
            ViewSetting::Start => &self.start,
            ViewSetting::End => &self.end,
            ViewSetting::ColorBy => &self.color_by,
        };
        ViewSetting::ALL.into_iter().filter_map(move |setting| Some((setting, named(setting).as_ref()?)))
    }

    /// The same, to be written anew.
    pub fn settings_mut(&mut self) -> impl Iterator<Item = (ViewSetting, &mut String)> {
        let all = [
            (ViewSetting::GroupBy, &mut self.group_by),
            (ViewSetting::Lanes, &mut self.lanes),
            (ViewSetting::Total, &mut self.total),
            (ViewSetting::Start, &mut self.start),
            (ViewSetting::End, &mut self.end),
            (ViewSetting::ColorBy, &mut self.color_by),
        ];
        all.into_iter().filter_map(|(setting, name)| Some((setting, name.as_mut()?)))
    }
}
