//! What was renamed between two sets of documents, told by identity.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use expression::check::{Mention, Named};
use expression::{EntityId, FieldId};
use schemas::{Body, Choice, Dataset, DatasetField, Document, Entity, Field, FormulaFunction, Kind, Register, Script};

use crate::Catalog;
use crate::condition::is_chosen;
use crate::register::field_id;

/// Old names with the new ones of the same identity.
#[derive(Debug, Default)]
pub(super) struct Names {
    entities: HashMap<String, String>,
    /// By old name of the entity and old name of the field.
    fields: HashMap<(String, String), String>,
    choice_sets: HashMap<String, String>,
    measures: HashMap<String, String>,
    /// Views and dashboards by kind and old name.
    shown: HashMap<(Kind, String), String>,
    /// Names of measures, views, dashboards and scripts in the next documents.
    next_shown: HashSet<(Kind, String)>,
    scripts: HashMap<String, String>,
    /// By old name of the script and of the function.
    functions: HashMap<(String, String), String>,
    /// By old name of a shared set and old value.
    set_choices: HashMap<(String, String), String>,
    /// By identity, for expressions.
    entities_by_id: HashMap<EntityId, String>,
    /// By identity, for expressions: fields, and inverse relations as the link's id with `~`.
    by_id: HashMap<(EntityId, FieldId), String>,
    choices_by_id: HashMap<(EntityId, FieldId, Arc<str>), String>,
    /// Names that the next documents give to something, old or new.
    next_entities: HashSet<String>,
    next_choice_sets: HashSet<String>,
    roles: HashMap<String, String>,
    next_roles: HashSet<String>,
    next_fields: HashSet<(String, String)>,
    /// Old names of entities by their new ones.
    old_entities: HashMap<String, String>,
}

impl Names {
    pub(super) fn of(before: &Catalog, published: &[Document], next: &[Document]) -> Self {
        let mut names = Self::default();
        for document in next {
            match &document.body {
                Body::Entity(entity) => {
                    names.next_entities.insert(entity.name.clone());
                    let fields = entity.fields.iter().map(|field| (entity.name.clone(), field.name.clone()));
                    names.next_fields.extend(fields);
                }
                Body::Dataset(dataset) => {
                    names.next_entities.insert(dataset.name.clone());
                    let fields = dataset.fields.iter().map(|field| (dataset.name.clone(), field.name.clone()));
                    names.next_fields.extend(fields);
                }
                Body::Register(register) if register.balance.is_some() => {
                    for entity in entities_of(register) {
                        let fields = entity.fields.iter().map(|field| (entity.name.clone(), field.name.clone()));
                        names.next_fields.extend(fields);
                        names.next_entities.insert(entity.name);
                    }
                }
                Body::Register(register) => {
                    names.next_entities.insert(register.name.clone());
                    let fields = dataset_of(register, next).into_iter().flat_map(|dataset| &dataset.fields);
                    names.next_fields.extend(fields.map(|field| (register.name.clone(), field.name.clone())));
                }
                Body::ChoiceSet(set) => {
                    names.next_choice_sets.insert(set.name.clone());
                }
                Body::Role(role) => {
                    names.next_roles.insert(role.name.clone());
                }
                Body::Measure(_) | Body::View(_) | Body::Dashboard(_) | Body::Script(_) => {
                    names.next_shown.insert((document.kind, document.name.clone()));
                }
                _ => {}
            }
        }
        let by_id: HashMap<_, _> =
            next.iter().filter_map(|document| Some(((document.kind, document.id()?), document))).collect();
        for old in published {
            let Some(new) = old.id().and_then(|id| by_id.get(&(old.kind, id))) else { continue };
            match (&old.body, &new.body) {
                (Body::Entity(old), Body::Entity(new)) => names.entity(old, new, published),
                (Body::Dataset(old), Body::Dataset(new)) => names.dataset(before, old, new),
                (Body::Register(old), Body::Register(new)) if old.balance.is_some() && new.balance.is_some() => {
                    for (old, new) in std::iter::zip(entities_of(old), entities_of(new)) {
                        names.entity(&old, &new, published);
                    }
                }
                (Body::Register(old), Body::Register(new)) => {
                    let of_old = dataset_of(old, published);
                    let of_new = of_old.and_then(|it| by_id.get(&(Kind::Dataset, it.id.as_deref()?)));
                    if let (Some(of_old), Some(Body::Dataset(of_new))) = (of_old, of_new.map(|it| &it.body)) {
                        names.register(before, (old, new), (of_old, of_new));
                    }
                }
                (Body::ChoiceSet(old), Body::ChoiceSet(new)) => names.choice_set(old, new, published),
                (Body::Measure(old), Body::Measure(new)) if old.name != new.name => {
                    names.measures.insert(old.name.clone(), new.name.clone());
                }
                (Body::View(_), Body::View(_)) | (Body::Dashboard(_), Body::Dashboard(_)) if old.name != new.name => {
                    names.shown.insert((old.kind, old.name.clone()), new.name.clone());
                }
                (Body::Script(old), Body::Script(new)) => names.script(old, new),
                (Body::Role(old), Body::Role(new)) if old.name != new.name => {
                    names.roles.insert(old.name.clone(), new.name.clone());
                }
                _ => {}
            }
        }
        names
    }

