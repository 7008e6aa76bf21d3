//! Answers that were read a while ago and are true still.
//!
//! An answer is known by the statement that gave it, with its parameters, so that rights, the day and everything else it
//! depends on are part of its name. It holds while no message of the outbox tells of a change of an entity whose table
//! the statement names: the outbox is looked at before each request is answered, on every node.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use catalog::{Entity, FieldKind};
use expression::EntityId;
use query::{AggregateRequest, Request};
use sha2::{Digest, Sha256};
use sql::Statement;

use super::read::List;
use crate::events::outbox::{NOTICED, RECORDS, Records};
use crate::events::place::{self, Place};
use crate::{Context, Engine, Error};

/// Bytes that are kept on a node.
const MOST: usize = 32 << 20;
/// Bytes of one answer that is kept.
const LARGEST: usize = 1 << 20;
/// How long an answer is taken for true when nothing is heard: a net below what tells of changes.
const LIFE: Duration = Duration::from_secs(300);
/// Messages before the newest one that the first look reads again.
const UNDER_WAY: i64 = 1_000;
/// Entities whose rows come about without a message.
const SILENT: [&str; 5] = ["audit_event", "file", "notification", "revision", "sent_message"];

/// What was read.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Groups, each as JSON text.
    Groups(Vec<String>),
    /// A page of records.
    List(List),
}

impl Answer {
    fn size(&self) -> usize {
        let items = match self {
            Self::Groups(items) => items,
            Self::List(list) => &list.page.items,
        };
        items.iter().map(|item| item.len() + size_of::<String>()).sum()
    }
}

/// By what an answer is known, and the entities it was made of.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    digest: [u8; 32],
    reads: Arc<[EntityId]>,
}

impl Key {
    /// Of groups; `None` where the answer may be another one without any change.
    pub(crate) fn of_groups(
        ctx: &Context,
        entity: &str,
        request: &AggregateRequest,
        statement: &Statement,
    ) -> Option<Self> {
        // What is computed over the groups is computed in memory, where the clock is no parameter.
        let texts = request.measures.iter().map(|measure| &measure.expression).chain(&request.having);
        if texts.into_iter().any(|text| text.contains("now(") || text.contains("::")) {
            return None;
        }
        Self::of(ctx, entity, &format!("{request:?}"), statement)
    }

    /// Of a list.
    pub(crate) fn of_list(ctx: &Context, entity: &str, request: &Request, statement: &Statement) -> Option<Self> {
        Self::of(ctx, entity, &format!("{request:?}"), statement)
    }

    fn of(ctx: &Context, entity: &str, request: &str, statement: &Statement) -> Option<Self> {
        let catalog = ctx.catalog();
        let mut reads = Vec::new();
        for known in catalog.entities().iter().filter(|known| is_read(known, &statement.text)) {
            if SILENT.contains(&known.id.as_str()) {
                return None;
            }
            reads.push(known.id.clone());
        }
        let actor = ctx.access.actor()?;
        let mut whole = String::with_capacity(statement.text.len() + request.len() + 256);
        let day = ctx.today();
        // Writing to a text does not fail.
        let _ = write!(
            whole,
            "{}\0{}\0{:?}\0{day}\0{}\0{}\0{entity}\0{request}\0{}\0{:?}",
            catalog.revision,
            actor.user,
            actor.roles,
            ctx.zone,
            ctx.locale.code(),
            statement.text,
            statement.parameters
        );
        Some(Self { digest: Sha256::digest(whole.as_bytes()).into(), reads: reads.into() })
    }
}

/// Says whether a statement names the table of an entity, or one between it and others.
fn is_read(entity: &Entity, text: &str) -> bool {
    let names = |table: &str| !table.is_empty() && text.contains(&format!("\"{table}\""));
    let between = |field: &catalog::Field| match &field.kind {
        FieldKind::Links { junction, .. } => names(junction),
        _ => false,
    };
    names(&entity.table) || entity.fields.iter().any(between)
}

/// A count of changes, as of a look at the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Moment(u64);

