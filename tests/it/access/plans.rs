//! What access costs: ten typical requests of a person under rules, with their SQL and the database's own plan of each, on
//! file for both databases in `tests/access/plans-*.txt`. `UPDATE_EXPECT=1` rewrites them; the difference is for a person to
//! review.

use std::fmt::Write;
use std::sync::Arc;

use access::{Access, Actor, Clock};
use chrono::{DateTime, Utc};
use engine::Engine;
use expression::Value as Cell;
use query::{Request, SelectItem, Settings, SortKey};
use serde_json::{Value, json};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::make;
use crate::support::{App, every_database, first_difference};

const USER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
const MOMENT: i64 = 1_790_000_000;

fn documents() -> Value {
    json!([
        {"kind": "entity", "id": "account", "name": "account", "title": "name", "fields": [
            {"id": "a1", "name": "name", "type": "text"}, {"id": "a2", "name": "region", "type": "text"}], "indexes": [["region"]]},
        {"kind": "entity", "id": "deal", "name": "deal", "title": "title", "fields": [
            {"id": "d1", "name": "title", "type": "text"}, {"id": "d2", "name": "amount", "type": "money"}, {"id": "d3", "name": "margin", "type": "money"},
            {"id": "d4", "name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]}, {"id": "d5", "name": "archived", "type": "boolean"},
            {"id": "d6", "name": "account", "type": "link", "target": "account", "inverse": "deals"},
            {"id": "d7", "name": "items", "type": "children", "target": "item", "inverse": "deal"}],
            "indexes": [["stage", "amount"]], "access": {"read": "!archived"}},
        {"kind": "entity", "id": "item", "name": "item", "fields": [
            {"id": "i1", "name": "deal", "type": "link", "target": "deal"}, {"id": "i2", "name": "price", "type": "money"}]},
        {"kind": "role", "id": "own", "name": "own", "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "update": "owner == user && stage != \"won\"", "fields": {"margin": "none"}}, "account": {"read": true}, "item": {"read": true}, "user": {"read": true}}},
        {"kind": "role", "id": "region", "name": "region", "rights": ["use"], "entities": {
            "deal": {"read": "account.region == \"north\""}, "account": {"read": "region == \"north\""}, "user": {"read": true}}},
        {"kind": "role", "id": "branch", "name": "branch", "rights": ["use"], "entities": {
            "deal": {"read": "owner.teams.any(|t| t.above.any(|a| a in user.teams))"}, "account": {"read": true}, "user": {"read": true}}}
    ])
}

/// The same with a role that may share: its readers look for shares too.
fn sharing() -> Value {
    json!([{"kind": "role", "id": "own", "name": "own", "rights": ["use"], "entities": {
        "deal": {"read": "owner == user", "share": "owner == user", "fields": {"margin": "none"}}, "account": {"read": true}, "item": {"read": true}, "user": {"read": true}}}])
}

struct Case {
    about: &'static str,
    roles: &'static [&'static str],
    entity: &'static str,
    select: &'static [&'static str],
    filter: Option<&'static str>,
    sort: Option<&'static str>,
    count: bool,
}

const CASE: Case = Case {
    about: "",
    roles: &["own"],
    entity: "deal",
    select: &["title", "amount"],
    filter: None,
    sort: None,
    count: false,
};

const CASES: [Case; 9] = [
    Case {
        about: "everything, as an administrator: what the others are compared with",
        roles: &["administrator"],
        ..CASE
    },
    Case { about: "one's own", ..CASE },
    Case { about: "one's own by an index", filter: Some("stage == \"new\""), sort: Some("-amount"), ..CASE },
    Case { about: "one's own, counted", count: true, ..CASE },
    Case {
        about: "by a link that is under a rule of its own",
        roles: &["region"],
        select: &["title", "account.name"],
        sort: Some("title"),
        ..CASE
    },
    Case {
        about: "two roles, a field of one of them",
        roles: &["own", "region"],
        select: &["title", "margin", "_access"],
        ..CASE
    },
    Case {
        about: "a filter over what is under a rule",
        roles: &["region"],
        entity: "account",
        select: &["name"],
        filter: Some("deals.any(|d| d.amount > 100)"),
        ..CASE
    },
    Case { about: "a branch of teams", roles: &["branch"], sort: Some("-amount"), ..CASE },
    Case { about: "what one may do with each", select: &["title", "_access"], ..CASE },
];

fn broken(sql: &str) -> String {
    let mut text = sql.to_owned();
    for word in [" FROM ", " LEFT JOIN ", " INNER JOIN ", " WHERE ", " ORDER BY ", " LIMIT ", " GROUP BY "] {
        text = text.replace(word, &format!("\n   {}", word.trim_start()));
    }
    text
}

async fn explained(engine: &Engine, statement: &Statement) -> String {
    let dialect = engine.database().dialect();
    let (words, columns) = match dialect {
        Dialect::Sqlite => (
            "EXPLAIN QUERY PLAN ",
            vec![ColumnType::Integer, ColumnType::Integer, ColumnType::Integer, ColumnType::Text],
        ),
        Dialect::Postgres => ("EXPLAIN (COSTS OFF) ", vec![ColumnType::Text]),
    };
    let statement =
        Statement { text: format!("{words}{}", statement.text), parameters: statement.parameters.clone(), columns };
    let rows = engine.database().fetch(&statement).await.expect("a plan");
    let line = |row: &Vec<Cell>| {
        if let Some(Cell::Text(text)) = row.last() { format!("   > {text}\n") } else { String::new() }
    };
    rows.iter().map(line).collect()
}

