//! Texts: exact but for `like`, which ignores case and takes its argument literally.

use sea_query::{BinOper, Expr as Sql, ExprTrait};
use sql::{ColumnType, Dialect};

use super::Term;
use super::number::function;
use crate::build::bound;

/// Where `part` occurs in `text`, case ignored; empty with either.
pub(crate) fn like(text: Term, part: Term, dialect: Dialect) -> Term {
    let nullable = text.nullable || part.nullable;
    let expr = match dialect {
        Dialect::Sqlite => function(sql::function::LIKE_FOLD, [text.expr, part.expr]),
        Dialect::Postgres => match &part.constant {
            Some(expression::Value::Text(part)) => {
                // A written part becomes a pattern, which a trigram index understands.
                let pattern = format!("%{}%", escaped(&part.to_lowercase()));
                let pattern = bound(&expression::Value::Text(pattern.into()), ColumnType::Text, dialect);
                lower(text.expr).binary(BinOper::Like, pattern)
            }
            _ => function("strpos", [lower(text.expr), lower(part.expr)]).gt(Sql::cust("0")),
        },
    };
    Term { nullable, ..Term::new(expr, ColumnType::Boolean) }
}

/// Lower case by the full rules of Unicode, whatever the locale of the database.
pub(crate) fn lower(text: Sql) -> Sql {
    function("lower", [Sql::cust_with_exprs("($1) COLLATE \"und-x-icu\"", [text])])
}

/// Upper case by the full rules of Unicode, whatever the locale of the database.
pub(crate) fn upper(text: Sql) -> Sql {
    function("upper", [Sql::cust_with_exprs("($1) COLLATE \"und-x-icu\"", [text])])
}

fn escaped(part: &str) -> String {
    part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
