//! The JSON Schemas of the kinds, made of the types.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

use crate::{
    Application, ChoiceSet, Dashboard, Dataset, Entity, Form, Kind, Measure, Register, Role, Script, Solution, View,
};

/// Makes the JSON Schema of a kind of document.
pub fn of_kind(kind: Kind) -> Value {
    match kind {
        Kind::Application => of::<Application>(),
        Kind::ChoiceSet => of::<ChoiceSet>(),
        Kind::Dashboard => of::<Dashboard>(),
        Kind::Dataset => of::<Dataset>(),
        Kind::Entity => of::<Entity>(),
        Kind::Form => of::<Form>(),
        Kind::Measure => of::<Measure>(),
        Kind::Register => of::<Register>(),
        Kind::Role => of::<Role>(),
        Kind::Script => of::<Script>(),
        Kind::View => of::<View>(),
    }
}

/// Makes the JSON Schema of `solution.json`.
pub fn of_solution() -> Value {
    of::<Solution>()
}

fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(plain));
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// Takes away what only Rust means: an absent key is absent, never `null`, and numbers have limits, not widths.
fn plain(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("format");
    object.remove("default");
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|word| word != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = object.get("anyOf") {
        let mut real: Vec<Value> = options.iter().filter(|option| option["type"] != "null").cloned().collect();
        if real.len() == 1 && options.len() == 2 {
            object.remove("anyOf");
            merge(object, real.remove(0));
        }
    }
    // A `$ref` with a constant beside it: the constant says all.
    if object.contains_key("const") {
        object.remove("$ref");
    }
}

fn merge(object: &mut Map<String, Value>, other: Value) {
    if let Value::Object(other) = other {
        object.extend(other);
    }
}
