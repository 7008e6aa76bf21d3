//! The typed expression as JSON, for the browser's evaluator.
//!
//! Every node is an object with `"node"` (what it is) and `"type"` (of its value). A type is a text, `"empty"`,
//! `"boolean"`, `"integer"`, `"decimal"`, `"text"`, `"date"`, `"datetime"`, `"time"`, `"duration"`, `"id"`, `"choices"`,
//! `"opaque"`, `"any_record"`, or an object `{"record": ENTITY}` or `{"records": ENTITY}` with the entity's id.
//!
//! | node | other keys |
//! | --- | --- |
//! | `literal` | `value`: null, true, false, or a text: digits of an integer or decimal, a text, `2026-01-31`, `2026-01-31T09:30:00.000Z`, `09:30:00`, milliseconds of a duration, a UUID |
//! | `variable` | `variable`: 0 is the record itself, each closure has a number of its own |
//! | `user` | the current user, a record |
//! | `all` | `entity`, `name`: all records of it; no browser evaluates it |
//! | `field` | `of`: a node that gives a record; `field`: `{"entity", "id", "name"}`. Of an empty record it is empty |
//! | `as` | `of`: a record of one of several entities; `entity`, `name`: the one it must be of, else it is empty |
//! | `unary` | `operator`: `!` or `-`; `argument` |
//! | `binary` | `operator`: `\|\|` `&&` `==` `!=` `<` `<=` `>` `>=` `+` `-` `*` `/` `%` `??`; `left`, `right` |
//! | `if` | `condition`, `then`, `otherwise` |
//! | `call` | `function`: a name of `LANGUAGE.md`; `arguments`: the receiver first; told apart by the types of the arguments |
//! | `one_of` | `value`; `list`: total equality with one of them |
//! | `filter` | `of`: related records; `variable`; `body`: a condition |
//! | `aggregate` | `aggregate`: `any` `all` `count` `sum` `avg` `min` `max` `first`; `of`; `variable`; `body` (absent for `count`, may be absent for `first`) |
//! | `to_decimal` | `argument`: an integer; beyond 16 digits the value is empty |
//!
//! Both sides of a `binary` have one type, but that `==` and `!=` take `()` beside anything and an id beside a record,
//! and that `+` and `-` take a duration to the right of a date or an instant.

use chrono::SecondsFormat;
use serde_json::{Value as Json, json};

use crate::{Expr, ExprKind, FieldRef, Type, Unary, Value};

/// Writes an expression.
pub fn to_json(expr: &Expr) -> Json {
    let mut node = match &expr.kind {
        ExprKind::Literal(value) => json!({"node": "literal", "value": literal(value)}),
        ExprKind::Variable(variable) => json!({"node": "variable", "variable": variable.0}),
        ExprKind::User => json!({"node": "user"}),
        ExprKind::All(entity, name) => json!({"node": "all", "entity": entity.as_str(), "name": &**name}),
        ExprKind::Field(of, field) => json!({"node": "field", "of": to_json(of), "field": field_json(field)}),
        ExprKind::As(of, entity, name) => {
            json!({"node": "as", "of": to_json(of), "entity": entity.as_str(), "name": &**name})
        }
        ExprKind::Unary(operator, argument) => {
            let operator = match operator {
                Unary::Not => "!",
                Unary::Negate => "-",
            };
            json!({"node": "unary", "operator": operator, "argument": to_json(argument)})
        }
        ExprKind::Binary(operator, left, right) => {
            json!({"node": "binary", "operator": operator.symbol(), "left": to_json(left), "right": to_json(right)})
        }
        ExprKind::If(condition, then, otherwise) => json!({
            "node": "if", "condition": to_json(condition), "then": to_json(then), "otherwise": to_json(otherwise),
        }),
        ExprKind::Call(name, arguments) => {
            json!({"node": "call", "function": name, "arguments": list(arguments)})
        }
        ExprKind::OneOf(value, items) => json!({"node": "one_of", "value": to_json(value), "list": list(items)}),
        ExprKind::Filter(of, variable, body) => {
            json!({"node": "filter", "of": to_json(of), "variable": variable.0, "body": to_json(body)})
        }
        ExprKind::Aggregate(aggregate, of, variable, body) => {
            let (name, variable) = (aggregate.name(), variable.0);
            let mut node = json!({"node": "aggregate", "aggregate": name, "of": to_json(of), "variable": variable});
            if let Some(body) = body {
                node["body"] = to_json(body);
            }
            node
        }
        ExprKind::ToDecimal(argument) => json!({"node": "to_decimal", "argument": to_json(argument)}),
    };
    node["type"] = type_json(&expr.ty);
    node
}

/// Writes a type.
pub fn type_json(ty: &Type) -> Json {
    match ty {
        Type::Record(entity) => json!({"record": entity.as_str()}),
        Type::Records(entity) => json!({"records": entity.as_str()}),
        _ => json!(ty.name()),
    }
}

/// Writes a value as literals hold it. Records are their identities.
pub fn literal(value: &Value) -> Json {
    match value {
        Value::Empty | Value::Bytes(_) => Json::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value.to_string()),
        Value::Decimal(value) => json!(value.to_string()),
        Value::Text(text) => json!(&**text),
        Value::Date(date) => json!(date.format("%Y-%m-%d").to_string()),
        Value::DateTime(instant) => json!(instant.to_rfc3339_opts(SecondsFormat::Millis, true)),
        Value::Time(time) => json!(time.format("%H:%M:%S").to_string()),
        Value::Duration(length) => json!(length.to_string()),
        Value::Id(id) => json!(id.to_string()),
        Value::Record(record) => json!(record.id.to_string()),
        Value::Choices(choices) => json!(choices.iter().map(|choice| &**choice).collect::<Vec<_>>()),
        Value::Json(json) => (**json).clone(),
    }
}

fn list(exprs: &[Expr]) -> Vec<Json> {
    exprs.iter().map(to_json).collect()
}

fn field_json(field: &FieldRef) -> Json {
    json!({"entity": field.entity.as_str(), "id": field.id.as_str(), "name": &*field.name})
}
