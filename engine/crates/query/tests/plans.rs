//! Requests and the SQL they become on both databases, side by side in `tests/plans/*.txt` of the workspace, and expressions
//! in `tests/expressions/*.txt`.
//!
//! A file begins with its catalog; its cases follow, each after a line of dashes. `UPDATE_EXPECT=1` writes the answers
//! anew; the difference is for a person to review.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing shall fail")]

#[path = "plans/notation.rs"]
mod notation;
#[path = "plans/samples.rs"]
mod samples;
#[path = "plans/requests.rs"]
mod requests;
#[path = "plans/expressions.rs"]
mod expressions;

use std::path::Path;
use std::sync::Arc;

use catalog::Catalog;

const BETWEEN: &str = "\n----\n";

#[test]
fn requests_become_the_statements_on_file() {
    hold("plans", requests::answer);
}

#[test]
fn expressions_become_the_sql_on_file() {
    hold("expressions", expressions::answer);
}

/// Answers the cases of every file of a folder anew and compares.
fn hold(folder: &str, answer: impl Fn(&str, &Arc<Catalog>) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests").join(folder);
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let (head, cases) = text.split_once(BETWEEN).expect("a catalog, then cases");
        let notation: String =
            head.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let catalog = Arc::new(catalog::fixture::catalog(&notation));
        let cases: Vec<String> = cases.split(BETWEEN).map(|case| answer(case, &catalog)).collect();
        let answered = format!("{head}{BETWEEN}{}\n", cases.join(BETWEEN));
        if answered != text && update {
            std::fs::write(&path, &answered).unwrap();
        } else if answered != text {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let line = text.lines().zip(answered.lines()).position(|(a, b)| a != b).unwrap_or_default();
            wrong.push(format!("{name}:{}\n{}", line + 1, answered.lines().nth(line).unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "run with UPDATE_EXPECT=1 and review:\n{}", wrong.join("\n"));
}
