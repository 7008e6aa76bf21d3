//! Questions over a million records, beside the same SQL written by hand.
//!
//! 1,000,000 deals over 50,000 companies in 200 regions of 20 countries, on each database. A person under rules on records and
//! fields, and an administrator, ask for lists through three relations, groups, pivots, words and a page far down. The floor
//! says the same rules in its own words, over the same tables and indexes; answers are compared before anything is measured.
//! Run it by `make bench`; `cargo bench --package tests --bench questions -- SQLite list` runs a part.

#![expect(clippy::print_stdout, reason = "the figures are the program's answer")]

#[path = "records/asked.rs"]
mod asked;
#[path = "records/load.rs"]
mod load;
#[path = "records/seed.rs"]
mod seed;
mod questions {
    pub(crate) mod fill;
    pub(crate) mod floor;
}

use std::sync::Arc;

use asked::is_asked;
use engine::catalog::measure::Period;
use engine::expression::Decimal;
use engine::measures::{Asked, Wanted};
use engine::{
    Actor, AggregateRequest, Context, Engine, GroupKey, Measure, Request, SearchRequest, SelectItem, SortKey,
};
use load::{Figures, measure};
use questions::fill::{NUMBERS, STAGES};
use questions::floor::{Floor, MONTHS};
use serde_json::Value;

/// How long each side is asked at a time, and how often in turns.
const SECONDS: u64 = 4;
const TURNS: usize = 2;
/// Records on the pages that are walked, and the page far down.
const PAGE: u32 = 100;
const FAR: usize = 10_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        println!("| database | question | who | engine p50 ms | p99 ms | per second | floor p50 ms | p99 ms | per second | ratio of p50 |");
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for database in ["SQLite", "PostgreSQL"].into_iter().filter(|database| is_asked(database)) {
            run(database).await;
        }
    });
}

/// Who asks: an administrator, or a person with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Administrator,
    Ruled,
}

struct Bench {
    administrator: Context,
    ruled: Context,
    floor: Floor,
    /// The cursor before the page far down.
    far: String,
}

async fn run(database: &'static str) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = match database {
        "SQLite" => None,
        _ => Some(seed::create_database().await),
    };
    let engine = seed::open(folder.path(), url.clone()).await;
    let first = seed::administrator(&engine).await;
    seed::publish(&first, questions::fill::documents()).await;
    let administrator = seed::again(&engine, &first);
    let user = administrator.user.expect("a person");
    let values =
        serde_json::json!({"email": "colleague@example.com", "name": "Colleague", "password": "correct-horse-battery"});
    let values = values.as_object().expect("an object").clone();
    let colleague = engine::records::create(&administrator, "user", values).await.expect("a colleague").id;
    let floor = Floor::open(&engine, folder.path(), url.as_deref(), [user, colleague]).await;
    // The follower of the search index finds the tables empty, else it would read them while others are measured.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    floor.fill().await;
    if is_asked("search") {
        let job = engine::search::rebuild(&engine).await.expect("the index is ordered");
        let ended = engine::search::wait(&engine, job).await.expect("the index is looked at");
        assert_eq!(ended, engine::jobs::State::Done, "the index is made");
    }
    let ruled =
        engine.context(Actor { user, roles: vec!["own".to_owned(), "of_companies".to_owned()] }, administrator.locale);
    let far = if is_asked("page") { walk(&administrator).await } else { String::new() };
    let bench = Arc::new(Bench { administrator, ruled, floor, far });
    for question in
        ["list", "dataset", "groups", "grouped_dataset", "pivot", "measures", "measures_of_month", "search", "page"]
            .into_iter()
            .filter(|name| is_asked(name))
    {
        for who in [Who::Administrator, Who::Ruled] {
            if question == "page" && who == Who::Ruled {
                continue;
            }
            bench.compare(question, who).await;
            let (by_engine, by_floor) = both(&bench, question, who).await;
            let ratio = by_engine.p50 / by_floor.p50;
            println!("| {database} | {question} | {who:?} | {by_engine} | {by_floor} | {ratio:.2} |");
        }
    }
    let engine: Engine = bench.ruled.engine.clone();
    drop(bench);
    engine.close().await;
}

