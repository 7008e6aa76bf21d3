//! Any JSON as documents: texts as they are, and the example CRM with some of it changed.
//!
//! What is sound is resolved together with all the rest, and what resolves is planned against the CRM as it was; the plan's
//! steps run on SQLite, in a transaction that is given up.

use std::cell::LazyCell;
use std::path::Path;

use catalog::{Catalog, Physical, Workspace, rename, resolve};
use diagnostic::Diagnostic;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use migration::{Existing, Plan};
use schemas::{Document, check};
use serde_json::{Value, json};
use sql::{Dialect, Statement};
use storage::{Database, Location};
use tokio::runtime::Runtime;

use crate::told::told;

/// Most changes to the documents in one go.
const CHANGES: u8 = 6;

/// Words that mean something in documents.
const WORDS: [&str; 44] = [
    "",
    "entity",
    "role",
    "view",
    "choice_set",
    "application",
    "deal",
    "company",
    "user",
    "team",
    "file",
    "name",
    "title",
    "stage",
    "amount",
    "owner",
    "id",
    "link",
    "links",
    "children",
    "any_link",
    "text",
    "money",
    "choice",
    "multi_choice",
    "integer",
    "decimal",
    "date",
    "datetime",
    "boolean",
    "json",
    "email",
    "autonumber",
    "secret",
    "*",
    "restrict",
    "set_empty",
    "cascade",
    "mask",
    "none",
    "owner == user",
    "amount > 0 && stage != \"won\"",
    "company.name",
    "Ё ж",
];

thread_local! {
    static OFFICE: LazyCell<&'static Office> = LazyCell::new(|| Box::leak(Box::new(Office::new())));
}

/// The CRM as it was published, and a database with its tables.
struct Office {
    runtime: Runtime,
    database: Database,
    documents: Vec<Document>,
    catalog: Catalog,
    physical: Physical,
    existing: Existing,
    _folder: tempfile::TempDir,
}

/// Tries one text or one list of changes.
pub fn run(bytes: &[u8]) {
    OFFICE.with(|office| match bytes.first() {
        Some(b'{' | b'[' | b' ' | b'\n') => office.text(&String::from_utf8_lossy(bytes)),
        _ => {
            // Bytes that end early are no find.
            let _ = office.changed(&mut Unstructured::new(bytes));
        }
    });
}

impl Office {
    fn new() -> Self {
        let documents = published();
        let resolution = resolve::resolve(1, &Workspace::default(), &documents, &Physical::default());
        assert!(!resolution.has_errors(), "{:?}", resolution.diagnostics);
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let location = Location::Sqlite(folder.path().join("verstak.db"));
        let settings = storage::Settings { connections: 1, ..storage::Settings::new(location) };
        let database = runtime.block_on(async {
            let database = Database::open(settings).await.expect("the database opens");
            tests::conformance::database::make_tables(&database, &resolution.catalog).await;
            database
        });
        let rows = runtime.block_on(database.fetch(&Existing::statement(Dialect::Sqlite))).expect("the tables");
        let (catalog, physical) = (resolution.catalog, resolution.physical);
        Self { runtime, database, documents, catalog, physical, existing: Existing::from_rows(&rows), _folder: folder }
    }

    fn text(&self, text: &str) {
        match check::text(text) {
            Ok(document) => {
                let again = check::text(&document.to_text()).expect("what was sound stays sound");
                assert_eq!(again, document);
                let mut documents = self.documents.clone();
                documents.retain(|known| (known.kind, &known.name) != (document.kind, &document.name));
                documents.push(document);
                self.resolved(documents);
            }
            Err(mistakes) => {
                told(&mistakes);
                let lines = u32::try_from(text.matches('\n').count() + 1).unwrap_or(u32::MAX);
                let inside = |mistake: &Diagnostic| mistake.place.position.is_some_and(|at| at.line <= lines);
                assert!(mistakes.iter().all(inside), "{text}\n{mistakes:?}");
            }
        }
    }

