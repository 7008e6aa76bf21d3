//! How much SQL the rows of a dataset become that is written in SQL: what stands for a condition, a window or a select counts
//! wherever it is named. So does the value of a column of an inner select: databases write it out wherever it is read.

use std::collections::HashMap;

use catalog::sql::{Body, By, Condition, Extra, Key, Query, Rows, Select, Sql, Window};
use expression::{Expr, ExprKind, Variable};

use super::{Scales, Weight, levels, times};

/// Weighs the rows, without what they read being weighed itself.
pub(super) fn weigh(sql: &Sql, scales: &mut Scales<'_>) -> Weight {
    let mut named = HashMap::new();
    gather(&sql.query, &mut named);
    for relation in &sql.relations {
        if let Rows::Query(query) = &relation.rows {
            gather(query, &mut named);
        }
    }
    for extra in &sql.extras {
        if let Extra::Value(query, _) = extra {
            gather(query, &mut named);
        }
    }
    Weigher { sql, scales, named, extras: HashMap::new(), columns: HashMap::new() }.query(&sql.query)
}

/// Notes selects with names by their numbers.
fn gather<'w>(query: &'w Query, named: &mut HashMap<usize, &'w Query>) {
    for (number, inner) in &query.named {
        named.insert(*number, inner);
        gather(inner, named);
    }
    let mut open = vec![&query.body];
    while let Some(body) = open.pop() {
        match body {
            Body::Query(query) => gather(query, named),
            Body::Union(union) => open.extend(union.sides.iter().map(|side| &**side)),
            Body::Select(_) => {}
        }
    }
}

/// The selects whose rows stand below one another.
fn selects(body: &Body) -> Vec<&Select> {
    match body {
        Body::Select(select) => vec![select],
        Body::Query(query) => selects(&query.body),
        Body::Union(union) => union.sides.iter().flat_map(|side| selects(side)).collect(),
    }
}

struct Weigher<'w, 'a> {
    sql: &'w Sql,
    scales: &'w mut Scales<'a>,
    named: HashMap<usize, &'w Query>,
    extras: HashMap<usize, Weight>,
    /// Of the columns of inner selects, by relation and place.
    columns: HashMap<(Variable, usize), Weight>,
}

const NOTHING: Weight = Weight { parts: 0, depth: 0 };

impl Weight {
    fn beside(self, other: Self) -> Self {
        Self { parts: self.parts.saturating_add(other.parts), depth: self.depth.max(other.depth) }
    }

    fn often(self, times: u64) -> Self {
        Self { parts: self.parts.saturating_mul(times), ..self }
    }

    fn within(self, levels: u32) -> Self {
        Self { parts: self.parts.saturating_add(1), depth: self.depth.saturating_add(levels) }
    }
}

