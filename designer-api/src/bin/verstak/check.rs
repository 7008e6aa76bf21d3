//! `verstak check`.

use std::path::PathBuf;

use clap::Args;
use engine::solutions;

use crate::outcome::{Failed, list, say};

/// Options of `verstak check`.
#[derive(Args)]
pub(crate) struct Check {
    /// Solution folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Checks a solution folder offline.
pub(crate) fn run(options: &Check) -> Result<(), Failed> {
    let checked = solutions::check(&options.folder)?;
    list(&checked.diagnostics);
    if checked.diagnostics.iter().any(engine::diagnostic::Diagnostic::is_error) {
        return Err(Failed::Wrong(Vec::new()));
    }
    say(format_args!("{} is sound: {} documents.", options.folder.display(), checked.documents));
    Ok(())
}
