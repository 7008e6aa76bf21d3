//! Imports by a screen: upload, mapping, trial run, result, undo.

use axum::extract::{Multipart, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::jobs::Problem;
use engine::transfer::import::{self, Import, ImportRequest, RowProblem};
use engine::{Context, Error};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::extract::Signed;
use crate::extract::list::{unknown, wrong};
use crate::files::{self, next, plain_name, upload};
use crate::messages;
use crate::problem::{Failure, malformed, not_found};

/// What the parts of an import form say.
#[derive(Default)]
struct Form {
    file: Option<(String, Vec<u8>)>,
    entity: String,
    mapping: Option<String>,
    key: Option<String>,
    dry_run: bool,
}

/// `POST /imports/preview`: the file's columns with a guess of their fields.
pub(crate) async fn preview(Signed { ctx, .. }: Signed, files::Form(parts): files::Form) -> Result<Response, Failure> {
    let form = read(parts).await?;
    let (name, content) = form.file.ok_or_else(|| malformed(Diagnostic::error("file.missing_part")))?;
    Ok(axum::Json(import::preview(&ctx, &name, content, &form.entity).await?).into_response())
}

/// `POST /imports`.
pub(crate) async fn start(Signed { ctx, .. }: Signed, files::Form(parts): files::Form) -> Result<Response, Failure> {
    let form = read(parts).await?;
    let (name, content) = form.file.ok_or_else(|| malformed(Diagnostic::error("file.missing_part")))?;
    let mapping = match form.mapping {
        None => None,
        Some(text) => Some(import::Mapping::parse(&text).map_err(|mistakes| Failure::from(Error::Invalid(mistakes)))?),
    };
    let request = ImportRequest {
        entity: form.entity,
        name,
        mapping,
        key: form.key,
        dry_run: form.dry_run,
        problems: import::PROBLEMS,
    };
    let entity = request.entity.clone();
    let id = import::start(&ctx, request, content).await?;
    let mut started = shown(&ctx, &import::get(&ctx, id).await?);
    started["entity"] = json!(entity);
    Ok((StatusCode::ACCEPTED, axum::Json(started)).into_response())
}

/// `GET /imports/{id}`.
pub(crate) async fn get(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    let import = import::get(&ctx, identity(&id)?).await?;
    Ok(axum::Json(shown(&ctx, &import)).into_response())
}

/// `POST /imports/{id}/undo`.
pub(crate) async fn undo(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = identity(&id)?;
    import::undo(&ctx, id).await?;
    Ok(axum::Json(shown(&ctx, &import::get(&ctx, id).await?)).into_response())
}

/// An import with its mistakes in the caller's language.
fn shown(ctx: &Context, import: &Import) -> Value {
    let outcome = import.result.clone().unwrap_or_default();
    let said = |problem: &Problem| messages::say_problem(ctx.locale, problem);
    let errors: Vec<Value> = outcome
        .problems
        .iter()
        .map(|at| {
            let RowProblem { row, column, problem } = at;
            json!({"row": row, "column": column, "code": problem.code, "message": said(problem)})
        })
        .collect();
    let why: Vec<String> = import.problems.iter().map(said).collect();
    json!({
        "id": import.id, "job": import.id, "state": import.state, "dry_run": import.dry_run,
        "done": import.done, "total": import.total, "entity": outcome.entity, "rows": outcome.rows,
        "created": outcome.created, "updated": outcome.updated, "unchanged": outcome.unchanged, "unused": outcome.unused,
        "undone": outcome.undone, "bad_rows": outcome.bad_rows, "error_count": outcome.problem_count, "errors": errors,
        "message": if why.is_empty() { Value::Null } else { json!(why.join(" ")) },
    })
}

async fn read(mut parts: Multipart) -> Result<Form, Failure> {
    let mut form = Form::default();
    while let Some(part) = next(&mut parts).await? {
        let name = part.name().unwrap_or("").to_owned();
        let file = part.file_name().map(plain_name);
        let bytes = part.bytes().await.map_err(upload)?;
        match name.as_str() {
            "file" => form.file = Some((file.unwrap_or_else(|| "import.csv".to_owned()), bytes.into())),
            "entity" => form.entity = text(&bytes),
            "mapping" => form.mapping = Some(text(&bytes)),
            "key" => form.key = Some(text(&bytes)).filter(|key| !key.is_empty()),
            "dry_run" => match text(&bytes).as_str() {
                "true" => form.dry_run = true,
                "false" => form.dry_run = false,
                // Taken for `false`, a slip of the pen would import in earnest.
                other => return Err(malformed(wrong("/dry_run", "`true` or `false`", other))),
            },
            _ => return Err(malformed(unknown(&name))),
        }
    }
    Ok(form)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn identity(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| not_found("import.unknown"))
}
