//! One transaction with what it changed: the images that audit, history and events are made of.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use catalog::Entity;
use diagnostic::Diagnostic;
use expression::FieldId;
use query::Image;
use query::write;
use sql::{Dialect, Rows, Statement};
use storage::{Bundle, Transaction, failpoint};
use uuid::Uuid;

use super::owed::Owing;
use super::rollups::Former;
use super::save::Set;
use super::{audit, balances, duplicates, propagate, relations};
use crate::error::PUBLISHED_MEANWHILE;
use crate::installation::REVISION;
use crate::scripts::after;
use crate::{Context, Error, events, identity};

/// Changed records kept before their audit events are written, so that an import needs no memory for all of them.
const FLUSH: usize = 1_000;

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Act {
    /// It was made.
    Create,
    /// It was changed.
    Update,
    /// It went to the recycle bin.
    Delete,
    /// It came out of the recycle bin.
    Restore,
}

impl Act {
    /// Every act.
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Delete, Self::Restore];

    /// The word of history and events.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }
}

/// One changed record.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Its entity.
    pub(crate) entity: Arc<Entity>,
    /// The record.
    pub(crate) id: Uuid,
    /// What was done.
    pub(crate) act: Act,
    /// Its version now.
    pub(crate) version: i64,
    /// Stored values before; empty for a new record.
    pub(crate) before: Image,
    /// Stored values now.
    pub(crate) after: Image,
    /// Targets of changed `links` fields, before and now.
    pub(crate) links: BTreeMap<FieldId, relations::Moved>,
    /// Fields that changed and whose values are never told: passwords.
    pub(crate) hidden: Vec<FieldId>,
    /// The script that did it.
    pub(crate) script: Option<Arc<str>>,
}

/// The work of one transaction.
///
/// It may begin without one: what a single act presumes and writes is gathered into a bundle, which goes to the database
/// in one message. Whatever has to ask something within the transaction opens it, with all that was gathered.
pub(crate) struct UnitOfWork {
    state: State,
    dialect: Dialect,
    waiting: Vec<Change>,
    /// What of stored formulas the changes concern.
    concerned: propagate::Concerned,
    /// What records were, where something is rolled up from them.
    former: Former,
    /// The changed records, where there are stored formulas.
    changed: BTreeSet<Uuid>,
    /// What of what posts to registers the changes concern.
    pub(crate) posting: balances::Concerned,
    /// Where in the request records stand that may post.
    places: HashMap<Uuid, String>,
    /// Whether balances that become less than nothing are refused. What a job calculates cannot be taken back.
    pub(crate) judges_balances: bool,
    /// Job that does the work, written into the audit.
    pub(crate) job: Option<Uuid>,
    /// Whether users changed: who is recognised is read anew then.
    pub(crate) people_changed: bool,
    /// Whether it leaves formulas to a job.
    pub(crate) owes: bool,
    /// Whether it leaves work to a job.
    pub(crate) wakes: bool,
    /// The script that does what is done now, written into the audit.
    pub(crate) script: Option<Arc<str>>,
    /// Records whose hooks want to know that they were saved.
    saved: Vec<after::Saved>,
    /// Whether the duplicates of each set are looked for before it is written, to be told by name.
    pub(crate) names_duplicates: bool,
    /// Whether it does a single act: what that writes may wait for its audit.
    is_single: bool,
    /// The entity of what waits, and the place of the record in the request.
    written: Option<(Arc<Entity>, Option<String>)>,
}

enum State {
    Gathering(Box<Bundle>),
    Open(Box<Transaction>),
}

impl UnitOfWork {
    /// Begins a transaction.
    pub(crate) async fn begin(ctx: &Context) -> Result<Self, Error> {
        let unit = Self::of(ctx, State::Open(Box::new(opened(ctx).await?)));
        failpoint("save.begun");
        Ok(unit)
    }

    /// Begins a transaction for a single act.
    pub(crate) async fn begin_single(ctx: &Context) -> Result<Self, Error> {
        Ok(Self { is_single: true, ..Self::begin(ctx).await? })
    }

    /// Begins a single act that presumes what others would ask; [`storage::Error::Unmet`] when that was wrong, and nothing
    /// has changed then.
    pub(crate) fn presume(ctx: &Context) -> Self {
        let bundle = Bundle::holding(REVISION, ctx.catalog().revision.to_string());
        failpoint("save.begun");
        Self { is_single: true, ..Self::of(ctx, State::Gathering(Box::new(bundle))) }
    }

