//! Functions of scripts in expressions: a call becomes what the body of the function says.

use std::sync::Arc;

use diagnostic::Diagnostic;

use super::{Checked, Checker, Expected, Mention, Named};
use crate::ast::{Ast, Ident, Span};
use crate::functions::{Functions, Signature};
use crate::mistake::Mistake;
use crate::parser::SWITCH;
use crate::{EntityId, Expr, ExprKind, FieldId, FieldRef, Scope, Type, Variable, suggest};

/// Most nodes that calls of functions may come to in one text.
pub const MAX_NODES: usize = 20_000;
/// Tallest tree that a call may come to.
const MAX_HEIGHT: usize = 200;
/// What the parameters of a function belong to while it is looked at alone.
const PARAMETER: &str = "$parameter";

/// A name of a function's body and what it stands for.
pub(super) struct Bound {
    name: Arc<str>,
    value: Expr,
    size: usize,
}

/// A function whose body is being checked.
pub(super) struct Frame {
    functions: Arc<Functions>,
    name: Arc<str>,
    takes: usize,
    /// Where its names begin.
    start: usize,
}

/// Checks that the body of a function gives a value of its type for any arguments of the types of its parameters. Mistakes are
/// told at their places in the source of the script.
pub fn function(
    functions: &Arc<Functions>,
    name: &str,
    signature: &Signature,
    scope: &dyn Scope,
    source: &str,
) -> Result<(), Vec<Diagnostic>> {
    let mut checker = Checker::new(scope);
    let placeholder = |(name, ty): &(Arc<str>, Type)| {
        let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(EntityId::new(PARAMETER)));
        let field = FieldRef { entity: EntityId::new(PARAMETER), id: FieldId::new(name), name: Arc::clone(name) };
        Expr::new(ExprKind::Field(Box::new(record), field), ty.clone())
    };
    let given = signature.parameters.iter().map(placeholder).collect();
    let ident = Ident { name: name.into(), span: 0..0 };
    checker.expanded(functions, &ident, given, Some(&signature.returns), &(0..0));
    let located = |mistake: Mistake| mistake.locate(source);
    match checker.mistakes.is_empty() {
        true => Ok(()),
        false => Err(checker.mistakes.into_iter().map(located).collect()),
    }
}

