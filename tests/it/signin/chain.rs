//! The chain over the audit: whatever is done to events behind the product's back is found.

use std::time::{Duration, Instant};

use engine::audit::{Head, seal, verify};
use serde_json::{Value, json};

use super::audited;
use crate::support::{App, Backend, every_database};

const EVER: Duration = Duration::from_secs(1 << 40);

/// Makes some events and seals them.
async fn sealed(app: &App) -> Head {
    for at in 0..12 {
        let person = json!({"email": format!("p{at}@example.com"), "name": format!("Person {at}")});
        app.admin.post("/api/records/user", person).await.expect(201);
    }
    seal_now(app).await
}

async fn seal_now(app: &App) -> Head {
    // The product's own sealer may be at it.
    for _ in 0..50 {
        seal::seal(&app.engine, EVER).await.expect("events are sealed");
        if verify(&app.engine, &[]).await.expect("a look").waiting == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    seal::current(&app.engine).await.expect("a head").expect("a link")
}

async fn found(app: &App, known: &[Head]) -> Vec<&'static str> {
    let look = verify(&app.engine, known).await.expect("a look");
    look.findings.iter().map(|finding| finding.code).collect()
}

/// Does something to the database that only its owner could, with the triggers out of the way and back after it.
async fn tamper(app: &App, statements: &[String]) {
    let mut tx = app.engine.database().begin().await.expect("a transaction");
    let triggers: [(&str, &str); 4] = [
        ("verstak_audit_event_update", "sys_audit_event"),
        ("verstak_audit_event_delete", "sys_audit_event"),
        ("verstak_audit_link_update", "verstak_audit_link"),
        ("verstak_audit_link_delete", "verstak_audit_link"),
    ];
    let mut script = Vec::new();
    match app.backend {
        Backend::Sqlite => {
            let text = vec![sql::ColumnType::Text];
            let saved = sql::Statement::text(
                "SELECT sql FROM sqlite_schema WHERE name LIKE 'verstak_audit_%' AND type = 'trigger'",
                Vec::new(),
                text,
            );
            let saved = tx.fetch(&saved).await.expect("triggers");
            script.extend(triggers.iter().map(|(name, _)| format!("DROP TRIGGER {name}")));
            script.extend(statements.iter().cloned());
            script.extend(saved.iter().map(|row| match &row[0] {
                expression::Value::Text(text) => text.to_string(),
                other => panic!("no trigger: {other:?}"),
            }));
        }
        Backend::Postgres => {
            script.extend(triggers.iter().map(|(name, table)| format!("ALTER TABLE {table} DISABLE TRIGGER {name}")));
            script.extend(statements.iter().cloned());
            script.extend(triggers.iter().map(|(name, table)| format!("ALTER TABLE {table} ENABLE TRIGGER {name}")));
        }
    }
    for statement in script {
        tx.execute_script(std::slice::from_ref(&statement))
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    tx.commit().await.expect("a commit");
}

/// Does one thing with some triggers out of the way; they come back when the product opens the database anew.
pub(super) async fn without(app: &App, guards: &[&str], statement: &str) {
    let table = |name: &str| if name.contains("_event_") { "sys_audit_event" } else { "verstak_audit_link" };
    let mut script: Vec<String> = Vec::new();
    for name in guards {
        script.push(match app.backend {
            Backend::Sqlite => format!("DROP TRIGGER IF EXISTS {name}"),
            Backend::Postgres => format!("ALTER TABLE {} DISABLE TRIGGER {name}", table(name)),
        });
    }
    script.push(statement.to_owned());
    let mut tx = app.engine.database().begin().await.expect("a transaction");
    tx.execute_script(&script).await.expect("the script runs");
    tx.commit().await.expect("a commit");
}

/// The columns of events, by the names they have in the database.
fn column(app: &App, name: &str) -> String {
    let catalog = app.engine.catalog();
    catalog.entity("audit_event").expect("events").field(name).expect("a field").columns[0].clone()
}

fn event_at(number: i64) -> String {
    format!("(SELECT event FROM verstak_audit_link WHERE number = {number})")
}

every_database! {
    async fn an_untouched_chain_is_whole(app: App) {
        let head = sealed(&app).await;
        let look = verify(&app.engine, std::slice::from_ref(&head)).await.expect("a look");
        assert_eq!((look.findings.len(), look.waiting, look.head), (0, 0, Some(head.clone())));
        assert!(look.sealed >= 13, "{}", look.sealed);
        let answer = app.admin.post("/api/audit/verify", json!({})).await.expect(200);
        assert_eq!(answer["findings"], json!([]));
        assert_eq!(app.admin.get("/api/audit/head").await.expect(200)["head"]["hash"], json!(head.hash));
        let person = app.user("plain@example.com", &[]).await;
        person.post("/api/audit/verify", json!({})).await.expect(403);
        person.get("/api/audit/head").await.expect(403);
    }

    async fn the_database_refuses_to_change_events(app: App) {
        sealed(&app).await;
        let operation = column(&app, "operation");
        let mut statements = vec![
            format!("UPDATE sys_audit_event SET {operation} = 'x'"),
            "DELETE FROM sys_audit_event".to_owned(),
            "UPDATE verstak_audit_link SET hash = 'x'".to_owned(),
            "DELETE FROM verstak_audit_link".to_owned(),
        ];
        if app.backend == Backend::Postgres {
            statements.extend(["TRUNCATE sys_audit_event".to_owned(), "TRUNCATE verstak_audit_link".to_owned()]);
        }
        for text in statements {
            let statement = sql::Statement::text(text.clone(), Vec::new(), Vec::new());
            let refused = app.engine.database().execute(&statement).await;
            assert!(refused.is_err(), "{text}");
        }
        assert_eq!(found(&app, &[]).await, Vec::<&str>::new());
    }

    async fn every_change_of_an_event_is_found(app: App) {
        sealed(&app).await;
        let texts = ["operation", "entity", "record", "address"];
        for (at, name) in texts.iter().enumerate() {
            let (column, event) = (column(&app, name), event_at(3 + at as i64));
            let keep = format!("UPDATE sys_audit_event SET {column} = {column} || 'x' WHERE id = {event}");
            tamper(&app, &[keep]).await;
            let undo = match app.backend {
                Backend::Sqlite => format!("UPDATE sys_audit_event SET {column} = substr({column}, 1, length({column}) - 1) WHERE id = {event}"),
                Backend::Postgres => format!("UPDATE sys_audit_event SET {column} = left({column}, -1) WHERE id = {event}"),
            };
            assert_eq!(found(&app, &[]).await, ["audit.changed"], "{name}");
            tamper(&app, &[undo]).await;
            assert_eq!(found(&app, &[]).await, Vec::<&str>::new(), "{name}");
        }
        let (actor, moment, changes) = (column(&app, "actor"), column(&app, "at"), column(&app, "changes"));
        let later = match app.backend {
            Backend::Sqlite => format!("{moment} = {moment} + 1"),
            Backend::Postgres => format!("{moment} = {moment} + interval '1 millisecond'"),
        };
        let other = match app.backend {
            Backend::Sqlite => format!("{changes} = replace({changes}, 'Person', 'Parson')"),
            Backend::Postgres => format!("{changes} = replace({changes}::text, 'Person', 'Parson')::jsonb"),
        };
        let nobody = format!("{actor} = NULL");
        for (at, set) in [later, nobody, other].iter().enumerate() {
            tamper(&app, &[format!("UPDATE sys_audit_event SET {set} WHERE id = {}", event_at(8 + at as i64))]).await;
            assert_eq!(found(&app, &[]).await.len(), at + 1, "{set}");
        }
    }

    async fn whatever_is_dropped_swapped_or_cut_is_found(app: App) {
        let head = sealed(&app).await;
        let links = "verstak_audit_link";
        // Two events swapped in the chain.
        tamper(&app, &[
            format!("CREATE TABLE spare AS SELECT number, event FROM {links} WHERE number IN (4, 5)"),
            format!("UPDATE {links} SET event = '00000000-0000-0000-0000-000000000004' WHERE number = 4"),
            format!("UPDATE {links} SET event = (SELECT event FROM spare WHERE number = 4) WHERE number = 5"),
            format!("UPDATE {links} SET event = (SELECT event FROM spare WHERE number = 5) WHERE number = 4"),
        ]).await;
        assert_eq!(found(&app, &[]).await, ["audit.changed", "audit.changed"]);
        tamper(&app, &[
            format!("UPDATE {links} SET event = '00000000-0000-0000-0000-000000000004' WHERE number = 4"),
            format!("UPDATE {links} SET event = (SELECT event FROM spare WHERE number = 5) WHERE number = 5"),
            format!("UPDATE {links} SET event = (SELECT event FROM spare WHERE number = 4) WHERE number = 4"),
            "DROP TABLE spare".to_owned(),
        ]).await;
        assert_eq!(found(&app, &[]).await, Vec::<&str>::new());

        // An event dropped; then its link too.
        tamper(&app, &[format!("DELETE FROM sys_audit_event WHERE id = {}", event_at(6))]).await;
        assert_eq!(found(&app, &[]).await, ["audit.missing"]);
        tamper(&app, &[format!("DELETE FROM {links} WHERE number = 6")]).await;
        assert_eq!(found(&app, &[]).await, ["audit.gap"]);
        // The numbers closed up over the gap.
        tamper(&app, &[
            format!("UPDATE {links} SET number = -number WHERE number > 6"),
            format!("UPDATE {links} SET number = -number - 1 WHERE number < 0"),
        ]).await;
        let closed = found(&app, &[]).await;
        assert!(closed.contains(&"audit.changed"), "{closed:?}");

        // The end cut off, events and links alike: only a head that was kept shows it.
        tamper(&app, &[
            format!("DELETE FROM sys_audit_event WHERE id IN (SELECT event FROM {links} WHERE number > 3)"),
            format!("DELETE FROM {links} WHERE number > 3"),
        ]).await;
        assert_eq!(found(&app, &[]).await, ["audit.cut"], "the head stands beside the data");
        std::fs::remove_file(app.config.data.join("audit.head")).expect("a head was written down");
        assert_eq!(found(&app, &[]).await, Vec::<&str>::new());
        assert_eq!(found(&app, &[head]).await, ["audit.cut"]);
    }

    async fn old_events_go_behind_a_checkpoint(app: App) {
        sealed(&app).await;
        let kept = seal::current(&app.engine).await.expect("a head").expect("a link");
        assert_eq!(app.admin.put("/api/settings/security", json!({"audit_days": 3})).await.problem(422), ["/audit_days settings.out_of_range"]);
        app.admin.put("/api/settings/security", json!({"audit_days": 30})).await.expect(200);
        engine::audit::trim::old(&app.engine).await.expect("nothing is old");
        assert_eq!(found(&app, std::slice::from_ref(&kept)).await, Vec::<&str>::new());

        // Events of long ago, made before anything was sealed over them.
        let moment = column(&app, "at");
        let (long_ago, first) = match app.backend {
            Backend::Sqlite => (format!("{moment} = {moment} - 4000000000"), "CAST(0 AS INTEGER)"),
            Backend::Postgres => (format!("{moment} = {moment} - interval '46 days'"), "0"),
        };
        tamper(&app, &[
            format!("DELETE FROM verstak_audit_link WHERE number > {first}"),
            format!("UPDATE sys_audit_event SET {long_ago} WHERE id IN (SELECT id FROM sys_audit_event ORDER BY id LIMIT 5)"),
        ]).await;
        std::fs::remove_file(app.config.data.join("audit.head")).expect("a head was written down");
        let head = seal_now(&app).await;
        engine::audit::trim::old(&app.engine).await.expect("old events go");
        let look = verify(&app.engine, std::slice::from_ref(&head)).await.expect("a look");
        assert_eq!(look.findings.len(), 0, "{:?}", look.findings);
        let events = app.admin.get("/api/records/audit_event?count=exact").await.expect(200)["count"].as_i64().expect("a count");
        assert_eq!(events, head.number - 5 + 1, "five went, and one tells of it");
        assert_eq!(audited(&app, "audit_trimmed").await[0]["changes"], json!({"count": 5}));

        // A checkpoint that somebody else made is no checkpoint.
        app.run("INSERT INTO verstak_audit_checkpoint (number, hash, mac, at) VALUES (8, 'x', 'y', 0)").await;
        let forged = found(&app, &[]).await;
        assert!(forged.contains(&"audit.checkpoint_forged"), "{forged:?}");
    }

    async fn saves_do_not_wait_for_the_seal(app: App) {
        let (other, _) = app.another_node().await;
        let saves = (0..40).map(|at| {
            let admin = app.admin.clone();
            async move {
                let began = Instant::now();
                admin.post("/api/records/team", json!({"name": format!("Team {at}")})).await.expect(201);
                began.elapsed()
            }
        });
        let sealing = async {
            for _ in 0..10 {
                seal::seal(&app.engine, EVER).await.expect("sealed here");
                seal::seal(&other, EVER).await.expect("sealed there");
            }
        };
        futures_util::future::join(futures_util::future::join_all(saves), sealing).await;
        seal_now(&app).await;
        assert_eq!(found(&app, &[]).await, Vec::<&str>::new());
        let events: Value = app.admin.get("/api/records/audit_event?count=exact&filter=entity%20==%20%22team%22").await.expect(200);
        assert_eq!(events["count"], 40);
        other.close().await;
    }
}
