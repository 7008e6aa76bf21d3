//! An application under test: a fresh database, the real router, a real port.

use std::path::{Path, PathBuf};

use engine::{Config, Engine};
use serde_json::{Value, json};

use super::database::create_database;
use super::{Client, denied};

/// Address of the administrator that every application under test has.
pub(crate) const ADMIN: &str = "admin@example.com";
/// The administrator's password, and everybody's in tests.
pub(crate) const PASSWORD: &str = "correct-horse-battery";

/// Which database an application under test keeps its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A place where nothing is yet.
pub(crate) struct Vacant {
    pub(crate) config: Config,
    pub(crate) folder: tempfile::TempDir,
}

impl Vacant {
    /// Makes an empty folder and names an empty database.
    pub(crate) async fn of(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database_url = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(create_database().await),
        };
        let secret_key = Some("dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=".to_owned());
        let config = Config { data: folder.path().to_owned(), database_url, secret_key, ..Config::default() };
        Self { config, folder }
    }
}

/// The real program: the one that is named, else the one built beside this test.
pub(crate) fn binary() -> PathBuf {
    if let Ok(path) = std::env::var("VERSTAK_BINARY") {
        return Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    }
    let test = std::env::current_exe().expect("a path");
    let found = test.ancestors().nth(2).expect("a folder").join("verstak");
    assert!(found.exists(), "{} is not built: cargo build --workspace --bins", found.display());
    found
}

/// A running application.
pub(crate) struct App {
    pub(crate) engine: Engine,
    pub(crate) backend: Backend,
    pub(crate) config: Config,
    /// The administrator.
    pub(crate) admin: Client,
    base: String,
    server: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl App {
    /// Starts an application on a fresh database, with one administrator signed in.
    pub(crate) async fn start(backend: Backend) -> Self {
        let Vacant { config, folder } = Vacant::of(backend).await;
        let engine = Engine::open(config.clone()).await.expect("the engine opens");
        engine::identity::ensure_administrator(&engine, ADMIN, PASSWORD).await.expect("an administrator");
        let (base, server) = serve(engine.clone()).await;
        denied::watch(&base, &engine, backend);
        let nobody = Client::new(&base);
        let admin = sign_in(&nobody, ADMIN).await;
        Self { engine, backend, config, admin, base, server, _folder: folder }
    }

    /// Opens the same database a second time, as another node or after a restart.
    pub(crate) async fn another_node(&self) -> (Engine, Client) {
        self.another_node_with(self.config.clone()).await
    }

    /// The same with other settings.
    pub(crate) async fn another_node_with(&self, config: Config) -> (Engine, Client) {
        let (engine, base) = self.node_with(config).await;
        (engine, sign_in(&Client::new(&base), ADMIN).await)
    }

    /// Opens the same database with other settings, and gives the address where it answers.
    pub(crate) async fn node_with(&self, config: Config) -> (Engine, String) {
        let engine = Engine::open(config).await.expect("the engine opens again");
        let (base, _) = serve(engine.clone()).await;
        (engine, base)
    }

    /// Runs a statement past everything, as somebody with the database in hand could.
    pub(crate) async fn run(&self, text: &str) {
        let statement = sql::Statement::text(text, Vec::new(), Vec::new());
        self.engine.database().execute(&statement).await.expect("the statement runs");
    }

    /// A client of nobody.
    pub(crate) fn nobody(&self) -> Client {
        Client::new(&self.base)
    }

    /// Makes a user with these roles and signs in.
    pub(crate) async fn user(&self, email: &str, roles: &[&str]) -> Client {
        let body = json!({"email": email, "name": email.split('@').next(), "roles": roles, "password": PASSWORD});
        self.admin.post("/api/records/user", body).await.expect(201);
        sign_in(&self.nobody(), email).await
    }

    /// Puts documents into the draft and publishes them.
    pub(crate) async fn publish(&self, documents: Value) -> u64 {
        let answer = self.admin.put("/api/meta/drafts", documents).await.expect(200);
        assert_eq!(answer["problems"], json!([]), "the draft has problems");
        self.publish_draft().await
    }

    /// The published document of this kind and name, as it was put.
    pub(crate) async fn published(&self, kind: &str, name: &str) -> Value {
        let mut document = self.admin.get(&format!("/api/meta/drafts/{kind}/{name}")).await.expect(200);
        let members = document.as_object_mut().expect("a document");
        ["state", "problems"].iter().for_each(|name| drop(members.remove(*name)));
        document
    }

    /// Publishes what is in the draft.
    pub(crate) async fn publish_draft(&self) -> u64 {
        let plan = self.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
        let answer = self.admin.post("/api/meta/publish", body).await;
        if answer.status == 202 {
            let job = answer.body["job"].as_str().expect("a job").to_owned();
            return self.finish(&job).await["result"]["revision"].as_u64().expect("a revision");
        }
        answer.expect(200)["revision"].as_u64().expect("a revision")
    }

    /// Waits until a job is over and gives its last state.
    pub(crate) async fn finish(&self, job: &str) -> Value {
        for _ in 0..6000 {
            let state = self.admin.get(&format!("/api/jobs/{job}")).await.expect(200);
            match state["state"].as_str() {
                Some("queued" | "running") => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                _ => return state,
            }
        }
        panic!("job {job} does not end");
    }
}

impl Drop for App {
    fn drop(&mut self) {
        denied::forget(&self.base);
        self.server.abort();
    }
}

async fn serve(engine: Engine) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = designer_api::router(engine);
    let server = tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        axum::serve(listener, service).await.expect("the server runs");
    });
    (base, server)
}

async fn sign_in(nobody: &Client, email: &str) -> Client {
    let client = Client::new(nobody.base());
    client.post("/api/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
    client
}
