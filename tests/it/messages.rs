//! Mail, notifications and files of scripts: what goes, to whom, once, and who may read of it, on either database.

use engine::Config;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::support::{App, Client, PASSWORD, Smtp, every_database};

const SOURCE: &str = r#"
fn invoice(record, given) {
    let made = files::create(#{name: "../hello.txt", text: "Hello, files"});
    let id = mail::send(#{
        to: [record.email, "Анна <anna@example.com>", record.email], cc: "copy@example.com", bcc: "hidden@example.com",
        subject: "Счёт: " + record.name, text: "Plain words", html: "<p>Rich <b>words</b><script>evil()</script></p>",
        record: record, files: [record.paper, made],
    });
    if given.way == "fail" { fail("Not today"); }
    files::text(made) + "|" + id
}

fn wrong(record) {
    mail::send(#{to: ["a@example.com\r\nRCPT TO:<b@example.com>", "nobody"], bcc: 7, subject: "x\r\nBcc: all@example.com",
        text: " ", files: ["0190"], sender: "x", record: "y"});
}

fn tell(record) {
    let count = message::send(#{to: [record.boss, ()], role: "sales", text: `Look at ${record.name}`, record: record});
    `told ${count}`
}

fn born() {
    let letter = create("company", #{name: "Newborn"});
    mail::send(#{to: "anna@example.com", subject: "It is there", text: "See", record: letter});
}

fn pretty(record) { mail::send(#{to: record.email, subject: "Pretty", html: "<h1>Dear Tea</h1><p>Read <a href=\"https://example.com/act\">the act</a></p>", record: record}); "sent" }
fn peek(record) { files::text(record.paper) }
fn steal(record, given) { files::text(given.file) }
fn attach(record, given) { mail::send(#{to: "anna@example.com", subject: "Theirs", text: "x", files: given.file}); "sent" }
fn flood(record) { for i in 0..300 { mail::send(#{to: "anna@example.com", subject: "x", text: "y"}); } }
"#;

fn documents() -> Value {
    let button = |name: &str, parameters: Value| json!({"name": name, "label": {"en": name}, "entity": "company", "function": name, "parameters": parameters});
    let text = |name: &str| json!([{"name": name, "type": "text", "label": {"en": name}}]);
    let buttons = json!([
        button("invoice", text("way")),
        button("wrong", json!([])),
        button("tell", json!([])),
        button("pretty", json!([])),
        button("peek", json!([])),
        button("steal", text("file")),
        button("attach", text("file")),
        button("flood", json!([]))
    ]);
    let test = json!([{"name": "An invoice is on its way", "given": [{"as": "it", "entity": "company", "values": {"name": "Tea", "email": "t@example.com"}}],
        "when": {"do": "press", "button": "invoice", "record": "$it"},
        "then": {"records": [{"entity": "sent_message", "count": 1, "values": {"status": "queued", "subject": "Счёт: Tea"}}]}}]);
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "email", "type": "email"}, {"name": "paper", "type": "file"},
            {"name": "boss", "type": "user"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true, "create": true}, "sent_message": {"read": "created_by == user"}}},
        {"kind": "role", "name": "reader", "rights": ["use"], "entities": {"company": {"read": true}, "sent_message": {"read": true}}},
        {"kind": "role", "name": "clerk", "rights": ["use"], "entities": {"company": {"read": true}}},
        {"kind": "script", "name": "post", "source": SOURCE, "buttons": buttons, "tests": test,
         "endpoints": [{"method": "POST", "path": "born", "function": "born"}, {"method": "GET", "path": "born", "function": "born"}]},
    ])
}

async fn company(app: &App) -> Value {
    let form = reqwest::multipart::Form::new()
        .part("file", reqwest::multipart::Part::bytes(b"on paper".to_vec()).file_name("paper.txt"));
    let paper = app.admin.attempt(app.admin.request(reqwest::Method::POST, "/api/files").multipart(form)).await;
    let paper = paper.expect("an answer").expect(201)["id"].clone();
    let boss = app.admin.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
    let values = json!({"name": "Tea", "email": "tea@example.com", "paper": paper, "boss": boss});
    app.admin.post("/api/records/company", values).await.expect(201)
}

async fn press(client: &Client, button: &str, record: &Value, parameters: Value) -> crate::support::Answer {
    let body = json!({"records": [record["id"]], "parameters": parameters});
    client.post(&format!("/api/records/company/buttons/post/{button}"), body).await
}

/// The letters that somebody may read, the oldest first.
async fn letters(client: &Client) -> Vec<Value> {
    client.get("/api/records/sent_message?sort=created_at").await.expect(200)["items"].as_array().unwrap().clone()
}

/// Asks until the newest letter is what it shall become.
async fn newest(client: &Client, status: &str) -> Value {
    let mut last = Value::Null;
    for _ in 0..400 {
        last = letters(client).await.pop().unwrap_or_default();
        if last["status"] == status {
            return last;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("not {status} within ten seconds: {last:#}");
}

fn with_server(app: &App, smtp: &Smtp) -> Config {
    let mail_from = Some("Verstak <crm@crm.example.com>".to_owned());
    Config { smtp_url: Some(smtp.url()), mail_from, ..app.config.clone() }
}

every_database! {
    async fn a_letter_goes_once_when_all_is_true(app: App) {
        app.publish(documents()).await;
        let record = company(&app).await;
        let smtp = Smtp::start().await;
        let (_node, admin) = app.another_node_with(with_server(&app, &smtp)).await;

        let said = press(&admin, "invoice", &record, json!({})).await.expect(200)["message"].clone();
        let letter = newest(&admin, "sent").await;
        assert_eq!(said, format!("Hello, files|{}", letter["id"].as_str().unwrap()));
        assert_eq!((&letter["attempts"], &letter["error"]), (&json!(1), &Value::Null));
        assert_eq!(letter["record"], record["id"], "{letter:#}");
        assert_eq!(letter["to"], "tea@example.com\nАнна <anna@example.com>");
        assert!(letter["sent_at"].is_string() && !letter["html"].as_str().unwrap().contains("evil"), "{letter:#}");
        assert_eq!(letter["files"].as_array().map(Vec::len), Some(2), "{letter:#}");
        let [got] = &smtp.got()[..] else { panic!("one letter") };
        assert_eq!(got.to, ["tea@example.com", "anna@example.com", "copy@example.com", "hidden@example.com"]);
        let id = format!("<{}@crm.example.com>", letter["id"].as_str().unwrap());
        assert_eq!(got.header("Message-ID").as_deref(), Some(id.as_str()));
        assert_eq!(got.header("From").as_deref(), Some("Verstak <crm@crm.example.com>"));
        assert_eq!(got.header("Bcc"), None);
        for part in ["Plain words", "<b>words</b>", "filename=\"hello.txt\"", "Hello, files", "on paper"] {
            assert!(got.text.contains(part), "{part}: {}", got.text);
        }
        assert!(!got.text.contains("evil"), "{}", got.text);

        // A failure that passes is met again, with the same letter; one that does not is told to whoever sent it.
        smtp.answers(&["451 later", "250 taken", "550 no such person"]);
        press(&admin, "invoice", &record, json!({})).await.expect(200);
        let again = newest(&admin, "sent").await;
        assert_eq!(again["attempts"], 2);
        let ids: Vec<_> = smtp.got().iter().skip(1).map(|got| got.header("Message-ID").unwrap()).collect();
        assert!(ids.len() == 2 && ids[0] == ids[1] && ids[0] != id, "{ids:?}");
        press(&admin, "invoice", &record, json!({})).await.expect(200);
        let failed = newest(&admin, "failed").await;
        assert!(failed["error"].as_str().unwrap().contains("no such person") && failed["reason"] == "refused", "{failed:#}");
        let told = admin.get("/api/notifications").await.expect(200);
        assert_eq!(told["unread"], 1, "{told:#}");
        assert_eq!((&told["items"][0]["kind"], &told["items"][0]["record"]), (&json!("mail_failed"), &failed["id"]), "{told:#}");

        // What is undone, wrong or only tried sends nothing.
        press(&admin, "invoice", &record, json!({"way": "fail"})).await.expect(422);
        press(&admin, "flood", &record, json!({})).await.expect(422);
        let wrong = press(&admin, "wrong", &record, json!({})).await.expect(422);
        let codes: Vec<&str> = wrong["errors"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
        let expected = ["script.was_refused", "message.unknown_part", "message.bad_address", "message.bad_address",
            "message.bad_address", "message.subject_lines", "message.no_text", "message.malformed", "message.malformed"];
        assert_eq!(codes, expected, "{wrong:#}");
        let tried = json!({"name": "post", "source": SOURCE, "function": "invoice",
            "record": {"entity": "company", "id": record["id"]}, "arguments": [{}]});
        let tried = admin.post("/api/meta/scripts/run", tried).await.expect(200);
        let writes = tried["writes"].as_array().unwrap();
        assert!(writes.iter().any(|it| it["entity"] == "sent_message" && it["values"]["cc"] == json!(["copy@example.com"])), "{tried:#}");
        admin.get("/api/x/born").await.expect(422);
        assert_eq!((smtp.got().len(), letters(&admin).await.len()), (4, 3));

        // A letter may be about a record that is made with it.
        admin.post("/api/x/born", json!({})).await.expect(200);
        let born = newest(&admin, "sent").await;
        let made = admin.get("/api/records/company?filter=name%20==%20%22Newborn%22").await.expect(200);
        assert_eq!(born["record"], made["items"][0]["id"]);
        assert_eq!(smtp.got().len(), 5);
        assert_eq!(admin.get("/api/workspace/mail").await.expect(200)["from"], "Verstak <crm@crm.example.com>");
    }

    async fn a_letter_that_did_not_go_is_sent_again_by_whom_it_is_of(app: App) {
        app.publish(documents()).await;
        let record = company(&app).await;
        let smtp = Smtp::start().await;
        let (_node, base) = app.node_with(with_server(&app, &smtp)).await;
        let on_node = async |email: &str, role: &str| {
            app.user(email, &[role]).await;
            let client = Client::new(&base);
            client.post("/api/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
            client
        };
        let (anna, boris) = (on_node("anna@example.com", "sales").await, on_node("boris@example.com", "sales").await);
        let (reader, clerk) = (on_node("reader@example.com", "reader").await, on_node("clerk@example.com", "clerk").await);
        smtp.answers(&["550 no such person"]);
        press(&anna, "pretty", &record, json!({})).await.expect(200);
        let failed = newest(&anna, "failed").await;
        let path = format!("/api/letters/{}/send", failed["id"].as_str().unwrap());
        for stranger in [&boris, &clerk] {
            stranger.post(&path, json!({})).await.expect(404);
        }
        assert_eq!(reader.post(&path, json!({})).await.problem(403), ["message.not_yours"]);
        assert_eq!(letters(&reader).await[0]["version"], failed["version"], "nothing has changed");
        // It goes once, however often it is asked for.
        let (first, second) = tokio::join!(anna.post(&path, json!({})), anna.post(&path, json!({})));
        for answer in [first, second] {
            assert_ne!(answer.expect(200)["status"], "failed");
        }
        let sent = newest(&anna, "sent").await;
        assert_eq!((&sent["attempts"], &sent["error"], &sent["reason"]), (&json!(1), &Value::Null, &Value::Null));
        assert_eq!(anna.post(&path, json!({})).await.expect(200)["version"], sent["version"]);
        let got = smtp.got();
        assert_eq!((got.len(), got[0].header("Message-ID")), (2, got[1].header("Message-ID")));
        // Who reads no formatted text has the words of it.
        for part in ["text/plain", "Dear Tea", "https://example.com/act", "text/html"] {
            assert!(got[1].text.contains(part), "{part}: {}", got[1].text);
        }
        let history = reader.get(&format!("/api/records/sent_message/{}/history", failed["id"].as_str().unwrap())).await.expect(200);
        let by: Vec<&str> = history["items"].as_array().unwrap().iter().filter(|one| one["operation"] == "update").filter_map(|one| one["by"]["title"].as_str()).collect();
        assert_eq!(by.len(), 1, "who asked for it is told: {history:#}");
        app.admin.post("/api/letters/0190/send", json!({})).await.expect(404);
    }

    async fn without_a_server_a_letter_is_kept_as_not_sent_and_read_by_whom_a_role_lets(app: App) {
        app.publish(documents()).await;
        let record = company(&app).await;
        let (anna, boris) = (app.user("anna@example.com", &["sales"]).await, app.user("boris@example.com", &["sales"]).await);
        let clerk = app.user("clerk@example.com", &["clerk"]).await;
        press(&anna, "invoice", &record, json!({})).await.expect(200);
        let [letter] = &letters(&anna).await[..] else { panic!("one letter") };
        assert_eq!((&letter["status"], &letter["attempts"]), (&json!("failed"), &json!(0)));
        // The cause is a choice, which everybody reads in their language.
        assert_eq!((&letter["reason"], &letter["error"]), (&json!("no_server"), &Value::Null), "{letter:#}");
        let again = format!("/api/letters/{}/send", letter["id"].as_str().unwrap());
        assert_eq!(anna.post(&again, json!({})).await.problem(422), ["message.no_server"]);
        let told = anna.get("/api/notifications").await.expect(200);
        assert_eq!((&told["unread"], &told["items"][0]["kind"]), (&json!(1), &json!("mail_failed")), "{told:#}");
        let path = format!("/api/records/sent_message/{}", letter["id"].as_str().unwrap());
        assert_eq!(letters(&boris).await.len(), 0);
        boris.get(&path).await.expect(404);
        clerk.get("/api/records/sent_message").await.expect(404);
        assert_eq!(letters(&app.admin).await.len(), 1);
        // Nobody writes letters or notifications but scripts.
        app.admin.post("/api/records/sent_message", json!({"subject": "x", "status": "sent"})).await.expect(403);
        app.admin.patch(&path, json!({"version": letter["version"], "status": "sent"})).await.expect(403);
        app.admin.post("/api/records/notification", json!({"text": "x"})).await.expect(403);
        assert_eq!(app.admin.get("/api/workspace/mail").await.expect(200)["server"], Value::Null);

        // A file is read through a record that holds it: the company, or a letter of one's own.
        assert_eq!(press(&boris, "peek", &record, json!({})).await.expect(200)["message"], "on paper");
        let all = app.admin.get(&path).await.expect(200);
        let own = all["files"].as_array().unwrap().iter().find(|file| file["id"] != record["paper"]["id"]).unwrap();
        let own = json!({"file": own["id"]});
        assert_eq!(press(&anna, "steal", &record, own.clone()).await.expect(200)["message"], "Hello, files");
        for button in ["steal", "attach"] {
            press(&boris, button, &record, own.clone()).await.expect(422);
        }

        let tested = app.admin.post("/api/meta/scripts/test", json!({})).await.expect(200);
        assert_eq!(tested["items"][0]["passed"], true, "{tested:#}");
    }

    async fn people_are_told_and_alone_read_it(app: App) {
        app.publish(documents()).await;
        let record = company(&app).await;
        let (anna, clerk) = (app.user("anna@example.com", &["sales"]).await, app.user("clerk@example.com", &["clerk"]).await);
        let stream = anna.request(reqwest::Method::GET, "/api/events").send().await.unwrap();
        let mut events = stream.bytes_stream();
        let said = press(&clerk, "tell", &record, json!({})).await.expect(200);
        assert_eq!(said["message"], "told 2");
        let mut heard = String::new();
        while !heard.contains("event: noticed") {
            let part = tokio::time::timeout(std::time::Duration::from_secs(10), events.next()).await.expect("an event");
            heard.push_str(&String::from_utf8_lossy(&part.unwrap().unwrap()));
        }
        let list = anna.get("/api/notifications").await.expect(200);
        let item = &list["items"][0];
        assert_eq!((&list["unread"], &item["text"], &item["read_at"]), (&json!(1), &json!("Look at Tea"), &Value::Null));
        assert_eq!((&item["entity"], &item["record"]), (&json!("company"), &record["id"]));
        assert_eq!(clerk.get("/api/notifications").await.expect(200), json!({"items": [], "unread": 0}));
        // Another's notification is none of one's own.
        let ids = json!({"ids": [item["id"]]});
        assert_eq!(clerk.post("/api/notifications/read", ids.clone()).await.expect(200)["unread"], 0);
        assert_eq!(anna.get("/api/notifications").await.expect(200)["unread"], 1);
        assert_eq!(anna.post("/api/notifications/read", ids).await.expect(200)["unread"], 0);
        assert!(anna.get("/api/notifications").await.expect(200)["items"][0]["read_at"].is_string());
        press(&clerk, "tell", &record, json!({})).await.expect(200);
        assert_eq!(anna.post("/api/notifications/read", json!({})).await.expect(200)["unread"], 0);
        anna.get("/api/records/notification").await.expect(404);
    }
}
