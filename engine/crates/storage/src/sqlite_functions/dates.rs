//! Dates as ISO texts, instants as milliseconds, and what is written in text.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use sql::function as names;

use super::{Answer, Argument, Named, named};

pub(super) fn all() -> Vec<Named> {
    vec![
        named(names::DATE_YEAR, 1, |given| part(given, |date| i64::from(date.year()))),
        named(names::DATE_MONTH, 1, |given| part(given, |date| i64::from(date.month()))),
        named(names::DATE_DAY, 1, |given| part(given, |date| i64::from(date.day()))),
        named(names::DATE_WEEKDAY, 1, |given| part(given, |date| i64::from(date.weekday().number_from_monday()))),
        named(names::DATE_MAKE, 3, |given| written(make(given))),
        named(names::DATE_ADD_DAYS, 2, |given| written(add_days(given))),
        named(names::DATE_ADD_MONTHS, 2, |given| written(add_months(given))),
        named(names::DATE_DIFF_DAYS, 2, |given| match (date(given[0]), date(given[1])) {
            (Some(left), Some(right)) => Answer::Integer((left - right).num_days()),
            _ => Answer::Null,
        }),
        named(names::DATE_OF_INSTANT, 2, |given| written(local(given).map(|local| local.date()))),
        named(names::TIME_OF_INSTANT, 2, |given| {
            local(given).map(|local| Answer::Text(local.format("%H:%M:%S").to_string())).into()
        }),
        named(names::INSTANT_OF, 3, |given| instant_of(given).map(Answer::Integer).into()),
        named(names::INSTANT_TEXT, 1, |given| {
            let instant = given[0].integer().and_then(DateTime::from_timestamp_millis);
            instant.map(|instant| Answer::Text(instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())).into()
        }),
        named(names::DATE_PARSE, 1, |given| written(given[0].text().and_then(|text| parse_date(text.trim())))),
        named(names::INSTANT_PARSE, 1, |given| {
            given[0].text().and_then(|text| parse_instant(text.trim())).map(Answer::Integer).into()
        }),
        named(names::TIME_PARSE, 1, |given| {
            let time = given[0].text().and_then(|text| parse_time(text.trim()));
            time.map(|time| Answer::Text(time.format("%H:%M:%S").to_string())).into()
        }),
        named(names::INTEGER_PARSE, 1, |given| {
            given[0].text().and_then(|text| text.trim().parse().ok()).map(Answer::Integer).into()
        }),
        named(names::UUID_PARSE, 1, |given| {
            let id = given[0].text().and_then(|text| uuid::Uuid::parse_str(text.trim()).ok());
            id.map(|id| Answer::Text(id.to_string())).into()
        }),
    ]
}

fn date(argument: Argument<'_>) -> Option<NaiveDate> {
    argument.text().and_then(parse_date)
}

fn parse_date(text: &str) -> Option<NaiveDate> {
    has_form(text, "0000-00-00").then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    if has_form(text, "00:00") {
        return NaiveTime::parse_from_str(text, "%H:%M").ok();
    }
    has_form(text, "00:00:00").then(|| NaiveTime::parse_from_str(text, "%H:%M:%S").ok())?
}

/// Reads RFC 3339 with the offsets that PostgreSQL knows as well.
fn parse_instant(text: &str) -> Option<i64> {
    const WIDEST: i32 = 16 * 3600;
    let instant = DateTime::parse_from_rfc3339(text).ok().filter(|_| matches!(text.as_bytes()[10], b'T' | b't'))?;
    (instant.offset().local_minus_utc().abs() < WIDEST).then(|| instant.timestamp_millis())
}

/// Says whether a text has digits where the form has zeros, and the form's own letters elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(is, wanted)| if wanted == b'0' { is.is_ascii_digit() } else { is == wanted })
}

fn part(given: &[Argument<'_>], take: impl Fn(NaiveDate) -> i64) -> Answer {
    date(given[0]).map(|date| Answer::Integer(take(date))).into()
}

/// Writes a date; years that ISO text cannot hold in four digits are nothing, because they would not sort.
fn written(date: Option<NaiveDate>) -> Answer {
    let date = date.filter(|date| (1..=9999).contains(&date.year()));
    date.map(|date| Answer::Text(date.format("%Y-%m-%d").to_string())).into()
}

fn make(given: &[Argument<'_>]) -> Option<NaiveDate> {
    let year = i32::try_from(given[0].integer()?).ok()?;
    NaiveDate::from_ymd_opt(year, u32::try_from(given[1].integer()?).ok()?, u32::try_from(given[2].integer()?).ok()?)
}

fn add_days(given: &[Argument<'_>]) -> Option<NaiveDate> {
    let (date, days) = (date(given[0])?, given[1].integer()?);
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { date.checked_sub_days(distance) } else { date.checked_add_days(distance) }
}

fn add_months(given: &[Argument<'_>]) -> Option<NaiveDate> {
    let (date, months) = (date(given[0])?, given[1].integer()?);
    let distance = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { date.checked_sub_months(distance) } else { date.checked_add_months(distance) }
}

fn local(given: &[Argument<'_>]) -> Option<NaiveDateTime> {
    let instant = DateTime::from_timestamp_millis(given[0].integer()?)?;
    let zone: Tz = given[1].text()?.parse().ok()?;
    Some(expression::zone::local(instant, zone))
}

fn instant_of(given: &[Argument<'_>]) -> Option<i64> {
    let local = date(given[0])?.and_time(parse_time(given[1].text()?)?);
    let zone: Tz = given[2].text()?.parse().ok()?;
    expression::zone::instant(local, zone).map(|instant| instant.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: Answer) -> Option<String> {
        if let Answer::Text(text) = answer { Some(text) } else { None }
    }

    #[test]
    fn months_end_where_they_end() {
        let moved =
            |from: &str, months: i64| text(written(add_months(&[Argument::Text(from), Argument::Integer(months)])));
        assert_eq!(moved("2024-01-31", 1).as_deref(), Some("2024-02-29"));
        assert_eq!(moved("2024-03-31", -1).as_deref(), Some("2024-02-29"));
        assert_eq!(moved("9999-12-31", 1), None);
    }

    #[test]
    fn skipped_and_doubled_hours() {
        let instant = |date: &str, time: &str| {
            instant_of(&[Argument::Text(date), Argument::Text(time), Argument::Text("Europe/Berlin")]).unwrap()
        };
        assert_eq!(instant("2024-03-31", "02:30:00"), instant("2024-03-31", "03:30:00"));
        assert_eq!(instant("2024-10-27", "02:30:00") + 3_600_000, instant("2024-10-27", "03:30:00"));
    }
}
