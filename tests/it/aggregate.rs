//! Groups of records: exact sums, parts of dates, conditions on groups, totals, and the way back to the records.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "city", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "city", "type": "link", "target": "city", "inverse": "companies"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"},
            {"name": "amount", "type": "money"},
            {"name": "quantity", "type": "integer"},
            {"name": "rate", "type": "decimal", "precision": 26, "scale": 10},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "close_date", "type": "date"},
            {"name": "called_at", "type": "datetime"},
            {"name": "hot", "type": "boolean"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "tags", "type": "links", "target": "city"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "fields": {"rate": "none"}}, "company": {"read": "name == \"Acme\""}}}
    ])
}

type Deal = (&'static str, Option<&'static str>, i64, &'static str, Option<&'static str>, usize);

/// Deals: title, amount, quantity, stage, close date, company of two.
const DEALS: [Deal; 7] = [
    ("a \"one\"", Some("10.10"), 1, "new", Some("2026-01-31"), 0),
    ("b", Some("20.20"), 2, "won", Some("2026-02-01"), 0),
    ("c", Some("0.30"), 3, "won", Some("2026-02-28"), 1),
    ("d", None, 4, "new", None, 1),
    ("e", Some("1000"), 5, "won", Some("2026-04-01"), 0),
    ("f", Some("-5.55"), 6, "new", Some("2025-12-31"), 1),
    ("б", Some("20.20"), 7, "won", Some("2026-02-02"), 9),
];

async fn fill(app: &App) {
    app.publish(documents()).await;
    let make = async |entity: &str, values: Value| {
        app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
    };
    let graz = make("city", json!({"name": "Graz"})).await;
    let companies =
        [make("company", json!({"name": "Acme", "city": graz})).await, make("company", json!({"name": "Zeta"})).await];
    for (title, amount, quantity, stage, close, company) in DEALS {
        let values = json!({"title": title, "amount": amount, "quantity": quantity, "stage": stage, "close_date": close,
            "rate": format!("0.{quantity}"), "company": companies.get(company),
            "called_at": close.map(|date| format!("{date}T23:30:00Z"))});
        make("deal", values).await;
    }
}

async fn groups(client: &Client, body: Value) -> Vec<Value> {
    let answer = client.post("/api/records/deal/aggregate", body).await.expect(200);
    answer["items"].as_array().expect("items").clone()
}

async fn count(client: &Client, filter: &str) -> u64 {
    let body = json!({"filter": filter, "count": "exact", "select": ["id"]});
    client.post("/api/records/deal/query", body).await.expect(200)["count"].as_u64().expect("a count")
}

