//! Changes of type: what the new type would refuse is listed, what converts is what a save would have made, and no markup
//! comes into rich text by another way than through its cleaning.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

/// Made with a first type, and published with another: the values before and after, in order, and what the plan warned of.
async fn retyped(app: &App, name: &str, from: Value, to: Value, values: &[Value]) -> (Vec<Value>, String) {
    let field = |kind: &Value| {
        let mut field = json!({"name": "f"});
        field.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        field
    };
    let numbered = json!({"name": "n", "type": "integer"});
    app.publish(json!([{"kind": "entity", "name": name, "fields": [numbered, field(&from)]}])).await;
    for (at, value) in values.iter().enumerate() {
        app.admin.post(&format!("/api/records/{name}"), json!({"n": at, "f": value})).await.expect(201);
    }
    let mut document = app.admin.get(&format!("/api/meta/drafts/entity/{name}")).await.expect(200);
    let id = document["fields"][1]["id"].clone();
    document["fields"][1] = field(&to);
    document["fields"][1]["id"] = id;
    app.admin.put("/api/meta/drafts", json!([document])).await.expect(200);
    let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
    let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
    app.admin.post("/api/meta/publish", body).await.expect(200);
    let list = app.admin.get(&format!("/api/records/{name}?select=f&sort=n")).await.expect(200);
    let values = list["items"].as_array().unwrap().iter().map(|item| item["f"].clone()).collect();
    (values, format!("{}{}", plan["warnings"], plan["steps"]))
}

