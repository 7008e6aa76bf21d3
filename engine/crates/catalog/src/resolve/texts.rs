//! The texts of expressions in the documents of entities, each with its place.

use super::fields::{Draft, Origin};

/// What later stages need of the documents when the entities are already in the catalog.
pub(super) struct Expressions<'a> {
    pub(super) rules: &'a [schemas::Rule],
    /// Position of the field in the entity, its pointer and the text of its default.
    pub(super) defaults: Vec<(usize, String, &'a str)>,
    /// Position of the field in the entity, its pointer and the text of its formula.
    pub(super) formulas: Vec<(usize, String, &'a str)>,
    /// The same of what automatic numbers are apart by.
    pub(super) sequences: Vec<(usize, String, &'a str)>,
    /// Position of the field in the entity, its pointer, the key of a condition on it, and the condition.
    pub(super) conditions: Vec<(usize, String, &'static str, &'a schemas::FieldCondition)>,
    /// Conditions of access: those of the product, then those of people.
    pub(super) access: Vec<&'a schemas::Access>,
}

/// Gathers the expressions of the documents, entity by entity.
pub(super) fn sources<'a>(drafts: &[Draft<'a>]) -> Vec<Expressions<'a>> {
    drafts
        .iter()
        .map(|draft| Expressions {
            rules: draft.source.written.map(|entity| entity.rules.as_slice()).unwrap_or_default(),
            defaults: draft.origins.iter().enumerate().filter_map(|(at, origin)| default_of(at, (*origin)?)).collect(),
            formulas: draft.origins.iter().enumerate().filter_map(|(at, origin)| formula_of(at, (*origin)?)).collect(),
            sequences: draft
                .origins
                .iter()
                .enumerate()
                .filter_map(|(at, origin)| sequence_of(at, (*origin)?))
                .collect(),
            conditions: {
                let origins = draft.origins.iter().enumerate().filter_map(|(at, origin)| Some((at, (*origin)?)));
                origins.flat_map(|(at, origin)| conditions_of(at, origin)).collect()
            },
            access: {
                let product = draft.source.system.and_then(|(_, document)| document.access.as_deref());
                product.into_iter().chain(draft.source.written.and_then(|entity| entity.access.as_deref())).collect()
            },
        })
        .collect()
}

fn default_of<'a>(at: usize, origin: Origin<'a>) -> Option<(usize, String, &'a str)> {
    match &origin.field.default {
        Some(schemas::Default::Expression(default)) => {
            Some((at, origin.pointer("default/expression"), default.expression.as_str()))
        }
        _ => None,
    }
}

fn formula_of<'a>(at: usize, origin: Origin<'a>) -> Option<(usize, String, &'a str)> {
    let formula = origin.field.formula.as_ref()?;
    Some((at, origin.pointer("formula/expression"), formula.expression.as_str()))
}

fn conditions_of<'a>(
    at: usize,
    origin: Origin<'a>,
) -> impl Iterator<Item = (usize, String, &'static str, &'a schemas::FieldCondition)> {
    let conditions = origin.field.conditions();
    conditions.map(move |(key, one)| (at, origin.pointer(&format!("{key}/when")), key, one))
}

fn sequence_of<'a>(at: usize, origin: Origin<'a>) -> Option<(usize, String, &'a str)> {
    Some((at, origin.pointer("sequence"), origin.field.sequence.as_deref()?))
}
