//! Imports: what is read, what is refused with its rows, what is kept, and taking it back.

mod spreadsheet;

use serde_json::{Value, json};
use sql::{ColumnType, Dialect, Statement};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true, "max_length": 100, "label": {"en": "Name", "ru": "Название"}},
            {"name": "code", "type": "text", "unique": true, "label": {"en": "Code", "ru": "Код"}},
            {"name": "type", "type": "choice", "default": "customer", "choices": [
                {"value": "customer", "label": {"en": "Customer", "ru": "Клиент"}}, {"value": "supplier", "label": {"en": "Supplier", "ru": "Поставщик"}}]},
            {"name": "address", "type": "address"}, {"name": "active", "type": "boolean"}]},
        {"kind": "entity", "name": "employee", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true}, {"name": "number", "type": "integer", "unique": true},
            {"name": "boss", "type": "link", "target": "employee", "inverse": "reports", "on_delete": "set_empty"},
            {"name": "hired", "type": "date"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true}, {"name": "number", "type": "integer", "unique": true},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "restrict", "required": true},
            {"name": "manager", "type": "link", "target": "employee", "inverse": "deals", "on_delete": "set_empty"},
            {"name": "amount", "type": "money"}, {"name": "opened", "type": "date"}],
         "rules": [{"name": "positive", "when": "amount < 0", "message": {"en": "Amounts are positive", "ru": "Сумма положительна"}}]}
    ])
}

/// Imports a text and gives the import when it is over.
async fn import(app: &App, entity: &str, text: impl Into<Vec<u8>>, mapping: Value, key: &str, dry_run: bool) -> Value {
    import_file(app, entity, "file.csv", text, mapping, key, dry_run).await
}

/// Imports a file and gives the import when it is over.
async fn import_file(
    app: &App,
    entity: &str,
    name: &'static str,
    content: impl Into<Vec<u8>>,
    mapping: Value,
    key: &str,
    dry_run: bool,
) -> Value {
    let file = reqwest::multipart::Part::bytes(content.into()).file_name(name);
    let mut form = reqwest::multipart::Form::new()
        .text("entity", entity.to_owned())
        .text("key", key.to_owned())
        .text("dry_run", dry_run.to_string())
        .part("file", file);
    if !mapping.is_null() {
        form = form.text("mapping", mapping.to_string());
    }
    let started =
        app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await.expect(202);
    let id = started["id"].as_str().unwrap().to_owned();
    app.finish(&id).await;
    app.admin.get(&format!("/api/imports/{id}")).await.expect(200)
}

async fn count(client: &Client, entity: &str) -> Value {
    client.get(&format!("/api/records/{entity}?count=exact&limit=1")).await.expect(200)["count"].clone()
}

fn northwind(name: &str) -> String {
    let path = format!("{}/../examples/crm/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the sample data")
}

