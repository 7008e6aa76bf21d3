//! The program `verstak`: the server, and the commands that work beside it.

mod apply;
mod audit;
mod check;
mod doctor;
mod export;
mod import;
mod options;
mod outcome;
mod serve;
mod test;
mod user;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use options::{Connection, Serve};
use outcome::Failed;

/// A CRM that a business analyst builds without code.
#[derive(Parser)]
#[command(name = "verstak", version, about, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Run the product (what `verstak` alone does).
    Serve(Serve),
    /// Check a solution folder without a database.
    Check(check::Check),
    /// Run the tests of a solution's scripts.
    Test(test::Test),
    /// Show what applying a solution folder would change, with SQL.
    Plan(apply::Plan),
    /// Publish a solution folder.
    Apply(apply::Apply),
    /// Write the published metadata as a solution folder.
    Export(export::Export),
    /// Import records from a CSV or XLSX file.
    Import(import::Import),
    /// Add a user, set a password, disable a user.
    #[command(subcommand)]
    User(user::User),
    /// Print a new API token of a user.
    Token(user::Token),
    /// Look whether the audit was tampered with.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Look for what could be wrong with the database and the settings.
    Doctor(doctor::Doctor),
}

/// Stack of a thread that answers requests: the tallest expression that is read goes down it many times on its way to SQL.
const STACK: usize = 8 << 20;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing can be told when even that fails.
            drop(error.print());
            return ExitCode::from(code);
        }
    };
    start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return outcome::report(&Failed::Unreachable(error.to_string())),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => outcome::report(&failed),
    }
}

async fn run(arguments: Arguments) -> Result<(), Failed> {
    match arguments.command {
        None => serve::run(arguments.serve).await,
        Some(Command::Serve(serve)) => serve::run(serve).await,
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Test(test)) => test::run(test).await,
        Some(Command::Plan(plan)) => apply::plan(plan).await,
        Some(Command::Apply(apply)) => apply::run(apply).await,
        Some(Command::Export(export)) => export::run(export).await,
        Some(Command::Import(import)) => import::run(import).await,
        Some(Command::User(user)) => user::run(user).await,
        Some(Command::Token(token)) => user::token(token).await,
        Some(Command::Audit(audit)) => audit::run(audit).await,
        Some(Command::Doctor(doctor)) => doctor::run(doctor).await,
    }
}

/// `VERSTAK_LOG` chooses what is logged, in the syntax of `tracing`; warnings when absent.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("VERSTAK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("warn,{}", engine::UNLOGGED)));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
}

impl Connection {
    /// Opens the workspace as this command's own node.
    async fn open(&self) -> Result<engine::Engine, Failed> {
        Ok(engine::Engine::open(self.config(None)).await?)
    }

    /// Opens a workspace that is there: looking at one makes none.
    async fn open_existing(&self) -> Result<engine::Engine, Failed> {
        self.open_existing_with(|config| config).await
    }

    /// The same, with settings of its own.
    async fn open_existing_with(
        &self,
        settings: impl FnOnce(engine::Config) -> engine::Config,
    ) -> Result<engine::Engine, Failed> {
        if self.is_absent() {
            let folder = self.data.display();
            return Err(Failed::Unreachable(format!("there is no database in {folder}; name its folder by --data")));
        }
        Ok(engine::Engine::open(settings(self.config(None))).await?)
    }

    /// Opens a workspace that is there, or an empty one that goes away with the folder given beside it.
    async fn open_or_empty(&self) -> Result<(engine::Engine, Option<tempfile::TempDir>), Failed> {
        if !self.is_absent() {
            return Ok((self.open().await?, None));
        }
        let folder = tempfile::tempdir()
            .map_err(|error| Failed::Unreachable(format!("no folder can be made for an empty database: {error}")))?;
        let config = engine::Config { data: folder.path().to_owned(), ..self.config(None) };
        Ok((engine::Engine::open(config).await?, Some(folder)))
    }

    fn is_absent(&self) -> bool {
        let config = self.config(None);
        config.database_url.is_none() && !config.database_file().exists()
    }
}
