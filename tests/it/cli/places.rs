//! Places where there is no database, or none that can be used, and commands that say nothing.

use std::path::Path;

use engine::Config;

use super::run::{Ran, command, finish};
use crate::support::Fresh;

const KEY: &str = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=";

/// Commands that look at a workspace and make none.
const LOOKING: [&[&str]; 7] = [
    &["doctor"],
    &["audit", "verify"],
    &["audit", "head"],
    &["export", "out"],
    &["token", "anna@example.com"],
    &["user", "disable", "anna@example.com"],
    &["user", "passwd", "anna@example.com"],
];

fn place(data: &Path, url: Option<&str>) -> Config {
    let database_url = url.map(str::to_owned);
    Config { data: data.to_owned(), database_url, secret_key: Some(KEY.to_owned()), ..Config::default() }
}

async fn run(arguments: &[&str], config: &Config) -> Ran {
    let mut command = command(arguments, Some(config));
    command.current_dir(&config.data);
    finish(command, "rather-long-words\n").await
}

#[tokio::test]
async fn where_there_is_no_database_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = place(folder.path(), None);
    for arguments in LOOKING {
        let Ran { out, err, .. } = run(arguments, &config).await.ends(3);
        assert!(out.is_empty() && err.contains("there is no database in "), "{arguments:?}: {out}{err}");
    }
    let crm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/crm");
    let Ran { out, err, .. } = run(&["plan", crm.to_str().expect("a path")], &config).await.ends(0);
    let is_expected = |line: &str| line.contains("The new role") || line.contains("Whoever may read “Stock”");
    assert!(out.contains("CREATE TABLE") && err.lines().all(is_expected), "{out}{err}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "the folder is as it was");
}

#[tokio::test]
async fn tests_of_scripts_run_without_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = place(folder.path(), None);
    let crm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/crm");
    let Ran { out, .. } = run(&["test", crm.to_str().expect("a path")], &config).await.ends(0);
    assert!(
        out.contains("ok      deals › A call is planned for a working day") && out.ends_with("tests passed.\n"),
        "{out}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "the folder is as it was");
    let shop = folder.path().join("shop");
    let write = |name: &str, text: &str| {
        let file = shop.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    };
    write("solution.json", r#"{"name": "shop"}"#);
    write(
        "entities/goods.json",
        r#"{"kind": "entity", "name": "goods", "fields": [{"name": "price", "type": "money"}]}"#,
    );
    write("scripts/prices.rhai", "fn round_up(record) {\n    record.price = record.price + 0.5;\n}\n");
    write(
        "scripts/prices.json",
        r#"{"kind": "script", "name": "prices", "hooks": [{"entity": "goods", "event": "before_save", "function": "round_up"}],
        "tests": [{"name": "half more", "when": {"do": "create", "entity": "goods", "values": {"price": 1}}, "then": {"records": [{"record": "$made", "values": {"price": 2}}]}}]}"#,
    );
    let Ran { out, err, .. } = run(&["test", shop.to_str().expect("a path")], &config).await.ends(1);
    assert!(out.contains("FAILED  prices › half more") && out.contains("expected 2, found \"1.50\""), "{out}");
    assert_eq!(err, "1 of 1 test failed.\n");
    // Code has its place in its own file.
    write("scripts/prices.rhai", "fn round_up(record) {\n    record.price = ;\n}\n");
    let Ran { err, .. } = run(&["check", shop.to_str().expect("a path")], &config).await.ends(1);
    assert!(err.contains("scripts/prices.rhai:2:20"), "{err}");
    run(&["test", shop.to_str().expect("a path")], &config).await.ends(1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = place(folder.path(), None);
    std::fs::write(config.database_file(), "this is no database, however long it is".repeat(100)).expect("a file");
    for arguments in LOOKING {
        let Ran { out, err, .. } = run(arguments, &config).await.ends(3);
        assert!(out.is_empty() && err.contains("file is not a database"), "{arguments:?}: {out}{err}");
    }
    let serve = run(&["serve", "--listen", "127.0.0.1:0"], &config).await.ends(3);
    assert!(serve.err.contains("file is not a database"), "{}", serve.err);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_told_with_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = Fresh::url().await;
    let absent = place(folder.path(), Some(&format!("{url}_absent")));
    let silent = place(folder.path(), Some("postgres://127.0.0.1:1/verstak"));
    for (config, says) in [(&absent, "_absent"), (&silent, "refused")] {
        let Ran { out, err, .. } = run(&["doctor"], config).await.ends(3);
        assert!(
            out.is_empty() && err.starts_with("verstak: the database cannot be reached") && err.contains(says),
            "{err}"
        );
    }
    let mysql = run(&["doctor"], &place(folder.path(), Some("mysql://anna:secret@127.0.0.1/x"))).await.ends(2);
    assert!(mysql.err.contains("postgres://") && !mysql.err.contains("secret"), "{}", mysql.err);
    let keyless = Config { secret_key: None, ..place(folder.path(), Some(&url)) };
    let keyless = run(&["doctor"], &keyless).await.ends(2);
    assert!(keyless.err.contains("VERSTAK_SECRET_KEY"), "{}", keyless.err);
}

#[tokio::test]
async fn another_key_than_the_database_s_is_refused() {
    let (folder, url) = (tempfile::tempdir().expect("a folder"), Fresh::url().await);
    for url in [None, Some(url.as_str())] {
        let config = place(folder.path(), url);
        engine::Engine::open(config.clone()).await.expect("an engine").close().await;
        let other = Config { secret_key: Some(KEY.replace("dGVz", "bmV3")), ..config.clone() };
        for arguments in [&["doctor"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let Ran { out, err, .. } = run(arguments, &other).await.ends(2);
            assert!(out.is_empty() && err.contains("used with another secret key"), "{out}{err}");
        }
        run(&["doctor"], &config).await.ends(0);
        run(&["doctor", "--new-secret-key"], &other).await.ends(0);
        run(&["doctor"], &other).await.ends(0);
        run(&["doctor"], &config).await.ends(2);
    }
    // The key that is made in a folder is no other than it was.
    let folder = tempfile::tempdir().expect("a folder");
    let made = Config { secret_key: None, ..place(folder.path(), None) };
    engine::Engine::open(made.clone()).await.expect("an engine").close().await;
    run(&["doctor"], &made).await.ends(0);
    std::fs::remove_file(folder.path().join("secret.key")).expect("the key is gone");
    run(&["doctor"], &made).await.ends(2);
}

#[tokio::test]
async fn wrong_usage_ends_with_two_and_help_with_none() {
    let wrong: [&[&str]; 10] = [
        &["bogus"],
        &["check"],
        &["plan"],
        &["apply"],
        &["export"],
        &["import", "goods"],
        &["user"],
        &["user", "add"],
        &["token", "anna@example.com", "--days", "0"],
        &["serve", "--listen", "nonsense"],
    ];
    for arguments in wrong {
        let Ran { out, err, .. } = finish(command(arguments, None), "").await.ends(2);
        assert!(out.is_empty() && !err.is_empty(), "{arguments:?}: {out}{err}");
    }
    for arguments in [&["--help"][..], &["--version"], &["serve", "--help"], &["import", "--help"]] {
        let Ran { out, err, .. } = finish(command(arguments, None), "").await.ends(0);
        assert!(!out.is_empty() && err.is_empty(), "{arguments:?}: {out}{err}");
    }
}
