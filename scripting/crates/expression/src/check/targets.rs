//! Targets in expressions: `target("won", "this_month", owner)` becomes the sum of the targets that count, as the engine
//! adds them up for indicators (`engine::measures::targets`).

use std::sync::Arc;

use super::measures::{ALL, Asked, ident, method, of_record, records};
use crate::ast::{Ast, AstKind, Span};
use crate::{Binary, Unary, Value, parameters, parser};

/// The entity of targets.
const TARGETS: &str = "measure_target";
/// The name that another target has in conditions on one.
const OTHER: &str = "o";
/// Periods of which there are targets, the smallest first.
const UNITS: [&str; 3] = ["month", "quarter", "year"];
/// Whose a target is that is everybody's.
const EVERYBODY: &str = "\"*\"";

/// Of which unit the targets of a period are, by the word of the period.
pub(super) fn unit(word: &str) -> Option<usize> {
    let (_, unit) = word.split_once('_')?;
    UNITS.iter().position(|known| *known == unit)
}

/// Writes what a target stands for.
pub(super) fn meaning(asked: &Asked, unit: usize, span: &Span) -> Option<Ast> {
    let measure = parameters::written(&Value::Text(Arc::clone(&asked.measure.id)))?;
    let rules = Rules { measure, span };
    let counted = match &asked.person {
        Some(person) => rules.of(person, unit, asked.period.1)?,
        None => rules.of_everybody(unit, asked.period.1)?,
    };
    let counted = records(&TARGETS.into(), counted, span);
    let value = rules.over("value")?;
    // Of one person there is one target of a month.
    if asked.person.is_some() && unit == 0 {
        return Some(method(counted, "max", Some(value), span));
    }
    let is_there = method(counted.clone(), "any", Some(rules.over("true")?), span);
    let sum = method(counted, "sum", Some(value), span);
    Some(Ast::new(AstKind::If(Box::new(is_there), Box::new(sum), None), span.clone()))
}

/// Which targets of a measure count.
struct Rules<'a> {
    measure: String,
    span: &'a Span,
}

impl Rules<'_> {
    /// Those of a person: a larger period's hides what is in it.
    fn of(&self, person: &Ast, unit: usize, within: &str) -> Option<Vec<Ast>> {
        let mut rules = vec![self.within(unit, within)?, self.over("person != ()")?];
        let own = AstKind::Binary(Binary::Equal, Box::new(self.over("person")?), Box::new(person.clone()));
        rules.push(self.node(own));
        for larger in 1..=unit {
            rules.push(self.not(self.both(self.is_below(larger)?, self.own_of(larger)?)));
        }
        Some(rules)
    }

    /// Everybody's own, and those of people where everybody has none. A larger period's hides what is in it, but a person's
    /// does not where everybody has some of the time: then people count by the periods that everybody has none in.
    fn of_everybody(&self, unit: usize, within: &str) -> Option<Vec<Ast>> {
        let is_everybody = || self.over(&format!("whose == {EVERYBODY}"));
        let overlap: Vec<String> = (0..=unit)
            .map(|unit| {
                let (units, name) = (words(unit), UNITS[unit]);
                let one = format!("(o.period == \"{name}\" || period == \"{name}\")");
                format!("o.period in {units} && period in {units} && {one} && {}", together(unit))
            })
            .collect();
        let beside = self.other(&format!("o.whose == {EVERYBODY} && ({})", overlap.join(" || ")))?;
        let mut rules = vec![self.within(unit, within)?, self.either(is_everybody()?, self.not(beside))];
        for larger in 1..=unit {
            let among = format!("o.whose == {EVERYBODY} && o.period in {} && {}", words(larger), together(larger));
            let counts = self.either(is_everybody()?, self.not(self.other(&among)?));
            let hidden = self.both(self.both(self.is_below(larger)?, self.own_of(larger)?), counts);
            rules.push(self.not(hidden));
        }
        Some(rules)
    }

    /// Whether a target is of the measure and of a part of the period.
    fn within(&self, unit: usize, within: &str) -> Option<Ast> {
        let (measure, units) = (&self.measure, words(unit));
        self.over(&format!("measure == {measure} && value != () && period in {units} && start.{within}"))
    }

    /// Whether a target is of a period smaller than the unit.
    fn is_below(&self, unit: usize) -> Option<Ast> {
        self.over(&format!("period in {}", words(unit.checked_sub(1)?)))
    }

    /// Whether who has a target has one of the larger period that it is in.
    fn own_of(&self, unit: usize) -> Option<Ast> {
        let name = UNITS[unit];
        self.other(&format!("o.whose == whose && o.period == \"{name}\" && o.start == start.start_of(\"{name}\")"))
    }

    /// Whether another target of the measure meets a condition beside this one.
    fn other(&self, condition: &str) -> Option<Ast> {
        let all = Ast::new(AstKind::Text(TARGETS.into()), self.span.clone());
        let all = self.node(AstKind::Call(ident(ALL, self.span), vec![all]));
        let text = format!("o.measure == {} && o.value != () && {condition}", self.measure);
        let body = of_record(&parser::parse(&text).ok()?, &mut vec![OTHER.into()], self.span);
        let closure = self.node(AstKind::Closure(ident(OTHER, self.span), Box::new(body)));
        Some(self.node(AstKind::Method(Box::new(all), ident("any", self.span), vec![closure])))
    }

    fn over(&self, text: &str) -> Option<Ast> {
        Some(of_record(&parser::parse(text).ok()?, &mut Vec::new(), self.span))
    }

    fn not(&self, of: Ast) -> Ast {
        self.node(AstKind::Unary(Unary::Not, Box::new(of)))
    }

    fn both(&self, left: Ast, right: Ast) -> Ast {
        self.node(AstKind::Binary(Binary::And, Box::new(left), Box::new(right)))
    }

    fn either(&self, left: Ast, right: Ast) -> Ast {
        self.node(AstKind::Binary(Binary::Or, Box::new(left), Box::new(right)))
    }

    fn node(&self, kind: AstKind) -> Ast {
        Ast::new(kind, self.span.clone())
    }
}

/// The units up to one as a list of the language.
fn words(unit: usize) -> String {
    let words: Vec<String> = UNITS[..=unit].iter().map(|unit| format!("\"{unit}\"")).collect();
    format!("[{}]", words.join(", "))
}

/// Whether two targets are of the same period of a unit.
fn together(unit: usize) -> String {
    let name = UNITS[unit];
    format!("o.start.start_of(\"{name}\") == start.start_of(\"{name}\")")
}
