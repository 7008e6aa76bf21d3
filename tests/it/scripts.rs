//! Scripts: hooks, buttons, endpoints and what runs at set times, with the rights they have, on either database.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use engine::Config;
use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn script(name: &str, source: &str, more: &Value) -> Value {
    let mut document = json!({"kind": "script", "name": name, "source": source});
    if let (Some(document), Some(more)) = (document.as_object_mut(), more.as_object()) {
        document.extend(more.clone());
    }
    document
}

fn entities() -> Vec<Value> {
    vec![
        json!({"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "discount", "type": "percent"},
            {"name": "note", "type": "text"}]}),
        json!({"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true, "max_length": 40}, {"name": "amount", "type": "money"},
            {"name": "cost", "type": "money"}, {"name": "margin", "type": "money"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}, {"value": "lost"}], "default": "new"},
            {"name": "closed", "type": "date"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "cascade"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": {"mode": "stored", "expression": "items.sum(|i| i.price * i.count)"}}]}),
        json!({"kind": "entity", "name": "item", "fields": [{"name": "price", "type": "money"}, {"name": "count", "type": "integer"}]}),
        json!({"kind": "entity", "name": "task", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "done", "type": "boolean"},
            {"name": "deal", "type": "link", "target": "deal", "inverse": "tasks", "on_delete": "cascade"}]}),
        json!({"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true},
            "deal": {"read": "owner == user", "create": true, "update": true, "delete": true, "fields": {"cost": "none", "margin": "read"}},
            "item": {"read": true, "create": true, "update": true, "delete": true},
            "task": {"read": true, "create": true}}}),
    ]
}

async fn publish(app: &App, scripts: &[Value]) {
    let mut documents = entities();
    documents.extend(scripts.iter().cloned());
    app.publish(Value::Array(documents)).await;
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn read(client: &Client, entity: &str, record: &Value) -> Value {
    client.get(&format!("/api/records/{entity}/{}", record["id"].as_str().unwrap())).await.expect(200)
}

fn names(list: &Value, field: &str) -> Vec<String> {
    list["items"].as_array().unwrap().iter().filter_map(|item| item[field].as_str().map(str::to_owned)).collect()
}

async fn tasks(client: &Client) -> Vec<String> {
    names(&client.get("/api/records/task?select=title&sort=title").await.expect(200), "title")
}

/// Asks until it is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("not within ten seconds: {what}");
}

