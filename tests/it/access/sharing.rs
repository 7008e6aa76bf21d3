//! Teams in a tree, records given to another, and records shared with a person or a team.

use serde_json::{Value, json};

use super::{id, make, me};
use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true},
            {"name": "amount", "type": "money"},
            {"name": "margin", "type": "money"},
            {"name": "archived", "type": "boolean"},
            {"name": "paper", "type": "file"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"}],
            "access": {"read": "!archived"}},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "deal", "type": "link", "target": "deal"}, {"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "visit", "fields": [
            {"name": "note", "type": "text"}, {"name": "deal", "type": "link", "target": "deal", "inverse": "visits"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "create": true, "update": "owner == user", "share": "owner == user", "fields": {"margin": "none"}},
            "item": {"read": "deal.owner == user", "create": "deal.owner == user", "update": "deal.owner == user", "delete": "deal.owner == user"},
            "visit": {"read": true}, "user": {"read": true}, "team": {"read": true}, "file": {"read": true}}},
        {"kind": "role", "name": "clerk", "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "update": "owner == user", "fields": {"owner": "read"}},
            "user": {"read": true}}},
        {"kind": "role", "name": "head", "rights": ["use"], "entities": {
            "deal": {"read": "owner.teams.any(|t| t.above.any(|a| a in user.teams))"}, "team": {"read": true}, "user": {"read": true}}},
        {"kind": "role", "name": "guest", "rights": ["use"], "entities": {"visit": {"read": true}, "user": {"read": true}}}
    ])
}

async fn titles(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/api/records/deal?sort=title&{query}")).await.expect(200);
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| item["title"].as_str().unwrap_or("?").to_owned()).collect()
}

async fn team(app: &App, name: &str, parent: Option<&Value>) -> Value {
    make(&app.admin, "team", json!({"name": name, "parent": parent.map(|parent| &parent["id"])})).await
}

async fn join(app: &App, person: &Client, team: &Value) {
    let path = format!("/api/records/user/{}", me(person).await);
    let user = app.admin.get(&path).await.expect(200);
    app.admin.patch(&path, json!({"teams": [team["id"]], "version": user["version"]})).await.expect(200);
}

fn path(deal: &Value) -> String {
    format!("/api/records/deal/{}", id(deal))
}

