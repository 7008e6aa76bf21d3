//! The committed JSON Schemas are those of the types; `UPDATE_EXPECT=1` rewrites them.

use std::path::Path;

use schemas::{Kind, document, schema};

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
