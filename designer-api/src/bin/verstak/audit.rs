//! `verstak audit`.

use clap::{Args, Subcommand};
use engine::audit::{Head, seal, verify};

use crate::options::Connection;
use crate::outcome::{Failed, list, say};

/// What can be done with the audit.
#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Look for events that were changed, removed, moved or cut off.
    Verify(Verify),
    /// Print the newest link of the chain, to be kept elsewhere and given to `verify --head`.
    Head(One),
}

/// Options of `verstak audit verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// A head that was printed before: the chain must still lead through it; may be given several times.
    #[arg(long, value_name = "NUMBER:HASH", value_parser = head)]
    head: Vec<Head>,
    #[command(flatten)]
    connection: Connection,
}

/// Where the audit is.
#[derive(Args)]
pub(crate) struct One {
    #[command(flatten)]
    connection: Connection,
}

fn head(text: &str) -> Result<Head, String> {
    seal::read(text).ok_or_else(|| "a number and a hash are expected, as `verstak audit head` prints them".to_owned())
}

/// Looks through the chain, or prints its head.
pub(crate) async fn run(command: Audit) -> Result<(), Failed> {
    match command {
        Audit::Verify(options) => {
            let engine = options.connection.open_existing().await?;
            let found = verify(&engine, &options.head).await?;
            engine.close().await;
            say(format_args!("{} events sealed, {} waiting.", found.sealed, found.waiting));
            list(&found.findings);
            if !found.findings.is_empty() {
                return Err(Failed::Wrong(Vec::new()));
            }
            say("Nothing was tampered with.");
        }
        Audit::Head(one) => {
            let engine = one.connection.open_existing().await?;
            let head = seal::current(&engine).await?;
            engine.close().await;
            match head {
                Some(Head { number, hash }) => say(format_args!("{number}:{hash}")),
                None => say("Nothing was sealed yet."),
            }
        }
    }
    Ok(())
}
