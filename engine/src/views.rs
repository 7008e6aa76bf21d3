//! Saved views: which records of a list, in which columns and order, under a name, for oneself, a team or everybody.
//!
//! A view keeps identities, not names, so that a rename leaves it whole. What it names and is no more, or may not be known
//! by whoever uses it, is left out and told.

mod definition;

use access::Reason;
use diagnostic::Diagnostic;
use expression::{EntityId, Value};
use query::{Request, SelectItem, SortKey};
use serde_json::Value as Json;
use storage::internal::views::{self as stored, Row};
use uuid::Uuid;

use crate::records::{granted, read};
use crate::{Context, Error, Operation, records};

pub use catalog::view::{Layout, ViewSetting, ViewType};
use definition::Definition;
pub use definition::Shown;

/// Namespace of the identities that views of documents have beside those of saved ones.
const BROUGHT: Uuid = Uuid::from_u128(0x2f4e_1b7c_6a0d_4c55_8e21_94d3_50bb_7c10);
/// Characters of a view's name.
const LONGEST_LABEL: usize = 120;
/// Bytes of what a view shows.
const LARGEST: usize = 64 << 10;

/// For whom a view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// For whoever saved it.
    Me,
    /// For the people of a team.
    Team(Uuid),
    /// For everybody who may read its entity.
    Everyone,
}

impl Audience {
    /// The audience's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Team(_) => "team",
            Self::Everyone => "everyone",
        }
    }

    fn team(self) -> Option<Uuid> {
        if let Self::Team(team) = self { Some(team) } else { None }
    }

    fn of(row: &Row) -> Self {
        match (row.audience.as_str(), row.team) {
            ("team", Some(team)) => Self::Team(team),
            ("everyone", _) => Self::Everyone,
            _ => Self::Me,
        }
    }
}

/// A view as somebody wants it to be.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What people call it.
    pub label: String,
    /// For whom it is.
    pub audience: Audience,
    /// Whether the list begins with it.
    pub is_default: bool,
    /// What it shows, by names.
    pub shown: Shown,
}

/// A view as the caller may use it.
#[derive(Debug, Clone)]
pub struct View {
    /// Identity.
    pub id: Uuid,
    /// Name of the entity.
    pub entity: String,
    /// What people call it.
    pub label: String,
    /// For whom it is.
    pub audience: Audience,
    /// Whether the list begins with it.
    pub is_default: bool,
    /// Whether the caller saved it.
    pub is_own: bool,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// Counts its changes.
    pub version: i64,
    /// What it shows, by the names of now.
    pub shown: Shown,
    /// How many of its columns, keys and conditions are no more there for the caller.
    pub missing: usize,
}

/// Lists the views that the caller may use, of entities that the caller may read.
pub async fn usable(ctx: &Context) -> Result<Vec<View>, Error> {
    let user = ctx.caller()?;
    let teams = teams(ctx).await?;
    let database = ctx.engine.database();
    let rows = database.fetch(&stored::usable(database.dialect(), user, &teams)).await?;
    let saved = rows.iter().filter_map(|cells| row(cells)).filter_map(|row| view(ctx, &row, &teams));
    Ok(ctx.catalog().views.iter().filter_map(|view| brought(ctx, view)).chain(saved).collect())
}

/// A view that a document brings, as far as the caller may know what it names.
fn brought(ctx: &Context, view: &catalog::View) -> Option<View> {
    let grant = ctx.access.read(&view.entity)?;
    let written = Shown {
        columns: view.columns.clone(),
        sort: view.sort.clone(),
        filter: view.filter.clone(),
        conditions: Vec::new(),
        layout: view.layout.clone(),
    };
    let kept = Definition::of(ctx, &grant.entity().name, &written, &mut Vec::new());
    let (shown, missing) = kept.shown(ctx, grant.entity());
    Some(View {
        id: Uuid::new_v5(&BROUGHT, view.id.as_bytes()),
        entity: grant.entity().name.clone(),
        label: records::label(&view.label, ctx.locale).unwrap_or(&view.name).to_owned(),
        audience: Audience::Everyone,
        is_default: view.is_default,
        is_own: false,
        may_change: false,
        version: 1,
        missing: missing + written.parts() - kept.parts(),
        shown,
    })
}

