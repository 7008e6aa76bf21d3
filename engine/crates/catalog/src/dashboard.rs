//! Dashboards: indicators, charts, pivot tables and lists on one page.

use std::sync::Arc;

use expression::{EntityId, FieldId};
use schemas::Label;
pub use schemas::{ChartType, DatePart, Period, Trend, WidgetColumn, WidgetType};
use serde_json::Value as Json;

use crate::measure::DatePath;
use crate::{Measure, View};

/// A page of numbers, charts and lists.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// What it is for, in a sentence.
    pub description: Label,
    /// Name of a Tabler icon.
    pub icon: Option<String>,
    /// Roles whose people have it, by identity; none for everybody.
    pub roles: Vec<String>,
    /// What can be chosen above it.
    pub filters: Vec<Filter>,
    /// What is on it.
    pub widgets: Vec<Arc<Widget>>,
}

/// Something that can be chosen above a dashboard.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Name.
    pub name: String,
    /// Label for people; empty where nobody gave one.
    pub label: Label,
    /// What is chosen.
    pub kind: FilterKind,
}

/// What is chosen.
#[derive(Debug, Clone)]
pub enum FilterKind {
    /// A period.
    Period {
        /// The one at first; none where it does not act until somebody chooses.
        default: Option<Period>,
    },
    /// A person.
    Person {
        /// Whether it is whoever looks at first.
        mine: bool,
    },
    /// Values of a field.
    Field {
        /// The entity that has it.
        entity: EntityId,
        /// The field.
        field: FieldId,
        /// Those at first; none where it does not act until somebody chooses.
        default: Option<Vec<Json>>,
    },
}

/// One rectangle.
#[derive(Debug, Clone)]
pub struct Widget {
    /// Name.
    pub name: String,
    /// As it was written.
    pub written: schemas::Widget,
    /// What it shows.
    pub shows: Shows,
    /// The filters that act on it.
    pub ways: Vec<Way>,
}

/// How a filter acts on a widget.
#[derive(Debug, Clone)]
pub struct Way {
    /// Which filter of the dashboard.
    pub filter: usize,
    /// On what.
    pub on: On,
}

/// What a filter acts on.
#[derive(Debug, Clone)]
pub enum On {
    /// The period or the person of the measure.
    Measure,
    /// The days of a date or an instant.
    Date(DatePath),
    /// A path to the person or to one value of a field.
    Path(String),
    /// A path to values of a field, one of which will do.
    Many(String),
    /// A path to records, one of which will do.
    Records(String),
}

/// What a widget shows.
#[derive(Debug, Clone)]
pub enum Shows {
    /// The number of a measure.
    Indicator(Arc<Measure>),
    /// Groups of records of an entity, drawn or as a table.
    Groups(EntityId),
    /// Records of an entity; those of a view when there is one.
    List(EntityId, Option<Arc<View>>),
    /// A text.
    Text,
}

impl Widget {
    /// The entity whose records it is of.
    pub fn entity(&self) -> Option<&EntityId> {
        match &self.shows {
            Shows::Indicator(measure) => Some(&measure.entity),
            Shows::Groups(entity) | Shows::List(entity, _) => Some(entity),
            Shows::Text => None,
        }
    }
}

/// Finds a dashboard by its name.
pub fn named<'a>(dashboards: &'a [Arc<Dashboard>], name: &str) -> Option<&'a Arc<Dashboard>> {
    dashboards.iter().find(|dashboard| dashboard.name == name)
}
