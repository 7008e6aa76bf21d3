//! What only scripts can call: records of the workspace, refusals, the log, JSON, lists of words.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FuncRegistration, ImmutableString, Map, Position};
use serde_json::{Map as Object, Value as Json};

use super::Answer;
use crate::failure::{Denied, Refused};
use crate::native::{Native, Record, Records};
use crate::world::{Question, Refusal, World, current};
use crate::{Host, json};

/// What only scripts can call, with how many arguments it takes.
pub(super) const FUNCTIONS: &[&str] = &[
    "count/1",
    "count/2",
    "count/3",
    "create/2",
    "delete/1",
    "fail/1",
    "fail/2",
    "files::create/1",
    "files::text/1",
    "find/1",
    "find/2",
    "find/3",
    "find/4",
    "find_one/2",
    "find_one/3",
    "find_one/4",
    "get/2",
    "http/1",
    "join/2",
    "len/1",
    "log/1",
    "mail::send/1",
    "measures::value/1",
    "measures::value/2",
    "measures::values/1",
    "message::send/1",
    "parse_json/1",
    "split/2",
    "to_json/1",
    "update/2",
];

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    records(engine, host);
    changes(engine, host);
    engine.register_iterator::<Records>();
    engine.register_fn("len", |records: Records| records.list.len() as i64);
    engine.register_fn("fail", |message: Dynamic| -> Answer { Err(refusal(json::shown(&message), None)) });
    engine.register_fn("fail", |message: Dynamic, field: ImmutableString| -> Answer {
        Err(refusal(json::shown(&message), Some(field.to_string())))
    });
    // What was caught can be shown.
    engine.register_fn("to_string", |denied: Denied| denied.0);
    engine.register_fn("to_string", |refused: Refused| refused.message);
    let world = Arc::clone(host);
    engine.register_fn("http", move |request: Dynamic| -> Answer {
        let request =
            json::to_json(&request).ok_or_else(|| wrong("http: a function is no part of a request".to_owned()))?;
        Ok(json::from_json(&run()?.http(request).map_err(refused)?, &world))
    });
    engine.register_fn("log", |value: Dynamic| {
        if let Some(world) = current() {
            world.log(json::shown(&value));
        }
    });
    engine.register_fn("to_json", text_of);
    // rhai has one of its own for maps, which knows no decimals.
    engine.register_fn("to_json", |map: Map| text_of(Dynamic::from(map)));
    let world = Arc::clone(host);
    engine.register_fn("parse_json", move |text: ImmutableString| -> Answer {
        let json: Json = serde_json::from_str(&text).map_err(|error| wrong(format!("parse_json: {error}")))?;
        Ok(json::from_json(&json, &world))
    });
    engine.register_fn("split", |text: ImmutableString, by: ImmutableString| -> Array {
        if by.is_empty() {
            return text.chars().map(|letter| Dynamic::from(ImmutableString::from(letter.to_string()))).collect();
        }
        text.split(by.as_str()).map(|part| Dynamic::from(ImmutableString::from(part))).collect()
    });
    engine.register_fn("join", |parts: Array, by: ImmutableString| -> Dynamic {
        let parts: Vec<String> = parts.iter().filter(|part| !part.is_unit()).map(json::shown).collect();
        parts.join(&by).into()
    });
}

#[expect(clippy::needless_pass_by_value, reason = "rhai gives values away")]
fn text_of(value: Dynamic) -> Answer {
    let json = json::to_json(&value).ok_or_else(|| wrong("to_json: a function has no form as JSON".to_owned()))?;
    Ok(json.to_string().into())
}

fn records(engine: &mut Engine, host: &Arc<dyn Host>) {
    let world = Arc::clone(host);
    engine.register_fn("get", move |entity: ImmutableString, id: Dynamic| -> Answer {
        let id = match Native::of(&id) {
            Native::Empty => return Ok(Dynamic::UNIT),
            Native::Id(id) => id.to_string(),
            Native::Text(text) => text.to_string(),
            _ => return Err(wrong("get: the second argument is a record or an identity".to_owned())),
        };
        let found = run()?.get(&entity, &id).map_err(refused)?;
        Ok(found.map_or(Dynamic::UNIT, |reference| Dynamic::from(Record { host: Arc::clone(&world), reference })))
    });
    for one in [false, true] {
        let name = if one { "find_one" } else { "find" };
        let ask = {
            let world = Arc::clone(host);
            move |entity: &str, filter: Option<&str>, values: Map, options: Map| -> Answer {
                let question = question(filter, &values, &options, one)?;
                let list = run()?.find(entity, question).map_err(refused)?;
                let records = Records { host: Arc::clone(&world), list: list.into() };
                if one {
                    return Ok(records.each().next().unwrap_or(Dynamic::UNIT));
                }
                Ok(Dynamic::from(records))
            }
        };
        if !one {
            let ask = ask.clone();
            engine.register_fn(name, move |entity: ImmutableString| ask(&entity, None, Map::new(), Map::new()));
        }
        let three = ask.clone();
        let four = ask.clone();
        engine.register_fn(name, move |entity: ImmutableString, filter: ImmutableString| {
            ask(&entity, Some(&filter), Map::new(), Map::new())
        });
        engine.register_fn(name, move |entity: ImmutableString, filter: ImmutableString, values: Map| {
            three(&entity, Some(&filter), values, Map::new())
        });
        engine.register_fn(name, move |entity: ImmutableString, filter: ImmutableString, values: Map, options: Map| {
            four(&entity, Some(&filter), values, options)
        });
    }
    engine.register_fn("count", |entity: ImmutableString| run()?.count(&entity, None).map_err(refused));
    engine.register_fn("count", |entity: ImmutableString, filter: ImmutableString| {
        run()?.count(&entity, Some(filled(&filter, &Map::new())?)).map_err(refused)
    });
    engine.register_fn("count", |entity: ImmutableString, filter: ImmutableString, values: Map| {
        run()?.count(&entity, Some(filled(&filter, &values)?)).map_err(refused)
    });
}

