//! Periods of the calendar: their days, what was before them, and for which of them there are targets.

use catalog::measure::Period;
use chrono::{Datelike, Days, Months, NaiveDate};

/// Days from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// A period for which there may be targets, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    Month,
    Quarter,
    Year,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    /// The choice of the field `period` of a target.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word)
    }

    fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// The first day of the unit that a day is in.
    pub(crate) fn start(self, day: NaiveDate) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(day.year(), day.month0() / self.months() * self.months() + 1, 1)
    }

    /// The unit that begins on a day.
    fn span(self, start: NaiveDate) -> Option<Span> {
        let next = start.checked_add_months(Months::new(self.months()))?;
        Some(Span { from: start, to: next.pred_opt()? })
    }

    /// The next smaller units that it is made of, with the days on which they begin.
    pub(crate) fn parts(self, start: NaiveDate) -> Vec<(Self, NaiveDate)> {
        let (part, count) = match self {
            Self::Month => return Vec::new(),
            Self::Quarter => (Self::Month, 3),
            Self::Year => (Self::Quarter, 4),
        };
        let starts = (0..count).filter_map(|at| start.checked_add_months(Months::new(at * part.months())));
        starts.map(|start| (part, start)).collect()
    }
}

impl Span {
    /// The days of a period; `None` of all time and where the calendar ends.
    pub(crate) fn of(period: Period, today: NaiveDate) -> Option<Self> {
        let unit = |unit: Unit| unit.span(unit.start(today)?);
        let monday = || today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into()));
        let before = |span: Option<Self>| span.and_then(Self::previous);
        match period {
            Period::Today => Some(Self { from: today, to: today }),
            Period::ThisWeek => Self::long(monday()?, 7),
            Period::ThisMonth => unit(Unit::Month),
            Period::ThisQuarter => unit(Unit::Quarter),
            Period::ThisYear => unit(Unit::Year),
            Period::LastWeek => before(Self::long(monday()?, 7)),
            Period::LastMonth => before(unit(Unit::Month)),
            Period::LastQuarter => before(unit(Unit::Quarter)),
            Period::LastYear => before(unit(Unit::Year)),
            Period::All => None,
        }
    }

    fn long(from: NaiveDate, days: u64) -> Option<Self> {
        Some(Self { from, to: from.checked_add_days(Days::new(days.checked_sub(1)?))? })
    }

    /// The unit that these days are, when they are a whole one.
    pub(crate) fn unit(self) -> Option<Unit> {
        Unit::ALL
            .into_iter()
            .find(|unit| unit.start(self.from) == Some(self.from) && unit.span(self.from) == Some(self))
    }

    /// The period before: of a whole month, quarter or year the one before it, else as many days.
    pub(crate) fn previous(self) -> Option<Self> {
        if let Some(unit) = self.unit() {
            return unit.span(self.from.checked_sub_months(Months::new(unit.months()))?);
        }
        let days = u64::try_from((self.to - self.from).num_days()).ok()? + 1;
        Self::long(self.from.checked_sub_days(Days::new(days))?, days)
    }
}

#[cfg(test)]
mod tests {
    use catalog::measure::Period;
    use chrono::NaiveDate;

    use super::{Span, Unit};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn check(period: Period, today: &str, expected: &str) {
        let span = Span::of(period, day(today));
        let span = span.map_or("all".to_owned(), |span| format!("{} {}", span.from, span.to));
        assert_eq!(span, expected, "{} on {today}", period.as_str());
    }

    #[test]
    fn periods_begin_and_end_with_the_calendar() {
        check(Period::Today, "2026-02-28", "2026-02-28 2026-02-28");
        check(Period::ThisWeek, "2026-03-01", "2026-02-23 2026-03-01");
        check(Period::LastWeek, "2026-03-02", "2026-02-23 2026-03-01");
        check(Period::ThisMonth, "2024-02-29", "2024-02-01 2024-02-29");
        check(Period::LastMonth, "2024-03-31", "2024-02-01 2024-02-29");
        check(Period::LastMonth, "2026-01-31", "2025-12-01 2025-12-31");
        check(Period::ThisQuarter, "2026-12-31", "2026-10-01 2026-12-31");
        check(Period::LastQuarter, "2026-01-01", "2025-10-01 2025-12-31");
        check(Period::ThisYear, "2026-07-01", "2026-01-01 2026-12-31");
        check(Period::LastYear, "2026-01-01", "2025-01-01 2025-12-31");
        check(Period::All, "2026-01-01", "all");
    }

    #[test]
    fn before_a_whole_unit_is_a_whole_unit_and_before_other_days_as_many() {
        let previous = |from: &str, to: &str| {
            let span = Span { from: day(from), to: day(to) }.previous().unwrap();
            format!("{} {}", span.from, span.to)
        };
        assert_eq!(previous("2026-03-01", "2026-03-31"), "2026-02-01 2026-02-28");
        assert_eq!(previous("2026-01-01", "2026-03-31"), "2025-10-01 2025-12-31");
        assert_eq!(previous("2024-01-01", "2024-12-31"), "2023-01-01 2023-12-31");
        assert_eq!(previous("2026-03-01", "2026-03-30"), "2026-01-30 2026-02-28");
        assert_eq!(previous("2026-03-02", "2026-03-02"), "2026-03-01 2026-03-01");
    }

    #[test]
    fn only_whole_units_have_targets() {
        let unit = |from: &str, to: &str| Span { from: day(from), to: day(to) }.unit();
        assert_eq!(unit("2026-02-01", "2026-02-28"), Some(Unit::Month));
        assert_eq!(unit("2026-04-01", "2026-06-30"), Some(Unit::Quarter));
        assert_eq!(unit("2026-02-01", "2026-04-30"), None);
        assert_eq!(unit("2026-01-01", "2026-12-31"), Some(Unit::Year));
        assert_eq!(unit("2026-01-01", "2026-01-30"), None);
        let parts: Vec<String> = Unit::Year.parts(day("2026-01-01")).iter().map(|(_, at)| at.to_string()).collect();
        assert_eq!(parts, ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]);
    }
}