every_database! {
    async fn a_branch_of_teams_is_one_condition(app: App) {
        app.publish(documents()).await;
        let (head, alice, bob) =
            (app.user("head@example.com", &["head"]).await, app.user("alice@example.com", &["sales"]).await, app.user("bob@example.com", &["sales"]).await);
        let company = team(&app, "Company", None).await;
        let north = team(&app, "North", Some(&company)).await;
        let oslo = team(&app, "Oslo", Some(&north)).await;
        let south = team(&app, "South", Some(&company)).await;
        join(&app, &alice, &oslo).await;
        join(&app, &bob, &south).await;
        make(&alice, "deal", json!({"title": "oslo"})).await;
        make(&bob, "deal", json!({"title": "south"})).await;
        join(&app, &head, &north).await;
        assert_eq!(titles(&head, "").await, ["oslo"]);
        join(&app, &head, &company).await;
        assert_eq!(titles(&head, "").await, ["oslo", "south"]);
        join(&app, &head, &oslo).await;
        assert_eq!(titles(&head, "").await, ["oslo"], "a team below covers nothing above it");
        join(&app, &head, &north).await;
        // A team that moves takes what is below it along.
        let moved = |parent: &Value| json!({"parent": parent["id"], "version": 1});
        app.admin.patch(&format!("/api/records/team/{}", id(&oslo)), moved(&south)).await.expect(200);
        assert_eq!(titles(&head, "").await, Vec::<String>::new());
        // No circle, at any length; and the refused move changed nothing.
        let refused = app.admin.patch(&format!("/api/records/team/{}", id(&company)), moved(&oslo)).await;
        assert_eq!(refused.problem(422), ["/parent team.circle"]);
        let above = app.admin.get(&format!("/api/records/team/{}?select=above.name", id(&oslo))).await.expect(200);
        let mut above: Vec<&str> = above["above.name"].as_array().expect("teams").iter().filter_map(Value::as_str).collect();
        above.sort_unstable();
        assert_eq!(above, ["Company", "Oslo", "South"]);
        // What the product keeps nobody writes.
        let written = app.admin.patch(&format!("/api/records/team/{}", id(&north)), json!({"above": [], "version": 1})).await;
        assert_eq!(written.problem(422), ["/above record.read_only_field"]);
        let (engine, _) = app.another_node().await;
        engine.close().await;
    }

    async fn a_record_is_given_away_by_right_only(app: App) {
        app.publish(documents()).await;
        let (clerk, alice) = (app.user("clerk@example.com", &["clerk"]).await, app.user("alice@example.com", &["sales"]).await);
        let (clerk_id, alice_id) = (me(&clerk).await, me(&alice).await);
        let deal = make(&app.admin, "deal", json!({"title": "d", "owner": clerk_id})).await;
        let refused = clerk.patch(&path(&deal), json!({"owner": alice_id, "version": 1})).await;
        assert_eq!(refused.problem(422), ["/owner record.read_only_field"]);
        clerk.patch(&path(&deal), json!({"title": "e", "version": 1})).await.expect(200);
        let page = clerk.get("/api/records/deal?select=title,_access").await.expect(200);
        assert_eq!(page["items"][0]["_access"]["fields"]["owner"], "read");
    }

    async fn a_shared_record_is_open_everywhere_and_closed_again(app: App) {
        app.publish(documents()).await;
        let (alice, bob, guest) =
            (app.user("alice@example.com", &["sales"]).await, app.user("bob@example.com", &["sales"]).await, app.user("guest@example.com", &["guest"]).await);
        let deal = make(&alice, "deal", json!({"title": "shared", "amount": "5", "items": [{"name": "line"}]})).await;
        make(&alice, "deal", json!({"title": "kept"})).await;
        make(&app.admin, "visit", json!({"note": "v", "deal": deal["id"]})).await;
        let shares = format!("{}/shares", path(&deal));
        let bob_id = me(&bob).await;
        // Only whoever may share, and only what they have.
        bob.post(&shares, json!({"user": bob_id, "level": "read"})).await.expect(404);
        assert_eq!(alice.post(&shares, json!({"level": "read"})).await.problem(422), ["share.with_one"]);
        assert_eq!(alice.post(&shares, json!({"user": bob_id, "level": "all"})).await.problem(422), ["/level share.unknown_level"]);
        let nobody = "00000000-0000-7000-8000-000000000000";
        assert_eq!(alice.post(&shares, json!({"user": nobody, "level": "read"})).await.problem(422), ["/user share.unknown_with"]);
        alice.post(&shares, json!({"user": bob_id, "level": "read", "role": "admin"})).await.expect(400);
        let share = alice.post(&shares, json!({"user": bob_id, "level": "read"})).await.expect(201);
        assert_eq!(share["user"]["title"], "bob");
        // The list, its count, one record, its lines, groups, links from elsewhere, history, search.
        assert_eq!(titles(&bob, "count=exact").await, ["shared"]);
        assert_eq!(bob.get("/api/records/deal?count=exact").await.expect(200)["count"], 1);
        let record = bob.get(&path(&deal)).await.expect(200);
        assert_eq!(record["items"][0]["name"], "line");
        assert_eq!(record.get("margin"), None, "fields stay as the roles say");
        let groups = bob.post("/api/records/deal/aggregate", json!({"measures": [{"name": "s", "expression": "sum(amount)"}]})).await.expect(200);
        assert_eq!(groups["items"][0]["s"], "5");
        let visits = bob.get("/api/records/visit?select=deal,deal.title").await.expect(200);
        assert_eq!(visits["items"][0]["deal.title"], "shared");
        assert_eq!(bob.get("/api/records/deal?quick=shar").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
        bob.get(&format!("{}/history", path(&deal))).await.expect(200);
        let page = bob.get("/api/records/deal?select=title,_access").await.expect(200);
        assert_eq!(page["items"][0]["_access"], json!({"update": false, "delete": false, "share": false, "fields": page["items"][0]["_access"]["fields"]}));
        bob.patch(&path(&deal), json!({"title": "x", "version": 1})).await.expect(403);
        bob.get(&shares).await.expect(403);
        bob.post(&shares, json!({"user": bob_id, "level": "update"})).await.expect(403);
        // A role that never reads the entity opens nothing by a share.
        alice.post(&shares, json!({"user": me(&guest).await, "level": "read"})).await.expect(201);
        guest.get(&path(&deal)).await.expect(404);
        // Sharing again changes what it opens.
        let again = alice.post(&shares, json!({"user": bob_id, "level": "update"})).await.expect(201);
        assert_eq!(again["id"], share["id"]);
        let version = bob.get(&path(&deal)).await.expect(200)["version"].clone();
        bob.patch(&path(&deal), json!({"title": "by bob", "version": version, "items": [{"name": "new"}]})).await.expect(200);
        assert_eq!(alice.get(&shares).await.expect(200)["items"].as_array().map(Vec::len), Some(2));
        // What narrows for everybody narrows a share.
        let version = app.admin.get(&path(&deal)).await.expect(200)["version"].clone();
        app.admin.patch(&path(&deal), json!({"archived": true, "version": version})).await.expect(200);
        bob.get(&path(&deal)).await.expect(404);
        let version = app.admin.get(&path(&deal)).await.expect(200)["version"].clone();
        app.admin.patch(&path(&deal), json!({"archived": false, "version": version})).await.expect(200);
        // Nobody writes a share but by sharing; taking it back acts at once; all of it is in the audit.
        let row = format!("/api/records/record_share/{}", share["id"].as_str().expect("an id"));
        app.admin.patch(&row, json!({"level": "read", "version": 2})).await.expect(403);
        alice.delete(&format!("{shares}/{}", share["id"].as_str().expect("an id"))).await.expect(204);
        bob.get(&path(&deal)).await.expect(404);
        assert_eq!(titles(&bob, "").await, Vec::<String>::new());
        let filter = "entity%20%3D%3D%20%22record_share%22";
        let audit = app.admin.get(&format!("/api/records/audit_event?sort=at,id&select=operation&filter={filter}")).await.expect(200);
        let words: Vec<&str> = audit["items"].as_array().expect("items").iter().filter_map(|item| item["operation"].as_str()).collect();
        assert_eq!(words, ["create", "create", "update", "delete"]);
    }

    async fn a_share_with_a_team_covers_what_is_below_it(app: App) {
        app.publish(documents()).await;
        let (alice, bob) = (app.user("alice@example.com", &["sales"]).await, app.user("bob@example.com", &["sales"]).await);
        let north = team(&app, "North", None).await;
        let oslo = team(&app, "Oslo", Some(&north)).await;
        join(&app, &bob, &oslo).await;
        let deal = make(&alice, "deal", json!({"title": "shared"})).await;
        let shares = format!("{}/shares", path(&deal));
        let share = alice.post(&shares, json!({"team": north["id"], "level": "read"})).await.expect(201);
        assert_eq!(titles(&bob, "").await, ["shared"]);
        // The explanation names the share, and what would help where there is none.
        let explain = format!("{}/access?user={}&operation=read", path(&deal), me(&bob).await);
        let told = app.admin.get(&explain).await.expect(200);
        assert_eq!(told["allowed"], true);
        assert_eq!(told["rules"][2]["source"], "sharing");
        assert_eq!(told["rules"][2]["outcome"], true);
        alice.delete(&format!("{shares}/{}", share["id"].as_str().expect("an id"))).await.expect(204);
        let told = app.admin.get(&explain).await.expect(200);
        assert_eq!(told["allowed"], false);
        assert_eq!(told["rules"][1]["parts"], json!([{"rule": "owner == user", "outcome": false}]));
        assert_eq!(told["rules"][1]["values"][0]["value"]["title"], "alice");
        let kinds: Vec<&str> = told["ways"].as_array().expect("ways").iter().filter_map(|way| way["kind"].as_str()).collect();
        assert_eq!(kinds, ["share", "owner"]);
        // Without a role that may share, nothing is shared, administrators included.
        let visit = make(&app.admin, "visit", json!({"note": "v"})).await;
        let closed = app.admin.post(&format!("/api/records/visit/{}/shares", id(&visit)), json!({"user": me(&bob).await, "level": "read"})).await;
        assert_eq!(closed.problem(403), ["share.closed"]);
    }

    async fn navigation_is_by_role(app: App) {
        app.publish(documents()).await;
        app.publish(json!([
            {"kind": "application", "name": "all", "sections": [
                {"items": [{"entity": "visit"}]}, {"label": {"en": "Sales"}, "roles": ["sales"], "items": [{"entity": "visit"}]}]},
            {"kind": "application", "name": "sold", "roles": ["sales"], "sections": [{"items": [{"entity": "visit"}]}]}])).await;
        let (alice, guest) = (app.user("alice@example.com", &["sales"]).await, app.user("guest@example.com", &["guest"]).await);
        let seen = async |client: &Client| {
            let catalog = client.get("/api/meta/catalog").await.expect(200);
            let apps = catalog["applications"].as_array().expect("applications").clone();
            apps.iter().map(|app| (app["name"].as_str().unwrap_or("").to_owned(), app["sections"].as_array().map_or(0, Vec::len))).collect::<Vec<_>>()
        };
        assert_eq!(seen(&alice).await, [("all".to_owned(), 2), ("sold".to_owned(), 1)]);
        assert_eq!(seen(&guest).await, [("all".to_owned(), 1)]);
        assert_eq!(seen(&app.admin).await, [("all".to_owned(), 2), ("sold".to_owned(), 1)]);
        // The role's identity is held: renamed, it is the same; named and missing, the publish is stopped.
        let mut role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        role["name"] = json!("sellers");
        app.publish(json!([role])).await;
        assert_eq!(app.admin.get("/api/meta/drafts/application/sold").await.expect(200)["roles"], json!(["sellers"]));
        assert_eq!(seen(&alice).await, [("all".to_owned(), 2), ("sold".to_owned(), 1)]);
        let wrong = json!([{"kind": "application", "name": "sold", "roles": ["selers"], "sections": []}]);
        let answer = app.admin.put("/api/meta/drafts", wrong).await.expect(200);
        assert_eq!(answer["problems"][0]["code"], "reference.unknown_role");
    }
}
