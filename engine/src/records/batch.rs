//! Operations on records, all or nothing: a single save is a batch of one.

use std::time::Duration;

use access::Operation as Right;
use diagnostic::Diagnostic;
use serde_json::{Map, Value as Json};
use storage::failpoint;
use storage::internal::idempotency;
use uuid::Uuid;

use super::command::{Command, Reader, identity};
use super::load::{self, granted, version_of};
use super::save::{self, Set};
use super::unit_of_work::UnitOfWork;
use super::{duplicates, guards, read, trash};
use crate::messages::Made;
use crate::{Context, Error};

/// Greatest number of operations of one batch.
pub const LIMIT: usize = 1_000;
/// How often a save is tried again when the database says that it met another.
pub(crate) const ATTEMPTS: u32 = 10;

/// One act on one record. Identities may be `"$0"`: that of the record made by operation 0.
#[derive(Debug, Clone)]
pub enum Operation {
    /// Makes a record.
    Create {
        /// Name of the entity.
        entity: String,
        /// Values by field name.
        values: Map<String, Json>,
    },
    /// Changes a record.
    Update {
        /// Name of the entity.
        entity: String,
        /// The record.
        id: String,
        /// New values by field name.
        values: Map<String, Json>,
        /// Version the change was made from.
        version: Option<i64>,
    },
    /// Sends a record to the recycle bin.
    Delete {
        /// Name of the entity.
        entity: String,
        /// The record.
        id: String,
        /// Version it was seen at; `None` for whichever.
        version: Option<i64>,
    },
    /// Takes a record out of the recycle bin.
    Restore {
        /// Name of the entity.
        entity: String,
        /// The record.
        id: String,
    },
    /// Makes a record of the product's own, as only scripts have it do.
    Make(MadeByScript),
}

/// A record of the product's own that a script has it make.
#[derive(Debug, Clone)]
pub struct MadeByScript(pub(crate) Made);

impl Operation {
    /// Name of the entity.
    pub(crate) fn entity(&self) -> &str {
        match self {
            Self::Create { entity, .. }
            | Self::Update { entity, .. }
            | Self::Delete { entity, .. }
            | Self::Restore { entity, .. } => entity,
            Self::Make(MadeByScript(made)) => made.entity(),
        }
    }

    /// The record as the operation names it; `None` for one that it makes.
    pub(crate) fn record(&self) -> Option<&String> {
        match self {
            Self::Create { .. } | Self::Make(_) => None,
            Self::Update { id, .. } | Self::Delete { id, .. } | Self::Restore { id, .. } => Some(id),
        }
    }
}

/// What an operation did.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    /// The record.
    pub(crate) id: Uuid,
    /// Its version now; 0 when it is gone.
    pub(crate) version: i64,
    /// The record as the caller may read it, where it was read with the writing.
    pub(crate) json: Option<String>,
}

/// Where the mistakes of operations are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The request is the values of the one operation.
    Alone,
    /// The request is a list of operations.
    Listed,
}

impl Shown {
    fn operation(self, index: usize) -> String {
        match self {
            Self::Alone => String::new(),
            Self::Listed => format!("/operations/{index}"),
        }
    }

    /// The place of an operation's values.
    pub(super) fn values(self, index: usize) -> String {
        match self {
            Self::Alone => String::new(),
            Self::Listed => format!("/operations/{index}/values"),
        }
    }
}

/// A key by which a repeated request is recognised, with the hash of the request.
pub(crate) struct Once<'a> {
    /// Who asks.
    pub(crate) actor: String,
    /// The key.
    pub(crate) key: &'a str,
    /// Hash of the request.
    pub(crate) hash: String,
}

