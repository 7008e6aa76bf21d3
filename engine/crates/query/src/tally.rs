//! Rows of groups as the answer: measures evaluated, groups kept and put in order, the way back to their records.

mod drill;

pub use drill::{begins, quoted};

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};
use diagnostic::Diagnostic;
use expression::evaluate::{Environment, evaluate, holds, order};
use expression::{Decimal, EntityId, FieldRef, RecordRef, Value};
use sql::{Rows, Statement};
use uuid::Uuid;

use crate::QueryError;
use crate::build::statement;
use crate::plan::aggregate::{Key, MAX_GROUPS, Made, Shape, Tally};
use crate::plan::output::Format;
use crate::shape::{push_link, push_text, push_value};

/// The statement that reads the groups.
pub fn tally(plan: &Tally) -> Statement {
    statement(&plan.select, plan.columns.clone(), plan.dialect)
}

/// A group with its values.
struct Group {
    /// How many keys it is grouped by.
    level: usize,
    /// For each key the value and, of a link, what else is shown of it.
    keys: Vec<Vec<Value>>,
    /// Values of the aggregates.
    parts: Vec<Value>,
    measures: Vec<Value>,
}

/// Groups as JSON texts.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// The groups that were asked for, in order.
    pub shown: Vec<String>,
    /// Subtotals and the total.
    pub totals: Vec<String>,
    /// The filter that finds the records of the groups beyond the limit, when these are to be gathered.
    pub others: Option<String>,
}

/// Writes the groups, each as JSON text; refuses when there are more than one statement reads.
pub fn shape_groups(plan: &Tally, rows: Rows) -> Result<Groups, QueryError> {
    if rows.len() as u64 > MAX_GROUPS {
        let mistake = Diagnostic::error("query.too_many_groups").at("/group_by").with("expected", MAX_GROUPS);
        return Err(QueryError::Invalid(vec![mistake]));
    }
    let mut groups: Vec<Group> = rows.into_iter().map(|row| group(plan, row)).collect();
    for group in &mut groups {
        for (_, measure) in &plan.measures {
            let value = evaluate(measure, Some(&nobody()), &Row { group, plan });
            group.measures.push(value);
        }
    }
    if let Some(having) = &plan.having {
        groups.retain(|group| holds(having, Some(&nobody()), &Row { group, plan }));
    }
    groups.sort_by(|left, right| compare(plan, left, right));
    let (totals, mut shown): (Vec<Group>, Vec<Group>) =
        groups.into_iter().partition(|group| group.level < plan.keys.len());
    let is_cut = shown.len() > plan.limit;
    shown.truncate(plan.limit);
    let others = match &plan.others {
        Some(own) if is_cut => Some(beside(plan, &shown, own.as_deref())?),
        _ => None,
    };
    let all = |groups: &[Group]| groups.iter().map(|group| written(plan, group, None)).collect();
    Ok(Groups { shown: all(&shown), totals: all(&totals), others })
}

/// The filter of the records that are in none of the groups.
fn beside(plan: &Tally, groups: &[Group], own: Option<&str>) -> Result<String, QueryError> {
    let each = groups.iter().map(|group| drill::filter(std::iter::zip(&plan.keys, &group.keys), None, &plan.time_zone));
    let each = each.map(|filter| filter.map(|filter| format!("({filter})"))).collect::<Option<Vec<String>>>();
    let Some(each) = each else {
        return Err(QueryError::Invalid(vec![Diagnostic::error("query.others_key").at("/group_by")]));
    };
    let own = own.map(|own| format!("({own}) && ")).unwrap_or_default();
    Ok(format!("{own}!({})", each.join(" || ")))
}

/// Writes the group of all records that a filter found beside those of the plan; `rows` are of a plan without keys for
/// the same measures, over that filter.
pub fn shape_others(plan: &Tally, beside: &Tally, rows: Rows, filter: &str) -> Option<String> {
    let mut gathered = group(beside, rows.into_iter().next()?);
    for (_, measure) in &beside.measures {
        let value = evaluate(measure, Some(&nobody()), &Row { group: &gathered, plan });
        gathered.measures.push(value);
    }
    gathered.level = plan.keys.len();
    gathered.keys = plan.keys.iter().map(|_| Vec::new()).collect();
    Some(written(plan, &gathered, Some(filter)))
}

