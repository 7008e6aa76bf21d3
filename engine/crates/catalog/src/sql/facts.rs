//! What a checked text is made of: which fields decide about its rows, and which its values come from.

use std::collections::HashSet;

use expression::{Expr, ExprKind, FieldId, FieldRef, Variable};

use super::{Body, By, Condition, Extra, Item, Join, Key, Query, Relation, Rows, Select, Sql, Window};

/// What facts are told by.
struct Facts<'s> {
    relations: &'s [Relation],
    extras: &'s [Extra],
}

/// What the values of an expression are made of.
pub(super) fn made_of(expr: &Expr, relations: &[Relation], extras: &[Extra]) -> HashSet<FieldRef> {
    let mut found = HashSet::new();
    Facts { relations, extras }.expr(expr, &mut found);
    found
}

/// What decides which rows a query gives.
pub(super) fn deciding(query: &Query, relations: &[Relation], extras: &[Extra]) -> HashSet<FieldRef> {
    let mut found = HashSet::new();
    Facts { relations, extras }.query(query, &mut found);
    found
}

/// Tells what each of the outermost selects is decided by, and what its columns are made of.
pub(super) fn tell(sql: &mut Sql) {
    let facts = Facts { relations: &sql.relations, extras: &sql.extras };
    let mut branches = Vec::new();
    let mut made_of = vec![Vec::new(); sql.columns.len()];
    let mut around = HashSet::new();
    facts.cut(&sql.query, &mut around);
    for select in selects(&sql.query.body) {
        let mut found = around.clone();
        facts.select(select, &mut found);
        branches.push(found);
        for (value, made_of) in select.values.iter().zip(&mut made_of) {
            let mut found = HashSet::new();
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

impl Facts<'_> {
    fn query(&self, query: &Query, found: &mut HashSet<FieldRef>) {
        for select in selects(&query.body) {
            self.select(select, found);
        }
        self.cut(query, found);
    }

    /// The order decides where rows are cut.
    fn cut(&self, query: &Query, found: &mut HashSet<FieldRef>) {
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

    fn select(&self, select: &Select, found: &mut HashSet<FieldRef>) {
        for Item { relation, join, on } in &select.from {
            // What is joined and need not be there leaves the rows as they are.
            if *join == Join::Left {
                continue;
            }
            if let Some(relation) = self.relation(*relation) {
                found.extend(relation.decided_by.iter().cloned());
                if let Rows::Entity(entity, _) = &relation.rows {
                    found.insert(FieldRef { entity: entity.clone(), id: FieldId::new("id"), name: "id".into() });
                }
            }
            on.iter().for_each(|on| self.condition(on, found));
        }
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

    fn keys(&self, keys: &[Key], found: &mut HashSet<FieldRef>) {
        for key in keys {
            if let By::Value(value) = &key.by {
                self.expr(value, found);
            }
        }
    }

    fn expr(&self, expr: &Expr, found: &mut HashSet<FieldRef>) {
        let ExprKind::Field(of, field) = &expr.kind else {
            return expr.children().into_iter().for_each(|child| self.expr(child, found));
        };
        let ExprKind::Variable(variable) = of.kind else { return };
        if variable == Variable::RECORD {
            let at = field.id.as_str().strip_prefix('x').and_then(|at| at.parse::<usize>().ok());
            return at.and_then(|at| self.extras.get(at)).into_iter().for_each(|extra| self.extra(extra, found));
        }
        let Some(relation) = self.relation(variable) else { return };
        match relation.rows {
            Rows::Entity(..) => drop(found.insert(field.clone())),
            _ => {
                let at = field.id.as_str().strip_prefix('c').and_then(|at| at.parse::<usize>().ok());
                let column = at.and_then(|at| relation.columns.get(at));
                found.extend(column.iter().flat_map(|column| &column.made_of).cloned());
            }
        }
    }

    fn extra(&self, extra: &Extra, found: &mut HashSet<FieldRef>) {
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

    fn condition(&self, condition: &Condition, found: &mut HashSet<FieldRef>) {
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

/// Expressions in a text, whichever select they stand in; what stands for something else is part of that.
pub(super) fn expressions(sql: &Sql) -> Vec<&Expr> {
    let mut found = Vec::new();
    of_query(&sql.query, &mut found);
    for relation in &sql.relations {
        if let Rows::Query(query) = &relation.rows {
            of_query(query, &mut found);
        }
    }
    for extra in &sql.extras {
        match extra {
            Extra::Condition(condition) => of_condition(condition, &mut found),
            Extra::Aggregate(_, argument) => found.extend(argument),
            Extra::Window(window) => {
                found.extend(window.argument.iter().chain(&window.partition));
                of_keys(&window.order, &mut found);
            }
            Extra::Value(query, _) => of_query(query, &mut found),
            Extra::Key(_) => {}
        }
    }
    found
}

fn of_query<'s>(query: &'s Query, found: &mut Vec<&'s Expr>) {
    query.named.iter().for_each(|(_, query)| of_query(query, found));
    of_keys(&query.order, found);
    of_body(&query.body, found);
}

fn of_body<'s>(body: &'s Body, found: &mut Vec<&'s Expr>) {
    match body {
        Body::Query(query) => of_query(query, found),
        Body::Union(union) => union.sides.iter().for_each(|side| of_body(side, found)),
        Body::Select(select) => {
            found.extend(&select.values);
            found.extend(select.group.iter().flat_map(|group| group.keys.iter().map(|(key, _)| key)));
            let on = select.from.iter().filter_map(|item| item.on.as_ref());
            on.chain(&select.filter).chain(&select.having).for_each(|condition| of_condition(condition, found));
        }
    }
}

fn of_keys<'s>(keys: &'s [Key], found: &mut Vec<&'s Expr>) {
    for key in keys {
        if let By::Value(value) = &key.by {
            found.push(value);
        }
    }
}

fn of_condition<'s>(condition: &'s Condition, found: &mut Vec<&'s Expr>) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| of_condition(part, found)),
        Condition::Not(of) | Condition::Is(of, _) => of_condition(of, found),
        Condition::Compare(_, left, right) | Condition::Same(left, right) => found.extend([left, right]),
        Condition::Empty(value) | Condition::Value(value) => found.push(value),
        Condition::In(value, items) => found.extend(std::iter::once(value).chain(items)),
        Condition::Among(value, query) => {
            found.push(value);
            of_query(query, found);
        }
        Condition::Exists(query) => of_query(query, found),
    }
}
