//! Dashboards: what their widgets show, to whom, and how soon they show what changed.

mod documents;
mod fresh;

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn place(at: u32) -> Value {
    json!({"x": at % 4 * 3, "y": at / 4 * 2, "width": 3, "height": 2})
}

fn dashboard() -> Value {
    let sum = json!([{"name": "sum", "label": {"en": "Sum", "ru": "Сумма"}, "expression": "sum(amount)", "format": {"type": "money", "scale": 0}}]);
    json!({"kind": "dashboard", "name": "head", "label": {"en": "Head", "ru": "Руководитель"}, "roles": ["sales", "boss"],
        "filters": [
            {"name": "period", "type": "period"}, {"name": "person", "type": "person"},
            {"name": "stage", "type": "field", "entity": "deal", "field": "stage"},
            {"name": "tags", "type": "field", "entity": "deal", "field": "tags"},
            {"name": "hot", "type": "field", "entity": "deal", "field": "hot"},
            {"name": "region", "type": "field", "entity": "deal", "field": "region"},
            {"name": "secret", "type": "field", "entity": "deal", "field": "secret", "default": ["x"]}],
        "widgets": [
            {"name": "won", "type": "indicator", "place": place(0), "measure": "won", "trend": {"by": "month", "periods": 3}, "filters": {"stage": null, "secret": null}},
            {"name": "open", "type": "indicator", "place": place(1), "measure": "open", "filters": {"secret": null}},
            {"name": "stages", "type": "chart", "place": place(2), "entity": "deal", "chart": "funnel", "group_by": ["stage"], "filter": "title != \"nothing\"",
             "measures": [{"name": "n", "expression": "count()"}], "date": "close_date", "person": "owner", "filters": {"secret": null}},
            {"name": "months", "type": "chart", "place": place(3), "entity": "deal", "chart": "bar", "stacked": true, "group_by": [{"path": "close_date", "by": "month"}, "region"],
             "measures": sum, "date": "close_date", "person": "owner", "limit": 2, "filters": {"secret": null}},
            {"name": "cross", "type": "pivot", "place": place(4), "entity": "deal", "rows": ["stage"], "columns": [{"path": "close_date", "by": "year"}], "heat": true,
             "measures": sum, "date": "close_date", "filters": {"secret": null}},
            {"name": "big", "type": "list", "place": place(5), "entity": "deal", "columns": ["title", "region.name"], "filter": "amount > 9", "sort": ["-amount"], "limit": 2,
             "date": "close_date", "filters": {"secret": null}},
            {"name": "seen", "type": "list", "place": place(6), "view": "fresh", "filters": {"secret": null}},
            {"name": "regions", "type": "chart", "place": place(7), "entity": "region", "chart": "pie", "group_by": ["name"], "measures": [{"name": "n", "expression": "count()"}]},
            {"name": "margins", "type": "chart", "place": place(8), "entity": "deal", "chart": "row", "group_by": ["stage"], "measures": [{"name": "m", "expression": "sum(margin)"}], "filters": {"secret": null}},
            {"name": "secrets", "type": "chart", "place": place(9), "entity": "deal", "chart": "row", "group_by": ["stage"], "measures": [{"name": "n", "expression": "count()"}]},
            {"name": "few", "type": "list", "place": place(10), "entity": "few", "columns": ["title"]},
            {"name": "hint", "type": "text", "place": place(11), "text": {"en": "Look", "ru": "Смотри"}}]})
}

