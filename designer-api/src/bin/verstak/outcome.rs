//! What a command says at its end, and its exit code.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use designer_api::messages;
use engine::diagnostic::{Diagnostic, Severity};
use engine::{Error, Locale, solutions};

/// Why a command did not do its work.
pub(crate) enum Failed {
    /// The input was wrong.
    Wrong(Vec<Diagnostic>),
    /// The input was wrong, and all but the sum has been said.
    Told(String),
    /// The command was used wrongly.
    Usage(String),
    /// The database or another part could not be reached.
    Unreachable(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        match error {
            Error::Malformed(list) | Error::Invalid(list) | Error::Conflict(list) => Self::Wrong(list),
            Error::NotFound(one) | Error::Forbidden(one) | Error::Unauthenticated(one) | Error::TooLarge(one) => {
                Self::Wrong(vec![one])
            }
            Error::Settings(one) => Self::Usage(messages::say(locale(), &one)),
            other => Self::Unreachable(chain(&other)),
        }
    }
}

/// An error with its causes. That it was the database's is said by its cause better.
fn chain(error: &Error) -> String {
    let error: &dyn std::error::Error = match error {
        Error::Storage(source) => source,
        other => other,
    };
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let more = source.to_string();
        if !text.ends_with(&more) {
            text += ": ";
            text += &more;
        }
        cause = source.source();
    }
    text
}

/// Language of the terminal.
pub(crate) fn locale() -> Locale {
    let language = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
    if language.is_some_and(|text| text.starts_with("ru")) { Locale::Ru } else { Locale::En }
}

/// Writes a line to the standard output; a reader that has gone away is no failure.
pub(crate) fn say(line: impl Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// Writes a line to the standard error.
pub(crate) fn warn(line: impl Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// Writes mistakes and warnings as `file:line:column: text (place in the document)`, one a line.
pub(crate) fn list(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let mut place = whereabouts(diagnostic);
        if let Some(position) = diagnostic.place.position {
            place += &format!(":{}:{}", position.line, position.column);
        }
        // A place inside a document says nothing where there is no document.
        let pointer = &diagnostic.place.pointer;
        let pointer = if pointer.is_empty() || place.is_empty() { String::new() } else { format!(" ({pointer})") };
        let word = if diagnostic.severity == Severity::Warning { "warning: " } else { "" };
        let colon = if place.is_empty() { "" } else { ": " };
        warn(format_args!("{place}{colon}{word}{}{pointer}", messages::say(locale(), diagnostic)));
    }
}

/// The file, or the kind and the label of what is in no file.
fn whereabouts(diagnostic: &Diagnostic) -> String {
    let place = &diagnostic.place;
    let Some(document) = place.file.is_none().then_some(place.document.as_ref()).flatten() else {
        return place.file.clone().unwrap_or_default();
    };
    let Some((kind, name)) = document.split_once('/') else { return document.clone() };
    let labels = diagnostic.words.get(solutions::proposal::DOCUMENT);
    let label = labels.and_then(|labels| labels.get(locale().code())).map_or(name, String::as_str);
    format!("{} “{label}”", messages::text(locale(), &format!("kind.{kind}"), &BTreeMap::new()))
}

/// Says a number of things.
pub(crate) fn count(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    match number.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    }
}

/// Says why a command failed, and gives its exit code.
pub(crate) fn report(failed: &Failed) -> ExitCode {
    match failed {
        Failed::Wrong(diagnostics) => {
            list(diagnostics);
            ExitCode::from(1)
        }
        Failed::Told(text) => {
            warn(text);
            ExitCode::from(1)
        }
        Failed::Usage(text) => {
            warn(format_args!("verstak: {text}"));
            ExitCode::from(2)
        }
        Failed::Unreachable(text) => {
            warn(format_args!("verstak: {text}"));
            ExitCode::from(3)
        }
    }
}
