//! What a register keeps: the rows of a dataset, in a table that is made anew each time.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::{Arc, PoisonError, RwLock};

use expression::{EntityId, Expr, ExprKind, FieldId, FieldRef, Type, Variable};

use crate::dataset::{counted, fields_of};
use crate::{Catalog, Entity, Field};

/// How the rows of a register come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// The dataset whose rows are kept.
    pub dataset: EntityId,
    /// Which field of the dataset each field keeps, in the order of the columns.
    pub columns: Vec<(FieldId, FieldId)>,
    /// Fields by which rows are in order when nobody asks for another one.
    pub order: Vec<FieldId>,
    /// Times at which rows are composed anew.
    pub cron: Option<String>,
    /// Milliseconds after a change of what they are made of in which rows are composed anew.
    pub on_change: Option<u64>,
    /// Whether it may be read by whom not all that it is made of is open to.
    pub open: bool,
}

/// The identity of the field that keeps a field of a dataset.
pub(crate) fn field_id(register: &EntityId, field: &FieldId) -> FieldId {
    FieldId::new(&format!("{register}.{field}"))
}

/// Where the rows of registers are at the moment. Their tables change while a catalog stays, so all catalogs of a node look at
/// one of these.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<RwLock<HashMap<EntityId, Arc<Built>>>>);

/// The rows of a register as they were composed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The table that holds them.
    pub table: String,
    /// Which field each of its columns `c0`, `c1` … keeps, with the type of the column.
    pub columns: Vec<(FieldId, String)>,
    /// The moment whose records they are made of, in milliseconds since 1970.
    pub as_of: i64,
}

impl Kept {
    /// The rows of a register; `None` before they were composed the first time.
    pub fn of(&self, register: &EntityId) -> Option<Arc<Built>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(register).cloned()
    }

    /// Says where the rows of all registers are from now on.
    pub fn put(&self, built: HashMap<EntityId, Arc<Built>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = built;
    }
}

impl Catalog {
    /// A text that is another one whenever the rows of a register, or the columns that they are kept in, mean something else.
    pub fn definition(&self, register: &Entity) -> String {
        let mut text = format!("{:?}", self.workspace);
        let fields = register.fields.iter().map(|field| (&field.id, &field.kind));
        let _ = write!(text, "{:?}{:?}", fields.collect::<Vec<_>>(), register.indexes);
        let mut open: Vec<&EntityId> = register.register.iter().map(|register| &register.dataset).collect();
        let mut done = HashSet::new();
        while let Some(id) = open.pop().filter(|id| done.insert(*id)) {
            let Some((entity, dataset)) = self.entity_by_id(id).and_then(|it| Some((it, it.dataset.as_ref()?))) else {
                continue;
            };
            let calculated = entity.fields.iter().filter_map(|field| Some(&field.formula.as_ref()?.expr));
            let _ = write!(text, "{dataset:?}{:?}", calculated.collect::<Vec<_>>());
            open.extend(dataset.entities());
        }
        text
    }

    /// The entities and registers of whose records the rows of a register are made.
    pub fn sources(&self, register: &Register) -> HashSet<EntityId> {
        let mut found = HashSet::new();
        let mut open: Vec<EntityId> = vec![register.dataset.clone()];
        let mut formulas: HashSet<FieldRef> = HashSet::new();
        while let Some(id) = open.pop() {
            if !found.insert(id.clone()) {
                continue;
            }
            let Some(entity) = self.entity_by_id(&id) else { continue };
            let Some(dataset) = &entity.dataset else { continue };
            open.extend(dataset.entities().cloned());
            let mut exprs: Vec<Expr> = dataset.exprs().cloned().collect();
            // Of a dataset in SQL the fields it reads: its own expressions name columns of selects besides.
            let of_sql = dataset.sql.iter().flat_map(|sql| sql.fields()).map(|field| {
                let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(field.entity.clone()));
                Expr::new(ExprKind::Field(Box::new(record), field.clone()), Type::Empty)
            });
            exprs.extend(of_sql);
            exprs.extend(entity.fields.iter().filter_map(|field| Some((*field.formula.as_ref()?.expr).clone())));
            while let Some(expr) = exprs.pop() {
                open.extend(counted(&expr).into_iter().cloned());
                let mut read = HashSet::new();
                fields_of(&expr, &mut read);
                for field in read {
                    open.push(field.entity.clone());
                    let known = self.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
                    open.extend(known.and_then(Field::relation).map(|relation| relation.target.clone()));
                    let dynamic = known.and_then(|field| field.formula.as_ref()).filter(|formula| !formula.is_kept());
                    if let Some(formula) = dynamic.filter(|_| formulas.insert(field)) {
                        exprs.push((*formula.expr).clone());
                    }
                }
            }
        }
        found.retain(|id| self.entity_by_id(id).is_some_and(|entity| entity.dataset.is_none()));
        found
    }
}