pub(super) fn documents() -> Value {
    let mut all = json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"},
            {"name": "amount", "type": "money"},
            {"name": "margin", "type": "money"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}, {"value": "lost"}]},
            {"name": "region", "type": "link", "target": "region", "inverse": "deals"},
            {"name": "close_date", "type": "date"},
            {"name": "tags", "type": "multi_choice", "choices": [{"value": "a"}, {"value": "b"}]},
            {"name": "hot", "type": "boolean"},
            {"name": "secret", "type": "text"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "create": true, "update": true, "fields": {"margin": "none", "secret": "none"}},
            "few": {"read": true}, "region": {"read": true}, "user": {"read": true}}},
        {"kind": "role", "name": "boss", "rights": ["use"], "entities": {
            "deal": {"read": true, "create": true, "update": true, "delete": true}, "few": {"read": true}, "region": {"read": true, "update": true}, "user": {"read": true},
            "measure_target": {"read": true, "create": true}}},
        {"kind": "role", "name": "guest", "rights": ["use"], "entities": {"region": {"read": true}}},
        {"kind": "measure", "name": "won", "label": {"en": "Won", "ru": "Выиграно"}, "icon": "coin", "entity": "deal", "expression": "sum(amount)",
         "filter": "stage == \"won\"", "date": "close_date", "person": "owner", "format": {"type": "money", "scale": 0}},
        {"kind": "measure", "name": "open", "entity": "deal", "expression": "count()", "filter": "stage == \"new\"", "person": "owner", "mine": true},
        {"kind": "view", "name": "fresh", "label": {"en": "Fresh"}, "entity": "deal", "columns": ["title", "stage"], "filter": "stage == \"new\"", "sort": ["title"]},
        {"kind": "dataset", "name": "few", "label": {"en": "Few"}, "sql": "SELECT title FROM deal", "max_rows": 4},
        {"kind": "application", "name": "crm", "label": {"en": "CRM"},
         "home": [{"roles": ["boss"], "dashboard": "head"}, {"roles": ["sales"], "entity": "deal"}, {"dashboard": "head"}], "sections": [{"items": [{"dashboard": "head"}, {"entity": "deal"}]}]}
    ]);
    all.as_array_mut().expect("documents").push(dashboard());
    all
}

/// Title, amount, stage, close date, whether it is Alice's, tags, whether it is hot.
type Deal = (&'static str, &'static str, &'static str, &'static str, bool, &'static [&'static str], bool);

const DEALS: [Deal; 6] = [
    ("a", "10.10", "won", "2026-01-31", true, &["a"], true),
    ("b", "20.20", "won", "2026-02-01", true, &["a", "b"], false),
    ("c", "30.30", "won", "2026-02-28", false, &["b"], true),
    ("d", "5", "new", "2026-02-28", true, &[], false),
    ("e", "7", "new", "2026-03-01", false, &[], false),
    ("f", "100", "lost", "2024-02-29", true, &["a"], false),
];

pub(super) struct World {
    pub(super) alice: Client,
    pub(super) boss: Client,
    pub(super) alice_id: Value,
    pub(super) region: Value,
    /// The deals in the order of their titles.
    pub(super) deals: Vec<Value>,
}

pub(super) async fn fill(app: &App) -> World {
    app.publish(documents()).await;
    let alice = app.user("alice@example.com", &["sales"]).await;
    let bob = app.user("bob@example.com", &["sales"]).await;
    let boss = app.user("boss@example.com", &["boss"]).await;
    let id = async |client: &Client| client.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
    let (alice_id, bob_id) = (id(&alice).await, id(&bob).await);
    let region = app.admin.post("/api/records/region", json!({"name": "North"})).await.expect(201)["id"].clone();
    let deal = |(title, amount, stage, close, is_alices, tags, hot): Deal| {
        let owner = if is_alices { &alice_id } else { &bob_id };
        let values = json!({"title": title, "amount": amount, "margin": "1", "stage": stage, "close_date": close, "owner": owner,
            "region": (title == "c").then_some(&region), "tags": tags, "hot": hot, "secret": "x"});
        json!({"op": "create", "entity": "deal", "values": values})
    };
    let operations: Vec<Value> = DEALS.into_iter().map(deal).collect();
    let saved = app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
    let deals = saved["items"].as_array().expect("items").iter().map(|one| one["id"].clone()).collect();
    World { alice, boss, alice_id, region, deals }
}

pub(super) async fn data(client: &Client, body: Value) -> Value {
    client.post("/api/dashboards/head/data", body).await.expect(200)
}

/// What some widgets show while something is chosen.
pub(super) async fn shown(client: &Client, filters: Value, widget: &str) -> Value {
    data(client, json!({"filters": filters, "widgets": [widget]})).await["widgets"][widget].clone()
}

