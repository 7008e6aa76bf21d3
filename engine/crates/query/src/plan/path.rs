//! Paths such as `company.region.name`: each name looked up among those the actor may know.

use std::sync::Arc;

use catalog::{Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::EntityId;

use super::source::{Draft, SourceId};

/// Most names in a path: 16 hops and the field at their end.
const MAX_NAMES: usize = 17;

/// Says whether a text can only be meant as a path; what is none is an expression.
pub(crate) fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "_.".contains(letter))
}

/// One step of a path: a field of an entity, and of a link to one of several entities the one it is taken to lead to.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    entity: Arc<Entity>,
    at: usize,
    narrowed: Option<EntityId>,
}

impl Step {
    pub(crate) fn field(&self) -> &Field {
        &self.entity.fields[self.at]
    }

    /// The entity that a link to one of several is taken to lead to.
    pub(crate) fn narrowed(&self) -> Option<&EntityId> {
        self.narrowed.as_ref()
    }

    /// The entity on the far side, when the step is a relation to one entity.
    pub(crate) fn target(&self) -> Option<&EntityId> {
        self.narrowed().or_else(|| target(self.field()))
    }
}

impl Draft<'_> {
    /// Looks a path up; an unknown and a hidden name give the same mistake, and only visible names are suggested.
    pub(crate) fn path(&self, entity: &Arc<Entity>, path: &str, pointer: &str) -> Result<Vec<Step>, Diagnostic> {
        self.steps(entity, path, pointer, false)
    }

    /// Looks up a path that is only shown: it may end at a field of which no more than a trace is.
    pub(crate) fn shown_path(&self, entity: &Arc<Entity>, path: &str, pointer: &str) -> Result<Vec<Step>, Diagnostic> {
        self.steps(entity, path, pointer, true)
    }

    fn steps(
        &self,
        entity: &Arc<Entity>,
        path: &str,
        pointer: &str,
        may_be_masked: bool,
    ) -> Result<Vec<Step>, Diagnostic> {
        let names: Vec<&str> = path.split('.').collect();
        let too_long =
            || Diagnostic::error("query.path_too_long").at(pointer).with("name", path).with("expected", MAX_NAMES - 1);
        // Of a link to one of several entities two names make a step.
        if names.len() > 2 * MAX_NAMES {
            return Err(too_long());
        }
        let mut steps: Vec<Step> = Vec::with_capacity(names.len());
        let mut here = Some(Arc::clone(entity));
        for (at, name) in names.iter().enumerate() {
            if let Some(step) = steps.last_mut()
                && step.narrowed.is_none()
                && let FieldKind::AnyLink { targets, .. } = &step.field().kind
            {
                let open = self.access.catalog().narrowed(step.field(), name);
                let Some(open) = open.filter(|entity| self.access.read(&entity.id).is_some()).cloned() else {
                    return Err(self.unknown_target(targets, name, pointer));
                };
                step.narrowed = Some(open.id.clone());
                here = Some(open);
                continue;
            }
            let is_end = at + 1 == names.len();
            let known = here.as_ref().and_then(|entity| {
                match may_be_masked && is_end {
                    true => self.access.shown_field(entity, name)?,
                    false => self.access.field(entity, name)?,
                };
                let at = entity.fields.iter().position(|field| field.name == *name)?;
                Some(Step { entity: Arc::clone(entity), at, narrowed: None })
            });
            let Some(step) = known else { return Err(self.unknown(here.as_deref(), name, pointer)) };
            here = target(step.field()).and_then(|target| self.access.catalog().entity_by_id(target)).cloned();
            steps.push(step);
            if steps.len() > MAX_NAMES {
                return Err(too_long());
            }
        }
        Ok(steps)
    }

    /// Joins the record at the far side of a step to one; `None` when the actor may not read its entity.
    pub(crate) fn walk(&mut self, from: SourceId, step: &Step) -> Option<SourceId> {
        match step.narrowed() {
            Some(target) => self.join_any(from, step.field(), target),
            None => self.join(from, step.field()),
        }
    }

    fn unknown_target(&self, targets: &[EntityId], name: &str, pointer: &str) -> Diagnostic {
        let open = targets.iter().filter_map(|target| self.access.read(target));
        let known: Vec<String> =
            open.map(|grant| format!("{}{}", expression::check::NARROWING, grant.entity().name)).collect();
        let nearest = expression::suggest::nearest(name, known.iter().map(String::as_str));
        Diagnostic::error("query.unknown_target")
            .at(pointer)
            .with("name", name)
            .with("expected", known.join(", "))
            .with_some("nearest", nearest)
    }

    fn unknown(&self, entity: Option<&Entity>, name: &str, pointer: &str) -> Diagnostic {
        let known = entity.map(|entity| self.access.fields(entity)).unwrap_or_default();
        let nearest = expression::suggest::nearest(name, known.iter().map(|field| field.name.as_str()));
        Diagnostic::error("query.unknown_name").at(pointer).with("name", name).with_some("nearest", nearest)
    }
}

/// The entity on the far side of a relation.
pub(crate) fn target(field: &Field) -> Option<&EntityId> {
    match &field.kind {
        FieldKind::Link { relation, .. }
        | FieldKind::Links { relation, .. }
        | FieldKind::Children { relation }
        | FieldKind::Inverse { relation } => Some(&relation.target),
        _ => None,
    }
}

/// Says whether a field leads to many records.
pub(crate) fn is_many(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Links { .. } | FieldKind::Children { .. } | FieldKind::Inverse { .. })
}
