//! The draft as stored, and documents found in it or, failing that, in the published revision.

use std::collections::HashMap;

use catalog::Catalog;
use chrono::{DateTime, Utc};
use expression::{EntityId, Value};
use schemas::{Document, Kind, Label};
use serde_json::{Value as Json, json};
use storage::Transaction;
use storage::internal::{documents as published_documents, drafts as stored};
use uuid::Uuid;

use super::{Item, State};
use crate::{Context, Error};

/// One changed document.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Kind.
    pub(crate) kind: Kind,
    /// Identity.
    pub(crate) id: String,
    /// Name in the draft; of a removal, the published one.
    pub(crate) name: String,
    /// The JSON as stored; `None` marks the document for removal.
    pub(crate) text: Option<String>,
    /// When it was changed.
    pub(crate) updated_at: DateTime<Utc>,
    /// Who changed it.
    pub(crate) updated_by: Option<Uuid>,
}

/// All changes of the draft, by kind and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) changes: Vec<Change>,
}

impl Draft {
    /// Reads the draft of this moment.
    pub(crate) async fn load(ctx: &Context) -> Result<Self, Error> {
        Ok(Self::of(&ctx.engine.database().fetch(&stored::all()).await?))
    }

    /// Reads the draft inside a transaction.
    pub(crate) async fn load_in(tx: &mut Transaction) -> Result<Self, Error> {
        Ok(Self::of(&tx.fetch(&stored::all()).await?))
    }

    /// The draft with these documents in it, as they would be kept.
    pub(super) fn with(mut self, ctx: &Context, documents: &[(Document, State)]) -> Self {
        for (document, _) in documents.iter().filter(|(_, state)| *state != State::Published) {
            let (kind, id) = (document.kind, document.id().unwrap_or_default());
            let (text, updated_by) = (Some(document.json.to_string()), ctx.user);
            self.changes.retain(|change| change.kind != kind || change.id != id);
            let name = document.name.clone();
            self.changes.push(Change { kind, id: id.to_owned(), name, text, updated_at: ctx.now, updated_by });
        }
        self.changes.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
        self
    }

    pub(super) fn of(rows: &[Vec<Value>]) -> Self {
        Self { changes: rows.iter().filter_map(|row| change(row)).collect() }
    }
}

impl Change {
    /// Says how the change stands to a catalog.
    pub(crate) fn state(&self, catalog: &Catalog) -> State {
        match (&self.text, published_name(catalog, self.kind, &self.id)) {
            (None, _) => State::Removed,
            (Some(_), Some(_)) => State::Changed,
            (Some(_), None) => State::Added,
        }
    }

    /// Gives the document as a list shows it: as the draft has it, a removed one as it is published.
    pub(crate) fn item(&self, catalog: &Catalog) -> Item {
        let published = || published_items(catalog).remove(&(self.kind, self.id.clone()));
        let (kind, id, name) = (self.kind, self.id.clone(), self.name.clone());
        let bare = Item {
            kind,
            id,
            name,
            label: Label::default(),
            icon: None,
            fields: None,
            state: State::Removed,
            updated_at: None,
            updated_by: None,
        };
        let Some(text) = &self.text else { return published().unwrap_or(bare) };
        let json: Json = serde_json::from_str(text).unwrap_or_default();
        let fields = json["fields"].as_array().map(Vec::len);
        let icon = json["icon"].as_str().map(str::to_owned);
        let label = serde_json::from_value(json["label"].clone()).unwrap_or_default();
        Item { label, icon, fields, ..bare }
    }
}

/// A document as somebody who looks for it finds it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Identity.
    pub(crate) id: String,
    /// The JSON: of the draft, else the published one.
    pub(crate) json: Json,
    /// How it stands to the published revision.
    pub(crate) state: State,
    /// Name in the published revision.
    pub(crate) published_name: Option<String>,
}

/// Some documents of the draft and of the published revision.
pub(crate) struct Sources {
    changes: Vec<Change>,
    published: Vec<(Kind, String, String, String)>,
    system: HashMap<String, Label>,
}

impl Sources {
    /// Reads what is known by these names.
    pub(crate) async fn named(ctx: &Context, names: &[(Kind, &str)]) -> Result<Self, Error> {
        // What can be no name is no document's, and no database need be asked with it.
        let names: Vec<&str> =
            names.iter().map(|(_, name)| *name).filter(|name| schemas::check::is_name(name)).collect();
        let (database, revision) = (ctx.engine.database(), ctx.catalog().revision);
        let published = published(&database.fetch(&published_documents::matching(revision, &names, &[])).await?);
        let ids: Vec<&str> = published.iter().map(|(_, id, _, _)| id.as_str()).collect();
        let changes = Draft::of(&database.fetch(&stored::matching(&names, &ids)).await?).changes;
        let ids: Vec<&str> = changes.iter().map(|change| change.id.as_str()).collect();
        let more = database.fetch(&published_documents::matching(revision, &names, &ids)).await?;
        Ok(Self { changes, published: self::published(&more), system: system(ctx.catalog()) })
    }

