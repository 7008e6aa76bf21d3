//! What measures and dashboards say of the records of an entity: paths, dates, people, and values over many records.

use diagnostic::{Diagnostic, Position};
use expression::ast::{Ast, AstKind};
use expression::groups::Words;
use expression::{Expected, Expr, Scope, Type};

use crate::measure::DatePath;
use crate::{Catalog, CatalogScope, Entity};

/// Checks names joined by dots; gives the type of what they lead to.
pub(super) fn path(catalog: &Catalog, entity: &Entity, path: &str) -> Result<Type, Vec<Diagnostic>> {
    walked(catalog, entity, path, &Expected::Anything).map(|expr| expr.ty)
}

/// Checks names joined by dots; gives what they lead to.
pub(super) fn walked(
    catalog: &Catalog,
    entity: &Entity,
    path: &str,
    expected: &Expected,
) -> Result<Expr, Vec<Diagnostic>> {
    let scope = CatalogScope::of_record(catalog, &entity.id).without_measures();
    let expr = expression::check(path, &scope, expected)?;
    if !expression::parse(path).is_ok_and(|ast| is_path(&ast)) {
        return Err(vec![Diagnostic::error("measure.not_a_path").with("found", path)]);
    }
    Ok(expr)
}

/// Checks a path to what a period is about.
pub(super) fn date(catalog: &Catalog, entity: &Entity, text: &str) -> Result<DatePath, Vec<Diagnostic>> {
    let ty = path(catalog, entity, text)?;
    if !matches!(ty, Type::Date | Type::DateTime) {
        return Err(vec![Diagnostic::error("measure.not_a_date").with("found", ty.name())]);
    }
    Ok(DatePath { path: text.to_owned(), is_instant: ty == Type::DateTime })
}

/// Checks a path to the user whom a record counts for.
pub(super) fn person(catalog: &Catalog, entity: &Entity, text: &str) -> Result<(), Vec<Diagnostic>> {
    let ty = path(catalog, entity, text)?;
    let user = CatalogScope::without_record(catalog).user();
    if user.is_some_and(|user| ty != Type::Record(user)) {
        return Err(vec![Diagnostic::error("measure.not_a_person").with("found", ty.name())]);
    }
    Ok(())
}

/// Checks a value over many records: aggregates, then what is made of them.
pub(super) fn value(catalog: &Catalog, entity: &Entity, text: &str) -> Result<Type, Vec<Diagnostic>> {
    let mut words = Words::default();
    let written = words.read(text, "")?;
    let scope = CatalogScope::of_record(catalog, &entity.id).without_measures();
    let mut problems = Vec::new();
    for call in &mut words.calls {
        if call.argument.is_none() {
            call.ty = Some(Type::Integer);
            continue;
        }
        match expression::check(&text[call.span.clone()], &scope, &Expected::Anything) {
            Ok(expr) => {
                call.ty = call.of(&expr.ty);
                if call.ty.is_none() {
                    let problem = Diagnostic::error("query.aggregate_type").with("name", call.name);
                    let problem = problem.with("found", expr.ty.name());
                    problems.push(problem.on(expression::mistake::position(text, call.span.start)));
                }
            }
            Err(found) => problems.extend(found.into_iter().map(|one| moved(one, text, call.span.start))),
        }
    }
    if words.calls.iter().any(|call| call.ty.is_none()) {
        return Err(problems);
    }
    match expression::check(&written, &words.scope(&scope), &Expected::Anything) {
        Ok(expr) if expr.ty.is_number() => Ok(expr.ty),
        Ok(expr) => Err(vec![Diagnostic::error("measure.not_a_number").with("found", expr.ty.name())]),
        Err(found) => {
            // Of the text with stand-ins, whose places are not those of what was written.
            let unplaced = |mut one: Diagnostic| {
                one.place.position = None;
                one
            };
            Err(found.into_iter().map(unplaced).collect())
        }
    }
}

/// Moves a mistake in a part of a text to its place in the whole.
fn moved(mut mistake: Diagnostic, text: &str, start: usize) -> Diagnostic {
    let begins = expression::mistake::position(text, start);
    mistake.place.position = mistake.place.position.map(|Position { line, column }| Position {
        line: begins.line + line - 1,
        column: if line == 1 { begins.column + column - 1 } else { column },
    });
    mistake
}

fn is_path(ast: &Ast) -> bool {
    match &ast.kind {
        AstKind::Name(_) => true,
        AstKind::Member(of, _) => is_path(of),
        _ => false,
    }
}
