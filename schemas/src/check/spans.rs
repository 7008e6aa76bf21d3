//! Where the values of a JSON text stand: a small walk beside the parser, which keeps no places.

use std::collections::{HashMap, HashSet};

use diagnostic::{Diagnostic, Position};

/// The places of values and keys by JSON pointer.
#[derive(Debug, Clone, Default)]
pub struct Spans {
    values: HashMap<String, Position>,
    keys: HashMap<String, Position>,
    repeated: Vec<(String, Position)>,
}

impl Spans {
    /// Walks a text that is known to be JSON.
    pub(super) fn of(text: &str) -> Self {
        let mut walk = Walk { text, at: 0, line: 1, start: 0, spans: Self::default() };
        walk.value(String::new());
        walk.spans
    }

    /// Gives line and column to diagnostics that have a pointer into the text.
    pub fn located(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        for diagnostic in &mut diagnostics {
            self.locate(diagnostic);
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.place.position);
        diagnostics
    }

    /// Gives line and column to a diagnostic; a pointer to nothing takes the place of what is around it.
    pub fn locate(&self, diagnostic: &mut Diagnostic) {
        if diagnostic.place.position.is_some() && diagnostic.place.pointer.is_empty() {
            return;
        }
        let about_key = diagnostic.code.ends_with("_key") || diagnostic.code == "field.option_not_for_type";
        let mut pointer = diagnostic.place.pointer.as_str();
        loop {
            let key = about_key.then(|| self.keys.get(pointer)).flatten();
            if let Some(position) = key.or_else(|| self.values.get(pointer)) {
                diagnostic.place.position = Some(*position);
                return;
            }
            match pointer.rsplit_once('/') {
                Some((around, _)) => pointer = around,
                None => return,
            }
        }
    }

    pub(super) fn repeated_keys(&self) -> Vec<Diagnostic> {
        let problem = |(pointer, position): &(String, Position)| {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            Diagnostic::error("document.repeated_key").at(pointer.clone()).on(*position).with("name", name)
        };
        self.repeated.iter().map(problem).collect()
    }
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    /// Where the line starts.
    start: usize,
    spans: Spans,
}

impl Walk<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b' ')
    }

    fn blanks(&mut self) {
        while self.at < self.text.len() && self.peek().is_ascii_whitespace() {
            if self.peek() == b'\n' {
                self.line += 1;
                self.start = self.at + 1;
            }
            self.at += 1;
        }
    }

    fn position(&self) -> Position {
        let column = self.text[self.start..self.at].chars().count() + 1;
        Position { line: self.line, column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    fn value(&mut self, pointer: String) {
        self.blanks();
        let position = self.position();
        match self.peek() {
            b'{' => self.object(&pointer),
            b'[' => self.array(&pointer),
            b'"' => drop(self.string()),
            _ => self.word(),
        }
        self.spans.values.insert(pointer, position);
    }

    fn object(&mut self, pointer: &str) {
        let mut seen = HashSet::new();
        self.at += 1;
        loop {
            self.blanks();
            match self.peek() {
                b'"' => {}
                b',' => {
                    self.at += 1;
                    continue;
                }
                _ => break,
            }
            let position = self.position();
            let name = self.string().replace('~', "~0").replace('/', "~1");
            let inner = format!("{pointer}/{name}");
            if !seen.insert(name) {
                self.spans.repeated.push((inner.clone(), position));
            }
            self.spans.keys.insert(inner.clone(), position);
            self.blanks();
            self.at += 1;
            self.value(inner);
        }
        self.at += 1;
    }

    fn array(&mut self, pointer: &str) {
        self.at += 1;
        let mut index = 0;
        loop {
            self.blanks();
            match self.peek() {
                b']' => break,
                b',' => self.at += 1,
                _ => {
                    self.value(format!("{pointer}/{index}"));
                    index += 1;
                }
            }
        }
        self.at += 1;
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        serde_json::from_str(&self.text[start..self.at]).unwrap_or_default()
    }

    fn word(&mut self) {
        while self.at < self.text.len()
            && !matches!(self.peek(), b',' | b']' | b'}')
            && !self.peek().is_ascii_whitespace()
        {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spans;

    #[test]
    fn every_value_has_its_place() {
        let spans = Spans::of("{\n  \"ключ\": [1, {\"a/b\": \"\\\"\"}],\n  \"x\": true\n}");
        let place = |pointer: &str| spans.values.get(pointer).map(|position| (position.line, position.column));
        assert_eq!(place(""), Some((1, 1)));
        assert_eq!(place("/ключ/0"), Some((2, 12)));
        assert_eq!(place("/ключ/1/a~1b"), Some((2, 23)));
        assert_eq!(place("/x"), Some((3, 8)));
        assert!(spans.repeated.is_empty());
    }

    #[test]
    fn repeated_keys_are_found() {
        let spans = Spans::of(r#"{"a": {"b": 1, "b": 2}, "a": 3}"#);
        let found: Vec<String> = spans.repeated_keys().iter().map(ToString::to_string).collect();
        assert_eq!(found, [r#"1:16:/a/b document.repeated_key name="b""#, r#"1:25:/a document.repeated_key name="a""#]);
    }
}
