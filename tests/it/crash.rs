//! The real program dies in the middle of its work and is started again: what is found is old or new, never between, and
//! nothing that was acknowledged is lost.
//!
//! Every place named in `storage::failpoint` kills a program of its own (`VERSTAK_BINARY`, else the one built beside this
//! test), on a copy of a prepared workspace; a place that is never reached fails the test. What must be true afterwards
//! is in [`check`].

mod check;
mod program;
mod work;

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::support::{App, Backend, Smtp, every_database};
use check::examine;
use program::{Place, Program};
use work::{Writer, import, publish};

/// Places that single saves, batches and uploads pass, with the pass at which the program dies.
const SAVES: [&str; 7] = [
    "save.begun:8",
    "save.written:8",
    "save.propagated:5",
    "save.audited:8",
    "save.committed:8",
    "save.answered:2",
    "file.described:1",
];
/// Places that saves of several people pass together, on SQLite.
const SHARED: [&str; 2] = ["bundles.written:1", "bundles.written:3"];
/// Places that an import passes.
const IMPORTS: [&str; 3] = ["import.saved:2", "import.ended:1", "import.committed:1"];
/// Places that a small publish passes.
const SMALL: [&str; 5] =
    ["publish.begun:1", "publish.changed:1", "publish.documented:1", "publish.written:1", "publish.committed:1"];
/// Places that a publish passes which writes many rows.
const REWRITES: [&str; 7] = [
    "publish.enqueued:1",
    "publish.taken_back:1",
    "publish.widened:1",
    "publish.filled:1",
    "publish.begun:1",
    "publish.written:1",
    "publish.committed:1",
];
/// Places that a publish passes which makes many tables.
const TABLES: [&str; 3] = ["publish.prepared:1", "publish.taken_back:40", "publish.changed:1"];
/// Places that a change of many records passes.
const OWED: [&str; 4] = ["owed.left:1", "owed.filled:1", "owed.calculated:1", "owed.calculated:6"];
/// Places that the rows of a register pass as they are composed.
const REGISTERS: [&str; 3] = ["register.begun:1", "register.filled:1", "register.finished:1"];
/// Places that rows of a register pass which are brought up to date in part.
const PARTS: [&str; 2] = ["register.composed:1", "register.advanced:1"];
/// Places that the job passes which calculates what a publish left.
const BACKFILL: [&str; 2] = ["backfill.calculated:1", "backfill.calculated:7"];
/// Places that the work of scripts after a save passes.
const SCRIPTS: [&str; 4] = ["script.left:1", "script.ran:3", "script.written:1", "script.written:4"];
/// Places that a letter passes on its way.
const MAIL: [&str; 1] = ["mail.sent:1"];
/// Places that the first start passes.
const STARTS: [&str; 2] = ["install.made:1", "install.committed:1"];

/// Programs that run at the same time.
const AT_ONCE: usize = 6;

#[test]
fn every_failpoint_has_its_test() {
    let all = [
        &SAVES[..],
        &SHARED,
        &IMPORTS,
        &SMALL,
        &REWRITES,
        &TABLES,
        &OWED,
        &REGISTERS,
        &PARTS,
        &BACKFILL,
        &SCRIPTS,
        &MAIL,
        &STARTS,
    ]
    .concat();
    let tested: BTreeSet<&str> = all.iter().filter_map(|point| point.split(':').next()).collect();
    assert_eq!(tested, storage::failpoint::NAMES.iter().copied().collect(), "every name is tested");
    let mut called = BTreeSet::new();
    for (_, text) in crate::tidy::sources(&["engine", "designer-api/src"]) {
        let calls = text.split("failpoint(\"").skip(1).filter_map(|rest| rest.split('"').next());
        called.extend(calls.map(str::to_owned));
    }
    assert_eq!(
        called,
        storage::failpoint::NAMES.iter().map(|name| (*name).to_owned()).collect(),
        "every name is passed"
    );
}

