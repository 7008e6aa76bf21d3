//! The order of texts in the workspace's language, as people expect it: `а Б в`, `ё` after `е`.

use std::cmp::Ordering;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_order() {
        let collation = Collation::of("ru");
        let mut words = ["в", "Б", "ёж", "а", "ель", "жук", "еж", "Apple"];
        words.sort_by(|left, right| collation.compare(left, right));
        assert_eq!(words, ["а", "Б", "в", "еж", "ёж", "ель", "жук", "Apple"]);
    }
}
