//! `verstak check`.

use std::path::PathBuf;

use clap::Args;
use engine::solutions;

use crate::outcome::{Failed, count, list, say};

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
    let mistakes = checked.diagnostics.iter().filter(|found| found.is_error()).count();
    let documents = count(checked.documents, "document", "documents");
    if mistakes > 0 {
        return Err(Failed::Told(format!("{} in {documents}.", count(mistakes, "mistake", "mistakes"))));
    }
    say(format_args!("{} is sound: {documents}.", options.folder.display()));
    Ok(())
}
