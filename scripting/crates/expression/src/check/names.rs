//! Names: variables of closures, the user, fields and paths.

use std::sync::Arc;

use super::Checked;
use super::{Checker, Local, MAX_HOPS, Mention, NARROWING, Named};
use crate::ast::{Ast, Ident, Span};
use crate::mistake::Mistake;
use crate::{Aggregate, Binary, EntityId, Expr, ExprKind, Type, Variable, function, suggest};

impl Checker<'_> {
    pub(super) fn name(&mut self, name: &Arc<str>, span: &Span) -> Checked {
        // What is around a call has no names in the body of the function.
        if let Some(found) = self.bound_name(name, span) {
            return found;
        }
        if let Some(local) = self.locals.iter().rev().find(|local| local.name == *name) {
            return Some(Expr::new(ExprKind::Variable(local.variable), Type::Record(local.entity.clone())));
        }
        if &**name == "user" {
            return match self.scope.user() {
                Some(entity) => Some(Expr::new(ExprKind::User, Type::Record(entity))),
                None => self.mistake(Mistake::new("expression.no_user", span.clone())),
            };
        }
        let Some(entity) = self.scope.record() else {
            let known: Vec<String> = self.locals.iter().map(|local| local.name.to_string()).collect();
            return self.unknown("expression.no_record", name, &known, span);
        };
        let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(entity.clone()));
        self.field(record, &entity, name, span)
    }

    pub(super) fn member(&mut self, of: &Ast, name: &Ident) -> Checked {
        let record = self.expression(of)?;
        match record.ty.clone() {
            Type::Record(entity) => self.field(record, &entity, &name.name, &name.span),
            Type::AnyRecord(targets) => self.narrowed(record, &targets, name),
            Type::Empty => Some(Expr::empty()),
            Type::Records(_) => {
                self.mistake(Mistake::new("expression.many_records", of.span.clone()).with("name", &name.name))
            }
            ty => self.mistake(
                Mistake::new("expression.no_members", name.span.clone())
                    .with("name", &name.name)
                    .with("type", ty.name()),
            ),
        }
    }

    fn field(&mut self, record: Expr, entity: &EntityId, name: &Arc<str>, span: &Span) -> Checked {
        let Some(member) = self.scope.member(entity, name) else {
            let mut known = self.scope.names(entity);
            if matches!(record.kind, ExprKind::Variable(Variable::RECORD)) {
                known.extend(self.locals.iter().map(|local| local.name.to_string()));
                known.extend(self.scope.user().map(|_| "user".to_owned()));
            }
            // A function without arguments is called all the same.
            if function::named(name).any(|function| function.parameters.is_empty()) {
                known = vec![format!("{name}()")];
            }
            return self.unknown("expression.unknown_name", name, &known, span);
        };
        let expr = Expr::new(ExprKind::Field(Box::new(record), member.field.clone()), member.ty);
        self.mentions.push(Mention { span: span.clone(), named: Named::Field(member.field) });
        if hops(&expr) > MAX_HOPS {
            return self.mistake(Mistake::new("expression.too_many_hops", span.clone()).with("expected", MAX_HOPS));
        }
        Some(expr)
    }

    /// Checks `subject.as_company`: which of its entities a link to one of several leads to.
    fn narrowed(&mut self, record: Expr, targets: &[EntityId], name: &Ident) -> Checked {
        let entity = name.name.strip_prefix(NARROWING).unwrap_or_default();
        let Some(target) = self.scope.entity(entity).filter(|target| targets.contains(target)) else {
            let known = targets.iter().filter_map(|target| self.scope.entity_name(target));
            let known: Vec<String> = known.map(|entity| format!("{NARROWING}{entity}")).collect();
            return self.unknown("expression.unknown_target", &name.name, &known, &name.span);
        };
        let span = name.span.start + NARROWING.len()..name.span.end;
        self.mentions.push(Mention { span, named: Named::Entity(target.clone()) });
        Some(Expr::new(ExprKind::As(Box::new(record), target.clone(), entity.into()), Type::Record(target)))
    }

    fn unknown<T>(&mut self, code: &'static str, name: &str, known: &[String], span: &Span) -> Option<T> {
        let nearest = suggest::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        self.mistake(Mistake::new(code, span.clone()).with("name", name).with_some("nearest", nearest))
    }

    /// Checks the body of a closure over records of an entity.
    pub(super) fn body<T>(
        &mut self,
        name: &Ident,
        entity: &EntityId,
        check: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(Variable, T)> {
        self.variables += 1;
        let variable = Variable(self.variables);
        self.locals.push(Local { name: Arc::clone(&name.name), variable, entity: entity.clone() });
        let body = check(self);
        self.locals.pop();
        Some((variable, body?))
    }

    pub(super) fn fresh(&mut self) -> Variable {
        self.variables += 1;
        Variable(self.variables)
    }
}

/// Counts the relations walked to reach a value, on the longest way.
fn hops(expr: &Expr) -> usize {
    match &expr.kind {
        ExprKind::Field(of, _) => hops(of) + usize::from(expr.ty.is_relation()),
        ExprKind::As(of, ..) | ExprKind::Filter(of, ..) | ExprKind::Aggregate(Aggregate::First, of, ..) => hops(of),
        ExprKind::If(_, left, right) | ExprKind::Binary(Binary::Coalesce, left, right) => hops(left).max(hops(right)),
        _ => 0,
    }
}
