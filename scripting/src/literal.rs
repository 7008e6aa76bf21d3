//! Literals with a point, which are decimals here: rhai is built without floats and would not read them.

use std::borrow::Cow;

/// The function that stands for a decimal literal.
pub(crate) const DECIMAL: &str = "decimal";

/// Writes `12.50` as `decimal("12.50")` everywhere outside texts and comments.
pub(crate) fn decimals(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut result = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let rest = &text[at..];
        at = match bytes[at] {
            b'"' | b'`' => at + quoted(rest),
            _ if rest.starts_with("//") => at + rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => at + comment(rest),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => at + word(rest),
            byte if byte.is_ascii_digit() => {
                let (length, decimal) = number(rest);
                if decimal {
                    // A minus that belongs to the number: it is one when no operand stands before it.
                    let before = text[copied..at].trim_end();
                    let sign = usize::from(
                        text[..at].ends_with('-') && !operand(&before[..before.len().saturating_sub(1)], &result),
                    );
                    result.push_str(&text[copied..at - sign]);
                    result.push_str(&format!("{DECIMAL}(\"{}\")", &text[at - sign..at + length]));
                    copied = at + length;
                }
                at + length
            }
            _ => at + rest.chars().next().map_or(1, char::len_utf8),
        };
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
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quote == b'"' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => (),
        }
    }
    text.len()
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

fn number(text: &str) -> (usize, bool) {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let whole = digits(text);
    let fraction = text[whole..]
        .strip_prefix('.')
        .map_or(0, |rest| if rest.starts_with(|c: char| c.is_ascii_digit()) { digits(rest) + 1 } else { 0 });
    (whole + fraction, fraction > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(decimals(text), expected, "{text}");
        }
    }
}
