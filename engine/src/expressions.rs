//! Checking one expression on its own, as an editor does while it is typed.

pub mod formula;

use std::sync::Arc;

use catalog::{Catalog, CatalogScope, WithParameters};
use diagnostic::Diagnostic;
use expression::function::{FAMILIES, Family};
use expression::{Expected, Expr, Scope, Type};
use query::{Request, SelectItem};
use schemas::MeasureParameter;
use serde_json::Value as Json;
use uuid::Uuid;

use self::formula::Drawn;
use crate::publishing::drafts::Draft;
use crate::publishing::preview::preview;
use crate::{Context, Error, records};

/// A sound expression.
pub struct Checked {
    /// The word of its type.
    pub kind: &'static str,
    /// Paths it reads, as the text names them.
    pub dependencies: Vec<String>,
    /// Its SQL on this database, where everything it reads is published.
    pub sql: Option<String>,
    /// Its value for the record asked for.
    pub value: Option<Json>,
    /// What is sound and hardly meant: comparisons with values that a field never has.
    pub warnings: Vec<Diagnostic>,
    /// The typed tree, as the browser evaluates it.
    pub expression: Json,
    /// What is known of it as the formula of a field, where it was said of which.
    pub formula: Option<Drawn>,
}

/// What is asked of an expression.
pub struct Question<'a> {
    /// The entity it is about.
    pub entity: Option<&'a str>,
    /// The expression.
    pub text: &'a str,
    /// Parameters of a measure, which it may name.
    pub parameters: &'a [MeasureParameter],
    /// What it is for.
    pub mode: Mode,
    /// A record that it is evaluated on.
    pub record: Option<Uuid>,
    /// The document of the field whose formula it is.
    pub field: Option<&'a Json>,
    /// Records that the formula is tried on.
    pub records: &'a [Uuid],
}

/// What an expression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A condition on a record: filters and rules.
    Condition,
    /// A value of a record.
    Value,
    /// A value without a record: defaults.
    Default,
}

/// Checks an expression over the draft, so that fields not yet published may be named; mistakes are [`Error::Invalid`].
pub async fn check(ctx: &Context, question: &Question<'_>) -> Result<Checked, Error> {
    ctx.designer()?;
    let Question { text, mode, .. } = *question;
    let catalog = drawn(ctx).await?;
    let scope = scope(&catalog, question.entity, mode, question.parameters)?;
    let expected = if mode == Mode::Condition { Expected::Condition } else { Expected::Anything };
    let at = |found: Vec<Diagnostic>| found.into_iter().map(|one| one.at("/expression")).collect::<Vec<_>>();
    let (expr, mentions) =
        expression::check::mentions(text, &*scope, &expected).map_err(|mistakes| Error::Invalid(at(mistakes)))?;
    let warnings = at(catalog::resolve::unknown_choices(&catalog, &mentions));
    let reads = expression::paths::reads(&expr);
    let dependencies = reads.paths.iter().map(path).collect();
    let entity = question.entity.filter(|_| mode != Mode::Default);
    let (sql, value) = match entity {
        Some(entity) => (statement(ctx, entity, text), value(ctx, entity, text, question.record).await?),
        None => (None, None),
    };
    let formula = match (entity, question.field) {
        (Some(entity), Some(field)) => formula::drawn(ctx, entity, field, question.records).await?,
        _ => None,
    };
    let expression = expression::json::to_json(&expr);
    Ok(Checked { kind: word(&expr), dependencies, sql, value, warnings, expression, formula })
}

/// The functions of the language, family by family, for whoever writes expressions.
pub fn functions(ctx: &Context) -> Result<[Family; 8], Error> {
    ctx.designer()?;
    Ok(FAMILIES)
}

/// The catalog as drawn: that of the draft, else the published one.
async fn drawn(ctx: &Context) -> Result<Arc<Catalog>, Error> {
    let draft = Draft::load(ctx).await?;
    if draft.changes.is_empty() {
        return Ok(Arc::clone(ctx.catalog()));
    }
    Ok(Arc::clone(&preview(ctx, &draft).await?.catalog))
}

fn scope<'a>(
    catalog: &'a Catalog,
    entity: Option<&str>,
    mode: Mode,
    parameters: &[MeasureParameter],
) -> Result<Box<dyn Scope + Send + Sync + 'a>, Error> {
    let Some(name) = entity.filter(|_| mode != Mode::Default) else {
        return Ok(Box::new(CatalogScope::without_record(catalog)));
    };
    let found = catalog.entity(name).ok_or_else(|| Error::NotFound(Diagnostic::error("entity.unknown")))?;
    Ok(match parameters {
        [] => Box::new(CatalogScope::of_record(catalog, &found.id)),
        parameters => Box::new(WithParameters::of(catalog, &found.id, parameters)),
    })
}

fn path(path: &expression::paths::Path) -> String {
    let names: Vec<&str> = path.fields.iter().map(|field| &*field.name).collect();
    match path.root {
        expression::paths::Root::Record | expression::paths::Root::All => names.join("."),
        expression::paths::Root::User => std::iter::once("user").chain(names).collect::<Vec<_>>().join("."),
    }
}

/// The statement that computes it for every record; none where it reads what is not published yet.
fn statement(ctx: &Context, entity: &str, text: &str) -> Option<String> {
    let item = SelectItem::Expression { name: "value".to_owned(), expression: text.to_owned() };
    let request = Request { select: Some(vec![item]), ..Request::default() };
    let plan = query::plan::list(&ctx.access, entity, &request, &records::read::settings(ctx)).ok()?;
    Some(query::select(&plan).text)
}

async fn value(ctx: &Context, entity: &str, text: &str, record: Option<Uuid>) -> Result<Option<Json>, Error> {
    let Some(id) = record else { return Ok(None) };
    let item = SelectItem::Expression { name: "value".to_owned(), expression: text.to_owned() };
    let found = records::get(ctx, entity, id, Some(vec![item])).await?;
    Ok(serde_json::from_str::<Json>(&found).ok().map(|mut record| record["value"].take()))
}

fn word(expr: &Expr) -> &'static str {
    match expr.ty {
        Type::Empty => "empty",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::Decimal => "decimal",
        Type::Text => "text",
        Type::Date => "date",
        Type::DateTime => "datetime",
        Type::Time => "time",
        Type::Duration => "duration",
        Type::Id => "id",
        Type::Choices => "multi_choice",
        Type::Record(_) => "link",
        Type::Records(_) => "links",
        _ => "value",
    }
}
