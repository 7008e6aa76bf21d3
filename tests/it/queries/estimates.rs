//! Estimates: exact while that costs little, from a sample of a large table beyond, and never of what is hidden.

use std::sync::Arc;

use access::{Access, Actor, Clock};
use catalog::{Physical, Workspace, resolve};
use expression::Value;
use query::estimate::{self, EXACT};
use query::{Plan, Request};
use serde_json::json;
use sql::{Dialect, Statement};

use super::place::{Place, USER};
use crate::support::every_storage;

const DEALS: u64 = 200_000;

every_storage! {
    async fn a_large_table_is_counted_by_a_sample(fresh: Fresh) {
        let place = Place::with(&fresh, Arc::new(catalog())).await;
        place.insert("deal", &[(1, &[("title", Value::Text("first".into()))])]).await;
        assert!(estimate::sample(&plan(&place, "administrator", ""), extent(&place).await).is_none(), "a small table");
        fill(&place).await;
        let extent = extent(&place).await;
        let sampled = |plan: &Plan| estimate::sample(plan, extent).expect("a sample of a large table");

        for (actor, filter, true_count) in [
            ("administrator", "", DEALS),
            ("administrator", "stage == \"won\"", DEALS * 7 / 10),
            ("administrator", "boss.title == \"first\" && stage != \"won\"", DEALS * 3 / 10),
            // Of what is hidden nothing is counted, and so nothing is told.
            ("sales", "", DEALS * 3 / 10),
        ] {
            let plan = plan(&place, actor, filter);
            let sample = sampled(&plan);
            let about = sample.estimate(count(&place, &sample.statement).await).expect("an estimate");
            assert!(about.abs_diff(true_count) * 100 <= true_count * 15, "{actor} {filter}: {about} for {true_count}");
            assert_eq!(about, estimate::rounded(about), "told in two digits");
            let read = explain(&place, &sample.statement).await;
            let by_sample = match place.dialect() {
                Dialect::Sqlite => "SEARCH t0 USING INTEGER PRIMARY KEY",
                Dialect::Postgres => "Sample Scan on deal_",
            };
            assert!(read.contains(by_sample), "{read}");
        }
        let few = sampled(&plan(&place, "administrator", "stage == \"rare\""));
        assert_eq!(few.estimate(count(&place, &few.statement).await), None, "too few to say anything: counted exactly");
        assert!(few.estimate(99).is_none() && EXACT < DEALS);
    }
}

fn catalog() -> catalog::Catalog {
    let documents = [
        json!({"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "stage", "type": "text"},
            {"name": "boss", "type": "link", "target": "deal", "inverse": "parts"}]}),
        json!({"kind": "role", "name": "sales", "rights": ["use"], "entities": {"deal": {"read": "stage != \"won\""}}}),
    ];
    let documents: Vec<_> = documents.iter().map(|document| schemas::check::value(document).unwrap()).collect();
    let resolution = resolve::resolve(1, &Workspace::default(), &documents, &Physical::default());
    assert!(!resolution.has_errors(), "{:?}", resolution.diagnostics);
    resolution.catalog
}

/// Copies the first record many times: seven of ten are won, one of five hundred is rare.
async fn fill(place: &Place) {
    let entity = place.catalog.entity("deal").unwrap();
    let column = |name: &str| entity.field(name).unwrap().columns[0].clone();
    let (table, title, stage, boss) = (&entity.table, column("title"), column("stage"), column("boss"));
    let (id, numbers) = match place.dialect() {
        Dialect::Sqlite => (
            "lower(hex(randomblob(16)))",
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n)",
        ),
        Dialect::Postgres => ("gen_random_uuid()", "generate_series(1, $1)"),
    };
    let text = format!(
        r#"INSERT INTO "{table}" ("id", "created_at", "updated_at", "version", "{title}", "{stage}", "{boss}")
           SELECT {id}, d."created_at", d."updated_at", 1, 'a deal of some length',
               CASE WHEN n.i % 10 < 7 THEN 'won' WHEN n.i % 500 = 9 THEN 'rare' ELSE 'new' END, d."id"
           FROM "{table}" d, {numbers} n{alias}"#,
        numbers = numbers.replace("$1", &DEALS.to_string()),
        alias = if place.dialect() == Dialect::Postgres { "(i)" } else { "" },
    );
    place.database.execute(&Statement::text(text, Vec::new(), Vec::new())).await.unwrap();
}

fn plan(place: &Place, role: &str, filter: &str) -> Plan {
    let actor = Actor { user: USER, roles: vec![role.to_owned()] };
    let access = Access::of(actor, Arc::clone(&place.catalog), Clock::default());
    let request = Request { filter: Some(filter.to_owned()), ..Request::default() };
    query::plan::list(&access, "deal", &request, &place.settings()).unwrap()
}

async fn extent(place: &Place) -> u64 {
    count(place, &estimate::extent(&plan(place, "administrator", "")).expect("a table")).await
}

async fn count(place: &Place, statement: &Statement) -> u64 {
    let rows = place.fetch(statement).await;
    let Some([Value::Integer(count)]) = rows.first().map(Vec::as_slice) else { panic!("no count: {}", statement.text) };
    u64::try_from(*count).unwrap()
}

async fn explain(place: &Place, statement: &Statement) -> String {
    let (word, columns) = match place.dialect() {
        Dialect::Sqlite => (
            "EXPLAIN QUERY PLAN",
            vec![sql::ColumnType::Integer, sql::ColumnType::Integer, sql::ColumnType::Integer, sql::ColumnType::Text],
        ),
        Dialect::Postgres => ("EXPLAIN", vec![sql::ColumnType::Text]),
    };
    let explained = Statement { text: format!("{word} {}", statement.text), columns, ..statement.clone() };
    let rows = place.fetch(&explained).await;
    rows.iter()
        .filter_map(|row| match row.last() {
            Some(Value::Text(text)) => Some(format!("{text}\n")),
            _ => None,
        })
        .collect()
}
