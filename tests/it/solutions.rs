//! Solution folders: install, apply over edits made here, export, and the examples.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use engine::publishing::drafts;
use engine::solutions::{self, Consent, Proposal};
use engine::{Context, Engine, Error, Reason};
use serde_json::{Value, json};

use crate::support::every_database;

const LOSING: Consent = Consent { allow_destructive: true, discard_draft: false };

/// A folder with these documents, by path.
fn folder(documents: &[(&str, Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    put(folder.path(), "solution.json", &json!({"name": "shop", "version": "1.0.0"}));
    for (path, json) in documents {
        put(folder.path(), path, json);
    }
    folder
}

fn put(folder: &Path, path: &str, json: &Value) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, json.to_string()).expect("a file");
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn goods(fields: Value) -> Value {
    json!({"kind": "entity", "name": "goods", "label": {"en": "Goods"}, "fields": fields})
}

fn shop() -> Vec<(&'static str, Value)> {
    vec![
        (
            "entities/goods.json",
            goods(
                json!([{"name": "title", "type": "text"}, {"name": "maker", "type": "link", "target": "maker", "inverse": "goods"}]),
            ),
        ),
        (
            "entities/maker.json",
            json!({"kind": "entity", "name": "maker", "fields": [{"name": "title", "type": "text"}]}),
        ),
        (
            "roles/clerk.json",
            json!({"kind": "role", "name": "clerk", "rights": ["use"], "entities": {"goods": {"read": true}}}),
        ),
        (
            "applications/shop.json",
            json!({"kind": "application", "name": "shop", "sections": [{"items": [{"entity": "goods"}]}]}),
        ),
    ]
}

fn system(engine: &Engine) -> Context {
    engine.system(Reason::CommandLine)
}

async fn apply(engine: &Engine, folder: &Path) -> (Proposal, Option<u64>) {
    let ctx = system(engine);
    let proposal = solutions::plan(&ctx, folder).await.expect("a plan");
    let revision = solutions::apply(&ctx, &proposal, LOSING).await.expect("a revision");
    (proposal, revision)
}

/// The files of a folder by path.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else {
            let name = path.strip_prefix(folder).expect("inside").to_owned();
            found.insert(name, std::fs::read_to_string(&path).expect("a text"));
        }
    }
    found
}

fn names(engine: &Engine) -> Vec<String> {
    engine.catalog().entities().iter().filter(|entity| !entity.system).map(|entity| entity.name.clone()).collect()
}

every_database! {
    async fn installing_adds_what_is_absent_and_never_overwrites(app: App) {
        let folder = folder(&shop());
        let installed = solutions::install(&app.engine, folder.path()).await.expect("installed");
        assert_eq!((installed.name.as_str(), installed.revision), ("shop", Some(1)));
        assert_eq!(names(&app.engine), ["goods", "maker"]);
        assert!(app.engine.catalog().role("clerk").is_some());
        put(folder.path(), "entities/maker.json", &json!({"kind": "entity", "name": "maker", "label": {"en": "Changed"}, "fields": []}));
        let again = solutions::install(&app.engine, folder.path()).await.expect("installed");
        assert_eq!(again.revision, None);
        assert_eq!(app.engine.catalog().entity("maker").expect("a maker").label.text("en"), "Maker");
    }

    async fn a_new_version_keeps_edits_made_here_and_says_what_conflicts(app: App) {
        let folder = folder(&shop());
        let (_, revision) = apply(&app.engine, folder.path()).await;
        assert_eq!(revision, Some(1));
        assert_eq!(apply(&app.engine, folder.path()).await.1, None, "nothing to do");
        let mut edited = drafts::get(&system(&app.engine), engine::schemas::Kind::Entity, "goods").await.expect("a document").document;
        edited["label"]["en"] = json!("Wares");
        edited["fields"].as_array_mut().expect("fields").push(json!({"name": "shelf", "type": "text"}));
        app.publish(json!([edited])).await;
        put(folder.path(), "entities/goods.json", &{
            let mut next = goods(json!([{"name": "title", "type": "text", "required": true}, {"name": "price", "type": "money"}]));
            next["label"]["en"] = json!("Articles");
            next
        });
        std::fs::remove_file(folder.path().join("roles/clerk.json")).expect("a file");
        let (proposal, revision) = apply(&app.engine, folder.path()).await;
        assert_eq!(revision, Some(3));
        let conflicts: Vec<String> = proposal.plan.warnings.iter().filter(|warning| warning.code == "solution.conflict").map(ToString::to_string).collect();
        assert_eq!(conflicts, [r#"entities/goods.json:1:47: entity/goods/label/en solution.conflict found="/label/en""#]);
        let catalog = app.engine.catalog();
        let goods = catalog.entity("goods").expect("goods");
        let own: Vec<&str> = goods.fields.iter().filter(|field| !field.is_attribute()).map(|field| field.name.as_str()).collect();
        assert_eq!((goods.label.text("en"), own.as_slice()), ("Wares", &["title", "price", "shelf"][..]));
        assert!(goods.field("title").expect("a title").required);
        assert!(catalog.role("clerk").is_none(), "the folder no longer has it");
    }

    async fn export_and_apply_into_an_empty_workspace_give_the_same_bytes(app: App) {
        let folder = folder(&shop());
        apply(&app.engine, folder.path()).await;
        let (first, second) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let exported = solutions::export(&system(&app.engine), first.path()).await.expect("exported");
        assert_eq!((exported.documents, exported.revision), (4, 1));
        let other = crate::support::App::start(app.backend).await;
        apply(&other.engine, first.path()).await;
        solutions::export(&system(&other.engine), second.path()).await.expect("exported");
        assert_eq!(files(first.path()), files(second.path()));
        assert_eq!(apply(&app.engine, second.path()).await.1, None, "what was exported is what is here");
    }

    async fn mistakes_name_file_and_line_and_change_nothing(app: App) {
        let folder = folder(&shop());
        put(folder.path(), "entities/maker.json", &json!({"kind": "entity", "name": "maker", "fields": [{"name": "a", "type": "link", "target": "makr"}]}));
        let Err(Error::Invalid(problems)) = solutions::plan(&system(&app.engine), folder.path()).await else { panic!("no mistakes") };
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(found, [r#"entities/maker.json:1:78: entity/maker/fields/0/target reference.unknown_entity field="a" found="makr" nearest="maker""#]);
        assert_eq!(names(&app.engine), [] as [&str; 0]);
    }

    async fn a_draft_of_somebody_else_is_not_published_along(app: App) {
        app.admin.put("/api/meta/drafts", json!([{"kind": "entity", "name": "unfinished", "fields": []}])).await.expect(200);
        let folder = folder(&shop());
        let ctx = system(&app.engine);
        let proposal = solutions::plan(&ctx, folder.path()).await.expect("a plan");
        let refused = solutions::apply(&ctx, &proposal, LOSING).await;
        assert!(matches!(refused, Err(Error::Conflict(problems)) if problems[0].code == "solution.draft_not_empty"));
        assert_eq!(drafts::list(&ctx, drafts::Which::Changed, None).await.expect("drafts").items.len(), 1, "the draft is as it was");
    }
}

#[test]
fn the_examples_are_sound() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for entry in std::fs::read_dir(examples).expect("the examples") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let checked = solutions::check(&path).expect("a folder");
            assert_eq!(checked.diagnostics, [], "{}", path.display());
            assert!(checked.documents > 0, "{}", path.display());
        }
    }
}
