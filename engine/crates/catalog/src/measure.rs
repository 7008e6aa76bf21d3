//! Measures: totals and indicators that belong to no record.

use std::sync::Arc;

use expression::{Decimal, EntityId, Type};
pub use schemas::{Better, Compared, MeasureParameterType, NumberFormat, NumberType, Period};
use schemas::{Choice, Label};

/// A number over the records of an entity that has a name.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Identity, which targets hold.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// What is counted, in a sentence.
    pub description: Label,
    /// Name of a Tabler icon.
    pub icon: Option<String>,
    /// Entity over whose records it is.
    pub entity: EntityId,
    /// The number, made of aggregates.
    pub expression: String,
    /// Type of the number: integer or decimal.
    pub ty: Type,
    /// Condition on a record, in which the names of parameters may stand.
    pub filter: Option<String>,
    /// Path to what a period is about.
    pub date: Option<DatePath>,
    /// Path to the user whom a record counts for.
    pub person: Option<String>,
    /// What can be given.
    pub parameters: Vec<Parameter>,
    /// The period it is of unless another one is asked for.
    pub period: Period,
    /// Whether it is of the person who looks unless somebody else is asked for.
    pub mine: bool,
    /// Which change is a good one.
    pub better: Better,
    /// What thresholds are compared with.
    pub thresholds_of: Compared,
    /// Colours by number, ascending.
    pub thresholds: Vec<Threshold>,
    /// How the number is written.
    pub format: NumberFormat,
    /// Roles whose people have it, by identity; none for everybody.
    pub roles: Vec<String>,
}

/// A path to a date or an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatePath {
    /// The path.
    pub path: String,
    /// Whether it leads to an instant, whose day depends on where one is.
    pub is_instant: bool,
}

/// Something that can be given when a measure is asked for.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Type of the value.
    pub kind: MeasureParameterType,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Entity whose record is chosen.
    pub target: Option<EntityId>,
    /// Its value when none is given.
    pub default: Option<schemas::Default>,
}

/// From which number on there is a colour.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// The least number; `None` for everything below the next.
    pub from: Option<Decimal>,
    /// The colour.
    pub color: String,
    /// What people read.
    pub label: Label,
}

impl Measure {
    /// Finds the threshold that a number has reached.
    pub fn threshold(&self, number: Decimal) -> Option<&Threshold> {
        self.thresholds.iter().rev().find(|threshold| threshold.from.is_none_or(|from| number >= from))
    }
}

/// Finds a measure by its name.
pub fn named<'a>(measures: &'a [Arc<Measure>], name: &str) -> Option<&'a Arc<Measure>> {
    measures.iter().find(|measure| measure.name == name)
}
