//! What publishing the draft would do, without doing it.

use std::sync::Arc;

use access::Reach;
use catalog::{Catalog, Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::Value;
use migration::{Check, Class, Existing, Finding};
use schemas::Kind;
use sha2::{Digest, Sha256};
use storage::Database;

use super::backfill::Due;
use super::drafts::Draft;
use super::preview::{DocumentChange, Preview, preview};
use super::publish::FEW_ROWS;
use super::{backfill, balances, recalculate, unmet};
use crate::{Context, Error};

/// What publishing would do.
#[derive(Debug, Clone)]
pub struct PlanAnswer {
    /// The revision it starts from.
    pub base_revision: u64,
    /// Steps in order; none when there is nothing to do.
    pub steps: Vec<PlanStep>,
    /// What deserves a look.
    pub warnings: Vec<Diagnostic>,
    /// Identity of this plan: that of exactly these documents and steps.
    pub plan_id: String,
}

/// One step.
#[derive(Debug, Clone)]
pub struct PlanStep {
    /// What it does.
    pub summary: Diagnostic,
    /// The document it comes from, `kind/name`.
    pub document: Option<String>,
    /// Its statements.
    pub sql: Vec<String>,
    /// Whether something that people see goes away.
    pub destructive: bool,
    /// Rows it touches.
    pub rows_affected: i64,
    /// What it does to stored values.
    pub class: Class,
}

/// A plan with all that publishing it needs.
pub(crate) struct Planned {
    pub(crate) preview: Arc<Preview>,
    pub(crate) migration: migration::Plan,
    /// Stored formulas to calculate for the records there are.
    pub(crate) formulas: Due,
    /// Registers of balances to make from scratch.
    pub(crate) registers: Vec<usize>,
    pub(crate) answer: PlanAnswer,
    /// What stops a publish until the data are put right.
    pub(crate) blocked: Vec<Diagnostic>,
}

/// Says what publishing the draft would do, or every problem that stops it.
pub async fn plan(ctx: &Context) -> Result<PlanAnswer, Error> {
    ctx.designer()?;
    let planned = planned(ctx).await?;
    let mut answer = planned.answer.clone();
    answer.warnings = answer.warnings.into_iter().map(|found| discreet(ctx, &planned.preview, found)).collect();
    Ok(answer)
}

/// Leaves out values that the caller may not read in every record: to draw an entity is no leave to read it.
pub(crate) fn discreet(ctx: &Context, preview: &Preview, found: Diagnostic) -> Diagnostic {
    // What names no fields was read under the caller's rights.
    let fields = found.arguments.get("field").or_else(|| found.arguments.get("fields"));
    let Some(fields) = fields.filter(|_| found.arguments.contains_key("examples")) else { return found };
    let name = found.arguments.get("entity").map_or("", String::as_str);
    let readable = |entity: &Entity| {
        let grant = ctx.access.read(&entity.id)?;
        let all = fields.split(", ").all(|name| entity.field(name).is_some_and(|it| grant.reach(it) == Reach::All));
        (all && grant.condition().is_none()).then_some(())
    };
    match preview.catalog.entity(name).and_then(|entity| readable(entity)) {
        Some(()) => found,
        None => without_values(found),
    }
}

/// Leaves out values and says how many there are.
pub(crate) fn without_values(mut found: Diagnostic) -> Diagnostic {
    for argument in ["examples", "records"] {
        found.arguments.remove(argument);
        found.words.remove(argument);
    }
    found
}

/// Plans the draft of this moment.
pub(crate) async fn planned(ctx: &Context) -> Result<Arc<Planned>, Error> {
    planned_of(ctx, &Draft::load(ctx).await?).await
}

/// Plans a draft, stored or not.
pub(crate) async fn planned_of(ctx: &Context, draft: &Draft) -> Result<Arc<Planned>, Error> {
    let preview = preview(ctx, draft).await?;
    if !preview.problems.is_empty() {
        return Err(Error::Invalid(preview.problems.clone()));
    }
    let database = ctx.engine.database();
    let existing = Existing::from_rows(&database.fetch(&Existing::statement(database.dialect())).await?);
    let emptied = emptied(&preview, &existing);
    let (next, dialect) = (Arc::clone(&preview), database.dialect());
    let migration = tokio::task::spawn_blocking(move || {
        let (base, next) = (migration::schema(&next.base.catalog), migration::schema(&next.catalog));
        (migration::plan(&base, &next, &existing, dialect), existing)
    });
    let (mut migration, existing) =
        migration.await.map_err(|error| Error::Internal("planning failed".to_owned(), Some(error.into())))?;
    let Findings { notices, blocked, losing } = look(database, &migration.checks).await?;
    for step in losing {
        if let Some(step) = migration.steps.get_mut(step) {
            step.destructive = true;
        }
    }
    for step in &mut migration.steps {
        let Some(later) = &step.later else { continue };
        if first_integer(&database.fetch(&later.count).await?) > FEW_ROWS {
            step.sql = vec![later.sql.clone()];
        } else {
            step.later = None;
        }
    }
    let mut steps = Vec::with_capacity(migration.steps.len());
    for step in &migration.steps {
        let rows_affected = match &step.count {
            Some(count) => first_integer(&database.fetch(count).await?),
            None => 0,
        };
        steps.push(PlanStep {
            summary: step.summary.clone(),
            document: step.document.clone(),
            sql: step.sql.clone(),
            destructive: step.destructive,
            rows_affected,
            class: step.class,
        });
    }
    let formulas = backfill::sort(ctx, &preview.base.catalog, &preview.catalog, &existing).await?;
    steps.extend(recalculate::steps(&preview.base.catalog, &preview.catalog, &formulas, database.dialect()));
    let registers = balances::due(&preview.base.catalog, &preview.catalog, &formulas.at_once);
    for register in &registers {
        let told = balances::step(&preview.base.catalog, &preview.catalog, *register, database.dialect());
        let Some((step, counts)) = told else { continue };
        let mut rows_affected = 0;
        for count in &counts {
            rows_affected += first_integer(&database.fetch(count).await?);
        }
        steps.push(PlanStep { rows_affected, ..step });
    }
    steps.extend(steps_of_documents(&preview, &steps));
    let unmet = unmet::warnings(ctx, &preview).await?;
    let of_registers = balances::warnings(ctx, &preview, &registers).await?;
    let warnings = preview.warnings.iter().cloned().chain(emptied).chain(notices).chain(unmet).chain(of_registers);
    let warnings = warnings.chain(blocked.iter().cloned()).collect();
    let plan_id = plan_id(&preview, &steps);
    let answer = PlanAnswer { base_revision: preview.base.revision, steps, warnings, plan_id };
    let planned = Arc::new(Planned { preview, migration, formulas, registers, answer, blocked });
    ctx.engine.previews().keep(&planned);
    Ok(planned)
}

/// Says of what comes back which data were deleted for good meanwhile.
fn emptied(preview: &Preview, existing: &Existing) -> Vec<Diagnostic> {
    let physical = &preview.base.physical;
    let mut warnings = Vec::new();
    for entity in preview.catalog.entities() {
        let about = |code| {
            let warning = Diagnostic::warning(code).named("entity", &entity.name, &entity.label.0);
            warning.in_document(format!("entity/{}", entity.name))
        };
        let before = preview.base.catalog.entity_by_id(&entity.id);
        if before.is_none() && physical.is_purged(entity.id.as_str()) && !existing.has_table(&entity.table) {
            warnings.push(about("plan.purged_entity"));
        }
        let new = entity.fields.iter().filter(|field| before.is_some_and(|it| it.field_by_id(&field.id).is_none()));
        let is_kept = |field: &Field| match &field.kind {
            FieldKind::Links { junction, .. } => existing.has_table(junction),
            _ => field.columns.iter().any(|column| existing.has_column(&entity.table, column)),
        };
        for field in new.filter(|field| physical.is_purged(field.id.as_str()) && !is_kept(field)) {
            warnings.push(about("plan.purged_field").named("field", &field.name, &field.label.0));
        }
    }
    warnings
}

/// Lists what would stop a publish of the draft.
pub(crate) async fn problems(ctx: &Context, draft: &Draft) -> Result<Vec<Diagnostic>, Error> {
    Ok(preview(ctx, draft).await?.problems.clone())
}

/// What was found in the data.
pub(crate) struct Findings {
    notices: Vec<Diagnostic>,
    pub(crate) blocked: Vec<Diagnostic>,
    losing: Vec<usize>,
}

/// Looks for what stands against a plan in the data.
async fn look(database: &Database, checks: &[Check]) -> Result<Findings, Error> {
    let mut findings = Findings { notices: Vec::new(), blocked: Vec::new(), losing: Vec::new() };
    for check in checks {
        let Some(diagnostic) = check.diagnostic(&database.fetch(&check.statement).await?) else { continue };
        match check.finding {
            Finding::Blocks => findings.blocked.push(diagnostic),
            Finding::Notice => findings.notices.push(diagnostic),
            Finding::Loses => {
                findings.losing.extend(check.step);
                findings.notices.push(diagnostic);
            }
        }
    }
    Ok(findings)
}

/// Lists the changes of documents that no step of the tables speaks of: renames, rewritten references, and the rest.
fn steps_of_documents(preview: &Preview, tables: &[PlanStep]) -> Vec<PlanStep> {
    let mut steps = Vec::new();
    for change in &preview.changes {
        let document = format!("{}/{}", change.kind, change.name());
        let before = steps.len();
        steps.extend(renames(preview, change, &document));
        let spoken_of = tables.iter().any(|step| step.document.as_deref() == Some(&*document));
        let rewritten = preview.rewrites.iter().any(|rewrite| rewrite.document == document);
        if steps.len() == before && !spoken_of && !rewritten {
            let code = match change.word() {
                "added" => "plan.add_document",
                "changed" => "plan.change_document",
                _ => "plan.remove_document",
            };
            let words = preview.label(change.kind, change.name());
            let summary = Diagnostic::warning(code).with("kind", change.kind);
            steps.push(step(summary.named("name", change.name(), &words), document));
        }
    }
    for rewrite in &preview.rewrites {
        let summary = Diagnostic::warning("plan.rewrite_reference").with("from", &rewrite.from).with("to", &rewrite.to);
        let summary = preview.about(summary, "name", &rewrite.document).at(&*rewrite.pointer);
        steps.push(step(summary, rewrite.document.clone()));
    }
    steps
}

fn renames(preview: &Preview, change: &DocumentChange, document: &str) -> Vec<PlanStep> {
    let mut steps = Vec::new();
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return steps };
    if *before != after.name {
        let summary = Diagnostic::warning("plan.rename_document").with("kind", change.kind);
        let summary = summary.named("name", &after.name, &preview.label(change.kind, &after.name));
        steps.push(step(summary.with("from", before).with("to", &after.name), document.to_owned()));
    }
    if change.kind == Kind::Entity {
        let pairs = renamed_fields(&preview.base.catalog, &preview.catalog, &change.id);
        let words = preview.label(Kind::Entity, &after.name);
        let summary = |(from, to): (String, &Field)| {
            let summary = Diagnostic::warning("plan.rename_field").named("entity", &after.name, &words);
            let summary = summary.named("field", &to.name, &to.label.0);
            step(summary.with("from", from).with("to", &to.name), document.to_owned())
        };
        steps.extend(pairs.into_iter().map(summary));
    }
    steps
}

