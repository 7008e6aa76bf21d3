//! What may be chosen for a field of a record that is being filled in, by values that nobody has saved.

use access::{Grant, Operation};
use catalog::{Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{Expr, FieldId, Value};
use query::plan::Unsaved;
use query::write::{Bin, Lock};
use query::{Image, Request, SortKey};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::command::{Command, Reader};
use super::save::Set;
use super::unit_of_work::UnitOfWork;
use super::{defaults, judge, load, read, references};
use crate::secrets::digest;
use crate::{Context, Error};

/// What is asked about a field.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Name of the field.
    pub field: String,
    /// The record; `None` of one that is yet to be made.
    pub record: Option<Uuid>,
    /// Values that are not saved, as they would be written.
    pub values: Map<String, Json>,
    /// Words that the title or a searchable field contains.
    pub search: Option<String>,
    /// Records on a page.
    pub limit: Option<u32>,
    /// Cursor of an earlier page.
    pub cursor: Option<String>,
}

/// Lists what may be chosen, as far as the caller may read it: `{"items": [{"id", "title"}], "next_cursor"}` of records,
/// `{"values"}` of choices. A condition over what the caller may not know narrows nothing here: the save judges it.
pub async fn options(ctx: &Context, entity: &str, asked: &Asked) -> Result<Json, Error> {
    let operation = if asked.record.is_some() { Operation::Update } else { Operation::Create };
    let grant = load::stored(ctx, entity, operation)?;
    let field = known(ctx, &grant, &asked.field)?;
    let condition = field.conditions.options.as_ref();
    let (image, mistakes) = unsaved(ctx, &grant, asked).await?;
    if let Some(condition) = condition {
        let reads = super::conditions::own_names(&condition.when);
        let is_read = |mistake: &Diagnostic| {
            let name = mistake.place.pointer.strip_prefix("/values/").and_then(|rest| rest.split('/').next());
            name.is_some_and(|name| reads.iter().any(|read| **read == *name))
        };
        let found: Vec<Diagnostic> = mistakes.into_iter().filter(is_read).collect();
        if !found.is_empty() {
            return Err(Error::Invalid(found));
        }
    }
    let reading = load::reading(ctx, &grant);
    let record = Unsaved { grant: &reading, image: &image };
    match &field.kind {
        FieldKind::Choice(_) | FieldKind::MultiChoice(_) => choices(ctx, grant.entity(), field, record).await,
        FieldKind::Link { relation, .. } | FieldKind::Links { relation, .. } => {
            let when = condition.map(|condition| &condition.when).filter(|when| knows(ctx, when));
            let target = ctx.catalog().entity_by_id(&relation.target).filter(|it| ctx.access.read(&it.id).is_some());
            let target = target.ok_or_else(|| unfit(field))?;
            records(ctx, target, field, record, when, asked).await
        }
        _ => Err(unfit(field)),
    }
}

fn unfit(field: &Field) -> Error {
    Error::Invalid(vec![Diagnostic::error("options.not_chosen").at("/field").with("name", &field.name)])
}

fn known<'a>(ctx: &Context, grant: &'a Grant, name: &str) -> Result<&'a Field, Error> {
    let entity: &Entity = grant.entity();
    let is_known = |field: &&Field| grant.allows(field) || ctx.access.shown_field(entity, &field.name).is_some();
    let names = entity.fields.iter().filter(is_known).map(|field| field.name.as_str());
    let nearest = schemas::suggest::nearest(name, names);
    let unknown = Diagnostic::error("record.unknown_field").at("/field").with("name", name);
    let unknown = unknown.with_some("nearest", nearest);
    entity.field(name).filter(is_known).ok_or_else(|| Error::Invalid(vec![unknown]))
}

/// The caller's own rights decide on what the condition reads: of what they may not know it would tell.
fn knows(ctx: &Context, when: &Expr) -> bool {
    let reads = expression::paths::reads_of(when, catalog::condition::CANDIDATE).0;
    ctx.access.knows(when)
        && reads.paths.iter().flat_map(|path| &path.fields).all(|field| ctx.access.knows_named(field))
}

