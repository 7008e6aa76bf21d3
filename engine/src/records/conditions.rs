//! Conditions on fields: what is shown, needed and locked, and what may be chosen, of records that are being saved.
//!
//! What looks at nothing but the record's own values is evaluated here, the rest by the database: locks before the write,
//! of the record as it was, everything else after it, a statement for all records of a set.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use catalog::{Entity, Field, FieldCondition, FieldKind};
use diagnostic::Diagnostic;
use expression::{Aggregate, Binary, EntityId, Expr, ExprKind, FieldId, FieldRef, Type, Value, Variable};
use query::Image;
use uuid::Uuid;

use super::command::field_label;
use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use super::{CHUNK, defaults, judge, label, validate};
use crate::{Context, Error};

/// The variable of records that are only counted; no closure of a condition has it.
const COUNTED: Variable = Variable(u32::MAX);

/// What a condition asks of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Demand {
    Show,
    Require,
    /// The field needs a value wherever it is shown.
    RequireShown,
    Lock,
    Choose,
}

/// A condition of a field with the records of a set that it concerns.
struct Bound<'a> {
    field: &'a Field,
    demand: Demand,
    condition: &'a FieldCondition,
    when: Expr,
    /// Numbers of the commands.
    of: Vec<usize>,
}

/// Judges what the records' own values tell, as far as these could be read.
pub(crate) fn check(ctx: &Context, set: &mut Set) {
    let entity = set.entity().clone();
    if has_none(&entity) {
        return;
    }
    let mut found: Vec<(usize, Diagnostic)> = Vec::new();
    for bound in bound(ctx, set, &entity).into_iter().filter(|bound| judge::is_own(ctx.catalog(), &bound.when)) {
        let reads = own_names(&bound.when);
        for at in bound.of.iter().copied() {
            let command = &set.commands[at];
            // A condition over values that could not be read would only repeat what is already said.
            let is_unread = |name: &str| validate::is_blamed(command, name);
            if reads.iter().any(|name| is_unread(name)) || is_unread(&bound.field.name) {
                continue;
            }
            let is_as_it_was = bound.demand == Demand::Lock && set.act != Act::Create;
            let image = if is_as_it_was { &set.before[at] } else { &set.after[at] };
            if bound.demand.is_broken(judge::is_true(ctx, &bound.when, &entity.id, command.id, image)) {
                found.push((at, bound.refusal(ctx, set, at)));
            }
        }
    }
    put(set, found);
}

/// Judges, before anything is written, locks that look at more than the record: by what is stored.
pub(crate) async fn before(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let entity = set.entity().clone();
    if set.act == Act::Create || has_none(&entity) {
        return Ok(());
    }
    let mut locks = across(ctx, set, &entity);
    locks.retain(|bound| bound.demand == Demand::Lock);
    let found = judged(ctx, unit, set, &locks).await?;
    put(set, found);
    Ok(())
}

/// Judges what looks at more than the record by values that are not written: of a set with mistakes, which never will be, so
/// that all that is wrong is told at once. What reads records that come and go with the record is left out.
pub(crate) async fn foretell(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let entity = set.entity().clone();
    // What presumes is done once more with everything asked.
    if has_none(&entity) || unit.opened().is_none() || set.commands.iter().all(|command| command.mistakes.is_empty()) {
        return Ok(());
    }
    let mut rest = across(ctx, set, &entity);
    rest.retain(|bound| (bound.demand != Demand::Lock || set.act == Act::Create) && !reads_many(&entity, &bound.when));
    if rest.is_empty() {
        return Ok(());
    }
    let access = access::Access::system(access::Reason::Integrity, ctx.catalog().clone());
    let Some(grant) = access.read(&entity.id) else { return Ok(()) };
    let settings = super::read::settings(ctx);
    let conditions: Vec<&Expr> = rest.iter().map(|bound| &bound.when).collect();
    let concerned: BTreeSet<usize> = rest.iter().flat_map(|bound| bound.of.iter().copied()).collect();
    let images: Vec<&Image> = concerned.iter().map(|at| &set.after[*at]).collect();
    let mut truths = Truths::new();
    for images in images.chunks(query::plan::unsaved_at_once(&entity)) {
        let statement = query::plan::judged_unsaved(&access, &grant, images, &conditions, &settings);
        let Some(statement) = statement else { continue };
        note(&mut truths, unit.tx(ctx).await?.fetch(&statement).await?);
    }
    let mut found = refusals(ctx, set, &rest, &truths);
    found.retain(|(at, mistake)| {
        let name = mistake.place.pointer.rsplit('/').next().unwrap_or_default();
        !validate::is_blamed(&set.commands[*at], name)
    });
    put(set, found);
    Ok(())
}

