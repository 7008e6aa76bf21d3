//! Registers of balances: what changes of a transaction concern is posted anew before it ends.
//!
//! Changes are gathered while records are written. At the end each posting gives what the records concerned post now; what
//! differs from the movements there are moves balances and turnovers, all balances under locks in the order of their identities.
//! A balance is judged last, when it is known what all changes together make of it.

pub(crate) mod build;
pub(crate) mod movement;
pub(crate) mod refusal;
pub(crate) mod totals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::{Access, Operation, Reason};
use catalog::{Catalog, trigger};
use chrono::{DateTime, Utc};
use expression::{EntityId, FieldId};
use query::write::Lock;
use sql::Dialect;
use uuid::Uuid;

use self::movement::{Incomplete, Moved};
use self::totals::Short;
use super::CHUNK;
use super::propagate::{identities, is_moving, of_change};
use super::unit_of_work::{Act, Change, UnitOfWork};
use crate::context::clock_of;
use crate::events::outbox;
use crate::{Context, Error};

/// Records that changes concern, by what posts, and by the entity and place of the trigger: those at the end of its way.
pub(crate) type Concerned = BTreeMap<(usize, EntityId, usize), BTreeSet<Uuid>>;

/// What stands against a change: nothing of it is true.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    /// Records that post without a value which they need.
    pub(crate) incomplete: Vec<Incomplete>,
    /// Balances that would be less than nothing, or too great.
    pub(crate) short: Vec<Short>,
}

/// Adds what a change of a record concerns.
pub(crate) fn gather(catalog: &Catalog, change: &Change, concerned: &mut Concerned) {
    let entity = &change.entity.id;
    for (at, trigger) in catalog.triggers.posting_of(entity).iter().enumerate() {
        let ids = match &trigger.on {
            // What a record that went posted is taken back.
            trigger::Change::Values(_) if trigger.way.is_empty() => {
                let concerns = change.act != Act::Update || is_moving(&trigger.on, change);
                if concerns { vec![change.id] } else { Vec::new() }
            }
            _ => of_change(trigger, change),
        };
        if !ids.is_empty() {
            concerned.entry((trigger.formula, entity.clone(), at)).or_default().extend(ids);
        }
    }
}

/// Adds what new values of formulas concern.
pub(crate) fn above(
    catalog: &Catalog,
    entity: &EntityId,
    fields: &BTreeSet<FieldId>,
    moved: &[Uuid],
    concerned: &mut Concerned,
) {
    for (at, trigger) in catalog.triggers.posting_of(entity).iter().enumerate() {
        if matches!(&trigger.on, trigger::Change::Values(read) if !read.is_disjoint(fields)) {
            concerned.entry((trigger.formula, entity.clone(), at)).or_default().extend(moved);
        }
    }
}

/// With which rights and when registers are written: the system's, at the moment of the change.
pub(crate) struct Writer {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) system: Access,
    pub(crate) now: DateTime<Utc>,
    pub(crate) dialect: Dialect,
}

impl Writer {
    /// Writes registers of a catalog at a moment.
    pub(crate) fn of(catalog: &Arc<Catalog>, now: DateTime<Utc>, dialect: Dialect) -> Self {
        let clock = clock_of(catalog, now);
        let system = Access::system(Reason::Propagation, Arc::clone(catalog)).at(clock);
        Self { catalog: Arc::clone(catalog), system, now, dialect }
    }

    /// The leave to read an entity, which is that to write what only the product does.
    pub(crate) fn grant(&self, entity: &EntityId) -> Result<access::Grant, Error> {
        let grant = self.system.grant(entity, Operation::Read);
        grant.ok_or_else(|| Error::broken("a register has an entity that is not there"))
    }
}

/// Posts anew what the changes concern; gives what stands against it. Where it is not judged, balances become what they become.
pub(crate) async fn post(
    ctx: &Context,
    unit: &mut UnitOfWork,
    concerned: Concerned,
    is_judged: bool,
) -> Result<Option<Refused>, Error> {
    let writer = Writer::of(ctx.catalog(), ctx.now, unit.dialect());
    let mut refused = Refused::default();
    let mut moved = Moved::default();
    for (at, ids) in due(ctx, unit, &writer, concerned).await? {
        let posted = &writer.catalog.triggers.posted[at];
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for chunk in ids.chunks(CHUNK) {
            let tx = unit.tx(ctx).await?;
            movement::post(tx, &writer, (posted.register, posted.posting), chunk, &mut moved).await?;
        }
    }
    refused.incomplete = std::mem::take(&mut moved.incomplete);
    let written = totals::advance(unit.tx(ctx).await?, &writer, &moved).await?;
    refused.short = written.short;
    let is_impossible = refused.short.iter().any(|short| short.is_too_large);
    let stands = !refused.incomplete.is_empty() || !refused.short.is_empty();
    if is_impossible || (is_judged && stands) {
        return Ok(Some(refused));
    }
    for (entity, records) in written.told {
        for chunk in records.chunks(CHUNK) {
            outbox::records_recalculated(ctx, unit, &entity, chunk).await?;
        }
    }
    Ok(None)
}

/// Finds the records that post, by what posts, and holds them against others who would post them at the same time.
async fn due(
    ctx: &Context,
    unit: &mut UnitOfWork,
    writer: &Writer,
    concerned: Concerned,
) -> Result<BTreeMap<usize, BTreeSet<Uuid>>, Error> {
    let triggers = &writer.catalog.triggers;
    let mut locks: BTreeMap<usize, bool> = BTreeMap::new();
    for (posted, entity, at) in concerned.keys() {
        *locks.entry(*posted).or_default() |= triggers.posting_of(entity)[*at].is_broad;
    }
    for (at, is_broad) in &locks {
        let posted = &triggers.posted[*at];
        let name = format!("posting {}", writer.catalog.balances[posted.register].postings[posted.posting].id);
        match (is_broad, posted.is_shared) {
            (true, _) => unit.tx(ctx).await?.lock(&name).await?,
            (false, true) => unit.tx(ctx).await?.lock_shared(&name).await?,
            (false, false) => {}
        }
    }
    let mut due: BTreeMap<usize, BTreeSet<Uuid>> = BTreeMap::new();
    for ((posted, entity, at), ids) in concerned {
        let trigger = &triggers.posting_of(&entity)[at];
        if trigger.way.is_empty() {
            due.entry(posted).or_default().extend(ids);
            continue;
        }
        let (ids, mut found) = (ids.into_iter().collect::<Vec<_>>(), BTreeSet::new());
        for chunk in ids.chunks(CHUNK) {
            let statement = query::write::leading_to(&writer.catalog, &trigger.way, chunk, None, writer.dialect);
            let Some(statement) = statement else { continue };
            found.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
        }
        // Who holds the lock of the posting alone meets nobody, and would wait for those who wait for it.
        if !locks[&posted] && writer.dialect == Dialect::Postgres {
            let of = &triggers.posted[posted];
            let grant = writer.grant(&writer.catalog.balances[of.register].postings[of.posting].entity)?;
            let free: Vec<Uuid> = found.iter().filter(|id| !unit.has_changed(id)).copied().collect();
            for chunk in free.chunks(CHUNK) {
                let statement = query::write::exists_live(&grant, chunk, Lock::Update, writer.dialect);
                unit.tx(ctx).await?.fetch(&statement).await?;
            }
        }
        due.entry(posted).or_default().extend(found);
    }
    Ok(due)
}
