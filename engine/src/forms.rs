//! Forms: which one a person gets, what of it they may know, and what its widgets show of a record.

mod known;

use std::sync::Arc;

use access::{Access, Actor};
use catalog::Form;
use catalog::form::Path;
use diagnostic::Diagnostic;
use expression::EntityId;
use query::SelectItem;
use schemas::suggest::nearest;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::dashboards::{self, Data};
use crate::publishing::drafts::Draft;
use crate::publishing::preview::preview;
use crate::{Context, Error, records};

/// A form as far as somebody may know it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The form without what they may not know.
    pub form: Form,
    /// Its widgets for them.
    pub board: dashboards::Known,
    /// Paths through links that fields, the header and conditions read beside the record.
    pub reads: Vec<String>,
}

/// What is asked of the widgets of a form.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The record.
    pub record: Uuid,
    /// Names of the widgets; all when absent.
    pub widgets: Option<Vec<String>>,
}

/// The form that the caller gets for records of an entity; none where the card is as the fields stand.
pub fn of_entity(ctx: &Context, entity: &EntityId) -> Option<Known> {
    let forms = || ctx.catalog().forms.iter().filter(|form| form.entity == *entity);
    let theirs = forms().find(|form| ctx.access.has_one_of(&form.roles));
    let form = theirs.or_else(|| forms().find(|form| form.roles.is_empty()))?;
    // One of which nothing is left would be an empty card.
    Some(known::to(ctx, form)).filter(|known| !known.form.tabs.is_empty())
}

/// Reads what widgets of a form show of a record. A form that is made for others is like one that is not there.
pub async fn data(ctx: &Context, name: &str, asked: &Asked) -> Result<Data, Error> {
    let theirs = || ctx.catalog().forms.iter().filter(|form| is_for(ctx, form));
    let Some(form) = theirs().find(|form| form.name == name) else {
        let near = nearest(name, theirs().map(|form| form.name.as_str()));
        return Err(Error::NotFound(Diagnostic::error("form.unknown").with("name", name).with_some("nearest", near)));
    };
    shown(ctx, &known::to(ctx, form), asked).await
}

fn is_for(ctx: &Context, form: &Form) -> bool {
    ctx.access.plays(&form.roles) && ctx.access.read(&form.entity).is_some()
}

/// A form as it is drawn, for whoever draws it or for somebody of other roles.
pub struct Attempted {
    /// The context over the catalog in which the form is.
    pub ctx: Context,
    /// The form.
    pub known: Known,
    /// What deserves a look.
    pub warnings: Vec<Diagnostic>,
}

/// Looks at a form as it is drawn, over all that is drawn.
pub async fn attempt(ctx: &Context, document: &schemas::Form, roles: Option<&[String]>) -> Result<Attempted, Error> {
    let ctx = over_drawn(ctx).await?;
    let (form, warnings) = resolved(&ctx, document)?;
    let ctx = match roles {
        Some(roles) => of_roles(&ctx, roles)?,
        None => ctx,
    };
    Ok(Attempted { known: known::to(&ctx, &form), ctx, warnings })
}

/// Reads what widgets of a form show as it is drawn, over what is published.
pub async fn attempt_data(ctx: &Context, document: &schemas::Form, asked: &Asked) -> Result<Data, Error> {
    ctx.designer()?;
    let (form, _) = resolved(ctx, document)?;
    shown(ctx, &known::to(ctx, &form), asked).await
}

/// Tells what is wrong with a form beside all that is drawn, of which more than that is wrong.
pub async fn mistakes(ctx: &Context, document: &schemas::Form) -> Result<Vec<Diagnostic>, Error> {
    match resolved(&over_drawn(ctx).await?, document) {
        Err(Error::Invalid(found)) => Ok(found),
        Err(other) => Err(other),
        Ok(_) => Ok(Vec::new()),
    }
}

