//! Saved views: own, of a team, of everybody; they outlive renames and tell what is no more.

use serde_json::{Value, json};

use crate::support::{Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "id": "ecompany", "name": "company", "title": "name", "fields": [
            {"id": "fname", "name": "name", "type": "text", "required": true},
            {"id": "fregion", "name": "region", "type": "text"}]},
        {"kind": "entity", "id": "edeal", "name": "deal", "title": "title", "fields": [
            {"id": "ftitle", "name": "title", "type": "text", "required": true},
            {"id": "famount", "name": "amount", "type": "money"},
            {"id": "fmargin", "name": "margin", "type": "money"},
            {"id": "fcompany", "name": "company", "type": "link", "target": "company", "inverse": "deals"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true}, "deal": {"read": true, "fields": {"margin": "none"}}}}
    ])
}

async fn views(client: &Client) -> Vec<Value> {
    client.get("/api/meta/catalog").await.expect(200)["views"].as_array().expect("views").clone()
}

fn wide(label: &str) -> Value {
    json!({"entity": "deal", "label": label, "columns": ["title", "company.region"], "sort": ["-amount", "company.name"],
        "filter": "amount > 5 && company.region == \"region\"",
        "conditions": [{"path": "company.region", "operator": "any", "value": ["north"]}]})
}

every_database! {
    async fn a_view_outlives_renames_and_tells_what_is_no_more(app: App) {
        app.publish(documents()).await;
        let made = app.admin.post("/api/views", wide("Big")).await.expect(201);
        assert_eq!((&made["version"], &made["own"], &made["missing"], &made["audience"]), (&json!(1), &json!(true), &json!(0), &json!("me")));
        let mut company = app.published("entity", "company").await;
        company["fields"][1]["name"] = json!("area");
        app.publish(json!([company])).await;
        let view = views(&app.admin).await.remove(0);
        assert_eq!(view["columns"], json!(["title", "company.area"]));
        assert_eq!(view["filter"], "amount > 5 && company.area == \"region\"", "a text stays what it is");
        assert_eq!(view["conditions"][0]["path"], "company.area");
        let list = app.admin.post("/api/records/deal/query", json!({"select": view["columns"], "filter": view["filter"], "sort": view["sort"]})).await;
        assert_eq!(list.status, 200);
        company = app.published("entity", "company").await;
        company["fields"].as_array_mut().expect("fields").remove(1);
        app.publish(json!([company])).await;
        let view = views(&app.admin).await.remove(0);
        assert_eq!(view["columns"], json!(["title"]));
        assert_eq!(view["sort"], json!(["-amount", "company.name"]));
        assert_eq!((&view["filter"], &view["missing"]), (&json!(null), &json!(3)));
    }

    async fn views_are_shared_by_those_who_may(app: App) {
        app.publish(documents()).await;
        let team = app.admin.post("/api/records/team", json!({"name": "North"})).await.expect(201);
        let (alice, bob) = (app.user("alice@example.com", &["sales"]).await, app.user("bob@example.com", &["sales"]).await);
        for client in [&alice, &bob] {
            let me = client.get("/api/auth/me").await.expect(200)["user"]["id"].as_str().expect("an id").to_owned();
            let path = format!("/api/records/user/{me}");
            let version = app.admin.get(&path).await.expect(200)["version"].clone();
            app.admin.patch(&path, json!({"teams": [team["id"]], "version": version})).await.expect(200);
        }
        let carol = app.user("carol@example.com", &["sales"]).await;
        let own = alice.post("/api/views", wide("Own")).await.expect(201);
        let mut shared = wide("Ours");
        (shared["audience"], shared["team"], shared["default"]) = (json!("team"), team["id"].clone(), json!(true));
        let ours = alice.post("/api/views", shared.clone()).await.expect(201);
        assert_eq!(carol.post("/api/views", shared).await.problem(422), ["/team view.not_your_team"]);
        let mut all = wide("All");
        all["audience"] = json!("everyone");
        assert_eq!(alice.post("/api/views", all.clone()).await.problem(403), ["view.for_everyone"]);
        all["columns"] = json!(["title", "margin"]);
        app.admin.post("/api/views", all).await.expect(201);
        let labels = async |client: &Client| views(client).await.iter().map(|view| view["label"].as_str().unwrap_or("?").to_owned()).collect::<Vec<_>>();
        assert_eq!(labels(&alice).await, ["Own", "Ours", "All"]);
        assert_eq!(labels(&bob).await, ["Ours", "All"]);
        assert_eq!(labels(&carol).await, ["All"]);
        let everyone = views(&carol).await.remove(0);
        assert_eq!((&everyone["columns"], &everyone["missing"], &everyone["may_change"]), (&json!(["title"]), &json!(1), &json!(false)), "a hidden column is left out");
        let address = |view: &Value| format!("/api/views/{}", view["id"].as_str().expect("an id"));
        let change = json!({"label": "Renamed", "columns": ["title"], "version": 1});
        assert_eq!(carol.put(&address(&ours), change.clone()).await.problem(404), ["view.unknown"]);
        assert_eq!(bob.put(&address(&ours), change.clone()).await.problem(403), ["view.not_yours"]);
        assert_eq!(bob.delete(&address(&own)).await.status, 404);
        assert_eq!(alice.put(&address(&own), json!({"label": "x"})).await.status, 428);
        alice.put(&address(&own), change.clone()).await.expect(200);
        assert_eq!(alice.put(&address(&own), change).await.problem(409), ["/version view.stale"]);
        assert_eq!(labels(&alice).await, ["Renamed", "Ours", "All"]);
        alice.delete(&address(&own)).await.expect(204);
        assert_eq!(labels(&alice).await, ["Ours", "All"]);
        assert_eq!(alice.post("/api/views", json!({"entity": "deal", "label": " ", "columns": ["margin"], "conditions": [{"path": "nothing"}]})).await.problem(422),
            ["/label view.label_missing", "/columns/0 query.unknown_name", "/conditions/0/path view.unknown_path"]);
        assert_eq!(alice.post("/api/views", json!({"entity": "nothing", "label": "x"})).await.status, 404);
    }

    async fn one_view_is_the_default(app: App) {
        app.publish(documents()).await;
        for label in ["One", "Two"] {
            app.admin.post("/api/views", json!({"entity": "deal", "label": label, "default": true})).await.expect(201);
        }
        let defaults: Vec<Value> = views(&app.admin).await.iter().map(|view| view["default"].clone()).collect();
        assert_eq!(defaults, [json!(false), json!(true)]);
    }
}

