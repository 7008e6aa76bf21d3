//! What a view shows, by identities as it is kept and by names as it is used.

use std::collections::BTreeMap;

use access::AccessScope;
use catalog::view::{Layout, ViewSetting, ViewType, fits};
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
    /// How it shows the records.
    pub layout: Layout,
}

impl Shown {
    /// How many names there are in it that can be missing.
    pub(super) fn parts(&self) -> usize {
        self.columns.len() + self.sort.len() + usize::from(self.filter.is_some()) + self.layout.fields.len()
    }
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

/// How the records are shown, by identities.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    form: ViewType,
    limits: BTreeMap<String, u32>,
    #[serde(flatten)]
    fields: BTreeMap<ViewSetting, Option<String>>,
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
            board: Kept::of(ctx, entity, &shown.layout),
        }
    }

    /// How many names are kept; the counterpart of those of what is shown.
    pub(super) fn parts(&self) -> usize {
        let fields = self.board.fields.values().flatten().count();
        self.columns.len() + self.sort.len() + usize::from(self.filter.is_some()) + fields
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
        let layout = self.board.shown(ctx, entity, &mut missing);
        (Shown { columns, sort, filter, conditions, layout }, missing)
    }
}

impl Kept {
    fn of(ctx: &Context, entity: &Entity, layout: &Layout) -> Self {
        let field = |name: &str| ctx.access.shown_field(entity, name);
        let choices = choices(layout.field(ViewSetting::GroupBy).and_then(field));
        let limit = |(value, max): (&String, &u32)| {
            let choice = choices.iter().find(|choice| *choice.value == **value)?;
            Some((choice.id.clone(), *max))
        };
        let id = |(setting, name): (&ViewSetting, &String)| {
            field(name).map(|field| (*setting, Some(field.id.as_str().to_owned())))
        };
        Self {
            form: layout.form,
            limits: layout.limits.iter().filter_map(limit).collect(),
            fields: layout.fields.iter().filter_map(id).collect(),
        }
    }

    /// What is no more is left out; a view without what its type needs is a list, which has no settings of that type.
    fn shown(&self, ctx: &Context, entity: &Entity, missing: &mut usize) -> Layout {
        let mut found = BTreeMap::new();
        for (setting, id) in &self.fields {
            let Some(id) = id else { continue };
            let field = visible(ctx, entity, &FieldId::new(id)).filter(|field| fits(*setting, field));
            *missing += usize::from(field.is_none());
            found.extend(field.map(|field| (*setting, field)));
        }
        let lacks = |setting: &ViewSetting| setting.is_needed_by(self.form) && !found.contains_key(setting);
        if ViewSetting::ALL.iter().any(lacks) {
            return Layout::default();
        }
        let choices = choices(found.get(&ViewSetting::GroupBy).copied());
        let limit = |(id, max): (&String, &u32)| {
            let choice = choices.iter().find(|choice| choice.id == *id)?;
            Some((choice.value.to_string(), *max))
        };
        let has = |setting: ViewSetting| setting.types().contains(&self.form);
        // A field of another type than it was when the view was saved is no end of what begins.
        let of = |setting: ViewSetting| found.get(&setting).map(|field| field.type_name());
        if of(ViewSetting::End).is_some_and(|end| Some(end) != of(ViewSetting::Start)) {
            found.remove(&ViewSetting::End);
            *missing += 1;
        }
        let fields = found.into_iter().filter(|(setting, _)| has(*setting));
        Layout {
            form: self.form,
            limits: self.limits.iter().filter_map(limit).collect(),
            fields: fields.map(|(setting, field)| (setting, field.name.clone())).collect(),
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
