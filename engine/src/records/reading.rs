//! Many reads of one request: so many statements at a time, and answers that are known to be true still are not read again.

use futures_util::future::try_join;
use query::{AggregateRequest, Request};
use storage::Transaction;
use tokio::sync::{Mutex, Semaphore};

use super::read::{self, List};
use super::remembered::{Answer, Key, Moment};
use crate::audit::reads;
use crate::{Context, Error};

/// Statements of one request that the database works on at a time.
const AT_ONCE: usize = 4;

/// The reads of one request.
pub(crate) struct Reading<'a> {
    pub(crate) ctx: &'a Context,
    turns: Semaphore,
    /// Up to when changes are known; `None` where nothing is remembered.
    moment: Option<Moment>,
    /// The transaction that they are within, which has one connection.
    within: Option<Mutex<&'a mut Transaction>>,
}

impl<'a> Reading<'a> {
    /// Reads everything anew.
    pub(crate) fn new(ctx: &'a Context) -> Self {
        Self { ctx, turns: Semaphore::new(AT_ONCE), moment: None, within: None }
    }

    /// Reads everything as a transaction sees it, one after the other.
    pub(crate) fn within(ctx: &'a Context, tx: &'a mut Transaction) -> Self {
        Self { within: Some(Mutex::new(tx)), ..Self::new(ctx) }
    }

    /// Takes what was read before while nothing changed of what it was made of.
    pub(crate) async fn remembering(ctx: &'a Context) -> Result<Self, Error> {
        let moment = ctx.engine.remembered().look(&ctx.engine).await?;
        Ok(Self { ctx, turns: Semaphore::new(AT_ONCE), moment: Some(moment), within: None })
    }

    /// Reads groups of records, each as JSON text.
    pub(crate) async fn aggregate(&self, entity: &str, request: AggregateRequest) -> Result<Vec<String>, Error> {
        if let Some(tx) = &self.within {
            return read::aggregate_within(self.ctx, *tx.lock().await, entity, &request).await;
        }
        let plan = read::groups_plan(self.ctx, entity, &request)?;
        let key = self.moment.and_then(|_| Key::of_groups(self.ctx, entity, &request, &query::tally(&plan)));
        if let Some(Answer::Groups(groups)) = self.known(key.as_ref()) {
            // Who reads is told to the audit wherever the values come from.
            reads::grouped(self.ctx, entity, &request, groups.len()).await?;
            return Ok(groups);
        }
        let groups = self.turn(read::grouped(self.ctx, entity, request, &plan)).await?;
        self.keep(key, || Answer::Groups(groups.clone()));
        Ok(groups)
    }

    /// Lists records.
    pub(crate) async fn list(&self, entity: &str, request: Request) -> Result<List, Error> {
        if let Some(tx) = &self.within {
            let page = read::list_within(self.ctx, *tx.lock().await, entity, &request).await?;
            return Ok(List { page, count: None, as_of: None });
        }
        let plan = read::list_plan(self.ctx, entity, &request)?;
        let key = self.moment.and_then(|_| Key::of_list(self.ctx, entity, &request, &query::select(&plan)));
        if let Some(Answer::List(list)) = self.known(key.as_ref()) {
            reads::listed(self.ctx, entity, &request, list.page.items.len()).await?;
            return Ok(list);
        }
        let list = self.turn(read::listed(self.ctx, entity, request, &plan)).await?;
        self.keep(key, || Answer::List(list.clone()));
        Ok(list)
    }

    /// Reads two things of groups beside each other.
    pub(crate) async fn both(
        &self,
        entity: &str,
        one: AggregateRequest,
        other: AggregateRequest,
    ) -> Result<(Vec<String>, Vec<String>), Error> {
        try_join(self.aggregate(entity, one), self.aggregate(entity, other)).await
    }

    async fn turn<T>(&self, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let _turn = self.turns.acquire().await.map_err(|error| Error::broken(error.to_string()))?;
        read.await
    }

    fn known(&self, key: Option<&Key>) -> Option<Answer> {
        self.ctx.engine.remembered().get(key?)
    }

    fn keep(&self, key: Option<Key>, answer: impl FnOnce() -> Answer) {
        if let (Some(key), Some(moment)) = (key, self.moment) {
            self.ctx.engine.remembered().keep(key, moment, answer());
        }
    }
}
