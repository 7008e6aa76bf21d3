//! Room for what a new program brings: entities and fields of people that have its names get other ones.

use std::collections::{HashMap, HashSet};

use catalog::Catalog;
use schemas::{Body, Document, Entity};

use crate::publishing::drafts::Draft;
use crate::publishing::preview;

/// Longest name there may be.
const LONGEST: usize = 48;

/// New names for what people have under names of the product.
pub(super) struct Room {
    /// By identity of the entity.
    entities: HashMap<String, String>,
    /// By identity of the entity and of the field.
    fields: HashMap<(String, String), String>,
}

impl Room {
    /// Compares what people have, published or drafted, with what the product did not have before.
    pub(super) fn of(published: &[Document], drafted: &[Document], known: &[Entity]) -> Self {
        let product = catalog::system::documents();
        let documents = || published.iter().chain(drafted);
        let mut names: HashSet<String> = documents().map(|document| document.name.clone()).collect();
        names.extend(product.iter().map(|entity| entity.name.clone()));
        let mut room = Self { entities: HashMap::new(), fields: HashMap::new() };
        let written = || documents().filter_map(entity_of);
        for (id, entity) in written() {
            let Some(ours) = product.iter().find(|it| it.name == entity.name) else { continue };
            let Some(before) = known.iter().find(|it| it.name == entity.name) else {
                room.entities.entry(id.to_owned()).or_insert_with(|| free(&entity.name, &mut names));
                continue;
            };
            let same = written().filter(|(other, _)| *other == id).flat_map(|(_, entity)| &entity.fields);
            let mut taken: HashSet<String> = same.chain(&ours.fields).map(|field| field.name.clone()).collect();
            for field in &entity.fields {
                let is_new = has(ours, &field.name) && !has(before, &field.name);
                if let Some(its) = field.id.as_deref().filter(|_| is_new) {
                    let key = (id.to_owned(), its.to_owned());
                    room.fields.entry(key).or_insert_with(|| free(&field.name, &mut taken));
                }
            }
        }
        room
    }

    /// Renames in documents, with everything that names what is renamed.
    pub(super) fn make(&self, before: &Catalog, documents: &[Document]) -> Vec<Document> {
        if self.entities.is_empty() && self.fields.is_empty() {
            return documents.to_vec();
        }
        let mut next: Vec<Document> = documents.iter().map(|document| self.renamed(document)).collect();
        let renamed = preview::carry(catalog::rename::rename_all(before, documents, &next), &mut next);
        for warning in &renamed.warnings {
            tracing::warn!("a name that the product needs now stands where it could not be replaced: {warning}");
        }
        next
    }

    /// Gives the documents of the draft that have to be kept anew: kind, identity, name, text.
    pub(super) fn drafts(
        &self,
        before: &Catalog,
        draft: &Draft,
        drafted: &[Document],
    ) -> Vec<(String, String, String, Option<String>)> {
        let next = self.make(before, drafted);
        let mut kept = Vec::new();
        for change in &draft.changes {
            let is_it = |it: &&Document| it.kind == change.kind && it.id() == Some(&*change.id);
            let (name, text) = match next.iter().find(is_it) {
                Some(after) if drafted.iter().find(is_it).is_none_or(|before| before.json != after.json) => {
                    (after.name.clone(), Some(after.json.to_string()))
                }
                Some(_) => continue,
                // A removal is known by the name of what goes.
                None => match self.entities.get(&change.id) {
                    Some(name) => (name.clone(), None),
                    None => continue,
                },
            };
            kept.push((change.kind.as_str().to_owned(), change.id.clone(), name, text));
        }
        kept
    }

    fn renamed(&self, document: &Document) -> Document {
        let Some((id, entity)) = entity_of(document) else { return document.clone() };
        let mut entity = entity.clone();
        if let Some(name) = self.entities.get(id) {
            entity.name.clone_from(name);
        }
        for field in &mut entity.fields {
            let key = (id.to_owned(), field.id.clone().unwrap_or_default());
            if let Some(name) = self.fields.get(&key) {
                field.name.clone_from(name);
            }
        }
        Document::of(Body::Entity(entity))
    }
}

fn entity_of(document: &Document) -> Option<(&str, &Entity)> {
    match &document.body {
        Body::Entity(entity) => Some((entity.id.as_deref()?, entity)),
        _ => None,
    }
}

fn has(entity: &Entity, name: &str) -> bool {
    entity.fields.iter().any(|field| field.name == name)
}

/// Gives `name_2`, or the next that nobody has.
fn free(name: &str, taken: &mut HashSet<String>) -> String {
    let mut number = 2_u32;
    loop {
        let end = format!("_{number}");
        let begin: String = name.chars().take(LONGEST - end.len()).collect();
        let candidate = begin + end.as_str();
        if taken.insert(candidate.clone()) {
            return candidate;
        }
        number += 1;
    }
}
