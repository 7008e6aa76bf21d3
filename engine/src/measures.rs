//! Measures: totals and indicators that belong to no record, computed with the rights of whoever looks.

pub mod asked;
pub mod period;
pub(crate) mod filter;
mod parameters;
pub(crate) mod targets;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use catalog::measure::{self, Compared, Measure, Period, Threshold};
use chrono::NaiveDate;
use diagnostic::Diagnostic;
use expression::Decimal;
use futures_util::future::join_all;
use query::AggregateRequest;
use schemas::suggest::nearest;
use serde_json::{Map, Value as Json};
use storage::Transaction;
use uuid::Uuid;

use crate::records::Reading;
use crate::{Context, Error, records};
use period::Span;

/// Measures asked for at once.
pub const MOST: usize = 50;
/// Numbers that one statement computes.
const IN_ONE: usize = 50;

/// What is asked of a measure.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Values of its parameters by name.
    pub parameters: Map<String, Json>,
    /// The period; its own when absent.
    pub period: Option<Wanted>,
    /// The person, or `None` for everybody; its own when absent.
    pub person: Option<Option<Uuid>>,
    /// Further conditions on the records, each an expression.
    pub also: Vec<String>,
}

/// A period that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// By its word.
    Word(Period),
    /// By its first and last day.
    Days(NaiveDate, NaiveDate),
}

/// What a measure came to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The measure.
    pub measure: Arc<Measure>,
    /// Its number; `None` where there is none, as a mean of nothing.
    pub value: Option<Decimal>,
    /// What it is to come to, as far as the caller may know.
    pub target: Option<Decimal>,
    /// The number of the period before; `None` without a period.
    pub previous: Option<Decimal>,
    /// The days it is of; `None` for all time.
    pub span: Option<Span>,
    /// The word the period was asked for by.
    pub period: Option<Period>,
    /// The person it is of; `None` for everybody.
    pub person: Option<Uuid>,
    /// The condition that finds the records behind the number; `None` for all.
    pub filter: Option<String>,
}

impl Answer {
    /// How the number has changed since the period before, as a share of what it was.
    pub fn change(&self) -> Option<Decimal> {
        let (value, previous) = (self.value?, self.previous?);
        let size = if previous < Decimal::ZERO { Decimal::ZERO.checked_sub(previous)? } else { previous };
        value.checked_sub(previous)?.checked_div(size)
    }

    /// Which share of the target it is.
    pub fn share(&self) -> Option<Decimal> {
        self.value?.checked_div(self.target?)
    }

    /// The threshold that it has reached.
    pub fn status(&self) -> Option<&Threshold> {
        let number = match self.measure.thresholds_of {
            Compared::Value => self.value,
            Compared::Target => self.share(),
        };
        self.measure.threshold(number?)
    }
}

/// What came of asking; several may share the failure of one statement.
pub type Outcome = Result<Answer, Arc<Error>>;

/// Lists the measures that the caller may have: those made for one of their roles, of which they may know every name.
pub fn known(ctx: &Context) -> Vec<Arc<Measure>> {
    ctx.catalog().measures.iter().filter(|measure| is_known(ctx, measure)).cloned().collect()
}

/// Says whether the caller may have a measure.
pub(crate) fn is_known(ctx: &Context, measure: &Measure) -> bool {
    let Some(grant) = ctx.access.read(&measure.entity).filter(|_| ctx.access.plays(&measure.roles)) else {
        return false;
    };
    // Where a person and the days of a date would be given, their names are read as well.
    let today = ctx.today();
    let span = measure.date.as_ref().map(|_| Span { from: today, to: today });
    let person = measure.person.as_ref().map(|_| Uuid::nil());
    let parameters = parameters::read(ctx, measure, &Map::new()).unwrap_or_default();
    let Ok(filter) = filter::condition(measure, &parameters, span, person, ctx.zone) else { return false };
    let request = request([measure.expression.as_str()].into_iter(), filter);
    query::plan::aggregate(&ctx.access, &grant.entity().name, &request, &records::read::settings(ctx)).is_ok()
}

/// Finds a measure that the caller may have; a hidden one is like one that is not there.
fn find(ctx: &Context, name: &str) -> Result<Arc<Measure>, Error> {
    let found = measure::named(&ctx.catalog().measures, name).filter(|measure| is_known(ctx, measure));
    found.cloned().ok_or_else(|| {
        let known = known(ctx);
        let near = nearest(name, known.iter().map(|measure| measure.name.as_str()));
        Error::NotFound(Diagnostic::error("measure.unknown").with("name", name).with_some("nearest", near))
    })
}

