//! Literals with a point, which are decimals here: rhai is built without floats and would not read them.

use std::borrow::Cow;

/// The function that stands for a decimal literal.
pub(crate) const DECIMAL: &str = "decimal";

/// How much longer a decimal literal gets.
const ADDED: usize = DECIMAL.len() + "(\"\")".len();

/// Writes `12.50` as `decimal("12.50")` everywhere outside texts and comments.
pub(crate) fn decimals(text: &str) -> Cow<'_, str> {
    rewritten(text, |_| ())
}

/// The same, with the places behind each literal that was rewritten, in bytes of what came of it.
pub(crate) fn decimals_and_places(text: &str) -> (Cow<'_, str>, Vec<usize>) {
    let mut places = Vec::new();
    let text = rewritten(text, |place| places.push(place));
    (text, places)
}

/// Gives the place in the text as it was written of a place in what [`decimals_and_places`] made of it; both as lines and
/// columns from 1, columns counted in characters.
pub(crate) fn written_at(made: &str, places: &[usize], line: usize, column: usize) -> (usize, usize) {
    let Some(start) = made.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).reduce(|a, b| a + b) else {
        return (line, shifted(made, 0, places, column));
    };
    (line, shifted(made, start, places, column))
}

fn shifted(made: &str, start: usize, places: &[usize], column: usize) -> usize {
    let rest = &made[start.min(made.len())..];
    let here = start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let before = places.iter().filter(|place| (start..=here).contains(*place)).count();
    column.saturating_sub(before * ADDED).max(1)
}

/// A piece of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// A name or a word of the language.
    Word(&'a str),
    /// A text with its quotes; of a template what stands outside of its `${...}`.
    Text(&'a str),
    /// A number, with or without a point.
    Number(&'a str),
    /// A comment.
    Comment,
    /// A character of anything else.
    Other(&'a str),
}

/// Cuts a source into pieces, each with where it begins in bytes.
pub(crate) fn parts(source: &str) -> impl Iterator<Item = (usize, Part<'_>)> {
    let mut at = 0;
    // How many braces are open in the code of each template that is open.
    let mut templates: Vec<usize> = Vec::new();
    std::iter::from_fn(move || {
        let rest = source.get(at..).filter(|rest| !rest.is_empty())?;
        let first = rest.as_bytes()[0];
        let is_back = first == b'}' && templates.last() == Some(&0);
        let (length, part) = if is_back || first == b'`' {
            if is_back {
                templates.pop();
            }
            let length = template(rest);
            if rest[..length].ends_with("${") {
                templates.push(0);
            }
            (length, Part::Text(&rest[..length]))
        } else if first == b'"' {
            let length = quoted(rest);
            (length, Part::Text(&rest[..length]))
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), Part::Comment)
        } else if rest.starts_with("/*") {
            (comment(rest), Part::Comment)
        } else if first.is_ascii_alphabetic() || first == b'_' {
            let length = word(rest);
            (length, Part::Word(&rest[..length]))
        } else if first.is_ascii_digit() {
            let length = number(rest);
            (length, Part::Number(&rest[..length]))
        } else {
            match (first, templates.last_mut()) {
                (b'{', Some(open)) => *open += 1,
                (b'}', Some(open)) => *open -= 1,
                _ => {}
            }
            let length = rest.chars().next().map_or(1, char::len_utf8);
            (length, Part::Other(&rest[..length]))
        };
        let here = at;
        at += length;
        Some((here, part))
    })
}

fn rewritten(text: &str, mut note: impl FnMut(usize)) -> Cow<'_, str> {
    let mut result = String::new();
    let mut copied = 0;
    for (at, part) in parts(text) {
        let Part::Number(number) = part else { continue };
        if !number.contains('.') {
            continue;
        }
        // A minus that belongs to the number: it is one when no operand stands before it.
        let before = text[copied..at].trim_end();
        let sign =
            usize::from(text[..at].ends_with('-') && !operand(&before[..before.len().saturating_sub(1)], &result));
        result.push_str(&text[copied..at - sign]);
        result.push_str(&format!("{DECIMAL}(\"{}\")", &text[at - sign..at + number.len()]));
        note(result.len());
        copied = at + number.len();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    result.push_str(&text[copied..]);
    Cow::Owned(result)
}

/// Says whether what stands before a minus ends an operand, so that the minus subtracts.
fn operand(before: &str, written: &str) -> bool {
    let before = before.trim_end();
    let before = if before.is_empty() { written } else { before };
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    !matches!(word, "if" | "else" | "in" | "return")
        && before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | ']' | '}' | '"' | '`'))
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => (),
        }
    }
    text.len()
}

/// Measures a piece of a template from its quote, or from the end of code in it, to the next code or to its end.
fn template(text: &str) -> usize {
    let ends = [text[1..].find('`').map(|at| at + 2), text[1..].find("${").map(|at| at + 3)];
    ends.into_iter().flatten().min().unwrap_or(text.len())
}

fn comment(text: &str) -> usize {
    let mut open = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let step = if rest.starts_with(b"/*") {
            open += 1;
            2
        } else if rest.starts_with(b"*/") {
            open -= 1;
            2
        } else {
            1
        };
        at += step;
        if open == 0 {
            return at;
        }
    }
    text.len()
}

fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let whole = digits(text);
    let fraction = text[whole..].strip_prefix('.').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    whole + fraction.map_or(0, |rest| digits(rest) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_what_was_written() {
        let (made, places) = decimals_and_places("let a = 1;\nlet b = 0.5 + 1.25 + c;\nd");
        let line = made.lines().nth(1).unwrap_or_default();
        let column = line.find('c').map_or(0, |at| line.rfind('c').unwrap_or(at) + 1);
        assert_eq!(written_at(&made, &places, 2, column), (2, 22));
        assert_eq!(written_at(&made, &places, 3, 1), (3, 1));
        assert_eq!(written_at(&made, &places, 1, 5), (1, 5));
    }

    #[test]
    fn only_literals_change() {
        for (text, expected) in [
            ("1 + 2", "1 + 2"),
            ("1.5", "decimal(\"1.5\")"),
            ("1 - 2.5", "1 - decimal(\"2.5\")"),
            ("1 -2.5", "1 -decimal(\"2.5\")"),
            ("-2.5.abs()", "decimal(\"-2.5\").abs()"),
            ("- 2.5", "- decimal(\"2.5\")"),
            ("1.5-2.5", "decimal(\"1.5\")-decimal(\"2.5\")"),
            ("a * -1_0.5 + f(-0.5)", "a * decimal(\"-1_0.5\") + f(decimal(\"-0.5\"))"),
            ("\"1.5\" + `2.5` // 3.5", "\"1.5\" + `2.5` // 3.5"),
            ("\"a\\\"1.5\" /* /* 1.5 */ 2.5 */ + x1.y2", "\"a\\\"1.5\" /* /* 1.5 */ 2.5 */ + x1.y2"),
            ("1.abs()", "1.abs()"),
            (
                "`1.5 ${a * 2.5 + f(#{b: 1.5})} 3.5` + 4.5",
                "`1.5 ${a * decimal(\"2.5\") + f(#{b: decimal(\"1.5\")})} 3.5` + decimal(\"4.5\")",
            ),
            ("`${`${1.5}`}`", "`${`${decimal(\"1.5\")}`}`"),
        ] {
            assert_eq!(decimals(text), expected, "{text}");
        }
    }
}
