//! The world of one run: what it has read, what it wants to write, what it may use up.

pub(super) mod indicators;
mod sending;

use std::collections::HashMap;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use catalog::{Entity, Field, FieldKind};
use chrono::{DateTime, NaiveDate, Utc};
use diagnostic::Diagnostic;
use expression::{EntityId, RecordRef, Tz, Value};
use schemas::suggest::nearest;
use scripting::{Host, Measured, Member, Question, Refusal, Stop, World};
use serde_json::{Map, Value as Json};
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use super::budget::{Budget, worked};
use crate::files::FileInfo;
use crate::messages::{Made, notices};
use crate::records::coerce;
use crate::records::command::identity;
use crate::{Context, Error, measures};

/// Lines of the log that are kept, and characters of each.
const LOG: (usize, usize) = (200, 2_000);
/// Records of one entity that are read together because one of them is asked for.
pub(super) const TOGETHER: usize = 500;

/// What a run asks of the database, and of elsewhere.
pub(super) enum Inquiry {
    /// Records by identity.
    Records(EntityId, Vec<Uuid>),
    /// The records of a relation of a record.
    Related(RecordRef, String),
    /// Records that a condition holds for.
    Find(EntityId, Question),
    /// How many.
    Count(EntityId, Option<String>),
    /// Files of which the run may know.
    Files(Vec<Uuid>),
    /// What is in a file that is a text.
    Content(Uuid),
    /// Whom a notice is for.
    People(notices::Asked),
    /// Measures, and whether their mistakes are told by their places in a list.
    Measures(Vec<measures::Asked>, bool),
    /// A request to elsewhere.
    Http(Json),
}

/// What it is told.
pub(super) enum Reply {
    /// Records that were found, in their order.
    Records(EntityId, Vec<(Uuid, Seen)>),
    /// A number.
    Count(i64),
    /// Files that were found.
    Files(Vec<FileInfo>),
    /// A text.
    Content(String),
    /// People.
    People(Vec<Uuid>),
    /// What measures came to.
    Measures(Vec<measures::Answer>),
    /// An answer of elsewhere.
    Http(Json),
}

/// A question on its way, with where the answer goes.
pub(super) struct Ask {
    pub(super) inquiry: Inquiry,
    pub(super) reply: SyncSender<Result<Reply, Error>>,
}

/// A record as the run sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// What it has under each name; a field that the run may not read is empty.
    pub(super) values: HashMap<String, Member>,
    /// Its version when it was read; `None` for one that is being saved or made.
    pub(super) version: Option<i64>,
}

/// What a run wants done.
#[derive(Debug, Clone)]
pub(super) enum Pending {
    /// A record made, known by this identity to the run alone.
    Create { entity: String, id: Uuid, values: Map<String, Json> },
    /// A record changed.
    Update { entity: String, id: Uuid, version: i64, values: Map<String, Json> },
    /// A record deleted.
    Delete { entity: String, id: Uuid, version: i64 },
    /// A record of the product's own made: a letter, a notice, a file.
    Make(Made),
}

/// The record that a hook is about.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// The record.
    pub(super) record: RecordRef,
    /// What it is to be.
    pub(super) seen: Seen,
    /// Whether the hook may change it.
    pub(super) is_open: bool,
}

/// One run.
pub(super) struct Session {
    ctx: Context,
    asks: UnboundedSender<Ask>,
    budget: Budget,
    started: Instant,
    /// The record that a hook is about, and whether it may change it.
    subject: Option<(RecordRef, bool)>,
    state: Mutex<State>,
}

/// What a run leaves.
#[derive(Default)]
pub(super) struct State {
    known: HashMap<RecordRef, Option<Seen>>,
    related: HashMap<(RecordRef, String), Vec<RecordRef>>,
    /// What it wants done, in order.
    pub(super) pending: Vec<Pending>,
    /// New values of the record that a hook is about.
    pub(super) changes: Map<String, Json>,
    /// Lines it wrote.
    pub(super) log: Vec<String>,
    /// What it was refused, with the words it was told.
    pub(super) refused: Vec<(String, Vec<Diagnostic>)>,
    /// Why it cannot go on.
    pub(super) broken: Option<Error>,
    /// Steps it made.
    pub(super) steps: u64,
    /// What its thread had worked when it began.
    before: Duration,
    questions: u32,
    requests: u32,
    writes: usize,
    messages: usize,
}

