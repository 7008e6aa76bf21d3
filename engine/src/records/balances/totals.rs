//! Balances and turnovers: what movements make of them, under the locks of the balances.

use std::collections::{BTreeMap, HashMap};

use access::Grant;
use catalog::balance::Balances;
use catalog::{Field, FieldKind};
use chrono::NaiveDate;
use expression::{EntityId, FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use storage::Transaction;
use uuid::Uuid;

use super::Writer;
use super::movement::{Delta, Moved, Periods, made, turnover_of, units_of, value_of};
use crate::Error;
use crate::records::CHUNK;
use crate::records::load::version_of;

/// A balance that would be less than nothing, or more than it holds.
#[derive(Debug, Clone)]
pub(crate) struct Short {
    /// The register, and the resource in it.
    pub(crate) resource: (usize, usize),
    /// The values of the dimensions.
    pub(crate) dimensions: Vec<Value>,
    /// What is there, in the digits of expressions.
    pub(crate) there: i128,
    /// What would be there.
    pub(crate) then: i128,
    /// Whether it would be more than is held.
    pub(crate) is_too_large: bool,
    /// Records that post it.
    pub(crate) records: Vec<Uuid>,
}

/// What came of movements.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// What stands against them.
    pub(crate) short: Vec<Short>,
    /// Rows that changed, with their versions.
    pub(crate) told: BTreeMap<EntityId, Vec<(Uuid, i64)>>,
}

/// Moves balances and turnovers.
pub(crate) async fn advance(tx: &mut Transaction, writer: &Writer, moved: &Moved) -> Result<Written, Error> {
    let mut written = Written::default();
    let mut by_register: BTreeMap<usize, Vec<(Uuid, &Delta)>> = BTreeMap::new();
    for ((register, balance), delta) in &moved.balances {
        by_register.entry(*register).or_default().push((*balance, delta));
    }
    for (at, deltas) in &by_register {
        open(tx, writer, *at, deltas).await?;
    }
    for (at, deltas) in &by_register {
        let mut held = Vec::with_capacity(deltas.len());
        for chunk in deltas.chunks(CHUNK) {
            held.push(balances(tx, writer, *at, chunk, &mut written).await?);
        }
        for (chunk, before) in deltas.chunks(CHUNK).zip(held) {
            turnovers(tx, writer, *at, chunk, &before, &mut written).await?;
        }
        let movements = moved.movements.get(at).into_iter().flatten().map(|id| (*id, 1));
        written.told.entry(writer.catalog.balances[*at].movements.clone()).or_default().extend(movements);
    }
    written.told.retain(|_, records| !records.is_empty());
    Ok(written)
}

/// Makes the balances that are not there yet, with nothing in them: a row is what changes of it are held by.
pub(crate) async fn open(
    tx: &mut Transaction,
    writer: &Writer,
    at: usize,
    deltas: &[(Uuid, &Delta)],
) -> Result<(), Error> {
    let register = &writer.catalog.balances[at];
    let grant = writer.grant(&register.entity)?;
    let kinds = Kinds::of(&grant, register.resources.iter().map(|it| &it.balance))?;
    let image = |delta: &Delta| {
        let mut image = made(writer);
        let dimensions = register.dimensions.iter().zip(&delta.dimensions);
        image.values.extend(dimensions.map(|(it, value)| (it.balance.clone(), value.clone())));
        image.values.extend(kinds.values(register.resources.iter().map(|_| 0)).into_iter().flatten());
        image
    };
    let images: Vec<(Uuid, Image)> = deltas.iter().map(|(id, delta)| (*id, image(delta))).collect();
    tx.execute_all(query::write::insert_missing(&grant, &images, writer.dialect)).await?;
    Ok(())
}

