//! Fourth stage: both sides of relations find each other.

use std::collections::HashSet;

use diagnostic::Diagnostic;
use expression::FieldId;
use schemas::FieldType;
use schemas::suggest::nearest;

use super::fields::{Draft, Origin};
use super::gather::Gathered;
use crate::link_back;
use crate::{Field, FieldKind, OnDelete, Relation};

pub(super) fn resolve(gathered: &Gathered, drafts: &mut [Draft], problems: &mut Vec<Diagnostic>) {
    pair_lines(gathered, drafts, problems);
    add_inverses(gathered, drafts, problems);
    for draft in drafts.iter_mut() {
        draft.entity.index();
    }
    circles(gathered, drafts, problems);
}

/// Warns of required links that lead back to where they begin: of such records none can be the first.
fn circles(gathered: &Gathered, drafts: &[Draft], problems: &mut Vec<Diagnostic>) {
    let links: Vec<Vec<(Origin<'_>, usize)>> = drafts.iter().map(|draft| required(gathered, draft).collect()).collect();
    let leading = leading_to_circles(&links);
    for (at, Draft { entity, source, .. }) in drafts.iter().enumerate() {
        for (origin, to) in links[at].iter().filter(|(_, to)| leading[*to]) {
            let (mut seen, mut open) = (HashSet::from([*to]), vec![*to]);
            while let Some(next) = open.pop() {
                let on = links[next].iter().map(|(_, to)| *to);
                open.extend(on.filter(|to| leading[*to] && seen.insert(*to)));
            }
            if seen.contains(&at) {
                let label = origin.field.label.or_name(&origin.field.name).0;
                let problem = Diagnostic::warning("relation.required_circle")
                    .named("entity", &entity.name, &entity.label.0)
                    .named("field", &origin.field.name, &label);
                problems.push(problem.in_document(source.document()).at(origin.pointer("required")));
            }
        }
    }
}

/// Says of each entity whether its required links lead to a circle, which is hardly ever so: takes away whatever requires
/// nothing that is left, until nothing more goes.
fn leading_to_circles(links: &[Vec<(Origin<'_>, usize)>]) -> Vec<bool> {
    let mut left: Vec<usize> = links.iter().map(Vec::len).collect();
    let mut requiring = vec![Vec::new(); links.len()];
    for (at, links) in links.iter().enumerate() {
        links.iter().for_each(|(_, to)| requiring[*to].push(at));
    }
    let mut free: Vec<usize> = (0..links.len()).filter(|at| left[*at] == 0).collect();
    while let Some(gone) = free.pop() {
        for &at in &requiring[gone] {
            left[at] -= 1;
            if left[at] == 0 {
                free.push(at);
            }
        }
    }
    left.into_iter().map(|left| left > 0).collect()
}

/// Lists the links that every new record of an entity has to have, with the position of what they lead to.
fn required<'a>(gathered: &'a Gathered, draft: &'a Draft<'a>) -> impl Iterator<Item = (Origin<'a>, usize)> {
    std::iter::zip(&draft.entity.fields, &draft.origins).filter_map(|(field, origin)| {
        let origin = (*origin).filter(|_| field.required && field.default.is_none())?;
        let target = origin.field.target.as_deref().filter(|_| matches!(field.kind, FieldKind::Link { .. }))?;
        Some((origin, gathered.position(target)?))
    })
}

/// Positions of the fields of one type, as (entity, field) with what was written.
fn written<'a>(drafts: &[Draft<'a>], types: &[FieldType]) -> Vec<(usize, usize, Origin<'a>)> {
    let mut found = Vec::new();
    for (entity, draft) in drafts.iter().enumerate() {
        for (field, origin) in draft.origins.iter().enumerate() {
            if let Some(origin) = origin.filter(|origin| types.contains(&origin.field.kind)) {
                found.push((entity, field, origin));
            }
        }
    }
    found
}

/// Pairs each `children` field with the link of its lines.
fn pair_lines(gathered: &Gathered, drafts: &mut [Draft], problems: &mut Vec<Diagnostic>) {
    for (parent, children, origin) in written(drafts, &[FieldType::Children]) {
        let Some(line) = origin.field.target.as_deref().and_then(|name| gathered.position(name)) else { continue };
        let Some(inverse) = origin.field.inverse.as_deref() else { continue };
        match pair(drafts, (parent, children), line, inverse) {
            Ok(link) => {
                let owner = (drafts[parent].entity.id.clone(), drafts[parent].entity.fields[children].id.clone());
                let link_id = drafts[line].entity.fields[link].id.clone();
                set_inverse(&mut drafts[parent].entity.fields[children], link_id);
                let link = &mut drafts[line].entity.fields[link];
                set_inverse(link, owner.1.clone());
                link.required = true;
                if let FieldKind::Link { on_delete, .. } = &mut link.kind {
                    *on_delete = OnDelete::Cascade;
                }
                drafts[line].entity.owner = Some(owner);
            }
            Err((key, problem)) => report(&drafts[parent], origin, key, problem, problems),
        }
    }
}

