//! Calls: functions of the library and closures over related records.

use super::measures::{ALL, MEASURE, TARGET};
use super::{Checked, Checker};
use crate::ast::{Ast, AstKind, Ident, Span};
use crate::function::{self, Function};
use crate::mistake::Mistake;
use crate::{Aggregate, Binary, Expr, ExprKind, Type, Value, suggest};

/// Aggregates and the other names that belong to related records.
const COLLECTION: &[&str] = &["any", "all", "count", "sum", "avg", "min", "max", "filter", "first"];

impl Checker<'_> {
    pub(super) fn method(&mut self, of: &Ast, name: &Ident, arguments: &[Ast], span: &Span) -> Checked {
        let receiver = self.expression(of);
        match receiver {
            Some(receiver) if matches!(receiver.ty, Type::Records(_)) => {
                self.collection(receiver, name, arguments, span)
            }
            receiver => self.function(name, Some((receiver, of)), arguments, span),
        }
    }

    /// Checks a call; the receiver, when there is one, has been checked already and is the first argument.
    pub(super) fn function(
        &mut self,
        name: &Ident,
        receiver: Option<(Checked, &Ast)>,
        arguments: &[Ast],
        span: &Span,
    ) -> Checked {
        if receiver.is_none()
            && let Some(found) = self.of_script(name, arguments, span)
        {
            return found;
        }
        match (&*name.name, &receiver) {
            (ALL, None) => return self.all(arguments),
            (MEASURE, None) => return self.measure(arguments, span),
            (TARGET, None) => return self.target(arguments, span),
            _ => {}
        }
        if function::named(&name.name).next().is_none() && &*name.name != "is_empty" {
            return self.unknown_function(name);
        }
        let places: Vec<&Ast> = receiver.iter().map(|(_, ast)| *ast).chain(arguments).collect();
        let mut exprs: Vec<Checked> = receiver.into_iter().map(|(expr, _)| expr).collect();
        for argument in arguments {
            exprs.push(self.value(argument));
        }
        let exprs: Vec<Expr> = exprs.into_iter().collect::<Option<_>>()?;
        if &*name.name == "is_empty" && exprs.len() == 1 {
            let [value] = <[Expr; 1]>::try_from(exprs).ok()?;
            let kind = ExprKind::Binary(Binary::Equal, Box::new(value), Box::new(Expr::empty()));
            return Some(Expr::new(kind, Type::Boolean));
        }
        let found: Vec<&str> = exprs.iter().map(|expr| expr.ty.name()).collect();
        let found = found.join(", ");
        let exact = function::find(&name.name, &exprs);
        let Some(function) = exact.or_else(|| function::named(&name.name).find(|function| takes(function, &exprs)))
        else {
            let expected: Vec<String> = function::named(&name.name).map(signature).collect();
            return self.mistake(
                Mistake::new("expression.wrong_arguments", span.clone())
                    .with("name", &name.name)
                    .with("expected", expected.join("; "))
                    .with("found", found),
            );
        };
        let mut coerced = Vec::with_capacity(exprs.len());
        for ((expr, ast), ty) in exprs.into_iter().zip(places).zip(function.parameters) {
            coerced.push(self.coerce(expr, ast, ty)??);
        }
        let empty = coerced.iter().any(|expr| expr.kind == ExprKind::Literal(Value::Empty));
        if empty {
            return Some(Expr::literal(Value::Empty, function.result.clone()));
        }
        self.written(function, &coerced, span)?;
        Some(Expr::new(ExprKind::Call(function.name, coerced), function.result.clone()))
    }

    /// Notes a word that is not of its list, and a computed one; so that periods are ranges of dates, their count is written.
    fn written(&mut self, function: &Function, arguments: &[Expr], span: &Span) -> Option<()> {
        let Some(word) = function.word else { return Some(()) };
        let found = match arguments.last().map(|argument| &argument.kind) {
            Some(ExprKind::Literal(Value::Text(text))) => Some(&**text),
            _ => None,
        };
        let is_computed = |argument: &Expr| !matches!(argument.kind, ExprKind::Literal(_));
        let counts = function::period::Period::of(function.name).is_some() && arguments.len() == 3;
        if found.is_some_and(|text| word.takes(text)) && !(counts && is_computed(&arguments[1])) {
            return Some(());
        }
        let expected = if counts { format!("1, 2, 3…, {}", word.expected()) } else { word.expected().to_owned() };
        let wrong = found.filter(|text| !word.takes(text));
        let code = if wrong.is_some() { "expression.wrong_word" } else { "expression.written" };
        self.mistake(
            Mistake::new(code, span.clone())
                .with("name", function.name)
                .with_some("found", wrong)
                .with("expected", expected)
                .with_some("nearest", found.and_then(|text| word.nearest(text))),
        )
    }

    fn unknown_function(&mut self, name: &Ident) -> Checked {
        let known = function::all().map(|function| function.name).chain(["is_empty", MEASURE, TARGET]);
        let nearest = suggest::nearest(&name.name, known);
        let code =
            if COLLECTION.contains(&&*name.name) { "expression.not_related" } else { "expression.unknown_function" };
        self.mistake(Mistake::new(code, name.span.clone()).with("name", &name.name).with_some("nearest", nearest))
    }

    fn collection(&mut self, of: Expr, name: &Ident, arguments: &[Ast], span: &Span) -> Checked {
        let aggregate = match &*name.name {
            "any" => Some(Aggregate::Any),
            "all" => Some(Aggregate::All),
            "count" => Some(Aggregate::Count),
            "sum" => Some(Aggregate::Sum),
            "avg" => Some(Aggregate::Avg),
            "min" => Some(Aggregate::Min),
            "max" => Some(Aggregate::Max),
            "first" => Some(Aggregate::First),
            "filter" => None,
            other => {
                let nearest = suggest::nearest(other, COLLECTION.iter().copied());
                return self.mistake(
                    Mistake::new("expression.unknown_function", name.span.clone())
                        .with("name", other)
                        .with_some("nearest", nearest),
                );
            }
        };
        match (aggregate, arguments) {
            (Some(Aggregate::Count), []) => {
                let variable = self.fresh();
                Some(Expr::new(ExprKind::Aggregate(Aggregate::Count, Box::new(of), variable, None), Type::Integer))
            }
            (Some(Aggregate::First), []) => {
                let (variable, record) = (self.fresh(), Type::Record(of.ty.entity()?.clone()));
                Some(Expr::new(ExprKind::Aggregate(Aggregate::First, Box::new(of), variable, None), record))
            }
            (Some(Aggregate::Count), _) => self.mistake(
                Mistake::new("expression.wrong_arguments", span.clone())
                    .with("name", "count")
                    .with("expected", "count()")
                    .with("found", arguments.len()),
            ),
            (aggregate, [Ast { kind: AstKind::Closure(parameter, body), .. }]) => {
                self.closure(of, aggregate, parameter, body)
            }
            _ => self.mistake(Mistake::new("expression.closure_expected", span.clone()).with("name", &name.name)),
        }
    }

    fn closure(&mut self, of: Expr, aggregate: Option<Aggregate>, parameter: &Ident, body: &Ast) -> Checked {
        let records = of.ty.clone();
        let entity = records.entity()?.clone();
        let of = Box::new(of);
        let Some(aggregate) = aggregate else {
            let (variable, body) = self.body(parameter, &entity, |checker| checker.condition(body))?;
            return Some(Expr::new(ExprKind::Filter(of, variable, Box::new(body)), records));
        };
        let (variable, body) = self.body(parameter, &entity, |checker| match aggregate {
            Aggregate::Any | Aggregate::All | Aggregate::First => checker.condition(body),
            _ => checker.measured(aggregate, body),
        })?;
        let ty = match aggregate {
            Aggregate::Any | Aggregate::All => Type::Boolean,
            Aggregate::First => Type::Record(entity),
            _ => body.ty.clone(),
        };
        Some(Expr::new(ExprKind::Aggregate(aggregate, of, variable, Some(Box::new(body))), ty))
    }

    /// Checks what `sum`, `avg`, `min` or `max` goes over.
    fn measured(&mut self, aggregate: Aggregate, body: &Ast) -> Checked {
        let expr = self.value(body)?;
        let ty = expr.ty.clone();
        match (aggregate, &ty) {
            (Aggregate::Avg, Type::Integer) => self.coerce(expr, body, &Type::Decimal)?,
            (Aggregate::Sum | Aggregate::Avg, Type::Integer | Type::Decimal) => Some(expr),
            (Aggregate::Min | Aggregate::Max, ty) if ty.is_ordered() && *ty != Type::Empty => Some(expr),
            _ => self.wrong_type(body, &Type::Decimal, &ty),
        }
    }
}

fn takes(function: &Function, arguments: &[Expr]) -> bool {
    function.parameters.len() == arguments.len()
        && function.parameters.iter().zip(arguments).all(|(parameter, argument)| match (&argument.ty, parameter) {
            (Type::Integer, Type::Decimal) | (Type::Empty, _) => true,
            (Type::Text, Type::Date | Type::DateTime | Type::Time) => matches!(argument.kind, ExprKind::Literal(_)),
            (found, wanted) => found == wanted,
        })
}

/// Writes a function with the types of its arguments: `round(decimal, integer)`.
pub(crate) fn signature(function: &Function) -> String {
    let parameters: Vec<&str> = function.parameters.iter().map(Type::name).collect();
    format!("{}({})", function.name, parameters.join(", "))
}
