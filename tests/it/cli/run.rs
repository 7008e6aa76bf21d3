//! Running a command of the real program to its end.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use engine::Config;
use serde_json::{Value, json};

use crate::support::{App, binary};

/// What came of a command.
#[derive(Debug)]
pub(super) struct Ran {
    code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    /// The command ended with this code.
    #[track_caller]
    pub(super) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        self
    }
}

/// A command that sees nothing of this process's surroundings.
pub(super) fn command(arguments: &[&str], config: Option<&Config>) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments);
    for name in
        ["LC_ALL", "LC_MESSAGES", "LANG", "VERSTAK_DATA", "VERSTAK_DATABASE_URL", "VERSTAK_FAILPOINT", "VERSTAK_LOG"]
    {
        command.env_remove(name);
    }
    if let Some(config) = config {
        command.env("VERSTAK_DATA", &config.data);
        command.env("VERSTAK_DATABASE_URL", config.database_url.as_deref().unwrap_or_default());
        command.env("VERSTAK_SECRET_KEY", config.secret_key.as_deref().unwrap_or_default());
    }
    command
}

/// Runs a command on the workspace of an application.
pub(super) async fn run(app: &App, arguments: &[&str]) -> Ran {
    run_with(app, arguments, "").await
}

/// Runs a command with something on its standard input.
pub(super) async fn run_with(app: &App, arguments: &[&str], input: &str) -> Ran {
    finish(command(arguments, Some(&app.config)), input).await
}

/// Runs a command to its end.
pub(super) async fn finish(mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let input = input.to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().expect("the program starts");
        // Who does not read is not told.
        drop(child.stdin.take().expect("its input").write_all(input.as_bytes()));
        child.wait_with_output().expect("its outputs")
    });
    let Output { status, stdout, stderr } = ran.await.expect("its end");
    let text = |bytes| String::from_utf8(bytes).expect("texts are UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// A solution folder with these documents, by path.
pub(super) fn folder(documents: &[(&str, Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    put(folder.path(), "solution.json", &json!({"name": "shop", "version": "1.0.0"}));
    for (path, json) in documents {
        put(folder.path(), path, json);
    }
    folder
}

/// Writes a document into a folder.
pub(super) fn put(folder: &Path, path: &str, json: &Value) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, json.to_string()).expect("a file");
}
