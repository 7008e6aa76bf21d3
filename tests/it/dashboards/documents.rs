//! Documents of dashboards: every mistake at its place, and what becomes of them through renames, removals and restarts.

use engine::Reason;
use engine::solutions;
use serde_json::{Value, json};

use super::{World, data, documents, fill, place};
use crate::support::{App, every_database};

/// Mistakes of a document that is refused at once, or of a draft that stops a publish.
async fn mistakes(app: &App, document: Value) -> Vec<String> {
    let path = format!("/api/meta/drafts/dashboard/{}", document["name"].as_str().expect("a name"));
    let answer = app.admin.put(&path, document).await;
    if answer.status == 422 {
        return answer.problem(422);
    }
    let body = answer.expect(200);
    let told = |one: &Value| {
        format!("{} {}", one["path"].as_str().unwrap_or_default(), one["code"].as_str().unwrap_or_default())
    };
    let problems = body["problems"].as_array().expect("problems").iter().map(told).collect();
    app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
    problems
}

fn of(filters: &Value, widgets: &Value) -> Value {
    json!({"kind": "dashboard", "name": "wrong", "filters": filters, "widgets": widgets})
}

every_database! {
    async fn every_mistake_is_named_at_its_place(app: App) {
        app.publish(documents()).await;
        let count = json!([{"name": "n", "expression": "count()"}]);
        let chart = |name: &str, at: u32, chart: &str, groups: Value, measures: &Value| {
            json!({"name": name, "type": "chart", "place": place(at), "entity": "deal", "chart": chart, "group_by": groups, "measures": measures})
        };
        let alone = of(&json!([{"name": "a", "type": "period", "default": "someday"}, {"name": "a", "type": "period", "entity": "deal"}, {"name": "b", "type": "field", "default": "x"},
                {"name": "c", "type": "person", "default": "you"}]), &json!([
            {"name": "w", "type": "text", "place": {"x": 10, "y": 0, "width": 3, "height": 2}, "measure": "won"},
            {"name": "w", "type": "indicator", "place": {"x": 11, "y": 1, "width": 1, "height": 1}, "filters": {"d": null}},
            chart("pie", 4, "pie", json!(["stage", "region"]), &count), chart("heat", 5, "heat_map", json!(["stage"]), &count), chart("dots", 6, "scatter", json!(["stage"]), &count),
            {"name": "list", "type": "list", "place": place(7), "entity": "deal", "view": "fresh", "columns": [{"path": "title", "by": "day"}]}]));
        assert_eq!(mistakes(&app, alone).await, [
            "/filters/0/default dashboard.default_period", "/filters/1/name dashboard.duplicate_filter", "/filters/1/type dashboard.one_of_type",
            "/filters/1/entity dashboard.filter_key_not_for_type", "/filters/2 dashboard.filter_key_missing", "/filters/2 dashboard.filter_key_missing", "/filters/2/default dashboard.default_values",
            "/filters/3/default dashboard.default_person",
            "/widgets/0/place dashboard.overhangs", "/widgets/0/measure dashboard.key_not_for_type", "/widgets/0 dashboard.key_missing",
            "/widgets/1/name dashboard.duplicate_widget", "/widgets/1/place dashboard.overlaps", "/widgets/1 dashboard.key_missing", "/widgets/1/filters/d dashboard.unknown_filter",
            "/widgets/2/group_by dashboard.one_group", "/widgets/3/group_by dashboard.two_groups", "/widgets/4/measures dashboard.two_measures",
            "/widgets/5/entity dashboard.key_not_for_type", "/widgets/5/columns dashboard.beside_view", "/widgets/5/columns/0 dashboard.column_is_path"]);
        // What the schema refuses does not hide the rest.
        let shape = of(&json!([]), &json!([{"name": "a", "type": "chrat", "place": place(0)}, {"name": "b", "type": "text", "colour": 1, "place": {"x": 12, "y": 0, "width": 1, "height": 1}},
            {"name": "c", "type": "chart", "place": place(1), "entity": "deal", "chart": "bar", "group_by": [{"path": "close_date", "by": "hour"}], "measures": count},
            {"name": "d", "type": "text", "place": place(2)}]));
        let mut found = mistakes(&app, shape).await;
        found.sort();
        assert_eq!(found, ["/widgets/0/type document.unknown_value", "/widgets/1/colour document.unknown_key", "/widgets/1/place/x document.too_large",
            "/widgets/2/group_by/0 dashboard.bad_group", "/widgets/3 dashboard.key_missing"]);
        let mut across = of(&json!([{"name": "s", "type": "field", "entity": "deal", "field": "stage", "default": ["wno"]}, {"name": "m", "type": "field", "entity": "deal", "field": "amount"},
                {"name": "x", "type": "field", "entity": "dael", "field": "x"}, {"name": "p", "type": "period"}]), &json!([
            {"name": "a", "type": "indicator", "place": place(0), "measure": "wno"},
            {"name": "b", "type": "indicator", "place": place(1), "measure": "open", "trend": {"by": "day", "periods": 7}, "parameters": {"least": 1}, "filters": {"s": "region", "p": "close_date"}},
            {"name": "c", "type": "chart", "place": place(2), "entity": "deal", "chart": "bar", "group_by": [{"path": "stage", "by": "month"}, "tags"], "measures": [{"name": "n", "expression": "sum(title)"}],
             "filter": "amuont > 1", "sort": ["-m"], "date": "title", "person": "region"},
            {"name": "d", "type": "list", "place": place(3), "view": "frehs"}, {"name": "e", "type": "list", "place": place(4), "entity": "deal", "columns": ["titel"], "sort": ["-x"]}]));
        across["roles"] = json!(["bos"]);
        assert_eq!(mistakes(&app, across).await, [
            "/roles/0 reference.unknown_role", "/filters/0/default/0 dashboard.unknown_choice", "/filters/1/field dashboard.not_a_filter", "/filters/2/entity reference.unknown_entity",
            "/widgets/0/measure reference.unknown_measure", "/widgets/1/trend measure.no_periods", "/widgets/1/parameters/least measure.unknown_parameter",
            "/widgets/1/filters/s dashboard.way_of_other", "/widgets/1/filters/p dashboard.way_of_measure",
            "/widgets/2/group_by/0/path query.parts_of_dates", "/widgets/2/group_by/1 query.not_groupable", "/widgets/2/measures/0/expression query.aggregate_type",
            "/widgets/2/filter expression.unknown_name", "/widgets/2/sort/0 query.unknown_name", "/widgets/2/date measure.not_a_date", "/widgets/2/person measure.not_a_person",
            "/widgets/3/view reference.unknown_view", "/widgets/4/columns/0 expression.unknown_name", "/widgets/4/sort/0 expression.unknown_name"]);
        let item = |item: Value| json!({"kind": "application", "name": "crm", "sections": [{"items": [item]}]});
        assert_eq!(app.admin.put("/api/meta/drafts/application/crm", item(json!({"entity": "deal", "dashboard": "head"}))).await.problem(422), ["/sections/0/items/0 application.item_of_one"]);
        let home = json!({"kind": "application", "name": "crm", "home": [{"entity": "deal", "dashboard": "head"}, {}], "sections": []});
        assert_eq!(app.admin.put("/api/meta/drafts/application/crm", home).await.problem(422), ["/home/0 application.item_of_one", "/home/1 application.item_of_one"]);
        let home = json!({"kind": "application", "name": "crm", "home": [{"roles": ["bos"], "entity": "dael"}, {"dashboard": "haed"}], "sections": []});
        let draft = app.admin.put("/api/meta/drafts/application/crm", home).await.expect(200).to_string();
        for (place, code) in [("/home/0/roles/0", "unknown_role"), ("/home/0/entity", "unknown_entity"), ("/home/1/dashboard", "unknown_dashboard")] {
            assert!(draft.contains(place) && draft.contains(&format!("reference.{code}")), "{place} {code}: {draft}");
        }
        let draft = app.admin.put("/api/meta/drafts/application/crm", item(json!({"dashboard": "haed"}))).await.expect(200).to_string();
        assert!(draft.contains("reference.unknown_dashboard") && draft.contains("/sections/0/items/0/dashboard"), "{draft}");
    }

    async fn renames_are_carried_into_the_document(app: App) {
        let World { boss, .. } = fill(&app).await;
        let mut deal = app.published("entity", "deal").await;
        deal["name"] = json!("sale");
        for (at, name) in [(1, "total"), (3, "state_of"), (5, "closed_on")] {
            deal["fields"][at]["name"] = json!(name);
        }
        deal["fields"][3]["choices"][0]["value"] = json!("fresh");
        let mut changed = vec![deal];
        for (kind, old, new) in [("role", "boss", "chief"), ("measure", "won", "revenue"), ("view", "fresh", "newest"), ("dashboard", "head", "chiefs")] {
            let mut document = app.published(kind, old).await;
            document["name"] = json!(new);
            changed.push(document);
        }
        app.publish(json!(changed)).await;
        let home = app.published("application", "crm").await["home"].clone();
        assert_eq!(home, json!([{"roles": ["chief"], "dashboard": "chiefs"}, {"roles": ["sales"], "entity": "sale"}, {"dashboard": "chiefs"}]));
        let now = app.published("dashboard", "chiefs").await;
        let widget = |at: usize| &now["widgets"][at];
        assert_eq!((&now["roles"], &now["filters"][2]["entity"], &now["filters"][2]["field"]), (&json!(["sales", "chief"]), &json!("sale"), &json!("state_of")));
        assert_eq!((&widget(0)["measure"], &widget(2)["entity"], &widget(2)["group_by"], &widget(2)["date"]), (&json!("revenue"), &json!("sale"), &json!(["state_of"]), &json!("closed_on")));
        assert_eq!((&widget(3)["group_by"][0]["path"], &widget(3)["measures"][0]["expression"]), (&json!("closed_on"), &json!("sum(total)")));
        assert_eq!((&widget(5)["filter"], &widget(5)["sort"], &widget(6)["view"]), (&json!("total > 9"), &json!(["-total"]), &json!("newest")));
        assert_eq!(app.published("application", "crm").await["sections"][0]["items"][0]["dashboard"], "chiefs");
        let after = boss.post("/api/dashboards/chiefs/data", json!({"filters": {"stage": ["fresh"]}})).await.expect(200);
        assert_eq!((&after["widgets"]["won"]["value"], &after["widgets"]["stages"]["items"][0]["n"]), (&json!("60.6"), &json!(2)));
        for (address, place) in [("entity/sale", "/widgets/2/entity"), ("measure/revenue", "/widgets/0/measure"), ("view/newest", "/widgets/6/view")] {
            let used = app.admin.get(&format!("/api/meta/drafts/{address}/usage")).await.expect(200).to_string();
            assert!(used.contains("dashboard/chiefs") && used.contains(place), "{address}: {used}");
        }
        let used = app.admin.get("/api/meta/drafts/dashboard/chiefs/usage").await.expect(200).to_string();
        assert!(used.contains("application/crm"), "{used}");
        // What a dashboard shows cannot go while it shows it.
        for address in ["measure/revenue", "view/newest"] {
            app.admin.delete(&format!("/api/meta/drafts/{address}")).await.expect(204);
            let stopped = app.admin.post("/api/meta/plan", json!({})).await.expect(422).to_string();
            assert!(stopped.contains("dashboard/chiefs"), "{address}: {stopped}");
            app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        }
    }

    async fn dashboards_outlive_restarts_and_come_back_with_old_revisions(app: App) {
        let World { boss, .. } = fill(&app).await;
        let (_node, other) = app.another_node().await;
        assert_eq!(data(&other, json!({})).await["widgets"]["won"]["value"], "60.6");
        let with = app.admin.get("/api/meta/revisions").await.expect(200)["items"][0]["revision"].clone();
        let mut application = app.published("application", "crm").await;
        application["sections"] = json!([]);
        application["home"] = json!([]);
        app.admin.put("/api/meta/drafts/application/crm", application).await.expect(200);
        app.admin.delete("/api/meta/drafts/dashboard/head").await.expect(204);
        app.publish_draft().await;
        boss.post("/api/dashboards/head/data", json!({})).await.expect(404);
        app.admin.post(&format!("/api/meta/revisions/{with}/restore"), json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(data(&boss, json!({})).await["widgets"]["won"]["value"], "60.6");
        let folder = tempfile::tempdir().expect("a folder");
        solutions::export(&app.engine.system(Reason::CommandLine), folder.path()).await.expect("an export");
        let written = std::fs::read_to_string(folder.path().join("dashboards/head.json")).expect("the document");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("json")["widgets"][0]["measure"], "won");
    }

    async fn a_draft_is_tried_before_it_is_published(app: App) {
        let World { boss, .. } = fill(&app).await;
        let document = of(&json!([{"name": "s", "type": "field", "entity": "deal", "field": "stage"}]), &json!([
            {"name": "n", "type": "chart", "place": place(0), "entity": "deal", "chart": "bar", "group_by": ["stage"], "measures": [{"name": "n", "expression": "count()"}]}]));
        let body = json!({"document": document, "filters": {"s": ["won"]}});
        let tried = app.admin.post("/api/dashboards/attempt", body.clone()).await.expect(200);
        assert_eq!((&tried["definition"]["widgets"][0]["acts"], &tried["data"]["widgets"]["n"]["items"][0]["n"]), (&json!(["s"]), &json!(3)));
        assert_eq!(boss.post("/api/dashboards/attempt", body).await.status, 403);
        let mut wrong = document.clone();
        wrong["widgets"][0]["measures"][0]["expression"] = json!("sum(titel)");
        assert_eq!(app.admin.post("/api/dashboards/attempt", json!({"document": wrong})).await.problem(422), ["/document/widgets/0/measures/0/expression expression.unknown_name"]);
        wrong["widgets"][0]["chart"] = json!("brar");
        assert_eq!(app.admin.post("/api/dashboards/attempt", json!({"document": wrong})).await.problem(422), ["/document/widgets/0/chart document.unknown_value"]);
        assert_eq!(app.admin.post("/api/dashboards/attempt", json!({"document": {"kind": "role", "name": "x"}})).await.problem(400), ["/document request.wrong_value"]);
    }
}
