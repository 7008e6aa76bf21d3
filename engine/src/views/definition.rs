//! What a view shows, by identities as it is kept and by names as it is used.

use std::collections::BTreeMap;

use access::AccessScope;
use catalog::view::{Board, ViewType};
use catalog::{Choice, Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::check::{NARROWING, Named, mentions};
use expression::{EntityId, Expected, FieldId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::Context;

/// What the identity of an entity begins with in a path of identities.
const NARROWED: &str = "@";

/// What a view shows, by names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// Paths of its columns, in order.
    pub columns: Vec<String>,
    /// Keys of its order, `-` before those of descending ones.
    pub sort: Vec<String>,
    /// A condition, one expression.
    pub filter: Option<String>,
    /// Conditions as they were composed: objects with a `path` each; the meaning of the rest is the screen's.
    pub conditions: Vec<Json>,
    /// How it shows the records, and apart by what.
    pub board: Board,
}

/// What a view shows, by identities.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Definition {
    columns: Vec<Vec<String>>,
    sort: Vec<(Vec<String>, bool)>,
    filter: Option<Filter>,
    conditions: Vec<(Vec<String>, Json)>,
    #[serde(default)]
    board: Kept,
}

/// A board by identities.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    form: ViewType,
    group_by: Option<String>,
    lanes: Option<String>,
    total: Option<String>,
    limits: BTreeMap<String, u32>,
}

/// An expression with the places where it names fields.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Filter {
    text: String,
    mentions: Vec<Mention>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Mention {
    start: usize,
    end: usize,
    entity: String,
    /// Empty where the entity itself is named.
    field: String,
}

impl Definition {
    /// Puts identities for names; paths of conditions that are unknown or hidden are mistakes.
    pub(super) fn of(ctx: &Context, entity: &str, shown: &Shown, mistakes: &mut Vec<Diagnostic>) -> Self {
        let Some(entity) = ctx.catalog().entity(entity) else { return Self::default() };
        let path = |path: &String| identities(ctx, entity, path);
        let sort = shown.sort.iter().filter_map(|key| {
            let plain = key.strip_prefix('-').unwrap_or(key);
            Some((identities(ctx, entity, plain)?, key.starts_with('-')))
        });
        let mut conditions = Vec::new();
        for (at, condition) in shown.conditions.iter().enumerate() {
            let path = condition.get("path").and_then(Json::as_str).unwrap_or_default();
            match identities(ctx, entity, path) {
                Some(path) => conditions.push((path, condition.clone())),
                None => {
                    let mistake = Diagnostic::error("view.unknown_path").at(format!("/conditions/{at}/path"));
                    mistakes.push(mistake.with("name", path));
                }
            }
        }
        Self {
            columns: shown.columns.iter().filter_map(path).collect(),
            sort: sort.collect(),
            filter: shown.filter.as_deref().and_then(|text| Filter::of(ctx, entity, text)),
            conditions,
            board: Kept::of(ctx, entity, &shown.board),
        }
    }

    /// Puts the names of now for identities, and counts what is left out.
    pub(super) fn shown(&self, ctx: &Context, entity: &Entity) -> (Shown, usize) {
        let mut missing = 0;
        let mut known = |path: &Vec<String>| {
            let found = names(ctx, entity, path);
            missing += usize::from(found.is_none());
            found
        };
        let columns = self.columns.iter().filter_map(&mut known).collect();
        let sort = self.sort.iter().filter_map(|(path, down)| {
            let path = known(path)?;
            Some(if *down { format!("-{path}") } else { path })
        });
        let sort = sort.collect();
        let conditions = self.conditions.iter().filter_map(|(path, condition)| {
            let mut condition = condition.clone();
            let path = known(path)?;
            condition.as_object_mut()?.insert("path".to_owned(), Json::from(path));
            Some(condition)
        });
        let conditions = conditions.collect();
        let filter = self.filter.as_ref().and_then(|filter| {
            let text = filter.text(ctx);
            missing += usize::from(text.is_none());
            text
        });
        let board = self.board.shown(ctx, entity, &mut missing);
        (Shown { columns, sort, filter, conditions, board }, missing)
    }
}

impl Kept {
    fn of(ctx: &Context, entity: &Entity, board: &Board) -> Self {
        let field = |name: &Option<String>| ctx.access.shown_field(entity, name.as_deref()?);
        let id = |name: &Option<String>| field(name).map(|field| field.id.as_str().to_owned());
        let choices = choices(field(&board.group_by));
        let limit = |(value, max): (&String, &u32)| {
            let choice = choices.iter().find(|choice| *choice.value == **value)?;
            Some((choice.id.clone(), *max))
        };
        Self {
            form: board.form,
            group_by: id(&board.group_by),
            lanes: id(&board.lanes),
            total: id(&board.total),
            limits: board.limits.iter().filter_map(limit).collect(),
        }
    }