impl Session {
    pub(super) fn new(ctx: &Context, asks: UnboundedSender<Ask>, budget: Budget, subject: Option<Subject>) -> Self {
        let mut state = State::default();
        let subject = subject.map(|subject| {
            state.known.insert(subject.record.clone(), Some(subject.seen));
            (subject.record, subject.is_open)
        });
        let state = Mutex::new(state);
        Self { ctx: ctx.clone(), asks, budget, started: Instant::now(), subject, state }
    }

    /// Begins the run in the thread that calls.
    pub(super) fn begin(&self) {
        self.state().before = worked();
    }

    /// Takes what the run leaves.
    pub(super) fn leave(&self) -> State {
        std::mem::take(&mut self.state())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entity_named(&self, name: &str) -> Result<Arc<Entity>, Refusal> {
        let catalog = self.ctx.catalog();
        catalog.entity(name).cloned().ok_or_else(|| {
            let names = catalog.readable().iter().map(|entity| entity.name.as_str());
            let near = nearest(name, names);
            self.refuse(Diagnostic::error("script.unknown_entity").with("name", name).with_some("nearest", near))
        })
    }

    fn entity_of(&self, record: &RecordRef) -> Result<Arc<Entity>, Refusal> {
        let found = self.ctx.catalog().entity_by_id(&record.entity).cloned();
        found.ok_or_else(|| self.refuse(Diagnostic::error("script.unknown_entity").with("name", &record.entity)))
    }

    /// Refuses what a script asks, in words that it can read and in a form that people can.
    fn refuse(&self, diagnostic: Diagnostic) -> Refusal {
        self.refuse_all(vec![diagnostic])
    }

    fn refuse_all(&self, diagnostics: Vec<Diagnostic>) -> Refusal {
        let words: Vec<String> = diagnostics.iter().map(|one| one.to_string().trim().to_owned()).collect();
        let words = words.join("; ");
        self.state().refused.push((words.clone(), diagnostics));
        Refusal(words)
    }

    fn ask(&self, inquiry: Inquiry) -> Result<Reply, Refusal> {
        let stopped = || Refusal("the run has to stop".to_owned());
        {
            let mut state = self.state();
            state.questions += 1;
            if state.questions > self.budget.questions {
                let limit = Diagnostic::error("script.too_many_questions").with("max", self.budget.questions);
                state.broken.get_or_insert(Error::Invalid(vec![limit]));
            }
            if state.broken.is_some() {
                return Err(stopped());
            }
        }
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        let answered = self.asks.send(Ask { inquiry, reply }).ok().and_then(|()| answer.recv().ok());
        match answered {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(Error::Malformed(mistakes) | Error::Invalid(mistakes) | Error::Conflict(mistakes))) => {
                Err(self.refuse_all(mistakes))
            }
            Some(Err(Error::Forbidden(mistake) | Error::NotFound(mistake))) => Err(self.refuse(mistake)),
            Some(Err(error)) => {
                self.state().broken.get_or_insert(error);
                Err(stopped())
            }
            None => Err(stopped()),
        }
    }

    fn ask_for_records(&self, inquiry: Inquiry) -> Result<Vec<RecordRef>, Refusal> {
        let Reply::Records(entity, records) = self.ask(inquiry)? else { return Ok(Vec::new()) };
        let mut state = self.state();
        if state.known.len() + records.len() > self.budget.records {
            let limit = Diagnostic::error("script.too_many_records").with("max", self.budget.records);
            state.broken.get_or_insert(Error::Invalid(vec![limit]));
            return Err(Refusal("the run has to stop".to_owned()));
        }
        let mut found = Vec::with_capacity(records.len());
        for (id, seen) in records {
            let reference = RecordRef { entity: entity.clone(), id };
            // What the run has read or changed stays as it knows it; what it deleted is not found any more.
            let known = state.known.entry(reference.clone()).or_insert(Some(seen));
            if known.is_some() {
                found.push(reference);
            }
        }
        Ok(found)
    }

    /// Makes sure that a record was looked for.
    fn look(&self, record: &RecordRef) -> Result<(), Refusal> {
        let mut ids = vec![record.id];
        {
            let state = self.state();
            if state.known.contains_key(record) {
                return Ok(());
            }
            // What else is linked from what is known will be asked for next, if anything is.
            let links = state.known.values().flatten().flat_map(|seen| seen.values.values());
            let linked = links.filter_map(|member| match member {
                Member::Value(Value::Record(other)) if other.entity == record.entity => Some(other),
                _ => None,
            });
            ids.extend(linked.filter(|other| !state.known.contains_key(other)).map(|other| other.id));
        }
        ids[1..].sort_unstable();
        ids.dedup();
        ids.truncate(TOGETHER);
        self.ask_for_records(Inquiry::Records(record.entity.clone(), ids.clone()))?;
        let mut state = self.state();
        for id in ids {
            // What was not found is not there for this run.
            state.known.entry(RecordRef { entity: record.entity.clone(), id }).or_insert(None);
        }
        Ok(())
    }

