//! A chain of records, each linked to the next in every way there is: what stands so many hops away is known.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

/// Records in the chain: enough that a path of 16 hops leads from the first ones to others and from the last ones to
/// nothing.
const LENGTH: usize = 20;

/// Most hops of a path.
const HOPS: usize = 16;

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "node", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "weight", "type": "integer"},
            {"name": "parent", "type": "link", "target": "node", "inverse": "kids"},
            {"name": "peers", "type": "links", "target": "node", "inverse": "peer_of"},
            {"name": "about", "type": "any_link", "targets": ["node", "spoke"], "inverse": "notes"},
            {"name": "spokes", "type": "children", "target": "spoke", "inverse": "node"}]},
        {"kind": "entity", "name": "spoke", "fields": [
            {"name": "node", "type": "link", "target": "node"}, {"name": "to", "type": "link", "target": "node", "inverse": "ends"},
            {"name": "weight", "type": "integer"}]},
    ])
}

/// Makes the chain from its end on: every record leads to the one after it.
async fn fill(app: &App) {
    app.publish(documents()).await;
    let mut next: Option<Value> = None;
    for at in (0..LENGTH).rev() {
        let spokes: Vec<Value> =
            next.iter().flat_map(|next| [json!({"to": next, "weight": at}), json!({"weight": 100})]).collect();
        let values = json!({"title": title(at), "weight": at, "parent": next, "peers": next.iter().collect::<Vec<_>>(),
            "about": next.as_ref().map(|next| json!({"entity": "node", "id": next})), "spokes": spokes});
        next = Some(app.admin.post("/api/records/node", values).await.expect(201)["id"].clone());
    }
}

fn title(at: usize) -> String {
    format!("n{at:02}")
}

/// The title so many records along the chain, forward or back.
fn along(at: usize, hops: isize) -> Value {
    let far = at.checked_add_signed(hops).filter(|far| *far < LENGTH);
    far.map_or(Value::Null, |far| Value::from(title(far)))
}

/// Ways of one hop or two along the chain: the text, its hops, and how far they lead.
const WAYS: [(&str, usize, isize); 7] = [
    ("parent", 1, 1),
    ("about.as_node", 1, 1),
    ("kids.first()", 1, -1),
    ("peers.first()", 1, 1),
    ("peer_of.first(|p| p.weight >= 0)", 1, -1),
    ("notes.first()", 1, -1),
    ("spokes.first(|s| s.to != ()).to", 2, 1),
];

/// A path of so many hops to a title.
fn path(way: &str, each: usize, hops: usize) -> String {
    format!("{}.title", vec![way; hops / each].join("."))
}

async fn list(client: &Client, body: Value) -> Vec<Value> {
    client.post("/api/records/node/query", body).await.expect(200)["items"].as_array().expect("items").clone()
}

fn column(items: &[Value], name: &str) -> Vec<Value> {
    items.iter().map(|item| item[name].clone()).collect()
}

