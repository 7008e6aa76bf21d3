//! The caller's catalog on the wire.

use engine::catalog::balance::{Part, TurnoverPeriod};
use engine::catalog::script::{Button, Parameter};
use engine::catalog::{self, FieldKind, FormulaMode};
use engine::dashboards::Known;
use engine::identity::Person;
use engine::{Context, Grant, Operation};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The answer of `GET /meta/catalog`.
#[derive(Serialize)]
pub(crate) struct Catalog {
    revision: u64,
    workspace: Value,
    rights: Value,
    user: Value,
    applications: Vec<Value>,
    /// What opens first; nothing where no application says.
    home: Value,
    /// Dashboards that the caller has.
    dashboards: Vec<Value>,
    entities: Vec<Value>,
    /// What roles are called, for those who give them to people; their records have one language.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<Value>>,
    /// Views of lists that the caller may use: own ones, those of the caller's teams, and everybody's.
    views: Vec<Value>,
}

impl Catalog {
    /// Collects what the caller may use, labels in the caller's language.
    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    pub(crate) fn new(ctx: &Context, user: Person, views: Vec<Value>) -> Self {
        let all = ctx.catalog();
        let rights = ctx.access.rights();
        let workspace = &all.workspace;
        let dashboards = engine::dashboards::known(ctx);
        Self {
            revision: all.revision,
            workspace: json!({
                "name": ctx.engine.workspace().name, "language": workspace.language, "currency": workspace.currency, "time_zone": workspace.time_zone
            }),
            rights: json!({"use": rights.use_applications, "design": rights.design, "administer": rights.administer}),
            user: json!(user),
            applications: {
                let theirs = all.applications.iter().filter(|found| ctx.access.plays(&found.roles));
                theirs.map(|found| application(ctx, &dashboards, found)).collect()
            },
            home: home(ctx, &dashboards),
            dashboards: dashboards.iter().map(|known| super::dashboards::listed(ctx, known)).collect(),
            entities: all
                .readable()
                .iter()
                .filter_map(|found| ctx.access.read(&found.id))
                .map(|grant| entity(ctx, &grant))
                .collect(),
            roles: rights.administer.then(|| {
                all.roles.iter().map(|role| json!({"name": role.name, "label": label(ctx, &role.label)})).collect()
            }),
            views,
        }
    }
}

