//! Datasets that are written in SQL: the answers of those that are composed, to the last digit and with the same rights, and
//! nothing of the database beside.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn entities() -> Vec<Value> {
    vec![
        json!({"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "secret", "type": "text"}]}),
        json!({"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "number", "type": "integer"},
            {"name": "rate", "type": "decimal", "scale": 6},
            {"name": "stage", "type": "choice", "choices": [{"value": "new", "label": {"en": "New"}}, {"value": "won"}]},
            {"name": "close_date", "type": "date"}, {"name": "signed", "type": "datetime"}, {"name": "hot", "type": "boolean"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "twice", "type": "money", "formula": {"mode": "dynamic", "expression": "amount * 2"}}]}),
    ]
}

fn dataset(name: &str, sql: &str) -> Value {
    json!({"kind": "dataset", "name": name, "sql": sql})
}

async fn made(app: &App, entity: &str, values: Value) -> Value {
    app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
}

async fn fill(app: &App, datasets: Vec<Value>) {
    app.publish(Value::Array(entities().into_iter().chain(datasets).collect())).await;
    let acme = made(app, "company", json!({"name": "Acme", "secret": "s1"})).await;
    let zeta = made(app, "company", json!({"name": "Zeta", "secret": "s2"})).await;
    for (title, amount, number, rate, stage, close, hot, company) in [
        ("a", json!("10.10"), json!(1), json!("0.000001"), "new", "2026-01-31", json!(true), &acme),
        ("b", json!("20.20"), json!(2), json!("1.333333"), "won", "2026-02-28", json!(false), &acme),
        ("c", json!("9007199254740993.01"), json!(3), json!("0.1"), "won", "2026-03-01", json!(null), &zeta),
        ("d", json!(null), json!(null), json!(null), "new", "2026-03-02", json!(true), &Value::Null),
    ] {
        let signed = format!("{close}T23:30:00Z");
        let values = json!({"title": title, "amount": amount, "number": number, "rate": rate, "stage": stage,
            "close_date": close, "signed": signed, "hot": hot, "company": company});
        made(app, "deal", values).await;
    }
}

/// The rows of a SELECT as it is drawn: the values of each in the order of the columns.
async fn drawn(client: &Client, sql: &str) -> Vec<String> {
    let found = client.post("/api/meta/datasets/preview", dataset("drawn", sql)).await.expect(200).clone();
    let Some(rows) = found["items"].as_array().filter(|_| found["problems"] == json!([])) else {
        return vec![found["problems"].to_string()];
    };
    rows.iter().map(told).collect()
}

