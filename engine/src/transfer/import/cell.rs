//! Texts of cells as the JSON that a field takes: files write numbers, dates and truth in many ways.
//!
//! Dates are `2026-01-31`, `2026/01/31`, `31.01.2026`, and with strokes as the language of the workspace writes them: day,
//! month, year in Russian (`31/01/2026`), month, day, year in English (`01/31/2026`). A year of two digits is read as POSIX
//! does: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.

use catalog::{Choice, ChoiceSet, FieldKind};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use diagnostic::Diagnostic;
use serde_json::{Value as Json, json};

/// Signs of money that stand before or after a number.
const CURRENCIES: &[char] = &['$', '€', '₽', '£', '₴'];

/// How the cells of one column are read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Form of dates and moments that the mapping says.
    pub(super) format: Option<String>,
    /// Whether the day stands before the month where strokes part them.
    pub(super) day_first: bool,
    /// What parts several values; a semicolon where the text has one, else a comma, unless said.
    pub(super) separator: Option<String>,
    /// Time zone of moments without one.
    pub(super) zone: Tz,
}

impl Reading {
    /// Turns a text that is not empty into the JSON of a field; what is not understood is left for the field to refuse.
    pub(super) fn json(&self, kind: &FieldKind, text: &str) -> Json {
        let read = match kind {
            FieldKind::Boolean => boolean(text),
            FieldKind::Integer { .. }
            | FieldKind::Rating { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Money { .. } => number(text).map(Json::from),
            FieldKind::Percent { .. } => percent(text).map(Json::from),
            FieldKind::Date => self.date(text).map(|date| Json::from(date.format("%Y-%m-%d").to_string())),
            FieldKind::DateTime => self.moment(text).map(|moment| Json::from(moment.to_rfc3339())),
            FieldKind::Choice(set) => Some(Json::from(choice(set, text))),
            FieldKind::MultiChoice(set) => Some(self.parts(text).map(|part| Json::from(choice(set, part))).collect()),
            FieldKind::Location => location(text),
            FieldKind::Address => Some(json!({ "line1": text })),
            FieldKind::Json => serde_json::from_str(text).ok(),
            _ => None,
        };
        read.unwrap_or_else(|| Json::from(text))
    }

    /// Makes a field's mistake one of the cell: with the text of the file, and with the order that dates are read in.
    pub(super) fn of_cell(&self, kind: &FieldKind, text: &str, mut mistake: Diagnostic) -> Diagnostic {
        let is_translated = matches!(
            kind,
            FieldKind::Boolean
                | FieldKind::Integer { .. }
                | FieldKind::Rating { .. }
                | FieldKind::Decimal { .. }
                | FieldKind::Money { .. }
                | FieldKind::Percent { .. }
                | FieldKind::Date
                | FieldKind::DateTime
                | FieldKind::Location
        );
        if !is_translated {
            return mistake;
        }
        if mistake.arguments.contains_key("found") {
            mistake = mistake.with("found", crate::records::coerce::shown(&Json::from(text)));
        }
        if matches!(mistake.code, "record.date_malformed" | "record.datetime_malformed") {
            match &self.format {
                Some(format) => {
                    mistake.code = "import.date_format";
                    mistake = mistake.with("expected", format);
                }
                None if text.contains('/') && self.day_first => mistake.code = "import.date_day_first",
                None if text.contains('/') => mistake.code = "import.date_month_first",
                None => {}
            }
        }
        mistake
    }

    /// Parts a cell of several values.
    pub(super) fn parts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let separator = self.separator.as_deref().unwrap_or(if text.contains(';') { ";" } else { "," });
        text.split(separator).map(str::trim).filter(|part| !part.is_empty())
    }

    fn date(&self, text: &str) -> Option<NaiveDate> {
        match &self.format {
            Some(format) => formatted(text, format, |text, format| {
                let date = NaiveDate::parse_from_str(text, format).ok();
                date.or_else(|| NaiveDateTime::parse_from_str(text, format).ok().map(|moment| moment.date()))
            }),
            None => self.plain_date(text).or_else(|| self.plain_moment(text).map(|moment| moment.date())),
        }
    }

    fn moment(&self, text: &str) -> Option<DateTime<Utc>> {
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Some(moment.with_timezone(&Utc));
        }
        let naive = match &self.format {
            Some(format) => formatted(text, format, |text, format| NaiveDateTime::parse_from_str(text, format).ok()),
            None => self.plain_moment(text),
        };
        let naive = naive.or_else(|| self.date(text).and_then(|date| date.and_hms_opt(0, 0, 0)))?;
        expression::zone::instant(naive, self.zone)
    }

    fn plain_date(&self, text: &str) -> Option<NaiveDate> {
        let stroke = text.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
        let parts: Vec<&str> = text.split(stroke).map(str::trim).collect();
        let [one, two, three] = parts.as_slice() else { return None };
        let (year, month, day) = match (stroke, one.len()) {
            ('-' | '/', 4) => (one, two, three),
            ('.', _) => (three, two, one),
            ('/', _) if self.day_first => (three, two, one),
            ('/', _) => (three, one, two),
            _ => return None,
        };
        let part = |text: &str| digits(text, 1..=2);
        NaiveDate::from_ymd_opt(full_year(year)?, part(month)?, part(day)?)
    }

    fn plain_moment(&self, text: &str) -> Option<NaiveDateTime> {
        let (date, time) = text.rsplit_once([' ', 'T'])?;
        let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok())?;
        Some(self.plain_date(date.trim_end())?.and_time(time))
    }
}

