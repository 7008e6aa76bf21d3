//! Last stage: scripts are compiled, and what calls them is looked up.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::Expected;
use schemas::suggest::nearest;
use scripting::{Limits, Programs};

use super::gather::Gathered;
use super::references::{self, unknown_entity};
use crate::script::{Button, Called, Endpoint, Hook, Parameter, Schedule, Script, Scripts, malformed, unknown_imports};
use crate::{Catalog, CatalogScope, Entity};

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Scripts {
    if gathered.scripts.is_empty() {
        return Scripts::default();
    }
    let sources = gathered.scripts.values().map(|script| (script.name.as_str(), script.source.as_str()));
    let (programs, failures) = Programs::compile(&catalog.workspace.language, sources, &Limits::default());
    problems
        .extend(failures.iter().map(|failure| malformed(failure).in_document(format!("script/{}", failure.script))));
    let mut scripts = Scripts::default();
    let mut addresses: HashMap<(&str, Vec<&str>), &str> = HashMap::new();
    for script in gathered.scripts.values() {
        let mut stage = Stage { catalog, programs: &programs, script, problems };
        stage.imports();
        for (at, hook) in script.hooks.iter().enumerate() {
            let hook = stage.hook(hook, &format!("/hooks/{at}"));
            if let Some(hook) = hook {
                scripts.hooks.entry((hook.entity.clone(), hook.event)).or_default().push(Arc::new(hook));
            }
        }
        for (at, button) in script.buttons.iter().enumerate() {
            scripts.buttons.extend(stage.button(button, &format!("/buttons/{at}")).map(Arc::new));
        }
        for (at, endpoint) in script.endpoints.iter().enumerate() {
            let called = stage.called(&endpoint.function, 1, &format!("/endpoints/{at}/function"));
            let roles = stage.roles(&endpoint.roles, &format!("/endpoints/{at}/roles"));
            let parts = endpoint.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            let other = addresses.insert((endpoint.method.as_str(), parts.collect()), &script.name);
            if let Some(other) = other.filter(|other| *other != script.name) {
                let problem = Diagnostic::error("endpoint.taken").with("path", &endpoint.path).with("other", other);
                stage.report(problem, &format!("/endpoints/{at}/path"));
            } else if let Some(called) = called {
                let endpoint = Endpoint { method: endpoint.method, path: endpoint.path.clone(), called, roles };
                scripts.endpoints.push(Arc::new(endpoint));
            }
        }
        let id = script.id.clone().unwrap_or_else(|| script.name.clone());
        for (at, schedule) in script.schedules.iter().enumerate() {
            if let Some(called) = stage.called(&schedule.function, 0, &format!("/schedules/{at}/function")) {
                let (name, cron) = (schedule.name.clone(), schedule.cron.clone());
                scripts.schedules.push(Arc::new(Schedule { id: format!("{id}.{name}"), name, cron, called }));
            }
        }
        scripts.all.push(Arc::new(Script {
            id,
            name: script.name.clone(),
            label: script.label.or_name(&script.name),
            source: script.source.clone(),
            run_as: script.run_as,
            hosts: script.hosts.clone(),
        }));
    }
    scripts.programs = Some(Arc::new(programs));
    scripts
}

fn document(script: &schemas::Script) -> String {
    format!("script/{}", script.name)
}

struct Stage<'a> {
    catalog: &'a Catalog,
    programs: &'a Programs,
    script: &'a schemas::Script,
    problems: &'a mut Vec<Diagnostic>,
}

impl Stage<'_> {
    fn imports(&mut self) {
        for problem in unknown_imports(self.programs, &self.script.source) {
            self.report(problem, "/source");
        }
    }

    fn hook(&mut self, hook: &schemas::Hook, here: &str) -> Option<Hook> {
        let entity = self.entity(&hook.entity, &format!("{here}/entity"));
        let called = self.called(&hook.function, 2, &format!("{here}/function"));
        Some(Hook { called: called?, entity: entity?.id.clone(), event: hook.event })
    }

    fn button(&mut self, button: &schemas::Button, here: &str) -> Option<Button> {
        let called = self.called(&button.function, 2, &format!("{here}/function"));
        let entity = self.entity(&button.entity, &format!("{here}/entity"))?;
        let mut when = None;
        if let Some(text) = &button.when {
            match expression::check(
                text,
                &CatalogScope::of_record(self.catalog, &entity.id).without_measures(),
                &Expected::Condition,
            ) {
                Ok(expr) => when = Some(Arc::new(expr)),
                Err(found) => {
                    let document = document(self.script);
                    let place = |one: Diagnostic| one.in_document(document.clone()).at(format!("{here}/when"));
                    self.problems.extend(found.into_iter().map(place));
                    return None;
                }
            }
        }
        let mut parameters = Vec::with_capacity(button.parameters.len());
        for (at, parameter) in button.parameters.iter().enumerate() {
            let target = match &parameter.target {
                Some(name) => Some(self.known(name, &format!("{here}/parameters/{at}/target"))?.id.clone()),
                None => None,
            };
            parameters.push(Parameter {
                name: parameter.name.clone(),
                label: parameter.label.or_name(&parameter.name),
                kind: parameter.kind,
                required: parameter.required,
                choices: parameter.choices.clone(),
                target,
            });
        }
        Some(Button {
            name: button.name.clone(),
            label: button.label.or_name(&button.name),
            called: called?,
            entity: entity.id.clone(),
            when,
            condition: button.when.clone(),
            parameters,
            confirm: button.confirm.clone(),
            on_list: button.on_list,
            roles: self.roles(&button.roles, &format!("{here}/roles")),
        })
    }

    fn called(&mut self, function: &str, most: usize, here: &str) -> Option<Called> {
        // A script that is no rhai has no functions to be missed.
        let functions = self.programs.functions(&self.script.name)?;
        let Some(found) = functions.iter().find(|known| known.name == function) else {
            let near = nearest(function, functions.iter().map(|known| known.name.as_str()));
            let problem = Diagnostic::error("script.unknown_function").with("found", function);
            self.report(problem.with_some("nearest", near), here);
            return None;
        };
        if found.parameters.len() > most {
            let problem = Diagnostic::error("script.too_many_parameters").with("name", function);
            self.report(problem.with("found", found.parameters.len()).with("max", most), here);
            return None;
        }
        let (script, run_as) = (self.script.name.clone(), self.script.run_as);
        Some(Called { script, function: function.to_owned(), run_as })
    }

    fn roles(&mut self, names: &[String], here: &str) -> Vec<String> {
        let mut found = Vec::new();
        let roles = references::roles(self.catalog, names, here, &mut found);
        let document = document(self.script);
        self.problems.extend(found.into_iter().map(|problem| problem.in_document(document.clone())));
        roles
    }

    fn entity(&mut self, name: &str, here: &str) -> Option<Arc<Entity>> {
        let entity = self.known(name, here)?;
        if entity.system {
            self.report(Diagnostic::error("script.system_entity").named("name", name, &entity.label.0), here);
            return None;
        }
        if entity.is_derived() {
            self.report(Diagnostic::error("script.dataset").named("name", name, &entity.label.0), here);
            return None;
        }
        Some(entity)
    }

    fn known(&mut self, name: &str, here: &str) -> Option<Arc<Entity>> {
        let found = self.catalog.entity(name).cloned();
        if found.is_none() {
            self.report(unknown_entity(self.catalog, name), here);
        }
        found
    }

    fn report(&mut self, problem: Diagnostic, here: &str) {
        self.problems.push(problem.in_document(document(self.script)).at(here));
    }
}
