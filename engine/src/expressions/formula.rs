//! A formula as it is drawn: what it costs, and what it gives on records that are there.

use std::sync::Arc;

use catalog::rename::rename;
use catalog::{Catalog, Cost, EntityId, FieldId, resolve};
use diagnostic::Diagnostic;
use query::{Request, SelectItem};
use schemas::{Body, Document, Field, Formula, FormulaMode, Kind};
use serde_json::{Value as Json, json};
use storage::internal::documents as stored;
use uuid::Uuid;

use crate::publishing::documents;
use crate::publishing::drafts::{Draft, fresh_id};
use crate::publishing::preview::{self, preview};
use crate::{Context, Error, records};

/// Most records that a formula is tried on at once.
pub const MOST: usize = 10;

/// What is known of a formula beside its type.
pub struct Drawn {
    /// The catalog with the formula in it, by which the cost names things.
    pub catalog: Arc<Catalog>,
    /// What it costs; none while something is wrong with it.
    pub cost: Option<Cost>,
    /// How many records a save calculates itself, before it leaves the rest to a job.
    pub at_once: usize,
    /// Its statement on this database.
    pub sql: Option<String>,
    /// Its values on the records asked for, as far as whoever draws may read them; none where it reads what no record has yet.
    pub samples: Option<Vec<Sample>>,
}

/// The value of a formula on one record.
pub struct Sample {
    /// The record.
    pub record: Uuid,
    /// The value.
    pub value: Json,
    /// Why it is empty, though what it is made of is there.
    pub problem: Option<String>,
}

/// Looks at a formula of an entity of the draft; `field` is the document of its field, of which the draft need not know yet.
pub(super) async fn drawn(ctx: &Context, entity: &str, field: &Json, asked: &[Uuid]) -> Result<Option<Drawn>, Error> {
    if asked.len() > MOST {
        let mistake = Diagnostic::error("expression.too_many_records").with("found", asked.len()).with("max", MOST);
        return Err(Error::Invalid(vec![mistake.at("/records")]));
    }
    let Ok(mut field) = serde_json::from_value::<Field>(field.clone()) else { return Ok(None) };
    field.id.get_or_insert_with(fresh_id);
    if field.formula.is_none() {
        return Ok(None);
    }
    let draft = Draft::load(ctx).await?;
    let drawn = preview(ctx, &draft).await?;
    let base = Arc::clone(&drawn.base);
    let published = documents::read(&ctx.engine.database().fetch(&stored::at(base.revision)).await?)?;
    let mut next = drawn.documents.clone();
    let Some(id) = put(&mut next, entity, &field) else { return Ok(None) };
    let scripts = scripts(ctx, &published, &next);
    let (is_read, name) = (!asked.is_empty(), field.name.clone());
    let resolve = move || {
        let (workspace, physical) = (&base.workspace.catalog, &base.physical);
        let catalog = resolve(base.revision, workspace, &next, physical);
        let place = |problem: &Diagnostic| problem.is_error() && concerns(problem, &next, &id, &field);
        let is_sound = !catalog.diagnostics.iter().any(place);
        let own = FieldId::new(field.id.as_deref().unwrap_or_default());
        let cost = Cost::of(&catalog.catalog, &id, &own).filter(|_| is_sound);
        let sampled =
            is_sound.then(|| sampled(&base.catalog, &published, &next, scripts)).flatten().and_then(|documents| {
                let resolved = resolve(base.revision, workspace, &documents, physical);
                // What is wrong may be what a role may do, or what the formula builds on.
                let is_sound = !resolved.has_errors() && query::too_large(&resolved.catalog).is_empty();
                is_sound.then(|| Arc::new(resolved.catalog))
            });
        (Arc::new(catalog.catalog), cost, sampled)
    };
    let resolved = tokio::task::spawn_blocking(resolve).await;
    let (catalog, cost, sampled) =
        resolved.map_err(|error| Error::Internal("resolving failed".to_owned(), Some(error.into())))?;
    let mut drawn =
        Drawn { catalog, cost, at_once: ctx.engine.config().calculated_at_once(), sql: None, samples: None };
    let Some(sampled) = sampled else { return Ok(Some(drawn)) };
    let ctx = Context { access: ctx.access.over(sampled), ..ctx.clone() };
    let shown = Request { select: Some(vec![SelectItem::Path(name.clone())]), ..Request::default() };
    if let Ok(plan) = query::plan::list(&ctx.access, entity, &shown, &records::read::settings(&ctx)) {
        drawn.sql = Some(query::select(&plan).text);
        drawn.samples = if is_read { Some(samples(&ctx, entity, &name, asked).await?) } else { None };
    }
    Ok(Some(drawn))
}

