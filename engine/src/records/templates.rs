//! Reads of one record that were decided before: deciding how a card is read takes as long as reading it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use catalog::Catalog;
use query::SelectItem;
use query::plan::Template;
use query::write::Bin;

use crate::Context;

/// Templates kept; when there are as many, all are decided anew.
const MOST: usize = 500;
/// Bytes of a statement that is kept; a longer one is asked for by nobody who opens card after card.
const LONGEST: usize = 16 * 1024;

/// Decided reads that serve any record, over the newest catalog that was asked.
#[derive(Default)]
pub(crate) struct Templates(Mutex<Known>);

#[derive(Default)]
struct Known {
    catalog: Weak<Catalog>,
    templates: HashMap<Asked, Arc<Template>>,
}

/// All that an open template depends on besides the catalog.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    roles: Vec<String>,
    entity: String,
    /// `None` for all fields.
    paths: Option<Vec<String>>,
    bin: Bin,
    /// Whether it is the answer to whoever writes the record.
    written: bool,
}

impl Asked {
    /// `None` for what the engine asks in its own name, and where expressions are asked for.
    pub(super) fn of(ctx: &Context, entity: &str, select: Option<&[SelectItem]>, bin: Bin) -> Option<Self> {
        let path = |item: &SelectItem| match item {
            SelectItem::Path(path) => Some(path.clone()),
            SelectItem::Expression { .. } | SelectItem::Related { .. } => None,
        };
        let paths = match select {
            Some(items) => Some(items.iter().map(path).collect::<Option<_>>()?),
            None => None,
        };
        let roles = ctx.access.actor()?.roles.clone();
        Some(Self { roles, entity: entity.to_owned(), paths, bin, written: false })
    }

    /// The answer to whoever writes a record.
    pub(super) fn of_written(ctx: &Context, entity: &str) -> Option<Self> {
        Self::of(ctx, entity, None, Bin::Live).map(|asked| Self { written: true, ..asked })
    }
}

impl Templates {
    /// Finds what was decided over this catalog.
    pub(super) fn get(&self, catalog: &Arc<Catalog>, asked: &Asked) -> Option<Arc<Template>> {
        let known = self.lock();
        known.is_over(catalog).then(|| known.templates.get(asked).cloned()).flatten()
    }

    /// Keeps a template, if it is an open one.
    pub(super) fn keep(&self, catalog: &Arc<Catalog>, asked: Asked, template: &Arc<Template>) {
        if !template.is_open() || template.size() > LONGEST {
            return;
        }
        let mut known = self.lock();
        if !known.is_over(catalog) || known.templates.len() >= MOST {
            *known = Known { catalog: Arc::downgrade(catalog), templates: HashMap::new() };
        }
        known.templates.insert(asked, Arc::clone(template));
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().expect("no one panics while holding the known templates")
    }
}

impl Known {
    fn is_over(&self, catalog: &Arc<Catalog>) -> bool {
        std::ptr::eq(self.catalog.as_ptr(), Arc::as_ptr(catalog))
    }
}
