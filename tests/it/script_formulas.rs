//! Functions of scripts in formulas, rules, filters and defaults: computed by the database and in memory alike.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

const SOURCE: &str = r#"
import "money" as money;
// What a deal earns, in a word.
fn grade(amount, cost) {
    if amount == () { return "none"; }
    let share = money::share(amount - cost, amount);
    if share >= 0.5 { return "high"; }
    if share >= 0.2 { "fair" } else { bad() }
}
private fn bad() { "poor" }
fn weight(stage, days) {
    switch stage { "won" => 1.0, "open" => 0, "new" => if days == () || days < 10 { 0.5 } else { let left = 100 - days; left / 200 }, _ => 0 }
}
"#;

fn script(source: &str) -> Value {
    json!({"kind": "script", "name": "pricing", "id": "pricing", "source": source, "formulas": [
        {"function": "grade", "id": "grade", "returns": "text",
         "parameters": [{"name": "amount", "type": "decimal"}, {"name": "cost", "type": "decimal"}]},
        {"function": "weight", "id": "weight", "returns": "decimal", "help": {"en": "How likely it is won"},
         "parameters": [{"name": "stage", "type": "text"}, {"name": "days", "type": "integer"}]}]})
}

fn documents(source: &str) -> Value {
    json!([
        {"kind": "script", "name": "money", "source": "fn share(part, whole) { part / whole }"},
        script(source),
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "cost", "type": "money"},
            {"name": "days", "type": "integer"},
            {"name": "stage", "type": "choice", "default": "new", "choices": [{"value": "new"}, {"value": "open"}, {"value": "won"}]},
            {"name": "grade", "type": "text", "formula": {"mode": "stored", "expression": "pricing::grade(amount, cost ?? 0)"}},
            {"name": "weight", "type": "decimal", "formula": {"mode": "dynamic", "expression": "pricing::weight(stage, days)"}}],
         "rules": [{"name": "poor", "when": "pricing::grade(amount, cost) == \"poor\" && stage == \"won\"", "message": {"en": "A poor deal"}}]},
    ])
}

type Deal = (&'static str, Option<i64>, Option<i64>, &'static str, Option<i64>, &'static str, &'static str);

/// Title, amount, cost, stage and days; what grade and weight come to.
const DEALS: [Deal; 5] = [
    ("a", None, None, "new", None, "none", "0.5"),
    ("b", Some(100), Some(50), "new", Some(3), "high", "0.5"),
    ("c", Some(100), Some(70), "new", Some(40), "fair", "0.3"),
    ("d", Some(100), Some(99), "open", Some(40), "poor", "0"),
    ("e", Some(0), None, "won", Some(1), "poor", "1"),
];

async fn deals(app: &App) -> Value {
    let asked = json!({"select": ["title", "grade", "weight"], "sort": ["title"]});
    app.admin.post("/api/records/deal/query", asked).await.expect(200)["items"].clone()
}

