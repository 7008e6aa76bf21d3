//! Rights on records and fields: rules of roles and entities, and that nothing hidden tells anything.

mod cards;
mod catalogue;
mod matrix;
mod plans;
mod routes;
mod rules;
mod sharing;
pub(crate) mod worlds;

use serde_json::{Value, json};

use crate::support::{Answer, App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "account", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true},
            {"name": "inn", "type": "text", "unique": true, "searchable": true},
            {"name": "region", "type": "text"},
            {"name": "worth", "type": "money", "formula": {"mode": "dynamic", "expression": "deals.sum(|d| d.amount)"}},
            {"name": "copy", "type": "text", "formula": {"mode": "dynamic", "expression": "inn.trim()"}},
            {"name": "rolled", "type": "money", "formula": {"mode": "stored", "expression": "deals.sum(|d| d.amount)"}},
            {"name": "opened", "type": "integer", "formula": {"mode": "stored", "expression": "deals.count()", "open": true}}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true},
            {"name": "amount", "type": "money"},
            {"name": "margin", "type": "money"},
            {"name": "phone", "type": "phone"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}], "default": "new"},
            {"name": "archived", "type": "boolean"},
            {"name": "account", "type": "link", "target": "account", "inverse": "deals"},
            {"name": "tags", "type": "links", "target": "account", "inverse": "tagged"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "gain", "type": "money", "formula": {"mode": "dynamic", "expression": "amount - margin"}},
            {"name": "share", "type": "decimal", "formula": {"mode": "dynamic", "expression": "amount / account.worth"}},
            {"name": "lines", "type": "integer", "formula": {"mode": "dynamic", "expression": "items.count()"}},
            {"name": "place", "type": "text", "formula": {"mode": "dynamic", "expression": "account.name + \"/\" + title"}},
            {"name": "double", "type": "money", "formula": {"mode": "stored", "expression": "amount * 2"}},
            {"name": "kept_gain", "type": "money", "formula": {"mode": "stored", "expression": "amount - margin"}},
            {"name": "per_margin", "type": "decimal", "formula": {"mode": "dynamic", "expression": "amount / div(margin, 10)"}},
            {"name": "per_line", "type": "decimal", "formula": {"mode": "dynamic", "expression": "amount / items.count()"}},
            {"name": "beside", "type": "text", "formula": {"mode": "stored", "expression": "account.name"}}],
            "access": {"read": "!archived"}},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "deal", "type": "link", "target": "deal"},
            {"name": "name", "type": "text"},
            {"name": "secret_note", "type": "boolean"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "account": {"read": "region == \"north\"", "fields": {"inn": "none"}},
            "deal": {"read": "owner == user || owner.teams.any(|t| user.teams.any(|m| m == t))", "create": true,
                "update": "owner == user && stage != \"won\"", "delete": "owner == user", "share": "owner == user", "export": true,
                "fields": {"margin": "none", "amount": "read", "phone": "mask"}},
            "item": {"read": "!secret_note", "create": true, "update": true, "delete": true},
            "user": {"read": true}, "team": {"read": true}}},
        {"kind": "role", "name": "boss", "rights": ["use"], "entities": {
            "deal": {"read": "amount >= 1000", "update": "amount >= 1000"}, "account": {"read": true}}}
    ])
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn titles(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/api/records/deal?sort=title&{query}")).await.expect(200);
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| item["title"].as_str().unwrap_or("?").to_owned()).collect()
}

fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an id")
}

async fn me(client: &Client) -> String {
    client.get("/api/auth/me").await.expect(200)["user"]["id"].as_str().expect("an id").to_owned()
}

/// What a refusal says, but for the text of the name that was asked for.
fn alike(answer: Answer, name: &str) -> String {
    answer.expect(400).to_string().replace(name, "NAME")
}

struct World {
    alice: Client,
    bob: Client,
    north: Value,
    south: Value,
    /// Of alice, at a southern account.
    own: Value,
    /// Of bob.
    foreign: Value,
}

