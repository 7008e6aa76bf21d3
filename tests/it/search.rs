//! Search across entities: words in every form, what may not be found, and an index that follows what is saved.

use serde_json::{Value, json};

use crate::support::{Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true},
            {"name": "notes", "type": "long_text", "searchable": true},
            {"name": "story", "type": "rich_text", "searchable": true},
            {"name": "phone", "type": "phone", "searchable": true},
            {"name": "email", "type": "email", "searchable": true},
            {"name": "terms", "type": "text", "searchable": true},
            {"name": "plain", "type": "text"},
            {"name": "region", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true},
            {"name": "number", "type": "text", "searchable": true},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"}]},
        {"kind": "entity", "name": "visit", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "company", "type": "link", "target": "company"},
            {"name": "remark", "type": "text", "searchable": true}]},
        {"kind": "role", "name": "north", "rights": ["use"], "entities": {
            "company": {"read": "region == \"north\"", "fields": {"terms": "none"}}, "visit": {"read": true}}},
        {"kind": "role", "name": "east", "rights": ["use"], "entities": {
            "company": {"read": "region == \"east\""}}}
    ])
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

/// What is found, as `entity title`, the best first.
async fn found(client: &Client, words: &str) -> Vec<String> {
    let page = client.get(&format!("/api/search?q={}", url(words))).await.expect(200);
    let items = page["items"].as_array().expect("items").iter();
    items
        .map(|item| format!("{} {}", item["entity"].as_str().unwrap_or("?"), item["title"].as_str().unwrap_or("-")))
        .collect()
}

