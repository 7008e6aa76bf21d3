//! Targets: what measures are to come to, for a person or for everybody, in a month, a quarter or a year.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use expression::Decimal;
use futures_util::stream::{self, StreamExt};
use query::{Request, SelectItem};
use serde_json::Value as Json;
use storage::Transaction;
use uuid::Uuid;

use super::AT_ONCE;
use super::period::{Span, Unit};
use crate::{Context, Error, records};

/// Identity of the entity of targets.
pub(crate) const TARGET: &str = "measure_target";
/// Whose a target is that is everybody's.
pub(crate) const EVERYBODY: &str = "*";

/// Of whom and of which days targets are wanted.
pub(super) type Wanted = (Option<Uuid>, Span);

/// A target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    measure: String,
    whose: String,
    unit: Unit,
    start: NaiveDate,
    value: Decimal,
}

/// Reads the targets of measures, as far as the caller may, each pair of person and days by itself.
pub(super) async fn read(
    ctx: &Context,
    wanted: HashMap<Wanted, BTreeSet<String>>,
) -> Result<HashMap<Wanted, Vec<Target>>, Error> {
    let read = |(wanted, measures): (Wanted, BTreeSet<String>)| async move {
        Ok::<_, Error>((wanted, within(ctx, wanted, &measures, None).await?))
    };
    let reads: Vec<_> = wanted.into_iter().map(read).collect();
    let read: Vec<Result<(Wanted, Vec<Target>), Error>> = stream::iter(reads).buffered(AT_ONCE).collect().await;
    read.into_iter().collect()
}

/// The same as a transaction sees them.
pub(super) async fn read_within(
    ctx: &Context,
    wanted: HashMap<Wanted, BTreeSet<String>>,
    tx: &mut Transaction,
) -> Result<HashMap<Wanted, Vec<Target>>, Error> {
    let mut read = HashMap::with_capacity(wanted.len());
    for (wanted, measures) in wanted {
        read.insert(wanted, within(ctx, wanted, &measures, Some(&mut *tx)).await?);
    }
    Ok(read)
}

