//! Scripts while they are written: what is wrong with a source, and trying a function without leaving a trace.

use std::sync::Arc;

use catalog::Catalog;
use catalog::script::{Called, RunAs, malformed, unknown_imports};
use diagnostic::Diagnostic;
use expression::RecordRef;
use schemas::suggest::nearest;
use scripting::{Argument, Failure, Function, Limits, Programs};
use serde_json::Value as Json;
use storage::internal::jobs as stored;
use uuid::Uuid;

use super::apply::Ending;
use super::budget::Budget;
use super::buttons::write;
use super::elsewhere::Egress;
use super::run::{Call, rights, run};
use super::session::Pending;
use crate::jobs::{self, Job};
use crate::records::granted;
use crate::{Context, Error};

/// What is said of a source.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What is wrong with it, at `/source`.
    pub problems: Vec<Diagnostic>,
    /// The functions that others may call.
    pub functions: Vec<Function>,
}

/// Checks the source of a script that is being written, beside the published ones.
pub fn check(ctx: &Context, name: &str, source: &str) -> Result<Checked, Error> {
    ctx.designer()?;
    let (programs, failures) = beside(ctx, name, source);
    let own = failures.iter().filter(|failure| failure.script == name);
    let mut problems: Vec<Diagnostic> = own.map(malformed).collect();
    problems.extend(unknown_imports(&programs, source));
    Ok(Checked { problems, functions: programs.functions(name).unwrap_or_default() })
}

/// A try of a function.
#[derive(Debug, Clone)]
pub struct Try {
    /// Name of the script, as other scripts import it.
    pub name: String,
    /// The source as it is being written.
    pub source: String,
    /// The function.
    pub function: String,
    /// A record to give it first: name of the entity, and identity.
    pub record: Option<(String, Uuid)>,
    /// What else to give it.
    pub arguments: Vec<Json>,
}

/// What a try did.
#[derive(Debug, Clone)]
pub struct Tried {
    /// What the function returned.
    pub value: Json,
    /// Lines it wrote.
    pub log: Vec<String>,
    /// Steps of the interpreter.
    pub steps: u64,
    /// Milliseconds it took, the database included.
    pub took: u64,
    /// What it would have written: the act, the name of the entity, the values.
    pub writes: Vec<(&'static str, String, Json)>,
}

/// Runs a function of a source that is being written, with the rights of whoever tries it; what it writes is written to see
/// that it can be, and undone.
pub async fn attempt(ctx: &Context, asked: &Try) -> Result<Tried, Error> {
    ctx.designer()?;
    let (programs, failures) = beside(ctx, &asked.name, &asked.source);
    let own: Vec<Diagnostic> = failures.iter().filter(|it| it.script == asked.name).map(malformed).collect();
    if !own.is_empty() {
        return Err(Error::Invalid(own));
    }
    let functions = programs.functions(&asked.name).unwrap_or_default();
    if functions.iter().all(|function| function.name != asked.function) {
        let near = nearest(&asked.function, functions.iter().map(|function| function.name.as_str()));
        let unknown = Diagnostic::error("script.unknown_function").with("found", &asked.function);
        return Err(Error::Invalid(vec![unknown.with_some("nearest", near).at("/function")]));
    }
    let mut catalog = Catalog::clone(ctx.catalog());
    catalog.scripts.programs = Some(Arc::new(programs));
    let tried = Context { access: ctx.access.over(Arc::new(catalog)), ..ctx.clone() };
    let mut arguments = Vec::new();
    if let Some((entity, id)) = &asked.record {
        let grant = granted(&tried, entity, crate::Operation::Read)?;
        arguments.push(Argument::Record(RecordRef { entity: grant.entity().id.clone(), id: *id }));
    }
    arguments.extend(asked.arguments.iter().cloned().map(Argument::Json));
    let called = Called { script: asked.name.clone(), function: asked.function.clone(), run_as: RunAs::Caller };
    let rights = rights(&tried, &called);
    let egress = Egress::Nothing("script.http_in_trial");
    let ran =
        run(&tried, &rights, None, Call { called: &called, arguments, subject: None, egress, budget: Budget::CALL })
            .await?;
    write(&rights, &asked.name, ran.pending.clone(), Ending::Undone).await?;
    let writes = ran.pending.into_iter().map(|it| match it {
        Pending::Create { entity, values, .. } => ("create", entity, Json::Object(values)),
        Pending::Update { entity, id, mut values, .. } => {
            values.insert("id".to_owned(), Json::from(id.to_string()));
            ("update", entity, Json::Object(values))
        }
        Pending::Delete { entity, id, .. } => ("delete", entity, Json::from(id.to_string())),
        Pending::Make(made) => ("create", made.entity().to_owned(), made.shown()),
    });
    Ok(Tried { value: ran.value, log: ran.log, steps: ran.steps, took: ran.took, writes: writes.collect() })
}

/// Runs that are listed.
const LISTED: u32 = 50;

/// Lists the last runs of hooks after saves, the newest first, for designers.
pub async fn runs(ctx: &Context) -> Result<Vec<Job>, Error> {
    ctx.designer()?;
    let rows = ctx.engine.database().fetch(&stored::newest(super::after::JOB, LISTED)).await?;
    Ok(rows.iter().filter_map(|row| jobs::job(row)).collect())
}

/// Compiles a source in the place of the published script of its name.
fn beside(ctx: &Context, name: &str, source: &str) -> (Programs, Vec<Failure>) {
    let catalog = ctx.catalog();
    let others = catalog.scripts.all.iter().filter(|script| script.name != name);
    let sources = others.map(|script| (script.name.as_str(), script.source.as_str())).chain([(name, source)]);
    Programs::compile(&catalog.workspace.language, sources, &Limits::default())
}