/// Walks page by page to the one far down; gives the cursor before it.
async fn walk(ctx: &Context) -> String {
    let mut cursor = String::new();
    for _ in 1..FAR {
        let asked = Request { cursor: Some(cursor), ..page() };
        cursor = engine::records::list(ctx, "deal", asked).await.expect("a page").page.next_cursor.expect("more");
    }
    cursor
}

fn page() -> Request {
    Request {
        select: Some(paths(&["title", "amount"])),
        sort: vec![SortKey { path: "amount".to_owned(), descending: true }],
        limit: Some(PAGE),
        ..Request::default()
    }
}

fn paths(names: &[&str]) -> Vec<SelectItem> {
    names.iter().map(|path| SelectItem::Path((*path).to_owned())).collect()
}

/// Engine and floor in turns, so that both see the same machine. The page far down is asked beside the first one.
async fn both(bench: &Arc<Bench>, question: &'static str, who: Who) -> (Figures, Figures) {
    let (mut by_engine, mut by_floor) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        for (through_engine, samples) in [(true, &mut by_engine), (false, &mut by_floor)] {
            let bench = Arc::clone(bench);
            let work = move |at: usize| {
                let bench = Arc::clone(&bench);
                async move {
                    if through_engine {
                        drop(bench.ask(question, who, at).await);
                    } else if question == "page" {
                        drop(bench.page(String::new()).await);
                    } else {
                        drop(bench.floor.ask(question, who, at).await);
                    }
                }
            };
            samples.push(measure(1, SECONDS, work).await);
        }
    }
    (Figures::of(by_engine), Figures::of(by_floor))
}

impl Bench {
    fn of(&self, who: Who) -> &Context {
        match who {
            Who::Administrator => &self.administrator,
            Who::Ruled => &self.ruled,
        }
    }

    /// The two answers must be equal, else the floor measures something else.
    async fn compare(&self, question: &str, who: Who) {
        if question == "page" {
            return;
        }
        for at in 0..3 {
            let sorted = |texts: Vec<String>| {
                let read = |text: &String| {
                    let mut value: Value = serde_json::from_str(text).expect("JSON");
                    // Which keys a total is over is said by its level; the floor leaves the others out.
                    if let (Some(group), "pivot") = (value.as_object_mut(), question) {
                        group.retain(|name, value| name != "_level" && !value.is_null());
                    }
                    value.to_string()
                };
                let mut values: Vec<String> = texts.iter().map(read).collect();
                // Groups come in the order of the choices and of the language, which is not what is measured.
                if question != "list" && question != "dataset" {
                    values.sort();
                }
                values
            };
            let (found, wanted) = (self.ask(question, who, at).await, self.floor.ask(question, who, at).await);
            assert!(!wanted.is_empty(), "{question} has an answer");
            assert_eq!(sorted(found), sorted(wanted), "{question} {who:?}");
        }
    }

    async fn ask(&self, question: &str, who: Who, at: usize) -> Vec<String> {
        match question {
            "list" => self.list(who, at).await,
            "dataset" => self.dataset(who, at).await,
            "grouped_dataset" => self.grouped_dataset(who).await,
            "groups" => self.groups(who, false).await,
            "pivot" => self.groups(who, true).await,
            "measures" => self.measures(who, None).await,
            "measures_of_month" => self.measures(who, Some(MONTHS[0])).await,
            "search" => self.search(who, at).await,
            _ => self.page(self.far.clone()).await,
        }
    }

    async fn list(&self, who: Who, at: usize) -> Vec<String> {
        let country = at % questions::fill::COUNTRIES;
        let request = Request {
            select: Some(paths(&["title", "amount", "margin", "company.name", "company.region.name"])),
            filter: Some(format!("stage == \"won\" && company.region.country.name == \"Country {country}\"")),
            sort: vec![SortKey { path: "amount".to_owned(), descending: true }],
            limit: Some(50),
            ..Request::default()
        };
        engine::records::list(self.of(who), "deal", request).await.expect("a page").page.items
    }

