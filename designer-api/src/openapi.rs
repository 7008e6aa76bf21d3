//! OpenAPI 3.1 of the interface, for the published entities and this caller.

use axum::response::{IntoResponse, Response};
use engine::catalog::{Entity, Field, FieldKind};
use engine::{Context, Operation};
use serde_json::{Map, Value, json};

use crate::extract::Signed;
use crate::problem::Failure;

/// `GET /openapi.json`.
pub(crate) async fn get(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(document(&ctx)).into_response())
}

fn document(ctx: &Context) -> Value {
    let (mut paths, mut schemas) = (fixed_paths(), fixed_schemas());
    for entity in ctx.catalog().entities() {
        if ctx.access.read(&entity.id).is_none() {
            continue;
        }
        let is_known = |field: &&Field| field.write_only || ctx.access.shown_field(entity, &field.name).is_some();
        let fields: Vec<&Field> = entity.fields.iter().filter(is_known).collect();
        schemas.insert(entity.name.clone(), record_schema(entity, &fields, false));
        schemas.insert(format!("{}_values", entity.name), record_schema(entity, &fields, true));
        add_entity(ctx, entity, &mut paths);
    }
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
    let problem =
        json!({"description": "A problem", "content": {"application/problem+json": {"schema": reference("problem")}}});
    let mut operation = json!({"summary": summary, "responses": {status: response, "default": problem}});
    if let Some(request) = request {
        operation["requestBody"] = body(&request);
    }
    operation
}

fn parameter(place: &str, name: &str, schema: &Value) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "schema": schema})
}

