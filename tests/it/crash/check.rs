//! What must be true of a workspace after a crash, whatever was going on.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Entity;
use engine::Engine;
use expression::Value;
use sql::{ColumnType, Statement};
use storage::internal::outbox;
use uuid::Uuid;

use super::program::Place;

/// Looks at everything: the doctor, the tables of the catalog, and that each record has as many audit events and messages
/// as it has versions.
pub(super) async fn examine(place: &Place, point: &str) {
    let doctor = place.command("doctor").output().expect("the doctor");
    assert!(doctor.status.success(), "{point}: {}", String::from_utf8_lossy(&doctor.stdout));
    let engine = Engine::open(place.config.clone()).await.expect("the workspace opens");
    tables(&engine, point).await;
    let audited = audited(&engine).await;
    let told = told(&engine).await;
    let names: Vec<String> = engine.catalog().entities().iter().map(|entity| entity.name.clone()).collect();
    for name in ["order", "line", "tag", "file"] {
        if names.iter().any(|known| known == name) {
            let versions = versions(&engine, name).await;
            let id = engine.catalog().entity(name).expect("an entity").id.clone();
            let of = |all: &BTreeMap<(String, Uuid), i64>| -> BTreeMap<Uuid, i64> {
                all.iter().filter(|((entity, _), _)| *entity == id.as_str()).map(|((_, id), n)| (*id, *n)).collect()
            };
            assert_eq!(
                versions,
                of(&audited),
                "{point}: each version of each {name} has its audit event, and nothing else"
            );
            assert_eq!(versions, of(&told), "{point}: each version of each {name} has its message, and nothing else");
        }
    }
    if names.iter().any(|known| known == "order") {
        whole(&engine, point).await;
    }
    engine.close().await;
}

/// The tables and columns are those of the catalog: none is missing, none is left over.
async fn tables(engine: &Engine, point: &str) {
    let rows = engine.database().fetch(&storage::examine::columns(engine.database().dialect())).await.expect("columns");
    let found: BTreeSet<(String, String)> = rows
        .iter()
        .filter_map(|row| {
            if let [Value::Text(table), Value::Text(column)] = row.as_slice() {
                Some((table.to_string(), column.to_string()))
            } else {
                None
            }
        })
        .filter(|(table, _)| !table.starts_with("verstak_") && !table.starts_with("sqlite_"))
        .collect();
    let catalog = engine.catalog();
    let schema = migration::schema(&catalog);
    let wanted: BTreeSet<(String, String)> = schema
        .tables
        .values()
        .flat_map(|table| table.columns.iter().map(|column| (table.name.to_owned(), column.name.to_owned())))
        .collect();
    let missing: Vec<_> = wanted.difference(&found).collect();
    let left: Vec<_> = found.difference(&wanted).filter(|(table, column)| !is_kept(table, column)).collect();
    assert!(missing.is_empty() && left.is_empty(), "{point}: missing {missing:?}, left over {left:?}");
}

/// A change of type keeps the old column out of sight.
fn is_kept(table: &str, column: &str) -> bool {
    table.starts_with("bulk") && column.starts_with("code")
}

