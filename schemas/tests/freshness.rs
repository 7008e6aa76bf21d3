//! The committed JSON Schemas are those of the types; `UPDATE_EXPECT=1` rewrites them.

use std::path::Path;

use schemas::{Kind, document, schema};
use serde_json::{Value, json};

#[test]
fn committed_schemas_are_fresh() {
    let mut all: Vec<(&str, serde_json::Value)> =
        Kind::ALL.iter().map(|kind| (kind.as_str(), schema::of_kind(*kind))).collect();
    all.push(("solution", schema::of_solution()));
    for (name, json) in all {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.schema.json"));
        let text = document::to_text(&json);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{} is stale: run with UPDATE_EXPECT=1", path.display());
    }
}

#[test]
fn examples_in_the_schemas_pass_the_check() {
    for kind in Kind::ALL {
        for example in schema::of_kind(kind)["examples"].as_array().unwrap() {
            schemas::check::value(example).unwrap_or_else(|problems| panic!("{kind}: {problems:?}"));
        }
    }
}

/// All schemas by name.
fn schemas() -> Vec<(String, Value)> {
    let kinds = Kind::ALL.iter().map(|kind| (kind.to_string(), schema::of_kind(*kind)));
    kinds.chain([("solution".to_owned(), schema::of_solution())]).collect()
}

/// Shows every schema inside a schema, with its place.
fn walk<'a>(schema: &'a Value, here: &str, see: &mut dyn FnMut(&str, &'a Value)) {
    see(here, schema);
    for part in ["properties", "$defs"] {
        for (name, inner) in schema[part].as_object().into_iter().flatten() {
            walk(inner, &format!("{here}/{part}/{name}"), see);
        }
    }
    for part in ["anyOf", "oneOf", "allOf"] {
        for (at, inner) in schema[part].as_array().into_iter().flatten().enumerate() {
            walk(inner, &format!("{here}/{part}/{at}"), see);
        }
    }
    for part in ["items", "additionalProperties"] {
        if schema[part].is_object() {
            walk(&schema[part], &format!("{here}/{part}"), see);
        }
    }
}

#[test]
fn an_editor_finds_words_for_everything() {
    let mut silent = Vec::new();
    for (name, whole) in schemas() {
        walk(&whole, &name, &mut |here, schema| {
            let is_property = here.rsplit('/').nth(1) == Some("properties");
            let is_word = here.contains("oneOf") && schema.get("const").is_some();
            let described = schema["description"].as_str().is_some_and(|text| text.ends_with('.'));
            if (is_property || is_word) && !described {
                silent.push(here.to_owned());
            }
        });
        assert!(whole["title"].is_string() && whole["examples"].is_array(), "{name}");
    }
    assert_eq!(silent, [] as [String; 0], "an editor has no sentence for them");
}

#[test]
fn examples_anywhere_in_the_schemas_are_valid() {
    let mut seen = 0;
    for (name, whole) in schemas() {
        walk(&whole, &name, &mut |here, schema| {
            for example in schema["examples"].as_array().into_iter().flatten() {
                let mut alone = schema.clone();
                alone["$defs"] = whole["$defs"].clone();
                let validator = jsonschema::draft202012::new(&alone).unwrap();
                let errors: Vec<String> = validator.iter_errors(example).map(|error| error.to_string()).collect();
                assert_eq!(errors, [] as [String; 0], "{here}: {example}");
                seen += 1;
            }
        });
    }
    assert!(seen > 20, "{seen} examples");
    let wrong = jsonschema::draft202012::new(&schema::of_kind(Kind::Role)).unwrap();
    assert!(!wrong.is_valid(&json!({"kind": "role"})), "the judge judges");
}
