//! Solution folders: documents as files, checked offline, applied with a three-way merge, installed once, exported in a
//! stable order fit for git.

pub(crate) mod folder;
pub(crate) mod merge;

use std::path::Path;

use diagnostic::Diagnostic;

use crate::Error;

/// What the offline check of a folder found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// How many documents the folder has.
    pub documents: usize,
    /// Every mistake and warning, with file, line and column.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a solution folder without a database: every document, and all of them together with the system entities.
pub fn check(folder: &Path) -> Result<Checked, Error> {
    let folder = folder::read(folder)?;
    Ok(Checked { documents: folder.count(), diagnostics: folder.problems() })
}