fn group(plan: &Tally, row: Vec<Value>) -> Group {
    let mut cells = row.into_iter();
    let level = match cells.next() {
        Some(Value::Integer(level)) => usize::try_from(level).unwrap_or(0),
        _ => 0,
    };
    let keys = plan.keys.iter().map(|key| cells.by_ref().take(key.places.len()).collect()).collect();
    let parts = plan
        .parts
        .iter()
        .map(|part| {
            let values: Vec<Value> = cells.by_ref().take(part.columns.len()).collect();
            match (part.made, values.as_slice()) {
                (Made::Plain, [value]) => value.clone(),
                (Made::Between(share), [low, high, Value::Integer(count)]) => between(low, high, *count, share),
                _ => Value::Empty,
            }
        })
        .collect();
    Group { level, keys, parts, measures: Vec::new() }
}

/// The value a share of the way between two neighbours in order.
fn between(low: &Value, high: &Value, count: i64, share: u32) -> Value {
    let (Value::Decimal(low), Value::Decimal(high)) = (low, high) else { return Value::Empty };
    let rest = i128::from(share) * i128::from(count - 1) % 1_000_000;
    let rest = Decimal::from_scaled(rest, 6);
    let moved =
        high.checked_sub(*low).and_then(|width| width.checked_mul(rest?)).and_then(|part| low.checked_add(part));
    moved.map_or(Value::Empty, Value::Decimal)
}

/// The record that expressions over groups are about: none.
fn nobody() -> RecordRef {
    RecordRef { entity: EntityId::new("$group"), id: Uuid::nil() }
}

/// A group as expressions see it: stand-ins for keys, aggregates and measures.
struct Row<'a> {
    group: &'a Group,
    plan: &'a Tally,
}

impl Environment for Row<'_> {
    fn field(&self, _: &RecordRef, field: &FieldRef) -> Value {
        let (kind, number) = field.id.as_str().split_at(1);
        let Ok(at) = number.parse::<usize>() else { return Value::Empty };
        let found = match kind {
            "k" => self.group.keys.get(at).and_then(|cells| cells.first()),
            "m" => self.group.measures.get(at),
            _ => self.group.parts.get(at),
        };
        found.cloned().unwrap_or(Value::Empty)
    }

    fn related(&self, _: &RecordRef, _: &FieldRef) -> Vec<RecordRef> {
        Vec::new()
    }

    fn user(&self) -> Option<RecordRef> {
        None
    }

    fn zone(&self) -> expression::Tz {
        self.plan.zone
    }

    fn today(&self) -> NaiveDate {
        self.plan.today
    }

    fn now(&self) -> DateTime<Utc> {
        self.plan.now
    }

    fn language(&self) -> &str {
        &self.plan.language
    }
}

/// Puts groups in the order asked for, longer lists of keys first; empty values come last either way.
fn compare(plan: &Tally, left: &Group, right: &Group) -> Ordering {
    let value = |group: &Group, at: usize| -> Value {
        match group.keys.get(at) {
            // A link is ordered by what people see of it.
            Some(cells) => match &plan.keys[at].shape {
                Shape::AnyLink(..) => any_title(cells).map_or(Value::Empty, |(_, title)| title.clone()),
                _ => cells.last().cloned().unwrap_or(Value::Empty),
            },
            None => group.measures.get(at - group.keys.len()).cloned().unwrap_or(Value::Empty),
        }
    };
    let by = |(at, descending): &(usize, bool)| {
        let (left, right) = (value(left, *at), value(right, *at));
        match (&left, &right) {
            (Value::Empty, Value::Empty) => Ordering::Equal,
            (Value::Empty, _) => Ordering::Greater,
            (_, Value::Empty) => Ordering::Less,
            _ => {
                let order = order(&left, &right, &plan.language).unwrap_or_else(|| plain(&left).cmp(&plain(&right)));
                if *descending { order.reverse() } else { order }
            }
        }
    };
    let levels = right.level.cmp(&left.level);
    // Records of one title, or whose title is hidden, come in the order of their identities: that in which a database gives
    // groups tells of records that nobody may see.
    let identities = || {
        let cells = |group: &Group| -> Vec<String> { group.keys.iter().flatten().map(plain).collect() };
        cells(left).cmp(&cells(right))
    };
    plan.sort.iter().map(by).fold(levels, Ordering::then).then_with(identities)
}

