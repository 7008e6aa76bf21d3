//! Texts: Unicode case, search, parts counted in characters.

use std::cmp::Ordering;

use sha2::{Digest, Sha256};
use sql::function as names;
use uuid::Uuid;

use super::{Answer, Argument, Named, named};

pub(super) fn all(language: &str) -> Vec<Named> {
    let collation = expression::Collation::of(language);
    vec![
        named(names::LOWER, 1, |given| mapped(given, str::to_lowercase)),
        named(names::UPPER, 1, |given| mapped(given, str::to_uppercase)),
        named(names::TEXT_FOLD, 1, |given| mapped(given, str::to_lowercase)),
        named(names::LIKE_FOLD, 2, |given| compared(given, holds_folded)),
        named(names::TEXT_LENGTH, 1, |given| {
            given[0].text().map(|text| Answer::Integer(text.chars().count() as i64)).into()
        }),
        named(names::TEXT_SUB, 3, |given| {
            part(given[0].text(), given[1].integer(), given[2].integer()).map(Answer::Text).into()
        }),
        named(names::TEXT_FIND, 2, |given| match (given[0].text(), given[1].text()) {
            (Some(text), Some(part)) => {
                let at = text.find(part).map_or(-1, |at| text[..at].chars().count() as i64);
                Answer::Integer(at)
            }
            _ => Answer::Null,
        }),
        named(names::TEXT_TRIM, 1, |given| mapped(given, |text| text.trim().to_owned())),
        named(names::TEXT_STARTS, 2, |given| compared(given, |text, part| text.starts_with(part))),
        named(names::TEXT_ENDS, 2, |given| compared(given, |text, part| text.ends_with(part))),
        named(names::TEXT_CONTAINS, 2, |given| compared(given, |text, part| text.contains(part))),
        named(names::TYPE_FITS, 2, |given| compared(given, names::type_fits)),
        named(names::ROW_IDENTITY, 1, |given| mapped(given, row_identity)),
        named(names::TEXT_COMPARE, 2, move |given| match (given[0].text(), given[1].text()) {
            (Some(left), Some(right)) => Answer::Integer(match collation.compare(left, right) {
                Ordering::Less => -1,
                Ordering::Equal => 0,
                Ordering::Greater => 1,
            }),
            _ => Answer::Null,
        }),
    ]
}

/// The first half of the text's SHA-256, written as an identity.
fn row_identity(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(half).to_string()
}

fn mapped(given: &[Argument<'_>], map: impl Fn(&str) -> String) -> Answer {
    given[0].text().map(|text| Answer::Text(map(text))).into()
}

fn compared(given: &[Argument<'_>], compare: impl Fn(&str, &str) -> bool) -> Answer {
    match (given[0].text(), given[1].text()) {
        (Some(text), Some(part)) => compare(text, part).into(),
        _ => Answer::Null,
    }
}

/// Finds a part wherever it stands, case ignored; ASCII and Cyrillic without allocation of the haystack's fold.
fn holds_folded(text: &str, part: &str) -> bool {
    if part.is_ascii() && text.is_ascii() {
        let (text, part) = (text.as_bytes(), part.as_bytes());
        return part.is_empty() || text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part));
    }
    text.to_lowercase().contains(&part.to_lowercase())
}

/// Characters from `start`, from the end when it is negative; all the rest without a length.
fn part(text: Option<&str>, start: Option<i64>, length: Option<i64>) -> Option<String> {
    let (text, start) = (text?, start?);
    let start = if start < 0 { (text.chars().count() as i64 + start).max(0) } else { start };
    let rest = text.chars().skip(usize::try_from(start).ok()?);
    Some(match length {
        Some(length) => rest.take(usize::try_from(length).unwrap_or(0)).collect(),
        None => rest.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_ignores_case_and_takes_wildcards_literally() {
        assert!(holds_folded("ООО «Ромашка»", "РОМАШ"));
        assert!(holds_folded("100% sure", "% SURE"));
        assert!(!holds_folded("abc", "a_c"));
        assert!(holds_folded("", ""));
    }

    #[test]
    fn parts_count_characters() {
        assert_eq!(part(Some("привет"), Some(2), Some(2)).as_deref(), Some("ив"));
        assert_eq!(part(Some("привет"), Some(-2), None).as_deref(), Some("ет"));
        assert_eq!(part(Some("привет"), Some(9), Some(1)).as_deref(), Some(""));
    }
}
