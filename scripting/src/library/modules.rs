//! What scripts call by the name of a module: mail, messages inside the product, files.

use std::sync::Arc;

use rhai::{Dynamic, Engine, ImmutableString, Map, Module};
use serde_json::Value as Json;

use super::Answer;
use super::script::{refused, run, wrong};
use crate::world::{Refusal, World};
use crate::{json, native};

/// What a function of a module has the world do with what it is given.
type Deed = fn(&dyn World, Json) -> Result<Json, Refusal>;

/// Functions of modules that take one map.
const OF_MAPS: &[(&str, &str, Deed)] = &[
    ("mail", "send", |world, asked| world.mail(asked).map(|id| Json::from(id.to_string()))),
    ("message", "send", |world, asked| world.tell(asked).map(Json::from)),
    ("files", "create", |world, asked| world.create_file(asked).map(|id| Json::from(id.to_string()))),
];

pub(super) fn install(engine: &mut Engine) {
    let mut modules = [("mail", Module::new()), ("message", Module::new()), ("files", Module::new())];
    for (name, module) in &mut modules {
        for (_, function, deed) in OF_MAPS.iter().filter(|(of, ..)| of == name) {
            let (call, deed) = (format!("{name}::{function}"), *deed);
            module.set_native_fn(*function, move |asked: Map| -> Answer { done(&call, asked, deed) });
        }
        if *name == "files" {
            module.set_native_fn("text", |file: Dynamic| -> Answer { text(&file) });
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
