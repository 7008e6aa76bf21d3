//! The commands of the program: what they do, what they say on which output, and how they end, beside a node that runs.

mod places;
mod run;
mod serving;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{App, every_database};
use run::{Ran, folder, put, run, run_with};

/// A shop: goods of makers, and a clerk who sees them.
fn shop() -> Vec<(&'static str, Value)> {
    let goods = json!({"kind": "entity", "name": "goods", "label": {"en": "Ware", "ru": "Товар"}, "plural": {"en": "Wares", "ru": "Товары"}, "fields": [
        {"name": "title", "type": "text", "required": true, "label": {"en": "Title", "ru": "Название"}},
        {"name": "price", "type": "money", "label": {"en": "Price", "ru": "Цена"}},
        {"name": "code", "type": "text"}]});
    let clerk = json!({"kind": "role", "name": "clerk", "label": {"en": "Clerk"}, "rights": ["use"],
        "entities": {"*": {"read": true}, "goods": {"read": true, "create": true}}});
    vec![("entities/goods.json", goods), ("roles/clerk.json", clerk)]
}

/// The node beside the commands follows them.
async fn follows(app: &App, revision: u64) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while app.engine.catalog().revision < revision {
        assert!(Instant::now() < deadline, "revision {revision} does not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn applied(app: &App) -> tempfile::TempDir {
    let folder = folder(&shop());
    run(app, &["apply", path(&folder), "--yes"]).await.ends(0);
    follows(app, 1).await;
    folder
}

fn path(folder: &tempfile::TempDir) -> &str {
    folder.path().to_str().expect("a path")
}

every_database! {
    async fn a_folder_is_checked_planned_applied_and_exported(app: App) {
        let folder = folder(&shop());
        let shop = path(&folder);
        let Ran { out, err, .. } = run(&app, &["check", shop]).await.ends(0);
        assert_eq!((out, err), (format!("{shop} is sound: 2 documents.\n"), String::new()));
        let opens = "roles/clerk.json:1:1: warning: The new role “Clerk” gives whoever has it access to: Wares; rights over the workspace: use.\n";
        let Ran { out, err, .. } = run(&app, &["plan", shop]).await.ends(0);
        assert!(out.starts_with("1. Create the entity “Ware”\n") && out.contains("CREATE TABLE"), "{out}");
        assert_eq!(err, opens);
        let Ran { out, err, .. } = run(&app, &["apply", shop]).await.ends(2);
        assert!(out.contains("CREATE TABLE"), "{out}");
        assert_eq!(err, format!("{opens}verstak: give --yes where nobody can be asked\n"));
        assert_eq!(app.engine.catalog().revision, 0, "nothing was published");
        let Ran { out, err, .. } = run(&app, &["apply", shop, "--yes"]).await.ends(0);
        assert!(out.ends_with("Published revision 1.\n"), "{out}");
        assert_eq!(err, opens);
        follows(&app, 1).await;
        assert_eq!(run(&app, &["apply", shop, "--yes"]).await.ends(0).out, "There is nothing to do.\n");
        let copy = tempfile::tempdir().expect("a folder");
        let Ran { out, err, .. } = run(&app, &["export", path(&copy)]).await.ends(0);
        assert_eq!((out, err), (format!("Wrote 2 documents of revision 1 to {}.\n", path(&copy)), String::new()));
        run(&app, &["check", path(&copy)]).await.ends(0);
    }

    async fn what_widens_an_old_role_is_told_by_labels(app: App) {
        let folder = applied(&app).await;
        let mut clerk = shop().remove(1).1;
        clerk["entities"]["goods"]["delete"] = json!(true);
        put(folder.path(), "roles/clerk.json", &clerk);
        let Ran { err, .. } = run(&app, &["plan", path(&folder)]).await.ends(0);
        assert_eq!(err, "roles/clerk.json:1:1: warning: People with the role “Clerk” may do more than before in: Wares.\n");
    }

    async fn a_role_that_comes_back_has_its_people_again(app: App) {
        let folder = applied(&app).await;
        std::fs::remove_file(folder.path().join("roles/clerk.json")).expect("a file");
        run(&app, &["apply", path(&folder), "--yes", "--allow-destructive"]).await.ends(0);
        follows(&app, 2).await;
        app.admin.post("/api/meta/revisions/1/restore", json!({})).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let codes: Vec<&str> = plan["warnings"].as_array().expect("warnings").iter().filter_map(|it| it["code"].as_str()).collect();
        assert!(codes.contains(&"plan.widens_access"), "{codes:?}");
    }

    async fn what_goes_away_wants_a_word_and_a_foreign_draft_stays(app: App) {
        let folder = applied(&app).await;
        let mut goods = shop().remove(0).1;
        goods["fields"].as_array_mut().expect("fields").remove(2);
        put(folder.path(), "entities/goods.json", &goods);
        let Ran { out, err, .. } = run(&app, &["apply", path(&folder), "--yes"]).await.ends(1);
        assert!(out.contains(" (destructive)"), "{out}");
        assert!(err.ends_with("Give --allow-destructive to let those steps happen.\n") || err.contains("--allow-destructive"), "{err}");
        assert_eq!(app.admin.get("/api/meta/drafts").await.expect(200)["items"], json!([]), "the draft is as it was");
        app.admin.put("/api/meta/drafts", json!([{"kind": "entity", "name": "unfinished", "fields": []}])).await.expect(200);
        let Ran { err, .. } = run(&app, &["apply", path(&folder), "--yes", "--allow-destructive"]).await.ends(1);
        assert!(err.contains("not published yet") && err.contains("--discard-draft"), "{err}");
        let drafted = app.admin.get("/api/meta/drafts").await.expect(200);
        run(&app, &["apply", path(&folder), "--yes", "--discard-draft"]).await.ends(1);
        assert_eq!(app.admin.get("/api/meta/drafts").await.expect(200), drafted, "nothing is given up for what does not happen");
        let Ran { out, .. } = run(&app, &["apply", path(&folder), "--yes", "--allow-destructive", "--discard-draft"]).await.ends(0);
        assert!(out.ends_with("Published revision 2.\n"), "{out}");
    }

    async fn one_look_shows_every_mistake_of_a_document(app: App) {
        let folder = folder(&shop());
        put(folder.path(), "entities/goods.json", &json!({"kind": "entity", "name": "goods", "title": "nope", "unique": [["gone"]], "fields": [
            {"name": "maker", "type": "link", "target": "gods"}, {"name": "size", "type": "choice", "choice_set": "sizes"}],
            "rules": [{"name": "a", "when": "nn > 5", "message": {"en": "No"}}, {"name": "b", "when": "maker == todya()", "message": {"en": "No"}}]}));
        let Ran { err, .. } = run(&app, &["check", path(&folder)]).await.ends(1);
        for word in ["nope", "gone", "gods", "sizes", "nn", "todya"] {
            assert!(err.lines().any(|line| line.starts_with("entities/goods.json:1:") && line.contains(word)), "{word}: {err}");
        }
        let mut lines: Vec<&str> = err.lines().collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), err.lines().count(), "each once: {err}");
        // What the schema refuses hides nothing of the rest, and nothing is blamed on what could not be read.
        put(folder.path(), "entities/goods.json", &json!({"kind": "entity", "name": "goods", "title": "code", "unique": [["gone"]], "fields": [
            {"name": "code", "type": "txet"}, {"name": "maker", "type": "link", "target": "gods"}, {"name": "size", "type": "choice", "choice_set": "sizes", "lable": {}}],
            "rules": [{"name": "a", "when": "code == 5", "message": {"en": "No"}}]}));
        put(folder.path(), "roles/clerk.json", &json!({"kind": "role", "name": "clerk", "entities": {"goods": {"read": true, "fields": {"code": "none", "cod": "none"}}}}));
        let Ran { err, .. } = run(&app, &["check", path(&folder)]).await.ends(1);
        for word in ["txet", "gone", "`gods`", "`sizes`", "lable", "`cod`"] {
            assert!(err.lines().any(|line| line.contains(word)), "{word}: {err}");
        }
        assert_eq!(err.lines().count(), 7, "{err}");
    }

    async fn mistakes_of_a_folder_are_told_with_their_place(app: App) {
        let folder = folder(&shop());
        put(folder.path(), "entities/goods.json", &json!({"kind": "entity", "name": "goods", "fields": [{"name": "maker", "type": "link", "target": "gods"}]}));
        put(folder.path(), "roles/clerk.json", &json!({"kind": "role", "name": "clerk", "right": []}));
        let Ran { out, err, .. } = run(&app, &["check", path(&folder)]).await.ends(1);
        assert_eq!(out, "");
        let lines: Vec<&str> = err.lines().collect();
        assert!(lines[0].starts_with("entities/goods.json:1:") && lines[0].contains("goods"), "{err}");
        assert!(lines[1].starts_with("roles/clerk.json:1:") && lines[1].contains("rights"), "{err}");
        assert_eq!(lines[2..], ["2 mistakes in 2 documents."], "{err}");
        for command in ["plan", "apply"] {
            let Ran { out, err, .. } = run(&app, &[command, path(&folder)]).await.ends(1);
            assert!(out.is_empty() && err.lines().count() == 2 && err.contains("roles/clerk.json:1:"), "{command}: {out}{err}");
        }
        let missing = folder.path().join("nowhere");
        let file = folder.path().join("solution.json");
        for (place, says) in [(missing, "There is no folder "), (file, " is a file; a folder is expected here.")] {
            for command in ["check", "plan", "apply"] {
                let Ran { out, err, .. } = run(&app, &[command, place.to_str().expect("a path")]).await.ends(1);
                assert!(out.is_empty() && err.contains(says), "{command}: {out}{err}");
            }
        }
        assert_eq!(app.engine.catalog().revision, 0, "nothing was published");
    }

    async fn people_are_added_changed_and_disabled(app: App) {
        let _folder = applied(&app).await;
        const ADDRESS: &str = "clara@example.com";
        let Ran { err, .. } = run_with(&app, &["user", "add", "clara", "--role", "clerc"], "short\n").await.ends(1);
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(lines.len(), 3, "every mistake at once: {err}");
        assert!(err.contains("at least 8 characters") && err.contains("“clerk”"), "{err}");
        run_with(&app, &["user", "passwd", ADDRESS], "").await.ends(2);
        let made = run_with(&app, &["user", "add", "dora@example.com", "--role", "clerk"], "").await.ends(0).out;
        let password = made.trim_end().strip_prefix("Added dora@example.com with the password ").expect("a password");
        let dora = json!({"email": "dora@example.com", "password": password});
        app.nobody().post("/api/auth/login", dora.clone()).await.expect(200);
        let again = run_with(&app, &["user", "add", "dora@example.com", "--role", "clerk"], "").await.ends(0).out;
        assert_eq!(again, "dora@example.com was there already: gave the roles.\n");
        app.nobody().post("/api/auth/login", dora).await.expect(200);
        let Ran { out, err, .. } = run_with(&app, &["user", "add", ADDRESS, "--role", "clerk"], "rather-long-words\n").await.ends(0);
        assert_eq!((out.as_str(), err.as_str()), ("Added clara@example.com.\n", ""));
        let Ran { out, .. } = run_with(&app, &["user", "add", ADDRESS], "other-long-words\n").await.ends(0);
        assert_eq!(out, "clara@example.com was there already: changed the password.\n");
        let Ran { out, err, .. } = run(&app, &["token", ADDRESS, "--days", "1"]).await.ends(0);
        assert_eq!(err, "");
        let clara = app.nobody().with_token(out.strip_suffix('\n').expect("a token alone in its line"));
        clara.get("/api/records/goods").await.expect(200);
        run_with(&app, &["user", "passwd", ADDRESS], "yet-other-words\n").await.ends(0);
        app.nobody().post("/api/auth/login", json!({"email": ADDRESS, "password": "yet-other-words"})).await.expect(200);
        assert_eq!(run(&app, &["user", "disable", ADDRESS]).await.ends(0).out, "Disabled clara@example.com.\n");
        for command in [&["token", ADDRESS][..], &["user", "disable", "nobody@example.com"], &["token", "nobody@example.com"]] {
            let Ran { out, err, .. } = run(&app, command).await.ends(1);
            assert!(out.is_empty() && err.contains('@'), "{command:?}: {out}{err}");
        }
        // The last administrator is kept.
        run(&app, &["user", "disable", crate::support::ADMIN]).await.ends(1);
        run(&app, &["token", crate::support::ADMIN]).await.ends(0);
    }

    async fn files_are_imported_or_refused_as_a_whole(app: App) {
        let folder = applied(&app).await;
        let import = async |text: &str, more: &[&str]| {
            let file = folder.path().join("goods.csv");
            std::fs::write(&file, text).expect("a file");
            run(&app, &[&["import", "goods", file.to_str().expect("a path")][..], more].concat()).await
        };
        let Ran { out, err, .. } = import("title,price\nA,1.5\n,two\n", &[]).await.ends(1);
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(out, "");
        assert!(lines[0].starts_with("goods.csv:3: price: ") && lines[1].starts_with("goods.csv:3: title: "), "{err}");
        assert_eq!(lines[2..], ["2 mistakes in 1 of 2 rows; nothing was kept."], "{err}");
        let Ran { err, .. } = import("what\nA\n", &[]).await.ends(1);
        assert_eq!(err, "No column goes to a field: the file has what. Name a column like a field, or say which column goes where.\n");
        let Ran { err, .. } = import("title\nA\n", &["--key", "titel"]).await.ends(1);
        assert!(err.contains("“title”") && !err.contains("/key"), "{err}");
        let Ran { err, .. } = import("title,Tite,\nA,x,y\n", &["--dry-run"]).await.ends(0);
        assert_eq!(err, "These columns match no field and were passed over: Tite, #3.\n");
        assert_eq!(import("title\nA\n", &["--dry-run"]).await.ends(0).out, "Tried 1 row: 1 record would be made, 0 changed. Nothing was kept.\n");
        assert_eq!(app.admin.get("/api/records/goods").await.expect(200)["items"], json!([]));
        let Ran { out, err, .. } = import("title,code\nA,1\nB,2\n", &["--key", "code"]).await.ends(0);
        let (first, id) = out.split_once("Import ").expect("the id of the import");
        assert_eq!((first, err.as_str()), ("Read 2 rows: 2 records made, 0 changed.\n", ""));
        let id = id.split_once(';').expect("how to take it back").0;
        assert!(out.ends_with(&format!("; to take it back: verstak import --undo {id}\n")), "{out}");
        let seen = app.admin.get(&format!("/api/imports/{id}")).await.expect(200);
        assert_eq!((&seen["state"], &seen["done"], &seen["total"]), (&json!("done"), &json!(2), &json!(2)), "{seen:#}");
        assert_eq!(app.admin.get(&format!("/api/jobs/{id}")).await.expect(200)["done"], 2);
        let Ran { out, .. } = import("title,code\nA,1\nC,2\n", &["--key", "code"]).await.ends(0);
        assert!(out.starts_with("Read 2 rows: 0 records made, 1 changed, 1 as it was.\nImport "), "{out}");
        let again = out.rsplit(' ').next().expect("its id").trim();
        assert_eq!(run(&app, &["import", "--undo", again]).await.ends(0).out, "Took the import back: 0 records to the recycle bin, 1 as before.\n");
        assert_eq!(run(&app, &["import", "--undo", again]).await.ends(1).err, "This import was taken back already.\n");
        assert_eq!(import("title,code\nA,1\nB,2\n", &["--key", "code"]).await.ends(0).out, "Read 2 rows: 0 records made, 0 changed, 2 as they were.\n");
        run(&app, &["import", "goods", "--undo", id]).await.ends(2);
        for (arguments, says) in [(["import", "goods", "nowhere.csv"], "nowhere.csv: "), (["import", "god", "nowhere.csv"], "nowhere.csv: ")] {
            let Ran { err, .. } = run(&app, &arguments).await.ends(1);
            assert!(err.starts_with(says), "{err}");
        }
        let file = folder.path().join("goods.csv");
        let Ran { err, .. } = run(&app, &["import", "godos", file.to_str().expect("a path")]).await.ends(1);
        assert!(err.contains("“goods”"), "{err}");
        let Ran { err, .. } = import("title\nA\n", &["--map", file.to_str().expect("a path")]).await.ends(1);
        assert!(err.contains("goods.csv:1:"), "{err}");
    }

    async fn the_audit_and_the_database_are_looked_after(app: App) {
        let _folder = applied(&app).await;
        app.admin.post("/api/records/goods", json!({"title": "A"})).await.expect(201);
        let head = sealed(&app).await;
        let Ran { out, err, .. } = run(&app, &["audit", "verify", "--head", &head]).await.ends(0);
        assert!(out.ends_with("Nothing was tampered with.\n") && err.is_empty(), "{out}{err}");
        let (number, hash) = head.split_once(':').expect("a number and a hash");
        let other = format!("{number}:{}", hash.chars().rev().collect::<String>());
        let Ran { err, .. } = run(&app, &["audit", "verify", "--head", &other]).await.ends(1);
        assert!(err.contains(number), "{err}");
        run(&app, &["audit", "verify", "--head", "nonsense"]).await.ends(2);
        let Ran { out, .. } = run(&app, &["doctor"]).await.ends(0);
        assert!(out.contains("Revision                     1\n") && out.contains("Nothing is wrong"), "{out}");
        assert!(out.contains("Changes not published        0\n"), "{out}");
        app.admin.put("/api/meta/drafts", json!([{"kind": "entity", "name": "unfinished", "fields": []}])).await.expect(200);
        let Ran { out, .. } = run(&app, &["doctor"]).await.ends(0);
        assert!(out.contains("Changes not published        1\n"), "{out}");
        let catalog = app.engine.catalog();
        let goods = catalog.entity("goods").expect("an entity");
        let column = &goods.field("price").expect("a field").columns[0];
        app.run(&format!("ALTER TABLE {} DROP COLUMN {column}", goods.table)).await;
        let Ran { out, err, .. } = run(&app, &["doctor"]).await.ends(1);
        assert!(!out.contains("Nothing is wrong"), "{out}");
        assert!(err.contains("“Price”") && err.contains("“Ware”") && err.ends_with("1 thing is wrong.\n"), "{err}");
    }
}

/// The newest link of the chain, once there is one.
async fn sealed(app: &App) -> String {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let Ran { out, .. } = run(app, &["audit", "head"]).await.ends(0);
        let head = out.trim_end();
        if head.split_once(':').is_some_and(|(number, _)| number.parse::<u64>().is_ok()) {
            return head.to_owned();
        }
        assert!(Instant::now() < deadline, "nothing is sealed: {out}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