async fn world(app: &App) -> World {
    app.publish(documents()).await;
    let (alice, bob) = (app.user("alice@example.com", &["sales"]).await, app.user("bob@example.com", &["sales"]).await);
    let north = make(&app.admin, "account", json!({"name": "Nord", "region": "north", "inn": "111"})).await;
    let south = make(&app.admin, "account", json!({"name": "Zuid", "region": "south", "inn": "222"})).await;
    let own = json!({"title": "own", "amount": "100", "margin": "7", "phone": "+79161234567", "account": south["id"],
        "owner": me(&alice).await, "tags": [north["id"], south["id"]],
        "items": [{"name": "open"}, {"name": "closed", "secret_note": true}]});
    let own = make(&app.admin, "deal", own).await;
    let foreign =
        json!({"title": "foreign", "amount": "5000", "margin": "9", "account": north["id"], "owner": me(&bob).await});
    let foreign = make(&app.admin, "deal", foreign).await;
    World { alice, bob, north, south, own, foreign }
}

every_database! {
    async fn rows_are_those_of_a_rule(app: App) {
        let world = world(&app).await;
        assert_eq!(titles(&world.alice, "").await, ["own"]);
        assert_eq!(titles(&world.bob, "").await, ["foreign"]);
        assert_eq!(titles(&app.admin, "").await, ["foreign", "own"]);
        let page = world.alice.get("/api/records/deal?count=exact").await.expect(200);
        assert_eq!(page["count"], 1);
        world.alice.get(&format!("/api/records/deal/{}", id(&world.foreign))).await.expect(404);
        world.alice.get(&format!("/api/records/deal/{}/history", id(&world.foreign))).await.expect(404);

        // A team in common opens the records of its members, in both directions at once.
        let team = make(&app.admin, "team", json!({"name": "Team"})).await;
        for person in [&world.alice, &world.bob] {
            let path = format!("/api/records/user/{}", me(person).await);
            let user = app.admin.get(&path).await.expect(200);
            app.admin.patch(&path, json!({"teams": [team["id"]], "version": user["version"]})).await.expect(200);
        }
        assert_eq!(titles(&world.alice, "").await, ["foreign", "own"]);
    }

    async fn a_condition_of_the_entity_narrows_for_all_but_administrators(app: App) {
        let world = world(&app).await;
        let own = format!("/api/records/deal/{}", id(&world.own));
        app.admin.patch(&own, json!({"archived": true, "version": 1})).await.expect(200);
        assert_eq!(titles(&world.alice, "").await, Vec::<String>::new());
        world.alice.get(&own).await.expect(404);
        assert_eq!(titles(&app.admin, "").await, ["foreign", "own"]);
    }

    async fn several_roles_add_up_row_by_row(app: App) {
        let world = world(&app).await;
        let both = app.user("both@example.com", &["sales", "boss"]).await;
        let own = json!({"title": "small", "margin": "3", "amount": "10", "owner": me(&both).await});
        make(&app.admin, "deal", own).await;
        let page = both.get("/api/records/deal?sort=title&select=title,margin,amount,phone,_access").await.expect(200);
        // The big one is readable by one role, which opens its margin; the own one by the other, which does not.
        assert_eq!(page["items"][0]["title"], "foreign");
        assert_eq!(page["items"][0]["margin"], "9.00");
        assert_eq!(page["items"][1]["title"], "small");
        assert_eq!(page["items"][1]["margin"], Value::Null);
        assert_eq!(page["items"][1]["_access"]["fields"], json!({"amount": "read", "margin": "none", "phone": "mask"}));
        // What is hidden on a record neither finds nor sorts it.
        assert_eq!(titles(&both, "filter=margin%20%3D%3D%203").await, Vec::<String>::new());
        assert_eq!(titles(&both, "filter=margin%20%3D%3D%209").await, ["foreign"]);
        // Rights of different roles do not mix on one record: the own one is not to be given another amount.
        let small = both.get("/api/records/deal?filter=title%20%3D%3D%20%22small%22").await.expect(200);
        let path = format!("/api/records/deal/{}", id(&small["items"][0]));
        both.patch(&path, json!({"amount": "11", "version": 1})).await.expect(403);
        both.patch(&path, json!({"title": "little", "version": 1})).await.expect(200);
        let big = format!("/api/records/deal/{}", id(&world.foreign));
        both.patch(&big, json!({"amount": "7000", "version": 1})).await.expect(200);
    }

    async fn a_hidden_field_is_as_one_that_is_not_there(app: App) {
        let world = world(&app).await;
        let record = world.alice.get(&format!("/api/records/deal/{}", id(&world.own))).await.expect(200);
        assert_eq!(record.get("margin"), None);
        assert_eq!(record["amount"], "100.00");
        for request in [
            "filter=NAME%20%3E%205", "filter=NAME%20%3D%3D%20()", "sort=NAME", "sort=-NAME", "select=NAME",
            "filter=account.inn%20%3D%3D%20NAME", "select=title,NAME", "filter=account.deals.any(%7Cd%7C%20d.NAME%20%3D%3D%207)",
        ] {
            let ask = async |name: &str| {
                let path = format!("/api/records/deal?{}", request.replace("NAME", name));
                alike(world.alice.get(&path).await, name)
            };
            assert_eq!(ask("margin").await, ask("nargim").await, "{request}");
        }
        // A misspelling does not bring the hidden name up.
        let answer = world.alice.get("/api/records/deal?sort=margn").await.expect(400).to_string();
        assert!(!answer.contains("margin"), "{answer}");
        let unknown = world.alice.post("/api/records/deal", json!({"title": "x", "margin": "1"})).await;
        assert_eq!(unknown.problem(422), ["/margin record.unknown_field"]);
        let catalog = world.alice.get("/api/meta/catalog").await.expect(200).to_string();
        let openapi = world.alice.get("/api/openapi.json").await.expect(200).to_string();
        for word in ["margin", "inn", "archived_by"] {
            assert!(!catalog.contains(&format!("\"{word}\"")), "{word}");
            assert!(!openapi.contains(&format!("\"{word}\"")), "{word}");
        }
        // Nor does a change of it show in the history.
        let path = format!("/api/records/deal/{}", id(&world.own));
        app.admin.patch(&path, json!({"margin": "8", "title": "own", "version": 1})).await.expect(200);
        let history = world.alice.get(&format!("{path}/history")).await.expect(200).to_string();
        assert!(!history.contains("margin"), "{history}");
        assert!(app.admin.get(&format!("{path}/history")).await.expect(200).to_string().contains("margin"));
    }

    async fn a_masked_field_leaves_a_trace_and_finds_nothing(app: App) {
        let world = world(&app).await;
        let record = world.alice.get(&format!("/api/records/deal/{}", id(&world.own))).await.expect(200);
        assert_eq!(record["phone"], "••••67");
        world.alice.get("/api/records/deal?filter=phone%20%3D%3D%20%22%2B79161234567%22").await.expect(400);
        world.alice.get("/api/records/deal?sort=phone").await.expect(400);
        let page = world.alice.get("/api/records/deal?select=phone,_access").await.expect(200);
        assert_eq!(page["items"][0]["phone"], "••••67");
        assert_eq!(page["items"][0]["_access"], json!({"update": true, "delete": true, "share": true, "fields": {"amount": "read", "phone": "mask"}}));
        let refused = world.alice.patch(&format!("/api/records/deal/{}", id(&world.own)), json!({"phone": "1", "version": 1})).await;
        assert_eq!(refused.problem(422), ["/phone record.read_only_field"]);
        let catalog = world.alice.get("/api/meta/catalog").await.expect(200);
        let deal = catalog["entities"].as_array().expect("entities").iter().find(|entity| entity["name"] == "deal").expect("deal");
        let field = |name: &str| deal["fields"].as_array().expect("fields").iter().find(|field| field["name"] == name).cloned();
        assert_eq!(field("phone").expect("phone")["masked"], true);
        assert_eq!(field("amount").expect("amount")["read_only"], true);
        assert_eq!(field("title").expect("title").get("read_only"), None);
        assert_eq!(deal["operations"], json!({"read": true, "create": true, "update": true, "delete": true, "export": true, "share": true}));
    }

    async fn what_a_link_leads_to_is_under_its_own_rule(app: App) {
        let world = world(&app).await;
        let page = world.alice.get("/api/records/deal?select=title,account,account.name,tags.name").await.expect(200);
        let own = &page["items"][0];
        assert_eq!(own["account"], json!({"id": world.south["id"], "title": null}));
        assert_eq!(own["account.name"], Value::Null);
        assert_eq!(own["tags.name"], json!(["Nord"]));
        assert_eq!(titles(&world.alice, "filter=account.name%20%3D%3D%20%22Zuid%22").await, Vec::<String>::new());
        assert_eq!(titles(&world.alice, "filter=tags.count()%20%3D%3D%201").await, ["own"]);
        assert_eq!(titles(&app.admin, "filter=tags.count()%20%3D%3D%202").await, ["own"]);
        let deals = world.alice.get("/api/records/account?select=name,deals.title").await.expect(200);
        assert_eq!(deals["items"], json!([{"name": "Nord", "deals.title": []}]));
        // Who replaces a list did not mean what they do not see.
        let path = format!("/api/records/deal/{}", id(&world.own));
        world.alice.patch(&path, json!({"tags": [], "version": 1})).await.expect(200);
        let tags = app.admin.get(&format!("{path}?select=tags.name")).await.expect(200);
        assert_eq!(tags["tags.name"], json!(["Zuid"]));
        let items = world.alice.get(&path).await.expect(200)["items"].clone();
        assert_eq!(items.as_array().expect("lines").len(), 1);
        world.alice.patch(&path, json!({"items": [], "version": 2})).await.expect(200);
        let items = app.admin.get(&path).await.expect(200)["items"].clone();
        assert_eq!(items[0]["name"], "closed");
        // One may not point at what one may not see.
        let refused = world.alice.post("/api/records/deal", json!({"title": "x", "account": world.south["id"]})).await;
        assert_eq!(refused.problem(422), ["/account record.link_not_found"]);
        make(&world.alice, "deal", json!({"title": "x", "account": world.north["id"]})).await;
    }

    async fn a_write_is_judged_before_and_after(app: App) {
        let world = world(&app).await;
        let own = format!("/api/records/deal/{}", id(&world.own));
        let refuse = async |client: &Client, path: &str, values: Value, status: u16, code: &str| {
            let before = app.admin.get(path).await.expect(200);
            let answer = client.patch(path, values).await;
            assert_eq!(answer.problem(status), [code.to_owned()]);
            assert_eq!(app.admin.get(path).await.expect(200), before, "a refused call changes nothing");
        };
        let bob = me(&world.bob).await;
        refuse(&world.alice, &own, json!({"owner": bob, "version": 1}), 403, "record.update_leaves_rights").await;
        refuse(&world.alice, &own, json!({"stage": "won", "version": 1}), 403, "record.update_leaves_rights").await;
        app.admin.patch(&own, json!({"stage": "won", "version": 1})).await.expect(200);
        refuse(&world.alice, &own, json!({"title": "y", "version": 2}), 403, "record.update_refused").await;
        let foreign = format!("/api/records/deal/{}", id(&world.foreign));
        world.alice.patch(&foreign, json!({"title": "y", "version": 1})).await.expect(404);
        world.alice.delete(&foreign).await.expect(404);
        world.alice.post(&format!("{foreign}/restore"), json!({})).await.expect(404);
        let batch = json!({"operations": [
            {"op": "create", "entity": "deal", "values": {"title": "z"}},
            {"op": "delete", "entity": "deal", "id": world.foreign["id"]}]});
        world.alice.post("/api/records/batch", batch).await.expect(404);
        assert_eq!(titles(&app.admin, "").await, ["foreign", "own"]);
        world.alice.delete(&own).await.expect(204);
        let bin = world.alice.get("/api/records/deal?deleted=true&select=title").await.expect(200);
        assert_eq!(bin["items"], json!([{"title": "own"}]));
        assert_eq!(world.bob.get("/api/records/deal?deleted=true").await.expect(200)["items"], json!([]));
        world.bob.post(&format!("{own}/restore"), json!({})).await.expect(404);
        world.alice.post(&format!("{own}/restore"), json!({})).await.expect(200);
    }

    async fn rules_over_other_records_are_judged_by_the_database(app: App) {
        let world = world(&app).await;
        let documents = json!([{"kind": "role", "name": "field", "rights": ["use"], "entities": {
            "deal": {"read": true, "create": "account.region == \"north\"",
                "update": "account.region == \"north\" && account.deals.count() < 3"},
            "account": {"read": true}}}]);
        app.publish(documents).await;
        let carol = app.user("carol@example.com", &["field"]).await;
        let own = format!("/api/records/deal/{}", id(&world.own));
        let foreign = format!("/api/records/deal/{}", id(&world.foreign));
        assert_eq!(carol.patch(&own, json!({"title": "y", "version": 1})).await.problem(403), ["record.update_refused"]);
        let moved = carol.patch(&foreign, json!({"account": world.south["id"], "version": 1})).await;
        assert_eq!(moved.problem(403), ["record.update_leaves_rights"]);
        carol.patch(&foreign, json!({"title": "y", "version": 1})).await.expect(200);
        let created = carol.post("/api/records/deal", json!({"title": "c", "account": world.south["id"]})).await;
        assert_eq!(created.problem(403), ["record.create_refused"]);
        make(&carol, "deal", json!({"title": "c", "account": world.north["id"]})).await;
        let page = carol.get("/api/records/deal?sort=title&select=title,_access").await.expect(200);
        let updatable: Vec<&Value> = page["items"].as_array().expect("items").iter().map(|item| &item["_access"]["update"]).collect();
        assert_eq!(updatable, [&json!(true), &json!(false), &json!(true)]);
        assert_eq!(titles(&app.admin, "").await, ["c", "own", "y"]);
    }

    async fn an_explanation_names_the_rules_tried(app: App) {
        let world = world(&app).await;
        let alice = me(&world.alice).await;
        let path = format!("/api/records/deal/{}/access?user={alice}&operation=update", id(&world.own));
        let told = app.admin.get(&path).await.expect(200);
        assert_eq!(told["allowed"], true);
        assert_eq!(told["user"]["title"], "alice");
        assert_eq!(told["rules"][0]["rule"], "owner == user && stage != \"won\"");
        assert_eq!(told["rules"][0]["outcome"], true);
        assert_eq!(told["fields"]["margin"], "none");
        assert_eq!(told["fields"]["amount"], "read");
        assert_eq!(told["fields"].get("title"), None);
        let path = format!("/api/records/deal/{}/access?user={alice}&operation=read", id(&world.foreign));
        let told = app.admin.get(&path).await.expect(200);
        assert_eq!(told["allowed"], false);
        assert_eq!(told["rules"][0]["source"], "entity");
        assert_eq!(told["rules"][0]["outcome"], true);
        assert_eq!(told["rules"][1]["outcome"], false);
        world.alice.get(&path).await.expect(403);
    }

    async fn a_preview_shows_what_others_see_and_changes_nothing(app: App) {
        let world = world(&app).await;
        let peek = async |of: &str, method: reqwest::Method, path: &str| {
            let request = app.admin.request(method, path).header("X-Verstak-Preview", of).json(&json!({}));
            app.admin.send(request).await
        };
        let user = format!("user:{}", me(&world.alice).await);
        let page = peek(&user, reqwest::Method::GET, "/api/records/deal").await.expect(200);
        assert_eq!(page["items"].as_array().expect("items").len(), 1);
        let page = peek("role:boss", reqwest::Method::POST, "/api/records/deal/query").await.expect(200);
        assert_eq!(page["items"][0]["title"], "foreign");
        peek("role:boss", reqwest::Method::POST, "/api/records/deal").await.expect(403);
        // What is counted is asked by POST as well; that there is no such thing is said after the question has come through.
        peek("role:boss", reqwest::Method::POST, "/api/measures/none").await.expect(404);
        peek("role:boss", reqwest::Method::POST, "/api/dashboards/none/data").await.expect(404);
        peek("role:nobody", reqwest::Method::GET, "/api/records/deal").await.expect(400);
        let request = world.alice.request(reqwest::Method::GET, "/api/records/deal").header("X-Verstak-Preview", "role:boss");
        world.alice.send(request).await.expect(403);
    }

    async fn a_wider_role_is_named_by_the_plan(app: App) {
        let _world = world(&app).await;
        let new = json!({"kind": "role", "name": "auditor", "rights": ["use"], "entities": {"deal": {"read": true}}});
        app.admin.put("/api/meta/drafts", json!([new])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let [warning] = plan["warnings"].as_array().expect("warnings").as_slice() else { panic!("{plan}") };
        assert_eq!((&warning["code"], &warning["document"]), (&json!("plan.opens_role"), &json!("role/auditor")));
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        let mut role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        role["entities"]["deal"]["read"] = json!(true);
        role["entities"]["deal"]["fields"]["margin"] = json!("read");
        app.admin.put("/api/meta/drafts/role/sales", role).await.expect(200);
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal.as_object_mut().expect("an object").remove("access");
        app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let codes: Vec<&str> = plan["warnings"].as_array().expect("warnings").iter().filter_map(|warning| warning["code"].as_str()).collect();
        assert!(codes.contains(&"plan.widens_access") && codes.contains(&"plan.widens_entity"), "{codes:?}");
    }

    async fn a_rule_follows_a_renamed_field(app: App) {
        let world = world(&app).await;
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        for field in deal["fields"].as_array_mut().expect("fields") {
            match field["name"].as_str() {
                Some("stage") => field["name"] = json!("phase"),
                Some("margin") => field["name"] = json!("profit"),
                _ => {}
            }
        }
        app.publish(json!([deal])).await;
        let role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        assert_eq!(role["entities"]["deal"]["update"], "owner == user && phase != \"won\"");
        assert_eq!(role["entities"]["deal"]["fields"], json!({"amount": "read", "phone": "mask", "profit": "none"}));
        let record = world.alice.get(&format!("/api/records/deal/{}", id(&world.own))).await.expect(200);
        assert_eq!(record.get("profit"), None);
    }

    async fn a_wrong_rule_is_named_with_its_place(app: App) {
        let documents = json!([
            {"kind": "entity", "name": "deal", "fields": [{"name": "title", "type": "text"}], "access": {"read": "titel == ()"}},
            {"kind": "role", "name": "sales", "entities": {"deal": {"read": "owner = user", "fields": {"titel": "none"}}}}]);
        let answer = app.admin.put("/api/meta/drafts", documents).await.expect(200);
        let places: Vec<String> = answer["problems"].as_array().expect("problems").iter()
            .map(|problem| format!("{} {}", problem["document"].as_str().unwrap_or(""), problem["path"].as_str().unwrap_or("")))
            .collect();
        for place in ["entity/deal /access/read", "role/sales /entities/deal/read", "role/sales /entities/deal/fields/titel"] {
            assert!(places.contains(&place.to_owned()), "{place} is not in {places:?}");
        }
    }

    async fn a_designer_has_what_designers_first_published(app: App) {
        app.publish(documents()).await;
        let (designer, second) = (app.user("d@example.com", &["designer"]).await, app.user("e@example.com", &["designer"]).await);
        designer.get("/api/records/deal").await.expect(404);
        let note = json!({"kind": "entity", "name": "note", "fields": [{"name": "text", "type": "text"}]});
        designer.put("/api/meta/drafts/entity/note", note).await.expect(200);
        let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
        designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        make(&designer, "note", json!({"text": "one"})).await;
        second.get("/api/records/note").await.expect(200);
        app.user("f@example.com", &["sales"]).await.get("/api/records/note").await.expect(404);
        // It stays theirs through later revisions, after a restart, and whoever publishes them.
        app.publish(json!([{"kind": "entity", "name": "other", "fields": [{"name": "text", "type": "text"}]}])).await;
        designer.get("/api/records/other").await.expect(404);
        let (engine, _) = app.another_node().await;
        let role = engine.catalog().role("designer").cloned().expect("the role");
        let has = |name: &str| role.on(&engine.catalog().entity(name).expect("the entity").id).read == catalog::Permission::Always;
        assert!(has("note") && !has("other") && !has("deal"));
        engine.close().await;
        designer.get("/api/records/note").await.expect(200);
    }
}