fn told(row: &Value) -> String {
    let word = |value: &Value| match value {
        Value::Object(link) => link["title"].as_str().unwrap_or("?").to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let own = ["id", "version", "created_at", "updated_at", "deleted_at", "_access", "_title"];
    let values = row.as_object().expect("a row").iter().filter(|(name, _)| !own.contains(&name.as_str()));
    values.map(|(_, value)| word(value)).collect::<Vec<_>>().join(" ")
}

every_database! {
    async fn a_select_gives_what_sql_says(app: App) {
        fill(&app, Vec::new()).await;
        let mut wrong: Vec<String> = Vec::new();
        for (sql, expected) in [
            // Exact sums; nothing where nothing is summed.
            ("SELECT stage, sum(amount) AS amount, count(*) AS n, count(amount) AS some, avg(rate) AS rate FROM deal GROUP BY stage ORDER BY stage",
             vec!["new 10.10 2 1 0.000001", "won 9007199254741013.21 2 2 0.716667"]),
            ("SELECT sum(amount * rate) AS x FROM deal", vec!["900719925474126.234337"]),
            ("SELECT sum(amount) AS x, max(title) AS t, min(close_date) AS d FROM deal WHERE title = 'z'", vec!["null null null"]),
            ("SELECT sum(twice) AS x FROM deal WHERE number < 3", vec!["60.60"]),
            // What is compared with nothing is neither true nor false.
            ("SELECT title FROM deal WHERE NOT (amount > 15) ORDER BY title", vec!["a"]),
            ("SELECT title FROM deal WHERE number <> 2 ORDER BY 1", vec!["a", "c"]),
            ("SELECT title FROM deal WHERE number NOT IN (1, 2)", vec!["c"]),
            ("SELECT title FROM deal WHERE number NOT IN (SELECT number FROM deal)", vec![]),
            ("SELECT title FROM deal WHERE hot ORDER BY title", vec!["a", "d"]),
            ("SELECT title FROM deal WHERE hot IS NOT TRUE ORDER BY title DESC", vec!["c", "b"]),
            ("SELECT title FROM deal WHERE (number > 1) IS UNKNOWN", vec!["d"]),
            ("SELECT title FROM deal WHERE number IS DISTINCT FROM 1 ORDER BY title", vec!["b", "c", "d"]),
            ("SELECT title, number > 1 AS more, CASE WHEN amount IS NULL THEN 0.5 ELSE amount END AS x FROM deal WHERE number IS NULL OR number = 1 ORDER BY title",
             vec!["a false 10.10", "d null 0.50"]),
            ("SELECT title FROM deal WHERE amount BETWEEN 10.10 AND 20.2 AND title LIKE '%x' OR title ILIKE 'B%'", vec!["b"]),
            // Joins, sub-selects, and what is below one another.
            ("SELECT d.title, c.name FROM deal d JOIN company c ON c.id = d.company ORDER BY d.title", vec!["a Acme", "b Acme", "c Zeta"]),
            ("SELECT d.title, c.name FROM deal d LEFT JOIN company c ON c.id = d.company AND c.name = 'Acme' ORDER BY d.title",
             vec!["a Acme", "b Acme", "c null", "d null"]),
            ("SELECT c.name, (SELECT max(amount) AS x FROM deal d WHERE d.company = c.id) AS best FROM company c ORDER BY name", vec!["Acme 20.20", "Zeta 9007199254740993.01"]),
            ("SELECT name FROM company c WHERE EXISTS (SELECT number FROM deal d WHERE d.company = c.id AND d.stage = 'new')", vec!["Acme"]),
            ("SELECT title AS what, amount AS x FROM deal WHERE number = 1 UNION ALL SELECT name, NULL AS x FROM company ORDER BY what",
             vec!["a 10.10", "Acme null", "Zeta null"]),
            ("SELECT stage FROM deal UNION SELECT stage FROM deal ORDER BY 1", vec!["new", "won"]),
            ("SELECT number AS x FROM deal WHERE number = 1 UNION ALL SELECT rate FROM deal WHERE number = 2 ORDER BY x", vec!["1.000000", "1.333333"]),
            ("WITH best AS (SELECT company, sum(amount) AS total FROM deal GROUP BY company), all_of AS (SELECT company, total FROM best WHERE total IS NOT NULL) \
              SELECT c.name, b.total FROM all_of b JOIN company c ON c.id = b.company ORDER BY 2 DESC", vec!["Zeta 9007199254740993.01", "Acme 30.30"]),
            ("SELECT t.stage, t.n FROM (SELECT stage, count(*) AS n FROM deal GROUP BY stage HAVING count(*) > 1) AS t ORDER BY 1", vec!["new 2", "won 2"]),
            ("SELECT DISTINCT stage FROM deal ORDER BY stage DESC", vec!["won", "new"]),
            ("SELECT title FROM deal ORDER BY amount DESC LIMIT 2 OFFSET 1", vec!["a", "b"]),
            ("SELECT lower(title) AS t, count(*) AS n FROM deal GROUP BY lower(title) ORDER BY t DESC LIMIT 1", vec!["d 1"]),
            ("SELECT count(*) FILTER (WHERE stage = 'won') AS won, count(DISTINCT stage) AS stages FROM deal", vec!["2 2"]),
            // Over the rows around.
            ("SELECT title, row_number() OVER (PARTITION BY stage ORDER BY title DESC) AS n, lag(title) OVER (ORDER BY title) AS before, count(*) OVER (PARTITION BY stage) AS k FROM deal ORDER BY title",
             vec!["a 2 null 2", "b 2 a 2", "c 1 b 2", "d 1 c 2"]),
            ("SELECT stage, rank() OVER (ORDER BY sum(number) DESC) AS place FROM deal GROUP BY stage ORDER BY stage", vec!["new 2", "won 1"]),
            // Dates, and the day of an instant where the workspace is.
            ("SELECT extract(month FROM close_date) AS m, date_trunc('month', close_date) AS s, date(signed) AS d FROM deal WHERE close_date >= DATE '2026-03-01' ORDER BY close_date LIMIT 1",
             vec!["3 2026-03-01 2026-03-01"]),
            ("SELECT days_between(DATE '2026-01-01', close_date) AS n FROM deal WHERE title = 'a'", vec!["30"]),
            ("SELECT cast(number AS text) || '!' AS t, cast('7' AS integer) AS n, coalesce(number, 0) + 1 AS m, nullif(number, 1) AS k, 7 / 2 AS h FROM deal WHERE number = 1", vec!["1! 7 2 null 3.500000"]),
            ("SELECT substring(title FROM 1 FOR 1) AS t, \"title\" AS \"u\" FROM \"deal\" AS \"Ж\" WHERE \"Ж\".number = 2", vec!["b b"]),
            ("SELECT count(*) AS n FROM deal d CROSS JOIN company c", vec!["8"]),
        ] {
            let found = drawn(&app.admin, sql).await;
            if found != expected {
                wrong.push(format!("{sql}: {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// A text, where its mistake stands and what it is called.
const HOSTILE: &[(&str, &str)] = &[
    ("SELECT title FROM deal; SELECT name FROM company", "1:25 sql.one_select"),
    ("SELECT title FROM deal; DROP TABLE deal", "1:25 sql.one_select"),
    ("DELETE FROM deal", "1:1 sql.one_select"),
    ("UPDATE deal SET title = 'x'", "1:1 sql.one_select"),
    ("INSERT INTO deal (title) VALUES ('x')", "1:1 sql.one_select"),
    ("DROP TABLE deal", "1:1 sql.one_select"),
    ("CREATE TABLE x (a integer)", "1:1 sql.one_select"),
    ("PRAGMA table_info(deal)", "1:19 sql.syntax"),
    ("EXPLAIN SELECT title FROM deal", "1:1 sql.one_select"),
    ("COPY deal TO '/tmp/x'", "1:1 sql.one_select"),
    ("SET ROLE postgres", "1:1 sql.one_select"),
    ("/* a */ -- b\nTRUNCATE deal", "2:1 sql.one_select"),
    ("SELECT title FROM deal WHERE title = 'x' OR 1 = 1 --\n; VACUUM", "2:3 sql.one_select"),
    ("WITH x AS (DELETE FROM deal RETURNING title) SELECT title FROM x", "1:12 sql.one_select"),
    ("SELECT title INTO x FROM deal", "1:1 sql.unsupported"),
    ("SELECT title FROM deal FOR UPDATE", "1:1 sql.unsupported"),
    ("SELECT pg_sleep(10) AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT load_extension('x') AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT dec_sum(amount) AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT verstak_unmet() AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT random() AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT current_setting('x') AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT measure('x') AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT lowr(title) AS x FROM deal", "1:8 sql.unknown_function"),
    ("SELECT pg_catalog.lower(title) AS x FROM deal", "1:8 sql.schema_name"),
    ("SELECT name FROM sqlite_master", "1:18 sql.unknown_entity"),
    ("SELECT relname FROM pg_class", "1:21 sql.unknown_entity"),
    ("SELECT x FROM information_schema.tables", "1:15 sql.schema_name"),
    ("SELECT x FROM public.deal", "1:15 sql.schema_name"),
    ("SELECT x FROM verstak_revision", "1:15 sql.unknown_entity"),
    ("SELECT x FROM \"verstak_outbox\"", "1:15 sql.unknown_entity"),
    ("SELECT x FROM deal_0001", "1:15 sql.unknown_entity"),
    ("SELECT title FROM deal WHERE number IN (SELECT x FROM pg_user)", "1:55 sql.unknown_entity"),
    ("SELECT title FROM deal UNION SELECT password FROM user_secret", "1:51 sql.unknown_entity"),
    ("SELECT x FROM generate_series(1, 1000000000) AS x", "1:15 sql.unsupported"),
    ("SELECT x FROM json_each('[]') AS x", "1:15 sql.unsupported"),
    (
        "WITH RECURSIVE x AS (SELECT number FROM deal UNION ALL SELECT number + 1 FROM x) SELECT number FROM x",
        "1:16 sql.unsupported",
    ),
    ("SELECT * FROM deal", "1:8 sql.star"),
    ("SELECT d.* FROM deal d", "1:8 sql.star"),
    ("SELECT title FROM deal WHERE number = $1", "1:39 sql.unsupported"),
    ("SELECT title FROM deal WHERE title = E'\\x'", "1:38 sql.unsupported"),
    ("SELECT title FROM deal WHERE close_date = 5", "1:30 expression.operands"),
    ("SELECT title FROM deal WHERE close_date = 'never'", "1:43 expression.bad_literal"),
    ("SELECT title FROM deal WHERE stage = 'wonn'", "1:38 expression.unknown_choice"),
    ("SELECT title FROM deal WHERE number = NULL", "1:39 sql.compared_with_null"),
    ("SELECT titel FROM deal", "1:8 sql.unknown_column"),
    ("SELECT \"Title\" FROM deal", "1:8 sql.unknown_column"),
    ("SELECT rowid FROM deal", "1:8 sql.unknown_column"),
    ("SELECT title AS \"имя\" FROM deal", "1:17 sql.column_name"),
    ("SELECT d.company.name AS n FROM deal d", "1:8 sql.path"),
    ("SELECT x.title FROM deal d", "1:8 sql.unknown_table"),
    ("SELECT name FROM company c JOIN company d ON d.id = c.id", "1:8 sql.ambiguous"),
    ("SELECT title, sum(amount) AS x FROM deal", "1:8 sql.not_grouped"),
    ("SELECT title FROM deal WHERE sum(amount) > 1", "1:30 sql.aggregate_misplaced"),
    ("SELECT sum(sum(amount)) AS x FROM deal", "1:12 sql.aggregate_misplaced"),
    ("SELECT (SELECT title FROM deal) AS x FROM company", "1:9 sql.one_row"),
    ("SELECT title FROM deal NATURAL JOIN company", "1:37 sql.unsupported"),
    ("SELECT title FROM deal d FULL JOIN company c ON c.id = d.company", "1:36 sql.unsupported"),
    ("SELECT title FROM deal, LATERAL (SELECT name FROM company) c", "1:34 sql.unsupported"),
    ("SELECT title FROM deal EXCEPT SELECT name FROM company", "1:1 sql.unsupported"),
    ("SELECT 1 AS x", "1:1 sql.no_from"),
    ("SELECT title FROM deal LIMIT (SELECT 1)", "1:31 sql.limit"),
    ("SELECT title FROM deal WHERE title LIKE '_'", "1:41 sql.pattern"),
    ("SELECT title FROM deal WHERE title ~ 'a'", "1:30 sql.unsupported"),
    ("SELECT CAST(title AS regclass) AS x FROM deal", "1:13 sql.cast"),
    ("SELECT title FROM", "1:1 sql.syntax"),
    ("SELECT 'open FROM deal", "1:8 sql.syntax"),
];

every_database! {
    async fn nothing_else_of_the_database_can_be_reached(app: App) {
        fill(&app, Vec::new()).await;
        let deep = format!("SELECT {}title{} AS x FROM deal", "(".repeat(5_000), ")".repeat(5_000));
        let nested = format!("SELECT {}title{} AS x FROM deal", "(".repeat(60), ")".repeat(60));
        let long = format!("SELECT number{} AS x FROM deal", " + 1".repeat(1_000));
        let longer = format!("SELECT number{} AS x FROM deal", " + 1".repeat(9_000));
        let own: Vec<(&str, &str)> = vec![(&deep, "sql.too_long"), (&nested, "1:1 sql.too_deep"), (&long, "sql.too_deep"), (&longer, "/sql")];
        let mut wrong = Vec::new();
        for (sql, expected) in HOSTILE.iter().copied().chain(own) {
            let answer = app.admin.post("/api/meta/datasets/preview", dataset("drawn", sql)).await;
            let found = if answer.status == 200 { &answer.body["problems"] } else { &answer.body["errors"] };
            let found: Vec<String> = found.as_array().expect("problems").iter().map(place_of).collect();
            let is_told = found.iter().any(|told| told.contains(expected));
            if !is_told || answer.body["items"].as_array().is_some_and(|items| !items.is_empty()) {
                wrong.push(format!("{}: {found:?}, not {expected}", sql.chars().take(80).collect::<String>()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        // What an inner select gives is written out wherever it is read: short texts must not become endless statements.
        for (start, doubled) in [("title || 'x'", "t || t"), ("title", "CASE WHEN t LIKE 'a%b' THEN t ELSE t || 'c' END")] {
            let text = (1..25).fold(format!("WITH a0 AS (SELECT {start} AS t FROM deal)"), |text, at| {
                format!("{text}, a{at} AS (SELECT {doubled} AS t FROM a{})", at - 1)
            });
            let found = app.admin.post("/api/meta/datasets/preview", dataset("drawn", &format!("{text} SELECT t FROM a24"))).await;
            let found: Vec<&str> = found.body["problems"].as_array().expect("problems").iter().filter_map(|it| it["code"].as_str()).collect();
            assert_eq!(found, ["dataset.too_heavy"]);
        }
        // All of them at once.
        let answer = app.admin.post("/api/meta/datasets/preview", dataset("drawn", "SELECT titel,\n  lowr(title) AS x\nFROM deal WHERE number = 'x'")).await;
        let found: Vec<String> = answer.body["problems"].as_array().expect("problems").iter().map(place_of).collect();
        assert_eq!(found, ["1:8 sql.unknown_column", "2:3 sql.unknown_function", "3:17 expression.operands"]);
    }
}

fn place_of(problem: &Value) -> String {
    let position = &problem["position"];
    let (line, column) = match position {
        Value::Object(at) => (at["line"].clone(), at["column"].clone()),
        _ => (problem["line"].clone(), problem["column"].clone()),
    };
    let pointer = problem["path"].as_str().or(problem["pointer"].as_str()).unwrap_or_default();
    format!("{line}:{column} {pointer} {}", problem["code"].as_str().unwrap_or_default())
        .replace(" /sql sql", " sql")
        .replace(" /sql expression", " expression")
}

every_database! {
    async fn each_reads_what_they_may_read_beneath(app: App) {
        let texts = [
            ("by_stage", "SELECT stage, count(*) AS n, sum(amount) AS amount FROM deal GROUP BY stage"),
            ("secrets", "SELECT name, secret FROM company"),
            ("told", "SELECT d.title FROM deal d WHERE EXISTS (SELECT c.id FROM company c WHERE c.id = d.company AND c.secret = 's2')"),
            ("ranked", "SELECT title, count(*) OVER () AS n, (SELECT count(*) AS n FROM deal x) AS every FROM deal"),
            ("either", "SELECT title AS what FROM deal UNION ALL SELECT secret FROM company"),
            ("joined", "SELECT d.title, c.name FROM deal d LEFT JOIN company c ON c.id = d.company"),
        ];
        let mut documents: Vec<Value> = texts.iter().map(|(name, sql)| dataset(name, sql)).collect();
        let open: serde_json::Map<String, Value> = texts.iter().map(|(name, _)| (name.to_string(), json!({"read": true}))).collect();
        let mut seller = open.clone();
        seller.insert("deal".into(), json!({"read": "stage == \"won\""}));
        seller.insert("company".into(), json!({"read": "name == \"Acme\"", "fields": {"secret": "none"}}));
        documents.push(json!({"kind": "role", "name": "seller", "rights": ["use"], "entities": seller}));
        documents.push(json!({"kind": "role", "name": "outsider", "rights": ["use"], "entities": open}));
        documents.push(json!({"kind": "role", "name": "drawer", "rights": ["use", "design"], "entities": {}}));
        fill(&app, documents).await;
        let seller = app.user("seller@example.com", &["seller"]).await;
        let read = |client: Client, path: &'static str| async move {
            let items = client.get(&format!("/api/records/{path}")).await.expect(200)["items"].as_array().expect("items").clone();
            items.iter().map(told).collect::<Vec<_>>()
        };
        assert_eq!(read(seller.clone(), "by_stage?select=stage,n,amount").await, ["won 2 9007199254741013.21"]);
        assert_eq!(read(seller.clone(), "secrets?select=name").await, ["Acme"]);
        assert_eq!(seller.get("/api/records/secrets?select=secret").await.problem(400), ["/select/0 query.unknown_name"]);
        assert_eq!(seller.get("/api/records/told").await.problem(404), ["record.unknown_entity"]);
        assert_eq!(read(seller.clone(), "ranked?select=title,n,every&sort=title").await, ["b 2 2", "c 2 2"]);
        assert_eq!(seller.get("/api/records/either?select=what").await.status, 400);
        assert_eq!(read(seller.clone(), "joined?select=title,name&sort=title").await, ["b Acme", "c null"]);
        let outsider = app.user("out@example.com", &["outsider"]).await;
        assert_eq!(outsider.get("/api/records/by_stage").await.problem(404), ["record.unknown_entity"]);
        // Whoever reads everything, and pages through it: each row has an identity of its own.
        assert_eq!(read(app.admin.clone(), "told?select=title").await, ["c"]);
        assert_eq!(read(app.admin.clone(), "ranked?select=title,n,every&sort=title&limit=2").await, ["a 4 4", "b 4 4"]);
        assert_eq!(read(app.admin.clone(), "either?filter=what in [\"a\", \"s1\"]&sort=what").await, ["a", "s1"]);
        // A designer draws one, an administrator publishes it.
        let drawer = app.user("draw@example.com", &["drawer"]).await;
        drawer.put("/api/meta/drafts", json!([dataset("drawn", "SELECT name FROM company")])).await.expect(200);
        let plan = drawer.post("/api/meta/plan", json!({})).await.expect(200)["plan_id"].clone();
        assert_eq!(drawer.post("/api/meta/publish", json!({"plan_id": plan})).await.problem(403), ["access.administer_sql"]);
    }
}

every_database! {
    async fn rows_are_counted_and_renames_are_carried(app: App) {
        let few = json!({"kind": "dataset", "name": "few", "max_rows": 3, "sql": "SELECT title FROM deal"});
        let sums = json!({"kind": "dataset", "name": "sums", "title": "company", "sql": "SELECT company, sum(deal.amount) AS total\nFROM deal WHERE stage = 'won' GROUP BY company",
            "fields": [{"name": "total", "label": {"en": "Sum"}, "type": "money", "currency": "EUR"}, {"name": "half", "expression": "total / 2", "type": "money"},
                {"name": "company", "inverse": "sums"}]});
        let over = dataset("over", "SELECT count(*) AS n FROM sums WHERE total > 100");
        fill(&app, vec![few, sums, over]).await;
        // Never a part of them.
        assert_eq!(app.admin.get("/api/records/few").await.problem(422), ["dataset.too_many_rows"]);
        assert_eq!(app.admin.get("/api/records/few?filter=title == \"a\"").await.problem(422), ["dataset.too_many_rows"]);
        let items = |path: &'static str| { let admin = app.admin.clone(); async move { admin.get(&format!("/api/records/{path}")).await.expect(200)["items"].clone() } };
        let found = items("sums?sort=total&select=total,half").await;
        assert_eq!((&found[0]["total"], &found[0]["half"], &found[1]["half"]), (&json!("20.20"), &json!("10.10"), &json!("4503599627370496.51")));
        assert_eq!(items("over?select=n").await[0]["n"], 1);
        assert_eq!(items("company?select=name&filter=sums.any(|s| s.total > 100)").await[0]["name"], "Zeta");
        let mut old = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        old.as_object_mut().expect("a document").retain(|key, _| !["state", "problems"].contains(&key.as_str()));
        old["name"] = json!("sale");
        old["fields"][1]["name"] = json!("worth");
        old["fields"][8]["name"] = json!("client");
        app.publish(json!([old])).await;
        let text = app.admin.get("/api/meta/drafts/dataset/sums").await.expect(200)["sql"].clone();
        assert_eq!(text, "SELECT client AS company, sum(deal.worth) AS total\nFROM sale AS deal WHERE stage = 'won' GROUP BY client");
        assert_eq!(items("over?select=n").await[0]["n"], 1);
        // Datasets in a circle are told.
        let circle = json!([dataset("one", "SELECT n FROM two"), dataset("two", "SELECT n FROM one")]);
        app.admin.put("/api/meta/drafts", circle).await.expect(200);
        let found = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(found.iter().any(|told| told.contains("dataset.circle")), "{found:?}");
    }
}
