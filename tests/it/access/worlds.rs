//! Two worlds that differ only in what a person may not see must answer that person alike, byte for byte.
//!
//! A generator asks random questions of a person with a ruled role; then hidden values and hidden rows are changed below
//! the product, and the same questions are asked again. That the comparison can fail is shown by roles that see a little
//! too much: each has to be found. `VERSTAK_SOAK` gives the number of questions for a longer run, which tells how many it asked.

pub(crate) mod questions;

use futures_util::{StreamExt, stream};
use questions::{Asker, Question};
use serde_json::{Value, json};

use super::{documents, id, make, me};
use crate::support::{App, Client, every_database};

/// Questions in the ordinary run, on each database.
const QUESTIONS: u64 = 2_500;
/// Lists taken out as files.
const EXPORTS: u64 = 25;
/// Questions by which a role that sees too much has to be found.
const PLANTED: u64 = 300;

/// What a person is answered: status, headers that can tell something, and body; a cursor only by its presence.
async fn answer(client: &Client, question: &Question) -> String {
    let mut request = client.request(question.method.clone(), &question.path);
    if let Some(body) = &question.body {
        request = request.json(body);
    }
    let mut answer = client.send(request).await;
    if let Some(cursor) = answer.body.get_mut("next_cursor").filter(|cursor| !cursor.is_null()) {
        *cursor = json!(true);
    }
    let header = |name: &str| answer.headers.get(name).map(|value| format!("{value:?}")).unwrap_or_default();
    format!("{} {} {} {}", answer.status.as_u16(), header("etag"), header("content-type"), answer.body)
}

async fn answers(client: &Client, records: &[String], questions: u64) -> Vec<String> {
    stream::iter(0..questions)
        .map(|number| async move { answer(client, &Asker::question(records, number)).await })
        .buffered(8)
        .collect()
        .await
}

/// What a person takes out: the file, or why there is none.
async fn exports(app: &App, client: &Client, records: &[String]) -> Vec<String> {
    let mut files = Vec::new();
    for number in 0..EXPORTS {
        let asked = client.post("/api/exports", Asker::export(records, number)).await;
        files.push(match asked.status.as_u16() {
            202 => {
                let job = app.finish(asked.body["id"].as_str().expect("an id")).await;
                let file = client.get(job["result"]["file"].as_str().expect("a file")).await.expect(200);
                format!("{} {} {file}", job["state"], job["result"]["rows"])
            }
            status => format!("{status} {}", asked.body),
        });
    }
    files
}

/// Groups, rows below one another, sub-selects and windows over what is hidden; the last select is open to nobody of sales.
const WRITTEN: &str = "
    SELECT a.name, a.region, m.stage, m.amount, m.n, m.loss, m.phone
      FROM account a RIGHT JOIN (
           SELECT account, stage, sum(amount) AS amount, count(*) AS n, sum(margin) AS loss, max(phone) AS phone
             FROM deal GROUP BY account, stage) AS m ON m.account = a.id
    UNION ALL
    SELECT d.title, (SELECT min(a.name) AS name FROM account a WHERE a.region = 'south' OR a.id = d.account) AS region, d.stage, d.amount,
           row_number() OVER (PARTITION BY d.stage ORDER BY d.amount, d.title) AS n, NULL AS loss, d.phone
      FROM deal d WHERE EXISTS (SELECT i.name FROM item i WHERE i.deal = d.id AND i.name <> 'closed')
    UNION ALL
    SELECT inn, region, NULL AS stage, worth, 1 AS n, NULL AS loss, NULL AS phone FROM account WHERE inn > '2'";
/// Records that need not be joined, and a cut.
const BESIDE: &str = "
    WITH seen AS (SELECT id, name, region, worth FROM account WHERE name <> 'Zuid 1')
    SELECT d.title AS name, s.region, d.stage, d.amount, d.double, d.share AS part, d.phone, s.worth, i.name AS line
      FROM deal d LEFT JOIN seen s ON s.id = d.account AND s.name NOT LIKE '%3' LEFT JOIN item i ON i.deal = d.id AND i.name LIKE 'o%'
     WHERE d.amount > 100 OR s.name IS NULL ORDER BY s.worth DESC, d.amount DESC LIMIT 30";

