//! `verstak import`, and the sample data of a solution.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use engine::diagnostic::Diagnostic;
use engine::schemas::SampleData;
use engine::transfer::import::{self, ImportRequest, Mapping, Outcome};
use engine::{Context, Engine, Reason};
use indicatif::{ProgressBar, ProgressStyle};
use uuid::Uuid;

use crate::options::Connection;
use crate::outcome::{Failed, count, locale, say};
use designer_api::messages;

/// Options of `verstak import`.
#[derive(Args)]
pub(crate) struct Import {
    /// Name of the entity the rows become records of.
    #[arg(required_unless_present = "undo")]
    entity: Option<String>,
    /// CSV or XLSX file.
    #[arg(required_unless_present = "undo")]
    file: Option<PathBuf>,
    /// Mapping file: which column goes where; guessed from the headers when absent.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Field by whose value existing records are found and changed; a column of ids needs no saying.
    #[arg(long, value_name = "FIELD")]
    key: Option<String>,
    /// Try everything, keep nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take back the import of this id: made records go to the recycle bin, changed ones get their old values.
    #[arg(long, value_name = "ID", conflicts_with_all = ["entity", "file", "map", "key", "dry_run"])]
    undo: Option<Uuid>,
    #[command(flatten)]
    connection: Connection,
}

/// Imports a file, all rows or none.
pub(crate) async fn run(options: Import) -> Result<(), Failed> {
    if let Some(id) = options.undo {
        return undo(&options.connection, id).await;
    }
    // Without an undo there are both.
    let (entity, file) = (options.entity.unwrap_or_default(), options.file.unwrap_or_default());
    let content = read(&file)?;
    let mapping = options.map.as_deref().map(mapping).transpose()?;
    let engine = options.connection.open_existing().await?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let request =
        ImportRequest { entity, name, mapping, key: options.key, dry_run: options.dry_run, problems: usize::MAX };
    let imported = finish(&engine.system(Reason::CommandLine), request, content).await;
    engine.close().await;
    let (id, outcome) = imported?;
    if !outcome.unused.is_empty() {
        let told =
            messages::say(locale(), &Diagnostic::warning("import.unused").with("found", outcome.unused.join(", ")));
        crate::outcome::warn(told);
    }
    let rows = count(outcome.rows, "row", "rows");
    let (created, updated) = (count(outcome.created, "record", "records"), outcome.updated);
    let unchanged = match outcome.unchanged {
        0 => String::new(),
        1 => ", 1 as it was".to_owned(),
        unchanged => format!(", {unchanged} as they were"),
    };
    if outcome.dry_run {
        say(format_args!("Tried {rows}: {created} would be made, {updated} changed{unchanged}. Nothing was kept."));
    } else {
        say(format_args!("Read {rows}: {created} made, {updated} changed{unchanged}."));
    }
    if !outcome.dry_run && outcome.created + outcome.updated > 0 {
        say(format_args!("Import {id}; to take it back: verstak import --undo {id}"));
    }
    Ok(())
}

/// Takes an import back.
async fn undo(connection: &Connection, id: Uuid) -> Result<(), Failed> {
    let engine = connection.open_existing().await?;
    let undone = import::undo(&engine.system(Reason::CommandLine), id).await;
    engine.close().await;
    let undone = undone?;
    let deleted = count(undone.deleted, "record", "records");
    say(format_args!("Took the import back: {deleted} to the recycle bin, {} as before.", undone.restored));
    Ok(())
}

/// Imports the sample data of a solution that has just been installed.
pub(crate) async fn sample_data(engine: &Engine, folder: &Path, data: &[SampleData]) -> Result<(), Failed> {
    let ctx = engine.system(Reason::CommandLine);
    for sample in data {
        let file = folder.join(&sample.file);
        let content = read(&file)?;
        let mapping = sample.map.as_ref().map(|map| mapping(&folder.join(map))).transpose()?;
        let request = ImportRequest {
            entity: sample.entity.clone(),
            name: sample.file.clone(),
            mapping,
            key: None,
            dry_run: false,
            problems: import::PROBLEMS,
        };
        let (_, outcome) = finish(&ctx, request, content).await?;
        let catalog = engine.catalog();
        let entity = catalog.entity(&sample.entity);
        let label = entity.map_or(sample.entity.as_str(), |entity| entity.plural.text(locale().code()));
        let told = match (outcome.created, outcome.updated) {
            (created, 0) => format!("{created} made"),
            (0, updated) => format!("{updated} completed"),
            (created, updated) => format!("{created} made, {updated} completed"),
        };
        say(format_args!("{label}: {told} from {}.", sample.file));
    }
    Ok(())
}

/// Runs an import to its end with a bar; mistakes are said row by row.
async fn finish(ctx: &Context, request: ImportRequest, content: Vec<u8>) -> Result<(Uuid, Outcome), Failed> {
    let name = request.name.clone();
    let id = import::start(ctx, request, content).await?;
    let style = ProgressStyle::with_template("{msg} {bar:32} {human_pos}/{human_len} {per_sec} {eta}");
    let bar = ProgressBar::new(0).with_message(name.clone());
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    loop {
        let state = import::get(ctx, id).await?;
        bar.set_length(u64::try_from(state.total).unwrap_or(0));
        bar.set_position(u64::try_from(state.done).unwrap_or(0));
        if state.state == "running" {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        bar.finish_and_clear();
        for problem in &state.problems {
            tell(&name, None, None, problem);
        }
        let outcome = state.result.ok_or(Failed::Wrong(Vec::new()))?;
        for problem in &outcome.problems {
            tell(&name, Some(problem.row), problem.column.as_deref(), &problem.problem);
        }
        if outcome.bad_rows > 0 {
            let told = format!(
                "{} in {} of {}; nothing was kept.",
                count(outcome.problem_count, "mistake", "mistakes"),
                outcome.bad_rows,
                count(outcome.rows, "row", "rows")
            );
            return Err(Failed::Told(told));
        }
        return Ok((id, outcome));
    }
}

fn tell(file: &str, row: Option<u64>, column: Option<&str>, problem: &engine::jobs::Problem) {
    let text = messages::say_problem(locale(), problem);
    let row = row.map_or(String::new(), |row| format!(":{row}"));
    let column = column.map_or(String::new(), |column| format!(" {column}:"));
    crate::outcome::warn(format_args!("{file}{row}:{column} {text}"));
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

fn mapping(path: &Path) -> Result<Mapping, Failed> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let shown = path.display().to_string();
    Mapping::parse(&text)
        .map_err(|mistakes| Failed::Wrong(mistakes.into_iter().map(|mistake| mistake.in_file(&shown)).collect()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failed {
    Failed::Wrong(vec![
        Diagnostic::error("import.file_unreadable").in_file(path.display().to_string()).with("found", error),
    ])
}
