//! What joins lead to, and the names that expressions behind them may use.

use diagnostic::Diagnostic;
use expression::{EntityId, Expected, ExprKind, Type};

use super::{check, kinds, scope_over};
use crate::dataset::Way;
use crate::resolve::references::unknown_entity;
use crate::{Catalog, CatalogScope};

/// What a join leads to and how, or nothing and every mistake.
pub(super) fn way(
    catalog: &Catalog,
    scope: &CatalogScope,
    join: &schemas::DatasetJoin,
    here: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<(EntityId, Way)> {
    if let Some(through) = &join.through {
        let pointer = format!("{here}/through");
        let expr = check(catalog, through, scope, &Expected::Relation, &pointer, problems)?;
        let Type::Records(target) = expr.ty else { return None };
        let ExprKind::Field(from, relation) = expr.kind else { return None };
        return Some((target, Way::Relation(*from, relation)));
    }
    let name = join.entity.as_ref()?;
    let Some(target) = catalog.entity(name).map(|entity| entity.id.clone()) else {
        problems.push(unknown_entity(catalog, name).at(format!("{here}/entity")));
        return None;
    };
    let joined = scope_over(catalog, &target);
    let mut pairs = Vec::new();
    for (at, pair) in join.on.iter().enumerate() {
        let (left_at, right_at) = (format!("{here}/on/{at}/left"), format!("{here}/on/{at}/right"));
        let left = check(catalog, &pair.left, scope, &Expected::Anything, &left_at, problems);
        let right = check(catalog, &pair.right, &joined, &Expected::Anything, &right_at, problems);
        let (Some(left), Some(right)) = (left, right) else { continue };
        match kinds::as_equals(left, right) {
            Ok(pair) => pairs.push(pair),
            Err(problem) => problems.push(problem.at(right_at)),
        }
    }
    (pairs.len() == join.on.len()).then_some((target, Way::Equal(pairs)))
}

/// What a join leads to; nothing when it cannot be told.
pub(crate) fn joined(catalog: &Catalog, scope: &CatalogScope, join: &schemas::DatasetJoin) -> Option<EntityId> {
    match (&join.through, &join.entity) {
        (Some(_), _) => way(catalog, scope, join, "", &mut Vec::new()).map(|(target, _)| target),
        (None, Some(name)) => catalog.entity(name).map(|entity| entity.id.clone()),
        (None, None) => None,
    }
}

/// The names that expressions of a part may use behind so many of its joins.
pub(crate) fn scope_before<'c>(
    catalog: &'c Catalog,
    part: &schemas::DatasetPart,
    join: usize,
) -> Option<CatalogScope<'c>> {
    let mut scope = scope_over(catalog, &catalog.entity(&part.entity)?.id);
    for join in part.joins.iter().take(join) {
        let target = joined(catalog, &scope, join)?;
        scope.add_record(&join.name, &target);
    }
    Some(scope)
}
