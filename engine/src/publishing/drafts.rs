//! The shared draft: what people change beside the published revision.
//!
//! A change is known by the identity of its document, so that a renamed document is the same change under another name.

mod check;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use catalog::usage::{Usage, Use};
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use schemas::{Document, Kind, Label};
use serde_json::Value as Json;
use storage::internal::drafts as stored;
use uuid::Uuid;

pub(crate) use check::fresh_id;
pub(crate) use state::{Change, Draft, Sources};

use super::{plan, preview};
use crate::{Context, Error, identity};

/// How a document stands to the published revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As published.
    Published,
    /// Not published yet.
    Added,
    /// Published in another form.
    Changed,
    /// Gone with the next publish.
    Removed,
}

impl State {
    /// Gives the state's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// Which documents to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those of the draft.
    Changed,
    /// Those of the draft and the published ones.
    All,
}

/// One document of a list.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its kind.
    pub kind: Kind,
    /// Its identity.
    pub id: String,
    /// Its name in the draft.
    pub name: String,
    /// Its label, where it has one.
    pub label: Label,
    /// Its icon, where it has one.
    pub icon: Option<String>,
    /// How many fields it has, of an entity.
    pub fields: Option<usize>,
    /// How it stands to the published revision.
    pub state: State,
    /// When it was changed in the draft.
    pub updated_at: Option<DateTime<Utc>>,
    /// Who changed it: identity and name.
    pub updated_by: Option<(Uuid, String)>,
}

/// The documents asked for, and what would stop a publish of the draft.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Documents by kind and name.
    pub items: Vec<Item>,
    /// What would stop a publish.
    pub problems: Vec<Diagnostic>,
}

/// A document with its state.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The document, identities filled in.
    pub document: Json,
    /// How it stands to the published revision.
    pub state: State,
    /// What would stop a publish, as far as this document goes.
    pub problems: Vec<Diagnostic>,
}

/// Lists the documents of the draft, or all there are, of one kind or of any.
pub async fn list(ctx: &Context, which: Which, kind: Option<Kind>) -> Result<Listing, Error> {
    ctx.designer()?;
    let draft = Draft::load(ctx).await?;
    let people: BTreeSet<Uuid> = draft.changes.iter().filter_map(|change| change.updated_by).collect();
    let names = identity::people::called(ctx, people.into_iter().collect()).await?;
    let mut items: BTreeMap<(Kind, String), Item> = BTreeMap::new();
    if which == Which::All {
        let published = state::published_items(ctx.catalog()).into_iter();
        let hidden: BTreeSet<(Kind, &str)> = draft.changes.iter().map(|change| (change.kind, &*change.id)).collect();
        let items_of = published.filter(|((kind, id), _)| !hidden.contains(&(*kind, id.as_str())));
        items.extend(items_of.map(|(_, item)| ((item.kind, item.name.clone()), item)));
    }
    for change in &draft.changes {
        items.insert((change.kind, change.name.clone()), item(ctx, change, &names));
    }
    let items = items.into_values().filter(|item| kind.is_none_or(|kind| kind == item.kind)).collect();
    let problems = if draft.changes.is_empty() { Vec::new() } else { plan::problems(ctx, &draft).await? };
    Ok(Listing { items, problems })
}

/// Gives a document of the draft, else the published one.
pub async fn get(ctx: &Context, kind: Kind, name: &str) -> Result<Answer, Error> {
    ctx.designer()?;
    let sources = Sources::named(ctx, &[(kind, name)]).await?;
    let found = sources.find(kind, name).ok_or_else(|| unknown(kind, name))?;
    Ok(Answer { document: found.json, state: found.state, problems: Vec::new() })
}

/// Keeps documents in the draft, all or none; mistakes inside documents are refused, those across documents answered.
pub async fn put(ctx: &Context, documents: Vec<Json>) -> Result<Vec<Answer>, Error> {
    ctx.designer()?;
    let documents = check::read(ctx, documents).await?;
    if documents.iter().any(|document| document.kind == Kind::Role) && !ctx.access.rights().administer {
        return Err(Error::Forbidden(Diagnostic::error("access.administer_roles")));
    }
    let mut tx = ctx.engine.database().begin().await?;
    tx.lock("drafts").await?;
    let sources = Sources::of(ctx, &mut tx, &documents).await?;
    let documents = check::identify(ctx, &sources, documents)?;
    for (document, state) in &documents {
        if *state == State::Published {
            tx.execute(&stored::remove(document.kind.as_str(), id(document)?)).await?;
        }
    }
    let changed: Vec<&Document> =
        documents.iter().filter(|(_, state)| *state != State::Published).map(|(document, _)| document).collect();
    for batch in changed.chunks(stored::ROWS) {
        let texts: Vec<String> = batch.iter().map(|document| document.json.to_string()).collect();
        let mut rows = Vec::with_capacity(batch.len());
        for (document, text) in batch.iter().zip(&texts) {
            let kind = document.kind.as_str();
            rows.push(stored::Row { kind, id: id(document)?, name: &document.name, document: Some(text) });
        }
        tx.execute(&stored::put(tx.dialect(), &rows, ctx.now.timestamp_millis(), ctx.user)).await?;
    }
    tx.commit().await?;
    let mut problems = check::problems(ctx, &documents).await?;
    let answer = |(document, state): (Document, State)| {
        let problems = problems.remove(&document.path()).unwrap_or_default();
        Answer { document: document.json, state, problems }
    };
    Ok(documents.into_iter().map(answer).collect())
}

