//! Any bytes as a cursor, and true cursors changed or taken elsewhere.

use std::cell::LazyCell;
use std::sync::Arc;

use access::Access;
use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use query::search::SearchRequest;
use query::{Plan, QueryError, Request, Settings, SortKey};
use serde_json::json;
use sql::{ColumnType, Dialect};
use uuid::Uuid;

use crate::world::{PEOPLE, World};

/// What can be sorted by: a field of every type, over links as well.
const PATHS: [&str; 17] = [
    "title",
    "amount",
    "probability",
    "rate",
    "vast",
    "big",
    "stage",
    "company",
    "company.name",
    "company.region.head",
    "close_date",
    "meeting",
    "call_time",
    "length",
    "archived",
    "created_at",
    "version",
];

thread_local! {
    static WORLD: LazyCell<(&'static World, Access)> = LazyCell::new(|| {
        let world: &World = Box::leak(Box::new(World::new()));
        (world, world.access(PEOPLE[0]))
    });
}

/// Tries one cursor.
pub fn run(bytes: &[u8]) {
    WORLD.with(|known| {
        let (world, access) = &**known;
        let settings = world.settings(Dialect::Sqlite);
        let asker = Asker { world, access, settings: &settings };
        // Bytes that end early are no find.
        let _ = asker.try_list(&mut Unstructured::new(bytes));
        let _ = asker.try_search(&mut Unstructured::new(bytes));
    });
}

struct Asker<'a> {
    world: &'a World,
    access: &'a Access,
    settings: &'a Settings,
}

impl Asker<'_> {
    fn list(&self, entity: &str, request: &Request) -> std::result::Result<Plan, QueryError> {
        query::plan::list(self.access, entity, request, self.settings)
    }

    fn try_list(&self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let mut sort = Vec::new();
        for _ in 0..bytes.int_in_range(0..=3)? {
            sort.push(SortKey { path: (*bytes.choose(&PATHS)?).to_owned(), descending: bytes.arbitrary()? });
        }
        let filter = bytes.arbitrary::<bool>()?.then(|| "amount > 0".to_owned());
        let request = Request { sort, filter, limit: Some(1), ..Request::default() };
        let plan = self.list("deal", &request).expect("a sound request");
        let mut row = Vec::new();
        for column in &query::select(&plan).columns {
            row.push(value(*column, bytes)?);
        }
        let page = query::shape(&plan, vec![row.clone(), row]);
        let cursor = page.next_cursor.expect("a second row makes a next page");

        let on = |cursor: &str| Request { cursor: Some(cursor.to_owned()), ..request.clone() };
        let further = self.list("deal", &on(&cursor)).unwrap_or_else(|error| panic!("{cursor}: {error:?}"));
        self.world.rows(&query::select(&further));
        let other = changed(&cursor, bytes)?;
        if other != cursor && !other.is_empty() {
            refused("changed", self.list("deal", &on(&other)));
        }
        let elsewhere = self.elsewhere(&request, bytes)?;
        if elsewhere != request {
            refused("another request", self.list("deal", &Request { cursor: Some(cursor.clone()), ..elsewhere }));
        }
        refused("another entity", self.list("note", &Request { cursor: Some(cursor.clone()), ..Request::default() }));
        let key = Settings { cursor_key: b"another key".to_vec(), ..self.settings.clone() };
        refused("another key", query::plan::list(self.access, "deal", &on(&cursor), &key));
        Ok(())
    }

    /// The same request but for something that decides which records come in which order.
    fn elsewhere(&self, request: &Request, bytes: &mut Unstructured<'_>) -> Result<Request> {
        let mut other = request.clone();
        match bytes.int_in_range(0..=4)? {
            0 => other.sort.push(SortKey { path: (*bytes.choose(&PATHS)?).to_owned(), descending: bytes.arbitrary()? }),
            1 => {
                if let Some(key) = other.sort.first_mut() {
                    key.descending = !key.descending;
                }
            }
            2 => other.sort.reverse(),
            3 => other.quick = Some("a".to_owned()),
            _ => other.filter = Some("amount > 1".to_owned()),
        }
        Ok(other)
    }

    fn try_search(&self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let request = SearchRequest { text: "болт".to_owned(), limit: Some(1), ..SearchRequest::default() };
        let plan = query::search::plan(self.access, &request, self.settings).expect("a sound request");
        let mut row = Vec::new();
        for column in plan.statement.iter().flat_map(|statement| &statement.columns) {
            row.push(value(*column, bytes)?);
        }
        if row.len() < 3 {
            return Ok(());
        }
        let cursor = query::search::hits(&plan, &vec![row.clone(), row]).next_cursor.expect("a next page");
        let on = |cursor: &str, text: &str| {
            let cursor = Some(cursor.to_owned());
            let request = SearchRequest { cursor, text: text.to_owned(), ..request.clone() };
            query::search::plan(self.access, &request, self.settings)
        };
        let further = on(&cursor, &request.text).unwrap_or_else(|error| panic!("{cursor}: {error:?}"));
        if let Some(statement) = &further.statement {
            self.world.rows(statement);
        }
        let other = changed(&cursor, bytes)?;
        if other != cursor && !other.is_empty() {
            refused("changed", on(&other, &request.text));
        }
        refused("another question", on(&cursor, "гайка"));
        Ok(())
    }
}