fn plain(value: &Value) -> String {
    let mut text = String::new();
    push_value(&mut text, value, Format::Plain);
    text
}

/// Writes a group; `beside` is the filter of the one that gathers the others.
fn written(plan: &Tally, group: &Group, beside: Option<&str>) -> String {
    let mut json = String::from("{");
    let member = |json: &mut String, name: &str| {
        if json.len() > 1 {
            json.push(',');
        }
        push_text(json, name);
        json.push(':');
    };
    for (key, cells) in std::iter::zip(&plan.keys, &group.keys) {
        member(&mut json, &key.name);
        push_key(&mut json, key, cells);
    }
    for ((name, _), value) in std::iter::zip(&plan.measures, &group.measures) {
        member(&mut json, name);
        push_value(&mut json, value, Format::Plain);
    }
    if plan.totals {
        member(&mut json, "_level");
        json.push_str(&group.level.to_string());
    }
    if plan.others.is_some() {
        member(&mut json, "_others");
        json.push_str(if beside.is_some() { "true" } else { "false" });
    }
    if let Some(filter) = &plan.drill {
        member(&mut json, "_filter");
        let keys = std::iter::zip(&plan.keys, &group.keys).take(group.level);
        let found = drill::filter(keys, filter.as_deref(), &plan.time_zone);
        match beside.map(str::to_owned).or(found) {
            Some(filter) => push_text(&mut json, &filter),
            None => json.push_str("null"),
        }
    }
    json.push('}');
    json
}

fn push_key(json: &mut String, key: &Key, cells: &[Value]) {
    let Some(value) = cells.first().filter(|value| **value != Value::Empty) else { return json.push_str("null") };
    match &key.shape {
        Shape::Value(format) => push_value(json, value, *format),
        Shape::Link(format) => push_link(json, None, value, cells.get(1).zip(*format)),
        Shape::AnyLink(entities, formats) => {
            let Some((_, entity)) =
                entities.iter().find(|(id, _)| cells.get(1) == Some(&Value::Text(id.as_str().into())))
            else {
                return json.push_str("null");
            };
            let title = any_title(cells).and_then(|(at, title)| Some((title, *formats.get(at)?)));
            push_link(json, Some(entity), value, title);
        }
        Shape::Begins(..) | Shape::Weekday(_) | Shape::Hour => push_value(json, value, Format::Plain),
        Shape::Range(bounds) => {
            let (from, to) = range_of(value, bounds);
            let mut side = |name: &str, bound: Option<&Decimal>| {
                json.push_str(name);
                match bound {
                    Some(bound) => push_value(json, &Value::Decimal(*bound), Format::Plain),
                    None => json.push_str("null"),
                }
            };
            side(r#"{"from":"#, from);
            side(r#","to":"#, to);
            json.push('}');
        }
    }
}

/// The title among the cells of a link to one of several entities, after its identity and its entity, and which it is.
fn any_title(cells: &[Value]) -> Option<(usize, &Value)> {
    cells.iter().skip(2).enumerate().find(|(_, title)| **title != Value::Empty)
}

/// The bounds of a range by its number; without one at either end.
fn range_of<'a>(value: &Value, bounds: &'a [Decimal]) -> (Option<&'a Decimal>, Option<&'a Decimal>) {
    let Value::Integer(number) = value else { return (None, None) };
    let at = usize::try_from(*number).unwrap_or(0);
    (at.checked_sub(1).and_then(|at| bounds.get(at)), bounds.get(at))
}