/// Moves balances under their locks; gives what they were.
async fn balances(
    tx: &mut Transaction,
    writer: &Writer,
    at: usize,
    deltas: &[(Uuid, &Delta)],
    written: &mut Written,
) -> Result<HashMap<Uuid, Vec<i128>>, Error> {
    let register = &writer.catalog.balances[at];
    let grant = writer.grant(&register.entity)?;
    let ids: Vec<Uuid> = deltas.iter().map(|(id, _)| *id).collect();
    let statement = query::write::load(&grant, &ids, Lock::Update, Bin::Any, writer.dialect);
    let rows = tx.fetch(&statement).await?;
    let found: HashMap<Uuid, Image> = query::write::images(grant.entity(), rows).into_iter().collect();
    let kinds = Kinds::of(&grant, register.resources.iter().map(|it| &it.balance))?;
    let (mut before, mut changed) = (HashMap::new(), Vec::new());
    for (id, delta) in deltas {
        let Some(image) = found.get(id) else { return Err(Error::broken("a balance that is held is not there")) };
        let was = kinds.read(image);
        let mut now = was.clone();
        for moved in delta.periods.values() {
            now.iter_mut().zip(moved).for_each(|(now, (came, went))| *now += came - went);
        }
        let values = kinds.values(now.iter().copied());
        for (resource, (value, (was, now))) in values.iter().zip(was.iter().zip(&now)).enumerate() {
            let is_too_large = value.is_none();
            let is_refused = register.resources[resource].refuse_negative && *now < 0 && now < was;
            if is_too_large || is_refused {
                written.short.push(Short {
                    resource: (at, resource),
                    dimensions: delta.dimensions.clone(),
                    there: *was,
                    then: *now,
                    is_too_large,
                    records: delta.records.clone(),
                });
            }
        }
        if was != now {
            changed.push((*id, version_of(image), with(writer, values)));
        }
        before.insert(*id, was);
    }
    update(tx, writer, &grant, &changed, written).await?;
    Ok(before)
}