fn renamed_fields<'a>(before: &Catalog, next: &'a Catalog, entity: &str) -> Vec<(String, &'a Field)> {
    let id = catalog::EntityId::new(entity);
    let (Some(before), Some(next)) = (before.entity_by_id(&id), next.entity_by_id(&id)) else { return Vec::new() };
    let own = next.fields.iter().filter(|field| !matches!(field.kind, FieldKind::Inverse { .. }));
    own.filter_map(|field| Some((before.field_by_id(&field.id)?, field)))
        .filter(|(old, new)| old.name != new.name)
        .map(|(old, new)| (old.name.clone(), new))
        .collect()
}

fn step(summary: Diagnostic, document: String) -> PlanStep {
    let document = Some(document);
    PlanStep { summary, document, sql: Vec::new(), destructive: false, rows_affected: 0, class: Class::Safe }
}

fn plan_id(preview: &Preview, steps: &[PlanStep]) -> String {
    let mut hash = Sha256::new();
    hash.update(preview.base.revision.to_le_bytes());
    hash.update(preview.digest.as_bytes());
    for statement in steps.iter().flat_map(|step| &step.sql) {
        hash.update(statement.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn first_integer(rows: &[Vec<Value>]) -> i64 {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(count)) => *count,
        _ => 0,
    }
}
