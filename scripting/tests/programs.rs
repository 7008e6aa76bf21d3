//! Scripts: what they can do in a world, and what they cannot.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, Utc};
use expression::{Decimal, EntityId, RecordRef, Value};
use scripting::{
    Argument, Failure, FailureKind, Host, Limits, Measured, Member, Programs, Question, Refusal, Stop, World,
};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// One deal with two items, in memory.
#[derive(Default)]
struct Memory {
    assigned: Mutex<BTreeMap<String, Json>>,
    created: Mutex<Vec<Json>>,
    asked: Mutex<Vec<(String, Question)>>,
    log: Mutex<Vec<String>>,
    steps: u64,
}

fn deal() -> RecordRef {
    RecordRef { entity: EntityId::new("deal"), id: Uuid::from_u128(1) }
}

fn item(number: u128) -> RecordRef {
    RecordRef { entity: EntityId::new("item"), id: Uuid::from_u128(number) }
}

impl Host for Memory {
    fn member(&self, record: &RecordRef, name: &str) -> Option<Member> {
        let decimal = |text: &str| Value::Decimal(Decimal::parse(text).expect("a decimal"));
        if record.entity == deal().entity {
            if let Some(json) = self.assigned.lock().expect("free").get(name) {
                return Some(Member::Value(json.as_str().map_or(Value::Empty, |text| Value::Text(text.into()))));
            }
            return Some(match name {
                "title" => Member::Value(Value::Text("Big".into())),
                "amount" => Member::Value(decimal("100.50")),
                "rate" => Member::Value(decimal("2")),
                "company" => Member::Value(Value::Empty),
                "items" => Member::Records(vec![item(10), item(11)]),
                _ => return None,
            });
        }
        match name {
            "price" => Some(Member::Value(Value::Integer(record.id.as_u128() as i64))),
            _ => None,
        }
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        Vec::new()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        Some(EntityId::new(name))
    }

    fn user(&self) -> Option<RecordRef> {
        Some(RecordRef { entity: EntityId::new("user"), id: Uuid::from_u128(7) })
    }

    fn zone(&self) -> expression::Tz {
        expression::Tz::UTC
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 2, 28).expect("a date")
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::default()
    }

    fn language(&self) -> &str {
        "en"
    }
}

impl World for Memory {
    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        Some(entity.to_string())
    }

    fn get(&self, entity: &str, id: &str) -> Result<Option<RecordRef>, Refusal> {
        let id = Uuid::try_parse(id).map_err(|_| Refusal("no identity".to_owned()))?;
        Ok(Some(RecordRef { entity: EntityId::new(entity), id }))
    }

    fn find(&self, entity: &str, question: Question) -> Result<Vec<RecordRef>, Refusal> {
        self.asked.lock().expect("free").push((entity.to_owned(), question));
        Ok(vec![item(10), item(11)])
    }

    fn count(&self, _: &str, filter: Option<String>) -> Result<i64, Refusal> {
        Ok(filter.map_or(0, |filter| filter.len() as i64))
    }

    fn assign(&self, _: &RecordRef, name: &str, value: Json) -> Result<(), Refusal> {
        if name == "locked" {
            return Err(Refusal("locked cannot be changed".to_owned()));
        }
        self.assigned.lock().expect("free").insert(name.to_owned(), value);
        Ok(())
    }

    fn create(&self, entity: &str, values: Map<String, Json>) -> Result<RecordRef, Refusal> {
        self.created.lock().expect("free").push(Json::Object(values));
        Ok(RecordRef { entity: EntityId::new(entity), id: Uuid::from_u128(99) })
    }

    fn delete(&self, _: &RecordRef) -> Result<(), Refusal> {
        Ok(())
    }

    fn http(&self, request: Json) -> Result<Json, Refusal> {
        if request["url"] != "https://a.example/rate" {
            return Err(Refusal("no such host".to_owned()));
        }
        Ok(json!({"status": 200, "headers": {}, "body": "{\"rate\": 1.25}"}))
    }

    fn mail(&self, letter: Json) -> Result<Uuid, Refusal> {
        if letter["to"] != "a@example.com" {
            return Err(Refusal("no such person".to_owned()));
        }
        Ok(Uuid::from_u128(7))
    }

    fn tell(&self, notice: Json) -> Result<i64, Refusal> {
        Ok(notice["to"].as_array().map_or(1, Vec::len) as i64)
    }

    fn create_file(&self, file: Json) -> Result<Uuid, Refusal> {
        file["name"].as_str().map(|_| Uuid::from_u128(8)).ok_or_else(|| Refusal("no name".to_owned()))
    }

    fn file_text(&self, id: &str) -> Result<String, Refusal> {
        Ok(format!("text of {id}"))
    }

    fn measures(&self, asked: Json) -> Result<Vec<Measured>, Refusal> {
        let asked = asked.as_array().cloned().unwrap_or_default();
        asked.iter().map(|one| self.measure(one["name"].as_str().unwrap_or_default(), one.clone())).collect()
    }

    fn measure(&self, name: &str, asked: Json) -> Result<Measured, Refusal> {
        if name != "won" {
            return Err(Refusal("no such measure".to_owned()));
        }
        Ok(Measured {
            value: Value::Decimal(Decimal::parse("12.5").expect("a number")),
            target: asked["period"].as_str().map_or(Value::Empty, |_| Value::Integer(50)),
            share: Value::Empty,
            previous: Value::Empty,
            change: Value::Empty,
            days: None,
            status: Some(("green".to_owned(), "Done".to_owned())),
        })
    }

    fn log(&self, text: String) {
        self.log.lock().expect("free").push(text);
    }

    fn spent(&self, steps: u64) -> Option<Stop> {
        (steps > self.steps).then_some(Stop::Steps)
    }
}

