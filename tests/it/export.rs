//! Exports: a list as a file, as far as the requester may read and take out, and for nobody else.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "plural": {"en": "Companies", "ru": "Компании"}, "fields": [
            {"name": "name", "type": "text", "label": {"en": "Name", "ru": "Название"}, "required": true},
            {"name": "region", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "plural": {"en": "Deals", "ru": "Сделки"}, "fields": [
            {"name": "title", "type": "text", "label": {"en": "Title", "ru": "Название"}, "required": true},
            {"name": "amount", "type": "money", "label": {"en": "Amount", "ru": "Сумма"}},
            {"name": "margin", "type": "money"},
            {"name": "closed", "type": "date"},
            {"name": "stage", "type": "choice", "label": {"en": "Stage", "ru": "Стадия"}, "choices": [
                {"value": "new", "label": {"en": "Fresh", "ru": "Новая"}}, {"value": "won", "label": {"en": "Won", "ru": "Выиграна"}}]},
            {"name": "company", "type": "link", "target": "company", "label": {"en": "Company", "ru": "Компания"}, "inverse": "deals"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true},
            "deal": {"read": "stage == \"new\" || amount > 1", "export": "stage == \"new\"", "fields": {"margin": "none"}}}},
        {"kind": "role", "name": "reader", "rights": ["use"], "entities": {"deal": {"read": true}}}
    ])
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

/// Exports and waits; gives the job.
async fn export(app: &App, client: &Client, body: Value) -> Value {
    let job = client.post("/api/exports", body).await.expect(202);
    app.finish(job["id"].as_str().expect("an id")).await
}

async fn text(client: &Client, job: &Value) -> String {
    let path = job["result"]["file"].as_str().expect("a file");
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-disposition"].to_str().expect("a text").starts_with("attachment"));
    answer.body.as_str().expect("a text").trim_start_matches('\u{feff}').to_owned()
}

async fn deals(app: &App) {
    let company = make(&app.admin, "company", json!({"name": "Ромашка, ООО", "region": "north"})).await;
    let rows = [("=1+1", "10.50", "new"), ("-план \"Б\"", "-5", "new"), ("Обычная", "7", "won")];
    for (title, amount, stage) in rows {
        let values = json!({"title": title, "amount": amount, "margin": "3", "stage": stage, "closed": "2026-01-31", "company": company["id"]});
        make(&app.admin, "deal", values).await;
    }
}

every_database! {
    async fn a_list_becomes_a_file_as_people_read_it(app: App) {
        app.publish(documents()).await;
        deals(&app).await;
        let list = json!({"entity": "deal", "format": "csv", "select": ["title", "amount", "closed", "stage", "company", "company.region"],
            "filter": "amount < 100", "sort": ["-amount"]});
        let job = export(&app, &app.admin, list.clone()).await;
        assert_eq!((&job["state"], &job["result"]["rows"], &job["total"]), (&json!("done"), &json!(3), &json!(3)));
        let found = text(&app.admin, &job).await;
        let lines: Vec<&str> = found.lines().collect();
        assert_eq!(lines[0], "Title,Amount,Closed,Stage,Company,Company › Region");
        assert_eq!(lines[1], "'=1+1,10.50,2026-01-31,Fresh,\"Ромашка, ООО\",north");
        assert_eq!(lines[3], "\"'-план \"\"Б\"\"\",-5.00,2026-01-31,Fresh,\"Ромашка, ООО\",north");
        let mut plain = list.clone();
        plain["guard"] = json!(false);
        assert!(text(&app.admin, &export(&app, &app.admin, plain).await).await.contains("\n=1+1,"));
        let mut sheet = list;
        sheet["format"] = json!("xlsx");
        let job = export(&app, &app.admin, sheet).await;
        assert_eq!(job["state"], "done");
        assert!(job["result"]["name"].as_str().expect("a name").ends_with(".xlsx"));
        let file = app.admin.request(reqwest::Method::GET, job["result"]["file"].as_str().expect("a file")).send().await.expect("an answer");
        let bytes = file.bytes().await.expect("the file");
        let mut workbook: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(bytes)).expect("a spreadsheet");
        let range = calamine::Reader::worksheet_range_at(&mut workbook, 0).expect("a sheet").expect("its cells");
        assert_eq!(range.get_value((1, 0)), Some(&calamine::Data::String("=1+1".to_owned())), "a text, no formula");
        assert_eq!(range.get_value((1, 1)), Some(&calamine::Data::Float(10.5)));
        let event = app.admin.get("/api/records/audit_event?filter=operation%20%3D%3D%20%22export%22&sort=at&limit=1").await.expect(200);
        assert_eq!(event["items"][0]["changes"]["count"], 3);
        assert_eq!(event["items"][0]["changes"]["filter"], "amount < 100");
    }

    async fn nobody_takes_out_more_than_they_may(app: App) {
        app.publish(documents()).await;
        deals(&app).await;
        let alice = app.user("alice@example.com", &["sales"]).await;
        let body = json!({"entity": "deal", "format": "csv"});
        let job = alice.post("/api/exports", body.clone()).await.expect(202);
        let job = app.finish(job["id"].as_str().expect("an id")).await;
        let found = text(&alice, &job).await;
        assert_eq!(found.lines().count(), 3, "the head and the records that may be taken out: {found}");
        assert!(!found.contains("Margin") && !found.contains("Обычная"), "{found}");
        let path = job["result"]["file"].as_str().expect("a file");
        for (client, status) in [(&app.admin, 404), (&app.nobody(), 401)] {
            assert_eq!(client.get(path).await.status, status, "the file is the requester's alone");
        }
        let hidden = json!({"entity": "deal", "format": "csv", "filter": "margin > 1"});
        let unknown = json!({"entity": "deal", "format": "csv", "filter": "mar > 1"});
        assert_eq!(alice.post("/api/exports", hidden).await.status, 400);
        assert_eq!(alice.post("/api/exports", unknown).await.status, 400);
        let reader = app.user("reader@example.com", &["reader"]).await;
        assert_eq!(reader.post("/api/exports", body.clone()).await.status, 403);
        assert_eq!(reader.post("/api/exports", json!({"entity": "company", "format": "csv"})).await.status, 404);
        assert_eq!(alice.post("/api/exports", json!({"entity": "deal", "format": "pdf", "limit": 5})).await.problem(400),
            ["/format request.wrong_value", "/limit request.unknown_parameter"]);
    }

    async fn an_export_is_gone_after_a_day(app: App) {
        app.publish(documents()).await;
        deals(&app).await;
        let job = export(&app, &app.admin, json!({"entity": "deal", "format": "csv"})).await;
        let path = job["result"]["file"].as_str().expect("a file").to_owned();
        let older = sql::Statement::text("UPDATE verstak_job SET updated_at = updated_at - 90000000", Vec::new(), Vec::new());
        app.engine.database().execute(&older).await.expect("the job grows older");
        assert_eq!(app.admin.get(&path).await.problem(404), ["export.unknown"]);
        export(&app, &app.admin, json!({"entity": "deal", "format": "csv"})).await;
        let id = job["id"].as_str().expect("an id");
        assert_eq!(app.admin.get(&format!("/api/jobs/{id}")).await.status, 404, "the next export forgets old ones");
    }
}
