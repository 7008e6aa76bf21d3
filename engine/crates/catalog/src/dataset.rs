//! What a dataset is made of: an entity whose rows are composed of records when they are read.

use std::collections::{BTreeSet, HashSet};

use expression::{EntityId, Expr, ExprKind, FieldId, FieldRef, Variable};
use schemas::DatasetAggregate;

use crate::{Catalog, Entity, FieldKind};

/// Most tables that a dataset reads, those of the datasets that it reads included.
pub const MAX_TABLES: usize = 100;

/// How the rows of a dataset come about.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// Where rows come from.
    pub parts: Vec<Part>,
    /// The fields that are no expressions over the finished row, in their order.
    pub columns: Vec<Column>,
    /// A condition on the finished rows.
    pub having: Option<Expr>,
    /// The rows as they were written in SQL; without parts.
    pub sql: Option<std::sync::Arc<crate::sql::Sql>>,
    /// How many tables a statement reads for it.
    pub tables: usize,
}

/// The records of an entity with what is joined to them.
#[derive(Debug, Clone)]
pub struct Part {
    /// The entity or dataset that it begins with; its record is [`Variable::RECORD`].
    pub entity: EntityId,
    /// What is joined, in this order.
    pub joins: Vec<Join>,
    /// A condition on the records.
    pub filter: Option<Expr>,
    /// What each column takes from the records; nothing of those that are empty.
    pub values: Vec<Option<Expr>>,
}

/// Records joined to those of a part.
#[derive(Debug, Clone)]
pub struct Join {
    /// The joined record in the expressions of the part.
    pub variable: Variable,
    /// Its entity or dataset.
    pub target: EntityId,
    /// What leads to it.
    pub way: Way,
    /// Whether a record that meets none stays.
    pub optional: bool,
}

/// What leads to joined records.
#[derive(Debug, Clone)]
pub enum Way {
    /// A relation to many of a record.
    Relation(Expr, FieldRef),
    /// Equal values: over what was joined before, and over the joined record, which is [`Variable::RECORD`] there.
    Equal(Vec<(Expr, Expr)>),
}

/// A field that is kept in a column of the composed rows.
#[derive(Debug, Clone)]
pub struct Column {
    /// The field.
    pub field: FieldId,
    /// What is made of the values of a group.
    pub aggregate: Option<DatasetAggregate>,
}

/// Lists the names of the entities and datasets that a document reads.
pub fn reads(written: &schemas::Dataset) -> Vec<String> {
    let of_sql = written.sql.iter().flat_map(|text| crate::sql::reads(text));
    written.reads().cloned().chain(of_sql).collect()
}

impl Dataset {
    /// What a field of a dataset that is written in SQL is made of, in each select whose rows stand below one another.
    pub fn made_of(&self, field: &crate::Field) -> &[BTreeSet<FieldRef>] {
        let Some(sql) = &self.sql else { return &[] };
        let at = sql.columns.iter().position(|column| field.formula.is_none() && column.name == field.name);
        at.and_then(|at| sql.made_of.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Says whether rows are grouped.
    pub fn is_grouped(&self) -> bool {
        self.columns.iter().any(|column| column.aggregate.is_some())
    }

    /// Lists what it begins with and what is joined, each as often as it is; of one in SQL what it reads.
    pub fn entities(&self) -> impl Iterator<Item = &EntityId> {
        let of_parts = self
            .parts
            .iter()
            .flat_map(|part| std::iter::once(&part.entity).chain(part.joins.iter().map(|join| &join.target)));
        of_parts.chain(self.sql.iter().flat_map(|sql| sql.entities()))
    }

    /// Lists the expressions of its parts and the condition on its rows.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().flat_map(Part::exprs).chain(&self.having)
    }
}

impl Part {
    fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.joins.iter().flat_map(Join::exprs).chain(&self.filter).chain(self.values.iter().flatten())
    }

