//! `verstak doctor`.

use clap::Args;
use engine::diagnostic::Diagnostic;

use crate::options::{Connection, Mail};
use crate::outcome::{Failed, count, list, say};

/// Options of `verstak doctor`.
#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    mail: Mail,
    /// Make the search index anew first.
    #[arg(long)]
    rebuild_search: bool,
}

/// Looks for what could be wrong, and says what is right.
pub(crate) async fn run(options: Doctor) -> Result<(), Failed> {
    let engine = options.connection.open_existing_with(|config| options.mail.with(config)).await?;
    if options.rebuild_search {
        let job = engine::search::rebuild(&engine).await?;
        if engine::search::wait(&engine, job).await? != engine::jobs::State::Done {
            engine.close().await;
            return Err(Failed::from(engine::Error::Conflict(vec![Diagnostic::error("search.rebuild_failed")])));
        }
        say("The search index is made anew.");
    }
    let examined = engine::doctor::examine(&engine).await?;
    for fact in &examined.facts {
        say(format_args!("{:<28} {}", fact.0, fact.1));
    }
    list(&examined.findings);
    engine.close().await;
    let wrong = examined.findings.iter().filter(|found| found.is_error()).count();
    if wrong > 0 {
        return Err(Failed::Told(format!("{} wrong.", count(wrong, "thing is", "things are"))));
    }
    match examined.findings.len() {
        0 => say("Nothing is wrong."),
        number => say(format_args!("Nothing is wrong; {} a look.", count(number, "thing deserves", "things deserve"))),
    }
    Ok(())
}
