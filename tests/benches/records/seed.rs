//! The workspace of the benchmark.

use std::path::Path;

use engine::publishing::{self, Published, drafts};
use engine::{Config, Context, Engine, Locale, identity};
use serde_json::Value;
use tests::cluster;

/// Opens an engine on an empty database.
pub(crate) async fn open(folder: &Path, database_url: Option<String>) -> Engine {
    let config = Config {
        data: folder.to_owned(),
        database_url,
        secret_key: Some("YmVuY2gta2V5LWJlbmNoLWtleS1iZW5jaC1rZXktYmVuY2g=".to_owned()),
        ..Config::default()
    };
    Engine::open(config).await.expect("the engine opens")
}

/// Makes a database on the test server and gives its URL.
pub(crate) async fn create_database() -> String {
    let server = cluster::server_url();
    let pool = sqlx::postgres::PgPool::connect(&format!("{server}/postgres")).await.expect("the server answers");
    let name = format!("verstak_bench_{}", std::process::id());
    let statement = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.expect("a database");
    format!("{server}/{name}")
}

/// The context of an administrator.
pub(crate) async fn administrator(engine: &Engine) -> Context {
    identity::ensure_administrator(engine, "admin@example.com", "correct-horse-battery")
        .await
        .expect("an administrator");
    let proof = identity::Proof { email: "admin@example.com", password: "correct-horse-battery", code: None };
    let login = identity::login(engine, &proof, identity::Client::default()).await.expect("a login");
    let found = identity::authenticate_session(engine, &login.session).await.expect("an answer").expect("the session");
    engine.context(found.actor, Locale::En)
}

/// The same person over the catalog of now.
pub(crate) fn again(engine: &Engine, ctx: &Context) -> Context {
    let actor = engine::Actor { user: ctx.user.expect("a person"), roles: vec!["administrator".to_owned()] };
    engine.context(actor, ctx.locale)
}

/// Publishes documents.
pub(crate) async fn publish(ctx: &Context, documents: Vec<Value>) {
    drafts::put(ctx, documents).await.expect("the documents are sound");
    let plan = publishing::plan(ctx).await.expect("a plan");
    let published = publishing::publish(ctx, &plan.plan_id, false, None).await.expect("the publish");
    assert!(matches!(published, Published::Revision(_)), "a few entities are small");
}
