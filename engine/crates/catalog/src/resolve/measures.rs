//! Last stage: measures, whose numbers and conditions walk the finished entities.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{Decimal, Expected, Expr, ExprKind, Measured, Scope, Type, Value, Variable};
use schemas::{MeasureParameter, MeasureParameterType, NumberFormat, NumberType};

use super::gather::Gathered;
use super::groups;
use super::references::{self, unknown_entity};
use crate::measure::{DatePath, Measure, Parameter, Threshold};
use crate::scope::{PARAMETER, WithParameters};
use crate::{Catalog, CatalogScope, Entity, EntityId};

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<Measure>> {
    let mut measures = Vec::with_capacity(gathered.measures.len());
    for written in gathered.measures.values() {
        // With a mistake in it, it would count something else than what was meant.
        match measure(catalog, written) {
            Ok(found) => measures.push(Arc::new(found)),
            Err(found) => problems.extend(found),
        }
    }
    measures
}

/// Measures as expressions read them, as far as they can be read at all.
pub(super) fn measured(gathered: &Gathered, catalog: &Catalog) -> BTreeMap<String, Measured> {
    let measured = |measure: &&schemas::Measure| {
        let entity = catalog.entity(&measure.entity)?;
        let scope = CatalogScope::of_record(catalog, &entity.id).without_measures();
        let date = measure.date.as_ref().map(|path| expression::check(path, &scope, &Expected::Anything));
        let values = measure.parameters.iter().map(|it| (it.name.clone(), default_text(it))).collect();
        let filter = match &measure.filter {
            Some(filter) => Some(expression::parameters::fill(filter, &values).ok()?),
            None => None,
        };
        Some(Measured {
            id: measure.id.as_ref().unwrap_or(&measure.name).as_str().into(),
            entity: entity.name.as_str().into(),
            expression: measure.expression.clone(),
            filter,
            date: measure.date.clone(),
            is_instant: date.is_some_and(|date| date.is_ok_and(|date| date.ty == Type::DateTime)),
            person: measure.person.clone(),
            period: measure.period.as_str().into(),
            mine: measure.mine,
        })
    };
    gathered.measures.values().filter_map(|it| Some((it.name.clone(), measured(it)?))).collect()
}

/// The default of a parameter as the language writes it; empty without one.
fn default_text(parameter: &MeasureParameter) -> String {
    let json = match &parameter.default {
        Some(schemas::Default::Expression(default)) => return default.expression.clone(),
        Some(schemas::Default::Value(json)) => json,
        None => return "()".to_owned(),
    };
    let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    let value = match parameter.kind {
        MeasureParameterType::Integer => text.parse().map(Value::Integer).ok(),
        MeasureParameterType::Decimal => Decimal::parse(&text).map(Value::Decimal).ok(),
        MeasureParameterType::Boolean => json.as_bool().map(Value::Boolean),
        MeasureParameterType::Date => text.parse().map(Value::Date).ok(),
        _ => Some(Value::Text(text.into())),
    };
    value.and_then(|value| expression::parameters::written(&value)).unwrap_or_else(|| "()".to_owned())
}

/// Resolves a measure as it is drawn over a finished catalog; every mistake at its place.
pub fn measure(catalog: &Catalog, measure: &schemas::Measure) -> Result<Measure, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let found = Stage { catalog, measure, problems: &mut problems }.resolved();
    found.filter(|_| problems.is_empty()).ok_or(problems)
}

struct Stage<'a> {
    catalog: &'a Catalog,
    measure: &'a schemas::Measure,
    problems: &'a mut Vec<Diagnostic>,
}

