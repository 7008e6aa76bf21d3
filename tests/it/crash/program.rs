//! The real program on a workspace of its own, and how it ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use engine::Config;
use serde_json::json;
use sql::Statement;

use super::work;
use crate::support::{App, Backend, Client, Fresh, Vacant, binary};

/// The signal of a program that aborts itself.
const ABORTED: i32 = 6;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A workspace: its folder and database, and a token to speak with.
pub(super) struct Place {
    pub(super) config: Config,
    token: String,
    /// The mail server that it is started with.
    pub(super) mail: Option<String>,
    ended: Mutex<Option<ExitStatus>>,
    _folder: tempfile::TempDir,
}

impl Place {
    /// Makes a workspace with documents, two tags and many plain rows, and closes it.
    pub(super) async fn prepare(app: &App) -> Self {
        app.publish(work::documents()).await;
        for name in work::TAGS {
            app.admin.post("/api/records/tag", json!({"name": name})).await.expect(201);
        }
        let token = app.admin.post("/api/auth/tokens", json!({"name": "crash"})).await.expect(201);
        fill(app).await;
        app.engine.close().await;
        let token = token["token"].as_str().expect("a token").to_owned();
        let place = Self {
            config: app.config.clone(),
            token,
            mail: None,
            ended: Mutex::default(),
            _folder: tempfile::tempdir().expect("a folder"),
        };
        place.copy().await
    }

    /// A place where nothing is yet.
    pub(super) async fn empty(backend: Backend) -> Self {
        let Vacant { config, folder } = Vacant::of(backend).await;
        Self { config, token: String::new(), mail: None, ended: Mutex::default(), _folder: folder }
    }

    /// Copies the workspace as it is.
    pub(super) async fn copy(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config { data: folder.path().to_owned(), ..self.config.clone() };
        match &self.config.database_url {
            Some(url) => config.database_url = Some(Fresh::copy(url).await),
            None => {
                for entry in std::fs::read_dir(&self.config.data).expect("a folder") {
                    let path = entry.expect("an entry").path();
                    if path.is_file() {
                        std::fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
                    }
                }
            }
        }
        Self { config, token: self.token.clone(), mail: self.mail.clone(), ended: Mutex::default(), _folder: folder }
    }

    /// The program died at the place and of nothing else.
    #[track_caller]
    pub(super) fn died(&self, point: &str) {
        let ended = self.ended.lock().expect("a status").take();
        let signal = ended.and_then(|status| status.signal());
        assert_eq!(signal, Some(ABORTED), "{point}: never reached, or the program ended otherwise; {}", self.log());
    }

    /// What the program wrote last.
    pub(super) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.config.data.join("stderr")).unwrap_or_default();
        text.lines().rev().take(20).collect::<Vec<_>>().join("\n")
    }

    /// A command of the program on this workspace.
    pub(super) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(binary());
        command.arg(name).arg("--data").arg(&self.config.data);
        if let Some(url) = &self.config.database_url {
            command.args(["--database-url", url]);
        }
        let key = self.config.secret_key.clone().unwrap_or_default();
        if let Some(url) = self.mail.as_ref().filter(|_| name == "serve") {
            command.env("VERSTAK_SMTP_URL", url).env("VERSTAK_MAIL_FROM", "crm@crm.example.com");
        }
        command.env("VERSTAK_SECRET_KEY", key).env_remove("VERSTAK_FAILPOINT").stdin(Stdio::null());
        command
    }
}

/// Rows that need no history: only that there are many.
async fn fill(app: &App) {
    let catalog = app.engine.catalog();
    let bulk = catalog.entity("bulk").expect("an entity");
    let code = &bulk.field("code").expect("a field").columns[0];
    let tag = &bulk.field("tag").expect("a field").columns[0];
    let tags = &catalog.entity("tag").expect("an entity").table;
    let rows = "WITH RECURSIVE n(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 10050)";
    let (id, now) = match app.backend {
        Backend::Sqlite => ("printf('00000000-0000-7000-8000-%012x', at)", "1795305600000"),
        Backend::Postgres => {
            ("('00000000-0000-7000-8000-' || lpad(to_hex(at), 12, '0'))::uuid", "'2026-11-22T00:00:00Z'::timestamptz")
        }
    };
    let text = format!(
        "{rows} INSERT INTO {} (id, created_at, updated_at, version, {code}, {tag}) \
         SELECT {id}, {now}, {now}, 1, CAST(at AS TEXT), (SELECT id FROM {tags} ORDER BY id LIMIT 1) FROM n",
        bulk.table
    );
    app.engine.database().execute(&Statement::text(text, Vec::new(), Vec::new())).await.expect("rows");
}

/// The running program.
pub(super) struct Program<'a> {
    place: &'a Place,
    child: Mutex<Child>,
    pub(super) admin: Client,
}

impl<'a> Program<'a> {
    /// Starts it; `None` when it ended before it answered.
    pub(super) async fn start(place: &'a Place, failpoint: Option<&str>) -> Option<Self> {
        let errors = std::fs::File::create(place.config.data.join("stderr")).expect("a file");
        let mut command = place.command("serve");
        command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(errors);
        if let Some(point) = failpoint {
            command.env("VERSTAK_FAILPOINT", point);
        }
        let mut child = command.spawn().expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let answers = tokio::task::spawn_blocking(move || {
            let mut lines = output.lines().map_while(Result::ok);
            let found = lines.find_map(|line| line.strip_prefix("Verstak answers at ").map(str::to_owned));
            // What comes later is read too, so that nothing blocks on a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            found
        });
        let Some(base) = answers.await.expect("a line") else {
            *place.ended.lock().expect("a status") = Some(child.wait().expect("a status"));
            return None;
        };
        let admin = Client::new(&base).with_token(&place.token);
        Some(Self { place, child: Mutex::new(child), admin })
    }

    /// The program died at the place and of nothing else.
    #[track_caller]
    pub(super) fn died(&self, point: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut child = self.child.lock().expect("the program");
        while Instant::now() < deadline {
            if let Some(status) = child.try_wait().expect("a status") {
                *self.place.ended.lock().expect("a status") = Some(status);
                return self.place.died(point);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{point}: never reached; {}", self.place.log());
    }

    /// Kills it at once.
    pub(super) fn kill(self) {
        drop(self);
    }

    /// Lets it end; it must still be there.
    pub(super) fn stop(self) {
        let status = self.child.lock().expect("the program").try_wait().expect("a status");
        assert!(status.is_none(), "it ended by itself: {status:?}; {}", self.place.log());
    }

    /// Number of the revision that is served.
    pub(super) async fn revision(&self) -> u64 {
        self.admin.get("/api/meta/catalog").await.expect(200)["revision"].as_u64().expect("a number")
    }

    /// What a stranger is answered.
    pub(super) async fn revision_of_nobody(&self) -> u16 {
        Client::new(self.admin.base()).get("/api/meta/catalog").await.status.as_u16()
    }

    /// Waits for a revision.
    pub(super) async fn reaches(&self, revision: u64) {
        let deadline = Instant::now() + PATIENCE;
        while self.revision().await < revision {
            assert!(Instant::now() < deadline, "revision {revision} does not come; {}", self.place.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Program<'_> {
    fn drop(&mut self) {
        let child = self.child.get_mut().expect("the program");
        // One that is gone already needs no more.
        let _ = child.kill();
        let _ = child.wait();
    }
}
