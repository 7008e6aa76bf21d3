//! Measures in expressions: `measure("won", "this_month", owner)` becomes what it stands for, aggregates over all records
//! of an entity, so that it means the same with whatever rights it is read.

use std::sync::Arc;

use super::{Checked, Checker, Named, targets};
use crate::ast::{Ast, AstKind, Ident, Span};
use crate::check::Mention;
use crate::mistake::Mistake;
use crate::{Binary, Expr, ExprKind, Measured, Type, parser, suggest};

/// The record of a measure's text, a name that nobody can write.
pub(super) const RECORD: &str = "$m";
/// All records of an entity, likewise.
pub(super) const ALL: &str = "$all";
/// The functions.
pub(super) const MEASURE: &str = "measure";
pub(super) const TARGET: &str = "target";

/// Periods by their words, with the function that says whether a date is in it.
const PERIODS: [(&str, &str); 10] = [
    ("today", "in_this(\"day\")"),
    ("this_week", "in_this(\"week\")"),
    ("this_month", "in_this(\"month\")"),
    ("this_quarter", "in_this(\"quarter\")"),
    ("this_year", "in_this(\"year\")"),
    ("last_week", "in_previous(\"week\")"),
    ("last_month", "in_previous(\"month\")"),
    ("last_quarter", "in_previous(\"quarter\")"),
    ("last_year", "in_previous(\"year\")"),
    ("all", ""),
];

/// What is asked of a measure, or of its target.
pub(super) struct Asked<'a> {
    name: &'a Arc<str>,
    place: Span,
    pub(super) measure: Measured,
    /// The word of the period, and the function that says whether a date is in it.
    pub(super) period: (&'static str, &'static str),
    pub(super) person: Option<Ast>,
}

/// Lists the measures that a text names, in `measure` or in `target`, whether there are such or not.
pub fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(ast) = parser::parse(text) {
        gather(&ast, &mut found);
    }
    found
}

fn gather(ast: &Ast, found: &mut Vec<String>) {
    if let AstKind::Call(name, arguments) = &ast.kind
        && matches!(&*name.name, MEASURE | TARGET)
        && let Some(Ast { kind: AstKind::Text(name), .. }) = arguments.first()
    {
        found.push(name.to_string());
    }
    ast.children().into_iter().for_each(|child| gather(child, found));
}

