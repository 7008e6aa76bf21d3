//! The suite in a database: its catalog, its tables and its records.

use std::sync::Arc;

use access::{Access, Operation, Reason};
use catalog::{Catalog, FieldKind, Physical, Workspace, resolve};
use expression::Value;
use query::Image;
use schemas::Document;
use serde_json::{Value as Json, json};
use storage::Database;
use uuid::Uuid;

use super::fixture::Fixture;

/// Makes the catalog of documents, in the language of the fixture.
pub fn catalog(fixture: &Fixture, documents: &[Json]) -> Catalog {
    let checked = |document: &Json| schemas::check::value(document).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let documents: Vec<Document> = documents.iter().map(checked).collect();
    let workspace = Workspace { language: fixture.language.clone(), ..Workspace::default() };
    let resolution = resolve::resolve(1, &workspace, &documents, &Physical::default());
    assert!(!resolution.has_errors(), "{:?}", resolution.diagnostics);
    resolution.catalog
}

/// Makes the tables of a catalog in a database that has none.
pub async fn make_tables(database: &Database, catalog: &Catalog) {
    let schema = migration::schema(catalog);
    let (base, existing) = (migration::Schema::default(), migration::Existing::default());
    let plan = migration::plan(&base, &schema, &existing, database.dialect());
    let mut transaction = database.begin().await.expect("a transaction");
    for step in &plan.steps {
        transaction.execute_script(&step.sql).await.expect("the step runs");
    }
    transaction.commit().await.expect("the tables are made");
}

/// Calculates the stored formulas of all records, those that others build on first.
pub async fn calculate(database: &Database, catalog: &Arc<Catalog>) {
    let system = Access::system(Reason::Propagation, Arc::clone(catalog));
    for kept in &catalog.triggers.formulas {
        let entity = catalog.entity_by_id(&kept.entity).expect("the entity is there");
        let field = entity.field_by_id(&kept.field).expect("the field is there");
        let of = query::write::Calculated::default();
        let statement = query::write::recalculate(&system, &entity.id, &[field], &of, database.dialect());
        let statement = statement.expect("a statement can hold it");
        let mut transaction = database.begin().await.expect("a transaction");
        let done = transaction.execute(&statement).await;
        done.unwrap_or_else(|error| panic!("{error:?}\n{}", statement.text));
        transaction.commit().await.expect("the values are there");
    }
}

/// Writes the records in one transaction, at whose end the references are checked.
pub async fn insert_records(database: &Database, catalog: &Arc<Catalog>, fixture: &Fixture) {
    let dialect = database.dialect();
    let mut transaction = database.begin().await.expect("a transaction");
    let mut statements = Vec::new();
    let mut references = Vec::new();
    for record in &fixture.records {
        let entity = catalog.entity(&record.entity).expect("the entity is there");
        let system = Access::system(Reason::Integrity, Arc::clone(catalog));
        let grant = system.grant(&entity.id, Operation::Create).expect("everything is granted");
        let mut image = Image::default();
        let mut links = Image::default();
        let now = Value::DateTime(fixture.now);
        for name in ["created_at", "updated_at"] {
            image.values.insert(entity.field(name).expect("an attribute").id.clone(), now.clone());
        }
        for (name, value) in &record.values {
            let field = entity.field(name).unwrap_or_else(|| panic!("{} has no {name}", record.entity));
            let value = &match (&field.kind, fixture.any_record(value)) {
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