    fn read(&self, record: &RecordRef, field: &Field) -> Result<Member, Refusal> {
        if is_many(field) {
            return self.relation(record, field);
        }
        self.look(record)?;
        let state = self.state();
        let seen = state.known.get(record).and_then(Option::as_ref);
        let member = seen.and_then(|seen| seen.values.get(&field.name)).cloned();
        Ok(member.unwrap_or(Member::Value(Value::Empty)))
    }

    fn relation(&self, record: &RecordRef, field: &Field) -> Result<Member, Refusal> {
        let key = (record.clone(), field.name.clone());
        if let Some(list) = self.state().related.get(&key) {
            return Ok(Member::Records(list.clone()));
        }
        let is_made =
            self.state().pending.iter().any(|it| matches!(it, Pending::Create { id, .. } if *id == record.id));
        let list = if is_made {
            Vec::new()
        } else {
            self.ask_for_records(Inquiry::Related(record.clone(), field.name.clone()))?
        };
        self.state().related.insert(key, list.clone());
        Ok(Member::Records(list))
    }

    /// Counts a write; refuses one too many.
    fn write(&self) -> Result<(), Refusal> {
        let mut state = self.state();
        state.writes += 1;
        if state.writes <= self.budget.writes {
            return Ok(());
        }
        let limit = Diagnostic::error("script.too_many_writes").with("max", self.budget.writes);
        state.broken.get_or_insert(Error::Invalid(vec![limit]));
        Err(Refusal("the run has to stop".to_owned()))
    }

    /// Finds the entity of records that scripts may write.
    fn writable(&self, entity: Arc<Entity>) -> Result<Arc<Entity>, Refusal> {
        if entity.system {
            return Err(self.refuse(Diagnostic::error("script.system_record").with("name", &entity.name)));
        }
        Ok(entity)
    }

    /// Reads a value that is assigned, as the run will see it; says at once what is wrong with it.
    fn typed(&self, entity: &Entity, name: &str, json: &Json) -> Result<Option<Member>, Refusal> {
        let Some(field) = entity.field(name) else {
            let near = nearest(name, entity.fields.iter().map(|field| field.name.as_str()));
            let unknown = Diagnostic::error("record.unknown_field").with("name", name).with_some("nearest", near);
            return Err(self.refuse(unknown));
        };
        let is_owner = field.id.as_str() == "owner";
        if (field.is_attribute() && !is_owner) || field.formula.is_some() {
            let fixed = Diagnostic::error("record.read_only_field").with("field", &field.name);
            return Err(self.refuse(fixed));
        }
        let target = |target: &EntityId, json: &Json| {
            let id = json.as_str().or_else(|| json["id"].as_str()).and_then(identity)?;
            Some(RecordRef { entity: target.clone(), id })
        };
        Ok(match &field.kind {
            FieldKind::Link { relation, .. } => {
                let record = target(&relation.target, json).map_or(Value::Empty, Value::Record);
                Some(Member::Value(record))
            }
            FieldKind::Links { relation, .. } => {
                let items = json.as_array().map(Vec::as_slice).unwrap_or_default();
                Some(Member::Records(items.iter().filter_map(|item| target(&relation.target, item)).collect()))
            }
            FieldKind::AnyLink { .. } => {
                let entity = json["entity"].as_str().and_then(|name| self.ctx.catalog().entity(name));
                let record = entity.and_then(|entity| target(&entity.id, json));
                Some(record.map_or(Member::Value(Value::Empty), Member::AnyRecord))
            }
            FieldKind::Children { .. } | FieldKind::Inverse { .. } => None,
            kind => match coerce::value(kind, json) {
                Ok(value) => Some(Member::Value(value)),
                Err(mistake) => {
                    return Err(self.refuse(mistake.with("field", &field.name).at(format!("/{name}"))));
                }
            },
        })
    }
}

