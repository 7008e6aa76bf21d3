//! Datasets: rows composed of records when they are read, as far as whoever reads may read those.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "secret", "type": "text"},
            {"name": "region", "type": "link", "target": "region", "inverse": "companies"}]},
        {"kind": "entity", "name": "product", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "number", "type": "integer"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new", "label": {"en": "New"}}, {"value": "won"}]},
            {"name": "close_date", "type": "date"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "tags", "type": "links", "target": "region", "inverse": "tagged"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": {"mode": "dynamic", "expression": "items.sum(|i| i.price * i.quantity)"}}]},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "product", "type": "link", "target": "product"},
            {"name": "price", "type": "decimal", "scale": 3}, {"name": "quantity", "type": "integer"}]},
        {"kind": "entity", "name": "plan", "fields": [
            {"name": "region", "type": "link", "target": "region"}, {"name": "month", "type": "integer"},
            {"name": "amount", "type": "money"}]},
        {"kind": "entity", "name": "payment", "fields": [
            {"name": "paid_on", "type": "date"}, {"name": "sum", "type": "decimal", "scale": 4},
            {"name": "company", "type": "link", "target": "company"}]},
        by_region(), lines(), moves(), plan_fact(), above()
    ])
}

/// Groups over paths, with a condition, an expression over the row, and a condition on the rows.
fn by_region() -> Value {
    json!({"kind": "dataset", "name": "by_region", "label": {"en": "Sales of a region"}, "fields": [
        {"name": "region"}, {"name": "deals", "aggregate": "count"}, {"name": "amount", "aggregate": "sum"},
        {"name": "average", "aggregate": "avg"}, {"name": "first", "aggregate": "min"}, {"name": "last", "aggregate": "max"},
        {"name": "stages", "aggregate": "count_distinct"},
        {"name": "share", "type": "percent", "scale": 4, "expression": "amount / (deals * 100)"},
        {"name": "twice", "expression": "share * 2"}],
        "parts": [{"entity": "deal", "filter": "number > 0", "values": {"region": "company.region", "amount": "amount",
            "average": "amount", "first": "close_date", "last": "title", "stages": "stage"}}]})
}

/// Along relations to many, one of them optional and many-to-many.
fn lines() -> Value {
    json!({"kind": "dataset", "name": "line", "fields": [
        {"name": "title"}, {"name": "stage"}, {"name": "product"}, {"name": "cost", "type": "money"}, {"name": "tag"}],
        "parts": [{"entity": "deal", "joins": [{"name": "i", "through": "items"}, {"name": "t", "through": "tags", "optional": true}],
            "values": {"title": "title", "stage": "stage", "product": "i.product", "cost": "i.price * i.quantity", "tag": "t.name"}}]})
}

/// Parts below one another.
fn moves() -> Value {
    json!({"kind": "dataset", "name": "move", "title": "what", "fields": [
        {"name": "what"}, {"name": "on"}, {"name": "amount"}, {"name": "company"}, {"name": "stage"}],
        "parts": [
            {"entity": "deal", "filter": "stage == \"won\"",
             "values": {"what": "\"sold: \" + title", "on": "close_date", "amount": "amount", "company": "company", "stage": "stage"}},
            {"entity": "payment", "values": {"what": "\"paid\"", "on": "paid_on", "amount": "-sum", "company": "company"}}]})
}

/// By equal values of two datasets and an entity.
fn plan_fact() -> Value {
    json!({"kind": "dataset", "name": "plan_fact", "fields": [
        {"name": "region"}, {"name": "planned"}, {"name": "fact"}],
        "parts": [{"entity": "plan", "joins": [{"name": "r", "entity": "by_region", "on": [{"left": "region", "right": "region"}], "optional": true}],
            "filter": "month == 1", "values": {"region": "region", "planned": "amount", "fact": "r.amount ?? 0.0"}}]})
}

fn above() -> Value {
    json!({"kind": "dataset", "name": "above", "fields": [{"name": "region"}, {"name": "amount", "aggregate": "sum"}],
        "having": "amount > 100", "parts": [{"entity": "deal", "values": {"region": "company.region.name", "amount": "amount"}}]})
}