/// Finds the link of the lines that leads back to the parent.
fn pair(
    drafts: &[Draft],
    (parent, children): (usize, usize),
    line: usize,
    inverse: &str,
) -> Result<usize, (&'static str, Diagnostic)> {
    let (above, below) = (&drafts[parent].entity, &drafts[line]);
    let target = &below.entity.name;
    if parent == line {
        return Err(("target", Diagnostic::error("relation.lines_of_itself")));
    }
    if let Some((other, _)) = &below.entity.owner {
        let other = drafts.iter().find(|draft| draft.entity.id == *other).map(|draft| draft.entity.name.as_str());
        return Err((
            "target",
            Diagnostic::error("relation.two_owners").with("target", target).with_some("other", other),
        ));
    }
    let Some(at) = below.entity.by_name.get(inverse).copied() else {
        let links = below.entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Link { .. }));
        let near = nearest(inverse, links.map(|field| field.name.as_str()));
        let problem = Diagnostic::error("relation.no_link_back").with("target", target).with("found", inverse);
        return Err(("inverse", problem.with_some("nearest", near)));
    };
    let field = &below.entity.fields[at];
    let leads_back = matches!(&field.kind, FieldKind::Link { relation, .. } if relation.target == above.id);
    let Some(origin) = below.origins[at].filter(|_| leads_back) else {
        if leads_back && field.id == link_back::id(&above.fields[children].id) {
            return Ok(at);
        }
        let problem = Diagnostic::error("relation.not_a_link_back").with("target", target).with("found", inverse);
        return Err(("inverse", problem.with("entity", &above.name)));
    };
    let name = &above.fields[children].name;
    if origin.field.inverse.as_deref().is_some_and(|back| back != name) {
        let problem = Diagnostic::error("relation.other_inverse").with("target", target).with("found", inverse);
        return Err(("inverse", problem.with("expected", name)));
    }
    if !matches!(origin.field.on_delete, None | Some(schemas::OnDelete::Cascade)) {
        let problem = Diagnostic::error("relation.lines_go_along").with("target", target).with("found", inverse);
        return Err(("inverse", problem));
    }
    Ok(at)
}

/// Gives the far side of each `link` and `links`, and each of those of an `any_link`, the field its `inverse` names.
fn add_inverses(gathered: &Gathered, drafts: &mut [Draft], problems: &mut Vec<Diagnostic>) {
    for (near, at, origin) in written(drafts, &[FieldType::Link, FieldType::Links, FieldType::AnyLink]) {
        let Some(name) = origin.field.inverse.as_deref() else { continue };
        let link = &drafts[near].entity.fields[at];
        if link.relation().is_some_and(|relation| relation.inverse.is_some()) {
            continue;
        }
        let targets = origin.field.target.iter().chain(origin.field.targets.iter().flatten());
        for far in targets.filter_map(|target| gathered.position(target)) {
            if drafts[far].entity.by_name.contains_key(name) {
                let problem = Diagnostic::error("relation.inverse_taken")
                    .with("found", name)
                    .with("target", &drafts[far].entity.name);
                report(&drafts[near], origin, "inverse", problem, problems);
                continue;
            }
            let inverse = inverse(&drafts[near], &drafts[near].entity.fields[at], name);
            set_inverse(&mut drafts[near].entity.fields[at], inverse.id.clone());
            let far = &mut drafts[far];
            far.entity.by_name.insert(inverse.name.clone(), far.entity.fields.len());
            far.entity.fields.push(inverse);
            far.origins.push(None);
        }
    }
}

fn inverse(near: &Draft, link: &Field, name: &str) -> Field {
    let relation = Relation { target: near.entity.id.clone(), inverse: Some(link.id.clone()) };
    Field {
        id: FieldId::new(&format!("{}~", link.id)),
        name: name.to_owned(),
        label: near.entity.plural.clone(),
        description: schemas::Label::default(),
        kind: FieldKind::Inverse { relation },
        columns: Vec::new(),
        required: false,
        default: None,
        system: near.entity.system && link.system,
        read_only: true,
        write_only: false,
        searchable: false,
        audit_reads: false,
        formula: None,
        conditions: crate::Conditions::default(),
    }
}

fn set_inverse(field: &mut Field, id: FieldId) {
    match &mut field.kind {
        FieldKind::Link { relation, .. } | FieldKind::Links { relation, .. } | FieldKind::Children { relation } => {
            relation.inverse = Some(id);
        }
        FieldKind::AnyLink { inverse, .. } => *inverse = Some(id),
        _ => {}
    }
}

fn report(draft: &Draft, origin: Origin, key: &str, problem: Diagnostic, problems: &mut Vec<Diagnostic>) {
    let problem = problem.with("field", &origin.field.name);
    problems.push(problem.in_document(draft.source.document()).at(origin.pointer(key)));
}
