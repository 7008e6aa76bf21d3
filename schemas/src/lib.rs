//! The documents of the metadata as people write them: their types, their JSON Schemas, and the check that turns JSON
//! into a [`Document`] or every mistake in it.

pub mod document;
pub mod label;
pub mod entity;
pub mod field;
pub mod formula;
pub mod cron;
pub mod rule;
pub mod condition;
pub mod choice_set;
pub mod dashboard;
pub mod dataset;
pub mod form;
pub mod role;
pub mod application;
pub mod measure;
pub mod balance;
mod register;
pub mod script;
pub mod view;
pub mod solution;
pub mod pattern;
pub mod check;
pub mod ids;
pub mod schema;
pub mod suggest;
pub mod duration;

pub use application::Application;
pub use balance::{Balance, Dimension, Direction, Posting, Resource, TurnoverPeriod};
pub use choice_set::{Choice, ChoiceSet};
pub use condition::FieldCondition;
pub use cron::{BadCron, Cron};
pub use dashboard::{
    ChartType, Dashboard, DashboardFilter, DashboardFilterType, DatePart, DatePath, Place, Trend, Widget, WidgetColumn,
    WidgetMeasure, WidgetType,
};
pub use dataset::{Dataset, DatasetAggregate, DatasetField, DatasetJoin, DatasetPair, DatasetPart};
pub use document::{Body, Document, Kind};
pub use entity::{Access, Entity};
pub use field::{Default, Field, FieldType, Number, OnDelete};
pub use form::{Columns, Component, ComponentType, Form, FormTab, FormWidget, Style, Tone, Variant};
pub use formula::{Formula, FormulaMode};
pub use label::Label;
pub use measure::{
    Better, Compared, Measure, MeasureParameter, MeasureParameterType, NumberFormat, NumberType, Period, Threshold,
};
pub use pattern::Pattern;
pub use register::{Register, RegisterRefresh};
pub use role::{FieldPermission, Permission, Permissions, Right, Role};
pub use rule::Rule;
pub use script::{
    Button, Endpoint, ExpectedRecord, FormulaFunction, FormulaParameter, FormulaType, GivenRecord, Hook, HookEvent,
    Method, Parameter, ParameterType, RunAs, Schedule, Script, ScriptTest, TestAct, TestOutcome,
};
pub use solution::{SampleData, Solution};
pub use view::{View, ViewSetting, ViewType};