/// A short mark of a text, to tell one caller's catalog from another's of the same revision.
pub(crate) fn fingerprint(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

pub(crate) fn label(ctx: &Context, label: &catalog::Label) -> String {
    label.text(ctx.locale.code()).to_owned()
}

fn application(ctx: &Context, dashboards: &[Known], application: &catalog::Application) -> Value {
    let sections: Vec<Value> = application
        .sections
        .iter()
        .filter(|section| ctx.access.plays(&section.roles))
        .map(|section| {
            let items: Vec<Value> =
                section.items.iter().filter_map(|item| navigation_item(ctx, dashboards, item)).collect();
            json!({"label": label(ctx, &section.label), "items": items})
        })
        .filter(|section| section["items"].as_array().is_some_and(|items| !items.is_empty()))
        .collect();
    json!({"name": application.name, "label": label(ctx, &application.label), "icon": application.icon, "sections": sections})
}

/// The first of what the applications of the person open first that is for them, and that they may see.
fn home(ctx: &Context, dashboards: &[Known]) -> Value {
    let theirs = ctx.catalog().applications.iter().filter(|found| ctx.access.plays(&found.roles));
    let is_theirs = |home: &&catalog::Home| home.roles.is_empty() || ctx.access.has_one_of(&home.roles);
    let fit = theirs.flat_map(|found| &found.home).filter(is_theirs);
    fit.filter_map(|home| match &home.target {
        catalog::NavigationTarget::Entity(entity) => Some(json!({"entity": ctx.access.read(entity)?.entity().name})),
        catalog::NavigationTarget::Dashboard(name) => {
            dashboards.iter().any(|known| known.dashboard.name == *name).then(|| json!({"dashboard": name}))
        }
    })
    .next()
    .unwrap_or_default()
}

fn navigation_item(ctx: &Context, dashboards: &[Known], item: &catalog::NavigationItem) -> Option<Value> {
    let own = label(ctx, &item.label);
    let text = |theirs: &catalog::Label| if own.is_empty() { label(ctx, theirs) } else { own.clone() };
    match &item.target {
        catalog::NavigationTarget::Entity(entity) => {
            let grant = ctx.access.read(entity)?;
            let entity = grant.entity();
            Some(json!({"entity": entity.name, "label": text(&entity.plural), "icon": entity.icon}))
        }
        catalog::NavigationTarget::Dashboard(name) => {
            let found = dashboards.iter().find(|known| known.dashboard.name == *name)?;
            let dashboard = &found.dashboard;
            Some(json!({"dashboard": name, "label": text(&dashboard.label), "icon": dashboard.icon}))
        }
    }
}

fn entity(ctx: &Context, grant: &Grant) -> Value {
    let entity = grant.entity();
    let may = |operation| ctx.access.grant(&entity.id, operation).is_some();
    let written: Vec<Grant> = [Operation::Create, Operation::Update]
        .into_iter()
        .filter_map(|operation| ctx.access.grant(&entity.id, operation))
        .collect();
    let owner = entity.owner.as_ref().and_then(|(parent, field)| {
        let parent = ctx.catalog().entity_by_id(parent)?;
        Some(json!({"entity": parent.name, "field": parent.field_by_id(field)?.name}))
    });
    let fields: Vec<Value> = entity
        .fields
        .iter()
        .filter(|field| is_visible(ctx, grant, field))
        .map(|found| {
            let is_masked = !found.write_only && !grant.allows(found);
            let may_write = written.iter().any(|leave| leave.allows(found));
            field(ctx, entity, found, Shown { is_masked, is_read_only: !may_write })
        })
        .collect();
    // A rule over what the caller may not know is kept from them; the server goes by it all the same.
    let rules: Vec<Value> = entity
        .rules
        .iter()
        .filter(|rule| ctx.access.knows(&rule.when) && !reads_measures(&rule.when))
        .map(|rule| {
            json!({"name": rule.name, "message": label(ctx, &rule.message), "when": engine::expression::json::to_json(&rule.when)})
        })
        .collect();
    let name_of = |id: &Option<catalog::FieldId>| {
        let field = id.as_ref().and_then(|id| entity.field_by_id(id));
        field.filter(|field| is_visible(ctx, grant, field)).map(|field| field.name.clone())
    };
    let buttons = engine::scripts::buttons::known(ctx, entity);
    json!({
        "id": entity.id.as_str(), "name": entity.name, "label": label(ctx, &entity.label), "plural": label(ctx, &entity.plural),
        "description": label(ctx, &entity.description), "icon": entity.icon, "title": name_of(&entity.title), "key": name_of(&entity.key),
        "system": entity.system, "read_only": entity.read_only, "dataset": entity.is_derived(), "register": register(ctx, entity), "owner": owner,
        "operations": {
            "read": true, "create": may(Operation::Create), "update": may(Operation::Update), "delete": may(Operation::Delete),
            "export": may(Operation::Export),
            "share": entity.shared.is_some() && entity.owner.is_none() && may(Operation::Share)
        },
        "fields": fields, "rules": rules, "buttons": buttons.map(|found| button(ctx, found)).collect::<Vec<_>>(),
        "form": engine::forms::of_entity(ctx, &entity.id).map(|known| super::forms::definition(ctx, &known))
    })
}

/// Of which moment the rows of a register are, or which list of a register of balances it is; `null` of what is none.
fn register(ctx: &Context, entity: &catalog::Entity) -> Value {
    let part = entity.balances.map(|part| match part {
        Part::Balances => "balances",
        Part::Movements => "movements",
        Part::Turnovers => "turnovers",
    });
    match (&entity.register, part) {
        (Some(_), _) => json!({"as_of": engine::registers::as_of(ctx, entity)}),
        (None, Some(part)) => json!({"balances": part}),
        (None, None) => Value::Null,
    }
}

/// The fields of an entity as the catalog tells them; none of one that may not be read.
pub(crate) fn fields_of(ctx: &Context, name: &str) -> Value {
    let found = ctx.catalog().entity(name).and_then(|found| ctx.access.read(&found.id));
    found.map_or_else(|| json!([]), |grant| entity(ctx, &grant)["fields"].take())
}

/// A button with what people are asked for.
pub(crate) fn button(ctx: &Context, button: &Button) -> Value {
    let parameter = |parameter: &Parameter| {
        let choices: Vec<Value> = parameter
            .choices
            .iter()
            .map(|choice| {
                json!({"value": choice.value, "label": label(ctx, &choice.label.or_name(&choice.value)), "color": choice.color})
            })
            .collect();
        let target = parameter.target.as_ref().and_then(|target| ctx.catalog().entity_by_id(target));
        json!({
            "name": parameter.name, "label": label(ctx, &parameter.label), "type": parameter.kind,
            "required": parameter.required, "choices": choices, "target": target.map(|target| &target.name)
        })
    };
    json!({
        "script": button.called.script, "name": button.name, "label": label(ctx, &button.label),
        "confirm": label(ctx, &button.confirm), "on_list": button.on_list,
        "when": button.when.as_ref().map(|when| engine::expression::json::to_json(when)),
        "parameters": button.parameters.iter().map(parameter).collect::<Vec<_>>()
    })
}

/// What is hidden from the caller is not shown; what can be written only, such as a password, is shown to whoever may.
fn is_visible(ctx: &Context, grant: &Grant, field: &catalog::Field) -> bool {
    let entity = grant.entity();
    field.write_only || ctx.access.shown_field(entity, &field.name).is_some()
}

/// How far a field is open to the caller.
#[derive(Clone, Copy)]
struct Shown {
    is_masked: bool,
    is_read_only: bool,
}

fn field(ctx: &Context, entity: &catalog::Entity, field: &catalog::Field, shown: Shown) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        let absent = matches!(&value, Value::Null | Value::Bool(false)) || value.as_str() == Some("");
        if !absent {
            map.insert(key.to_owned(), value);
        }
    };
    put("id", json!(field.id.as_str()));
    put("name", json!(field.name));
    put("label", json!(label(ctx, &field.label)));
    put("description", json!(label(ctx, &field.description)));
    put("type", json!(field.type_name()));
    put("required", json!(field.required));
    put("read_only", json!(shown.is_read_only));
    put("masked", json!(shown.is_masked));
    put("write_only", json!(field.write_only));
    put("system", json!(field.system));
    put("searchable", json!(field.searchable));
    put("audit_reads", json!(field.audit_reads));
    put("unique", json!(entity.unique.iter().any(|key| key.fields == [field.id.clone()])));
    // An open formula is read by people who may not know what it is made of.
    let formula = field.formula.as_ref().filter(|formula| !formula.open || ctx.access.knows(&formula.expr));
    // A form calculates none that has its time, or for which it would need all records.
    let formula = formula.filter(|formula| formula.mode != FormulaMode::Scheduled && !reads_measures(&formula.expr));
    put("formula", formula.map_or(Value::Null, |it| engine::expression::json::to_json(&it.expr)));
    put("calculated", json!(field.formula.is_some()));
    put("default", field.default.as_ref().map_or(Value::Null, |default| default_value(field, default)));
    attributes(ctx, &field.kind, &mut put);
    for (key, condition) in field.conditions.all() {
        // What the page cannot judge the server does, at the save and where `_conditions` is asked for.
        let is_told = (key != "options" || field.choices().is_some()) && ctx.access.tells(entity, &condition.when);
        let when = is_told.then(|| engine::expression::json::to_json(&condition.when));
        let message = Some(label(ctx, &condition.message)).filter(|text| !text.is_empty());
        put(key, json!({"when": when, "message": message}));
    }
    put("by", json!(period_of(ctx, entity, field)));
    Value::Object(map)
}

