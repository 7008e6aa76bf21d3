//! How far a reader of the outbox is.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use expression::Value;
use sql::Dialect;
use storage::internal::outbox as stored;

use crate::Engine;

/// Numbers are given before commits: a message may become visible this long after one with a greater number.
const LATE: Duration = Duration::from_secs(30);
/// Messages read at once.
const BATCH: i64 = 1_000;

/// How far the outbox was read.
#[derive(Default)]
pub(crate) struct Place {
    /// Everything up to here was seen, and nothing late is expected.
    floor: Option<i64>,
    /// Numbers above the floor that were seen, and when.
    seen: BTreeMap<i64, Instant>,
}

/// A message as it was written.
pub(crate) struct Message {
    /// Its kind.
    pub(crate) kind: String,
    /// Its JSON.
    pub(crate) payload: String,
}

impl Place {
    /// A reader that has seen everything up to a number.
    pub(crate) fn at(floor: i64) -> Self {
        Self { floor: Some(floor), seen: BTreeMap::new() }
    }

    /// Up to where everything was seen and nothing late is expected.
    pub(crate) fn floor(&self) -> Option<i64> {
        self.floor
    }

    /// Reads what was not seen yet; a new reader sees nothing of what was before it.
    pub(crate) async fn advance(&mut self, engine: &Engine) -> Result<Vec<Message>, storage::Error> {
        let Some(floor) = self.floor else {
            self.floor = newest(engine).await?;
            return Ok(Vec::new());
        };
        let mut from = floor;
        let mut messages = Vec::new();
        loop {
            let rows = engine.database().fetch(&stored::after(from, BATCH)).await?;
            for row in &rows {
                let [Value::Integer(id), _, Value::Text(kind), Value::Text(payload)] = row.as_slice() else { continue };
                from = *id;
                if self.seen.insert(*id, Instant::now()).is_none() {
                    messages.push(Message { kind: kind.to_string(), payload: payload.to_string() });
                }
            }
            if (rows.len() as i64) < BATCH {
                break;
            }
        }
        self.settle();
        Ok(messages)
    }

    /// Raises the floor over what was seen long enough ago.
    fn settle(&mut self) {
        while let Some(first) = self.seen.first_entry().filter(|first| first.get().elapsed() > LATE) {
            self.floor = Some(*first.key());
            first.remove();
        }
    }
}

/// The number of the newest message.
pub(crate) async fn newest(engine: &Engine) -> Result<Option<i64>, storage::Error> {
    let rows = engine.database().fetch(&stored::newest()).await?;
    Ok(match rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    })
}

/// How often it is looked whether who wrote messages has ended, and how long that is waited for.
const LOOKS: (u32, Duration) = (100, Duration::from_millis(20));

/// A number up to which no message is still to become visible: whoever reads after this sees them all. `None` when somebody who
/// wrote one does not come to an end.
pub(crate) async fn settled(engine: &Engine) -> Result<Option<i64>, storage::Error> {
    let number = newest(engine).await?;
    if engine.database().dialect() == Dialect::Sqlite {
        return Ok(number);
    }
    // Who has a smaller number holds the table by now, or has ended.
    let mut writing: Option<HashSet<String>> = None;
    for _ in 0..LOOKS.0 {
        let rows = engine.database().fetch(&stored::writers()).await?;
        let now: HashSet<String> = rows.iter().filter_map(|row| name(row)).collect();
        let left: HashSet<String> = match writing {
            None => now,
            Some(before) => before.intersection(&now).cloned().collect(),
        };
        if left.is_empty() {
            return Ok(number);
        }
        writing = Some(left);
        tokio::time::sleep(LOOKS.1).await;
    }
    Ok(None)
}

fn name(row: &[Value]) -> Option<String> {
    if let Some(Value::Text(name)) = row.first() { Some(name.to_string()) } else { None }
}
