//! What a checked text is made of: which fields decide about its rows, and which its values come from.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use expression::{Expr, ExprKind, FieldId, FieldRef, Variable};

use super::{Body, By, Condition, Deciding, Extra, Item, Join, Key, Query, Relation, Rows, Select, Sql, Window};

/// What facts are told by.
struct Facts<'s> {
    relations: &'s [Relation],
    extras: &'s [Extra],
    /// What extras are made of: each may be named by several others, and those by several again.
    known: RefCell<HashMap<usize, Rc<BTreeSet<FieldRef>>>>,
}

/// What the values of an expression are made of.
pub(super) fn made_of(expr: &Expr, relations: &[Relation], extras: &[Extra]) -> BTreeSet<FieldRef> {
    let mut found = BTreeSet::new();
    Facts::over(relations, extras).expr(expr, &mut found);
    found
}

/// What a condition reads.
pub(super) fn read_by(condition: &Condition, relations: &[Relation], extras: &[Extra]) -> BTreeSet<FieldRef> {
    let mut found = BTreeSet::new();
    Facts::over(relations, extras).condition(condition, &mut found);
    found
}

/// What decides which rows a query gives.
pub(super) fn deciding(query: &Query, relations: &[Relation], extras: &[Extra]) -> Deciding {
    let facts = Facts::over(relations, extras);
    let mut found = Deciding::default();
    for select in selects(&query.body) {
        facts.rows(select, &mut found);
    }
    facts.cut(query, &mut found.fields);
    found
}

/// Tells what each of the outermost selects is decided by, and what its columns are made of.
pub(super) fn tell(sql: &mut Sql) {
    let facts = Facts::over(&sql.relations, &sql.extras);
    let mut branches = Vec::new();
    let mut made_of = vec![Vec::new(); sql.columns.len()];
    let mut around = Deciding::default();
    facts.cut(&sql.query, &mut around.fields);
    for select in selects(&sql.query.body) {
        let mut found = around.clone();
        facts.rows(select, &mut found);
        branches.push(found);
        for (value, made_of) in select.values.iter().zip(&mut made_of) {
            let mut found = BTreeSet::new();
            facts.expr(value, &mut found);
            made_of.push(found);
        }
    }
    sql.branches = branches;
    sql.made_of = made_of;
}

/// The selects whose rows stand below one another, in their order.
pub(super) fn selects(body: &Body) -> Vec<&Select> {
    match body {
        Body::Select(select) => vec![select],
        Body::Query(query) => selects(&query.body),
        Body::Union(union) => union.sides.iter().flat_map(|side| selects(side)).collect(),
    }
}

impl<'s> Facts<'s> {
    fn over(relations: &'s [Relation], extras: &'s [Extra]) -> Self {
        Self { relations, extras, known: RefCell::default() }
    }

    fn query(&self, query: &Query, found: &mut BTreeSet<FieldRef>) {
        for select in selects(&query.body) {
            self.select(select, found);
        }
        self.cut(query, found);
    }

    /// The order decides where rows are cut.
    fn cut(&self, query: &Query, found: &mut BTreeSet<FieldRef>) {
        if query.limit.is_some() || query.offset.is_some() {
            self.keys(&query.order, found);
            for select in selects(&query.body) {
                select.values.iter().for_each(|value| self.expr(value, found));
            }
        }
        if let Body::Query(inner) = &query.body {
            self.cut(inner, found);
        }
    }

    /// What decides about the rows of a select that is looked at as a whole: of what need not be there as well.
    fn select(&self, select: &Select, found: &mut BTreeSet<FieldRef>) {
        let mut deciding = Deciding::default();
        self.rows(select, &mut deciding);
        found.extend(deciding.fields);
        found.extend(deciding.optional.into_iter().flatten());
    }

