//! Every route, asked by everybody: the statuses are a golden list that people read, and a refused call changes nothing.
//!
//! `tests/access/routes.txt` has a line for each route and what it is asked about; `UPDATE_EXPECT=1` rewrites it. A route of
//! the router that is not asked here fails the test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{documents, id, make, me};
use crate::support::{ADMIN, App, Client, PASSWORD, contents, every_database, first_difference};

/// Where the golden list is.
fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("access/routes.txt")
}

/// One call: method, route as the router writes it, what is asked about, address and body.
struct Call {
    method: &'static str,
    route: &'static str,
    about: &'static str,
    path: String,
    body: Value,
}

fn call(method: &'static str, route: &'static str, about: &'static str, path: &str, body: Value) -> Call {
    Call { method, route, about, path: format!("/api{path}"), body }
}

/// What a call is about, made anew after every call that did something, so that none depends on another.
struct Things {
    own: Value,
    foreign: Value,
    binned: Value,
    file: Value,
    job: String,
}

/// A form of deals with these components at its side.
fn form_of(side: &Value) -> Value {
    let tab = json!({"name": "main", "components": [{"type": "field", "path": "title"}]});
    json!({"kind": "form", "name": "deal_card", "entity": "deal", "tabs": [tab], "side": side})
}

const MISSING: &str = "01900000-0000-7000-8000-000000000000";