async fn within(
    ctx: &Context,
    (person, span): Wanted,
    measures: &BTreeSet<String>,
    mut tx: Option<&mut Transaction>,
) -> Result<Vec<Target>, Error> {
    let measures: Vec<String> = measures.iter().map(|id| format!("\"{id}\"")).collect();
    let Some(entity) = ctx.catalog().entity(TARGET) else { return Ok(Vec::new()) };
    let mut filter =
        format!("measure in [{}] && start >= \"{}\" && start <= \"{}\"", measures.join(", "), span.from, span.to);
    if let Some(person) = person {
        filter.push_str(&format!(" && whose == \"{person}\""));
    }
    let select = ["measure", "whose", "period", "start", "value"].map(|name| SelectItem::Path(name.to_owned()));
    let mut request = Request {
        select: Some(select.to_vec()),
        filter: Some(filter),
        limit: Some(query::plan::MAX_LIMIT),
        ..Request::default()
    };
    let mut targets = Vec::new();
    loop {
        let read = match &mut tx {
            Some(tx) => records::read::list_within(ctx, tx, &entity.name, &request).await,
            None => records::list(ctx, &entity.name, request.clone()).await.map(|list| list.page),
        };
        let page = match read {
            Ok(page) => page,
            // Whoever may not read targets has none.
            Err(Error::NotFound(_) | Error::Forbidden(_) | Error::Malformed(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        targets.extend(page.items.iter().filter_map(|item| target(&serde_json::from_str(item).ok()?)));
        match page.next_cursor {
            Some(cursor) => request.cursor = Some(cursor),
            None => return Ok(targets),
        }
    }
}

fn target(row: &Json) -> Option<Target> {
    Some(Target {
        measure: row["measure"].as_str()?.to_owned(),
        whose: row["whose"].as_str()?.to_owned(),
        unit: Unit::of(row["period"].as_str()?)?,
        start: row["start"].as_str()?.parse().ok()?,
        value: Decimal::parse(row["value"].as_str()?).ok()?,
    })
}

/// What a measure is to come to in the days of a whole month, quarter or year; `None` where nobody has said.
pub(super) fn total(targets: &[Target], measure: &str, person: Option<Uuid>, span: Span) -> Option<Decimal> {
    let unit = span.unit()?;
    let mut sums: HashMap<(&str, Unit, NaiveDate), Decimal> = HashMap::new();
    for target in targets.iter().filter(|target| target.measure == measure) {
        sums.insert((&target.whose, target.unit, target.start), target.value);
    }
    match person {
        Some(person) => Sums(&sums).of(&person.to_string(), unit, span.from),
        None => Sums(&sums).of_everybody(unit, span.from),
    }
}

/// The targets of one measure by whose they are and when.
struct Sums<'a>(&'a HashMap<(&'a str, Unit, NaiveDate), Decimal>);

impl Sums<'_> {
    /// The own target of somebody, else the sum of those of the smaller periods.
    fn of(&self, whose: &str, unit: Unit, start: NaiveDate) -> Option<Decimal> {
        let own = self.0.get(&(whose, unit, start)).copied();
        own.or_else(|| sum(unit.parts(start).into_iter().filter_map(|(part, start)| self.of(whose, part, start))))
    }

    /// Everybody's own target, else the sum of everybody's smaller ones where there is one, else of what people have.
    fn of_everybody(&self, unit: Unit, start: NaiveDate) -> Option<Decimal> {
        if let Some(own) = self.0.get(&(EVERYBODY, unit, start)) {
            return Some(*own);
        }
        if self.of(EVERYBODY, unit, start).is_some() {
            let parts = unit.parts(start).into_iter();
            return sum(parts.filter_map(|(part, start)| self.of_everybody(part, start)));
        }
        let people: BTreeSet<&str> =
            self.0.keys().map(|(whose, ..)| *whose).filter(|whose| *whose != EVERYBODY).collect();
        sum(people.into_iter().filter_map(|whose| self.of(whose, unit, start)))
    }
}

fn sum(mut numbers: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let first = numbers.next()?;
    numbers.try_fold(first, Decimal::checked_add)
}

#[cfg(test)]
mod tests {
    use expression::Decimal;
    use uuid::Uuid;

    use super::super::period::{Span, Unit};
    use super::{EVERYBODY, Target, total};

    const ANN: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);

    fn targets(rows: &[(Option<Uuid>, &str, &str, &str)]) -> Vec<Target> {
        let target = |(person, unit, start, value): &(Option<Uuid>, &str, &str, &str)| Target {
            measure: "won".to_owned(),
            whose: person.map_or(EVERYBODY.to_owned(), |person| person.to_string()),
            unit: Unit::of(unit).unwrap(),
            start: start.parse().unwrap(),
            value: Decimal::parse(value).unwrap(),
        };
        rows.iter().map(target).collect()
    }

    fn check(
        rows: &[(Option<Uuid>, &str, &str, &str)],
        person: Option<Uuid>,
        days: (&str, &str),
        expected: Option<&str>,
    ) {
        let span = Span { from: days.0.parse().unwrap(), to: days.1.parse().unwrap() };
        let found = total(&targets(rows), "won", person, span).map(|number| number.to_string());
        assert_eq!(found.as_deref(), expected, "{person:?} {days:?}");
    }

    const JANUARY: (&str, &str) = ("2026-01-01", "2026-01-31");
    const QUARTER: (&str, &str) = ("2026-01-01", "2026-03-31");
    const YEAR: (&str, &str) = ("2026-01-01", "2026-12-31");

    #[test]
    fn a_larger_period_has_its_own_target_or_the_sum_of_the_smaller_ones() {
        let rows = [
            (Some(ANN), "month", "2026-01-01", "10"),
            (Some(ANN), "month", "2026-03-01", "5.5"),
            (Some(ANN), "quarter", "2026-04-01", "100"),
            (Some(ANN), "month", "2026-04-01", "1"),
        ];
        check(&rows, Some(ANN), JANUARY, Some("10"));
        check(&rows, Some(ANN), QUARTER, Some("15.5"));
        check(&rows, Some(ANN), YEAR, Some("115.5"));
        check(&rows, Some(ANN), ("2026-02-01", "2026-02-28"), None);
        check(&rows, Some(BOB), YEAR, None);
        check(&rows, Some(ANN), ("2026-01-01", "2026-01-30"), None);
    }

    #[test]
    fn everybody_has_an_own_target_or_what_people_have_together() {
        let people = [
            (Some(ANN), "month", "2026-01-01", "10"),
            (Some(BOB), "month", "2026-01-01", "20"),
            (Some(BOB), "quarter", "2026-01-01", "90"),
        ];
        check(&people, None, JANUARY, Some("30"));
        check(&people, None, QUARTER, Some("100"));
        let mut rows = people.to_vec();
        rows.push((None, "month", "2026-01-01", "50"));
        check(&rows, None, JANUARY, Some("50"));
        // February has nothing, so that the quarter is January.
        check(&rows, None, QUARTER, Some("50"));
        rows.push((Some(ANN), "month", "2026-02-01", "7"));
        check(&rows, None, QUARTER, Some("57"));
        rows.push((None, "year", "2026-01-01", "1000"));
        check(&rows, None, YEAR, Some("1000"));
        check(&rows, Some(ANN), YEAR, Some("17"));
    }
}
