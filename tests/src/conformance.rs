//! The shared cases of the expression language: a fixture, and expressions with their values.
//!
//! The notation is described in `tests/conformance/README.md`. Each judge loads [`Suite`], computes every case by its own
//! means and reports the cases it sees differently.

pub mod notation;
pub mod fixture;
pub mod grammar;
pub mod export;
pub mod native;
pub mod database;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use expression::{Decimal, Type, Tz, Value};

use fixture::Fixture;

/// The whole suite.
#[derive(Debug)]
pub struct Suite {
    /// Entities and records, seen from UTC.
    pub fixture: Arc<Fixture>,
    /// The same, seen from the other time zones of the cases.
    pub abroad: Vec<Arc<Fixture>>,
    /// Expressions with their values, in the order of the files.
    pub cases: Vec<Case>,
}

/// One expression with its value.
#[derive(Debug, Clone)]
pub struct Case {
    /// File and line, to find it again.
    pub place: String,
    /// Record the expression is about.
    pub record: String,
    /// Time zone of the person who asks.
    pub zone: Tz,
    /// The expression.
    pub expression: String,
    /// The value all judges must give.
    pub expected: Value,
}

/// What a judge said about a case.
pub type Verdict = Result<Value, String>;

/// Reads the suite.
pub fn load() -> Suite {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).expect("the folder is there").flatten().map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let read = |path: &Path| std::fs::read_to_string(path).expect("the file is text");
    let fixture = notation::fixture(&read(&folder().join("fixture.txt")));
    let mut cases = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("fixture.txt")) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        cases.extend(notation::cases(&name, &read(file), &fixture));
    }
    let mut abroad: Vec<Arc<Fixture>> = Vec::new();
    for case in cases.iter().filter(|case| case.zone != Tz::UTC) {
        if abroad.iter().all(|known| known.zone != case.zone) {
            abroad.push(Arc::new(Fixture { zone: case.zone, ..fixture.clone() }));
        }
    }
    Suite { fixture: Arc::new(fixture), abroad, cases }
}

/// The folder of the cases.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

impl Suite {
    /// The fixture as the person who asks sees it.
    pub fn seen(&self, case: &Case) -> &Arc<Fixture> {
        self.abroad.iter().find(|known| known.zone == case.zone).unwrap_or(&self.fixture)
    }

    /// Runs a judge over all cases and gives one line for each that it sees differently.
    pub fn differences(&self, judge: impl Fn(&Case) -> Verdict) -> Vec<String> {
        let mut lines = Vec::new();
        for case in &self.cases {
            let found = match judge(case) {
                Ok(found) if same(&found, &case.expected) => continue,
                Ok(found) => self.fixture.show(&found),
                Err(error) => format!("error: {error}"),
            };
            let expected = self.fixture.show(&case.expected);
            lines.push(format!("{}: {} => {expected}, found {found}", case.place, case.expression));
        }
        lines
    }

    /// Gives the type of a case's value, so that a judge whose values carry none can read them.
    pub fn type_of(&self, case: &Case) -> Type {
        self.fixture.checked(case).map_or(Type::Empty, |expr| expr.ty)
    }
}

/// Says whether two values are one: a record and its identity are.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left.id(), right.id()) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

/// Gives a value of a language without static types the type that checking found: a whole number as a decimal.
pub fn typed(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Integer(number), Type::Decimal) => Decimal::from_i64(number).map_or(Value::Empty, Value::Decimal),
        (value, _) => value,
    }
}