/// Each live order has its two lines and two tags; those of deleted ones went with them.
async fn whole(engine: &Engine, point: &str) {
    let catalog = engine.catalog();
    let (order, line) = (catalog.entity("order").expect("orders"), catalog.entity("line").expect("lines"));
    let link = &line.field("order").expect("a link").columns[0];
    let junction = order.fields.iter().find_map(|field| match &field.kind {
        catalog::FieldKind::Links { junction, .. } => Some(junction.clone()),
        _ => None,
    });
    let junction = junction.expect("a junction");
    let text = format!(
        "SELECT o.id FROM {orders} o WHERE o.deleted_at IS NULL AND (\
         (SELECT count(*) FROM {junction} j WHERE j.source = o.id) <> 2 OR \
         (SELECT count(*) FROM {lines} l WHERE l.{link} = o.id AND l.deleted_at IS NULL) NOT IN (2, 3)) \
         UNION ALL SELECT l.id FROM {lines} l JOIN {orders} o ON o.id = l.{link} \
         WHERE l.deleted_at IS NULL AND o.deleted_at IS NOT NULL",
        orders = order.table,
        lines = line.table
    );
    let broken = fetch(engine, &text, vec![ColumnType::Uuid]).await;
    assert!(broken.is_empty(), "{point}: torn orders {broken:?}");
    // Each order knows how many lines it has.
    let count = &order.field("count").expect("a formula").columns[0];
    let text = format!(
        "SELECT o.id FROM {orders} o WHERE o.deleted_at IS NULL AND o.{count} IS DISTINCT FROM \
         (SELECT count(*) FROM {lines} l WHERE l.{link} = o.id AND l.deleted_at IS NULL)",
        orders = order.table,
        lines = line.table
    );
    let wrong = fetch(engine, &text, vec![ColumnType::Uuid]).await;
    assert!(wrong.is_empty(), "{point}: orders that count wrong {wrong:?}");
}

/// Versions of the records of an entity, also of those in the recycle bin.
async fn versions(engine: &Engine, name: &str) -> BTreeMap<Uuid, i64> {
    let catalog = engine.catalog();
    let text = format!("SELECT id, version FROM {}", catalog.entity(name).expect("an entity").table);
    let rows = fetch(engine, &text, vec![ColumnType::Uuid, ColumnType::Integer]).await;
    let pair = |row: Vec<Value>| match row.as_slice() {
        [Value::Id(id), Value::Integer(version)] => (*id, *version),
        other => panic!("no identity and version: {other:?}"),
    };
    rows.into_iter().map(pair).collect()
}

/// Counts the audit events of each record.
async fn audited(engine: &Engine) -> BTreeMap<(String, Uuid), i64> {
    let catalog = engine.catalog();
    let events: &Entity = catalog.entity("audit_event").expect("audit events");
    let column = |name: &str| events.field(name).expect("a field").columns[0].clone();
    let (entity, record) = (column("entity"), column("record"));
    let text = format!("SELECT {entity}, {record}, count(*) FROM {} GROUP BY {entity}, {record}", events.table);
    let rows = fetch(engine, &text, vec![ColumnType::Text, ColumnType::Text, ColumnType::Integer]).await;
    let of = |row: Vec<Value>| match row.as_slice() {
        [Value::Text(entity), Value::Text(record), Value::Integer(count)] => {
            ((entity.to_string(), record.parse().expect("an identity")), *count)
        }
        other => panic!("no audit event: {other:?}"),
    };
    rows.into_iter().map(of).collect()
}

/// Counts the versions of each record of which there are messages: of one whose formulas changed there are several.
async fn told(engine: &Engine) -> BTreeMap<(String, Uuid), i64> {
    let mut counts = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in engine.database().fetch(&outbox::after(0, 1_000_000)).await.expect("messages") {
        let [_, _, Value::Text(kind), Value::Text(payload)] = row.as_slice() else { panic!("no message: {row:?}") };
        if &**kind != "records" {
            continue;
        }
        let message: serde_json::Value = serde_json::from_str(payload).expect("JSON");
        let entity = message["entity"].as_str().expect("an entity");
        for pair in message["records"].as_array().expect("records") {
            let id: Uuid = pair[0].as_str().expect("an identity").parse().expect("an identity");
            if seen.insert((entity.to_owned(), id, pair[1].as_i64())) {
                *counts.entry((entity.to_owned(), id)).or_insert(0) += 1;
            }
        }
    }
    counts
}

async fn fetch(engine: &Engine, text: &str, columns: Vec<ColumnType>) -> Vec<Vec<Value>> {
    engine.database().fetch(&Statement::text(text, Vec::new(), columns)).await.expect("rows")
}
