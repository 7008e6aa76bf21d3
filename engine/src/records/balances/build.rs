//! Registers made from scratch: movements, balances and turnovers of the records there are.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{Catalog, Field};
use chrono::{DateTime, Utc};
use expression::Value;
use storage::Transaction;
use uuid::Uuid;

use super::Writer;
use super::movement::{self, Moved, Periods, period_of, turned, units_of};
use super::totals;
use crate::Error;
use crate::records::CHUNK;
use crate::records::propagate::identities;

/// Makes registers from scratch, within a transaction that nobody saves beside.
pub(crate) async fn run(
    tx: &mut Transaction,
    catalog: &Arc<Catalog>,
    registers: &[usize],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let writer = Writer::of(catalog, now, tx.dialect());
    for at in registers {
        let register = &catalog.balances[*at];
        for entity in [&register.movements, &register.turnovers, &register.entity] {
            tx.execute(&query::write::clear(writer.grant(entity)?.entity(), writer.dialect)).await?;
        }
        let mut count = 0;
        for posting in 0..register.postings.len() {
            count += movements(tx, &writer, (*at, posting)).await?;
        }
        sums(tx, &writer, *at).await?;
        tracing::info!(register = %register.entity, movements = count, "posted");
    }
    Ok(())
}

/// Makes the movements of all records, with the balances that they move, and nothing in these.
async fn movements(tx: &mut Transaction, writer: &Writer, place: (usize, usize)) -> Result<usize, Error> {
    let posting = &writer.catalog.balances[place.0].postings[place.1];
    let grant = writer.grant(&posting.entity)?;
    let (mut after, mut count) = (None, 0);
    loop {
        let page = query::write::live_after(grant.entity(), after, CHUNK as u64, writer.dialect);
        let ids: Vec<Uuid> = identities(tx.fetch(&page).await?).collect();
        let Some(last) = ids.last() else { return Ok(count) };
        after = Some(*last);
        let mut moved = Moved::default();
        movement::post(tx, writer, place, &ids, &mut moved).await?;
        let deltas: Vec<_> = moved.balances.iter().map(|((_, balance), delta)| (*balance, delta)).collect();
        totals::open(tx, writer, place.0, &deltas).await?;
        count += moved.movements.values().map(Vec::len).sum::<usize>();
    }
}

/// Adds the movements up, a thousand balances at a time.
async fn sums(tx: &mut Transaction, writer: &Writer, at: usize) -> Result<(), Error> {
    let register = &writer.catalog.balances[at];
    let (balances, movements) = (writer.grant(&register.entity)?, writer.grant(&register.movements)?);
    let entity = movements.entity();
    let named = |name| entity.field(name).ok_or_else(|| Error::broken("movements lack a field"));
    let (balance, date, posting) = (named("balance")?, named("date")?, named("posting")?);
    let resources = register.resources.iter().filter_map(|it| entity.field_by_id(&it.movement));
    let fields: Vec<&Field> = [date, posting].into_iter().chain(resources).collect();
    let directions: HashMap<&str, _> = register.postings.iter().map(|it| (it.name.as_str(), it.direction)).collect();
    let mut after = None;
    loop {
        let page = query::write::live_after(balances.entity(), after, CHUNK as u64, writer.dialect);
        let ids: Vec<Uuid> = identities(tx.fetch(&page).await?).collect();
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(*last);
        let statement = query::write::linked_values(entity, balance, &fields, &ids, writer.dialect);
        let statement = statement.ok_or_else(|| Error::broken("a field of movements has no column"))?;
        let mut all: HashMap<Uuid, Periods> = HashMap::new();
        tx.fetch_each(&statement, |row| {
            let [Value::Id(balance), Value::Date(date), Value::Text(posting), units @ ..] = row else { return };
            let Some(direction) = directions.get(&**posting) else { return };
            let of = all.entry(*balance).or_default().entry(period_of(register.by, *date));
            let of = of.or_insert_with(|| vec![(0, 0); units.len()]);
            for (of, value) in of.iter_mut().zip(units) {
                let (came, went) = turned(*direction, units_of(value));
                *of = (of.0 + came, of.1 + went);
            }
        })
        .await?;
        totals::summarise(tx, writer, at, &ids, &all).await?;
    }
}
