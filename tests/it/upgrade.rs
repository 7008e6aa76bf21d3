//! A database of an older program, opened by this one.

use engine::Engine;
use serde_json::{Value, json};
use sql::{ColumnType, Statement};

use crate::support::{App, Backend, every_database};

async fn run(app: &App, statements: &[&str]) {
    let mut tx = app.engine.database().begin().await.unwrap();
    for statement in statements {
        tx.execute(&Statement::text(*statement, Vec::new(), Vec::new())).await.unwrap_or_else(|error| {
            panic!("{error:?}: {statement}");
        });
    }
    tx.commit().await.unwrap();
}

/// Takes away what an older program did not have: an entity with its relation, and fields of entities that stay.
async fn make_older(app: &App) {
    run(
        app,
        &[
            "DROP TABLE sys_user_teams",
            "DROP TABLE sys_team_above",
            "DROP TABLE sys_record_share",
            "DROP TABLE sys_team",
            "ALTER TABLE sys_user DROP COLUMN time_zone",
            "ALTER TABLE sys_role DROP COLUMN built_in",
            "DELETE FROM verstak_setting WHERE name = 'product'",
        ],
    )
    .await;
    app.engine.database().clear_statement_caches();
}

async fn indexes(app: &App) -> Vec<Value> {
    let text = match app.backend {
        Backend::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
        Backend::Postgres => {
            "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname::text"
        }
    };
    let rows = app.engine.database().fetch(&Statement::text(text, Vec::new(), vec![ColumnType::Text])).await.unwrap();
    rows.iter().map(|row| json!(format!("{:?}", row[0]))).collect()
}

fn user() -> Value {
    json!({"kind": "entity", "name": "user", "fields": [{"name": "zone", "type": "text"}],
        "rules": [{"name": "somewhere", "when": "zone == \"nowhere\"", "message": {"en": "Say where"}}]})
}

