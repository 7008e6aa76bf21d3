//! One language, many judges: every case of `tests/conformance` has one value, however it is computed.
//!
//! Each judge has a test of its own and reports its own column, and none of them asks another: the evaluator walks the
//! typed tree, rhai parses and runs the text itself, the databases run SQL, the browser has its own program. (Most functions
//! of the registry have one body for the evaluator, rhai and SQLite; PostgreSQL and the browser have their own.) So a fault
//! put into one of them reddens its column only; `a_fault_is_seen_in_its_own_column` shows it for the evaluator.

use std::cell::Cell;

use chrono::{DateTime, NaiveDate, Utc};
use expression::{Binary, Environment, Expr, ExprKind, FieldRef, Problem, RecordRef, Tz, Value, cause, evaluate};
use scripting::{Limits, Runtime};
use tests::conformance::fixture::Fixture;
use tests::conformance::{self, Case, Suite, Verdict};

#[test]
fn the_evaluator_agrees() {
    let suite = conformance::load();
    report("evaluator", &suite.differences(|case| evaluated(&suite, case, &|expr| expr)));
}

#[test]
fn rhai_agrees() {
    let suite = conformance::load();
    report("rhai", &rhai(&suite));
}

#[test]
fn the_browser_has_the_cases() {
    let suite = conformance::load();
    let path = conformance::folder().join("expressions.json");
    let fresh = conformance::export::export(&suite).to_string();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &fresh).expect("the file is written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "expressions.json is stale: run the tests with UPDATE_EXPECT=1");
}

#[test]
fn there_are_enough_cases() {
    let suite = conformance::load();
    assert!(suite.cases.len() >= 1_200, "{} cases", suite.cases.len());
}

/// An evaluator that takes `()` in `==` for SQL's NULL is seen at once, and rhai's column stays green.
#[test]
fn a_fault_is_seen_in_its_own_column() {
    let suite = conformance::load();
    let faulty = suite.differences(|case| evaluated(&suite, case, &without_total_equality));
    assert!(!faulty.is_empty(), "the cases do not notice a wrong equality");
    report("rhai", &rhai(&suite));
}

fn evaluated(suite: &Suite, case: &Case, change: &dyn Fn(Expr) -> Expr) -> Verdict {
    let expr = change(suite.fixture.checked(case)?);
    Ok(evaluate(&expr, suite.fixture.reference(&case.record).as_ref(), &**suite.seen(case)))
}

/// The cause of an empty value is told where the evaluator meets one, and nowhere else.
#[test]
fn causes_are_told_of_what_went_wrong() {
    let suite = conformance::load();
    let (mut wrong, mut told) = (Vec::new(), 0);
    for case in &suite.cases {
        let Ok(expr) = suite.fixture.checked(case) else { continue };
        let record = suite.fixture.reference(&case.record);
        let heard = Heard { fixture: suite.seen(case), problem: Cell::new(false) };
        let value = evaluate(&expr, record.as_ref(), &heard);
        let cause = cause::cause(&expr).map(|cause| evaluate(&cause, record.as_ref(), &**suite.seen(case)));
        let cause = cause.filter(|cause| !cause.is_empty());
        told += usize::from(cause.is_some());
        // Aggregates pass over what goes wrong in their bodies; that a text cannot be read, and that no date is as three numbers
        // say, the evaluator takes for no problem.
        let is_apart = ["|", "parse_", "date(", "time("].iter().any(|part| case.expression.contains(part));
        let is_expected = value.is_empty() && heard.problem.get();
        if cause.is_some() != is_expected && !(is_apart && value.is_empty()) {
            wrong.push(format!("{}: {value:?}, heard {}, told {cause:?}", case.expression, heard.problem.get()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told > 50, "{told} causes");
}

/// A fixture that notes whether a value could not be computed.
struct Heard<'a> {
    fixture: &'a Fixture,
    problem: Cell<bool>,
}

impl Environment for Heard<'_> {
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Value {
        Environment::field(self.fixture, record, field)
    }
    fn related(&self, record: &RecordRef, field: &FieldRef) -> Vec<RecordRef> {
        Environment::related(self.fixture, record, field)
    }
    fn user(&self) -> Option<RecordRef> {
        Environment::user(self.fixture)
    }
    fn today(&self) -> NaiveDate {
        Environment::today(self.fixture)
    }
    fn now(&self) -> DateTime<Utc> {
        Environment::now(self.fixture)
    }
    fn zone(&self) -> Tz {
        Environment::zone(self.fixture)
    }
    fn language(&self) -> &str {
        Environment::language(self.fixture)
    }
    fn problem(&self, _: Problem) {
        self.problem.set(true);
    }
}

fn rhai(suite: &Suite) -> Vec<String> {
    let seen = std::iter::once(&suite.fixture).chain(&suite.abroad);
    let runtimes: Vec<(Tz, Runtime)> =
        seen.map(|fixture| (fixture.zone, Runtime::new(fixture.clone(), &Limits::default()))).collect();
    suite.differences(|case| {
        let (_, runtime) = runtimes.iter().find(|(zone, _)| *zone == case.zone).ok_or("no runtime")?;
        let record = suite.fixture.reference(&case.record);
        let value = runtime.evaluate(&case.expression, record.as_ref()).map_err(|error| error.to_string())?;
        Ok(conformance::typed(value, &suite.type_of(case)))
    })
}

/// Makes `a != b` mean `a < b || a > b`, which is wrong for `()`.
fn without_total_equality(mut expr: Expr) -> Expr {
    if let ExprKind::Binary(Binary::NotEqual, left, right) = expr.kind {
        let side = |operator| Expr::new(ExprKind::Binary(operator, left.clone(), right.clone()), expr.ty.clone());
        let (less, greater) = (side(Binary::Less), side(Binary::Greater));
        return Expr::new(ExprKind::Binary(Binary::Or, Box::new(less), Box::new(greater)), expr.ty);
    }
    if let ExprKind::Unary(_, argument) = &mut expr.kind {
        **argument = without_total_equality((**argument).clone());
    }
    expr
}

fn report(judge: &str, differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{judge} sees {} cases differently:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
