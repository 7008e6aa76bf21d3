//! The rows of an entity's own table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use access::Grant;
use catalog::{Entity, Field, FieldKind};
use expression::{FieldId, Value};
use sea_query::{Expr, ExprTrait, Order, Query};
use serde_json::json;
use sql::{ColumnType, Dialect, Rows, Statement};
use uuid::Uuid;

use super::{Bin, Lock};
use crate::Image;
use crate::build::{attribute, bound_id, bound_ids, column, guard, hold, iden, keep_side, statement};

/// Databases bound by 16 bits count at most this many parameters of a statement, with room for others.
pub(crate) const PARAMETERS: usize = 30_000;
/// Rows of one statement; more gain nothing and grow the text.
pub(crate) const ROWS: usize = 200;

/// Inserts records, many rows a statement, each made when it is asked for. The identity is the pair's, a missing
/// `version` is 1.
pub fn insert<'a>(
    grant: &'a Grant,
    images: &'a [(Uuid, Image)],
    dialect: Dialect,
) -> impl Iterator<Item = Statement> + 'a {
    let entity = grant.entity();
    let fields: Vec<(&Field, Vec<ColumnType>)> =
        stored(entity).map(|field| (field, ColumnType::of(&field.kind))).collect();
    let names: Vec<&str> = fields.iter().flat_map(|(field, _)| &field.columns).map(String::as_str).collect();
    let rows = (PARAMETERS / names.len().max(1)).clamp(1, ROWS);
    // The text is that of the chunk before when that had as many rows.
    let (mut text, mut rows_of_text) = (String::new(), 0);
    images.chunks(rows).map(move |chunk| {
        if rows_of_text != chunk.len() {
            (text, rows_of_text) = (insert_text(&entity.table, &names, chunk.len(), dialect), chunk.len());
        }
        let mut values = Vec::with_capacity(chunk.len() * names.len());
        for (id, image) in chunk {
            for (field, types) in &fields {
                let value = new_value(field, *id, image);
                split(field, types, &value, dialect, &mut values);
            }
        }
        Statement::text(text.clone(), values, Vec::new())
    })
}

/// The text that inserts so many rows, each value a parameter, in order.
pub(crate) fn insert_text(table: &str, names: &[&str], rows: usize, dialect: Dialect) -> String {
    let mark = |place: usize| match dialect {
        Dialect::Sqlite => "?".to_owned(),
        Dialect::Postgres => format!("${place}"),
    };
    let row = |at: usize| {
        let marks: Vec<String> = (1..=names.len()).map(|place| mark(at * names.len() + place)).collect();
        format!("({})", marks.join(", "))
    };
    let lists: Vec<String> = (0..rows).map(row).collect();
    let columns = sql::names::quote_list(names.iter().copied());
    format!("INSERT INTO {} ({columns}) VALUES {}", sql::names::quote(table), lists.join(", "))
}

/// Names the columns of the grant's table, for a bundle's answer.
pub fn columns(grant: &Grant) -> Vec<String> {
    stored(grant.entity()).flat_map(|field| field.columns.iter().cloned()).collect()
}

/// Finds the record if it still has `version`, and holds it for a change: one row.
pub fn of_version(grant: &Grant, id: Uuid, version: i64, dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let key = attribute(entity, "id");
    let mut select = Query::select();
    select.column(iden(key)).from(iden(&entity.table)).and_where(column(key).eq(bound_id(id, dialect)));
    select.and_where(column(attribute(entity, "version")).eq(version));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    hold(&mut select, Lock::Update, dialect);
    statement(&select, vec![ColumnType::Uuid], dialect)
}

/// Writes the changed values of one record that still has `version`, which grows by one; the caller sees by the count of
/// rows whether it had.
pub fn update(grant: &Grant, id: Uuid, changed: &Image, version: i64, dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let stored_version = column(attribute(entity, "version"));
    let mut update = Query::update();
    update.table(iden(&entity.table)).values(assignments(entity, changed, dialect));
    update.value(iden(attribute(entity, "version")), version + 1);
    update.and_where(column(attribute(entity, "id")).eq(bound_id(id, dialect))).and_where(stored_version.eq(version));
    if let Some(condition) = guard(grant, dialect) {
        update.and_where(condition);
    }
    statement(&update, Vec::new(), dialect)
}

