//! What records post: what it is now, and what differs from the movements there are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use catalog::balance::{Balances, Direction, Posting, TurnoverPeriod};
use catalog::{Entity, Field, FieldKind};
use chrono::{Datelike, NaiveDate};
use expression::{Decimal, EntityId, FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use serde_json::json;
use sha2::{Digest, Sha256};
use sql::{Rows, Statement};
use storage::Transaction;
use uuid::Uuid;

use super::Writer;
use crate::Error;

/// By what one decimal is more than another at least, in the digits of expressions.
pub(crate) const WHOLE: i128 = 10_i128.pow(12);

/// By how much balances move, and what stands against it.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// By register and balance.
    pub(crate) balances: BTreeMap<(usize, Uuid), Delta>,
    /// Records that post without a value which they need.
    pub(crate) incomplete: Vec<Incomplete>,
    /// Movements that came, by register.
    pub(crate) movements: BTreeMap<usize, Vec<Uuid>>,
}

/// What comes in and goes out, by period and resource.
pub(crate) type Periods = BTreeMap<NaiveDate, Vec<(i128, i128)>>;

/// By how much one balance moves.
#[derive(Debug, Clone)]
pub(crate) struct Delta {
    /// The values of its dimensions.
    pub(crate) dimensions: Vec<Value>,
    /// What comes in and goes out, by period and resource, in the digits of expressions.
    pub(crate) periods: Periods,
    /// Records that post it now.
    pub(crate) records: Vec<Uuid>,
}

/// A record that posts without a value which it needs.
#[derive(Debug, Clone)]
pub(crate) struct Incomplete {
    /// The register, and the posting in it.
    pub(crate) posting: (usize, usize),
    /// The record.
    pub(crate) record: Uuid,
    /// What it lacks.
    pub(crate) lack: Lack,
}

/// What a record that posts lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// The date.
    Date,
    /// The value of a dimension, or one that it can have.
    Dimension(usize),
    /// A number of a resource that is not too great.
    Resource(usize),
}

/// What a record posts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    pub(crate) date: NaiveDate,
    pub(crate) balance: Uuid,
    pub(crate) dimensions: Vec<Value>,
    /// By how much each resource is moved, signed, in the digits of expressions.
    pub(crate) units: Vec<i128>,
}

/// The identity of the movement of a record.
pub(crate) fn identity_of(posting: &Posting, record: Uuid) -> Uuid {
    digest(&[posting.id.as_bytes(), record.as_bytes()])
}

/// The identity of the balance of these values.
pub(crate) fn balance_of(register: &EntityId, dimensions: &[Value]) -> Uuid {
    let texts: Vec<String> = dimensions.iter().map(|value| format!("{value:?}")).collect();
    let mut parts: Vec<&[u8]> = vec![register.as_str().as_bytes()];
    parts.extend(texts.iter().map(|text| text.as_bytes()));
    digest(&parts)
}

/// The identity of the turnover of a balance in a period.
pub(crate) fn turnover_of(balance: Uuid, period: NaiveDate) -> Uuid {
    digest(&[balance.as_bytes(), period.to_string().as_bytes()])
}

/// Makes an identity of texts, each told from the next by its length.
fn digest(parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}

/// The first day of the period of a date.
pub(crate) fn period_of(by: TurnoverPeriod, date: NaiveDate) -> NaiveDate {
    let month = match by {
        TurnoverPeriod::Day => return date,
        TurnoverPeriod::Month => date.month(),
        TurnoverPeriod::Quarter => (date.month0() / 3) * 3 + 1,
        TurnoverPeriod::Year => 1,
    };
    NaiveDate::from_ymd_opt(date.year(), month, 1).unwrap_or(date)
}

/// What comes in and what goes out by a movement.
pub(crate) fn turned(direction: Direction, units: i128) -> (i128, i128) {
    match direction {
        Direction::In => (units, 0),
        Direction::Out => (0, -units),
    }
}

/// Reads a number in the digits of expressions.
pub(crate) fn units_of(value: &Value) -> i128 {
    match value {
        Value::Decimal(number) => number.units(),
        Value::Integer(number) => i128::from(*number) * WHOLE,
        _ => 0,
    }
}

/// Makes a number of a resource; `None` when it is more than the field holds.
pub(crate) fn value_of(kind: &FieldKind, units: i128) -> Option<Value> {
    match kind {
        FieldKind::Integer { .. } => i64::try_from(units / WHOLE).ok().map(Value::Integer),
        FieldKind::Decimal { precision, scale, .. } | FieldKind::Money { precision, scale, .. } => {
            let digits = u32::from(precision.saturating_sub(*scale)) + 12;
            (units.abs() < 10_i128.checked_pow(digits)?).then_some(())?;
            Decimal::from_units(units).map(Value::Decimal)
        }
        _ => None,
    }
}

