//! Where the words of a question stand in a text.

use catalog::{Field, FieldKind};

use super::question::{Pattern, Term, meets};
use super::words::{digits, fold, plain};

/// Characters of a piece.
const PIECE: usize = 160;
/// Characters of a piece before the first word.
const BEFORE: usize = 40;

/// A piece of a text with the places of words in it.
pub(super) struct Snippet {
    pub(super) piece: String,
    pub(super) marks: Vec<(usize, usize)>,
}

/// Finds the words of a text that terms meet: first character and the one after the last, for each.
pub(super) fn marked(text: &str, terms: &[Term]) -> Vec<(usize, usize)> {
    let mut marks = Vec::new();
    let mut word = String::new();
    let mut start = 0;
    for (at, character) in text.chars().chain(std::iter::once(' ')).enumerate() {
        if character.is_alphanumeric() {
            if word.is_empty() {
                start = at;
            }
            word.push(character);
            continue;
        }
        if !word.is_empty() {
            let folded = fold(&word);
            if terms.iter().any(|term| meets(&term.pattern, &folded)) {
                marks.push((start, at));
            }
            word.clear();
        }
    }
    marks
}

/// Cuts a piece out of a field's text around the first word met; `None` where none is.
pub(super) fn snippet(field: &Field, text: &str, terms: &[Term]) -> Option<Snippet> {
    let plain = plain(field, text);
    let plain: String = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut marks = marked(&plain, terms);
    if marks.is_empty() && matches!(field.kind, FieldKind::Phone) {
        let number = digits(&plain);
        if terms.iter().any(|term| is_part(&term.pattern, &number)) {
            marks.push((0, plain.chars().count()));
        }
    }
    let (first, _) = *marks.first()?;
    let length = plain.chars().count();
    let from = if length <= PIECE { 0 } else { beginning(&plain, first.saturating_sub(BEFORE)) };
    let to = (from + PIECE).min(length);
    let mut piece: String = plain.chars().skip(from).take(to - from).collect();
    let shift = usize::from(from > 0);
    if from > 0 {
        piece.insert(0, '…');
    }
    if to < length {
        piece.push('…');
    }
    let inside = marks.into_iter().filter(|(start, end)| *start >= from && *end <= to);
    let marks = inside.map(|(start, end)| (start - from + shift, end - from + shift)).collect();
    Some(Snippet { piece, marks })
}

/// The beginning of the word at or after a place.
fn beginning(text: &str, place: usize) -> usize {
    if place == 0 {
        return 0;
    }
    let found = text.chars().enumerate().skip(place).find(|(_, character)| *character == ' ');
    found.map_or(place, |(at, _)| at + 1).min(place + BEFORE)
}

fn is_part(pattern: &Pattern, number: &str) -> bool {
    match pattern {
        Pattern::All(patterns) => patterns.iter().all(|pattern| is_part(pattern, number)),
        Pattern::Any(patterns) => patterns.iter().any(|pattern| is_part(pattern, number)),
        Pattern::Prefix(part) | Pattern::Word(part) => {
            part.chars().all(|digit| digit.is_ascii_digit()) && number.contains(part.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::terms;
    use super::*;

    #[test]
    fn marks_count_characters() {
        assert_eq!(marked("Ёлка и ёлки", &terms("елка")), [(0, 4), (7, 11)]);
        assert_eq!(marked("ООО «Ромашка»", &terms("ром")), [(5, 12)]);
    }
}