fn memory() -> Arc<Memory> {
    Arc::new(Memory { steps: 1_000_000, ..Memory::default() })
}

fn world() -> Arc<dyn World> {
    memory()
}

fn compiled(sources: &[(&str, &str)]) -> Programs {
    let (programs, failures) = Programs::compile("en", sources.iter().copied(), &Limits::default());
    assert_eq!(failures, []);
    programs
}

fn run_in(memory: &Arc<Memory>, body: &str) -> Result<Json, Failure> {
    let source = format!("fn run(record, before) {{\n{body}\n}}");
    let before = Argument::Values(vec![("amount".to_owned(), Value::Integer(5))]);
    let world: Arc<dyn World> = memory.clone();
    compiled(&[("s", &source)]).call("s", "run", &[Argument::Record(deal()), before], &world)
}

fn run(body: &str) -> Result<Json, Failure> {
    run_in(&memory(), body)
}

fn gives(body: &str, expected: &Json) {
    match run(body) {
        Ok(found) => assert_eq!(found, *expected, "{body}"),
        Err(failure) => panic!("{body}: {failure} {failure:?}"),
    }
}

#[test]
fn what_rhai_has_works() {
    gives("1 + 2", &json!(3));
    gives("let total = 0; for i in 0..5 { total += i; } total", &json!(10));
    gives("let list = []; for x in record.items { list.push(x.price); } list", &json!([10, 11]));
    gives("let n = 0; for r in record.items { if r.price > 10 { n += 1; } else { n += 100; } } n", &json!(101));
    gives("let n = 0; while n < 7 { n += 1; if n == 5 { break; } } n", &json!(5));
    gives("let n = 0; loop { n += 1; if n < 3 { continue; } return n; }", &json!(3));
    gives("if record.company == () { return `none ${record.title}`; } 1", &json!("none Big"));
    gives("let m = #{a: 1, b: [1, 2]}; m.c = 3; m.b.push(4); m", &json!({"a": 1, "b": [1, 2, 4], "c": 3}));
    gives("switch record.title { \"Big\" => 1, _ => 2 }", &json!(1));
    gives("let r = \"\"; try { throw \"x\"; } catch (e) { r = \"caught \" + e; } r", &json!("caught x"));
    gives("let f = |x| x * 2; f.call(4)", &json!(8));
    gives("[3, 1, 2].map(|x| x * 10).filter(|x| x > 10)", &json!([30, 20]));
    gives("let a = [3, 1, 2]; a.sort(); a", &json!([1, 2, 3]));
    gives("\"a,b\".split(\",\").join(\"-\")", &json!("a-b"));
    gives("let a = 1; let b = if a == 1 { \"x\" } else { \"y\" }; b", &json!("x"));
    gives("#{a: 1}.keys()", &json!(["a"]));
    gives("let m = #{}; m[\"x\"] = 1; m.x", &json!(1));
    gives("let n = 0; for x in [1, 2, 3] { n += x } n", &json!(6));
    gives("let n = 0; for (x, at) in [5, 6] { n += x * at } n", &json!(6));
    gives("1 in [1, 2]", &json!(true));
    gives("let text = \"a\"; text += \"b\"; text", &json!("ab"));
}

