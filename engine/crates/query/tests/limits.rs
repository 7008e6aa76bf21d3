//! What would make a statement too large for a database is refused before it is written.

use std::sync::Arc;

use access::{Access, Actor, Clock};
use expression::Value;
use query::{AggregateRequest, GroupKey, Measure, Plan, QueryError, Request, SelectItem, Settings, SortKey};
use sql::Dialect;
use uuid::Uuid;

const CATALOG: &str = "deal: title text, amount money, count integer, archived boolean, items [] deal_item.deal\n\
    deal_item: deal -> deal, quantity integer";

fn asked(request: &Request, dialect: Dialect) -> Result<Plan, QueryError> {
    let (access, settings) = asker(dialect);
    query::plan::list(&access, "deal", request, &settings)
}

fn asker(dialect: Dialect) -> (Access, Settings) {
    let catalog = Arc::new(catalog::fixture::catalog(CATALOG));
    let actor = Actor { user: Uuid::nil(), roles: vec!["administrator".to_owned()] };
    let clock = Clock::default();
    let (cursor_key, zone) = (b"key".to_vec(), expression::Tz::UTC);
    let settings = Settings { dialect, cursor_key, now: clock.now, today: clock.today, zone };
    (Access::of(actor, catalog, clock), settings)
}

/// Asks on the stack that the product gives its threads.
fn expect(request: &Request, fits: bool) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(8 << 20);
        thread.spawn_scoped(scope, || expect_here(request, fits)).expect("a thread").join().expect("no panic");
    });
}