/// The world with datasets over it: groups along an optional relation, parts that are joined by equal values, and two that
/// are written in SQL.
fn composed() -> Value {
    let mut all = documents();
    let documents = all.as_array_mut().expect("documents");
    documents.push(json!({"kind": "dataset", "name": "summary",
        "parts": [{"entity": "deal", "joins": [{"name": "t", "through": "tags", "optional": true}], "filter": "stage != ()",
            "values": {"account": "account", "stage": "stage", "region": "account.region", "tag": "t.name", "amount": "amount",
                "biggest": "amount", "loss": "margin", "inns": "t.deals.sum(|d| d.amount)"}}],
        "fields": [{"name": "account"}, {"name": "stage"}, {"name": "region"}, {"name": "tag"}, {"name": "amount", "aggregate": "sum"},
            {"name": "biggest", "aggregate": "max"}, {"name": "n", "aggregate": "count"}, {"name": "loss", "aggregate": "sum"},
            {"name": "inns", "aggregate": "max"}, {"name": "per", "expression": "amount / n"}]}));
    documents.push(json!({"kind": "dataset", "name": "pair",
        "parts": [
            {"entity": "deal", "joins": [{"name": "same", "entity": "account", "on": [{"left": "account.name", "right": "name"}], "optional": true},
                {"name": "other", "entity": "deal", "on": [{"left": "same", "right": "account"}], "optional": true}],
             "values": {"name": "same.name", "region": "same.region", "mate": "other", "amount": "other.amount", "double": "amount * 2", "whose": "owner"}},
            {"entity": "account", "joins": [{"name": "d", "through": "deals"}, {"name": "i", "through": "d.items", "optional": true}], "filter": "deals.count() > 0",
             "values": {"name": "name", "region": "region", "line": "i.name", "mate": "d", "amount": "d.amount"}},
            {"entity": "account", "filter": "inn != \"\"", "values": {"name": "inn", "double": "1"}}],
        "fields": [{"name": "name"}, {"name": "region"}, {"name": "mate"}, {"name": "line"}, {"name": "whose"}, {"name": "amount"}, {"name": "double"}]}));
    documents.push(json!({"kind": "dataset", "name": "written", "sql": WRITTEN}));
    documents.push(json!({"kind": "dataset", "name": "beside", "sql": BESIDE}));
    let role = documents.iter_mut().find(|document| document["name"] == "sales").expect("the role");
    role["entities"]["summary"] = json!({"read": true});
    role["entities"]["written"] = json!({"read": true});
    role["entities"]["beside"] = json!({"read": true});
    role["entities"]["pair"] = json!({"read": true, "export": true});
    all
}

/// Fills the world: what is visible to alice and what is not, in every combination that a rule looks at.
async fn fill(app: &App, alice: &Client, bob: &Client) -> Vec<String> {
    let (alice, bob) = (me(alice).await, me(bob).await);
    let mut accounts = Vec::new();
    for number in 0..8 {
        let (name, region) = if number % 2 == 0 { ("Nord", "north") } else { ("Zuid", "south") };
        let values = json!({"name": format!("{name} {number}"), "region": region, "inn": format!("222{number}")});
        accounts.push(make(&app.admin, "account", values).await);
    }
    let mut records: Vec<String> =
        accounts.iter().map(|account| format!("/api/records/account/{}", id(account))).collect();
    for number in 0..24_usize {
        let (owner, name) = if number % 2 == 0 { (&alice, "own") } else { (&bob, "foreign") };
        let deal = json!({
            "title": format!("{name} {number}"), "amount": (number * 37 % 11 * 100).to_string(), "margin": number.to_string(),
            "phone": format!("+7916{number:05}67"), "stage": if number % 3 == 0 { "won" } else { "new" }, "owner": owner,
            "archived": number % 7 == 6, "account": accounts[number % 8]["id"],
            "tags": [accounts[(number + 1) % 8]["id"], accounts[(number + 4) % 8]["id"]],
            "items": [{"name": format!("open {number}")}, {"name": "closed", "secret_note": true}],
        });
        let deal = make(&app.admin, "deal", deal).await;
        records.push(format!("/api/records/deal/{}", id(&deal)));
    }
    records
}

/// Changes, below the product, everything that alice may not see, and nothing else.
async fn change_what_is_hidden(app: &App, alice: &str) {
    let catalog = app.engine.catalog();
    let table = |entity: &str| catalog.entity(entity).expect("the entity").table.clone();
    let column = |entity: &str, field: &str| {
        catalog.entity(entity).and_then(|entity| entity.field(field)).expect("the field").columns[0].clone()
    };
    let (deal, account, item) = (table("deal"), table("account"), table("item"));
    let hidden_deal = format!("\"owner\" <> '{alice}' OR \"{}\"", column("deal", "archived"));
    let hidden_line = format!("\"{}\"", column("item", "secret_note"));
    let south = format!("\"{}\" = 'south'", column("account", "region"));
    let (title, margin, phone) = (column("deal", "title"), column("deal", "margin"), column("deal", "phone"));
    let statements = [
        format!("UPDATE \"{deal}\" SET \"{margin}\" = \"{margin}\" * 3 + 1"),
        format!("UPDATE \"{deal}\" SET \"{phone}\" = '+7999' || substr(\"{phone}\", 6)"),
        format!(
            "UPDATE \"{deal}\" SET \"{title}\" = 'Q' || \"{title}\", \"{}\" = \"{}\" + 7 WHERE {hidden_deal}",
            column("deal", "amount"),
            column("deal", "amount")
        ),
        // Stored formulas hold what was hidden when they were calculated.
        format!("UPDATE \"{account}\" SET \"{0}\" = coalesce(\"{0}\", 0) + 13", column("account", "rolled")),
        format!("UPDATE \"{deal}\" SET \"{0}\" = coalesce(\"{0}\", 0) + 13", column("deal", "kept_gain")),
        format!("UPDATE \"{deal}\" SET \"{0}\" = 'Y' || \"{0}\"", column("deal", "beside")),
        format!("UPDATE \"{deal}\" SET \"{0}\" = \"{0}\" + 14 WHERE {hidden_deal}", column("deal", "double")),
        format!("UPDATE \"{account}\" SET \"{0}\" = '9' || \"{0}\"", column("account", "inn")),
        format!("UPDATE \"{account}\" SET \"{0}\" = 'X' || \"{0}\" WHERE {south}", column("account", "name")),
        format!("UPDATE \"{item}\" SET \"{}\" = 'other' WHERE {hidden_line}", column("item", "name")),
        format!(
            "DELETE FROM \"{item}\" WHERE ({hidden_line}) AND \"{}\" IN (SELECT \"id\" FROM \"{deal}\" WHERE {hidden_deal})",
            column("item", "deal")
        ),
    ];
    for statement in statements {
        let statement = sql::Statement::text(statement, Vec::new(), Vec::new());
        app.engine.database().execute(&statement).await.expect("the world changes");
    }
}

