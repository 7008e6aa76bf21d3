//! Selects: their clauses in the order in which they mean something, and how the rows of several stand below one another.

use expression::ast::Span;
use expression::{Expr, ExprKind, Mistake, Type, Value};
use schemas::Label;
use sqlparser::ast::{
    Distinct, Expr as Written, GroupByExpr, OrderBy, OrderByExpr, OrderByKind, Query as Read, Select as ReadSelect,
    SelectFlavor, SelectItem, SetExpr, SetOperator, SetQuantifier, Value as Literal,
};

use super::names::{Checker, Frame, NamedQuery, Phase};
use super::text::folded;
use super::{Body, Column, Deciding, Extra, Group, Key, Query, Relation, Rows, Select, Union, facts};
use crate::resolve::datasets::kinds::{both, of_type, wide};

/// What a select gives.
pub(super) type Found = (Query, Vec<Column>);

impl Checker<'_> {
    pub(super) fn query(&mut self, query: &Read) -> Option<Found> {
        let place = self.place(query);
        self.down(place.clone(), |it| it.query_here(query, place))
    }

    fn query_here(&mut self, query: &Read, place: Span) -> Option<Found> {
        let Read {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        if !locks.is_empty() {
            self.unsupported::<()>("FOR UPDATE", place.clone());
        }
        let others = fetch.is_some() || for_clause.is_some() || settings.is_some() || format_clause.is_some();
        if others || !pipe_operators.is_empty() {
            self.unsupported::<()>("FETCH, FOR, SETTINGS, FORMAT, |>", place.clone());
        }
        let outer = self.named.len();
        let mut named = Vec::new();
        let mut is_sound = true;
        for cte in with.iter().flat_map(|with| &with.cte_tables) {
            let is_recursive = with.as_ref().is_some_and(|with| with.recursive);
            let place = self.lines.name(&cte.alias.name);
            if is_recursive || !cte.alias.columns.is_empty() || cte.from.is_some() || cte.materialized.is_some() {
                let what = if is_recursive { "WITH RECURSIVE" } else { "WITH name (columns)" };
                self.unsupported::<()>(what, place);
                is_sound = false;
                continue;
            }
            let frames = std::mem::take(&mut self.frames);
            let tables = std::mem::take(&mut self.tables);
            let found = self.query(&cte.query);
            let tables = std::mem::replace(&mut self.tables, tables);
            self.frames = frames;
            self.queries += 1;
            let number = self.queries;
            is_sound &= found.is_some();
            let (rows, columns, decided_by) = match found {
                Some((query, columns)) => {
                    let decided_by = facts::deciding(&query, &self.relations, &self.extras);
                    named.push((number, query));
                    (Rows::Named(number), columns, decided_by)
                }
                None => (Rows::Unknown, Vec::new(), Deciding::default()),
            };
            let relation = Relation { rows, columns, decided_by };
            self.named.push(NamedQuery { name: folded(&cte.alias.name), relation, tables });
        }
        let found = self.rows(body, order_by.as_ref());
        self.named.truncate(outer);
        let (body, mut columns, order) = found?;
        // Beside the rows of another select nothing takes the type of what there is; alone it is a text.
        columns.iter_mut().filter(|column| column.ty == Type::Empty).for_each(|column| column.ty = Type::Text);
        let (limit, offset) = self.cut(limit_clause.as_ref(), &place)?;
        is_sound.then_some((Query { named, body, order, limit, offset }, columns))
    }

    /// Reads the rows with their order.
    fn rows(&mut self, body: &SetExpr, order: Option<&OrderBy>) -> Option<(Body, Vec<Column>, Vec<Key>)> {
        let keys = match order {
            None => Vec::new(),
            Some(OrderBy { kind: OrderByKind::Expressions(keys), interpolate: None }) => keys.iter().collect(),
            Some(order) => {
                let place = self.place(order);
                return self.unsupported("ORDER BY ALL", place);
            }
        };
        match body {
            SetExpr::Select(select) => self.select(select, &keys),
            other => {
                let (body, columns) = self.body(other)?;
                let order = self.order_of_columns(&keys, &columns)?;
                Some((body, columns, order))
            }
        }
    }

    fn body(&mut self, body: &SetExpr) -> Option<(Body, Vec<Column>)> {
        let place = self.place(body);
        match body {
            SetExpr::Select(select) => self.select(select, &[]).map(|(body, columns, _)| (body, columns)),
            SetExpr::Query(query) => self.query(query).map(|(query, columns)| (Body::Query(Box::new(query)), columns)),
            SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right } => {
                let all = match set_quantifier {
                    SetQuantifier::All => true,
                    SetQuantifier::Distinct | SetQuantifier::None => false,
                    _ => return self.unsupported("UNION BY NAME", place),
                };
                self.down(place.clone(), |it| it.union(left, right, all, place))
            }
            SetExpr::SetOperation { op, .. } => self.unsupported(&op.to_string(), place),
            SetExpr::Values(_) => self.unsupported("VALUES", place),
            _ => self.mistake(Mistake::new("sql.one_select", place)),
        }
    }

    fn union(&mut self, left: &SetExpr, right: &SetExpr, all: bool, place: Span) -> Option<(Body, Vec<Column>)> {
        let (left, right) = (self.body(left), self.body(right));
        let ((left, upper), (right, lower)) = (left?, right?);
        if upper.len() != lower.len() {
            let mistake = Mistake::new("sql.union_columns", place);
            return self.mistake(mistake.with("expected", upper.len()).with("found", lower.len()));
        }
        let mut columns = Vec::new();
        for (one, other) in upper.into_iter().zip(lower) {
            let ty = match (&one.ty, &other.ty) {
                (Type::Empty, ty) | (ty, Type::Empty) => ty.clone(),
                (Type::Integer, Type::Decimal) | (Type::Decimal, Type::Integer) => Type::Decimal,
                (a, b) if a == b => a.clone(),
                (a, b) => {
                    let mistake = Mistake::new("sql.union_types", place.clone()).with("field", &one.name);
                    return self.mistake(mistake.with("expected", a.name()).with("found", b.name()));
                }
            };
            let kind = match (&one.ty, &other.ty) {
                (Type::Empty, _) => Some(other.kind.clone()),
                (_, Type::Empty) => Some(one.kind.clone()),
                _ => both(one.kind.clone(), &other.kind),
            };
            let kind = kind.or_else(|| of_type(self.catalog, &ty)).unwrap_or_else(|| one.kind.clone());
            let made_of = one.made_of.union(&other.made_of).cloned().collect();
            columns.push(Column { kind, ty, made_of, ..one });
        }
        let types = columns.iter().map(|column| column.ty.clone()).collect();
        Some((Body::Union(Union { all, sides: [Box::new(left), Box::new(right)], types }), columns))
    }

    fn select(&mut self, select: &ReadSelect, order: &[&OrderByExpr]) -> Option<(Body, Vec<Column>, Vec<Key>)> {
        let place = self.place(select);
        let ReadSelect {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        if into.is_some() {
            self.unsupported::<()>("INTO", place.clone());
        }
        let plain = optimizer_hints.is_empty()
            && select_modifiers.is_none()
            && top.is_none()
            && exclude.is_none()
            && lateral_views.is_empty()
            && prewhere.is_none()
            && connect_by.is_empty()
            && cluster_by.is_empty()
            && distribute_by.is_empty()
            && sort_by.is_empty()
            && named_window.is_empty()
            && qualify.is_none()
            && value_table_mode.is_none()
            && *flavor == SelectFlavor::Standard;
        if !plain {
            self.unsupported::<()>("SELECT", place.clone());
        }
        let distinct = match distinct {
            None | Some(Distinct::All) => false,
            Some(Distinct::Distinct) => true,
            Some(Distinct::On(_)) => {
                self.unsupported::<()>("DISTINCT ON", place.clone());
                false
            }
        };
        if from.is_empty() {
            return self.mistake(Mistake::new("sql.no_from", place));
        }
        self.frames.push(Frame {
            aliases: Vec::new(),
            phase: Phase::Rows,
            keys: Vec::new(),
            aggregates: Vec::new(),
            windows: false,
        });
        let from = self.from(from);
        let filter = selection.as_ref().map(|written| self.condition(written));
        let is_grouped = match group_by {
            GroupByExpr::Expressions(keys, modifiers) => {
                if !modifiers.is_empty() {
                    self.unsupported::<()>("WITH ROLLUP", place.clone());
                }
                let aggregates = projection.iter().any(|item| item_of(item).is_some_and(super::calls::has_aggregate))
                    || having.is_some();
                keys.iter().for_each(|key| self.key(key, projection));
                !keys.is_empty() || aggregates
            }
            GroupByExpr::All(_) => {
                self.unsupported::<()>("GROUP BY ALL", place.clone());
                true
            }
        };
        if is_grouped && let Some(frame) = self.frames.last_mut() {
            frame.phase = Phase::Groups;
        }
        let having = having.as_ref().map(|written| self.condition(written));
        if let Some(frame) = self.frames.last_mut() {
            frame.windows = true;
        }
        let mut values = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut is_whole = true;
        for item in projection {
            match self.item(item) {
                Some((value, column)) => {
                    if columns.iter().any(|known| known.name == column.name) {
                        let place = self.place(item);
                        self.mistakes.push(Mistake::new("sql.column_twice", place).with("name", &column.name));
                    }
                    values.push(value);
                    columns.push(column);
                }
                None => is_whole = false,
            }
        }
        let order = if !is_whole {
            None
        } else if distinct {
            self.order_of_columns(order, &columns)
        } else {
            self.order(order, &columns)
        };
        let frame = self.frames.pop()?;
        let group = is_grouped.then(|| Group {
            keys: frame.keys.into_iter().map(|(_, key, extra)| (key, extra)).collect(),
            aggregates: frame.aggregates,
        });
        let (filter, having) =
            (filter.map_or(Some(None), |it| it.map(Some)), having.map_or(Some(None), |it| it.map(Some)));
        let select = Select { distinct, from, filter: filter?, group, having: having?, values };
        Some((Body::Select(Box::new(select)), columns, order?))
    }

    /// A value by which rows are put together: written out, by the place or by the name of a column.
    fn key(&mut self, written: &Written, projection: &[SelectItem]) {
        let place = self.place(written);
        let of_projection = match written {
            Written::Value(value) => match &value.value {
                Literal::Number(number, _) => {
                    let at = number.parse::<usize>().ok().and_then(|at| at.checked_sub(1));
                    let found = at.and_then(|at| projection.get(at)).and_then(item_of);
                    if found.is_none() {
                        let mistake = Mistake::new("sql.unknown_position", place.clone()).with("found", number);
                        self.mistakes.push(mistake.with("max", projection.len()));
                        return;
                    }
                    found
                }
                _ => None,
            },
            // A column of the tables comes before one of the select.
            Written::Identifier(ident) if !self.is_column(&folded(ident)) => {
                projection.iter().find_map(|item| match item {
                    SelectItem::ExprWithAlias { expr, alias } if folded(alias) == folded(ident) => Some(expr),
                    _ => None,
                })
            }
            _ => None,
        };
        let meant = of_projection.unwrap_or(written);
        if super::calls::has_aggregate(meant) {
            self.mistakes.push(Mistake::new("sql.aggregate_misplaced", place));
            return;
        }
        let Some(expr) = self.value(meant).and_then(|ast| self.typed(&ast)) else { return };
        if !is_single(&expr.ty) {
            let mistake = Mistake::new("sql.column_type", place).with("found", expr.ty.name());
            return self.mistakes.push(mistake);
        }
        let kind = self.kind_of(&expr);
        let extra = self.extra(Extra::Key(expr.clone()), expr.ty.clone(), kind);
        if let Some(frame) = self.frames.last_mut() {
            frame.keys.push((meant.clone(), expr, extra));
        }
    }

    fn is_column(&self, name: &str) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        frame.aliases.iter().any(|alias| self.member(&self.relations[alias.relation.0 as usize - 1], name).is_some())
    }

    /// A column of the select with its value.
    fn item(&mut self, item: &SelectItem) -> Option<(Expr, Column)> {
        let place = self.place(item);
        let (written, alias) = match item {
            SelectItem::UnnamedExpr(written) => (written, None),
            SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias)),
            SelectItem::ExprWithAliases { .. } => return self.unsupported("AS (a, b)", place),
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                return self.mistake(Mistake::new("sql.star", place));
            }
        };
        let own = match written {
            Written::Identifier(ident) => Some(ident),
            Written::CompoundIdentifier(path) => path.last(),
            _ => None,
        };
        self.naming = own.filter(|_| alias.is_none()).map(|ident| self.lines.name(ident));
        let value = self.value(written).and_then(|ast| self.typed(&ast));
        self.naming = None;
        let value = value?;
        let Some(ident) = alias.or(own) else { return self.mistake(Mistake::new("sql.no_name", place)) };
        let name = folded(ident);
        let is_name = name.len() <= 48
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_');
        if !is_name {
            let place = self.lines.name(ident);
            return self.mistake(Mistake::new("sql.column_name", place).with("name", &name));
        }
        if !is_single(&value.ty) {
            let mistake = Mistake::new("sql.column_type", place).with("found", value.ty.name());
            return self.mistake(mistake);
        }
        let kind = self.kind_of(&value).or_else(|| of_type(self.catalog, &value.ty));
        let Some(kind) = kind else {
            let mistake = Mistake::new("sql.column_type", place).with("found", value.ty.name());
            return self.mistake(mistake);
        };
        let label = self.label_of(&value);
        let made_of = facts::made_of(&value, &self.relations, &self.extras);
        let ty = value.ty.clone();
        let value = if value.ty == Type::Empty { Expr::literal(Value::Empty, Type::Text) } else { value };
        Some((value, Column { name, label, ty, kind: wide(kind), made_of }))
    }

    fn label_of(&self, value: &Expr) -> Label {
        let ExprKind::Field(of, field) = &value.kind else { return Label::default() };
        let ExprKind::Variable(variable) = of.kind else { return Label::default() };
        if let Some(field) = self.catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id)) {
            return field.label.clone();
        }
        let relation = (variable.0 as usize).checked_sub(1).and_then(|at| self.relations.get(at));
        let at = field.id.as_str().strip_prefix('c').and_then(|at| at.parse::<usize>().ok());
        relation
            .zip(at)
            .and_then(|(relation, at)| relation.columns.get(at))
            .map(|it| it.label.clone())
            .unwrap_or_default()
    }
}

/// Says whether a select can give values of a type.
pub(super) fn is_single(ty: &Type) -> bool {
    !matches!(ty, Type::Records(_) | Type::AnyRecord(_) | Type::Opaque | Type::Choices)
}

fn item_of(item: &SelectItem) -> Option<&Written> {
    match item {
        SelectItem::UnnamedExpr(written) | SelectItem::ExprWithAlias { expr: written, .. } => Some(written),
        _ => None,
    }
}