fn calls(things: &Things, alice: &str) -> Vec<Call> {
    let deal = |record: &Value| format!("/records/deal/{}", id(record));
    let (own, foreign, missing) = (deal(&things.own), deal(&things.foreign), format!("/records/deal/{MISSING}"));
    let targets = [("own", &own), ("foreign", &foreign), ("missing", &missing)];
    let mut calls = vec![
        call("GET", "/auth/me", "", "/auth/me", json!(null)),
        call("PATCH", "/auth/me", "", "/auth/me", json!({"language": "en"})),
        call(
            "POST",
            "/auth/login",
            "wrong password",
            "/auth/login",
            json!({"email": ADMIN, "password": "not it at all"}),
        ),
        call(
            "POST",
            "/auth/first",
            "no link",
            "/auth/first",
            json!({"link_token": "x", "email": "x@example.com", "password": PASSWORD}),
        ),
        call(
            "POST",
            "/auth/password",
            "wrong",
            "/auth/password",
            json!({"old": "not it", "new": "another-good-one-1"}),
        ),
        call("POST", "/auth/confirm", "wrong", "/auth/confirm", json!({"password": "not it at all"})),
        call("GET", "/auth/factor", "", "/auth/factor", json!(null)),
        call("POST", "/auth/factor/confirm", "not begun", "/auth/factor/confirm", json!({"code": "123456"})),
        call("POST", "/auth/factor/codes", "none", "/auth/factor/codes", json!({})),
        call("POST", "/auth/factor", "", "/auth/factor", json!({})),
        call("DELETE", "/auth/factor", "", "/auth/factor", json!(null)),
        call("GET", "/auth/factors", "", "/auth/factors", json!(null)),
        call("DELETE", "/auth/factors/{id}", "missing", &format!("/auth/factors/{MISSING}"), json!(null)),
        call("GET", "/auth/methods", "", "/auth/methods", json!(null)),
        call("POST", "/auth/oidc", "none", "/auth/oidc", json!({})),
        call("POST", "/auth/oidc/link", "none", "/auth/oidc/link", json!({})),
        call("GET", "/auth/oidc/link", "", "/auth/oidc/link", json!(null)),
        call("DELETE", "/auth/oidc/link", "", "/auth/oidc/link", json!(null)),
        call("GET", "/settings/oidc", "", "/settings/oidc", json!(null)),
        call(
            "PUT",
            "/settings/oidc",
            "incomplete",
            "/settings/oidc",
            json!({"issuer": "", "client_id": "", "label": ""}),
        ),
        call("DELETE", "/settings/oidc", "", "/settings/oidc", json!(null)),
        call("GET", "/settings/security", "", "/settings/security", json!(null)),
        call("PUT", "/settings/security", "", "/settings/security", json!({})),
        call("GET", "/audit/head", "", "/audit/head", json!(null)),
        call("POST", "/audit/verify", "", "/audit/verify", json!({})),
        call("GET", "/auth/sessions", "", "/auth/sessions", json!(null)),
        call("DELETE", "/auth/sessions/{id}", "missing", &format!("/auth/sessions/{MISSING}"), json!(null)),
        call("GET", "/auth/tokens", "", "/auth/tokens", json!(null)),
        call("POST", "/auth/tokens", "", "/auth/tokens", json!({"name": "x", "expires_in_days": 1})),
        call("DELETE", "/auth/tokens/{id}", "missing", &format!("/auth/tokens/{MISSING}"), json!(null)),
        call(
            "POST",
            "/records/batch",
            "foreign",
            "/records/batch",
            json!({"operations": [{"op": "delete", "entity": "deal", "id": things.foreign["id"]}]}),
        ),
        call("GET", "/records/{entity}", "deal", "/records/deal", json!(null)),
        call("GET", "/records/{entity}", "audit_event", "/records/audit_event", json!(null)),
        call("GET", "/records/{entity}", "unknown", "/records/nothing", json!(null)),
        call("POST", "/records/{entity}", "deal", "/records/deal", json!({"title": "made"})),
        call("POST", "/records/{entity}", "account", "/records/account", json!({"name": "made"})),
        call(
            "POST",
            "/records/{entity}",
            "user",
            "/records/user",
            json!({"email": "made@example.com", "password": PASSWORD}),
        ),
        call("POST", "/records/{entity}", "hidden field", "/records/deal", json!({"title": "made", "margin": "1"})),
        call(
            "POST",
            "/records/{entity}",
            "system field",
            "/records/deal",
            json!({"title": "made", "created_by": alice}),
        ),
        call("POST", "/records/{entity}/options", "deal", "/records/deal/options", json!({"field": "tags"})),
        call("POST", "/records/{entity}/options", "hidden field", "/records/deal/options", json!({"field": "margin"})),
        call("POST", "/records/{entity}/query", "deal", "/records/deal/query", json!({})),
        call("POST", "/records/{entity}/query", "hidden field", "/records/deal/query", json!({"filter": "margin > 1"})),
        call(
            "POST",
            "/records/{entity}/aggregate",
            "deal",
            "/records/deal/aggregate",
            json!({"measures": [{"name": "n", "expression": "count()"}]}),
        ),
        call(
            "POST",
            "/records/{entity}/aggregate",
            "hidden field",
            "/records/deal/aggregate",
            json!({"measures": [{"name": "n", "expression": "max(margin)"}]}),
        ),
        call("GET", "/workspace", "", "/workspace", json!(null)),
        call("PATCH", "/workspace", "as it is", "/workspace", json!({"time_zone": "UTC"})),
        call("GET", "/meta/schedules", "", "/meta/schedules", json!(null)),
        call("GET", "/meta/registers", "", "/meta/registers", json!(null)),
        call("POST", "/meta/registers/{name}/refresh", "missing", "/meta/registers/nothing/refresh", json!({})),
        call("POST", "/meta/schedules/{id}/run", "missing", "/meta/schedules/nothing/run", json!({})),
        call("GET", "/meta/hidden", "", "/meta/hidden", json!(null)),
        call("GET", "/meta/expressions/functions", "", "/meta/expressions/functions", json!(null)),
        call("POST", "/meta/purge", "nothing", "/meta/purge", json!({"ids": []})),
        call("GET", "/notifications", "", "/notifications", json!(null)),
        call("POST", "/notifications/read", "missing", "/notifications/read", json!({"ids": [MISSING]})),
        call("GET", "/workspace/mail", "", "/workspace/mail", json!(null)),
        call("GET", "/measures", "", "/measures", json!(null)),
        call("POST", "/measures", "one of them unknown", "/measures", json!([{"name": "titles"}, {"name": "nothing"}])),
        call("POST", "/letters/{id}/send", "unknown", "/letters/01900000-0000-7000-8000-000000000000/send", json!({})),
        call("POST", "/measures/{name}", "", "/measures/titles", json!({})),
        call("POST", "/measures/{name}", "hidden field", "/measures/margins", json!({})),
        call("POST", "/measures/{name}", "unknown", "/measures/nothing", json!({})),
        call(
            "POST",
            "/meta/measures/try",
            "",
            "/meta/measures/try",
            json!({"document": {"kind": "measure", "name": "n", "entity": "deal", "expression": "count()"}}),
        ),
        call("GET", "/dashboards", "", "/dashboards", json!(null)),
        call("GET", "/dashboards/{name}", "", "/dashboards/head", json!(null)),
        call("GET", "/dashboards/{name}", "unknown", "/dashboards/nothing", json!(null)),
        call("POST", "/dashboards/{name}/data", "", "/dashboards/head/data", json!({})),
        call("POST", "/dashboards/{name}/data", "hidden field", "/dashboards/margins/data", json!({})),
        call(
            "POST",
            "/dashboards/{name}/data",
            "hidden widget",
            "/dashboards/head/data",
            json!({"widgets": ["margins"]}),
        ),
        call(
            "POST",
            "/dashboards/attempt",
            "",
            "/dashboards/attempt",
            json!({"document": {"kind": "dashboard", "name": "n", "widgets": []}}),
        ),
        call("POST", "/forms/attempt", "", "/forms/attempt", json!({"document": form_of(&json!([]))})),
        call(
            "POST",
            "/forms/attempt/data",
            "",
            "/forms/attempt/data",
            json!({"document": form_of(&json!([])), "record": id(&things.own)}),
        ),
        call("POST", "/forms/{name}/data", "unknown", "/forms/nothing/data", json!({"record": id(&things.own)})),
        call("POST", "/forms/{name}/data", "", "/forms/deal_card/data", json!({"record": id(&things.own)})),
        call(
            "POST",
            "/forms/{name}/data",
            "hidden widget",
            "/forms/deal_card/data",
            json!({"record": id(&things.own), "widgets": ["margins"]}),
        ),
        call("GET", "/search", "", "/search?q=own", json!(null)),
        call("GET", "/search", "hidden entity", "/search?q=own&entities=audit_event", json!(null)),
        call("POST", "/files", "no file", "/files", json!({})),
        call("GET", "/files/{id}", "foreign", &format!("/files/{}", id(&things.file)), json!(null)),
        call("POST", "/imports/preview", "no file", "/imports/preview", json!({})),
        call("POST", "/imports", "no file", "/imports", json!({})),
        call("GET", "/imports/{id}", "missing", &format!("/imports/{MISSING}"), json!(null)),
        call("POST", "/imports/{id}/undo", "missing", &format!("/imports/{MISSING}/undo"), json!({})),
        call("POST", "/views", "own", "/views", json!({"entity": "deal", "label": "Mine"})),
        call("POST", "/views", "everyone", "/views", json!({"entity": "deal", "label": "All", "audience": "everyone"})),
        call(
            "POST",
            "/views",
            "hidden field",
            "/views",
            json!({"entity": "deal", "label": "M", "columns": ["margin"]}),
        ),
        call("PUT", "/views/{id}", "missing", &format!("/views/{MISSING}"), json!({"label": "x", "version": 1})),
        call("DELETE", "/views/{id}", "missing", &format!("/views/{MISSING}"), json!(null)),
        // An export that begins goes on behind the calls that follow; tests/it/export.rs asks for those.
        call("POST", "/exports", "no format", "/exports", json!({"entity": "deal", "format": "pdf"})),
        call("POST", "/exports", "unknown", "/exports", json!({"entity": "nothing", "format": "csv"})),
        call("GET", "/exports/{id}/file", "missing", &format!("/exports/{MISSING}/file"), json!(null)),
        call("GET", "/jobs/{id}", "foreign", &format!("/jobs/{}", things.job), json!(null)),
        call("POST", "/jobs/{id}/cancel", "foreign", &format!("/jobs/{}/cancel", things.job), json!({})),
        call("GET", "/meta/catalog", "", "/meta/catalog", json!(null)),
        call("GET", "/meta/drafts", "", "/meta/drafts", json!(null)),
        call("PUT", "/meta/drafts", "nothing", "/meta/drafts", json!([])),
        call("POST", "/meta/drafts/discard", "", "/meta/drafts/discard", json!([])),
        call("GET", "/meta/drafts/{kind}/{name}", "deal", "/meta/drafts/entity/deal", json!(null)),
        call(
            "PUT",
            "/meta/drafts/{kind}/{name}",
            "role",
            "/meta/drafts/role/sales",
            json!({"kind": "role", "name": "sales", "rights": ["use", "administer"]}),
        ),
        call(
            "PUT",
            "/meta/drafts/{kind}/{name}",
            "entity",
            "/meta/drafts/entity/made",
            json!({"kind": "entity", "name": "made", "fields": []}),
        ),
        call("DELETE", "/meta/drafts/{kind}/{name}", "deal", "/meta/drafts/entity/deal", json!(null)),
        call("GET", "/meta/drafts/{kind}/{name}/usage", "deal", "/meta/drafts/entity/deal/usage", json!(null)),
        call("GET", "/meta/advice/{entity}", "deal", "/meta/advice/deal", json!(null)),
        call("POST", "/meta/plan", "", "/meta/plan", json!({})),
        call("POST", "/meta/publish", "no plan", "/meta/publish", json!({"plan_id": "x"})),
        call("GET", "/meta/revisions", "", "/meta/revisions", json!(null)),
        call("GET", "/meta/revisions/{number}/documents", "1", "/meta/revisions/1/documents", json!(null)),
        call("POST", "/meta/revisions/{number}/restore", "missing", "/meta/revisions/999/restore", json!({})),
        call(
            "POST",
            "/meta/expressions/check",
            "",
            "/meta/expressions/check",
            json!({"entity": "deal", "expression": "title", "mode": "value"}),
        ),
        call(
            "POST",
            "/meta/expressions/check",
            "hidden field",
            "/meta/expressions/check",
            json!({"entity": "deal", "expression": "margin", "mode": "value"}),
        ),
        call(
            "POST",
            "/meta/datasets/preview",
            "",
            "/meta/datasets/preview",
            json!({"kind": "dataset", "name": "all_deals", "parts": [{"entity": "deal", "values": {"deal": "title"}}], "fields": [{"name": "deal"}]}),
        ),
        call(
            "POST",
            "/meta/scripts/check",
            "",
            "/meta/scripts/check",
            json!({"name": "acts", "source": "fn a() { 1 }"}),
        ),
        call(
            "POST",
            "/meta/scripts/run",
            "",
            "/meta/scripts/run",
            json!({"name": "acts", "source": "fn a() { count(\"deal\") }", "function": "a"}),
        ),
        call("POST", "/meta/scripts/test", "", "/meta/scripts/test", json!({})),
        call("GET", "/meta/scripts/runs", "", "/meta/scripts/runs", json!(null)),
        call("GET", "/x/{*path}", "", "/x/ping", json!(null)),
        call("POST", "/x/{*path}", "no such method", "/x/ping", json!({})),
        call("GET", "/openapi.json", "", "/openapi.json", json!(null)),
        call(
            "POST",
            "/records/{entity}/{id}/restore",
            "foreign",
            &format!("{}/restore", deal(&things.binned)),
            json!({}),
        ),
        call("POST", "/auth/logout", "", "/auth/logout", json!({})),
    ];
    for (about, path) in targets {
        calls.extend([
            call("GET", "/records/{entity}/{id}", about, path, json!(null)),
            call("PATCH", "/records/{entity}/{id}", about, path, json!({"title": "changed", "version": 1})),
            call("DELETE", "/records/{entity}/{id}", about, path, json!(null)),
            call("GET", "/records/{entity}/{id}/history", about, &format!("{path}/history"), json!(null)),
            call("GET", "/records/{entity}/{id}/shares", about, &format!("{path}/shares"), json!(null)),
            call(
                "POST",
                "/records/{entity}/{id}/shares",
                about,
                &format!("{path}/shares"),
                json!({"user": alice, "level": "read"}),
            ),
            call(
                "DELETE",
                "/records/{entity}/{id}/shares/{share}",
                about,
                &format!("{path}/shares/{MISSING}"),
                json!(null),
            ),
            call(
                "POST",
                "/records/{entity}/buttons/{script}/{button}",
                about,
                "/records/deal/buttons/acts/touch",
                json!({"records": [path.rsplit('/').next()]}),
            ),
            call("GET", "/records/{entity}/{id}/access", about, &format!("{path}/access?user={alice}"), json!(null)),
        ]);
    }
    calls
}

