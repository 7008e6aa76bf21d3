//! Why rhai gave no value.

/// A failure of a script or expression.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is not rhai.
    #[error("{message} at line {line}, column {column}")]
    Malformed {
        /// What rhai says.
        message: String,
        /// Line from 1; 0 when unknown.
        line: usize,
        /// Column from 1; 0 when unknown.
        column: usize,
    },
    /// It ran into a limit: operations, time, size, depth.
    #[error("the script was stopped at a limit: {0}")]
    Limit(String),
    /// It failed while it ran.
    #[error("{0}")]
    Failed(String),
}

impl From<rhai::ParseError> for Error {
    fn from(error: rhai::ParseError) -> Self {
        let (line, column) = (error.1.line().unwrap_or(0), error.1.position().unwrap_or(0));
        Self::Malformed { message: error.0.to_string(), line, column }
    }
}

impl From<Box<rhai::EvalAltResult>> for Error {
    fn from(error: Box<rhai::EvalAltResult>) -> Self {
        use rhai::EvalAltResult as Rhai;
        match error.unwrap_inner() {
            Rhai::ErrorTooManyOperations(_)
            | Rhai::ErrorTooManyVariables(_)
            | Rhai::ErrorTooManyModules(_)
            | Rhai::ErrorStackOverflow(_)
            | Rhai::ErrorDataTooLarge(..)
            | Rhai::ErrorTerminated(..) => Self::Limit(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}