#[test]
fn values_mean_what_they_mean_in_expressions() {
    gives("0.1 + 0.2", &json!("0.3"));
    gives("record.amount * 2 - 0.5", &json!("200.5"));
    gives("1 / 2", &json!("0.5"));
    gives("record.company.name", &json!(null));
    gives("!record.company.active", &json!(true));
    gives("if record.company.active { 1 } else { 2 }", &json!(2));
    gives("record.items.sum(|i| i.price)", &json!(21));
    gives("record.items.sum(|i| i.price * record.rate)", &json!("42"));
    gives("let k = 3; record.items.sum(|i| i.price * k)", &json!(63));
    gives("today().add_days(1)", &json!("2026-03-01"));
    gives("days(2)", &json!("PT172800S"));
    gives("before.amount", &json!(5));
    gives("before.nothing", &json!(null));
    gives("user", &json!({"entity": "user", "id": "00000000-0000-0000-0000-000000000007"}));
    gives("parse_json(`{\"a\": [1, 2.5]}`).a", &json!([1, "2.5"]));
    gives("parse_json(http(#{url: \"https://a.example/rate\"}).body).rate", &json!("1.25"));
    gives("mail::send(#{to: \"a@example.com\"})", &json!("00000000-0000-0000-0000-000000000007"));
    gives("measures::value(\"won\").value * 2", &json!("25"));
    gives(
        "let m = measures::value(\"won\", #{period: \"this_month\"}); [m.target, m.share, m.status.label]",
        &json!([50, null, "Done"]),
    );
    gives(
        "measures::values([#{name: \"won\"}, #{name: \"won\", period: \"this_year\"}]).map(|m| m.target)",
        &json!([null, 50]),
    );
    gives("try { measures::value(\"lost\") } catch (why) { return `${why}`; }", &json!("no such measure"));
    gives("try { mail::send(#{to: \"b\"}) } catch (why) { return `${why}`; }", &json!("no such person"));
    gives("message::send(#{to: [record, record], text: \"Look\"})", &json!(2));
    gives("files::text(files::create(#{name: \"a.txt\"}))", &json!("text of 00000000-0000-0000-0000-000000000008"));
    gives("files::text(record)", &json!("text of 00000000-0000-0000-0000-000000000001"));
    gives("try { http(#{url: \"https://b.example/\"}) } catch (why) { return `${why}`; }", &json!("no such host"));
    gives("to_json(#{a: 1.5})", &json!("{\"a\":\"1.5\"}"));
}

