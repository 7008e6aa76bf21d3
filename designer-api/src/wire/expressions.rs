//! Formulas on the wire: what they cost, their values on records, and the functions they are written with.

use engine::Locale;
use engine::catalog::cost::{Class, Cost, Way, WrittenBy};
use engine::catalog::{Catalog, Obstacle};
use engine::expression::function::Family;
use engine::expression::{Aggregate, EntityId, FieldRef, Type};
use engine::expressions::formula::Drawn;
use serde_json::{Value, json};

/// What a formula costs, in the names of the draft.
pub(crate) fn cost(drawn: &Drawn) -> Option<Value> {
    let (catalog, cost) = (&drawn.catalog, drawn.cost.as_ref()?);
    let class = match cost.class {
        Class::Record => "record",
        Class::Linked => "linked",
        Class::Related => "related",
        Class::Stored => "stored",
        Class::Scheduled => "scheduled",
    };
    Some(json!({
        "class": class,
        "reads": cost.reads.iter().map(|way| read(catalog, way)).collect::<Vec<_>>(),
        "measures": cost.measures,
        "written_by": cost.written_by.iter().map(|one| written_by(catalog, one)).collect::<Vec<_>>(),
        "incremental": cost.is_incremental,
        "reason": reason(cost),
        "waits": cost.waits,
        "at_once": drawn.at_once,
    }))
}

fn read(catalog: &Catalog, way: &Way) -> Value {
    json!({"path": path(catalog, &way.fields), "entity": name(catalog, &way.entity), "many": way.is_many})
}

fn written_by(catalog: &Catalog, one: &WrittenBy) -> Value {
    let entity = catalog.entity_by_id(&one.entity);
    let name_of = |id| entity.and_then(|entity| entity.field_by_id(id)).map(|field| field.name.as_str());
    json!({
        "entity": name(catalog, &one.entity), "fields": one.fields.iter().filter_map(name_of).collect::<Vec<_>>(),
        "path": path(catalog, &one.way), "spreads": one.spreads, "incremental": one.is_incremental,
    })
}

/// Why a stored formula that aggregates is calculated as a whole.
fn reason(cost: &Cost) -> Value {
    let (code, name) = match cost.obstacle.as_ref() {
        None => return Value::Null,
        Some(Obstacle::Aggregate(aggregate)) => ("aggregate", Some(word(*aggregate))),
        Some(Obstacle::Way(field)) => ("way", Some(&*field.name)),
        Some(Obstacle::Field(field)) => ("field", Some(&*field.name)),
        Some(Obstacle::Formula(field)) => ("formula", Some(&*field.name)),
        Some(Obstacle::Texts) => ("texts", None),
        Some(Obstacle::Records) => ("records", None),
    };
    json!({"code": code, "name": name})
}

fn word(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Any => "any",
        Aggregate::All => "all",
        Aggregate::Count => "count",
        Aggregate::Sum => "sum",
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::First => "first",
    }
}

fn name<'a>(catalog: &'a Catalog, entity: &EntityId) -> Option<&'a str> {
    catalog.entity_by_id(entity).map(|entity| entity.name.as_str())
}

fn path(catalog: &Catalog, fields: &[FieldRef]) -> Vec<String> {
    let name = |field: &FieldRef| {
        let found = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
        found.map_or_else(|| field.name.to_string(), |found| found.name.clone())
    };
    fields.iter().map(name).collect()
}

/// The values of a formula on the records asked for.
pub(crate) fn samples(drawn: &Drawn) -> Option<Value> {
    let sample = |sample: &engine::expressions::formula::Sample| json!({"id": sample.record, "value": sample.value, "problem": sample.problem});
    drawn.samples.as_ref().map(|samples| samples.iter().map(sample).collect())
}

/// The functions of the language by their families.
pub(crate) fn functions(locale: Locale, families: &[Family]) -> Value {
    let items: Vec<Value> = families
        .iter()
        .flat_map(|(family, functions)| functions.iter().map(move |function| (family, function)))
        .map(|(family, function)| {
            let text = if locale == Locale::Ru { function.ru } else { function.en };
            json!({
                "name": function.name, "family": family, "parameters": function.parameters.iter().map(Type::name).collect::<Vec<_>>(),
                "result": function.result.name(), "text": text, "example": function.example,
            })
        })
        .collect();
    json!({"items": items})
}
