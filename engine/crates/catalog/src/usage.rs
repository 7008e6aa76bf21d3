//! Who uses what: for the “used by” of the designer and for the warnings of a plan.

mod forms;

use std::collections::HashMap;

use expression::check::{Mention, Named, mentions};
use expression::{EntityId, Expected, FieldId, Scope};
use schemas::{Body, Document, Kind};

use crate::resolve::{dashboards, scope_before};
use crate::{Catalog, CatalogScope, Entity, WithParameters};

/// One place that uses a thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Document as `kind/name`.
    pub document: String,
    /// JSON pointer inside it.
    pub pointer: String,
}

/// The places that use each entity, field and choice set.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    entities: HashMap<EntityId, Vec<Use>>,
    fields: HashMap<(EntityId, FieldId), Vec<Use>>,
    choice_sets: HashMap<String, Vec<Use>>,
    /// By the names of script and function.
    functions: HashMap<(String, String), Vec<Use>>,
    /// Measures, views, dashboards, and scripts with buttons, by kind and name.
    shown: HashMap<(Kind, String), Vec<Use>>,
}

impl Usage {
    /// Gathers the uses in documents that have been resolved to the catalog.
    pub fn of(catalog: &Catalog, documents: &[Document]) -> Self {
        let mut usage = Self::default();
        for document in documents {
            let mut writer = Writer { catalog, usage: &mut usage, document: document.path() };
            match &document.body {
                Body::Entity(entity) => writer.entity(entity),
                Body::Role(role) => writer.role(role),
                Body::Application(application) => writer.application(application),
                Body::Measure(measure) => writer.measure(measure),
                Body::Script(script) => writer.script(script),
                Body::Dashboard(dashboard) => writer.dashboard(dashboard),
                Body::Dataset(dataset) => writer.dataset(dataset),
                Body::Register(register) => writer.register(register),
                Body::View(view) => writer.view(view),
                Body::Form(form) => writer.form(form),
                Body::ChoiceSet(_) => {}
            }
        }
        usage
    }

    /// Lists the uses of an entity: relations to it, roles that name it, navigation.
    pub fn of_entity(&self, entity: &EntityId) -> &[Use] {
        self.entities.get(entity).map(Vec::as_slice).unwrap_or_default()
    }

    /// Lists the uses of a field: titles, unique sets, indexes, expressions, and the other side of lines.
    pub fn of_field(&self, entity: &EntityId, field: &FieldId) -> &[Use] {
        self.fields.get(&(entity.clone(), field.clone())).map(Vec::as_slice).unwrap_or_default()
    }

