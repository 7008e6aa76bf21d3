//! Related records in an answer, and groups of records, beside what a program of its own makes of the same data.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

/// Items: their number, group, tags and the quantities of their parts.
struct Item {
    n: Option<i64>,
    group: Option<usize>,
    stage: Option<&'static str>,
    tags: Vec<usize>,
    parts: Vec<Option<i64>>,
}

const GROUPS: usize = 5;
const TAGS: usize = 4;
const ITEMS: usize = 90;

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "bunch", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "tag", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "item", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "n", "type": "integer"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "bunch", "type": "link", "target": "bunch", "inverse": "items"},
            {"name": "tags", "type": "links", "target": "tag", "inverse": "items"},
            {"name": "parts", "type": "children", "target": "part", "inverse": "item"}]},
        {"kind": "entity", "name": "part", "fields": [
            {"name": "item", "type": "link", "target": "item"}, {"name": "q", "type": "integer"}]},
        {"kind": "role", "name": "ruled", "rights": ["use"], "entities": {
            "bunch": {"read": true}, "tag": {"read": true}, "part": {"read": "q != 4"}, "item": {"read": "n != 3"}}},
    ])
}

/// Numbers without a pattern that are the same each time.
fn items() -> Vec<Item> {
    let mut state = 20_261_128_u64;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let make = |_| Item {
        n: Some(next(12) as i64 - 2).filter(|n| *n > -2),
        group: Some(next(GROUPS as u64 + 1) as usize).filter(|group| *group < GROUPS),
        stage: [None, Some("new"), Some("won")][next(3) as usize],
        tags: (0..TAGS).filter(|_| next(3) == 0).collect(),
        parts: (0..next(5)).map(|_| Some(next(8) as i64).filter(|q| *q > 0)).collect(),
    };
    (0..ITEMS).map(make).collect()
}

fn name(at: usize) -> String {
    format!("i{at:03}")
}

async fn fill(app: &App) -> Vec<Item> {
    app.publish(documents()).await;
    let items = items();
    let create = |entity: &str, values: Value| json!({"op": "create", "entity": entity, "values": values});
    let mut operations: Vec<Value> = (0..GROUPS).map(|at| create("bunch", json!({"name": format!("g{at}")}))).collect();
    operations.extend((0..TAGS).map(|at| create("tag", json!({"name": format!("t{at}")}))));
    operations.extend(items.iter().enumerate().map(|(at, item)| {
        let parts: Vec<Value> = item.parts.iter().map(|q| json!({"q": q})).collect();
        let tags: Vec<String> = item.tags.iter().map(|tag| format!("${}", GROUPS + tag)).collect();
        let bunch = item.group.map(|group| format!("${group}"));
        create(
            "item",
            json!({"name": name(at), "n": item.n, "stage": item.stage, "bunch": bunch, "tags": tags, "parts": parts}),
        )
    }));
    app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
    items
}

/// In the order of a key, empty ones last either way, then in the order in which they were made.
fn in_order<T: Copy>(mut list: Vec<T>, descending: bool, key: impl Fn(T) -> Option<i64>) -> Vec<T> {
    list.sort_by_key(|one| key(*one).map_or((true, 0), |n| (false, if descending { -n } else { n })));
    list
}

async fn query(client: &Client, entity: &str, body: Value) -> Vec<Value> {
    client.post(&format!("/api/records/{entity}/query"), body).await.expect(200)["items"]
        .as_array()
        .expect("items")
        .clone()
}

/// The parts of an item as the question below wants them.
fn parts(item: &Item, is_ruled: bool) -> Value {
    let seen = item.parts.iter().copied().filter(|q| !is_ruled || *q != Some(4));
    let kept = in_order(seen.filter(|q| *q != Some(2)).collect(), true, |q: Option<i64>| q);
    kept.into_iter().take(2).map(|q| json!({"q": q})).collect()
}