/// Moves turnovers: those of the periods that movements are in, and what later ones begin and end with.
async fn turnovers(
    tx: &mut Transaction,
    writer: &Writer,
    at: usize,
    deltas: &[(Uuid, &Delta)],
    before: &HashMap<Uuid, Vec<i128>>,
    written: &mut Written,
) -> Result<(), Error> {
    let register = &writer.catalog.balances[at];
    let earliest = deltas.iter().filter_map(|(_, delta)| delta.periods.keys().next()).min();
    let Some(earliest) = earliest.copied() else { return Ok(()) };
    let shape = Shape::of(register, writer.grant(&register.turnovers)?)?;
    let ids: Vec<Uuid> = deltas.iter().map(|(id, _)| *id).collect();
    let mut found = shape.load(tx, writer, &ids, earliest).await?;
    let (mut changed, mut new, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (id, delta) in deltas {
        let Some(from) = delta.periods.keys().next() else { continue };
        let mut periods: BTreeMap<NaiveDate, Row> = found.remove(id).unwrap_or_default();
        periods.retain(|period, _| period >= from);
        // What the first of them begins with is what is there, less all that came later.
        let mut running = before.get(id).cloned().unwrap_or_default();
        for row in periods.values() {
            running.iter_mut().zip(&row.turned).for_each(|(it, (came, went))| *it -= came - went);
        }
        for (period, moved) in &delta.periods {
            let row = periods.entry(*period).or_insert_with(|| Row::new(register.resources.len()));
            row.turned.iter_mut().zip(moved).for_each(|(it, by)| *it = (it.0 + by.0, it.1 + by.1));
        }
        for (period, row) in periods {
            let opening = running.clone();
            running.iter_mut().zip(&row.turned).for_each(|(it, (came, went))| *it += came - went);
            let is_empty = row.turned.iter().all(|turned| *turned == (0, 0));
            let values = shape.values(&opening, &row.turned);
            if let Some(resource) = values.iter().position(Option::is_none) {
                let resource = resource / 4;
                written.short.push(Short {
                    resource: (at, resource),
                    dimensions: delta.dimensions.clone(),
                    there: opening[resource],
                    then: running[resource],
                    is_too_large: true,
                    records: delta.records.clone(),
                });
            }
            match row.known {
                Some(known) if is_empty => gone.push(known.0),
                Some((turnover, version)) => {
                    changed.push((turnover, version, with(writer, values)));
                }
                None if is_empty => {}
                None => new.push((turnover_of(*id, period), shape.image(writer, (*id, period), delta, values))),
            }
        }
    }
    if !gone.is_empty() {
        for chunk in gone.chunks(CHUNK) {
            tx.execute(&query::write::purge(&shape.grant, chunk, writer.dialect)).await?;
        }
    }
    tx.execute_all(query::write::insert(&shape.grant, &new, writer.dialect)).await?;
    update(tx, writer, &shape.grant, &changed, written).await?;
    let made = new.iter().map(|(id, _)| (*id, 1));
    written.told.entry(register.turnovers.clone()).or_default().extend(made);
    Ok(())
}

/// Writes the openings, turnovers and closings of balances from scratch, of which there are none.
pub(crate) async fn summarise(
    tx: &mut Transaction,
    writer: &Writer,
    at: usize,
    ids: &[Uuid],
    sums: &HashMap<Uuid, Periods>,
) -> Result<(), Error> {
    let register = &writer.catalog.balances[at];
    let grant = writer.grant(&register.entity)?;
    let statement = query::write::load(&grant, ids, Lock::None, Bin::Any, writer.dialect);
    let rows = tx.fetch(&statement).await?;
    let dimensions = |image: &Image| -> Vec<Value> {
        let value = |id: &FieldId| image.values.get(id).cloned().unwrap_or(Value::Empty);
        register.dimensions.iter().map(|it| value(&it.balance)).collect()
    };
    let deltas: Vec<(Uuid, Delta)> = query::write::images(grant.entity(), rows)
        .into_iter()
        .filter_map(|(id, image)| {
            let periods = sums.get(&id)?.clone();
            Some((id, Delta { dimensions: dimensions(&image), periods, records: Vec::new() }))
        })
        .collect();
    let deltas: Vec<(Uuid, &Delta)> = deltas.iter().map(|(id, delta)| (*id, delta)).collect();
    let mut written = Written::default();
    let before = balances(tx, writer, at, &deltas, &mut written).await?;
    turnovers(tx, writer, at, &deltas, &before, &mut written).await?;
    match written.short.iter().find(|short| short.is_too_large) {
        Some(_) => Err(Error::Invalid(vec![diagnostic::Diagnostic::error("register.sums_too_large")])),
        None => Ok(()),
    }
}

async fn update(
    tx: &mut Transaction,
    writer: &Writer,
    grant: &Grant,
    changed: &[(Uuid, i64, Image)],
    written: &mut Written,
) -> Result<(), Error> {
    let Some((.., first)) = changed.first() else { return Ok(()) };
    let fields: Vec<FieldId> = first.values.keys().cloned().collect();
    let rows: Vec<(Uuid, i64, &Image)> = changed.iter().map(|(id, version, image)| (*id, *version, image)).collect();
    let count = tx.execute_all(query::write::update_each(grant, &fields, &rows, writer.dialect)).await?;
    if count != rows.len() as u64 {
        return Err(Error::broken("a row of a register that is held was changed by another"));
    }
    let told = rows.iter().map(|(id, version, _)| (*id, version + 1));
    written.told.entry(grant.entity().id.clone()).or_default().extend(told);
    Ok(())
}

/// The values of changed fields, with the moment.
fn with(writer: &Writer, values: Vec<Option<(FieldId, Value)>>) -> Image {
    let moment = (FieldId::new("updated_at"), Value::DateTime(writer.now));
    Image { values: values.into_iter().flatten().chain([moment]).collect() }
}

/// Fields of numbers with their kinds.
struct Kinds(Vec<(FieldId, FieldKind)>);

impl Kinds {
    fn of<'a>(grant: &Grant, fields: impl Iterator<Item = &'a FieldId>) -> Result<Self, Error> {
        let kind = |id: &FieldId| {
            let field = grant.entity().field_by_id(id).ok_or_else(|| Error::broken("a register lacks a field"))?;
            Ok((id.clone(), field.kind.clone()))
        };
        fields.map(kind).collect::<Result<_, Error>>().map(Self)
    }

    fn read(&self, image: &Image) -> Vec<i128> {
        self.0.iter().map(|(id, _)| image.values.get(id).map_or(0, units_of)).collect()
    }

    /// The values of the fields; `None` for what one does not hold.
    fn values(&self, units: impl Iterator<Item = i128>) -> Vec<Option<(FieldId, Value)>> {
        self.0.iter().zip(units).map(|((id, kind), units)| Some((id.clone(), value_of(kind, units)?))).collect()
    }
}

