//! The manual lists the functions there are: the tables are generated from the registry.

use std::path::Path;

use expression::function::{self, Function};

#[test]
fn the_manual_lists_every_function() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("LANGUAGE.md");
    let text = std::fs::read_to_string(&path).expect("it works");
    let english = table("| call | gives | | example |", |function| function.en);
    let russian = table("| вызов | даёт | | пример |", |function| function.ru);
    let fresh = replaced(&replaced(&text, "functions", &english), "функции", &russian);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &fresh).expect("it works");
        return;
    }
    assert!(text == fresh, "LANGUAGE.md is stale: run the tests with UPDATE_EXPECT=1");
}

#[test]
fn rhai_has_every_function_of_the_registry() {
    for function in function::all() {
        let call = format!("{}/{}", function.name, function.parameters.len());
        assert!(scripting::visible().contains(&call.as_str()), "{call}");
    }
}

#[test]
fn every_example_uses_its_function() {
    for function in function::all() {
        let (example, name) = (function.example, function.name);
        assert!(expression::parse(example).is_ok() && example.contains(&format!("{name}(")), "{example}");
    }
}

fn table(head: &str, text: fn(&Function) -> &'static str) -> String {
    let rows = function::all().map(|function| {
        let parameters: Vec<&str> = function.parameters.iter().map(expression::Type::name).collect();
        let call = format!("{}({})", function.name, parameters.join(", "));
        format!("| `{call}` | {} | {} | `{}` |", function.result.name(), text(function), function.example)
    });
    format!("{head}\n| --- | --- | --- | --- |\n{}\n", rows.collect::<Vec<_>>().join("\n"))
}

fn replaced(text: &str, mark: &str, table: &str) -> String {
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (before, rest) = text.split_once(&open).expect("it works");
    let (_, after) = rest.split_once(&close).expect("it works");
    format!("{before}{open}{table}{close}{after}")
}
