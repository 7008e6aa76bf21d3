//! The records of the conformance suite in a real SQLite, with the functions and the collation of the product, and people who
//! may see all of them, some of them or none.

use std::sync::Arc;
use std::time::Duration;

use access::{Access, Actor, Clock};
use catalog::Catalog;
use expression::Tz;
use query::Settings;
use serde_json::{Value as Json, json};
use sql::{Dialect, Rows, Statement};
use storage::{Database, Location};
use tests::conformance::database;
use tests::conformance::fixture::Fixture;
use tokio::runtime::Runtime;

/// Who asks, from everything to nothing.
pub(crate) const PEOPLE: [&[&str]; 4] = [&["administrator"], &["sales"], &["sales", "boss"], &["outsider"]];

/// The world that is asked.
pub(crate) struct World {
    pub(crate) fixture: Arc<Fixture>,
    pub(crate) catalog: Arc<Catalog>,
    database: Database,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl World {
    /// Makes the world.
    pub(crate) fn new() -> Self {
        let fixture = tests::conformance::load().fixture;
        let catalog = Arc::new(database::catalog(&fixture, &documents(&fixture)));
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let settings = storage::Settings {
            language: fixture.language.clone(),
            connections: 1,
            // Closures in closures may take for ever; what counts is that the statement is one.
            statement_timeout: Duration::from_millis(200),
            ..storage::Settings::new(Location::Sqlite(folder.path().join("verstak.db")))
        };
        let database = runtime.block_on(async {
            let database = Database::open(settings).await.expect("the database opens");
            database::make_tables(&database, &catalog).await;
            database::insert_records(&database, &catalog, &fixture).await;
            database
        });
        Self { fixture, catalog, database, runtime, _folder: folder }
    }

    /// The rights of somebody with these roles, by the fixture's user.
    pub(crate) fn access(&self, roles: &[&str]) -> Access {
        self.access_over(roles, Arc::clone(&self.catalog))
    }

    /// The same over another catalog.
    pub(crate) fn access_over(&self, roles: &[&str], catalog: Arc<Catalog>) -> Access {
        let user = self.fixture.record(&self.fixture.user).expect("the user").id;
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let now = self.fixture.now;
        Access::of(Actor { user, roles }, catalog, Clock { now, today: now.date_naive(), zone: Tz::UTC })
    }

    /// The circumstances of a request.
    pub(crate) fn settings(&self, dialect: Dialect) -> Settings {
        let now = self.fixture.now;
        Settings { dialect, cursor_key: b"key of the fuzzer".to_vec(), now, today: now.date_naive(), zone: Tz::UTC }
    }

    /// Runs a statement; `None` when it takes too long. Any other failure is a find.
    pub(crate) fn rows(&self, statement: &Statement) -> Option<Rows> {
        match self.runtime.block_on(self.database.fetch(statement)) {
            Ok(rows) => Some(rows),
            Err(storage::Error::Deadline) => None,
            Err(error) => panic!("{error:?}\n{}\n{:?}", statement.text, statement.parameters),
        }
    }
}

/// The documents of the fixture, narrowed by rules of the entities, with roles that see some of it.
fn documents(fixture: &Fixture) -> Vec<Json> {
    let mut documents = fixture.documents();
    for document in &mut documents {
        match document["name"].as_str() {
            Some("deal") => document["access"] = json!({"read": "!archived || owner == user"}),
            Some("note") => document["access"] = json!({"read": "(weight ?? 0) < 1000"}),
            _ => {}
        }
    }
    let open = json!({"read": true});
    documents.push(json!({"kind": "role", "name": "sales", "rights": ["use"], "entities": {
        "deal": {"read": "owner == user || company.region.head == user || items.any(|i| i.product.active)",
            "delete": "owner == user", "export": true, "fields": {"cost": "none", "vast": "none"}},
        "company": {"read": "vip || branches.count() > 0 || region.head != ()", "fields": {"note": "none"}},
        "note": {"read": "done || about.as_deal.owner == user", "fields": {"weight": "none"}},
        "deal_item": {"read": "(quantity ?? 0) > 0"}, "product": open, "region": open, "user": open, "team": open}}));
    documents.push(json!({"kind": "role", "name": "boss", "rights": ["use"], "entities": {
        "deal": {"read": "amount >= 1000 || user.teams.any(|t| t in owner.teams)"}, "note": {"read": "weight > 2"},
        "company": {"read": "rating > 3"}}}));
    documents.push(json!({"kind": "role", "name": "outsider", "rights": ["use"], "entities": {"product": open}}));
    documents
}