/// The answers of a node.
#[derive(Default)]
pub(crate) struct Remembered {
    outbox: tokio::sync::Mutex<Outbox>,
    /// Looks that were begun.
    looks: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct Outbox {
    place: Place,
    /// The number of the look that was last done.
    done: u64,
}

#[derive(Default)]
struct State {
    /// Counts looks that saw a change.
    now: Moment,
    /// When anything else than records of one entity changed last.
    all: Moment,
    changed: HashMap<EntityId, Moment>,
    answers: HashMap<[u8; 32], Known>,
    bytes: usize,
    uses: u64,
}

struct Known {
    answer: Answer,
    reads: Arc<[EntityId]>,
    moment: Moment,
    since: Instant,
    size: usize,
    used: u64,
}

impl State {
    fn is_true(&self, known: &Known) -> bool {
        let is_unchanged = |entity: &EntityId| self.changed.get(entity).is_none_or(|at| *at <= known.moment);
        self.all <= known.moment && known.since.elapsed() < LIFE && known.reads.iter().all(is_unchanged)
    }

    fn forget(&mut self, digest: &[u8; 32]) {
        if let Some(known) = self.answers.remove(digest) {
            self.bytes -= known.size;
        }
    }

    /// Makes room for as many bytes: what was used last stays.
    fn make_room(&mut self, size: usize) {
        if self.bytes + size <= MOST {
            return;
        }
        let mut by_use: Vec<(u64, [u8; 32])> = self.answers.iter().map(|(key, known)| (known.used, *key)).collect();
        by_use.sort_unstable();
        for (_, digest) in by_use {
            if self.bytes + size <= MOST / 4 * 3 {
                break;
            }
            self.forget(&digest);
        }
    }
}

impl Remembered {
    /// Hears of all that was committed before the call.
    pub(crate) async fn look(&self, engine: &Engine) -> Result<Moment, Error> {
        let before = self.looks.load(Ordering::SeqCst);
        let mut outbox = self.outbox.lock().await;
        // Whoever waited while another one began to look has the same to see.
        if outbox.done <= before {
            let number = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
            if outbox.place.floor().is_none() {
                // What is under way has a number already, and is heard of when it is committed.
                let newest = place::newest(engine).await?.unwrap_or_default();
                outbox.place = Place::at((newest - UNDER_WAY).max(0));
            }
            let heard = outbox.place.advance(engine).await;
            match heard {
                Ok(messages) => self.hear(messages.iter().map(|one| (one.kind.as_str(), one.payload.as_str()))),
                Err(error) => {
                    // What was read of the outbox and not told would be lost.
                    self.hear([("", "")].into_iter());
                    return Err(error.into());
                }
            }
            outbox.done = number;
        }
        Ok(self.lock().now)
    }

    fn hear<'m>(&self, messages: impl Iterator<Item = (&'m str, &'m str)>) {
        let mut state = self.lock();
        let next = Moment(state.now.0 + 1);
        for (kind, payload) in messages {
            // Notices are not remembered.
            if kind == NOTICED {
                continue;
            }
            state.now = next;
            match serde_json::from_str::<Records>(payload) {
                Ok(records) if kind == RECORDS => drop(state.changed.insert(EntityId::new(&records.entity), next)),
                _ => state.all = next,
            }
        }
    }

    /// Finds an answer that is true still.
    pub(crate) fn get(&self, key: &Key) -> Option<Answer> {
        let mut state = self.lock();
        let is_true = state.answers.get(&key.digest).is_some_and(|known| state.is_true(known));
        if !is_true {
            state.forget(&key.digest);
            return None;
        }
        state.uses += 1;
        let uses = state.uses;
        let known = state.answers.get_mut(&key.digest)?;
        known.used = uses;
        Some(known.answer.clone())
    }

    /// Keeps an answer that was read after a look at the outbox.
    pub(crate) fn keep(&self, key: Key, moment: Moment, answer: Answer) {
        let size = answer.size() + size_of::<Known>();
        if size > LARGEST {
            return;
        }
        let mut state = self.lock();
        state.forget(&key.digest);
        state.make_room(size);
        state.uses += 1;
        let known = Known { answer, reads: key.reads, moment, since: Instant::now(), size, used: state.uses };
        state.bytes += size;
        state.answers.insert(key.digest, known);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
