//! How the number of an indicator went: groups of its records by parts of its date.

use std::collections::HashMap;

use catalog::dashboard::{DatePart, Trend};
use chrono::{Datelike, Days, Months, NaiveDate};
use expression::Decimal;
use query::{AggregateRequest, GroupKey};
use serde_json::Value as Json;

use super::Period;
use super::questions::Question;
use crate::context::zone_of;
use crate::measures::period::Span;
use crate::measures::{self, Decided};
use crate::{Context, Error};

/// The name of the first day of each period in the answer.
const ON: &str = "on";
/// The name of the number.
const NUMBER: &str = "n";

/// What is asked for a trend, and the periods that are wanted of it; nothing of a measure without a date.
pub(super) fn of(ctx: &Context, decided: &Decided, trend: Trend) -> Result<Option<(Question, Vec<Span>)>, Error> {
    let answer = &decided.answer;
    let Some(date) = &answer.measure.date else { return Ok(None) };
    let entity = ctx.catalog().entity_by_id(&answer.measure.entity);
    let entity = entity.ok_or_else(|| Error::broken("a measure over no entity"))?;
    let today = ctx.today();
    // The last period is that of today, or the one that is looked at when it lies elsewhere.
    let last = match answer.span {
        Some(span) if span.to < today => span.to,
        Some(span) if span.from > today => span.from,
        _ => today,
    };
    let spans = spans(last, trend);
    let (Some(first), Some(end)) = (spans.first(), spans.last()) else { return Ok(None) };
    let whole = Span { from: first.from, to: end.to };
    let key = GroupKey {
        path: date.path.clone(),
        name: Some(ON.to_owned()),
        by: Some(trend.by.as_str().to_owned()),
        ranges: None,
    };
    let expression = answer.measure.expression.clone();
    let request = AggregateRequest {
        group_by: vec![key],
        measures: vec![query::Measure { name: NUMBER.to_owned(), expression }],
        // Instants are grouped by the days of the workspace.
        filter: decided.within(whole, zone_of(ctx.catalog()))?,
        ..AggregateRequest::default()
    };
    Ok(Some((Question::Groups(entity.name.clone(), request), spans)))
}

/// Puts the numbers to their periods.
pub(super) fn values(items: &[String], spans: &[Span]) -> Vec<Period> {
    let number = |item: &String| -> Option<(NaiveDate, Option<Decimal>)> {
        let group: Json = serde_json::from_str(item).ok()?;
        Some((group[ON].as_str()?.parse().ok()?, measures::number(&group[NUMBER])))
    };
    let known: HashMap<NaiveDate, Option<Decimal>> = items.iter().filter_map(number).collect();
    spans.iter().map(|span| Period { span: *span, value: known.get(&span.from).copied().flatten() }).collect()
}

/// The periods up to the one that a day is in; fewer where the calendar begins.
fn spans(day: NaiveDate, trend: Trend) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut next = start(day, trend.by).and_then(|start| Some((start, after(start, trend.by)?)));
    while let Some((from, end)) = next.filter(|_| spans.len() < usize::try_from(trend.periods).unwrap_or_default()) {
        let Some(to) = end.pred_opt() else { break };
        spans.push(Span { from, to });
        next = from.pred_opt().and_then(|day| start(day, trend.by)).map(|start| (start, from));
    }
    spans.reverse();
    spans
}

fn start(day: NaiveDate, by: DatePart) -> Option<NaiveDate> {
    match by {
        DatePart::Day => Some(day),
        DatePart::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
        DatePart::Month => day.with_day(1),
        DatePart::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
        DatePart::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
}

fn after(start: NaiveDate, by: DatePart) -> Option<NaiveDate> {
    match by {
        DatePart::Day => start.succ_opt(),
        DatePart::Week => start.checked_add_days(Days::new(7)),
        DatePart::Month => start.checked_add_months(Months::new(1)),
        DatePart::Quarter => start.checked_add_months(Months::new(3)),
        DatePart::Year => start.checked_add_months(Months::new(12)),
    }
}

#[cfg(test)]
mod tests {
    use catalog::dashboard::{DatePart, Trend};

    use super::spans;

    fn check(day: &str, by: DatePart, periods: u32, expected: &[(&str, &str)]) {
        let found = spans(day.parse().unwrap(), Trend { by, periods });
        let found: Vec<(String, String)> =
            found.iter().map(|span| (span.from.to_string(), span.to.to_string())).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        assert_eq!(found, expected, "{by:?} up to {day}");
    }

    #[test]
    fn periods_follow_one_another_up_to_that_of_a_day() {
        check("2026-03-01", DatePart::Day, 2, &[("2026-02-28", "2026-02-28"), ("2026-03-01", "2026-03-01")]);
        check("2026-03-01", DatePart::Week, 2, &[("2026-02-16", "2026-02-22"), ("2026-02-23", "2026-03-01")]);
        check("2024-03-31", DatePart::Month, 2, &[("2024-02-01", "2024-02-29"), ("2024-03-01", "2024-03-31")]);
        check("2026-01-31", DatePart::Quarter, 2, &[("2025-10-01", "2025-12-31"), ("2026-01-01", "2026-03-31")]);
        check("2026-07-01", DatePart::Year, 2, &[("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31")]);
    }
}