    /// Reads what is known by the names and identities of documents, inside the transaction that will store them.
    pub(crate) async fn of(ctx: &Context, tx: &mut Transaction, documents: &[Document]) -> Result<Self, Error> {
        let names: Vec<&str> = documents.iter().map(|document| document.name.as_str()).collect();
        let ids: Vec<&str> = documents.iter().filter_map(Document::id).collect();
        let revision = ctx.catalog().revision;
        let published = published(&tx.fetch(&published_documents::matching(revision, &names, &ids)).await?);
        let known: Vec<&str> = published.iter().map(|(_, id, _, _)| id.as_str()).chain(ids).collect();
        let changes = Draft::of(&tx.fetch(&stored::matching(&names, &known)).await?).changes;
        Ok(Self { changes, published, system: system(ctx.catalog()) })
    }

    /// Finds a document by the name it has in the draft, else by its published name.
    pub(crate) fn find(&self, kind: Kind, name: &str) -> Option<Found> {
        let live = self.changes.iter().filter(|change| change.kind == kind && change.name == name);
        if let Some(change) = live.max_by_key(|change| change.text.is_some()) {
            return self.by_id(kind, &change.id);
        }
        match self.published.iter().find(|(its, _, known, _)| *its == kind && known == name) {
            Some((_, id, _, _)) => self.by_id(kind, id),
            None => self.system_entity(kind, name),
        }
    }

    /// Finds a document by its identity.
    pub(crate) fn by_id(&self, kind: Kind, id: &str) -> Option<Found> {
        let change = self.changes.iter().find(|change| change.kind == kind && change.id == id);
        let published = self.published.iter().find(|(its, known, _, _)| *its == kind && known == id);
        let published_name = published.map(|(_, _, name, _)| name.clone()).or_else(|| self.system_name(kind, id));
        let state = match change {
            None => State::Published,
            Some(Change { text: None, .. }) => State::Removed,
            Some(_) if published_name.is_some() => State::Changed,
            Some(_) => State::Added,
        };
        let text = change.and_then(|change| change.text.as_ref()).or(published.map(|(_, _, _, text)| text));
        let json = match text {
            Some(text) => serde_json::from_str(text).ok()?,
            None => bare(&self.system_name(kind, id)?),
        };
        Some(Found { id: id.to_owned(), json, state, published_name })
    }

    /// Gives the published JSON of a document.
    pub(crate) fn published_json(&self, kind: Kind, id: &str) -> Option<Json> {
        let (_, _, _, text) = self.published.iter().find(|(its, known, _, _)| *its == kind && known == id)?;
        serde_json::from_str(text).ok()
    }

    /// Lists the identities of the documents that have this name in the draft, or had it when they were published and
    /// are not changed.
    pub(crate) fn holders(&self, kind: Kind, name: &str) -> Vec<&str> {
        let changed = |id: &str| self.changes.iter().any(|change| change.kind == kind && change.id == id);
        let drafts = self.changes.iter().filter(|change| change.kind == kind && change.name == name);
        let drafts = drafts.filter(|change| change.text.is_some()).map(|change| change.id.as_str());
        let published =
            self.published.iter().filter(|(its, id, known, _)| *its == kind && known == name && !changed(id));
        drafts.chain(published.map(|(_, id, _, _)| id.as_str())).collect()
    }

    fn system_entity(&self, kind: Kind, name: &str) -> Option<Found> {
        let name = self.system_name(kind, name)?;
        let json = bare(&name);
        Some(Found { id: name.clone(), json, state: State::Published, published_name: Some(name) })
    }

    fn system_name(&self, kind: Kind, id: &str) -> Option<String> {
        (kind == Kind::Entity && self.system.contains_key(id)).then(|| id.to_owned())
    }
}

/// A system entity to which nobody has added anything.
fn bare(name: &str) -> Json {
    json!({"kind": "entity", "id": name, "name": name, "fields": []})
}

fn system(catalog: &Catalog) -> HashMap<String, Label> {
    let system = catalog.entities().iter().filter(|entity| entity.system);
    system.map(|entity| (entity.name.clone(), entity.label.clone())).collect()
}

