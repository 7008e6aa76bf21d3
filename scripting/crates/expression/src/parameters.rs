//! Parameters of a text: names that stand for values which are given when it is asked.

use std::collections::HashMap;
use std::ops::Range;

use chrono::Datelike;
use diagnostic::Diagnostic;

use crate::ast::{Ast, AstKind};
use crate::{Mistake, Value, lexer, parser};

/// Writes values in the place of parameters: each as the language writes it, in brackets. A name that a closure gives to
/// its records is none.
pub fn fill(text: &str, values: &HashMap<String, String>) -> Result<String, Vec<Diagnostic>> {
    if values.is_empty() {
        return Ok(text.to_owned());
    }
    let located = |mistakes: Vec<Mistake>| mistakes.into_iter().map(|one| one.locate(text)).collect::<Vec<_>>();
    let ast = parser::parse(text).map_err(located)?;
    let mut places = Vec::new();
    find(&ast, &mut Vec::new(), values, &mut places);
    places.sort_by_key(|(span, _)| span.start);
    let (mut filled, mut at) = (String::with_capacity(text.len()), 0);
    for (span, value) in places {
        filled.push_str(&text[at..span.start]);
        filled.push('(');
        filled.push_str(value);
        filled.push(')');
        at = span.end;
    }
    filled.push_str(&text[at..]);
    Ok(filled)
}

/// Writes a value so that the language reads it; `None` of values for which it has no words.
pub fn written(value: &Value) -> Option<String> {
    Some(match value {
        Value::Empty => "()".to_owned(),
        Value::Boolean(value) => value.to_string(),
        // No literal is written for it.
        Value::Integer(i64::MIN) => format!("-{} - 1", i64::MAX),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => {
            let digits = number.to_string();
            if digits.contains('.') { digits } else { format!("{digits}.0") }
        }
        Value::Text(text) => lexer::quote(text),
        Value::Date(date) => format!("date({}, {}, {})", date.year(), date.month(), date.day()),
        Value::Id(id) => lexer::quote(&id.to_string()),
        _ => return None,
    })
}

type Found<'a> = Vec<(Range<usize>, &'a str)>;

fn find<'a>(ast: &Ast, locals: &mut Vec<String>, values: &'a HashMap<String, String>, places: &mut Found<'a>) {
    match &ast.kind {
        AstKind::Name(name) => {
            let value = values.get(&**name).filter(|_| locals.iter().all(|local| *local != **name));
            places.extend(value.map(|value| (ast.span.clone(), value.as_str())));
        }
        AstKind::Closure(name, body) => {
            locals.push(name.name.to_string());
            find(body, locals, values, places);
            locals.pop();
        }
        _ => ast.children().into_iter().for_each(|child| find(child, locals, values, places)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::fill;

    #[test]
    fn values_take_the_place_of_names_and_of_nothing_else() {
        let values = HashMap::from([("least".to_owned(), "-5".to_owned()), ("city".to_owned(), "\"Graz\"".to_owned())]);
        let filled = |text: &str| fill(text, &values).unwrap();
        assert_eq!(filled("amount > least && company.city == city"), "amount > (-5) && company.city == (\"Graz\")");
        assert_eq!(filled("items.any(|city| city.name == \"city\")"), "items.any(|city| city.name == \"city\")");
        assert_eq!(
            filled("items.any(|i| i.city in [city, \"Wien\"])"),
            "items.any(|i| i.city in [(\"Graz\"), \"Wien\"])"
        );
        assert_eq!(filled("if least > 0 { least } else { 0 } == -least"), "if (-5) > 0 { (-5) } else { 0 } == -(-5)");
        assert_eq!(fill("amount >", &values).unwrap_err()[0].code, "expression.ended");
    }
}
