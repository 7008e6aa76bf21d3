//! Named places at which tests let the process die, to prove that what follows a crash is either old or new.
//!
//! Always compiled, active only while `VERSTAK_FAILPOINT` is set to `name` or `name:n`: the process aborts at the n-th
//! time that it reaches the place.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every name that [`failpoint`] is called with; tests kill the process at each of them.
pub const NAMES: &[&str] = &[
    "install.made",
    "install.committed",
    "publish.enqueued",
    "publish.taken_back",
    "publish.prepared",
    "publish.widened",
    "publish.filled",
    "publish.begun",
    "publish.changed",
    "publish.documented",
    "publish.written",
    "publish.committed",
    "bundles.written",
    "save.begun",
    "save.answered",
    "save.written",
    "save.propagated",
    "save.audited",
    "save.committed",
    "file.described",
    "import.saved",
    "import.ended",
    "import.committed",
    "owed.left",
    "owed.filled",
    "owed.calculated",
    "register.begun",
    "register.filled",
    "register.finished",
    "register.composed",
    "register.advanced",
    "backfill.calculated",
    "script.left",
    "script.ran",
    "script.written",
    "mail.sent",
];

struct Armed {
    name: String,
    at: u64,
    passed: AtomicU64,
}

/// Ends the process here when the environment asks for it.
pub fn failpoint(name: &'static str) {
    debug_assert!(NAMES.contains(&name), "`{name}` is missing from the list of failpoints");
    static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
    let Some(armed) = ARMED.get_or_init(armed) else { return };
    if armed.name == name && armed.passed.fetch_add(1, Ordering::AcqRel) + 1 == armed.at {
        std::process::abort();
    }
}

fn armed() -> Option<Armed> {
    let asked = std::env::var("VERSTAK_FAILPOINT").ok()?;
    let (name, at) = match asked.split_once(':') {
        Some((name, at)) => (name.to_owned(), at.parse().unwrap_or(1)),
        None => (asked, 1),
    };
    Some(Armed { name, at, passed: AtomicU64::new(0) })
}