/// Writes values of many records that each still have their version, which grows by one, many rows a statement. The grant
/// is one of every record: what it lets through is not asked again.
pub fn update_each<'a>(
    grant: &'a Grant,
    fields: &[FieldId],
    rows: &'a [(Uuid, i64, &'a Image)],
    dialect: Dialect,
) -> impl Iterator<Item = Statement> + 'a {
    let entity = grant.entity();
    let fields: Vec<(&Field, Vec<ColumnType>)> = stored(entity)
        .filter(|field| fields.contains(&field.id))
        .map(|field| (field, ColumnType::of(&field.kind)))
        .collect();
    let names: Vec<&String> = fields.iter().flat_map(|(field, _)| &field.columns).collect();
    let width = names.len() + 2;
    let set: String =
        names.iter().zip(3..).map(|(name, at)| format!("{} = v.column{at}, ", sql::names::quote(name))).collect();
    let quoted = |name: &str| sql::names::quote(attribute(entity, name));
    let (table, id, version) = (sql::names::quote(&entity.table), quoted("id"), quoted("version"));
    rows.chunks((PARAMETERS / width).clamp(1, ROWS)).map(move |chunk| {
        let mark = if dialect == Dialect::Sqlite { '?' } else { '$' };
        let row = |at: usize| -> String {
            let marks: Vec<String> = (1..=width).map(|place| format!("{mark}{}", at * width + place)).collect();
            format!("({})", marks.join(", "))
        };
        let lists: Vec<String> = (0..chunk.len()).map(row).collect();
        let text = format!(
            "UPDATE {table} SET {set}{version} = v.column2 + 1 FROM (VALUES {}) AS v \
             WHERE {table}.{id} = v.column1 AND {table}.{version} = v.column2",
            lists.join(", ")
        );
        let mut values = Vec::with_capacity(chunk.len() * width);
        for (id, version, image) in chunk {
            values.push(sql::parameter(&Value::Id(*id), ColumnType::Uuid, dialect));
            values.push(sql::parameter(&Value::Integer(*version), ColumnType::Integer, dialect));
            for (field, types) in &fields {
                let value = image.values.get(&field.id).unwrap_or(&Value::Empty);
                split(field, types, value, dialect, &mut values);
            }
        }
        Statement::text(text, values, Vec::new())
    })
}

/// Writes the same values into many records; the version of each grows by one.
pub fn update_all(grant: &Grant, ids: &[Uuid], changed: &Image, dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let version = attribute(entity, "version");
    let mut update = Query::update();
    update.table(iden(&entity.table)).values(assignments(entity, changed, dialect));
    update.value(iden(version), column(version).add(Expr::cust("1")));
    update.and_where(column(attribute(entity, "id")).is_in(bound_ids(ids, dialect)));
    if let Some(condition) = guard(grant, dialect) {
        update.and_where(condition);
    }
    statement(&update, Vec::new(), dialect)
}

/// Empties a field of records that the same transaction is about to write, so that their unique values are free meanwhile.
pub fn vacate(grant: &Grant, ids: &[Uuid], field: &Field, dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let emptied = Image { values: [(field.id.clone(), Value::Empty)].into() };
    let mut update = Query::update();
    update.table(iden(&entity.table)).values(assignments(entity, &emptied, dialect));
    update.and_where(column(attribute(entity, "id")).is_in(bound_ids(ids, dialect)));
    statement(&update, Vec::new(), dialect)
}

/// Deletes records for ever.
pub fn purge(grant: &Grant, ids: &[Uuid], dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let mut delete = Query::delete();
    delete.from_table(iden(&entity.table)).and_where(column(attribute(entity, "id")).is_in(bound_ids(ids, dialect)));
    if let Some(condition) = guard(grant, dialect) {
        delete.and_where(condition);
    }
    statement(&delete, Vec::new(), dialect)
}

/// Reads the stored values of records in the order of their identities, for [`images`].
pub fn load(grant: &Grant, ids: &[Uuid], lock: Lock, bin: Bin, dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let id = attribute(entity, "id");
    let mut select = Query::select();
    let mut columns = Vec::new();
    for field in readable(entity) {
        select.columns(field.columns.iter().map(|name| iden(name)));
        columns.extend(ColumnType::of(&field.kind));
    }
    select.from(iden(&entity.table)).and_where(column(id).is_in(bound_ids(ids, dialect)));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), bin);
    if let Some(condition) = guard(grant, dialect) {
        select.and_where(condition);
    }
    select.order_by(iden(id), Order::Asc);
    hold(&mut select, lock, dialect);
    statement(&select, columns, dialect)
}

/// Turns the rows of [`load`] into images, each with its identity.
pub fn images(entity: &Entity, rows: Rows) -> Vec<(Uuid, Image)> {
    rows.into_iter()
        .filter_map(|row| {
            let mut cells = row.into_iter();
            let values: BTreeMap<FieldId, Value> =
                readable(entity).map(|field| (field.id.clone(), join(field, &mut cells))).collect();
            let id = entity.field("id").and_then(|field| values.get(&field.id)).and_then(identity)?;
            Some((id, Image { values }))
        })
        .collect()
}

/// The fields that have columns, in the entity's order.
fn stored(entity: &Entity) -> impl Iterator<Item = &Field> {
    entity.fields.iter().filter(|field| !field.columns.is_empty())
}