/// A bank on this machine, by the number of its port.
async fn bank() -> u16 {
    let (free, waiting) = tokio::sync::watch::channel(false);
    let rate = |query: RawQuery, headers: HeaderMap, body: String| async move {
        let right = query.0.as_deref() == Some("to=EUR") && headers["x-key"] == "k" && body == r#"{"sum":"10.5"}"#;
        assert!(right, "{query:?} {headers:?} {body}");
        ([("x-bank", "Credit")], r#"{"cost": 21}"#)
    };
    let wait = move || {
        let mut waiting = waiting.clone();
        async move { waiting.wait_for(|free| *free).await.map(|_| ()).map_err(|_| StatusCode::GONE) }
    };
    let router = Router::new()
        .route("/rate", post(rate))
        .route("/moved", get(|| async { (StatusCode::FOUND, [("location", "http://localhost/")]) }))
        .route("/long", get(|| async { "x".repeat(70_000) }))
        .route("/wait", get(wait))
        .route("/release", get(move || async move { free.send_replace(true).to_string() }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

const HOOKS: &str = r#"
import "rates" as rates;

fn price(record, before) {
    if record.title == "early" { record.company = create("company", #{name: "Late"}); }
    if record.company != () && record.amount == () {
        record.amount = 100.5 * (1 - rates::discount(record.company));
    }
    if before != () && before.stage != "won" && record.stage == "won" {
        record.closed = "2026-05-01";
        create("task", #{title: `Thank ${record.title}`, deal: record});
        record.company.note = `Won ${record.title}`;
    }
}

fn judge(record, before) {
    if record.amount > 1000 { fail("Too much: " + record.amount.to_string(), "amount"); }
    if record.title == "touch" { record.title = "x"; }
}

fn keep(record) {
    if record.tasks.any(|t| !t.done) { fail(`“${record.title}” has open tasks`); }
}
"#;

fn hooks() -> Vec<Value> {
    vec![
        script(
            "hooks",
            HOOKS,
            &json!({"hooks": [
                {"entity": "deal", "event": "before_save", "function": "price"},
                {"entity": "deal", "event": "validate", "function": "judge"},
                {"entity": "deal", "event": "before_delete", "function": "keep"}]}),
        ),
        script("rates", "fn discount(company) { company.discount ?? 0.1 }", &json!({})),
    ]
}

every_database! {
    async fn hooks_change_and_refuse_what_is_saved(app: App) {
        publish(&app, &hooks()).await;
        let acme = make(&app.admin, "company", json!({"name": "Acme", "discount": "0.2"})).await;
        let plain = make(&app.admin, "company", json!({"name": "Plain"})).await;
        let deal = make(&app.admin, "deal", json!({"title": "One", "company": acme["id"]})).await;
        assert_eq!((&deal["amount"], &deal["version"]), (&json!("80.40"), &json!(1)));
        let other = make(&app.admin, "deal", json!({"title": "Two", "company": plain["id"]})).await;
        assert_eq!(other["amount"], "90.45");
        // Refused at the field, and nothing is left of it.
        let refused = app.admin.post("/api/records/deal", json!({"title": "Big", "amount": "1000.01"})).await;
        let body = refused.expect(422);
        assert_eq!((&body["errors"][0]["path"], &body["errors"][0]["message"]), (&json!("/amount"), &json!("Too much: 1000.01")));
        // What the hook writes beside the record becomes true with it.
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        let won = app.admin.patch(&path, json!({"stage": "won", "version": 1})).await.expect(200);
        assert_eq!((&won["closed"], &won["version"]), (&json!("2026-05-01"), &json!(2)));
        assert_eq!(tasks(&app.admin).await, ["Thank One"]);
        assert_eq!(read(&app.admin, "company", &acme).await["note"], "Won One");
        // A record that the hook makes is there after the one that is saved.
        let early = app.admin.post("/api/records/deal", json!({"title": "early"})).await.expect(422);
        assert_eq!(early["errors"][1]["code"], "script.made_later");
        // A value that validate changes is refused: there everything is settled.
        let touched = app.admin.post("/api/records/deal", json!({"title": "touch"})).await.expect(422);
        assert_eq!(touched["errors"][1]["code"], "script.settled");
        assert_eq!(touched["errors"][0]["line"], 18);
        // On every path: batch, lines of others, imports.
        let batch = json!({"operations": [
            {"op": "create", "entity": "company", "values": {"name": "New", "discount": "0.5"}},
            {"op": "create", "entity": "deal", "values": {"title": "Three", "company": "$0"}},
            {"op": "create", "entity": "deal", "values": {"title": "Four", "company": plain["id"]}}]});
        app.admin.post("/api/records/batch", batch).await.expect(200);
        let all = app.admin.get("/api/records/deal?select=title,amount&sort=title").await.expect(200);
        assert_eq!(names(&all, "title"), ["Four", "One", "Three", "Two"]);
        assert_eq!(names(&all, "amount"), ["90.45", "80.40", "50.25", "90.45"]);
        // A deal with an open task stays, also when its company goes.
        let problem = app.admin.delete(&path).await.expect(422);
        assert_eq!(problem["errors"][0]["message"], "“One” has open tasks");
        app.admin.delete(&format!("/api/records/company/{}", acme["id"].as_str().unwrap())).await.expect(422);
        assert_eq!(tasks(&app.admin).await, ["Thank One"]);
        app.admin.delete(&format!("/api/records/deal/{}", other["id"].as_str().unwrap())).await.expect(204);
        let (_, second) = app.another_node().await;
        assert_eq!(make(&second, "deal", json!({"title": "Five", "company": plain["id"]})).await["amount"], "90.45");
    }

    async fn a_script_has_the_rights_of_whoever_sets_it_off(app: App) {
        let source = "fn margin(record) { record.margin = (record.amount ?? 0) - (record.cost ?? 0); }
            fn seen(record) { log(record.cost == ()); record.margin ?? \"nothing\" }
            fn spy(request) { find(\"deal\").map_titles() }
            fn list(request) { let all = []; for deal in find(\"deal\", \"title != :no\", #{no: \"x\"}, #{sort: \"title\"}) { all.push(deal.title); } all }
            fn promote(record) { record.owner.roles = []; }";
        let as_caller = script("own", source, &json!({
            "buttons": [{"name": "seen", "entity": "deal", "function": "seen"}, {"name": "promote", "entity": "deal", "function": "promote"}],
            "endpoints": [{"method": "GET", "path": "own", "function": "list"}]}));
        let as_system = script("past", source, &json!({"run_as": "system",
            "hooks": [{"entity": "deal", "event": "before_save", "function": "margin"}],
            "endpoints": [{"method": "GET", "path": "past", "function": "list"}, {"method": "GET", "path": "few", "function": "list", "roles": ["designer"]}]}));
        publish(&app, &[as_caller, as_system]).await;
        let sam = app.user("sam@example.com", &["sales"]).await;
        make(&app.admin, "deal", json!({"title": "Hidden", "amount": "10", "cost": "4"})).await;
        // Of a field that sales may not read nor write, the system makes one that they may read.
        let deal = make(&sam, "deal", json!({"title": "Mine", "amount": "7"})).await;
        assert_eq!((&deal["margin"], deal.get("cost")), (&json!("7.00"), None));
        let press = |button: &str, record: &Value| (format!("/api/records/deal/buttons/own/{button}"), json!({"records": [record["id"]]}));
        let (path, body) = press("seen", &deal);
        assert_eq!(sam.post(&path, body).await.expect(200)["message"], json!("7"));
        assert_eq!(sam.get("/api/x/own").await.expect(200), json!(["Mine"]));
        assert_eq!(sam.get("/api/x/past").await.expect(200), json!(["Hidden", "Mine"]));
        assert_eq!(sam.get("/api/x/few").await.problem(404), ["endpoint.unknown"]);
        assert_eq!(app.admin.get("/api/x/few").await.expect(200), json!(["Hidden", "Mine"]));
        assert_eq!(app.admin.get("/api/x/own").await.expect(200), json!(["Hidden", "Mine"]));
        // What the product keeps no script writes, whoever calls it.
        let (path, body) = press("promote", &deal);
        let problem = app.admin.post(&path, body.clone()).await.expect(422);
        assert_eq!(problem["errors"][1]["code"], "script.system_record");
        // Whoever may not draw hears where, and not what.
        let problem = sam.post(&path, body).await.expect(422);
        assert_eq!((problem["errors"].as_array().unwrap().len(), &problem["errors"][0]["code"]), (1, &json!("script.failed")));
        // A script that runs past rights is named by the plan, and only an administrator publishes one.
        let designer = app.user("dan@example.com", &["designer"]).await;
        designer.put("/api/meta/drafts/script/mine", script("mine", "fn a() { 1 }", &json!({}))).await.expect(200);
        let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
        let body = json!({"plan_id": plan["plan_id"]});
        assert_eq!(designer.post("/api/meta/publish", body.clone()).await.problem(403), ["access.administer_scripts"]);
        app.admin.post("/api/meta/publish", body).await.expect(200);
        let wide = script("mine", "fn a() { 1 }", &json!({"run_as": "system"}));
        app.admin.put("/api/meta/drafts/script/mine", wide).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let warned: Vec<&str> = plan["warnings"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str()).collect();
        assert_eq!(warned, ["plan.script_as_system"], "{plan:#}");
    }

    async fn buttons_do_everything_or_nothing(app: App) {
        let source = "fn win(record, parameters) {
                record.stage = \"won\";
                record.closed = parameters.day ?? today();
                if parameters.gift != () { create(\"task\", #{title: `Send ${parameters.gift}`, deal: record}); }
                if record.title == \"Bad\" { create(\"task\", #{titel: \"x\"}); }
                if record.title == \"Long\" { record.title = parse_json(`\"${record.title.pad_left(41, \"x\")}\"`); }
                `${record.title} is won`
            }
            fn copy(record) {
                let made = create(\"deal\", #{title: `Copy of ${record.title}`, company: record.company});
                for item in record.items { create(\"item\", #{deal: made, price: item.price * 2, count: item.count}); }
                made
            }
            fn endless(record) { let n = 0; loop { n += 1; } }
            fn undo(record) { for task in record.tasks { delete(task); } }";
        let button = |name: &str, more: Value| {
            let mut button = json!({"name": name, "entity": "deal", "function": name, "label": {"en": name}});
            button.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            button
        };
        let document = script("acts", source, &json!({"buttons": [
            button("win", json!({"when": "stage != \"won\"", "on_list": true, "parameters": [
                {"name": "gift", "type": "text", "label": {"en": "Gift"}}, {"name": "day", "type": "date", "required": true}]})),
            button("copy", json!({})), button("endless", json!({})), button("undo", json!({}))]}));
        publish(&app, &[document]).await;
        let deals: Vec<Value> = {
            let mut deals = Vec::new();
            for title in ["One", "Two", "Bad", "Long"] {
                deals.push(make(&app.admin, "deal", json!({"title": title, "items": [{"price": "2", "count": 3}]})).await);
            }
            deals
        };
        let path = |button: &str| format!("/api/records/deal/buttons/acts/{button}");
        let ids = |at: &[usize]| at.iter().map(|at| deals[*at]["id"].clone()).collect::<Vec<_>>();
        let win = |at: &[usize]| json!({"records": ids(at), "parameters": {"gift": "tea", "day": "2026-03-04"}});
        // The catalog tells of the buttons, and what they ask for is checked, all of it.
        let catalog = app.admin.get("/api/meta/catalog").await.expect(200);
        let entity = catalog["entities"].as_array().unwrap().iter().find(|it| it["name"] == "deal").unwrap().clone();
        assert_eq!((&entity["buttons"][0]["name"], &entity["buttons"][0]["parameters"][1]["type"]), (&json!("win"), &json!("date")));
        let wrong = json!({"records": ids(&[0]), "parameters": {"gift": 3, "colour": "red"}});
        let problem = app.admin.post(&path("win"), wrong).await.problem(422);
        assert_eq!(problem, ["/parameters/gift record.not_a_text", "/parameters/day record.required", "/parameters/colour button.unknown_parameter"]);
        // One of three is wrong: nothing of any.
        let problem = app.admin.post(&path("win"), win(&[0, 1, 2])).await.expect(422);
        assert_eq!(problem["errors"][1]["code"], "record.unknown_field", "{problem:#}");
        assert!(tasks(&app.admin).await.is_empty());
        assert_eq!(read(&app.admin, "deal", &deals[0]).await["stage"], "new");
        // What a save refuses is told at the field.
        assert_eq!(app.admin.post(&path("win"), win(&[3])).await.expect(422)["errors"][1]["code"], "record.too_long");
        let pressed = app.admin.post(&path("win"), win(&[0, 1])).await.expect(200);
        assert_eq!(pressed["message"], "Two is won");
        assert_eq!(read(&app.admin, "deal", &deals[1]).await["closed"], "2026-03-04");
        assert_eq!(tasks(&app.admin).await, ["Send tea", "Send tea"]);
        // Where the condition does not hold there is no button.
        assert_eq!(app.admin.post(&path("win"), win(&[0])).await.problem(422), ["button.not_now"]);
        assert_eq!(app.admin.post(&path("copy"), json!({"records": ids(&[0, 1])})).await.problem(422), ["/records button.records"]);
        assert_eq!(app.admin.post(&path("none"), json!({"records": ids(&[0])})).await.problem(404), ["button.unknown"]);
        // A record that is made is opened by the identity it has by then, its lines with it.
        let opened = app.admin.post(&path("copy"), json!({"records": ids(&[0])})).await.expect(200)["open"].clone();
        let copy = read(&app.admin, "deal", &opened).await;
        assert_eq!((&copy["title"], &copy["total"], &copy["items"][0]["price"]), (&json!("Copy of One"), &json!("12.00"), &json!("4.00")));
        // One that never ends is stopped, and nothing waits for it.
        let problem = app.admin.post(&path("endless"), json!({"records": ids(&[0])})).await.problem(422);
        assert!(problem == ["script.limit_steps"] || problem == ["script.limit_time"], "{problem:?}");
        app.admin.post(&path("undo"), json!({"records": ids(&[0])})).await.expect(200);
        assert_eq!(tasks(&app.admin).await, ["Send tea"]);
        // History and audit say who it was; the audit also which script.
        let history = app.admin.get(&format!("/api/records/deal/{}/history", deals[0]["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(history["items"].as_array().unwrap().len(), 2);
        let events = app.admin.get("/api/records/audit_event?select=operation,script&filter=script%20==%20%22acts%22").await.expect(200);
        assert_eq!(events["items"].as_array().unwrap().len(), 7, "{events:#}");
    }

    async fn endpoints_answer_programs(app: App) {
        let source = "fn receive(request) {
                let body = request.body;
                if body.title == () { return #{status: 400, body: #{error: \"a title is missing\"}}; }
                let company = find_one(\"company\", \"name == :name\", #{name: body.company});
                if company == () { company = create(\"company\", #{name: body.company}); }
                let deal = create(\"deal\", #{title: body.title, amount: body.amount, company: company});
                #{status: 201, body: #{deal: deal.id, source: request.query.source, number: request.path.number}}
            }
            fn show(request) { let deal = get(\"deal\", request.path.id); if deal == () { return #{status: 404, body: ()}; } #{title: deal.title, amount: deal.amount, count: count(\"deal\")} }
            fn nothing(request) { }
            fn sly(request) { create(\"company\", #{name: \"Sly\"}); }
            fn greedy(request) { let n = 0; loop { n += find(\"company\", \"name != :n\", #{n: n.to_string()}).len(); } }";
        let document = script("shop", source, &json!({"endpoints": [
            {"method": "POST", "path": "orders/{number}", "function": "receive"},
            {"method": "GET", "path": "deals/{id}", "function": "show"},
            {"method": "DELETE", "path": "deals/{id}", "function": "nothing"},
            {"method": "GET", "path": "sly", "function": "sly"}, {"method": "GET", "path": "greedy", "function": "greedy"},
            {"method": "GET", "path": "deals/first", "function": "nothing"}]}));
        publish(&app, &[document]).await;
        let order = json!({"title": "Order", "amount": 12.5, "company": "Robert'); DROP \"x\""});
        let made = app.admin.post("/api/x/orders/17?source=shop", order.clone()).await.expect(201);
        assert_eq!((&made["source"], &made["number"]), (&json!("shop"), &json!("17")));
        app.admin.post("/api/x/orders/18", order).await.expect(201);
        let companies = app.admin.get("/api/records/company?select=name").await.expect(200);
        assert_eq!(names(&companies, "name"), ["Robert'); DROP \"x\""]);
        let shown = app.admin.get(&format!("/api/x/deals/{}", made["deal"].as_str().unwrap())).await.expect(200);
        assert_eq!(shown, json!({"title": "Order", "amount": "12.5", "count": 2}));
        let missing = app.admin.post("/api/x/orders/1", json!({})).await.expect(400);
        assert_eq!(missing, json!({"error": "a title is missing"}));
        app.admin.get("/api/x/deals/nobody").await.expect(404);
        app.admin.get("/api/x/deals/first").await.expect(204);
        assert_eq!(app.admin.get("/api/x/orders/1").await.problem(404), ["endpoint.method"]);
        assert_eq!(app.admin.get("/api/x/sly").await.problem(422), ["endpoint.get_writes"]);
        assert_eq!(app.admin.get("/api/x/greedy").await.problem(422), ["script.too_many_questions"]);
        assert_eq!(app.admin.get("/api/x/elsewhere").await.problem(404), ["endpoint.unknown"]);
        assert_eq!(Client::new(app.admin.base()).get("/api/x/deals/first").await.status, 401);
    }

    async fn functions_ask_the_hosts_that_are_named(app: App) {
        let bank = bank().await;
        let source = format!("
            fn rate(record) {{
                let answer = http(#{{method: \"POST\", url: \"http://127.0.0.1:{bank}/rate\", query: #{{to: \"EUR\"}}, headers: #{{\"X-Key\": \"k\"}}, body: #{{sum: record.amount}}}});
                if answer.status != 200 {{ fail(`The bank says ${{answer.status}}`); }}
                record.cost = parse_json(answer.body).cost;
                answer.headers[\"x-bank\"]
            }}
            fn elsewhere() {{ http(#{{url: \"http://localhost:{bank}/rate\"}}) }}
            fn many() {{ for n in 0..11 {{ http(#{{url: \"http://127.0.0.1:{bank}/none\"}}); }} }}
            fn moved() {{ http(#{{url: \"http://127.0.0.1:{bank}/moved\"}}).status }}
            fn long() {{ http(#{{url: \"http://127.0.0.1:{bank}/long\"}}) }}
            fn wait() {{ http(#{{url: \"http://127.0.0.1:{bank}/wait\"}}).status }}
            fn release() {{ http(#{{url: \"http://127.0.0.1:{bank}/release\"}}).status }}
            fn early(record) {{ if record.title == \"early\" {{ http(#{{url: \"http://127.0.0.1:{bank}/rate\"}}); }} }}
            fn put() {{ http(#{{method: \"PUT\", url: \"http://127.0.0.1:{bank}/rate\"}}); }}
            fn caught() {{ try {{ http(#{{url: \"http://127.0.0.1:1/\"}}) }} catch (why) {{ return `${{why}}`; }} }}");
        let address = |name: &str| json!({"method": "GET", "path": format!("bank/{name}"), "function": name});
        let reads: Vec<Value> = ["elsewhere", "many", "moved", "long", "wait", "release", "put", "caught"].map(address).to_vec();
        publish(&app, &[script("bank", &source, &json!({
            "hosts": ["127.0.0.1"], "endpoints": reads,
            "hooks": [{"entity": "deal", "event": "before_save", "function": "early"}],
            "buttons": [{"name": "rate", "label": {"en": "Rate"}, "entity": "deal", "function": "rate"}]}))]).await;
        let deal = make(&app.admin, "deal", json!({"title": "Tea", "amount": "10.50"})).await;
        let press = json!({"records": [deal["id"]]});
        let path = "/api/records/deal/buttons/bank/rate";
        // Addresses of one's own network are opened by whoever runs the product alone.
        assert_eq!(app.admin.post(path, press.clone()).await.problem(422), ["/source script.was_refused", "script.http_forbidden"]);
        let (engine, admin) = app.another_node_with(Config { outbound_private: true, ..app.config.clone() }).await;
        let pressed = admin.post(path, press.clone()).await.expect(200);
        assert_eq!(pressed["message"], "Credit", "{pressed:#}");
        assert_eq!(read(&admin, "deal", &deal).await["cost"], "21.00");
        // Other hosts, more than there may be, where one is sent on to, what is too long, what a save would wait for.
        assert_eq!(admin.get("/api/x/bank/elsewhere").await.problem(422), ["/source script.was_refused", "script.http_host"]);
        assert_eq!(admin.get("/api/x/bank/many").await.problem(422), ["script.too_many_requests"]);
        assert_eq!(admin.get("/api/x/bank/moved").await.expect(200), json!(302));
        assert_eq!(admin.get("/api/x/bank/long").await.problem(422), ["/source script.was_refused", "script.http_too_long"]);
        assert_eq!(admin.get("/api/x/bank/put").await.problem(422), ["/source script.was_refused", "script.http_reads"]);
        let caught = admin.get("/api/x/bank/caught").await.expect(200);
        assert!(caught.as_str().unwrap().contains("script.http_no_answer"), "{caught}");
        let early = admin.post("/api/records/deal", json!({"title": "early"})).await;
        assert_eq!(early.problem(422), ["/source script.was_refused", "script.http_in_hook"]);
        // Those that wait for elsewhere keep no turn from others: more of them than there are turns, and one that sets them free.
        let waiting: Vec<_> = (0..40).map(|_| admin.get("/api/x/bank/wait")).collect();
        let (waited, released) = tokio::join!(futures_util::future::join_all(waiting), admin.get("/api/x/bank/release"));
        released.expect(200);
        for answer in waited {
            assert_eq!(answer.expect(200), json!(200));
        }
        // A try asks nothing, and a plan tells whom a script may ask from now on.
        let body = json!({"name": "bank", "source": source, "function": "caught"});
        let tried = admin.post("/api/meta/scripts/run", body).await.expect(200);
        assert!(tried["value"].as_str().unwrap().contains("script.http_in_trial"), "{tried}");
        let wider = script("bank", &source, &json!({"hosts": ["127.0.0.1", "api.example.com"]}));
        admin.put("/api/meta/drafts/script/bank", wider).await.expect(200);
        let plan = admin.post("/api/meta/plan", json!({})).await.expect(200);
        let warned = plan["warnings"].as_array().unwrap().iter().find(|it| it["code"] == "plan.script_hosts").unwrap();
        assert!(warned["message"].as_str().unwrap().contains(": api.example.com."), "{warned}");
        let wrong = script("bank", &source, &json!({"hosts": ["https://api.example.com/x"]}));
        assert_eq!(
            admin.put("/api/meta/drafts/script/bank", wrong).await.problem(422),
            ["/hosts/0 script.bad_host"]
        );
        engine.close().await;
    }

    async fn hooks_after_a_save_are_work_of_their_own(app: App) {
        let source = "fn told(record, before) {
                if before == () { create(\"task\", #{title: `New ${record.title}`, deal: record}); return; }
                if before.amount != record.amount { create(\"task\", #{title: `${record.title}: ${before.amount} to ${record.amount}`, deal: record}); }
                if record.title == \"Fail\" { record.missing; }
            }
            fn again(record) { record.count = (record.count ?? 0) + 1; }";
        let document = script("after", source, &json!({"hooks": [
            {"entity": "deal", "event": "after_save", "function": "told"},
            {"entity": "item", "event": "after_save", "function": "again"}]}));
        publish(&app, &[document]).await;
        let deal = make(&app.admin, "deal", json!({"title": "One", "amount": "5"})).await;
        until("the task is made", async || tasks(&app.admin).await == ["New One"]).await;
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        app.admin.patch(&path, json!({"amount": "6", "version": 1})).await.expect(200);
        until("the change is told", async || tasks(&app.admin).await == ["New One", "One: 5 to 6"]).await;
        // Many at once are one piece of work.
        let operations: Vec<Value> = (10..40).map(|at| json!({"op": "create", "entity": "deal", "values": {"title": format!("D{at}")}})).collect();
        app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
        until("all are told", async || tasks(&app.admin).await.len() == 32).await;
        // What fails does not undo the save, and whoever draws sees it.
        let failing = make(&app.admin, "deal", json!({"title": "Fail", "amount": "1"})).await;
        until("it is made", async || tasks(&app.admin).await.len() == 33).await;
        let path = format!("/api/records/deal/{}", failing["id"].as_str().unwrap());
        app.admin.patch(&path, json!({"amount": "2", "version": 1})).await.expect(200);
        until("the failure is seen", async || {
            let runs = app.admin.get("/api/meta/scripts/runs").await.expect(200);
            runs["items"][0]["state"] == "failed" && runs["items"][0]["problems"][0]["code"] == "script.broken"
        }).await;
        assert_eq!(tasks(&app.admin).await.len(), 33);
        // A hook that sets itself off comes to an end.
        make(&app.admin, "deal", json!({"title": "Lines", "items": [{"price": "1", "count": 0}]})).await;
        until("it ends", async || {
            let runs = app.admin.get("/api/meta/scripts/runs").await.expect(200);
            runs["items"].as_array().unwrap().iter().any(|run| run["problems"][0]["code"] == "script.too_deep")
        }).await;
        let items = app.admin.get("/api/records/item?select=count").await.expect(200);
        assert_eq!(items["items"][0]["count"], 7, "{items:#}");
    }

    async fn what_runs_at_set_times_can_be_run_now(app: App) {
        let source = "fn sweep() { for task in find(\"task\", \"done == true\") { delete(task); } log(\"swept\"); }";
        let document = script("nightly", source, &json!({"run_as": "system",
            "schedules": [{"name": "sweep", "cron": "0 3 1 1 *", "function": "sweep"}]}));
        publish(&app, &[document]).await;
        make(&app.admin, "task", json!({"title": "Old", "done": true})).await;
        make(&app.admin, "task", json!({"title": "Open"})).await;
        let list = app.admin.get("/api/meta/schedules").await.expect(200);
        assert_eq!((&list["items"][0]["script"]["name"], &list["items"][0]["schedule"]), (&json!("nightly"), &json!("sweep")));
        let id = list["items"][0]["id"].as_str().unwrap();
        app.admin.post(&format!("/api/meta/schedules/{id}/run"), json!({})).await.expect(202);
        until("it is swept", async || tasks(&app.admin).await == ["Open"]).await;
        until("it is told", async || {
            let list = app.admin.get("/api/meta/schedules").await.expect(200);
            list["items"][0]["last"]["state"] == "done" && list["items"][0]["last"]["result"]["log"] == json!(["swept"])
        }).await;
        let person = json!({"schedules": [{"name": "sweep", "cron": "61 * * * *", "function": "sweep"}]});
        let problem = app.admin.put("/api/meta/drafts/script/nightly", script("nightly", source, &person)).await.problem(422);
        assert_eq!(problem, ["/schedules/0/cron formula.bad_cron", "/schedules/0 schedule.needs_system"]);
    }

    async fn mistakes_of_scripts_are_told_while_they_are_written(app: App) {
        publish(&app, &[]).await;
        let source = "import \"nothing\" as n;\nfn a(x, y, z) {\n  let b = 0.5; let c = ;\n}";
        let checked = app.admin.post("/api/meta/scripts/check", json!({"name": "s", "source": source})).await.expect(200);
        let places: Vec<(&Value, &Value, &Value)> =
            checked["problems"].as_array().unwrap().iter().map(|it| (&it["code"], &it["line"], &it["column"])).collect();
        assert_eq!(places, [(&json!("script.malformed"), &json!(3), &json!(24)), (&json!("script.unknown_import"), &json!(1), &json!(8))]);
        let document = script("s", "fn a(x, y, z) { 1 }", &json!({
            "hooks": [{"entity": "deel", "event": "validate", "function": "a"}, {"entity": "user", "event": "validate", "function": "aa"}],
            "buttons": [{"name": "b", "entity": "deal", "function": "a", "when": "stag == 1", "parameters": [{"name": "p", "type": "link", "target": "x"}]}]}));
        let answer = app.admin.put("/api/meta/drafts/script/s", document).await.expect(200);
        let mut codes: Vec<String> = answer["problems"].as_array().unwrap().iter()
            .map(|it| format!("{} {}", it["path"].as_str().unwrap(), it["code"].as_str().unwrap())).collect();
        codes.sort();
        assert_eq!(codes, [
            "/buttons/0/function script.too_many_parameters", "/buttons/0/when expression.unknown_name",
            "/hooks/0/entity reference.unknown_entity", "/hooks/0/function script.too_many_parameters",
            "/hooks/1/entity script.system_entity", "/hooks/1/function script.unknown_function"]);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        // A try tells what would be written, and writes nothing.
        let deal = make(&app.admin, "deal", json!({"title": "One"})).await;
        let source = "fn act(record, name) { log(`for ${name}`); record.title = name; create(\"task\", #{title: name, deal: record}); name.len() }";
        let asked = json!({"name": "s", "source": source, "function": "act", "record": {"entity": "deal", "id": deal["id"]}, "arguments": ["Ann"]});
        let tried = app.admin.post("/api/meta/scripts/run", asked.clone()).await.expect(200);
        assert_eq!((&tried["value"], &tried["log"]), (&json!(3), &json!(["for Ann"])));
        assert_eq!((&tried["writes"][0]["act"], &tried["writes"][1]["values"]["title"]), (&json!("update"), &json!("Ann")));
        assert!(tried["steps"].as_u64().unwrap() > 0);
        assert!(tasks(&app.admin).await.is_empty());
        assert_eq!(read(&app.admin, "deal", &deal).await["title"], "One");
        let mut wrong = asked;
        wrong["arguments"] = json!(["x".repeat(41)]);
        assert_eq!(app.admin.post("/api/meta/scripts/run", wrong).await.expect(422)["errors"][0]["code"], "script.was_refused");
    }

    async fn renames_carry_what_calls_scripts_along(app: App) {
        let document = script("acts", "fn look(record) { record.title }", &json!({
            "hooks": [{"entity": "deal", "event": "validate", "function": "look"}],
            "buttons": [{"name": "look", "entity": "deal", "function": "look", "when": "title != ()"}]}));
        publish(&app, &[document]).await;
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal["name"] = json!("opportunity");
        deal["fields"][0]["name"] = json!("subject");
        deal["title"] = json!("subject");
        app.admin.put("/api/meta/drafts/entity/opportunity", deal).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let warned: Vec<(&Value, &Value)> = plan["warnings"].as_array().unwrap().iter().map(|it| (&it["document"], &it["code"])).collect();
        assert_eq!(warned, [(&json!("script/acts"), &json!("rename.in_script"))], "{plan:#}");
        app.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        let document = app.admin.get("/api/meta/drafts/script/acts").await.expect(200);
        assert_eq!((&document["hooks"][0]["entity"], &document["buttons"][0]["when"]), (&json!("opportunity"), &json!("subject != ()")));
    }

    async fn tests_run_beside_the_data(app: App) {
        let source = "fn judge(record) { if record.amount > 10 { fail(\"Too much\"); } }
            fn after(record) { create(\"task\", #{title: \"Look\", deal: record}); }
            fn copy(record) { create(\"deal\", #{title: `Copy of ${record.title}`}) }";
        let given = json!([{"as": "one", "entity": "deal", "values": {"title": "One", "amount": 5}}]);
        let tests = json!([
            {"name": "refused", "when": {"do": "create", "entity": "deal", "values": {"title": "Big", "amount": 11}}, "then": {"refused": "Too much", "records": [{"entity": "deal", "count": 0}]}},
            {"name": "followed", "given": given, "when": {"do": "update", "record": "$one", "values": {"amount": 6}},
                "then": {"records": [{"record": "$one", "values": {"amount": 6}}, {"entity": "task", "count": 2, "values": {"deal": "$one"}}]}},
            {"name": "copied", "given": given, "when": {"do": "press", "button": "copy", "record": "$one"}, "then": {"records": [{"record": "$made", "values": {"title": "Copy of One"}}]}},
            {"name": "wrong", "given": given, "when": {"do": "update", "record": "$one", "values": {"amount": 12}}, "then": {"records": [{"record": "$one", "values": {"amount": 12}}]}},
            {"name": "unknown", "when": {"do": "delete", "record": "$two"}}]);
        let document = script("tested", source, &json!({"tests": tests, "buttons": [{"name": "copy", "entity": "deal", "function": "copy"}],
            "hooks": [{"entity": "deal", "event": "validate", "function": "judge"}, {"entity": "deal", "event": "after_save", "function": "after"}]}));
        publish(&app, &[]).await;
        app.admin.put("/api/meta/drafts/script/tested", document).await.expect(200);
        let tested = app.admin.post("/api/meta/scripts/test", json!({"script": "tested"})).await.expect(200);
        let found: Vec<(&str, Vec<&str>)> = tested["items"].as_array().unwrap().iter()
            .map(|it| (it["test"].as_str().unwrap(), it["failures"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str()).collect())).collect();
        let wrong = vec!["script.refused", "test.another_value"];
        assert_eq!(found, [("refused", vec![]), ("followed", vec![]), ("copied", vec![]), ("wrong", wrong), ("unknown", vec!["test.unknown_record"])], "{tested:#}");
        assert_eq!(app.admin.get("/api/records/deal?count=exact").await.expect(200)["count"], 0);
    }

    async fn a_solution_keeps_code_in_files_of_its_own(app: App) {
        publish(&app, &hooks()).await;
        let folder = tempfile::tempdir().unwrap();
        let ctx = app.engine.system(engine::Reason::CommandLine);
        engine::solutions::export(&ctx, folder.path()).await.unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join("scripts").join(name)).unwrap();
        assert_eq!(read("hooks.rhai"), HOOKS);
        assert!(!read("hooks.json").contains("source"));
        assert!(engine::solutions::check(folder.path()).unwrap().diagnostics.is_empty());
        let same = engine::solutions::plan(&ctx, folder.path()).await.unwrap();
        assert!(same.plan.steps.is_empty());
        engine::solutions::apply(&ctx, &same, engine::solutions::Consent::default()).await.unwrap();
        // A script of the folder alone, changed there, is a change to publish.
        std::fs::write(folder.path().join("scripts/rates.rhai"), "fn discount(company) { 0.5 }").unwrap();
        let proposal = engine::solutions::plan(&ctx, folder.path()).await.unwrap();
        assert_eq!(proposal.plan.steps.len(), 1, "{proposal:?}");
        engine::solutions::apply(&ctx, &proposal, engine::solutions::Consent::default()).await.unwrap();
        let acme = make(&app.admin, "company", json!({"name": "Acme"})).await;
        assert_eq!(make(&app.admin, "deal", json!({"title": "Half", "company": acme["id"]})).await["amount"], "50.25");
    }
}