async fn agree(client: &Client, items: &[Item], is_ruled: bool) {
    let seen = |at: &usize| !is_ruled || items[*at].n != Some(3);
    let tags = |at: usize| -> Value {
        items[at].tags.iter().rev().take(1).map(|tag| json!({"name": format!("t{tag}")})).collect()
    };
    let inner = json!([{"path": "parts", "select": ["q"], "filter": "q != 2", "sort": ["-q"], "limit": 2},
        {"path": "tags", "select": ["name"], "sort": ["-name"], "limit": 1}, "name", {"name": "m", "expression": "parts.count()"}]);
    let wanted = |at: usize| {
        let count = items[at].parts.iter().filter(|q| !is_ruled || **q != Some(4)).count();
        json!({"parts": parts(&items[at], is_ruled), "tags": tags(at), "name": name(at), "m": count})
    };
    for (entity, path, prefix, count) in [("bunch", "items", 'g', GROUPS), ("tag", "items", 't', TAGS)] {
        for (filter, sort, limit, descending) in
            [("n != 5 && parts.any(|p| p.q > 3)", json!(["n"]), 3, false), ("tags.count() < 3", json!(["-n"]), 4, true)]
        {
            let related = json!({"path": path, "select": inner, "filter": filter, "sort": sort, "limit": limit});
            let found = query(client, entity, json!({"select": ["name", related], "sort": ["name"]})).await;
            assert_eq!(found.len(), count);
            for (at, parent) in found.iter().enumerate() {
                assert_eq!(parent["name"], format!("{prefix}{at}"));
                let is_its = |item: &Item| if prefix == 'g' { item.group == Some(at) } else { item.tags.contains(&at) };
                let is_kept = |item: &Item| match descending {
                    false => {
                        item.n != Some(5) && item.parts.iter().any(|q| *q > Some(3) && !(is_ruled && *q == Some(4)))
                    }
                    true => item.tags.len() < 3,
                };
                let its = (0..ITEMS).filter(seen).filter(|at| is_its(&items[*at]) && is_kept(&items[*at])).collect();
                let its = in_order(its, descending, |at| items[at].n);
                let expected: Vec<Value> = its.into_iter().take(limit).map(wanted).collect();
                assert_eq!(parent["items"], Value::from(expected), "{filter} of {prefix}{at}, ruled: {is_ruled}");
            }
        }
    }
    // From a line over its record to the records of the same bunch.
    let related =
        json!({"path": "item.bunch.items", "select": ["name"], "filter": "n > 4", "sort": ["-n", "-name"], "limit": 2});
    let found =
        query(client, "part", json!({"select": ["item.name", related], "sort": ["item.name"], "limit": 200})).await;
    assert!(found.len() > 50);
    for part in found {
        let Some(at) = part["item.name"].as_str().and_then(|name| name[1..].parse::<usize>().ok()) else {
            assert_eq!(part["item.bunch.items"], json!([]));
            continue;
        };
        let mut its: Vec<usize> = (0..ITEMS)
            .filter(seen)
            .filter(|other| {
                items[at].group.is_some() && items[*other].group == items[at].group && items[*other].n > Some(4)
            })
            .collect();
        its.sort_by_key(|at| std::cmp::Reverse((items[*at].n, *at)));
        let expected: Vec<Value> = its.into_iter().take(2).map(|at| json!({"name": name(at)})).collect();
        assert_eq!(part["item.bunch.items"], Value::from(expected), "parts of {}", name(at));
    }
}

/// A number as the answer writes decimals: at most 12 digits after the point, without zeros at the end.
fn decimal(numerator: i128, denominator: i128) -> Value {
    let scaled = numerator * 10_i128.pow(12);
    let (quotient, rest) = (scaled / denominator, scaled % denominator);
    let quotient = quotient + if rest.abs() * 2 >= denominator { scaled.signum() } else { 0 };
    let text = format!(
        "{}{}.{:012}",
        if quotient < 0 { "-" } else { "" },
        quotient.abs() / 10_i128.pow(12),
        quotient.abs() % 10_i128.pow(12)
    );
    Value::from(text.trim_end_matches('0').trim_end_matches('.'))
}

/// What the measures below are over these items, which are in the order of time.
fn measured(items: &[&Item]) -> Value {
    let made: Vec<i64> = items.iter().filter_map(|item| item.n).collect();
    let mut sorted = made.clone();
    sorted.sort_unstable();
    let sum: i64 = made.iter().sum();
    let count = made.len() as i128;
    // A share in tenths of the way through.
    let share = |tenths: i128| {
        (count > 0).then(|| {
            let place = tenths * (count - 1);
            let (low, rest) = ((place / 10) as usize, place % 10);
            let high = if rest == 0 { low } else { low + 1 };
            decimal(i128::from(sorted[low]) * 10 + i128::from(sorted[high] - sorted[low]) * rest, 10)
        })
    };
    let mut distinct = sorted.clone();
    distinct.dedup();
    let parts: i64 = items.iter().flat_map(|item| &item.parts).flatten().sum();
    json!({"c": items.len(), "cn": made.len(), "sum": sum, "avg": (count > 0).then(|| decimal(i128::from(sum), count)),
        "min": sorted.first(), "max": sorted.last(), "median": share(5), "p9": share(9), "distinct": distinct.len(),
        "first": made.first(), "last": made.last(), "parts": parts,
        "mixed": if items.is_empty() { Value::Null } else { decimal(i128::from(sum) + i128::from(parts), items.len() as i128) }})
}

