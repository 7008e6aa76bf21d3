//! Two worlds that differ only in what a person may not see must answer that person alike, byte for byte.
//!
//! A generator asks random questions of a person with a ruled role; then hidden values and hidden rows are changed below
//! the product, and the same questions are asked again. That the comparison can fail is shown by roles that see a little
//! too much: each has to be found. `VERSTAK_SOAK` gives the number of questions for a longer run, which tells how many it asked.

use std::fmt::Write;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{documents, id, make, me};
use crate::support::{App, Client, every_database};

/// Questions in the ordinary run, on each database.
const QUESTIONS: u64 = 2_500;
/// Lists taken out as files.
const EXPORTS: u64 = 25;
/// Questions by which a role that sees too much has to be found.
const PLANTED: u64 = 300;

/// A small generator of numbers: the same seed asks the same.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("a small number")
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A question: how and where it is asked, and whether it touches something hidden.
struct Question {
    method: reqwest::Method,
    path: String,
    body: Option<Value>,
    touches: bool,
}

/// Asks random questions about the records of a world.
struct Asker<'a> {
    dice: Dice,
    records: &'a [String],
    touches: bool,
}

impl Asker<'_> {
    fn question(records: &[String], number: u64) -> Question {
        let mut asker = Asker { dice: Dice(number.wrapping_mul(7919)), records, touches: false };
        let (method, path, body) = asker.any();
        Question { method, path, body, touches: asker.touches }
    }

    fn any(&mut self) -> (reqwest::Method, String, Option<Value>) {
        let get = reqwest::Method::GET;
        match self.dice.below(24) {
            0 => (get, "/api/meta/catalog".to_owned(), None),
            1 => (get, "/api/openapi.json".to_owned(), None),
            2 | 3 => (get, self.record(), None),
            4 => (get, format!("{}/history", self.record()), None),
            5..=11 => (get, self.list(), None),
            12..=15 => {
                let entity = self.dice.pick(&["deal", "deal", "account", "item"]);
                let body = self.aggregate(entity);
                (reqwest::Method::POST, format!("/api/records/{entity}/aggregate"), Some(body))
            }
            16 => (get, format!("{}/shares", self.record()), None),
            17 => self.refused(),
            18 => {
                self.touches = true;
                let word = self.dice.pick(&["Zuid", "Nord", "own", "222", "foreign", "closed", "7"]);
                (get, format!("/api/search?q={word}"), None)
            }
            _ => {
                let body = self.query();
                (reqwest::Method::POST, "/api/records/deal/query".to_owned(), Some(body))
            }
        }
    }

    fn record(&mut self) -> String {
        let records: Vec<&str> = self.records.iter().map(String::as_str).collect();
        self.touches = true;
        self.dice.pick(&records).to_owned()
    }

    fn list(&mut self) -> String {
        let entity = self.dice.pick(&["deal", "deal", "account", "item"]);
        let mut path = format!("/api/records/{entity}?limit={}", 1 + self.dice.below(30));
        if self.dice.one_in(2) {
            let select: Vec<String> = (0..=self.dice.below(4)).map(|_| self.path(entity)).collect();
            write!(path, "&select={}", select.join(",")).expect("a text grows");
        }
        if !self.dice.one_in(4) {
            let filter: String = url(&self.condition(entity, 2));
            write!(path, "&filter={filter}").expect("a text grows");
        }
        if self.dice.one_in(2) {
            let down = self.dice.pick(&["", "-"]);
            write!(path, "&sort={down}{}", self.path(entity)).expect("a text grows");
        }
        if self.dice.one_in(3) {
            path.push_str(self.dice.pick(&["&count=exact", "&count=estimated"]));
        }
        if self.dice.one_in(6) {
            self.touches = true;
            let word = self.dice.pick(&["o", "Zuid", "22", "clos", "7"]);
            write!(path, "&quick={word}").expect("a text grows");
        }
        path
    }

    fn query(&mut self) -> Value {
        let relation = self.dice.pick(&["items", "tags", "account.deals"]);
        let far = if relation == "items" {
            "item"
        } else if relation == "tags" {
            "account"
        } else {
            "deal"
        };
        self.touches = true;
        json!({
            "select": ["title", "_access",
                {"name": "asked", "expression": self.value("deal", 2)},
                {"path": relation, "select": [self.path(far)], "filter": self.condition(far, 1), "limit": 1 + self.dice.below(4)}],
            "filter": self.condition("deal", 2), "sort": ["title"], "count": "exact",
        })
    }

    /// A write that cannot come true, so that both worlds stay as they are.
    fn refused(&mut self) -> (reqwest::Method, String, Option<Value>) {
        self.touches = true;
        let record = self.record();
        match self.dice.below(4) {
            0 => (reqwest::Method::PATCH, record, Some(json!({"margin": "1", "version": 1}))),
            1 => (reqwest::Method::PATCH, record, Some(json!({"title": "x", "version": 999}))),
            2 => {
                let account = record.rsplit('/').next().unwrap_or_default().to_owned();
                let body = json!({"title": "x", "account": account, "nothing": true});
                (reqwest::Method::POST, "/api/records/deal".to_owned(), Some(body))
            }
            _ => (reqwest::Method::POST, format!("{record}/shares"), Some(json!({"level": "read"}))),
        }
    }

    /// A list as a file.
    fn export(records: &[String], number: u64) -> Value {
        let mut asker = Asker { dice: Dice(number.wrapping_mul(6007)), records, touches: false };
        let third = asker.dice.pick(&[
            "phone",
            "account",
            "account.name",
            "account.region",
            "tags",
            "items",
            "owner",
            "margin",
        ]);
        let sort = asker.dice.pick(&["title", "-amount", "account.name", "-account.region", "stage", "owner"]);
        json!({"entity": "deal", "format": "csv", "select": ["title", "amount", third], "filter": asker.condition("deal", 2), "sort": [sort]})
    }

    fn aggregate(&mut self, entity: &str) -> Value {
        let text = if entity == "deal" { "title" } else { "name" };
        let number = match entity {
            "deal" => {
                self.dice.pick(&["amount", "amount", "account.deals.sum(|d| d.amount)", "margin", "items.count()"])
            }
            "account" => self.dice.pick(&["deals.count()", "deals.sum(|d| d.amount)", "tagged.count()", "inn"]),
            _ => self.dice.pick(&["deal.amount", "deal.items.count()"]),
        };
        let measure = match self.dice.below(8) {
            0 => "count()".to_owned(),
            1 => format!("count_distinct({text})"),
            2 => format!("{}({text})", self.dice.pick(&["min", "max"])),
            3 => format!("median({number})"),
            4 => format!("percentile({number}, 0.9)"),
            _ => format!("{}({number})", self.dice.pick(&["sum", "avg", "min", "max"])),
        };
        self.touches = true;
        let key = match self.dice.below(4) {
            0 => json!({"path": "created_at", "by": self.dice.pick(&["month", "year"])}),
            1 if entity == "deal" => json!({"path": "amount", "ranges": [100, 1000]}),
            _ => json!(self.path(entity)),
        };
        let mut body = json!({"group_by": [key], "measures": [{"name": "m", "expression": measure}, {"name": "n", "expression": "count()"}]});
        if self.dice.one_in(2) {
            body["filter"] = json!(self.condition(entity, 2));
        }
        if self.dice.one_in(3) {
            body["having"] = json!(self.dice.pick(&["n > 1", "count() >= 2", "m != ()"]));
        }
        if self.dice.one_in(2) {
            body["sort"] = json!([self.dice.pick(&["m", "-m", "-n", "n"])]);
        }
        if self.dice.one_in(3) {
            body["limit"] = json!(1 + self.dice.below(5));
        }
        for extra in ["totals", "drill"] {
            if self.dice.one_in(4) {
                body[extra] = json!(true);
            }
        }
        body
    }

    /// A name of the entity and, where it leads on, another from there.
    fn path(&mut self, entity: &str) -> String {
        let hidden = self.dice.one_in(14);
        let name = match (entity, hidden) {
            ("deal", true) => self.dice.pick(&["margin", "phone"]),
            ("account", true) => "inn",
            ("deal", _) => {
                self.dice.pick(&["title", "amount", "stage", "account", "owner", "version", "tags", "items"])
            }
            ("account", _) => self.dice.pick(&["name", "region", "deals", "tagged"]),
            (_, _) => self.dice.pick(&["name", "secret_note", "deal"]),
        };
        self.touches |= hidden;
        let far = match name {
            "account" | "tags" => "account",
            "deals" | "tagged" | "deal" => "deal",
            "items" => "item",
            _ => return name.to_owned(),
        };
        self.touches = true;
        if self.dice.one_in(3) { name.to_owned() } else { format!("{name}.{}", self.path(far)) }
    }

    /// A path over links to a value, of a record called by `of`.
    fn single(&mut self, of: &str, entity: &str) -> (String, &'static str) {
        let of = if of.is_empty() { String::new() } else { format!("{of}.") };
        let hidden = self.dice.one_in(16);
        self.touches |= hidden;
        match (entity, self.dice.below(4)) {
            ("deal", _) if hidden => (format!("{of}margin"), "number"),
            ("account", _) if hidden => (format!("{of}inn"), "text"),
            ("deal", 0) => (format!("{of}amount"), "number"),
            ("deal", 1) => (format!("{of}stage"), "text"),
            ("deal", 2) => {
                self.touches = true;
                (format!("{of}account.{}", self.dice.pick(&["name", "region"])), "text")
            }
            ("item", 0) => {
                self.touches = true;
                (format!("{of}deal.amount"), "number")
            }
            ("deal", _) => (format!("{of}title"), "text"),
            (_, _) => (format!("{of}name"), "text"),
        }
    }

    fn condition(&mut self, entity: &str, depth: usize) -> String {
        self.condition_of("", entity, depth)
    }

    fn condition_of(&mut self, of: &str, entity: &str, depth: usize) -> String {
        if depth > 0 && self.dice.one_in(3) {
            let joined = self.dice.pick(&["&&", "||"]);
            let (left, right) = (self.condition_of(of, entity, depth - 1), self.condition_of(of, entity, depth - 1));
            let not = self.dice.pick(&["", "!"]);
            return format!("{not}({left} {joined} {right})");
        }
        if depth > 0 && self.dice.one_in(2) {
            return self.related(of, entity, depth);
        }
        let (path, kind) = self.single(of, entity);
        if self.dice.one_in(5) {
            return format!("{path} {} ()", self.dice.pick(&["==", "!="]));
        }
        let operator = self.dice.pick(&["==", "!=", "<", ">="]);
        let literal = match kind {
            "number" => self.dice.pick(&["7", "100", "5000.5", "0"]),
            _ => self.dice.pick(&["\"own 3\"", "\"Zuid\"", "\"new\"", "\"south\"", "\"a\""]),
        };
        format!("{path} {operator} {literal}")
    }

    fn related(&mut self, of: &str, entity: &str, depth: usize) -> String {
        let of = if of.is_empty() { String::new() } else { format!("{of}.") };
        let (relation, far) = match entity {
            "deal" => match self.dice.below(3) {
                0 => ("items", "item"),
                1 => ("tags", "account"),
                _ => ("account.deals", "deal"),
            },
            "account" => (self.dice.pick(&["deals", "tagged"]), "deal"),
            _ => ("deal.items", "item"),
        };
        self.touches = true;
        let body = self.condition_of(&format!("x{depth}"), far, depth - 1);
        match self.dice.below(4) {
            0 => format!("{of}{relation}.count() > {}", self.dice.below(3)),
            1 => format!("{of}{relation}.any(|x{depth}| {body})"),
            2 => format!("{of}{relation}.all(|x{depth}| {body})"),
            _ => format!("{of}{relation}.filter(|x{depth}| {body}).count() == {}", self.dice.below(3)),
        }
    }

    fn value(&mut self, entity: &str, depth: usize) -> String {
        match self.dice.below(3) {
            0 => self.single("", entity).0,
            1 => format!("if {} {{ 1 }} else {{ 2 }}", self.condition(entity, depth)),
            _ => {
                self.touches = true;
                "account.deals.sum(|d| d.amount)".to_owned()
            }
        }
    }
}

fn url(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => escaped.push(char::from(byte)),
            _ => write!(escaped, "%{byte:02X}").expect("a text grows"),
        }
        escaped
    })
}

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
    let sales = documents().as_array().expect("documents").iter().find(|document| document["name"] == "sales").cloned();
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
        app.publish(documents()).await;
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