fn expect_here(request: &Request, fits: bool) {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        match asked(request, dialect) {
            Ok(plan) => {
                assert!(fits, "accepted");
                assert!(query::select(&plan).text.len() < 1_000_000, "too long for a statement");
            }
            Err(QueryError::Invalid(mistakes)) => {
                assert!(!fits && mistakes.iter().all(|mistake| mistake.code == "query.too_complex"), "{mistakes:?}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn filter(text: String) -> Request {
    Request { filter: Some(text), ..Request::default() }
}

/// Puts a text into a form, and the result into the form again.
fn nested(times: usize, form: &str, inner: &str) -> String {
    (0..times).fold(inner.to_owned(), |text, _| form.replace('§', &text))
}

#[test]
fn what_is_named_twice_does_not_double_without_end() {
    for (form, inner, around) in [
        ("title.sub_string(0, (§).len())", "title", "(§) != ()"),
        ("title.ends_with(if § { title } else { \"a\" })", "archived", "§"),
        ("((§) in [archived, !archived])", "archived", "§"),
    ] {
        expect(&filter(around.replace('§', &nested(4, form, inner))), true);
        expect(&filter(around.replace('§', &nested(20, form, inner))), false);
    }
}

#[test]
fn long_rows_are_statements() {
    expect(&filter(format!("{}amount > 0", "amount + ".repeat(350))), true);
    expect(&filter(vec!["title == \"a\""; 3_000].join(" || ")), true);
    expect(&filter(format!("count in [{}]", vec!["7"; 20_000].join(","))), true);
    expect(&filter(format!("count in [{}]", vec!["7"; 30_000].join(","))), false);
}

#[test]
fn an_answer_has_no_more_columns_than_a_database_takes() {
    let item = |at: usize| SelectItem::Expression { name: format!("c{at}"), expression: format!("count + {at}") };
    let request = |columns: usize| Request { select: Some((0..columns).map(item).collect()), ..Request::default() };
    // Beside what is asked for an answer reads the identity.
    for (columns, fits) in [(1_599, true), (1_600, false)] {
        assert_eq!(asked(&request(columns), Dialect::Sqlite).is_ok(), fits, "{columns}");
    }
    let same = |at: usize| SelectItem::Expression { name: format!("c{at}"), expression: "count + 1".to_owned() };
    let request = |items: usize| Request { select: Some((0..items).map(same).collect()), ..Request::default() };
    expect(&request(1_600), true);
    expect(&request(1_601), false);
}

#[test]
fn groups_have_an_end() {
    let measure = |at: usize| Measure { name: format!("m{at}"), expression: "count()".to_owned() };
    let key = |ranges: usize| GroupKey {
        path: "count".to_owned(),
        ranges: Some((0..ranges).map(|bound| bound.to_string()).collect()),
        ..GroupKey::default()
    };
    let codes = |measures: usize, ranges: usize| {
        let measures = (0..measures).map(measure).collect();
        let request = AggregateRequest { group_by: vec![key(ranges)], measures, ..AggregateRequest::default() };
        let (access, settings) = asker(Dialect::Sqlite);
        match query::plan::aggregate(&access, "deal", &request, &settings) {
            Ok(_) => Vec::new(),
            Err(QueryError::Invalid(mistakes)) => mistakes.into_iter().map(|mistake| mistake.code).collect(),
            Err(error) => panic!("{error:?}"),
        }
    };
    assert!(codes(50, 100).is_empty());
    assert_eq!(codes(51, 100), ["query.too_many_measures"]);
    assert_eq!(codes(50, 101), ["query.ranges"]);
}

#[test]
fn the_words_of_a_quick_search_have_an_end() {
    let words = |count: usize| (0..count).map(|at| format!("w{at:02} ")).collect::<String>();
    let searched = |count: usize| {
        let request = Request { quick: Some(words(count)), ..Request::default() };
        let plan = asked(&request, Dialect::Sqlite).expect("a plan");
        query::select(&plan).text.matches("like_fold").count()
    };
    assert_eq!((searched(0), searched(16), searched(17)), (0, 16, 16));
}

#[test]
fn a_page_of_a_large_filter_is_not_selected_twice() {
    let catalog = catalog::fixture::catalog(
        r#"{"kind": "entity", "name": "deal", "fields": [{"name": "count", "type": "integer"}, {"name": "amount", "type": "money"}], "indexes": [["amount"]]}"#,
    );
    let (catalog, actor) = (Arc::new(catalog), Actor { user: Uuid::nil(), roles: vec!["administrator".to_owned()] });
    let (access, settings) = (Access::of(actor, catalog, Clock::default()), asker(Dialect::Sqlite).1);
    let halves = |values: usize| {
        let filter = format!("count in [{}]", vec!["7"; values].join(","));
        let sort = vec![SortKey { path: "amount".to_owned(), descending: false }];
        let plan = query::plan::list(&access, "deal", &Request { sort, ..self::filter(filter) }, &settings);
        query::select(&plan.expect("a plan")).text.matches(" UNION ALL ").count()
    };
    // Three parts of the expression are the list, the field and its record.
    assert_eq!((halves(14_997), halves(14_998)), (1, 0));
}

#[test]
fn a_long_row_of_related_records_comes_back_whole() {
    let columns = |count: usize| -> Vec<SelectItem> {
        let item =
            |at: usize| SelectItem::Expression { name: format!("c{at}"), expression: format!("quantity + {at}") };
        (0..count).map(item).collect()
    };
    let shown = |count: usize, row: serde_json::Value| {
        let items = SelectItem::Related {
            path: "items".to_owned(),
            select: Some(columns(count)),
            filter: None,
            sort: Vec::new(),
            limit: None,
        };
        let request = Request { select: Some(vec![items]), ..Request::default() };
        let plan = asked(&request, Dialect::Sqlite).expect("a plan");
        let page = query::shape(&plan, vec![vec![Value::Json(Arc::new(serde_json::json!([row]))), Value::Empty]]);
        let page: serde_json::Value = serde_json::from_str(&page.items[0]).expect("JSON");
        page["items"][0].as_object().expect("a line").values().cloned().collect::<Vec<_>>()
    };
    let numbers = |count: usize| (0..count).map(serde_json::Value::from).collect::<Vec<_>>();
    assert_eq!(shown(90, numbers(90).into()), numbers(90));
    assert_eq!(shown(91, serde_json::json!([numbers(90), [90]])), numbers(91), "longer ones come in parts");
}

#[test]
fn an_order_has_an_end() {
    let key = SortKey { path: "title".to_owned(), descending: false };
    expect(&Request { sort: vec![key.clone(); 64], ..Request::default() }, true);
    expect(&Request { sort: vec![key; 65], ..Request::default() }, false);
}