impl Host for Session {
    fn member(&self, record: &RecordRef, name: &str) -> Option<Member> {
        let entity = self.ctx.catalog().entity_by_id(&record.entity)?.clone();
        let field = entity.field(name)?;
        if field.id.as_str() == "id" {
            return Some(Member::Value(Value::Id(record.id)));
        }
        // Why nothing could be read is told when the run ends, which it does now.
        Some(self.read(record, field).unwrap_or(Member::Value(Value::Empty)))
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let entity = self.ctx.catalog().entity_by_id(entity);
        entity.map(|entity| entity.fields.iter().map(|field| field.name.clone()).collect()).unwrap_or_default()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        self.ctx.catalog().entity(name).map(|entity| entity.id.clone())
    }

    fn user(&self) -> Option<RecordRef> {
        self.ctx.user.map(|id| RecordRef { entity: EntityId::new("user"), id })
    }

    fn today(&self) -> NaiveDate {
        self.ctx.today()
    }

    fn zone(&self) -> Tz {
        self.ctx.zone
    }

    fn now(&self) -> DateTime<Utc> {
        self.ctx.now
    }

    fn language(&self) -> &str {
        &self.ctx.catalog().workspace.language
    }
}

impl World for Session {
    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        self.ctx.catalog().entity_by_id(entity).map(|entity| entity.name.clone())
    }

    fn get(&self, entity: &str, id: &str) -> Result<Option<RecordRef>, Refusal> {
        let entity = self.entity_named(entity)?;
        let Some(id) = identity(id) else { return Ok(None) };
        let record = RecordRef { entity: entity.id.clone(), id };
        self.look(&record)?;
        let is_there = self.state().known.get(&record).is_some_and(Option::is_some);
        Ok(is_there.then_some(record))
    }

    fn find(&self, entity: &str, question: Question) -> Result<Vec<RecordRef>, Refusal> {
        let entity = self.entity_named(entity)?;
        self.ask_for_records(Inquiry::Find(entity.id.clone(), question))
    }

    fn count(&self, entity: &str, filter: Option<String>) -> Result<i64, Refusal> {
        let entity = self.entity_named(entity)?;
        match self.ask(Inquiry::Count(entity.id.clone(), filter))? {
            Reply::Count(count) => Ok(count),
            _ => Err(Refusal("the count did not come".to_owned())),
        }
    }

    fn assign(&self, record: &RecordRef, name: &str, value: Json) -> Result<(), Refusal> {
        let entity = self.writable(self.entity_of(record)?)?;
        let member = self.typed(&entity, name, &value)?;
        self.look(record)?;
        let is_subject = match &self.subject {
            Some((subject, false)) if subject == record => {
                return Err(self.refuse(Diagnostic::error("script.settled").with("field", name)));
            }
            Some((subject, true)) => subject == record,
            _ => false,
        };
        if !is_subject {
            self.write()?;
        }
        let is_made = |it: &Pending| matches!(it, Pending::Create { id, .. } if names(&value, id));
        if is_subject && self.state().pending.iter().any(is_made) {
            return Err(self.refuse(Diagnostic::error("script.made_later").with("field", name)));
        }
        let mut state = self.state();
        let state = &mut *state;
        let Some(Some(seen)) = state.known.get_mut(record) else {
            return Err(Refusal(format!("there is no such record of {}", entity.name)));
        };
        match member {
            Some(Member::Records(list)) => {
                state.related.insert((record.clone(), name.to_owned()), list);
            }
            Some(member) => {
                seen.values.insert(name.to_owned(), member);
            }
            None => {}
        }
        if is_subject {
            state.changes.insert(name.to_owned(), value);
            return Ok(());
        }
        let made: Vec<Uuid> = state
            .pending
            .iter()
            .filter_map(|it| if let Pending::Create { id, .. } = it { Some(*id) } else { None })
            .collect();
        let open = state.pending.iter_mut().rev().find_map(|it| match it {
            Pending::Create { id, values, .. } if *id == record.id => Some((true, values)),
            Pending::Update { id, values, entity: of, .. } if *id == record.id && *of == entity.name => {
                Some((false, values))
            }
            _ => None,
        });
        // A record that is made may name only those made before it; the other is named when both are there.
        let later = |of: &Uuid| made.iter().skip_while(|id| *id != of).skip(1).any(|id| names(&value, id));
        match open {
            Some((is_made, values)) if !is_made || !later(&record.id) => {
                values.insert(name.to_owned(), value);
            }
            _ => {
                let version = seen.version.unwrap_or(1);
                let values = Map::from_iter([(name.to_owned(), value)]);
                state.pending.push(Pending::Update { entity: entity.name.clone(), id: record.id, version, values });
            }
        }
        Ok(())
    }

    fn create(&self, entity: &str, values: Map<String, Json>) -> Result<RecordRef, Refusal> {
        let entity = self.writable(self.entity_named(entity)?)?;
        let mut seen = Seen::default();
        let mut lists = Vec::new();
        let record = RecordRef { entity: entity.id.clone(), id: Uuid::now_v7() };
        for (name, json) in &values {
            match self.typed(&entity, name, json)? {
                Some(Member::Records(list)) => lists.push(((record.clone(), name.clone()), list)),
                Some(member) => drop(seen.values.insert(name.clone(), member)),
                None => {}
            }
        }
        self.write()?;
        let mut state = self.state();
        state.known.insert(record.clone(), Some(seen));
        state.related.extend(lists);
        state.pending.push(Pending::Create { entity: entity.name.clone(), id: record.id, values });
        Ok(record)
    }

    fn delete(&self, record: &RecordRef) -> Result<(), Refusal> {
        let entity = self.writable(self.entity_of(record)?)?;
        if self.subject.as_ref().is_some_and(|(subject, _)| subject == record) {
            return Err(self.refuse(Diagnostic::error("script.deletes_subject")));
        }
        self.look(record)?;
        self.write()?;
        let mut state = self.state();
        let Some(Some(seen)) = state.known.insert(record.clone(), None) else { return Ok(()) };
        // What is changed and then deleted, or made and deleted, need not be written first.
        let is_made = state.pending.iter().any(|it| matches!(it, Pending::Create { id, .. } if *id == record.id));
        if is_made {
            return Err(Refusal("a record that the run has made cannot be deleted by it".to_owned()));
        }
        let is_it = |it: &Pending| matches!(it, Pending::Update { id, entity: of, .. } if *id == record.id && *of == entity.name);
        state.pending.retain(|it| !is_it(it));
        let version = seen.version.unwrap_or(1);
        state.pending.push(Pending::Delete { entity: entity.name.clone(), id: record.id, version });
        Ok(())
    }

    fn http(&self, request: Json) -> Result<Json, Refusal> {
        {
            let mut state = self.state();
            state.requests += 1;
            if state.requests > self.budget.requests {
                let limit = Diagnostic::error("script.too_many_requests").with("max", self.budget.requests);
                state.broken.get_or_insert(Error::Invalid(vec![limit]));
                return Err(Refusal("the run has to stop".to_owned()));
            }
        }
        match self.ask(Inquiry::Http(request))? {
            Reply::Http(answer) => Ok(answer),
            _ => Err(Refusal("the answer did not come".to_owned())),
        }
    }

    fn mail(&self, letter: Json) -> Result<Uuid, Refusal> {
        self.write_letter(&letter)
    }

    fn tell(&self, notice: Json) -> Result<i64, Refusal> {
        self.write_notice(&notice)
    }

    fn create_file(&self, file: Json) -> Result<Uuid, Refusal> {
        self.make_file(&file)
    }

    fn file_text(&self, id: &str) -> Result<String, Refusal> {
        self.read_file(id)
    }

    fn measures(&self, asked: Json) -> Result<Vec<Measured>, Refusal> {
        self.indicators(asked)
    }

    fn measure(&self, name: &str, asked: Json) -> Result<Measured, Refusal> {
        self.indicator(name, asked)
    }

    fn log(&self, text: String) {
        let mut state = self.state();
        if state.log.len() < LOG.0 {
            state.log.push(text.chars().take(LOG.1).collect());
        }
    }

    fn spent(&self, steps: u64) -> Option<Stop> {
        let mut state = self.state();
        state.steps = state.steps.max(steps);
        let passed = self.started.elapsed();
        if state.broken.is_some() || self.asks.is_closed() {
            Some(Stop::World)
        } else if steps > self.budget.steps {
            Some(Stop::Steps)
        } else if worked().saturating_sub(state.before) > self.budget.own || passed > self.budget.whole {
            Some(Stop::Time)
        } else {
            None
        }
    }
}

/// Says whether JSON names a record by its identity.
fn names(json: &Json, id: &Uuid) -> bool {
    match json {
        Json::String(text) => identity(text).as_ref() == Some(id),
        Json::Array(items) => items.iter().any(|item| names(item, id)),
        Json::Object(members) => members.values().any(|item| names(item, id)),
        _ => false,
    }
}

/// Says whether a field leads to many records.
pub(super) fn is_many(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Links { .. } | FieldKind::Children { .. } | FieldKind::Inverse { .. })
}