/// Says whether a condition reads records of a relation to many of the record itself.
fn reads_many(entity: &Entity, when: &Expr) -> bool {
    let reads = expression::paths::reads(when);
    let first = reads.paths.iter().filter(|path| path.root == expression::paths::Root::Record);
    let mut fields = first.filter_map(|path| entity.field_by_id(&path.fields.first()?.id));
    fields.any(|field| {
        matches!(field.kind, FieldKind::Links { .. } | FieldKind::Children { .. } | FieldKind::Inverse { .. })
            || field.formula.is_some()
    })
}

/// Judges, once the records are written, everything else that looks at more than the record.
pub(crate) async fn written(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<Vec<Diagnostic>, Error> {
    let entity = set.entity().clone();
    if has_none(&entity) {
        return Ok(Vec::new());
    }
    let mut rest = across(ctx, set, &entity);
    rest.retain(|bound| bound.demand != Demand::Lock || set.act == Act::Create);
    let mut found = judged(ctx, unit, set, &rest).await?;
    found.extend(targets(ctx, unit, set, &entity).await?);
    found.sort_by_key(|(at, _)| *at);
    // One mistake of a field is enough.
    let mut places = HashSet::new();
    found.retain(|(_, mistake)| places.insert(mistake.place.pointer.clone()));
    Ok(found.into_iter().map(|(_, mistake)| mistake).collect())
}

fn has_none(entity: &Entity) -> bool {
    entity.fields.iter().all(|field| field.conditions.is_empty())
}

fn put(set: &mut Set, found: Vec<(usize, Diagnostic)>) {
    for (at, mistake) in found {
        let command = &mut set.commands[at];
        // One mistake of a field is enough.
        if command.mistakes.iter().all(|known| known.place.pointer != mistake.place.pointer) {
            command.mistakes.push(mistake);
        }
    }
}

fn across<'a>(ctx: &Context, set: &Set, entity: &'a Entity) -> Vec<Bound<'a>> {
    bound(ctx, set, entity).into_iter().filter(|bound| !judge::is_own(ctx.catalog(), &bound.when)).collect()
}

/// The conditions that concern some record of the set; those on the records of a field to many apart.
fn bound<'a>(ctx: &Context, set: &Set, entity: &'a Entity) -> Vec<Bound<'a>> {
    let mut all = Vec::new();
    for field in entity.fields.iter().filter(|field| !field.conditions.is_empty()) {
        let default =
            if set.act == Act::Create { defaults::default_of(ctx, field).map(|(_, value)| value) } else { None };
        let numbers = || 0..set.commands.len();
        let changed: Vec<usize> = numbers().filter(|at| is_changed(set, *at, field, default.as_ref())).collect();
        let filled = |at: &usize| !validate::is_missing(&set.commands[*at], field, &set.after[*at]);
        let mut add = |demand, condition: &'a Arc<FieldCondition>, when: Expr, of: Vec<usize>| {
            if !of.is_empty() {
                all.push(Bound { field, demand, condition, when, of });
            }
        };
        let conditions = &field.conditions;
        if let Some(show) = &conditions.show {
            add(Demand::Show, show, show.when.clone(), changed.iter().copied().filter(filled).collect());
            let is_needed = |at: &usize| field.required && needs_value(set, *at, field);
            add(Demand::RequireShown, show, show.when.clone(), numbers().filter(is_needed).collect());
        }
        if let Some(require) = &conditions.require {
            let needed = match &conditions.show {
                Some(show) => both(show.when.clone(), require.when.clone()),
                None => require.when.clone(),
            };
            // Of what is not given only the database knows whether there is any.
            if let FieldKind::Links { relation, .. } = &field.kind {
                let unknown = |at: &usize| set.act != Act::Create && !validate::is_given(&set.commands[*at], field);
                let none = has_no_records(entity, field, &relation.target);
                add(Demand::Require, require, both(needed.clone(), none), numbers().filter(unknown).collect());
            }
            add(Demand::Require, require, needed, numbers().filter(|at| is_missing(set, *at, field)).collect());
        }
        if let Some(lock) = &conditions.lock {
            add(Demand::Lock, lock, lock.when.clone(), changed.clone());
        }
        if let Some(options) = &conditions.options {
            if matches!(field.kind, FieldKind::Link { .. }) {
                let when = options.of_target(&entity.id, field);
                add(Demand::Choose, options, when, changed.iter().copied().filter(filled).collect());
            }
            let mut chosen: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
            for at in &changed {
                for choice in new_choices(set, *at, field) {
                    chosen.entry(choice).or_default().push(*at);
                }
            }
            for (choice, of) in chosen {
                add(Demand::Choose, options, options.of_choice(&choice), of);
            }
        }
    }
    all
}