    /// What `list` asks, of a dataset over the same records.
    async fn dataset(&self, who: Who, at: usize) -> Vec<String> {
        let country = at % questions::fill::COUNTRIES;
        let request = Request {
            select: Some(paths(&["title", "amount", "margin", "company", "region"])),
            filter: Some(format!("stage == \"won\" && country == \"Country {country}\"")),
            sort: vec![SortKey { path: "amount".to_owned(), descending: true }],
            limit: Some(50),
            ..Request::default()
        };
        let rows = engine::records::list(self.of(who), "sale", request).await.expect("a page").page.items;
        let named = |row: String| {
            row.replace("\"company\"", "\"company.name\"").replace("\"region\"", "\"company.region.name\"")
        };
        rows.into_iter().map(named).collect()
    }

    /// What `groups` asks, as the rows of a dataset; sums have the digits of the field there.
    async fn grouped_dataset(&self, who: Who) -> Vec<String> {
        let select = Some(paths(&["stage", "country", "n", "sum"]));
        let request = Request { select, limit: Some(1000), ..Request::default() };
        let rows = engine::records::list(self.of(who), "by_country", request).await.expect("rows").page.items;
        let shortest = |row: String| {
            let mut value: Value = serde_json::from_str(&row).expect("JSON");
            let sum = value["sum"].as_str().map(|sum| sum.trim_end_matches('0').trim_end_matches('.').to_owned());
            value["sum"] = sum.map_or(Value::Null, Value::String);
            value.to_string()
        };
        rows.into_iter().map(shortest).collect()
    }

    async fn groups(&self, who: Who, totals: bool) -> Vec<String> {
        let key = |path: &str, name: &str| GroupKey {
            path: path.to_owned(),
            name: Some(name.to_owned()),
            ..GroupKey::default()
        };
        let measure =
            |name: &str, expression: &str| Measure { name: name.to_owned(), expression: expression.to_owned() };
        let request = AggregateRequest {
            group_by: vec![key("stage", "stage"), key("company.region.country.name", "country")],
            measures: vec![measure("n", "count()"), measure("sum", "sum(amount)")],
            totals,
            ..AggregateRequest::default()
        };
        engine::records::aggregate(self.of(who), "deal", request).await.expect("groups")
    }

    /// Twelve measures by one call, the numbers of the period before among them where there is one.
    async fn measures(&self, who: Who, days: Option<[&str; 2]>) -> Vec<String> {
        let day = |text: &str| text.parse().expect("a date");
        let period = Some(days.map_or(Wanted::Word(Period::All), |[from, to]| Wanted::Days(day(from), day(to))));
        let names = STAGES.into_iter().flat_map(|stage| NUMBERS.map(|(name, _)| format!("{name}_{stage}")));
        let asked: Vec<Asked> = names.map(|name| Asked { name, period, ..Asked::default() }).collect();
        let outcomes = engine::measures::values(self.of(who), &asked).await.expect("the measures");
        let texts = outcomes.into_iter().flat_map(|outcome| {
            let answer = outcome.expect("a measure");
            let text = |number: Option<Decimal>| {
                let text = number.map(|number| number.to_string());
                match answer.measure.expression.starts_with("count") {
                    true => text.unwrap_or_default(),
                    false => text.map_or(Value::Null, Value::String).to_string(),
                }
            };
            let before = days.map(|_| text(answer.previous));
            std::iter::once(text(answer.value)).chain(before)
        });
        texts.collect()
    }

    async fn search(&self, who: Who, at: usize) -> Vec<String> {
        let request = SearchRequest {
            text: questions::fill::words(at),
            entities: Some(vec!["deal".to_owned()]),
            limit: None,
            cursor: None,
        };
        let found = engine::search::search(self.of(who), &request).await.expect("hits");
        found.hits.into_iter().map(|hit| Value::String(hit.title.unwrap_or_default()).to_string()).collect()
    }

    async fn page(&self, cursor: String) -> Vec<String> {
        let asked = Request { cursor: Some(cursor), ..page() };
        engine::records::list(&self.administrator, "deal", asked).await.expect("a page").page.items
    }
}