every_database! {
    async fn texts_that_are_none_of_the_new_type_are_listed(app: App) {
        let long = format!("{}@example.com", "a".repeat(65));
        let cases: [(&str, &[&str], &[&str]); 4] = [
            ("email", &["a@example.com", " b@c.d ", "имя@почта.рф", "a@b-c.d"],
                &["not a mail", "a@b", "a@-b.c", "a@@b.c", "a@b..c", "a,b@c.d", "@c.d", "a@b.c.", &long]),
            ("phone", &["+7 (495) 123-45-67", "123", "8 800 5 доб. 12"], &["12", "call me", "1_2_3", "123456789012345678901", "<123>"]),
            ("url", &["https://example.com/a?b=1", "HTTP://x", "mailto:a@b.c", "tel:5"],
                &["javascript:alert(1)", "example.com", "https:///x", "https://", "mailto:", "https://a b", "data:text/html,x"]),
            ("color", &["#1a2B3c"], &["red", "#12345", "#12345g", "1a2b3c"]),
        ];
        for (at, (kind, sound, broken)) in cases.iter().enumerate() {
            let values: Vec<Value> = sound.iter().chain(broken.iter()).map(|text| json!(text)).collect();
            for (number, from) in [(0, "text"), (1, "long_text")] {
                let (after, told) = retyped(&app, &format!("e{at}_{number}"), json!({"type": from}), json!({"type": kind}), &values).await;
                assert_eq!(after, values, "the column is the same: nothing is lost");
                assert!(told.contains("migration.not_of_type"), "{kind}: {told}");
                assert!(told.contains(&format!(" {} records have a value", broken.len())), "{kind}: {told}");
                // The database judges as a save does.
                for value in &values {
                    let saved = app.admin.post(&format!("/api/records/e{at}_{number}"), json!({"f": value})).await;
                    assert_eq!(saved.status == 201, sound.iter().any(|text| *value == json!(text)), "{kind} {value}");
                }
            }
            let (after, told) = retyped(&app, &format!("i{at}"), json!({"type": "integer"}), json!({"type": kind}), &[json!(5), json!(12345)]).await;
            let kept = if *kind == "phone" { json!([null, "12345"]) } else { json!([null, null]) };
            assert_eq!((json!(after), told.contains("migration.not_convertible")), (kept, true), "{kind}: {told}");
        }
    }

    async fn values_of_structure_become_what_a_save_would_take(app: App) {
        let (after, told) = retyped(&app, "a", json!({"type": "text"}), json!({"type": "address"}), &[json!("Москва")]).await;
        assert_eq!((after, told.contains("not_convertible")), (vec![json!({"line1": "Москва"})], false), "{told}");
        let values = [json!(5), json!(true), json!(["x"]), json!({"city": 1}), json!({"City": "x"}), json!({"city": "Тверь", "zip": null})];
        let (after, told) = retyped(&app, "b", json!({"type": "json"}), json!({"type": "address"}), &values).await;
        assert_eq!(after, [Value::Null, Value::Null, Value::Null, Value::Null, Value::Null, json!({"city": "Тверь"})]);
        assert!(told.contains("migration.not_convertible") && told.contains('5'), "{told}");
        let values = ["{\"a\":1}", "[1, 2]", "12", "Москва", "{", "\"x\""].map(|text| json!(text));
        let (after, _) = retyped(&app, "c", json!({"type": "text"}), json!({"type": "json"}), &values).await;
        assert_eq!(after, [json!({"a": 1}), json!([1, 2]), json!(12), json!("Москва"), json!("{"), json!("x")]);
        let marks = json!({"type": "multi_choice", "choices": [{"value": "hot"}, {"value": "cold"}]});
        let (after, _) = retyped(&app, "d", json!({"type": "json"}), marks, &[json!(["hot"]), json!(["hot", "x"]), json!("hot"), json!([])]).await;
        assert_eq!(after, [json!(["hot"]), Value::Null, Value::Null, Value::Null]);
    }

    async fn records_that_new_rules_and_patterns_refuse_are_counted(app: App) {
        let order = |rest: Value| {
            let mut order = json!({"kind": "entity", "name": "order", "title": "code", "fields": [
                {"name": "code", "type": "text"}, {"name": "total", "type": "integer"}]});
            order.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            order
        };
        app.publish(json!([order(json!({"rules": [{"name": "small", "when": "total < -100", "message": {"en": "No"}}]}))])).await;
        for (code, total) in [("AB-1", Some(5)), ("ab-1", Some(-5)), ("AB-1x", Some(-7)), ("AB-2", None)] {
            app.admin.post("/api/records/order", json!({"code": code, "total": total})).await.expect(201);
        }
        let fields = json!([{"name": "code", "type": "text", "pattern": "[A-Z]{2}-\\d"}, {"name": "total", "type": "integer"}, {"name": "fresh", "type": "integer"}]);
        let rules = json!([{"name": "small", "when": "total < -100", "message": {"en": "No"}}, {"name": "minus", "when": "total < 0", "message": {"en": "No minus"}},
            {"name": "later", "when": "fresh == () && total > 0", "message": {"en": "Of a field to come"}}]);
        let document = app.admin.get("/api/meta/drafts/entity/order").await.expect(200);
        let put = async |client: &Client| {
            let mut changed = document.clone();
            changed["fields"][0]["pattern"] = fields[0]["pattern"].clone();
            changed["fields"].as_array_mut().unwrap().push(fields[2].clone());
            changed["rules"] = rules.clone();
            client.put("/api/meta/drafts/entity/order", changed).await.expect(200);
            let plan = client.post("/api/meta/plan", json!({})).await.expect(200);
            let told = plan["warnings"].as_array().unwrap().iter().map(|it| format!("{} {} {}", it["code"].as_str().unwrap(), it["path"].as_str().unwrap(), it["message"].as_str().unwrap()));
            told.collect::<Vec<_>>()
        };
        assert_eq!(put(&app.admin).await, [
            "migration.rule_broken /rules/1 “Order”: 2 records break the new rule “No minus”: ab-1, AB-1x. They stay as they are until somebody saves them.",
            "migration.not_of_pattern /fields/0 “Order › Code”: 2 records have a text that is not of the new pattern: ab-1, AB-1x. They stay as they are until somebody saves them.",
        ]);
        // Who may not read the records learns nothing of what is in them.
        let designer = app.user("d@example.com", &["designer"]).await;
        let told = put(&designer).await;
        assert!(told.len() == 1 && told[0].starts_with("migration.not_of_pattern") && !told[0].contains("ab-1"), "{told:?}");
    }

    async fn a_checked_expression_tells_of_values_that_never_are(app: App) {
        let stage = json!({"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]});
        app.publish(json!([{"kind": "entity", "name": "deal", "fields": [stage]}])).await;
        let check = async |expression: &str| app.admin.post("/api/meta/expressions/check", json!({"entity": "deal", "expression": expression})).await.expect(200);
        assert_eq!(check("stage == \"won\"").await["warnings"], json!([]));
        let told = check("stage in [\"new\", \"wonn\"]").await;
        let warning = &told["warnings"][0];
        assert_eq!((&told["type"], &warning["path"], &warning["code"]), (&json!("boolean"), &json!("/expression"), &json!("expression.unknown_choice")));
        assert_eq!(warning["message"], "`stage` never has the value `wonn`; did you mean `won`.");
    }

    async fn ratings_are_stars_from_one(app: App) {
        let rating = json!({"type": "rating", "max": 5});
        let values = [json!(0), json!(-5), json!(3), json!(6)];
        let (after, told) = retyped(&app, "a", json!({"type": "integer"}), rating.clone(), &values).await;
        assert_eq!(after, values, "the column is the same");
        assert!(told.contains("migration.out_of_range") && told.contains(" 3 records"), "{told}");
        let (after, told) = retyped(&app, "b", json!({"type": "boolean"}), rating, &[json!(true), json!(false)]).await;
        assert_eq!((after, told.contains("not_convertible")), (vec![json!(1), Value::Null], true), "{told}");
        let whole = json!({"type": "integer", "min": 10, "max": 20});
        let (after, told) = retyped(&app, "c", json!({"type": "text"}), whole, &[json!("9"), json!("15"), json!("21")]).await;
        assert_eq!((after, told.contains("not_convertible")), (vec![Value::Null, json!(15), Value::Null], true), "{told}");
        let money = json!({"type": "money", "min": 1});
        let (after, _) = retyped(&app, "d", json!({"type": "integer"}), money, &[json!(0), json!(1)]).await;
        assert_eq!(after, [Value::Null, json!("1.00")]);
    }

    async fn markup_comes_into_rich_text_clean(app: App) {
        const DIRTY: &str = "<p onclick=\"x()\">a<script>b</script></p><img src=\"https://evil.example/x.png\">";
        const CLEAN: &str = "<p>a</p><img>";
        for (at, from) in ["text", "long_text"].iter().enumerate() {
            let values = [json!(DIRTY), json!("plain"), json!("a < b & c"), json!("<script>x</script>")];
            let (after, told) = retyped(&app, &format!("e{at}"), json!({"type": from}), json!({"type": "rich_text"}), &values).await;
            assert_eq!(after, [json!(CLEAN), json!("plain"), json!("a &lt; b &amp; c"), Value::Null], "{told}");
            assert!(told.contains("which become rich text"), "{told}");
        }
        let many: Vec<Value> = (0..1_050).map(|at| json!(format!("<i onclick=x>{at}</i>"))).collect();
        app.publish(json!([{"kind": "entity", "name": "many", "fields": [{"name": "f", "type": "text"}]}])).await;
        for part in many.chunks(525) {
            let operations: Vec<Value> = part.iter().map(|value| json!({"op": "create", "entity": "many", "values": {"f": value}})).collect();
            app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
        }
        app.publish(json!([{"kind": "entity", "name": "many", "fields": [{"name": "f", "type": "rich_text"},
            {"name": "more", "type": "rich_text", "required": true, "default": DIRTY}]}])).await;
        let list = app.admin.get("/api/records/many?limit=5000").await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1_050);
        assert!(items.iter().all(|item| !item["f"].as_str().unwrap().contains("onclick") && item["more"] == CLEAN), "{}", items[0]);
        // A default by POST, and one that an expression makes.
        let made = app.admin.post("/api/records/many", json!({"f": "x"})).await.expect(201);
        assert_eq!(made["more"], CLEAN);
        app.publish(json!([{"kind": "entity", "name": "made", "fields": [{"name": "t", "type": "text"},
            {"name": "f", "type": "rich_text", "default": {"expression": "\"<b>x</b><script>y</script>\""}}]}])).await;
        assert_eq!(app.admin.post("/api/records/made", json!({"t": "x"})).await.expect(201)["f"], "<b>x</b>");
        // A field that was dropped as a text comes back as rich text.
        app.publish(json!([{"kind": "entity", "name": "gone", "fields": [{"name": "t", "type": "text"}, {"name": "f", "id": "gone_f", "type": "text"}]}])).await;
        app.admin.post("/api/records/gone", json!({"t": "x", "f": DIRTY})).await.expect(201);
        app.publish(json!([{"kind": "entity", "name": "gone", "fields": [{"name": "t", "type": "text"}]}])).await;
        app.publish(json!([{"kind": "entity", "name": "gone", "fields": [{"name": "t", "type": "text"}, {"name": "f", "id": "gone_f", "type": "rich_text"}]}])).await;
        assert_eq!(app.admin.get("/api/records/gone").await.expect(200)["items"][0]["f"], CLEAN);
    }
}
