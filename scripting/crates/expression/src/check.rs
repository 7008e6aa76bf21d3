//! The tree as written and the metadata to the typed tree, or every mistake with its place.

mod names;
mod calls;
mod measures;
mod operators;
mod coerce;
mod functions;
mod targets;

use std::sync::Arc;

use diagnostic::Diagnostic;

use crate::ast::{Ast, AstKind, Span};
use crate::mistake::Mistake;
use crate::{EntityId, Expr, ExprKind, FieldRef, Scope, Type, Value, Variable, parser};

pub use functions::{MAX_NODES, function};
pub use measures::named as measures_named;

/// Most relations on one path.
pub const MAX_HOPS: usize = 16;

/// What the name of an entity begins with where a link to one of several is taken for one of them.
pub const NARROWING: &str = "as_";

/// What an expression is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Any one value.
    Anything,
    /// True or false; empty counts as false.
    Condition,
    /// A value for a field of this type.
    Value(Type),
    /// A relation to many records.
    Relation,
}

/// A place where a text names metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Bytes of the text.
    pub span: Span,
    /// What is named there.
    pub named: Named,
}

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A field.
    Field(FieldRef),
    /// A choice, by the text that the field is compared with.
    Choice(FieldRef, Arc<str>),
    /// An entity that a link to one of several is taken to lead to.
    Entity(EntityId),
    /// A measure, by the text of its name.
    Measure(Arc<str>),
    /// A script, before the name of its function.
    Script(Arc<str>),
    /// A function of a script.
    Function(Arc<str>, Arc<str>),
}

/// Reads and checks an expression. All mistakes of meaning come at once; one of grammar comes alone.
pub fn check(text: &str, scope: &dyn Scope, expected: &Expected) -> Result<Expr, Vec<Diagnostic>> {
    mentions(text, scope, expected).map(|(expr, _)| expr)
}

/// Checks as [`check`] does and tells where the text names fields and choices.
pub fn mentions(text: &str, scope: &dyn Scope, expected: &Expected) -> Result<(Expr, Vec<Mention>), Vec<Diagnostic>> {
    let locate = |mistakes: Vec<Mistake>| mistakes.into_iter().map(|mistake| mistake.locate(text)).collect::<Vec<_>>();
    let ast = parser::parse(text).map_err(locate)?;
    let mut checker = Checker::new(scope);
    let expr = checker.expression(&ast).and_then(|expr| checker.result(expr, &ast, expected));
    match expr {
        Some(expr) if checker.mistakes.is_empty() => Ok((expr, checker.mentions)),
        _ => Err(locate(checker.mistakes)),
    }
}

/// Checks a tree that was read from another notation, whose places are its own.
pub fn tree(ast: &Ast, scope: &dyn Scope) -> Result<(Expr, Vec<Mention>), Vec<Mistake>> {
    let mut checker = Checker::new(scope);
    match checker.value(ast) {
        Some(expr) if checker.mistakes.is_empty() => Ok((expr, checker.mentions)),
        _ => Err(checker.mistakes),
    }
}

/// Where the current text names records: the closures around it, innermost last.
struct Local {
    name: Arc<str>,
    variable: Variable,
    entity: EntityId,
}

struct Checker<'a> {
    scope: &'a dyn Scope,
    locals: Vec<Local>,
    variables: u32,
    mistakes: Vec<Mistake>,
    mentions: Vec<Mention>,
    /// Measures whose meaning is being checked.
    expanding: Vec<Arc<str>>,
    /// Functions of scripts whose bodies are being checked, innermost last, and what their names stand for.
    frames: Vec<functions::Frame>,
    bound: Vec<functions::Bound>,
    /// Nodes that functions have come to so far.
    spent: usize,
    /// How deep the node being checked is.
    depth: u16,
}

/// `None` when a mistake has been noted.
type Checked = Option<Expr>;

impl<'a> Checker<'a> {
    fn new(scope: &'a dyn Scope) -> Self {
        let named = (1..).map(Variable).zip(scope.records());
        let locals: Vec<Local> = named.map(|(variable, (name, entity))| Local { name, variable, entity }).collect();
        let variables = locals.last().map_or(0, |local| local.variable.0);
        Self {
            scope,
            locals,
            variables,
            mistakes: Vec::new(),
            mentions: Vec::new(),
            expanding: Vec::new(),
            frames: Vec::new(),
            bound: Vec::new(),
            spent: 0,
            depth: 0,
        }
    }

    fn mistake<T>(&mut self, mistake: Mistake) -> Option<T> {
        self.mistakes.push(mistake);
        None
    }

    fn expression(&mut self, ast: &Ast) -> Checked {
        if !self.frames.is_empty() {
            self.spend(1, &ast.span)?;
        }
        // Trees alone are not as tall: functions call one another.
        if self.depth > parser::MAX_HEIGHT {
            let mistake = Mistake::new("expression.too_deep", ast.span.clone());
            return self.mistake(mistake.with("expected", parser::MAX_HEIGHT));
        }
        self.depth += 1;
        let found = self.node(ast);
        self.depth -= 1;
        found
    }

