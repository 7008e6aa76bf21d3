//! The work of an import: chunk by chunk through the save pipeline, in one transaction.

use std::collections::{HashMap, HashSet};

use access::Grant;
use catalog::{Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::write::Lock;
use sql::Dialect;
use sql::names::quote;
use storage::failpoint;
use storage::internal::jobs as stored_jobs;
use uuid::Uuid;

use super::chunk::{self, Row};
use super::layout::{Layout, Slot};
use super::table::Table;
use super::{ImportRequest, Outcome, RowProblem};
use crate::jobs::{Problem, Progress};
use crate::records::command::{Command, field_label};
use crate::records::save::{self, Set};
use crate::records::unit_of_work::UnitOfWork;
use crate::records::{CHUNK, duplicates, label, wire};
use crate::transfer::export::in_one_line;
use crate::{Context, Error};

/// An import under way.
struct Run<'a> {
    ctx: &'a Context,
    layout: &'a Layout,
    unit: UnitOfWork,
    outcome: Outcome,
    /// Problems to keep.
    most: usize,
    bad_rows: HashSet<u64>,
    /// Rows of the file by the values of unique keys, to name the second of two.
    unique: HashMap<(usize, String), u64>,
    /// Rows of the file by the value of the import's key.
    keys: HashMap<String, u64>,
    /// Records of the file by the fields through which other rows link to them.
    known: HashMap<(FieldId, String), Uuid>,
    /// Links whose target comes later in the file.
    later: Vec<Later>,
    /// Records made when the database counts the table again.
    count_at: u64,
}

struct Later {
    number: u64,
    record: Uuid,
    slot: usize,
    text: String,
}

/// Imports all rows or none.
pub(super) async fn run(
    ctx: &Context,
    layout: Layout,
    table: Table,
    request: &ImportRequest,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let dry_run = request.dry_run;
    let mut unit = UnitOfWork::begin(ctx).await?;
    unit.job = Some(progress.job());
    let entity = layout.create.entity();
    let outcome = Outcome {
        entity_id: entity.id.as_str().to_owned(),
        entity: entity.name.clone(),
        dry_run,
        at: ctx.now.timestamp_millis(),
        unused: layout.unused.clone(),
        ..Outcome::default()
    };
    let mut run = Run {
        ctx,
        layout: &layout,
        unit,
        outcome,
        most: request.problems,
        bad_rows: HashSet::new(),
        unique: HashMap::new(),
        keys: HashMap::new(),
        known: HashMap::new(),
        later: Vec::new(),
        count_at: CHUNK as u64,
    };
    let mut rows = table.rows();
    loop {
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        if progress.is_cancelled() {
            return Err(Error::Conflict(vec![Diagnostic::error("job.cancelled")]));
        }
        run.chunk(chunk).await?;
        run.count_table().await?;
        failpoint("import.saved");
        progress.set(i64::try_from(run.outcome.rows).unwrap_or(i64::MAX));
    }
    run.link_later().await?;
    run.finish(progress.job(), dry_run).await
}