/// Of which period the first day stands in a field: of the turnovers of a register.
fn period_of(ctx: &Context, entity: &catalog::Entity, field: &catalog::Field) -> Option<TurnoverPeriod> {
    let is_period = entity.balances == Some(Part::Turnovers) && entity.title.as_ref() == Some(&field.id);
    let register = ctx.catalog().balances.iter().find(|register| register.turnovers == entity.id)?;
    is_period.then_some(register.by)
}

/// Says whether only the database can tell the value of an expression.
fn reads_measures(expr: &engine::expression::Expr) -> bool {
    engine::expression::paths::reads(expr).measures
}

/// A default: the value itself, or the expression a form evaluates.
fn default_value(field: &catalog::Field, default: &catalog::Default) -> Value {
    match default {
        catalog::Default::Value(value) => engine::records::wire_value(field, value),
        catalog::Default::Expression(expression) => {
            json!({"expression": engine::expression::json::to_json(expression)})
        }
    }
}

/// What belongs to the type.
fn attributes(ctx: &Context, kind: &FieldKind, put: &mut impl FnMut(&str, Value)) {
    let choices = |set: &catalog::ChoiceSet| -> Value {
        set.choices
            .iter()
            .map(|choice| json!({"value": choice.value, "label": label(ctx, &choice.label), "color": choice.color}))
            .collect()
    };
    let entity_name = |id| ctx.catalog().entity_by_id(id).map(|found| found.name.clone());
    match kind {
        FieldKind::Text { max_length, pattern } => {
            put("max_length", json!(max_length));
            put("pattern", json!(pattern.as_ref().map(catalog::Pattern::as_str)));
        }
        FieldKind::LongText { max_length } => put("max_length", json!(max_length)),
        FieldKind::Integer { min, max } => {
            put("min", json!(min));
            put("max", json!(max));
        }
        FieldKind::Decimal { precision, scale, min, max } => {
            put("precision", json!(precision));
            put("scale", json!(scale));
            put("min", json!(min.map(|number| number.to_string())));
            put("max", json!(max.map(|number| number.to_string())));
        }
        FieldKind::Money { precision, scale, currency, min, max } => {
            put("precision", json!(precision));
            put("scale", json!(scale));
            put("currency", json!(currency.as_ref().unwrap_or(&ctx.catalog().workspace.currency)));
            put("min", json!(min.map(|number| number.to_string())));
            put("max", json!(max.map(|number| number.to_string())));
        }
        FieldKind::Percent { precision, scale } => {
            put("precision", json!(precision));
            put("scale", json!(scale));
        }
        FieldKind::Choice(set) | FieldKind::MultiChoice(set) => {
            put("choices", choices(set));
            put("choice_set", json!(set.name));
        }
        FieldKind::Link { relation, on_delete, .. } => {
            relation_attributes(ctx, relation, put);
            put(
                "on_delete",
                json!(match on_delete {
                    catalog::OnDelete::Restrict => "restrict",
                    catalog::OnDelete::Cascade => "cascade",
                    catalog::OnDelete::SetEmpty => "set_empty",
                }),
            );
        }
        FieldKind::Links { relation, .. } | FieldKind::Children { relation } | FieldKind::Inverse { relation } => {
            relation_attributes(ctx, relation, put);
        }
        FieldKind::AnyLink { targets, inverse } => {
            put("targets", targets.iter().filter_map(entity_name).collect());
            let known = targets.iter().filter_map(|target| ctx.catalog().entity_by_id(target));
            let name = known.zip(inverse).find_map(|(target, id)| target.field_by_id(id));
            if let Some(field) = name {
                put("inverse", json!(field.name));
            }
        }
        FieldKind::AutoNumber { pattern, .. } => put("pattern", json!(pattern)),
        FieldKind::Rating { max } => put("max", json!(max)),
        _ => {}
    }
}

fn relation_attributes(ctx: &Context, relation: &catalog::Relation, put: &mut impl FnMut(&str, Value)) {
    let Some(target) = ctx.catalog().entity_by_id(&relation.target) else { return };
    put("target", json!(target.name));
    let inverse = relation.inverse.as_ref().and_then(|id| target.field_by_id(id)).map(|field| field.name.clone());
    put("inverse", json!(inverse));
}
