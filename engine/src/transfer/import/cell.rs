//! Texts of cells as the JSON that a field takes: files write numbers, dates and truth in many ways.

use catalog::{Choice, ChoiceSet, FieldKind};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value as Json, json};

/// Forms of moments, the unambiguous first.
const MOMENTS: [&str; 8] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
];
/// Forms of dates, the unambiguous first.
const DATES: [&str; 4] = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%m/%d/%Y"];

/// How the cells of one column are read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Form of dates and moments that the mapping says.
    pub(super) format: Option<String>,
    /// What parts several values.
    pub(super) separator: String,
    /// Time zone of moments without one.
    pub(super) zone: Tz,
}

impl Reading {
    /// Turns a text that is not empty into the JSON of a field; what is not understood is left for the field to refuse.
    pub(super) fn json(&self, kind: &FieldKind, text: &str) -> Json {
        let read = match kind {
            FieldKind::Boolean => boolean(text),
            FieldKind::Integer { .. } | FieldKind::Rating { .. } => Some(Json::from(number(text))),
            FieldKind::Decimal { .. } | FieldKind::Money { .. } => Some(Json::from(number(text))),
            FieldKind::Percent { .. } => Some(Json::from(percent(text))),
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

    /// Parts a cell of several values.
    pub(super) fn parts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        text.split(self.separator.as_str()).map(str::trim).filter(|part| !part.is_empty())
    }

    fn date(&self, text: &str) -> Option<NaiveDate> {
        if let Some(format) = &self.format {
            return NaiveDate::parse_from_str(text, format)
                .or_else(|_| NaiveDateTime::parse_from_str(text, format).map(|moment| moment.date()))
                .ok();
        }
        let date = DATES.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
        date.or_else(|| {
            MOMENTS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|moment| moment.date())
        })
    }

    fn moment(&self, text: &str) -> Option<DateTime<Utc>> {
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Some(moment.with_timezone(&Utc));
        }
        let naive = match &self.format {
            Some(format) => NaiveDateTime::parse_from_str(text, format).ok(),
            None => MOMENTS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()),
        };
        let naive = naive.or_else(|| self.date(text).and_then(|date| date.and_hms_opt(0, 0, 0)))?;
        self.zone.from_local_datetime(&naive).earliest().map(|moment| moment.with_timezone(&Utc))
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

/// Writes a number with a point and without spaces: `1 234,50 ₽`, `1,234.50`, `$5`.
fn number(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_whitespace() && !"$€₽£₴".contains(*c)).collect();
    let kept = match kept.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(negative) => format!("-{negative}"),
        None => kept.replace('−', "-"),
    };
    match (kept.rfind(','), kept.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => kept.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => kept.replace(',', ""),
        (Some(_), None) if kept.matches(',').count() == 1 => kept.replace(',', "."),
        (Some(_), None) => kept.replace(',', ""),
        _ => kept,
    }
}

/// Reads `15 %` as 0.15 and leaves fractions as they are.
fn percent(text: &str) -> String {
    match text.trim().strip_suffix('%') {
        // Two places to the left is the exact way to divide by a hundred.
        Some(whole) => format!("{}e-2", number(whole)),
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

    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    fn check(kind: &FieldKind, text: &str, expected: Json) {
        let reading = Reading { format: None, separator: ",".to_owned(), zone: chrono_tz::Europe::Moscow };
        assert_eq!(reading.json(kind, text), expected, "{text}");
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
        ] {
            check(&money, text, json!(expected));
        }
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
}