    /// Lists what a source names by an old name of an entity, field, set, choice or role, with the line: each name once.
    pub(super) fn named_in<'a>(&self, source: &'a str) -> Vec<(&'a str, usize)> {
        let is_old = |word: &str| {
            self.entities.contains_key(word)
                || self.choice_sets.contains_key(word)
                || self.roles.contains_key(word)
                || self.fields.keys().any(|(_, field)| field == word)
                || self.set_choices.keys().any(|(_, choice)| &**choice == word)
                || self.choices_by_id.keys().any(|(_, _, choice)| &**choice == word)
        };
        let mut found: Vec<(&str, usize)> = Vec::new();
        for (word, line) in scripting::words(source) {
            if is_old(word) && found.iter().all(|(known, _)| *known != word) {
                found.push((word, line));
            }
        }
        found
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entities.is_empty()
            && self.fields.is_empty()
            && self.choice_sets.is_empty()
            && self.measures.is_empty()
            && self.shown.is_empty()
            && self.scripts.is_empty()
            && self.functions.is_empty()
            && self.set_choices.is_empty()
            && self.roles.is_empty()
            && self.by_id.is_empty()
            && self.choices_by_id.is_empty()
    }

    fn entity(&mut self, old: &Entity, new: &Entity, published: &[Document]) {
        let id = self.readable(old.id.as_deref(), &old.name, &new.name);
        for before in &old.fields {
            let Some(after) = new.fields.iter().find(|field| field.id.is_some() && field.id == before.id) else {
                continue;
            };
            let field_id = FieldId::new(before.id.as_deref().unwrap_or_default());
            self.field((&old.name, &id), &field_id, &before.name, &after.name);
            self.inverse(before, after, published);
            let pairs = renamed_choices(before.choices.as_deref(), after.choices.as_deref());
            for (from, to) in pairs {
                self.choices_by_id.insert((id.clone(), field_id.clone(), from.into()), to);
            }
        }
    }

    /// Functions that expressions call are known by their own identities.
    fn script(&mut self, old: &Script, new: &Script) {
        if old.name != new.name {
            self.scripts.insert(old.name.clone(), new.name.clone());
        }
        for before in &old.formulas {
            let same = |one: &&FormulaFunction| one.id.is_some() && one.id == before.id;
            let after = new.formulas.iter().find(same).filter(|after| after.function != before.function);
            if let Some(after) = after {
                let key = (old.name.clone(), before.function.clone());
                self.functions.insert(key, after.function.clone());
            }
        }
    }

    fn dataset(&mut self, before_catalog: &Catalog, old: &Dataset, new: &Dataset) {
        let id = self.readable(old.id.as_deref(), &old.name, &new.name);
        for before in &old.fields {
            let same = |field: &&DatasetField| field.id.is_some() && field.id == before.id;
            let Some(after) = new.fields.iter().find(same) else { continue };
            let field = FieldId::new(before.id.as_deref().unwrap_or_default());
            self.field((&old.name, &id), &field, &before.name, &after.name);
            if let (Some(from), Some(to)) = (&before.inverse, &after.inverse)
                && from != to
            {
                let inverse = FieldId::new(&format!("{}~", before.id.as_deref().unwrap_or_default()));
                let far = before_catalog.entity_by_id(&id).and_then(|dataset| dataset.field_by_id(&field)?.relation());
                self.by_id.extend(far.map(|far| ((far.target.clone(), inverse), to.clone())));
            }
        }
    }

    /// The fields of a register have the names of those of its dataset.
    fn register(
        &mut self,
        before_catalog: &Catalog,
        (old, new): (&Register, &Register),
        (of_old, of_new): (&Dataset, &Dataset),
    ) {
        let id = self.readable(old.id.as_deref(), &old.name, &new.name);
        for before in &of_old.fields {
            let same = |field: &&DatasetField| field.id.is_some() && field.id == before.id;
            let Some(after) = of_new.fields.iter().find(same) else { continue };
            let field = field_id(&id, &FieldId::new(before.id.as_deref().unwrap_or_default()));
            self.field((&old.name, &id), &field, &before.name, &after.name);
            if let (Some(from), Some(to)) = (old.inverses.get(&before.name), new.inverses.get(&after.name))
                && from != to
            {
                let inverse = FieldId::new(&format!("{field}~"));
                let far = before_catalog.entity_by_id(&id).and_then(|it| it.field_by_id(&field)?.relation());
                self.by_id.extend(far.map(|far| ((far.target.clone(), inverse), to.clone())));
            }
        }
    }

    /// Notes both names of an entity or a dataset; gives its identity.
    fn readable(&mut self, id: Option<&str>, old: &str, new: &str) -> EntityId {
        let id = EntityId::new(id.unwrap_or(old));
        if old != new {
            self.entities.insert(old.to_owned(), new.to_owned());
            self.entities_by_id.insert(id.clone(), new.to_owned());
        }
        self.old_entities.insert(new.to_owned(), old.to_owned());
        id
    }

    fn field(&mut self, (entity, id): (&str, &EntityId), field: &FieldId, old: &str, new: &str) {
        if old != new {
            self.fields.insert((entity.to_owned(), old.to_owned()), new.to_owned());
            self.by_id.insert((id.clone(), field.clone()), new.to_owned());
        }
    }

    /// The far side sees a link under the name of its inverse.
    fn inverse(&mut self, before: &Field, after: &Field, published: &[Document]) {
        let (Some(old), Some(new)) = (&before.inverse, &after.inverse) else { return };
        if old == new || before.kind == schemas::FieldType::Children {
            return;
        }
        for target in before.target.iter().chain(before.targets.iter().flatten()) {
            let far = published.iter().find_map(|document| match &document.body {
                Body::Entity(entity) if entity.name == *target => Some(entity.id.as_deref().unwrap_or(&entity.name)),
                _ => None,
            });
            let id = FieldId::new(&format!("{}~", before.id.as_deref().unwrap_or_default()));
            self.by_id.insert((EntityId::new(far.unwrap_or(target)), id), new.clone());
        }
    }

    fn choice_set(&mut self, old: &schemas::ChoiceSet, new: &schemas::ChoiceSet, published: &[Document]) {
        if old.name != new.name {
            self.choice_sets.insert(old.name.clone(), new.name.clone());
        }
        let pairs = renamed_choices(Some(&old.choices), Some(&new.choices));
        for (from, to) in pairs {
            self.set_choices.insert((old.name.clone(), from.clone()), to.clone());
            for (entity, field) in users_of(&old.name, published) {
                self.choices_by_id.insert((entity, field, from.as_str().into()), to.clone());
            }
        }
    }

    pub(super) fn of_entity(&self, name: &str, untouched: bool) -> Option<&String> {
        self.entities.get(name).filter(|_| untouched || !self.next_entities.contains(name))
    }

    pub(super) fn of_choice_set(&self, name: &str, untouched: bool) -> Option<&String> {
        self.choice_sets.get(name).filter(|_| untouched || !self.next_choice_sets.contains(name))
    }

    pub(super) fn of_role(&self, name: &str, untouched: bool) -> Option<&String> {
        self.roles.get(name).filter(|_| untouched || !self.next_roles.contains(name))
    }

    /// Gives the new name of a measure, a view, a dashboard or a script.
    pub(super) fn of_shown(&self, kind: Kind, name: &str, untouched: bool) -> Option<&String> {
        let renamed = match kind {
            Kind::Measure => self.measures.get(name),
            Kind::Script => self.scripts.get(name),
            _ => self.shown.get(&(kind, name.to_owned())),
        };
        renamed.filter(|_| untouched || !self.next_shown.contains(&(kind, name.to_owned())))
    }

    pub(super) fn of_set_choice(&self, set: &str, value: &str) -> Option<&String> {
        self.set_choices.get(&(set.to_owned(), value.to_owned()))
    }

    /// Gives the new name of a field of an entity that is given by its new name.
    pub(super) fn of_field(&self, entity: &str, name: &str, untouched: bool) -> Option<&String> {
        let old = self.old_entities.get(entity).map_or(entity, String::as_str);
        let renamed = self.fields.get(&(old.to_owned(), name.to_owned()));
        renamed.filter(|_| untouched || !self.next_fields.contains(&(entity.to_owned(), name.to_owned())))
    }

    pub(super) fn of_choice(&self, entity: &EntityId, field: &FieldId, value: &str) -> Option<&String> {
        self.choices_by_id.get(&(entity.clone(), field.clone(), value.into()))
    }

    pub(super) fn of_mention(&self, mention: &Mention) -> Option<String> {
        match &mention.named {
            Named::Choice(field, value) if is_chosen(field) => {
                let mut renamed = self.choices_by_id.iter();
                renamed.find(|((_, id, from), _)| *id == field.id && from == value).map(|(_, to)| to.clone())
            }
            Named::Choice(field, value) => self.of_choice(&field.entity, &field.id, value).cloned(),
            Named::Field(field) => self.by_id.get(&(field.entity.clone(), field.id.clone())).cloned(),
            Named::Entity(entity) => self.entities_by_id.get(entity).cloned(),
            Named::Measure(name) => self.measures.get(&**name).cloned(),
            Named::Script(name) => self.scripts.get(&**name).cloned(),
            Named::Function(script, name) => self.functions.get(&(script.to_string(), name.to_string())).cloned(),
        }
    }
}

