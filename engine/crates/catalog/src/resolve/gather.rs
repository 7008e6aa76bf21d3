//! First stage: documents by kind and name, system entities among them, identities settled.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diagnostic::Diagnostic;
use expression::EntityId;
use schemas::suggest::nearest;
use schemas::{Body, Document};

use super::balances::{BESIDE, Written};
use crate::balance::Part;
use crate::system::{self, SystemEntity};

/// Documents by kind.
pub(super) struct Gathered<'a> {
    /// Entities in the order of their names.
    pub(super) entities: Vec<Source<'a>>,
    pub(super) datasets: BTreeMap<&'a str, &'a schemas::Dataset>,
    pub(super) forms: BTreeMap<&'a str, &'a schemas::Form>,
    pub(super) dashboards: BTreeMap<&'a str, &'a schemas::Dashboard>,
    pub(super) registers: BTreeMap<&'a str, &'a schemas::Register>,
    pub(super) choice_sets: BTreeMap<&'a str, &'a schemas::ChoiceSet>,
    pub(super) roles: BTreeMap<&'a str, &'a schemas::Role>,
    pub(super) applications: Vec<&'a schemas::Application>,
    pub(super) views: BTreeMap<&'a str, &'a schemas::View>,
    pub(super) measures: BTreeMap<&'a str, &'a schemas::Measure>,
    pub(super) scripts: BTreeMap<&'a str, &'a schemas::Script>,
    by_name: HashMap<&'a str, usize>,
}

/// An entity as the product and the people have written it.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) system: Option<(&'static SystemEntity, &'a schemas::Entity)>,
    pub(super) written: Option<&'a schemas::Entity>,
    /// The register of balances that it is made of, and which entity of it.
    pub(super) register: Option<&'a str>,
    pub(super) part: Option<Part>,
}

impl Source<'_> {
    /// Gives the identity; a document that has none yet is known by its name.
    pub(super) fn id(&self) -> EntityId {
        match (self.system, self.written.and_then(|entity| entity.id.as_deref())) {
            (None, Some(id)) => EntityId::new(id),
            _ => EntityId::new(self.name),
        }
    }

    pub(super) fn document(&self) -> String {
        match (self.register, self.part) {
            (Some(register), Some(Part::Balances)) => format!("register/{register}"),
            (Some(register), _) => format!("register/{register}{BESIDE}{}", self.name),
            _ => format!("entity/{}", self.name),
        }
    }
}

impl<'a> Gathered<'a> {
    /// Finds the position of an entity by name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Gives the identity of an entity, or the mistake of naming none.
    pub(super) fn entity_id(&self, name: &str) -> Result<EntityId, Diagnostic> {
        match self.position(name) {
            Some(at) => Ok(self.entities[at].id()),
            None => Err(Diagnostic::error("reference.unknown_entity")
                .with("found", name)
                .with_some("nearest", nearest(name, self.by_name.keys().copied()))),
        }
    }
}

pub(super) fn gather<'a>(
    product: &'a [schemas::Entity],
    documents: &'a [Document],
    written: &'a [Written<'a>],
    problems: &mut Vec<Diagnostic>,
) -> Gathered<'a> {
    let mut entities: BTreeMap<&str, Source> = BTreeMap::new();
    for document in product {
        let system = system::find(&document.name).map(|(entity, _)| (entity, document));
        entities
            .insert(&document.name, Source { name: &document.name, system, written: None, register: None, part: None });
    }
    let mut datasets = BTreeMap::new();
    let mut forms = BTreeMap::new();
    let mut dashboards = BTreeMap::new();
    let mut registers = BTreeMap::new();
    let mut balances = BTreeSet::new();
    let mut choice_sets = BTreeMap::new();
    let mut roles = BTreeMap::new();
    let mut applications: BTreeMap<&str, &schemas::Application> = BTreeMap::new();
    let mut views = BTreeMap::new();
    let mut measures = BTreeMap::new();
    let mut scripts = BTreeMap::new();
    for document in documents {
        let name = document.name.as_str();
        let repeated = match &document.body {
            Body::Entity(entity) => {
                let source = entities.entry(name).or_insert(Source {
                    name,
                    system: None,
                    written: None,
                    register: None,
                    part: None,
                });
                source.written.replace(entity).is_some()
            }
            Body::Form(form) => forms.insert(name, form).is_some(),
            Body::Dashboard(dashboard) => dashboards.insert(name, dashboard).is_some(),
            Body::Dataset(dataset) => datasets.insert(name, dataset).is_some(),
            // Its entities are gathered below.
            Body::Register(register) if register.balance.is_some() => !balances.insert(name),
            Body::Register(register) => registers.insert(name, register).is_some(),
            Body::ChoiceSet(set) => choice_sets.insert(name, set).is_some(),
            Body::Role(role) => roles.insert(name, role).is_some(),
            Body::Application(application) => applications.insert(name, application).is_some(),
            Body::Measure(measure) => measures.insert(name, measure).is_some(),
            Body::Script(script) => scripts.insert(name, script).is_some(),
            Body::View(view) => views.insert(name, view).is_some(),
        };
        if repeated {
            problems.push(Diagnostic::error("document.duplicate").in_document(document.path()).with("name", name));
        }
    }
    for found in written {
        let register = found.register.name.as_str();
        for (part, entity) in found.parts() {
            let name = entity.name.as_str();
            let is_taken = entities.contains_key(name) || datasets.contains_key(name) || registers.contains_key(name);
            if is_taken {
                let problem = Diagnostic::error("register.entity_name").with("name", name);
                problems.push(problem.in_document(format!("register/{register}")).at(part.pointer()));
                continue;
            }
            let (register, part) = (Some(register), Some(part));
            entities.insert(name, Source { name, system: None, written: Some(entity), register, part });
        }
    }
    let entities: Vec<Source> = entities.into_values().collect();
    repeated_ids(&entities, problems);
    let by_name = entities.iter().enumerate().map(|(at, source)| (source.name, at)).collect();
    let applications = applications.into_values().collect();
    Gathered {
        entities,
        datasets,
        forms,
        dashboards,
        registers,
        choice_sets,
        roles,
        applications,
        views,
        measures,
        scripts,
        by_name,
    }
}

fn repeated_ids(entities: &[Source], problems: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<EntityId, &str> = HashMap::new();
    for source in entities {
        if let Some(other) = seen.insert(source.id(), source.name) {
            let problem = Diagnostic::error("document.duplicate_id").in_document(source.document()).at("/id");
            problems.push(problem.with("found", source.id()).with("other", other));
        }
    }
}
