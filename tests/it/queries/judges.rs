//! The databases as judges of the conformance suite: each case is a query about its record.

use std::sync::Arc;

use access::{Access, Actor};
use catalog::Catalog;
use expression::{Environment, Type};
use query::write::Bin;
use query::{SelectItem, Settings};
use tests::conformance::{self, Case, Suite, Verdict, database};

use crate::support::{Fresh, every_storage};

every_storage! {
    async fn a_database_agrees_with_the_suite(fresh: Fresh) {
        let suite = conformance::load();
        let catalog = Arc::new(database::catalog(&suite.fixture, &suite.fixture.documents()));
        database::make_tables(&fresh.database, &catalog).await;
        database::insert_records(&fresh.database, &catalog, &suite.fixture).await;
        let court = Court { suite: &suite, catalog, fresh: &fresh };
        let mut different = Vec::new();
        for case in &suite.cases {
            match court.judge(case).await {
                Ok(found) if conformance::same(&found, &case.expected) => {}
                Ok(found) => different.push(format!(
                    "{}: {} => {}, found {}",
                    case.place,
                    case.expression,
                    suite.fixture.show(&case.expected),
                    suite.fixture.show(&found)
                )),
                Err(error) => different.push(format!("{}: {}: {error}", case.place, case.expression)),
            }
        }
        let dialect = fresh.database.dialect();
        assert!(
            different.is_empty(),
            "{dialect:?} sees {} cases differently:\n{}",
            different.len(),
            different.join("\n")
        );
    }
}

/// A database that judges.
struct Court<'a> {
    suite: &'a Suite,
    catalog: Arc<Catalog>,
    fresh: &'a Fresh,
}

impl Court<'_> {
    async fn judge(&self, case: &Case) -> Verdict {
        let fixture = self.suite.seen(case);
        let record = fixture.record(&case.record).ok_or("no record")?;
        let user = fixture.record(&fixture.user).ok_or("no user")?.id;
        let actor = Actor { user, roles: vec!["administrator".to_owned()] };
        let access = Access::of(actor, Arc::clone(&self.catalog), access::Clock::default());
        let settings = Settings {
            dialect: self.fresh.database.dialect(),
            cursor_key: Vec::new(),
            now: fixture.now,
            today: fixture.today(),
            zone: case.zone,
        };
        let select = [SelectItem::Expression { name: "value".to_owned(), expression: case.expression.clone() }];
        let plan = query::plan::one(&access, &record.entity, record.id, Some(&select), Bin::Live, &settings)
            .map_err(|error| format!("{error:?}"))?;
        let statement = query::select(&plan);
        let rows = self.fresh.database.fetch(&statement).await;
        let rows = rows.map_err(|error| format!("{error:?}\n{}", statement.text))?;
        let row = rows.into_iter().next().ok_or("no row")?;
        // Of a record of one of several entities the row tells the entity first.
        let at = usize::from(matches!(self.suite.type_of(case), Type::AnyRecord(_)));
        row.into_iter().nth(at).ok_or_else(|| "no value".to_owned())
    }
}