    fn of(ctx: &Context, state: State) -> Self {
        Self {
            state,
            dialect: ctx.engine.database().dialect(),
            waiting: Vec::new(),
            concerned: propagate::Concerned::new(),
            former: Former::default(),
            changed: BTreeSet::new(),
            posting: balances::Concerned::new(),
            places: HashMap::new(),
            judges_balances: true,
            job: None,
            people_changed: false,
            owes: false,
            wakes: false,
            script: None,
            saved: Vec::new(),
            names_duplicates: false,
            is_single: false,
            written: None,
        }
    }

    /// The transaction, opened when it is not yet.
    pub(crate) async fn tx(&mut self, ctx: &Context) -> Result<&mut Transaction, Error> {
        if let State::Gathering(bundle) = &mut self.state {
            let bundle = std::mem::take(&mut **bundle);
            let mut tx = opened(ctx).await?;
            if let Err(error) = tx.take_over(bundle).await {
                return Err(self.refused(ctx, error.into()));
            }
            self.state = State::Open(Box::new(tx));
        }
        match &mut self.state {
            State::Open(tx) => Ok(tx),
            State::Gathering(_) => Err(Error::broken("a transaction was opened and is not")),
        }
    }

    /// The transaction, when it is open.
    pub(crate) fn opened(&mut self) -> Option<&mut Transaction> {
        match &mut self.state {
            State::Open(tx) => Some(tx),
            State::Gathering(_) => None,
        }
    }

    /// What is gathered, for presumptions; `None` when it asks.
    pub(crate) fn gathering(&mut self) -> Option<&mut Bundle> {
        match &mut self.state {
            State::Gathering(bundle) => Some(bundle),
            State::Open(_) => None,
        }
    }

    /// Writes records of an entity, so many rows. Those of a single act wait for its audit, to go with it.
    pub(crate) async fn write(
        &mut self,
        ctx: &Context,
        set: &Set,
        mut statements: impl Iterator<Item = Statement> + Send,
        rows: usize,
    ) -> Result<(), Error> {
        let mut later = if self.is_single && set.commands.len() == 1 { statements.next() } else { None };
        let written = Some((set.entity().clone(), duplicates::place(set).map(str::to_owned)));
        if let State::Gathering(bundle) = &mut self.state
            && bundle.is_empty()
            && let Some(statement) = later.take()
        {
            bundle.write_first(statement, write::columns(&set.grant));
            self.written = written;
            return Ok(());
        }
        self.settle(ctx).await?;
        self.written = written;
        let tx = self.tx(ctx).await?;
        let written = match later {
            Some(statement) => tx.execute_later(statement, 1).await.map(|()| 1),
            None => tx.execute_all(statements).await,
        };
        match written.map_err(|error| self.refused(ctx, error.into()))? {
            changed if changed == rows as u64 => Ok(()),
            _ => Err(Error::broken("a locked record was changed by another")),
        }
    }

    /// Sends what waits to the database.
    async fn settle(&mut self, ctx: &Context) -> Result<(), Error> {
        let result = self.tx(ctx).await?.settle().await;
        result.map_err(|error| self.refused(ctx, error.into()))
    }

    /// Runs a statement that changes so many rows, together with what else waits.
    pub(crate) async fn later(&mut self, ctx: &Context, statement: Statement, rows: u64) -> Result<(), Error> {
        match &mut self.state {
            State::Gathering(bundle) => bundle.write(statement, rows),
            State::Open(_) => self.tx(ctx).await?.execute_later(statement, rows).await?,
        }
        Ok(())
    }

    /// Calls listeners once it is true.
    pub(crate) fn announce(&mut self, channel: &'static str) {
        match &mut self.state {
            State::Gathering(bundle) => bundle.announce(channel),
            State::Open(tx) => tx.announce(channel),
        }
    }

    /// Tells in the words of people what the database refused of what was written last.
    pub(crate) fn refused(&self, ctx: &Context, error: Error) -> Error {
        match (error, &self.written) {
            (Error::Storage(error), Some((entity, place))) => {
                duplicates::translate(ctx, entity, place.as_deref(), error)
            }
            (error, _) => error,
        }
    }

    /// Names the dialect of its statements.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Takes note of a changed record.
    pub(crate) fn note(&mut self, ctx: &Context, mut change: Change) {
        change.script.clone_from(&self.script);
        self.saved.extend(after::noted(ctx, &change));
        if !ctx.catalog().triggers.is_empty() {
            self.changed.insert(change.id);
            self.former.note(ctx.catalog(), &change);
            propagate::gather(ctx.catalog(), &change, &mut self.concerned);
            balances::gather(ctx.catalog(), &change, &mut self.posting);
        }
        self.waiting.push(change);
    }

