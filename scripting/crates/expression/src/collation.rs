//! The order of texts in a language, as people expect it, and comparison without regard to case.
//!
//! Evaluation, the collation registered in SQLite and the tests use the same rules that PostgreSQL's ICU collations
//! have: tertiary strength, ties broken by bytes so that only equal texts compare equal.

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

static RUSSIAN: OnceLock<Collation> = OnceLock::new();
static ENGLISH: OnceLock<Collation> = OnceLock::new();

/// The order of one language; texts that it holds for equal are told apart by their bytes.
#[derive(Debug)]
pub struct Collation {
    collator: CollatorBorrowed<'static>,
}

impl Collation {
    /// Gives the order of a language such as `ru`; an unknown one has the order of the Unicode root.
    pub fn of(language: &str) -> Self {
        let preferences = CollatorPreferences::from(&Locale::try_from_str(language).unwrap_or(Locale::UNKNOWN));
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Tertiary);
        let collator = Collator::try_new(preferences, options).expect("the data of all languages are compiled in");
        Self { collator }
    }

    /// Compares two texts.
    pub fn compare(&self, left: &str, right: &str) -> Ordering {
        self.collator.compare(left, right).then_with(|| left.cmp(right))
    }
}

/// Orders two texts as people of the language expect: Russian а Б в, ё after е.
pub fn compare(language: &str, left: &str, right: &str) -> Ordering {
    match language {
        "ru" => RUSSIAN.get_or_init(|| Collation::of("ru")).compare(left, right),
        "en" => ENGLISH.get_or_init(|| Collation::of("en")).compare(left, right),
        other => Collation::of(other).compare(left, right),
    }
}

/// Says whether `needle` occurs in `haystack`, both taken literally and without regard to case.
pub fn like(haystack: &str, needle: &str) -> bool {
    fold(haystack).contains(&fold(needle))
}

/// Gives the text in lower case by the full rules of Unicode.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(language: &str, texts: &str) -> String {
        let mut texts: Vec<&str> = texts.split(' ').collect();
        texts.sort_by(|a, b| compare(language, a, b));
        texts.join(" ")
    }

    #[test]
    fn texts_sort_as_people_expect() {
        assert_eq!(sorted("ru", "в Б а А б zoo Ant"), "а А б Б в Ant zoo");
        assert_eq!(sorted("ru", "ель ёж еда жук Ёж"), "еда ёж Ёж ель жук");
        assert_eq!(sorted("ru", "ёлка елка"), "елка ёлка");
        assert_eq!(sorted("en", "в Б zoo ant Ant"), "ant Ant zoo Б в");
        assert_eq!(compare("ru", "а", "а"), Ordering::Equal);
        assert_ne!(compare("ru", "\u{e9}", "e\u{301}"), Ordering::Equal);
    }

    #[test]
    fn like_takes_its_argument_literally() {
        assert!(like("ООО «Ромашка»", "ромаш"));
        assert!(like("100% sure", "0% S"));
        assert!(!like("100 sure", "0%"));
        assert!(!like("abc", "a_c"));
        assert!(like("abc", ""));
    }
}
