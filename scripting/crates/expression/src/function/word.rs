//! Words that a function takes as they are written and never computed: units of the calendar, time zones, patterns. Each is
//! of a closed list, so that no text of a request ever chooses what a statement does.

use std::str::FromStr;

use chrono_tz::{TZ_VARIANTS, Tz};

use crate::suggest;

/// What a written word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A unit of the calendar.
    Unit,
    /// A time zone by its IANA name.
    Zone,
    /// How a date is written.
    Pattern,
}

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A part of the moment.
    Part(Part),
    /// A text that stands for itself.
    Plain(String),
}

/// A part of a moment as a pattern names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it; two digits with a zero before, or as few as there are")]
pub enum Part {
    Year,
    YearOfCentury,
    MonthPadded,
    Month,
    DayPadded,
    Day,
    HourPadded,
    Hour,
    Minute,
    Second,
}

impl Part {
    /// Gives the name of the field in SQL, and how many digits are written: 0 for as few as there are.
    pub fn of_clock(self) -> (&'static str, usize) {
        match self {
            Self::Year => ("year", 4),
            Self::YearOfCentury => ("year", 2),
            Self::MonthPadded => ("month", 2),
            Self::Month => ("month", 0),
            Self::DayPadded => ("day", 2),
            Self::Day => ("day", 0),
            Self::HourPadded => ("hour", 2),
            Self::Hour => ("hour", 0),
            Self::Minute => ("minute", 2),
            Self::Second => ("second", 2),
        }
    }
}

const UNITS: [(&str, Unit); 5] = [
    ("day", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("quarter", Unit::Quarter),
    ("year", Unit::Year),
];

/// Longer words before those they begin with.
const PARTS: [(&str, Part); 10] = [
    ("yyyy", Part::Year),
    ("yy", Part::YearOfCentury),
    ("MM", Part::MonthPadded),
    ("M", Part::Month),
    ("dd", Part::DayPadded),
    ("d", Part::Day),
    ("HH", Part::HourPadded),
    ("H", Part::Hour),
    ("mm", Part::Minute),
    ("ss", Part::Second),
];

/// Most characters of a pattern.
const MAX_PATTERN: usize = 100;

impl Word {
    /// Says whether a text is one of the list.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Unit => unit(text).is_some(),
            Self::Zone => zone(text).is_some(),
            Self::Pattern => pieces(text).is_some(),
        }
    }

    /// Lists what is taken, for people.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Unit => "\"day\", \"week\", \"month\", \"quarter\", \"year\"",
            Self::Zone => "\"Europe/Moscow\", \"UTC\"",
            Self::Pattern => "yyyy yy MM M dd d HH H mm ss",
        }
    }

    /// Finds the word of the list that is nearest to a text.
    pub fn nearest(self, text: &str) -> Option<&'static str> {
        match self {
            Self::Unit => suggest::nearest(text, UNITS.iter().map(|(name, _)| *name)),
            Self::Zone => suggest::nearest(text, TZ_VARIANTS.iter().map(|zone| zone.name())),
            Self::Pattern => None,
        }
    }
}

/// Reads a unit of the calendar.
pub fn unit(text: &str) -> Option<Unit> {
    UNITS.iter().find(|(name, _)| *name == text).map(|(_, unit)| *unit)
}

/// Reads the name of a time zone. Abbreviations such as `EST` are none: the databases differ in what they take them for.
pub fn zone(text: &str) -> Option<Tz> {
    (text == "UTC" || text.contains('/')).then(|| Tz::from_str(text).ok()).flatten()
}

/// Takes a pattern apart: a letter of the Latin alphabet has to belong to a part, everything else stands for itself.
pub fn pieces(pattern: &str) -> Option<Vec<Piece>> {
    if pattern.is_empty() || pattern.chars().count() > MAX_PATTERN {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        if let Some((word, part)) = PARTS.iter().find(|(word, _)| rest.starts_with(word)) {
            pieces.push(Piece::Part(*part));
            rest = &rest[word.len()..];
            continue;
        }
        if character.is_ascii_alphabetic() || character == '\0' {
            return None;
        }
        match pieces.last_mut() {
            Some(Piece::Plain(text)) => text.push(character),
            _ => pieces.push(Piece::Plain(character.to_string())),
        }
        rest = &rest[character.len_utf8()..];
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_list_are_taken() {
        for text in ["day", "quarter"] {
            assert!(Word::Unit.takes(text), "{text}");
        }
        for text in ["Day", "days", "day'--", "", "hour", "day\0"] {
            assert!(!Word::Unit.takes(text), "{text}");
        }
        for text in ["UTC", "Europe/Moscow", "America/Argentina/Buenos_Aires"] {
            assert!(Word::Zone.takes(text), "{text}");
        }
        for text in ["EST", "MSK", "", "UTC'||(select pg_sleep(3))--", "Europe/Moskow", "europe/moscow", "+03:00"] {
            assert!(!Word::Zone.takes(text), "{text}");
        }
        assert_eq!(Word::Zone.nearest("Europe/Moskow"), Some("Europe/Moscow"));
        assert_eq!(Word::Unit.nearest("mounth"), Some("month"));
    }

    #[test]
    fn a_pattern_has_no_other_letters() {
        assert_eq!(pieces("d.MM.yy").map(|pieces| pieces.len()), Some(5));
        assert_eq!(pieces("yyyy г."), Some(vec![Piece::Part(Part::Year), Piece::Plain(" г.".to_owned())]));
        for pattern in ["", "mon", "yyyy-MM-ddTHH", "SS", "'yyyy'a"] {
            assert_eq!(pieces(pattern), None, "{pattern}");
        }
        assert_eq!(pieces(&"d".repeat(101)), None);
    }
}