/// Keeps the document that is known by this name, which may give it another one.
pub async fn put_as(ctx: &Context, name: &str, mut document: Json) -> Result<Answer, Error> {
    ctx.designer()?;
    let Some(object) = document.as_object_mut() else {
        return Err(Error::Invalid(vec![Diagnostic::error("document.not_object")]));
    };
    if !object.contains_key("id")
        && let Some(kind) = object.get("kind").and_then(Json::as_str).and_then(|word| word.parse().ok())
        && let Some(found) = Sources::named(ctx, &[(kind, name)]).await?.find(kind, name)
    {
        object.insert("id".to_owned(), found.id.into());
    }
    let answers = put(ctx, vec![document]).await?;
    answers.into_iter().next().ok_or_else(|| Error::broken("a document without an answer"))
}

/// One place that uses something.
#[derive(Debug, Clone)]
pub struct Used {
    /// The document that uses it, `kind/name`.
    pub document: String,
    /// JSON pointer inside it.
    pub pointer: String,
    /// Name of the field or the function that is used; `None` for the document itself.
    pub field: Option<String>,
}

/// Lists who uses a document of the draft, and its fields.
pub async fn usage(ctx: &Context, kind: Kind, name: &str) -> Result<Vec<Used>, Error> {
    ctx.designer()?;
    let preview = preview::preview(ctx, &Draft::load(ctx).await?).await?;
    let here = format!("{kind}/{name}");
    let used = |place: &Use, field: Option<&str>| Used {
        document: place.document.clone(),
        pointer: place.pointer.clone(),
        field: field.map(str::to_owned),
    };
    let uses = Usage::of(&preview.catalog, &preview.documents);
    let mut found: Vec<Used> = Vec::new();
    match kind {
        Kind::Dataset | Kind::Entity | Kind::Register => {
            let entity = preview.catalog.entity(name).ok_or_else(|| unknown(kind, name))?;
            found.extend(uses.of_entity(&entity.id).iter().map(|place| used(place, None)));
            for field in entity.fields.iter().filter(|field| !field.is_attribute()) {
                let places = uses.of_field(&entity.id, &field.id).iter();
                found.extend(places.map(|place| used(place, Some(&field.name))));
            }
        }
        Kind::ChoiceSet => found.extend(uses.of_choice_set(name).iter().map(|place| used(place, None))),
        Kind::Script => {
            let open = preview.catalog.functions(name).map(|functions| functions.open.keys());
            for function in open.into_iter().flatten() {
                found.extend(uses.of_function(name, function).iter().map(|place| used(place, Some(function))));
            }
            found.extend(uses.of_shown(kind, name).iter().map(|place| used(place, None)));
        }
        Kind::Dashboard | Kind::Measure | Kind::View => {
            found.extend(uses.of_shown(kind, name).iter().map(|place| used(place, None)));
        }
        Kind::Application | Kind::Form | Kind::Role => {}
    }
    found.retain(|used| used.field.is_none() || used.document != here);
    Ok(found)
}

/// Marks a document for removal by the next publish; one that was never published is gone at once.
pub async fn remove(ctx: &Context, kind: Kind, name: &str) -> Result<(), Error> {
    ctx.designer()?;
    let sources = Sources::named(ctx, &[(kind, name)]).await?;
    let found = sources.find(kind, name).ok_or_else(|| unknown(kind, name))?;
    if found.state == State::Published && sources.published_json(kind, &found.id).is_none() {
        let label = ctx.catalog().entity(name).map(|entity| entity.label.0.clone()).unwrap_or_default();
        return Err(Error::Invalid(vec![Diagnostic::error("draft.system_entity").named("name", name, &label)]));
    }
    let mut tx = ctx.engine.database().begin().await?;
    tx.lock("drafts").await?;
    if found.state == State::Added {
        tx.execute(&stored::remove(kind.as_str(), &found.id)).await?;
    } else {
        let name = found.published_name.as_deref().unwrap_or(name);
        let row = stored::Row { kind: kind.as_str(), id: &found.id, name, document: None };
        tx.execute(&stored::put(tx.dialect(), &[row], ctx.now.timestamp_millis(), ctx.user)).await?;
    }
    Ok(tx.commit().await?)
}

/// Gives changes up, all of them when none is named.
pub async fn discard(ctx: &Context, documents: Vec<(Kind, String)>) -> Result<(), Error> {
    ctx.designer()?;
    let draft = Draft::load(ctx).await?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.lock("drafts").await?;
    if documents.is_empty() {
        tx.execute(&stored::clear()).await?;
        return Ok(tx.commit().await?);
    }
    let mut mistakes = Vec::new();
    for (kind, name) in &documents {
        match draft.changes.iter().find(|change| change.kind == *kind && change.name == *name) {
            Some(change) => drop(tx.execute(&stored::remove(kind.as_str(), &change.id)).await?),
            None => mistakes.push(not_changed(*kind, name)),
        }
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    Ok(tx.commit().await?)
}

fn item(ctx: &Context, change: &Change, names: &BTreeMap<Uuid, String>) -> Item {
    let by = change.updated_by.map(|id| (id, names.get(&id).cloned().unwrap_or_default()));
    let state = change.state(ctx.catalog());
    Item { state, updated_at: Some(change.updated_at), updated_by: by, ..change.item(ctx.catalog()) }
}

fn id(document: &Document) -> Result<&str, Error> {
    document.id().ok_or_else(|| Error::broken("a document without identity"))
}

fn unknown(kind: Kind, name: &str) -> Error {
    let name = schemas::check::short(name);
    Error::NotFound(Diagnostic::error("draft.unknown").with("kind", kind).with("name", name))
}

fn not_changed(kind: Kind, name: &str) -> Diagnostic {
    Diagnostic::error("draft.not_changed").with("kind", kind).with("name", name)
}