    /// Fields that decide which rows there are: of the condition, and of what leads to the records of these joins.
    pub fn deciding<'a>(&self, joins: impl Iterator<Item = &'a Join>) -> HashSet<FieldRef> {
        let mut found = HashSet::new();
        self.filter.iter().for_each(|filter| fields_of(filter, &mut found));
        for join in joins {
            match &join.way {
                Way::Relation(from, relation) => {
                    fields_of(from, &mut found);
                    found.insert(relation.clone());
                }
                Way::Equal(pairs) => pairs.iter().for_each(|(left, right)| {
                    fields_of(left, &mut found);
                    fields_of(right, &mut found);
                }),
            }
        }
        found
    }
}

/// The entities all of whose records an expression reads.
pub(crate) fn counted(expr: &Expr) -> Vec<&EntityId> {
    let own = if let ExprKind::All(entity, _) = &expr.kind { Some(entity) } else { None };
    own.into_iter().chain(expr.children().into_iter().flat_map(counted)).collect()
}

impl Join {
    fn exprs(&self) -> Vec<&Expr> {
        match &self.way {
            Way::Relation(from, _) => vec![from],
            Way::Equal(pairs) => pairs.iter().flat_map(|(left, right)| [left, right]).collect(),
        }
    }
}

/// Adds every field that an expression reads, whichever record it is of.
pub fn fields_of(expr: &Expr, found: &mut HashSet<FieldRef>) {
    if let ExprKind::Field(_, field) = &expr.kind {
        found.insert(field.clone());
    }
    expr.children().into_iter().for_each(|child| fields_of(child, found));
}

/// The kind of a dataset's field that takes the values of a field as they are; `None` of what is not one value.
pub(crate) fn taken(kind: &FieldKind) -> Option<FieldKind> {
    Some(match kind {
        FieldKind::Text { .. } | FieldKind::AutoNumber { .. } => FieldKind::Text { max_length: None, pattern: None },
        FieldKind::LongText { .. } => FieldKind::LongText { max_length: None },
        FieldKind::Integer { .. } => FieldKind::Integer { min: None, max: None },
        FieldKind::Decimal { precision, scale, .. } => {
            FieldKind::Decimal { precision: *precision, scale: *scale, min: None, max: None }
        }
        FieldKind::Money { precision, scale, currency, .. } => {
            FieldKind::Money { precision: *precision, scale: *scale, currency: currency.clone(), min: None, max: None }
        }
        FieldKind::Link { flavour: crate::LinkFlavour::File | crate::LinkFlavour::Image, .. }
        | FieldKind::MultiChoice(_)
        | FieldKind::Links { .. }
        | FieldKind::Children { .. }
        | FieldKind::Inverse { .. }
        | FieldKind::AnyLink { .. }
        | FieldKind::Location
        | FieldKind::Address
        | FieldKind::Json
        | FieldKind::RichText
        | FieldKind::Secret => return None,
        FieldKind::Link { relation, flavour, .. } => FieldKind::Link {
            relation: crate::Relation { target: relation.target.clone(), inverse: None },
            on_delete: crate::OnDelete::SetEmpty,
            flavour: *flavour,
        },
        FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url
        | FieldKind::Percent { .. }
        | FieldKind::Boolean
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Time
        | FieldKind::Duration
        | FieldKind::Choice(_)
        | FieldKind::Color
        | FieldKind::Rating { .. }
        | FieldKind::Id => kind.clone(),
    })
}

impl Catalog {
    /// Puts a dataset among the entities, or another form of one in its place.
    pub(crate) fn put_dataset(&mut self, entity: Entity) {
        let at = match self.by_id.get(&entity.id) {
            Some(at) => *at,
            None => {
                self.by_name.insert(entity.name.clone(), self.entities.len());
                self.by_id.insert(entity.id.clone(), self.entities.len());
                self.entities.len()
            }
        };
        let entity = std::sync::Arc::new(entity);
        if at == self.entities.len() { self.entities.push(entity) } else { self.entities[at] = entity }
    }
}
