//! Texts that would be too much to read are refused soon, wherever they grow.

use std::time::{Duration, Instant};

use super::{MAX_ROWS, check};

/// Codes of the mistakes of a text, which are found within a moment.
fn codes(text: &str) -> Vec<String> {
    let catalog = crate::fixture::catalog(
        "deal: title text, amount money, number integer, hot boolean, company -> company.deals\n\
         company: name text",
    );
    let start = Instant::now();
    let checked = check(&catalog, text, MAX_ROWS);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(5), "{taken:?} for {}", &text[..text.len().min(200)]);
    assert!(checked.sql.is_some() || !checked.problems.is_empty());
    checked.problems.iter().map(|problem| problem.code.to_owned()).collect()
}

/// A text around itself.
fn nested(times: usize, before: &str, inner: &str, after: &str) -> String {
    format!("{}{inner}{}", before.repeat(times), after.repeat(times))
}

#[test]
fn what_grows_is_refused_soon() {
    let of = |value: &str| format!("select {value} AS x FROM deal");
    for (times, text) in [6, 12, 18, 24, 30, 36, 60, 400].into_iter().flat_map(|times| {
        let texts = [
            of(&nested(times, "(", "number", ")")),
            of(&nested(times, "coalesce(", "number", ", 1)")),
            of(&nested(times, "nullif(", "number", ", 1)")),
            of(&nested(times, "CASE ", "number", " WHEN 1 THEN 2 WHEN 3 THEN 4 END")),
            of(&nested(times, "CASE WHEN ", "title", " LIKE 'a%b' THEN 'x' ELSE title END")),
            of(&nested(times, "CAST(", "number", " AS integer)")),
            of(&nested(times, "(SELECT max(", "number", ") AS x FROM deal)")),
            of(&nested(times, "NOT (", "hot", ")")),
            of(&nested(times, "(", "number", " BETWEEN 1 AND 2) IS TRUE")),
            of(&nested(times, "number IN (", "1", ")")),
            of(&nested(times, "ARRAY[", "1", "]")),
            of(&nested(times, "number[", "1", "]")),
            of(&nested(times, "- ", "number", "")),
            of(&nested(times, "INTERVAL ", "'1'", " day")),
            of(&nested(times, "extract(year FROM ", "number", ")")),
            of(&nested(times, "title LIKE ", "'a'", "")),
            of(&nested(times, "number IN (SELECT number FROM deal WHERE ", "hot", ")")),
            of(&nested(times, "EXISTS (SELECT number FROM deal WHERE ", "hot", ")")),
            of(&nested(times, "sum(number) OVER (PARTITION BY ", "number", ")")),
            format!("select title FROM {}", nested(times, "(", "deal", ")")),
            format!("select title FROM {}", nested(times, "(deal d JOIN ", "deal", " ON hot)")),
            format!("select title FROM {}", nested(times, "(SELECT title FROM ", "deal", ") AS t")),
            nested(times, "(", "select title FROM deal", ")"),
            nested(times, "(", "select title FROM deal", " UNION ALL SELECT title FROM deal)"),
            nested(times, "WITH a AS (", "select title FROM deal", ") SELECT title FROM a"),
            format!("select title FROM deal WHERE {}", nested(times, "hot AND (", "hot", ")")),
            format!("select title FROM deal GROUP BY {}", nested(times, "(", "title", ")")),
            format!("select title FROM deal ORDER BY {}", nested(times, "(", "title", ")")),
            format!("select title FROM deal, {}", nested(times, "LATERAL (SELECT title FROM ", "deal", ") AS t")),
        ];
        texts.map(|text| (times, text))
    }) {
        let found = codes(&text);
        assert!(times < 60 || !found.is_empty(), "{times}: {text}");
    }
}

#[test]
fn what_is_named_counts_wherever_it_is() {
    let doubling = (1..30).fold("WITH a0 AS (SELECT title FROM deal)".to_owned(), |text, at| {
        format!("{text}, a{at} AS (SELECT x.title FROM a{0} x CROSS JOIN a{0} y)", at - 1)
    });
    assert_eq!(codes(&format!("{doubling} SELECT title FROM a29")), ["dataset.too_large"]);
    assert_eq!(codes(&format!("{doubling} SELECT title FROM a6")), Vec::<String>::new());
}