    fn rows(&self, select: &Select, found: &mut Deciding) {
        for Item { relation, join, on } in &select.from {
            let Some(relation) = self.relation(*relation) else { continue };
            let mut own = relation.decided_by.fields.clone();
            if let Rows::Entity(entity, _) = &relation.rows {
                own.insert(FieldRef { entity: entity.clone(), id: FieldId::new("id"), name: "id".into() });
            }
            on.iter().for_each(|on| self.condition(on, &mut own));
            // What is joined and need not be there leaves the rows as they are where nobody may read it.
            match join {
                Join::Left => found.optional.push(own),
                Join::Cross | Join::Inner | Join::Right => found.fields.extend(own),
            }
            found.optional.extend(relation.decided_by.optional.iter().cloned());
        }
        let found = &mut found.fields;
        select.filter.iter().chain(&select.having).for_each(|condition| self.condition(condition, found));
        for (key, _) in select.group.iter().flat_map(|group| &group.keys) {
            self.expr(key, found);
        }
        if select.distinct {
            select.values.iter().for_each(|value| self.expr(value, found));
        }
    }

    fn relation(&self, variable: Variable) -> Option<&Relation> {
        self.relations.get((variable.0 as usize).checked_sub(1)?)
    }

    fn keys(&self, keys: &[Key], found: &mut BTreeSet<FieldRef>) {
        for key in keys {
            if let By::Value(value) = &key.by {
                self.expr(value, found);
            }
        }
    }

    fn expr(&self, expr: &Expr, found: &mut BTreeSet<FieldRef>) {
        let ExprKind::Field(of, field) = &expr.kind else {
            return expr.children().into_iter().for_each(|child| self.expr(child, found));
        };
        let ExprKind::Variable(variable) = of.kind else { return };
        if variable == Variable::RECORD {
            let at = field.id.as_str().strip_prefix('x').and_then(|at| at.parse::<usize>().ok());
            return at.into_iter().for_each(|at| found.extend(self.extra(at).iter().cloned()));
        }
        let Some(relation) = self.relation(variable) else { return };
        found.extend(relation.decided_by.fields.iter().cloned());
        match relation.rows {
            Rows::Entity(..) => drop(found.insert(field.clone())),
            _ => {
                let at = field.id.as_str().strip_prefix('c').and_then(|at| at.parse::<usize>().ok());
                let column = at.and_then(|at| relation.columns.get(at));
                found.extend(column.iter().flat_map(|column| &column.made_of).cloned());
            }
        }
    }

    fn extra(&self, at: usize) -> Rc<BTreeSet<FieldRef>> {
        if let Some(known) = self.known.borrow().get(&at) {
            return Rc::clone(known);
        }
        let mut found = BTreeSet::new();
        if let Some(extra) = self.extras.get(at) {
            self.of_extra(extra, &mut found);
        }
        let found = Rc::new(found);
        self.known.borrow_mut().insert(at, Rc::clone(&found));
        found
    }

    fn of_extra(&self, extra: &Extra, found: &mut BTreeSet<FieldRef>) {
        match extra {
            Extra::Condition(condition) => self.condition(condition, found),
            Extra::Aggregate(_, argument) => argument.iter().for_each(|argument| self.expr(argument, found)),
            Extra::Window(Window { argument, partition, order, .. }) => {
                argument.iter().chain(partition).for_each(|value| self.expr(value, found));
                self.keys(order, found);
            }
            Extra::Value(query, _) => {
                self.query(query, found);
                for select in selects(&query.body) {
                    select.values.iter().for_each(|value| self.expr(value, found));
                }
            }
            Extra::Key(value) => self.expr(value, found),
        }
    }

    fn condition(&self, condition: &Condition, found: &mut BTreeSet<FieldRef>) {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part, found));
            }
            Condition::Not(of) | Condition::Is(of, _) => self.condition(of, found),
            Condition::Compare(_, left, right) | Condition::Same(left, right) => {
                self.expr(left, found);
                self.expr(right, found);
            }
            Condition::Empty(value) | Condition::Value(value) => self.expr(value, found),
            Condition::In(value, items) => {
                self.expr(value, found);
                items.iter().for_each(|item| self.expr(item, found));
            }
            Condition::Among(value, query) => {
                self.expr(value, found);
                self.query(query, found);
                for select in selects(&query.body) {
                    select.values.iter().for_each(|value| self.expr(value, found));
                }
            }
            Condition::Exists(query) => self.query(query, found),
        }
    }
}
