//! Links to one of several entities: read, filtered, sorted and grouped by, seen from the other side, under rules, through
//! renames.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}, {"name": "parent", "type": "link", "target": "company"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"}]},
        {"kind": "entity", "name": "task", "title": "text", "fields": [
            {"name": "text", "type": "text"}, {"name": "done", "type": "boolean"}, {"name": "weight", "type": "integer"},
            {"name": "subject", "type": "any_link", "targets": ["company", "deal"], "inverse": "tasks"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true}, "deal": {"read": true},
            "task": {"read": "subject.as_company.city == \"Graz\" || subject.as_deal.company.city == \"Graz\"", "create": true,
                "update": "subject.as_deal.owner == user"}}},
        {"kind": "role", "name": "desk", "rights": ["use"], "entities": {"deal": {"read": true}, "task": {"read": true}}},
        {"kind": "role", "name": "blind", "rights": ["use"], "entities": {
            "company": {"read": true}, "deal": {"read": true}, "task": {"read": true, "fields": {"subject": "none"}}}},
        {"kind": "view", "name": "by_city", "entity": "task", "type": "grid", "label": {"en": "By city"},
            "columns": ["text", "subject.as_company.city"], "sort": ["-subject.as_company.city"],
            "filter": "subject.as_company.city != () || subject.as_deal != ()"},
    ])
}

/// Companies and deals by name, and tasks about them.
async fn fill(app: &App) -> Value {
    app.publish(documents()).await;
    let make = async |entity: &str, values: Value| {
        app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
    };
    let acme = make("company", json!({"name": "Acme", "city": "Graz"})).await;
    let zeta = make("company", json!({"name": "Zeta", "city": "Bonn", "parent": acme})).await;
    let big = make("deal", json!({"title": "Big", "amount": "100", "company": acme})).await;
    let tiny = make("deal", json!({"title": "Tiny", "amount": "1", "company": zeta})).await;
    for (text, entity, id, weight, done) in [
        ("call", "company", Some(&acme), 1, true),
        ("mail", "company", Some(&zeta), 2, false),
        ("meet", "deal", Some(&big), 3, true),
        ("bill", "deal", Some(&tiny), 4, false),
        ("send", "deal", Some(&big), 5, false),
        ("rest", "deal", None, 6, false),
    ] {
        let subject = id.map(|id| json!({"entity": entity, "id": id}));
        make("task", json!({"text": text, "weight": weight, "done": done, "subject": subject})).await;
    }
    json!({"acme": acme, "zeta": zeta, "big": big, "tiny": tiny})
}

async fn query(client: &Client, entity: &str, body: Value) -> Vec<Value> {
    client.post(&format!("/api/records/{entity}/query"), body).await.expect(200)["items"]
        .as_array()
        .expect("items")
        .clone()
}

async fn texts(client: &Client, filter: &str, sort: &[&str]) -> String {
    let items = query(client, "task", json!({"select": ["text"], "filter": filter, "sort": sort})).await;
    items.iter().filter_map(|item| item["text"].as_str()).collect::<Vec<_>>().join(" ")
}

