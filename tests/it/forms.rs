//! Forms: who gets which, what is left out of one, and what its widgets show of a record.

mod documents;

use serde_json::{Value, json};

use crate::support::{Client, every_database};

/// A form for sales: sections, tabs inside, lines, records of the company, a button, widgets, conditions of every kind.
pub(super) fn form() -> Value {
    json!({"kind": "form", "name": "deal_sales", "label": {"en": "For sales", "ru": "Для продаж"}, "entity": "deal", "roles": ["sales", "boss"], "order": 10,
        "help": {"en": "Fill it in"}, "header": ["company.city", "margin", "amount"], "stage": "stage",
        "tabs": [
            {"name": "main", "label": {"en": "Main", "ru": "Основное"}, "components": [
                {"type": "section", "name": "about", "label": {"en": "Deal", "ru": "Сделка"}, "components": [
                    {"type": "field", "path": "title", "span": 2, "label": {"en": "What", "ru": "Что"}},
                    {"type": "field", "path": "amount", "show": "stage != \"lost\"", "style": [{"when": "amount > 100", "color": "green"}]},
                    {"type": "field", "path": "margin"},
                    {"type": "field", "path": "stage", "show": "margin > 0"},
                    {"type": "field", "path": "company", "show": "activities.any(|a| a.done)", "in": ["quick"]},
                    {"type": "field", "path": "company.city", "show": "company.city != ()"},
                    {"type": "field", "path": "company.secret"}]},
                {"type": "section", "name": "closed", "components": [{"type": "field", "path": "created_at", "show": "margin > 1"}]},
                {"type": "tabs", "name": "inner", "tabs": [{"name": "lines", "in": ["edit"], "components": [
                    {"type": "lines", "path": "items", "columns": ["what", "quantity", "cost"], "totals": ["quantity", "cost"]}]}]},
                {"type": "text", "name": "hint", "text": {"en": "Mind the margins", "ru": "Следи"}, "show": "measure(\"margins\") > 1"},
                {"type": "button", "script": "deals", "button": "win"},
                {"type": "button", "script": "deals", "button": "drop"},
                {"type": "related", "path": "activities", "columns": ["subject"], "filter": "!done", "sort": ["-subject"], "limit": 5},
                {"type": "related", "path": "company.deals", "columns": ["title", "margin"], "sort": ["-margin", "title"]},
                {"type": "related", "path": "company.deals", "label": {"en": "Rich"}, "filter": "margin > 5"}]},
            {"name": "hidden", "components": [{"type": "field", "path": "owner.name", "show": "margin > 3"}]}],
        "side": [
            {"type": "widget", "name": "won", "path": "company.deals", "widget": {"type": "indicator", "measure": "won"}},
            {"type": "widget", "name": "all", "widget": {"type": "indicator", "measure": "won"}},
            {"type": "widget", "name": "stages", "path": "company.deals", "widget": {"type": "chart", "chart": "bar", "group_by": ["stage"], "measures": [{"name": "n", "expression": "count()"}], "sort": ["stage"]}},
            {"type": "widget", "name": "tagged", "path": "tags", "widget": {"type": "list", "columns": ["name"], "sort": ["name"]}},
            {"type": "widget", "name": "profit", "path": "company.deals", "widget": {"type": "chart", "chart": "row", "group_by": ["stage"], "measures": [{"name": "m", "expression": "sum(margin)"}]}},
            {"type": "widget", "name": "profits", "widget": {"type": "indicator", "measure": "margins"}},
            {"type": "history"}]})
}

fn plain(name: &str, order: i32, roles: &[&str]) -> Value {
    json!({"kind": "form", "name": name, "entity": "deal", "order": order, "roles": roles,
        "tabs": [{"name": "main", "components": [{"type": "field", "path": "title"}]}]})
}