impl Checker<'_> {
    /// Gives the records of an entity that a measure is over.
    pub(super) fn all(&mut self, arguments: &[Ast]) -> Checked {
        let [Ast { kind: AstKind::Text(name), .. }] = arguments else { return None };
        let entity = self.scope.entity(name)?;
        Some(Expr::new(ExprKind::All(entity.clone(), Arc::clone(name)), Type::Records(entity)))
    }

    /// Checks `measure(name)`, `measure(name, period)` and `measure(name, period, person)`.
    pub(super) fn measure(&mut self, arguments: &[Ast], span: &Span) -> Checked {
        let asked = self.asked(MEASURE, arguments, span)?;
        self.number(&asked, span)
    }

    /// Checks `target(name)`, `target(name, period)` and `target(name, period, person)`.
    pub(super) fn target(&mut self, arguments: &[Ast], span: &Span) -> Checked {
        let asked = self.asked(TARGET, arguments, span)?;
        let Some(unit) = targets::unit(asked.period.0) else {
            let place = arguments.get(1).map_or_else(|| span.clone(), |period| period.span.clone());
            let periods = PERIODS.map(|(word, _)| word).into_iter().filter(|word| targets::unit(word).is_some());
            return self.mistake(
                Mistake::new("expression.target_period", place)
                    .with("name", asked.name)
                    .with("found", asked.period.0)
                    .with("expected", periods.collect::<Vec<_>>().join(", ")),
            );
        };
        let (mistakes, mentions) = (self.mistakes.len(), self.mentions.len());
        let found = targets::meaning(&asked, unit, span).and_then(|meant| self.expression(&meant));
        self.mentions.truncate(mentions);
        match found {
            Some(found) if self.mistakes.len() == mistakes => Some(found),
            _ => {
                self.mistakes.truncate(mistakes);
                self.mistake(Mistake::new("expression.no_targets", span.clone()).with("name", asked.name))
            }
        }
    }

    /// Reads the arguments of `measure` and of `target`.
    fn asked<'a>(&mut self, function: &'static str, arguments: &'a [Ast], span: &Span) -> Option<Asked<'a>> {
        if !self.scope.reads_measures() {
            return self.mistake(Mistake::new("expression.no_measures", span.clone()));
        }
        let text = |at: usize| match arguments.get(at).map(|argument| &argument.kind) {
            Some(AstKind::Text(text)) => Some(text),
            _ => None,
        };
        let (Some(name), true) = (text(0), arguments.len() <= 3 && (arguments.len() < 2 || text(1).is_some())) else {
            return self.mistake(
                Mistake::new("expression.wrong_arguments", span.clone())
                    .with("name", function)
                    .with("expected", format!("{function}(\"name\", \"period\", person)"))
                    .with("found", arguments.len()),
            );
        };
        let place = arguments[0].span.clone();
        let Some(measure) = self.scope.measure(name) else { return self.unknown_measure(name, place) };
        self.mentions.push(Mention { span: place.clone(), named: Named::Measure(Arc::clone(name)) });
        if self.expanding.contains(name) {
            return self.mistake(Mistake::new("expression.measure_circle", place).with("name", name));
        }
        let word = text(1).map_or(&*measure.period, |word| &**word);
        let Some(period) = PERIODS.into_iter().find(|(known, _)| *known == word) else {
            let words = PERIODS.map(|(word, _)| word);
            let nearest = suggest::nearest(word, words.iter().copied());
            return self.mistake(
                Mistake::new("expression.wrong_word", arguments[1].span.clone())
                    .with("name", function)
                    .with("found", word)
                    .with("expected", words.join(", "))
                    .with_some("nearest", nearest),
            );
        };
        let person = match arguments.get(2) {
            Some(person) => {
                let found = self.value(person)?;
                if !found.ty.is_identity() && found.ty != Type::Empty {
                    return self.wrong_type(person, &Type::Id, &found.ty);
                }
                Some(person.clone())
            }
            None => measure.mine.then(|| Ast::new(AstKind::Name("user".into()), span.clone())),
        };
        let missing = match (period.1.is_empty(), &measure.date, &person, &measure.person) {
            (false, None, ..) => Some("date"),
            (_, _, Some(_), None) => Some("person"),
            _ => None,
        };
        if let Some(key) = missing {
            return self
                .mistake(Mistake::new("expression.measure_without", span.clone()).with("name", name).with("key", key));
        }
        Some(Asked { name, place, measure, period, person })
    }

    /// Checks what a measure stands for.
    fn number(&mut self, asked: &Asked, span: &Span) -> Checked {
        let (name, place) = (asked.name, asked.place.clone());
        let Some(meant) = meaning(&asked.measure, asked.period.1, asked.person.clone(), span) else {
            return self.mistake(Mistake::new("expression.measure_aggregate", span.clone()).with("name", name));
        };
        // Its names stand in the text of the measure and not here; who may not know one of them may not know of it.
        let (mistakes, mentions) = (self.mistakes.len(), self.mentions.len());
        self.expanding.push(Arc::clone(name));
        let found = self.expression(&meant);
        self.expanding.pop();
        self.mentions.truncate(mentions);
        let circle = self.mistakes[mistakes..].iter().position(|one| one.code == "expression.measure_circle");
        match (found, circle) {
            (_, Some(at)) => {
                let mut circle = self.mistakes.swap_remove(mistakes + at);
                self.mistakes.truncate(mistakes);
                circle.span = place;
                self.mistake(circle)
            }
            (Some(found), None) if self.mistakes.len() == mistakes && found.ty.is_number() => Some(found),
            _ => {
                self.mistakes.truncate(mistakes);
                self.unknown_measure(name, place)
            }
        }
    }

    fn unknown_measure<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let known = self.scope.measures();
        let others = known.iter().map(String::as_str).filter(|known| *known != name);
        let nearest = suggest::nearest(name, others).map(str::to_owned);
        self.mistake(Mistake::new("expression.unknown_measure", span).with("name", name).with_some("nearest", nearest))
    }
}

/// Writes what a measure stands for; `None` when one of its aggregates has no words over related records.
fn meaning(measure: &Measured, within: &str, person: Option<Ast>, span: &Span) -> Option<Ast> {
    let over = |text: &str| Some(of_record(&parser::parse(text).ok()?, &mut Vec::new(), span));
    let mut conditions = Vec::new();
    if let Some(filter) = &measure.filter {
        conditions.push(over(filter)?);
    }
    if let (false, Some(date)) = (within.is_empty(), &measure.date) {
        let day = if measure.is_instant { format!("date({date})") } else { date.clone() };
        conditions.push(over(&format!("{day}.{within}"))?);
    }
    if let (Some(person), Some(path)) = (person, &measure.person) {
        let equal = AstKind::Binary(Binary::Equal, Box::new(over(path)?), Box::new(person));
        conditions.push(Ast::new(equal, span.clone()));
    }
    let records = records(&measure.entity, conditions, span);
    aggregated(&parser::parse(&measure.expression).ok()?, &records, span)
}

/// Names the records of an entity that meet all conditions.
pub(super) fn records(entity: &Arc<str>, conditions: Vec<Ast>, span: &Span) -> Ast {
    let entity = Ast::new(AstKind::Text(Arc::clone(entity)), span.clone());
    let all = Ast::new(AstKind::Call(ident(ALL, span), vec![entity]), span.clone());
    let both =
        |left: Ast, right: Ast| Ast::new(AstKind::Binary(Binary::And, Box::new(left), Box::new(right)), span.clone());
    match conditions.into_iter().reduce(both) {
        Some(condition) => method(all, "filter", Some(condition), span),
        None => all,
    }
}