#[test]
fn records_are_changed_made_and_found() {
    let memory = memory();
    let body = "record.title = \"New\"; record.note = record.title; record.discount = 0.1;
        let total = record.items.sum(|i| i.price * record.rate); record.total = total; record.date = today();
        update(record, #{stage: \"won\"});
        let made = create(\"task\", #{deal: record, title: `Call ${record.title}`});
        log(`made ${made.price}`);
        find(\"item\", `deal == :deal && note == \":x\" && price > :least && kind in :kinds`,
            #{deal: record, least: -1.5, kinds: [\"a\\\"b\", \"c\"]}, #{sort: \"-price\", limit: 5}).len()";
    assert_eq!(run_in(&memory, body), Ok(json!(2)));
    let id = deal().id.to_string();
    let assigned =
        json!({"title": "New", "note": "New", "discount": "0.1", "total": "42", "date": "2026-02-28", "stage": "won"});
    assert_eq!(json!(*memory.assigned.lock().expect("free")), assigned);
    assert_eq!(
        *memory.created.lock().expect("free"),
        [json!({"deal": {"entity": "deal", "id": id}, "title": "Call New"})]
    );
    let asked = memory.asked.lock().expect("free");
    let (_, question) = &asked[0];
    let filter = format!("deal == \"{id}\" && note == \":x\" && price > (-1.5) && kind in [\"a\\\"b\", \"c\"]");
    assert_eq!(question.filter.as_deref(), Some(filter.as_str()));
    assert_eq!((question.limit, question.sort.clone()), (Some(5), vec!["-price".to_owned()]));
}

#[test]
fn a_failure_tells_where_it_was_and_who_called() {
    let source = "fn inner(x) {\n    let rate = 0.5; fail(\"No \" + x, \"amount\");\n}\n\nfn run(record) {\n    inner(\"way\");\n}\n";
    let programs = compiled(&[("s", source)]);
    let failure = programs.call("s", "run", &[Argument::Record(deal())], &world()).expect_err("it says no");
    let kind = FailureKind::Refused { field: Some("amount".to_owned()) };
    assert_eq!((failure.kind, failure.message.as_str()), (kind, "No way"));
    assert_eq!((failure.line, failure.column, failure.calls), (2, 21, vec!["inner".to_owned()]));
    let failure = run("record.missing").expect_err("there is no such field");
    assert_eq!((failure.kind, failure.line), (FailureKind::Broken, 2));
    let failure = run("record.locked = 1").expect_err("it is locked");
    assert_eq!((failure.message.contains("locked cannot be changed"), failure.line), (true, 2), "{failure:?}");
    let caught = run("try { record.locked = 1; } catch (e) { return `caught: ${e}`; }");
    assert_eq!(caught, Ok(json!("caught: locked cannot be changed")));
    let failure = run("throw \"Stop\"").expect_err("it throws");
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Refused { field: None }, "Stop"));
}

#[test]
fn mistakes_of_the_text_have_their_place() {
    let text = "fn run(record) {\n    let x = 0.5; let y = ;\n}";
    let (_, failures) = Programs::compile("en", [("a", text), ("b", "fn ok() { 1 }")], &Limits::default());
    let found: Vec<(&str, usize, usize)> = failures.iter().map(|it| (it.script.as_str(), it.line, it.column)).collect();
    assert_eq!(found, [("a", 2, 26)]);
}

#[test]
fn scripts_import_scripts_and_nothing_else() {
    let main = "import \"prices\" as prices;\nfn run(record) { prices::twice(record.amount) }";
    let prices = "fn twice(x) { helper(x) * 2 }\nprivate fn helper(x) { x }";
    let programs = compiled(&[("main", main), ("prices", prices)]);
    assert_eq!(programs.call("main", "run", &[Argument::Record(deal())], &world()), Ok(json!("201")));
    assert_eq!(programs.functions("prices").expect("it is there").len(), 1);
    let failing = compiled(&[
        ("main", "import \"deep\" as deep;\nfn run(r) { deep::fall() }"),
        ("deep", "\n\nfn fall() { fail(\"x\") }"),
    ]);
    let failure = failing.call("main", "run", &[], &world()).expect_err("it falls");
    assert_eq!((failure.script.as_str(), failure.line), ("deep", 3), "{failure:?}");
    for source in ["import \"/etc/passwd\" as x; fn run(r) { 1 }", "import \"main\" as x; fn run(r) { 1 }"] {
        assert!(compiled(&[("main", source)]).call("main", "run", &[], &world()).is_err(), "{source}");
    }
    let circle = compiled(&[("a", "import \"b\" as b; fn run() { 1 }"), ("b", "import \"a\" as a; fn f() { 1 }")]);
    assert!(circle.call("a", "run", &[], &world()).is_err());
}

#[test]
fn nothing_of_the_outside_can_be_called() {
    for body in [
        "eval(\"1\")",
        "print(\"x\")",
        "debug(1)",
        "timestamp()",
        "sleep(1)",
        "Fn(\"run\").call(record)",
        "type_of(1)",
        "exit()",
        "open_file(\"/etc/passwd\")",
        "record.host",
        "unknown_variable",
    ] {
        let source = format!("fn run(record) {{ {body} }}");
        let (programs, failures) = Programs::compile("en", [("s", source.as_str())], &Limits::default());
        let ran = programs.call("s", "run", &[Argument::Record(deal())], &world());
        assert!(!failures.is_empty() || ran.is_err(), "{body}");
    }
}

#[test]
fn whatever_does_not_end_is_stopped() {
    for (body, limit) in [
        ("loop { }", "steps"),
        ("while true { let x = 1; }", "steps"),
        ("for i in 0..1000000000 { }", "steps"),
        ("let s = \"x\"; loop { s += s; }", "size"),
        ("let a = [1]; loop { a += a; }", "size"),
        ("let a = []; a.pad(2000000000, 1); a", "size"),
        (
            "let s = \"x\"; for i in 0..15 { s += s; } let m = #{}; let n = 0; loop { n += 1; m[`k${n}`] = `${s}${n}`; }",
            "size",
        ),
        (
            "let s = \"x\"; for i in 0..15 { s += s; } let m = #{a: #{}}; let n = 0; loop { n += 1; m.a[`k${n}`] = `${s}${n}`; }",
            "size",
        ),
        ("let a = [1]; loop { let b = a; a.push(b); }", "size"),
    ] {
        let failure = run(body).expect_err(body);
        assert_eq!(failure.kind, FailureKind::Limit(limit), "{body}: {failure:?}");
    }
    let programs = compiled(&[("s", "fn run(r) { run(r) }\nfn a(r) { b(r) }\nfn b(r) { a(r) }")]);
    for name in ["run", "a"] {
        let failure = programs.call("s", name, &[], &world()).expect_err("it has no end");
        assert_eq!(failure.kind, FailureKind::Limit("calls"), "{failure:?}");
    }
}

#[test]
fn the_list_of_functions_is_closed() {
    insta::assert_snapshot!(scripting::visible_to_scripts().join(" "), @"count/1 count/2 count/3 create/2 delete/1 fail/1 fail/2 files::create/1 files::text/1 find/1 find/2 find/3 find/4 find_one/2 find_one/3 find_one/4 get/2 http/1 join/2 len/1 log/1 mail::send/1 measures::value/1 measures::value/2 measures::values/1 message::send/1 parse_json/1 split/2 to_json/1 update/2");
}

#[test]
fn no_depth_of_a_text_ends_the_process() {
    let deep = |open: &str, middle: &str, close: &str, times: usize| {
        format!("fn run(record) {{ {}{middle}{} }}", open.repeat(times), close.repeat(times))
    };
    let mut texts = Vec::new();
    for times in [50, 500, 20_000] {
        texts.extend([
            deep("(", "1", ")", times),
            deep("[", "1", "]", times),
            deep("#{a: ", "1", "}", times),
            deep("if true { ", "1", " }", times),
            deep("if if true { true } else { false } { ", "1", " }", times),
            deep("while true { ", "break;", " }", times),
            deep("{ ", "1", " }", times),
            deep("!", "true", "", times),
            deep("- ", "1", "", times),
            deep("|x| ", "1", "", times),
            deep("`${", "1", "}`", times),
            deep("switch 1 { 1 => ", "1", " }", times),
            deep("try { ", "1;", " } catch { }", times),
            deep("1 + ", "1", "", times),
            deep("1 && ", "true", "", times),
            deep("record", ".a", ".b", times),
            deep("f(", "1", ")", times),
            deep("let x = ", "1", "", times),
        ]);
    }
    // Of the size that a thread of the product has.
    let judged = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        for text in texts {
            let (programs, _) = Programs::compile("en", [("s", text.as_str())], &Limits::default());
            let ran = programs.call("s", "run", &[Argument::Record(deal())], &world());
            drop((programs, ran));
        }
    });
    assert!(judged.expect("a thread").join().is_ok());
}