pub(super) fn documents() -> Value {
    let all = json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}, {"name": "secret", "type": "text"}]},
        {"kind": "entity", "name": "tag", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true},
            {"name": "amount", "type": "money"},
            {"name": "margin", "type": "money"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}, {"value": "lost"}]},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "tags", "type": "links", "target": "tag", "inverse": "deals"},
            {"name": "items", "type": "children", "target": "line", "inverse": "deal"}]},
        {"kind": "entity", "name": "line", "title": "what", "fields": [
            {"name": "deal", "type": "link", "target": "deal", "required": true},
            {"name": "what", "type": "text"}, {"name": "quantity", "type": "integer"}, {"name": "cost", "type": "money"}]},
        {"kind": "entity", "name": "activity", "title": "subject", "fields": [
            {"name": "subject", "type": "text"}, {"name": "done", "type": "boolean"},
            {"name": "deal", "type": "link", "target": "deal", "inverse": "activities"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true, "fields": {"secret": "none"}}, "tag": {"read": true}, "activity": {"read": true}, "user": {"read": true},
            "deal": {"read": "owner == user", "create": true, "update": true, "fields": {"margin": "none"}},
            "line": {"read": true, "fields": {"cost": "none"}}}},
        {"kind": "role", "name": "boss", "rights": ["use"], "entities": {
            "company": {"read": true}, "tag": {"read": true}, "activity": {"read": true}, "user": {"read": true}, "deal": {"read": true, "update": true}, "line": {"read": true}}},
        {"kind": "role", "name": "guest", "rights": ["use"], "entities": {"deal": {"read": true}}},
        {"kind": "measure", "name": "won", "label": {"en": "Won"}, "entity": "deal", "expression": "sum(amount)", "filter": "stage == \"won\""},
        {"kind": "measure", "name": "margins", "roles": ["boss"], "entity": "deal", "expression": "count()"},
        {"kind": "script", "name": "deals", "source": "fn win(deal, values) {} fn drop(deal, values) {}", "buttons": [
            {"name": "win", "label": {"en": "Win"}, "entity": "deal", "function": "win", "when": "stage != \"won\""},
            {"name": "drop", "label": {"en": "Drop"}, "entity": "deal", "function": "drop", "roles": ["boss"]}]},
        form(), plain("deal_boss", 5, &["boss"]), plain("deal_card", 0, &[]),
        {"kind": "form", "name": "company_card", "entity": "company", "tabs": [{"name": "main", "components": [
            {"type": "section", "name": "about", "components": [{"type": "field", "path": "secret"}]}]}]}
    ]);
    all
}

async fn form_of(client: &Client, entity: &str) -> Value {
    let catalog = client.get("/api/meta/catalog").await.expect(200);
    let found = catalog["entities"].as_array().expect("entities").iter().find(|it| it["name"] == entity);
    found.unwrap_or_else(|| panic!("{entity} is not there"))["form"].clone()
}

/// The components of a list, each by its type and what it is of.
fn told(components: &Value) -> Vec<String> {
    let one = |it: &Value| {
        let of = ["path", "name", "button"].iter().find_map(|key| it[key].as_str().or(it[key]["name"].as_str()));
        format!("{} {}", it["type"].as_str().expect("a type"), of.unwrap_or_default())
    };
    components.as_array().expect("components").iter().map(one).collect()
}