/// Computes a measure.
pub async fn value(ctx: &Context, asked: &Asked) -> Outcome {
    let measure = find(ctx, &asked.name)?;
    first(compute(&Reading::new(ctx), vec![decided(ctx, measure, asked)]).await)
}

/// Computes many measures together, each with its own answer or mistake.
pub async fn values(ctx: &Context, asked: &[Asked]) -> Result<Vec<Outcome>, Error> {
    values_within(ctx, asked, None).await
}

/// Computes many measures together as a transaction sees the records, where there is one.
pub(crate) async fn values_within(
    ctx: &Context,
    asked: &[Asked],
    within: Option<&mut Transaction>,
) -> Result<Vec<Outcome>, Error> {
    if asked.len() > MOST {
        let mistake = Diagnostic::error("measure.too_many").with("found", asked.len()).with("max", MOST);
        return Err(Error::Invalid(vec![mistake]));
    }
    let decide = |asked: &Asked| find(ctx, &asked.name).and_then(|measure| decided(ctx, measure, asked));
    let reading = match within {
        Some(tx) => Reading::within(ctx, tx),
        None => Reading::new(ctx),
    };
    Ok(compute(&reading, asked.iter().map(decide).collect()).await)
}

/// Computes a measure as it is drawn, over what is published, for whoever draws it.
pub async fn attempt(ctx: &Context, document: &schemas::Measure, asked: &Asked) -> Outcome {
    ctx.designer()?;
    let measure = catalog::resolve::measure(ctx.catalog(), document).map_err(|mut mistakes| {
        mistakes.iter_mut().for_each(|one| one.place.pointer.insert_str(0, "/document"));
        Error::Invalid(mistakes)
    })?;
    first(compute(&Reading::new(ctx), vec![decided(ctx, Arc::new(measure), asked)]).await)
}

fn first(answers: Vec<Outcome>) -> Outcome {
    answers.into_iter().next().unwrap_or_else(|| Err(Error::broken("a measure without an answer").into()))
}

/// A measure whose records are decided: those of the period and those of the one before.
pub(crate) struct Decided {
    pub(crate) answer: Answer,
    before: Option<Option<String>>,
    values: HashMap<String, String>,
    also: Vec<String>,
}

impl Decided {
    /// The condition of the records of other days, as they are in a time zone.
    pub(crate) fn within(&self, span: Span, zone: expression::Tz) -> Result<Option<String>, Error> {
        let Answer { measure, person, .. } = &self.answer;
        let own = filter::condition(measure, &self.values, Some(span), *person, zone).map_err(Error::Invalid)?;
        Ok(filter::all(own.into_iter().chain(self.also.iter().cloned())))
    }
}

/// Decides which records a measure is over; every mistake in what is asked at once.
pub(crate) fn decided(ctx: &Context, measure: Arc<Measure>, asked: &Asked) -> Result<Decided, Error> {
    let mut mistakes = Vec::new();
    let (period, span) = match asked.period.unwrap_or(Wanted::Word(measure.period)) {
        Wanted::Word(period) => (Some(period), Span::of(period, ctx.today())),
        Wanted::Days(from, to) => (None, Some(Span { from, to })),
    };
    if span.is_some_and(|span| span.from > span.to) {
        mistakes.push(Diagnostic::error("measure.period_order").at("/period"));
    }
    if span.is_some() && measure.date.is_none() {
        mistakes.push(Diagnostic::error("measure.no_periods").with("name", &measure.name).at("/period"));
    }
    let own = if measure.mine { ctx.user } else { None };
    let person = asked.person.unwrap_or(own);
    if person.is_some() && measure.person.is_none() {
        mistakes.push(Diagnostic::error("measure.no_person").with("name", &measure.name).at("/person"));
    }
    let values = match parameters::read(ctx, &measure, &asked.parameters) {
        Ok(values) => values,
        Err(found) => {
            mistakes.extend(found);
            HashMap::new()
        }
    };
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let condition = |span| {
        let own = filter::condition(&measure, &values, span, person, ctx.zone).map_err(Error::Invalid)?;
        Ok::<_, Error>(filter::all(own.into_iter().chain(asked.also.iter().cloned())))
    };
    let filter = condition(span)?;
    let before = span.and_then(Span::previous).map(|before| condition(Some(before))).transpose()?;
    let answer = Answer { measure, value: None, target: None, previous: None, span, period, person, filter };
    Ok(Decided { answer, before, values, also: asked.also.clone() })
}