every_database! {
    async fn what_they_lead_to_is_filtered_sorted_and_selected(app: App) {
        let ids = fill(&app).await;
        let acme = ids["acme"].as_str().expect("an id");
        for (filter, sort, wanted) in [
            ("subject == ()", "weight", "rest"),
            ("subject != ()", "weight", "call mail meet bill send"),
            ("subject.as_company != ()", "weight", "call mail"),
            ("subject.as_company.city == \"Graz\"", "weight", "call"),
            ("subject.as_company.city != \"Graz\"", "weight", "mail meet bill send rest"),
            ("!(subject.as_company.city == \"Graz\")", "weight", "mail meet bill send rest"),
            ("subject.as_deal.company.city == \"Graz\"", "weight", "meet send"),
            ("(subject.as_company ?? subject.as_deal.company).city == \"Graz\"", "weight", "call meet send"),
            ("subject.as_company.parent.name == \"Acme\"", "weight", "mail"),
            ("subject.as_deal.amount > 1", "weight", "meet send"),
            ("subject.as_deal.tasks.count() > 1", "weight", "meet send"),
            ("subject.as_deal.tasks.first().text == text", "weight", "meet bill"),
            ("subject.as_company.deals.any(|d| d.tasks.any(|t| t.done))", "weight", "call"),
            (&format!("subject == \"{acme}\""), "weight", "call"),
            (&format!("subject in [\"{acme}\", ()]"), "weight", "call rest"),
            ("", "subject", "call meet send bill mail rest"),
            ("", "-subject", "mail bill meet send call rest"),
            ("", "subject.as_company", "call mail meet bill send rest"),
            ("", "-subject.as_company.city", "call mail meet bill send rest"),
            ("", "subject.as_deal.amount", "bill meet send call mail rest"),
            ("", "-subject.as_deal", "bill meet send call mail rest"),
        ] {
            assert_eq!(texts(&app.admin, filter, &[sort, "weight"]).await, wanted, "{filter} {sort}");
        }
        let select = json!(["subject", "subject.as_company", "subject.as_company.city", "subject.as_deal.company.name", "subject.as_deal.tasks.text",
            {"name": "either", "expression": "subject.as_company ?? subject.as_deal.company"}, {"name": "same", "expression": "subject"},
            {"path": "subject.as_deal.tasks", "select": ["text"], "sort": ["-weight"], "limit": 1}]);
        let items = query(&app.admin, "task", json!({"select": select, "sort": ["weight"], "limit": 3})).await;
        let company = json!({"id": ids["acme"], "title": "Acme"});
        assert_eq!(items[0], json!({"subject": {"entity": "company", "id": ids["acme"], "title": "Acme"}, "subject.as_company": company,
            "subject.as_company.city": "Graz", "subject.as_deal.company.name": null, "subject.as_deal.tasks.text": [], "either": company,
            "same": {"entity": "company", "id": ids["acme"], "title": "Acme"}, "subject.as_deal.tasks": []}));
        assert_eq!(items[2]["subject.as_company"], Value::Null);
        assert_eq!(items[2]["subject.as_deal.tasks.text"], json!(["meet", "send"]));
        assert_eq!(items[2]["subject.as_deal.tasks"], json!([{"text": "send"}]));
        assert_eq!(items[2]["either"], company);
        for way in ["name", "as_nothing", "as_task", "as_company.as_deal"] {
            let answer = app.admin.post("/api/records/task/query", json!({"select": [format!("subject.{way}")], "filter": format!("subject.{way} == ()")})).await;
            assert_eq!(answer.problem(400).len(), 2, "{way}");
        }
    }

    async fn titles_of_several_forms_follow_each_other_over_pages(app: App) {
        let subject = json!({"name": "subject", "type": "any_link", "targets": ["room", "firm"]});
        app.publish(json!([
            {"kind": "entity", "name": "room", "title": "number", "fields": [{"name": "number", "type": "integer"}]},
            {"kind": "entity", "name": "firm", "title": "name", "fields": [{"name": "name", "type": "text"}]},
            {"kind": "entity", "name": "note", "title": "text", "fields": [{"name": "text", "type": "text"}, subject]}])).await;
        let make = async |entity: &str, values: Value| {
            app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
        };
        for (text, entity, field, title) in [("n20", "room", "number", json!(20)), ("n3", "room", "number", json!(3)), ("b", "firm", "name", json!("Beta")),
            ("a", "firm", "name", json!("alpha")), ("e", "firm", "name", json!("Ёлка"))] {
            let id = make(entity, json!({field: title})).await;
            make("note", json!({"text": text, "subject": {"entity": entity, "id": id}})).await;
        }
        make("note", json!({"text": "none"})).await;
        for (sort, wanted) in [("subject", ["n3", "n20", "e", "a", "b", "none"]), ("-subject", ["n20", "n3", "b", "a", "e", "none"])] {
            let (mut found, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let body = json!({"select": ["text"], "sort": [sort], "limit": 2, "cursor": cursor});
                let page = app.admin.post("/api/records/note/query", body).await.expect(200);
                found.extend(page["items"].as_array().expect("items").iter().map(|item| item["text"].as_str().expect("a text").to_owned()));
                cursor = page["next_cursor"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            assert_eq!(found, wanted, "{sort}");
            let body = json!({"group_by": ["subject"], "measures": [{"name": "n", "expression": "count()"}], "sort": [sort]});
            let groups = app.admin.post("/api/records/note/aggregate", body).await.expect(200);
            assert_eq!(groups["items"].as_array().expect("items").len(), 6, "{groups}");
        }
    }

    async fn the_other_side_sees_them(app: App) {
        let ids = fill(&app).await;
        let select = json!(["title", "tasks", "tasks.weight", {"name": "n", "expression": "tasks.count()"}, {"name": "w", "expression": "tasks.sum(|t| t.weight)"},
            {"name": "next", "expression": "tasks.first(|t| !t.done)"},
            {"path": "tasks", "select": ["text", "subject"], "filter": "weight > 2", "sort": ["-weight"], "limit": 1}]);
        let answer = app.admin.post("/api/records/deal/query", json!({"select": select, "sort": ["title"]})).await;
        // The relation stands once as links and once with a limit: one key for two things is a mistake.
        assert_eq!(answer.problem(400), ["/select/6 query.selected_twice"]);
        let mut select = select.as_array().expect("an array").clone();
        select.remove(1);
        let deals = query(&app.admin, "deal", json!({"select": select, "sort": ["title"]})).await;
        assert_eq!(deals[0]["tasks.weight"], json!([3, 5]));
        assert_eq!((&deals[0]["n"], &deals[0]["w"], &deals[0]["next"]["title"]), (&json!(2), &json!(8), &json!("send")));
        assert_eq!(deals[0]["tasks"], json!([{"text": "send", "subject": {"entity": "deal", "id": ids["big"], "title": "Big"}}]));
        assert_eq!(deals[1]["tasks"], json!([{"text": "bill", "subject": {"entity": "deal", "id": ids["tiny"], "title": "Tiny"}}]));
        let companies = query(&app.admin, "company", json!({"filter": "deals.any(|d| d.tasks.any(|t| t.done)) && tasks.all(|t| t.subject == id)", "select": ["name"]})).await;
        assert_eq!(companies, [json!({"name": "Acme"})]);
    }

    async fn groups_by_what_they_lead_to_find_their_records_again(app: App) {
        let ids = fill(&app).await;
        let groups = async |keys: Value| {
            let body = json!({"group_by": keys, "measures": [{"name": "n", "expression": "count()"}, {"name": "w", "expression": "sum(weight)"},
                {"name": "d", "expression": "count_distinct(subject)"}], "drill": true});
            app.admin.post("/api/records/task/aggregate", body).await.expect(200)["items"].as_array().expect("items").clone()
        };
        for keys in [json!(["subject"]), json!(["subject", "done"]), json!(["subject.as_company"]), json!(["subject.as_company.city"]), json!(["subject.as_deal.company", "done"]), json!(["subject.as_deal.amount"])] {
            let found = groups(keys.clone()).await;
            for group in &found {
                let body = json!({"filter": group["_filter"], "count": "exact", "select": ["id"]});
                let count = app.admin.post("/api/records/task/query", body).await.expect(200)["count"].clone();
                assert_eq!(count, group["n"], "{keys}: {group}");
            }
            assert_eq!(found.iter().map(|group| group["n"].as_u64().expect("a count")).sum::<u64>(), 6, "{keys}");
        }
        let found = groups(json!(["subject"])).await;
        let shown: Vec<&Value> = found.iter().map(|group| &group["subject"]).collect();
        let subject = |entity: &str, id: &str, title: &str| json!({"entity": entity, "id": ids[id], "title": title});
        assert_eq!(shown, [&subject("company", "acme", "Acme"), &subject("deal", "big", "Big"), &subject("deal", "tiny", "Tiny"),
            &subject("company", "zeta", "Zeta"), &Value::Null]);
        let found = groups(json!(["subject.as_company"])).await;
        assert_eq!(found[0]["subject.as_company"], json!({"id": ids["acme"], "title": "Acme"}));
        assert_eq!((&found[2]["subject.as_company"], &found[2]["w"], &found[2]["d"]), (&Value::Null, &json!(18), &json!(2)));
    }

    async fn rules_go_through_them(app: App) {
        let ids = fill(&app).await;
        let sales = app.user("sales@example.com", &["sales"]).await;
        assert_eq!(texts(&sales, "", &["weight"]).await, "call meet send");
        assert_eq!(texts(&sales, "subject.as_company != ()", &["weight"]).await, "call");
        let deals = query(&sales, "deal", json!({"select": ["title", {"name": "n", "expression": "tasks.count()"}, "tasks.text"], "sort": ["title"]})).await;
        assert_eq!(deals, [json!({"title": "Big", "n": 2, "tasks.text": ["meet", "send"]}), json!({"title": "Tiny", "n": 0, "tasks.text": []})]);
        // A rule over another record is judged before and after.
        let me = sales.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
        let big = format!("/api/records/deal/{}", ids["big"].as_str().expect("an id"));
        app.admin.patch(&big, json!({"owner": me, "version": 1})).await.expect(200);
        let task = query(&sales, "task", json!({"select": ["id"], "filter": "text == \"meet\""})).await[0]["id"].clone();
        let task = format!("/api/records/task/{}", task.as_str().expect("an id"));
        sales.patch(&task, json!({"weight": 7, "version": 1})).await.expect(200);
        sales.patch(&task, json!({"subject": {"entity": "company", "id": ids["acme"]}, "version": 2})).await.expect(403);
        // An entity that is closed is no more known than one that is not there.
        let desk = app.user("desk@example.com", &["desk"]).await;
        for (path, body) in [
            ("/api/records/task/query", json!({"filter": "subject.as_NAME != ()"})),
            ("/api/records/task/query", json!({"select": ["subject.as_NAME.city"]})),
            ("/api/records/task/query", json!({"sort": ["subject.as_NAME"]})),
            ("/api/records/task/aggregate", json!({"group_by": ["subject.as_NAME.city"]})),
        ] {
            let ask = async |name: &str| {
                let body = serde_json::from_str(&body.to_string().replace("NAME", name)).expect("a body");
                desk.post(path, body).await.expect(400).to_string().replace(name, "NAME")
            };
            assert_eq!(ask("company").await, ask("nothing").await, "{body}");
        }
        assert_eq!(texts(&desk, "subject.as_deal.amount > 1", &["weight"]).await, "send meet");
        // A hidden link is hidden from both sides.
        let blind = app.user("blind@example.com", &["blind"]).await;
        for (entity, filter) in [("task", "subject == ()"), ("task", "subject.as_deal == ()"), ("deal", "tasks.count() > 0")] {
            let answer = blind.post(&format!("/api/records/{entity}/query"), json!({"filter": filter})).await;
            assert_eq!(answer.problem(400)[0], "/filter expression.unknown_name", "{filter}");
        }
    }

    async fn the_other_side_may_come_and_go(app: App) {
        let ids = fill(&app).await;
        let change = async |inverse: Option<&str>| {
            let mut task = app.admin.get("/api/meta/drafts/entity/task").await.expect(200);
            let subject = task["fields"].as_array_mut().expect("fields").iter_mut().find(|field| field["name"] == "subject");
            let subject = subject.and_then(Value::as_object_mut).expect("the subject");
            match inverse {
                Some(name) => subject.insert("inverse".to_owned(), json!(name)),
                None => subject.shift_remove("inverse"),
            };
            app.admin.put("/api/meta/drafts/entity/task", task).await.expect(200);
            let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
            app.publish_draft().await;
            plan["steps"].to_string().matches("INDEX").count()
        };
        let deal = format!("/api/records/deal/{}?select=", ids["big"].as_str().expect("an id"));
        assert_eq!(change(None).await, 1, "the index goes");
        app.admin.get(&format!("{deal}tasks")).await.expect(400);
        assert_eq!(change(Some("work")).await, 1, "the index comes");
        assert_eq!(app.admin.get(&format!("{deal}work.text")).await.expect(200)["work.text"], json!(["meet", "send"]));
        assert_eq!(change(Some("jobs")).await, 0, "a name moves nothing");
        assert_eq!(app.admin.get(&format!("{deal}jobs.text")).await.expect(200)["jobs.text"], json!(["meet", "send"]));
        // A name that one of the entities has is refused, and the draft says where.
        let mut task = app.admin.get("/api/meta/drafts/entity/task").await.expect(200);
        let fields = task["fields"].as_array_mut().expect("fields");
        fields.iter_mut().filter(|field| field["name"] == "subject").for_each(|field| field["inverse"] = json!("amount"));
        let answer = app.admin.put("/api/meta/drafts/entity/task", task).await.expect(200);
        assert_eq!(answer["problems"][0]["code"], "relation.inverse_taken", "{answer}");
    }

    async fn a_rename_of_the_entity_is_carried_through(app: App) {
        fill(&app).await;
        let mut renamed = app.admin.get("/api/meta/drafts/entity/company").await.expect(200);
        renamed["name"] = json!("firm");
        app.admin.put("/api/meta/drafts/entity/company", renamed).await.expect(200);
        app.publish_draft().await;
        assert_eq!(texts(&app.admin, "subject.as_firm.city == \"Graz\"", &["weight"]).await, "call");
        let role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        let rule = "subject.as_firm.city == \"Graz\" || subject.as_deal.company.city == \"Graz\"";
        assert_eq!(role["entities"]["task"]["read"], rule);
        let view = app.admin.get("/api/meta/drafts/view/by_city").await.expect(200);
        assert_eq!(view["columns"][1], "subject.as_firm.city");
        assert_eq!(view["sort"][0], "-subject.as_firm.city");
        assert_eq!(view["filter"], "subject.as_firm.city != () || subject.as_deal != ()");
        let sales = app.user("sales@example.com", &["sales"]).await;
        assert_eq!(texts(&sales, "", &["weight"]).await, "call meet send");
    }
}
