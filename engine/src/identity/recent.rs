//! Who was recognised within the last second, so that a burst of requests reads the session once.
//!
//! What this node changes about people is forgotten at once; what others change, within a second.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::Authenticated;

const LIFE: Duration = Duration::from_secs(1);
const MOST: usize = 10_000;

/// People recognised within the last second, by the digest of what they showed.
#[derive(Default)]
pub(crate) struct Recent {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Grows whenever something about people changes: what was read before must not be kept after.
    generation: u64,
    people: HashMap<String, (Instant, Authenticated)>,
}

impl Recent {
    /// Finds somebody recognised within the last second.
    pub(crate) fn get(&self, digest: &str) -> Option<Authenticated> {
        let seen = self.lock();
        let (at, who) = seen.people.get(digest)?;
        (at.elapsed() < LIFE).then(|| who.clone())
    }

    /// Gives the generation to hand to [`Recent::keep`], taken before reading.
    pub(crate) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Keeps what was read, unless people changed meanwhile.
    pub(crate) fn keep(&self, generation: u64, digest: String, who: Authenticated) {
        let mut seen = self.lock();
        if seen.generation != generation {
            return;
        }
        if seen.people.len() >= MOST {
            seen.people.clear();
        }
        seen.people.insert(digest, (Instant::now(), who));
    }

    /// Forgets everybody: sessions, tokens, users or roles changed.
    pub(crate) fn forget(&self) {
        let mut seen = self.lock();
        seen.generation += 1;
        seen.people.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("no one panics while holding the recognised people")
    }
}