/// The condition that a field to many has no records.
fn has_no_records(entity: &Entity, field: &Field, target: &EntityId) -> Expr {
    let reference = FieldRef { entity: entity.id.clone(), id: field.id.clone(), name: field.name.as_str().into() };
    let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(entity.id.clone()));
    let related = Expr::new(ExprKind::Field(Box::new(record), reference), Type::Records(target.clone()));
    let count = ExprKind::Aggregate(Aggregate::Count, Box::new(related), COUNTED, None);
    let count = Expr::new(count, Type::Integer);
    let none = Expr::literal(Value::Integer(0), Type::Integer);
    Expr::new(ExprKind::Binary(Binary::Equal, Box::new(count), Box::new(none)), Type::Boolean)
}

fn both(left: Expr, right: Expr) -> Expr {
    Expr::new(ExprKind::Binary(Binary::And, Box::new(left), Box::new(right)), Type::Boolean)
}

/// Says whether the save gives the field another value than it had; than its default, of a new record.
fn is_changed(set: &Set, at: usize, field: &Field, default: Option<&Value>) -> bool {
    let id = set.commands[at].id;
    match &field.kind {
        FieldKind::Links { .. } => set.links.by_record.get(&id).is_some_and(|fields| fields.contains_key(&field.id)),
        FieldKind::Children { .. } => set.children.touched_by.contains(&(field.id.clone(), id)),
        FieldKind::Inverse { .. } | FieldKind::AutoNumber { .. } => false,
        _ => {
            let before = match set.act {
                Act::Create => default,
                _ => set.before[at].values.get(&field.id),
            };
            before.unwrap_or(&Value::Empty) != set.after[at].values.get(&field.id).unwrap_or(&Value::Empty)
        }
    }
}

fn is_missing(set: &Set, at: usize, field: &Field) -> bool {
    match &field.kind {
        // Of what is not given nobody knows here how many there are.
        FieldKind::Links { .. } if set.act != Act::Create && !validate::is_given(&set.commands[at], field) => false,
        _ => validate::is_missing(&set.commands[at], field, &set.after[at]),
    }
}

fn needs_value(set: &Set, at: usize, field: &Field) -> bool {
    let is_asked = set.act == Act::Create || validate::is_given(&set.commands[at], field);
    is_asked && validate::is_missing(&set.commands[at], field, &set.after[at])
}

/// Choices that the save adds to those there were.
fn new_choices(set: &Set, at: usize, field: &Field) -> Vec<Arc<str>> {
    let choices = |value: Option<&Value>| match value {
        Some(Value::Text(text)) if matches!(field.kind, FieldKind::Choice(_)) => vec![Arc::from(&**text)],
        Some(Value::Choices(choices)) => choices.iter().map(|choice| Arc::from(&**choice)).collect(),
        _ => Vec::<Arc<str>>::new(),
    };
    let before = choices(set.before[at].values.get(&field.id));
    let mut after = choices(set.after[at].values.get(&field.id));
    after.retain(|choice| !before.contains(choice));
    after
}

/// Names of the record's own fields that a condition reads.
pub(super) fn own_names(when: &Expr) -> HashSet<Arc<str>> {
    let reads = expression::paths::reads(when);
    let own = reads.paths.into_iter().filter(|path| path.root == expression::paths::Root::Record);
    own.filter_map(|path| path.fields.into_iter().next()).map(|field| field.name).collect()
}