/// Groups as `key: value`.
fn groups(widget: &Value, key: &str, value: &str) -> Vec<String> {
    let one = |item: &Value| {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{}: {}", text(&item[key]), text(&item[value]))
    };
    widget["items"].as_array().expect("items").iter().map(one).collect()
}

fn titles(widget: &Value) -> Vec<&str> {
    widget["items"].as_array().expect("items").iter().filter_map(|item| item["title"].as_str()).collect()
}

every_database! {
    async fn widgets_show_what_is_counted_by_hand(app: App) {
        let World { boss, region, .. } = fill(&app).await;
        let all = data(&boss, json!({})).await;
        let widgets = &all["widgets"];
        assert_eq!((&widgets["won"]["value"], &widgets["won"]["format"]["type"], &all["period"]), (&json!("60.6"), &json!("money"), &Value::Null));
        assert_eq!(groups(&widgets["stages"], "stage", "n"), ["lost: 1", "new: 2", "won: 3"]);
        assert_eq!(widgets["stages"]["filter"], "title != \"nothing\"");
        let months = &widgets["months"];
        assert_eq!((groups(months, "close_date", "sum"), &months["more"]), (vec!["2024-02-01: 100".to_owned(), "2026-01-01: 10.1".to_owned()], &json!(true)));
        let cross = &widgets["cross"];
        assert_eq!(groups(cross, "stage", "sum"), ["lost: 100", "new: 12", "won: 60.6"]);
        let level = |name: &str, key: &str| groups(&json!({"items": cross[name]}), key, "sum");
        assert_eq!(level("rows", "stage"), ["lost: 100", "new: 12", "won: 60.6"]);
        assert_eq!(level("columns", "close_date"), ["2024-01-01: 100", "2026-01-01: 72.6"]);
        assert_eq!(cross["total"]["sum"], "172.6");
        // A group tells which records it is made of.
        let behind = cross["items"][2]["_filter"].as_str().expect("a filter").to_owned();
        let behind = boss.post("/api/records/deal/query", json!({"filter": behind, "select": ["title"]})).await.expect(200);
        assert_eq!(titles(&behind).len(), 3);
        let big = &widgets["big"];
        assert_eq!((titles(big), &big["count"], &big["filter"]), (vec!["f", "c"], &json!(4), &json!("amount > 9")));
        assert_eq!((&big["items"][1]["region.name"], &big["sort"]), (&json!("North"), &json!(["-amount"])));
        assert!(big["items"][0]["id"].is_string() && big["items"][0].get("amount").is_none());
        assert_eq!(titles(&widgets["seen"]), ["d", "e"]);
        assert!(widgets.get("hint").is_none());
        // The trend ends with the period that is looked at.
        let days = json!({"period": {"from": "2026-02-01", "to": "2026-02-28"}});
        let won = shown(&boss, days.clone(), "won").await;
        let trend = json!([{"from": "2025-12-01", "to": "2025-12-31", "value": null}, {"from": "2026-01-01", "to": "2026-01-31", "value": "10.1"},
            {"from": "2026-02-01", "to": "2026-02-28", "value": "50.5"}]);
        assert_eq!((&won["value"], &won["previous"], &won["trend"]), (&json!("50.5"), &json!("10.1"), &trend));
        let target = json!({"measure": app.engine.catalog().measures.iter().find(|it| it.name == "won").expect("won").id, "period": "month", "start": "2026-02-01", "value": "101"});
        boss.post("/api/records/measure_target", target).await.expect(201);
        let both = data(&boss, json!({"filters": days, "widgets": ["won", "months"]})).await;
        assert_eq!((&both["widgets"]["won"]["share"], &both["period"]), (&json!("0.5"), &json!({"from": "2026-02-01", "to": "2026-02-28"})));
        assert_eq!(both["widgets"]["months"]["items"][0]["region"], json!({"id": region, "title": "North"}));
    }

    async fn filters_act_where_they_have_a_way(app: App) {
        let World { alice, boss, alice_id, region, .. } = fill(&app).await;
        let stages = async |client: &Client, filters: Value| groups(&shown(client, filters, "stages").await, "stage", "n");
        assert_eq!(stages(&boss, json!({"period": {"from": "2026-02-01", "to": "2026-02-28"}})).await, ["new: 1", "won: 2"]);
        assert_eq!(stages(&boss, json!({"period": "all", "person": alice_id})).await, ["lost: 1", "new: 1", "won: 2"]);
        assert_eq!(stages(&boss, json!({"stage": ["won", "lost"]})).await, ["lost: 1", "won: 3"]);
        assert_eq!(stages(&boss, json!({"tags": ["a", "b"]})).await, ["lost: 1", "won: 3"]);
        assert_eq!(stages(&boss, json!({"tags": ["b"], "hot": [true]})).await, ["won: 1"]);
        assert_eq!(stages(&boss, json!({"region": [region]})).await, ["won: 1"]);
        assert_eq!(stages(&boss, json!({"region": [null], "hot": [false]})).await, ["lost: 1", "new: 2", "won: 1"]);
        assert_eq!(stages(&boss, json!({"stage": [], "tags": null, "person": null, "period": null})).await, ["lost: 1", "new: 2", "won: 3"]);
        // Where it is said that it does not act, and where there is no way, everything stays.
        assert_eq!(shown(&boss, json!({"stage": ["new"]}), "won").await["value"], "60.6");
        assert_eq!(groups(&shown(&boss, json!({"stage": ["new"], "person": alice_id}), "regions").await, "name", "n"), ["North: 1"]);
        assert_eq!(shown(&boss, json!({"person": alice_id, "tags": ["a"]}), "won").await["value"], "30.3");
        // A measure of whoever looks is of the person who is chosen, or of everybody.
        assert_eq!(shown(&alice, json!({"person": "me"}), "open").await["value"], "1");
        assert_eq!(shown(&boss, json!({"person": alice_id}), "open").await["value"], "1");
        assert_eq!(shown(&boss, json!({}), "open").await["value"], "2");
        let filter = shown(&boss, json!({"stage": ["won"], "period": {"from": "2026-01-01", "to": "2026-12-31"}}), "big").await["filter"].clone();
        assert_eq!(filter, "(amount > 9) && close_date >= \"2026-01-01\" && close_date <= \"2026-12-31\" && stage == \"won\"");
        let wrong = json!({"filters": {"period": "someday", "person": 5, "stage": ["wno", 1], "region": ["x"], "hot": ["yes"], "tags": "a", "perod": null}, "widgets": ["won", "wno"]});
        let mut found = boss.post("/api/dashboards/head/data", wrong).await.problem(422);
        found.sort();
        assert_eq!(found, ["/filters/hot/0 dashboard.bad_value", "/filters/period request.wrong_value", "/filters/perod dashboard.unknown_filter",
            "/filters/person request.wrong_value", "/filters/region/0 dashboard.not_an_identity", "/filters/stage/0 dashboard.unknown_choice",
            "/filters/stage/1 dashboard.bad_value", "/filters/tags request.wrong_value", "/widgets/1 dashboard.unknown_widget"]);
        assert_eq!(boss.post("/api/dashboards/head/data", json!({"filters": {"period": {"from": "2026-02-01", "to": "2026-01-01"}}})).await.problem(422), ["/filters/period measure.period_order"]);
        assert_eq!(boss.post("/api/dashboards/head/data", json!({"filter": {}})).await.status, 400);
    }

    async fn what_is_hidden_is_not_there(app: App) {
        let World { alice, boss, .. } = fill(&app).await;
        let names = |list: &Value| -> Vec<String> { list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect() };
        let all = boss.get("/api/dashboards/head").await.expect(200);
        assert_eq!(names(&all["widgets"]).len(), 12);
        let hers = alice.get("/api/dashboards/head").await.expect(200);
        assert_eq!(names(&hers["widgets"]), ["won", "open", "stages", "months", "cross", "big", "seen", "regions", "few", "hint"]);
        assert_eq!(names(&hers["filters"]), ["period", "person", "stage", "tags", "hot", "region"]);
        let text = hers.to_string();
        assert!(!text.contains("secret") && !text.contains("margin"), "{text}");
        assert_eq!(alice.post("/api/dashboards/head/data", json!({"widgets": ["margins"]})).await.problem(422), ["/widgets/0 dashboard.unknown_widget"]);
        assert_eq!(alice.post("/api/dashboards/head/data", json!({"filters": {"secret": ["x"]}})).await.problem(422), ["/filters/secret dashboard.unknown_filter"]);
        assert_eq!(data(&alice, json!({})).await["widgets"]["won"]["value"], "30.3");
        assert_eq!(groups(&shown(&alice, json!({}), "stages").await, "stage", "n"), ["lost: 1", "new: 1", "won: 2"]);
        // What a filter begins with acts for those who know its field.
        assert_eq!(groups(&shown(&boss, json!({"secret": ["y"]}), "secrets").await, "stage", "n"), Vec::<String>::new());
        assert_eq!(groups(&shown(&boss, json!({}), "secrets").await, "stage", "n"), ["lost: 1", "new: 2", "won: 3"]);
        let guest = app.user("guest@example.com", &["guest"]).await;
        assert_eq!(guest.get("/api/dashboards").await.expect(200), json!({"items": []}));
        guest.get("/api/dashboards/head").await.expect(404);
        guest.post("/api/dashboards/head/data", json!({})).await.expect(404);
        guest.post("/api/dashboards/nothing/data", json!({})).await.expect(404);
        assert_eq!(app.nobody().get("/api/dashboards").await.status, 401);
        let told = async |client: &Client| client.get("/api/meta/catalog").await.expect(200);
        let catalog = told(&alice).await;
        assert_eq!((&catalog["dashboards"][0]["name"], &catalog["applications"][0]["sections"][0]["items"][0]["dashboard"]), (&json!("head"), &json!("head")));
        assert_eq!(told(&guest).await["dashboards"], json!([]));
        // What opens first: by role, and only what one may see.
        assert_eq!(catalog["home"], json!({"entity": "deal"}));
        assert_eq!(told(&boss).await["home"], json!({"dashboard": "head"}));
        assert_eq!(told(&app.admin).await["home"], json!({"dashboard": "head"}), "of everybody, not of a role that they have not");
        assert_eq!(told(&guest).await["home"], Value::Null);
    }

    async fn a_definition_says_all_that_a_page_draws(app: App) {
        let World { boss, .. } = fill(&app).await;
        let all = boss.get("/api/dashboards/head").await.expect(200);
        assert_eq!((&all["label"], &all["filters"][2]["field"], &all["filters"][6]["default"]), (&json!("Head"), &json!("stage"), &json!(["x"])));
        let widget = |name: &str| all["widgets"].as_array().expect("widgets").iter().find(|it| it["name"] == name).expect("a widget").clone();
        let won = widget("won");
        assert_eq!((&won["label"], &won["about"]["icon"], &won["about"]["better"], &won["acts"]), (&json!("Won"), &json!("coin"), &json!("higher"), &json!(["period", "person", "tags", "hot", "region"])));
        let seen = widget("seen");
        assert_eq!((&seen["label"], &seen["entity"], &seen["columns"], &seen["sort"]), (&json!("Fresh"), &json!("deal"), &json!(["title", "stage"]), &json!(["title"])));
        let months = widget("months");
        assert_eq!((&months["measures"][0]["label"], &months["measures"][0]["format"]), (&json!("Sum"), &json!({"type": "money", "scale": 0, "currency": "EUR"})));
        assert_eq!(widget("hint")["text"], "Look");
    }

    async fn a_widget_that_fails_leaves_the_others(app: App) {
        let World { boss, .. } = fill(&app).await;
        let all = data(&boss, json!({})).await;
        let few = &all["widgets"]["few"];
        assert_eq!((&few["type"], few["problem"]["status"].as_u64().is_some_and(|status| status >= 400)), (&json!("list"), true), "{few}");
        assert_eq!(all["widgets"]["won"]["value"], "60.6");
    }
}