/// Saves a new view.
pub async fn create(ctx: &Context, entity: &str, wanted: &Wanted) -> Result<View, Error> {
    let user = ctx.caller()?;
    let grant = granted(ctx, entity, Operation::Read)?;
    let teams = teams(ctx).await?;
    let definition = check(ctx, entity, wanted, &teams)?;
    let row = Row {
        id: Uuid::now_v7(),
        entity: grant.entity().id.as_str().to_owned(),
        label: wanted.label.trim().to_owned(),
        owner: user,
        audience: wanted.audience.word().to_owned(),
        team: wanted.audience.team(),
        is_default: wanted.is_default,
        definition,
        version: 1,
        at: ctx.now.timestamp_millis(),
    };
    let mut tx = ctx.engine.database().begin().await?;
    tx.execute(&stored::insert(tx.dialect(), &row)).await?;
    if row.is_default {
        tx.execute(&stored::only_default(tx.dialect(), &row)).await?;
    }
    tx.commit().await?;
    view(ctx, &row, &teams).ok_or_else(unknown)
}

/// Changes a view that the caller may change and that still has the version the change was made from.
pub async fn update(ctx: &Context, id: Uuid, version: i64, wanted: &Wanted) -> Result<View, Error> {
    let teams = teams(ctx).await?;
    let before = changeable(ctx, id, &teams).await?;
    let entity = ctx.catalog().entity_by_id(&EntityId::new(&before.entity)).ok_or_else(unknown)?;
    let definition = check(ctx, &entity.name, wanted, &teams)?;
    let row = Row {
        label: wanted.label.trim().to_owned(),
        audience: wanted.audience.word().to_owned(),
        team: wanted.audience.team(),
        is_default: wanted.is_default,
        definition,
        version: version.saturating_add(1),
        at: ctx.now.timestamp_millis(),
        ..before
    };
    let mut tx = ctx.engine.database().begin().await?;
    if tx.execute(&stored::update(tx.dialect(), &row)).await? == 0 {
        return Err(Error::Conflict(vec![Diagnostic::error("view.stale").at("/version")]));
    }
    if row.is_default {
        tx.execute(&stored::only_default(tx.dialect(), &row)).await?;
    }
    tx.commit().await?;
    view(ctx, &row, &teams).ok_or_else(unknown)
}

/// Removes a view that the caller may change.
pub async fn remove(ctx: &Context, id: Uuid) -> Result<(), Error> {
    let teams = teams(ctx).await?;
    changeable(ctx, id, &teams).await?;
    let database = ctx.engine.database();
    database.execute(&stored::remove(database.dialect(), id)).await?;
    Ok(())
}

/// Finds a view to change: one that may not be used is not there, one of others may not be changed.
async fn changeable(ctx: &Context, id: Uuid, teams: &[Uuid]) -> Result<Row, Error> {
    let user = ctx.caller()?;
    let database = ctx.engine.database();
    let rows = database.fetch(&stored::get(database.dialect(), id)).await?;
    let row = rows.first().and_then(|cells| row(cells)).ok_or_else(unknown)?;
    let is_usable = match Audience::of(&row) {
        _ if row.owner == user => true,
        Audience::Me => false,
        Audience::Team(team) => teams.contains(&team),
        Audience::Everyone => true,
    };
    let found = view(ctx, &row, teams).filter(|_| is_usable).ok_or_else(unknown)?;
    if found.may_change { Ok(row) } else { Err(Error::Forbidden(Diagnostic::error("view.not_yours"))) }
}

