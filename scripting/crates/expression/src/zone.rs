//! What the clocks of a time zone show, at any instant that the language has.
//!
//! `chrono_tz` lists the changes of the clocks until the end of 2099 and holds what stood then for what stands ever after, while
//! PostgreSQL and browsers go on by the rule. A rule speaks of weekdays of months, so that a year beyond has the changes of an
//! earlier one that begins on the same weekday and is as long.

use chrono::offset::LocalResult;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The last year whose changes are listed.
const LISTED: i32 = 2099;
/// Years after which the calendar repeats itself, as long as no century is passed.
const CYCLE: i32 = 28;

/// Gives what the clocks of a zone show at an instant.
pub fn local(instant: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let utc = instant.naive_utc();
    utc + zone.offset_from_utc_datetime(&listed(utc)).fix()
}

/// Gives the instant at which the clocks of a zone show this: the later of two, and where they skip it, the one at which
/// clocks that had not been moved would show it. Nothing where there is no such instant in the years 1 to 9999.
pub fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let skipped = || {
        // The longest skip there was is a whole day.
        let before = listed(local).checked_sub_signed(TimeDelta::try_days(1)?)?;
        Some((local - zone.offset_from_utc_datetime(&before).fix()).and_utc())
    };
    let found = instants(local, zone).latest().or_else(skipped);
    found.filter(|instant| (1..=9999).contains(&instant.year()))
}

/// Gives the instants at which the clocks of a zone show this.
pub fn instants(local: NaiveDateTime, zone: Tz) -> LocalResult<DateTime<Utc>> {
    zone.offset_from_local_datetime(&listed(local)).map(|offset| (local - offset.fix()).and_utc())
}

/// The same moment of a year whose changes are listed.
fn listed(moment: NaiveDateTime) -> NaiveDateTime {
    let year = moment.year();
    let begins = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| (day.weekday(), day.leap_year()));
    let alike = || (LISTED - CYCLE + 1..=LISTED).find(|like| begins(*like) == begins(year));
    let other = (year > LISTED).then(alike).flatten();
    other.and_then(|like| moment.with_year(like)).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{instant, local};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn clocks_are_moved_in_every_year() {
        let vienna = chrono_tz::Europe::Vienna;
        // The last Sundays of March and of October in a year before the end of the list and in years behind it.
        for year in [2098, 2100, 2101, 2400, 9999] {
            let last = |month| {
                let mut days = (1..=31).filter_map(|day| chrono::NaiveDate::from_ymd_opt(year, month, day));
                days.rfind(|day| chrono::Datelike::weekday(day) == chrono::Weekday::Sun).unwrap()
            };
            let shows = |day: chrono::NaiveDate, hour| local(day.and_hms_opt(hour, 59, 59).unwrap().and_utc(), vienna);
            assert_eq!(shows(last(3), 0).to_string(), format!("{} 01:59:59", last(3)));
            assert_eq!(shows(last(3), 1).to_string(), format!("{} 03:59:59", last(3)));
            assert_eq!(shows(last(10), 0).to_string(), format!("{} 02:59:59", last(10)));
            assert_eq!(shows(last(10), 1).to_string(), format!("{} 02:59:59", last(10)));
        }
    }

    #[test]
    fn what_clocks_show_gives_the_instant_again() {
        for zone in [chrono_tz::Europe::Vienna, chrono_tz::Australia::Sydney, chrono_tz::Asia::Kolkata] {
            for text in ["2099-12-31T23:30:00Z", "2100-02-28T23:30:00Z", "2100-07-01T12:00:00Z", "7777-01-31T00:00:00Z"]
            {
                assert_eq!(instant(local(at(text), zone), zone), Some(at(text)));
            }
        }
        let skipped = "2100-03-28T02:30:00".parse().unwrap();
        assert_eq!(instant(skipped, chrono_tz::Europe::Vienna), Some(at("2100-03-28T01:30:00Z")));
        let beyond = "9999-12-31T23:30:00".parse().unwrap();
        assert_eq!(instant(beyond, chrono_tz::America::New_York), None);
    }
}
