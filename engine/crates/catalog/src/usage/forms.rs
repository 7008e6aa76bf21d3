//! What forms use.

use expression::Expected;
use schemas::Kind;

use super::{Writer, texts};
use crate::resolve::dashboards;
use crate::{CatalogScope, form};

impl Writer<'_> {
    pub(super) fn form(&mut self, form: &schemas::Form) {
        let catalog = self.catalog;
        self.uses_entity(&form.entity, "/entity".to_owned());
        let Some(entity) = catalog.entity(&form.entity) else { return };
        let scope = CatalogScope::of_record(catalog, &entity.id);
        for (at, path) in form.header.iter().enumerate() {
            self.uses_in(path, &scope, &format!("/header/{at}"));
        }
        if let Some(stage) = &form.stage {
            self.uses_in(stage, &scope, "/stage");
        }
        form.each_tab(&mut |tab, here| {
            if let Some(show) = &tab.show {
                self.uses_in(show, &scope, &format!("{here}/show"));
            }
        });
        form.each(&mut |component, here| self.component(component, &scope, here));
    }

    fn component(&mut self, component: &schemas::Component, scope: &CatalogScope, here: &str) {
        if let Some(path) = &component.path {
            self.uses(path, scope, &form::expected(path, scope), &format!("{here}/path"));
        }
        if let Some(show) = &component.show {
            self.uses_in(show, scope, &format!("{here}/show"));
        }
        for (at, style) in component.style.iter().enumerate() {
            self.uses_in(&style.when, scope, &format!("{here}/style/{at}/when"));
        }
        self.shows(Kind::Script, component.script.as_ref(), format!("{here}/script"));
        let catalog = self.catalog;
        let far = component.path.as_ref().and_then(|path| expression::check(path, scope, &Expected::Relation).ok());
        let far = far.as_ref().and_then(form::target).and_then(|id| catalog.entity_by_id(id));
        if let Some(written) = &component.widget {
            let widget = written.on_dashboard("", far.map(|entity| entity.name.as_str()));
            self.shows(Kind::Measure, widget.measure.as_ref(), format!("{here}/widget/measure"));
            if let Some(entity) = dashboards::entity_of(catalog, &widget) {
                let scope = CatalogScope::of_record(catalog, &entity);
                for (pointer, text) in texts(&widget) {
                    self.uses_in(text, &scope, &format!("{here}/widget{pointer}"));
                }
            }
        }
        let Some(far) = far else { return };
        let scope = CatalogScope::of_record(catalog, &far.id);
        let columns = component.paths().iter().enumerate().map(|(at, text)| (format!("columns/{at}"), text.as_str()));
        let totals = component.totals.iter().enumerate().map(|(at, text)| (format!("totals/{at}"), text.as_str()));
        let filter = component.filter.iter().map(|text| ("filter".to_owned(), text.as_str()));
        let sort = component.sort.iter().enumerate();
        let sort = sort.map(|(at, key)| (format!("sort/{at}"), key.strip_prefix('-').unwrap_or(key)));
        for (key, text) in columns.chain(totals).chain(filter).chain(sort) {
            self.uses_in(text, &scope, &format!("{here}/{key}"));
        }
    }
}