    fn changed(&self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let mut documents: Vec<Value> = self.documents.iter().map(|document| document.json.clone()).collect();
        for _ in 0..bytes.int_in_range(1..=CHANGES)? {
            let at = bytes.choose_index(documents.len())?;
            let from = documents[bytes.choose_index(documents.len())?].clone();
            change(&mut documents[at], &from, bytes)?;
        }
        let (mut sound, mut whole) = (Vec::new(), true);
        for json in &documents {
            match check::value(json) {
                Ok(document) => sound.push(document),
                Err(mistakes) => {
                    whole = false;
                    told(&mistakes);
                    for mistake in &mistakes {
                        let is_placed =
                            mistake.place.document.is_some() || json["kind"].as_str().is_none_or(is_no_kind);
                        assert!(is_placed, "{mistake} has no place");
                    }
                }
            }
        }
        if whole || bytes.arbitrary().unwrap_or(false) {
            self.resolved(sound);
        }
        Ok(())
    }

    fn resolved(&self, documents: Vec<Document>) {
        let renamed = rename::rename(&self.catalog, &self.documents, &documents);
        let mut next = documents;
        for document in renamed.documents {
            if let Some(place) = next.iter_mut().find(|next| (next.kind, &next.name) == (document.kind, &document.name))
            {
                *place = document;
            }
        }
        let resolution = resolve::resolve(2, &Workspace::default(), &next, &self.physical);
        if !resolution.diagnostics.is_empty() {
            told(&resolution.diagnostics);
        }
        for mistake in &resolution.diagnostics {
            assert!(mistake.place.document.is_some(), "{mistake} is of no document");
        }
        catalog::usage::Usage::of(&resolution.catalog, &next);
        if resolution.has_errors() {
            return;
        }
        let (base, wanted) = (migration::schema(&self.catalog), migration::schema(&resolution.catalog));
        migration::plan(&base, &wanted, &self.existing, Dialect::Postgres);
        let plan = migration::plan(&base, &wanted, &self.existing, Dialect::Sqlite);
        let back = |existing: &Existing| migration::plan(&wanted, &base, existing, Dialect::Sqlite);
        self.runtime.block_on(self.carried_out(&plan, back));
    }

    /// Runs a plan and the one that takes it back, and leaves no trace.
    async fn carried_out(&self, plan: &Plan, back: impl Fn(&Existing) -> Plan) {
        if plan.steps.is_empty() {
            return;
        }
        for check in &plan.checks {
            run_statement(&self.database, &check.statement).await;
        }
        let mut transaction = self.database.begin().await.expect("a transaction");
        for step in &plan.steps {
            told(std::slice::from_ref(&step.summary));
            let done = transaction.execute_script(&step.sql).await;
            done.unwrap_or_else(|error| panic!("{error:?}\n{:?}", step.sql));
        }
        let rows = transaction.fetch(&Existing::statement(Dialect::Sqlite)).await.expect("the tables");
        for step in back(&Existing::from_rows(&rows)).steps {
            let done = transaction.execute_script(&step.sql).await;
            done.unwrap_or_else(|error| panic!("back: {error:?}\n{:?}", step.sql));
        }
        transaction.rollback().await.expect("it is given up");
    }
}

async fn run_statement(database: &Database, statement: &Statement) {
    let done = database.fetch(statement).await;
    done.unwrap_or_else(|error| panic!("{error:?}\n{}", statement.text));
}

