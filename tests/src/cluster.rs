//! A throw-away PostgreSQL cluster for this process, shared by the tests and the benchmarks.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

static SERVER: OnceLock<String> = OnceLock::new();

/// Gives the URL of a server where databases may be created, without a database name.
///
/// Starts a cluster at the first call; a watchdog process stops and removes it when this process is gone, however it ends.
pub fn server_url() -> &'static str {
    SERVER.get_or_init(|| match std::env::var("VERSTAK_TEST_POSTGRES") {
        Ok(url) => url.trim_end_matches('/').to_owned(),
        Err(_) => start(),
    })
}

fn start() -> String {
    let programs = programs();
    let folder = std::env::temp_dir().join(format!("verstak-test-postgres-{}", std::process::id()));
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
    let data = folder.join("data");
    let settings = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off -c synchronous_commit=off \
         -c full_page_writes=off -c max_connections=300 -c shared_buffers=128MB -c logging_collector=off",
        folder.display()
    );
    let script = format!(
        "set -e; rm -rf '{folder}'; mkdir -p '{folder}'; \
         '{bin}/initdb' -D '{data}' -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >'{folder}/initdb.log' 2>&1; \
         '{bin}/pg_ctl' -D '{data}' -o \"{settings}\" -l '{folder}/server.log' -w start >/dev/null",
        folder = folder.display(),
        data = data.display(),
        bin = programs.display(),
    );
    let started = as_postgres(&script).status().expect("a shell runs");
    assert!(started.success(), "the throw-away PostgreSQL did not start, see {}", folder.display());
    watch(&programs, &folder);
    wait_until_open(port);
    format!("postgres://postgres@127.0.0.1:{port}")
}

/// PostgreSQL refuses to run as root: there the commands run as the user `postgres`.
fn as_postgres(script: &str) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", script]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    command.stdin(Stdio::null()).current_dir("/");
    command
}

#[expect(clippy::zombie_processes, reason = "the watchdog outlives this process on purpose")]
fn watch(programs: &std::path::Path, folder: &std::path::Path) {
    let script = format!(
        "while kill -0 {pid} 2>/dev/null || [ -d /proc/{pid} ]; do sleep 1; done; \
         '{bin}/pg_ctl' -D '{folder}/data' -m immediate stop >/dev/null 2>&1; rm -rf '{folder}'",
        pid = std::process::id(),
        bin = programs.display(),
        folder = folder.display(),
    );
    as_postgres(&script).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the watchdog starts");
}

fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect(
        "no PostgreSQL server programs under /usr/lib/postgresql: install the package `postgresql`, \
         or name a server in VERSTAK_TEST_POSTGRES",
    )
}

fn wait_until_open(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "the throw-away PostgreSQL does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
}