every_database! {
    async fn a_document_brings_a_view(app: App) {
        app.publish(documents()).await;
        let view = json!({"kind": "view", "id": "vbig", "name": "big", "label": {"en": "Big", "ru": "Крупные"}, "entity": "deal", "type": "grid",
            "columns": ["title", "company.region", "margin"], "filter": "amount > 5 && company.region == \"x\"", "sort": ["-company.region"], "default": true});
        app.publish(json!([view])).await;
        let brought = views(&app.admin).await.remove(0);
        assert_eq!((&brought["label"], &brought["audience"], &brought["may_change"], &brought["default"]), (&json!("Big"), &json!("everyone"), &json!(false), &json!(true)));
        let alice = app.user("alice@example.com", &["sales"]).await;
        let hers = views(&alice).await.remove(0);
        assert_eq!((&hers["columns"], &hers["missing"]), (&json!(["title", "company.region"]), &json!(1)));
        let mut company = app.published("entity", "company").await;
        company["fields"][1]["name"] = json!("area");
        app.publish(json!([company])).await;
        let brought = views(&app.admin).await.remove(0);
        assert_eq!(brought["columns"], json!(["title", "company.area", "margin"]));
        assert_eq!((&brought["filter"], &brought["sort"]), (&json!("amount > 5 && company.area == \"x\""), &json!(["-company.area"])));
        let used = app.admin.get("/api/meta/drafts/entity/company/usage").await.expect(200).to_string();
        assert!(used.contains("view/big"), "{used}");
        let wrong = json!({"kind": "view", "name": "wrong", "entity": "deal", "columns": ["titel"], "filter": "amount >", "sort": ["-nothing"]});
        let answer = app.admin.put("/api/meta/drafts/view/wrong", wrong).await;
        assert!([200, 422].contains(&answer.status.as_u16()), "{}", answer.status);
        app.admin.post("/api/meta/plan", json!({})).await.expect(422);
        let unknown = json!({"kind": "view", "name": "wall", "entity": "deal", "type": "wall"});
        assert_eq!(app.admin.put("/api/meta/drafts/view/wall", unknown).await.status, 422, "no type without behaviour");
    }
}

