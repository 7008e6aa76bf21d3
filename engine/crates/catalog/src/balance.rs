//! A register of balances: its entities, their fields, and which records move them.

use expression::{EntityId, Expr, FieldId};
use schemas::Label;
pub use schemas::{Direction, TurnoverPeriod};

/// A register that keeps balances and turnovers.
#[derive(Debug, Clone)]
pub struct Balances {
    /// The entity of the balances, whose identity is that of the register.
    pub entity: EntityId,
    /// The entity of what moved them.
    pub movements: EntityId,
    /// The entity of what came in and went out.
    pub turnovers: EntityId,
    /// The period of turnovers.
    pub by: TurnoverPeriod,
    /// By what balances are apart.
    pub dimensions: Vec<Dimension>,
    /// What is counted.
    pub resources: Vec<Resource>,
    /// Which records move balances.
    pub postings: Vec<Posting>,
}

/// The fields of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Of a balance.
    pub balance: FieldId,
    /// Of a movement.
    pub movement: FieldId,
    /// Of a turnover.
    pub turnover: FieldId,
    /// Whether what posts needs a value.
    pub required: bool,
}

/// The fields of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Of a balance.
    pub balance: FieldId,
    /// Of a movement.
    pub movement: FieldId,
    /// Of a turnover: at the beginning, in, out, at the end.
    pub turnover: [FieldId; 4],
    /// Whether a balance may not become less than nothing.
    pub refuse_negative: bool,
    /// What people read when it would.
    pub message: Label,
}

/// Records of an entity that move balances.
#[derive(Debug, Clone)]
pub struct Posting {
    /// Identity, unchanged by a rename.
    pub id: String,
    /// Name, as movements have it.
    pub name: String,
    /// The entity.
    pub entity: EntityId,
    /// Whether values come in or go out.
    pub direction: Direction,
    /// Which records move balances; all without.
    pub when: Option<Expr>,
    /// The date of the movement.
    pub date: Expr,
    /// What each dimension takes.
    pub dimensions: Vec<Expr>,
    /// By how much each resource is moved, in its digits.
    pub resources: Vec<Expr>,
    /// All fields that it reads, of whichever entity, those of dynamic formulas that it builds on included.
    pub reads: Vec<(EntityId, FieldId)>,
}

impl Posting {
    /// Lists what it reads of a record: the date, the dimensions, the resources.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.date).chain(&self.dimensions).chain(&self.resources)
    }

    /// Lists all its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.when.iter().chain(self.values())
    }
}

/// Which entity of a register of balances an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// That of the balances.
    Balances,
    /// That of what moved them.
    Movements,
    /// That of what came in and went out.
    Turnovers,
}

impl Part {
    /// Where a document says the name.
    pub(crate) fn pointer(self) -> &'static str {
        match self {
            Self::Balances => "/name",
            Self::Movements => "/balance/movements",
            Self::Turnovers => "/balance/turnovers",
        }
    }
}
