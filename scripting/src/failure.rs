//! Why a script did not do its work, and where.

use rhai::{Dynamic, EvalAltResult, ParseError, Position};

use crate::json;
use crate::world::Stop;

/// A script that could not be compiled or did not end well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{script}:{line}:{column}: {message}")]
pub struct Failure {
    /// What sort of failure it is.
    pub kind: FailureKind,
    /// The script in which it happened.
    pub script: String,
    /// Line from 1; 0 when unknown.
    pub line: usize,
    /// Column from 1, in characters; 0 when unknown.
    pub column: usize,
    /// What went wrong, in the words of the script or of rhai.
    pub message: String,
    /// The functions that had called one another, the outermost first.
    pub calls: Vec<String>,
}

/// The sorts of failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureKind {
    /// The text is not rhai.
    Malformed,
    /// It was stopped: the word of the limit.
    Limit(&'static str),
    /// The script says no, in words for people, perhaps about a field.
    Refused {
        /// The field it is about.
        field: Option<String>,
    },
    /// It went wrong.
    Broken,
}

/// What `fail` throws.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) message: String,
    pub(crate) field: Option<String>,
}

/// What a function of the world throws: a script may catch it and read what it says.
#[derive(Debug, Clone)]
pub(crate) struct Denied(pub(crate) String);

impl Failure {
    pub(crate) fn of_text(script: &str, error: &ParseError) -> Self {
        Self::at(FailureKind::Malformed, script, error.1, error.0.to_string())
    }

    pub(crate) fn at(kind: FailureKind, script: &str, place: Position, message: String) -> Self {
        let (line, column) = (place.line().unwrap_or(0), place.position().unwrap_or(0));
        Self { kind, script: script.to_owned(), line, column, message, calls: Vec::new() }
    }

    /// Reads what rhai says of a run, from the outermost call to where it went wrong.
    pub(crate) fn of_run(script: &str, error: EvalAltResult) -> Self {
        let mut calls = Vec::new();
        let mut script = script.to_owned();
        let mut error = error;
        loop {
            match error {
                EvalAltResult::ErrorInFunctionCall(name, source, inner, _) => {
                    calls.push(name);
                    if !source.is_empty() {
                        script = source;
                    }
                    error = *inner;
                }
                EvalAltResult::ErrorInModule(name, inner, _) => {
                    if !name.is_empty() {
                        script = name;
                    }
                    error = *inner;
                }
                _ => break,
            }
        }
        let place = error.position();
        let (kind, message) = told(error);
        Self { calls, ..Self::at(kind, &script, place, message) }
    }
}

fn told(mut error: EvalAltResult) -> (FailureKind, String) {
    match &error {
        EvalAltResult::ErrorRuntime(value, _) => thrown(value),
        EvalAltResult::ErrorTooManyOperations(_) => (FailureKind::Limit("steps"), String::new()),
        EvalAltResult::ErrorTerminated(stop, _) => {
            let stop = stop.clone().try_cast::<Stop>();
            (FailureKind::Limit(stop.map_or("time", Stop::word)), String::new())
        }
        EvalAltResult::ErrorStackOverflow(_) => (FailureKind::Limit("calls"), String::new()),
        EvalAltResult::ErrorTooManyVariables(_) => (FailureKind::Limit("variables"), String::new()),
        EvalAltResult::ErrorTooManyModules(_) => (FailureKind::Limit("modules"), String::new()),
        EvalAltResult::ErrorDataTooLarge(..) => (FailureKind::Limit("size"), String::new()),
        _ => {
            // The place is told beside the words.
            error.clear_position();
            (FailureKind::Broken, error.to_string())
        }
    }
}

fn thrown(value: &Dynamic) -> (FailureKind, String) {
    if let Some(Denied(message)) = value.clone().try_cast::<Denied>() {
        return (FailureKind::Broken, message);
    }
    match value.clone().try_cast::<Refused>() {
        Some(refused) => (FailureKind::Refused { field: refused.field }, refused.message),
        None => (FailureKind::Refused { field: None }, json::shown(value)),
    }
}
