//! Which records a measure is over: its own filter, a period and a person as one condition, which the list of the records
//! behind the number understands as well.

use std::collections::HashMap;

use catalog::measure::{DatePath, Measure};
use chrono::Days;
use diagnostic::Diagnostic;
use expression::Tz;
use uuid::Uuid;

use super::period::Span;

/// Writes the condition; `None` for all records.
pub(super) fn condition(
    measure: &Measure,
    parameters: &HashMap<String, String>,
    span: Option<Span>,
    person: Option<Uuid>,
    zone: Tz,
) -> Result<Option<String>, Vec<Diagnostic>> {
    let mut parts = Vec::new();
    if let Some(own) = &measure.filter {
        let filled = expression::parameters::fill(own, parameters);
        let filled = filled.map_err(|found| found.into_iter().map(|one| one.at("/filter")).collect::<Vec<_>>())?;
        parts.push(format!("({filled})"));
    }
    if let (Some(span), Some(date)) = (span, &measure.date) {
        parts.push(within(date, span, zone));
    }
    if let (Some(person), Some(path)) = (person, &measure.person) {
        parts.push(format!("{path} == \"{person}\""));
    }
    Ok((!parts.is_empty()).then(|| parts.join(" && ")))
}

/// Puts conditions together; `None` of none.
pub(crate) fn all(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" && "))
}

/// The days of a period: of an instant they are those of a time zone.
pub(crate) fn within(date: &DatePath, Span { from, to }: Span, zone: Tz) -> String {
    let path = &date.path;
    if !date.is_instant {
        return format!("{path} >= \"{from}\" && {path} <= \"{to}\"");
    }
    let begins = query::begins(from, zone).map(|at| format!("{path} >= \"{at}\""));
    let ends = to.checked_add_days(Days::new(1)).and_then(|day| query::begins(day, zone));
    let ends = ends.map(|at| format!("{path} < \"{at}\""));
    begins.into_iter().chain(ends).collect::<Vec<_>>().join(" && ")
}

#[cfg(test)]
mod tests {
    use catalog::measure::DatePath;
    use expression::Tz;

    use super::{Span, within};

    #[test]
    fn an_instant_is_in_the_days_of_a_zone_and_a_date_in_its_own() {
        let span = Span { from: "2026-03-29".parse().unwrap(), to: "2026-03-29".parse().unwrap() };
        let path = |is_instant| DatePath { path: "at".to_owned(), is_instant };
        let vienna: Tz = "Europe/Vienna".parse().unwrap();
        assert_eq!(within(&path(false), span, vienna), r#"at >= "2026-03-29" && at <= "2026-03-29""#);
        // The day on which the clocks go forward has 23 hours.
        assert_eq!(within(&path(true), span, vienna), r#"at >= "2026-03-28T23:00:00Z" && at < "2026-03-29T22:00:00Z""#);
        assert_eq!(
            within(&path(true), span, Tz::UTC),
            r#"at >= "2026-03-29T00:00:00Z" && at < "2026-03-30T00:00:00Z""#
        );
    }
}
