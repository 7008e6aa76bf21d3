//! The statements that lists become find their records by index.

use std::sync::Arc;

use catalog::{Physical, Workspace, resolve};
use expression::{Decimal, Value};
use serde_json::json;
use sql::{ColumnType, Dialect, Statement};

use super::place::{Place, id, request};
use crate::support::every_storage;

const COMPANIES: u128 = 200;
const DEALS: u128 = 4_000;

every_storage! {
    async fn the_list_of_the_benchmark_reads_no_whole_table(fresh: Fresh) {
        let place = Place::with(&fresh, Arc::new(catalog())).await;
        fill(&place).await;
        let filter = "stage == \"s3\" && company.city == \"city 7\"";
        for filter in [filter, "amount == 12.5 && stage == \"s3\"", "company.name == \"company 7\""] {
            let asked = request("title, amount, company.name", filter, "-amount");
            let plan = query::plan::list(&place.administrator(), "deal", &asked, &place.settings()).unwrap();
            let explained = explain(&place, &query::select(&plan)).await;
            let whole = match place.dialect() {
                Dialect::Sqlite => "SCAN",
                Dialect::Postgres => "Seq Scan on deal_",
            };
            assert!(!explained.contains(whole), "{filter}\n{explained}");
        }
    }
}

fn catalog() -> catalog::Catalog {
    let documents = [
        json!({"kind": "entity", "name": "company", "title": "name", "indexes": [["city"], ["name"]], "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}]}),
        json!({"kind": "entity", "name": "deal", "title": "title", "indexes": [["stage", "amount"]], "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "stage", "type": "text"},
            {"name": "company", "type": "link", "target": "company"}]}),
    ];
    let documents: Vec<_> = documents.iter().map(|document| schemas::check::value(document).unwrap()).collect();
    let resolution = resolve::resolve(1, &Workspace::default(), &documents, &Physical::default());
    assert!(!resolution.has_errors(), "{:?}", resolution.diagnostics);
    resolution.catalog
}

async fn fill(place: &Place) {
    let text = |text: String| Value::Text(text.into());
    for number in 0..COMPANIES {
        let values = [("name", text(format!("company {number}"))), ("city", text(format!("city {}", number % 50)))];
        place.insert("company", &[(1_000 + number, &values)]).await;
    }
    let deals: Vec<_> = (0..DEALS)
        .map(|number| {
            let amount =
                Decimal::from_units(i128::from(number as u64) * 10_i128.pow(12)).map_or(Value::Empty, Value::Decimal);
            let company = Value::Id(id(1_000 + number % COMPANIES));
            let stage = text(format!("s{}", number % 7));
            (
                10_000 + number,
                [("title", text(format!("deal {number}"))), ("amount", amount), ("stage", stage), ("company", company)],
            )
        })
        .collect();
    let deals: Vec<(u128, &[(&str, Value)])> =
        deals.iter().map(|(number, values)| (*number, values.as_slice())).collect();
    place.insert("deal", &deals).await;
    place.database.execute_outside(&["ANALYZE".to_owned()]).await.unwrap();
}

async fn explain(place: &Place, statement: &Statement) -> String {
    let (prefix, columns) = match place.dialect() {
        Dialect::Sqlite => (
            "EXPLAIN QUERY PLAN ",
            vec![ColumnType::Integer, ColumnType::Integer, ColumnType::Integer, ColumnType::Text],
        ),
        Dialect::Postgres => ("EXPLAIN ", vec![ColumnType::Text]),
    };
    let statement =
        Statement { text: format!("{prefix}{}", statement.text), parameters: statement.parameters.clone(), columns };
    let rows = place.fetch(&statement).await;
    let lines: Vec<String> = rows.iter().filter_map(|row| row.last()).map(|line| format!("{line:?}")).collect();
    lines.join("\n")
}