impl Checker<'_> {
    /// Checks `script::function(arguments)`, or within the body of a function one of the same script; `None` when there is no
    /// such function.
    pub(super) fn of_script(&mut self, name: &Ident, arguments: &[Ast], span: &Span) -> Option<Checked> {
        let Some((script, function)) = name.name.split_once("::") else {
            let functions = Arc::clone(&self.frames.last()?.functions);
            functions.bodies.get(&(Arc::clone(&name.name), arguments.len()))?;
            return Some(self.called_within(&functions, name, arguments, span));
        };
        let inner = Ident { name: function.into(), span: name.span.end - function.len()..name.span.end };
        let imported = self.frames.last().map(|frame| frame.functions.imports.get(script).cloned());
        match imported {
            Some(Some(script)) => match self.scope.functions(&script) {
                Some(functions) => Some(self.called_within(&functions, &inner, arguments, span)),
                None => Some(self.unknown_script(&script, name)),
            },
            Some(None) => Some(self.unknown_script(script, name)),
            None => Some(self.called(script, &inner, arguments, name, span)),
        }
    }

    /// A call out of the body of another function: it takes whatever fits its body.
    fn called_within(&mut self, functions: &Arc<Functions>, name: &Ident, arguments: &[Ast], span: &Span) -> Checked {
        if !functions.bodies.contains_key(&(Arc::clone(&name.name), arguments.len())) {
            return self.unknown_function_of(functions, name);
        }
        let given: Vec<Checked> = arguments.iter().map(|argument| self.value(argument)).collect();
        let given = given.into_iter().collect::<Option<Vec<_>>>()?;
        self.expanded(functions, name, given, None, span)
    }

    /// A call out of an expression: the function must be open to expressions, and takes what it says it takes.
    fn called(&mut self, script: &str, name: &Ident, arguments: &[Ast], whole: &Ident, span: &Span) -> Checked {
        let given: Vec<Checked> = arguments.iter().map(|argument| self.value(argument)).collect();
        let Some(functions) = self.scope.functions(script) else { return self.unknown_script(script, whole) };
        let Some(signature) = functions.open.get(&name.name) else {
            return self.unknown_function_of(&functions, name);
        };
        let place = whole.span.start..whole.span.start + script.len();
        self.mentions.push(Mention { span: place, named: Named::Script(Arc::clone(&functions.script)) });
        let named = Named::Function(Arc::clone(&functions.script), Arc::clone(&name.name));
        self.mentions.push(Mention { span: name.span.clone(), named });
        let given = given.into_iter().collect::<Option<Vec<_>>>()?;
        if !signature.is_sound {
            let mistake = Mistake::new("expression.function_not_sound", whole.span.clone());
            return self.mistake(mistake.with("name", &whole.name));
        }
        let found: Vec<&str> = given.iter().map(|expr| expr.ty.name()).collect();
        let wrong = Mistake::new("expression.wrong_arguments", span.clone())
            .with("name", &whole.name)
            .with("expected", signature.written(script, &name.name))
            .with("found", found.join(", "));
        if given.len() != signature.parameters.len() {
            return self.mistake(wrong);
        }
        let mut fitting = Vec::with_capacity(given.len());
        for ((expr, ast), (_, ty)) in given.into_iter().zip(arguments).zip(&signature.parameters) {
            match self.coerce(expr, ast, ty)? {
                Some(expr) => fitting.push(expr),
                None => return self.mistake(wrong),
            }
        }
        let returns = signature.returns.clone();
        self.expanded(&functions, name, fitting, Some(&returns), span)
    }

    /// Puts arguments in the place of parameters.
    fn expanded(
        &mut self,
        functions: &Arc<Functions>,
        name: &Ident,
        given: Vec<Expr>,
        returns: Option<&Type>,
        span: &Span,
    ) -> Checked {
        let takes = given.len();
        let function = functions.bodies.get(&(Arc::clone(&name.name), takes))?;
        let is_open = |frame: &Frame| {
            frame.functions.script == functions.script && frame.name == name.name && frame.takes == takes
        };
        if self.frames.iter().any(is_open) {
            return self.mistake(Mistake::new("script.formula_recursive", span.clone()).with("name", &name.name));
        }
        let (mistakes, mentions, start) = (self.mistakes.len(), self.mentions.len(), self.bound.len());
        // Mistakes within a function of the same script have their places in its source, those of others at the call.
        let same = self.frames.last().is_none_or(|frame| frame.functions.script == functions.script);
        let is_own = same && (!self.frames.is_empty() || *span == (0..0));
        self.frames.push(Frame { functions: Arc::clone(functions), name: Arc::clone(&name.name), takes, start });
        let bound = function.parameters.iter().zip(given).try_for_each(|(name, value)| self.bind(name, value, span));
        let found = bound.and_then(|()| match &function.body {
            Ok(body) => {
                let found = self.value(body);
                match (found, returns) {
                    (Some(found), Some(ty)) => self.result(found, body, &Expected::Value(ty.clone())),
                    (found, _) => found,
                }
            }
            Err(mistake) => self.mistake(mistake.clone()),
        });
        let is_tall = self.frames.len() == 1 && found.as_ref().is_some_and(|found| extent(found).1 > MAX_HEIGHT);
        self.frames.pop();
        self.bound.truncate(start);
        self.mentions.truncate(mentions);
        if !is_own && self.mistakes.len() > mistakes {
            self.mistakes.truncate(mistakes + 1);
            self.mistakes[mistakes].span = span.clone();
        }
        if is_tall {
            return self.too_large(span);
        }
        found
    }

    /// Checks `let name = value; rest`.
    pub(super) fn with_name(&mut self, name: &Ident, value: &Ast, rest: &Ast) -> Checked {
        let start = self.bound.len();
        let given = self.value(value);
        if &*name.name == SWITCH
            && let Some(given) = &given
            && !matches!(given.ty, Type::Text | Type::Integer | Type::Boolean | Type::Empty)
        {
            let mistake = Mistake::new("script.formula_switch", value.span.clone());
            return self.mistake(mistake.with("type", given.ty.name()));
        }
        self.bind(&name.name, given?, &name.span)?;
        let found = self.value(rest);
        self.bound.truncate(start);
        found
    }

    fn bind(&mut self, name: &Arc<str>, value: Expr, span: &Span) -> Option<()> {
        let (size, height) = extent(&value);
        if height > MAX_HEIGHT {
            return self.too_large(span);
        }
        self.bound.push(Bound { name: Arc::clone(name), value, size });
        Some(())
    }

    /// Gives what a name of the body stands for; `None` outside of bodies.
    pub(super) fn bound_name(&mut self, name: &Arc<str>, span: &Span) -> Option<Checked> {
        let start = self.frames.last()?.start;
        let known = &self.bound[start..];
        let Some(found) = known.iter().rev().find(|bound| bound.name == *name) else {
            let known: Vec<String> = known.iter().map(|bound| bound.name.to_string()).collect();
            if &**name == "user" {
                return Some(self.mistake(Mistake::new("expression.no_user", span.clone())));
            }
            let nearest = suggest::nearest(name, known.iter().map(String::as_str));
            let mistake = Mistake::new("script.formula_name", span.clone()).with("name", name);
            return Some(self.mistake(mistake.with_some("nearest", nearest)));
        };
        let (value, size) = (found.value.clone(), found.size);
        Some(self.spend(size, span).map(|()| value))
    }

    /// Counts nodes that functions come to.
    pub(super) fn spend(&mut self, nodes: usize, span: &Span) -> Option<()> {
        let is_told = self.spent > MAX_NODES;
        self.spent = self.spent.saturating_add(nodes);
        match self.spent > MAX_NODES {
            true if is_told => None,
            true => self.too_large(span),
            false => Some(()),
        }
    }

    fn too_large<T>(&mut self, span: &Span) -> Option<T> {
        self.mistake(Mistake::new("expression.functions_too_large", span.clone()).with("expected", MAX_NODES))
    }

    fn unknown_script(&mut self, script: &str, name: &Ident) -> Checked {
        let known = self.scope.open_functions();
        let mut scripts: Vec<&str> = known.iter().filter_map(|one| Some(one.split_once("::")?.0)).collect();
        scripts.dedup();
        let nearest = suggest::nearest(script, scripts).map(str::to_owned);
        let mistake = Mistake::new("expression.unknown_script", name.span.clone()).with("name", script);
        self.mistake(mistake.with_some("nearest", nearest))
    }

    fn unknown_function_of(&mut self, functions: &Functions, name: &Ident) -> Checked {
        let is_there = functions.bodies.keys().any(|(known, _)| *known == name.name);
        let code = match self.frames.is_empty() && is_there {
            true => "expression.function_not_open",
            false => "expression.unknown_function",
        };
        let nearest = suggest::nearest(&name.name, functions.open.keys().map(|known| &**known));
        let mistake = Mistake::new(code, name.span.clone()).with("name", &name.name);
        self.mistake(mistake.with("script", &functions.script).with_some("nearest", nearest))
    }
}

/// Counts the nodes of a tree, and those on the longest way down.
fn extent(expr: &Expr) -> (usize, usize) {
    let below = expr.children().into_iter().map(extent);
    let (size, height) = below.fold((0, 0), |(size, height), (more, taller)| (size + more, height.max(taller)));
    (size + 1, height + 1)
}