fn staged() -> Value {
    let choice = |id: &str, value: &str| json!({"id": id, "value": value, "label": {"en": value}});
    json!([
        {"kind": "entity", "id": "edeal", "name": "deal", "title": "title", "fields": [
            {"id": "ftitle", "name": "title", "type": "text", "required": true},
            {"id": "famount", "name": "amount", "type": "money"},
            {"id": "fstage", "name": "stage", "type": "choice", "choices": [choice("cnew", "new"), choice("cwon", "won")]},
            {"id": "fhidden", "name": "hidden", "type": "choice", "choices": [choice("ca", "a")]}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {"deal": {"read": true, "fields": {"hidden": "none"}}}}
    ])
}

every_database! {
    async fn a_board_outlives_renames_and_needs_its_columns(app: App) {
        app.publish(staged()).await;
        let board = json!({"entity": "deal", "label": "Board", "type": "kanban", "group_by": "stage", "lanes": "owner", "total": "amount", "limits": {"new": 3}});
        let made = app.admin.post("/api/views", board.clone()).await.expect(201);
        let parts = |view: &Value| json!([view["type"], view["group_by"], view["lanes"], view["total"], view["limits"], view["missing"]]);
        assert_eq!(parts(&made), json!(["kanban", "stage", "owner", "amount", {"new": 3}, 0]));
        let brought = json!({"kind": "view", "id": "vwall", "name": "wall", "entity": "deal", "type": "kanban", "group_by": "stage", "total": "amount", "limits": {"won": 7}});
        app.publish(json!([brought])).await;
        let mut deal = app.published("entity", "deal").await;
        let fields = deal["fields"].as_array_mut().expect("fields");
        (fields[1]["name"], fields[2]["name"], fields[2]["choices"][0]["value"], fields[2]["choices"][1]["value"]) = (json!("sum"), json!("step"), json!("fresh"), json!("done"));
        app.publish(json!([deal])).await;
        let both = views(&app.admin).await;
        assert_eq!(parts(&both[0]), json!(["kanban", "step", null, "sum", {"done": 7}, 0]), "that of the document");
        assert_eq!(parts(&both[1]), json!(["kanban", "step", "owner", "sum", {"fresh": 3}, 0]), "the saved one");
        let document = app.admin.get("/api/meta/drafts/view/wall").await.expect(200);
        assert_eq!((&document["group_by"], &document["limits"]), (&json!("step"), &json!({"done": 7})));
        // A board by what the reader may not know is a list to them.
        let mut hidden = board.clone();
        (hidden["group_by"], hidden["limits"], hidden["total"], hidden["audience"]) = (json!("hidden"), json!({"a": 1}), json!("sum"), json!("everyone"));
        app.admin.post("/api/views", hidden.clone()).await.expect(201);
        let alice = app.user("alice@example.com", &["sales"]).await;
        let hers = views(&alice).await;
        assert_eq!(parts(&hers[1]), json!(["grid", null, null, null, {}, 1]));
        hidden["audience"] = json!("me");
        assert_eq!(alice.post("/api/views", hidden).await.problem(422), ["/group_by view.unknown_path", "/limits/a view.unknown_limit"]);
        // Without what its columns stand for it is a list.
        let mut deal = app.published("entity", "deal").await;
        let fields = deal["fields"].as_array_mut().expect("fields");
        fields.remove(2);
        app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
        app.admin.post("/api/meta/plan", json!({})).await.expect(422);
        app.admin.delete("/api/meta/drafts/view/wall").await;
        app.publish_draft().await;
        assert_eq!(parts(&views(&app.admin).await[0]), json!(["grid", null, null, null, {}, 1]));
    }

    async fn every_mistake_of_a_board_is_told_at_once(app: App) {
        app.publish(staged()).await;
        let wrong = json!({"entity": "deal", "label": "x", "type": "kanban", "lanes": "title", "total": "stage", "limits": {"nev": 1}});
        assert_eq!(app.admin.post("/api/views", wrong.clone()).await.problem(422),
            ["/group_by view.kanban_groups", "/lanes view.no_groups", "/total view.no_total", "/limits/nev view.unknown_limit"]);
        let shapes = json!({"entity": "deal", "label": "x", "type": "wall", "limits": {"new": -1}, "group_by": 1});
        let answer = app.admin.post("/api/views", shapes).await;
        assert_eq!(answer.status, 400);
        let mut document = wrong;
        document.as_object_mut().expect("an object").remove("label");
        (document["kind"], document["name"]) = (json!("view"), json!("wrong"));
        app.admin.put("/api/meta/drafts/view/wrong", document).await;
        let told = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert_eq!(told.len(), 4, "{told:?}");
        let same = json!({"entity": "deal", "label": "x", "type": "kanban", "group_by": "stage", "lanes": "stage"});
        assert_eq!(app.admin.post("/api/views", same).await.problem(422), ["/lanes view.same_lanes"]);
        // What a type has not would change nothing.
        let plain = json!({"entity": "deal", "label": "x", "type": "grid", "group_by": "stage", "total": "amount", "limits": {"new": 1}});
        assert_eq!(app.admin.post("/api/views", plain).await.problem(422), ["/group_by view.not_of_type", "/total view.not_of_type", "/limits view.not_of_type"]);
    }
}

fn visits() -> Value {
    let choice = |id: &str, value: &str| json!({"id": id, "value": value, "label": {"en": value}});
    json!([
        {"kind": "entity", "id": "evisit", "name": "visit", "title": "subject", "fields": [
            {"id": "fsubject", "name": "subject", "type": "text", "required": true},
            {"id": "fstarts", "name": "starts_at", "type": "datetime"},
            {"id": "fends", "name": "ends_at", "type": "datetime"},
            {"id": "fday", "name": "day", "type": "date"},
            {"id": "fstatus", "name": "status", "type": "choice", "choices": [choice("cplanned", "planned"), choice("cdone", "done")]}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {"visit": {"read": true, "fields": {"ends_at": "none"}}}}
    ])
}

every_database! {
    async fn a_calendar_outlives_renames_and_needs_its_beginning(app: App) {
        app.publish(visits()).await;
        let calendar = json!({"entity": "visit", "label": "Visits", "type": "calendar", "start": "starts_at", "end": "ends_at", "color_by": "status", "audience": "everyone"});
        app.admin.post("/api/views", calendar.clone()).await.expect(201);
        let brought = json!({"kind": "view", "id": "vweek", "name": "week", "entity": "visit", "type": "calendar", "start": "starts_at", "end": "ends_at"});
        app.publish(json!([brought])).await;
        let mut visit = app.published("entity", "visit").await;
        let fields = visit["fields"].as_array_mut().expect("fields");
        (fields[1]["name"], fields[2]["name"], fields[4]["name"]) = (json!("begins"), json!("till"), json!("state"));
        app.publish(json!([visit])).await;
        let parts = |view: &Value| json!([view["type"], view["start"], view["end"], view["color_by"], view["missing"]]);
        let both = views(&app.admin).await;
        assert_eq!(parts(&both[0]), json!(["calendar", "begins", "till", null, 0]), "that of the document");
        assert_eq!(parts(&both[1]), json!(["calendar", "begins", "till", "state", 0]), "the saved one");
        let document = app.admin.get("/api/meta/drafts/view/week").await.expect(200);
        assert_eq!((&document["start"], &document["end"]), (&json!("begins"), &json!("till")));
        let used = app.admin.get("/api/meta/drafts/entity/visit/usage").await.expect(200).to_string();
        assert!(used.contains("/start"), "{used}");
        let alice = app.user("alice@example.com", &["sales"]).await;
        let hers = views(&alice).await;
        assert_eq!(parts(&hers[0]), json!(["calendar", "begins", null, null, 1]), "what she may not read is left out and told");
        assert_eq!(parts(&hers[1]), json!(["calendar", "begins", null, "state", 1]));
        let wrong = json!({"entity": "visit", "label": "x", "type": "calendar", "end": "subject", "color_by": "day", "group_by": "state"});
        assert_eq!(app.admin.post("/api/views", wrong).await.problem(422),
            ["/group_by view.not_of_type", "/start view.needs_start", "/end view.no_date", "/color_by view.no_color"]);
        let mixed = json!({"entity": "visit", "label": "x", "type": "calendar", "start": "day", "end": "till"});
        assert_eq!(app.admin.post("/api/views", mixed).await.problem(422), ["/end view.end_of_other_type"]);
        // A planner is a calendar with rows.
        let plan = json!({"entity": "visit", "label": "x", "type": "planner", "group_by": "state", "start": "begins", "end": "till"});
        let made = app.admin.post("/api/views", plan).await.expect(201);
        assert_eq!((&made["type"], &made["group_by"], parts(&made)[1].clone()), (&json!("planner"), &json!("state"), json!("begins")));
        let bare = json!({"entity": "visit", "label": "x", "type": "planner", "lanes": "state"});
        assert_eq!(app.admin.post("/api/views", bare).await.problem(422),
            ["/group_by view.planner_groups", "/lanes view.not_of_type", "/start view.needs_start"]);
    }
}
