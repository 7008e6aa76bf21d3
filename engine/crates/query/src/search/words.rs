//! Texts as words: folded, with their stems; telephone numbers by every end of their digits.

use std::borrow::Cow;
use std::collections::BTreeSet;

use catalog::{Entity, Field, FieldKind};
use expression::Value;
use icu_normalizer::ComposingNormalizerBorrowed;
use rust_stemmers::{Algorithm, Stemmer};
use sql::ColumnType;

/// Characters of a word that the index keeps.
const LONGEST_WORD: usize = 64;
/// Bytes of a record's words that the index keeps; PostgreSQL takes no more than a mebibyte.
const MOST_BYTES: usize = 800_000;
/// What the stem of a word begins with, after entity and field.
pub(super) const STEM: char = '~';
/// Least digits by whose end a telephone number is found.
const FEWEST_DIGITS: usize = 2;

/// The fields of an entity by whose words its records are found: its title and those marked searchable; none of a
/// journal, whose records the index is not told of.
pub fn indexed(entity: &Entity) -> Vec<&Field> {
    if entity.is_journal() {
        return Vec::new();
    }
    let is_title = |field: &Field| entity.title.as_ref() == Some(&field.id);
    entity.fields.iter().filter(|field| (field.searchable || is_title(field)) && is_text(field)).collect()
}

fn is_text(field: &Field) -> bool {
    let is_words = matches!(
        field.kind,
        FieldKind::Text { .. }
            | FieldKind::LongText { .. }
            | FieldKind::RichText
            | FieldKind::Email
            | FieldKind::Phone
            | FieldKind::Url
            | FieldKind::AutoNumber { .. }
    );
    is_words && !field.write_only && ColumnType::of(&field.kind) == [ColumnType::Text] && field.columns.len() == 1
}

/// Makes the words of a record for the index out of the values of its [`indexed`] fields.
pub fn words_of(entity: &Entity, values: &[(&Field, &Value)]) -> Vec<String> {
    let mut words = BTreeSet::new();
    let mut bytes = 0;
    for (field, value) in values {
        let Value::Text(text) = value else { continue };
        let code = super::code(entity, field);
        let mut add = |word: &str| {
            let word = format!("{code}{word}");
            if bytes + word.len() < MOST_BYTES {
                let length = word.len() + 3;
                bytes += if words.insert(word) { length } else { 0 };
            }
        };
        if matches!(field.kind, FieldKind::Phone) {
            let digits = digits(text);
            let ends = digits.len().saturating_sub(LONGEST_WORD)..=digits.len().saturating_sub(FEWEST_DIGITS);
            ends.filter_map(|start| digits.get(start..)).for_each(&mut add);
            continue;
        }
        for word in split(&plain(field, text)) {
            add(&word);
            if let Some(stem) = stem(&word) {
                add(&format!("{STEM}{stem}"));
            }
        }
    }
    words.into_iter().collect()
}

/// The text of a field as people read it: without the tags of rich text.
pub(super) fn plain<'t>(field: &Field, text: &'t str) -> Cow<'t, str> {
    if !matches!(field.kind, FieldKind::RichText) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        plain.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let decoded = plain.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Cow::Owned(decoded.replace("&#39;", "'").replace("&amp;", "&"))
}

/// Splits a text into folded words.
pub(super) fn split(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LONGEST_WORD).collect()).collect()
}

/// Writes a text in the form in which words are compared: small letters, one form of each character, `ё` as `е`.
pub(super) fn fold(text: &str) -> String {
    let folded = ComposingNormalizerBorrowed::new_nfkc().normalize(&text.to_lowercase()).to_lowercase();
    folded.replace('ё', "е")
}

/// The stem of a word by the rules of the language of its letters; `None` of what has no stem.
pub(super) fn stem(word: &str) -> Option<String> {
    let algorithm = if word.chars().all(|letter| letter.is_ascii_alphabetic()) {
        Algorithm::English
    } else if word.chars().all(|letter| matches!(letter, 'а'..='я')) {
        Algorithm::Russian
    } else {
        return None;
    };
    let stem = Stemmer::create(algorithm).stem(word);
    (stem.chars().count() > 1).then(|| stem.into_owned())
}

/// The digits of a telephone number.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_stemmed() {
        assert_eq!(split("Ёлки-палки, ООО «Ромашка» №5"), ["елки", "палки", "ооо", "ромашка", "no5"]);
        assert_eq!(stem("ромашки"), stem("ромашка"));
        assert_eq!(stem("deliveries"), stem("delivery"));
        assert_eq!(stem("5т"), None);
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(split(&"я".repeat(100))[0].chars().count(), LONGEST_WORD);
    }
}