impl<'w> Weigher<'w, '_> {
    fn query(&mut self, query: &'w Query) -> Weight {
        let named = query.named.iter().fold(NOTHING, |sum, (_, named)| sum.beside(self.query(named)));
        let body = self.body(&query.body);
        // Where rows are cut their order has all values once more.
        let body = if query.limit.is_some() || query.offset.is_some() { body.often(2) } else { body };
        named.beside(body).beside(self.keys(&query.order)).within(3)
    }

    fn body(&mut self, body: &'w Body) -> Weight {
        match body {
            Body::Select(select) => self.select(select),
            Body::Query(query) => self.query(query),
            Body::Union(union) => union.sides.iter().fold(NOTHING, |sum, side| sum.beside(self.body(side))).within(3),
        }
    }

    fn select(&mut self, select: &'w Select) -> Weight {
        let sql = self.sql;
        let mut sum = NOTHING;
        for item in &select.from {
            let rows = match sql.relation(item.relation).map(|relation| &relation.rows) {
                Some(Rows::Query(query)) => self.query(query),
                Some(Rows::Entity(_, fields)) => {
                    fields.iter().fold(NOTHING, |sum, field| sum.beside(self.scales.formula(field).within(2)))
                }
                _ => NOTHING,
            };
            sum = sum.beside(rows.within(2));
            sum = item.on.iter().fold(sum, |sum, on| sum.beside(self.condition(on)));
        }
        let conditions = select.filter.iter().chain(&select.having);
        sum = conditions.fold(sum, |sum, condition| sum.beside(self.condition(condition)));
        if let Some(group) = &select.group {
            sum = group.keys.iter().fold(sum, |sum, (key, _)| sum.beside(self.expr(key)));
            for at in &group.aggregates {
                if let Some(Extra::Aggregate(_, Some(argument))) = sql.extras.get(*at) {
                    sum = sum.beside(self.expr(argument)).within(0);
                }
            }
        }
        select.values.iter().fold(sum, |sum, value| sum.beside(self.expr(value).within(2)))
    }

    fn keys(&mut self, keys: &'w [Key]) -> Weight {
        keys.iter().fold(NOTHING, |sum, key| match &key.by {
            By::Value(value) => sum.beside(self.expr(value).within(1)),
            By::Column(_) => sum,
        })
    }

    fn expr(&mut self, expr: &'w Expr) -> Weight {
        if let ExprKind::Field(of, field) = &expr.kind {
            let at = field.id.as_str().strip_prefix('c').and_then(|at| at.parse::<usize>().ok());
            return match (self.sql.extra(field), &of.kind, at) {
                (Some((at, _)), _, _) => self.extra(at),
                (None, ExprKind::Variable(variable), Some(at)) => self.column(*variable, at),
                _ => Weight { parts: 1, depth: 2 },
            };
        }
        let children = expr.children().into_iter().enumerate();
        let inner = children.fold(NOTHING, |sum, (at, child)| sum.beside(self.expr(child).often(times(expr, at))));
        inner.within(levels(expr))
    }

    fn column(&mut self, variable: Variable, at: usize) -> Weight {
        let own = Weight { parts: 1, depth: 2 };
        let query = match self.sql.relation(variable).map(|relation| &relation.rows) {
            Some(Rows::Query(query)) => &**query,
            Some(Rows::Named(number)) => match self.named.get(number) {
                Some(query) => *query,
                None => return own,
            },
            _ => return own,
        };
        if let Some(known) = self.columns.get(&(variable, at)) {
            return *known;
        }
        let values = selects(&query.body).into_iter().filter_map(|select| select.values.get(at));
        let weight = values.fold(NOTHING, |sum, value| sum.beside(self.expr(value))).beside(own);
        self.columns.insert((variable, at), weight);
        weight
    }

    fn extra(&mut self, at: usize) -> Weight {
        if let Some(known) = self.extras.get(&at) {
            return *known;
        }
        let sql = self.sql;
        let weight = match sql.extras.get(at) {
            Some(Extra::Condition(condition)) => self.condition(condition),
            Some(Extra::Value(query, _)) => self.query(query),
            Some(Extra::Window(Window { argument, partition, order, .. })) => {
                let values = argument.iter().chain(partition);
                let values = values.fold(NOTHING, |sum, value| sum.beside(self.expr(value).within(2)));
                values.beside(self.keys(order)).within(3)
            }
            // Of a group it is a column.
            Some(Extra::Key(_) | Extra::Aggregate(..)) | None => Weight { parts: 2, depth: 3 },
        };
        self.extras.insert(at, weight);
        weight
    }

    fn condition(&mut self, condition: &'w Condition) -> Weight {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                let levels = usize::BITS - parts.len().leading_zeros();
                parts.iter().fold(NOTHING, |sum, part| sum.beside(self.condition(part))).within(levels)
            }
            Condition::Not(of) | Condition::Is(of, _) => self.condition(of).within(2),
            // A whole number as a decimal has two ends in an order.
            Condition::Compare(_, left, right) | Condition::Same(left, right) => {
                self.expr(left).beside(self.expr(right)).often(2).within(3)
            }
            Condition::Empty(value) | Condition::Value(value) => self.expr(value).within(1),
            Condition::In(value, items) => {
                let many = u64::try_from(items.len()).unwrap_or(u64::MAX);
                let items = items.iter().fold(NOTHING, |sum, item| sum.beside(self.expr(item)));
                self.expr(value).often(many).beside(items).often(2).within(12)
            }
            Condition::Among(value, query) => self.expr(value).beside(self.query(query)).within(3),
            Condition::Exists(query) => self.query(query).within(2),
        }
    }
}
