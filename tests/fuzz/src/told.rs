//! That mistakes can be told: each has a text in both languages.

use std::collections::HashSet;
use std::sync::LazyLock;

use designer_api::messages;
use diagnostic::Diagnostic;
use engine::Locale;

static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| messages::codes(Locale::En).collect());
static RUSSIAN: LazyLock<HashSet<&str>> = LazyLock::new(|| messages::codes(Locale::Ru).collect());

/// Panics where there is no mistake, or one without a text.
pub(crate) fn told(mistakes: &[Diagnostic]) {
    assert!(!mistakes.is_empty(), "refused without a mistake");
    for mistake in mistakes {
        has_text(mistake.code);
        for locale in [Locale::En, Locale::Ru] {
            assert!(!messages::say(locale, mistake).trim().is_empty(), "{mistake} says nothing");
        }
    }
}

/// Panics where the code has no text.
pub(crate) fn has_text(code: &str) {
    assert!(ENGLISH.contains(code) && RUSSIAN.contains(code), "`{code}` has no text");
}
