//! The rules of the house that a program can check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Which crates a crate may use; the picture is in ARCHITECTURE.md.
const EDGES: [(&str, &[&str]); 13] = [
    ("diagnostic", &[]),
    ("schemas", &["diagnostic"]),
    ("expression", &["diagnostic"]),
    ("scripting", &["expression", "diagnostic"]),
    ("catalog", &["schemas", "expression", "scripting", "diagnostic"]),
    ("sql", &["expression", "catalog", "diagnostic"]),
    ("access", &["catalog", "expression", "diagnostic"]),
    ("query", &["catalog", "access", "sql", "expression", "diagnostic"]),
    ("migration", &["catalog", "sql", "expression", "diagnostic"]),
    ("storage", &["sql", "expression", "diagnostic"]),
    (
        "engine",
        &[
            "schemas",
            "expression",
            "scripting",
            "catalog",
            "sql",
            "access",
            "query",
            "migration",
            "storage",
            "diagnostic",
        ],
    ),
    ("designer-api", &["engine", "schemas", "diagnostic"]),
    (
        "tests",
        &[
            "schemas",
            "expression",
            "scripting",
            "catalog",
            "sql",
            "access",
            "query",
            "migration",
            "storage",
            "engine",
            "designer-api",
            "diagnostic",
        ],
    ),
];

#[test]
fn crates_use_only_what_stands_below_them() {
    let metadata = cargo_metadata::MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec();
    let metadata = metadata.expect("cargo describes the workspace");
    let names: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let allowed: BTreeMap<&str, &[&str]> = EDGES.into_iter().collect();
    assert_eq!(names, allowed.keys().copied().collect(), "every crate has its row");
    for package in &metadata.packages {
        for dependency in package.dependencies.iter().filter(|found| names.contains(found.name.as_str())) {
            let (from, to) = (package.name.as_str(), dependency.name.as_str());
            assert!(allowed[from].contains(&to), "`{from}` may not use `{to}`");
        }
    }
}

#[test]
fn the_parts_do_no_input_or_output() {
    let banned = ["tokio::", "sqlx::", "axum::", "reqwest::", "std::fs", "std::env", "::now()", "rand::"];
    for (path, text) in sources(&["engine/crates", "schemas", "scripting"]) {
        if path.starts_with("engine/crates/storage") || is_test(&path) {
            continue;
        }
        for (number, line) in code_lines(&text) {
            for word in banned {
                assert!(!line.contains(word), "{}:{number}: `{word}` does not belong here", path.display());
            }
        }
    }
}

#[test]
fn sqlx_is_only_in_storage_and_sql_only_below_the_engine() {
    for (path, text) in sources(&["engine/src", "designer-api/src", "schemas", "scripting", "engine/crates"]) {
        let below = ["sql", "query", "migration", "storage"]
            .iter()
            .any(|name| path.starts_with(format!("engine/crates/{name}")));
        for (number, line) in code_lines(&text) {
            let at = format!("{}:{number}", path.display());
            assert!(
                path.starts_with("engine/crates/storage") || !line.contains("sqlx::"),
                "{at}: sqlx outside of storage"
            );
            let sql = ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE ", "\"CREATE ", "\"ALTER "];
            assert!(below || !sql.iter().any(|word| line.contains(word)), "{at}: SQL above the crates that write it");
            assert!(
                !line.contains("SELECT *") && !line.contains("RETURNING *"),
                "{at}: a star, which a publish makes wrong"
            );
        }
    }
}

#[test]
fn requests_to_elsewhere_go_by_one_client() {
    for (path, text) in sources(&["engine", "designer-api/src", "schemas", "scripting"]) {
        if path.ends_with("engine/src/outbound.rs") {
            continue;
        }
        let is_it = path.ends_with("oidc/provider.rs");
        for (number, line) in code_lines(&text) {
            let opens = ["reqwest::Client", "reqwest::get", "TcpStream::connect", "UdpSocket"];
            let found = opens
                .iter()
                .find(|word| line.contains(*word))
                .or_else(|| (!is_it && line.contains("reqwest::")).then_some(&"reqwest"));
            assert!(found.is_none(), "{}:{number}: {found:?} goes past `engine::outbound`", path.display());
        }
    }
}