    /// Takes note of where in the request a record stands that may post.
    pub(crate) fn locate(&mut self, ctx: &Context, id: Uuid, place: &str) {
        if !ctx.catalog().triggers.posted.is_empty() {
            self.places.insert(id, place.to_owned());
        }
    }

    /// Says whether it changed a record, which it holds then.
    pub(crate) fn has_changed(&self, id: &Uuid) -> bool {
        self.changed.contains(id)
    }

    /// Writes audit events and outbox messages of the noted changes when there are many.
    pub(crate) async fn flush_when_many(&mut self, ctx: &Context) -> Result<(), Error> {
        if self.waiting.len() >= FLUSH { self.flush(ctx).await } else { Ok(()) }
    }

    /// Writes audit events and outbox messages of the noted changes.
    pub(crate) async fn flush(&mut self, ctx: &Context) -> Result<(), Error> {
        let changes = std::mem::take(&mut self.waiting);
        if changes.is_empty() {
            return Ok(());
        }
        audit::write(ctx, self, &changes).await?;
        events::outbox::records_changed(ctx, self, &changes).await
    }

    /// Makes everything true at once, with its audit and its messages.
    pub(crate) async fn commit(self, ctx: &Context) -> Result<(), Error> {
        self.commit_and_read(ctx, None).await.map(drop)
    }

    /// The same, and reads an answer with it when all goes in one message; `None` when it has to be read after it.
    pub(crate) async fn commit_and_read(
        mut self,
        ctx: &Context,
        answer: Option<Statement>,
    ) -> Result<Option<Rows>, Error> {
        failpoint("save.written");
        self.flush(ctx).await?;
        let concerned = std::mem::take(&mut self.concerned);
        if !concerned.is_empty() {
            // What the database refuses of the records themselves is told first, in their words.
            self.settle(ctx).await?;
            let changed = std::mem::take(&mut self.changed);
            let former = std::mem::take(&mut self.former);
            propagate::propagate(ctx, &mut self, concerned, former, &changed).await?;
            self.changed = changed;
            failpoint("save.propagated");
        }
        let posting = std::mem::take(&mut self.posting);
        if !posting.is_empty() {
            self.settle(ctx).await?;
            let is_judged = self.judges_balances;
            if let Some(refused) = balances::post(ctx, &mut self, posting, is_judged).await? {
                let places = std::mem::take(&mut self.places);
                // Names are read when nobody waits for what is held.
                self.rollback().await?;
                return Err(Error::Invalid(balances::refusal::told(ctx, &refused, &places).await?));
            }
        }
        let saved = std::mem::take(&mut self.saved);
        if !saved.is_empty() {
            after::leave(ctx, &mut self, saved).await?;
        }
        if self.people_changed {
            identity::people_changed(self.tx(ctx).await?).await?;
        }
        let rows = self.end(ctx, answer).await?;
        failpoint("save.committed");
        if self.people_changed {
            ctx.engine.forget_people();
        }
        if self.wakes {
            ctx.engine.jobs().wake();
        }
        if self.owes {
            ctx.engine.jobs().wake();
            Owing::look(&ctx.engine).await;
        }
        events::dispatch(ctx);
        Ok(rows)
    }

    async fn end(&mut self, ctx: &Context, answer: Option<Statement>) -> Result<Option<Rows>, Error> {
        if self.gathering().is_none() {
            self.settle(ctx).await?;
        }
        failpoint("save.audited");
        match std::mem::replace(&mut self.state, State::Gathering(Box::default())) {
            State::Open(tx) => tx.commit().await?,
            // What changes nothing needs no transaction.
            State::Gathering(bundle) if bundle.is_empty() => {}
            State::Gathering(mut bundle) => {
                let is_answered = answer.is_some();
                answer.into_iter().for_each(|statement| bundle.answer(statement));
                let rows = ctx.engine.database().perform(*bundle).await;
                let rows = rows.map_err(|error| self.refused(ctx, error.into()))?;
                return Ok(is_answered.then_some(rows));
            }
        }
        Ok(None)
    }

    /// Undoes everything.
    pub(crate) async fn rollback(self) -> Result<(), Error> {
        match self.state {
            State::Open(tx) => Ok(tx.rollback().await?),
            State::Gathering(_) => Ok(()),
        }
    }
}

async fn opened(ctx: &Context) -> Result<Transaction, Error> {
    let (tx, revision) = ctx.engine.database().begin_holding(REVISION).await?;
    if revision.and_then(|number| number.parse().ok()) != Some(ctx.catalog().revision) {
        // What was read of the request may mean something else by now, and its columns may be others.
        return Err(Error::Conflict(vec![Diagnostic::error(PUBLISHED_MEANWHILE)]));
    }
    Ok(tx)
}
