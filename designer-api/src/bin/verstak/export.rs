//! `verstak export`.

use std::path::PathBuf;

use clap::Args;
use engine::{Reason, solutions};

use crate::options::Connection;
use crate::outcome::{Failed, count, say};

/// Options of `verstak export`.
#[derive(Args)]
pub(crate) struct Export {
    /// Folder to write.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    connection: Connection,
}

/// Writes the published metadata as a solution folder.
pub(crate) async fn run(options: Export) -> Result<(), Failed> {
    let engine = options.connection.open_existing().await?;
    let exported = solutions::export(&engine.system(Reason::CommandLine), &options.folder).await?;
    say(format_args!(
        "Wrote {} of revision {} to {}.",
        count(exported.documents, "document", "documents"),
        exported.revision,
        options.folder.display()
    ));
    engine.close().await;
    Ok(())
}
