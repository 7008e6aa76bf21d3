//! Documents to a catalog, in stages; every mistake is gathered with its document and place.

mod gather;
mod references;
mod choices;
mod fields;
mod texts;
mod values;
mod relations;
mod keys;
mod expressions;
mod formulas;
mod balances;
pub(crate) mod datasets;
mod roles;
mod sharing;
mod applications;
mod views;
mod scripts;
pub(crate) mod functions;
mod groups;
pub(crate) mod measures;
pub(crate) mod dashboards;
mod forms;
#[cfg(test)]
mod tests;

pub use dashboards::{dashboard, wrong_value};
pub(crate) use datasets::{joined, scope_before};
use diagnostic::Diagnostic;
pub use expressions::unknown_choices;
pub use forms::form;
pub use measures::measure;
use schemas::Document;

use crate::physical::Naming;
use crate::{Catalog, Physical, Triggers, Workspace, system};

/// What documents amount to: the catalog of what is sound, and every mistake.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// The catalog. With errors among the diagnostics it is for looking at, not for publishing.
    pub catalog: Catalog,
    /// The physical names given before, with those of new identities.
    pub physical: Physical,
    /// Every mistake, with document and pointer.
    pub diagnostics: Vec<Diagnostic>,
}

impl Resolution {
    /// Says whether something stops a publish.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Resolves documents, together with the system entities, to one catalog.
pub fn resolve(revision: u64, workspace: &Workspace, documents: &[Document], physical: &Physical) -> Resolution {
    resolve_over(system::documents(), revision, workspace, documents, physical)
}

/// Resolves documents over the system entities of another version of the program, as far as this one knows them.
pub fn resolve_over(
    product: &[schemas::Entity],
    revision: u64,
    workspace: &Workspace,
    documents: &[Document],
    physical: &Physical,
) -> Resolution {
    let mut problems = Vec::new();
    let mut naming = Naming::new(physical);
    let written = balances::written(documents);
    let gathered = gather::gather(product, documents, &written, &mut problems);
    let choice_sets = choices::resolve(&gathered);
    let mut drafts = fields::resolve(&gathered, &choice_sets, &mut naming, &mut problems);
    choices::of_measures(&gathered, &mut drafts);
    relations::resolve(&gathered, &mut drafts, &mut problems);
    keys::resolve(&mut drafts, &mut naming, &mut problems);
    let sources = texts::sources(&drafts);
    let entities = drafts.into_iter().map(|draft| draft.entity).collect();
    let mut catalog = Catalog::assemble(revision, workspace.clone(), entities, choice_sets);
    catalog.functions = functions::resolve(&gathered, &mut problems);
    datasets::resolve(&gathered, &mut catalog, &mut problems);
    catalog.roles = roles::resolve(&gathered, &catalog, physical, &mut problems);
    catalog.applications = applications::resolve(&gathered, &catalog, &mut problems);
    catalog.measured = measures::measured(&gathered, &catalog);
    expressions::resolve(&mut catalog, &sources, &mut problems);
    datasets::mark(&mut catalog);
    datasets::registers::of_everybody(&catalog, &mut problems);
    balances::resolve(&mut catalog, &written, &mut problems);
    catalog.triggers = Triggers::derive(&catalog);
    sharing::resolve(&mut catalog, &mut problems);
    catalog.views = views::resolve(&gathered, &catalog, &mut problems);
    catalog.measures = measures::resolve(&gathered, &catalog, &mut problems);
    catalog.dashboards = dashboards::resolve(&gathered, &catalog, &mut problems);
    catalog.scripts = scripts::resolve(&gathered, &catalog, &mut problems);
    catalog.forms = forms::resolve(&gathered, &catalog, &mut problems);
    balances::place(&mut problems, &written);
    Resolution { catalog, physical: naming.finish(), diagnostics: problems }
}