fn changes(engine: &mut Engine, host: &Arc<dyn Host>) {
    // A record is a name of one that the world keeps, so that what is assigned changes no variable.
    let setter = FuncRegistration::new_index_setter().with_purity(true);
    setter.register_into_engine(
        engine,
        |record: &mut Record, name: ImmutableString, value: Dynamic| -> Result<(), Box<EvalAltResult>> {
            assign(record, &name, &value)
        },
    );
    engine.register_fn("update", |record: Record, values: Map| -> Answer {
        for (name, value) in &values {
            assign(&record, name, value)?;
        }
        Ok(Dynamic::from(record))
    });
    let world = Arc::clone(host);
    engine.register_fn("create", move |entity: ImmutableString, values: Map| -> Answer {
        let values: Result<Object<String, Json>, Box<EvalAltResult>> =
            values.iter().map(|(name, value)| Ok((name.to_string(), written(name, value)?))).collect();
        let reference = run()?.create(&entity, values?).map_err(refused)?;
        Ok(Dynamic::from(Record { host: Arc::clone(&world), reference }))
    });
    engine.register_fn("delete", |record: Record| run()?.delete(&record.reference).map_err(refused));
}

fn assign(record: &Record, name: &str, value: &Dynamic) -> Result<(), Box<EvalAltResult>> {
    run()?.assign(&record.reference, name, written(name, value)?).map_err(refused)
}

fn written(name: &str, value: &Dynamic) -> Result<Json, Box<EvalAltResult>> {
    json::to_json(value).ok_or_else(|| wrong(format!("{name}: a function is no value of a field")))
}

fn question(filter: Option<&str>, values: &Map, options: &Map, one: bool) -> Result<Question, Box<EvalAltResult>> {
    let mut question = Question { limit: one.then_some(1), ..Question::default() };
    question.filter = filter.map(|filter| filled(filter, values)).transpose()?;
    for (name, value) in options {
        match (name.as_str(), Native::of(value)) {
            ("sort", Native::Text(keys)) => {
                question.sort = keys.split(',').map(|key| key.trim().to_owned()).collect();
            }
            ("limit", Native::Integer(limit)) => {
                question.limit = Some(u32::try_from(limit).map_err(|_| wrong("limit: a number from 1".to_owned()))?);
            }
            _ => return Err(wrong(format!("{name}: there are the options sort (a text) and limit (a whole number)"))),
        }
    }
    Ok(question)
}

/// Puts values in the places of a condition: `:name` stands for the value of that name, outside of texts. A value is written
/// as a literal, so that whatever it holds stays a value.
fn filled(filter: &str, values: &Map) -> Result<String, Box<EvalAltResult>> {
    let mut result = String::with_capacity(filter.len());
    let mut rest = filter;
    let mut quote: Option<char> = None;
    while let Some(letter) = rest.chars().next() {
        let (head, tail) = rest.split_at(letter.len_utf8());
        rest = tail;
        match (quote, letter) {
            (Some('"'), '\\') => {
                result.push_str(head);
                let next = rest.chars().next().map_or(0, char::len_utf8);
                result.push_str(&rest[..next]);
                rest = &rest[next..];
                continue;
            }
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '`') => quote = Some(letter),
            (None, ':') => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let name = &rest[..end];
                let value = values.get(name).ok_or_else(|| wrong(format!("`:{name}` is not among the values")))?;
                result.push_str(&literal(name, value)?);
                rest = &rest[end..];
                continue;
            }
            _ => {}
        }
        result.push_str(head);
    }
    Ok(result)
}

fn literal(name: &str, value: &Dynamic) -> Result<String, Box<EvalAltResult>> {
    if let Ok(items) = value.as_array_ref() {
        let items: Result<Vec<String>, _> = items.iter().map(|item| literal(name, item)).collect();
        return Ok(format!("[{}]", items?.join(", ")));
    }
    Ok(match Native::of(value) {
        Native::Empty => "()".to_owned(),
        Native::Boolean(truth) => truth.to_string(),
        Native::Integer(number) if number < 0 => format!("({number})"),
        Native::Integer(number) => number.to_string(),
        Native::Decimal(number) => {
            let text = number.to_string();
            let text = if text.contains('.') { text } else { format!("{text}.0") };
            if text.starts_with('-') { format!("({text})") } else { text }
        }
        _ => match json::to_json(value) {
            // In the language a text beside a date, a moment or a link is read as one.
            Some(Json::String(text)) => Json::from(text).to_string(),
            Some(Json::Object(record)) if record.contains_key("id") => record["id"].to_string(),
            _ => return Err(wrong(format!("`:{name}` is no value that a condition can hold"))),
        },
    })
}

pub(super) fn run() -> Result<Arc<dyn World>, Box<EvalAltResult>> {
    current().ok_or_else(|| wrong("there is no workspace here".to_owned()))
}

pub(super) fn refused(Refusal(message): Refusal) -> Box<EvalAltResult> {
    wrong(message)
}

pub(super) fn wrong(message: String) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(Denied(message)), Position::NONE).into()
}

fn refusal(message: String, field: Option<String>) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(Refused { message, field }), Position::NONE).into()
}