impl Run<'_> {
    async fn chunk(&mut self, chunk: Vec<(u64, Result<Vec<String>, Diagnostic>)>) -> Result<(), Error> {
        let mut rows = Vec::with_capacity(chunk.len());
        for (number, cells) in chunk {
            self.outcome.rows += 1;
            match cells {
                // A line of nothing is no row.
                Ok(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(cells) => rows.push(chunk::row(self.layout, self.ctx.locale, number, &cells)),
                Err(mistake) => self.blame(mistake.at(chunk::place(number))),
            }
        }
        let existing = self.existing(&rows).await?;
        self.check_ids(&mut rows, &existing);
        self.link_to_known(&mut rows).await?;
        self.remember(&mut rows);
        let (mut made, mut changed) = (Vec::new(), Vec::new());
        for mut row in rows {
            match existing.get(&row.number) {
                Some(id) => {
                    self.move_to(&row, *id);
                    row.command.id = *id;
                    chunk::empty(&mut row);
                    changed.push(row.command);
                }
                None => made.push(row.command),
            }
        }
        if let Some(update) = self.layout.update.clone().filter(|_| !changed.is_empty()) {
            self.save(Set::new(update, changed)).await?;
        }
        if !made.is_empty() {
            self.save(Set::new(self.layout.create.clone(), made)).await?;
        }
        Ok(())
    }

    /// Lets PostgreSQL count the table as it grows tenfold: nothing else counts it before the transaction ends, and look-ups
    /// in a table that is believed to be small read the whole of it.
    async fn count_table(&mut self) -> Result<(), Error> {
        if self.unit.dialect() != Dialect::Postgres || self.outcome.created < self.count_at {
            return Ok(());
        }
        self.count_at = self.outcome.created.saturating_mul(10);
        let table = quote(&self.layout.create.entity().table);
        Ok(self.unit.tx(self.ctx).await?.execute_script(&[format!("ANALYZE {table}")]).await?)
    }

    /// Finds the records that rows change, by the key; a value twice in the file is a mistake.
    async fn existing(&mut self, rows: &[Row]) -> Result<HashMap<u64, Uuid>, Error> {
        let mut existing = HashMap::new();
        let (Some(key), Some(update)) = (self.layout.key.clone(), self.layout.update.clone()) else {
            return Ok(existing);
        };
        let mut wanted: HashMap<String, u64> = HashMap::new();
        let mut values = Vec::new();
        for row in rows {
            let value = row.command.values.get(&key.id).filter(|value| **value != Value::Empty);
            let label = field_label(&key, self.ctx.locale);
            let at = format!("{}/{}", row.command.at, key.name);
            let Some(value) = value else {
                // A row without an id makes a record.
                if row.command.mistakes.is_empty() && !matches!(key.kind, FieldKind::Id) {
                    self.blame(Diagnostic::error("import.key_empty").with("field", label).at(at));
                }
                continue;
            };
            let text = wire::json(&key.kind, value).to_string();
            if let Some(first) = self.keys.insert(text.clone(), row.number) {
                let mistake = Diagnostic::error("import.key_twice").with("field", label).with("row", first);
                self.blame(mistake.at(at));
                continue;
            }
            values.push(value.clone());
            wanted.insert(text, row.number);
        }
        for (text, id) in self.by_value(&update, &key, &values).await? {
            if let Some(number) = wanted.get(&text) {
                existing.insert(*number, id);
            }
        }
        Ok(existing)
    }

    /// Takes the ids by which rows found records out of what they write; one that is nowhere is a mistake.
    fn check_ids(&mut self, rows: &mut [Row], existing: &HashMap<u64, Uuid>) {
        let Some(key) = self.layout.key.clone().filter(|key| matches!(key.kind, FieldKind::Id)) else { return };
        for row in rows {
            row.emptied.retain(|field| *field != key.id);
            if let Some(Value::Id(id)) = row.command.values.remove(&key.id)
                && !existing.contains_key(&row.number)
                && !self.bad_rows.contains(&row.number)
            {
                let entity = label(&self.layout.create.entity().label, self.ctx.locale).unwrap_or_default().to_owned();
                let mistake = Diagnostic::error("record.link_not_found").with("found", id).with("entity", entity);
                let field = field_label(&key, self.ctx.locale);
                self.blame(mistake.with("field", field).at(format!("{}/{}", row.command.at, key.name)));
            }
        }
    }

    async fn by_value(&mut self, grant: &Grant, key: &Field, values: &[Value]) -> Result<Vec<(String, Uuid)>, Error> {
        let mut found = Vec::new();
        if matches!(key.kind, FieldKind::Id) {
            let ids: Vec<Uuid> =
                values.iter().filter_map(|value| if let Value::Id(id) = value { Some(*id) } else { None }).collect();
            for ids in ids.chunks(CHUNK) {
                let statement = query::write::exists_live(grant, ids, Lock::Update, self.unit.dialect());
                for row in self.unit.tx(self.ctx).await?.fetch(&statement).await? {
                    if let [Value::Id(id)] = row.as_slice() {
                        found.push((wire::json(&key.kind, &Value::Id(*id)).to_string(), *id));
                    }
                }
            }
            return Ok(found);
        }
        for values in values.chunks(CHUNK) {
            let Some(statement) = query::write::by_key(grant, key, values, self.unit.dialect()) else { break };
            for row in self.unit.tx(self.ctx).await?.fetch(&statement).await? {
                if let [Value::Id(id), value] = row.as_slice() {
                    found.push((wire::json(&key.kind, value).to_string(), *id));
                }
            }
        }
        Ok(found)
    }

    /// Puts links to records of the same entity that are already there; the others wait for the end of the file.
    async fn link_to_known(&mut self, rows: &mut [Row]) -> Result<(), Error> {
        let mut wanted: HashMap<usize, Vec<Value>> = HashMap::new();
        for (at, text) in rows.iter().flat_map(|row| &row.to_itself) {
            if let Some(value) = self.target_value(*at, text) {
                wanted.entry(*at).or_default().push(value);
            }
        }
        let mut stored: HashMap<(usize, String), Uuid> = HashMap::new();
        for (at, values) in wanted {
            let Some(by) = self.by_of(at) else { continue };
            let Some(grant) = self.ctx.access.read(&self.layout.create.entity().id) else { continue };
            stored.extend(self.by_value(&grant, &by, &values).await?.into_iter().map(|(text, id)| ((at, text), id)));
        }
        for row in rows {
            for (at, text) in std::mem::take(&mut row.to_itself) {
                let field = self.layout.slots[at].field.id.clone();
                let written = self.written(at, &text);
                let by = self.by_of(at).map(|by| by.id);
                let earlier = by.and_then(|by| self.known.get(&(by, written.clone())).copied());
                match earlier.or_else(|| stored.get(&(at, written)).copied()) {
                    Some(id) => drop(row.command.values.insert(field, Value::Id(id))),
                    None => self.later.push(Later { number: row.number, record: row.command.id, slot: at, text }),
                }
            }
        }
        Ok(())
    }

    fn by_of(&self, slot: usize) -> Option<Field> {
        let (_, by) = self.layout.slots[slot].link.as_ref()?;
        self.layout.create.entity().field_by_id(by.as_ref()?).cloned()
    }

    fn target_value(&self, slot: usize, text: &str) -> Option<Value> {
        let by = self.by_of(slot)?;
        let reading = &self.layout.slots[slot].reading;
        crate::records::coerce::value(&by.kind, &reading.json(&by.kind, text)).ok()
    }

    fn written(&self, slot: usize, text: &str) -> String {
        match (self.by_of(slot), self.target_value(slot, text)) {
            (Some(by), Some(value)) => wire::json(&by.kind, &value).to_string(),
            _ => text.to_owned(),
        }
    }

    /// Remembers the records of the chunk by the fields through which other rows link to them.
    fn remember(&mut self, rows: &mut [Row]) {
        let to_itself = self.layout.slots.iter().enumerate().filter(|(_, slot)| self.layout.is_to_itself(slot));
        let fields: Vec<Field> = to_itself.filter_map(|(at, _)| self.by_of(at)).collect();
        for field in fields {
            for row in rows.iter() {
                if let Some(value) = row.command.values.get(&field.id).filter(|value| **value != Value::Empty) {
                    self.known.insert((field.id.clone(), wire::json(&field.kind, value).to_string()), row.command.id);
                }
            }
        }
    }

    /// A row turned out to change an existing record: what remembers it must know that one.
    fn move_to(&mut self, row: &Row, id: Uuid) {
        let from = row.command.id;
        for known in self.known.values_mut().filter(|known| **known == from) {
            *known = id;
        }
        for later in self.later.iter_mut().rev().take_while(|later| later.number >= row.number) {
            if later.record == from {
                later.record = id;
            }
        }
    }

    async fn save(&mut self, mut set: Set) -> Result<(), Error> {
        save::prepare(self.ctx, &mut self.unit, &mut set).await?;
        self.keep_addresses(&mut set);
        for (at, mistake) in duplicates::taken(self.ctx, &mut self.unit, &set).await? {
            set.commands[at].mistakes.push(mistake);
        }
        self.check_unique(&mut set);
        let mistakes = set.take_mistakes();
        let is_sound = mistakes.is_empty() && self.outcome.problem_count == 0;
        for mistake in mistakes {
            self.blame(mistake);
        }
        // With a mistake nothing will be kept: the rest of the file is only judged.
        if !is_sound {
            return Ok(());
        }
        let create = set.act == crate::records::unit_of_work::Act::Create;
        let changed = (0..set.commands.len()).filter(|at| set.is_changed(*at)).count() as u64;
        match save::apply(self.ctx, &mut self.unit, &mut set).await {
            Err(Error::Invalid(mistakes)) => mistakes.into_iter().for_each(|mistake| self.blame(mistake)),
            Err(error) => return Err(error),
            Ok(()) if create => self.outcome.created += changed,
            Ok(()) => {
                self.outcome.updated += changed;
                self.outcome.unchanged += set.commands.len() as u64 - changed;
            }
        }
        Ok(())
    }

    /// Leaves addresses as they are that a file tells in one line, as exports do.
    fn keep_addresses(&self, set: &mut Set) {
        let whole = |slot: &&Slot| matches!(slot.field.kind, FieldKind::Address) && slot.part.is_none();
        for field in self.layout.slots.iter().filter(whole).map(|slot| &slot.field.id) {
            for (before, after) in std::iter::zip(&set.before, &mut set.after) {
                if let (Some(known @ Value::Json(parts)), Some(Value::Json(line))) =
                    (before.values.get(field), after.values.get(field))
                    && parts.as_object().map(in_one_line) == line.as_object().map(in_one_line)
                {
                    after.values.insert(field.clone(), known.clone());
                }
            }
        }
    }

    /// Finds rows of the file that would share unique values with an earlier one.
    fn check_unique(&mut self, set: &mut Set) {
        let entity = set.entity().clone();
        for (number, key) in entity.unique.iter().enumerate() {
            for (command, after) in std::iter::zip(&mut set.commands, &set.after) {
                let Some(tuple) = duplicates::tuple_of(after, &key.fields) else { continue };
                let row = row_of(&command.at).unwrap_or_default();
                if let Some(first) = self.unique.insert((number, format!("{tuple:?}")), row)
                    && first != row
                {
                    let fields: Vec<&Field> = key.fields.iter().filter_map(|id| entity.field_by_id(id)).collect();
                    let labels: Vec<String> = fields.iter().map(|field| field_label(field, self.ctx.locale)).collect();
                    let at = fields.first().map(|field| format!("{}/{}", command.at, field.name)).unwrap_or_default();
                    let mistake = Diagnostic::error("import.unique_twice").with("fields", labels.join(", "));
                    command.mistakes.push(mistake.with("row", first).at(at));
                }
            }
        }
    }

    /// Writes the links whose targets came later in the file.
    async fn link_later(&mut self) -> Result<(), Error> {
        let mut commands: Vec<Command> = Vec::new();
        for later in std::mem::take(&mut self.later) {
            let slot = &self.layout.slots[later.slot];
            let written = self.written(later.slot, &later.text);
            let by = self.by_of(later.slot).map(|by| by.id);
            match by.and_then(|by| self.known.get(&(by, written)).copied()) {
                Some(target) => {
                    let mut command = Command::empty(&chunk::place(later.number), later.record, None);
                    command.values.insert(slot.field.id.clone(), Value::Id(target));
                    match commands.last_mut().filter(|last| last.id == command.id) {
                        Some(last) => last.values.append(&mut command.values),
                        None => commands.push(command),
                    }
                }
                None => {
                    let at = format!("{}/{}", chunk::place(later.number), slot.field.name);
                    let field = field_label(&slot.field, self.ctx.locale);
                    let mistake = Diagnostic::error("record.link_not_found").with("found", &later.text);
                    self.blame(mistake.with("field", field).at(at));
                }
            }
        }
        if self.outcome.problem_count > 0 || commands.is_empty() {
            return Ok(());
        }
        let access = access::Access::system(access::Reason::Integrity, self.ctx.catalog().clone());
        let grant = access.grant(&self.layout.create.entity().id, access::Operation::Update);
        let grant = grant.ok_or_else(|| Error::broken("no leave to finish an import"))?;
        let (updated, unchanged) = (self.outcome.updated, self.outcome.unchanged);
        while !commands.is_empty() {
            let rest = commands.split_off(commands.len().min(CHUNK));
            let set = Set::new(grant.clone(), std::mem::replace(&mut commands, rest));
            self.save(set).await?;
        }
        // The second step of a row is no second change.
        (self.outcome.updated, self.outcome.unchanged) = (updated, unchanged);
        Ok(())
    }

    /// Posts to registers what the rows concern, so that a trial tells as much as an import: what is short is of the rows.
    async fn judge(&mut self, dry_run: bool) -> Result<(), Error> {
        // A trial has no other reason to calculate.
        if self.outcome.problem_count > 0 || (dry_run && self.ctx.catalog().balances.is_empty()) {
            return Ok(());
        }
        let Some(against) = self.unit.conclude(self.ctx).await? else { return Ok(()) };
        let unit = std::mem::replace(&mut self.unit, UnitOfWork::presume(self.ctx));
        unit.rollback().await?;
        let mut mistakes = against.told(self.ctx).await?;
        mistakes.sort_by_key(|mistake| row_of(&mistake.place.pointer));
        mistakes.into_iter().for_each(|mistake| self.blame(mistake));
        Ok(())
    }

    async fn finish(mut self, job: Uuid, dry_run: bool) -> Result<Outcome, Error> {
        self.judge(dry_run).await?;
        self.outcome.bad_rows = self.bad_rows.len() as u64;
        if self.outcome.problem_count > 0 {
            // What came before the first mistake is not kept either.
            (self.outcome.created, self.outcome.updated, self.outcome.unchanged) = (0, 0, 0);
        }
        if dry_run || self.outcome.problem_count > 0 {
            self.unit.rollback().await?;
            return Ok(self.outcome);
        }
        // With the rows, so that no crash leaves an import that nobody can take back.
        let result = serde_json::to_string(&self.outcome).map_err(|error| Error::broken(error.to_string()))?;
        let now = self.ctx.engine.now().timestamp_millis();
        let complete = stored_jobs::complete(self.unit.dialect(), job, &result, now);
        if self.unit.tx(self.ctx).await?.execute(&complete).await? == 0 {
            return Err(Error::Conflict(vec![Diagnostic::error("job.cancelled")]));
        }
        failpoint("import.ended");
        self.unit.commit(self.ctx).await?;
        failpoint("import.committed");
        Ok(self.outcome)
    }

    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    fn blame(&mut self, mistake: Diagnostic) {
        self.outcome.problem_count += 1;
        let row = row_of(&mistake.place.pointer).unwrap_or_default();
        self.bad_rows.insert(row);
        if self.outcome.problems.len() >= self.most {
            return;
        }
        let name = mistake.place.pointer.split('/').nth(3).unwrap_or_default();
        let slot = self.layout.slots.iter().find(|slot| slot.field.name == name);
        let column = slot.and_then(|slot| slot.header.clone());
        self.outcome.problems.push(RowProblem { row, column, problem: Problem::from(&mistake) });
    }
}

fn row_of(pointer: &str) -> Option<u64> {
    pointer.strip_prefix("/rows/")?.split('/').next()?.parse().ok()
}
