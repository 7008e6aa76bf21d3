//! Which field a header probably means: by name, by label in any language, by likeness; and by what the texts of a column
//! name linked records.

use std::collections::BTreeMap;

use access::{Grant, Operation};
use catalog::{Field, FieldKind, LinkFlavour};

use super::mapping::{Column, To};
use crate::Context;
use crate::records::command::identity;

/// Guesses where each column goes by its header and its first texts; each field is taken once, by the surest header.
pub(super) fn columns(
    ctx: &Context,
    grant: &Grant,
    headers: &[String],
    samples: &[Vec<String>],
) -> BTreeMap<String, Column> {
    // Records are found by an id, which leads to changes.
    let may_change = ctx.access.grant(&grant.entity().id, Operation::Update).is_some();
    let is_open = |field: &&Field| if is_id(field) { may_change } else { is_open(grant, field) };
    let fields: Vec<&Field> = grant.entity().fields.iter().filter(is_open).collect();
    let mut taken: Vec<&str> = Vec::new();
    let mut guessed: BTreeMap<String, Column> =
        headers.iter().map(|header| (header.clone(), Column::Nowhere)).collect();
    for likeness in [exact, near] {
        for (header, samples) in std::iter::zip(headers, samples) {
            if guessed.get(header) != Some(&Column::Nowhere) {
                continue;
            }
            let free = fields.iter().filter(|field| !taken.contains(&field.name.as_str()));
            let fits = |field: &&&Field| likeness(&plain(header), field) && (!is_id(field) || are_ids(samples));
            if let Some(field) = free.into_iter().find(fits) {
                taken.push(&field.name);
                let to = match by(ctx, field, samples) {
                    Some(by) => Column::To(To { field: field.name.clone(), by: Some(by), ..To::default() }),
                    None => Column::Field(field.name.clone()),
                };
                guessed.insert(header.clone(), to);
            }
        }
    }
    guessed
}

/// Names the field by which these texts name linked records: its title, unless they are ids or all such records have a key.
fn by(ctx: &Context, field: &Field, samples: &[String]) -> Option<String> {
    let (FieldKind::Link { relation, .. } | FieldKind::Links { relation, .. }) = &field.kind else { return None };
    let target = ctx.access.read(&relation.target)?;
    let title = target.entity().title_field()?;
    let is_text = title.columns.len() == 1 && !matches!(title.kind, FieldKind::Link { .. });
    let are_titles = target.entity().key.is_none() && !samples.is_empty() && !are_ids(samples);
    (is_text && are_titles && target.allows(title)).then(|| title.name.clone())
}

fn is_id(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Id)
}

fn are_ids(samples: &[String]) -> bool {
    !samples.is_empty() && samples.iter().all(|text| identity(text.trim()).is_some())
}

fn is_open(grant: &Grant, field: &Field) -> bool {
    let is_simple = match &field.kind {
        // A file is told by its name and a secret by dots: neither comes back that way.
        FieldKind::Link { flavour, .. } => !matches!(flavour, LinkFlavour::File | LinkFlavour::Image),
        FieldKind::Children { .. } | FieldKind::Inverse { .. } | FieldKind::AnyLink { .. } | FieldKind::Secret => false,
        _ => true,
    };
    is_simple && grant.allows(field) && !field.write_only && (!field.is_attribute() || field.id.as_str() == "owner")
}

fn names(field: &Field) -> impl Iterator<Item = String> {
    std::iter::once(plain(&field.name)).chain(field.label.0.values().map(|label| plain(label)))
}

fn exact(header: &str, field: &Field) -> bool {
    names(field).any(|name| name == header)
}

fn near(header: &str, field: &Field) -> bool {
    header.chars().count() >= 5 && names(field).any(|name| schemas::suggest::nearest(header, [name.as_str()]).is_some())
}

/// Letters and digits only, in lower case: `Order Date`, `order_date` and `OrderDate` are one.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
