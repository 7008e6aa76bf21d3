//! The catalog: all published metadata of one revision.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use expression::{Functions, Measured};

use crate::resolve::functions;
use crate::{
    Application, Balances, ChoiceSet, Dashboard, Entity, EntityId, Field, FieldKind, Form, Kept, Measure, Permissions,
    Role, Scripts, Triggers, View,
};

/// The metadata of one revision. Immutable once resolved.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Number of the revision; 0 is the empty workspace, where only system entities exist.
    pub revision: u64,
    /// Settings that the meaning of metadata depends on.
    pub workspace: Workspace,
    /// Entities in the order of their names, system ones included, and behind them the datasets and registers.
    pub(crate) entities: Vec<Arc<Entity>>,
    stored: usize,
    pub(crate) by_name: HashMap<String, usize>,
    pub(crate) by_id: HashMap<EntityId, usize>,
    audits_reads: bool,
    /// Roles, the two built-in ones first.
    pub roles: Vec<Arc<Role>>,
    /// Shared choice sets.
    pub choice_sets: Vec<Arc<ChoiceSet>>,
    /// Applications in the order of the navigation.
    pub applications: Vec<Arc<Application>>,
    /// Views that documents bring, in the order of their names.
    pub views: Vec<Arc<View>>,
    /// Measures by name, as expressions read them.
    pub(crate) measured: BTreeMap<String, Measured>,
    /// Measures, in the order of their names.
    pub measures: Vec<Arc<Measure>>,
    /// Dashboards, in the order of their names.
    pub dashboards: Vec<Arc<Dashboard>>,
    /// Forms, in the order in which people get them.
    pub forms: Vec<Arc<Form>>,
    /// Functions of scripts by the names of these, as expressions call them.
    pub(crate) functions: BTreeMap<String, Arc<Functions>>,
    /// Registers of balances, in the order of their documents.
    pub balances: Vec<Arc<Balances>>,
    /// Scripts, and what calls them.
    pub scripts: Scripts,
    /// What stored formulas have to be recalculated for.
    pub triggers: Triggers,
    /// Where the rows of registers are.
    pub kept: Kept,
}

/// Settings of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Language whose order sorts texts: `en` or `ru`.
    pub language: String,
    /// Currency of money fields that name none, ISO 4217.
    pub currency: String,
    /// IANA time zone, such as `Europe/Moscow`.
    pub time_zone: String,
}

impl std::default::Default for Workspace {
    fn default() -> Self {
        Self { language: "ru".to_owned(), currency: "EUR".to_owned(), time_zone: "UTC".to_owned() }
    }
}

impl Catalog {
    /// Lists the entities that have tables, by name.
    pub fn entities(&self) -> &[Arc<Entity>] {
        &self.entities[..self.stored]
    }

    /// Lists the datasets and registers, each behind those that it reads.
    pub fn derived(&self) -> &[Arc<Entity>] {
        &self.entities[self.stored..]
    }

    /// Lists all that is read like an entity: entities, then datasets and registers.
    pub fn readable(&self) -> &[Arc<Entity>] {
        &self.entities
    }

    /// Says whether reading some field is told to the audit.
    pub fn audits_reads(&self) -> bool {
        self.audits_reads
    }

    /// Finds an entity or a dataset by its name.
    pub fn entity(&self, name: &str) -> Option<&Arc<Entity>> {
        self.by_name.get(name).map(|at| &self.entities[*at])
    }

    /// Finds an entity or a dataset by its identity.
    pub fn entity_by_id(&self, id: &EntityId) -> Option<&Arc<Entity>> {
        self.by_id.get(id).map(|at| &self.entities[*at])
    }

    /// Finds the entity that a link to one of several is taken to lead to by the name after it: of `subject.as_company`
    /// that of `company`.
    pub fn narrowed(&self, field: &Field, name: &str) -> Option<&Arc<Entity>> {
        let FieldKind::AnyLink { targets, .. } = &field.kind else { return None };
        let entity = self.entity(name.strip_prefix(expression::check::NARROWING)?)?;
        targets.contains(&entity.id).then_some(entity)
    }

    /// Finds a measure by its name, as expressions read it.
    pub fn measured(&self, name: &str) -> Option<&Measured> {
        self.measured.get(name)
    }

    /// Finds the functions of a script by its name, as expressions call them.
    pub fn functions(&self, script: &str) -> Option<&Arc<Functions>> {
        self.functions.get(script)
    }

    /// Lists the functions of scripts that expressions may call, as `script::function`.
    pub fn open_functions(&self) -> Vec<String> {
        functions::open(&self.functions)
    }

    /// Finds a role by its name.
    pub fn role(&self, name: &str) -> Option<&Arc<Role>> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// Opens entities to the role of designers: one of them is about to publish these for the first time.
    pub fn open_to_designers(&mut self, entities: &[EntityId]) {
        let Some(role) = self.roles.iter_mut().find(|role| role.built_in && role.name == "designer") else { return };
        let all = Arc::new(Permissions::all(true));
        Arc::make_mut(role).entities.extend(entities.iter().map(|id| (id.clone(), Arc::clone(&all))));
    }

    /// Puts resolved parts together; entities in the order of their names.
    pub(crate) fn assemble(
        revision: u64,
        workspace: Workspace,
        entities: Vec<Entity>,
        choice_sets: Vec<Arc<ChoiceSet>>,
    ) -> Self {
        let by_name = entities.iter().enumerate().map(|(at, entity)| (entity.name.clone(), at)).collect();
        let by_id = entities.iter().enumerate().map(|(at, entity)| (entity.id.clone(), at)).collect();
        let audits_reads = entities.iter().flat_map(|entity| &entity.fields).any(|field| field.audit_reads);
        let entities: Vec<Arc<Entity>> = entities.into_iter().map(Arc::new).collect();
        let (roles, applications, views) = (Vec::new(), Vec::new(), Vec::new());
        let triggers = Triggers::default();
        Self {
            revision,
            workspace,
            stored: entities.len(),
            entities,
            by_name,
            by_id,
            audits_reads,
            roles,
            choice_sets,
            applications,
            views,
            measured: BTreeMap::new(),
            measures: Vec::new(),
            dashboards: Vec::new(),
            forms: Vec::new(),
            functions: BTreeMap::new(),
            balances: Vec::new(),
            scripts: Scripts::default(),
            triggers,
            kept: Kept::default(),
        }
    }
}