/// The entities of a register of balances, in one order; none of another.
pub(super) fn entities_of(register: &Register) -> Vec<Entity> {
    let expanded = register.balance.as_ref().map(|balance| balance.expand(register));
    expanded.map(|it| vec![it.balances, it.movements, it.turnovers]).unwrap_or_default()
}

/// The dataset whose rows a register keeps.
fn dataset_of<'d>(register: &Register, documents: &'d [Document]) -> Option<&'d Dataset> {
    documents.iter().find_map(|document| match &document.body {
        Body::Dataset(dataset) if dataset.name == register.dataset => Some(dataset),
        _ => None,
    })
}

fn renamed_choices(before: Option<&[Choice]>, after: Option<&[Choice]>) -> Vec<(String, String)> {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let pair = |old: &Choice| {
        let new = after.iter().find(|new| new.id.is_some() && new.id == old.id)?;
        (new.value != old.value).then(|| (old.value.clone(), new.value.clone()))
    };
    before.iter().filter_map(pair).collect()
}

fn users_of(set: &str, published: &[Document]) -> Vec<(EntityId, FieldId)> {
    let mut users = Vec::new();
    for document in published {
        let Body::Entity(entity) = &document.body else { continue };
        let id = EntityId::new(entity.id.as_deref().unwrap_or(&entity.name));
        let fields = entity.fields.iter().filter(|field| field.choice_set.as_deref() == Some(set));
        users.extend(fields.filter_map(|field| Some((id.clone(), FieldId::new(field.id.as_deref()?)))));
    }
    users
}