every_database! {
    async fn each_parent_has_its_own(app: App) {
        let items = fill(&app).await;
        agree(&app.admin, &items, false).await;
        agree(&app.user("ruled@example.com", &["ruled"]).await, &items, true).await;
    }

    async fn every_cell_is_exact_and_leads_to_its_records(app: App) {
        let items = fill(&app).await;
        let measures: Vec<Value> = [("c", "count()"), ("cn", "count(n)"), ("sum", "sum(n)"), ("avg", "avg(n)"), ("min", "min(n)"), ("max", "max(n)"),
            ("median", "median(n)"), ("p9", "percentile(n, 0.9)"), ("distinct", "count_distinct(n)"), ("first", "first(n)"), ("last", "last(n)"),
            ("parts", "sum(parts.sum(|p| p.q))"), ("mixed", "(sum(n) + sum(parts.sum(|p| p.q))) / count()")]
            .iter().map(|(name, expression)| json!({"name": name, "expression": expression})).collect();
        let ruled = app.user("ruled@example.com", &["ruled"]).await;
        for (filter, is_in) in [(json!(null), (|_: &Item| true) as fn(&Item) -> bool), (json!("n < 6 || stage == ()"), |item| item.n.is_some_and(|n| n < 6) || item.stage.is_none())] {
            let body = json!({"group_by": ["bunch.name", "stage"], "measures": measures, "filter": filter, "totals": true, "drill": true});
            let answer = app.admin.post("/api/records/item/aggregate", body.clone()).await.expect(200);
            let found = answer["items"].as_array().expect("items");
            // Groups by their keys, shorter ones by what they are of.
            let mut cells: BTreeMap<(usize, String, String), Vec<&Item>> = BTreeMap::new();
            for item in items.iter().filter(|item| is_in(item)) {
                let bunch = item.group.map_or("null".to_owned(), |at| format!("\"g{at}\""));
                let stage = item.stage.map_or("null".to_owned(), |stage| format!("{stage:?}"));
                for (level, key) in [(2, (bunch.clone(), stage)), (1, (bunch, "null".to_owned())), (0, ("null".to_owned(), "null".to_owned()))] {
                    cells.entry((level, key.0, key.1)).or_default().push(item);
                }
            }
            assert_eq!(found.len(), cells.len());
            for cell in found {
                let level = cell["_level"].as_u64().expect("a level") as usize;
                let key = (level, cell["bunch.name"].to_string(), cell["stage"].to_string());
                let wanted = measured(&cells[&key]);
                for (name, value) in wanted.as_object().expect("measures") {
                    assert_eq!(&cell[name], value, "{name} of {key:?} where {filter}");
                }
                let of = cell["_filter"].as_str().expect("a filter");
                let body = json!({"filter": of, "count": "exact", "select": ["id"], "limit": 1});
                let page = app.admin.post("/api/records/item/query", body).await.expect(200);
                assert_eq!(page["count"], cell["c"], "{of}");
            }
            // Whoever sees less gets cells of what they see, and filters that find as much.
            let answer = ruled.post("/api/records/item/aggregate", body).await.expect(200);
            for cell in answer["items"].as_array().expect("items") {
                let body = json!({"filter": cell["_filter"], "count": "exact", "select": ["id"], "limit": 1});
                assert_eq!(ruled.post("/api/records/item/query", body).await.expect(200)["count"], cell["c"], "{cell}");
            }
            let seen = items.iter().filter(|item| is_in(item) && item.n != Some(3)).count();
            assert_eq!(answer["items"].as_array().and_then(|items| items.last()).expect("a total")["c"], seen);
        }
        // Conditions on groups hold for subtotals too, and the order is kept inside a level.
        let body = json!({"group_by": ["bunch", "stage"], "measures": [{"name": "s", "expression": "sum(n)"}], "having": "s > 20 && count() > 4", "sort": ["-s"], "totals": true});
        let answer = app.admin.post("/api/records/item/aggregate", body).await.expect(200);
        let found = answer["items"].as_array().expect("items");
        assert!(found.len() > 3 && found.iter().all(|cell| cell["s"].as_i64() > Some(20)), "{found:?}");
        assert!(found.is_sorted_by_key(|cell| (std::cmp::Reverse(cell["_level"].as_i64()), std::cmp::Reverse(cell["s"].as_i64()))), "{found:?}");
    }
}
