//! A database with the tables of a catalog and records in them.

use std::sync::Arc;

use access::{Access, Actor, Operation, Reason};
use catalog::Catalog;
use chrono::{DateTime, NaiveDate};
use expression::Value;
use query::{Image, Request, SelectItem, Settings, SortKey};
use sql::{Dialect, Statement};
use storage::Database;
use uuid::Uuid;

use crate::support::Fresh;

/// The user that asks.
pub(crate) const USER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

/// A database with the tables of a catalog.
pub(crate) struct Place {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) database: Database,
}

/// Makes the tables of the notation, and the user that asks.
pub(crate) async fn open(fresh: &Fresh, notation: &str) -> Place {
    Place::with(fresh, Arc::new(catalog::fixture::catalog(notation))).await
}

async fn make(fresh: &Fresh, catalog: Arc<Catalog>) -> Place {
    let database = fresh.database.clone();
    let schema = migration::schema(&catalog);
    let plan =
        migration::plan(&migration::Schema::default(), &schema, &migration::Existing::default(), database.dialect());
    let mut transaction = database.begin().await.expect("a transaction");
    for step in &plan.steps {
        transaction.execute_script(&step.sql).await.expect("the step runs");
    }
    transaction.commit().await.expect("the tables are made");
    let place = Place { catalog, database };
    place.insert("user", &[(1, &[("email", Value::Text("a@b.c".into())), ("name", Value::Text("Анна".into()))])]).await;
    place
}

/// The identity of the n-th record of a test.
pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

impl Place {
    /// Makes the tables of a catalog, and the user that asks.
    pub(crate) async fn with(fresh: &Fresh, catalog: Arc<Catalog>) -> Self {
        make(fresh, catalog).await
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            dialect: self.dialect(),
            cursor_key: b"key".to_vec(),
            now: DateTime::from_timestamp_millis(1_790_000_000_123).unwrap(),
            today: NaiveDate::from_ymd_opt(2026, 9, 21).unwrap(),
            zone: expression::Tz::UTC,
        }
    }

    pub(crate) fn system(&self) -> Access {
        Access::system(Reason::Integrity, Arc::clone(&self.catalog))
    }

    pub(crate) fn administrator(&self) -> Access {
        Access::of(
            Actor { user: USER, roles: vec!["administrator".to_owned()] },
            Arc::clone(&self.catalog),
            access::Clock::default(),
        )
    }

    /// Inserts records by number and values by name.
    pub(crate) async fn insert(&self, entity: &str, records: &[(u128, &[(&str, Value)])]) {
        let entity = Arc::clone(self.catalog.entity(entity).unwrap());
        let grant = self.system().grant(&entity.id, Operation::Create).unwrap();
        let now = Value::DateTime(DateTime::from_timestamp_millis(1_780_000_000_000).unwrap());
        let images: Vec<(Uuid, Image)> = records
            .iter()
            .map(|(number, values)| {
                let mut image = Image::default();
                for (name, value) in [("created_at", now.clone()), ("updated_at", now.clone())].iter().chain(*values) {
                    image.values.insert(entity.field(name).unwrap().id.clone(), value.clone());
                }
                (id(*number), image)
            })
            .collect();
        for statement in query::write::insert(&grant, &images, self.dialect()) {
            self.database.execute(&statement).await.unwrap();
        }
    }

    /// Links records by a `links` field.
    pub(crate) async fn link(&self, entity: &str, field: &str, pairs: &[(u128, u128)]) {
        let entity = self.catalog.entity(entity).unwrap();
        let grant = self.system().grant(&entity.id, Operation::Update).unwrap();
        let pairs: Vec<(Uuid, Uuid)> = pairs.iter().map(|(source, target)| (id(*source), id(*target))).collect();
        let field = entity.field(field).unwrap();
        let statement = query::write::links_insert(&grant, field, &pairs, self.dialect()).unwrap();
        self.database.execute(&statement).await.unwrap();
    }

    pub(crate) async fn fetch(&self, statement: &Statement) -> sql::Rows {
        match self.database.fetch(statement).await {
            Ok(rows) => rows,
            Err(error) => panic!("{error:?}\n{}\n{:?}", statement.text, statement.parameters),
        }
    }

    /// Answers a request with its records as JSON, its next cursor and the count of all.
    pub(crate) async fn list(&self, entity: &str, request: &Request) -> (Vec<String>, Option<String>, i64) {
        let plan = match query::plan::list(&self.administrator(), entity, request, &self.settings()) {
            Ok(plan) => plan,
            Err(error) => panic!("{error:?}"),
        };
        let rows = self.fetch(&query::select(&plan)).await;
        let page = query::shape(&plan, rows);
        let count = self.fetch(&query::count(&plan)).await;
        let Some(Value::Integer(count)) = count.first().and_then(|row| row.first()) else { panic!("no count") };
        (page.items, page.next_cursor, *count)
    }
}

/// Makes a request of comma-separated paths.
pub(crate) fn request(select: &str, filter: &str, sort: &str) -> Request {
    let key = |key: &str| SortKey { path: key.trim_start_matches('-').to_owned(), descending: key.starts_with('-') };
    Request {
        select: Some(select.split(", ").map(|path| SelectItem::Path(path.to_owned())).collect()),
        filter: (!filter.is_empty()).then(|| filter.to_owned()),
        sort: sort.split(", ").filter(|key| !key.is_empty()).map(key).collect(),
        ..Request::default()
    }
}