fn refused<T>(what: &str, outcome: std::result::Result<T, QueryError>) {
    match outcome {
        Err(QueryError::Invalid(mistakes)) => {
            assert!(mistakes.iter().any(|mistake| mistake.code == "query.cursor"), "{what}: {mistakes:?}");
        }
        Err(error) => panic!("{what}: {error:?}"),
        Ok(_) => panic!("{what} was accepted"),
    }
}

/// Any text, or the cursor with something cut, put in, changed or put at its end.
fn changed(cursor: &str, bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut text = cursor.to_owned();
    let at = bytes.int_in_range(0..=text.len() - 1)?;
    match bytes.int_in_range(0..=5)? {
        0 => text.truncate(at),
        1 => {
            text.remove(at);
        }
        2 => text.insert(at, bytes.arbitrary()?),
        3 => {
            text.remove(at);
            text.insert(at, bytes.arbitrary()?);
        }
        4 => text.push(bytes.arbitrary()?),
        _ => text = String::from_utf8_lossy(bytes.peek_bytes(bytes.len()).unwrap_or_default()).into_owned(),
    }
    Ok(text)
}

/// A value as a column of this type may hold it.
fn value(column: ColumnType, bytes: &mut Unstructured<'_>) -> Result<Value> {
    if bytes.int_in_range(0..=7)? == 7 {
        return Ok(Value::Empty);
    }
    let days = 1..=3_652_059;
    Ok(match column {
        ColumnType::Boolean => Value::Boolean(bytes.arbitrary()?),
        ColumnType::Integer => Value::Integer(bytes.arbitrary()?),
        ColumnType::Duration => Value::Duration(bytes.arbitrary()?),
        ColumnType::Decimal { .. } | ColumnType::Number => {
            let most = Decimal::LIMIT - 1;
            Decimal::from_units(bytes.int_in_range(-most..=most)?).into()
        }
        ColumnType::Text => Value::text(bytes.arbitrary::<&str>()?.replace('\0', "")),
        ColumnType::Date => {
            NaiveDate::from_num_days_from_ce_opt(bytes.int_in_range(days)?).map_or(Value::Empty, Value::Date)
        }
        ColumnType::DateTime => {
            let at = bytes.int_in_range(-62_135_596_800_000..=253_402_300_799_999)?;
            DateTime::from_timestamp_millis(at).map_or(Value::Empty, Value::DateTime)
        }
        ColumnType::Time => {
            let at = bytes.int_in_range(0..=86_399)?;
            NaiveTime::from_num_seconds_from_midnight_opt(at, 0).map_or(Value::Empty, Value::Time)
        }
        ColumnType::Uuid => Value::Id(Uuid::from_u128(bytes.arbitrary()?)),
        ColumnType::Json => Value::Json(Arc::new(json!([bytes.arbitrary::<&str>()?]))),
        ColumnType::Bytes => Value::Bytes(bytes.arbitrary::<&[u8]>()?.into()),
        ColumnType::Real => Value::Empty,
    })
}