/// Reads by the form of a mapping, in which a year of two digits stands for one of four too.
fn formatted<T: Datelike>(text: &str, format: &str, read: impl Fn(&str, &str) -> Option<T>) -> Option<T> {
    let value = read(text, format)?;
    let short = || read(text, &format.replace("%Y", "%y"));
    if (0..100).contains(&value.year()) { short().or(Some(value)) } else { Some(value) }
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let sound = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

fn full_year(text: &str) -> Option<i32> {
    let year = i32::try_from(digits(text, 2..=4)?).ok()?;
    match (text.len(), year) {
        (4, _) => Some(year),
        (2, 69..) => Some(1900 + year),
        (2, _) => Some(2000 + year),
        _ => None,
    }
}

/// Finds a choice by its value, else by its label in any language.
fn choice<'a>(set: &'a ChoiceSet, text: &'a str) -> &'a str {
    if set.choices.iter().any(|choice| &*choice.value == text) {
        return text;
    }
    let lower = text.to_lowercase();
    let is_meant = |choice: &&Choice| {
        choice.value.to_lowercase() == lower || choice.label.0.values().any(|label| label.to_lowercase() == lower)
    };
    set.choices.iter().find(is_meant).map_or(text, |choice| &choice.value)
}

fn boolean(text: &str) -> Option<Json> {
    let truth = match text.to_lowercase().as_str() {
        "1" | "true" | "yes" | "y" | "t" | "on" | "да" | "истина" | "+" | "x" => true,
        "0" | "false" | "no" | "n" | "f" | "off" | "нет" | "ложь" | "-" => false,
        _ => return None,
    };
    Some(Json::from(truth))
}

/// Writes a number with a point and without spaces: `1 234,50 ₽`, `1,234.50`, `$5`; `None` for what is none.
fn number(text: &str) -> Option<String> {
    let money = |text: &str| text.matches(CURRENCIES).count();
    let bare = |text: &'_ str| text.trim_matches(|c: char| c.is_whitespace() || CURRENCIES.contains(&c)).to_owned();
    if money(text) > 1 {
        return None;
    }
    let text = bare(text);
    let (sign, unsigned) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(negative) => ("-", bare(negative)),
        None => match text.strip_prefix(['-', '−']) {
            Some(rest) => ("-", bare(rest)),
            None => ("", bare(text.strip_prefix('+').unwrap_or(&text))),
        },
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => unsigned.split_at(at),
        None => (unsigned.as_str(), ""),
    };
    let (whole, fraction) = match (mantissa.rfind(','), mantissa.rfind('.')) {
        (Some(comma), Some(point)) => {
            let last = comma.max(point);
            (&mantissa[..last], &mantissa[last + 1..])
        }
        (Some(only), None) | (None, Some(only)) if mantissa.matches([',', '.']).count() == 1 => {
            (&mantissa[..only], &mantissa[only + 1..])
        }
        // One comma is that of a fraction; several part thousands. Points in a row are a date, an address, a version.
        (_, None) => (mantissa, ""),
        (None, Some(_)) => return None,
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = ungrouped(whole)?;
    if !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}{exponent}"))
}

/// Takes out what parts thousands; `None` where it parts anything else.
fn ungrouped(whole: &str) -> Option<String> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(whole) {
        return Some(whole.to_owned());
    }
    let parter = whole.chars().find(|c| !c.is_ascii_digit())?;
    let groups: Vec<&str> = match parter {
        ',' | '.' | '\'' | '’' => whole.split(parter).collect(),
        c if c.is_whitespace() => whole.split(char::is_whitespace).collect(),
        _ => return None,
    };
    let (first, rest) = groups.split_first()?;
    let sound = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    (sound && groups.iter().all(|group| is_digits(group))).then(|| groups.concat())
}

/// Reads `15 %` as 0.15 and leaves fractions as they are.
fn percent(text: &str) -> Option<String> {
    match text.trim().strip_suffix('%') {
        // Two places to the left is the exact way to divide by a hundred.
        Some(whole) => number(whole).filter(|whole| !whole.contains(['e', 'E'])).map(|whole| format!("{whole}e-2")),
        None => number(text),
    }
}