/// Routes that are asked elsewhere: a stream does not end, and who comes back from the company's sign-in is sent on.
const ELSEWHERE: [&str; 2] = ["/events", "/auth/oidc/callback"];

/// The routes as the router writes them.
fn routes() -> BTreeSet<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../designer-api/src/router.rs"))
        .expect("the router");
    let interface = text.split("Router::new()").nth(1).expect("the interface");
    let quoted = interface.split('"').skip(1).step_by(2);
    quoted.filter(|text| text.starts_with('/')).map(str::to_owned).collect()
}

async fn things(app: &App, alice: &str, bob: &Client) -> Things {
    let bob_id = me(bob).await;
    let own = make(&app.admin, "deal", json!({"title": "own", "owner": alice})).await;
    let foreign = make(&app.admin, "deal", json!({"title": "foreign", "owner": bob_id})).await;
    let binned = make(&app.admin, "deal", json!({"title": "binned", "owner": bob_id})).await;
    app.admin.delete(&format!("/api/records/deal/{}", id(&binned))).await.expect(204);
    let part = reqwest::multipart::Part::bytes(b"bob's".to_vec()).file_name("b.txt");
    let form = reqwest::multipart::Form::new().part("file", part);
    let file = bob.send(bob.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201);
    Things { own, foreign, binned, file, job: MISSING.to_owned() }
}

