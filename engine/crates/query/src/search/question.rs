//! What people typed, as patterns of words.

use super::words::{STEM, digits, fold, split, stem};

/// Most words of a question; more narrow nothing.
const MAX_WORDS: usize = 12;
/// Characters of a question that are looked at.
const LONGEST: usize = 200;
/// Least digits that may be a telephone number written in parts.
const FEWEST_DIGITS: usize = 5;
/// Digits of a Russian number with its first 7 or 8.
const RUSSIAN_NUMBER: usize = 11;

/// Words to be met in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Every one.
    All(Vec<Pattern>),
    /// One of them.
    Any(Vec<Pattern>),
    /// A word that begins so.
    Prefix(String),
    /// This word.
    Word(String),
}

/// One word of a question, or one telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// By what it is met.
    pub(super) pattern: Pattern,
    /// By what it is met exactly, which counts more.
    pub(super) exact: Pattern,
}

/// Reads a question; nothing in it is nothing asked.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let text: String = fold(text).chars().take(LONGEST).collect();
    let mut terms = Vec::new();
    for piece in pieces(&text) {
        match piece {
            Piece::Number(groups) => terms.push(number(groups)),
            Piece::Words(words) => terms.extend(split(words).iter().map(|word| term(word))),
        }
    }
    terms.truncate(MAX_WORDS);
    terms
}

/// Says whether a folded word of a text is met by a pattern.
pub(super) fn meets(pattern: &Pattern, word: &str) -> bool {
    match pattern {
        Pattern::All(patterns) | Pattern::Any(patterns) => patterns.iter().any(|pattern| meets(pattern, word)),
        Pattern::Prefix(prefix) => word.starts_with(prefix.as_str()),
        Pattern::Word(wanted) => match wanted.strip_prefix(STEM) {
            Some(wanted) => stem(word).as_deref() == Some(wanted),
            None => word == wanted,
        },
    }
}

fn term(word: &str) -> Term {
    let exact = Pattern::Word(word.to_owned());
    // One letter begins nearly everything.
    let first = if word.chars().nth(1).is_some() { Pattern::Prefix(word.to_owned()) } else { exact.clone() };
    let pattern = match stem(word) {
        Some(stem) => Pattern::Any(vec![first, Pattern::Word(format!("{STEM}{stem}"))]),
        None => first,
    };
    Term { pattern, exact }
}

fn number(groups: &str) -> Term {
    let joined = digits(groups);
    let words: Vec<Term> = split(groups).iter().map(|group| term(group)).collect();
    let mut any =
        vec![Pattern::All(words.iter().map(|word| word.pattern.clone()).collect()), Pattern::Prefix(joined.clone())];
    // The same number is written +7 … and 8 ….
    if joined.len() == RUSSIAN_NUMBER && joined.starts_with(['7', '8']) {
        any.push(Pattern::Prefix(joined[1..].to_owned()));
    }
    let exact = vec![Pattern::All(words.into_iter().map(|word| word.exact).collect()), Pattern::Word(joined)];
    Term { pattern: Pattern::Any(any), exact: Pattern::Any(exact) }
}

enum Piece<'t> {
    Words(&'t str),
    Number(&'t str),
}

/// Splits a question into what may be a telephone number in parts, such as `+7 (912) 345`, and the words between.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let is_part = |character: char| character.is_ascii_digit() || " +-().".contains(character);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        let begins_word = rest[end..].starts_with(char::is_alphanumeric);
        // `2024x`: the digits belong to the word behind them.
        let end =
            if begins_word { rest[..end].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1) } else { end };
        let (number, after) = rest.split_at(end);
        if digits(number).len() >= FEWEST_DIGITS {
            pieces.push(Piece::Number(number));
        } else if !number.trim().is_empty() {
            pieces.push(Piece::Words(number));
        }
        // To the end of the word, so that digits inside it stay there.
        let next = after.find([' ', '(', '+']).unwrap_or(after.len());
        let (words, after) = after.split_at(next);
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        if end == 0 && words.is_empty() {
            break;
        }
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        terms(text).into_iter().map(|term| format!("{:?}", term.exact)).collect()
    }

    #[test]
    fn questions_become_terms() {
        assert_eq!(found("Иван ёлка"), [r#"Word("иван")"#, r#"Word("елка")"#]);
        assert_eq!(found("ivan.petrov@mail.ru").len(), 4);
        assert_eq!(found("  ,, "), Vec::<String>::new());
        assert_eq!(found("дом 12"), [r#"Word("дом")"#, r#"Word("12")"#]);
        assert_eq!(found("№2024x7 а").len(), 2);
    }

    #[test]
    fn telephone_numbers_are_one_term() {
        let terms = terms("+7 (912) 345-67-89");
        assert_eq!(terms.len(), 1);
        let Pattern::Any(any) = &terms[0].pattern else { panic!("{terms:?}") };
        assert_eq!(any[1..], [Pattern::Prefix("79123456789".to_owned()), Pattern::Prefix("9123456789".to_owned())]);
    }

    #[test]
    fn stems_meet_other_forms() {
        assert!(meets(&terms("поставки")[0].pattern, "поставкой"));
        assert!(!meets(&terms("поставки")[0].pattern, "постамент"));
    }
}
