//! After the expressions: which entities have records that can be shared, and the conditions that open them.

use std::collections::HashSet;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::EntityId;

use super::expressions;
use crate::{Catalog, Condition, Entity, FieldKind, Permission, Shared};

/// Entities of which some role may share records get the conditions, and so do the lines those records own: who is shown a
/// deal is shown its lines. The others pay nothing for sharing.
pub(super) fn resolve(catalog: &mut Catalog, problems: &mut Vec<Diagnostic>) {
    let shareable: HashSet<EntityId> =
        catalog.entities().iter().filter(|it| is_shared(catalog, it)).map(|it| it.id.clone()).collect();
    if shareable.is_empty() {
        return;
    }
    for at in 0..catalog.entities.len() {
        let Some(path) = path_to_shared(catalog, &catalog.entities[at], &shareable) else { continue };
        let id = catalog.entities[at].id.clone();
        let mut condition = |and: &str| -> Option<Arc<Condition>> {
            let mine = format!("s.record == {path}{and}");
            let text = format!(
                "user.shared_records.any(|s| {mine}) || user.teams.any(|t| t.above.any(|a| a.shared_records.any(|s| {mine})))"
            );
            expressions::condition(catalog, &id, &text, "entity/record_share", "", problems)
        };
        let (read, update) = (condition(""), condition(" && s.level == \"update\""));
        if let (Some(read), Some(update)) = (read, update) {
            Arc::make_mut(&mut catalog.entities[at]).shared = Some(Shared { read, update });
        }
    }
}

/// Records of the product itself are not shared one by one.
fn is_shared(catalog: &Catalog, entity: &Entity) -> bool {
    let may = |role: &Arc<crate::Role>| !role.built_in && role.on(&entity.id).share != Permission::Never;
    !entity.system && catalog.roles.iter().any(may)
}

/// The way from a record to the one that is shared: itself, or the parents of a line.
fn path_to_shared(catalog: &Catalog, entity: &Entity, shareable: &HashSet<EntityId>) -> Option<String> {
    if shareable.contains(&entity.id) && entity.owner.is_none() {
        return Some("id".to_owned());
    }
    let (mut line, mut path) = (entity, String::new());
    // A line of a line of a line: as deep as lines go, and never in a circle.
    for _ in 0..8 {
        let (parent, children) = line.owner.as_ref()?;
        let parent = catalog.entity_by_id(parent)?;
        let FieldKind::Children { relation } = &parent.field_by_id(children)?.kind else { return None };
        let back = line.field_by_id(relation.inverse.as_ref()?)?;
        path = if path.is_empty() { back.name.clone() } else { format!("{path}.{}", back.name) };
        if parent.owner.is_none() {
            return shareable.contains(&parent.id).then_some(path);
        }
        line = parent;
    }
    None
}