/// The same request over the catalog as drawn.
async fn over_drawn(ctx: &Context) -> Result<Context, Error> {
    ctx.designer()?;
    let draft = Draft::load(ctx).await?;
    if draft.changes.is_empty() {
        return Ok(ctx.clone());
    }
    let drawn = Arc::clone(&preview(ctx, &draft).await?.catalog);
    Ok(Context { access: ctx.access.over(drawn), ..ctx.clone() })
}

fn resolved(ctx: &Context, document: &schemas::Form) -> Result<(Form, Vec<Diagnostic>), Error> {
    let (form, mut found) = catalog::resolve::form(ctx.catalog(), document);
    found.iter_mut().for_each(|one| one.place.pointer.insert_str(0, "/document"));
    match form {
        Some(form) => Ok((form, found)),
        None => Err(Error::Invalid(found.into_iter().filter(Diagnostic::is_error).collect())),
    }
}

/// The same request as if the caller had these roles and no others. It is for looking at metadata alone, which they know.
fn of_roles(ctx: &Context, roles: &[String]) -> Result<Context, Error> {
    let mut mistakes = Vec::new();
    for (at, name) in roles.iter().enumerate().filter(|(_, name)| ctx.catalog().role(name).is_none()) {
        let near = nearest(name, ctx.catalog().roles.iter().map(|role| role.name.as_str()));
        let mistake = Diagnostic::error("reference.unknown_role").with("found", name).with_some("nearest", near);
        mistakes.push(mistake.at(format!("/roles/{at}")));
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let actor = Actor { user: ctx.caller()?, roles: roles.to_vec() };
    Ok(Context { access: Access::of(actor, Arc::clone(ctx.catalog()), ctx.access.clock()), ..ctx.clone() })
}

async fn shown(ctx: &Context, known: &Known, asked: &Asked) -> Result<Data, Error> {
    let widgets = &known.board.widgets;
    let mut mistakes = Vec::new();
    for (at, name) in asked.widgets.iter().flatten().enumerate() {
        if widgets.iter().all(|widget| widget.name != *name) {
            let near = nearest(name, widgets.iter().map(|widget| widget.name.as_str()));
            let mistake = Diagnostic::error("form.unknown_widget").with("name", name).with_some("nearest", near);
            mistakes.push(mistake.at(format!("/widgets/{at}")));
        }
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let filters = narrowed(ctx, known, asked).await?;
    let asked = dashboards::Asked { filters, widgets: asked.widgets.clone() };
    dashboards::show(ctx, &known.board, &asked).await
}

/// What each widget that has a path is narrowed to: the record, or the one that it links to. One that links to none has no
/// records: there is none of this identity.
async fn narrowed(ctx: &Context, known: &Known, asked: &Asked) -> Result<Map<String, Json>, Error> {
    let is_asked = |name: &str| asked.widgets.as_ref().is_none_or(|names| names.iter().any(|it| it == name));
    let names = known.board.filters.iter().map(|filter| filter.name.as_str()).filter(|name| is_asked(name));
    let paths: Vec<(&str, &Path)> = names.filter_map(|name| Some((name, known.form.path_of(name)?))).collect();
    let owner = |path: &Path| match path.before() {
        "" => "id".to_owned(),
        before => format!("{before}.id"),
    };
    let mut select = vec!["id".to_owned()];
    for (_, path) in &paths {
        let owner = owner(path);
        if !select.contains(&owner) {
            select.push(owner);
        }
    }
    let entity = ctx.catalog().entity_by_id(&known.form.entity);
    let entity = entity.ok_or_else(|| Error::broken("a form over no entity"))?;
    let select = select.into_iter().map(SelectItem::Path).collect();
    let record = records::get(ctx, &entity.name, asked.record, Some(select)).await?;
    let record: Json = serde_json::from_str(&record).unwrap_or_default();
    let nobody = json!(Uuid::nil().to_string());
    let value = |path: &Path| match &record[owner(path)] {
        Json::String(id) => json!([id]),
        _ => json!([nobody]),
    };
    Ok(paths.iter().map(|(name, path)| ((*name).to_owned(), value(path))).collect())
}