/// Checks what is wanted, every mistake at once, and gives what is kept.
fn check(ctx: &Context, entity: &str, wanted: &Wanted, teams: &[Uuid]) -> Result<String, Error> {
    let mut mistakes = Vec::new();
    let label = wanted.label.trim();
    if label.is_empty() {
        mistakes.push(Diagnostic::error("view.label_missing").at("/label"));
    } else if label.chars().count() > LONGEST_LABEL {
        mistakes.push(Diagnostic::error("view.label_too_long").at("/label").with("max", LONGEST_LABEL));
    }
    match wanted.audience {
        Audience::Me => {}
        Audience::Team(team) if teams.contains(&team) || ctx.access.rights().design => {}
        Audience::Team(_) => mistakes.push(Diagnostic::error("view.not_your_team").at("/team")),
        Audience::Everyone if ctx.access.rights().design => {}
        Audience::Everyone => return Err(Error::Forbidden(Diagnostic::error("view.for_everyone"))),
    }
    let shown = &wanted.shown;
    let request = Request {
        select: Some(shown.columns.iter().cloned().map(SelectItem::Path).collect()),
        filter: shown.filter.clone(),
        sort: shown.sort.iter().map(|key| key_of(key)).collect(),
        ..Request::default()
    };
    match query::plan::list(&ctx.access, entity, &request, &read::settings(ctx)) {
        Ok(_) => {}
        Err(query::QueryError::Invalid(found)) => mistakes.extend(found.into_iter().map(|mut mistake| {
            mistake.place.pointer = mistake.place.pointer.replacen("/select", "/columns", 1);
            mistake
        })),
        Err(error) => return Err(read::refused(ctx, entity, error)),
    }
    if let Some(of) = ctx.catalog().entity(entity) {
        let known: Vec<&str> = of.fields.iter().map(|field| &*field.name).collect();
        let known: Vec<&str> = known.into_iter().filter(|name| ctx.access.shown_field(of, name).is_some()).collect();
        mistakes.extend(shown.layout.check(|name| ctx.access.shown_field(of, name), &known));
    }
    let definition = Definition::of(ctx, entity, shown, &mut mistakes);
    let text = serde_json::to_string(&definition).map_err(|error| Error::broken(error.to_string()))?;
    if text.len() > LARGEST {
        mistakes.push(Diagnostic::error("view.too_large").with("max", LARGEST));
    }
    if mistakes.is_empty() { Ok(text) } else { Err(Error::Invalid(mistakes)) }
}

fn key_of(key: &str) -> SortKey {
    match key.strip_prefix('-') {
        Some(path) => SortKey { path: path.to_owned(), descending: true },
        None => SortKey { path: key.to_owned(), descending: false },
    }
}

/// The view as the caller may use it; `None` when its entity is closed.
fn view(ctx: &Context, row: &Row, teams: &[Uuid]) -> Option<View> {
    let grant = ctx.access.read(&EntityId::new(&row.entity))?;
    let definition: Definition = serde_json::from_str(&row.definition).ok()?;
    let (shown, missing) = definition.shown(ctx, grant.entity());
    let audience = Audience::of(row);
    let is_own = ctx.user == Some(row.owner);
    let may_change = match audience {
        Audience::Me => is_own,
        Audience::Team(team) => (is_own && teams.contains(&team)) || ctx.access.rights().design,
        Audience::Everyone => ctx.access.rights().design,
    };
    Some(View {
        id: row.id,
        entity: grant.entity().name.clone(),
        label: row.label.clone(),
        audience,
        is_default: row.is_default,
        is_own,
        may_change,
        version: row.version,
        shown,
        missing,
    })
}

/// The teams of the caller, whether or not the caller may read them.
async fn teams(ctx: &Context) -> Result<Vec<Uuid>, Error> {
    let system = ctx.engine.system(Reason::SavedView);
    let Some(user) = ctx.user else { return Ok(Vec::new()) };
    let found = records::get(&system, "user", user, Some(vec![SelectItem::Path("teams".to_owned())])).await?;
    let found: Json = serde_json::from_str(&found).unwrap_or_default();
    let teams = found["teams"].as_array().into_iter().flatten();
    Ok(teams.filter_map(|team| Uuid::parse_str(team["id"].as_str()?).ok()).collect())
}

fn unknown() -> Error {
    Error::NotFound(Diagnostic::error("view.unknown"))
}

fn row(cells: &[Value]) -> Option<Row> {
    let [
        Value::Id(id),
        Value::Text(entity),
        Value::Text(label),
        Value::Id(owner),
        Value::Text(audience),
        team,
        Value::Integer(is_default),
        Value::Text(definition),
        Value::Integer(version),
        Value::Integer(at),
    ] = cells
    else {
        return None;
    };
    Some(Row {
        id: *id,
        entity: entity.to_string(),
        label: label.to_string(),
        owner: *owner,
        audience: audience.to_string(),
        team: if let Value::Id(team) = team { Some(*team) } else { None },
        is_default: *is_default == 1,
        definition: definition.to_string(),
        version: *version,
        at: *at,
    })
}