/// Reads the numbers and the targets: those over the same records by one statement, several statements at a time.
pub(crate) async fn compute(reading: &Reading<'_>, decided: Vec<Result<Decided, Error>>) -> Vec<Outcome> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut places = Vec::with_capacity(decided.len());
    let mut wanted: HashMap<targets::Wanted, BTreeSet<String>> = HashMap::new();
    for one in &decided {
        let Ok(Decided { answer, before, .. }) = one else {
            places.push(None);
            continue;
        };
        let now = place(&mut statements, &answer.measure, answer.filter.as_deref());
        let before = before.as_ref().map(|before| place(&mut statements, &answer.measure, before.as_deref()));
        places.push(Some((now, before)));
        if let Some(span) = answer.span.filter(|span| span.unit().is_some()) {
            wanted.entry((answer.person, span)).or_default().insert(answer.measure.id.clone());
        }
    }
    let numbers = join_all(statements.iter().map(|statement| statement.numbers(reading)));
    let (numbers, targets) = tokio::join!(numbers, targets::read(reading, wanted));
    let numbers: Vec<_> = numbers.into_iter().map(|read| read.map_err(Arc::new)).collect();
    let targets = targets.map_err(Arc::new);
    let number = |(statement, at): Place| match &numbers[statement] {
        Ok(numbers) => Ok(numbers.get(at).copied().flatten()),
        Err(error) => Err(Arc::clone(error)),
    };
    let filled = |(one, places): (Result<Decided, Error>, Option<Places>)| {
        let (Decided { mut answer, .. }, Some((now, before))) = (one?, places) else {
            return Err(Error::broken("a measure without a statement").into());
        };
        answer.value = number(now)?;
        answer.previous = before.map(number).transpose()?.flatten();
        if let Some(span) = answer.span {
            let known = targets.as_ref().map_err(Arc::clone)?.get(&(answer.person, span));
            let known = known.map(Vec::as_slice).unwrap_or_default();
            answer.target = targets::total(known, &answer.measure.id, answer.person, span);
        }
        Ok(answer)
    };
    std::iter::zip(decided, places).map(filled).collect()
}

/// A statement by its number, and a number of it.
type Place = (usize, usize);

/// Where the number is, and that of the period before.
type Places = (Place, Option<Place>);

/// Numbers over the same records.
struct Statement {
    entity: expression::EntityId,
    filter: Option<String>,
    expressions: Vec<String>,
}

fn place(statements: &mut Vec<Statement>, measure: &Measure, filter: Option<&str>) -> Place {
    let is_same = |known: &Statement| {
        known.entity == measure.entity && known.filter.as_deref() == filter && known.expressions.len() < IN_ONE
    };
    let at = statements.iter().position(is_same).unwrap_or_else(|| {
        let (entity, filter) = (measure.entity.clone(), filter.map(str::to_owned));
        statements.push(Statement { entity, filter, expressions: Vec::new() });
        statements.len() - 1
    });
    let expressions = &mut statements[at].expressions;
    let number = expressions.iter().position(|known| *known == measure.expression).unwrap_or_else(|| {
        expressions.push(measure.expression.clone());
        expressions.len() - 1
    });
    (at, number)
}

impl Statement {
    async fn numbers(&self, reading: &Reading<'_>) -> Result<Vec<Option<Decimal>>, Error> {
        let entity = reading.ctx.catalog().entity_by_id(&self.entity);
        let entity = entity.ok_or_else(|| Error::broken("a measure over no entity"))?;
        let request = request(self.expressions.iter().map(String::as_str), self.filter.clone());
        let rows = reading.aggregate(&entity.name, request).await?;
        let row = rows.first().and_then(|row| serde_json::from_str::<Json>(row).ok()).unwrap_or_default();
        Ok((0..self.expressions.len()).map(|at| number(&row[name(at)])).collect())
    }
}

/// The number of a cell of an answer.
pub(crate) fn number(cell: &Json) -> Option<Decimal> {
    match cell {
        Json::String(digits) => Decimal::parse(digits).ok(),
        Json::Number(number) => Decimal::parse(&number.to_string()).ok(),
        _ => None,
    }
}

fn name(at: usize) -> String {
    format!("n{at}")
}

fn request<'a>(expressions: impl Iterator<Item = &'a str>, filter: Option<String>) -> AggregateRequest {
    let measure =
        |(at, expression): (usize, &str)| query::Measure { name: name(at), expression: expression.to_owned() };
    AggregateRequest { measures: expressions.enumerate().map(measure).collect(), filter, ..AggregateRequest::default() }
}