#[test]
fn failures_get_their_status_in_one_place() {
    let refusals =
        ["BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "UNPROCESSABLE_ENTITY", "INTERNAL_SERVER_ERROR"];
    for (path, text) in sources(&["designer-api/src"]) {
        if path.ends_with("problem.rs") {
            continue;
        }
        for (number, line) in code_lines(&text) {
            let found = refusals.iter().find(|word| line.contains(&format!("StatusCode::{word}")));
            assert!(found.is_none(), "{}:{number}: a refusal gets its status in problem.rs", path.display());
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let folders = ["engine", "designer-api", "schemas", "scripting", "tests"];
    for (path, text) in sources(&folders) {
        assert!(text.starts_with("//!") || text.starts_with("#!["), "{} does not open with `//!`", path.display());
        assert!(!path.ends_with("mod.rs"), "{}: a module is `foo.rs` beside `foo/`", path.display());
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let banned = [
        concat!("to", "do!("),
        concat!("unimplemented", "!("),
        concat!("#[ig", "nore"),
        concat!("FIX", "ME"),
        concat!("#[allow", "(clippy"),
    ];
    for (path, text) in sources(&["engine", "designer-api", "schemas", "scripting", "tests"]) {
        for (number, line) in text.lines().enumerate() {
            let found = banned.iter().find(|word| line.contains(*word));
            assert!(found.is_none(), "{}:{}: {:?}", path.display(), number + 1, found);
        }
    }
}

#[test]
fn names_that_say_nothing_are_not_used() {
    let banned = [
        "manager",
        "helper",
        "helpers",
        "util",
        "utils",
        "common",
        "misc",
        "core",
        "base",
        "service",
        "processor",
        "handler",
    ];
    for (path, _) in sources(&["engine", "designer-api", "schemas", "scripting", "tests"]) {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
        assert!(!banned.contains(&stem), "{}: the name says nothing", path.display());
    }
}

#[test]
fn system_access_is_counted() {
    let mut places = BTreeSet::new();
    for (path, text) in sources(&["engine/src", "designer-api/src"]) {
        for (_, line) in code_lines(&text) {
            let calls = line.contains("Access::system(") && !line.contains("Access::system(reason");
            if calls || line.contains(".system(Reason::") || line.contains(".system(access::Reason::") {
                places.insert(format!(
                    "{} {}",
                    path.display(),
                    line.split("Reason::").nth(1).unwrap_or("").split([')', ',']).next().unwrap_or("")
                ));
            }
        }
    }
    let listed = std::fs::read_to_string(root().join("tests/access/system.txt")).unwrap_or_default();
    let found = places.iter().map(|place| format!("{place}\n")).collect::<String>();
    if std::env::var("UPDATE_EXPECT").is_ok() {
        std::fs::create_dir_all(root().join("tests/access")).expect("a folder");
        std::fs::write(root().join("tests/access/system.txt"), &found).expect("the list is written");
        return;
    }
    assert_eq!(found, listed, "who reads past the rights of people; review, then UPDATE_EXPECT=1");
}

#[test]
fn every_code_has_its_texts() {
    let mut missing = BTreeSet::new();
    let known: BTreeSet<&str> = designer_api::messages::codes(engine::Locale::En).collect();
    for (path, text) in sources(&["engine", "designer-api/src", "schemas", "scripting"]) {
        for code in emitted_codes(&text) {
            if !known.contains(code) {
                missing.insert(format!("{}: {code}", path.display()));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "codes without a text in designer-api/messages:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Files of tests: `tests.rs`, and what lies in a folder `tests`.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

/// Codes that stand as the first argument of a diagnostic.
fn emitted_codes(text: &str) -> impl Iterator<Item = &str> {
    ["Diagnostic::error(", "Diagnostic::warning("].into_iter().flat_map(move |call| {
        text.split(call).skip(1).filter_map(|rest| {
            let rest = rest.trim_start().strip_prefix('"')?;
            let code = &rest[..rest.find('"')?];
            (code.contains('.') && !code.contains(' ')).then_some(code)
        })
    })
}

/// Lines of code outside comments and outside the tests at the end of a file, numbered from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let body = text.split("#[cfg(test)]").next().unwrap_or("");
    body.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

pub(crate) fn sources(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut found);
    }
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file is read");
            found.push((path.strip_prefix(root()).expect("below the root").to_owned(), text));
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}