every_database! {
    async fn rows_become_records_with_history(app: App) {
        app.publish(documents()).await;
        let done = import(&app, "company", "Название;Код;Тип;address\nРомашка;R;Поставщик;x\nКолос;K;;\n\n", json!({"Название": "name", "Код": "code", "Тип": "type", "address": "address.city"}), "", false).await;
        assert_eq!((&done["state"], &done["created"], &done["errors"]), (&json!("done"), &json!(2), &json!([])), "{done:#}");
        let list = app.admin.get("/api/records/company?sort=code&select=id,name,code,type,address,version").await.expect(200);
        assert_eq!(list["items"][0]["type"], "customer");
        assert_eq!((&list["items"][1]["type"], &list["items"][1]["address"]), (&json!("supplier"), &json!({"city": "x"})));
        let id = list["items"][0]["id"].as_str().unwrap();
        let history = app.admin.get(&format!("/api/records/company/{id}/history")).await.expect(200);
        assert_eq!(history["items"][0]["operation"], "create", "{history:#}");
    }

    async fn headers_are_guessed(app: App) {
        app.publish(documents()).await;
        let file = reqwest::multipart::Part::bytes("Название,КОД,whatever\nА,1,\n".as_bytes().to_vec()).file_name("f.csv");
        // What is neither `true` nor `false` is no run in earnest.
        let slip = reqwest::multipart::Form::new().text("entity", "company").text("dry_run", "yes");
        let refused = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(slip)).await;
        assert_eq!(refused.problem(400), ["/dry_run request.wrong_value"]);
        let form = reqwest::multipart::Form::new().text("entity", "company").part("file", file);
        let seen = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports/preview").multipart(form)).await.expect(200);
        let fields: Vec<&Value> = seen["columns"].as_array().unwrap().iter().map(|column| &column["field"]).collect();
        assert_eq!(fields, [&json!("name"), &json!("code"), &json!(null)], "{seen:#}");
        assert_eq!((&seen["rows"], &seen["delimiter"]), (&json!(1), &json!(",")));
    }

    async fn linked_records_are_guessed_by_their_titles(app: App) {
        app.publish(json!([
            {"kind": "entity", "name": "firm", "title": "name", "fields": [{"name": "name", "type": "text"}, {"name": "code", "type": "text", "unique": true}]},
            {"kind": "entity", "name": "visit", "fields": [{"name": "firm", "type": "link", "target": "firm"}, {"name": "others", "type": "links", "target": "firm"}, {"name": "guest", "type": "user"}]}])).await;
        let firms = import(&app, "firm", "name,code\nÉtoile,e\nTwin,a\nTwin,b\n", Value::Null, "", false).await;
        assert_eq!(firms["created"], 3, "{firms:#}");
        let file = "Firm;Others;Guest\nÉtoile;Étoile;admin@example.com\n;;\n";
        let made = import(&app, "visit", file, Value::Null, "", false).await;
        assert_eq!((&made["created"], &made["errors"]), (&json!(1), &json!([])), "{made:#}");
        let visits = app.admin.get("/api/records/visit?select=firm.code,others.code,guest.email").await.expect(200);
        assert_eq!(visits["items"][0]["firm.code"], "e");
        assert_eq!(visits["items"][0]["others.code"], json!(["e"]));
        assert_eq!(visits["items"][0]["guest.email"], "admin@example.com");
        // Ids are ids; a title that two have, or none, is told; so is what a mapping does not say.
        let id = app.admin.get("/api/records/firm?filter=code%20==%20%22a%22").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(import(&app, "visit", format!("firm\n{id}\n"), Value::Null, "", false).await["created"], 1);
        let by_id = json!({"f": {"field": "firm", "by": "id"}, "g": {"field": "guest", "by": "id"}});
        let me = app.admin.get("/api/auth/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        let made = import(&app, "visit", format!("f,g\n{id},{me}\n"), by_id, "", false).await;
        assert_eq!((&made["created"], &made["errors"]), (&json!(1), &json!([])), "{made:#}");
        for (file, mapping, code) in [("firm\nTwin\n", Value::Null, "record.link_ambiguous"), ("firm\nNone\n", Value::Null, "record.link_not_found"), ("f\nÉtoile\n", json!({"f": "firm"}), "import.not_an_id")] {
            let refused = import(&app, "visit", file, mapping, "", false).await;
            assert_eq!((&refused["state"], &refused["errors"][0]["code"]), (&json!("failed"), &json!(code)), "{refused:#}");
        }
    }

    async fn what_was_exported_comes_back_as_changes(app: App) {
        app.publish(json!([
            {"kind": "entity", "name": "firm", "title": "name", "fields": [{"name": "name", "type": "text"}]},
            {"kind": "entity", "name": "visit", "title": "topic", "fields": [{"name": "topic", "type": "text", "required": true}, {"name": "phone", "type": "phone"}, {"name": "firm", "type": "link", "target": "firm"},
                {"name": "others", "type": "links", "target": "firm"}, {"name": "tags", "type": "multi_choice", "choices": [{"value": "a", "label": {"en": "Ay"}}, {"value": "b"}]},
                {"name": "share", "type": "percent"}, {"name": "at", "type": "datetime"}, {"name": "lasts", "type": "duration"}, {"name": "pin", "type": "secret"}, {"name": "paper", "type": "file"}, {"name": "place", "type": "address"}, {"name": "no", "type": "auto_number"}]}])).await;
        let firm = async |name: &str| app.admin.post("/api/records/firm", json!({"name": name})).await.expect(201)["id"].clone();
        let (one, two) = (firm("One").await, firm("Two, Ltd").await);
        let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(b"n".to_vec()).file_name("note.txt"));
        let file = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201)["id"].clone();
        let values = json!({"topic": "=x", "phone": "+7 912 000-11-22", "firm": two, "others": [one, two], "tags": ["a", "b"], "share": "0.15", "at": "2026-01-31T09:30:00Z", "lasts": "PT90M", "pin": "s", "place": {"line1": "Main 1", "city": "Riga"}, "paper": file});
        let first = app.admin.post("/api/records/visit", values).await.expect(201);
        let second = app.admin.post("/api/records/visit", json!({"topic": "y"})).await.expect(201);
        let job = app.admin.post("/api/exports", json!({"entity": "visit", "format": "csv", "sort": ["topic"]})).await.expect(202);
        let job = app.finish(job["id"].as_str().unwrap()).await;
        let answer = app.admin.get(job["result"]["file"].as_str().unwrap()).await;
        let text = answer.body.as_str().expect("a file").to_owned();
        let same = import(&app, "visit", text.clone(), Value::Null, "", false).await;
        assert_eq!((&same["unchanged"], &same["updated"], &same["created"], &same["errors"]), (&json!(2), &json!(0), &json!(0), &json!([])), "{text}\n{same:#}");
        // An edited row changes its record, one without an id makes another, and an id that is nowhere is told.
        let id = first["id"].as_str().unwrap();
        let edited = import(&app, "visit", format!("id,topic\n{id},=z\n,new\n"), Value::Null, "", false).await;
        assert_eq!((&edited["updated"], &edited["created"]), (&json!(1), &json!(1)), "{edited:#}");
        let now = app.admin.get(&format!("/api/records/visit/{id}")).await.expect(200);
        assert_eq!((&now["topic"], &now["phone"], &now["pin"], &now["paper"]["name"]), (&json!("=z"), &json!("+7 912 000-11-22"), &json!({"has_value": true}), &json!("note.txt")));
        let gone = second["id"].as_str().unwrap();
        assert_eq!(app.admin.delete(&format!("/api/records/visit/{gone}")).await.status, 204);
        let refused = import(&app, "visit", format!("id,topic\n{id},q\n{gone},w\n{id},e\n"), Value::Null, "", false).await;
        let mut codes: Vec<String> = refused["errors"].as_array().unwrap().iter().map(|e| format!("{} {} {}", e["row"], e["column"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
        codes.sort();
        assert_eq!(codes, ["3 id record.link_not_found", "4 id import.key_twice"], "{refused:#}");
        // Numbers of another product are no ids of this one.
        let foreign = import(&app, "visit", "id,topic\n17,other\n", Value::Null, "", false).await;
        assert_eq!((&foreign["created"], &foreign["unused"]), (&json!(1), &json!(["id"])), "{foreign:#}");
        let wrong = json!({"columns": {"id": "id", "topic": "topic"}, "key": "topic"});
        let form = reqwest::multipart::Form::new().text("entity", "visit").text("mapping", wrong.to_string()).part("file", reqwest::multipart::Part::bytes(format!("id,topic\n{id},q\n").into_bytes()).file_name("f.csv"));
        let answer = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await;
        assert_eq!(answer.problem(422), ["/key import.field_closed"]);
    }

    async fn every_bad_row_is_named_and_nothing_kept(app: App) {
        app.publish(documents()).await;
        import(&app, "company", "name,code\nA,A\n", Value::Null, "", false).await;
        let mapping = json!({"columns": {"t": "title", "n": "number", "c": {"field": "company", "by": "code"}, "a": "amount", "o": "opened"}});
        let text = "t,n,c,a,o\nx,1,A,10,1996-07-04 00:00:00.000\n,2,B,1.234,soon\ny,1,A,,\nz,3,A,-5,NULL\nw,4,A,1,2,3\n";
        for dry_run in [true, false] {
            let done = import(&app, "deal", text, mapping.clone(), "", dry_run).await;
            let mut errors: Vec<String> = done["errors"].as_array().unwrap().iter().map(|e| format!("{} {} {}", e["row"], e["column"].as_str().unwrap_or("-"), e["code"].as_str().unwrap())).collect();
            errors.sort();
            assert_eq!(errors, ["3 a record.too_many_digits", "3 c record.link_not_found", "3 o record.date_malformed", "3 t record.required",
                "4 n import.unique_twice", "5 - record.rule", "6 - import.row_too_long"], "{done:#}");
            assert_eq!((&done["bad_rows"], &done["rows"]), (&json!(4), &json!(5)));
            assert_eq!(count(&app.admin, "deal").await, 0);
        }
        // What came before the first mistake is not kept, and not counted either.
        let rows: String = (0..1_200).map(|at| format!("N{at},{at}\n")).collect();
        let done = import(&app, "company", format!("name,code\nB,A\n{rows},x\n"), Value::Null, "code", false).await;
        assert_eq!((&done["state"], &done["created"], &done["updated"], &done["unchanged"]), (&json!("failed"), &json!(0), &json!(0), &json!(0)), "{done:#}");
        let done = import(&app, "deal", "t,n,c,a,o\nx,1,A,10,\n", mapping, "", true).await;
        assert_eq!((&done["state"], &done["created"]), (&json!("done"), &json!(1)), "{done:#}");
        assert_eq!(count(&app.admin, "deal").await, 0);
    }

    async fn cells_are_read_as_people_write_them_or_shown_as_they_stand(app: App) {
        app.publish(json!([{"kind": "entity", "name": "note", "title": "t", "fields": [{"name": "t", "type": "text"},
            {"name": "a", "type": "money"}, {"name": "p", "type": "percent"}, {"name": "d", "type": "date"}]}])).await;
        let done = import(&app, "note", "t,a,p,d\nA,\"1,2,3\",+-5,\nB,100 руб.,%,01/31/2026\nC,\"1,234.567\",5,\n", Value::Null, "", false).await;
        let told: Vec<(&str, &str)> = done["errors"].as_array().unwrap().iter().map(|error| (error["code"].as_str().unwrap(), error["message"].as_str().unwrap())).collect();
        let is_told = |code: &str, cell: &str| told.iter().any(|(is, message)| *is == code && message.contains(cell));
        for (code, cell) in [("record.not_a_number", "1,2,3"), ("record.not_a_number", "+-5"), ("record.not_a_number", "100 руб."),
            ("record.not_a_number", "%"), ("import.date_day_first", "01/31/2026"), ("record.too_many_digits", "1,234.567")] {
            assert!(is_told(code, cell), "{code} {cell}: {told:#?}");
        }
        import(&app, "note", "t,d\nA,31.01.26\nB,1/2/2026\n", Value::Null, "", false).await;
        let list = app.admin.get("/api/records/note?select=d&sort=t").await.expect(200);
        assert_eq!(list["items"], json!([{"d": "2026-01-31"}, {"d": "2026-02-01"}]));
    }

    async fn a_table_is_counted_while_an_import_fills_it(app: App) {
        app.publish(documents()).await;
        import(&app, "company", "name,code\nA,first\n", Value::Null, "", false).await;
        let catalog = app.engine.catalog();
        let table = &catalog.entity("company").unwrap().table;
        let database = app.engine.database();
        let is_postgres = database.dialect() == Dialect::Postgres;
        if is_postgres {
            app.run(&format!("ANALYZE \"{table}\"")).await;
        }
        let rows: String = (0..3_000).map(|at| format!("N{at},{at}\n")).collect();
        let done = import(&app, "company", format!("name,code\n{rows}"), Value::Null, "code", false).await;
        assert_eq!(done["created"], 3_000, "{done:#}");
        if is_postgres {
            let text = format!("SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = '{table}'");
            let counted = database.fetch(&Statement::text(text, Vec::new(), vec![ColumnType::Integer])).await.unwrap();
            assert!(matches!(counted[0][0], expression::Value::Integer(1_000..)), "{counted:?}");
        }
    }

    async fn a_broken_file_or_mapping_is_told(app: App) {
        app.publish(documents()).await;
        let post = |text: &'static str, mapping: &'static str| {
            let file = reqwest::multipart::Part::bytes(text.as_bytes().to_vec()).file_name("f.csv");
            let form = reqwest::multipart::Form::new().text("entity", "company").text("mapping", mapping).part("file", file);
            let admin = app.admin.clone();
            async move { admin.send(admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await.problem(422) }
        };
        assert_eq!(post("name,code\n\"a,b\n", "{}").await, ["import.quote_open"]);
        assert_eq!(post("name\nx\n", "{\"nam\": \"name\", \"name\": \"nme\"}").await, ["/columns/nam import.header_unknown", "/columns/name record.unknown_field", "/columns import.nothing_mapped"][..2]);
        assert_eq!(post("name\nx\n", "{\"name\": null}").await, ["/columns import.nothing_mapped"]);
    }

    async fn a_key_changes_what_is_there(app: App) {
        app.publish(documents()).await;
        import(&app, "company", "name,code\nA,A\nB,B\n", Value::Null, "", false).await;
        let done = import(&app, "company", "name,code\nA2,A\nB,B\nC,C\n", Value::Null, "code", false).await;
        assert_eq!((&done["created"], &done["updated"], &done["unchanged"]), (&json!(1), &json!(1), &json!(1)), "{done:#}");
        let list = app.admin.get("/api/records/company?sort=code&select=name,version").await.expect(200);
        let items: Vec<String> = list["items"].as_array().unwrap().iter().map(|item| format!("{} {}", item["name"].as_str().unwrap(), item["version"])).collect();
        assert_eq!(items, ["A2 2", "B 1", "C 1"]);
        let undone = app.admin.post(&format!("/api/imports/{}/undo", done["id"].as_str().unwrap()), json!({})).await.expect(200);
        assert_eq!((&undone["undone"], &undone["state"]), (&json!({"deleted": 1, "restored": 1}), &json!("undone")));
        let path = format!("/api/imports/{}", done["id"].as_str().unwrap());
        let seen = app.admin.get(&path).await.expect(200);
        assert_eq!((&seen["undone"], &seen["state"]), (&json!({"deleted": 1, "restored": 1}), &json!("undone")));
        assert_eq!(app.admin.post(&format!("{path}/undo"), json!({})).await.problem(409), ["import.undone_already"]);
        let list = app.admin.get("/api/records/company?sort=code&select=name").await.expect(200);
        assert_eq!(list["items"], json!([{"name": "A"}, {"name": "B"}]));
    }

    async fn many_are_changed_at_once_each_in_its_own_fields(app: App) {
        app.publish(documents()).await;
        let rows = |change: fn(u32) -> String| -> String { (0..450).map(change).collect() };
        let first = format!("name,code,type,city\n{}", rows(|at| format!("N{at},{at},,Wien\n")));
        let mapping = json!({"columns": {"name": "name", "code": "code", "type": "type", "city": "address.city"}});
        import(&app, "company", first, mapping.clone(), "", false).await;
        let second = format!("name,code,type,city\n{}", rows(|at| match at % 3 {
            0 => format!("N{at},{at},customer,Wien\n"),
            1 => format!("M{at},{at},customer,Wien\n"),
            _ => format!("N{at},{at},supplier,Graz\n"),
        }));
        let done = import(&app, "company", second, mapping, "code", false).await;
        assert_eq!((&done["created"], &done["updated"], &done["unchanged"]), (&json!(0), &json!(300), &json!(150)), "{done:#}");
        let page = app.admin.get("/api/records/company?select=name,type,address,version,code&limit=5000&filter=code%20==%20%22300%22%20%7C%7C%20code%20==%20%22301%22%20%7C%7C%20code%20==%20%22302%22&sort=code").await.expect(200);
        assert_eq!(page["items"], json!([
            {"name": "N300", "type": "customer", "address": {"city": "Wien"}, "version": 1, "code": "300"},
            {"name": "M301", "type": "customer", "address": {"city": "Wien"}, "version": 2, "code": "301"},
            {"name": "N302", "type": "supplier", "address": {"city": "Graz"}, "version": 2, "code": "302"}]));
        let id = app.admin.get("/api/records/company?filter=code%20==%20%22302%22").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let told = app.admin.get(&format!("/api/records/company/{id}/history")).await.expect(200);
        let mut fields: Vec<&str> = told["items"][0]["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["address", "type"], "{told:#}");
    }

    async fn an_import_is_taken_back_while_untouched(app: App) {
        app.publish(documents()).await;
        let done = import(&app, "company", "name,code\nA,A\nB,B\n", Value::Null, "", false).await;
        let list = app.admin.get("/api/records/company?sort=code").await.expect(200);
        let path = format!("/api/records/company/{}", list["items"][0]["id"].as_str().unwrap());
        app.admin.patch(&path, json!({"version": 1, "name": "Touched"})).await.expect(200);
        let undo = format!("/api/imports/{}/undo", done["id"].as_str().unwrap());
        let refused = app.admin.post(&undo, json!({})).await.expect(409);
        assert_eq!(refused["errors"][0]["code"], "import.touched_since");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("Touched"), "{refused:#}");
        assert_eq!((&refused["errors"][1]["code"], &refused["errors"][2]), (&json!("import.changed_since"), &Value::Null));
        let other = format!("/api/records/company/{}", list["items"][1]["id"].as_str().unwrap());
        app.admin.delete(&other).await.expect(204);
        let codes = app.admin.post(&undo, json!({})).await.problem(409);
        assert_eq!(codes.iter().filter(|code| code.ends_with("import.deleted_since")).count(), 1, "{codes:?}");
        app.admin.post(&format!("{other}/restore"), json!({})).await.expect(200);
        assert_eq!(app.admin.get(&undo.replace("/undo", "")).await.expect(200)["state"], "done");
        assert_eq!(count(&app.admin, "company").await, 2);
        let done = import(&app, "company", "name,code\nC,C\nD,D\n", Value::Null, "", false).await;
        app.admin.post(&format!("/api/imports/{}/undo", done["id"].as_str().unwrap()), json!({})).await.expect(200);
        assert_eq!(count(&app.admin, "company").await, 2);
    }

    async fn northwind_comes_in_with_its_relations(app: App) {
        app.publish(documents()).await;
        let done = import(&app, "employee", northwind("employees"), json!({"columns": {"LastName": "name", "EmployeeID": "number",
            "HireDate": "hired", "ReportsTo": {"field": "boss", "by": "number"}}}), "", false).await;
        assert_eq!((&done["state"], &done["created"]), (&json!("done"), &json!(9)), "{done:#}");
        let boss = app.admin.get("/api/records/employee?filter=number%20==%201&select=boss").await.expect(200);
        assert_eq!(boss["items"][0]["boss"]["title"], "Fuller");
        let done = import(&app, "company", northwind("customers"), json!({"columns": {"CompanyName": "name", "CustomerID": "code", "City": "address.city", "Country": "address.country"}}), "code", false).await;
        assert_eq!(done["state"], "done", "{done:#}");
        let done = import(&app, "deal", northwind("orders"), json!({"columns": {"OrderID": "number", "CustomerID": {"field": "company", "by": "code"},
            "EmployeeID": {"field": "manager", "by": "number"}, "OrderDate": "opened", "Freight": "amount"},
            "constants": {"title": "Order {OrderID}"}}), "", false).await;
        assert_eq!((&done["state"], &done["created"]), (&json!("done"), &json!(830)), "{done:#}");
        let deal = app.admin.get("/api/records/deal?filter=number%20==%2010248").await.expect(200);
        let deal = &deal["items"][0];
        assert_eq!((&deal["title"], &deal["opened"], &deal["amount"], &deal["manager"]["title"]),
            (&json!("Order 10248"), &json!("1996-07-04"), &json!("32.38"), &json!("Buchanan")), "{deal:#}");
    }
}
