//! Solution folders: documents as files, checked offline, applied with a three-way merge, installed once, exported in a
//! stable order fit for git.

pub(crate) mod folder;
pub(crate) mod merge;
pub(crate) mod combine;
pub mod proposal;
pub mod export;

use std::path::Path;

use access::Reason;
use diagnostic::Diagnostic;
use schemas::SampleData;

use combine::Mode;
pub use export::Exported;
pub use proposal::{Consent, Proposal};

use crate::scripts::tests::Tested;
use crate::{Context, Engine, Error, scripts};

/// What the offline check of a folder found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// How many documents the folder has.
    pub documents: usize,
    /// Every mistake and warning, with file, line and column.
    pub diagnostics: Vec<Diagnostic>,
}

/// What came of installing a folder.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Name of the solution.
    pub name: String,
    /// The new revision; `None` when everything was there already.
    pub revision: Option<u64>,
    /// Sample data to import, in order.
    pub data: Vec<SampleData>,
    /// What deserves a look.
    pub warnings: Vec<Diagnostic>,
}

/// Checks a solution folder without a database: every document, and all of them together with the system entities.
pub fn check(folder: &Path) -> Result<Checked, Error> {
    let folder = folder::read(folder)?;
    Ok(Checked { documents: folder.count(), diagnostics: folder.problems() })
}

/// Runs the tests of the scripts of a folder, without its sample data; its mistakes when it has any.
pub async fn test(folder: &Path) -> Result<Result<Vec<Tested>, Vec<Diagnostic>>, Error> {
    let folder = folder::read(folder)?;
    let problems = folder.problems();
    if problems.iter().any(Diagnostic::is_error) {
        return Ok(Err(problems));
    }
    let language = catalog::Workspace::default().language;
    Ok(Ok(scripts::tests::run(&folder.documents, &language, None).await?))
}

/// Says what applying a folder would change; nothing changes.
pub async fn plan(ctx: &Context, folder: &Path) -> Result<Proposal, Error> {
    proposal::propose(ctx, folder, Mode::Apply).await
}

/// Publishes what a folder brings as planned; `None` when there was nothing to do.
pub async fn apply(ctx: &Context, proposal: &Proposal, consent: Consent) -> Result<Option<u64>, Error> {
    proposal::carry_out(ctx, proposal, consent).await
}

/// Adds what a folder has and the workspace has not; never overwrites.
pub async fn install(engine: &Engine, folder: &Path) -> Result<Installed, Error> {
    let ctx = engine.system(Reason::CommandLine);
    let proposal = proposal::propose(&ctx, folder, Mode::Install).await?;
    let revision = proposal::carry_out(&ctx, &proposal, Consent::default()).await?;
    let warnings = if revision.is_some() { proposal.plan.warnings } else { Vec::new() };
    Ok(Installed { name: proposal.name, revision, data: proposal.data, warnings })
}

/// Writes what is published as a solution folder.
pub async fn export(ctx: &Context, folder: &Path) -> Result<Exported, Error> {
    folder::refuse_file(folder)?;
    export::export(ctx, folder).await
}
