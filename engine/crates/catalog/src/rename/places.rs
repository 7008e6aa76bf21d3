//! The places in documents that name something, expressions apart.

use expression::{EntityId, FieldId};
use schemas::{Body, Entity, Field, FieldType, Kind};
use serde_json::Value;

use super::Rewrite;
use super::names::Names;

/// Rewrites the references of one document.
pub(super) struct Rewriter<'a> {
    pub(super) names: &'a Names,
    /// Whether the document is as it was published, so that its names are the old ones.
    pub(super) untouched: bool,
    pub(super) document: String,
    pub(super) rewrites: Vec<Rewrite>,
}

impl Rewriter<'_> {
    pub(super) fn body(&mut self, body: &mut Body) {
        match body {
            Body::Entity(entity) => self.entity(entity),
            Body::Role(role) => {
                for (name, mut permissions) in std::mem::take(&mut role.entities) {
                    let mut written = name.clone();
                    self.replace(
                        &mut written,
                        self.names.of_entity(&name, self.untouched),
                        format!("/entities/{name}"),
                    );
                    for (field, permission) in std::mem::take(&mut permissions.fields) {
                        let mut now = field.clone();
                        let new = self.names.of_field(&written, &field, self.untouched);
                        self.replace(&mut now, new, format!("/entities/{written}/fields/{field}"));
                        permissions.fields.insert(now, permission);
                    }
                    role.entities.insert(written, permissions);
                }
            }
            Body::Application(application) => {
                self.roles(&mut application.roles, "/roles");
                for (at, home) in application.home.iter_mut().enumerate() {
                    self.roles(&mut home.roles, &format!("/home/{at}/roles"));
                    if let Some(entity) = &mut home.entity {
                        self.entity_name(entity, format!("/home/{at}/entity"));
                    }
                    self.shown(Kind::Dashboard, home.dashboard.as_mut(), format!("/home/{at}/dashboard"));
                }
                for (at, section) in application.sections.iter_mut().enumerate() {
                    self.roles(&mut section.roles, &format!("/sections/{at}/roles"));
                    for (place, item) in section.items.iter_mut().enumerate() {
                        let here = format!("/sections/{at}/items/{place}");
                        if let Some(entity) = &mut item.entity {
                            self.entity_name(entity, format!("{here}/entity"));
                        }
                        self.shown(Kind::Dashboard, item.dashboard.as_mut(), format!("{here}/dashboard"));
                    }
                }
            }
            Body::Dashboard(dashboard) => self.dashboard(dashboard),
            Body::Dataset(dataset) => {
                for (at, part) in dataset.parts.iter_mut().enumerate() {
                    self.entity_name(&mut part.entity, format!("/parts/{at}/entity"));
                    for (place, join) in part.joins.iter_mut().enumerate() {
                        if let Some(entity) = &mut join.entity {
                            self.entity_name(entity, format!("/parts/{at}/joins/{place}/entity"));
                        }
                    }
                }
            }
            Body::Register(register) => self.register(register),
            Body::View(view) => {
                self.entity_name(&mut view.entity, "/entity".to_owned());
            }
            Body::Measure(measure) => {
                self.entity_name(&mut measure.entity, "/entity".to_owned());
                self.roles(&mut measure.roles, "/roles");
                for (at, parameter) in measure.parameters.iter_mut().enumerate() {
                    if let Some(target) = &mut parameter.target {
                        self.entity_name(target, format!("/parameters/{at}/target"));
                    }
                }
            }
            Body::Script(script) => {
                for (at, hook) in script.hooks.iter_mut().enumerate() {
                    self.entity_name(&mut hook.entity, format!("/hooks/{at}/entity"));
                }
                for (at, endpoint) in script.endpoints.iter_mut().enumerate() {
                    self.roles(&mut endpoint.roles, &format!("/endpoints/{at}/roles"));
                }
                for (at, button) in script.buttons.iter_mut().enumerate() {
                    self.roles(&mut button.roles, &format!("/buttons/{at}/roles"));
                    self.entity_name(&mut button.entity, format!("/buttons/{at}/entity"));
                    for (place, parameter) in button.parameters.iter_mut().enumerate() {
                        if let Some(target) = &mut parameter.target {
                            self.entity_name(target, format!("/buttons/{at}/parameters/{place}/target"));
                        }
                    }
                }
            }
            Body::Form(form) => self.form(form),
            Body::ChoiceSet(_) => {}
        }
    }

    fn dashboard(&mut self, dashboard: &mut schemas::Dashboard) {
        self.roles(&mut dashboard.roles, "/roles");
        for (at, filter) in dashboard.filters.iter_mut().enumerate() {
            let Some(entity) = &mut filter.entity else { continue };
            self.entity_name(entity, format!("/filters/{at}/entity"));
            if let Some(field) = &mut filter.field {
                let new = self.names.of_field(entity, field, self.untouched);
                self.replace(field, new, format!("/filters/{at}/field"));
            }
        }
        for (at, widget) in dashboard.widgets.iter_mut().enumerate() {
            let here = format!("/widgets/{at}");
            if let Some(entity) = &mut widget.entity {
                self.entity_name(entity, format!("{here}/entity"));
            }
            self.shown(Kind::Measure, widget.measure.as_mut(), format!("{here}/measure"));
            self.shown(Kind::View, widget.view.as_mut(), format!("{here}/view"));
        }
    }

    fn form(&mut self, form: &mut schemas::Form) {
        self.entity_name(&mut form.entity, "/entity".to_owned());
        self.roles(&mut form.roles, "/roles");
        form.each_mut(&mut |component, here| {
            self.shown(Kind::Script, component.script.as_mut(), format!("{here}/script"));
            if let Some(widget) = &mut component.widget {
                self.shown(Kind::Measure, widget.measure.as_mut(), format!("{here}/widget/measure"));
            }
        });
    }

    fn shown(&mut self, kind: Kind, name: Option<&mut String>, pointer: String) {
        let Some(name) = name else { return };
        let new = self.names.of_shown(kind, name, self.untouched);
        self.replace(name, new, pointer);
    }

    fn balance(&mut self, own: &str, balance: &mut schemas::Balance) {
        for (at, dimension) in balance.dimensions.iter_mut().enumerate() {
            let here = format!("/balance/dimensions/{at}");
            if let Some(target) = &mut dimension.target {
                self.entity_name(target, format!("{here}/target"));
            }
            if let Some(set) = &mut dimension.choice_set {
                let new = self.names.of_choice_set(set, self.untouched);
                self.replace(set, new, format!("{here}/choice_set"));
            }
        }
        for (at, posting) in balance.postings.iter_mut().enumerate() {
            let here = format!("/balance/postings/{at}");
            self.entity_name(&mut posting.entity, format!("{here}/entity"));
            for (name, text) in std::mem::take(&mut posting.values) {
                let mut now = name.clone();
                let new = self.names.of_field(own, &name, self.untouched);
                self.replace(&mut now, new, format!("{here}/values/{name}"));
                posting.values.insert(now, text);
            }
        }
    }

    fn register(&mut self, register: &mut schemas::Register) {
        if let Some(balance) = &mut register.balance {
            return self.balance(&register.name, balance);
        }
        self.entity_name(&mut register.dataset, "/dataset".to_owned());
        // The dataset has its new name by now.
        let dataset = &register.dataset;
        for (link, inverse) in std::mem::take(&mut register.inverses) {
            let mut now = link.clone();
            let new = self.names.of_field(dataset, &link, self.untouched);
            self.replace(&mut now, new, format!("/inverses/{link}"));
            register.inverses.insert(now, inverse);
        }
        for (at, set) in register.indexes.iter_mut().enumerate() {
            for (place, name) in set.iter_mut().enumerate() {
                let new = self.names.of_field(dataset, name, self.untouched);
                self.replace(name, new, format!("/indexes/{at}/{place}"));
            }
        }
    }

    fn entity_name(&mut self, name: &mut String, pointer: String) {
        let new = self.names.of_entity(name, self.untouched);
        self.replace(name, new, pointer);
    }

    fn roles(&mut self, roles: &mut [String], here: &str) {
        for (at, role) in roles.iter_mut().enumerate() {
            let new = self.names.of_role(role, self.untouched);
            self.replace(role, new, format!("{here}/{at}"));
        }
    }

    fn entity(&mut self, entity: &mut Entity) {
        let own = entity.name.clone();
        let id = EntityId::new(entity.id.as_deref().unwrap_or(&own));
        if let Some(title) = &mut entity.title {
            self.replace(title, self.names.of_field(&own, title, self.untouched), "/title".to_owned());
        }
        for (key, sets) in [("unique", &mut entity.unique), ("indexes", &mut entity.indexes)] {
            for (at, set) in sets.iter_mut().enumerate() {
                for (place, name) in set.iter_mut().enumerate() {
                    let new = self.names.of_field(&own, name, self.untouched);
                    self.replace(name, new, format!("/{key}/{at}/{place}"));
                }
            }
        }
        for (at, field) in entity.fields.iter_mut().enumerate() {
            self.field(&id, field, &format!("/fields/{at}"));
        }
    }

    fn field(&mut self, entity: &EntityId, field: &mut Field, here: &str) {
        let names = self.names;
        if let Some(target) = &mut field.target {
            self.replace(target, names.of_entity(target, self.untouched), format!("{here}/target"));
        }
        for (at, target) in field.targets.iter_mut().flatten().enumerate() {
            self.replace(target, names.of_entity(target, self.untouched), format!("{here}/targets/{at}"));
        }
        // The target has its new name by now. A line's link names the field that holds it; other inverses are no fields.
        if let (FieldType::Children | FieldType::Link, Some(target), Some(inverse)) =
            (field.kind, &field.target, &mut field.inverse)
        {
            self.replace(inverse, names.of_field(target, inverse, self.untouched), format!("{here}/inverse"));
        }
        if let Some(schemas::Default::Value(default)) = &mut field.default {
            let id = FieldId::new(field.id.as_deref().unwrap_or_default());
            let items = match default {
                Value::Array(items) => items.as_mut_slice(),
                other => std::slice::from_mut(other),
            };
            for item in items {
                let Some(value) = item.as_str() else { continue };
                let new = match &field.choice_set {
                    Some(set) => names.of_set_choice(set, value),
                    None => names.of_choice(entity, &id, value),
                };
                let mut written = value.to_owned();
                let known = field.choices.iter().flatten().any(|choice| choice.value == written);
                if !known {
                    self.replace(&mut written, new, format!("{here}/default"));
                    *item = Value::String(written);
                }
            }
        }
        if let Some(set) = &mut field.choice_set {
            self.replace(set, names.of_choice_set(set, self.untouched), format!("{here}/choice_set"));
        }
    }

    fn replace(&mut self, text: &mut String, new: Option<&String>, pointer: String) {
        if let Some(new) = new {
            let from = std::mem::replace(text, new.clone());
            self.rewrites.push(Rewrite { document: self.document.clone(), pointer, from, to: new.clone() });
        }
    }
}