impl Stage<'_> {
    fn resolved(&mut self) -> Option<Measure> {
        let measure = self.measure;
        let roles = self.roles();
        let parameters: Vec<Parameter> =
            measure.parameters.iter().enumerate().filter_map(|(at, it)| self.parameter(it, at)).collect();
        let entity = self.entity(&measure.entity, "/entity")?;
        for (at, parameter) in measure.parameters.iter().enumerate().filter(|(_, it)| entity.field(&it.name).is_some())
        {
            let problem = Diagnostic::error("measure.parameter_is_field").with("name", &parameter.name);
            self.report(problem.with("entity", &entity.name), &format!("/parameters/{at}/name"));
        }
        let ty = self.number(&entity);
        self.filter(&entity);
        let date = measure.date.as_ref().and_then(|path| self.date(&entity, path));
        if let Some(path) = &measure.person {
            self.person(&entity, path);
        }
        Some(Measure {
            id: measure.id.clone().unwrap_or_else(|| measure.name.clone()),
            name: measure.name.clone(),
            label: measure.label.or_name(&measure.name),
            description: measure.description.clone(),
            icon: measure.icon.clone(),
            entity: entity.id.clone(),
            expression: measure.expression.clone(),
            format: format(measure, ty.as_ref()?),
            ty: ty?,
            filter: measure.filter.clone(),
            date,
            person: measure.person.clone(),
            parameters,
            period: measure.period,
            mine: measure.mine,
            better: measure.better,
            thresholds_of: measure.thresholds_of,
            thresholds: measure.thresholds.iter().filter_map(threshold).collect(),
            roles,
        })
    }

    /// Checks the number.
    fn number(&mut self, entity: &Entity) -> Option<Type> {
        let found = groups::value(self.catalog, entity, &self.measure.expression);
        self.take(found, "/expression")
    }

    fn filter(&mut self, entity: &Entity) {
        let Some(text) = &self.measure.filter else { return };
        let scope = WithParameters::of(self.catalog, &entity.id, &self.measure.parameters);
        match expression::check(text, &scope, &Expected::Condition) {
            Ok(expr) => {
                for name in misplaced(&expr) {
                    self.report(Diagnostic::error("expression.unknown_name").with("name", name), "/filter");
                }
            }
            Err(found) => found.into_iter().for_each(|one| self.report(one, "/filter")),
        }
    }

    fn date(&mut self, entity: &Entity, path: &str) -> Option<DatePath> {
        let found = groups::date(self.catalog, entity, path);
        self.take(found, "/date")
    }

    fn person(&mut self, entity: &Entity, path: &str) {
        let found = groups::person(self.catalog, entity, path);
        self.take(found, "/person");
    }

    fn take<T>(&mut self, found: Result<T, Vec<Diagnostic>>, here: &str) -> Option<T> {
        found.map_err(|found| found.into_iter().for_each(|one| self.report(one, here))).ok()
    }

    fn parameter(&mut self, parameter: &MeasureParameter, at: usize) -> Option<Parameter> {
        let here = format!("/parameters/{at}");
        let target = match &parameter.target {
            Some(name) => Some(self.entity(name, &format!("{here}/target"))?.id.clone()),
            None if parameter.kind == MeasureParameterType::User => self.user(),
            None => None,
        };
        if let Some(schemas::Default::Expression(default)) = &parameter.default {
            let ty = type_of(parameter.kind, target.as_ref());
            let scope = CatalogScope::without_record(self.catalog);
            if let Err(found) = expression::check(&default.expression, &scope, &Expected::Value(ty)) {
                found.into_iter().for_each(|one| self.report(one, &format!("{here}/default/expression")));
                return None;
            }
        }
        Some(Parameter {
            name: parameter.name.clone(),
            label: parameter.label.or_name(&parameter.name),
            kind: parameter.kind,
            choices: parameter.choices.clone(),
            target,
            default: parameter.default.clone(),
        })
    }

    fn roles(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        let roles = references::roles(self.catalog, &self.measure.roles, "/roles", &mut found);
        let document = format!("measure/{}", self.measure.name);
        self.problems.extend(found.into_iter().map(|problem| problem.in_document(document.clone())));
        roles
    }

    fn entity(&mut self, name: &str, here: &str) -> Option<Arc<Entity>> {
        let found = self.catalog.entity(name).cloned();
        if found.is_none() {
            self.report(unknown_entity(self.catalog, name), here);
        }
        found
    }

    fn user(&self) -> Option<EntityId> {
        CatalogScope::without_record(self.catalog).user()
    }

    fn report(&mut self, problem: Diagnostic, here: &str) {
        self.problems.push(problem.in_document(format!("measure/{}", self.measure.name)).at(here));
    }
}

/// Type of a parameter's value in expressions.
pub(crate) fn type_of(kind: MeasureParameterType, target: Option<&EntityId>) -> Type {
    match kind {
        MeasureParameterType::Text | MeasureParameterType::Choice => Type::Text,
        MeasureParameterType::Integer => Type::Integer,
        MeasureParameterType::Decimal => Type::Decimal,
        MeasureParameterType::Boolean => Type::Boolean,
        MeasureParameterType::Date => Type::Date,
        MeasureParameterType::Link | MeasureParameterType::User => {
            target.map_or(Type::Id, |target| Type::Record(target.clone()))
        }
    }
}

/// Names of parameters that are read as if a record had them.
fn misplaced(expr: &Expr) -> Vec<String> {
    let mut found: Vec<String> = expr.children().into_iter().flat_map(misplaced).collect();
    if let ExprKind::Field(of, field) = &expr.kind
        && field.entity.as_str() == PARAMETER
        && of.kind != ExprKind::Variable(Variable::RECORD)
    {
        found.push(field.name.to_string());
    }
    found
}

fn threshold(threshold: &schemas::Threshold) -> Option<Threshold> {
    let from = match &threshold.from {
        Some(from) => Some(Decimal::parse(&from.digits()).ok()?),
        None => None,
    };
    Some(Threshold { from, color: threshold.color.as_str().to_owned(), label: threshold.label.clone() })
}

fn format(measure: &schemas::Measure, ty: &Type) -> NumberFormat {
    let kind = if *ty == Type::Integer { NumberType::Integer } else { NumberType::Decimal };
    measure.format.clone().unwrap_or(NumberFormat { kind, scale: None, currency: None })
}
