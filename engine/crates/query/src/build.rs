//! The last step of every statement: a tree of `sea_query` becomes text and parameters of one dialect.

use std::fmt::{self, Write};

use access::{Grant, Reach};
use catalog::{Entity, Field};
use sea_query::{
    DynIden, Expr, ExprTrait, IntoIden, LockType, PostgresQueryBuilder, Query, QueryBuilder, QueryStatementWriter,
    SelectStatement, SqlWriter, SqlWriterValues, SqliteQueryBuilder, Value, Values,
};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use crate::Settings;
use crate::lower::never;
use crate::plan::source::Draft;
use crate::write::{Bin, Lock};

/// Renders a tree for the dialect.
pub(crate) fn statement(tree: &impl QueryStatementWriter, columns: Vec<ColumnType>, dialect: Dialect) -> Statement {
    let (text, parameters) = match dialect {
        Dialect::Sqlite => written(tree, SqliteQueryBuilder),
        Dialect::Postgres => written(tree, PostgresQueryBuilder),
    };
    Statement { text, parameters, columns }
}

fn written<B: QueryBuilder>(tree: &impl QueryStatementWriter, builder: B) -> (String, Values) {
    let (mark, is_numbered) = builder.placeholder();
    let mut writer = Writer(SqlWriterValues::new(mark, is_numbered));
    tree.build_collect_into(builder, &mut writer);
    writer.0.into_parts()
}

/// Writes limits out, because a planner that does not know a limit plans to read a tenth of the table; binds the rest.
struct Writer(SqlWriterValues);

impl Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(text)
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl SqlWriter for Writer {
    fn push_param<B: QueryBuilder>(&mut self, value: Value, builder: &B) {
        match value {
            // No column is of this type: it is a limit.
            Value::BigUnsigned(Some(limit)) => drop(write!(self.0, "{limit}")),
            bound => self.0.push_param(bound, builder),
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}

/// Writes a template whose `$1`, `$2` … stand for expressions, each as often as it occurs.
pub(crate) fn template(text: &str, values: &[Expr], dialect: Dialect) -> Expr {
    if dialect == Dialect::Postgres {
        return Expr::cust_with_exprs(text.to_owned(), values.to_vec());
    }
    // SQLite's marks have no numbers.
    let mut marked = String::new();
    let mut used = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        marked.push_str(before);
        match after.chars().next().and_then(|digit| digit.to_digit(10)).and_then(|digit| values.get(digit as usize - 1))
        {
            Some(value) => {
                marked.push('?');
                used.push(value.clone());
                rest = &after[1..];
            }
            None => {
                marked.push('$');
                rest = after;
            }
        }
    }
    marked.push_str(rest);
    Expr::cust_with_exprs(marked, used)
}

/// Names a table, column or alias; all come from the catalog or from this crate.
pub(crate) fn iden(name: &str) -> DynIden {
    name.to_owned().into_iden()
}

/// A column of the statement's only table.
pub(crate) fn column(name: &str) -> Expr {
    Expr::col(iden(name))
}

/// A bound value of the column's type.
pub(crate) fn bound(value: &expression::Value, column: ColumnType, dialect: Dialect) -> Expr {
    Expr::Value(sql::parameter(value, column, dialect))
}

/// A bound identity.
pub(crate) fn bound_id(id: Uuid, dialect: Dialect) -> Expr {
    bound(&expression::Value::Id(id), ColumnType::Uuid, dialect)
}

/// Bound identities, for `IN`.
pub(crate) fn bound_ids(ids: &[Uuid], dialect: Dialect) -> Vec<Expr> {
    ids.iter().map(|id| bound_id(*id, dialect)).collect()
}

/// The physical column of a system attribute: it has the attribute's name on every table.
pub(crate) fn attribute<'a>(entity: &'a Entity, name: &'a str) -> &'a str {
    entity.field(name).and_then(|field| field.columns.first()).map_or(name, String::as_str)
}

/// Keeps the rows on one side of the recycle bin.
pub(crate) fn keep_side(select: &mut SelectStatement, deleted_at: Expr, bin: Bin) {
    match bin {
        Bin::Live => select.and_where(deleted_at.is_null()),
        Bin::Deleted => select.and_where(deleted_at.is_not_null()),
        Bin::Any => select,
    };
}

/// Holds the rows of the select where the dialect can hold rows.
pub(crate) fn hold(select: &mut SelectStatement, lock: Lock, dialect: Dialect) {
    match (dialect, lock) {
        (Dialect::Sqlite, _) | (_, Lock::None) => {}
        (Dialect::Postgres, Lock::Share) => {
            select.lock(LockType::Share);
        }
        // Not FOR UPDATE: that would also stop others from inserting records that refer to this one's key.
        (Dialect::Postgres, Lock::Update) => {
            select.lock(LockType::NoKeyUpdate);
        }
    }
}

/// Keeps the rows of the grant's table that meet its condition.
pub(crate) fn guard(grant: &Grant, dialect: Dialect) -> Option<Expr> {
    let condition = grant.condition()?.clone();
    Some(kept(grant, Reach::Some(condition), dialect))
}

/// Keeps the rows of the grant's table on which the field may be read; nothing to keep when it is on all of them.
pub(crate) fn guard_field(grant: &Grant, field: &Field, dialect: Dialect) -> Option<Expr> {
    match grant.reach(field) {
        Reach::All => None,
        reach => Some(kept(grant, reach, dialect)),
    }
}

fn kept(grant: &Grant, reach: Reach, dialect: Dialect) -> Expr {
    let judge = grant.judge();
    let settings = Settings::of_judge(&judge, dialect);
    let mut draft = Draft::new(&judge, &settings);
    let (frame, root) = draft.open(grant.clone());
    let condition = draft.reached(root, reach).unwrap_or_else(crate::lower::always);
    let mut select = Query::select();
    select.expr(draft.attribute(root, "id"));
    draft.write_from(&mut select, frame);
    select.and_where(if draft.mistakes.is_empty() { condition } else { never() });
    let id = (iden(&grant.entity().table), iden(attribute(grant.entity(), "id")));
    Expr::col(id).in_subquery(select)
}