    fn node(&mut self, ast: &Ast) -> Checked {
        match &ast.kind {
            AstKind::Empty => Some(Expr::empty()),
            AstKind::Boolean(value) => Some(Expr::literal(Value::Boolean(*value), Type::Boolean)),
            AstKind::Integer(value) => Some(Expr::literal(Value::Integer(*value), Type::Integer)),
            AstKind::Decimal(value) => Some(Expr::literal(Value::Decimal(*value), Type::Decimal)),
            AstKind::Text(text) if text.is_empty() => Some(Expr::empty()),
            AstKind::Text(text) => Some(Expr::literal(Value::Text(Arc::clone(text)), Type::Text)),
            AstKind::Name(name) => self.name(name, &ast.span),
            AstKind::Member(of, name) => self.member(of, name),
            AstKind::Method(of, name, arguments) => self.method(of, name, arguments, &ast.span),
            AstKind::Call(name, arguments) => self.function(name, None, arguments, &ast.span),
            AstKind::Closure(..) => self.mistake(Mistake::new("expression.closure_misplaced", ast.span.clone())),
            AstKind::List(_) => self.mistake(Mistake::new("expression.list_misplaced", ast.span.clone())),
            AstKind::Unary(operator, argument) => self.unary(*operator, argument),
            AstKind::Binary(operator, left, right) => self.binary(*operator, left, right, &ast.span),
            AstKind::In(value, list) => self.one_of(value, list),
            AstKind::Let(name, value, rest) => self.with_name(name, value, rest),
            AstKind::If(condition, then, otherwise) => self.choice(condition, then, otherwise.as_deref(), &ast.span),
        }
    }

    fn choice(&mut self, condition: &Ast, then: &Ast, otherwise: Option<&Ast>, span: &Span) -> Checked {
        let condition = self.condition(condition);
        let then_expr = self.value(then);
        let otherwise_expr = match otherwise {
            Some(ast) => self.value(ast),
            None => Some(Expr::empty()),
        };
        let (condition, then_expr, otherwise_expr) = (condition?, then_expr?, otherwise_expr?);
        let (then_type, other_type) = (then_expr.ty.clone(), otherwise_expr.ty.clone());
        let other_ast = otherwise.unwrap_or(then);
        let Some((then_expr, otherwise_expr)) = self.unify((then_expr, then), (otherwise_expr, other_ast))? else {
            return self.mistake(
                Mistake::new("expression.branches_differ", span.clone())
                    .with("left", then_type.name())
                    .with("right", other_type.name()),
            );
        };
        if then_expr.ty == Type::Empty {
            return Some(Expr::empty());
        }
        let ty = then_expr.ty.clone();
        Some(Expr::new(ExprKind::If(Box::new(condition), Box::new(then_expr), Box::new(otherwise_expr)), ty))
    }

    /// Checks something that has one value: anything but related records.
    fn value(&mut self, ast: &Ast) -> Checked {
        let expr = self.expression(ast)?;
        match expr.ty {
            Type::Records(_) => self.mistake(Mistake::new("expression.many_records", ast.span.clone())),
            _ => Some(expr),
        }
    }

    fn condition(&mut self, ast: &Ast) -> Checked {
        let expr = self.value(ast)?;
        match expr.ty {
            Type::Boolean => Some(expr),
            Type::Empty => Some(Expr::literal(Value::Boolean(false), Type::Boolean)),
            _ => self.wrong_type(ast, &Type::Boolean, &expr.ty),
        }
    }

    fn result(&mut self, expr: Expr, ast: &Ast, expected: &Expected) -> Checked {
        if *expected == Expected::Relation {
            let is_relation = matches!((&expr.kind, &expr.ty), (ExprKind::Field(..), Type::Records(_)));
            return match is_relation {
                true => Some(expr),
                false => self.mistake(Mistake::new("expression.no_relation", ast.span.clone())),
            };
        }
        if let Type::Records(_) = expr.ty {
            return self.mistake(Mistake::new("expression.many_records", ast.span.clone()));
        }
        match expected {
            Expected::Anything | Expected::Relation => Some(expr),
            Expected::Condition => match expr.ty {
                Type::Boolean | Type::Empty => Some(expr),
                _ => self.wrong_type(ast, &Type::Boolean, &expr.ty),
            },
            Expected::Value(ty) => {
                let found = expr.ty.clone();
                match self.coerce(expr, ast, ty)? {
                    Some(expr) => Some(expr),
                    None => self.wrong_type(ast, ty, &found),
                }
            }
        }
    }

    fn wrong_type<T>(&mut self, ast: &Ast, expected: &Type, found: &Type) -> Option<T> {
        self.mistake(
            Mistake::new("expression.wrong_type", ast.span.clone())
                .with("to_type", expected.name())
                .with("from_type", found.name()),
        )
    }
}