/// Puts a field into the entity of the documents, in the place of the one with its identity or name; gives the entity's.
fn put(documents: &mut Vec<Document>, entity: &str, field: &Field) -> Option<EntityId> {
    let at = documents.iter().position(|document| document.kind == Kind::Entity && document.name == entity);
    let at = at.unwrap_or_else(|| {
        // Nothing is said yet of an entity of the product.
        let empty = json!({"kind": "entity", "id": entity, "name": entity, "fields": []});
        documents.extend(Document::stored(Kind::Entity, empty));
        documents.len() - 1
    });
    let Body::Entity(mut body) = documents.get(at)?.body.clone() else { return None };
    let is_same = |known: &&mut Field| known.id == field.id || known.name == field.name;
    match body.fields.iter_mut().find(is_same) {
        Some(known) => *known = field.clone(),
        None => body.fields.push(field.clone()),
    }
    let id = EntityId::new(body.id.as_deref().unwrap_or(entity));
    documents[at] = Document::of(Body::Entity(body));
    Some(id)
}

/// Says whether a problem is that of a field's formula.
fn concerns(problem: &Diagnostic, documents: &[Document], entity: &EntityId, field: &Field) -> bool {
    let own = documents.iter().find(|document| document.id() == Some(entity.as_str()) && document.kind == Kind::Entity);
    let Some(Body::Entity(body)) = own.map(|document| &document.body) else { return false };
    let at = body.fields.iter().position(|one| one.name == field.name).unwrap_or_default();
    let place = format!("/fields/{at}/");
    let is_own = problem.place.document.as_deref() == Some(&format!("entity/{}", body.name));
    is_own && problem.place.pointer.starts_with(&place)
}

/// The published documents with the fields of the draft, as far as they can be read of records that are there: what is drawn
/// as a formula is calculated at each reading, what was never written is empty. Roles and conditions stay the published
/// ones, so that a draft opens nothing.
fn sampled(
    before: &Catalog,
    published: &[Document],
    drawn: &[Document],
    scripts: Vec<Document>,
) -> Option<Vec<Document>> {
    let mut next = published.to_vec();
    next.retain(|document| document.kind != Kind::Script);
    next.extend(scripts);
    for document in &mut next {
        let Body::Entity(known) = &document.body else { continue };
        let same = drawn.iter().find(|other| other.kind == Kind::Entity && other.id() == document.id());
        let Some(Body::Entity(other)) = same.map(|other| &other.body) else { continue };
        let mut body = known.clone();
        body.name.clone_from(&other.name);
        (body.unique, body.indexes, body.rules) = (Vec::new(), Vec::new(), Vec::new());
        body.title = None;
        let gone = known
            .fields
            .iter()
            .filter(|field| other.fields.iter().all(|one| one.id != field.id && one.name != field.name));
        body.fields =
            other.fields.iter().filter_map(|field| readable(field, &known.fields)).chain(gone.cloned()).collect();
        body.fields.iter_mut().for_each(unconditioned);
        *document = Document::of(Body::Entity(body));
    }
    // Of an entity of the product the draft may be the first to say something.
    for document in drawn.iter().filter(|document| document.kind == Kind::Entity) {
        let Body::Entity(body) = &document.body else { continue };
        let is_known = next.iter().any(|known| known.kind == Kind::Entity && known.id() == document.id());
        if !is_known && before.entity_by_id(&EntityId::new(document.id().unwrap_or_default())).is_some() {
            let mut body = body.clone();
            (body.unique, body.indexes, body.rules, body.access) = (Vec::new(), Vec::new(), Vec::new(), None);
            body.fields = body.fields.iter().filter_map(|field| readable(field, &[])).collect();
            body.fields.iter_mut().for_each(unconditioned);
            next.push(Document::of(Body::Entity(body)));
        }
    }
    let renamed = rename(before, published, &next);
    if !renamed.warnings.is_empty() {
        return None;
    }
    preview::carry(renamed, &mut next);
    Some(next)
}

