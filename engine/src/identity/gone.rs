//! Waiting until somebody may do no more what they began: for streams, which outlive the request that opened them.
//!
//! Whatever takes rights away counts up a number in its transaction. A node looks at the number twice a second while there
//! is anybody to look for, and asks anew who they are when it moved.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use access::Actor;
use expression::Value;
use storage::internal::settings;

use super::{GENERATION, sessions, tokens};
use crate::secrets::digest;
use crate::{Engine, Error};

/// How often the number is looked at.
const PERIOD: Duration = Duration::from_millis(400);
/// Looks after which everybody is asked anew: sessions end by themselves, too.
const LOOKS: u32 = 150;

/// By what somebody was recognised.
#[derive(Debug, Clone)]
pub enum Shown {
    /// The token of a session.
    Session(String),
    /// An API token.
    Token(String),
}

/// The number as this node saw it last.
#[derive(Default)]
pub(crate) struct Generation {
    seen: Mutex<Option<(Instant, String)>>,
}

/// Waits until the person is gone, or has other roles.
pub async fn until_gone(engine: Engine, shown: Shown, actor: Actor) {
    let mut seen = generation(&engine).await;
    let mut looks = 0;
    loop {
        tokio::time::sleep(PERIOD).await;
        let now = generation(&engine).await;
        looks += 1;
        if now == seen && looks % LOOKS != 0 {
            continue;
        }
        match who(&engine, &shown).await {
            Ok(Some(still)) if still == actor => seen = now,
            Ok(_) => return,
            // A database that does not answer takes nobody's rights away.
            Err(error) => tracing::warn!(%error, "it could not be seen whether a listener is still welcome"),
        }
    }
}

async fn who(engine: &Engine, shown: &Shown) -> Result<Option<Actor>, Error> {
    match shown {
        Shown::Session(token) => Ok(sessions::recognise(engine, &digest(token)).await?.map(|found| found.who.actor)),
        Shown::Token(token) => {
            tokens::recognise(engine, &digest(token)).await.map(|found| found.map(|(who, _)| who.actor))
        }
    }
}

/// Reads the number, at most twice a second for all who wait; `None` while the database does not answer.
async fn generation(engine: &Engine) -> Option<String> {
    let known = engine.people_generation();
    let recent = |seen: &Option<(Instant, String)>| seen.clone().filter(|(at, _)| at.elapsed() < PERIOD / 2);
    if let Some((_, number)) = recent(&known.seen.lock().expect("no one panics while holding a number")) {
        return Some(number);
    }
    let rows = engine.database().fetch(&settings::get(GENERATION)).await.ok()?;
    let number = match rows.first().and_then(|row| row.first()) {
        Some(Value::Text(number)) => number.to_string(),
        _ => String::new(),
    };
    *known.seen.lock().expect("no one panics while holding a number") = Some((Instant::now(), number.clone()));
    Some(number)
}
