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
                Dialect::Sqlite => "SCAN t",
                Dialect::Postgres => "Seq Scan on deal_",
            };
            assert!(!explained.contains(whole), "{filter}\n{explained}");
        }
    }

    async fn a_page_far_down_begins_where_the_index_says(fresh: Fresh) {
        let place = Place::with(&fresh, Arc::new(catalog())).await;
        fill(&place).await;
        for (filter, sort) in [("stage == \"s3\"", "-amount"), ("stage == \"s3\"", "amount"), ("", "-rank"), ("", "rank"), ("", "title"), ("", "-title")] {
            let mut asked = request("title", filter, sort);
            asked.limit = Some(20);
            asked.cursor = place.list("deal", &asked).await.1;
            let plan = query::plan::list(&place.administrator(), "deal", &asked, &place.settings()).unwrap();
            let explained = explain(&place, &query::select(&plan)).await;
            match place.dialect() {
                Dialect::Sqlite => {
                    let valued = explained.split("UNION ALL").next().unwrap();
                    // Only among equal values the order is made anew.
                    let sorts = valued.contains("TEMP B-TREE FOR ORDER BY");
                    assert!(!sorts && !explained.contains("SCAN t"), "{sort}\n{explained}");
                }
                Dialect::Postgres => assert!(!explained.contains("Seq Scan"), "{sort}\n{explained}"),
            }
        }
    }

    async fn pages_in_the_order_of_an_index_are_whole(fresh: Fresh) {
        let place = Place::with(&fresh, Arc::new(catalog())).await;
        let deals: Vec<_> = (0..60_u128)
            .map(|number| {
                let rank = if number % 4 == 0 { Value::Empty } else { Value::Integer(i64::try_from(number % 7).unwrap()) };
                let title = if number % 5 == 0 { Value::Empty } else { Value::Text(format!("{}", number % 11).into()) };
                (10_000 + number, [("rank", rank), ("title", title), ("stage", Value::Text(format!("s{}", number % 2).into()))])
            })
            .collect();
        let deals: Vec<(u128, &[(&str, Value)])> = deals.iter().map(|(number, values)| (*number, values.as_slice())).collect();
        place.insert("deal", &deals).await;
        for sort in ["rank", "-rank", "-rank, title", "title, -rank", "-title", "stage, rank"] {
            for filter in ["", "stage == \"s1\"", "rank != ()", "rank == ()"] {
                let mut asked = request("id, rank, title", filter, sort);
                asked.limit = Some(5_000);
                let (whole, _, count) = place.list("deal", &asked).await;
                assert_eq!(whole.len() as i64, count, "{sort} {filter}");
                for limit in [1, 3, 15, 60] {
                    asked.limit = Some(limit);
                    asked.cursor = None;
                    let mut found = Vec::new();
                    loop {
                        let (page, next, _) = place.list("deal", &asked).await;
                        found.extend(page);
                        asked.cursor = next;
                        if asked.cursor.is_none() {
                            break;
                        }
                    }
                    assert_eq!(found, whole, "{sort} {filter} {limit}");
                }
            }
        }
        // A condition that fills a statement has no room to stand in it twice.
        let mut asked = request("rank", &format!("rank in [{}]", vec!["3"; 20_000].join(",")), "-rank");
        asked.limit = Some(5_000);
        assert_eq!(place.list("deal", &asked).await.0.len(), 7);
        // The order itself, beside what no index helps with.
        let ranks = |items: &[String]| items.iter().map(|item| serde_json::from_str::<serde_json::Value>(item).unwrap()["rank"].as_i64()).collect::<Vec<_>>();
        for (sort, descending) in [("rank", false), ("-rank", true)] {
            let mut asked = request("rank", "", sort);
            asked.limit = Some(5_000);
            let found = ranks(&place.list("deal", &asked).await.0);
            let mut wanted = found.clone();
            wanted.sort_by_key(|rank| (rank.is_none(), if descending { rank.map(|it| -it) } else { *rank }));
            assert_eq!(found, wanted);
        }
    }
}

fn catalog() -> catalog::Catalog {
    let documents = [
        json!({"kind": "entity", "name": "company", "title": "name", "indexes": [["city"], ["name"]], "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}]}),
        json!({"kind": "entity", "name": "deal", "title": "title", "indexes": [["stage", "amount"], ["rank"], ["title"]], "fields": [
            {"name": "title", "type": "text"}, {"name": "rank", "type": "integer"}, {"name": "amount", "type": "money"}, {"name": "stage", "type": "text"},
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
                [
                    ("title", text(format!("deal {number}"))),
                    ("rank", Value::Integer((number % 1_000) as i64)),
                    ("amount", amount),
                    ("stage", stage),
                    ("company", company),
                ],
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
