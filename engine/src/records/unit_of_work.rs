//! One transaction with what it changed: the images that audit, history and events are made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Entity;
use diagnostic::Diagnostic;
use expression::FieldId;
use query::Image;
use sql::{Dialect, Statement};
use storage::{Transaction, failpoint};
use uuid::Uuid;

use super::save::Set;
use super::{audit, duplicates, relations};
use crate::error::PUBLISHED_MEANWHILE;
use crate::installation::REVISION;
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
}

/// A transaction under way.
pub(crate) struct UnitOfWork {
    pub(crate) tx: Transaction,
    waiting: Vec<Change>,
    /// Job that does the work, written into the audit.
    pub(crate) job: Option<Uuid>,
    /// Whether users changed: who is recognised is read anew then.
    pub(crate) people_changed: bool,
    /// Whether it does a single act: what that writes may wait for its audit.
    pub(crate) is_single: bool,
    /// The entity of what waits, and the place of the record in the request.
    written: Option<(Arc<Entity>, Option<String>)>,
}

impl UnitOfWork {
    /// Begins a transaction.
    pub(crate) async fn begin(ctx: &Context) -> Result<Self, Error> {
        let (tx, revision) = ctx.engine.database().begin_holding(REVISION).await?;
        if revision.and_then(|number| number.parse().ok()) != Some(ctx.catalog().revision) {
            // What was read of the request may mean something else by now, and its columns may be others.
            return Err(Error::Conflict(vec![Diagnostic::error(PUBLISHED_MEANWHILE)]));
        }
        failpoint("save.begun");
        Ok(Self { tx, waiting: Vec::new(), job: None, people_changed: false, is_single: false, written: None })
    }

    /// Writes records of an entity, so many rows. Those of a single act wait for its audit, to go with it.
    pub(crate) async fn write(
        &mut self,
        ctx: &Context,
        set: &Set,
        mut statements: impl Iterator<Item = Statement> + Send,
        rows: usize,
    ) -> Result<(), Error> {
        self.settle(ctx).await?;
        self.written = Some((set.entity().clone(), duplicates::place(set).map(str::to_owned)));
        let later = if self.is_single && set.commands.len() == 1 { statements.next() } else { None };
        let written = match later {
            Some(statement) => self.tx.execute_later(statement, 1).await.map(|()| 1),
            None => self.tx.execute_all(statements).await,
        };
        match written.map_err(|error| self.refused(ctx, error.into()))? {
            changed if changed == rows as u64 => Ok(()),
            _ => Err(Error::broken("a locked record was changed by another")),
        }
    }

    /// Sends what waits to the database.
    async fn settle(&mut self, ctx: &Context) -> Result<(), Error> {
        let result = self.tx.settle().await;
        result.map_err(|error| self.refused(ctx, error.into()))
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
        self.tx.dialect()
    }

    /// Takes note of a changed record.
    pub(crate) fn note(&mut self, change: Change) {
        self.waiting.push(change);
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
        events::outbox::records_changed(&mut self.tx, ctx.now, &changes).await
    }

    /// Makes everything true at once, with its audit and its messages.
    pub(crate) async fn commit(mut self, ctx: &Context) -> Result<(), Error> {
        failpoint("save.written");
        self.flush(ctx).await?;
        if self.people_changed {
            identity::people_changed(&mut self.tx).await?;
        }
        self.settle(ctx).await?;
        failpoint("save.audited");
        self.tx.commit().await?;
        failpoint("save.committed");
        if self.people_changed {
            ctx.engine.forget_people();
        }
        events::dispatch(ctx);
        Ok(())
    }

    /// Undoes everything.
    pub(crate) async fn rollback(self) -> Result<(), Error> {
        Ok(self.tx.rollback().await?)
    }
}