fn url(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Asks until the answer is as wanted, for as long as the index may take.
async fn soon(client: &Client, words: &str, wanted: &[&str]) {
    let mut last = Vec::new();
    for _ in 0..100 {
        last = found(client, words).await;
        if last == wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(last, wanted, "{words}");
}

every_database! {
    async fn words_are_found_in_every_form(app: App) {
        app.publish(documents()).await;
        let values = json!({"name": "ООО «Ёлочные игрушки»", "notes": "Поставка оборудования для ёлочных базаров",
            "story": "<p>Long <b>deliveries</b> &amp; returns</p>", "phone": "+7 (912) 345-67-89",
            "email": "ivan.petrov@mail.example.com", "plain": "невидимка", "region": "north"});
        make(&app.admin, "company", values).await;
        make(&app.admin, "deal", json!({"title": "Игрушки к Новому году", "number": "2024/15-АБ"})).await;
        let one = ["company ООО «Ёлочные игрушки»"];
        soon(&app.admin, "елочные", &one).await;
        soon(&app.admin, "2024/15", &["deal Игрушки к Новому году"]).await;
        for words in ["ёлочных", "ЁЛО", "поставками", "оборуд", "delivery", "returns", "912 345", "3456789",
            "8 912 345-67-89", "+79123456789", "67-89", "petrov", "ivan.petrov@mail", "mail.example", "ООО оборудование"] {
            assert_eq!(found(&app.admin, words).await, one, "{words}");
        }
        assert_eq!(found(&app.admin, "2024/15").await, ["deal Игрушки к Новому году"]);
        assert_eq!(found(&app.admin, "игрушка").await.len(), 2, "across entities");
        for words in ["невидимка", "оборудование завод", "b", "", " , ", "\" OR 1", "'x':*", "5555555", "\0"] {
            assert_eq!(found(&app.admin, words).await, Vec::<String>::new(), "{words}");
        }
        let page = app.admin.get(&format!("/api/search?q={}", url("поставка deliveries"))).await.expect(200);
        let item = &page["items"][0];
        assert_eq!((item["field"].as_str(), item["snippet"].as_str()), (Some("notes"), Some("Поставка оборудования для ёлочных базаров")));
        assert_eq!(item["marks"], json!([[0, 8]]));
        let page = app.admin.get(&format!("/api/search?q={}", url("елоч"))).await.expect(200);
        assert_eq!(page["items"][0]["title_marks"], json!([[5, 12]]));
    }

    async fn the_best_come_first_and_pages_do_not_overlap(app: App) {
        app.publish(documents()).await;
        make(&app.admin, "deal", json!({"title": "Прочее", "number": "роза"})).await;
        make(&app.admin, "deal", json!({"title": "Розалия"})).await;
        make(&app.admin, "company", json!({"name": "Роза"})).await;
        make(&app.admin, "company", json!({"name": "Склад", "notes": "розарий"})).await;
        soon(&app.admin, "роза", &["company Роза", "deal Розалия", "deal Прочее", "company Склад"]).await;
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        loop {
            let page = app.admin.get(&format!("/api/search?q={}&limit=3&cursor={cursor}", url("роза"))).await.expect(200);
            seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["title"].to_string()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, ["\"Роза\"", "\"Розалия\"", "\"Прочее\"", "\"Склад\""]);
        let one = app.admin.get(&format!("/api/search?q={}&entities=deal", url("роза"))).await.expect(200);
        assert_eq!(one["items"].as_array().map(Vec::len), Some(2));
        let first = app.admin.get(&format!("/api/search?q={}&limit=3", url("роза"))).await.expect(200);
        let other = format!("/api/search?q=x&cursor={}", first["next_cursor"].as_str().expect("a cursor"));
        assert_eq!(app.admin.get(&other).await.problem(400), ["/cursor query.cursor"]);
        assert_eq!(app.admin.get("/api/search?q=x&entities=deal,nothing").await.problem(400), ["/entities search.unknown_entity"]);
        assert_eq!(app.admin.get("/api/search?q=x&limit=0").await.problem(400), ["/limit query.limit"]);
        assert_eq!(app.admin.get("/api/search?q=x&page=2").await.status, 400);
    }

    async fn nothing_is_found_that_may_not_be_read(app: App) {
        app.publish(documents()).await;
        let north = make(&app.admin, "company", json!({"name": "Север", "terms": "скидка", "region": "north"})).await;
        make(&app.admin, "company", json!({"name": "Восток", "terms": "скидка", "notes": "общее", "region": "east"})).await;
        make(&app.admin, "company", json!({"name": "Юг", "terms": "скидка", "notes": "общее", "region": "south"})).await;
        make(&app.admin, "deal", json!({"title": "Тайная скидка"})).await;
        make(&app.admin, "visit", json!({"name": "Встреча", "company": north["id"], "remark": "скидка"})).await;
        soon(&app.admin, "общее", &["company Юг", "company Восток"]).await;
        soon(&app.admin, "скидка", &["deal Тайная скидка", "visit Встреча", "company Юг", "company Восток", "company Север"]).await;
        let (one, both) = (app.user("n@example.com", &["north"]).await, app.user("b@example.com", &["north", "east"]).await);
        assert_eq!(found(&one, "скидка").await, ["visit Встреча"], "a hidden field tells nothing");
        assert_eq!(found(&one, "север").await, ["company Север"]);
        assert_eq!(found(&one, "север скидка").await, Vec::<String>::new(), "not even beside a visible one");
        assert_eq!(found(&both, "скидка").await, ["visit Встреча", "company Восток"], "the role that opens the record opens the field");
        assert_eq!(found(&both, "восток скидка").await, ["company Восток"]);
        assert_eq!(found(&both, "север скидка").await, Vec::<String>::new());
        assert_eq!(found(&one, "общее").await, Vec::<String>::new());
        let unknown = one.get("/api/search?q=x&entities=nowhere").await.expect(400).to_string().replace("nowhere", "NAME");
        let hidden = one.get("/api/search?q=x&entities=deal").await.expect(400).to_string().replace("deal", "NAME");
        assert_eq!(hidden, unknown, "a hidden entity looks like an unknown one");
        assert_eq!(app.nobody().get("/api/search?q=x").await.status, 401);
        assert_eq!(app.user("none@example.com", &[]).await.get("/api/search?q=x").await.expect(200)["items"], json!([]));
    }

    async fn people_are_found_too(app: App) {
        soon(&app.admin, "admin@example.com", &["user admin@example.com"]).await;
        app.user("boris@example.com", &[]).await;
        soon(&app.admin, "boris", &["user boris"]).await;
    }

    async fn the_index_follows_what_is_saved(app: App) {
        app.publish(documents()).await;
        let record = make(&app.admin, "company", json!({"name": "Ромашка"})).await;
        let path = format!("/api/records/company/{}", record["id"].as_str().expect("an id"));
        soon(&app.admin, "ромашка", &["company Ромашка"]).await;
        app.admin.patch(&path, json!({"name": "Василёк", "version": record["version"]})).await.expect(200);
        assert_eq!(found(&app.admin, "ромашка").await, Vec::<String>::new(), "an old word finds nothing at once");
        soon(&app.admin, "василек", &["company Василёк"]).await;
        app.admin.delete(&path).await.expect(204);
        assert_eq!(found(&app.admin, "василек").await, Vec::<String>::new());
        app.admin.post(&format!("{path}/restore"), json!(null)).await.expect(200);
        soon(&app.admin, "василек", &["company Василёк"]).await;
    }

    async fn the_index_is_made_anew_when_fields_change_or_somebody_asks(app: App) {
        app.publish(documents()).await;
        let many: Vec<Value> = (0..600)
            .map(|at| json!({"op": "create", "entity": "company", "values": {"name": format!("Фирма {at}"), "plain": format!("слово{at}")}}))
            .collect();
        app.admin.post("/api/records/batch", json!({"operations": many})).await.expect(200);
        soon(&app.admin, "фирма 599", &["company Фирма 599"]).await;
        assert_eq!(found(&app.admin, "слово7").await, Vec::<String>::new());
        let mut document = app.admin.get("/api/meta/drafts/entity/company").await.expect(200);
        let members = document.as_object_mut().expect("a document");
        ["state", "problems"].iter().for_each(|name| drop(members.remove(*name)));
        for field in document["fields"].as_array_mut().expect("fields") {
            if field["name"] == "plain" {
                field["searchable"] = json!(true);
            }
        }
        app.publish(json!([document])).await;
        soon(&app.admin, "слово599", &["company Фирма 599"]).await;
        let job = engine::search::rebuild(&app.engine).await.expect("a job");
        assert_eq!(engine::search::wait(&app.engine, job).await.expect("an end"), engine::jobs::State::Done);
        assert_eq!(found(&app.admin, "слово599").await, ["company Фирма 599"]);
        // What is saved is written in the journal of the audit too, which the index has no part in.
        make(&app.admin, "company", json!({"name": "Последняя"})).await;
        soon(&app.admin, "последняя", &["company Последняя"]).await;
        let examined = engine::doctor::examine(&app.engine).await.expect("an examination");
        assert_eq!(examined.findings, Vec::new());
    }

    async fn a_node_that_comes_later_reads_what_was_missed(app: App) {
        app.publish(documents()).await;
        make(&app.admin, "company", json!({"name": "Ранняя"})).await;
        soon(&app.admin, "ранняя", &["company Ранняя"]).await;
        let client = app.admin.clone();
        make(&client, "company", json!({"name": "Поздняя"})).await;
        // The program ends before the index has heard of it.
        app.engine.close().await;
        let (engine, later) = app.another_node().await;
        soon(&later, "поздняя", &["company Поздняя"]).await;
        engine.close().await;
    }
}
