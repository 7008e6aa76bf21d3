//! OpenAPI 3.1 of the interface, for the published entities and this caller.

use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;

use engine::catalog::script::{Button, Method};
use engine::catalog::{Entity, Field, FieldKind};
use engine::schemas::Kind;
use engine::{Context, Grant, Operation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::extract::Signed;
use crate::problem::Failure;

/// `GET /openapi.json`.
pub(crate) async fn get(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(document(&ctx)).into_response())
}

/// The calls that do not depend on the published entities, and the schemas that calls share; their names begin with a
/// capital letter, as no entity's does.
const FIXED: &str = include_str!("openapi/fixed.json");

fn document(ctx: &Context) -> Value {
    let Fixed { mut paths, mut schemas } = fixed();
    for entity in ctx.catalog().readable() {
        if ctx.access.read(&entity.id).is_none() {
            continue;
        }
        let is_known = |field: &&Field| field.write_only || ctx.access.shown_field(entity, &field.name).is_some();
        let fields: Vec<&Field> = entity.fields.iter().filter(is_known).collect();
        schemas.insert(entity.name.clone(), record_schema(entity, &fields));
        if let Some(grant) = ctx.access.grant(&entity.id, Operation::Create) {
            schemas.insert(format!("{}_values", entity.name), values_schema(&grant, &fields));
        }
        if let Some(grant) = ctx.access.grant(&entity.id, Operation::Update) {
            schemas.insert(format!("{}_changes", entity.name), values_schema(&grant, &fields));
        }
        add_entity(ctx, entity, &mut paths);
        add_buttons(ctx, entity, &mut paths);
    }
    add_endpoints(ctx, &mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Verstak", "version": ctx.catalog().revision.to_string()},
        "servers": [{"url": "/api"}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "verstak_session"}
            },
            "schemas": schemas
        }
    })
}

/// What [`FIXED`] holds.
#[derive(Deserialize, Default)]
struct Fixed {
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
}

fn fixed() -> Fixed {
    let mut fixed: Fixed = serde_json::from_str(FIXED).unwrap_or_default();
    for path in fixed.paths.values_mut() {
        let operations = path.as_object_mut().into_iter().flat_map(Map::values_mut);
        operations.for_each(|operation| operation["responses"]["default"] = problem());
    }
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    fixed.schemas["Kind"]["enum"] = json!(kinds);
    fixed
}

