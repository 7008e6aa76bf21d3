//! The databases as judges of the conformance suite: each case is a query about its record.

use std::sync::Arc;

use access::{Access, Actor, Operation, Reason};
use catalog::{Catalog, FieldKind, Physical, Workspace, resolve};
use expression::{Type, Value};
use query::write::Bin;
use query::{Image, SelectItem, Settings};
use schemas::Document;
use serde_json::json;
use tests::conformance::{self, Case, Suite, Verdict};
use uuid::Uuid;

use crate::support::{Fresh, every_storage};

every_storage! {
    async fn a_database_agrees_with_the_suite(fresh: Fresh) {
        let suite = conformance::load();
        let catalog = catalog_of(&suite);
        let court = Court { suite: &suite, catalog: Arc::new(catalog), fresh: &fresh };
        court.make_tables().await;
        court.insert_records().await;
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

fn catalog_of(suite: &Suite) -> Catalog {
    let documents: Vec<Document> = suite
        .fixture
        .documents()
        .iter()
        .map(|document| schemas::check::value(document).unwrap_or_else(|mistakes| panic!("{mistakes:?}")))
        .collect();
    let workspace = Workspace { language: suite.fixture.language.clone(), ..Workspace::default() };
    let resolution = resolve::resolve(1, &workspace, &documents, &Physical::default());
    assert!(!resolution.has_errors(), "{:?}", resolution.diagnostics);
    resolution.catalog
}

impl Court<'_> {
    async fn make_tables(&self) {
        let schema = migration::schema(&self.catalog);
        let (base, existing) = (migration::Schema::default(), migration::Existing::default());
        let plan = migration::plan(&base, &schema, &existing, self.fresh.database.dialect());
        let mut transaction = self.fresh.database.begin().await.expect("a transaction");
        for step in &plan.steps {
            transaction.execute_script(&step.sql).await.expect("the step runs");
        }
        transaction.commit().await.expect("the tables are made");
    }

    /// Writes in one transaction, at whose end the references are checked.
    async fn insert_records(&self) {
        let dialect = self.fresh.database.dialect();
        let mut transaction = self.fresh.database.begin().await.expect("a transaction");
        let mut statements = Vec::new();
        let mut references = Vec::new();
        for record in &self.suite.fixture.records {
            let entity = self.catalog.entity(&record.entity).expect("the entity is there");
            let system = Access::system(Reason::Integrity, Arc::clone(&self.catalog));
            let grant = system.grant(&entity.id, Operation::Create).expect("everything is granted");
            let mut image = Image::default();
            let mut links = Image::default();
            let now = Value::DateTime(self.suite.fixture.now);
            for name in ["created_at", "updated_at"] {
                image.values.insert(entity.field(name).expect("an attribute").id.clone(), now.clone());
            }
            for (name, value) in &record.values {
                let field = entity.field(name).unwrap_or_else(|| panic!("{} has no {name}", record.entity));
                let value = &match (&field.kind, self.suite.fixture.any_record(value)) {
                    (FieldKind::AnyLink { .. }, Some(far)) => {
                        Value::Json(Arc::new(json!({"entity": far.entity.as_str(), "id": far.id.to_string()})))
                    }
                    _ => value.clone(),
                };
                let target = if matches!(value, Value::Id(_)) { &mut links } else { &mut image };
                target.values.insert(field.id.clone(), value.clone());
            }
            statements.extend(query::write::insert(&grant, &[(record.id, image)], dialect));
            if !links.values.is_empty() {
                references.push(query::write::update(&grant, record.id, &links, 1, dialect));
            }
            for (name, targets) in &record.links {
                let pairs: Vec<(Uuid, Uuid)> = targets.iter().map(|target| (record.id, *target)).collect();
                let field = entity.field(name).expect("the field is there");
                references.extend(query::write::links_insert(&grant, field, &pairs, dialect));
            }
        }
        for statement in statements.iter().chain(&references) {
            let done = transaction.execute(statement).await;
            done.unwrap_or_else(|error| panic!("{error:?}\n{}", statement.text));
        }
        transaction.commit().await.expect("the records are there");
    }

    async fn judge(&self, case: &Case) -> Verdict {
        let fixture = &self.suite.fixture;
        let record = fixture.record(&case.record).ok_or("no record")?;
        let user = fixture.record(&fixture.user).ok_or("no user")?.id;
        let actor = Actor { user, roles: vec!["administrator".to_owned()] };
        let access = Access::of(actor, Arc::clone(&self.catalog), access::Clock::default());
        let settings = Settings {
            dialect: self.fresh.database.dialect(),
            cursor_key: Vec::new(),
            now: fixture.now,
            today: fixture.now.date_naive(),
            zone: expression::Tz::UTC,
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
