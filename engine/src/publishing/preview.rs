//! What the draft would make of the published documents: the next documents, their catalog, and what is wrong with them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use catalog::rename::{Renamed, Rewrite};
use catalog::usage::Usage;
use catalog::{Catalog, Entity, Field, LANGUAGES, Physical};
use diagnostic::Diagnostic;
use expression::Value;
use schemas::{Body, Document, Kind};
use sha2::{Digest, Sha256};
use storage::internal::documents as stored;

use super::current::Published;
use super::documents;
use super::drafts::Draft;
use super::widening;
use crate::{Context, Error};

/// The next revision as the draft would make it.
pub(crate) struct Preview {
    /// The revision the draft lies over.
    pub(crate) base: Arc<Published>,
    /// Digest of the draft.
    pub(crate) digest: String,
    /// What changes among the documents, references to renamed things included.
    pub(crate) changes: Vec<DocumentChange>,
    /// All next documents.
    pub(crate) documents: Vec<Document>,
    /// References that were rewritten because of renames.
    pub(crate) rewrites: Vec<Rewrite>,
    /// The catalog of the next documents.
    pub(crate) catalog: Arc<Catalog>,
    /// The physical names it needs.
    pub(crate) physical: Physical,
    /// What stops a publish.
    pub(crate) problems: Vec<Diagnostic>,
    /// What deserves a look.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// One document that the next revision changes.
pub(crate) struct DocumentChange {
    /// Kind.
    pub(crate) kind: Kind,
    /// Identity.
    pub(crate) id: String,
    /// Name before, of a published document.
    pub(crate) before: Option<String>,
    /// The document after; `None` when it is removed.
    pub(crate) after: Option<Document>,
    /// Whether people changed it; else only names in it follow a rename.
    pub(crate) is_drafted: bool,
}

impl DocumentChange {
    /// Gives the document's name: after the change, of a removal before it.
    pub(crate) fn name(&self) -> &str {
        let after = self.after.as_ref().map(|document| document.name.as_str());
        after.or(self.before.as_deref()).unwrap_or_default()
    }

    /// Gives the word for what happens: `added`, `changed` or `removed`.
    pub(crate) fn word(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "added",
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "removed",
        }
    }
}

impl Preview {
    /// Gives what people call a document, by language: as it will be, of one that goes as it was.
    pub(crate) fn label(&self, kind: Kind, name: &str) -> BTreeMap<String, String> {
        label(&self.documents, &self.base.catalog, kind, name)
    }

    /// Adds what people call a document, given as `kind/name`, and its kind.
    pub(crate) fn about(&self, diagnostic: Diagnostic, argument: &'static str, path: &str) -> Diagnostic {
        about(diagnostic, &self.documents, &self.base.catalog, argument, path)
    }
}

fn about(
    diagnostic: Diagnostic,
    documents: &[Document],
    base: &Catalog,
    argument: &'static str,
    path: &str,
) -> Diagnostic {
    let (kind, name) = path.split_once('/').unwrap_or(("", path));
    let words = kind.parse().map(|kind| label(documents, base, kind, name)).unwrap_or_default();
    diagnostic.with("kind", kind).named(argument, name, &words)
}

fn label(documents: &[Document], base: &Catalog, kind: Kind, name: &str) -> BTreeMap<String, String> {
    let next = documents.iter().find(|it| it.kind == kind && it.name == name).map(|document| match &document.body {
        Body::Application(it) => &it.label,
        Body::ChoiceSet(it) => &it.label,
        Body::Dashboard(it) => &it.label,
        Body::Dataset(it) => &it.label,
        Body::Entity(it) => &it.label,
        Body::Form(it) => &it.label,
        Body::Measure(it) => &it.label,
        Body::Register(it) => &it.label,
        Body::Role(it) => &it.label,
        Body::Script(it) => &it.label,
        Body::View(it) => &it.label,
    });
    let before = || match kind {
        Kind::Application => base.applications.iter().find(|it| it.name == name).map(|it| &it.label),
        Kind::ChoiceSet => base.choice_sets.iter().find(|it| it.name.as_deref() == Some(name)).map(|it| &it.label),
        Kind::Dataset | Kind::Entity | Kind::Register => base.entity(name).map(|it| &it.label),
        Kind::Dashboard => catalog::dashboard::named(&base.dashboards, name).map(|it| &it.label),
        Kind::Form => base.forms.iter().find(|it| it.name == name).map(|it| &it.label),
        Kind::Measure => catalog::measure::named(&base.measures, name).map(|it| &it.label),
        Kind::Role => base.role(name).map(|it| &it.label),
        Kind::Script => base.scripts.named(name).map(|it| &it.label),
        Kind::View => base.views.iter().find(|it| it.name == name).map(|it| &it.label),
    };
    // What people add to an entity of the product need not say its label again.
    let label = next.filter(|label| !label.is_empty()).or_else(before).cloned().unwrap_or_default();
    label.or_name(name).0
}