/// The documents of the example CRM, and of the kinds that it lacks.
fn published() -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/crm");
    let mut texts = Vec::new();
    for kind in ["applications", "entities", "roles"] {
        let files = std::fs::read_dir(folder.join(kind)).expect("the folder is there").flatten();
        let mut files: Vec<_> = files.map(|file| file.path()).collect();
        files.sort();
        texts.extend(files.iter().map(|file| std::fs::read_to_string(file).expect("a text")));
    }
    let own = [
        json!({"kind": "choice_set", "id": "fuzzset", "name": "priority", "choices": [{"value": "low"}, {"value": "high"}]}),
        json!({"kind": "view", "id": "fuzzview", "name": "large", "entity": "deal", "columns": ["title", "company.name"],
            "filter": "amount > 100", "sort": ["-amount", "title"]}),
        json!({"kind": "entity", "id": "fuzzentity", "name": "task", "title": "subject", "fields": [
            {"id": "fuzztitle", "name": "subject", "type": "text", "searchable": true, "unique": true},
            {"id": "fuzzprio", "name": "priority", "type": "choice", "choice_set": "priority", "default": "low"},
            {"id": "fuzzabout", "name": "about", "type": "any_link", "targets": ["deal", "company"], "inverse": "tasks"},
            {"id": "fuzzwho", "name": "helpers", "type": "links", "target": "user"},
            {"id": "fuzzpart", "name": "part", "type": "decimal", "precision": 9, "scale": 3}],
            "access": {"read": "owner == user"}}),
    ];
    texts.extend(own.iter().map(ToString::to_string));
    texts.iter().map(|text| check::text(text).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:?}"))).collect()
}

fn is_no_kind(word: &str) -> bool {
    word.parse::<schemas::Kind>().is_err()
}

/// Changes one thing somewhere in a document.
fn change(document: &mut Value, from: &Value, bytes: &mut Unstructured<'_>) -> Result<()> {
    let place = pointer(document, bytes)?;
    let Some(here) = document.pointer_mut(&place) else { return Ok(()) };
    match bytes.int_in_range(0..=9)? {
        0 => *here = Value::Null,
        1 => *here = json!(*bytes.choose(&WORDS)?),
        2 => *here = json!(bytes.arbitrary::<&str>()?),
        3 => *here = json!(bytes.arbitrary::<i64>()?),
        4 => *here = json!(*bytes.choose(&[0, 1, -1, 2, 12, 18, 28, 38, 255, 65_536])?),
        5 => *here = json!(bytes.arbitrary::<bool>()?),
        6 => {
            let other = pointer(from, bytes)?;
            *here = from.pointer(&other).cloned().unwrap_or_default();
        }
        7 => remove(here, bytes)?,
        8 => {
            let other = pointer(from, bytes)?;
            let value = from.pointer(&other).cloned().unwrap_or_default();
            insert(here, value, bytes)?;
        }
        _ => *here = json!([here.clone(), here.clone()]),
    }
    Ok(())
}

fn remove(here: &mut Value, bytes: &mut Unstructured<'_>) -> Result<()> {
    match here {
        Value::Array(items) if !items.is_empty() => drop(items.remove(bytes.choose_index(items.len())?)),
        Value::Object(members) if !members.is_empty() => {
            let key = members.keys().nth(bytes.choose_index(members.len())?).cloned().unwrap_or_default();
            members.shift_remove(&key);
        }
        _ => *here = Value::Null,
    }
    Ok(())
}

fn insert(here: &mut Value, value: Value, bytes: &mut Unstructured<'_>) -> Result<()> {
    match here {
        Value::Array(items) => items.insert(bytes.int_in_range(0..=items.len())?, value),
        Value::Object(members) => {
            let keys = [
                "required",
                "unique",
                "searchable",
                "inverse",
                "default",
                "precision",
                "on_delete",
                "indexes",
                "rules",
            ];
            let key = *bytes.choose(&keys)?;
            members.insert(key.to_owned(), value);
        }
        _ => *here = value,
    }
    Ok(())
}

/// Points at something in a document, by chance.
fn pointer(document: &Value, bytes: &mut Unstructured<'_>) -> Result<String> {
    let (mut pointer, mut here) = (String::new(), document);
    loop {
        let (step, next) = match here {
            Value::Array(items) if !items.is_empty() => {
                let at = bytes.choose_index(items.len())?;
                (at.to_string(), &items[at])
            }
            Value::Object(members) if !members.is_empty() => {
                let Some((key, next)) = members.iter().nth(bytes.choose_index(members.len())?) else { break };
                (key.replace('~', "~0").replace('/', "~1"), next)
            }
            _ => break,
        };
        if bytes.int_in_range(0..=4)? == 4 {
            break;
        }
        pointer = format!("{pointer}/{step}");
        here = next;
    }
    Ok(pointer)
}