/// Posts records anew: their movements become what they give, and what differs moves balances.
pub(crate) async fn post(
    tx: &mut Transaction,
    writer: &Writer,
    place: (usize, usize),
    ids: &[Uuid],
    moved: &mut Moved,
) -> Result<(), Error> {
    let register = &writer.catalog.balances[place.0];
    let posting = &register.postings[place.1];
    let rows = tx.fetch(&statement(writer, place, ids)?).await?;
    let mut facts = facts(writer, place, rows, &mut moved.incomplete)?;
    let grant = writer.grant(&register.movements)?;
    let by_movement: HashMap<Uuid, Uuid> = ids.iter().map(|id| (identity_of(posting, *id), *id)).collect();
    let mut movements: Vec<Uuid> = by_movement.keys().copied().collect();
    movements.sort_unstable();
    let statement = query::write::load(&grant, &movements, Lock::None, Bin::Any, writer.dialect);
    let rows = tx.fetch(&statement).await?;
    let shape = Shape::of(register, grant.entity())?;
    let mut gone = Vec::new();
    for (id, image) in query::write::images(grant.entity(), rows) {
        let (Some(record), Some(before)) = (by_movement.get(&id), shape.read(&image)) else { continue };
        if facts.get(record) == Some(&before) {
            facts.remove(record);
            continue;
        }
        moved.add((place.0, register, posting.direction), &before, None);
        gone.push(id);
    }
    let mut images = Vec::with_capacity(facts.len());
    for (record, fact) in facts {
        moved.add((place.0, register, posting.direction), &fact, Some(record));
        images.push((identity_of(posting, record), shape.image(writer, posting, record, &fact)));
    }
    if !gone.is_empty() {
        tx.execute(&query::write::purge(&grant, &gone, writer.dialect)).await?;
    }
    tx.execute_all(query::write::insert(&grant, &images, writer.dialect)).await?;
    moved.movements.entry(place.0).or_default().extend(images.iter().map(|(id, _)| *id));
    Ok(())
}

/// The statement that reads what records post now, for [`facts`].
pub(crate) fn statement(writer: &Writer, place: (usize, usize), ids: &[Uuid]) -> Result<Statement, Error> {
    let register = &writer.catalog.balances[place.0];
    let posting = &register.postings[place.1];
    let statement = query::write::facts(
        &writer.system,
        &posting.entity,
        posting.when.as_ref(),
        posting.values(),
        ids,
        writer.dialect,
    );
    statement.ok_or_else(|| Error::broken("what posts is too large for a statement"))
}

/// Tells what records post: those that do, without what is incomplete.
pub(crate) fn facts(
    writer: &Writer,
    place: (usize, usize),
    rows: Rows,
    incomplete: &mut Vec<Incomplete>,
) -> Result<BTreeMap<Uuid, Fact>, Error> {
    let register = &writer.catalog.balances[place.0];
    let posting = &register.postings[place.1];
    let entity = writer.catalog.entity_by_id(&register.entity);
    let entity = entity.ok_or_else(|| Error::broken("a register has no entity"))?;
    let kind = |id: &FieldId| entity.field_by_id(id).map(|field| &field.kind);
    let kinds: Vec<&FieldKind> = register.dimensions.iter().filter_map(|it| kind(&it.balance)).collect();
    let numbers: Vec<&FieldKind> = register.resources.iter().filter_map(|it| kind(&it.balance)).collect();
    let mut found = BTreeMap::new();
    for row in rows {
        let mut cells = row.into_iter();
        let Some(Value::Id(record)) = cells.next() else { continue };
        let date = cells.next();
        let dimensions: Vec<Value> = cells.by_ref().take(register.dimensions.len()).collect();
        let units: Vec<i128> = cells.map(|value| units_of(&value)).collect();
        let lacks = |(dimension, (value, kind)): (usize, (&Value, &&FieldKind))| {
            let is_missing = register.dimensions[dimension].required && *value == Value::Empty;
            (is_missing || !is_of(kind, value)).then_some(dimension)
        };
        let lacking = dimensions.iter().zip(&kinds).enumerate().find_map(lacks);
        let too_large = std::iter::zip(&numbers, &units).position(|(kind, units)| value_of(kind, *units).is_none());
        if let Some(resource) = too_large {
            incomplete.push(Incomplete { posting: place, record, lack: Lack::Resource(resource) });
            continue;
        }
        match (date, lacking) {
            (Some(Value::Date(date)), None) => {
                let signed = |units: i128| if posting.direction == Direction::Out { -units } else { units };
                let units = units.into_iter().map(signed).collect();
                let balance = balance_of(&register.entity, &dimensions);
                found.insert(record, Fact { date, balance, dimensions, units });
            }
            (_, dimension) => {
                let lack = dimension.map_or(Lack::Date, Lack::Dimension);
                incomplete.push(Incomplete { posting: place, record, lack });
            }
        }
    }
    Ok(found)
}