/// The last preview and the last plan of this node: planning and publishing look at the same draft.
#[derive(Default)]
pub(crate) struct Previews {
    last: Mutex<Option<Arc<Preview>>>,
    planned: Mutex<Option<Arc<super::plan::Planned>>>,
}

impl Previews {
    /// Finds the plan of this identity.
    pub(crate) fn planned(&self, plan_id: &str) -> Option<Arc<super::plan::Planned>> {
        lock(&self.planned).as_ref().filter(|planned| planned.answer.plan_id == plan_id).cloned()
    }

    /// Keeps a plan until the next one.
    pub(crate) fn keep(&self, planned: &Arc<super::plan::Planned>) {
        *lock(&self.planned) = Some(Arc::clone(planned));
    }

    /// Forgets what was looked at, once it is published or given up.
    pub(crate) fn forget(&self) {
        *lock(&self.last) = None;
        *lock(&self.planned) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no one panics while holding a preview")
}

/// Makes the preview of a draft over the newest revision.
pub(crate) async fn preview(ctx: &Context, draft: &Draft) -> Result<Arc<Preview>, Error> {
    let engine = &ctx.engine;
    let (base, digest) = (engine.published(), digest(draft));
    let known = lock(&engine.previews().last).clone();
    if let Some(known) = known.filter(|known| known.digest == digest && known.base.revision == base.revision) {
        return Ok(known);
    }
    let rows = engine.database().fetch(&stored::at(base.revision)).await?;
    let roles = engine.database().fetch(&stored::known(Kind::Role.as_str())).await?.into_iter().flatten();
    let roles = roles.filter_map(|id| if let Value::Text(id) = id { Some(id.to_string()) } else { None }).collect();
    let draft = draft.clone();
    let make = move || make(base, digest, &documents::read(&rows)?, &draft, &roles);
    let made = tokio::task::spawn_blocking(make).await;
    let made = Arc::new(made.map_err(|error| Error::Internal("resolving failed".to_owned(), Some(error.into())))??);
    *lock(&engine.previews().last) = Some(Arc::clone(&made));
    Ok(made)
}

/// Gives a text that is another one for every other draft.
pub(crate) fn digest(draft: &Draft) -> String {
    let mut hash = Sha256::new();
    for change in &draft.changes {
        for part in [change.kind.as_str(), &change.id, &change.name, change.text.as_deref().unwrap_or("")] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.update([u8::from(change.text.is_some())]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn make(
    base: Arc<Published>,
    digest: String,
    published: &[Document],
    draft: &Draft,
    known_roles: &HashSet<String>,
) -> Result<Preview, Error> {
    let mut next = overlay(published, draft)?;
    let renamed = carry(catalog::rename::rename(&base.catalog, published, &next), &mut next);
    let workspace = &base.workspace.catalog;
    let mut resolution = catalog::resolve(base.revision + 1, workspace, &next, &base.physical);
    resolution.catalog.kept = base.catalog.kept.clone();
    let (mut problems, mut warnings): (Vec<_>, Vec<_>) =
        resolution.diagnostics.into_iter().partition(Diagnostic::is_error);
    problems.extend(query::too_large(&resolution.catalog));
    problems.extend(still_used(&base.catalog, &resolution.catalog, &next));
    warnings.extend(renamed.warnings);
    warnings.extend(widening::warnings(&base.catalog, &resolution.catalog, known_roles));
    let mut changes = changes(published, &next);
    for change in &mut changes {
        change.is_drafted = draft.changes.iter().any(|it| it.kind == change.kind && it.id == change.id);
    }
    Ok(Preview {
        changes,
        documents: next,
        rewrites: renamed.rewrites,
        catalog: Arc::new(resolution.catalog),
        physical: resolution.physical,
        problems,
        warnings,
        digest,
        base,
    })
}

/// Puts rewritten documents in the place of those they were made of.
pub(crate) fn carry(mut renamed: Renamed, next: &mut [Document]) -> Renamed {
    for document in std::mem::take(&mut renamed.documents) {
        if let Some(place) = next.iter_mut().find(|it| it.kind == document.kind && it.id() == document.id()) {
            *place = document;
        }
    }
    renamed
}

/// Lays the draft over the published documents.
pub(crate) fn overlay(published: &[Document], draft: &Draft) -> Result<Vec<Document>, Error> {
    let changed: HashMap<(Kind, &str), Option<&str>> =
        draft.changes.iter().map(|change| ((change.kind, change.id.as_str()), change.text.as_deref())).collect();
    let stays = |document: &&Document| document.id().is_none_or(|id| !changed.contains_key(&(document.kind, id)));
    let mut next: Vec<Document> = published.iter().filter(stays).cloned().collect();
    for change in &draft.changes {
        if let Some(text) = &change.text {
            next.push(documents::one(change.kind.as_str(), text)?);
        }
    }
    next.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    Ok(next)
}

/// Lists what differs between the published documents and the next ones.
pub(crate) fn changes(published: &[Document], next: &[Document]) -> Vec<DocumentChange> {
    let key = |document: &Document| (document.kind, document.id().unwrap_or_default().to_owned());
    let mut before: HashMap<(Kind, String), &Document> = published.iter().map(|it| (key(it), it)).collect();
    let mut changes = Vec::new();
    for document in next {
        let (kind, id) = key(document);
        match before.remove(&(kind, id.clone())) {
            Some(old) if old.json == document.json => {}
            old => changes.push(DocumentChange {
                kind,
                id,
                before: old.map(|old| old.name.clone()),
                after: Some(document.clone()),
                is_drafted: false,
            }),
        }
    }
    let removed = before.into_iter().map(|((kind, id), old)| DocumentChange {
        kind,
        id,
        before: Some(old.name.clone()),
        after: None,
        is_drafted: false,
    });
    changes.extend(removed);
    changes.sort_by(|one, other| (one.kind, one.name()).cmp(&(other.kind, other.name())));
    changes
}

/// Says of everything that goes which of the next documents still use it. An entity that takes the name of one that goes
/// means itself by it; others have to be changed first, so that no right passes from one to the other.
fn still_used(before: &Catalog, next: &Catalog, documents: &[Document]) -> Vec<Diagnostic> {
    let gone: Vec<Gone<'_>> = before.readable().iter().flat_map(|entity| gone(entity, next)).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let usage = Usage::of(before, documents);
    let mut problems = Vec::new();
    for (entity, field) in gone {
        let (uses, name, words) = match field {
            Some(field) => {
                let name = format!("{}.{}", entity.name, field.name);
                let words = LANGUAGES.map(|language| {
                    let label = format!("{} › {}", entity.label.text(language), field.label.text(language));
                    (language.to_owned(), label)
                });
                (usage.of_field(&entity.id, &field.id), name, BTreeMap::from(words))
            }
            None => (usage.of_entity(&entity.id), entity.name.clone(), entity.label.0.clone()),
        };
        let successor = next.entity(&entity.name).filter(|other| other.id != entity.id);
        let own = successor.map(|successor| format!("{}/{}", successor.kind(), successor.name));
        for place in uses.iter().filter(|place| own.as_deref() != Some(&*place.document)) {
            let problem = Diagnostic::error("plan.still_used").named("name", &name, &words);
            let problem = about(problem, documents, before, "by", &place.document);
            problems.push(problem.in_document(&*place.document).at(&*place.pointer));
        }
    }
    problems
}

type Gone<'a> = (&'a Entity, Option<&'a Field>);

fn gone<'a>(entity: &'a Entity, next: &Catalog) -> Vec<Gone<'a>> {
    let Some(after) = next.entity_by_id(&entity.id) else {
        return vec![(entity, None)];
    };
    let fields = entity.fields.iter().filter(|field| !field.is_attribute() && after.field_by_id(&field.id).is_none());
    let fields = fields.filter(|field| !matches!(field.kind, catalog::FieldKind::Inverse { .. }));
    fields.map(|field| (entity, Some(field))).collect()
}