/// Lists what is published, by kind and identity.
pub(super) fn published_items(catalog: &Catalog) -> HashMap<(Kind, String), Item> {
    let item = |kind: Kind, id: &str, name: &str, label: &Label, icon: Option<&String>, fields: Option<usize>| {
        let (id, name, label, icon) = (id.to_owned(), name.to_owned(), label.clone(), icon.cloned());
        let state = State::Published;
        ((kind, id.clone()), Item { kind, id, name, label, icon, fields, state, updated_at: None, updated_by: None })
    };
    let entities = catalog.readable().iter().map(|it| {
        let own = it.fields.iter().filter(|field| !field.is_attribute());
        let own = own.filter(|field| !matches!(field.kind, catalog::FieldKind::Inverse { .. })).count();
        item(it.kind(), it.id.as_str(), &it.name, &it.label, it.icon.as_ref(), Some(own))
    });
    let roles = catalog.roles.iter().filter(|role| !role.built_in);
    let roles = roles.map(|it| item(Kind::Role, &it.id, &it.name, &it.label, None, None));
    let sets = catalog.choice_sets.iter();
    let sets = sets.filter_map(|it| Some(item(Kind::ChoiceSet, &it.id, it.name.as_deref()?, &it.label, None, None)));
    let applications = catalog
        .applications
        .iter()
        .map(|it| item(Kind::Application, &it.id, &it.name, &it.label, it.icon.as_ref(), None));
    let views = catalog.views.iter().map(|it| item(Kind::View, &it.id, &it.name, &it.label, None, None));
    let measures = catalog.measures.iter();
    let measures = measures.map(|it| item(Kind::Measure, &it.id, &it.name, &it.label, it.icon.as_ref(), None));
    let scripts = catalog.scripts.all.iter();
    let scripts = scripts.map(|it| item(Kind::Script, &it.id, &it.name, &it.label, None, None));
    let dashboards = catalog.dashboards.iter();
    let dashboards = dashboards.map(|it| item(Kind::Dashboard, &it.id, &it.name, &it.label, it.icon.as_ref(), None));
    let forms = catalog.forms.iter().map(|it| item(Kind::Form, &it.id, &it.name, &it.label, None, None));
    let shown = views.chain(measures).chain(dashboards).chain(forms);
    entities.chain(roles).chain(sets).chain(applications).chain(shown).chain(scripts).collect()
}

/// Finds the published name of a document.
pub(crate) fn published_name(catalog: &Catalog, kind: Kind, id: &str) -> Option<String> {
    match kind {
        Kind::Dataset | Kind::Entity | Kind::Register => {
            let found = catalog.entity_by_id(&EntityId::new(id))?;
            (found.kind() == kind).then(|| found.name.clone())
        }
        Kind::Role => catalog.roles.iter().find(|role| role.id == id && !role.built_in).map(|role| role.name.clone()),
        Kind::ChoiceSet => catalog.choice_sets.iter().find(|set| set.id == id).and_then(|set| set.name.clone()),
        Kind::Application => catalog.applications.iter().find(|it| it.id == id).map(|it| it.name.clone()),
        Kind::Measure => catalog.measures.iter().find(|it| it.id == id).map(|it| it.name.clone()),
        Kind::Dashboard => catalog.dashboards.iter().find(|it| it.id == id).map(|it| it.name.clone()),
        Kind::Form => catalog.forms.iter().find(|it| it.id == id).map(|it| it.name.clone()),
        Kind::Script => catalog.scripts.with_id(id).map(|it| it.name.clone()),
        Kind::View => catalog.views.iter().find(|it| it.id == id).map(|it| it.name.clone()),
    }
}

fn change(row: &[Value]) -> Option<Change> {
    let [Value::Text(kind), Value::Text(id), Value::Text(name), text, Value::Integer(at), by] = row else {
        return None;
    };
    Some(Change {
        kind: kind.parse().ok()?,
        id: id.to_string(),
        name: name.to_string(),
        text: if let Value::Text(text) = text { Some(text.to_string()) } else { None },
        updated_at: DateTime::from_timestamp_millis(*at)?,
        updated_by: if let Value::Id(by) = by { Some(*by) } else { None },
    })
}

fn published(rows: &[Vec<Value>]) -> Vec<(Kind, String, String, String)> {
    let read = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(kind), Value::Text(id), Value::Text(name), Value::Text(text)] => {
            Some((kind.parse().ok()?, id.to_string(), name.to_string(), text.to_string()))
        }
        _ => None,
    };
    rows.iter().filter_map(read).collect()
}
