//! `verstak plan` and `verstak apply`.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use designer_api::messages;
use engine::publishing::PlanAnswer;
use engine::solutions::Consent;
use engine::{Error, Reason, solutions};

use crate::options::Connection;
use crate::outcome::{Failed, count, list, locale, say, warn};

/// Options of `verstak plan`.
#[derive(Args)]
pub(crate) struct Plan {
    /// Solution folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    connection: Connection,
}

/// Options of `verstak apply`.
#[derive(Args)]
pub(crate) struct Apply {
    /// Solution folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Let entities and fields that the folder no longer has go out of sight.
    #[arg(long)]
    allow_destructive: bool,
    /// Give up what the draft holds and nobody published.
    #[arg(long)]
    discard_draft: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Shows what applying would change.
pub(crate) async fn plan(options: Plan) -> Result<(), Failed> {
    let (engine, _empty) = options.connection.open_or_empty().await?;
    let proposal = solutions::plan(&engine.system(Reason::CommandLine), &options.folder).await;
    engine.close().await;
    show(&proposal?.plan);
    Ok(())
}

/// Publishes a folder after showing what that changes.
pub(crate) async fn run(options: Apply) -> Result<(), Failed> {
    let engine = options.connection.open().await?;
    let ctx = engine.system(Reason::CommandLine);
    let proposal = solutions::plan(&ctx, &options.folder).await?;
    show(&proposal.plan);
    if proposal.plan.steps.is_empty() || options.yes || agreed()? {
        let Apply { allow_destructive, discard_draft, .. } = options;
        let applied = solutions::apply(&ctx, &proposal, Consent { allow_destructive, discard_draft }).await;
        if let Some(revision) = applied.inspect_err(hint)? {
            say(format_args!("Published revision {revision}."));
        }
    } else {
        say("Nothing was changed.");
    }
    engine.close().await;
    Ok(())
}

/// Says how the command line allows what a screen asks for.
fn hint(error: &Error) {
    let (Error::Invalid(mistakes) | Error::Conflict(mistakes)) = error else { return };
    let hints = [
        ("publish.destructive", "Give --allow-destructive to let those steps happen."),
        (
            "solution.draft_not_empty",
            "Give --discard-draft to give the draft up; a publish that was interrupted leaves it too.",
        ),
    ];
    for (_, hint) in hints.iter().filter(|(code, _)| mistakes.iter().any(|mistake| mistake.code == *code)) {
        warn(hint);
    }
}

fn show(plan: &PlanAnswer) {
    for (at, step) in plan.steps.iter().enumerate() {
        let mark = if step.destructive { " (destructive)" } else { "" };
        let rows = match step.rows_affected {
            0 => String::new(),
            rows => format!(", {}", count(rows, "row", "rows")),
        };
        say(format_args!("{}. {}{mark}{rows}", at + 1, messages::say(locale(), &step.summary)));
        for statement in &step.sql {
            say(format_args!("     {statement}"));
        }
    }
    if plan.steps.is_empty() {
        say("There is nothing to do.");
    }
    list(&plan.warnings);
}

/// Asks on a terminal; without one nobody agrees.
fn agreed() -> Result<bool, Failed> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(Failed::Usage("give --yes where nobody can be asked".to_owned()));
    }
    let mut err = std::io::stderr();
    drop(write!(err, "Publish this? [y/N] ").and_then(|()| err.flush()));
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(|error| Failed::Usage(error.to_string()))?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "д" | "да"))
}
