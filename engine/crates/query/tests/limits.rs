//! What would make a statement too large for a database is refused before it is written.

use std::sync::Arc;

use access::{Access, Actor, Clock};
use query::{Plan, QueryError, Request, SelectItem, Settings, SortKey};
use sql::Dialect;
use uuid::Uuid;

const CATALOG: &str = "deal: title text, amount money, count integer, archived boolean, items [] deal_item.deal\n\
    deal_item: deal -> deal, quantity integer";

fn asked(request: &Request, dialect: Dialect) -> Result<Plan, QueryError> {
    let catalog = Arc::new(catalog::fixture::catalog(CATALOG));
    let actor = Actor { user: Uuid::nil(), roles: vec!["administrator".to_owned()] };
    let clock = Clock::default();
    let (cursor_key, zone) = (b"key".to_vec(), expression::Tz::UTC);
    let settings = Settings { dialect, cursor_key, now: clock.now, today: clock.today, zone };
    query::plan::list(&Access::of(actor, catalog, clock), "deal", request, &settings)
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
    expect(&request(200), true);
    expect(&request(1_700), false);
}

#[test]
fn an_order_has_an_end() {
    let key = SortKey { path: "title".to_owned(), descending: false };
    expect(&Request { sort: vec![key.clone(); 64], ..Request::default() }, true);
    expect(&Request { sort: vec![key; 65], ..Request::default() }, false);
}