/// The values of the record as they would be saved, with what is wrong with those that are given.
async fn unsaved(ctx: &Context, grant: &Grant, asked: &Asked) -> Result<(Image, Vec<Diagnostic>), Error> {
    let reader = Reader { access: &ctx.access, locale: ctx.locale, earlier: &[] };
    let id = asked.record.unwrap_or_else(Uuid::now_v7);
    let mut command: Command = reader.read(grant, "/values", id, None, &asked.values);
    command.lines.clear();
    let mut set = Set::new(grant.clone(), vec![command]);
    set.before = vec![match asked.record {
        None => Image::default(),
        Some(id) => stored(ctx, grant, id).await?,
    }];
    let mut unit = UnitOfWork::presume(ctx);
    references::resolve(ctx, &mut unit, &mut set).await?;
    unit.rollback().await?;
    defaults::fill(ctx, &mut set);
    load::after_images(ctx, &mut set);
    let mistakes = set.take_mistakes();
    let mut image = set.after.into_iter().next().unwrap_or_default();
    image.values.insert(FieldId::new("id"), Value::Id(id));
    Ok((image, mistakes))
}

async fn stored(ctx: &Context, grant: &Grant, id: Uuid) -> Result<Image, Error> {
    let reading = load::reading(ctx, grant);
    let statement = query::write::load(&reading, &[id], Lock::None, Bin::Live, ctx.engine.database().dialect());
    let rows = ctx.engine.database().fetch(&statement).await?;
    let found = query::write::images(grant.entity(), rows).into_iter().next();
    found.map(|(_, image)| image).ok_or_else(|| load::not_found(ctx, grant.entity()))
}

async fn choices(ctx: &Context, entity: &Entity, field: &Field, record: Unsaved<'_>) -> Result<Json, Error> {
    let all = field.choices().into_iter().flat_map(|set| &set.choices);
    let Some(condition) = field.conditions.options.as_ref() else {
        return Ok(json!({"values": all.map(|choice| &*choice.value).collect::<Vec<_>>()}));
    };
    let each: Vec<(&str, Expr)> = all.map(|choice| (&*choice.value, condition.of_choice(&choice.value))).collect();
    let told = match each.first() {
        Some((_, when)) if !ctx.access.knows(when) => vec![true; each.len()],
        Some((_, when)) if judge::is_own(ctx.catalog(), when) => {
            let id = match record.image.values.get(&FieldId::new("id")) {
                Some(Value::Id(id)) => *id,
                _ => Uuid::nil(),
            };
            each.iter().map(|(_, when)| judge::is_true(ctx, when, &entity.id, id, record.image)).collect()
        }
        _ => {
            let conditions: Vec<&Expr> = each.iter().map(|(_, when)| when).collect();
            let settings = read::settings(ctx);
            let statement =
                query::plan::judged_unsaved(&ctx.access, record.grant, &[record.image], &conditions, &settings);
            let rows = match statement {
                Some(statement) => ctx.engine.database().fetch(&statement).await?,
                None => Vec::new(),
            };
            let row = rows.into_iter().next().unwrap_or_default();
            row.iter().skip(1).map(|truth| *truth == Value::Boolean(true)).collect()
        }
    };
    let open = each.iter().zip(told).filter(|(_, is_open)| *is_open).map(|((value, _), _)| *value);
    Ok(json!({"values": open.collect::<Vec<_>>()}))
}

async fn records(
    ctx: &Context,
    target: &Entity,
    field: &Field,
    record: Unsaved<'_>,
    when: Option<&Expr>,
    asked: &Asked,
) -> Result<Json, Error> {
    // A cursor goes on with the question that it is of: the field and the values belong to it.
    let question = format!("{} {:?} {}", field.id, asked.record, Json::Object(asked.values.clone()));
    let title = target.title_field().filter(|title| ctx.access.field(target, &title.name).is_some());
    let by_title = title.map(|title| SortKey { path: title.name.clone(), descending: false });
    let request = Request {
        filter: Some(digest(&question)),
        quick: asked.search.clone(),
        sort: by_title.into_iter().collect(),
        limit: asked.limit.or(Some(20)),
        cursor: asked.cursor.clone(),
        ..Request::default()
    };
    let plan = query::plan::offered(&ctx.access, &target.name, record, when, &request, &read::settings(ctx));
    let plan = plan.map_err(|error| read::refused(ctx, &target.name, error))?;
    let rows = ctx.engine.database().fetch(&query::select(&plan)).await?;
    let page = query::shape(&plan, rows);
    let items = page.items.iter().filter_map(|item| serde_json::from_str::<Json>(item).ok());
    let items: Vec<Json> = items.map(|mut item| item["record"].take()).collect();
    Ok(json!({"items": items, "next_cursor": page.next_cursor}))
}