/// A turnover as it is or will be.
struct Row {
    known: Option<(Uuid, i64)>,
    turned: Vec<(i128, i128)>,
}

impl Row {
    fn new(resources: usize) -> Self {
        Self { known: None, turned: vec![(0, 0); resources] }
    }
}

/// The fields of turnovers.
struct Shape<'a> {
    register: &'a Balances,
    grant: Grant,
    balance: Field,
    period: Field,
    /// Opening, in, out and closing of each resource.
    kinds: Kinds,
}

impl<'a> Shape<'a> {
    fn of(register: &'a Balances, grant: Grant) -> Result<Self, Error> {
        let field = |name| grant.entity().field(name).cloned().ok_or_else(|| Error::broken("turnovers lack a field"));
        let kinds = Kinds::of(&grant, register.resources.iter().flat_map(|it| &it.turnover))?;
        let (balance, period) = (field("balance")?, field("period")?);
        Ok(Self { register, balance, period, kinds, grant })
    }

    async fn load(
        &self,
        tx: &mut Transaction,
        writer: &Writer,
        balances: &[Uuid],
        from: NaiveDate,
    ) -> Result<HashMap<Uuid, BTreeMap<NaiveDate, Row>>, Error> {
        let from = (&self.period, from);
        let statement = query::write::load_from(&self.grant, &self.balance, balances, from, writer.dialect);
        let statement = statement.ok_or_else(|| Error::broken("turnovers have no balance"))?;
        let rows = tx.fetch(&statement).await?;
        let mut found: HashMap<Uuid, BTreeMap<NaiveDate, Row>> = HashMap::new();
        for (id, image) in query::write::images(self.grant.entity(), rows) {
            let (Some(Value::Id(balance)), Some(Value::Date(period))) =
                (image.values.get(&self.balance.id), image.values.get(&self.period.id))
            else {
                continue;
            };
            let units = self.kinds.read(&image);
            let turned = units.chunks(4).map(|of| (of[1], of[2])).collect();
            let row = Row { known: Some((id, version_of(&image))), turned };
            found.entry(*balance).or_default().insert(*period, row);
        }
        Ok(found)
    }

    fn values(&self, opening: &[i128], turned: &[(i128, i128)]) -> Vec<Option<(FieldId, Value)>> {
        let all = opening.iter().zip(turned);
        self.kinds.values(all.flat_map(|(opening, (came, went))| [*opening, *came, *went, opening + came - went]))
    }

    fn image(
        &self,
        writer: &Writer,
        (balance, period): (Uuid, NaiveDate),
        delta: &Delta,
        values: Vec<Option<(FieldId, Value)>>,
    ) -> Image {
        let mut image = made(writer);
        image.values.insert(self.balance.id.clone(), Value::Id(balance));
        image.values.insert(self.period.id.clone(), Value::Date(period));
        let dimensions = self.register.dimensions.iter().zip(&delta.dimensions);
        image.values.extend(dimensions.map(|(it, value)| (it.turnover.clone(), value.clone())));
        image.values.extend(values.into_iter().flatten());
        image
    }
}
