//! When something is to be done again and again, written as for cron: minute, hour, day of the month, month, day of the week.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};

/// Why a text names no times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCron {
    /// It does not say minute, hour, day of the month, month and day of the week.
    Unreadable,
    /// No date is ever as it says, such as 31 February.
    Never,
}

/// The times of a schedule.
#[derive(Debug, Clone)]
pub struct Cron(croner::Cron);

impl Cron {
    /// Reads five parts with spaces between them, or a word such as `@daily`; names of months and days are English.
    pub fn parse(text: &str) -> Result<Self, BadCron> {
        // A time of day is as exact as a minute: a calculation takes its seconds.
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = Self(parser.parse(text).map_err(|_| BadCron::Unreadable)?);
        if cron.next(DateTime::UNIX_EPOCH, Tz::UTC).is_some() { Ok(cron) } else { Err(BadCron::Never) }
    }

    /// Gives the first of its times after a moment, in the time zone where its hours are read.
    ///
    /// Of an hour that a clock put forward leaves out it gives the moment when the clock was put; one that comes twice counts
    /// once.
    pub fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let found = self.0.find_next_occurrence(&after.with_timezone(&zone), false).ok()?;
        Some(found.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, after: &str, zone: Tz) -> String {
        let found = Cron::parse(text).unwrap().next(after.parse().unwrap(), zone).unwrap();
        found.format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let vienna = chrono_tz::Europe::Vienna;
        assert_eq!(next("0 6 * * *", "2026-01-10T10:00:00Z", vienna), "2026-01-11T05:00Z");
        assert_eq!(next("0 6 * * *", "2026-07-10T10:00:00Z", vienna), "2026-07-11T04:00Z");
        assert_eq!(next("*/15 8-18 * * MON-FRI", "2026-11-27T17:50:00Z", vienna), "2026-11-30T07:00Z");
        assert_eq!(next("0 0 L * *", "2024-02-10T00:00:00Z", Tz::UTC), "2024-02-29T00:00Z");
        assert_eq!(next("@daily", "2026-03-01T00:00:00Z", Tz::UTC), "2026-03-02T00:00Z");
        // The very moment is past.
        assert_eq!(next("0 6 * * *", "2026-03-01T06:00:00Z", Tz::UTC), "2026-03-02T06:00Z");
    }

    #[test]
    fn a_clock_put_forward_or_back_makes_no_time_twice_and_none_left_out() {
        let vienna = chrono_tz::Europe::Vienna;
        // 2:30 is not there on 29 March 2026, and there twice on 25 October.
        assert_eq!(next("30 2 * * *", "2026-03-28T12:00:00Z", vienna), "2026-03-29T01:00Z");
        assert_eq!(next("30 2 * * *", "2026-10-24T12:00:00Z", vienna), "2026-10-25T00:30Z");
        assert_eq!(next("30 2 * * *", "2026-10-25T00:30:00Z", vienna), "2026-10-26T01:30Z");
    }

    #[test]
    fn what_names_no_times_is_refused() {
        for text in ["", "every day", "0 6 * *", "0 0 6 * * *", "60 * * * *", "0 6 * * FOO", "0 6 * * * 2027"] {
            assert_eq!(Cron::parse(text).err(), Some(BadCron::Unreadable), "{text}");
        }
        assert_eq!(Cron::parse("0 0 31 2 *").err(), Some(BadCron::Never));
    }
}
