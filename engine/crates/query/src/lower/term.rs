//! A lowered value: its SQL, the form it is in, and what is known of it.

use expression::{Type, Value};
use sea_query::{Expr as Sql, ExprTrait};
use sql::{ColumnType, Dialect};

use crate::plan::source::Draft;

/// A lowered value.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) expr: Sql,
    /// How the database holds it. Numbers stay as they are stored until two forms meet.
    pub(crate) form: ColumnType,
    /// Whether it can be NULL.
    pub(crate) nullable: bool,
    /// The value itself when it is written in the expression.
    pub(crate) constant: Option<Value>,
    /// Whether it is a whole number that stands as a decimal.
    pub(crate) widened: bool,
}

impl Term {
    pub(crate) fn new(expr: impl Into<Sql>, form: ColumnType) -> Self {
        Self { expr: expr.into(), form, nullable: true, constant: None, widened: false }
    }

    pub(crate) fn certain(expr: impl Into<Sql>, form: ColumnType) -> Self {
        Self { nullable: false, ..Self::new(expr, form) }
    }

    pub(crate) fn constant(value: &Value, form: ColumnType, dialect: Dialect) -> Self {
        let nullable = *value == Value::Empty;
        Self { expr: typed(value, form, dialect), form, nullable, constant: Some(value.clone()), widened: false }
    }

    pub(crate) fn empty(form: ColumnType, dialect: Dialect) -> Self {
        Self::constant(&Value::Empty, form, dialect)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.constant == Some(Value::Empty)
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self.form, ColumnType::Integer | ColumnType::Decimal { .. } | ColumnType::Number)
    }

    /// Says whether it is a written decimal, which takes the form of whatever it meets.
    pub(crate) fn is_literal_number(&self) -> bool {
        self.form == ColumnType::Number && self.constant.is_some()
    }
}

/// Binds a value with its type in the text. Connections keep prepared statements by their text, and the same text with a
/// parameter of another type would meet the wrong one.
fn typed(value: &Value, form: ColumnType, dialect: Dialect) -> Sql {
    typed_parameter(sql::parameter(value, form, dialect), form, dialect)
}

/// Binds a parameter with its type in the text.
pub(crate) fn typed_parameter(parameter: sea_query::Value, form: ColumnType, dialect: Dialect) -> Sql {
    let bound = Sql::Value(parameter);
    match dialect {
        Dialect::Sqlite => bound,
        Dialect::Postgres => bound.cast_as(match form {
            ColumnType::Decimal { .. } => "numeric".to_owned(),
            form => form.ddl(dialect).to_lowercase(),
        }),
    }
}

/// Gives the form in which values of a type come out of expressions.
pub(crate) fn form_of(ty: &Type) -> ColumnType {
    match ty {
        Type::Boolean => ColumnType::Boolean,
        Type::Integer => ColumnType::Integer,
        Type::Decimal => ColumnType::Number,
        Type::Date => ColumnType::Date,
        Type::DateTime => ColumnType::DateTime,
        Type::Time => ColumnType::Time,
        Type::Duration => ColumnType::Duration,
        Type::Id | Type::Record(_) | Type::Records(_) | Type::AnyRecord(_) => ColumnType::Uuid,
        Type::Choices | Type::Opaque => ColumnType::Json,
        Type::Text | Type::Empty => ColumnType::Text,
    }
}

impl Draft<'_> {
    pub(crate) fn literal(&mut self, value: &Value, ty: &Type) -> Term {
        if let Value::Text(text) = value
            && text.contains('\0')
        {
            // PostgreSQL takes no NUL in a parameter, and no stored text has one.
            self.mistakes.push(diagnostic::Diagnostic::error("query.nul"));
            return Term::empty(ColumnType::Text, self.dialect());
        }
        let form = match value {
            Value::Empty => form_of(ty),
            Value::Boolean(_) => ColumnType::Boolean,
            Value::Integer(_) => ColumnType::Integer,
            Value::Decimal(_) => ColumnType::Number,
            Value::Date(_) => ColumnType::Date,
            Value::DateTime(_) => ColumnType::DateTime,
            Value::Time(_) => ColumnType::Time,
            Value::Duration(_) => ColumnType::Duration,
            Value::Id(_) | Value::Record(_) => ColumnType::Uuid,
            Value::Choices(_) | Value::Json(_) => ColumnType::Json,
            Value::Bytes(_) => ColumnType::Bytes,
            Value::Text(_) => ColumnType::Text,
        };
        Term::constant(value, form, self.dialect())
    }

    /// Notes that this database cannot evaluate something; the statement is not run.
    pub(crate) fn unsupported(&mut self, name: &str) -> Term {
        self.mistakes.push(diagnostic::Diagnostic::error("query.unsupported").with("name", name));
        Term::empty(ColumnType::Text, self.dialect())
    }
}