async fn made(app: &App, entity: &str, values: Value) -> Value {
    app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
}

async fn fill(app: &App) {
    app.publish(documents()).await;
    let north = made(app, "region", json!({"name": "North"})).await;
    let south = made(app, "region", json!({"name": "South"})).await;
    let acme = made(app, "company", json!({"name": "Acme", "region": north, "secret": "s1"})).await;
    let zeta = made(app, "company", json!({"name": "Zeta", "region": south, "secret": "s2"})).await;
    let (tea, salt) =
        (made(app, "product", json!({"name": "Tea"})).await, made(app, "product", json!({"name": "Salt"})).await);
    let deals = [
        (
            "a",
            "10.10",
            1,
            "new",
            "2026-01-31",
            Some(&acme),
            json!([{"product": tea, "price": "1.005", "quantity": 2}, {"product": salt, "price": "0.333", "quantity": 3}]),
        ),
        ("b", "20.20", 2, "won", "2026-02-28", Some(&acme), json!([{"product": tea, "price": "5", "quantity": 1}])),
        ("c", "300", 3, "won", "2026-03-01", Some(&zeta), json!([])),
        ("d", "7", 4, "new", "2026-03-02", None, json!([])),
        ("e", "1000", 0, "new", "2026-03-02", Some(&zeta), json!([])),
    ];
    for (title, amount, number, stage, close, company, items) in deals {
        let tags = if title == "a" { json!([north, south]) } else { json!([]) };
        made(
            app,
            "deal",
            json!({"title": title, "amount": amount, "number": number, "stage": stage, "close_date": close,
            "company": company, "items": items, "tags": tags}),
        )
        .await;
    }
    for (region, month, amount) in [(&north, 1, "100"), (&south, 1, "200"), (&south, 2, "900")] {
        made(app, "plan", json!({"region": region, "month": month, "amount": amount})).await;
    }
    made(app, "payment", json!({"paid_on": "2026-02-01", "sum": "12.3456", "company": acme})).await;
}

async fn rows(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("/api/records/{query}")).await.expect(200)["items"].as_array().expect("items").clone()
}

