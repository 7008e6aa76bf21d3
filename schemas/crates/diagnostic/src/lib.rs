//! Mistakes of people as data: what is wrong, where, what was expected.
//!
//! A diagnostic carries a permanent code and arguments, never prose. The sentence is made at the edge, in the caller's
//! language, from the texts of `designer-api/messages`.

use std::collections::BTreeMap;
use std::fmt;

/// One mistake, with its place and the arguments of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Permanent code, `area.situation`.
    pub code: &'static str,
    /// Whether the mistake stops a publish or only deserves a look.
    pub severity: Severity,
    /// Where the mistake is.
    pub place: Place,
    /// Named values for the text of the code, such as `expected`, `found` and `nearest`.
    pub arguments: BTreeMap<&'static str, String>,
    /// What people read for an argument, by language: labels, where the argument itself is a technical name.
    pub words: BTreeMap<&'static str, BTreeMap<String, String>>,
}

/// How much a diagnostic stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Stops the act.
    Error,
    /// Is shown, and the act goes on.
    Warning,
}

/// Where a mistake is, from the outermost part known to the innermost.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File of a solution folder, relative to it.
    pub file: Option<String>,
    /// Document as `kind/name`.
    pub document: Option<String>,
    /// JSON pointer (RFC 6901) inside the document or the request body; empty for the whole.
    pub pointer: String,
    /// Line and column, both from 1, in the file or in the text of the expression.
    pub position: Option<Position>,
}

/// A place in a text, both numbers counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line from 1.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
}

impl Diagnostic {
    /// Makes an error with this code and no place yet.
    pub fn error(code: &'static str) -> Self {
        Self {
            code,
            severity: Severity::Error,
            place: Place::default(),
            arguments: BTreeMap::new(),
            words: BTreeMap::new(),
        }
    }

    /// Makes a warning with this code and no place yet.
    pub fn warning(code: &'static str) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code) }
    }

    /// Sets the JSON pointer.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.place.pointer = pointer.into();
        self
    }

    /// Sets the document, given as `kind/name`.
    pub fn in_document(mut self, document: impl Into<String>) -> Self {
        self.place.document = Some(document.into());
        self
    }

    /// Sets the file of a solution folder.
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// Sets line and column.
    pub fn on(mut self, position: Position) -> Self {
        self.place.position = Some(position);
        self
    }

    /// Adds a named argument of the text.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.insert(name, value.to_string());
        self
    }

    /// Adds a technical name with the texts that people read for it, by language.
    pub fn named(mut self, name: &'static str, value: impl fmt::Display, words: &BTreeMap<String, String>) -> Self {
        self.words.insert(name, words.clone());
        self.with(name, value)
    }

    /// Adds the argument when there is one, such as the nearest name.
    pub fn with_some(self, name: &'static str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Says whether the diagnostic stops the act.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.place.file {
            write!(f, "{file}:")?;
        }
        if let Some(Position { line, column }) = self.place.position {
            write!(f, "{line}:{column}:")?;
        }
        if let Some(document) = &self.place.document {
            write!(f, " {document}")?;
        }
        write!(f, "{} {}", self.place.pointer, self.code)?;
        for (name, value) in &self.arguments {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}