/// Asks the database about conditions; gives the refusals with the numbers of the commands.
async fn judged(
    ctx: &Context,
    unit: &mut UnitOfWork,
    set: &Set,
    bound: &[Bound<'_>],
) -> Result<Vec<(usize, Diagnostic)>, Error> {
    if bound.is_empty() {
        return Ok(Vec::new());
    }
    let concerned: HashSet<usize> = bound.iter().flat_map(|bound| bound.of.iter().copied()).collect();
    let ids: Vec<Uuid> = concerned.iter().map(|at| set.commands[*at].id).collect();
    let conditions: Vec<&Expr> = bound.iter().map(|bound| &bound.when).collect();
    let access = access::Access::system(access::Reason::Integrity, ctx.catalog().clone());
    let settings = super::read::settings(ctx);
    let mut truths = Truths::new();
    for ids in ids.chunks(CHUNK) {
        let statement = query::write::rule_violations(&access, &set.entity().id, &conditions, ids, &settings);
        let Some(statement) = statement else { continue };
        note(&mut truths, unit.tx(ctx).await?.fetch(&statement).await?);
    }
    Ok(refusals(ctx, set, bound, &truths))
}

/// What the database says of conditions, by record and in their order.
type Truths = HashMap<Uuid, Vec<bool>>;

fn note(truths: &mut Truths, rows: Vec<Vec<Value>>) {
    for row in rows {
        let Some((Value::Id(id), row)) = row.split_first() else { continue };
        truths.insert(*id, row.iter().map(|truth| *truth == Value::Boolean(true)).collect());
    }
}

fn refusals(ctx: &Context, set: &Set, bound: &[Bound<'_>], truths: &Truths) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for (number, bound) in bound.iter().enumerate() {
        for at in bound.of.iter().copied() {
            let truth = truths.get(&set.commands[at].id).and_then(|truths| truths.get(number)).copied();
            if bound.demand.is_broken(truth.unwrap_or(false)) {
                found.push((at, bound.refusal(ctx, set, at)));
            }
        }
    }
    found
}

/// Asks the database about records that fields to many are newly linked to.
async fn targets(
    ctx: &Context,
    unit: &mut UnitOfWork,
    set: &Set,
    entity: &Entity,
) -> Result<Vec<(usize, Diagnostic)>, Error> {
    let mut found = Vec::new();
    let access = access::Access::system(access::Reason::Integrity, ctx.catalog().clone());
    let settings = super::read::settings(ctx);
    for field in entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Links { .. })) {
        let Some(options) = &field.conditions.options else { continue };
        let added = added(set, &field.id);
        let ids: Vec<Uuid> = added.keys().copied().collect();
        let mut refused: HashSet<Uuid> = HashSet::new();
        for ids in ids.chunks(CHUNK) {
            let statement = query::write::targets_met(&access, &entity.id, field, &options.when, ids, &settings);
            let Some(statement) = statement else { continue };
            for row in unit.tx(ctx).await?.fetch(&statement).await? {
                if let [Value::Id(id), Value::Id(target), truth] = row.as_slice()
                    && *truth != Value::Boolean(true)
                    && added.get(id).is_some_and(|targets| targets.contains(target))
                {
                    refused.insert(*id);
                }
            }
        }
        let numbers = (0..set.commands.len()).filter(|at| refused.contains(&set.commands[*at].id));
        found.extend(numbers.map(|at| (at, refusal(ctx, set, at, field, Demand::Choose, options))));
    }
    Ok(found)
}

/// Records that a field to many is newly linked to, by the record that is.
fn added(set: &Set, field: &FieldId) -> HashMap<Uuid, HashSet<Uuid>> {
    let mut added = HashMap::new();
    for (id, fields) in &set.links.by_record {
        let Some(moved) = fields.get(field) else { continue };
        let new: HashSet<Uuid> = moved.to.iter().filter(|target| !moved.from.contains(target)).copied().collect();
        if !new.is_empty() {
            added.insert(*id, new);
        }
    }
    added
}

impl Demand {
    /// Says whether the record is refused where the condition is true, or is not.
    fn is_broken(self, holds: bool) -> bool {
        match self {
            Self::Show | Self::Choose => !holds,
            Self::Require | Self::RequireShown | Self::Lock => holds,
        }
    }

    fn code(self, is_told: bool) -> &'static str {
        match self {
            Self::Show => "validation.not_shown",
            Self::Require if is_told => "validation.required",
            Self::Require | Self::RequireShown => "record.required",
            Self::Lock => "validation.locked",
            Self::Choose => "validation.not_an_option",
        }
    }
}

impl Bound<'_> {
    fn refusal(&self, ctx: &Context, set: &Set, at: usize) -> Diagnostic {
        refusal(ctx, set, at, self.field, self.demand, self.condition)
    }
}

fn refusal(
    ctx: &Context,
    set: &Set,
    at: usize,
    field: &Field,
    demand: Demand,
    condition: &FieldCondition,
) -> Diagnostic {
    let message = label(&condition.message, ctx.locale).filter(|_| demand != Demand::RequireShown);
    let name = field_label(field, ctx.locale);
    let place = format!("{}/{}", set.commands[at].at, field.name);
    let mistake = Diagnostic::error(demand.code(message.is_some())).at(place).with("field", &name);
    match message {
        Some(message) => mistake.with("message", message),
        // The ordinary words stand where people have not said others.
        None => mistake.with("named", name),
    }
}
