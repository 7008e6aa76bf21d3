//! `verstak doctor`.

use clap::Args;

use crate::options::Connection;
use crate::outcome::{Failed, list, say};

/// Options of `verstak doctor`.
#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    connection: Connection,
}

/// Looks for what could be wrong, and says what is right.
pub(crate) async fn run(options: Doctor) -> Result<(), Failed> {
    let engine = options.connection.open_existing().await?;
    let examined = engine::doctor::examine(&engine).await?;
    for fact in &examined.facts {
        say(format_args!("{:<28} {}", fact.0, fact.1));
    }
    list(&examined.findings);
    engine.close().await;
    if examined.findings.iter().any(engine::diagnostic::Diagnostic::is_error) {
        return Err(Failed::Wrong(Vec::new()));
    }
    say("Nothing is wrong.");
    Ok(())
}