/// What an image holds: everything stored but what is only ever written.
pub(super) fn readable(entity: &Entity) -> impl Iterator<Item = &Field> {
    stored(entity).filter(|field| !field.write_only)
}

fn assignments(entity: &Entity, changed: &Image, dialect: Dialect) -> Vec<(sea_query::DynIden, Expr)> {
    let kept = ["id", "version"];
    stored(entity)
        .filter(|field| !(field.system && kept.contains(&field.name.as_str())))
        .filter_map(|field| Some((field, changed.values.get(&field.id)?)))
        .flat_map(|(field, value)| {
            let mut values = Vec::with_capacity(field.columns.len());
            split(field, &ColumnType::of(&field.kind), value, dialect, &mut values);
            field.columns.iter().map(|name| iden(name)).zip(values.into_iter().map(Expr::Value))
        })
        .collect()
}

fn new_value<'a>(field: &Field, id: Uuid, image: &'a Image) -> Cow<'a, Value> {
    match (&field.kind, image.values.get(&field.id)) {
        (FieldKind::Id, _) if field.is_attribute() => Cow::Owned(Value::Id(id)),
        (_, None | Some(Value::Empty)) if field.system && field.id.as_str() == "version" => {
            Cow::Owned(Value::Integer(1))
        }
        (_, Some(value)) => Cow::Borrowed(value),
        (_, None) => Cow::Owned(Value::Empty),
    }
}

/// Gives each column of the entity's table with its type and parameter.
pub(crate) fn values_of(
    entity: &Entity,
    image: &Image,
    dialect: Dialect,
) -> Vec<(String, ColumnType, sea_query::Value)> {
    let mut all = Vec::new();
    for field in stored(entity) {
        let types = ColumnType::of(&field.kind);
        let mut parameters = Vec::with_capacity(types.len());
        split(field, &types, image.values.get(&field.id).unwrap_or(&Value::Empty), dialect, &mut parameters);
        all.extend(
            std::iter::zip(&field.columns, types)
                .zip(parameters)
                .map(|((column, form), value)| (column.clone(), form, value)),
        );
    }
    all
}

/// Gives the parameter of each column of the field.
fn split(field: &Field, types: &[ColumnType], value: &Value, dialect: Dialect, parameters: &mut Vec<sea_query::Value>) {
    let part = |key: &str| match value {
        Value::Json(object) => object.get(key).cloned(),
        _ => None,
    };
    let parts = match field.kind {
        FieldKind::Location => ["lat", "lon"].map(|key| json_value(part(key))).to_vec(),
        FieldKind::AnyLink { .. } => vec![text_value(part("entity")), id_value(part("id"))],
        _ => return parameters.extend(types.iter().map(|column| sql::parameter(value, *column, dialect))),
    };
    parameters.extend(parts.iter().zip(types).map(|(value, column)| sql::parameter(value, *column, dialect)));
}

/// Takes the cells of the field's columns and gives its one value.
fn join(field: &Field, cells: &mut impl Iterator<Item = Value>) -> Value {
    let mut next = || cells.next().unwrap_or(Value::Empty);
    match &field.kind {
        FieldKind::Location => match (next(), next()) {
            (Value::Json(lat), Value::Json(lon)) => Value::Json(Arc::new(json!({"lat": *lat, "lon": *lon}))),
            _ => Value::Empty,
        },
        FieldKind::AnyLink { .. } => match (next(), next()) {
            (Value::Text(entity), Value::Id(id)) => {
                Value::Json(Arc::new(json!({"entity": &*entity, "id": id.to_string()})))
            }
            _ => Value::Empty,
        },
        FieldKind::MultiChoice(_) => choices(next()),
        _ => next(),
    }
}

/// Reads the stored array of a multiple choice.
pub(crate) fn choices(value: Value) -> Value {
    let Value::Json(json) = &value else { return value };
    let Some(items) = json.as_array() else { return Value::Empty };
    Value::Choices(items.iter().filter_map(|item| item.as_str()).map(Arc::from).collect())
}

fn identity(value: &Value) -> Option<Uuid> {
    if let Value::Id(id) = value { Some(*id) } else { None }
}

fn json_value(part: Option<serde_json::Value>) -> Value {
    part.map_or(Value::Empty, |json| Value::Json(Arc::new(json)))
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn text_value(part: Option<serde_json::Value>) -> Value {
    part.as_ref().and_then(|json| json.as_str()).map_or(Value::Empty, |text| Value::Text(text.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn id_value(part: Option<serde_json::Value>) -> Value {
    part.as_ref()
        .and_then(|json| json.as_str())
        .and_then(|text| Uuid::parse_str(text).ok())
        .map_or(Value::Empty, Value::Id)
}
