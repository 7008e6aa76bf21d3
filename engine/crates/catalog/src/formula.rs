//! A field's formula, resolved.

use std::sync::Arc;

use expression::{EntityId, Expr, FieldId};

/// Most formulas that build on one another.
pub const MAX_LEVELS: u32 = 64;

/// What gives a field its value when nobody writes it.
#[derive(Debug, Clone)]
pub struct Formula {
    /// What it calculates, rounded to the digits of the field; empty when the text has mistakes.
    pub expr: Arc<Expr>,
    /// Fields of the record itself that it reads, those of formulas that it builds on included.
    pub own: Vec<FieldId>,
    /// All fields that it reads, of whichever entity, those of formulas that it builds on included.
    pub reads: Vec<(EntityId, FieldId)>,
    /// How many formulas build on one another in it, itself included.
    pub levels: u32,
}