/// How every call answers when it does not do what was asked.
fn problem() -> Value {
    json!({"description": "A problem", "content": {"application/problem+json": {"schema": reference("Problem")}}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn body(schema: &Value) -> Value {
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn answer(description: &str, schema: Option<Value>) -> Value {
    match schema {
        Some(schema) => json!({"description": description, "content": {"application/json": {"schema": schema}}}),
        None => json!({"description": description}),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn operation(summary: &str, request: Option<Value>, status: &str, response: Value) -> Value {
    let mut operation =
        json!({"tags": ["records"], "summary": summary, "responses": {status: response, "default": problem()}});
    if let Some(request) = request {
        operation["requestBody"] = body(&request);
    }
    operation
}

fn parameter(place: &str, name: &str, schema: &Value) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "schema": schema})
}

fn header(name: &str, description: &str, pattern: &str) -> Value {
    json!({"name": name, "in": "header", "description": description, "schema": {"type": "string", "pattern": pattern}})
}

/// What can be pressed on records of an entity, with what it asks for.
fn add_buttons(ctx: &Context, entity: &Entity, paths: &mut Map<String, Value>) {
    let buttons: Vec<_> = engine::scripts::buttons::known(ctx, entity).collect();
    if buttons.is_empty() {
        return;
    }
    let named = |name: fn(&Button) -> &str| {
        let names: BTreeSet<&str> = buttons.iter().map(|button| name(button)).collect();
        json!({"enum": names})
    };
    let id = json!({"type": "string", "format": "uuid"});
    let request = json!({
        "type": "object", "additionalProperties": false, "required": ["records"],
        "properties": {
            "records": {"type": "array", "items": id, "minItems": 1, "maxItems": engine::scripts::buttons::MOST},
            "parameters": {"type": "object", "description": "What the button asks for, by name"}
        }
    });
    let pressed = json!({
        "type": "object", "required": ["message", "open", "log"],
        "properties": {
            "message": {"type": ["string", "null"]},
            "open": {"type": ["object", "null"], "properties": {"entity": {"type": "string"}, "id": id}},
            "log": {"type": "array", "items": {"type": "string"}}
        }
    });
    let mut press = operation("Press a button", Some(request), "200", answer("What came of it", Some(pressed)));
    press["parameters"] = json!([
        parameter("path", "script", &named(|button| &button.called.script)),
        parameter("path", "button", &named(|button| &button.name)),
    ]);
    paths.insert(format!("/records/{}/buttons/{{script}}/{{button}}", entity.name), json!({"post": press}));
}

/// What scripts answer.
fn add_endpoints(ctx: &Context, paths: &mut Map<String, Value>) {
    let theirs = ctx.catalog().scripts.endpoints.iter().filter(|endpoint| ctx.access.plays(&endpoint.roles));
    for endpoint in theirs {
        let places = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let places: Vec<Value> = places.map(|name| parameter("path", name, &json!({"type": "string"}))).collect();
        let summary = format!("{} of the script {}", endpoint.called.function, endpoint.called.script);
        let mut call = operation(&summary, None, "200", answer("What the script answers", Some(json!({}))));
        call["tags"] = json!(["x"]);
        call["parameters"] = Value::Array(places);
        if !matches!(endpoint.method, Method::Get | Method::Delete) {
            call["requestBody"] = json!({"content": {"application/json": {"schema": {}}}});
        }
        paths.entry(format!("/x/{}", endpoint.path)).or_insert_with(|| json!({}))
            [endpoint.method.as_str().to_lowercase()] = call;
    }
}

fn add_entity(ctx: &Context, entity: &Entity, paths: &mut Map<String, Value>) {
    let may = |operation| ctx.access.grant(&entity.id, operation).is_some();
    let (name, base) = (&entity.name, format!("/records/{}", entity.name));
    let record = || Some(reference(name));
    let written = |what: &str| Some(reference(&format!("{name}_{what}")));
    let page = || Some(reference("Page"));
    let text = json!({"type": "string"});
    let mut list = operation("List records", None, "200", answer("A page", page()));
    list["parameters"] = json!([
        parameter("query", "select", &text),
        parameter("query", "filter", &text),
        parameter("query", "quick", &text),
        parameter("query", "sort", &text),
        parameter("query", "cursor", &text),
        parameter("query", "limit", &json!({"type": "integer", "minimum": 1, "maximum": 5000})),
        parameter("query", "count", &json!({"enum": ["none", "exact", "estimated"]})),
        parameter("query", "deleted", &json!({"type": "boolean"})),
        parameter("query", "with_problems", &json!({"type": "boolean"})),
    ]);
    let mut many = json!({"get": list});
    if may(Operation::Create) {
        many["post"] = operation("Make a record", written("values"), "201", answer("The record", record()));
        let about = "A repeated call with the same key makes no second record";
        let key = header("Idempotency-Key", about, "^[\\t -~]{0,99}[!-~][\\t -~]{0,99}$");
        many["post"]["parameters"] = json!([key]);
    }
    paths.insert(base.clone(), many);
    let query = operation("List records", Some(reference("Query")), "200", answer("A page", page()));
    paths.insert(format!("{base}/query"), json!({"post": query}));
    let groups = answer("The groups", Some(reference("Groups")));
    let aggregate = operation("Groups of records", Some(reference("Aggregate")), "200", groups);
    paths.insert(format!("{base}/aggregate"), json!({"post": aggregate}));
    let offered = answer("The records or the choices", Some(reference("Options")));
    let options = operation("What may be chosen for a field", Some(reference("Choosing")), "200", offered);
    paths.insert(format!("{base}/options"), json!({"post": options}));
    let id = json!([parameter("path", "id", &json!({"type": "string", "format": "uuid"}))]);
    let mut read = operation("Read a record", None, "200", answer("The record", record()));
    read["parameters"] = json!([parameter("query", "select", &text)]);
    let mut one = json!({"parameters": id, "get": read});
    if may(Operation::Update) {
        one["patch"] = operation("Change a record", written("changes"), "200", answer("The record", record()));
        let about = "The version a change was made from, when the body has none";
        one["patch"]["parameters"] = json!([header("If-Match", about, "^(W/)?(\"[0-9]{1,18}\"|[0-9]{1,18})$")]);
    }
    if may(Operation::Delete) {
        one["delete"] = operation("Send a record to the recycle bin", None, "204", answer("Done", None));
        let restore = operation("Take a record out of the recycle bin", None, "200", answer("The record", record()));
        paths.insert(format!("{base}/{{id}}/restore"), json!({"parameters": id, "post": restore}));
    }
    paths.insert(format!("{base}/{{id}}"), one);
    let history = operation("History of a record", None, "200", answer("Changes", Some(reference("History"))));
    paths.insert(format!("{base}/{{id}}/history"), json!({"parameters": id, "get": history}));
    if entity.shared.is_some() && entity.owner.is_none() && may(Operation::Share) {
        let level = json!({"enum": ["read", "update"]});
        let uuid = json!({"type": "string", "format": "uuid"});
        let share = json!({"type": "object", "required": ["level"], "additionalProperties": false,
            "properties": {"user": uuid, "team": uuid, "level": level}});
        let shares = answer("The shares", Some(json!({"type": "object"})));
        let list = operation("Whom a record is shared with", None, "200", shares);
        let made =
            operation("Share a record", Some(share), "201", answer("The share", Some(json!({"type": "object"}))));
        paths.insert(format!("{base}/{{id}}/shares"), json!({"parameters": id, "get": list, "post": made}));
        let ended = operation("Take a share back", None, "204", answer("Done", None));
        let ids = json!([id[0], parameter("path", "share", &uuid)]);
        paths.insert(format!("{base}/{{id}}/shares/{{share}}"), json!({"parameters": ids, "delete": ended}));
    }
    if ctx.access.rights().administer {
        let mut explain = operation(
            "Why a user may or may not do something with a record",
            None,
            "200",
            answer("The rules tried, in order", Some(json!({"type": "object"}))),
        );
        explain["parameters"] = json!([
            {"name": "user", "in": "query", "required": true, "schema": {"type": "string", "format": "uuid"}},
            {"name": "operation", "in": "query", "schema": {"enum": ["read", "create", "update", "delete", "export", "share"], "default": "read"}}
        ]);
        paths.insert(format!("{base}/{{id}}/access"), json!({"parameters": id, "get": explain}));
    }
}

fn record_schema(entity: &Entity, fields: &[&Field]) -> Value {
    let shown = fields.iter().filter(|field| !field.write_only && is_read(field));
    let properties: Map<String, Value> = shown.map(|field| (field.name.clone(), value_schema(field, false))).collect();
    json!({"type": "object", "title": entity.label.text("en"), "properties": properties})
}

/// What the caller may write when making or changing a record.
fn values_schema(grant: &Grant, fields: &[&Field]) -> Value {
    let (entity, makes) = (grant.entity(), grant.operation() == Operation::Create);
    let written: Vec<&&Field> = fields.iter().filter(|field| grant.allows(field) && is_written(field)).collect();
    let is_needed =
        |field: &Field| makes && field.required && field.default.is_none() && field.conditions.show.is_none();
    let schema = |field: &Field| match field.required && field.conditions.show.is_none() {
        true => without_null(value_schema(field, true)),
        false => value_schema(field, true),
    };
    let mut properties: Map<String, Value> = written.iter().map(|field| (field.name.clone(), schema(field))).collect();
    if !makes {
        let version = json!({"type": "integer", "description": "The version the change was made from"});
        properties.insert("version".to_owned(), version);
    }
    let required: Vec<&str> =
        written.iter().filter(|field| is_needed(field)).map(|field| field.name.as_str()).collect();
    json!({
        "type": "object", "title": entity.label.text("en"), "additionalProperties": false,
        "required": required, "properties": properties
    })
}

fn without_null(mut schema: Value) -> Value {
    for key in ["type", "enum"] {
        if let Some(Value::Array(words)) = schema.get_mut(key) {
            words.retain(|word| !word.is_null() && word != "null");
        }
    }
    schema
}

fn is_written(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Inverse { .. } | FieldKind::AutoNumber { .. } | FieldKind::Id)
}

fn is_read(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Inverse { .. })
}

fn value_schema(field: &Field, written: bool) -> Value {
    let linked = |written: bool| match written {
        true => json!({"type": ["string", "null"], "description": "Identity of the linked record"}),
        false => {
            json!({"type": ["object", "null"], "properties": {"id": {"type": "string", "format": "uuid"}, "title": {"type": ["string", "null"]}}})
        }
    };
    match &field.kind {
        FieldKind::Text { max_length: Some(most), .. } | FieldKind::LongText { max_length: Some(most) } => {
            json!({"type": ["string", "null"], "maxLength": most})
        }
        FieldKind::Integer { .. } | FieldKind::Rating { .. } => json!({"type": ["integer", "null"]}),
        FieldKind::Boolean => json!({"type": ["boolean", "null"]}),
        FieldKind::Decimal { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => {
            json!({"type": if written { json!(["string", "number", "null"]) } else { json!(["string", "null"]) }, "description": "Exact decimal"})
        }
        FieldKind::Date => json!({"type": ["string", "null"], "format": "date"}),
        FieldKind::DateTime => json!({"type": ["string", "null"], "format": "date-time"}),
        FieldKind::Time => json!({"type": ["string", "null"], "format": "time"}),
        FieldKind::Duration => json!({"type": ["string", "null"], "format": "duration"}),
        FieldKind::Choice(set) if !set.choices.is_empty() => {
            let mut values: Vec<Value> = set.choices.iter().map(|choice| json!(choice.value)).collect();
            values.push(Value::Null);
            json!({"enum": values})
        }
        FieldKind::MultiChoice(set) => {
            let values: Vec<Value> = set.choices.iter().map(|choice| json!(choice.value)).collect();
            json!({"type": ["array", "null"], "items": {"enum": values}})
        }
        FieldKind::Link { .. } => linked(written),
        FieldKind::Links { .. } => json!({"type": ["array", "null"], "items": linked(written)}),
        FieldKind::Children { relation } => {
            json!({"type": ["array", "null"], "items": {"type": "object"}, "description": format!("Lines of {}", relation.target)})
        }
        FieldKind::AnyLink { .. } | FieldKind::Location | FieldKind::Address => json!({"type": ["object", "null"]}),
        FieldKind::Json => json!({}),
        FieldKind::Id => json!({"type": "string", "format": "uuid"}),
        _ => json!({"type": ["string", "null"]}),
    }
}
