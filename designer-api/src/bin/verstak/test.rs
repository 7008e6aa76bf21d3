//! `verstak test`.

use std::path::PathBuf;

use clap::Args;
use designer_api::messages;
use engine::solutions;

use crate::outcome::{Failed, count, list, locale, say};

/// Options of `verstak test`.
#[derive(Args)]
pub(crate) struct Test {
    /// Solution folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the tests of the scripts of a solution folder, each on an empty workspace of its own.
pub(crate) async fn run(options: Test) -> Result<(), Failed> {
    let tested = match solutions::test(&options.folder).await? {
        Ok(tested) => tested,
        Err(problems) => {
            list(&problems);
            let mistakes = problems.iter().filter(|found| found.is_error()).count();
            return Err(Failed::Told(format!("{}; nothing was tested.", count(mistakes, "mistake", "mistakes"))));
        }
    };
    let mut failed = 0;
    for one in &tested {
        if one.failures.is_empty() {
            say(format_args!("ok      {} › {}", one.script, one.test));
            continue;
        }
        failed += 1;
        say(format_args!("FAILED  {} › {}", one.script, one.test));
        for failure in &one.failures {
            say(format_args!("        {}: {}", failure.place.pointer, messages::say(locale(), failure)));
        }
    }
    let tests = count(tested.len(), "test", "tests");
    if failed > 0 {
        return Err(Failed::Told(format!("{failed} of {tests} failed.")));
    }
    if tested.is_empty() {
        say(format_args!("{} has no tests.", options.folder.display()));
    } else {
        say(format_args!("{tests} passed."));
    }
    Ok(())
}
