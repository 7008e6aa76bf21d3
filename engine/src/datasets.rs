//! Datasets while they are drawn: the first rows of one that is not published yet.

use std::sync::Arc;

use catalog::resolve;
use diagnostic::Diagnostic;
use expression::EntityId;
use query::Request;
use schemas::Kind;
use serde_json::Value as Json;
use storage::internal::documents as stored;

use crate::publishing::drafts::{Draft, fresh_id};
use crate::publishing::{documents, preview};
use crate::records::{self, List};
use crate::{Context, Error};

/// Rows of a sample.
const ROWS: u32 = 20;

/// What a dataset gives as it is drawn.
pub struct Sample {
    /// The request over the catalog in which the dataset is there.
    pub ctx: Context,
    /// Name of the dataset.
    pub name: String,
    /// The first rows as far as whoever draws may read them; none while something is wrong with it.
    pub list: Option<List>,
    /// What is wrong with it.
    pub problems: Vec<Diagnostic>,
}

/// Reads the first rows of a dataset that is being drawn, over what is published and the other datasets of the draft.
/// Mistakes inside of the document are [`Error::Invalid`].
pub async fn sample(ctx: &Context, document: &Json) -> Result<Sample, Error> {
    ctx.designer()?;
    let document = schemas::check::value(document).map_err(Error::Invalid)?;
    if document.kind != Kind::Dataset {
        let problem = Diagnostic::error("document.unknown_kind").at("/kind").with("found", document.kind);
        return Err(Error::Invalid(vec![problem.with("expected", Kind::Dataset)]));
    }
    let document = schemas::ids::fill(&document, &[], &mut fresh_id);
    let base = ctx.engine.published();
    let published = documents::read(&ctx.engine.database().fetch(&stored::at(base.revision)).await?)?;
    let mut draft = Draft::load(ctx).await?;
    draft.changes.retain(|change| change.kind == Kind::Dataset);
    let mut all = preview::overlay(&published, &draft)?;
    all.retain(|it| it.kind != Kind::Dataset || (it.id() != document.id() && it.name != document.name));
    all.push(document.clone());
    let resolved = resolve(base.revision, &base.workspace.catalog, &all, &base.physical);
    let path = document.path();
    let own = |problem: &Diagnostic| problem.place.document.as_deref() == Some(&path);
    let mut problems: Vec<Diagnostic> = resolved.diagnostics.into_iter().filter(own).collect();
    if problems.iter().all(|problem| !problem.is_error()) {
        problems.extend(query::too_large(&resolved.catalog).into_iter().filter(own));
    }
    let mut catalog = resolved.catalog;
    catalog.kept = base.catalog.kept.clone();
    let id = EntityId::new(document.id().unwrap_or(&document.name));
    catalog.open_to_designers(&[id]);
    let ctx = Context { access: ctx.access.over(Arc::new(catalog)), ..ctx.clone() };
    let list = if problems.iter().any(Diagnostic::is_error) || !ctx.reads(&document.name) {
        None
    } else {
        let request = Request { limit: Some(ROWS), ..Request::default() };
        Some(records::list(&ctx, &document.name, request).await?)
    };
    Ok(Sample { ctx, name: document.name, list, problems })
}

impl Context {
    /// Says whether anything of an entity may be read.
    fn reads(&self, name: &str) -> bool {
        self.catalog().entity(name).is_some_and(|entity| self.access.read(&entity.id).is_some())
    }
}
