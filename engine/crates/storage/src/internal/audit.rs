//! The chain over audit events: a link for each, and checkpoints before which events were removed on purpose.
//!
//! Events and links are append-only in the database itself: triggers refuse to change them, and to remove any that stand
//! after the last checkpoint.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, rows_of, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_audit_link (number {integer} PRIMARY KEY, event {uuid} NOT NULL UNIQUE, \
     hash TEXT NOT NULL) {end}",
    "CREATE TABLE IF NOT EXISTS verstak_audit_checkpoint (number {integer} PRIMARY KEY, hash TEXT NOT NULL, \
     mac TEXT NOT NULL, at {integer} NOT NULL) {end}",
];

/// Physical names of the entity of audit events.
#[derive(Debug, Clone)]
pub struct Names {
    /// Table.
    pub table: String,
    /// Columns that the chain covers, in order, and whether each keeps an instant.
    pub columns: Vec<(String, bool)>,
    /// Column of the moment.
    pub at: String,
}

impl Names {
    /// The columns as texts that do not depend on settings of the connection.
    fn texts(&self, dialect: Dialect) -> String {
        let one = |(name, is_instant): &(String, bool)| match (dialect, is_instant) {
            (Dialect::Sqlite, _) => format!(r#"CAST(e."{name}" AS TEXT)"#),
            (Dialect::Postgres, true) => format!(r#"(extract(epoch FROM e."{name}") * 1000)::bigint::text"#),
            (Dialect::Postgres, false) => format!(r#"e."{name}"::text"#),
        };
        self.columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn types(&self) -> Vec<ColumnType> {
        vec![ColumnType::Text; self.columns.len()]
    }
}

/// Reads the newest link: number, hash; none of an empty chain.
pub fn head() -> Statement {
    statement(
        "SELECT number, hash FROM verstak_audit_link ORDER BY number DESC LIMIT 1",
        [],
        &[ColumnType::Integer, ColumnType::Text],
    )
}

/// Reads the newest checkpoint: number, hash, its own seal.
pub fn checkpoint() -> Statement {
    statement(
        "SELECT number, hash, mac FROM verstak_audit_checkpoint ORDER BY number DESC LIMIT 1",
        [],
        &[ColumnType::Integer, ColumnType::Text, ColumnType::Text],
    )
}

/// Reads events without a link whose identities are not less than one, in the order of identities: identity, columns.
pub fn unsealed(dialect: Dialect, names: &Names, from: Uuid, limit: i64) -> Statement {
    let sql = format!(
        r#"SELECT e."id", {} FROM "{}" e WHERE e."id" >= $1
           AND NOT EXISTS (SELECT 1 FROM verstak_audit_link l WHERE l.event = e."id") ORDER BY e."id" LIMIT $2"#,
        names.texts(dialect),
        names.table
    );
    let columns = [&[ColumnType::Uuid][..], &names.types()].concat();
    statement(&sql, [uuid(dialect, from), integer(limit)], &columns)
}

/// Counts events without a link.
pub fn count_unsealed(names: &Names) -> Statement {
    let sql = format!(
        r#"SELECT COUNT(*) FROM "{}" e WHERE NOT EXISTS (SELECT 1 FROM verstak_audit_link l WHERE l.event = e."id")"#,
        names.table
    );
    statement(&sql, [], &[ColumnType::Integer])
}

/// Adds links: number, event, hash.
pub fn insert(dialect: Dialect, links: &[(i64, Uuid, String)]) -> Statement {
    let sql = format!("INSERT INTO verstak_audit_link (number, event, hash) VALUES {}", rows_of(3, links.len()));
    let values = links.iter().flat_map(|(number, event, hash)| [integer(*number), uuid(dialect, *event), text(hash)]);
    statement(&sql, values, &[])
}

/// Reads the chain after a number with its events: number, hash, identity of the event, then the event's identity and
/// columns, which are empty when the event is gone.
pub fn chain(dialect: Dialect, names: &Names, after: i64) -> Statement {
    let sql = format!(
        r#"SELECT l.number, l.hash, l.event, e."id", {} FROM verstak_audit_link l
           LEFT JOIN "{}" e ON e."id" = l.event WHERE l.number > $1 ORDER BY l.number"#,
        names.texts(dialect),
        names.table
    );
    let fixed = [ColumnType::Integer, ColumnType::Text, ColumnType::Uuid, ColumnType::Uuid];
    statement(&sql, [integer(after)], &[&fixed[..], &names.types()].concat())
}

/// Reads the hash of a link.
pub fn hash_at(number: i64) -> Statement {
    statement("SELECT hash FROM verstak_audit_link WHERE number = $1", [integer(number)], &[ColumnType::Text])
}

/// Reads a link: number, hash.
pub fn link_at(number: i64) -> Statement {
    statement(
        "SELECT number, hash FROM verstak_audit_link WHERE number = $1",
        [integer(number)],
        &[ColumnType::Integer, ColumnType::Text],
    )
}

/// Finds the number of the first link whose event is not older than a moment; none when all are.
pub fn first_since(dialect: Dialect, names: &Names, at: i64) -> Statement {
    let placed = match dialect {
        Dialect::Sqlite => "$1",
        Dialect::Postgres => "to_timestamp($1::bigint / 1000.0)",
    };
    let sql = format!(
        r#"SELECT MIN(l.number) FROM verstak_audit_link l JOIN "{}" e ON e."id" = l.event WHERE e."{}" >= {placed}"#,
        names.table, names.at
    );
    statement(&sql, [integer(at)], &[ColumnType::Integer])
}

/// Keeps a checkpoint.
pub fn insert_checkpoint(number: i64, hash: &str, mac: &str, at: i64) -> Statement {
    statement(
        "INSERT INTO verstak_audit_checkpoint (number, hash, mac, at) VALUES ($1, $2, $3, $4)",
        [integer(number), text(hash), text(mac), integer(at)],
        &[],
    )
}

/// Removes the events up to a number; a checkpoint must stand there.
pub fn remove_events(names: &Names, number: i64) -> Statement {
    let sql = format!(
        r#"DELETE FROM "{}" WHERE "id" IN (SELECT event FROM verstak_audit_link WHERE number <= $1)"#,
        names.table
    );
    statement(&sql, [integer(number)], &[])
}

/// Removes the links up to a number.
pub fn remove_links(number: i64) -> Statement {
    statement("DELETE FROM verstak_audit_link WHERE number <= $1", [integer(number)], &[])
}

/// Counts the triggers that make events and links append-only.
pub fn count_guards(dialect: Dialect) -> Statement {
    let sql = match dialect {
        Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'verstak_audit_%'",
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
             WHERE t.tgname LIKE 'verstak_audit_%' AND t.tgenabled = 'O' \
             AND c.relnamespace = current_schema()::regnamespace"
        }
    };
    statement(sql, [], &[ColumnType::Integer])
}

/// How many triggers there are when all is well.
pub fn guards_wanted(dialect: Dialect) -> i64 {
    match dialect {
        Dialect::Sqlite => 4,
        Dialect::Postgres => 6,
    }
}

/// Lists the statements that make events and links append-only.
pub fn guards(dialect: Dialect, names: &Names) -> Vec<String> {
    let table = &names.table;
    let columns: Vec<String> = names.columns.iter().map(|(name, _)| format!(r#""{name}""#)).collect();
    let columns = format!(r#""id", {}"#, columns.join(", "));
    match dialect {
        Dialect::Sqlite => {
            let refuse = "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END";
            let last = "(SELECT COALESCE(MAX(number), 0) FROM verstak_audit_checkpoint)";
            vec![
                format!(
                    r#"CREATE TRIGGER IF NOT EXISTS verstak_audit_event_update BEFORE UPDATE OF {columns} ON "{table}" {refuse}"#
                ),
                format!(
                    r#"CREATE TRIGGER IF NOT EXISTS verstak_audit_event_delete BEFORE DELETE ON "{table}"
                       WHEN NOT EXISTS (SELECT 1 FROM verstak_audit_link l WHERE l.event = OLD."id" AND l.number <= {last}) {refuse}"#
                ),
                format!(
                    "CREATE TRIGGER IF NOT EXISTS verstak_audit_link_update BEFORE UPDATE ON verstak_audit_link {refuse}"
                ),
                format!(
                    "CREATE TRIGGER IF NOT EXISTS verstak_audit_link_delete BEFORE DELETE ON verstak_audit_link \
                     WHEN OLD.number > {last} {refuse}"
                ),
            ]
        }
        Dialect::Postgres => {
            let last = "(SELECT COALESCE(MAX(number), 0) FROM verstak_audit_checkpoint)";
            let function = |name: &str, allowed: &str| {
                format!(
                    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN \
                     IF TG_OP = 'DELETE' THEN IF {allowed} THEN RETURN OLD; END IF; END IF; \
                     RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation'; END $guard$"
                )
            };
            let trigger = |name: &str, when: &str, table: &str, each: &str, function: &str| {
                [
                    format!(r#"DROP TRIGGER IF EXISTS {name} ON "{table}""#),
                    format!(
                        r#"CREATE TRIGGER {name} BEFORE {when} ON "{table}" FOR EACH {each} EXECUTE FUNCTION {function}()"#
                    ),
                ]
            };
            let (events, links) = ("verstak_audit_guard_events", "verstak_audit_guard_links");
            let link = "verstak_audit_link";
            let is_before =
                format!("EXISTS (SELECT 1 FROM verstak_audit_link l WHERE l.event = OLD.id AND l.number <= {last})");
            [
                vec![function(events, &is_before), function(links, &format!("OLD.number <= {last}"))],
                trigger("verstak_audit_event_update", &format!("UPDATE OF {columns}"), table, "ROW", events).to_vec(),
                trigger("verstak_audit_event_delete", "DELETE", table, "ROW", events).to_vec(),
                trigger("verstak_audit_event_truncate", "TRUNCATE", table, "STATEMENT", events).to_vec(),
                trigger("verstak_audit_link_update", "UPDATE", link, "ROW", links).to_vec(),
                trigger("verstak_audit_link_delete", "DELETE", link, "ROW", links).to_vec(),
                trigger("verstak_audit_link_truncate", "TRUNCATE", link, "STATEMENT", links).to_vec(),
            ]
            .concat()
        }
    }
}