/// The scripts whose functions can be called: those of the draft. Whoever may not publish scripts gets what is new beside
/// the published ones, for conditions may call these.
fn scripts(ctx: &Context, published: &[Document], drawn: &[Document]) -> Vec<Document> {
    let of = |documents: &[Document]| {
        documents.iter().filter(|it| it.kind == Kind::Script).cloned().collect::<Vec<Document>>()
    };
    if ctx.access.rights().administer {
        return of(drawn);
    }
    let known = of(published);
    let new = of(drawn).into_iter().filter(|one| known.iter().all(|other| other.id() != one.id()));
    new.chain(known.iter().cloned()).collect()
}

/// Takes away what says nothing of reading.
fn unconditioned(field: &mut Field) {
    (field.show, field.require, field.lock, field.options) = (None, None, None, None);
}

/// A field of the draft as it can be read of records that are there.
fn readable(field: &Field, published: &[Field]) -> Option<Field> {
    let known = published.iter().find(|known| known.id.is_some() && known.id == field.id);
    if let Some(known) = known.filter(|known| known.kind == field.kind && known.formula == field.formula) {
        return Some(Field { name: field.name.clone(), ..known.clone() });
    }
    let is_kept = |known: &&Field| known.formula.as_ref().is_none_or(|formula| formula.mode != FormulaMode::Dynamic);
    if field.formula.is_none()
        && let Some(known) = known.filter(|known| known.kind == field.kind).filter(is_kept)
    {
        return Some(Field { name: field.name.clone(), formula: None, ..known.clone() });
    }
    let written = field.formula.as_ref().map_or("()", |formula| formula.expression.as_str());
    let formula = Formula { mode: FormulaMode::Dynamic, expression: written.to_owned(), open: false, cron: None };
    let is_calculated = field.formula.is_some() || field.kind.options().contains(&"formula");
    is_calculated.then(|| Field {
        formula: Some(formula),
        required: false,
        unique: false,
        searchable: false,
        default: None,
        ..field.clone()
    })
}

async fn samples(ctx: &Context, entity: &str, field: &str, asked: &[Uuid]) -> Result<Vec<Sample>, Error> {
    let ids: Vec<String> = asked.iter().map(|id| format!("\"{id}\"")).collect();
    let paths = ["id", field, "_problems"].map(|path| SelectItem::Path(path.to_owned()));
    let request = Request {
        select: Some(paths.to_vec()),
        filter: Some(format!("id in [{}]", ids.join(", "))),
        limit: Some(u32::try_from(MOST).unwrap_or(u32::MAX)),
        ..Request::default()
    };
    let list = records::list(ctx, entity, request).await?;
    let read = list.page.items.iter().filter_map(|item| serde_json::from_str::<Json>(item).ok());
    let mut found: Vec<Sample> = read.filter_map(|item| sample(item, field)).collect();
    found.sort_by_key(|sample| asked.iter().position(|id| *id == sample.record));
    Ok(found)
}

fn sample(mut item: Json, field: &str) -> Option<Sample> {
    let record = Uuid::parse_str(item["id"].as_str()?).ok()?;
    let problems = item["_problems"].as_array().into_iter().flatten();
    let own = problems.filter(|problem| problem["field"] == field).find_map(|problem| problem["code"].as_str());
    let problem = own.map(str::to_owned);
    Some(Sample { record, value: item[field].take(), problem })
}