/// Runs a scenario at each of the places, on copies of one prepared workspace.
async fn at_each<F: Future<Output = ()>>(
    app: App,
    points: &[&'static str],
    scenario: impl Fn(Place, &'static str) -> F,
) {
    let seed = Place::prepare(&app).await;
    let seed = &seed;
    let scenario = &scenario;
    let runs = points.iter().copied().map(|point| async move {
        scenario(seed.copy().await, point).await;
    });
    stream::iter(runs).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

every_database! {
    async fn saves_are_whole_or_nothing(app: App) {
        at_each(app, &SAVES, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let mut writer = Writer::new(&program, 0);
            while writer.act().await {}
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            writer.goes_on(&program).await;
            writer.finds_what_it_was_told().await;
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn imports_are_whole_or_nothing(app: App) {
        at_each(app, &IMPORTS, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let job = import(&program, 2_500).await;
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            let mut writer = Writer::new(&program, 0);
            writer.goes_on(&program).await;
            let count = program.admin.get("/api/records/tag?count=exact&limit=1").await.expect(200)["count"].clone();
            if point == "import.committed:1" {
                assert_eq!(count, 2_502);
                let import = program.admin.get(&format!("/api/imports/{job}")).await.expect(200);
                assert_eq!((&import["state"], &import["created"]), (&json!("done"), &json!(2_500)), "{import:#}");
                let undone = program.admin.post(&format!("/api/imports/{job}/undo"), json!({})).await.expect(200);
                assert_eq!(undone["undone"]["deleted"], 2_500, "an import that is there can be taken back");
            } else {
                assert_eq!(count, 2, "{point}: nothing is left of an import that did not end");
            }
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn a_small_publish_is_whole_or_nothing(app: App) {
        at_each(app, &SMALL, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let mut writer = Writer::new(&program, 0);
            writer.act().await;
            let before = program.revision().await;
            let documents = json!([work::order(true), work::entity("extra", &json!([{"name": "x", "type": "link", "target": "tag"}]))]);
            assert_eq!(publish(&program, documents.clone()).await, None, "it dies before it answers");
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            let is_new = point == "publish.committed:1";
            assert_eq!(program.revision().await, before + u64::from(is_new), "{point}");
            writer.goes_on(&program).await;
            if !is_new {
                program.stop();
                examine(&place, point).await;
                let program = Program::start(&place, None).await.expect("it starts again");
                assert!(publish(&program, documents).await.is_some_and(|answer| answer["revision"] == before + 1));
                ranked(&program, &mut writer).await;
                program.stop();
            } else {
                ranked(&program, &mut writer).await;
                program.stop();
            }
            examine(&place, point).await;
        })
        .await;
    }

    async fn a_publish_of_many_rows_is_whole_or_nothing(app: App) {
        at_each(app, &REWRITES, |place, point| large(place, point, json!([work::bulk("integer")]))).await;
    }

    async fn a_publish_of_many_tables_is_whole_or_nothing(app: App) {
        let tables: Vec<Value> = (0..51).map(|at| work::entity(&format!("table_{at}"), &json!([{"name": "x", "type": "text"}]))).collect();
        let tables = &Value::Array(tables);
        at_each(app, &TABLES, |place, point| large(place, point, tables.clone())).await;
    }

    async fn what_a_job_calculates_is_all_calculated_in_the_end(app: App) {
        at_each(app, &OWED, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let tag = program.admin.get("/api/records/tag?sort=id&limit=1").await.expect(200)["items"][0].clone();
            let path = format!("/api/records/tag/{}", tag["id"].as_str().expect("an id"));
            let renamed = json!({"version": tag["version"], "name": "green"});
            let request = program.admin.request(reqwest::Method::PATCH, &path).json(&renamed);
            let answered = program.admin.attempt(request).await.is_some();
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            let is_new = program.admin.get(&path).await.expect(200)["name"] == "green";
            assert_eq!(is_new, point != "owed.left:1", "{point}");
            assert!(is_new || !answered, "{point}: what was acknowledged is there");
            let all = "/api/records/bulk?filter=shout%20==%20%22GREEN%22&count=exact&limit=1&select=shout";
            for _ in 0..600 {
                if !is_new || program.admin.get(all).await.expect(200)["count"] == 10_050 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let list = program.admin.get(all).await.expect(200);
            assert_eq!(list["count"], if is_new { 10_050 } else { 0 }, "{point}: {list:#}");
            let mut told = true;
            for _ in 0..100 {
                told = program.admin.get(all).await.expect(200).to_string().contains("_pending");
                if !told {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert!(!told, "{point}: what is calculated is told as such for ever");
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn the_rows_of_a_register_are_composed_in_the_end(app: App) {
        at_each(app, &REGISTERS, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let documents = json!([
                {"kind": "dataset", "name": "by_tag", "parts": [{"entity": "bulk", "values": {"tag": "tag"}}],
                 "fields": [{"name": "tag"}, {"name": "records", "aggregate": "count"}]},
                {"kind": "register", "name": "kept", "dataset": "by_tag"}]);
            program.admin.put("/api/meta/drafts", documents).await.expect(200);
            let plan = program.admin.post("/api/meta/plan", json!({})).await.expect(200);
            program.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            let mut rows = json!([]);
            for _ in 0..600 {
                rows = program.admin.get("/api/records/kept?select=records").await.expect(200)["items"].clone();
                if rows != json!([]) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(rows, json!([{"records": 10_050}]), "{point}");
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn a_change_reaches_the_rows_of_a_register_in_the_end(app: App) {
        at_each(app, &PARTS, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let documents = json!([
                {"kind": "dataset", "name": "plain", "parts": [{"entity": "bulk", "values": {"tag": "tag.name"}}], "fields": [{"name": "tag"}]},
                {"kind": "register", "name": "kept", "dataset": "plain", "refresh": {"on_change": "PT1S"}}]);
            program.admin.put("/api/meta/drafts", documents).await.expect(200);
            let plan = program.admin.post("/api/meta/plan", json!({})).await.expect(200);
            program.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
            let count = async |program: &Program<'_>, wanted: u64| {
                let mut found = None;
                for _ in 0..600 {
                    let page = program.admin.get("/api/records/kept?limit=1&count=exact").await.expect(200);
                    found = page["count"].as_u64();
                    if found == Some(wanted) {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                assert_eq!(found, Some(wanted), "{point}");
            };
            count(&program, 10_050).await;
            program.admin.post("/api/records/bulk", json!({})).await.expect(201);
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            count(&program, 10_051).await;
            let found = program.admin.get("/api/meta/registers").await.expect(200);
            assert_ne!(found["items"][0]["refreshed"]["records"], Value::Null, "{point}: in part");
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn what_a_publish_left_is_all_calculated_in_the_end(app: App) {
        at_each(app, &BACKFILL, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let before = program.revision().await;
            let mut bulk = work::bulk("text");
            bulk["fields"][2]["formula"]["expression"] = json!("tag.name.to_upper() + \"!\"");
            let answer = publish(&program, json!([bulk])).await;
            assert!(answer.is_none_or(|answer| answer["revision"] == before + 1), "{point}: the revision is there at once");
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            assert_eq!(program.revision().await, before + 1, "{point}");
            let all = "/api/records/bulk?filter=shout.ends_with(%22!%22)&count=exact&limit=1&select=shout";
            let mut list = Value::Null;
            for _ in 0..600 {
                list = program.admin.get(all).await.expect(200);
                if list["count"] == 10_050 && !list.to_string().contains("_pending") {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(list["count"], 10_050, "{point}: {list:#}");
            assert!(!list.to_string().contains("_pending"), "{point}: what is calculated is told as such for ever");
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn what_scripts_do_after_a_save_is_done_once(app: App) {
        at_each(app, &SCRIPTS, |place, point| async move {
            let program = Program::start(&place, None).await.expect("it starts");
            let script = json!({"kind": "script", "name": "echo", "source": "fn echo(record) { create(\"echo\", #{of: record.text}); }",
                "hooks": [{"entity": "voice", "event": "after_save", "function": "echo"}]});
            let documents = json!([work::entity("voice", &json!([{"name": "text", "type": "text"}])),
                work::entity("echo", &json!([{"name": "of", "type": "text"}])), script]);
            program.admin.put("/api/meta/drafts", documents).await.expect(200);
            let plan = program.admin.post("/api/meta/plan", json!({})).await.expect(200);
            program.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
            program.stop();
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let operations: Vec<Value> =
                (0..6).map(|at| json!({"op": "create", "entity": "voice", "values": {"text": format!("{at}")}})).collect();
            let request = program.admin.request(reqwest::Method::POST, "/api/records/batch").json(&json!({"operations": operations}));
            let answered = program.admin.attempt(request).await.is_some_and(|answer| answer.status == 200);
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            let made = program.admin.get("/api/records/voice?count=exact").await.expect(200)["count"].as_u64();
            let made = made.expect("a count");
            assert_eq!(made, if point == "script.left:1" { 0 } else { 6 }, "{point}");
            assert!(made == 6 || !answered, "{point}: what was acknowledged is there");
            for _ in 0..600 {
                let runs = program.admin.get("/api/meta/scripts/runs").await.expect(200);
                if runs["items"].as_array().is_some_and(|runs| runs.iter().all(|run| run["state"] == "done")) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let echoes = program.admin.get("/api/records/echo?select=of&sort=of").await.expect(200);
            let heard: Vec<&str> = echoes["items"].as_array().expect("items").iter().filter_map(|it| it["of"].as_str()).collect();
            let expected: &[&str] = if made == 0 { &[] } else { &["0", "1", "2", "3", "4", "5"] };
            assert_eq!(heard, expected, "{point}");
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn a_letter_comes_and_at_most_twice(app: App) {
        at_each(app, &MAIL, |mut place, point| async move {
            let smtp = Smtp::start().await;
            place.mail = Some(smtp.url());
            let program = Program::start(&place, None).await.expect("it starts");
            let source = "fn post(request) { mail::send(#{to: \"a@example.com\", subject: \"x\", text: \"y\"}) }";
            let script = json!({"kind": "script", "name": "post", "source": source,
                "endpoints": [{"method": "POST", "path": "post", "function": "post"}]});
            assert!(publish(&program, json!([script])).await.is_some());
            program.stop();
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let request = program.admin.request(reqwest::Method::POST, "/api/x/post").json(&json!({}));
            let answered = program.admin.attempt(request).await.is_some_and(|answer| answer.status == 200);
            program.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            let mut letters = Value::Null;
            for _ in 0..600 {
                letters = program.admin.get("/api/records/sent_message").await.expect(200)["items"].clone();
                if letters[0]["status"] == "sent" {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert!(answered && letters[0]["status"] == "sent" && letters.as_array().map(Vec::len) == Some(1), "{letters:#}");
            // The server had it before the node died, and has it again: it knows it by its number.
            let ids: Vec<_> = smtp.got().iter().map(|got| got.header("Message-ID")).collect();
            let id = format!("<{}@crm.example.com>", letters[0]["id"].as_str().expect("an id"));
            assert_eq!(ids, [Some(id.clone()), Some(id)], "{point}");
            program.stop();
            examine(&place, point).await;
        })
        .await;
    }

    async fn a_first_start_is_whole_or_nothing(app: App) {
        let backend = app.backend;
        drop(app);
        for point in STARTS {
            let place = Place::empty(backend).await;
            assert!(Program::start(&place, Some(point)).await.is_none(), "{point}: it dies while it starts");
            place.died(point);
            let program = Program::start(&place, None).await.expect("it starts again");
            assert_eq!(program.revision_of_nobody().await, 401, "it answers");
            program.stop();
            examine(&place, point).await;
        }
    }

    async fn a_shared_commit_is_whole_or_nothing(app: App) {
        // PostgreSQL gathers commits by itself.
        if app.backend == Backend::Postgres {
            return;
        }
        at_each(app, &SHARED, |place, point| async move {
            let program = Program::start(&place, Some(point)).await.expect("it starts");
            let writers = sixteen(&program);
            let writers = futures_util::future::join_all(writers).await;
            program.died(point);
            find(&place, writers, point).await;
        })
        .await;
    }

    async fn sixteen_writers_lose_nothing(app: App) {
        let seed = Place::prepare(&app).await;
        for (round, milliseconds) in [400, 1_100].into_iter().enumerate() {
            let place = seed.copy().await;
            let program = Program::start(&place, None).await.expect("it starts");
            let writers = sixteen(&program);
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            program.kill();
            let writers = futures_util::future::join_all(writers).await;
            find(&place, writers, &format!("round {round}")).await;
        }
    }
}

/// Sixteen people who save until the program is gone.
fn sixteen(program: &Program<'_>) -> Vec<tokio::task::JoinHandle<Writer>> {
    (0..16)
        .map(|number| {
            let mut writer = Writer::new(program, number);
            tokio::spawn(async move {
                while writer.act().await {}
                writer
            })
        })
        .collect()
}

/// Each of them finds what they were told, and nothing is torn.
async fn find(place: &Place, writers: Vec<Result<Writer, tokio::task::JoinError>>, point: &str) {
    let program = Program::start(place, None).await.expect("it starts again");
    for writer in writers {
        let mut writer = writer.expect("a writer");
        writer.goes_on(&program).await;
        writer.finds_what_it_was_told().await;
    }
    program.stop();
    examine(place, point).await;
}

/// A publish that a job does dies at the place; after a restart the old revision answers until the job is done.
async fn large(place: Place, point: &'static str, documents: Value) {
    let program = Program::start(&place, Some(point)).await.expect("it starts");
    let mut writer = Writer::new(&program, 0);
    writer.act().await;
    let before = program.revision().await;
    publish(&program, documents).await;
    // Saves go on beside the publish; the last one is the one that nobody answers.
    while writer.act().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    program.died(point);
    let program = Program::start(&place, None).await.expect("it starts again");
    let found = program.revision().await;
    assert!(found == before || (found == before + 1), "{point}");
    if point == "publish.committed:1" {
        assert_eq!(found, before + 1, "what was committed is there");
    }
    writer.goes_on(&program).await;
    program.reaches(before + 1).await;
    writer.goes_on(&program).await;
    writer.finds_what_it_was_told().await;
    program.stop();
    examine(&place, point).await;
}

/// The new revision's field works.
async fn ranked(program: &Program<'_>, writer: &mut Writer) {
    writer.goes_on(program).await;
    let order = program.admin.get("/api/records/order?limit=1&select=id,rank").await.expect(200)["items"][0].clone();
    assert_eq!(order["rank"], 7, "records made before have the default");
}