/// Performs operations in one transaction; tries again what met another transaction.
pub(crate) async fn perform(
    ctx: &Context,
    operations: &[Operation],
    shown: Shown,
    once: Option<&Once<'_>>,
) -> Result<Vec<Done>, Error> {
    let mut operations = operations.to_vec();
    let people = guards::take_people(ctx, &mut operations).await?;
    let mut attempt = 1;
    let may_presume = operations.len() == 1 && once.is_none();
    let mut manner = if may_presume { Manner::Presuming } else { Manner::Asking };
    loop {
        match perform_once(ctx, &operations, &people, shown, once, manner).await {
            // What was presumed may be what is wrong, or hide the half of it: now everything is asked.
            Err(error) if manner == Manner::Presuming && error.is_judgement() => manner = Manner::Asking,
            Err(error) if manner == Manner::Asking && duplicates::is_nameless(&error) => manner = Manner::Naming,
            Err(error) if attempt < ATTEMPTS && error.has_met_another() => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// How long to wait before the next attempt: each another time, so that those who met do not meet again.
pub(crate) fn pause(attempt: u32) -> Duration {
    Duration::from_millis(rand::random_range(1..=u64::from(10 * attempt * attempt)))
}

/// How a unit of work learns what it needs of other records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// It goes by what is to be expected, which is compared at the end.
    Presuming,
    /// It asks within the transaction.
    Asking,
    /// It also asks which of several records are the duplicates that the database refused.
    Naming,
}

async fn perform_once(
    ctx: &Context,
    operations: &[Operation],
    people: &guards::People,
    shown: Shown,
    once: Option<&Once<'_>>,
    manner: Manner,
) -> Result<Vec<Done>, Error> {
    let mut unit = match manner {
        Manner::Presuming => UnitOfWork::presume(ctx),
        _ if operations.len() == 1 => UnitOfWork::begin_single(ctx).await?,
        _ => UnitOfWork::begin(ctx).await?,
    };
    unit.names_duplicates = manner == Manner::Naming;
    if let Some(once) = once
        && let Some(done) = answered(ctx, &mut unit, once).await?
    {
        return Ok(vec![done]);
    }
    let mut done = one_by_one(ctx, &mut unit, operations, people, shown).await?;
    if let (Some(once), [only]) = (once, done.as_slice()) {
        keep_answer(ctx, &mut unit, once, only).await.map_err(|error| unit.refused(ctx, error))?;
        failpoint("save.answered");
    }
    if let ([operation], [only], Manner::Presuming) = (operations, done.as_mut_slice(), manner) {
        only.json = commit_and_read(ctx, unit, operation, only).await?;
    } else {
        unit.commit(ctx).await?;
    }
    Ok(done)
}

/// Performs operations within a transaction that others have begun and will end.
pub(crate) async fn within(ctx: &Context, unit: &mut UnitOfWork, operations: &[Operation]) -> Result<Vec<Done>, Error> {
    unit.names_duplicates = true;
    one_by_one(ctx, unit, operations, &guards::People::default(), Shown::Listed).await
}

/// Performs operations in their order; all mistakes of all of them at once.
async fn one_by_one(
    ctx: &Context,
    unit: &mut UnitOfWork,
    operations: &[Operation],
    people: &guards::People,
    shown: Shown,
) -> Result<Vec<Done>, Error> {
    let mut done: Vec<Option<Done>> = vec![None; operations.len()];
    let mut mistakes = Vec::new();
    let mut at = 0;
    while at < operations.len() {
        let end = at + alike(&operations[at..]);
        let earlier: Vec<Option<Uuid>> = done[..at].iter().map(|done| done.as_ref().map(|done| done.id)).collect();
        let group = Group { operations, people, shown, earlier: &earlier, start: at, end };
        group.perform(ctx, unit, &mut done, &mut mistakes).await.map_err(|error| unit.refused(ctx, error))?;
        at = end;
    }
    if mistakes.is_empty() { Ok(done.into_iter().flatten().collect()) } else { Err(Error::Invalid(mistakes)) }
}

/// Commits a single act and reads its answer with it, where both go in one message.
async fn commit_and_read(
    ctx: &Context,
    mut unit: UnitOfWork,
    operation: &Operation,
    done: &Done,
) -> Result<Option<String>, Error> {
    let is_read = done.version > 0 && unit.gathering().is_some();
    let template = if is_read { read::written(ctx, operation.entity(), done.id) } else { None };
    let statement = template.as_ref().map(|template| template.statement(done.id).into_owned());
    let rows = unit.commit_and_read(ctx, statement).await?;
    Ok(template.zip(rows).map(|(template, rows)| read::shown(template.plan(), rows, done.id, done.version)))
}

/// Counts the operations from the first on that can be saved as one set: creations of one entity that name no other.
fn alike(operations: &[Operation]) -> usize {
    let Some(Operation::Create { entity: first, .. }) = operations.first() else { return 1 };
    let same = |operation: &&Operation| match operation {
        Operation::Create { entity, values } => entity == first && !values.values().any(names_another),
        _ => false,
    };
    operations.iter().take_while(same).count().max(1)
}

fn names_another(json: &Json) -> bool {
    match json {
        Json::String(text) => text.starts_with('$'),
        Json::Array(items) => items.iter().any(names_another),
        Json::Object(members) => members.values().any(names_another),
        _ => false,
    }
}

/// Operations that are performed together.
struct Group<'a> {
    operations: &'a [Operation],
    people: &'a guards::People,
    shown: Shown,
    earlier: &'a [Option<Uuid>],
    start: usize,
    end: usize,
}

impl Group<'_> {
    async fn perform(
        &self,
        ctx: &Context,
        unit: &mut UnitOfWork,
        done: &mut [Option<Done>],
        mistakes: &mut Vec<Diagnostic>,
    ) -> Result<(), Error> {
        let at = self.start;
        let place = self.shown.operation(at);
        match &self.operations[at] {
            Operation::Create { entity, .. } => {
                let grant = granted(ctx, entity, Right::Create).map_err(|error| error.below(&place))?;
                let commands = (at..self.end).map(|at| self.command(ctx, &grant, at, Uuid::now_v7(), None)).collect();
                self.save(ctx, unit, Set::new(grant, commands), done, mistakes).await
            }
            Operation::Update { entity, id, version, .. } => {
                let grant = granted(ctx, entity, Right::Update).map_err(|error| error.below(&place))?;
                let Some(id) = self.id(id, &place, mistakes) else { return Ok(()) };
                let required = || Diagnostic::error("record.version_required").at(format!("{place}/version"));
                let version = Some(version.ok_or_else(|| Error::VersionRequired(required()))?);
                let command = self.command(ctx, &grant, at, id, version);
                self.save(ctx, unit, Set::new(grant, vec![command]), done, mistakes).await
            }
            Operation::Delete { entity, id, version } => {
                let grant = granted(ctx, entity, Right::Delete).map_err(|error| error.below(&place))?;
                let Some(id) = self.id(id, &place, mistakes) else { return Ok(()) };
                load::check_one(ctx, unit, &grant, id, *version).await.map_err(|error| error.below(&place))?;
                let removed = trash::remove(ctx, unit, &grant.entity().id.clone(), &[id]).await;
                removed.map_err(|error| error.below(&place))?;
                done[at] = Some(Done { id, version: 0, json: None });
                Ok(())
            }
            Operation::Restore { entity, id } => {
                let grant = granted(ctx, entity, Right::Delete).map_err(|error| error.below(&place))?;
                let Some(id) = self.id(id, &place, mistakes) else { return Ok(()) };
                let version = trash::restore(ctx, unit, &grant, id).await.map_err(|error| error.below(&place))?;
                done[at] = Some(Done { id, version, json: None });
                Ok(())
            }
            Operation::Make(MadeByScript(made)) => {
                let id = made.keep(ctx, unit, self.earlier).await?;
                done[at] = Some(Done { id, version: 1, json: None });
                Ok(())
            }
        }
    }

    fn command(&self, ctx: &Context, grant: &access::Grant, at: usize, id: Uuid, version: Option<i64>) -> Command {
        let reader = Reader { access: &ctx.access, locale: ctx.locale, earlier: self.earlier };
        let empty = Map::new();
        let values = match &self.operations[at] {
            Operation::Create { values, .. } | Operation::Update { values, .. } => values,
            Operation::Delete { .. } | Operation::Restore { .. } | Operation::Make(_) => &empty,
        };
        let place = self.shown.values(at);
        let mut command = reader.read(grant, &place, id, version, values);
        guards::join_person(self.people, at, &mut command);
        command
    }

    async fn save(
        &self,
        ctx: &Context,
        unit: &mut UnitOfWork,
        mut set: Set,
        done: &mut [Option<Done>],
        mistakes: &mut Vec<Diagnostic>,
    ) -> Result<(), Error> {
        let place = self.shown.operation(self.start);
        save::prepare(ctx, unit, &mut set).await.map_err(|error| error.below(&place))?;
        let found = set.take_mistakes();
        if found.is_empty() && mistakes.is_empty() {
            match save::apply(ctx, unit, &mut set).await {
                // Rules over other records are judged last; their mistakes join the others.
                Err(Error::Invalid(late)) => mistakes.extend(late),
                Err(error) => return Err(error),
                Ok(()) => {}
            }
        }
        mistakes.extend(found);
        for (at, command) in (self.start..).zip(&set.commands) {
            let version = set.after.get(at - self.start).map_or(0, version_of);
            done[at] = Some(Done { id: command.id, version, json: None });
        }
        Ok(())
    }

    fn id(&self, text: &str, place: &str, mistakes: &mut Vec<Diagnostic>) -> Option<Uuid> {
        let earlier = text.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
        let id = identity(text).or_else(|| earlier.and_then(|at| self.earlier.get(at).copied().flatten()));
        if id.is_none() {
            mistakes.push(Diagnostic::error("batch.unknown_reference").with("found", text).at(format!("{place}/id")));
        }
        id
    }
}

async fn answered(ctx: &Context, unit: &mut UnitOfWork, once: &Once<'_>) -> Result<Option<Done>, Error> {
    let rows = unit.tx(ctx).await?.fetch(&idempotency::find(&once.actor, once.key)).await?;
    let Some([expression::Value::Text(hash), expression::Value::Text(record)]) = rows.first().map(Vec::as_slice) else {
        return Ok(None);
    };
    if **hash != *once.hash {
        return Err(Error::Invalid(vec![Diagnostic::error("record.idempotency_key_reused").with("found", once.key)]));
    }
    Ok(identity(record).map(|id| Done { id, version: 1, json: None }))
}

async fn keep_answer(ctx: &Context, unit: &mut UnitOfWork, once: &Once<'_>, done: &Done) -> Result<(), Error> {
    let at = ctx.now.timestamp_millis();
    let record = done.id.to_string();
    unit.tx(ctx).await?.execute(&idempotency::forget(at - 24 * 3_600_000)).await?;
    let kept = unit.tx(ctx).await?.execute(&idempotency::keep(&once.actor, once.key, &once.hash, &record, at)).await?;
    if kept == 1 { Ok(()) } else { Err(Error::Conflict(vec![Diagnostic::error("record.idempotency_key_busy")])) }
}