/// The values of rows, one text for each row.
fn told(rows: &[Value], names: &[&str]) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::Object(link) => link["title"].as_str().unwrap_or("?").to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(|row| names.iter().map(|name| word(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}

every_database! {
    async fn rows_are_grouped_joined_and_put_below_one_another(app: App) {
        fill(&app).await;
        let names = ["region", "deals", "amount", "average", "first", "last", "stages", "share", "twice"];
        let found = rows(&app.admin, "by_region?sort=region&select=region,deals,amount,average,first,last,stages,share,twice").await;
        assert_eq!(told(&found, &names), [
            "North 2 30.30 15.15 2026-01-31 b 2 0.1515 0.303000",
            "South 1 300.00 300.00 2026-03-01 c 1 3.0000 6.000000",
            "null 1 7.00 7.00 2026-03-02 d 1 0.0700 0.140000"]);
        let found = rows(&app.admin, "line?sort=title,product,tag&select=title,stage,product,cost,tag").await;
        assert_eq!(told(&found, &["title", "stage", "product", "cost", "tag"]), [
            "a new Salt 1.00 North", "a new Salt 1.00 South", "a new Tea 2.01 North", "a new Tea 2.01 South", "b won Tea 5.00 null"]);
        let found = rows(&app.admin, "move?sort=on").await;
        assert_eq!(told(&found, &["what", "on", "amount", "company", "stage"]), [
            "paid 2026-02-01 -12.345600 Acme null", "sold: b 2026-02-28 20.200000 Acme won", "sold: c 2026-03-01 300.000000 Zeta won"]);
        let found = rows(&app.admin, "plan_fact?sort=region").await;
        assert_eq!(told(&found, &["region", "planned", "fact"]), ["North 100.00 30.300000", "South 200.00 300.000000"]);
        let found = rows(&app.admin, "above").await;
        assert_eq!(told(&found, &["region", "amount"]), ["South 1300.00"]);
    }
}

every_database! {
    async fn whatever_reads_an_entity_reads_a_dataset(app: App) {
        fill(&app).await;
        // In order, page by page, each row once and by its identity.
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.admin.get(&format!("/api/records/by_region?limit=1&count=exact&cursor={cursor}")).await.expect(200);
            assert_eq!(page["count"], 3);
            let row = &page["items"][0];
            let one = app.admin.get(&format!("/api/records/by_region/{}", row["id"].as_str().expect("an id"))).await.expect(200);
            assert_eq!(one["amount"], row["amount"]);
            assert_eq!(one["share"], row["share"]);
            names.extend(told(std::slice::from_ref(row), &["region"]));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(names, ["North", "South", "null"]);
        let count = async |query: &str| app.admin.get(&format!("/api/records/{query}")).await.expect(200)["items"].as_array().expect("items").len();
        assert_eq!(count("by_region?filter=region.name == \"North\" %26%26 share > 0.1").await, 1);
        assert_eq!(count("by_region?filter=region.companies.any(|c| c.name == \"Zeta\")").await, 1);
        assert_eq!(count("line?quick=salt").await, 0, "a link is no text");
        assert_eq!(count("line?quick=sou").await, 2);
        assert_eq!(app.admin.get("/api/records/line?count=estimated").await.expect(200)["count"], 5);
        // Groups over groups, sums that are exact.
        let groups = app.admin.post("/api/records/line/aggregate", json!({"group_by": ["stage"], "measures": [{"name": "cost", "expression": "sum(cost)"}, {"name": "n", "expression": "count()"}]})).await.expect(200);
        assert_eq!(groups["items"], json!([{"stage": "new", "cost": "6.02", "n": 4}, {"stage": "won", "cost": "5", "n": 1}]));
        let months = json!({"group_by": [{"path": "on", "by": "month"}], "measures": [{"name": "s", "expression": "sum(amount)"}], "totals": true});
        let groups = app.admin.post("/api/records/move/aggregate", months).await.expect(200);
        assert_eq!(groups["items"].as_array().expect("items").last().expect("a total")["s"], "307.8544");
        let query = json!({"select": ["what", {"name": "m", "expression": "on.month()"}], "filter": "company.region.name == \"South\"", "sort": ["-m"]});
        assert_eq!(app.admin.post("/api/records/move/query", query).await.expect(200)["items"], json!([{"what": "sold: c", "m": 3}]));
        // To a file.
        let job = app.admin.post("/api/exports", json!({"entity": "by_region", "format": "csv"})).await.expect(202);
        let job = app.finish(job["id"].as_str().expect("an id")).await;
        assert_eq!((&job["state"], &job["done"]), (&json!("done"), &json!(3)), "{job}");
        // On another node, and by a script.
        let (_engine, other) = app.another_node().await;
        assert_eq!(other.get("/api/records/above").await.expect(200)["items"][0]["amount"], "1300.00");
        let script = json!([{"kind": "script", "name": "best", "source": "fn get() { let told = []; for row in find(\"by_region\", \"amount > 100\") { told.push(row.region.name + \" \" + row.amount.to_string()); } told }",
            "endpoints": [{"method": "GET", "path": "best", "function": "get"}]}]);
        app.publish(script).await;
        assert_eq!(app.admin.get("/api/x/best").await.expect(200), json!(["South 300"]));
    }
}

every_database! {
    async fn nobody_writes_to_a_dataset(app: App) {
        fill(&app).await;
        let id = app.admin.get("/api/records/by_region").await.expect(200)["items"][0]["id"].as_str().expect("an id").to_owned();
        let at = format!("/api/records/by_region/{id}");
        assert_eq!(app.admin.post("/api/records/by_region", json!({"amount": "1"})).await.problem(403), ["record.create_forbidden"]);
        assert_eq!(app.admin.patch(&at, json!({"version": 1, "amount": "1"})).await.problem(403), ["record.update_forbidden"]);
        assert_eq!(app.admin.delete(&at).await.problem(403), ["record.delete_forbidden"]);
        assert_eq!(app.admin.get(&format!("{at}/history")).await.problem(404), ["record.composed"]);
        assert_eq!(app.admin.get(&format!("{at}/access?user={id}&operation=read")).await.problem(404), ["record.composed"]);
        let link = json!([{"kind": "entity", "name": "note", "fields": [{"name": "about", "type": "link", "target": "by_region"}]}]);
        assert_eq!(app.admin.put("/api/meta/drafts/entity/note", link[0].clone()).await.expect(200)["problems"][0]["code"], "reference.unknown_entity");
        assert_eq!(app.admin.get("/api/search?q=Acme&entities=move").await.problem(400), ["/entities search.unknown_entity"]);
    }
}

fn roles() -> Value {
    let deals = json!({"read": "owner == user", "create": true, "fields": {"number": "none"}});
    json!([
        {"kind": "role", "name": "seller", "rights": ["use"], "entities": {"deal": deals, "item": {"read": true, "create": true}, "company": {"read": "name == \"Acme\"", "fields": {"secret": "none"}},
            "region": {"read": true}, "payment": {"read": true}, "by_region": {"read": true}, "line": {"read": true}, "move": {"read": "amount > 0"}, "secrets": {"read": true}, "above": {"read": true}}},
        {"kind": "role", "name": "outsider", "rights": ["use"], "entities": {"by_region": {"read": true}, "move": {"read": true}, "payment": {"read": true}}},
        {"kind": "role", "name": "all", "rights": ["use"], "entities": {"*": {"read": "owner == user"}, "company": {"read": true}, "region": {"read": true}}},
        {"kind": "dataset", "name": "secrets", "parts": [{"entity": "company", "values": {"name": "name", "secret": "secret"}}],
         "fields": [{"name": "name"}, {"name": "secret"}, {"name": "loud", "expression": "secret.to_upper()"}]}
    ])
}

every_database! {
    async fn a_reader_gets_what_may_be_read_of_the_records(app: App) {
        fill(&app).await;
        app.publish(roles()).await;
        let seller = app.user("seller@example.com", &["seller"]).await;
        let own = seller.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
        let region = app.admin.get("/api/records/region?sort=name").await.expect(200)["items"][0]["id"].clone();
        let acme = app.admin.get("/api/records/company?sort=name").await.expect(200)["items"][0]["id"].clone();
        let zeta = app.admin.get("/api/records/company?sort=name").await.expect(200)["items"][1]["id"].clone();
        for (title, amount, company) in [("mine", "5.50", &acme), ("hidden company", "90", &zeta)] {
            app.admin.post("/api/records/deal", json!({"owner": own, "title": title, "amount": amount, "stage": "won", "company": company, "close_date": "2026-05-05"})).await.expect(201);
        }
        // What a part narrows by is hidden from them: no row is theirs to read, and the dataset is not there.
        assert_eq!(seller.get("/api/records/by_region").await.problem(404), ["record.unknown_entity"]);
        // Of own deals only; a hidden company leads to no region.
        let found = rows(&seller, "above").await;
        assert_eq!(told(&found, &["region", "amount"]), Vec::<String>::new());
        let found = rows(&seller, "move").await;
        assert_eq!(told(&found, &["what", "amount", "company"]), ["sold: hidden company 90.000000 ?", "sold: mine 5.500000 Acme"]);
        // A hidden field is not there, nor what is calculated from it.
        let found = rows(&seller, "secrets").await;
        assert_eq!(found.iter().map(|row| row.as_object().expect("a row").keys().cloned().collect::<Vec<_>>()).collect::<Vec<_>>(), [["id", "name"]]);
        for name in ["secret", "loud"] {
            assert_eq!(seller.get(&format!("/api/records/secrets?select={name}")).await.problem(400), ["/select/0 query.unknown_name"]);
            assert_eq!(seller.get(&format!("/api/records/secrets?filter={name} == \"s1\"")).await.problem(400), ["/filter expression.unknown_name"]);
        }
        let catalog = seller.get("/api/meta/catalog").await.expect(200);
        let known = catalog["entities"].as_array().expect("entities");
        assert!(known.iter().all(|entity| entity["name"] != "by_region" && entity["name"] != "plan_fact"));
        let secrets = known.iter().find(|entity| entity["name"] == "secrets").expect("a dataset");
        assert_eq!((&secrets["dataset"], secrets["fields"].as_array().expect("fields").len()), (&json!(true), 2));
        // Of two parts the one that may be read; without any it is not there.
        let outsider = app.user("out@example.com", &["outsider"]).await;
        assert_eq!(told(&rows(&outsider, "move").await, &["what", "amount", "on"]), ["paid -12.345600 2026-02-01"]);
        assert_eq!(outsider.get("/api/records/move?select=stage").await.problem(400), ["/select/0 query.unknown_name"]);
        assert_eq!(outsider.get("/api/records/by_region").await.problem(404), ["record.unknown_entity"]);
        // What `*` opens under a condition is narrowed by that on the records themselves.
        let all = app.user("all@example.com", &["all"]).await;
        assert_eq!(rows(&all, "by_region").await, Vec::<Value>::new());
        assert_eq!(rows(&all, "secrets").await.len(), 2);
        assert_eq!(seller.get(&format!("/api/records/region/{}", region.as_str().expect("an id"))).await.expect(200)["name"], "North");
    }
}

every_database! {
    async fn renames_reach_datasets_and_what_they_use_stays(app: App) {
        fill(&app).await;
        let mut deal = document(&app, "entity/deal").await;
        deal["name"] = json!("sale");
        deal["fields"][1]["name"] = json!("worth");
        deal["fields"][7]["name"] = json!("lines");
        let mut region = document(&app, "dataset/by_region").await;
        region["name"] = json!("by_area");
        region["fields"][0]["name"] = json!("area");
        region["parts"][0]["values"] = json!({"area": "company.region", "amount": "worth", "average": "worth", "first": "close_date", "last": "title", "stages": "stage"});
        region["parts"][0]["entity"] = json!("sale");
        app.publish(json!([deal, region])).await;
        assert_eq!(told(&rows(&app.admin, "plan_fact").await, &["region", "fact"]), ["North 30.300000", "South 300.000000"]);
        assert_eq!(rows(&app.admin, "line").await.len(), 5);
        let line = document(&app, "dataset/line").await;
        assert_eq!((&line["parts"][0]["entity"], &line["parts"][0]["joins"][0]["through"]), (&json!("sale"), &json!("lines")));
        let plan = document(&app, "dataset/plan_fact").await;
        let join = &plan["parts"][0]["joins"][0];
        assert_eq!((&join["entity"], &join["on"][0]["right"]), (&json!("by_area"), &json!("area")));
        // What a dataset uses cannot go before it.
        let mut sale = document(&app, "entity/sale").await;
        sale["fields"].as_array_mut().expect("fields").remove(1);
        app.admin.put("/api/meta/drafts", json!([sale])).await.expect(200);
        let found = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(!found.is_empty() && found.iter().all(|told| told.contains("plan.still_used") || told.contains("expression.unknown_name")), "{found:?}");
        let used = app.admin.get("/api/meta/drafts/entity/sale/usage").await;
        assert_eq!(used.status, 200, "{}", used.body);
    }
}

async fn document(app: &App, path: &str) -> Value {
    let mut found = app.admin.get(&format!("/api/meta/drafts/{path}")).await.expect(200);
    found.as_object_mut().expect("a document").retain(|key, _| !["state", "problems"].contains(&key.as_str()));
    found
}

async fn told_of(app: &App, dataset: Value) -> Vec<String> {
    let answer = app
        .admin
        .put(&format!("/api/meta/drafts/dataset/{}", dataset["name"].as_str().expect("a name")), dataset.clone())
        .await;
    let problems = if answer.status == 200 { answer.body["problems"].clone() } else { answer.body["errors"].clone() };
    let place = |it: &Value| {
        it["path"]
            .as_str()
            .or(it["pointer"].as_str())
            .unwrap_or_default()
            .replace("/0/parts", "/parts")
            .replace("/0/fields", "/fields")
    };
    let mut found: Vec<String> = problems
        .as_array()
        .expect("problems")
        .iter()
        .map(|it| format!("{} {}", place(it), it["code"].as_str().unwrap_or_default()))
        .collect();
    found.sort();
    found
}

every_database! {
    async fn every_mistake_is_told_with_its_place(app: App) {
        app.publish(documents()).await;
        let found = told_of(&app, json!({"kind": "dataset", "name": "wrong", "parts": [
            {"entity": "deall", "values": {"a": "title"}},
            {"entity": "deal", "filter": "stag == 1", "joins": [{"name": "i", "through": "company"}], "values": {"a": "amount"}},
            {"entity": "deal", "joins": [{"name": "p", "entity": "plan", "on": [{"left": "title", "right": "month"}]}], "values": {"a": "p.month"}},
            {"entity": "deal", "values": {"a": "items", "b": "title", "c": "close_date"}}],
            "fields": [{"name": "a"}, {"name": "b", "aggregate": "sum"}, {"name": "c", "type": "money"}, {"name": "d", "expression": "e"}, {"name": "e", "expression": "d"}]})).await;
        assert_eq!(found, [
            "/fields/1 dataset.aggregate_type", "/fields/2 dataset.type_differs",
            "/parts/0/entity reference.unknown_entity", "/parts/1/joins/0/through expression.no_relation",
            "/parts/2/joins/0/on/0/right dataset.pair_types", "/parts/3/values/a expression.many_records"]);
        let found = told_of(&app, json!({"kind": "dataset", "name": "worse", "title": "nope", "parts": [
            {"entity": "deal", "joins": [{"name": "i"}, {"name": "i", "through": "items", "on": [{"left": "a", "right": "b"}]}, {"name": "k", "entity": "plan"}], "values": {"a": "title", "x": "title", "d": "title"}}],
            "fields": [{"name": "a", "scale": 2}, {"name": "a"}, {"name": "b"}, {"name": "owner", "type": "links"}, {"name": "d", "aggregate": "sum", "expression": "a"}]})).await;
        assert_eq!(found, [
            "/fields/0/scale dataset.option_not_for_type", "/fields/1/name field.duplicate_name", "/fields/2 dataset.field_without_value",
            "/fields/3 dataset.field_without_value", "/fields/3/name field.reserved_name", "/fields/3/type dataset.type", "/fields/4/expression dataset.two_sources",
            "/parts/0/joins/0 dataset.join_source", "/parts/0/joins/1/name dataset.join_name", "/parts/0/joins/1/on dataset.pairs_beside_relation",
            "/parts/0/joins/2 dataset.join_without_pairs", "/parts/0/values/d dataset.value_beside_expression", "/parts/0/values/x reference.unknown_field", "/title reference.unknown_field"].map(str::to_owned).into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
        let found = told_of(&app, json!({"kind": "dataset", "name": "round", "parts": [{"entity": "deal", "values": {"a": "title"}}],
            "fields": [{"name": "a"}, {"name": "d", "expression": "e"}, {"name": "e", "expression": "d"}, {"name": "f", "expression": "a.to_upper()"}]})).await;
        assert_eq!(found, ["/fields/1/expression dataset.expression_circle"]);
        // Circles and names, over all documents.
        let one = |name: &str, reads: &str| json!({"kind": "dataset", "name": name, "parts": [{"entity": reads, "values": {"a": "id"}}], "fields": [{"name": "a"}]});
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        app.admin.put("/api/meta/drafts", json!([one("ring", "round"), one("round", "ring"), one("deal", "plan")])).await.expect(200);
        let found = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(found.contains(&"/parts dataset.circle".to_owned()) && found.contains(&"/name dataset.entity_name".to_owned()), "{found:?}");
    }
}

every_database! {
    async fn a_dataset_is_tried_while_it_is_drawn(app: App) {
        fill(&app).await;
        let call = async |client: &Client, document: Value| client.post("/api/meta/datasets/preview", document).await;
        let mut drawn = by_region();
        drawn["name"] = json!("drawn");
        let sample = call(&app.admin, drawn.clone()).await.expect(200);
        assert_eq!(told(sample["items"].as_array().expect("rows"), &["region", "amount"]), ["North 30.30", "South 300.00", "null 7.00"]);
        assert_eq!((&sample["fields"][3]["name"], &sample["fields"][3]["type"]), (&json!("amount"), &json!("money")));
        assert_eq!(sample["problems"], json!([]));
        // Over a dataset that is in the draft only; nothing of it is published.
        app.admin.put("/api/meta/drafts", json!([drawn])).await.expect(200);
        let over = json!({"kind": "dataset", "name": "over", "parts": [{"entity": "drawn", "values": {"n": "deals"}}], "fields": [{"name": "n", "aggregate": "sum"}]});
        assert_eq!(call(&app.admin, over.clone()).await.expect(200)["items"][0]["n"], 4);
        assert_eq!(app.admin.get("/api/records/drawn").await.problem(404), ["record.unknown_entity"]);
        let mut wrong = over;
        wrong["parts"][0]["values"]["n"] = json!("deal");
        let sample = call(&app.admin, wrong).await.expect(200);
        assert_eq!((&sample["problems"][0]["path"], &sample["problems"][0]["code"], &sample["items"]), (&json!("/parts/0/values/n"), &json!("expression.unknown_name"), &json!([])));
        assert_eq!(call(&app.admin, json!({"kind": "role", "name": "x"})).await.problem(422), ["/kind document.unknown_kind"]);
        let designer = app.user("designer@example.com", &["designer"]).await;
        assert_eq!(call(&designer, by_region()).await.expect(200)["items"], json!([]), "who draws need not be able to read");
    }

    async fn who_reads_audited_fields_by_a_dataset_is_told(app: App) {
        app.publish(json!([
            {"kind": "entity", "name": "person", "title": "name", "fields": [{"name": "name", "type": "text"}, {"name": "pay", "type": "money", "audit_reads": true},
                {"name": "twice", "type": "money", "formula": {"mode": "dynamic", "expression": "pay * 2"}}]},
            {"kind": "dataset", "name": "wages", "parts": [{"entity": "person", "values": {"name": "name", "sum": "twice"}}],
             "fields": [{"name": "name"}, {"name": "sum", "aggregate": "sum"}, {"name": "high", "expression": "sum > 10"}]}])).await;
        made(&app, "person", json!({"name": "Ann", "pay": "7"})).await;
        let told = async || {
            let found = app.admin.get("/api/records/audit_event?filter=operation == \"read\"&select=id").await.expect(200);
            found["items"].as_array().expect("events").len()
        };
        app.admin.get("/api/records/wages?select=name").await.expect(200);
        assert_eq!(told().await, 0);
        app.admin.get("/api/records/wages?select=sum").await.expect(200);
        app.admin.get("/api/records/wages?select=name&filter=high").await.expect(200);
        assert_eq!(told().await, 2);
    }
}

every_database! {
    async fn the_far_side_of_a_link_sees_the_rows(app: App) {
        let mut documents = documents();
        let all = documents.as_array_mut().expect("documents");
        all.iter_mut().find(|it| it["name"] == "by_region").expect("a dataset")["fields"][0]["inverse"] = json!("sales");
        let dynamic = |expression: &str| json!({"mode": "dynamic", "expression": expression});
        all[0]["fields"].as_array_mut().expect("fields").push(json!({"name": "sold", "type": "money", "formula": dynamic("sales.sum(|s| s.amount)")}));
        all[0]["rules"] = json!([{"name": "quiet", "when": "name == \"Loud\" && sales.any(|s| s.deals > 1)", "message": {"en": "Too many deals"}}]);
        app.publish(documents).await;
        let north = made(&app, "region", json!({"name": "North"})).await;
        let acme = made(&app, "company", json!({"name": "Acme", "region": north})).await;
        for amount in ["1.50", "2.25"] {
            made(&app, "deal", json!({"title": amount, "amount": amount, "number": 1, "company": acme})).await;
        }
        let at = format!("/api/records/region/{}", north.as_str().expect("an id"));
        let region = app.admin.get(&format!("{at}?select=sold,sales.deals,version")).await.expect(200);
        assert_eq!((&region["sold"], &region["sales.deals"]), (&json!("3.75"), &json!([2])));
        let found = app.admin.get("/api/records/region?filter=sales.any(|s| s.amount > 3)&sort=-sold&select=name").await.expect(200);
        assert_eq!(found["items"], json!([{"name": "North"}]));
        let related = json!({"select": ["name", {"path": "sales", "select": ["deals", "amount"]}]});
        let found = app.admin.post("/api/records/region/query", related).await.expect(200);
        assert_eq!(found["items"][0]["sales"], json!([{"deals": 2, "amount": "3.75"}]));
        let refused = app.admin.patch(&at, json!({"version": region["version"], "name": "Loud"})).await.problem(422);
        assert_eq!(refused, ["record.rule"]);
        // Kept values would not follow, and nothing may go round.
        let told = async |field: Value| {
            let mut region = document(&app, "entity/region").await;
            region["fields"].as_array_mut().expect("fields").push(field);
            app.admin.put("/api/meta/drafts/entity/region", region).await.expect(200);
            let told = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
            app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
            told
        };
        let kept = json!({"name": "kept", "type": "money", "formula": {"mode": "stored", "expression": "sales.sum(|s| s.amount)"}});
        assert_eq!(told(kept).await, ["/fields/2/formula/expression formula.stored_reads_dataset"]);
        let mut round = document(&app, "dataset/by_region").await;
        round["parts"][0]["values"]["amount"] = json!("company.region.sold");
        app.admin.put("/api/meta/drafts", json!([round])).await.expect(200);
        assert_eq!(app.admin.post("/api/meta/plan", json!({})).await.problem(422), ["/fields/1/formula/expression formula.circle"]);
    }
}

every_database! {
    async fn measures_count_the_rows_of_a_dataset(app: App) {
        fill(&app).await;
        app.publish(json!([
            {"kind": "measure", "name": "sold", "entity": "by_region", "expression": "sum(amount)", "filter": "deals > 1"},
            {"kind": "measure", "name": "regions", "entity": "by_region", "expression": "count()"}])).await;
        let value = async |name: &str| app.admin.post(&format!("/api/measures/{name}"), json!({})).await.expect(200)["value"].clone();
        assert_eq!((value("sold").await, value("regions").await), (json!("30.3"), json!("3")));
        // In a formula of an entity; and none that would count itself.
        let mut product = document(&app, "entity/product").await;
        let fields = product["fields"].as_array_mut().expect("fields");
        fields.push(json!({"name": "all", "type": "integer", "formula": {"mode": "dynamic", "expression": "measure(\"regions\")"}}));
        app.publish(json!([product])).await;
        let found = app.admin.get("/api/records/product?select=all&limit=1").await.expect(200);
        assert_eq!(found["items"], json!([{"all": 3}]));
        let mut region = document(&app, "dataset/by_region").await;
        region["parts"][0]["joins"] = json!([{"name": "line", "through": "items"}]);
        region["parts"][0]["values"]["average"] = json!("line.product.all");
        app.admin.put("/api/meta/drafts", json!([region])).await.expect(200);
        let told = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(told.contains(&"/fields/1/formula/expression formula.circle".to_owned()), "{told:?}");
        let mut region = document(&app, "dataset/by_region").await;
        region["parts"][0]["joins"] = json!([]);
        region["parts"][0]["values"]["average"] = json!("measure(\"sold\")");
        let told = told_of(&app, region).await;
        assert_eq!(told, ["/parts/0/values/average expression.no_measures"]);
    }
}