    /// What is no more is left out; without what its columns stand for a kanban is a list.
    fn shown(&self, ctx: &Context, entity: &Entity, missing: &mut usize) -> Board {
        let mut field = |id: &Option<String>, fits: fn(&Field) -> bool| {
            let id = id.as_ref()?;
            let found = visible(ctx, entity, &FieldId::new(id)).filter(|field| fits(field));
            *missing += usize::from(found.is_none());
            found
        };
        let group_by = field(&self.group_by, catalog::view::groups);
        let lanes = field(&self.lanes, catalog::view::groups);
        let total = field(&self.total, catalog::view::adds_up);
        let choices = choices(group_by);
        let limit = |(id, max): (&String, &u32)| {
            let choice = choices.iter().find(|choice| choice.id == *id)?;
            Some((choice.value.to_string(), *max))
        };
        let name = |field: Option<&Field>| field.map(|field| field.name.clone());
        Board {
            form: if group_by.is_some() { self.form } else { ViewType::Grid },
            group_by: name(group_by),
            lanes: name(lanes),
            total: name(total),
            limits: self.limits.iter().filter_map(limit).collect(),
        }
    }
}

fn choices(field: Option<&Field>) -> &[Choice] {
    match field.map(|field| &field.kind) {
        Some(FieldKind::Choice(set)) => &set.choices,
        _ => &[],
    }
}

impl Filter {
    fn of(ctx: &Context, entity: &Entity, text: &str) -> Option<Self> {
        let scope = AccessScope::of_record(&ctx.access, &entity.id);
        let (_, found) = mentions(text, &scope, &Expected::Condition).ok()?;
        let mentions = found.into_iter().filter_map(|mention| {
            let (entity, field) = match mention.named {
                Named::Field(field) => (field.entity, field.id.as_str().to_owned()),
                Named::Entity(entity) => (entity, String::new()),
                Named::Choice(..) | Named::Measure(_) | Named::Script(_) | Named::Function(..) => return None,
            };
            let entity = entity.as_str().to_owned();
            Some(Mention { start: mention.span.start, end: mention.span.end, entity, field })
        });
        Some(Self { text: text.to_owned(), mentions: mentions.collect() })
    }

    /// The text with the names of now; `None` when one is gone or hidden.
    fn text(&self, ctx: &Context) -> Option<String> {
        let mut mentions: Vec<&Mention> = self.mentions.iter().collect();
        mentions.sort_by_key(|mention| mention.start);
        mentions.dedup_by_key(|mention| mention.start);
        let (mut text, mut at) = (String::with_capacity(self.text.len()), 0);
        for mention in mentions {
            let entity = ctx.catalog().entity_by_id(&EntityId::new(&mention.entity))?;
            text.push_str(self.text.get(at..mention.start)?);
            if mention.field.is_empty() {
                text.push_str(&ctx.access.read(&entity.id)?.entity().name);
            } else {
                text.push_str(&visible(ctx, entity, &FieldId::new(&mention.field))?.name);
            }
            at = mention.end;
        }
        text.push_str(self.text.get(at..)?);
        Some(text)
    }
}

/// The identities of the fields along a path.
fn identities(ctx: &Context, entity: &Entity, path: &str) -> Option<Vec<String>> {
    let mut here = Some(entity);
    let mut found = Vec::new();
    let mut last = None;
    for name in path.split('.') {
        if let Some(narrowed) = last.take().and_then(|field| ctx.catalog().narrowed(field, name)) {
            found.push(format!("{NARROWED}{}", narrowed.id));
            here = ctx.access.read(&narrowed.id).map(|_| &**narrowed);
            continue;
        }
        let field = ctx.access.shown_field(here?, name)?;
        found.push(field.id.as_str().to_owned());
        here = target(ctx, field);
        last = Some(field);
    }
    Some(found)
}

/// The names of now along a path of identities; `None` when one is gone or hidden.
fn names(ctx: &Context, entity: &Entity, path: &[String]) -> Option<String> {
    let mut here = Some(entity);
    let mut found = Vec::new();
    for id in path {
        if let Some(narrowed) = id.strip_prefix(NARROWED) {
            let entity = ctx.catalog().entity_by_id(&EntityId::new(narrowed))?;
            ctx.access.read(&entity.id)?;
            found.push(format!("{NARROWING}{}", entity.name));
            here = Some(&**entity);
            continue;
        }
        let field = visible(ctx, here?, &FieldId::new(id))?;
        found.push(field.name.clone());
        here = target(ctx, field);
    }
    Some(found.join("."))
}

fn visible<'e>(ctx: &Context, entity: &'e Entity, id: &FieldId) -> Option<&'e Field> {
    let field = entity.field_by_id(id)?;
    ctx.access.shown_field(entity, &field.name)
}

fn target<'c>(ctx: &'c Context, field: &Field) -> Option<&'c Entity> {
    let id = match &field.kind {
        FieldKind::Link { relation, .. }
        | FieldKind::Links { relation, .. }
        | FieldKind::Children { relation }
        | FieldKind::Inverse { relation } => &relation.target,
        _ => return None,
    };
    ctx.catalog().entity_by_id(id).map(|entity| &**entity)
}
