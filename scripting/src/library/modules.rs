//! What scripts call by the name of a module: mail, messages inside the product, files, measures.

use std::sync::Arc;

use chrono::NaiveDate;
use expression::Value;
use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, Module};
use serde_json::{Map as Object, Value as Json};

use super::Answer;
use super::script::{refused, run, wrong};
use crate::world::{Measured, Refusal, World};
use crate::{Host, json, native};

/// What a function of a module has the world do with what it is given.
type Deed = fn(&dyn World, Json) -> Result<Json, Refusal>;

/// Functions of modules that take one map.
const OF_MAPS: &[(&str, &str, Deed)] = &[
    ("mail", "send", |world, asked| world.mail(asked).map(|id| Json::from(id.to_string()))),
    ("message", "send", |world, asked| world.tell(asked).map(Json::from)),
    ("files", "create", |world, asked| world.create_file(asked).map(|id| Json::from(id.to_string()))),
];

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    let names = ["mail", "message", "files", "measures"];
    let mut modules = names.map(|name| (name, Module::new()));
    for (name, module) in &mut modules {
        for (_, function, deed) in OF_MAPS.iter().filter(|(of, ..)| of == name) {
            let (call, deed) = (format!("{name}::{function}"), *deed);
            module.set_native_fn(*function, move |asked: Map| -> Answer { done(&call, asked, deed) });
        }
        if *name == "files" {
            module.set_native_fn("text", |file: Dynamic| -> Answer { text(&file) });
        }
        if *name == "measures" {
            measures(module, host);
        }
    }
    for (name, module) in modules {
        engine.register_static_module(name, Arc::new(module));
    }
}

fn done(call: &str, asked: Map, deed: Deed) -> Answer {
    let asked = json::to_json(&Dynamic::from(asked));
    let asked = asked.ok_or_else(|| wrong(format!("{call}: a function is no part of what is sent or kept")))?;
    match deed(&*run()?, asked).map_err(refused)? {
        Json::String(text) => Ok(Dynamic::from(ImmutableString::from(text))),
        number => Ok(number.as_i64().unwrap_or_default().into()),
    }
}

fn measures(module: &mut Module, host: &Arc<dyn Host>) {
    let world = Arc::clone(host);
    module.set_native_fn("value", move |name: ImmutableString| -> Answer {
        Ok(measured(run()?.measure(&name, Json::Object(Object::new())).map_err(refused)?, &world))
    });
    let world = Arc::clone(host);
    module.set_native_fn("value", move |name: ImmutableString, asked: Map| -> Answer {
        let asked = plain("measures::value", &asked.into())?;
        Ok(measured(run()?.measure(&name, asked).map_err(refused)?, &world))
    });
    let world = Arc::clone(host);
    module.set_native_fn("values", move |asked: Array| -> Answer {
        let asked = plain("measures::values", &asked.into())?;
        let found = run()?.measures(asked).map_err(refused)?;
        Ok(found.into_iter().map(|one| measured(one, &world)).collect::<Array>().into())
    });
}

fn plain(call: &str, asked: &Dynamic) -> Result<Json, Box<EvalAltResult>> {
    json::to_json(asked).ok_or_else(|| wrong(format!("{call}: a function is no part of what is asked")))
}

/// What a measure came to, as a map; what there is not is `()`.
fn measured(found: Measured, host: &Arc<dyn Host>) -> Dynamic {
    let day = |day: Option<NaiveDate>| day.map_or(Value::Empty, Value::Date);
    let values = [
        ("value", found.value),
        ("target", found.target),
        ("share", found.share),
        ("previous", found.previous),
        ("change", found.change),
        ("from", day(found.days.map(|days| days.0))),
        ("to", day(found.days.map(|days| days.1))),
    ];
    let mut map: Map = values.into_iter().map(|(name, value)| (name.into(), native::into_rhai(value, host))).collect();
    let status = found.status.map_or(Dynamic::UNIT, |(color, label)| {
        Map::from_iter([("color".into(), color.into()), ("label".into(), label.into())]).into()
    });
    map.insert("status".into(), status);
    map.into()
}

/// The text of a file, named by its identity or by the record that a file field holds.
fn text(file: &Dynamic) -> Answer {
    let id = match native::Native::of(file) {
        native::Native::Id(id) => id.to_string(),
        native::Native::Text(text) => text.to_string(),
        _ => match json::to_json(file) {
            Some(Json::Object(record)) => record.get("id").and_then(Json::as_str).unwrap_or_default().to_owned(),
            _ => return Err(wrong("files::text: the argument is a file or its identity".to_owned())),
        },
    };
    Ok(run()?.file_text(&id).map_err(refused)?.into())
}