every_database! {
    async fn sixteen_hops_lead_to_the_same_in_every_clause(app: App) {
        fill(&app).await;
        for (way, each, step) in WAYS {
            let text = path(way, each, HOPS);
            let far = step * (HOPS / each).cast_signed();
            let body = json!({"select": ["title", {"name": "far", "expression": text}], "sort": ["title"]});
            let items = list(&app.admin, body).await;
            let wanted: Vec<Value> = (0..LENGTH).map(|at| along(at, far)).collect();
            assert_eq!(column(&items, "far"), wanted, "{way}");
            for (filter, is_wanted) in [
                (format!("{text} == \"n16\" || {text} == \"n03\""), (|far: &Value| *far == "n16" || *far == "n03") as fn(&Value) -> bool),
                (format!("{text} == ()"), Value::is_null),
                (format!("!({text} > \"n02\")"), |far| far.is_null() || far.as_str() <= Some("n02")),
                (format!("{text} in [\"n17\", ()]"), |far| far.is_null() || *far == "n17"),
            ] {
                let found = list(&app.admin, json!({"select": ["title"], "filter": filter, "sort": ["title"]})).await;
                let wanted: Vec<Value> =
                    (0..LENGTH).filter(|at| is_wanted(&along(*at, far))).map(|at| Value::from(title(at))).collect();
                assert_eq!(column(&found, "title"), wanted, "{filter}");
            }
            let body = json!({"measures": [
                {"name": "most", "expression": format!("max({text})")}, {"name": "least", "expression": format!("min({text})")},
                {"name": "n", "expression": format!("count({text})")}], "having": format!("count_distinct({text}) > 0")});
            let groups = app.admin.post("/api/records/node/aggregate", body).await.expect(200)["items"].clone();
            let known: Vec<Value> = wanted.into_iter().filter(|far| !far.is_null()).collect();
            assert_eq!(groups, json!([{"most": known.last(), "least": known.first(), "n": known.len()}]), "{way}");
        }
    }

    async fn paths_of_names_are_sorted_selected_and_grouped_by(app: App) {
        fill(&app).await;
        for way in ["parent", "about.as_node"] {
            let text = path(way, 1, HOPS);
            let items = list(&app.admin, json!({"select": ["title", text], "sort": [format!("-{text}"), "title"]})).await;
            let mut wanted: Vec<(Value, usize)> = (0..LENGTH).map(|at| (along(at, 16), at)).collect();
            wanted.sort_by_key(|(far, at)| (far.is_null(), std::cmp::Reverse(far.as_str().map(str::to_owned)), *at));
            assert_eq!(column(&items, "title"), wanted.iter().map(|(_, at)| Value::from(title(*at))).collect::<Vec<_>>());
            assert_eq!(column(&items, &text), wanted.iter().map(|(far, _)| far.clone()).collect::<Vec<_>>());
            let body = json!({"group_by": [text], "measures": [{"name": "n", "expression": "count()"}, {"name": "w", "expression": "sum(weight)"}]});
            let groups = app.admin.post("/api/records/node/aggregate", body).await.expect(200)["items"].clone();
            let mut wanted: Vec<Value> = (0..4).map(|at| json!({&text: title(at + 16), "n": 1, "w": at})).collect();
            wanted.push(json!({&text: null, "n": 16, "w": (4..LENGTH).sum::<usize>()}));
            assert_eq!(groups, Value::from(wanted), "{way}");
        }
        for (way, each, step) in [("kids", 1, -1), ("peers", 1, 1), ("peer_of", 1, -1), ("notes", 1, -1), ("spokes.to", 2, 1)] {
            let text = path(way, each, HOPS);
            let items = list(&app.admin, json!({"select": ["title", text], "sort": ["title"]})).await;
            for (at, item) in items.iter().enumerate() {
                let far = along(at, step * (HOPS / each).cast_signed());
                let found: Vec<&Value> = item[&text].as_array().expect("an array").iter().filter(|far| !far.is_null()).collect();
                assert_eq!(found, Some(&far).filter(|far| !far.is_null()).into_iter().collect::<Vec<_>>(), "{text} of {}", title(at));
            }
        }
    }

    async fn closures_nest_and_see_what_is_around_them(app: App) {
        fill(&app).await;
        for (way, from) in [("kids", "n16"), ("peers", "n00"), ("notes", "n16"), ("peer_of", "n16")] {
            let end = if way == "peers" { "n16" } else { "n00" };
            let mut text = format!("x16.title == \"{end}\" && x16 != x8 && x1.weight != weight");
            for depth in (1..=HOPS).rev() {
                let of = if depth == 1 { way.to_owned() } else { format!("x{}.{way}", depth - 1) };
                text = format!("{of}.any(|x{depth}| {text})");
            }
            let found = list(&app.admin, json!({"select": ["title"], "filter": text})).await;
            assert_eq!(column(&found, "title"), [json!(from)], "{way}");
        }
        // Each record's weight is its place in the chain, and each spoke to the next has the weight of its own record.
        for (text, wanted) in [
            ("spokes.sum(|s| s.weight + s.node.weight)", (|at| {
                Some(if at + 1 < LENGTH { at * 3 + 100 } else { 0 })
            }) as fn(usize) -> Option<usize>),
            ("spokes.filter(|s| s.to != ()).sum(|s| s.to.spokes.filter(|t| t.weight > s.weight).count())", |at| {
                Some(if at + 2 < LENGTH { 2 } else { 0 })
            }),
            ("spokes.max(|s| s.to.spokes.min(|t| t.weight))", |at| (at + 2 < LENGTH).then_some(at + 1)),
            ("spokes.first(|s| s.weight == weight).to.spokes.first(|s| s.weight == weight + 1).to.weight", |at| {
                (at + 2 < LENGTH).then_some(at + 2)
            }),
            ("peers.sum(|p| p.peers.sum(|q| q.weight * weight))", |at| Some(if at + 2 < LENGTH { (at + 2) * at } else { 0 })),
            ("if spokes.all(|s| s.to == () || s.to.weight == weight + 1) { kids.count() + notes.count() } else { -1 }", |at| {
                Some(if at == 0 { 0 } else { 2 })
            }),
        ] {
            let body = json!({"select": [{"name": "v", "expression": text}], "sort": ["title"]});
            let items = list(&app.admin, body).await;
            for (at, item) in items.iter().enumerate() {
                assert_eq!(item["v"], wanted(at).map_or(Value::Null, |wanted| json!(wanted)), "{text} of {}", title(at));
            }
        }
    }

    async fn a_longer_path_is_refused_with_the_limit(app: App) {
        fill(&app).await;
        for (way, each, _) in WAYS {
            let text = path(way, each, HOPS + each);
            let answer = app.admin.post("/api/records/node/query", json!({"filter": format!("{text} == ()")})).await;
            let body = answer.expect(400);
            assert_eq!(body["errors"][0]["code"], "expression.too_many_hops", "{way}");
            assert!(body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("16")), "{body}");
        }
        for way in ["parent", "about.as_node", "kids", "spokes.to.parent"] {
            let text = format!("{}.title", vec![way; 17].join("."));
            for body in [json!({"select": [text]}), json!({"sort": [text]})] {
                let answer = app.admin.post("/api/records/node/query", body).await.expect(400);
                assert_eq!(answer["errors"][0]["code"], "query.path_too_long", "{way}");
                assert!(answer["errors"][0]["message"].as_str().is_some_and(|text| text.contains("16")), "{answer}");
            }
            let answer = app.admin.post("/api/records/node/aggregate", json!({"group_by": [text]})).await;
            assert_eq!(answer.problem(400), ["/group_by/0/path query.path_too_long"]);
        }
    }
}