every_database! {
    async fn everybody_gets_their_form_without_what_they_may_not_know(app: App) {
        app.publish(documents()).await;
        let clients = [app.user("s@example.com", &["sales"]).await, app.user("b@example.com", &["boss"]).await,
            app.user("sb@example.com", &["sales", "boss"]).await, app.user("g@example.com", &["guest"]).await];
        let mut names = Vec::new();
        for client in clients.iter().chain([&app.admin]) {
            names.push(form_of(client, "deal").await["name"].as_str().unwrap_or_default().to_owned());
        }
        // The administrator has every right and is of none of the roles.
        assert_eq!(names, ["deal_sales", "deal_boss", "deal_boss", "deal_card", "deal_card"]);
        // Where nothing is left of a form the card is as without one.
        assert_eq!((form_of(&clients[0], "company").await, &form_of(&clients[1], "company").await["name"]), (Value::Null, &json!("company_card")));
        assert_eq!(form_of(&clients[1], "tag").await, Value::Null);

        let form = form_of(&clients[0], "deal").await;
        let main = &form["tabs"][0]["components"];
        assert_eq!(form["tabs"].as_array().map(Vec::len), Some(1), "a tab of nothing is gone");
        assert_eq!((&form["header"], &form["stage"], &form["help"], &form["reads"]), (&json!(["company.city", "amount"]), &json!("stage"), &json!("Fill it in"), &json!(["company.city"])));
        assert_eq!(told(main), ["section about", "tabs inner", "button win", "related activities", "related company.deals"]);
        let about = &main[0]["components"];
        assert_eq!(told(about), ["field title", "field amount", "field company", "field company.city"]);
        assert_eq!(told(&form["side"]), ["widget company.deals", "widget all", "widget company.deals", "widget tags", "history "]);
        // Typed where a browser can tell, else only written; in which variants each is, is said of each.
        assert_eq!((&about[1]["show"]["text"], about[1]["show"]["when"].is_object(), &about[1]["style"][0]["color"], about[1]["style"][0]["when"].is_object()),
            (&json!("stage != \"lost\""), true, &json!("green"), true));
        assert_eq!((&about[2]["show"]["when"], about[3]["show"]["when"].is_object()), (&Value::Null, true));
        let variants = [&about[0], &about[1], &about[2], &main[0], &form["tabs"][0], &main[1], &main[1]["tabs"][0]["components"][0]].map(|it| it["in"].clone());
        assert_eq!(json!(variants), json!([["edit", "create", "quick", "phone"], ["edit", "create", "phone"], ["quick"], ["edit", "create", "quick", "phone"], ["edit", "create", "quick", "phone"], ["edit", "create", "phone"], ["edit"]]));
        let lines = &main[1]["tabs"][0]["components"][0];
        assert_eq!((&lines["columns"], &lines["totals"], &main[4]["columns"], &main[4]["sort"]), (&json!(["what", "quantity"]), &json!(["quantity"]), &json!(["title"]), &json!(["title"])));
        assert_eq!((&main[2]["button"]["label"], main[2]["button"]["when"].is_object(), &form["side"][0]["widget"]["about"]["name"], &form["side"][0]["widget"]["acts"]), (&json!("Win"), true, &json!("won"), &json!([])));
        let whole = clients[0].get("/api/meta/catalog").await.expect(200).to_string();
        for name in ["margin", "secret", "cost", "drop", "profit", "Mind", "Rich", "hidden"] {
            assert!(!whole.contains(name), "{name} is told");
        }
        let russian = app.admin.post("/api/forms/attempt", json!({"document": self::form(), "roles": ["boss"]})).await.expect(200);
        assert_eq!(told(&russian["form"]["tabs"][0]["components"]).len(), 9, "{russian}");
    }

    async fn widgets_show_the_records_of_the_record(app: App) {
        app.publish(documents()).await;
        let (alice, boss) = (app.user("a@example.com", &["sales"]).await, app.user("b@example.com", &["boss"]).await);
        let me = alice.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
        let create = async |entity: &str, values: Value| app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone();
        let (acme, other) = (create("company", json!({"name": "Acme"})).await, create("company", json!({"name": "Other"})).await);
        let (red, _blue) = (create("tag", json!({"name": "red"})).await, create("tag", json!({"name": "blue"})).await);
        let one = create("deal", json!({"title": "one", "amount": "10", "stage": "won", "company": acme, "owner": me, "tags": [red]})).await;
        let two = create("deal", json!({"title": "two", "amount": "20", "stage": "won", "company": acme})).await;
        create("deal", json!({"title": "three", "amount": "40", "stage": "won", "company": other, "owner": me})).await;
        let alone = create("deal", json!({"title": "alone", "owner": me})).await;
        let shown = async |client: &Client, record: &Value, widgets: Value| {
            client.post("/api/forms/deal_sales/data", json!({"record": record, "widgets": widgets})).await
        };
        let all = shown(&boss, &one, Value::Null).await.expect(200);
        let widgets = &all["widgets"];
        assert_eq!((&widgets["won"]["value"], &widgets["all"]["value"], &widgets["stages"]["items"][0]["n"]), (&json!("30"), &json!("70"), &json!(2)), "{all}");
        assert_eq!((&widgets["tagged"]["items"], widgets["profit"]["items"].is_array()), (&json!([{"id": red, "name": "red"}]), true), "{all}");
        // Each with their own rights, and nothing of a record that links nowhere.
        let own = shown(&alice, &one, json!(["won", "all"])).await.expect(200);
        assert_eq!((&own["widgets"]["won"]["value"], &own["widgets"]["all"]["value"], &own["widgets"]["stages"]), (&json!("10"), &json!("50"), &Value::Null));
        let none = shown(&alice, &alone, Value::Null).await.expect(200);
        assert_eq!((&none["widgets"]["won"]["value"], &none["widgets"]["stages"]["items"], &none["widgets"]["tagged"]["items"]), (&json!("0"), &json!([]), &json!([])), "{none}");
        assert_eq!(shown(&alice, &two, Value::Null).await.problem(404), shown(&alice, &json!("00000000-0000-7000-8000-000000000000"), Value::Null).await.problem(404));
        assert_eq!(shown(&alice, &one, json!(["all", "profit"])).await.problem(422), ["/widgets/1 form.unknown_widget"]);
        assert_eq!(alice.post("/api/forms/deal_boss/data", json!({"record": one})).await.status, 404);
        let drawn = app.admin.post("/api/forms/attempt/data", json!({"document": form(), "record": one, "widgets": ["won"]})).await.expect(200);
        assert_eq!(drawn["widgets"]["won"]["value"], "30");
        assert_eq!(boss.post("/api/forms/attempt/data", json!({"document": form(), "record": one})).await.status, 403);
    }
}