every_database! {
    async fn an_older_database_gets_what_this_program_has_more(app: App) {
        app.publish(json!([user()])).await;
        let values = json!({"email": "vera@example.com", "name": "Вера", "roles": ["designer"], "zone": "north",
            "password": "correct-horse-battery"});
        let vera = app.admin.post("/api/records/user", values).await.expect(201);
        let before = indexes(&app).await;
        make_older(&app).await;
        assert_ne!(indexes(&app).await, before);

        // Several nodes start at once: one of them does it, the others find it done.
        let nodes: Vec<_> = (0..4).map(|_| tokio::spawn(Engine::open(app.config.clone()))).collect();
        for node in nodes {
            node.await.unwrap().unwrap().close().await;
        }
        assert_eq!(indexes(&app).await, before);
        let (engine, admin) = app.another_node().await;
        let examined = engine::doctor::examine(&engine).await.unwrap();
        assert!(!examined.findings.iter().any(|found| found.severity == engine::diagnostic::Severity::Error));

        let found = admin.get(&format!("/api/records/user/{}", vera["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&found["name"], &found["zone"], &found["time_zone"]), (&json!("Вера"), &json!("north"), &Value::Null));
        let team = admin.post("/api/records/team", json!({"name": "Север"})).await.expect(201);
        let change = json!({"version": found["version"], "time_zone": "Europe/Moscow", "teams": [team["id"]]});
        admin.patch(&format!("/api/records/user/{}", vera["id"].as_str().unwrap()), change).await.expect(200);
        let south = json!({"name": "Юг", "parent": team["id"]});
        admin.post("/api/records/team", south).await.expect(201);
        let list = "/api/records/user?filter=teams.any(%7Ct%7C%20t.name%20%3D%3D%20%22Север%22)&select=name,time_zone";
        let rows = admin.get(list).await.expect(200);
        assert_eq!((&rows["items"][0]["name"], &rows["items"][0]["time_zone"]), (&json!("Вера"), &json!("Europe/Moscow")));
        // The product's own records are as this program makes them.
        let roles = admin.get("/api/records/role?filter=built_in&sort=name&select=name").await.expect(200);
        let names: Vec<&Value> = roles["items"].as_array().unwrap().iter().map(|role| &role["name"]).collect();
        assert_eq!(names, ["administrator", "designer"]);
        // No revision was made: nothing that people published has changed.
        let revisions = admin.get("/api/meta/revisions").await.expect(200);
        assert_eq!(revisions["items"][0]["revision"], 1);
        engine.close().await;
    }

    async fn what_people_have_under_a_name_of_the_product_makes_room(app: App) {
        let crew = json!({"kind": "entity", "name": "crew", "fields": [{"name": "title", "type": "text"}]});
        let trip = json!({"kind": "entity", "name": "trip", "fields": [
            {"name": "title", "type": "text"}, {"name": "party", "type": "link", "target": "crew", "inverse": "trips"}],
            "rules": [{"name": "named", "when": "party.title == \"nobody\"", "message": {"en": "Who?"}}]});
        app.publish(json!([user(), crew, trip])).await;
        let north = app.admin.post("/api/records/crew", json!({"title": "north"})).await.expect(201);
        app.admin.post("/api/records/trip", json!({"title": "sea", "party": north["id"]})).await.expect(201);
        let values = json!({"email": "vera@example.com", "name": "Вера", "zone": "north", "password": "correct-horse-battery"});
        app.admin.post("/api/records/user", values).await.expect(201);
        let mut draft = app.admin.get("/api/meta/drafts/entity/crew").await.expect(200);
        draft["fields"].as_array_mut().unwrap().push(json!({"name": "size", "type": "integer"}));
        app.admin.put("/api/meta/drafts", json!([draft])).await.expect(200);

        // As if people had chosen names which the product did not have then: `team` for a crew, `time_zone` for a zone.
        make_older(&app).await;
        let mut statements = Vec::new();
        for table in ["verstak_document", "verstak_draft"] {
            for (old, new) in [("\"name\":\"crew\"", "\"name\":\"team\""), ("\"target\":\"crew\"", "\"target\":\"team\""),
                ("\"name\":\"zone\"", "\"name\":\"time_zone\""), ("\"when\":\"zone ", "\"when\":\"time_zone ")]
            {
                statements.push(format!("UPDATE {table} SET document = replace(document, '{old}', '{new}')"));
            }
            statements.push(format!("UPDATE {table} SET name = 'team' WHERE name = 'crew'"));
        }
        run(&app, &statements.iter().map(String::as_str).collect::<Vec<_>>()).await;

        let (engine, admin) = app.another_node().await;
        let rows = admin.get("/api/records/team_2?select=title").await.expect(200);
        assert_eq!(rows["items"][0]["title"], "north");
        assert_eq!(admin.get("/api/records/team").await.expect(200)["items"], json!([]));
        let rows = admin.get("/api/records/trip?select=title,party.title").await.expect(200);
        assert_eq!((&rows["items"][0]["title"], &rows["items"][0]["party.title"]), (&json!("sea"), &json!("north")));
        let rows = admin.get("/api/records/user?select=time_zone,time_zone_2&filter=name.like(%22вера%22)").await.expect(200);
        assert_eq!(rows["items"][0], json!({"time_zone": null, "time_zone_2": "north"}));
        // What was said of the people's field is still said of it.
        let nowhere = json!({"email": "n@example.com", "name": "n", "password": "correct-horse-battery", "time_zone_2": "nowhere"});
        assert_eq!(admin.post("/api/records/user", nowhere).await.problem(422), [" record.rule"].map(str::trim));
        // The change of names is a revision; the draft lies over it, under the new name, and can be published.
        let revisions = admin.get("/api/meta/revisions").await.expect(200);
        assert_eq!(revisions["items"][0]["revision"], 2);
        let draft = admin.get("/api/meta/drafts/entity/team_2").await.expect(200);
        assert_eq!((&draft["state"], &draft["fields"][1]["name"]), (&json!("changed"), &json!("size")));
        let plan = admin.post("/api/meta/plan", json!({})).await.expect(200);
        admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        assert_eq!(admin.get("/api/records/team_2?select=size").await.expect(200)["items"][0]["size"], Value::Null);
        engine.close().await;
    }
}
