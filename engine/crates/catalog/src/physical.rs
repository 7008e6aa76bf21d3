//! Names of tables and columns: first name plus identity, kept across renames.

use std::collections::{BTreeMap, HashMap, HashSet};

use expression::EntityId;

/// Physical names by identity, as the database has them; an identity not yet here gets `name_id` when it is resolved.
///
/// Keys: the entity's id for a table, `field:shape` for a column or junction (so that a change of type makes a new column
/// and a change back finds the old one), `unique:columns` and `index:columns` for an index. `designed:entity` is no name: it
/// keeps that a designer first published the entity, which opens it to the designers of this database; `purged:id` keeps that
/// the data of an entity or field were deleted for good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Physical {
    /// Name of a table, column, junction or index, by identity.
    pub names: BTreeMap<String, String>,
}

impl Physical {
    /// Keeps that a designer first published an entity.
    pub fn design(&mut self, entity: &EntityId) {
        let key = designed(entity);
        self.names.insert(key.clone(), key);
    }

    /// Says whether a designer first published an entity.
    pub fn is_designed(&self, entity: &EntityId) -> bool {
        self.names.contains_key(&designed(entity))
    }
}

impl Physical {
    /// Keeps that the data of an entity or a field were deleted for good, and forgets the names they had.
    pub fn purge(&mut self, id: &str, names: &[String]) {
        self.names.retain(|_, name| !names.contains(name));
        let key = purged(id);
        self.names.insert(key.clone(), key);
    }

    /// Says whether the data of an entity or a field were deleted for good.
    pub fn is_purged(&self, id: &str) -> bool {
        self.names.contains_key(&purged(id))
    }

    /// Gives the identities that tables and columns were made for, by their names: that of an entity, or that of a field
    /// with its shape.
    pub fn owners(&self) -> HashMap<&str, (&str, &str)> {
        let names = self.names.iter();
        names.map(|(key, name)| (name.as_str(), key.split_once(':').unwrap_or((key, "")))).collect()
    }
}

fn purged(id: &str) -> String {
    format!("purged:{id}")
}

fn designed(entity: &EntityId) -> String {
    format!("designed:{entity}")
}

/// PostgreSQL cuts identifiers after 63 bytes; the rest is room for what is appended.
const LONGEST: usize = 56;

/// Gives out physical names: those already taken stay, new ones never repeat.
pub(crate) struct Naming {
    names: BTreeMap<String, String>,
    taken: HashSet<String>,
}

impl Naming {
    pub(crate) fn new(physical: &Physical) -> Self {
        let taken = physical.names.values().cloned().chain(crate::system::ATTRIBUTES.map(str::to_owned)).collect();
        Self { names: physical.names.clone(), taken }
    }

    /// Gives the name kept under `key`, or makes `name_id`.
    pub(crate) fn name(&mut self, key: &str, name: &str, id: &str) -> String {
        if let Some(known) = self.names.get(key) {
            return known.clone();
        }
        let id = id.replace('.', "_");
        let room = LONGEST.saturating_sub(id.len() + 1);
        let first: String = name.chars().take(room).collect();
        // SQLite keeps `sqlite_` to itself, and the product keeps two prefixes.
        let reserved = ["sqlite", "sys", "verstak"]
            .iter()
            .any(|prefix| first == *prefix || first.starts_with(&format!("{prefix}_")));
        let stem = if reserved { format!("t_{first}_{id}") } else { format!("{first}_{id}") };
        let mut candidate = stem.clone();
        let mut number = 2;
        while self.taken.contains(&candidate) {
            candidate = format!("{stem}_{number}");
            number += 1;
        }
        self.taken.insert(candidate.clone());
        self.names.insert(key.to_owned(), candidate.clone());
        candidate
    }

    pub(crate) fn finish(self) -> Physical {
        Physical { names: self.names }
    }
}
