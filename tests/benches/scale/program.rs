//! The program as people start it: how soon it answers, and the memory it lives in.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const STARTS: usize = 7;
const ADMIN: &str = "admin@example.com";

/// Fills a workspace with the example CRM, starts it again and again, and opens it.
pub(crate) async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, _) = start(folder.path(), true).await;
    drop(first);
    let (took, slowest) = starts(folder.path()).await;
    println!(
        "| start on the example CRM until `/readyz` says yes: median, slowest of {STARTS} | SQLite | {took:.2} s, {slowest:.2} s | 0.5 s |"
    );
    let (program, _) = start(folder.path(), false).await;
    let before = program.resident();
    open(&program, folder.path()).await;
    println!(
        "| resident memory after the start, with every list and card of the CRM opened | SQLite | {before:.0} MB, {:.0} MB | 120 MB |",
        program.resident()
    );
}

/// Starts on a workspace of many entities.
pub(crate) async fn large(folder: &Path) {
    let (took, slowest) = starts(folder).await;
    println!(
        "| start on 1,000 entities with 30,000 fields and 200,000 records: median, slowest of {STARTS} | SQLite | {took:.2} s, {slowest:.2} s | |"
    );
}

async fn starts(folder: &Path) -> (f64, f64) {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(start(folder, false).await.1.as_secs_f64());
    }
    times.sort_unstable_by(f64::total_cmp);
    (times[STARTS / 2], times[STARTS - 1])
}

struct Program {
    child: Child,
    url: String,
}

impl Program {
    /// Megabytes that the process holds in memory.
    fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a Linux process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that is gone already needs no more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn command(folder: &Path) -> Command {
    let name = std::env::var("VERSTAK_BINARY").unwrap_or_else(|_| "target/release/verstak".to_owned());
    let mut command = Command::new(root().join(name));
    command
        .current_dir(root())
        .env("VERSTAK_DATA", folder)
        .env("VERSTAK_SECRET_KEY", "YmVuY2gta2V5LWJlbmNoLWtleS1iZW5jaC1rZXktYmVuY2g=");
    command
}

/// Starts and waits until it is ready.
async fn start(folder: &Path, with_crm: bool) -> (Program, Duration) {
    let begun = Instant::now();
    let mut command = command(folder);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    if with_crm {
        command
            .args(["--solution", "examples/crm"])
            .env("VERSTAK_ADMIN_EMAIL", ADMIN)
            .env("VERSTAK_ADMIN_PASSWORD", "correct-horse-battery");
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let url = lines.find_map(|line| line.strip_prefix("Verstak answers at ").map(str::to_owned)).expect("an address");
    std::thread::spawn(move || lines.for_each(drop));
    // Clients want to know how to encrypt even where they never do.
    drop(rustls::crypto::ring::default_provider().install_default());
    while !reqwest::get(format!("{url}/readyz")).await.is_ok_and(|answer| answer.status().is_success()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (Program { child, url }, begun.elapsed())
}

/// Reads the page, the catalog, a list of each entity, and some cards with their history.
async fn open(program: &Program, folder: &Path) {
    let token = command(folder).args(["token", ADMIN]).output().expect("a token");
    let token = String::from_utf8_lossy(&token.stdout).trim().lines().last().unwrap_or_default().to_owned();
    let http = reqwest::Client::new();
    let get = async |path: &str| {
        let answer = http.get(format!("{}{path}", program.url)).bearer_auth(&token).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.expect("a body")
    };
    get("/").await;
    let catalog: Value = serde_json::from_str(&get("/api/meta/catalog").await).expect("JSON");
    for entity in catalog["entities"].as_array().expect("entities") {
        let name = entity["name"].as_str().expect("a name");
        let list: Value = serde_json::from_str(&get(&format!("/api/records/{name}?limit=100")).await).expect("JSON");
        for record in list["items"].as_array().expect("records").iter().take(20) {
            let path = format!("/api/records/{name}/{}", record["id"].as_str().expect("an id"));
            get(&path).await;
            get(&format!("{path}/history")).await;
        }
    }
}