fn add_entity(ctx: &Context, entity: &Entity, paths: &mut Map<String, Value>) {
    let may = |operation| ctx.access.grant(&entity.id, operation).is_some();
    let (name, base) = (&entity.name, format!("/records/{}", entity.name));
    let record = || Some(reference(name));
    let values = || Some(reference(&format!("{name}_values")));
    let page = json!({"type": "object", "required": ["items"], "properties": {
        "items": {"type": "array", "items": {"type": "object"}},
        "next_cursor": {"type": ["string", "null"]}, "count": {"type": ["integer", "null"]}}});
    let text = json!({"type": "string"});
    let mut list = operation("List records", None, "200", answer("A page", Some(page.clone())));
    list["parameters"] = json!([
        parameter("query", "select", &text),
        parameter("query", "filter", &text),
        parameter("query", "quick", &text),
        parameter("query", "sort", &text),
        parameter("query", "cursor", &text),
        parameter("query", "limit", &json!({"type": "integer", "minimum": 1, "maximum": 5000})),
        parameter("query", "count", &json!({"enum": ["none", "exact", "estimated"]})),
        parameter("query", "deleted", &json!({"type": "boolean"})),
    ]);
    let mut many = json!({"get": list});
    if may(Operation::Create) {
        many["post"] = operation("Make a record", values(), "201", answer("The record", record()));
    }
    paths.insert(base.clone(), many);
    let query = operation("List records", Some(reference("query")), "200", answer("A page", Some(page)));
    paths.insert(format!("{base}/query"), json!({"post": query}));
    let groups = json!({"type": "object", "required": ["items"], "properties": {
        "items": {"type": "array", "items": {"type": "object"}}}});
    let aggregate =
        operation("Groups of records", Some(reference("aggregate")), "200", answer("The groups", Some(groups)));
    paths.insert(format!("{base}/aggregate"), json!({"post": aggregate}));
    let id = json!([parameter("path", "id", &json!({"type": "string", "format": "uuid"}))]);
    let mut one =
        json!({"parameters": id, "get": operation("Read a record", None, "200", answer("The record", record()))});
    if may(Operation::Update) {
        one["patch"] = operation("Change a record", values(), "200", answer("The record", record()));
    }
    if may(Operation::Delete) {
        one["delete"] = operation("Send a record to the recycle bin", None, "204", answer("Done", None));
        let restore = operation("Take a record out of the recycle bin", None, "200", answer("The record", record()));
        paths.insert(format!("{base}/{{id}}/restore"), json!({"parameters": id, "post": restore}));
    }
    paths.insert(format!("{base}/{{id}}"), one);
    let history = operation("History of a record", None, "200", answer("Changes", Some(json!({"type": "object"}))));
    paths.insert(format!("{base}/{{id}}/history"), json!({"parameters": id, "get": history}));
    if entity.shared.is_some() && entity.owner.is_none() && may(Operation::Share) {
        let level = json!({"enum": ["read", "update"]});
        let uuid = json!({"type": "string", "format": "uuid"});
        let share = json!({"type": "object", "required": ["level"], "additionalProperties": false,
            "properties": {"user": uuid, "team": uuid, "level": level}});
        let list = operation(
            "Whom a record is shared with",
            None,
            "200",
            answer("The shares", Some(json!({"type": "object"}))),
        );
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

fn record_schema(entity: &Entity, fields: &[&Field], written: bool) -> Value {
    let shown = fields.iter().filter(|field| {
        if written { !field.read_only && is_written(field) } else { !field.write_only && is_read(field) }
    });
    let mut properties: Map<String, Value> =
        shown.map(|field| (field.name.clone(), value_schema(field, written))).collect();
    if written {
        properties.insert(
            "version".to_owned(),
            json!({"type": "integer", "description": "For a change: the version it was made from"}),
        );
    }
    json!({"type": "object", "title": entity.label.text("en"), "additionalProperties": !written, "properties": properties})
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
        FieldKind::Integer { .. } | FieldKind::Rating { .. } => json!({"type": ["integer", "null"]}),
        FieldKind::Boolean => json!({"type": ["boolean", "null"]}),
        FieldKind::Decimal { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => {
            json!({"type": if written { json!(["string", "number", "null"]) } else { json!(["string", "null"]) }, "description": "Exact decimal"})
        }
        FieldKind::Date => json!({"type": ["string", "null"], "format": "date"}),
        FieldKind::DateTime => json!({"type": ["string", "null"], "format": "date-time"}),
        FieldKind::Time => json!({"type": ["string", "null"], "format": "time"}),
        FieldKind::Duration => json!({"type": ["string", "null"], "format": "duration"}),
        FieldKind::Choice(set) => {
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

/// The calls that do not depend on the metadata.
fn fixed_paths() -> Map<String, Value> {
    let done = || answer("Done", None);
    let object = || Some(json!({"type": "object"}));
    let any = |description: &str| answer(description, object());
    let paths = [
        ("/auth/login", "post", operation("Sign in", object(), "200", any("The user"))),
        ("/auth/logout", "post", operation("Sign out", object(), "204", done())),
        ("/auth/first", "post", operation("Become the first administrator", object(), "200", any("The user"))),
        ("/auth/me", "get", operation("Who am I", None, "200", any("The user"))),
        ("/auth/me", "patch", operation("Choose a language, a time zone", object(), "200", any("The user"))),
        ("/auth/tokens", "post", operation("Make an API token", object(), "201", any("The token, shown once"))),
        ("/auth/methods", "get", operation("Ways to sign in", None, "200", any("The ways"))),
        ("/auth/confirm", "post", operation("Prove again who you are", object(), "204", done())),
        ("/auth/sessions", "delete", operation("End all other sessions", None, "204", done())),
        ("/auth/factor", "get", operation("The own second factor", None, "200", any("How one stands with it"))),
        ("/auth/factor", "post", operation("Begin to set up a second factor", object(), "201", any("The secret"))),
        ("/auth/factor", "delete", operation("Turn the second factor off", None, "204", done())),
        ("/auth/factor/confirm", "post", operation("Turn it on by a code", object(), "200", any("Recovery codes"))),
        ("/auth/factor/codes", "post", operation("Make new recovery codes", object(), "200", any("Recovery codes"))),
        ("/auth/factors", "get", operation("Who has a second factor", None, "200", any("Identities of people"))),
        ("/auth/factors/{id}", "delete", operation("Reset somebody's second factor", None, "204", done())),
        ("/auth/oidc", "post", operation("Go to the company's sign-in", object(), "200", any("Where to go"))),
        ("/auth/oidc/link", "get", operation("Whether a company account is linked", None, "200", any("Whether"))),
        ("/auth/oidc/link", "post", operation("Link a company account", object(), "200", any("Where to go"))),
        ("/auth/oidc/link", "delete", operation("Unlink the company account", None, "204", done())),
        ("/settings/security", "get", operation("Settings of signing in", None, "200", any("The settings"))),
        ("/settings/security", "put", operation("Change them", object(), "200", any("The settings"))),
        ("/settings/oidc", "get", operation("The company's sign-in", None, "200", any("How it is reached"))),
        ("/settings/oidc", "put", operation("Set how it is reached", object(), "200", any("How it is reached"))),
        ("/settings/oidc", "delete", operation("Do without it", None, "204", done())),
        ("/audit/head", "get", operation("The newest link of the audit", None, "200", any("Number and hash"))),
        (
            "/audit/verify",
            "post",
            operation("Look whether the audit was tampered with", object(), "200", any("Findings")),
        ),
        ("/records/batch", "post", operation("Many changes as one", object(), "200", any("What they left"))),
        ("/search", "get", search()),
        ("/files", "post", operation("Store a file", None, "201", any("The file"))),
        ("/imports", "post", operation("Import a file", None, "202", any("The job"))),
        ("/imports/{id}", "get", operation("Progress of an import", None, "200", any("The import"))),
        ("/imports/{id}/undo", "post", operation("Take an import back", None, "200", any("The import"))),
        ("/views", "post", operation("Save a view of a list", Some(reference("view")), "201", any("The view"))),
        ("/views/{id}", "put", operation("Change a view", Some(reference("view")), "200", any("The view"))),
        ("/views/{id}", "delete", operation("Remove a view", None, "204", done())),
        ("/exports", "post", operation("Export a list as a file", Some(reference("export")), "202", any("The job"))),
        ("/exports/{id}/file", "get", operation("The exported file", None, "200", answer("The file", None))),
        ("/jobs/{id}", "get", operation("Progress of a job", None, "200", any("The job"))),
        ("/jobs/{id}/cancel", "post", operation("Stop a job", None, "200", any("The job"))),
        ("/events", "get", operation("Changes as they happen", None, "200", answer("Server-sent events", None))),
        ("/meta/catalog", "get", operation("The published metadata", None, "200", any("The catalog"))),
        ("/meta/drafts", "get", operation("The draft", None, "200", any("Documents that change"))),
        (
            "/meta/drafts",
            "put",
            operation("Put documents into the draft", Some(json!({"type": "array"})), "200", any("The draft")),
        ),
        ("/meta/drafts/{kind}/{name}", "get", operation("A document", None, "200", any("The document"))),
        (
            "/meta/drafts/{kind}/{name}",
            "put",
            operation("Put a document into the draft", object(), "200", any("The document")),
        ),
        ("/meta/drafts/{kind}/{name}", "delete", operation("Mark a document for removal", None, "204", done())),
        ("/meta/drafts/discard", "post", operation("Give changes up", Some(json!({})), "204", done())),
        ("/meta/advice/{entity}", "get", operation("Indexes that would help", None, "200", any("Sets of fields"))),
        ("/meta/plan", "post", operation("What publishing would do", object(), "200", any("The plan"))),
        ("/meta/publish", "post", operation("Publish the draft", object(), "200", any("The revision"))),
        ("/meta/revisions", "get", operation("Published states", None, "200", any("Revisions"))),
        (
            "/meta/revisions/{number}/restore",
            "post",
            operation("Put a revision into the draft", None, "200", any("Changes")),
        ),
        (
            "/meta/hidden",
            "get",
            operation("What was dropped and is kept", None, "200", any("Hidden entities and fields")),
        ),
        ("/meta/purge", "post", operation("Delete hidden data for good", object(), "200", any("What was deleted"))),
        ("/workspace", "get", operation("Settings of the workspace", None, "200", any("The settings"))),
        ("/workspace", "patch", operation("Change settings of the workspace", object(), "200", any("The settings"))),
        ("/meta/expressions/check", "post", operation("Check an expression", object(), "200", any("Type or mistakes"))),
        ("/openapi.json", "get", operation("This document", None, "200", any("OpenAPI 3.1"))),
    ];
    let mut map = Map::new();
    for (path, method, mut operation) in paths {
        let named: Vec<Value> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| parameter("path", name, &json!({"type": "string"})))
            .collect();
        if !named.is_empty() {
            operation["parameters"] = json!(named);
        }
        map.entry(path).or_insert_with(|| json!({}))[method] = operation;
    }
    map
}

fn search() -> Value {
    let (text, marks) = (json!({"type": "string"}), json!({"type": "array", "items": {"type": "array"}}));
    let maybe = json!({"type": ["string", "null"]});
    let item = json!({"type": "object", "required": ["entity", "id"], "properties": {
        "entity": text, "id": {"type": "string", "format": "uuid"}, "title": maybe, "title_marks": marks,
        "field": maybe, "snippet": maybe, "marks": marks}});
    let page = json!({"type": "object", "required": ["items"], "properties": {
        "items": {"type": "array", "items": item}, "next_cursor": maybe}});
    let mut search = operation("Records found by words", None, "200", answer("The best first", Some(page)));
    search["parameters"] = json!([
        parameter("query", "q", &text),
        parameter("query", "entities", &text),
        parameter("query", "limit", &json!({"type": "integer", "minimum": 1, "maximum": 200})),
        parameter("query", "cursor", &text),
    ]);
    search
}

fn fixed_schemas() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let problem = json!({"type": "object", "required": ["type", "title", "status"], "properties": {
        "type": text, "title": text, "status": {"type": "integer"}, "detail": text,
        "errors": {"type": "array", "items": {"type": "object", "properties": {"path": text, "code": text, "message": text}}}}});
    let query = json!({"type": "object", "additionalProperties": false, "properties": {
        "select": {"type": "array", "items": {"type": ["string", "object"]}}, "filter": {"type": ["string", "null"]},
        "quick": {"type": ["string", "null"]}, "sort": {"type": "array", "items": text},
        "limit": {"type": ["integer", "null"], "minimum": 1, "maximum": 5000},
        "cursor": {"type": ["string", "null"]}, "count": {"enum": ["none", "exact", "estimated", null]}, "deleted": {"type": "boolean"}}});
    let key = json!({"anyOf": [text, {"type": "object", "additionalProperties": false, "required": ["path"], "properties": {
        "path": text, "name": text, "ranges": {"type": "array", "items": {"type": ["string", "number"]}},
        "by": {"enum": ["year", "quarter", "month", "week", "day", "weekday", "hour"]}}}]});
    let measure = json!({"type": "object", "additionalProperties": false, "required": ["name", "expression"],
        "properties": {"name": text, "expression": text}});
    let aggregate = json!({"type": "object", "additionalProperties": false, "properties": {
        "group_by": {"type": "array", "items": key}, "measures": {"type": "array", "items": measure},
        "filter": {"type": ["string", "null"]}, "having": {"type": ["string", "null"]},
        "sort": {"type": "array", "items": text}, "limit": {"type": ["integer", "null"], "minimum": 1, "maximum": 5000},
        "totals": {"type": "boolean"}, "drill": {"type": "boolean"}}});
    let export = json!({"type": "object", "additionalProperties": false, "required": ["entity", "format"], "properties": {
        "entity": text, "format": {"enum": ["csv", "xlsx"]}, "guard": {"type": ["boolean", "null"], "default": true},
        "select": {"type": ["array", "null"], "items": {"type": ["string", "object"]}}, "filter": {"type": ["string", "null"]},
        "quick": {"type": ["string", "null"]}, "sort": {"type": ["array", "null"], "items": text}, "deleted": {"type": "boolean"}}});
    let view = json!({"type": "object", "additionalProperties": false, "required": ["label"], "properties": {
        "entity": text, "type": {"enum": ["grid"]}, "label": text, "audience": {"enum": ["me", "team", "everyone"]},
        "team": {"type": ["string", "null"], "format": "uuid"}, "default": {"type": "boolean"}, "version": {"type": "integer"},
        "columns": {"type": "array", "items": text}, "sort": {"type": "array", "items": text},
        "filter": {"type": ["string", "null"]}, "conditions": {"type": "array", "items": {"type": "object"}}}});
    Map::from_iter([
        ("view".to_owned(), view),
        ("aggregate".to_owned(), aggregate),
        ("export".to_owned(), export),
        ("problem".to_owned(), problem),
        ("query".to_owned(), query),
    ])
}
