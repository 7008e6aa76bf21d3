//! Settings of the workspace, what was dropped and is kept, and the words in which plans speak.

use serde_json::{Value, json};

use crate::support::{App, every_database};

fn company() -> Value {
    json!({"kind": "entity", "name": "company", "label": {"en": "Company", "ru": "Компания"}, "fields": [
        {"name": "title", "type": "text", "label": {"en": "Title", "ru": "Название"}}]})
}

fn deal() -> Value {
    json!({"kind": "entity", "name": "deal", "label": {"en": "Deal", "ru": "Сделка"}, "fields": [
        {"name": "title", "type": "text", "label": {"en": "Title", "ru": "Название"}, "max_length": 200},
        {"name": "amount", "type": "money", "label": {"en": "Amount", "ru": "Сумма"}},
        {"name": "stage", "type": "choice", "label": {"en": "Stage", "ru": "Этап"}, "choices": [
            {"value": "new", "label": {"en": "New", "ru": "Новая"}}, {"value": "won", "label": {"en": "Won", "ru": "Выиграна"}}]},
        {"name": "company", "type": "link", "target": "company", "inverse": "deals", "label": {"en": "Company", "ru": "Компания"}},
        {"name": "tags", "type": "links", "target": "company", "inverse": "tagged", "label": {"en": "Tags", "ru": "Метки"}}]})
}

async fn document(app: &App, name: &str) -> Value {
    app.admin.get(&format!("/api/meta/drafts/entity/{name}")).await.expect(200)
}

/// Drops fields of the deal.
async fn without(app: &App, names: &[&str]) -> Value {
    let mut deal = document(app, "deal").await;
    deal["fields"].as_array_mut().unwrap().retain(|field| !names.contains(&field["name"].as_str().unwrap()));
    deal
}

async fn plan(app: &App) -> Value {
    app.admin.post("/api/meta/plan", json!({})).await.expect(200)
}