/// Roles that see a little more than `sales`: each is a leak of its own.
fn leaks() -> Vec<(&'static str, Value)> {
    let sales = composed().as_array().expect("documents").iter().find(|document| document["name"] == "sales").cloned();
    let sales = sales.expect("the role");
    let with = |name: &str, change: fn(&mut Value)| {
        let mut role = sales.clone();
        role["name"] = json!(name);
        change(&mut role["entities"]);
        role
    };
    vec![
        ("field", with("field", |entities| entities["deal"]["fields"]["margin"] = json!("read"))),
        ("row", with("row", |entities| entities["account"]["read"] = json!(true))),
        ("line", with("line", |entities| entities["item"]["read"] = json!(true))),
    ]
}

every_database! {
    async fn what_is_hidden_changes_no_answer(app: App) {
        app.publish(composed()).await;
        let leaks = leaks();
        app.publish(leaks.iter().map(|(_, role)| role.clone()).collect()).await;
        let alice = app.user("alice@example.com", &["sales"]).await;
        let bob = app.user("bob@example.com", &["sales"]).await;
        let records = fill(&app, &alice, &bob).await;
        let questions = std::env::var("VERSTAK_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(QUESTIONS);
        index(&app).await;
        let before = answers(&alice, &records, questions).await;
        let taken = exports(&app, &alice, &records).await;
        assert!(taken.iter().filter(|file| file.starts_with("\"done\"")).count() * 2 > taken.len(), "{taken:#?}");
        let mut leaked = Vec::new();
        for (name, _) in &leaks {
            give(&app, &alice, name).await;
            leaked.push((name, answers(&alice, &records, PLANTED).await));
        }
        give(&app, &alice, "sales").await;
        change_what_is_hidden(&app, &me(&alice).await).await;
        index(&app).await;
        for (name, before) in &leaked {
            give(&app, &alice, name).await;
            let after = answers(&alice, &records, PLANTED).await;
            let differ = std::iter::zip(before, &after).filter(|(before, after)| before != after).count();
            assert!(differ > 0, "the leak `{name}` is not found by {PLANTED} questions");
        }
        give(&app, &alice, "sales").await;
        let after = answers(&alice, &records, questions).await;
        assert_eq!(exports(&app, &alice, &records).await, taken);
        let (mut touching, mut answered) = (0, 0);
        for (number, (before, after)) in (0..).zip(std::iter::zip(&before, &after)) {
            let question = Asker::question(&records, number);
            touching += u64::from(question.touches);
            answered += u64::from(before.starts_with("200"));
            assert!(before == after, "{} {} {:?}\n{before}\n{after}", question.method, question.path, question.body);
        }
        tell(&format!("{questions} questions to two worlds, {touching} touch hidden things, {answered} are answered, no difference"));
        assert!(touching * 10 >= questions * 3, "{touching} of {questions} touch hidden things");
        assert!(answered * 2 >= questions, "{answered} of {questions} are answered");
    }
}

#[expect(clippy::print_stdout, reason = "a longer run is asked how much it did")]
fn tell(text: &str) {
    println!("{text}");
}

/// Makes the search index of the world as it is now.
async fn index(app: &App) {
    let job = engine::search::rebuild(&app.engine).await.expect("a job");
    assert_eq!(engine::search::wait(&app.engine, job).await.expect("an end"), engine::jobs::State::Done);
}

/// Gives a person one role and no other.
async fn give(app: &App, person: &Client, role: &str) {
    let path = format!("/api/records/user/{}", me(person).await);
    let user = app.admin.get(&path).await.expect(200);
    app.admin.patch(&path, json!({"roles": [role], "version": user["version"]})).await.expect(200);
}