    /// Lists the expressions that call a function of a script.
    pub fn of_function(&self, script: &str, function: &str) -> &[Use] {
        self.functions.get(&(script.to_owned(), function.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }

    /// Lists the uses of a measure, a view, a dashboard or the buttons of a script: expressions, dashboards, forms and the navigation.
    pub fn of_shown(&self, kind: Kind, name: &str) -> &[Use] {
        self.shown.get(&(kind, name.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }

    /// Lists the fields that take their choices from a shared set.
    pub fn of_choice_set(&self, name: &str) -> &[Use] {
        self.choice_sets.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Notes the uses in one document.
struct Writer<'a> {
    catalog: &'a Catalog,
    usage: &'a mut Usage,
    document: String,
}

impl Writer<'_> {
    fn entity(&mut self, written: &schemas::Entity) {
        let catalog = self.catalog;
        let Some(entity) = catalog.entity(&written.name) else { return };
        if let Some(title) = &written.title {
            self.uses_field(entity, title, "/title".to_owned());
        }
        for (key, sets) in [("unique", &written.unique), ("indexes", &written.indexes)] {
            for (at, set) in sets.iter().enumerate() {
                for (place, name) in set.iter().enumerate() {
                    self.uses_field(entity, name, format!("/{key}/{at}/{place}"));
                }
            }
        }
        for (at, field) in written.fields.iter().enumerate() {
            self.field(entity, field, &format!("/fields/{at}"));
        }
        let scope = CatalogScope::of_record(catalog, &entity.id);
        for (operation, text) in written.access.iter().flat_map(|access| access.conditions()) {
            self.uses_in(text, &scope, &format!("/access/{operation}"));
        }
        for (at, rule) in written.rules.iter().enumerate() {
            self.uses_in(&rule.when, &scope, &format!("/rules/{at}/when"));
        }
    }

    fn role(&mut self, role: &schemas::Role) {
        let catalog = self.catalog;
        for (name, permissions) in role.entities.iter().filter(|(name, _)| *name != "*") {
            self.uses_entity(name, format!("/entities/{name}"));
            let Some(entity) = catalog.entity(name) else { continue };
            for field in permissions.fields.keys().filter(|field| *field != "*") {
                self.uses_field(entity, field, format!("/entities/{name}/fields/{field}"));
            }
            let scope = CatalogScope::of_record(catalog, &entity.id);
            for (operation, text) in permissions.conditions() {
                self.uses_in(text, &scope, &format!("/entities/{name}/{operation}"));
            }
        }
    }

    fn field(&mut self, entity: &Entity, field: &schemas::Field, here: &str) {
        let catalog = self.catalog;
        if let Some(name) = &field.target {
            self.uses_entity(name, format!("{here}/target"));
        }
        for (at, name) in field.targets.iter().flatten().enumerate() {
            self.uses_entity(name, format!("{here}/targets/{at}"));
        }
        if let Some(set) = &field.choice_set {
            let place = Use { document: self.document.clone(), pointer: format!("{here}/choice_set") };
            self.usage.choice_sets.entry(set.clone()).or_default().push(place);
        }
        if let Some(schemas::Default::Expression(default)) = &field.default {
            self.uses_in(
                &default.expression,
                &CatalogScope::without_record(catalog),
                &format!("{here}/default/expression"),
            );
        }
        if let Some(formula) = &field.formula {
            let scope = CatalogScope::of_record(catalog, &entity.id);
            self.uses_in(&formula.expression, &scope, &format!("{here}/formula/expression"));
        }
        let resolved = entity.field(&field.name);
        for (key, condition) in field.conditions() {
            let Some(resolved) = resolved else { continue };
            let scope = CatalogScope::of_condition(catalog, entity, resolved, key);
            self.uses_in(&condition.when, &scope, &format!("{here}/{key}/when"));
        }
        if let Some(sequence) = &field.sequence {
            self.uses_in(sequence, &CatalogScope::of_record(catalog, &entity.id), &format!("{here}/sequence"));
        }
        let relation = entity.field(&field.name).filter(|_| field.kind == schemas::FieldType::Children);
        if let Some(line) = relation.and_then(|field| catalog.entity_by_id(&field.relation()?.target))
            && let Some(inverse) = &field.inverse
        {
            self.uses_field(line, inverse, format!("{here}/inverse"));
        }
    }

    fn application(&mut self, application: &schemas::Application) {
        for (at, home) in application.home.iter().enumerate() {
            if let Some(entity) = &home.entity {
                self.uses_entity(entity, format!("/home/{at}/entity"));
            }
            self.shows(Kind::Dashboard, home.dashboard.as_ref(), format!("/home/{at}/dashboard"));
        }
        for (at, section) in application.sections.iter().enumerate() {
            for (place, item) in section.items.iter().enumerate() {
                let here = format!("/sections/{at}/items/{place}");
                if let Some(entity) = &item.entity {
                    self.uses_entity(entity, format!("{here}/entity"));
                }
                self.shows(Kind::Dashboard, item.dashboard.as_ref(), format!("{here}/dashboard"));
            }
        }
    }

    fn view(&mut self, view: &schemas::View) {
        let catalog = self.catalog;
        self.uses_entity(&view.entity, "/entity".to_owned());
        let Some(entity) = catalog.entity(&view.entity) else { return };
        let scope = CatalogScope::of_record(catalog, &entity.id);
        for (at, path) in view.columns.iter().enumerate() {
            self.uses_in(path, &scope, &format!("/columns/{at}"));
        }
        for (at, key) in view.sort.iter().enumerate() {
            self.uses_in(key.strip_prefix('-').unwrap_or(key), &scope, &format!("/sort/{at}"));
        }
        if let Some(filter) = &view.filter {
            self.uses_in(filter, &scope, "/filter");
        }
        for (setting, name) in view.settings() {
            self.uses_in(name, &scope, &format!("/{}", setting.as_str()));
        }
    }

    fn dashboard(&mut self, dashboard: &schemas::Dashboard) {
        let catalog = self.catalog;
        for (at, filter) in dashboard.filters.iter().enumerate() {
            let Some(name) = &filter.entity else { continue };
            self.uses_entity(name, format!("/filters/{at}/entity"));
            if let (Some(entity), Some(field)) = (catalog.entity(name), &filter.field) {
                self.uses_field(entity, field, format!("/filters/{at}/field"));
            }
        }
        for (at, widget) in dashboard.widgets.iter().enumerate() {
            let here = format!("/widgets/{at}");
            self.shows(Kind::Measure, widget.measure.as_ref(), format!("{here}/measure"));
            self.shows(Kind::View, widget.view.as_ref(), format!("{here}/view"));
            if let Some(entity) = &widget.entity {
                self.uses_entity(entity, format!("{here}/entity"));
            }
            let Some(entity) = dashboards::entity_of(catalog, widget) else { continue };
            let scope = CatalogScope::of_record(catalog, &entity);
            for (pointer, text) in texts(widget) {
                self.uses_in(text, &scope, &format!("{here}{pointer}"));
            }
        }
    }

    fn dataset(&mut self, dataset: &schemas::Dataset) {
        let catalog = self.catalog;
        for (at, part) in dataset.parts.iter().enumerate() {
            let here = format!("/parts/{at}");
            self.uses_entity(&part.entity, format!("{here}/entity"));
            for (place, join) in part.joins.iter().enumerate() {
                let here = format!("{here}/joins/{place}");
                let Some(scope) = scope_before(catalog, part, place) else { continue };
                if let Some(through) = &join.through {
                    self.uses(through, &scope, &Expected::Relation, &format!("{here}/through"));
                }
                let Some(entity) = &join.entity else { continue };
                self.uses_entity(entity, format!("{here}/entity"));
                for (pair, on) in join.on.iter().enumerate() {
                    self.uses_in(&on.left, &scope, &format!("{here}/on/{pair}/left"));
                    let Some(target) = catalog.entity(entity) else { continue };
                    let joined = CatalogScope::of_record(catalog, &target.id);
                    self.uses_in(&on.right, &joined, &format!("{here}/on/{pair}/right"));
                }
            }
            let Some(scope) = scope_before(catalog, part, part.joins.len()) else { continue };
            if let Some(filter) = &part.filter {
                self.uses_in(filter, &scope, &format!("{here}/filter"));
            }
            for (field, value) in &part.values {
                self.uses_in(value, &scope, &format!("{here}/values/{field}"));
            }
        }
        self.in_sql(dataset);
        let Some(own) = catalog.entity(&dataset.name) else { return };
        let scope = CatalogScope::of_record(catalog, &own.id);
        for (at, field) in dataset.fields.iter().enumerate() {
            if let Some(expression) = &field.expression {
                self.uses_in(expression, &scope, &format!("/fields/{at}/expression"));
            }
        }
        if let Some(having) = &dataset.having {
            self.uses_in(having, &scope, "/having");
        }
    }

    fn balance(&mut self, balance: &schemas::Balance) {
        let catalog = self.catalog;
        for (at, dimension) in balance.dimensions.iter().enumerate() {
            let here = format!("/balance/dimensions/{at}");
            if let Some(name) = &dimension.target {
                self.uses_entity(name, format!("{here}/target"));
            }
            if let Some(set) = &dimension.choice_set {
                let place = Use { document: self.document.clone(), pointer: format!("{here}/choice_set") };
                self.usage.choice_sets.entry(set.clone()).or_default().push(place);
            }
        }
        for (at, posting) in balance.postings.iter().enumerate() {
            let here = format!("/balance/postings/{at}");
            self.uses_entity(&posting.entity, format!("{here}/entity"));
            let Some(entity) = catalog.entity(&posting.entity) else { continue };
            let scope = CatalogScope::of_record(catalog, &entity.id);
            let values = posting.values.iter().map(|(name, text)| (format!("values/{name}"), text));
            let others = posting.when.iter().map(|text| ("when".to_owned(), text));
            for (key, text) in others.chain([("date".to_owned(), &posting.date)]).chain(values) {
                self.uses_in(text, &scope, &format!("{here}/{key}"));
            }
        }
    }

    fn register(&mut self, register: &schemas::Register) {
        if let Some(balance) = &register.balance {
            return self.balance(balance);
        }
        self.uses_entity(&register.dataset, "/dataset".to_owned());
        let Some(dataset) = self.catalog.entity(&register.dataset) else { return };
        for link in register.inverses.keys() {
            self.uses_field(dataset, link, format!("/inverses/{link}"));
        }
        for (at, set) in register.indexes.iter().enumerate() {
            for (place, name) in set.iter().enumerate() {
                self.uses_field(dataset, name, format!("/indexes/{at}/{place}"));
            }
        }
    }

    fn measure(&mut self, measure: &schemas::Measure) {
        let catalog = self.catalog;
        self.uses_entity(&measure.entity, "/entity".to_owned());
        for (at, parameter) in measure.parameters.iter().enumerate() {
            if let Some(target) = &parameter.target {
                self.uses_entity(target, format!("/parameters/{at}/target"));
            }
            if let Some(schemas::Default::Expression(default)) = &parameter.default {
                let scope = CatalogScope::without_record(catalog);
                self.uses_in(&default.expression, &scope, &format!("/parameters/{at}/default/expression"));
            }
        }
        let Some(entity) = catalog.entity(&measure.entity) else { return };
        let scope = CatalogScope::of_record(catalog, &entity.id);
        for span in expression::groups::arguments(&measure.expression) {
            self.uses_in(&measure.expression[span], &scope, "/expression");
        }
        for (path, pointer) in [(&measure.date, "/date"), (&measure.person, "/person")] {
            path.iter().for_each(|path| self.uses_in(path, &scope, pointer));
        }
        if let Some(filter) = &measure.filter {
            self.uses_in(filter, &WithParameters::of(catalog, &entity.id, &measure.parameters), "/filter");
        }
    }

    fn script(&mut self, script: &schemas::Script) {
        let catalog = self.catalog;
        for (at, hook) in script.hooks.iter().enumerate() {
            self.uses_entity(&hook.entity, format!("/hooks/{at}/entity"));
        }
        for (at, button) in script.buttons.iter().enumerate() {
            self.uses_entity(&button.entity, format!("/buttons/{at}/entity"));
            for (place, parameter) in button.parameters.iter().enumerate() {
                if let Some(target) = &parameter.target {
                    self.uses_entity(target, format!("/buttons/{at}/parameters/{place}/target"));
                }
            }
            if let (Some(when), Some(entity)) = (&button.when, catalog.entity(&button.entity)) {
                self.uses_in(when, &CatalogScope::of_record(catalog, &entity.id), &format!("/buttons/{at}/when"));
            }
        }
    }

    fn uses_entity(&mut self, name: &str, pointer: String) {
        if let Some(entity) = self.catalog.entity(name) {
            let place = Use { document: self.document.clone(), pointer };
            self.usage.entities.entry(entity.id.clone()).or_default().push(place);
        }
    }

    fn shows(&mut self, kind: Kind, name: Option<&String>, pointer: String) {
        let Some(name) = name else { return };
        let place = Use { document: self.document.clone(), pointer };
        self.usage.shown.entry((kind, name.clone())).or_default().push(place);
    }

    fn uses_field(&mut self, entity: &Entity, name: &str, pointer: String) {
        if let Some(field) = entity.field(name) {
            let place = Use { document: self.document.clone(), pointer };
            self.usage.fields.entry((entity.id.clone(), field.id.clone())).or_default().push(place);
        }
    }

    fn uses_in(&mut self, text: &str, scope: &dyn Scope, pointer: &str) {
        self.uses(text, scope, &Expected::Anything, pointer);
    }

    fn uses(&mut self, text: &str, scope: &dyn Scope, expected: &Expected, pointer: &str) {
        let Ok((_, mentions)) = mentions(text, scope, expected) else { return };
        self.mentioned(mentions, pointer);
    }

    /// What a text of SQL names.
    fn in_sql(&mut self, dataset: &schemas::Dataset) {
        let Some(text) = &dataset.sql else { return };
        let read = crate::sql::check(self.catalog, text, crate::sql::MAX_ROWS);
        self.mentioned(read.mentions.into_iter().map(|named| named.mention).collect(), "/sql");
    }

    fn mentioned(&mut self, mentions: Vec<Mention>, pointer: &str) {
        let mut fields: Vec<(EntityId, FieldId)> = Vec::new();
        let mut entities: Vec<EntityId> = Vec::new();
        let mut functions: Vec<(String, String)> = Vec::new();
        let mut measures: Vec<String> = Vec::new();
        for mention in mentions {
            match mention.named {
                Named::Field(field) | Named::Choice(field, _) => fields.push((field.entity, field.id)),
                Named::Entity(entity) => entities.push(entity),
                Named::Function(script, name) => functions.push((script.to_string(), name.to_string())),
                Named::Measure(name) => measures.push(name.to_string()),
                Named::Script(_) => {}
            }
        }
        entities.sort();
        entities.dedup();
        for entity in entities {
            let place = Use { document: self.document.clone(), pointer: pointer.to_owned() };
            self.usage.entities.entry(entity).or_default().push(place);
        }
        measures.sort();
        measures.dedup();
        for name in measures {
            self.shows(Kind::Measure, Some(&name), pointer.to_owned());
        }
        functions.sort();
        functions.dedup();
        for key in functions {
            let place = Use { document: self.document.clone(), pointer: pointer.to_owned() };
            self.usage.functions.entry(key).or_default().push(place);
        }
        fields.sort();
        fields.dedup();
        for key in fields {
            let place = Use { document: self.document.clone(), pointer: pointer.to_owned() };
            self.usage.fields.entry(key).or_default().push(place);
        }
    }
}

/// The texts of a widget that are expressions on a record of its entity, with their places inside it.
fn texts(widget: &schemas::Widget) -> Vec<(String, &str)> {
    let keys = [("group_by", &widget.group_by), ("rows", &widget.rows), ("columns", &widget.columns)];
    let mut found: Vec<(String, &str)> = Vec::new();
    for (key, columns) in keys {
        let columns = columns.iter().enumerate();
        found.extend(columns.map(|(at, column)| (column.pointer(&format!("/{key}/{at}")), column.path())));
    }
    for (at, measure) in widget.measures.iter().enumerate() {
        let spans = expression::groups::arguments(&measure.expression).into_iter();
        found.extend(spans.map(|span| (format!("/measures/{at}/expression"), &measure.expression[span])));
    }
    let single = [("filter", &widget.filter), ("date", &widget.date), ("person", &widget.person)];
    found.extend(single.into_iter().filter_map(|(key, text)| Some((format!("/{key}"), text.as_deref()?))));
    let ways = widget.filters.iter().filter_map(|(name, path)| Some((format!("/filters/{name}"), path.as_deref()?)));
    found.extend(ways);
    if widget.kind == schemas::WidgetType::List {
        let sort = widget.sort.iter().enumerate();
        found.extend(sort.map(|(at, key)| (format!("/sort/{at}"), key.strip_prefix('-').unwrap_or(key))));
    }
    found
}
