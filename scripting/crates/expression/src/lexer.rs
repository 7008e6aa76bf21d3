//! Text to tokens, by the lexical rules of rhai for what the subset keeps.

use std::sync::Arc;

use crate::ast::Span;
use crate::mistake::Mistake;
use crate::{Decimal, decimal::DecimalError};

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Integer(i64),
    Decimal(Decimal),
    Text(Arc<str>),
    /// A name or a word of the language.
    Word(Arc<str>),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// Longer symbols first. Those of rhai that the subset lacks are here too, so that `a--b` is no number and `a<-b` is not
/// read differently from rhai.
const SYMBOLS: &[&str] = &[
    "===", "!==", "...", "..=", "**=", "<<=", ">>=", "||", "&&", "==", "!=", "<=", ">=", "??", "?.", "?[", "..", "**",
    "<<", ">>", "<-", "->", "--", "++", "=>", "::", "+=", "-=", "*=", "/=", "%=", "(", ")", "{", "}", "[", "]", ",",
    ".", "|", "<", ">", "+", "-", "*", "/", "%", "!", "=", ";", ":", "&", "^", "~", "@", "#", "$", "?",
];

pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Whether the last token ended an operand, so that a minus is an operator.
    after_operand: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, after_operand: false }
    }

    /// Reads a part of a text; places are those of the text.
    pub(crate) fn within(text: &'a str, part: Span) -> Self {
        Self { text: text.get(..part.end).unwrap_or(text), at: part.start, after_operand: false }
    }

    /// Reads the next token.
    pub(crate) fn next(&mut self) -> Result<(Token, Span), Mistake> {
        self.skip_blank()?;
        let start = self.at;
        let token = self.token()?;
        self.after_operand = match &token {
            Token::Word(word) => !matches!(&**word, "if" | "else" | "in" | "return" | "switch"),
            Token::Symbol(symbol) => matches!(*symbol, ")" | "]" | "}"),
            _ => true,
        };
        Ok((token, start..self.at))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blank(&mut self) -> Result<(), Mistake> {
        loop {
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.skip_comment()?;
            } else if let Some(blank) = rest.chars().next().filter(|c| c.is_whitespace()) {
                self.at += blank.len_utf8();
            } else {
                return Ok(());
            }
        }
    }

    /// Comments of this kind nest.
    fn skip_comment(&mut self) -> Result<(), Mistake> {
        let start = self.at;
        let mut open = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                (open, self.at) = (open + 1, self.at + 2);
            } else if rest.starts_with("*/") {
                (open, self.at) = (open - 1, self.at + 2);
                if open == 0 {
                    return Ok(());
                }
            } else {
                match rest.chars().next() {
                    Some(c) => self.at += c.len_utf8(),
                    None => return Err(Mistake::new("expression.unclosed_comment", start..start + 2)),
                }
            }
        }
    }

    fn token(&mut self) -> Result<Token, Mistake> {
        let Some(first) = self.peek() else { return Ok(Token::End) };
        let second = self.rest().chars().nth(1);
        let negative = first == '-' && !self.after_operand && second.is_some_and(|c| c.is_ascii_digit());
        match first {
            '0'..='9' => self.number(),
            '-' if negative => self.number(),
            'a'..='z' | 'A'..='Z' | '_' => Ok(self.word()),
            '"' => self.quoted(),
            '`' => self.verbatim(),
            '\'' => Err(Mistake::new("expression.character", self.at..self.at + 1)),
            _ => self.symbol(first),
        }
    }

    fn symbol(&mut self, first: char) -> Result<Token, Mistake> {
        match SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            Some(symbol) => {
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
            None if first.is_alphabetic() => {
                let word = self.rest().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                Err(Mistake::new("expression.foreign_name", self.at..self.at + word.len()).with("name", word))
            }
            None => Err(Mistake::new("expression.character_unknown", self.at..self.at + first.len_utf8())
                .with("found", first.escape_debug())),
        }
    }

    fn word(&mut self) -> Token {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += length;
        Token::Word(rest[..length].into())
    }

    fn number(&mut self) -> Result<Token, Mistake> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some('-'));
        self.digits();
        let fraction = self.rest().starts_with('.') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
        if fraction {
            self.at += 1;
            self.digits();
        }
        if self.rest().starts_with(|c: char| c.is_alphabetic()) {
            self.word();
            return Err(self.number_mistake("expression.bad_number", start));
        }
        let digits = self.text[start..self.at].replace('_', "");
        if !fraction {
            let number = digits.parse().map_err(|_| self.number_mistake("expression.number_too_large", start))?;
            return Ok(Token::Integer(number));
        }
        Decimal::parse(&digits).map(Token::Decimal).map_err(|error| {
            let code = match error {
                DecimalError::Malformed => "expression.bad_number",
                DecimalError::TooPrecise => "expression.number_too_precise",
                DecimalError::TooLarge => "expression.number_too_large",
            };
            self.number_mistake(code, start)
        })
    }

    fn number_mistake(&self, code: &'static str, start: usize) -> Mistake {
        Mistake::new(code, start..self.at).with("found", &self.text[start..self.at])
    }

    fn digits(&mut self) {
        let rest = self.rest();
        self.at += rest.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(rest.len());
    }

    fn quoted(&mut self) -> Result<Token, Mistake> {
        let start = self.at;
        let unclosed = || Mistake::new("expression.unclosed_text", start..start + 1);
        let mut text = String::new();
        self.at += 1;
        loop {
            let c = self.peek().ok_or_else(unclosed)?;
            self.at += c.len_utf8();
            match c {
                // A doubled quote is a quote.
                '"' if self.peek() == Some('"') => {
                    self.at += 1;
                    text.push('"');
                }
                '"' => return Ok(Token::Text(text.into())),
                '\\' => text.extend(self.escape()?),
                '\n' => return Err(unclosed()),
                '\0' => return Err(Mistake::new("expression.nul", self.at - 1..self.at)),
                _ => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<Option<char>, Mistake> {
        let start = self.at - 1;
        let c = self.peek().ok_or_else(|| Mistake::new("expression.unclosed_text", start..start + 1))?;
        self.at += c.len_utf8();
        let digits = match c {
            '"' | '\\' | '\'' => return Ok(Some(c)),
            'n' => return Ok(Some('\n')),
            'r' => return Ok(Some('\r')),
            't' => return Ok(Some('\t')),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Err(self.bad_escape(start)),
        };
        let code = self.rest().get(..digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok()).ok_or_else(|| self.bad_escape(start))?;
        self.at += digits;
        match char::from_u32(code) {
            Some('\0') => Err(Mistake::new("expression.nul", start..self.at)),
            Some(c) => Ok(Some(c)),
            None => Err(self.bad_escape(start)),
        }
    }

    fn bad_escape(&self, start: usize) -> Mistake {
        Mistake::new("expression.bad_escape", start..self.at).with("found", &self.text[start..self.at])
    }

    /// Text between back-ticks: as it stands, over lines, without interpolation.
    fn verbatim(&mut self) -> Result<Token, Mistake> {
        let start = self.at;
        let unclosed = || Mistake::new("expression.unclosed_text", start..start + 1);
        let mut text = String::new();
        self.at += 1;
        // A line break right after the opening back-tick does not belong to the text.
        self.at += ["\r\n", "\n", "\r"].iter().find(|end| self.rest().starts_with(**end)).map_or(0, |end| end.len());
        loop {
            let c = self.peek().ok_or_else(unclosed)?;
            if self.rest().starts_with("${") {
                return Err(Mistake::new("expression.interpolation", self.at..self.at + 2));
            }
            self.at += c.len_utf8();
            match c {
                '`' if self.peek() == Some('`') => {
                    self.at += 1;
                    text.push('`');
                }
                '`' => return Ok(Token::Text(text.into())),
                '\r' if self.peek() == Some('\n') => (),
                '\0' => return Err(Mistake::new("expression.nul", self.at - 1..self.at)),
                '\\' if self.rest().starts_with("${") => {
                    self.at += 1;
                    text.push('$');
                }
                _ => text.push(c),
            }
        }
    }
}

/// Writes a text as a literal.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