/// Says whether a dimension may have a value: of choices only those there are, of texts what fits.
fn is_of(kind: &FieldKind, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Empty) => true,
        (FieldKind::Choice(set), Value::Text(text)) => set.choices.iter().any(|choice| choice.value == *text),
        (FieldKind::Text { max_length: Some(most), .. }, Value::Text(text)) => text.chars().count() <= *most as usize,
        _ => true,
    }
}

impl Moved {
    /// Adds a movement, which a record posts, or takes one back.
    fn add(&mut self, (at, register, direction): (usize, &Balances, Direction), fact: &Fact, record: Option<Uuid>) {
        let delta = self.balances.entry((at, fact.balance)).or_insert_with(|| Delta {
            dimensions: fact.dimensions.clone(),
            periods: BTreeMap::new(),
            records: Vec::new(),
        });
        let sign = if record.is_some() { 1 } else { -1 };
        let of = delta.periods.entry(period_of(register.by, fact.date));
        let of = of.or_insert_with(|| vec![(0, 0); register.resources.len()]);
        for (of, units) in of.iter_mut().zip(&fact.units) {
            let (came, went) = turned(direction, sign * units);
            *of = (of.0 + came, of.1 + went);
        }
        delta.records.extend(record);
    }
}

/// The fields of movements.
struct Shape<'a> {
    register: &'a Balances,
    entity: &'a Entity,
    date: &'a Field,
    posting: &'a Field,
    record: &'a Field,
    balance: &'a Field,
}

impl<'a> Shape<'a> {
    fn of(register: &'a Balances, entity: &'a Entity) -> Result<Self, Error> {
        let field = |name| entity.field(name).ok_or_else(|| Error::broken("movements lack a field"));
        Ok(Self {
            register,
            entity,
            date: field("date")?,
            posting: field("posting")?,
            record: field("record")?,
            balance: field("balance")?,
        })
    }

    fn read(&self, image: &Image) -> Option<Fact> {
        let value = |field: &FieldId| image.values.get(field).cloned().unwrap_or(Value::Empty);
        let (Value::Date(date), Value::Id(balance)) = (value(&self.date.id), value(&self.balance.id)) else {
            return None;
        };
        let dimensions = self.register.dimensions.iter().map(|it| value(&it.movement)).collect();
        let units = self.register.resources.iter().map(|it| units_of(&value(&it.movement))).collect();
        Some(Fact { date, balance, dimensions, units })
    }

    fn image(&self, writer: &Writer, posting: &Posting, record: Uuid, fact: &Fact) -> Image {
        let link = json!({"entity": posting.entity.as_str(), "id": record.to_string()});
        let mut image = made(writer);
        image.values.insert(self.date.id.clone(), Value::Date(fact.date));
        image.values.insert(self.posting.id.clone(), Value::Text(posting.name.as_str().into()));
        image.values.insert(self.record.id.clone(), Value::Json(Arc::new(link)));
        image.values.insert(self.balance.id.clone(), Value::Id(fact.balance));
        for (dimension, value) in self.register.dimensions.iter().zip(&fact.dimensions) {
            image.values.insert(dimension.movement.clone(), value.clone());
        }
        for (resource, units) in self.register.resources.iter().zip(&fact.units) {
            let kind = self.entity.field_by_id(&resource.movement).map(|field| &field.kind);
            // What a movement cannot hold no balance can: it is refused there.
            let value = kind.and_then(|kind| value_of(kind, *units)).unwrap_or(Value::Empty);
            image.values.insert(resource.movement.clone(), value);
        }
        image
    }
}

/// What a new row of a register has beside its own values.
pub(crate) fn made(writer: &Writer) -> Image {
    let moment = Value::DateTime(writer.now);
    let values = ["created_at", "updated_at"].map(|name| (FieldId::new(name), moment.clone()));
    Image { values: values.into() }
}
