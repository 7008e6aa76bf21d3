//! FROM clauses: which relations there are and how they meet.

use expression::Mistake;
use expression::Variable;
use expression::suggest::nearest;
use sqlparser::ast::{JoinConstraint, JoinOperator, TableAlias, TableFactor, TableWithJoins};

use super::names::{Alias, Checker, Phase, of_entity};
use super::text::folded;
use super::{Condition, Deciding, Item, Join, Relation, Rows, facts};

/// Relations of one clause.
const MAX_ITEMS: usize = 16;

impl Checker<'_> {
    /// Reads the clause of the innermost select, whose names its conditions may use from left to right.
    pub(super) fn from(&mut self, clause: &[TableWithJoins]) -> Vec<Item> {
        let mut items = Vec::new();
        for TableWithJoins { relation, joins } in clause {
            if let Some(found) = self.table(relation) {
                items.push(Item { relation: found, join: Join::Cross, on: None });
            }
            for join in joins {
                let kind = self.kind(&join.join_operator, &join.relation);
                let Some(found) = self.table(&join.relation) else { continue };
                let Some((kind, written)) = kind else { continue };
                let on = written.and_then(|written| self.in_phase(Phase::Rows, |it| it.condition(written)));
                if let Some(on) = on.as_ref().filter(|_| kind == Join::Left) {
                    // Whether there is a value is told by whatever decides that something meets.
                    let read = facts::read_by(on, &self.relations, &self.extras);
                    if let Some(relation) = self.relations.get_mut((found.0 as usize).saturating_sub(1)) {
                        relation.decided_by.fields.extend(read);
                    }
                }
                items.push(Item { relation: found, join: kind, on });
            }
        }
        if items.len() > MAX_ITEMS {
            let place = clause.first().map_or(0..0, |first| self.place(first));
            let mistake = Mistake::new("sql.too_many_tables", place);
            self.mistakes.push(mistake.with("found", items.len()).with("max", MAX_ITEMS));
        }
        items
    }

    fn kind<'w>(
        &mut self,
        operator: &'w JoinOperator,
        relation: &TableFactor,
    ) -> Option<(Join, Option<&'w sqlparser::ast::Expr>)> {
        let place = self.place(relation);
        let (kind, constraint) = match operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) => (Join::Inner, on),
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (Join::Left, on),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (Join::Right, on),
            JoinOperator::CrossJoin(JoinConstraint::None) => return Some((Join::Cross, None)),
            JoinOperator::FullOuter(_) => return self.unsupported("FULL JOIN", place),
            _ => return self.unsupported("JOIN", place),
        };
        match constraint {
            JoinConstraint::On(condition) => Some((kind, Some(condition))),
            JoinConstraint::None => self.mistake(Mistake::new("sql.join_without_on", place)),
            JoinConstraint::Using(_) | JoinConstraint::UsingAlias(..) => self.unsupported("USING", place),
            JoinConstraint::Natural => self.unsupported("NATURAL JOIN", place),
        }
    }

    /// Adds a relation to the innermost select.
    fn table(&mut self, factor: &TableFactor) -> Option<Variable> {
        let place = self.place(factor);
        let (relation, name) = match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_directives,
                inheritance: None,
            } if with_hints.is_empty() && partitions.is_empty() && index_directives.is_empty() => {
                let [part] = name.0.as_slice() else {
                    return self.mistake(Mistake::new("sql.schema_name", place).with("found", name));
                };
                let ident = part.as_ident()?;
                let place = self.lines.name(ident);
                let named = folded(ident);
                let alias = self.alias(alias.as_ref())?;
                (self.relation(&named, place, alias.is_none()), alias.unwrap_or(named))
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let Some(alias) = self.alias(alias.as_ref())? else {
                    return self.mistake(Mistake::new("sql.no_alias", place));
                };
                (self.derived(subquery), alias)
            }
            TableFactor::Derived { lateral: true, .. } => return self.unsupported("LATERAL", place),
            TableFactor::NestedJoin { .. } => return self.unsupported("( … JOIN … )", place),
            _ => return self.unsupported("FROM", place),
        };
        let is_taken = self.frames.last().is_some_and(|frame| frame.aliases.iter().any(|alias| alias.name == name));
        if is_taken {
            self.mistakes.push(Mistake::new("sql.alias_taken", place).with("name", &name));
        }
        self.relations.push(relation);
        let number = Variable(u32::try_from(self.relations.len()).unwrap_or(u32::MAX));
        if let Some(frame) = self.frames.last_mut() {
            frame.aliases.push(Alias { name, relation: number });
        }
        Some(number)
    }

    /// The name that a clause gives; the outer `None` of one with mistakes.
    fn alias(&mut self, alias: Option<&TableAlias>) -> Option<Option<String>> {
        match alias {
            None => Some(None),
            Some(TableAlias { name, columns, at: None, .. }) if columns.is_empty() => Some(Some(folded(name))),
            Some(alias) => {
                let place = self.lines.name(&alias.name);
                self.unsupported("AS name (columns)", place)
            }
        }
    }

    fn relation(&mut self, name: &str, place: expression::ast::Span, names_itself: bool) -> Relation {
        let relation = |rows| Relation { rows, columns: Vec::new(), decided_by: Deciding::default() };
        if let Some(named) = self.named.iter().rev().find(|named| named.name == name) {
            self.tables = self.tables.saturating_add(named.tables);
            return named.relation.clone();
        }
        if let Some(entity) = self.catalog.entity(name) {
            self.mentions.push(of_entity(place, &entity.id, names_itself));
            self.tables = self.tables.saturating_add(entity.dataset.as_ref().map_or(1, |dataset| dataset.tables));
            return relation(Rows::Entity(entity.id.clone(), Vec::new()));
        }
        let entities = self.catalog.readable().iter().map(|entity| entity.name.as_str());
        let near = nearest(name, entities.chain(self.named.iter().map(|named| named.name.as_str())));
        let mistake = Mistake::new("sql.unknown_entity", place).with("name", name);
        let mistake = mistake.with_some("nearest", near.map(str::to_owned));
        self.mistakes.push(mistake);
        relation(Rows::Unknown)
    }

    /// A select in parentheses, which sees nothing around it.
    fn derived(&mut self, query: &sqlparser::ast::Query) -> Relation {
        let frames = std::mem::take(&mut self.frames);
        let found = self.query(query);
        self.frames = frames;
        match found {
            Some((query, columns)) => {
                let decided_by = facts::deciding(&query, &self.relations, &self.extras);
                Relation { rows: Rows::Query(Box::new(query)), columns, decided_by }
            }
            None => Relation { rows: Rows::Unknown, columns: Vec::new(), decided_by: Deciding::default() },
        }
    }

    /// Reads in a phase of the innermost select.
    pub(super) fn in_phase<T>(&mut self, phase: Phase, read: impl FnOnce(&mut Self) -> T) -> T {
        let at = self.frames.len().saturating_sub(1);
        let before = self.frames.get_mut(at).map(|frame| std::mem::replace(&mut frame.phase, phase));
        let found = read(self);
        if let (Some(frame), Some(before)) = (self.frames.get_mut(at), before) {
            frame.phase = before;
        }
        found
    }
}

/// Conditions all of which hold.
pub(super) fn all(conditions: Vec<Condition>) -> Option<Condition> {
    match conditions.len() {
        0 => None,
        1 => conditions.into_iter().next(),
        _ => Some(Condition::And(conditions)),
    }
}
