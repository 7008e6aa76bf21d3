//! Which registers of balances a publish has to make from scratch, and what it says of them.

use std::collections::{BTreeMap, HashMap};

use catalog::balance::{Balances, Posting};
use catalog::{Catalog, Entity};
use diagnostic::Diagnostic;
use expression::{EntityId, Expr, FieldId, Value};
use migration::Class;
use sql::{Dialect, Statement};
use uuid::Uuid;

use super::plan::PlanStep;
use super::preview::Preview;
use super::recalculate::{is_another, without_names};
use super::widening::name_all;
use crate::records::CHUNK;
use crate::records::balances::Writer;
use crate::records::balances::movement::{Incomplete, facts, statement};
use crate::records::propagate::identities;
use crate::records::read;
use crate::{Context, Error};

/// Balances shown as examples.
const EXAMPLES: usize = 20;

/// Finds the registers that are new or mean something else after a publish, and those that read what becomes another.
pub(super) fn due(before: &Catalog, next: &Catalog, formulas: &[(EntityId, FieldId)]) -> Vec<usize> {
    let is_due = |register: &Balances| {
        let Some(old) = before.balances.iter().find(|old| old.entity == register.entity) else { return true };
        let own = |register: &Balances| {
            let (dimensions, resources) = (register.dimensions.iter(), register.resources.iter());
            let fields = dimensions.map(|it| it.balance.clone()).chain(resources.map(|it| it.balance.clone()));
            fields.map(|field| (register.entity.clone(), field)).collect::<Vec<_>>()
        };
        let read = || register.postings.iter().flat_map(|posting| &posting.reads);
        old.by != register.by
            || own(old) != own(register)
            || old.postings.len() != register.postings.len()
            || std::iter::zip(&old.postings, &register.postings).any(|(old, new)| means(old) != means(new))
            || own(register).iter().any(|key| is_another(before, next, key))
            || read().any(|key| is_another(before, next, key))
            || read().any(|key| formulas.contains(key))
    };
    next.balances.iter().enumerate().filter(|(_, register)| is_due(register)).map(|(at, _)| at).collect()
}

/// What a posting means, whatever it and what it reads are called.
fn means(posting: &Posting) -> (String, String, bool, bool, Vec<serde_json::Value>) {
    let told = |expr: &Expr| {
        let mut json = expression::json::to_json(expr);
        without_names(&mut json);
        json
    };
    let is_out = posting.direction == catalog::balance::Direction::Out;
    let entity = posting.entity.as_str().to_owned();
    (posting.id.clone(), entity, is_out, posting.when.is_some(), posting.expressions().map(told).collect())
}

/// Tells of a register that is made from scratch, with the statements that count the records.
pub(super) fn step(
    before: &Catalog,
    next: &Catalog,
    at: usize,
    dialect: Dialect,
) -> Option<(PlanStep, Vec<Statement>)> {
    let register = &next.balances[at];
    let entity = next.entity_by_id(&register.entity)?;
    let known = register.postings.iter().filter_map(|posting| before.entity_by_id(&posting.entity));
    let counts = known.map(|entity| query::write::count(entity, dialect)).collect();
    let summary = Diagnostic::warning("plan.post_register").named("register", &entity.name, &entity.plural.0);
    let document = Some(format!("register/{}", entity.name));
    let step =
        PlanStep { summary, document, sql: Vec::new(), destructive: false, rows_affected: 0, class: Class::Rewrites };
    Some((step, counts))
}

/// Says of each register that is made what records it tells of, and which balances would be less than nothing.
pub(super) async fn warnings(ctx: &Context, preview: &Preview, due: &[usize]) -> Result<Vec<Diagnostic>, Error> {
    let mut warnings = Vec::new();
    for at in due {
        let register = &preview.catalog.balances[*at];
        let Some(entity) = preview.catalog.entity_by_id(&register.entity) else { continue };
        let about = |code| {
            let warning = Diagnostic::warning(code).named("register", &entity.name, &entity.plural.0);
            warning.in_document(format!("register/{}", entity.name))
        };
        let mut read: Vec<&Entity> = Vec::new();
        for id in register.postings.iter().flat_map(|it| it.reads.iter().map(|(id, _)| id).chain([&it.entity])) {
            let found = preview.catalog.entity_by_id(id);
            read.extend(found.filter(|found| !read.iter().any(|known| known.id == found.id)).map(|it| &**it));
        }
        warnings.push(name_all(about("plan.register_opens"), "entities", &read, |entity| &entity.plural));
        let Some(found) = judged(ctx, preview, *at).await? else { continue };
        if found.incomplete > 0 {
            warnings.push(about("plan.register_incomplete").with("count", found.incomplete));
        }
        if !found.negative.is_empty() {
            let warning = about("plan.register_negative").with("count", found.negative.len());
            let examples = examples(ctx, preview, register, &found.negative).await?;
            warnings.push(if examples.is_empty() { warning } else { warning.with("examples", examples.join("; ")) });
        }
    }
    Ok(warnings)
}

