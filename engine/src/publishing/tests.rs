//! Drafts, plans and publishing on SQLite; both databases are tried in `tests/it/publish.rs`.

use access::Actor;
use schemas::Kind;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Published, drafts, plan, publish, revisions};
use crate::{Config, Context, Engine, Error, Locale, identity, jobs};

struct Workspace {
    engine: Engine,
    user: Uuid,
    _folder: tempfile::TempDir,
}

impl Workspace {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            Config { data: folder.path().to_owned(), database_url: None, secret_key: None, ..Config::default() };
        let engine = Engine::open(config).await.unwrap();
        let roles = ["administrator".to_owned()];
        let user = identity::add_user(&engine, "anna@example.com", &roles, Some("ромашка цветёт")).await.unwrap().id;
        Self { engine, user, _folder: folder }
    }

    fn ctx(&self) -> Context {
        let actor = Actor { user: self.user, roles: vec!["administrator".to_owned()] };
        self.engine.context(actor, Locale::En)
    }

    async fn put(&self, documents: Vec<Json>) -> Vec<drafts::Answer> {
        drafts::put(&self.ctx(), documents).await.unwrap()
    }

    async fn publish(&self) -> u64 {
        let planned = plan(&self.ctx()).await.unwrap();
        match publish(&self.ctx(), &planned.plan_id, true, Some("a note")).await.unwrap() {
            Published::Revision(revision) => revision,
            Published::Job(job) => self.wait(job).await["revision"].as_u64().unwrap(),
        }
    }

    async fn wait(&self, job: Uuid) -> Json {
        loop {
            let found = jobs::get(&self.ctx(), job).await.unwrap();
            if found.state.is_over() {
                assert_eq!(found.state, jobs::State::Done, "{:?}", found.problems);
                return found.result.unwrap();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn summaries(&self) -> Vec<String> {
        let steps = plan(&self.ctx()).await.unwrap().steps;
        steps.into_iter().map(|step| step.summary.code.to_owned()).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn deal(fields: Json) -> Json {
    json!({"kind": "entity", "name": "deal", "fields": fields})
}

fn codes<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<&'static str> {
    match result {
        Err(Error::Invalid(all) | Error::Conflict(all)) => all.iter().map(|one| one.code).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn publishes_what_was_drawn_and_takes_it_back() {
    let workspace = Workspace::open().await;
    assert!(plan(&workspace.ctx()).await.unwrap().steps.is_empty());
    let answers = workspace.put(vec![deal(json!([{"name": "title", "type": "text"}]))]).await;
    assert_eq!(answers[0].state, drafts::State::Added);
    assert!(answers[0].document["fields"][0]["id"].is_string());
    assert_eq!(workspace.summaries().await, ["plan.create_entity"]);
    assert_eq!(workspace.publish().await, 1);
    let title = workspace.engine.catalog().entity("deal").unwrap().field("title").unwrap().columns[0].clone();

    let mut document = drafts::get(&workspace.ctx(), Kind::Entity, "deal").await.unwrap().document;
    document["name"] = json!("opportunity");
    document["fields"][0]["name"] = json!("subject");
    document["fields"].as_array_mut().unwrap().push(json!({"name": "amount", "type": "money", "default": "5"}));
    let answer = drafts::put_as(&workspace.ctx(), "deal", document).await.unwrap();
    assert_eq!(answer.state, drafts::State::Changed);
    assert_eq!(drafts::get(&workspace.ctx(), Kind::Entity, "deal").await.unwrap().document["name"], "opportunity");
    let summaries = workspace.summaries().await;
    assert!(summaries.contains(&"plan.rename_document".to_owned()), "{summaries:?}");
    assert!(summaries.contains(&"plan.rename_field".to_owned()), "{summaries:?}");
    assert_eq!(workspace.publish().await, 2);
    let catalog = workspace.engine.catalog();
    assert!(catalog.entity("deal").is_none());
    assert_eq!(
        catalog.entity("opportunity").unwrap().field("subject").unwrap().columns[0],
        title,
        "a rename moves nothing"
    );

    drafts::remove(&workspace.ctx(), Kind::Entity, "opportunity").await.unwrap();
    let planned = plan(&workspace.ctx()).await.unwrap();
    assert!(planned.steps[0].destructive);
    assert_eq!(codes(publish(&workspace.ctx(), &planned.plan_id, false, None).await), ["publish.destructive"]);
    assert_eq!(workspace.publish().await, 3);
    assert!(workspace.engine.catalog().entity("opportunity").is_none());

    let changes = revisions::restore(&workspace.ctx(), 2).await.unwrap();
    assert_eq!((changes[0].name.as_str(), changes[0].change), ("opportunity", "added"));
    assert_eq!(codes(revisions::restore(&workspace.ctx(), 1).await), ["revision.draft_not_empty"]);
    assert!(workspace.summaries().await.contains(&"plan.restore_entity".to_owned()));
    assert_eq!(workspace.publish().await, 4);
    let listed = revisions::list(&workspace.ctx()).await.unwrap();
    assert_eq!(listed.iter().map(|it| it.number).collect::<Vec<_>>(), [4, 3, 2, 1]);
    assert_eq!(listed[0].note.as_deref(), Some("a note"));
    assert_eq!(listed[1].changes[0].change, "removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_across_documents_are_saved_and_stop_a_publish() {
    let workspace = Workspace::open().await;
    let company = json!([{"name": "title", "type": "text"}, {"name": "company", "type": "link", "target": "company"}]);
    let answers = workspace.put(vec![deal(company)]).await;
    assert_eq!(answers[0].problems[0].code, "reference.unknown_entity");
    assert_eq!(codes(plan(&workspace.ctx()).await), ["reference.unknown_entity"]);
    let answers = workspace.put(vec![json!({"kind": "entity", "name": "company", "fields": []})]).await;
    assert!(answers[0].problems.is_empty());
    assert_eq!(workspace.publish().await, 1);
    let refused = drafts::put(&workspace.ctx(), vec![deal(json!([{"name": "1", "type": "nothing"}]))]).await;
    assert!(codes(refused).len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_one_wins() {
    let workspace = Workspace::open().await;
    workspace.put(vec![deal(json!([{"name": "title", "type": "text"}]))]).await;
    let planned = plan(&workspace.ctx()).await.unwrap();
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (ctx, id) = (workspace.ctx(), planned.plan_id.clone());
            tokio::spawn(async move { publish(&ctx, &id, false, None).await })
        })
        .collect();
    let mut won = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(revision) => {
                assert_eq!(revision, Published::Revision(1));
                won += 1;
            }
            Err(Error::Conflict(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    workspace.put(vec![deal(json!([{"name": "title", "type": "text"}, {"name": "x", "type": "integer"}]))]).await;
    let planned = plan(&workspace.ctx()).await.unwrap();
    workspace.put(vec![deal(json!([{"name": "title", "type": "text"}, {"name": "y", "type": "integer"}]))]).await;
    assert_eq!(codes(publish(&workspace.ctx(), &planned.plan_id, false, None).await), ["publish.draft_moved"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tables_are_prepared_by_a_job() {
    let workspace = Workspace::open().await;
    let documents = (0..60).map(|at| {
        let target = format!("e{}", (at + 1) % 60);
        json!({"kind": "entity", "name": format!("e{at}"), "fields": [
            {"name": "title", "type": "text"}, {"name": "next", "type": "link", "target": target}]})
    });
    workspace.put(documents.collect()).await;
    let planned = plan(&workspace.ctx()).await.unwrap();
    let Published::Job(job) = publish(&workspace.ctx(), &planned.plan_id, false, None).await.unwrap() else {
        panic!("60 tables are many");
    };
    assert_eq!(workspace.wait(job).await, json!({"revision": 1}));
    assert!(workspace.engine.catalog().entity("e59").is_some());
    assert!(drafts::list(&workspace.ctx(), drafts::Which::Changed, None).await.unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_follows() {
    let workspace = Workspace::open().await;
    let other = Engine::open(workspace.engine.config().clone()).await.unwrap();
    workspace.put(vec![deal(json!([{"name": "title", "type": "text"}]))]).await;
    workspace.publish().await;
    let mut revisions = other.revisions();
    let heard = tokio::time::timeout(std::time::Duration::from_secs(2), revisions.wait_for(|revision| *revision == 1));
    heard.await.unwrap().unwrap();
    assert!(other.catalog().entity("deal").is_some());
}