/// Puts aggregates over records in the place of aggregates over a group.
fn aggregated(ast: &Ast, records: &Ast, span: &Span) -> Option<Ast> {
    let again = |ast: &Ast| Some(Box::new(aggregated(ast, records, span)?));
    let all = |list: &[Ast]| list.iter().map(|item| aggregated(item, records, span)).collect::<Option<Vec<_>>>();
    let kind = match &ast.kind {
        AstKind::Call(name, arguments) => {
            let argument = arguments.first().map(|argument| of_record(argument, &mut Vec::new(), span));
            match (&*name.name, argument) {
                ("count", None) => return Some(method(records.clone(), "count", None, span)),
                ("count", Some(argument)) => {
                    let empty = Box::new(Ast::new(AstKind::Empty, span.clone()));
                    let there = Ast::new(AstKind::Binary(Binary::NotEqual, Box::new(argument), empty), span.clone());
                    let there = method(records.clone(), "filter", Some(there), span);
                    return Some(method(there, "count", None, span));
                }
                (word @ ("sum" | "avg" | "min" | "max"), Some(argument)) if arguments.len() == 1 => {
                    return Some(method(records.clone(), word, Some(argument), span));
                }
                ("count_distinct" | "median" | "percentile" | "first" | "last", _) => return None,
                _ => AstKind::Call(name.clone(), all(arguments)?),
            }
        }
        AstKind::Method(of, name, arguments) => AstKind::Method(again(of)?, name.clone(), all(arguments)?),
        AstKind::Unary(operator, of) => AstKind::Unary(*operator, again(of)?),
        AstKind::Binary(operator, left, right) => AstKind::Binary(*operator, again(left)?, again(right)?),
        AstKind::In(left, right) => AstKind::In(again(left)?, again(right)?),
        AstKind::List(list) => AstKind::List(all(list)?),
        AstKind::If(condition, then, otherwise) => {
            let otherwise = match otherwise {
                Some(otherwise) => Some(again(otherwise)?),
                None => None,
            };
            AstKind::If(again(condition)?, again(then)?, otherwise)
        }
        kind => kind.clone(),
    };
    Some(Ast::new(kind, span.clone()))
}

/// Has the names of a record's fields stand after the record of the measure.
pub(super) fn of_record(ast: &Ast, locals: &mut Vec<Arc<str>>, span: &Span) -> Ast {
    if let AstKind::Closure(name, body) = &ast.kind {
        locals.push(Arc::clone(&name.name));
        let body = Box::new(of_record(body, locals, span));
        locals.pop();
        return Ast::new(AstKind::Closure(name.clone(), body), span.clone());
    }
    let is_field = |name: &Arc<str>| &**name != "user" && !locals.contains(name);
    let is_name = matches!(&ast.kind, AstKind::Name(name) if is_field(name));
    let mut again = |ast: &Ast| Box::new(of_record(ast, locals, span));
    let kind = match &ast.kind {
        AstKind::Name(name) if is_name => {
            let record = Box::new(Ast::new(AstKind::Name(RECORD.into()), span.clone()));
            AstKind::Member(record, Ident { name: Arc::clone(name), span: span.clone() })
        }
        AstKind::Member(of, name) => AstKind::Member(again(of), name.clone()),
        AstKind::Method(of, name, arguments) => {
            AstKind::Method(again(of), name.clone(), arguments.iter().map(|argument| *again(argument)).collect())
        }
        AstKind::Call(name, arguments) => {
            AstKind::Call(name.clone(), arguments.iter().map(|argument| *again(argument)).collect())
        }
        AstKind::List(list) => AstKind::List(list.iter().map(|item| *again(item)).collect()),
        AstKind::Unary(operator, of) => AstKind::Unary(*operator, again(of)),
        AstKind::Binary(operator, left, right) => AstKind::Binary(*operator, again(left), again(right)),
        AstKind::In(left, right) => AstKind::In(again(left), again(right)),
        AstKind::If(condition, then, otherwise) => {
            AstKind::If(again(condition), again(then), otherwise.as_deref().map(again))
        }
        kind => kind.clone(),
    };
    Ast::new(kind, span.clone())
}

pub(super) fn method(of: Ast, name: &str, body: Option<Ast>, span: &Span) -> Ast {
    let closure = body.map(|body| Ast::new(AstKind::Closure(ident(RECORD, span), Box::new(body)), span.clone()));
    Ast::new(AstKind::Method(Box::new(of), ident(name, span), closure.into_iter().collect()), span.clone())
}

pub(super) fn ident(name: &str, span: &Span) -> Ident {
    Ident { name: name.into(), span: span.clone() }
}
