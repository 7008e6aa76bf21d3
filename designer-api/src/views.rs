//! Saved views of lists.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::views::{self, Audience, Shown, View, ViewSetting, ViewType, Wanted};
use engine::{Context, Error};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::extract::list::{unknown, wrong};
use crate::extract::{Json, Signed};
use crate::problem::{Failure, malformed, not_found};

/// `POST /views`.
pub(crate) async fn create(Signed { ctx, .. }: Signed, Json(body): Json<Value>) -> Result<Response, Failure> {
    let body = read(body)?;
    let entity = body.entity.ok_or_else(|| malformed(wrong("/entity", "a name", "null")))?;
    let view = views::create(&ctx, &entity, &body.wanted).await?;
    Ok((StatusCode::CREATED, axum::Json(shown(&view))).into_response())
}

/// `PUT /views/{id}`.
pub(crate) async fn update(
    Signed { ctx, .. }: Signed,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Failure> {
    let body = read(body)?;
    let version = body
        .version
        .ok_or_else(|| Error::VersionRequired(Diagnostic::error("record.version_required").at("/version")))?;
    let view = views::update(&ctx, identity(&id)?, version, &body.wanted).await?;
    Ok(axum::Json(shown(&view)).into_response())
}

/// `DELETE /views/{id}`.
pub(crate) async fn remove(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    views::remove(&ctx, identity(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The views of the caller, for the catalog.
pub(crate) async fn usable(ctx: &Context) -> Result<Vec<Value>, Failure> {
    Ok(views::usable(ctx).await?.iter().map(shown).collect())
}

fn identity(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| not_found("view.unknown"))
}

fn shown(view: &View) -> Value {
    let team = if let Audience::Team(team) = view.audience { Some(team) } else { None };
    let layout = &view.shown.layout;
    let mut shown = json!({
        "id": view.id, "entity": view.entity, "type": layout.form.as_str(), "label": view.label, "audience": view.audience.word(),
        "team": team, "default": view.is_default, "own": view.is_own, "may_change": view.may_change,
        "version": view.version, "columns": view.shown.columns, "sort": view.shown.sort, "filter": view.shown.filter,
        "conditions": view.shown.conditions, "limits": layout.limits, "missing": view.missing
    });
    for setting in ViewSetting::ALL {
        shown[setting.as_str()] = json!(layout.field(setting));
    }
    shown
}

struct Body {
    entity: Option<String>,
    version: Option<i64>,
    wanted: Wanted,
}

fn read(body: Value) -> Result<Body, Failure> {
    let Value::Object(body) = body else { return Err(malformed(wrong("", "an object", &body.to_string()))) };
    let mut mistakes = Vec::new();
    let audience = audience(&body, &mut mistakes);
    let shown = Shown::default();
    let wanted = Wanted { label: String::new(), audience, is_default: false, shown };
    let mut read = Body { entity: None, version: None, wanted };
    for (name, value) in body {
        let path = format!("/{name}");
        if let Some(setting) = ViewSetting::of(&name) {
            match value {
                Value::Null => {}
                Value::String(name) => drop(read.wanted.shown.layout.fields.insert(setting, name)),
                value => mistakes.push(wrong(&path, "a text", &value.to_string())),
            }
            continue;
        }
        match (name.as_str(), value) {
            ("audience", _)
            | (
                "entity" | "type" | "team" | "version" | "label" | "default" | "columns" | "sort" | "filter"
                | "conditions" | "limits",
                Value::Null,
            ) => {}
            ("team", Value::String(team)) if Uuid::parse_str(&team).is_ok() => {}
            ("team", value) => mistakes.push(wrong(&path, "the identity of a team", &value.to_string())),
            ("entity", Value::String(name)) => read.entity = Some(name),
            ("version", Value::Number(number)) if number.is_i64() => read.version = number.as_i64(),
            ("label", Value::String(label)) => read.wanted.label = label,
            ("default", Value::Bool(is_default)) => read.wanted.is_default = is_default,
            ("columns", Value::Array(items)) => read.wanted.shown.columns = texts(items, &path, &mut mistakes),
            ("sort", Value::Array(items)) => read.wanted.shown.sort = texts(items, &path, &mut mistakes),
            ("filter", Value::String(text)) => read.wanted.shown.filter = Some(text).filter(|text| !text.is_empty()),
            ("conditions", Value::Array(items)) => read.wanted.shown.conditions = items,
            ("limits", Value::Object(limits)) => {
                read.wanted.shown.layout.limits = numbers(limits, &path, &mut mistakes);
            }
            ("type", value) => match value.as_str().and_then(ViewType::of) {
                Some(form) => read.wanted.shown.layout.form = form,
                None => mistakes.push(wrong(&path, &types(), &value.to_string())),
            },
            ("limits", value) => mistakes.push(wrong(&path, "an object", &value.to_string())),
            ("entity" | "label" | "filter", value) => mistakes.push(wrong(&path, "a text", &value.to_string())),
            ("version", value) => mistakes.push(wrong(&path, "a whole number", &value.to_string())),
            ("default", value) => mistakes.push(wrong(&path, "`true` or `false`", &value.to_string())),
            ("columns" | "sort" | "conditions", value) => mistakes.push(wrong(&path, "an array", &value.to_string())),
            _ => mistakes.push(unknown(&name)),
        }
    }
    if mistakes.is_empty() { Ok(read) } else { Err(Error::Malformed(mistakes).into()) }
}

fn audience(body: &Map<String, Value>, mistakes: &mut Vec<Diagnostic>) -> Audience {
    match body.get("audience").and_then(Value::as_str) {
        None if body.get("audience").is_none_or(Value::is_null) => Audience::Me,
        Some("me") => Audience::Me,
        Some("everyone") => Audience::Everyone,
        Some("team") => match body.get("team").unwrap_or(&Value::Null) {
            Value::Null => {
                mistakes.push(wrong("/team", "the identity of a team", "null"));
                Audience::Me
            }
            // What is none is told of where it stands.
            team => team.as_str().and_then(|team| Uuid::parse_str(team).ok()).map_or(Audience::Me, Audience::Team),
        },
        found => {
            mistakes.push(wrong("/audience", "`me`, `team` or `everyone`", found.unwrap_or_default()));
            Audience::Me
        }
    }
}

fn types() -> String {
    ViewType::ALL.map(|form| format!("`{}`", form.as_str())).join(", ")
}

fn numbers(items: Map<String, Value>, path: &str, mistakes: &mut Vec<Diagnostic>) -> BTreeMap<String, u32> {
    let mut numbers = BTreeMap::new();
    for (name, value) in items {
        match value.as_u64().and_then(|number| u32::try_from(number).ok()) {
            Some(number) => drop(numbers.insert(name, number)),
            None => mistakes.push(wrong(&format!("{path}/{name}"), "a whole number", &value.to_string())),
        }
    }
    numbers
}

fn texts(items: Vec<Value>, path: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut texts = Vec::with_capacity(items.len());
    for (at, item) in items.into_iter().enumerate() {
        match item {
            Value::String(text) => texts.push(text),
            other => mistakes.push(wrong(&format!("{path}/{at}"), "a path", &other.to_string())),
        }
    }
    texts
}