fn texts(list: &Value, key: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

every_database! {
    async fn a_plan_speaks_in_labels_of_the_callers_language(app: App) {
        app.publish(json!([company(), deal()])).await;
        for stage in ["won", "new"] {
            app.admin.post("/api/records/deal", json!({"title": "same", "stage": stage, "amount": "5"})).await.expect(201);
        }
        let mut deal = without(&app, &["amount"]).await;
        let fields = deal["fields"].as_array_mut().unwrap();
        fields[0]["unique"] = json!(true);
        fields[1]["choices"][0]["value"] = json!("fresh");
        fields[1]["choices"].as_array_mut().unwrap().pop();
        fields[2]["name"] = json!("customer");
        fields.push(json!({"name": "rank", "type": "integer", "default": 7, "label": {"en": "Rank", "ru": "Ранг"}}));
        app.admin.put("/api/meta/drafts", json!([deal])).await.expect(200);
        app.admin.patch("/api/auth/me", json!({"language": "ru"})).await.expect(200);
        let russian = plan(&app).await;
        assert_eq!(texts(&russian["steps"], "summary"), [
            "Скрыть поле «Сделка › Сумма»; его значения сохранятся до окончательного удаления",
            "Переименовать варианты поля «Сделка › Этап» в записях: Новая (new → fresh)",
            "Добавить поле «Сделка › Ранг» (целое число) и записать значение по умолчанию в имеющиеся записи",
            "Сделать уникальным в «Сделка»: Название",
            "Изменить техническое имя поля «Сделка › Компания»: было company, станет customer; данные остаются на месте",
        ]);
        let warnings = texts(&russian["warnings"], "message");
        assert!(warnings.iter().any(|it| it.starts_with("«Сделка»: записей, у которых повторяются значения «Название», — 2: same.")), "{warnings:#?}");
        assert!(warnings.iter().any(|it| it.starts_with("«Сделка › Этап»: записей со значениями, которых больше нет среди вариантов, — 1: Выиграна.")), "{warnings:#?}");
        app.admin.patch("/api/auth/me", json!({"language": "en"})).await.expect(200);
        let english = plan(&app).await;
        assert_eq!(texts(&english["steps"], "summary")[2], "Add the field “Deal › Rank” (whole number) and write its default into the records that are there");
        // What is technical stays so.
        assert!(english["steps"][2]["sql"][0].as_str().unwrap().contains("rank_"));
        assert_eq!(english["plan_id"], russian["plan_id"]);

        // What is still used says by whom, in labels too.
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        app.admin.delete("/api/meta/drafts/entity/company").await.expect(204);
        let refused = app.admin.post("/api/meta/plan", json!({})).await.expect(422);
        let messages = texts(&refused["errors"], "message");
        assert!(messages.contains(&"“Company” is to go but is still used by “Deal” (entity). Change that place first, or keep it.".to_owned()), "{messages:#?}");
    }

    async fn what_is_purged_is_gone_for_good(app: App) {
        app.publish(json!([company(), deal()])).await;
        let acme = app.admin.post("/api/records/company", json!({"title": "ACME"})).await.expect(201);
        let values = json!({"title": "one", "amount": "5", "company": acme["id"], "tags": [acme["id"]]});
        app.admin.post("/api/records/deal", values).await.expect(201);
        assert_eq!(app.admin.get("/api/meta/hidden").await.expect(200)["items"], json!([]));
        app.admin.put("/api/meta/drafts", json!([without(&app, &["amount", "company", "tags"]).await])).await.expect(200);
        app.admin.delete("/api/meta/drafts/entity/company").await.expect(204);
        app.publish_draft().await;

        let hidden = app.admin.get("/api/meta/hidden").await.expect(200)["items"].clone();
        let shown: Vec<String> = hidden.as_array().unwrap().iter()
            .map(|it| format!("{} {} {} {}", it["kind"].as_str().unwrap(), it["entity"]["label"]["ru"].as_str().unwrap(), it["field"]["label"]["ru"], it["rows"]))
            .collect();
        assert_eq!(shown, ["entity Компания null 1", "field Сделка \"Сумма\" 1", "field Сделка \"Компания\" 1", "field Сделка \"Метки\" 1"]);
        let ids: Vec<Value> = hidden.as_array().unwrap().iter().take(2).map(|it| it["id"].clone()).collect();
        let designer = app.user("d@example.com", &["designer"]).await;
        assert_eq!(designer.post("/api/meta/purge", json!({"ids": ids, "allow_destructive": true})).await.problem(403), ["access.administer_purge"]);
        assert_eq!(app.admin.post("/api/meta/purge", json!({"ids": ["nothing"]})).await.problem(422), ["/ids/0 purge.unknown", "/allow_destructive purge.not_allowed"]);
        assert_eq!(app.admin.get("/api/meta/hidden").await.expect(200)["items"], hidden, "a refused call changes nothing");

        // A plan that brings back what is purged meanwhile is outdated.
        app.admin.post("/api/meta/revisions/1/restore", json!({})).await.expect(200);
        let outdated = plan(&app).await;
        assert_eq!(outdated["warnings"].as_array().unwrap().iter().filter(|it| it["code"].as_str().unwrap().starts_with("plan.purged")).count(), 0);
        let (other, _) = app.another_node().await;
        let purged = app.admin.post("/api/meta/purge", json!({"ids": ids, "allow_destructive": true})).await.expect(200);
        assert_eq!(purged["revision"], 3);
        assert_eq!(app.admin.post("/api/meta/publish", json!({"plan_id": outdated["plan_id"]})).await.problem(409), ["publish.outdated_plan"]);
        // The links that led to the entity went with it.
        assert_eq!(app.admin.get("/api/meta/hidden").await.expect(200)["items"], json!([]));
        let audit = app.admin.get("/api/records/audit_event?filter=operation%20%3D%3D%20%22purge%22&select=operation").await.expect(200);
        assert_eq!(audit["items"].as_array().unwrap().len(), 1);

        // Restoring says what does not come back; everything works from the beginning.
        let back = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let mut codes = texts(&back["warnings"], "code");
        codes.retain(|code| code.starts_with("plan.purged"));
        codes.sort();
        assert_eq!(codes, ["plan.purged_entity", "plan.purged_field", "plan.purged_field", "plan.purged_field"]);
        let mut revisions = other.revisions();
        tokio::time::timeout(std::time::Duration::from_secs(2), revisions.wait_for(|revision| *revision == 3)).await.unwrap().unwrap();
        app.publish_draft().await;
        let row = app.admin.get("/api/records/deal?select=title,amount,company.title").await.expect(200)["items"][0].clone();
        assert_eq!(row, json!({"title": "one", "amount": null, "company.title": null}));
        let again = app.admin.post("/api/records/company", json!({"title": "again"})).await.expect(201);
        let values = json!({"title": "two", "amount": "7", "company": again["id"], "tags": [again["id"]]});
        app.admin.post("/api/records/deal", values).await.expect(201);
        let rows = app.admin.get("/api/records/company?select=title,deals.title").await.expect(200);
        assert_eq!(rows["items"], json!([{"title": "again", "deals.title": ["two"]}]));
        other.close().await;
    }

    async fn settings_of_the_workspace_change_for_every_node(app: App) {
        let (other, _) = app.another_node().await;
        let before = app.admin.get("/api/workspace").await.expect(200);
        assert_eq!(before, json!({"name": "Verstak", "language": "ru", "currency": "EUR", "time_zone": "UTC"}));
        let wrong = json!({"name": " ", "language": "en", "currency": "euro", "time_zone": "Mars/North"});
        assert_eq!(app.admin.patch("/api/workspace", wrong).await.problem(422),
            ["/name workspace.bad_name", "/language workspace.language_stays", "/currency field.bad_currency", "/time_zone workspace.unknown_time_zone"]);
        let designer = app.user("d@example.com", &["designer"]).await;
        assert_eq!(designer.patch("/api/workspace", json!({"name": "X"})).await.problem(403), ["access.administer_workspace"]);
        assert_eq!(app.admin.get("/api/workspace").await.expect(200), before);
        assert_eq!(other.catalog().revision, 0);

        let change = json!({"name": "Северный ветер", "currency": "RUB", "time_zone": "Asia/Vladivostok", "language": "ru"});
        let after = app.admin.patch("/api/workspace", change).await.expect(200);
        assert_eq!(after, json!({"name": "Северный ветер", "language": "ru", "currency": "RUB", "time_zone": "Asia/Vladivostok"}));
        assert_eq!(app.admin.get("/api/meta/catalog").await.expect(200)["workspace"]["time_zone"], "Asia/Vladivostok");
        let mut revisions = other.revisions();
        tokio::time::timeout(std::time::Duration::from_secs(2), revisions.wait_for(|revision| *revision == 1)).await.unwrap().unwrap();
        assert_eq!((other.workspace().name.as_str(), other.catalog().workspace.currency.as_str()), ("Северный ветер", "RUB"));
        let audit = app.admin.get("/api/records/audit_event?filter=operation%20%3D%3D%20%22settings%22&select=changes").await.expect(200);
        assert_eq!(audit["items"][0]["changes"][1], json!({"field": "currency", "from": "EUR", "to": "RUB"}));
        // The same once more changes nothing and makes no revision.
        app.admin.patch("/api/workspace", json!({"currency": "RUB"})).await.expect(200);
        assert_eq!(app.admin.get("/api/meta/revisions").await.expect(200)["items"].as_array().unwrap().len(), 1);
        other.close().await;
    }

    async fn roles_are_called_in_the_language_of_who_gives_them(app: App) {
        app.publish(json!([{"kind": "role", "name": "sales", "label": {"en": "Sales", "ru": "Продажи"}, "rights": ["use"], "entities": {}}])).await;
        let called = async |client: &crate::support::Client, language: &str| {
            let request = client.request(reqwest::Method::GET, "/api/meta/catalog").header("Accept-Language", language);
            let catalog = client.send(request).await.expect(200);
            let roles = catalog["roles"].as_array().cloned().unwrap_or_default();
            roles.into_iter().find(|role| role["name"] == "sales").map(|role| role["label"].clone())
        };
        assert_eq!(called(&app.admin, "en").await, Some(json!("Sales")));
        assert_eq!(called(&app.admin, "ru").await, Some(json!("Продажи")));
        let anna = app.user("anna@example.com", &["sales"]).await;
        assert_eq!(called(&anna, "en").await, None, "they are for those who give them");
    }
}