every_database! {
    async fn everybody_asks_every_route(app: App) {
        let mut all = documents();
        all.as_array_mut().expect("documents").push(json!({
            "kind": "script", "name": "acts", "source": "fn touch(record) { record.title = \"touched\"; }\nfn ping() { 1 }",
            "buttons": [{"name": "touch", "entity": "deal", "function": "touch"}],
            "endpoints": [{"method": "GET", "path": "ping", "function": "ping"}]}));
        for (name, expression) in [("titles", "count(title)"), ("margins", "sum(margin)")] {
            let measure = json!({"kind": "measure", "name": name, "entity": "deal", "expression": expression});
            all.as_array_mut().expect("documents").push(measure);
        }
        let place = json!({"x": 0, "y": 0, "width": 3, "height": 2});
        let (mut below, mut alone) = (place.clone(), place.clone());
        (below["y"], alone["y"]) = (json!(2), json!(4));
        let widget = |name: &str, place: &Value| json!({"name": name, "type": "indicator", "place": place, "measure": name});
        let chart = json!({"name": "all", "type": "chart", "place": alone, "entity": "deal", "chart": "bar", "group_by": ["title"], "measures": [{"name": "n", "expression": "count()"}]});
        for (name, widgets) in [("head", json!([widget("titles", &place), widget("margins", &below), chart])), ("margins", json!([widget("margins", &place)]))] {
            let dashboard = json!({"kind": "dashboard", "name": name, "widgets": widgets});
            all.as_array_mut().expect("documents").push(dashboard);
        }
        let of = |name: &str| json!({"type": "widget", "name": name, "widget": {"type": "indicator", "measure": name}});
        all.as_array_mut().expect("documents").push(form_of(&json!([of("titles"), of("margins")])));
        app.publish(all).await;
        let alice = app.user("alice@example.com", &["sales"]).await;
        let alice_id = me(&alice).await;
        let bob = app.user("bob@example.com", &["sales"]).await;
        let identities = ["anon", "alice", "bob", "token", "suspended", "roleless", "designer", "admin"];
        app.user("designer@example.com", &["designer"]).await;
        app.user("roleless@example.com", &[]).await;
        let mut text = String::from("# method route (about):");
        identities.iter().for_each(|name| write!(text, " {name}").expect("a text grows"));
        text.push('\n');
        let count = calls(&things(&app, &alice_id, &bob).await, &alice_id).len();
        let mut people = BTreeMap::new();
        for name in identities {
            people.insert(name, identity(&app, name).await);
        }
        let mut asked = BTreeSet::new();
        let mut lines = BTreeSet::new();
        let mut fresh = None;
        let mut known: Option<String> = None;
        for number in 0..count {
            let mut line = String::new();
            for name in identities {
                // The limit of attempts is tested elsewhere; here it would only stand in the way.
                let forget = sql::Statement::text("DELETE FROM verstak_attempt", Vec::new(), Vec::new());
                app.engine.database().execute(&forget).await.expect("attempts are forgotten");
                if fresh.is_none() {
                    app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
                    fresh = Some(things(&app, &alice_id, &bob).await);
                }
                let things = fresh.as_ref().expect("just made");
                let call = calls(things, &alice_id).swap_remove(number);
                let client = if call.route == "/auth/logout" {
                    // Who signs out comes again.
                    known = None;
                    identity(&app, name).await
                } else {
                    people[name].clone()
                };
                asked.insert(call.route.to_owned());
                // After what could write, the client itself looks whether a refusal changed anything.
                let reads = call.method == "GET" || call.route.starts_with("/auth/");
                let before = match known.take() {
                    Some(known) if reads => known,
                    _ if reads => contents(&app.engine, app.backend).await,
                    _ => String::new(),
                };
                let method = reqwest::Method::from_bytes(call.method.as_bytes()).expect("a method");
                let mut request = client.request(method, &call.path);
                if !call.body.is_null() {
                    request = request.json(&call.body);
                }
                let status = client.send(request).await.status.as_u16();
                assert!(status < 500, "{name}: {} {} ({}) fails with {status}", call.method, call.route, call.about);
                let idle = status >= 400 || call.method == "GET";
                if !idle {
                    fresh = None;
                } else if reads {
                    let after = contents(&app.engine, app.backend).await;
                    assert!(before == after, "{name}: {} {} ({}) answers {status} and changes data\n{}", call.method, call.route, call.about, first_difference(&before, &after));
                    known = Some(after);
                }
                if line.is_empty() {
                    let about = if call.about.is_empty() { String::new() } else { format!(" ({})", call.about) };
                    write!(line, "{} {}{about}:", call.method, call.route).expect("a text grows");
                }
                write!(line, " {status}").expect("a text grows");
            }
            lines.insert(line);
        }
        lines.iter().for_each(|line| writeln!(text, "{line}").expect("a text grows"));
        let missing: Vec<String> = routes().into_iter().filter(|route| !asked.contains(route) && !ELSEWHERE.contains(&route.as_str())).collect();
        assert!(missing.is_empty(), "nobody asks {missing:?}");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(golden(), &text).expect("the list is written");
        }
        let expected = std::fs::read_to_string(golden()).unwrap_or_default();
        assert!(text == expected, "tests/access/routes.txt is another; UPDATE_EXPECT=1 rewrites it\n{}", first_difference(&expected, &text));
    }
}

/// The person of a name, signed in anew.
async fn identity(app: &App, name: &str) -> Client {
    let sign_in = async |email: &str| {
        let client = app.nobody();
        client.post("/api/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
        client
    };
    match name {
        "anon" => app.nobody(),
        "admin" => sign_in(ADMIN).await,
        "token" => {
            let alice = sign_in("alice@example.com").await;
            let token = alice.post("/api/auth/tokens", json!({"name": "t", "expires_in_days": 1})).await.expect(201);
            app.nobody().with_token(token["token"].as_str().expect("a token"))
        }
        "suspended" => {
            let email = format!("s{}@example.com", uuid::Uuid::now_v7().simple());
            let client = app.user(&email, &["sales"]).await;
            let path = format!("/api/records/user/{}", me(&client).await);
            app.admin.patch(&path, json!({"is_active": false, "version": 1})).await.expect(200);
            client
        }
        other => sign_in(&format!("{other}@example.com")).await,
    }
}
