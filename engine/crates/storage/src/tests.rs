//! SQLite in a temporary folder; PostgreSQL is tested with the rest in `tests/it`.

use std::time::Duration;

use expression::Value;
use sql::{ColumnType, Statement};

use crate::{Database, Error, Location, Settings};

async fn open() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(Location::Sqlite(folder.path().join("data.db")));
    settings.statement_timeout = Duration::from_millis(300);
    let database = Database::open(settings).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.execute_script(&["CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT".to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
    (folder, database)
}

fn insert(name: &str) -> Statement {
    Statement::text("INSERT INTO t (name) VALUES ($1)", vec![name.into()], Vec::new())
}

async fn names(database: &Database) -> Vec<String> {
    let statement = Statement::text("SELECT name FROM t ORDER BY name COLLATE verstak", vec![], vec![ColumnType::Text]);
    let rows = database.fetch(&statement).await.unwrap();
    rows.into_iter().map(|row| format!("{:?}", row[0])).collect()
}

#[tokio::test]
async fn what_is_not_committed_is_undone_and_the_writer_is_free_again() {
    let (_folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    assert_eq!(tx.execute(&insert("a")).await.unwrap(), 1);
    drop(tx);
    let mut tx = database.begin().await.unwrap();
    tx.execute(&insert("b")).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.execute(&insert("c")).await.unwrap();
    tx.savepoint("s").await.unwrap();
    tx.execute(&insert("d")).await.unwrap();
    tx.rollback_to("s").await.unwrap();
    tx.release("s").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&database).await, [r#"Text("c")"#]);
}

#[tokio::test]
async fn texts_sort_as_people_expect() {
    let (_folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    for name in ["в", "Б", "а", "ёж", "ель"] {
        tx.execute(&insert(name)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let expected = ["а", "Б", "в", "ёж", "ель"].map(|name| format!("Text({name:?})"));
    assert_eq!(names(&database).await, expected);
}

#[tokio::test]
async fn a_duplicate_names_its_columns() {
    let (_folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    tx.execute(&insert("a")).await.unwrap();
    let Err(Error::Unique { index }) = tx.execute(&insert("a")).await else { panic!("accepted") };
    assert_eq!(index, "t.name");
    tx.execute(&insert("b")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&database).await.len(), 2);
}

#[tokio::test]
async fn an_endless_statement_ends_at_its_deadline() {
    let (_folder, database) = open().await;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let statement = Statement::text(endless, vec![], vec![ColumnType::Integer]);
    assert!(matches!(database.fetch(&statement).await, Err(Error::Deadline)));
    let mut tx = database.begin().await.unwrap();
    tx.execute(&insert("a")).await.unwrap();
    let write = Statement::text(
        "INSERT INTO t (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'x' || i FROM n",
        vec![],
        vec![],
    );
    assert!(matches!(tx.execute(&write).await, Err(Error::Deadline)));
    drop(tx);
    // The connection is of use again, and nothing of the transaction is left.
    let mut tx = database.begin().await.unwrap();
    tx.execute(&insert("b")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&database).await, [r#"Text("b")"#]);
}

#[tokio::test]
async fn a_caller_who_goes_away_stops_the_statement() {
    let (_folder, database) = open().await;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let statement = Statement::text(endless, vec![], vec![ColumnType::Integer]);
    let mut tx = database.begin().await.unwrap();
    tx.set_statement_timeout(None).await.unwrap();
    let gone = tokio::time::timeout(Duration::from_millis(50), tx.fetch(&statement)).await;
    assert!(gone.is_err());
    drop(tx);
    let mut tx = database.begin().await.unwrap();
    tx.execute(&insert("after")).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_snapshot_sees_one_moment_and_exports_in_batches() {
    let (_folder, database) = open().await;
    let all = Statement::text("SELECT id FROM t", vec![], vec![ColumnType::Integer]);
    let mut snapshot = database.begin_read().await.unwrap();
    assert!(snapshot.fetch(&all).await.unwrap().is_empty());
    let mut tx = database.begin().await.unwrap();
    for name in ["a", "b", "c"] {
        tx.execute(&insert(name)).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(snapshot.fetch(&all).await.unwrap().is_empty());
    let mut batches = database.stream(all, 2);
    assert_eq!(batches.recv().await.unwrap().unwrap(), [[Value::Integer(1)], [Value::Integer(2)]]);
    assert_eq!(batches.recv().await.unwrap().unwrap(), [[Value::Integer(3)]]);
    assert!(batches.recv().await.is_none());
}

#[tokio::test]
async fn listeners_hear_what_was_committed_and_that_another_process_wrote() {
    let (folder, database) = open().await;
    let mut listener = database.listen(&[crate::notify::PUBLISHED]).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.notify(crate::notify::PUBLISHED, "0").await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.notify(crate::notify::PUBLISHED, "7").await.unwrap();
    tx.commit().await.unwrap();
    let heard = listener.recv().await.unwrap();
    assert_eq!((heard.channel.as_str(), heard.payload.as_str()), (crate::notify::PUBLISHED, "7"));

    let other = Database::open(Settings::new(Location::Sqlite(folder.path().join("data.db")))).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    tx.execute(&insert("from elsewhere")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(listener.recv().await.unwrap().channel, crate::notify::ANYTHING);
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let (folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    let newer = "INSERT INTO verstak_schema (version, fingerprint) VALUES (99, 'x')";
    tx.execute(&Statement::text(newer, vec![], vec![])).await.unwrap();
    tx.commit().await.unwrap();
    let again = Database::open(Settings::new(Location::Sqlite(folder.path().join("data.db")))).await;
    assert!(matches!(again, Err(Error::Unsupported(text)) if text.contains("newer")));
}

#[tokio::test]
async fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _database) = open().await;
    let mode = std::fs::metadata(folder.path().join("data.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn registered_functions_are_exact_on_every_connection() {
    let (_folder, database) = open().await;
    let cases = [
        ("dec_text(dec_add(dec_parse('0.1'), dec_parse('0.2')))", r#"Text("0.3")"#),
        ("dec_text(dec_mul(dec_from(12345678901234567, 2), 3))", r#"Text("370370367037037.01")"#),
        ("dec_text(dec_div(1, 2))", r#"Text("0.5")"#),
        ("dec_text(dec_div(1, 0))", "Empty"),
        ("dec_text(dec_add(dec_parse('9999999999999999'), 1))", "Empty"),
        (
            "(SELECT dec_text(dec_sum(v)) FROM (SELECT dec_parse('0.1') v UNION ALL SELECT 2 UNION ALL SELECT NULL))",
            r#"Text("2.1")"#,
        ),
        ("(SELECT dec_text(dec_avg(v)) FROM (SELECT 1 v UNION ALL SELECT 2 UNION ALL SELECT NULL))", r#"Text("1.5")"#),
        ("(SELECT dec_text(dec_sum(v)) FROM (SELECT 1 v WHERE 0))", r#"Text("0")"#),
        ("lower('ПРИВЕТ Ё')", r#"Text("привет ё")"#),
        ("'' || like_fold('ООО Ромашка', 'ромаш')", r#"Text("1")"#),
        ("'' || int_add(9223372036854775807, 1)", "Empty"),
        ("date_add_days('2024-02-28', 2)", r#"Text("2024-03-01")"#),
        ("date_of_instant(1700000000000, 'Europe/Moscow')", r#"Text("2023-11-15")"#),
        ("'' || text_compare('ё', 'ж')", r#"Text("-1")"#),
        ("lower(NULL)", "Empty"),
    ];
    for (text, expected) in cases {
        let statement = Statement::text(format!("SELECT {text}"), vec![], vec![ColumnType::Text]);
        let found = database.fetch(&statement).await.unwrap();
        assert_eq!(format!("{:?}", found[0][0]), expected, "{text}");
        let mut tx = database.begin().await.unwrap();
        assert_eq!(tx.fetch(&statement).await.unwrap(), found, "{text} by the writer");
    }
}

#[tokio::test]
async fn texts_sort_by_the_language_of_the_workspace() {
    let (folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    for name in ["а", "a"] {
        tx.execute(&insert(name)).await.unwrap();
    }
    tx.execute(&crate::internal::settings::put("workspace.language", "en")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&database).await, [r#"Text("а")"#, r#"Text("a")"#]);
    let again = Database::open(Settings::new(Location::Sqlite(folder.path().join("data.db")))).await.unwrap();
    assert_eq!(names(&again).await, [r#"Text("a")"#, r#"Text("а")"#]);
}

/// How a reader finds the rows of one value of each of two columns.
async fn plan_of(database: &Database) -> String {
    let question = "EXPLAIN QUERY PLAN SELECT count(*) FROM u WHERE kind = 1 AND number = 7 AND part = 1";
    let types = vec![ColumnType::Integer, ColumnType::Integer, ColumnType::Integer, ColumnType::Text];
    let rows = database.fetch(&Statement::text(question, vec![], types)).await.unwrap();
    rows.iter().map(|row| format!("{:?}", row[3])).collect()
}

#[tokio::test]
async fn readers_choose_indexes_by_what_the_tables_hold() {
    let (_folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    let script = [
        "CREATE TABLE u (id INTEGER PRIMARY KEY, kind INTEGER, number INTEGER, part INTEGER) STRICT",
        "CREATE INDEX before ON u (kind)",
        "CREATE INDEX by_number ON u (number)",
        "CREATE INDEX after ON u (part)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
         INSERT INTO u (kind, number, part) SELECT i % 2, i, i % 3 FROM n",
    ];
    tx.execute_script(&script.map(str::to_owned)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!plan_of(&database).await.contains("by_number"), "without knowing, any is as good");
    database.refresh_statistics().await.unwrap();
    assert!(plan_of(&database).await.contains("by_number"));
    // The table is many times what it was, of one number alone: that is noticed, by readers that are open, too.
    let mut tx = database.begin().await.unwrap();
    let more = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
                INSERT INTO u (kind, number, part) SELECT i, 7, i % 3 FROM n";
    tx.execute_script(&[more.to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
    database.refresh_statistics().await.unwrap();
    assert!(plan_of(&database).await.contains("before"));
}

#[tokio::test]
async fn words_are_looked_up_without_planning_each_time_anew() {
    let (_folder, database) = open().await;
    let mut tx = database.begin().await.unwrap();
    let words = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
                 INSERT INTO verstak_search_words (rowid, words) SELECT i, 'word' || i || ' other' || i % 1000 FROM n";
    tx.execute_script(&[words.to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
    database.refresh_statistics().await.unwrap();
    let count = async |table: &str| {
        let text = format!("SELECT count(*) FROM {table} WHERE tbl = 'verstak_search_words_idx'");
        database.fetch(&Statement::text(text, vec![], vec![ColumnType::Integer])).await.unwrap()[0][0].clone()
    };
    assert_eq!(count("sqlite_stat1").await, Value::Integer(1), "the table was counted");
    assert_eq!(count("sqlite_stat4").await, Value::Integer(0), "and no sample of it kept");
}
