//! Storage on both databases: values there and back, errors, deadlines, transactions, warm pools under DDL.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use serde_json::json;
use sql::{ColumnType, Dialect, Rows, Statement, parameter};
use storage::{Bundle, Database, Error};
use uuid::Uuid;

use crate::support::every_storage;

fn text(text: &str, columns: &[ColumnType]) -> Statement {
    Statement::text(text, Vec::new(), columns.to_vec())
}

async fn run(database: &Database, statements: &[&str]) {
    let mut tx = database.begin().await.unwrap();
    tx.execute_script(&statements.iter().map(|statement| (*statement).to_owned()).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
}

const COLUMNS: [ColumnType; 14] = [
    ColumnType::Text,
    ColumnType::Uuid,
    ColumnType::Boolean,
    ColumnType::Integer,
    ColumnType::Decimal { precision: 18, scale: 2 },
    ColumnType::Decimal { precision: 28, scale: 12 },
    ColumnType::Number,
    ColumnType::Real,
    ColumnType::Date,
    ColumnType::DateTime,
    ColumnType::Time,
    ColumnType::Duration,
    ColumnType::Json,
    ColumnType::Bytes,
];

fn samples() -> Vec<[Value; 14]> {
    let decimal = |units: i128| Value::Decimal(Decimal::from_units(units).unwrap());
    let instant = |milliseconds| Value::DateTime(DateTime::from_timestamp_millis(milliseconds).unwrap());
    vec![
        [
            Value::Text("Ёж 'кавычка' \\ \u{1f600}".into()),
            Value::Id(Uuid::from_u128(7)),
            Value::Boolean(true),
            Value::Integer(i64::MAX),
            decimal(1_234_567_890_123_450_000_000_000),
            decimal(Decimal::LIMIT - 1),
            decimal(1),
            Value::Json(json!(55.75).into()),
            Value::Date(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()),
            instant(1_700_000_000_123),
            Value::Time(NaiveTime::from_hms_opt(23, 59, 59).unwrap()),
            Value::Duration(-1),
            Value::Json(json!({"a": [1, "б", null]}).into()),
            Value::Bytes(Arc::from(&[0_u8, 255, 1][..])),
        ],
        [
            Value::Text("a".into()),
            Value::Id(Uuid::max()),
            Value::Boolean(false),
            Value::Integer(i64::MIN),
            decimal(-10_000_000_000),
            decimal(-Decimal::LIMIT + 1),
            decimal(-1),
            Value::Json(json!(-0.5).into()),
            Value::Date(NaiveDate::from_ymd_opt(1, 1, 1).unwrap()),
            instant(-62_135_596_800_000),
            Value::Time(NaiveTime::MIN),
            Value::Duration(i64::MAX),
            Value::Json(json!([]).into()),
            Value::Bytes(Arc::from(&[][..])),
        ],
        std::array::from_fn(|_| Value::Empty),
    ]
}

every_storage! {
    async fn every_type_comes_back_as_it_went(fresh: Fresh) {
        let dialect = fresh.database.dialect();
        let strict = if dialect == Dialect::Sqlite { " STRICT" } else { "" };
        let columns: Vec<String> =
            COLUMNS.iter().enumerate().map(|(at, column)| format!("c{at} {}", column.ddl(dialect))).collect();
        run(&fresh.database, &[&format!("CREATE TABLE t (n INTEGER, {}){strict}", columns.join(", "))]).await;
        let mut tx = fresh.database.begin().await.unwrap();
        for (n, row) in samples().iter().enumerate() {
            let places: Vec<String> = (1..=14).map(|at| format!("${at}")).collect();
            let values = row.iter().zip(COLUMNS).map(|(value, column)| parameter(value, column, dialect)).collect();
            let insert = format!("INSERT INTO t VALUES ({n}, {})", places.join(", "));
            assert_eq!(tx.execute(&Statement::text(insert, values, Vec::new())).await.unwrap(), 1);
        }
        tx.commit().await.unwrap();
        let names: Vec<String> = (0..14).map(|at| format!("c{at}")).collect();
        let rows = fresh.database.fetch(&text(&format!("SELECT {} FROM t ORDER BY n", names.join(", ")), &COLUMNS)).await.unwrap();
        assert_eq!(rows, samples().into_iter().map(Vec::from).collect::<Rows>());
    }

    async fn violations_have_names(fresh: Fresh) {
        run(&fresh.database, &[
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (parent INTEGER CONSTRAINT fk_parent REFERENCES parent (id), code TEXT)",
            "CREATE UNIQUE INDEX uq_code ON child (code)",
        ]).await;
        let mut tx = fresh.database.begin().await.unwrap();
        tx.execute(&text("INSERT INTO child (code) VALUES ('a')", &[])).await.unwrap();
        tx.savepoint("first").await.unwrap();
        let duplicate = tx.execute(&text("INSERT INTO child (code) VALUES ('a')", &[])).await;
        let name = match fresh.database.dialect() { Dialect::Sqlite => "child.code", Dialect::Postgres => "uq_code" };
        assert!(matches!(&duplicate, Err(Error::Unique { index }) if index == name), "{duplicate:?}");
        tx.rollback_to("first").await.unwrap();
        let orphan = tx.execute(&text("INSERT INTO child (parent) VALUES (5)", &[])).await;
        assert!(matches!(orphan, Err(Error::ForeignKey { .. })), "{orphan:?}");
    }

    async fn two_writers_take_turns(fresh: Fresh) {
        run(&fresh.database, &["CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)"]).await;
        let many = (0..16).map(|_| {
            let database = fresh.database.clone();
            tokio::spawn(async move {
                let mut tx = database.begin().await.unwrap();
                tx.lock("counter").await.unwrap();
                let rows = tx.fetch(&text("SELECT n FROM counter", &[ColumnType::Integer])).await.unwrap();
                let Value::Integer(n) = rows[0][0] else { panic!("{rows:?}") };
                tokio::time::sleep(Duration::from_millis(2)).await;
                tx.execute(&text(&format!("UPDATE counter SET n = {}", n + 1), &[])).await.unwrap();
                tx.commit().await.unwrap();
            })
        });
        for one in many.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        let rows = fresh.database.fetch(&text("SELECT n FROM counter", &[ColumnType::Integer])).await.unwrap();
        assert_eq!(rows, [[Value::Integer(16)]]);
    }

    async fn a_statement_ends_at_its_deadline(fresh: Fresh) {
        let endless = match fresh.database.dialect() {
            Dialect::Sqlite => "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            Dialect::Postgres => "SELECT count(*) FROM generate_series(1, 10000000000)",
        };
        let mut tx = fresh.database.begin().await.unwrap();
        tx.set_statement_timeout(Some(Duration::from_millis(100))).await.unwrap();
        let ended = tx.fetch(&text(endless, &[ColumnType::Integer])).await;
        assert!(matches!(ended, Err(Error::Deadline)), "{ended:?}");
        drop(tx);
        let alive = fresh.database.fetch(&text("SELECT 1", &[ColumnType::Integer])).await.unwrap();
        assert_eq!(alive, [[Value::Integer(1)]]);
    }

    async fn a_statement_ends_when_nobody_waits_for_it(fresh: Fresh) {
        let endless = match fresh.database.dialect() {
            Dialect::Sqlite => "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            Dialect::Postgres => "SELECT count(*) FROM generate_series(1, 10000000000)",
        };
        // As many as there are connections; on one of them in a transaction.
        let asked: Vec<_> = (0..4)
            .map(|at| {
                let database = fresh.database.clone();
                tokio::spawn(async move {
                    let statement = text(endless, &[ColumnType::Integer]);
                    if at == 0 {
                        database.begin_read().await.unwrap().fetch(&statement).await.map(drop)
                    } else {
                        database.fetch(&statement).await.map(drop)
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(500)).await;
        asked.iter().for_each(tokio::task::JoinHandle::abort);
        let begun = std::time::Instant::now();
        for one in asked {
            assert!(one.await.is_err_and(|error| error.is_cancelled()), "an endless statement ended");
        }
        for _ in 0..4 {
            fresh.database.fetch(&text("SELECT 1", &[ColumnType::Integer])).await.unwrap();
        }
        if fresh.database.dialect() == Dialect::Postgres {
            let others = "SELECT count(*) FROM pg_stat_activity \
                          WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()";
            let others = text(others, &[ColumnType::Integer]);
            while fresh.database.fetch(&others).await.unwrap() != [[Value::Integer(0)]] {
                assert!(begun.elapsed() < Duration::from_secs(10), "the server goes on for nobody");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    async fn what_is_announced_is_heard_after_the_commit(fresh: Fresh) {
        let mut listener = fresh.database.listen(&[storage::notify::PUBLISHED]).await.unwrap();
        let mut tx = fresh.database.begin().await.unwrap();
        tx.notify(storage::notify::PUBLISHED, "lost").await.unwrap();
        drop(tx);
        let mut tx = fresh.database.begin().await.unwrap();
        tx.notify(storage::notify::PUBLISHED, "7").await.unwrap();
        tx.commit().await.unwrap();
        let heard = tokio::time::timeout(Duration::from_secs(5), listener.recv()).await.unwrap().unwrap();
        assert_eq!((heard.channel.as_str(), heard.payload.as_str()), (storage::notify::PUBLISHED, "7"));
    }

    async fn an_export_is_one_moment_in_batches(fresh: Fresh) {
        run(&fresh.database, &["CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (1), (2), (3)"]).await;
        let mut batches = fresh.database.stream(text("SELECT n FROM t ORDER BY n", &[ColumnType::Integer]), 2);
        assert_eq!(batches.recv().await.unwrap().unwrap().len(), 2);
        assert_eq!(batches.recv().await.unwrap().unwrap(), [[Value::Integer(3)]]);
        assert!(batches.recv().await.is_none());
        let mut broken = fresh.database.stream(text("SELECT nothing FROM nowhere", &[ColumnType::Integer]), 2);
        assert!(broken.recv().await.unwrap().is_err());
    }

    async fn ddl_is_undone_with_its_transaction(fresh: Fresh) {
        run(&fresh.database, &["CREATE TABLE t (n INTEGER)"]).await;
        let mut tx = fresh.database.begin().await.unwrap();
        tx.execute_script(&["ALTER TABLE t ADD COLUMN m INTEGER".to_owned(), "CREATE TABLE u (n INTEGER)".to_owned()]).await.unwrap();
        drop(tx);
        assert!(fresh.database.fetch(&text("SELECT m FROM t", &[ColumnType::Integer])).await.is_err());
        assert!(fresh.database.fetch(&text("SELECT n FROM u", &[ColumnType::Integer])).await.is_err());
    }
}

mod bundles {
    //! Statements in one message: all of them or none, whoever else comes along.

    use super::*;

    const SETTING: &str = "revision";

    async fn prepare(database: &Database) {
        run(
            database,
            &[
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)",
                "CREATE UNIQUE INDEX uq_t ON t (name)",
                "CREATE TABLE log (id INTEGER)",
                "INSERT INTO t VALUES (0, 'zero')",
                "INSERT INTO verstak_setting VALUES ('revision', '7')",
            ],
        )
        .await;
    }

    fn statement(text: &str, id: i64, name: &str) -> Statement {
        Statement::text(text, vec![id.into(), name.into()], vec![ColumnType::Integer, ColumnType::Text])
    }

    /// A row, a line in the log and the row as the answer, presumed that row 0 is there.
    fn bundle(database: &Database, id: i64, name: &str) -> Bundle {
        let mut bundle = Bundle::holding(SETTING, "7".to_owned());
        bundle.check(statement("SELECT id FROM t WHERE id = 0 AND name <> $2 AND id <> $1", id, name), 1);
        bundle.write_first(
            statement("INSERT INTO t VALUES ($1, $2)", id, name),
            vec!["id".to_owned(), "name".to_owned()],
        );
        bundle.write(Statement::text("INSERT INTO log VALUES ($1)", vec![id.into()], Vec::new()), 1);
        let table = if database.dialect() == Dialect::Sqlite { "t" } else { sql::statement::WRITTEN };
        bundle.answer(statement(&format!("SELECT id, name FROM {table} WHERE id = $1 AND name = $2"), id, name));
        bundle
    }

    async fn counts(database: &Database) -> Vec<Value> {
        let rows = database
            .fetch(&text("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM log)", &[ColumnType::Integer; 2]))
            .await;
        rows.unwrap().remove(0)
    }

    every_storage! {
        async fn a_bundle_is_whole_or_nothing(fresh: Fresh) {
            let database = &fresh.database;
            prepare(database).await;
            let rows = database.perform(bundle(database, 1, "one")).await.unwrap();
            assert_eq!(rows, [[Value::Integer(1), Value::Text("one".into())]]);
            assert_eq!(counts(database).await, [Value::Integer(2), Value::Integer(1)]);

            let mut of_another = Bundle::holding(SETTING, "8".to_owned());
            of_another.write_first(statement("INSERT INTO t VALUES ($1, $2)", 2, "two"), Vec::new());
            let missed = bundle(database, 3, "zero");
            let mut too_few = bundle(database, 4, "four");
            too_few.write(text("UPDATE t SET name = 'x' WHERE id = 99", &[]), 1);
            for wrong in [of_another, missed, too_few] {
                let refused = database.perform(wrong).await;
                assert!(matches!(refused, Err(Error::Unmet)), "{refused:?}");
                assert_eq!(counts(database).await, [Value::Integer(2), Value::Integer(1)]);
            }
            let duplicate = database.perform(bundle(database, 5, "one")).await;
            assert!(matches!(duplicate, Err(Error::Unique { .. })), "{duplicate:?}");
            assert_eq!(counts(database).await, [Value::Integer(2), Value::Integer(1)]);
            assert_eq!(database.perform(bundle(database, 6, "six")).await.unwrap().len(), 1);
        }

        async fn bundles_at_once_do_not_meet(fresh: Fresh) {
            let database = &fresh.database;
            prepare(database).await;
            // While the writer is taken all have to wait, so that they go together.
            let mut tx = database.begin().await.unwrap();
            tx.execute(&text("INSERT INTO log VALUES (-1)", &[])).await.unwrap();
            let all: Vec<_> = (1..=150_i64).map(|id| {
                let name = if id % 5 == 0 { "zero".to_owned() } else { format!("n{id}") };
                let (database, bundle) = (database.clone(), bundle(database, id, &name));
                tokio::spawn(async move { (id, database.perform(bundle).await) })
            }).collect();
            tokio::time::sleep(Duration::from_millis(100)).await;
            all[7].abort();
            tx.commit().await.unwrap();
            let mut made = 0;
            for one in all {
                match one.await {
                    Ok((id, Ok(rows))) => {
                        made += 1;
                        assert_eq!(rows, [[Value::Integer(id), Value::Text(format!("n{id}").into())]]);
                    }
                    Ok((id, refused)) => assert!(id % 5 == 0 && matches!(refused, Err(Error::Unmet)), "{refused:?}"),
                    Err(gone) => assert!(gone.is_cancelled()),
                }
            }
            assert!(made >= 119, "{made}");
            let counted = counts(database).await;
            assert_eq!(counted[0], counted[1], "a line for each row, row 0 and the first line apart");
            assert!(matches!(counted[0], Value::Integer(rows) if rows == made + 1 || rows == made + 2), "{counted:?}");
        }

        async fn a_bundle_does_not_wait_for_who_changes_what_it_holds(fresh: Fresh) {
            let database = &fresh.database;
            prepare(database).await;
            let mut tx = database.begin().await.unwrap();
            tx.hold_alone(SETTING).await.unwrap();
            if database.dialect() == Dialect::Postgres {
                let refused = database.perform(bundle(database, 1, "one")).await;
                assert!(matches!(refused, Err(Error::Unmet)), "{refused:?}");
            }
            tx.commit().await.unwrap();
            assert_eq!(database.perform(bundle(database, 1, "one")).await.unwrap().len(), 1);
        }
    }
}

mod warm {
    //! Every kind of statement that a publish runs, against pools whose connections have the table's statements prepared.

    use super::*;

    const KINDS: [&str; 9] = [
        "ALTER TABLE t ADD COLUMN extra TEXT",
        "UPDATE t SET extra = 'filled'",
        "CREATE INDEX ix_t ON t (name)",
        "CREATE UNIQUE INDEX uq_t ON t (name)",
        "DROP INDEX uq_t",
        "CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id))",
        "ALTER TABLE t ADD COLUMN owner INTEGER REFERENCES u (id)",
        "DROP INDEX ix_t",
        "ALTER TABLE t ADD COLUMN name_2 INTEGER",
    ];

    /// Runs a statement on every connection of the pool at once, so that each has it prepared.
    async fn on_all(database: &Database, statement: &Statement) -> Vec<Rows> {
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(database.begin_read().await.unwrap());
        }
        let mut answers = Vec::new();
        for snapshot in &mut held {
            answers.push(snapshot.fetch(statement).await.unwrap());
        }
        answers.push(database.fetch(statement).await.unwrap());
        let mut tx = database.begin().await.unwrap();
        answers.push(tx.fetch(statement).await.unwrap());
        answers
    }

    every_storage! {
        async fn a_warm_pool_answers_like_a_fresh_one(fresh: Fresh) {
            run(&fresh.database, &["CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')"]).await;
            let before = text("SELECT id, name FROM t ORDER BY name", &[ColumnType::Integer, ColumnType::Text]);
            let join = text("SELECT a.name, b.name FROM t a LEFT JOIN t b ON b.id = a.id + 1 ORDER BY a.id", &[ColumnType::Text, ColumnType::Text]);
            on_all(&fresh.database, &before).await;
            on_all(&fresh.database, &join).await;
            let mut added: Option<Statement> = None;
            for (at, kind) in KINDS.iter().enumerate() {
                run(&fresh.database, &[kind]).await;
                // A publish clears the caches; half of the kinds go without, as a node that has not heard yet.
                if at % 2 == 0 {
                    fresh.database.clear_statement_caches();
                }
                if at == 0 {
                    added = Some(text("SELECT id, extra FROM t ORDER BY id", &[ColumnType::Integer, ColumnType::Text]));
                }
                let other = fresh.again().await;
                for statement in [Some(&before), Some(&join), added.as_ref()].into_iter().flatten() {
                    let expected = other.fetch(statement).await.unwrap();
                    assert_eq!(expected.len(), 2);
                    for answer in on_all(&fresh.database, statement).await {
                        assert_eq!(answer, expected, "after {kind}: {}", statement.text);
                    }
                }
                other.close().await;
            }
        }

        async fn a_changed_type_heals_outside_a_transaction(fresh: Fresh) {
            if fresh.database.dialect() == Dialect::Sqlite {
                return;
            }
            run(&fresh.database, &["CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO t VALUES (1, 5)"]).await;
            let statement = text("SELECT n FROM t", &[ColumnType::Integer]);
            on_all(&fresh.database, &statement).await;
            run(&fresh.database, &["ALTER TABLE t ALTER COLUMN n TYPE BIGINT"]).await;
            // In a transaction the whole is tried again, and comes through on the same connections.
            for _ in 0..2 {
                let mut held = Vec::new();
                for _ in 0..4 {
                    held.push(fresh.database.begin().await.unwrap());
                }
                for tx in &mut held {
                    match tx.fetch(&statement).await {
                        Ok(rows) => assert_eq!(rows, [[Value::Integer(5)]]),
                        Err(error) => assert!(matches!(error, Error::StalePlan(_)), "{error:?}"),
                    }
                }
            }
            let mut tx = fresh.database.begin().await.unwrap();
            assert_eq!(tx.fetch(&statement).await.unwrap(), [[Value::Integer(5)]]);
            drop(tx);
            for _ in 0..8 {
                assert_eq!(fresh.database.fetch(&statement).await.unwrap(), [[Value::Integer(5)]]);
            }
        }
    }
}