struct Judged {
    incomplete: usize,
    /// The dimensions of balances less than nothing.
    negative: Vec<Vec<Value>>,
}

/// Adds up what the records there are would post; `None` where they lack what is read, so that they cannot be asked.
async fn judged(ctx: &Context, preview: &Preview, at: usize) -> Result<Option<Judged>, Error> {
    let (base, next) = (&preview.base.catalog, &preview.catalog);
    let register = &next.balances[at];
    let is_there = |(entity, field): &(EntityId, FieldId)| {
        let of = |catalog: &Catalog| {
            let entity = catalog.entity_by_id(entity)?;
            Some((entity.table.clone(), entity.field_by_id(field)?.columns.clone()))
        };
        of(next).is_some() && of(next) == of(base)
    };
    let postings = register.postings.iter().enumerate();
    let known: Vec<usize> =
        postings.filter(|(_, posting)| base.entity_by_id(&posting.entity).is_some()).map(|(place, _)| place).collect();
    if !known.iter().all(|place| register.postings[*place].reads.iter().all(is_there)) {
        return Ok(None);
    }
    let database = ctx.engine.database();
    let writer = Writer::of(next, ctx.now, database.dialect());
    let mut balances: HashMap<Uuid, (Vec<Value>, Vec<i128>)> = HashMap::new();
    let mut incomplete: Vec<Incomplete> = Vec::new();
    for place in known {
        let grant = writer.grant(&register.postings[place].entity)?;
        let mut after = None;
        loop {
            let page = query::write::live_after(grant.entity(), after, CHUNK as u64, writer.dialect);
            let ids: Vec<Uuid> = identities(database.fetch(&page).await?).collect();
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            let rows = database.fetch(&statement(&writer, (at, place), &ids)?).await?;
            for fact in facts(&writer, (at, place), rows, &mut incomplete)?.into_values() {
                let zeros = || (fact.dimensions.clone(), vec![0; fact.units.len()]);
                let (_, sums) = balances.entry(fact.balance).or_insert_with(zeros);
                sums.iter_mut().zip(&fact.units).for_each(|(sum, units)| *sum += units);
            }
        }
    }
    let refused: Vec<bool> = register.resources.iter().map(|resource| resource.refuse_negative).collect();
    let is_negative = |sums: &[i128]| std::iter::zip(sums, &refused).any(|(sum, refused)| *refused && *sum < 0);
    let mut negative: BTreeMap<Uuid, Vec<Value>> = BTreeMap::new();
    negative.extend(balances.into_iter().filter(|(_, (_, sums))| is_negative(sums)).map(|(id, (of, _))| (id, of)));
    Ok(Some(Judged { incomplete: incomplete.len(), negative: negative.into_values().collect() }))
}

/// Names balances by the first record that each is about, as the caller may know them.
async fn examples(
    ctx: &Context,
    preview: &Preview,
    register: &Balances,
    negative: &[Vec<Value>],
) -> Result<Vec<String>, Error> {
    let entity = preview.catalog.entity_by_id(&register.entity);
    let mut examples = Vec::new();
    for (at, dimension) in register.dimensions.iter().enumerate() {
        let relation = entity.and_then(|entity| entity.field_by_id(&dimension.balance)?.relation());
        let target = relation.and_then(|relation| ctx.catalog().entity_by_id(&relation.target));
        let Some(target) = target.filter(|target| ctx.access.read(&target.id).is_some()) else { continue };
        let ids: Vec<Uuid> = negative.iter().take(EXAMPLES).filter_map(|of| of.get(at)?.id()).collect();
        let titles = read::titles(ctx, target, &ids).await?;
        for title in ids.iter().filter_map(|id| titles.get(id)?.as_str()) {
            if !examples.iter().any(|known| known == title) {
                examples.push(title.to_owned());
            }
        }
    }
    examples.truncate(EXAMPLES);
    Ok(examples)
}