/// The database with its version, as far as that decides on plans.
async fn server(app: &App) -> String {
    let version = match app.engine.database().dialect() {
        Dialect::Sqlite => "SELECT 'SQLite ' || sqlite_version()",
        Dialect::Postgres => "SELECT 'PostgreSQL ' || current_setting('server_version_num')::int / 10000",
    };
    let rows = app.engine.database().fetch(&Statement::text(version, Vec::new(), vec![ColumnType::Text])).await;
    let rows = rows.expect("a version");
    if let Some(Cell::Text(text)) = rows.first().and_then(|row| row.first()) { text.to_string() } else { String::new() }
}

async fn seed(app: &App) {
    let account = make(&app.admin, "account", json!({"name": "seed", "region": "north"})).await;
    let deal =
        make(&app.admin, "deal", json!({"title": "seed", "amount": "1", "stage": "new", "account": account["id"]}))
            .await;
    let catalog = app.engine.catalog();
    let table = |name: &str| catalog.entity(name).expect("an entity").table.clone();
    let column = |entity: &str, field: &str| {
        catalog.entity(entity).and_then(|it| it.field(field)).expect("a field").columns[0].clone()
    };
    let all = |entity: &str| {
        let fields = catalog.entity(entity).expect("an entity").fields.iter().flat_map(|field| field.columns.clone());
        fields.filter(|name| name != "id").map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    };
    // Not by chance: what the planner knows of the data shall be the same each time.
    let (id, place) = match app.engine.database().dialect() {
        Dialect::Sqlite => ("printf('%08x-0000-7000-8000-%012x', n.i * 7919 % 99991, n.i)", "rowid"),
        Dialect::Postgres => ("md5(n.i::text)::uuid", "((ctid::text::point)[0] * 97 + (ctid::text::point)[1])::bigint"),
    };
    let series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < LAST)";
    let statements = [
        format!(
            "{} INSERT INTO \"{t}\" (id, {c}) SELECT {id}, {c} FROM \"{t}\", n",
            series.replace("LAST", "200"),
            t = table("account"),
            c = all("account")
        ),
        format!(
            "{} INSERT INTO \"{t}\" (id, {c}) SELECT {id}, {c} FROM \"{t}\", n",
            series.replace("LAST", "5000"),
            t = table("deal"),
            c = all("deal")
        ),
        format!(
            "UPDATE \"{}\" SET \"{}\" = CASE WHEN {place} % 5 = 0 THEN 'north' ELSE 'south' END",
            table("account"),
            column("account", "region")
        ),
        format!("UPDATE \"{}\" SET \"{}\" = {place} * 7919 % 10000", table("deal"), column("deal", "amount")),
        "ANALYZE".to_owned(),
    ];
    for statement in statements {
        app.engine
            .database()
            .execute(&Statement::text(statement, Vec::new(), Vec::new()))
            .await
            .expect("the world is filled");
    }
    drop(deal);
}

async fn answer(engine: &Engine, case: &Case) -> String {
    let moment = DateTime::<Utc>::from_timestamp(MOMENT, 0).expect("a moment");
    let settings = Settings {
        dialect: engine.database().dialect(),
        cursor_key: vec![0; 32],
        now: moment,
        today: moment.date_naive(),
        zone: expression::Tz::UTC,
    };
    let actor = Actor { user: USER, roles: case.roles.iter().map(|name| (*name).to_owned()).collect() };
    let access = Access::of(
        actor,
        Arc::clone(&engine.catalog()),
        Clock { now: moment, today: moment.date_naive(), zone: expression::Tz::UTC },
    );
    let sort = case
        .sort
        .map(|path| SortKey { path: path.trim_start_matches('-').to_owned(), descending: path.starts_with('-') });
    let request = Request {
        select: Some(case.select.iter().map(|path| SelectItem::Path((*path).to_owned())).collect()),
        filter: case.filter.map(str::to_owned),
        sort: sort.into_iter().collect(),
        ..Request::default()
    };
    let plan = query::plan::list(&access, case.entity, &request, &settings).expect("a plan");
    let statement = if case.count { query::count(&plan) } else { query::select(&plan) };
    format!(
        "## {} ({})\n{}\n{}\n",
        case.about,
        case.roles.join(" + "),
        broken(&statement.text),
        explained(engine, &statement).await
    )
}

every_database! {
    async fn the_plans_of_typical_requests_are_the_ones_on_file(app: App) {
        app.publish(documents()).await;
        seed(&app).await;
        let mut found = format!("Typical requests of people under rules: the statement, then what {} makes of it.\n\n", server(&app).await);
        // Connections that were open before know nothing of what ANALYZE found.
        let (engine, _) = app.another_node().await;
        for case in &CASES {
            found.push_str(&answer(&engine, case).await);
        }
        app.publish(sharing()).await;
        let (engine, _) = app.another_node().await;
        found.push_str(&answer(&engine, &Case { about: "one's own and what is shared", ..CASE }).await);
        let name = match app.engine.database().dialect() { Dialect::Sqlite => "sqlite", Dialect::Postgres => "postgres" };
        let path = format!("{}/access/plans-{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &found).expect("the plans are written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        // Another version of the server plans as it likes; the statements are the product's own.
        let head = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        let statements = |text: &str| text.lines().skip(1).filter(|line| !line.starts_with("   >")).collect::<Vec<_>>().join("\n");
        let (expected, found) = match head(&expected) == head(&found) {
            true => (expected, found),
            false => (statements(&expected), statements(&found)),
        };
        let mut text = String::new();
        write!(text, "{path} is another: review, then UPDATE_EXPECT=1\n{}", first_difference(&expected, &found)).expect("a text grows");
        assert!(found == expected, "{text}");
    }
}
