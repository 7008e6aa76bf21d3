//! A field's formula, resolved.

use std::sync::Arc;

use expression::{EntityId, Expr, FieldId};
pub use schemas::FormulaMode;

/// Most formulas that build on one another.
pub const MAX_LEVELS: u32 = 64;

/// What gives a field its value when nobody writes it.
#[derive(Debug, Clone)]
pub struct Formula {
    /// When it is calculated.
    pub mode: FormulaMode,
    /// Whether a kept value is read by whoever may read its field, whatever it is made of.
    pub open: bool,
    /// When a scheduled one is calculated; of others none.
    pub cron: Option<String>,
    /// What it calculates, rounded to the digits of the field; empty when the text has mistakes.
    pub expr: Arc<Expr>,
    /// Tells why it gives nothing though what it is made of is there; of what cannot go wrong there is none.
    pub cause: Option<Arc<Expr>>,
    /// Fields of the record itself that it reads, those of dynamic formulas that it builds on included.
    pub own: Vec<FieldId>,
    /// All fields that it reads, of whichever entity, those of dynamic formulas that it builds on included.
    pub reads: Vec<(EntityId, FieldId)>,
    /// Of these the ones that it reads of other records.
    pub crossed: Vec<(EntityId, FieldId)>,
    /// How many formulas build on one another in it, itself included.
    pub levels: u32,
}

impl Formula {
    /// Says whether the value is kept in a column.
    pub fn is_kept(&self) -> bool {
        self.mode != FormulaMode::Dynamic
    }

    /// Says whether the value follows what it is made of.
    pub fn is_stored(&self) -> bool {
        self.mode == FormulaMode::Stored
    }
}