every_database! {
    async fn functions_mean_the_same_in_the_database_in_memory_and_in_scripts(app: App) {
        app.publish(documents(SOURCE)).await;
        for (title, amount, cost, stage, days, grade, weight) in DEALS {
            let values = json!({"title": title, "amount": amount, "cost": cost, "stage": "new", "days": days});
            let made = app.admin.post("/api/records/deal", values).await.expect(201);
            assert_eq!(made["grade"], json!(if title == "e" { "poor" } else { grade }), "{title}");
            if stage != "new" && title != "e" {
                let path = format!("/api/records/deal/{}", made["id"].as_str().unwrap());
                app.admin.patch(&path, json!({"stage": stage, "version": made["version"]})).await.expect(200);
            }
            // The same source, run by rhai.
            let run = async |function: &str, arguments: Value| {
                let body = json!({"name": "pricing", "source": SOURCE, "function": function, "arguments": arguments});
                app.admin.post("/api/meta/scripts/run", body).await.expect(200)["value"].clone()
            };
            assert_eq!(run("grade", json!([amount, cost.or(amount.map(|_| 0))])).await, json!(grade), "{title}");
            let said = run("weight", json!([stage, days])).await;
            let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
            assert_eq!(said.trim_end_matches(".0"), weight, "{title}");
        }
        let found = deals(&app).await;
        for (at, (title, .., grade, weight)) in DEALS.into_iter().enumerate() {
            let weight = if title == "e" { "0.5" } else { weight };
            assert_eq!(found[at]["grade"], json!(grade), "{title}");
            let kept = found[at]["weight"].as_str().unwrap().trim_end_matches('0').trim_end_matches('.').to_owned();
            assert_eq!(if kept.is_empty() { "0".to_owned() } else { kept }, weight, "{title}");
        }
        let count = |filter: &str| json!({"group_by": [], "measures": [{"name": "n", "expression": "count()"}], "filter": filter});
        let poor = app.admin.post("/api/records/deal/aggregate", count("pricing::grade(amount, cost ?? 0) == \"poor\"")).await;
        assert_eq!(poor.expect(200)["items"][0]["n"], json!(2));
        let over = json!({"group_by": [], "measures": [{"name": "n", "expression": "pricing::grade(sum(amount), sum(cost))"}]});
        assert_eq!(app.admin.post("/api/records/deal/aggregate", over).await.expect(200)["items"][0]["n"], json!("fair"));
        // A rule is judged in memory.
        let poor = json!({"title": "f", "amount": 100, "cost": 99, "stage": "won"});
        app.admin.post("/api/records/deal", poor).await.expect(422);
        // The page gets the formula as what it comes to.
        let catalog = app.admin.get("/api/meta/catalog").await.expect(200).to_string();
        assert!(!catalog.contains("\"function\":\"grade\""), "the browser is asked to call a script");
    }

    async fn another_body_calculates_stored_values_anew(app: App) {
        app.publish(documents(SOURCE)).await;
        app.admin.post("/api/records/deal", json!({"title": "a", "amount": 100, "cost": 99})).await.expect(201);
        assert_eq!(deals(&app).await[0]["grade"], "poor");
        // The function of another script that the body calls.
        app.publish(json!([{"kind": "script", "name": "money", "source": "fn share(part, whole) { part * 50 / whole }"}])).await;
        assert_eq!(deals(&app).await[0]["grade"], "high");
        app.publish(json!([script(&SOURCE.replace("\"high\"", "\"top\""))])).await;
        assert_eq!(deals(&app).await[0]["grade"], "top");
        let uses = app.admin.get("/api/meta/drafts/script/pricing/usage").await.expect(200).to_string();
        for (place, function) in [("/fields/5/formula/expression", "grade"), ("/fields/6/formula/expression", "weight"), ("/rules/0/when", "grade")] {
            assert!(uses.contains(place) && uses.contains(&format!("\"{function}\"")), "{place} {uses}");
        }
        // Renamed script and function: formulas and rules follow, and nothing is calculated.
        let renamed = SOURCE.replace("\"high\"", "\"top\"").replace("fn grade", "fn class");
        let mut document = script(&renamed);
        document["name"] = json!("prices");
        document["formulas"][0]["function"] = json!("class");
        app.publish(json!([document])).await;
        let deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200).to_string();
        assert!(deal.contains("prices::class(amount, cost ?? 0)") && !deal.contains("pricing::"), "{deal}");
        assert_eq!(deals(&app).await[0]["grade"], "top");
        // What is still called cannot go.
        app.admin.delete("/api/meta/drafts/script/prices").await.expect(204);
        let problems = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems.iter().all(|it| it.ends_with(" expression.unknown_script")), "{problems:?}");
    }

    async fn what_is_no_expression_is_refused_where_it_stands(app: App) {
        let refused = async |source: &str, takes: &[&str]| {
            let parameters: Vec<Value> = takes.iter().map(|name| json!({"name": name, "type": "decimal"})).collect();
            let script = json!({"kind": "script", "name": "bad", "source": source,
                "formulas": [{"function": "f", "returns": "decimal", "parameters": parameters}]});
            let saved = app.admin.put("/api/meta/drafts/script/bad", script).await.expect(200);
            let problems = saved["problems"].as_array().unwrap().clone();
            problems.iter().map(|it| format!("{}:{} {}", it["line"], it["column"], it["code"].as_str().unwrap())).collect::<Vec<_>>()
        };
        for (source, takes, expected) in [
            ("fn f(x) {\n    let sum = 0;\n    for i in 0..3 { sum += x; }\n    sum\n}", &["x"][..], "3:5 script.formula_loop"),
            ("fn f(x) {\n  let y = 1;\n  if x > 1 { y = 2; }\n  y\n}", &["x"], "3:14 script.formula_assigns"),
            ("fn f(x) { log(x); x }", &["x"], "1:11 script.formula_unused"),
            ("fn f(x) { if x < 0 { throw \"no\"; } x }", &["x"], "1:22 script.formula_refuses"),
            ("fn f(x) { let y = if x > 1 { return 2; } else { 3 }; y }", &["x"], "1:30 script.formula_return"),
            ("fn f(x) { return x; 1 }", &["x"], "1:21 script.formula_unreachable"),
            ("fn f(x) { switch x { 1 => 2, _ => 3 } }", &["x"], "1:18 script.formula_switch"),
            ("fn f(x) { g(x) }\nfn g(x) { f(x) }", &["x"], "2:11 script.formula_recursive"),
            ("fn f(x) { user.level }", &["x"], "1:11 expression.no_user"),
            ("fn f(x) { x + z }", &["x"], "1:15 script.formula_name, 1:15 script.malformed"),
            ("fn f(x) { find_one(\"deal\", \"true\") }", &["x"], "1:11 expression.unknown_function"),
            ("fn f(x) { \"a\" }", &["x"], "1:11 expression.wrong_type"),
            ("fn f(y) { y }", &["x"], "null:null script.formula_parameters"),
            ("fn g(x) { x }", &["x"], "null:null script.unknown_function"),
            ("fn f(x) { let a = x * x * x * x; let b = a * a * a * a; let c = b * b * b * b; let d = c * c * c * c; let e = d * d * d * d; let g = e * e * e * e; let h = g * g * g * g; h * h * h * h }",
                &["x"], "1:157 expression.functions_too_large"),
        ] {
            assert_eq!(refused(source, takes).await.join(", "), expected, "{source}");
        }
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        app.publish(documents(SOURCE)).await;
        let check = async |expression: &str| {
            let asked = json!({"entity": "deal", "expression": expression, "mode": "value"});
            app.admin.post("/api/meta/expressions/check", asked).await.problem(422)
        };
        for (expression, expected) in [
            ("pricing::grade(amount)", "expression.wrong_arguments"),
            ("pricing::grade(amount, title)", "expression.wrong_arguments"),
            ("pricing::grad(amount, cost)", "expression.unknown_function"),
            ("prices::grade(amount, cost)", "expression.unknown_script"),
            ("pricing::bad()", "expression.function_not_open"),
            ("pricing::grade", "expression.ended"),
        ] {
            assert_eq!(check(expression).await, [format!("/expression {expected}")], "{expression}");
        }
    }

    async fn registers_call_functions_and_follow_them(app: App) {
        let mut all = documents(SOURCE).as_array().unwrap().clone();
        all.push(json!({"kind": "register", "name": "graded", "balance": {
            "dimensions": [{"name": "grade", "type": "text"}], "resources": [{"name": "amount", "type": "money"}],
            "postings": [{"name": "deal", "entity": "deal", "when": "pricing::weight(stage, days) > 0", "date": "\"2026-01-01\"", "direction": "in",
                "values": {"grade": "pricing::grade(amount, cost ?? 0)", "amount": "amount"}}]}}));
        all.push(json!({"kind": "dataset", "name": "grades", "fields": [{"name": "grade", "type": "text"}, {"name": "deals", "type": "integer", "aggregate": "count"}],
            "parts": [{"entity": "deal", "values": {"grade": "pricing::grade(amount, cost ?? 0)"}}]}));
        app.publish(json!(all)).await;
        for cost in [50, 70, 99] {
            app.admin.post("/api/records/deal", json!({"title": "a", "amount": 100, "cost": cost})).await.expect(201);
        }
        let grades = async |entity: &str| {
            let asked = json!({"select": ["grade"], "sort": ["grade"]});
            let found = app.admin.post(&format!("/api/records/{entity}/query"), asked).await.expect(200);
            found["items"].as_array().unwrap().iter().map(|item| item["grade"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((grades("graded").await, grades("grades").await), (strings(&["fair", "high", "poor"]), strings(&["fair", "high", "poor"])));
        let uses = app.admin.get("/api/meta/drafts/script/pricing/usage").await.expect(200).to_string();
        for place in ["register/graded\",\"path\":\"/balance/postings/0/when", "/balance/postings/0/values/grade", "dataset/grades"] {
            assert!(uses.contains(place), "{place} {uses}");
        }
        // Another body has the balances made from scratch; another name does not.
        app.publish(json!([script(&SOURCE.replace("\"fair\"", "\"good\""))])).await;
        assert_eq!(grades("graded").await, ["good", "high", "poor"]);
        let mut renamed = script(&SOURCE.replace("\"fair\"", "\"good\""));
        renamed["name"] = json!("prices");
        app.admin.put("/api/meta/drafts", json!([renamed])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        assert!(!plan.to_string().contains("plan.post_register"), "{plan}");
        app.publish(json!([])).await;
        let register = app.admin.get("/api/meta/drafts/register/graded").await.expect(200).to_string();
        assert!(register.contains("prices::weight(stage, days) > 0") && !register.contains("pricing::"), "{register}");
    }

    async fn functions_of_the_draft_are_listed_and_tried(app: App) {
        let mut all = documents(SOURCE).as_array().unwrap().clone();
        all.push(json!({"kind": "role", "name": "analyst", "rights": ["use", "design"], "entities": {"deal": {"read": true}}}));
        app.publish(json!(all)).await;
        let deal = app.admin.post("/api/records/deal", json!({"title": "a", "amount": 100, "cost": 99})).await.expect(201)["id"].clone();
        let ann = app.user("ann@example.com", &["analyst"]).await;
        let listed = async || {
            let found = app.admin.get("/api/meta/expressions/functions").await.expect(200);
            found["items"].as_array().unwrap().iter().filter(|item| item["family"] == "script").cloned().collect::<Vec<_>>()
        };
        assert_eq!(listed().await, [
            json!({"name": "pricing::grade", "family": "script", "script": "Pricing", "names": ["amount", "cost"], "parameters": ["decimal", "decimal"],
                "result": "text", "text": "Pricing", "example": "pricing::grade(amount, cost)"}),
            json!({"name": "pricing::weight", "family": "script", "script": "Pricing", "names": ["stage", "days"], "parameters": ["text", "integer"],
                "result": "decimal", "text": "How likely it is won", "example": "pricing::weight(stage, days)"}),
        ]);
        let tried = async |client: &Client, text: &str| {
            let field = json!({"name": "tried", "type": "text", "formula": {"mode": "dynamic", "expression": text}});
            let body = json!({"entity": "deal", "expression": text, "mode": "value", "field": field, "records": [deal]});
            let found = client.post("/api/meta/expressions/check", body).await.expect(200);
            (found["samples"][0]["value"].clone(), found["cost"]["class"].clone())
        };
        let grade = "pricing::grade(amount, cost)";
        assert_eq!(tried(&app.admin, grade).await, (json!("poor"), json!("record")));
        // What is drawn is listed and tried; who may publish no scripts tries the published ones, and what is new beside them.
        let shout = json!({"kind": "script", "name": "shout", "source": "fn loud(text) { text + \"!\" }", "formulas": [
            {"function": "loud", "returns": "text", "parameters": [{"name": "text", "type": "text"}]}]});
        let broken = json!({"kind": "script", "name": "broken", "source": "fn f(x) { loop {} }", "formulas": [
            {"function": "f", "returns": "text", "parameters": [{"name": "x", "type": "text"}]}]});
        app.admin.put("/api/meta/drafts", json!([script(&SOURCE.replace("\"poor\"", "\"bad\"")), shout])).await.expect(200);
        assert_eq!(tried(&app.admin, grade).await.0, "bad");
        assert_eq!(tried(&ann, grade).await.0, "poor");
        for client in [&app.admin, &ann] {
            assert_eq!(tried(client, "shout::loud(title)").await.0, "a!");
        }
        app.admin.put("/api/meta/drafts", json!([broken])).await.expect(200);
        let names: Vec<Value> = listed().await.into_iter().map(|item| item["name"].clone()).collect();
        assert_eq!(names, ["pricing::grade", "pricing::weight", "shout::loud"]);
    }
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}