fn location(text: &str) -> Option<Json> {
    let (lat, lon) = text.split_once([',', ';'])?;
    Some(json!({"lat": lat.trim(), "lon": lon.trim()}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(day_first: bool, format: Option<&str>) -> Reading {
        let format = format.map(str::to_owned);
        Reading { format, day_first, separator: None, zone: chrono_tz::Europe::Moscow }
    }

    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    fn check(kind: &FieldKind, text: &str, expected: Json) {
        assert_eq!(reading(false, None).json(kind, text), expected, "{text}");
    }

    #[test]
    fn reads_what_files_write() {
        let money = FieldKind::Money { precision: 18, scale: 2, currency: None, min: None, max: None };
        for (text, expected) in [
            ("1 234,50 ₽", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1,234,567", "1234567"),
            ("$5", "5"),
            ("(5.00)", "-5.00"),
            ("12,5", "12.5"),
            ("12 345", "12345"),
            ("1 234 567,5", "1234567.5"),
            ("1'234.50", "1234.50"),
            ("− 5 €", "-5"),
            ("-$5", "-5"),
            ("+5", "5"),
            ("1.5E+3", "1.5E+3"),
        ] {
            check(&money, text, json!(expected));
        }
        for text in
            ["1,2,3", "1,23,456.7", "1.2.3", "12 34", "1 234,567.8", "+-5", "--5", "(-5)", "100 руб.", "$5€", ",", "%"]
        {
            check(&money, text, json!(text));
            check(&FieldKind::Percent { precision: 18, scale: 6 }, text, json!(text));
        }
        check(&FieldKind::Percent { precision: 18, scale: 6 }, "+-5 %", json!("+-5 %"));
        check(&FieldKind::Percent { precision: 18, scale: 6 }, "15 %", json!("15e-2"));
        check(&FieldKind::Boolean, "0", json!(false));
        check(&FieldKind::Boolean, "Да", json!(true));
        check(&FieldKind::Boolean, "maybe", json!("maybe"));
        check(&FieldKind::Date, "1996-07-04 00:00:00.000", json!("1996-07-04"));
        check(&FieldKind::Date, "31.01.2026", json!("2026-01-31"));
        check(&FieldKind::Date, "tomorrow", json!("tomorrow"));
        check(&FieldKind::DateTime, "2026-01-31 12:00", json!("2026-01-31T09:00:00+00:00"));
        check(&FieldKind::Location, "55.75, 37.6", json!({"lat": "55.75", "lon": "37.6"}));
    }

    #[test]
    fn years_of_two_digits_are_those_that_people_mean() {
        for (text, expected) in [
            ("31.01.26", "2026-01-31"),
            ("1.1.68", "2068-01-01"),
            ("1.1.69", "1969-01-01"),
            ("31.12.99", "1999-12-31"),
            ("1/2/00", "2000-01-02"),
            ("31.01.26 9:30", "2026-01-31"),
            ("31. 1. 2026", "2026-01-31"),
            ("2026/01/31", "2026-01-31"),
            ("0026-01-31", "0026-01-31"),
        ] {
            check(&FieldKind::Date, text, json!(expected));
        }
        check(&FieldKind::DateTime, "31.01.26 9:30", json!("2026-01-31T06:30:00+00:00"));
        for text in ["1.1.126", "31.01.6", "26-01-31", "1.2/26", "31.02.26", "1.1", "+1.1.26"] {
            check(&FieldKind::Date, text, json!(text));
        }
        let said = reading(false, Some("%d.%m.%Y"));
        assert_eq!(said.json(&FieldKind::Date, "31.01.26"), "2026-01-31");
        assert_eq!(said.json(&FieldKind::Date, "31.01.1926"), "1926-01-31");
        assert_eq!(said.json(&FieldKind::Date, "31.01.0026"), "0026-01-31");
        let said = reading(false, Some("%d.%m.%Y %H:%M"));
        assert_eq!(said.json(&FieldKind::DateTime, "31.01.26 09:30"), "2026-01-31T06:30:00+00:00");
    }

    #[test]
    fn strokes_part_dates_as_the_language_does() {
        let (english, russian) = (reading(false, None), reading(true, None));
        assert_eq!(english.json(&FieldKind::Date, "01/02/2026"), "2026-01-02");
        assert_eq!(russian.json(&FieldKind::Date, "01/02/2026"), "2026-02-01");
        assert_eq!(russian.json(&FieldKind::Date, "31/01/26"), "2026-01-31");
        assert_eq!(russian.json(&FieldKind::DateTime, "31/01/2026 12:00"), "2026-01-31T09:00:00+00:00");
        for (reading, text, code) in [
            (&russian, "01/31/2026", "import.date_day_first"),
            (&english, "31/01/2026", "import.date_month_first"),
            (&english, "31.13.2026", "record.date_malformed"),
            (&reading(true, Some("%d.%m.%Y")), "1/2", "import.date_format"),
        ] {
            let mistake = Diagnostic::error("record.date_malformed").with("found", "x");
            let mistake = reading.of_cell(&FieldKind::Date, text, mistake);
            assert_eq!((mistake.code, mistake.arguments["found"].as_str()), (code, text));
        }
    }
}
