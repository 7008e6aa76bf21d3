//! Alive, ready, and the shape of what the edge answers to strangers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::every_database;

every_database! {
    async fn alive_and_ready(app: App) {
        assert_eq!(app.nobody().get("/healthz").await.status, 200);
        assert_eq!(app.nobody().get("/readyz").await.status, 200);
    }

    async fn strangers_learn_nothing(app: App) {
        let nobody = app.nobody();
        for path in ["/api/records/user", "/api/records/nothing", "/api/meta/catalog", "/api/openapi.json", "/api/events"] {
            let problem = nobody.get(path).await;
            assert_eq!(problem.headers["content-type"], "application/problem+json", "{path}");
            let body = problem.expect(401);
            assert_eq!(body["status"], json!(401));
        }
    }

    async fn unknown_addresses_of_the_interface_are_problems(app: App) {
        app.admin.get("/api/nothing").await.expect(404);
        app.admin.delete("/api/meta/catalog").await.expect(405);
    }

    async fn malformed_requests_change_nothing_and_say_where(app: App) {
        app.publish(json!([{"kind": "entity", "name": "thing", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "price", "type": "money"}]}])).await;
        let send = |method: Method, path: &str, body: &'static str, header: (&'static str, &'static str)| {
            let request = app.admin.request(method, path).header(header.0, header.1);
            let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
            app.admin.send(request.header("Content-Type", kind).body(body))
        };
        let none = ("X-Nothing", "1");
        let all = "/api/records/thing";
        for (body, status, codes) in [
            (r#"{"name": "a", "name": "b"}"#, 400, "request.not_json"),
            (r#"{"name": "a\ud800"}"#, 400, "request.not_json"),
            (r#"{"price": NaN}"#, 400, "request.not_json"),
            (r#"{"price": 1e400}"#, 400, "request.not_json"),
            (r#"{"name": "a\u0000b"}"#, 422, "/name record.text_with_nul"),
            (r#"{"price": "123456789012345678901234567890123456789012345678901234567890.12"}"#, 422, "/price record.too_many_digits"),
            (r#"{"price": "12e"}"#, 422, "/price record.not_a_number"),
            ("name=x", 400, "request.content_type"),
        ] {
            assert_eq!(send(Method::POST, all, body, none).await.problem(status), [codes], "{body}");
        }
        let long = json!({"name": "x".repeat(2 << 20)});
        assert_eq!(app.admin.post(all, long).await.problem(422), ["/name record.text_too_large"]);
        assert_eq!(app.admin.get(&format!("{all}?count=exact")).await.expect(200)["count"], 0);

        let record = app.admin.post(all, json!({"name": "one"})).await.expect(201);
        let path = format!("{all}/{}", record["id"].as_str().expect("an id"));
        let tag = ("If-Match", "\"1\"");
        assert_eq!(send(Method::PATCH, &path, r#"{"name": "b", "version": 2}"#, tag).await.problem(400), ["/version record.versions_differ"]);
        assert_eq!(send(Method::PATCH, &path, r#"{"name": "b"}"#, none).await.problem(428), ["/version record.version_required"]);
        assert_eq!(send(Method::PATCH, &path, r#"{"name": "b"}"#, ("If-Match", "x")).await.problem(400), ["/version record.version_form"]);
        // What is no parameter of a call is not passed over in silence: it may have been meant as a condition.
        for (method, path) in [(Method::DELETE, format!("{path}?version=7")), (Method::GET, format!("{path}/history?at=1")), (Method::PATCH, format!("{path}?version=1")), (Method::POST, format!("{path}/restore?x=1"))] {
            let codes = send(method.clone(), &path, r#"{"version": 1}"#, none).await.problem(400);
            assert_eq!(codes.len(), 1, "{method} {path}");
            assert!(codes[0].ends_with("request.unknown_parameter"), "{codes:?}");
        }
        assert_eq!(send(Method::PATCH, &path, r#"{"name": "two", "version": 1}"#, tag).await.expect(200)["version"], 2);
        assert_eq!(send(Method::DELETE, &path, "", tag).await.expect(409)["current_version"], 2);

        // In a batch every refusal names its operation.
        let id = record["id"].clone();
        let batch = |operations: Value| app.admin.post("/api/records/batch", json!({"operations": operations}));
        let create = json!({"op": "create", "entity": "thing", "values": {"name": "three"}});
        let update = |version: Value| json!({"op": "update", "entity": "thing", "id": id, "values": {"name": "z"}, "version": version});
        assert_eq!(batch(json!([create, update(Value::Null)])).await.problem(428), ["/operations/1/version record.version_required"]);
        assert_eq!(batch(json!([create, update(json!(1))])).await.problem(409), ["/operations/1/values/name record.changed_meanwhile"]);
        assert_eq!(app.admin.get(&format!("{all}?count=exact")).await.expect(200)["count"], 1);
    }

    async fn uploads_that_are_none_are_problems(app: App) {
        for path in ["/api/files", "/api/imports", "/api/imports/preview"] {
            let answer = app.admin.send(app.admin.request(Method::POST, path).body("x")).await;
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
            assert_eq!(answer.problem(400), ["request.not_a_form"], "{path}");
        }
        // Browsers write a quotation mark in a name as %22.
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.txt\"\r\n\r\nx\r\n--b--\r\n";
        let upload = app.admin.request(Method::POST, "/api/files").header("Content-Type", "multipart/form-data; boundary=b");
        let stored = app.admin.send(upload.body(form)).await.expect(201);
        assert_eq!(stored["name"], "a \"b\".txt");
        let twice = json!({"email": "bob", "name": "Bob"});
        assert_eq!(app.admin.post("/api/records/user", twice).await.problem(422), ["/email record.email_malformed"]);
    }

    async fn an_address_that_cannot_be_read_is_a_problem(app: App) {
        let address = app.admin.get("/api/records/%ff").await;
        assert_eq!(address.headers["content-type"], "application/problem+json");
        assert_eq!(address.expect(400)["code"], json!("request.unreadable"));
    }

    async fn every_call_is_described(app: App) {
        app.publish(json!([
            {"kind": "entity", "name": "note", "fields": [{"name": "text", "type": "text"}]},
            {"kind": "script", "name": "acts", "source": "fn f(x) { x }",
                "buttons": [{"name": "press", "entity": "note", "function": "f"}],
                "endpoints": [{"method": "POST", "path": "orders/{number}", "function": "f"}]},
            {"kind": "role", "name": "writers", "entities": {"note": {"read": true, "share": true}}}])).await;
        let document = app.admin.get("/api/openapi.json").await.expect(200);
        let mut missing = Vec::new();
        for (path, method) in calls() {
            let path = path.replace("/records/{entity}", "/records/note");
            if document["paths"][&path][&method].is_null() {
                missing.push(format!("{method} {path}"));
            }
        }
        assert!(missing.is_empty(), "not in the OpenAPI: {missing:?}");
        assert_eq!(document["paths"]["/x/orders/{number}"]["post"]["parameters"][0]["name"], "number");
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods").iter().filter(|(name, _)| *name != "parameters") {
                assert!(operation["responses"]["default"].is_object(), "{method} {path} says nothing of problems");
            }
        }
        let mut unknown = Vec::new();
        references(&document, &mut |name| {
            if document["components"]["schemas"][name].is_null() {
                unknown.push(name.to_owned());
            }
        });
        assert!(unknown.is_empty(), "unknown schemas: {unknown:?}");
    }

    async fn no_call_passes_over_a_parameter_that_it_does_not_know(app: App) {
        let document = app.admin.get("/api/openapi.json").await.expect(200);
        let mut asked = 0;
        for (path, method) in calls() {
            let operation = &document["paths"][&path.replace("/records/{entity}", "/records/user")][&method];
            // Whoever is asked to sign in gives no parameters but those of the provider.
            if operation["security"] == json!([]) {
                continue;
            }
            let path = format!("/api{}?nobody=1", path.replace("{entity}", "user").replace(['{', '}'], ""));
            let method = method.to_uppercase().parse().expect("a method");
            let answer = app.admin.send(app.admin.request(method, &path)).await;
            let codes = answer.problem(400);
            assert!(codes.iter().any(|code| code == "/nobody request.unknown_parameter"), "{path}: {codes:?}");
            asked += 1;
        }
        assert!(asked > 50, "{asked}");
    }

    async fn what_is_described_is_what_one_may_write(app: App) {
        app.publish(json!([
            {"kind": "entity", "name": "note", "fields": [
                {"name": "text", "type": "text", "required": true, "max_length": 40},
                {"name": "state", "type": "text", "required": true, "default": "new"},
                {"name": "price", "type": "money"}]},
            {"kind": "role", "name": "readers", "entities": {"note": {"read": true}}},
            {"kind": "role", "name": "writers", "entities": {"note": {"read": true, "create": true, "update": true,
                "fields": {"*": "write", "price": "read"}}}}])).await;
        let writer = app.user("writer@example.com", &["writers"]).await;
        let schemas = writer.get("/api/openapi.json").await.expect(200)["components"]["schemas"].take();
        let (values, changes) = (&schemas["note_values"], &schemas["note_changes"]);
        assert_eq!(values["required"], json!(["text"]));
        assert_eq!(values["properties"]["text"], json!({"type": ["string"], "maxLength": 40}));
        assert_eq!((&values["properties"]["price"], &values["properties"]["version"]), (&json!(null), &json!(null)));
        assert_eq!((&changes["required"], &changes["properties"]["version"]["type"]), (&json!([]), &json!("integer")));
        // Who may not is told so whatever they send, also nothing.
        let reader = app.user("reader@example.com", &["readers"]).await;
        let schemas = reader.get("/api/openapi.json").await.expect(200)["components"]["schemas"].take();
        assert_eq!((&schemas["note_values"], &schemas["note_changes"]), (&json!(null), &json!(null)));
        let note = app.admin.post("/api/records/note", json!({"text": "x"})).await.expect(201);
        let one = format!("/api/records/note/{}", note["id"].as_str().expect("an id"));
        for (method, path, code) in [
            (Method::POST, "/api/records/note", "record.create_forbidden"), (Method::PATCH, one.as_str(), "record.update_forbidden")] {
            assert_eq!(reader.send(reader.request(method, path)).await.problem(403), [code]);
        }
        assert_eq!(reader.delete(&format!("{one}?x=1")).await.problem(403), ["record.delete_forbidden"]);
        // Of a record nothing may be asked but whether it is there.
        assert_eq!(reader.get(&format!("{one}?select=")).await.expect(200), json!({}));
        let missing = "/api/records/note/01900000-0000-7000-8000-000000000000";
        reader.get(&format!("{missing}?select=")).await.expect(404);
    }
}

/// Addresses and methods as the router writes them.
fn calls() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../designer-api/src/router.rs"))
        .expect("the router");
    let interface = text.split("Router::new()").nth(1).expect("the interface");
    let mut calls = Vec::new();
    for route in interface.split(".route(").skip(1) {
        let path = route.split('"').nth(1).expect("a route names its address").to_owned();
        for method in ["get", "post", "put", "patch", "delete"] {
            let named = |(at, _): (usize, &str)| {
                !route[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
            };
            if route.match_indices(&format!("{method}(")).any(named) {
                calls.push((path.clone(), method.to_owned()));
            }
        }
    }
    assert!(calls.len() > 40, "the router is read");
    calls
}

/// Calls back with the name of each schema that the document refers to.
fn references(value: &serde_json::Value, seen: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(members) => {
            if let Some(name) =
                members.get("$ref").and_then(|name| name.as_str()?.strip_prefix("#/components/schemas/"))
            {
                seen(name);
            }
            members.values().for_each(|value| references(value, seen));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| references(item, seen)),
        _ => {}
    }
}
