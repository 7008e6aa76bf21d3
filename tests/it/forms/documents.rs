//! Documents of forms: every mistake at its place, and what becomes of them through renames, removals and restarts.

use engine::Reason;
use engine::solutions;
use serde_json::{Value, json};

use super::{documents, form, form_of};
use crate::support::{App, every_database};

fn of(components: &Value) -> Value {
    json!({"kind": "form", "name": "wrong", "entity": "deal", "tabs": [{"name": "main", "components": components}]})
}

/// The mistakes that an attempt is refused for, without the place of the components.
async fn mistakes(app: &App, document: Value) -> Vec<String> {
    let found = app.admin.post("/api/forms/attempt", json!({"document": document})).await.problem(422);
    let mut found: Vec<String> =
        found.iter().map(|one| one.replace("/document/tabs/0/components", "…").replace("/document", "")).collect();
    found.sort();
    found
}

every_database! {
    async fn every_mistake_is_named_at_its_place(app: App) {
        app.publish(documents()).await;
        let widget = |name: &str, path: &str, widget: Value| json!({"type": "widget", "name": name, "path": path, "widget": widget});
        // On its own.
        let mut alone = of(&json!([
            {"type": "section", "name": "main", "columns": ["a"], "in": ["edit"], "components": [
                {"type": "field", "path": "amount", "span": 3, "in": ["edit", "create"]}, {"type": "field", "path": "amount", "text": {"en": "x"}}]},
            {"type": "lines", "path": "items", "columns": 2}, {"type": "button", "script": "deals"}, {"type": "tabs", "name": "t"},
            {"type": "widget", "name": "w", "widget": {"type": "chart", "group_by": ["stage"]}}, widget("x", "activities", json!({"type": "text"})), {"type": "text"}]));
        alone["name"] = json!("attempt");
        assert_eq!(mistakes(&app, alone).await, [
            "/name document.reserved_word",
            "…/0/columns form.columns_are_a_number", "…/0/components/0/in/1 form.variant_outside", "…/0/components/0/span form.span_too_wide",
            "…/0/components/1/path form.field_twice", "…/0/components/1/text form.key_not_for_type", "…/0/name form.duplicate_name", "…/1/columns form.columns_are_paths",
            "…/2 form.key_missing", "…/3 form.key_missing", "…/4 form.widget_without_path", "…/4/widget dashboard.key_missing", "…/4/widget dashboard.key_missing",
            "…/5/widget/type form.widget_of_text", "…/6 form.key_missing", "…/6 form.key_missing"]);
        // Beside the other documents; what the schema refuses does not hide the rest.
        let mut across = of(&json!([
            {"type": "field", "path": "amuont"}, {"type": "field", "path": "company.deals"}, {"type": "field", "path": "company.citty"}, {"type": "field", "path": "amount + 1"},
            {"type": "field", "path": "title", "show": "amuont > 1", "style": [{"when": "amount", "color": "green"}]},
            {"type": "lines", "path": "itmes"}, {"type": "lines", "path": "items", "columns": ["waht"], "totals": ["what", "quantity"]},
            {"type": "related", "path": "company"}, {"type": "related", "path": "activities", "columns": ["subjct"], "filter": "subject", "sort": ["-dune"]},
            {"type": "button", "script": "deal", "button": "win"}, {"type": "button", "script": "deals", "button": "winn"},
            widget("a", "activities", json!({"type": "indicator", "measure": "won"})), widget("b", "activities", json!({"type": "indicator", "measure": "wno"})),
            widget("c", "company.deals", json!({"type": "chart", "chart": "bar", "group_by": ["satge"], "measures": [{"name": "n", "expression": "count()"}]})),
            {"type": "field", "path": "stage", "colour": 1}, {"type": "felid", "path": "tags"}, {"type": "section", "name": "s", "columns": 7}, {"type": "image", "name": "i", "file": "logo"}]));
        across["roles"] = json!(["slaes"]);
        across["header"] = json!(["numbr"]);
        across["stage"] = json!("amount");
        assert_eq!(mistakes(&app, across).await, [
            "/header/0 expression.unknown_name", "/roles/0 reference.unknown_role", "/stage form.stage_of_no_choice",
            "…/0/path expression.unknown_name", "…/1/path form.field_of_many", "…/10/button form.unknown_button", "…/11/widget/measure form.measure_of_other",
            "…/12/widget/measure reference.unknown_measure", "…/13/widget/group_by/0 expression.unknown_name", "…/14/colour document.unknown_key", "…/15/type document.unknown_value",
            "…/16/columns form.bad_columns", "…/17/file form.bad_file",
            "…/2/path expression.unknown_name", "…/3/path measure.not_a_path", "…/4/show expression.unknown_name", "…/4/style/0/when expression.wrong_type",
            "…/5/path expression.unknown_name", "…/6/columns/0 reference.unknown_field", "…/6/totals/0 form.total_of_no_number", "…/7/path form.not_many",
            "…/8/columns/0 expression.unknown_name", "…/8/filter expression.wrong_type", "…/8/sort/0 expression.unknown_name", "…/9/script form.unknown_script"]);
        let other = json!({"kind": "form", "name": "wrong", "entity": "dael", "tabs": [{"name": "m", "components": []}]});
        let draft = app.admin.put("/api/meta/drafts/form/wrong", other.clone()).await.expect(200);
        assert_eq!((&draft["problems"][0]["path"], &draft["problems"][0]["code"]), (&json!("/entity"), &json!("reference.unknown_entity")));
        let tried = app.admin.post("/api/forms/attempt", json!({"document": other})).await.expect(422).to_string();
        assert!(tried.contains("did you mean `deal`"), "{tried}");
    }

    async fn what_is_hardly_meant_is_a_warning(app: App) {
        app.publish(documents()).await;
        let drawn = of(&json!([{"type": "field", "path": "amount", "show": "stage == \"won\" && stage == \"lost\""}, {"type": "field", "path": "margin", "show": "1 > 2 && margin > 0"}, {"type": "field", "path": "stage", "show": "stage == \"wno\""}]));
        let found = app.admin.post("/api/forms/attempt", json!({"document": drawn})).await.expect(200);
        let told = |found: &Value| -> Vec<String> {
            found["warnings"].as_array().expect("warnings").iter().map(|one| format!("{} {}", one["path"].as_str().unwrap_or_default(), one["code"].as_str().unwrap_or_default())).collect()
        };
        assert_eq!(told(&found), ["/document/tabs/0/components/0/show form.never", "/document/tabs/0/components/1/show form.never", "/document/tabs/0/components/2/show expression.unknown_choice", "/document/tabs form.required_left_out"]);
        for (name, roles) in [("z_card", json!([])), ("z_sales", json!(["boss"]))] {
            let document = json!({"kind": "form", "name": name, "entity": "deal", "order": 20, "roles": roles, "tabs": [{"name": "m", "components": [{"type": "field", "path": "title"}]}]});
            app.admin.put(&format!("/api/meta/drafts/form/{name}"), document).await.expect(200);
        }
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let mut warnings = told(&plan);
        warnings.sort();
        assert_eq!(warnings, ["/order form.of_nobody", "/order form.of_nobody"], "{plan}");
        // What is drawn a moment ago can be placed before it is published.
        let mut deal = app.published("entity", "deal").await;
        deal["fields"].as_array_mut().expect("fields").push(json!({"name": "fresh", "type": "text"}));
        app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
        let found = app.admin.post("/api/forms/attempt", json!({"document": of(&json!([{"type": "field", "path": "fresh"}, {"type": "field", "path": "title"}]))})).await.expect(200);
        assert_eq!(found["form"]["tabs"][0]["components"][0]["path"], "fresh");
        assert_eq!(app.admin.post("/api/forms/attempt", json!({"document": form(), "roles": ["bos"]})).await.problem(422), ["/roles/0 reference.unknown_role"]);
        assert_eq!(app.admin.post("/api/forms/attempt", json!({"document": {"kind": "role", "name": "x"}})).await.problem(400), ["/document request.wrong_value"]);
    }

    async fn renames_are_carried_into_the_document(app: App) {
        app.publish(documents()).await;
        let mut deal = app.published("entity", "deal").await;
        deal["name"] = json!("sale");
        for (at, name) in [(1, "total"), (3, "state_of"), (4, "client")] {
            deal["fields"][at]["name"] = json!(name);
        }
        deal["fields"][3]["choices"][2]["value"] = json!("gone");
        let mut line = app.published("entity", "line").await;
        line["fields"][2]["name"] = json!("pieces");
        let mut activity = app.published("entity", "activity").await;
        activity["fields"][1]["name"] = json!("finished");
        activity["fields"][2]["inverse"] = json!("tasks");
        let mut changed = vec![deal, line, activity];
        for (kind, old, new) in [("role", "sales", "sellers"), ("measure", "won", "revenue"), ("script", "deals", "sales_of"), ("form", "deal_sales", "seller")] {
            let mut document = app.published(kind, old).await;
            document["name"] = json!(new);
            changed.push(document);
        }
        app.publish(json!(changed)).await;
        let now = app.published("form", "seller").await;
        let main = &now["tabs"][0]["components"];
        assert_eq!((&now["entity"], &now["roles"], &now["header"], &now["stage"]), (&json!("sale"), &json!(["sellers", "boss"]), &json!(["client.city", "margin", "total"]), &json!("state_of")));
        let about = &main[0]["components"];
        assert_eq!((&about[1]["path"], &about[1]["show"], &about[1]["style"][0]["when"]), (&json!("total"), &json!("state_of != \"gone\""), &json!("total > 100")));
        assert_eq!((&about[4]["show"], &about[5]["path"]), (&json!("tasks.any(|a| a.finished)"), &json!("client.city")));
        let lines = &main[2]["tabs"][0]["components"][0];
        assert_eq!((&lines["columns"], &lines["totals"]), (&json!(["what", "pieces", "cost"]), &json!(["pieces", "cost"])));
        assert_eq!((&main[4]["script"], &main[6]["path"], &main[6]["filter"], &main[7]["path"]), (&json!("sales_of"), &json!("tasks"), &json!("!finished"), &json!("client.deals")));
        assert_eq!((&now["side"][0]["widget"]["measure"], &now["side"][2]["widget"]["group_by"], &now["side"][2]["widget"]["sort"]), (&json!("revenue"), &json!(["state_of"]), &json!(["state_of"])));
        for (address, place) in [("entity/sale", "/tabs/0/components/0/components/1/path"), ("measure/revenue", "/side/0/widget/measure"), ("script/sales_of", "/tabs/0/components/4/script"), ("entity/activity", "/tabs/0/components/6/filter")] {
            let used = app.admin.get(&format!("/api/meta/drafts/{address}/usage")).await.expect(200).to_string();
            assert!(used.contains("form/seller") && used.contains(place), "{address}: {used}");
        }
        // What a form shows cannot go while it shows it.
        let mut sale = app.published("entity", "sale").await;
        sale["fields"].as_array_mut().expect("fields").remove(1);
        app.admin.put("/api/meta/drafts/entity/sale", sale).await.expect(200);
        let stopped = app.admin.post("/api/meta/plan", json!({})).await.expect(422).to_string();
        assert!(stopped.contains("form/seller") && stopped.contains("/tabs/0/components/0/components/1/path"), "{stopped}");
    }

    async fn forms_outlive_restarts_and_are_part_of_solutions(app: App) {
        app.publish(documents()).await;
        let (_node, other) = app.another_node().await;
        assert_eq!(form_of(&other, "deal").await["name"], "deal_card");
        let with = app.admin.get("/api/meta/revisions").await.expect(200)["items"][0]["revision"].clone();
        app.admin.delete("/api/meta/drafts/form/deal_card").await.expect(204);
        app.publish_draft().await;
        assert_eq!(form_of(&app.admin, "deal").await, Value::Null);
        app.admin.post(&format!("/api/meta/revisions/{with}/restore"), json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(form_of(&app.admin, "deal").await["name"], "deal_card");
        let folder = tempfile::tempdir().expect("a folder");
        solutions::export(&app.engine.system(Reason::CommandLine), folder.path()).await.expect("an export");
        let written = std::fs::read_to_string(folder.path().join("forms/deal_sales.json")).expect("the document");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("json")["tabs"][0]["name"], "main");
    }
}
