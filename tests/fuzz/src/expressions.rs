//! Any text as an expression.

use std::cell::{Cell, LazyCell};

use chrono::{DateTime, NaiveDate, Utc};
use expression::ast::{Ast, AstKind};
use expression::{Environment, Expected, Expr, FieldRef, RecordRef, Type, Tz, Value};
use expression::{check, evaluate, json, parse, paths, print, reduce};
use tests::conformance::fixture::Fixture;

use crate::told::told;

/// Walks over related records in one evaluation; nested closures could go on for ever.
pub(crate) const WALKS: u32 = 2_000;

thread_local! {
    static FIXTURE: LazyCell<Fixture> = LazyCell::new(|| {
        std::sync::Arc::into_inner(tests::conformance::load().fixture).expect("the cases are gone")
    });
}

/// Reads, prints, checks and computes a text.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(ast) = parse(text) {
        printed(text, &ast);
        for span in expression::operands(text) {
            assert!(text.get(span.clone()).is_some(), "no part of the text: {span:?}");
        }
    }
    FIXTURE.with(|fixture| {
        for expected in [Expected::Anything, Expected::Condition, Expected::Value(Type::Decimal)] {
            match check(text, &fixture.about("deal"), &expected) {
                Ok(expr) if expected == Expected::Anything => computed(fixture, &expr),
                Ok(_) => {}
                Err(mistakes) => {
                    told(&mistakes);
                    placed(text, &mistakes);
                }
            }
        }
    });
}

/// A tree that is printed and read again is the same tree.
fn printed(text: &str, ast: &Ast) {
    let printed = print::print(ast);
    match parse(&printed) {
        Ok(again) => assert!(alike(ast, &again), "{text}\n{printed}"),
        // Brackets are nesting as well, and make the text longer.
        Err(mistakes) => {
            let limits = ["expression.too_deep", "expression.too_long"];
            assert!(mistakes.iter().all(|mistake| limits.contains(&mistake.code)), "{text}\n{printed}\n{mistakes:?}");
        }
    }
}

/// Says whether two trees differ in places only.
fn alike(left: &Ast, right: &Ast) -> bool {
    let all =
        |left: &[Ast], right: &[Ast]| left.len() == right.len() && left.iter().zip(right).all(|(a, b)| alike(a, b));
    match (&left.kind, &right.kind) {
        (AstKind::Member(a, name), AstKind::Member(b, other)) => name.name == other.name && alike(a, b),
        (AstKind::Method(a, name, list), AstKind::Method(b, other, others)) => {
            name.name == other.name && alike(a, b) && all(list, others)
        }
        (AstKind::Call(name, list), AstKind::Call(other, others)) => name.name == other.name && all(list, others),
        (AstKind::Closure(name, a), AstKind::Closure(other, b)) => name.name == other.name && alike(a, b),
        (AstKind::List(list), AstKind::List(others)) => all(list, others),
        (AstKind::Unary(operator, a), AstKind::Unary(other, b)) => operator == other && alike(a, b),
        (AstKind::Binary(operator, a, b), AstKind::Binary(other, c, d)) => {
            operator == other && alike(a, c) && alike(b, d)
        }
        (AstKind::In(a, b), AstKind::In(c, d)) => alike(a, c) && alike(b, d),
        (AstKind::If(a, b, c), AstKind::If(d, e, f)) => {
            let otherwise = match (c, f) {
                (Some(c), Some(f)) => alike(c, f),
                (None, None) => true,
                _ => false,
            };
            alike(a, d) && alike(b, e) && otherwise
        }
        (left, right) => left == right,
    }
}

fn placed(text: &str, mistakes: &[diagnostic::Diagnostic]) {
    let lines = text.matches('\n').count() + 1;
    for mistake in mistakes {
        let position = mistake.place.position.expect("a mistake has its place");
        let line = usize::try_from(position.line).expect("a small number");
        assert!((1..=lines).contains(&line) && position.column > 0, "{mistake} is beyond {lines} lines");
    }
}

fn computed(fixture: &Fixture, expr: &Expr) {
    let written = json::to_json(expr);
    assert!(written.is_object());
    paths::reads(expr);
    let reduced = reduce::reduce(expr, &|_| None);
    for record in ["d1", "d2", "d3", "d4"] {
        let record = fixture.reference(record);
        let hurried = Hurried { fixture, walks: Cell::new(WALKS) };
        let value = evaluate(expr, record.as_ref(), &hurried);
        if hurried.walks.get() == 0 {
            return;
        }
        assert!(fits(&value, &expr.ty), "{value:?} is no {:?}", expr.ty);
        let again = evaluate(&reduced, record.as_ref(), &Hurried { fixture, walks: Cell::new(u32::MAX) });
        assert_eq!(value, again, "reduced");
    }
}

fn fits(value: &Value, ty: &Type) -> bool {
    match value {
        Value::Empty => true,
        Value::Boolean(_) => *ty == Type::Boolean,
        Value::Integer(_) => *ty == Type::Integer,
        Value::Decimal(_) => *ty == Type::Decimal,
        Value::Text(text) => *ty == Type::Text && !text.is_empty(),
        Value::Date(_) => *ty == Type::Date,
        Value::DateTime(_) => *ty == Type::DateTime,
        Value::Time(_) => *ty == Type::Time,
        Value::Duration(_) => *ty == Type::Duration,
        Value::Choices(_) => *ty == Type::Choices,
        Value::Json(_) => *ty == Type::Opaque,
        Value::Id(_) | Value::Record(_) => ty.is_identity(),
        Value::Bytes(_) => false,
    }
}

/// The fixture, which has no more related records after a number of walks.
pub(crate) struct Hurried<'a> {
    pub(crate) fixture: &'a Fixture,
    pub(crate) walks: Cell<u32>,
}

impl Environment for Hurried<'_> {
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Value {
        Environment::field(self.fixture, record, field)
    }

    fn related(&self, record: &RecordRef, field: &FieldRef) -> Vec<RecordRef> {
        self.walks.set(self.walks.get().saturating_sub(1));
        if self.walks.get() == 0 { Vec::new() } else { Environment::related(self.fixture, record, field) }
    }

    fn user(&self) -> Option<RecordRef> {
        Environment::user(self.fixture)
    }

    fn today(&self) -> NaiveDate {
        self.fixture.today()
    }

    fn zone(&self) -> Tz {
        Environment::zone(self.fixture)
    }

    fn now(&self) -> DateTime<Utc> {
        Environment::now(self.fixture)
    }

    fn language(&self) -> &str {
        &self.fixture.language
    }
}