every_database! {
    async fn records_are_ordered_and_grouped_by_expressions(app: App) {
        fill(&app).await;
        let titles = async |client: &Client, select: Value, sort: &str| {
            let (mut titles, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let body = json!({"select": select, "sort": [sort], "limit": 2, "cursor": cursor});
                let page = client.post("/api/records/deal/query", body).await.expect(200);
                titles.extend(page["items"].as_array().expect("items").iter().map(|item| item["title"].as_str().expect("a title").to_owned()));
                cursor = page["next_cursor"].clone();
                if cursor.is_null() {
                    return titles.concat().replace("a \"one\"", "a");
                }
            }
        };
        let title = || json!(["title"]);
        // Empty values last either way, what is equal in the order of making.
        assert_eq!(titles(&app.admin, title(), "amount * amount - quantity").await, "cfaбbed");
        assert_eq!(titles(&app.admin, title(), "-(amount * amount - quantity)").await, "ebбafcd");
        assert_eq!(titles(&app.admin, title(), "company.deals.count()").await, "бabcdef");
        assert_eq!(titles(&app.admin, title(), "-if stage == \"won\" { title } else { () }").await, "ecbбadf");
        // By the name of what is selected, which is no field.
        let named = json!(["title", {"name": "rest", "expression": "quantity % 3"}]);
        assert_eq!(titles(&app.admin, named, "-rest").await, "beadбcf");
        // A value that all share orders nothing.
        assert_eq!(titles(&app.admin, title(), "1 + 1").await, "abcdefб");
        for (sort, mistake) in [
            ("company.deals.filter(|d| d.hot)", "/sort/0 expression.many_records"),
            ("(company)", "/sort/0 query.not_sortable"),
            ("amount +", "/sort/0 expression.ended"),
            ("amuont * 2", "/sort/0 expression.unknown_name"),
            ("rest", "/sort/0 query.unknown_name"),
        ] {
            let body = json!({"select": title(), "sort": [sort]});
            assert_eq!(app.admin.post("/api/records/deal/query", body).await.problem(400), [mistake]);
        }
        // A cursor belongs to what the name stood for.
        let page = json!({"select": [{"name": "n", "expression": "quantity % 3"}], "sort": ["n"], "limit": 2});
        let cursor = app.admin.post("/api/records/deal/query", page).await.expect(200)["next_cursor"].clone();
        let other = json!({"select": [{"name": "n", "expression": "quantity % 2"}], "sort": ["n"], "limit": 2, "cursor": cursor});
        assert_eq!(app.admin.post("/api/records/deal/query", other).await.problem(400), ["/cursor query.cursor"]);

        let items = groups(&app.admin, json!({
            "group_by": [{"path": "if amount > 15 { \"big\" } else { () }", "name": "size"}, "title.len() > 1"],
            "measures": [{"name": "n", "expression": "count()"}], "having": "size != () || n > 1", "drill": true,
        })).await;
        assert_eq!(items, [
            json!({"size": "big", "title.len() > 1": false, "n": 3,
                "_filter": "(if amount > 15 { \"big\" } else { () }) == \"big\" && (title.len() > 1) == false"}),
            json!({"size": null, "title.len() > 1": false, "n": 3,
                "_filter": "(if amount > 15 { \"big\" } else { () }) == () && (title.len() > 1) == false"}),
        ]);
        for item in &items {
            assert_eq!(json!(count(&app.admin, item["_filter"].as_str().expect("a filter")).await), item["n"]);
        }
        let cut = groups(&app.admin, json!({
            "group_by": [{"path": "add_days(close_date, 1)", "by": "month", "name": "month"}, {"path": "quantity * 10", "ranges": [30], "name": "range"}],
            "measures": [{"name": "n", "expression": "count()"}], "drill": true,
        })).await;
        assert_eq!(cut.len(), 6);
        for item in &cut {
            assert_eq!(json!(count(&app.admin, item["_filter"].as_str().expect("a filter")).await), item["n"]);
        }
        let refused = json!({"group_by": ["(company)", "amuont * 2"], "measures": []});
        assert_eq!(app.admin.post("/api/records/deal/aggregate", refused).await.problem(400), ["/group_by/0/path query.not_groupable", "/group_by/1/path expression.unknown_name"]);

        // What somebody may not read is unknown in an expression too.
        let clerk = app.user("clerk@example.com", &["sales"]).await;
        let hidden = json!({"select": title(), "sort": ["rate * 2"]});
        assert_eq!(clerk.post("/api/records/deal/query", hidden).await.problem(400), ["/sort/0 expression.unknown_name"]);
        let hidden = json!({"group_by": ["rate * 2"], "measures": [{"name": "n", "expression": "count()"}]});
        assert_eq!(clerk.post("/api/records/deal/aggregate", hidden).await.problem(400), ["/group_by/0/path expression.unknown_name"]);
    }

    async fn sums_are_exact_and_groups_in_order(app: App) {
        fill(&app).await;
        let items = groups(&app.admin, json!({
            "group_by": ["company.city.name", "stage"],
            "measures": [{"name": "total", "expression": "sum(amount)"}, {"name": "n", "expression": "count()"},
                {"name": "each", "expression": "sum(amount) / count(amount)"}, {"name": "pieces", "expression": "sum(quantity)"}],
        })).await;
        assert_eq!(items, [
            json!({"company.city.name": "Graz", "stage": "new", "total": "10.1", "n": 1, "each": "10.1", "pieces": 1}),
            json!({"company.city.name": "Graz", "stage": "won", "total": "1020.2", "n": 2, "each": "510.1", "pieces": 7}),
            json!({"company.city.name": null, "stage": "new", "total": "-5.55", "n": 2, "each": "-5.55", "pieces": 10}),
            json!({"company.city.name": null, "stage": "won", "total": "20.5", "n": 2, "each": "10.25", "pieces": 10}),
        ]);
        let all = groups(&app.admin, json!({"measures": [{"name": "n", "expression": "count()"}, {"name": "top", "expression": "max(amount)"}]})).await;
        assert_eq!(all, [json!({"n": 7, "top": "1000"})]);
        let none = groups(&app.admin, json!({"filter": "title == \"nothing\"", "measures": [
            {"name": "n", "expression": "count()"}, {"name": "s", "expression": "sum(amount)"}, {"name": "a", "expression": "avg(amount)"}]})).await;
        assert_eq!(none, [json!({"n": 0, "s": "0", "a": null})]);
        assert_eq!(groups(&app.admin, json!({"filter": "title == \"nothing\"", "group_by": ["stage"]})).await, Vec::<Value>::new());
    }

    async fn every_aggregate_has_its_value(app: App) {
        fill(&app).await;
        let items = groups(&app.admin, json!({"group_by": ["stage"], "measures": [
            {"name": "min", "expression": "min(amount)"}, {"name": "max_text", "expression": "max(title)"},
            {"name": "median", "expression": "median(amount)"}, {"name": "p", "expression": "percentile(quantity, 0.25)"},
            {"name": "distinct", "expression": "count_distinct(amount)"}, {"name": "first", "expression": "first(amount)"},
            {"name": "last", "expression": "last(title)"}, {"name": "last_rate", "expression": "last(rate)"},
            {"name": "avg", "expression": "avg(quantity)"}, {"name": "latest", "expression": "max(close_date)"},
            {"name": "mixed", "expression": "if max(quantity) > 6 { sum(amount * quantity) } else { 0 }"}]})).await;
        assert_eq!(items, [
            json!({"stage": "new", "min": "-5.55", "max_text": "f", "median": "2.275", "p": "2.5", "distinct": 2, "first": "10.1",
                "last": "f", "last_rate": "0.6", "avg": "3.666666666667", "latest": "2026-01-31", "mixed": "0"}),
            json!({"stage": "won", "min": "0.3", "max_text": "e", "median": "20.2", "p": "2.75", "distinct": 3, "first": "20.2",
                "last": "б", "last_rate": "0.7", "avg": "4.25", "latest": "2026-04-01", "mixed": "5182.7"}),
        ]);
    }

    async fn dates_are_grouped_by_their_parts(app: App) {
        fill(&app).await;
        let by = async |part: &str| {
            let items = groups(&app.admin, json!({"group_by": [{"path": "close_date", "by": part, "name": "on"}], "measures": [{"name": "n", "expression": "count()"}]})).await;
            items.iter().map(|item| format!("{} {}", item["on"].to_string().trim_matches('"'), item["n"])).collect::<Vec<_>>()
        };
        assert_eq!(by("year").await, ["2025-01-01 1", "2026-01-01 5", "null 1"]);
        assert_eq!(by("quarter").await, ["2025-10-01 1", "2026-01-01 4", "2026-04-01 1", "null 1"]);
        assert_eq!(by("month").await, ["2025-12-01 1", "2026-01-01 1", "2026-02-01 3", "2026-04-01 1", "null 1"]);
        assert_eq!(by("week").await, ["2025-12-29 1", "2026-01-26 2", "2026-02-02 1", "2026-02-23 1", "2026-03-30 1", "null 1"]);
        assert_eq!(by("weekday").await, ["1 1", "3 2", "6 2", "7 1", "null 1"]);
        let hours = groups(&app.admin, json!({"group_by": [{"path": "called_at", "by": "hour"}], "measures": [{"name": "n", "expression": "count()"}]})).await;
        assert_eq!(hours, [json!({"called_at": 23, "n": 6}), json!({"called_at": null, "n": 1})]);
    }

    async fn groups_are_kept_by_a_condition_and_put_in_order(app: App) {
        fill(&app).await;
        let items = groups(&app.admin, json!({
            "group_by": ["company", "stage"], "measures": [{"name": "total", "expression": "sum(amount)"}],
            "having": "total > 0 && count() >= 1 && stage == \"won\"", "sort": ["-total"], "limit": 2,
        })).await;
        assert_eq!(items.len(), 2);
        assert_eq!(items[0]["total"], "1020.2");
        assert_eq!(items[0]["company"]["title"], "Acme");
        assert_eq!(items[1], json!({"company": null, "stage": "won", "total": "20.2"}));
    }

    async fn totals_are_of_all_records_below(app: App) {
        fill(&app).await;
        let items = groups(&app.admin, json!({
            "group_by": ["stage", {"path": "quantity", "ranges": [3, 6]}],
            "measures": [{"name": "m", "expression": "median(amount)"}, {"name": "n", "expression": "count()"}], "totals": true,
        })).await;
        let levels: Vec<(Value, Value, Value, Value)> = items.iter()
            .map(|item| (item["_level"].clone(), item["stage"].clone(), item["quantity"].clone(), item["n"].clone())).collect();
        assert_eq!(levels, [
            (json!(2), json!("new"), json!({"from": null, "to": "3"}), json!(1)),
            (json!(2), json!("new"), json!({"from": "3", "to": "6"}), json!(1)),
            (json!(2), json!("new"), json!({"from": "6", "to": null}), json!(1)),
            (json!(2), json!("won"), json!({"from": null, "to": "3"}), json!(1)),
            (json!(2), json!("won"), json!({"from": "3", "to": "6"}), json!(2)),
            (json!(2), json!("won"), json!({"from": "6", "to": null}), json!(1)),
            (json!(1), json!("new"), json!(null), json!(3)),
            (json!(1), json!("won"), json!(null), json!(4)),
            (json!(0), json!(null), json!(null), json!(7)),
        ]);
        assert_eq!(items[8]["m"], "15.15");
    }

    async fn wider_groups_are_made_of_narrower_ones_to_the_last_digit(app: App) {
        fill(&app).await;
        let ask = async |keys: Value, filter: &str, more: &[(&str, &str)]| {
            let measures = [("n", "count()"), ("c", "count(amount)"), ("s", "sum(amount)"), ("q", "sum(quantity)"), ("a", "avg(amount)"),
                ("w", "avg(quantity)"), ("lo", "min(title)"), ("hi", "max(title)"), ("d", "max(close_date)"), ("x", "sum(amount * quantity) / 3 + count()")];
            let measures: Vec<Value> = measures.iter().chain(more).map(|(name, text)| json!({"name": name, "expression": text})).collect();
            groups(&app.admin, json!({"group_by": keys, "measures": measures, "filter": filter, "totals": true})).await
        };
        for filter in ["", "stage == \"won\"", "amount == ()", "amount > 1000000"] {
            // A median is made of all values and of no parts, so that with one each level is read by itself.
            let whole = ask(json!(["stage"]), filter, &[("m", "median(amount)")]).await;
            let parts = ask(json!(["stage", "company", {"path": "close_date", "by": "month"}]), filter, &[]).await;
            for level in [1, 0] {
                let of = |items: &[Value], drop: &[&str]| -> Vec<Value> {
                    let kept = items.iter().filter(|item| item["_level"] == level).cloned();
                    kept.map(|mut item| {
                        item.as_object_mut().expect("a group").retain(|name, _| !drop.contains(&name.as_str()));
                        item
                    }).collect()
                };
                let (wanted, found) = (of(&whole, &["m"]), of(&parts, &["company", "close_date"]));
                assert_eq!(wanted, found, "{filter} {level}");
                assert_eq!(found.is_empty(), level == 1 && filter == "amount > 1000000", "{filter} {level}");
            }
        }
    }

    async fn each_group_leads_back_to_its_records(app: App) {
        fill(&app).await;
        for keys in [
            json!(["title"]), json!(["company"]), json!(["company.city.name", "stage"]), json!(["amount"]), json!(["hot"]),
            json!(["close_date"]), json!(["called_at"]), json!([{"path": "close_date", "by": "week"}]), json!([{"path": "close_date", "by": "weekday"}]),
            json!([{"path": "called_at", "by": "month"}, "stage"]), json!([{"path": "amount", "ranges": ["0", "20.2", 100]}]), json!(["created_at"]),
            json!([{"path": "called_at", "by": "weekday"}]), json!([{"path": "called_at", "by": "hour"}, "stage"]),
            json!([{"path": "close_date", "by": "year"}]), json!([{"path": "called_at", "by": "day"}]),
        ] {
            let items = groups(&app.admin, json!({
                "group_by": keys, "measures": [{"name": "n", "expression": "count()"}], "filter": "quantity < 7 || title == \"б\"",
                "totals": true, "drill": true,
            })).await;
            assert!(items.len() > 1, "{keys}");
            for item in items {
                let filter = item["_filter"].as_str().expect("a filter");
                assert_eq!(count(&app.admin, filter).await, item["n"].as_u64().expect("a count"), "{keys}: {filter}");
            }
        }
    }

    async fn what_is_beyond_the_limit_is_gathered_exactly(app: App) {
        fill(&app).await;
        let measures = json!([{"name": "total", "expression": "sum(amount)"}, {"name": "n", "expression": "count()"},
            {"name": "median", "expression": "median(amount)"}, {"name": "avg", "expression": "avg(amount)"},
            {"name": "distinct", "expression": "count_distinct(amount)"}, {"name": "least", "expression": "min(amount)"},
            {"name": "each", "expression": "sum(amount) / count()"}]);
        let items = groups(&app.admin, json!({"group_by": ["title"], "measures": measures, "sort": ["-total"], "limit": 1, "others": true})).await;
        assert_eq!(items, [
            json!({"title": "e", "total": "1000", "n": 1, "median": "1000", "avg": "1000", "distinct": 1, "least": "1000", "each": "1000", "_others": false}),
            json!({"title": null, "total": "45.25", "n": 6, "median": "10.1", "avg": "9.05", "distinct": 4, "least": "-5.55", "each": "7.541666666667",
                "_others": true}),
        ]);
        // Records without a value are a group like any other, and among the others when they are not shown.
        for (keys, limit, sort) in [
            (json!(["company"]), 1, json!(["-n"])), (json!(["company"]), 2, json!(["n"])), (json!(["company.city.name", "stage"]), 2, json!(["-n"])),
            (json!(["close_date"]), 3, json!([])), (json!([{"path": "close_date", "by": "month"}]), 2, json!(["-n"])), (json!(["hot"]), 1, json!([])),
            (json!([{"path": "close_date", "by": "weekday"}, "stage"]), 2, json!(["-n"])), (json!([{"path": "called_at", "by": "hour"}]), 1, json!([])),
            (json!([{"path": "amount", "ranges": ["0", "20.2", 100]}]), 2, json!(["-n"])), (json!(["called_at", "stage"]), 3, json!([])),
        ] {
            for filter in [json!(null), json!("quantity < 6 || title == \"б\"")] {
                let body = json!({"group_by": keys, "measures": [{"name": "n", "expression": "count()"}, {"name": "q", "expression": "sum(quantity)"}],
                    "sort": sort, "limit": limit, "filter": filter, "others": true, "drill": true, "totals": true});
                let items = groups(&app.admin, body).await;
                let level = keys.as_array().expect("keys").len();
                let (whole, shown): (Vec<&Value>, Vec<&Value>) = items.iter().partition(|item| item["_level"] != level);
                let total = whole.iter().find(|item| item["_level"] == 0).expect("a total");
                for name in ["n", "q"] {
                    let sum: i64 = shown.iter().filter_map(|item| item[name].as_i64()).sum();
                    assert_eq!(total[name], sum, "{keys} {filter}");
                }
                for item in &items {
                    let filter = item["_filter"].as_str().expect("a filter");
                    assert_eq!(count(&app.admin, filter).await, item["n"].as_u64().expect("a count"), "{keys}: {filter}");
                }
            }
        }
        // Where nothing is beyond the limit there are no others.
        let items = groups(&app.admin, json!({"group_by": ["stage"], "limit": 2, "others": true})).await;
        assert_eq!(items, [json!({"stage": "new", "_others": false}), json!({"stage": "won", "_others": false})]);
        let ask = async |body: Value| app.admin.post("/api/records/deal/aggregate", body).await.problem(400);
        assert_eq!(ask(json!({"group_by": ["stage"], "others": true})).await, ["/limit query.others_limit"]);
        assert_eq!(ask(json!({"group_by": ["stage"], "others": true, "limit": 101, "having": "count() > 1"})).await,
            ["/limit query.others_limit", "/having query.others_having"]);
        assert_eq!(ask(json!({"group_by": ["stage"], "others": 1})).await, ["/others request.wrong_value"]);
    }

    async fn the_last_day_there_is_leads_back_too(app: App) {
        fill(&app).await;
        let last = json!({"title": "last", "stage": "new", "close_date": "9999-12-31", "called_at": "9999-12-31T10:00:00Z"});
        app.admin.post("/api/records/deal", last).await.expect(201);
        for (path, part) in ["year", "quarter", "month", "week", "day"].iter().flat_map(|part| [("close_date", *part), ("called_at", *part)]) {
            let body = json!({"group_by": [{"path": path, "by": part, "name": "on"}], "measures": [{"name": "n", "expression": "count()"}],
                "filter": "close_date > \"9000-01-01\"", "drill": true});
            let items = groups(&app.admin, body).await;
            assert_eq!(items.len(), 1);
            assert_eq!(count(&app.admin, items[0]["_filter"].as_str().expect("a filter")).await, 1, "{path} {part}");
        }
    }

    async fn instants_of_groups_are_read_in_the_zone_of_who_asks(app: App) {
        fill(&app).await;
        let me = app.admin.get("/api/auth/me").await.expect(200)["user"]["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/records/user/{me}");
        let version = app.admin.get(&path).await.expect(200)["version"].clone();
        app.admin.patch(&path, json!({"version": version, "time_zone": "Asia/Tokyo"})).await.expect(200);
        // Half past eleven in the evening of the first of April, in Tokyo the morning after.
        let items = groups(&app.admin, json!({"measures": [{"name": "on", "expression": "date(max(called_at))"},
            {"name": "hour", "expression": "time(max(called_at)).hour()"}, {"name": "here", "expression": "date(max(called_at), \"UTC\")"}]})).await;
        assert_eq!(items, [json!({"on": "2026-04-02", "hour": 8, "here": "2026-04-01"})]);
    }

    async fn only_what_may_be_read_is_counted(app: App) {
        fill(&app).await;
        let alice = app.user("alice@example.com", &["sales"]).await;
        let me = alice.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
        let page = app.admin.get("/api/records/deal?sort=title&limit=3").await.expect(200);
        for deal in page["items"].as_array().expect("items") {
            let path = format!("/api/records/deal/{}", deal["id"].as_str().expect("an id"));
            app.admin.patch(&path, json!({"owner": me, "version": 1})).await.expect(200);
        }
        let items = groups(&alice, json!({"group_by": ["company.name"], "measures": [{"name": "n", "expression": "count()"}], "sort": ["n"]})).await;
        assert_eq!(items, [json!({"company.name": null, "n": 1}), json!({"company.name": "Acme", "n": 2})]);
        for (body, name) in [
            (json!({"measures": [{"name": "x", "expression": "max(NAME)"}]}), "rate"),
            (json!({"group_by": ["NAME"]}), "rate"),
            (json!({"group_by": ["stage"], "having": "min(NAME) > 0"}), "rate"),
            (json!({"group_by": ["stage"], "filter": "NAME > 0"}), "rate"),
        ] {
            let ask = async |name: &str| {
                let body = serde_json::from_str(&body.to_string().replace("NAME", name)).expect("a body");
                alice.post("/api/records/deal/aggregate", body).await.expect(400).to_string().replace(name, "NAME")
            };
            assert_eq!(ask(name).await, ask("etar").await, "{body}");
        }
    }

    async fn what_is_wrong_is_told_at_once(app: App) {
        fill(&app).await;
        let ask = async |body: Value| app.admin.post("/api/records/deal/aggregate", body).await.problem(400);
        assert_eq!(ask(json!({"group_by": ["tags", "titel", {"path": "title", "by": "month"}, {"path": "close_date", "by": "moon"}],
            "measures": [{"name": "a", "expression": "sum(title)"}, {"name": "b", "expression": "sum(amount"}], "sort": ["nothing"], "limit": 0})).await, [
            "/limit query.limit", "/group_by/0/path query.group_by_many", "/group_by/1/path query.unknown_name",
            "/group_by/2/path query.parts_of_dates", "/group_by/3/by query.unknown_part", "/measures/0/expression query.aggregate_type",
            "/measures/1/expression expression.ended", "/sort/0 query.unknown_name"]);
        assert_eq!(ask(json!({})).await, ["/measures query.nothing_to_aggregate"]);
        // Keys that the answer has itself, and a value that no group has one of.
        assert_eq!(ask(json!({"group_by": ["stage"], "measures": [{"name": "_filter", "expression": "count()"}, {"name": "_level", "expression": "count()"},
            {"name": "a", "expression": "amount"}, {"name": "b", "expression": "sum(amount) + company.name.len()"}], "having": "count() > a && stage == \"won\" && title == ()"})).await, [
            "/measures/0/name query.measure_name", "/measures/1/name query.measure_name", "/measures/2/expression query.not_of_group",
            "/measures/3/expression query.not_of_group", "/having query.not_of_group", "/having query.not_of_group"]);
        assert_eq!(ask(json!({"group": ["stage"]})).await, ["/group request.unknown_parameter"]);
        assert_eq!(ask(json!({"group_by": [{"path": "stage", "color": 1}]})).await, ["/group_by/0/color request.wrong_value"]);
    }
}
