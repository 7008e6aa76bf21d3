//! Documents of measures: every mistake at its place, and what becomes of them through renames, removals, restarts,
//! exports and old revisions.

use engine::Reason;
use engine::solutions::{self, Consent};
use serde_json::{Value, json};

use super::{World, ask, days, documents, fill, names, value};
use crate::support::{App, every_database};

/// Mistakes of a document that is refused at once, or of a draft that stops a publish.
async fn mistakes(app: &App, document: Value) -> Vec<String> {
    let path = format!("/api/meta/drafts/measure/{}", document["name"].as_str().expect("a name"));
    let answer = app.admin.put(&path, document).await;
    if answer.status == 422 {
        return answer.problem(422);
    }
    let body = answer.expect(200);
    let told = |one: &Value| {
        let place = match (&one["line"], &one["column"]) {
            (Value::Null, _) => String::new(),
            (line, column) => format!(" {line}:{column}"),
        };
        format!("{} {}{place}", one["path"].as_str().unwrap_or_default(), one["code"].as_str().unwrap_or_default())
    };
    let problems = body["problems"].as_array().expect("problems").iter().map(told).collect();
    app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
    problems
}

every_database! {
    async fn every_mistake_is_named_at_its_place(app: App) {
        app.publish(documents()).await;
        let wrong = json!({"kind": "measure", "name": "wrong", "entity": "deal", "expression": "count()", "period": "today", "mine": true,
            "parameters": [{"name": "user", "type": "text"}, {"name": "user", "type": "choice"}, {"name": "a", "type": "integer", "default": "x", "target": "deal"},
                {"name": "b", "type": "user", "default": "x"}, {"name": "while", "type": "date", "default": "2026-02-30"}],
            "thresholds": [{"from": 2, "color": "rose"}, {"from": "2.0", "color": "green"}, {"color": "amber"}],
            "format": {"type": "integer", "scale": 2, "currency": "EUR"}});
        assert_eq!(mistakes(&app, wrong).await, [
            "/period measure.period_without_date", "/mine measure.mine_without_person",
            "/parameters/0/name document.reserved_word", "/parameters/1/name parameter.duplicate_name", "/parameters/1/name document.reserved_word",
            "/parameters/1 parameter.option_missing", "/parameters/2/target parameter.option_not_for_type", "/parameters/2/default field.default_does_not_fit",
            "/parameters/3/default field.default_needs_expression", "/parameters/4/name document.reserved_word", "/parameters/4/default field.default_does_not_fit",
            "/thresholds/1/from measure.thresholds_order", "/thresholds/2 measure.threshold_without_from",
            "/format/scale measure.format_option", "/format/currency measure.format_option"]);
        let shape = json!({"kind": "measure", "name": "wrong", "entity": "deal", "expression": "count()", "thresholds": [{"color": "red"}], "colour": 1, "period": "someday"});
        let mut found = mistakes(&app, shape).await;
        found.sort();
        assert_eq!(found, ["/colour document.unknown_key", "/period document.unknown_value", "/thresholds/0/color document.unknown_value"]);
        let unknown = json!({"kind": "measure", "name": "wrong", "entity": "dael", "expression": "count()", "roles": ["bos"],
            "parameters": [{"name": "where", "type": "link", "target": "regoin"}]});
        assert_eq!(mistakes(&app, unknown).await, ["/roles/0 reference.unknown_role", "/parameters/0/target reference.unknown_entity", "/entity reference.unknown_entity"]);
        let across = json!({"kind": "measure", "name": "wrong", "entity": "deal", "expression": "sum(amuont) +\n  sum(title) / count(amount + clsoe)", "filter": "stage == \"won\" && (amount > lest || region.deals.any(|d| d.least > 1))",
            "date": "title", "person": "region", "parameters": [{"name": "stage", "type": "text"}, {"name": "least", "type": "decimal", "default": {"expression": "today()"}}]});
        assert_eq!(mistakes(&app, across).await, [
            "/parameters/1/default/expression expression.wrong_type 1:1", "/parameters/0/name measure.parameter_is_field",
            "/expression expression.unknown_name 1:5", "/expression query.aggregate_type 2:7", "/expression expression.unknown_name 2:31",
            "/filter expression.unknown_name 1:29", "/date measure.not_a_date", "/person measure.not_a_person"]);
        for (key, text, expected) in [
            ("expression", "max(close_date)", "/expression measure.not_a_number"),
            ("expression", "amount", "/expression query.not_of_group"),
            ("expression", "sum(amount) +", "/expression expression.ended 1:14"),
            ("expression", "sum()", "/expression query.aggregate_arguments"),
            ("filter", "amount", "/filter expression.wrong_type 1:1"),
            ("filter", "region.deals.any(|d| d.least > 1)", "/filter expression.unknown_name"),
            ("date", "close_date.add_days(1)", "/date measure.not_a_path"),
            ("person", "owner.manager.team", "/person expression.unknown_name 1:15"),
        ] {
            let mut document = json!({"kind": "measure", "name": "wrong", "entity": "deal", "expression": "count()", "parameters": [{"name": "least", "type": "decimal"}]});
            document[key] = json!(text);
            assert_eq!(mistakes(&app, document).await, [expected], "{text}");
        }
    }

    async fn renames_are_carried_into_the_document(app: App) {
        let World { boss, .. } = fill(&app).await;
        let id = boss.get("/api/measures").await.expect(200)["items"][6]["id"].clone();
        let target = json!({"measure": id, "period": "month", "start": "2026-02-01", "value": "101"});
        boss.post("/api/records/measure_target", target).await.expect(201);
        let mut deal = app.published("entity", "deal").await;
        deal["name"] = json!("sale");
        for (at, name) in [(1, "total"), (3, "state_of"), (5, "closed_on")] {
            deal["fields"][at]["name"] = json!(name);
        }
        deal["fields"][3]["choices"][1]["value"] = json!("gained");
        let mut role = app.published("role", "boss").await;
        role["name"] = json!("chief");
        let mut won = app.published("measure", "won").await;
        won["name"] = json!("revenue");
        app.publish(json!([deal, role, won])).await;
        let revenue = app.published("measure", "revenue").await;
        assert_eq!((&revenue["entity"], &revenue["expression"], &revenue["filter"], &revenue["date"]),
            (&json!("sale"), &json!("sum(total)"), &json!("state_of == \"gained\""), &json!("closed_on")));
        assert_eq!(app.published("measure", "average").await["expression"], "sum(total) / count(total)");
        assert_eq!(app.published("measure", "bosses").await["roles"], json!(["chief"]));
        let large = app.published("measure", "large").await["filter"].to_string();
        assert!(large.contains("total >= least") && large.contains("closed_on >= since"), "{large}");
        // Its target is known by what the measure is, not by what it is called.
        let answer = ask(&boss, "revenue", days("2026-02-01", "2026-02-28")).await;
        assert_eq!((&answer["value"], &answer["target"]), (&json!("50.5"), &json!("101")));
        let used = app.admin.get("/api/meta/drafts/entity/sale/usage").await.expect(200).to_string();
        assert!(used.contains("measure/revenue") && used.contains("/expression"), "{used}");
        // What a measure counts cannot go while it counts it.
        app.admin.delete("/api/meta/drafts/entity/sale").await.expect(204);
        let stopped = app.admin.post("/api/meta/plan", json!({})).await.expect(422).to_string();
        assert!(stopped.contains("measure/revenue"), "{stopped}");
    }

    async fn measures_outlive_restarts_and_come_back_with_old_revisions(app: App) {
        let World { boss, .. } = fill(&app).await;
        let (_, other) = app.another_node().await;
        assert_eq!(value(&other, "won", json!({"period": "all"})).await, "160.6");
        let with = app.admin.get("/api/meta/revisions").await.expect(200)["items"][0]["revision"].clone();
        app.admin.delete("/api/meta/drafts/measure/won").await.expect(204);
        app.publish_draft().await;
        assert!(!names(&boss.get("/api/measures").await.expect(200)).contains(&"won"));
        boss.post("/api/measures/won", json!({})).await.expect(404);
        app.admin.post(&format!("/api/meta/revisions/{with}/restore"), json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(value(&boss, "won", json!({"period": "all"})).await, "160.6");
    }

    async fn a_folder_of_what_is_published_makes_the_same_measures(app: App) {
        fill(&app).await;
        let folder = tempfile::tempdir().expect("a folder");
        let ctx = app.engine.system(Reason::CommandLine);
        solutions::export(&ctx, folder.path()).await.expect("an export");
        let written = std::fs::read_to_string(folder.path().join("measures/won.json")).expect("the document");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("json")["expression"], "sum(amount)");
        let proposal = solutions::plan(&ctx, folder.path()).await.expect("a plan");
        let consent = Consent { allow_destructive: true, discard_draft: false };
        let revision = solutions::apply(&ctx, &proposal, consent).await.expect("nothing to do");
        assert_eq!(revision, None);
    }

    async fn a_filter_with_parameters_is_checked_while_it_is_typed(app: App) {
        app.publish(documents()).await;
        let check = async |parameters: Value| {
            let body = json!({"entity": "deal", "expression": "amount >= least && owner == whose", "parameters": parameters});
            app.admin.post("/api/meta/expressions/check", body).await
        };
        assert_eq!(check(json!([{"name": "least", "type": "decimal"}, {"name": "whose", "type": "user"}])).await.expect(200)["type"], "boolean");
        assert_eq!(check(json!([{"name": "least", "type": "text"}])).await.status, 422);
        assert_eq!(check(json!([])).await.problem(422), ["/expression expression.unknown_name", "/expression expression.unknown_name"]);
    }

    async fn a_draft_is_tried_before_it_is_published(app: App) {
        let World { boss, .. } = fill(&app).await;
        let document = json!({"kind": "measure", "name": "drawn", "entity": "deal", "expression": "max(amount) - min(amount)", "date": "close_date"});
        let body = json!({"document": document, "period": {"from": "2026-01-01", "to": "2026-12-31"}});
        assert_eq!(app.admin.post("/api/meta/measures/try", body.clone()).await.expect(200)["value"], "25.3");
        assert_eq!(boss.post("/api/meta/measures/try", body).await.status, 403);
        let mut wrong = document.clone();
        wrong["expression"] = json!("sum(title)");
        assert_eq!(app.admin.post("/api/meta/measures/try", json!({"document": wrong})).await.problem(422), ["/document/expression query.aggregate_type"]);
        wrong["thresholds"] = json!([{"color": "red"}]);
        assert_eq!(app.admin.post("/api/meta/measures/try", json!({"document": wrong})).await.problem(422), ["/document/thresholds/0/color document.unknown_value"]);
        assert_eq!(app.admin.post("/api/meta/measures/try", json!({"document": {"kind": "role", "name": "x"}})).await.problem(400), ["/document request.wrong_value"]);
        assert_eq!(app.admin.post("/api/meta/measures/try", json!({"document": document, "person": null, "perod": 1})).await.problem(400), ["/perod request.unknown_parameter"]);
    }
}
