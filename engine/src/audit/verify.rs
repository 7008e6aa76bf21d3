//! Looks through the whole chain for what was changed, removed, moved or cut off.

use diagnostic::Diagnostic;
use expression::Value;
use storage::internal::audit as stored;
use uuid::Uuid;

use super::chain::{Links, count, names, whole};
use super::seal::{Head, head_of, written};
use crate::{Engine, Error};

/// Findings told one by one; of more only how many.
const TOLD: usize = 20;

/// What a look through the chain found.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// Links that were looked at.
    pub sealed: u64,
    /// Events that have no link yet.
    pub waiting: u64,
    /// The newest link.
    pub head: Option<Head>,
    /// What was tampered with.
    pub findings: Vec<Diagnostic>,
}

/// The chain as far as it was looked at.
struct Look {
    links: Links,
    last: Head,
    sealed: u64,
    findings: Vec<Diagnostic>,
    count: usize,
}

/// Looks through the chain. `known` are heads that were kept elsewhere: the chain must still lead through them; that which
/// was written down beside the data is one of them.
pub async fn verify(engine: &Engine, known: &[Head]) -> Result<Verification, Error> {
    let names = names(&engine.catalog())?;
    let database = engine.database();
    let wanted: Vec<Head> = known.iter().cloned().chain(written(engine).await).collect();
    let mut snapshot = database.begin_read().await?;
    let links = Links::of(engine.secrets());
    let checkpoint = snapshot.fetch(&stored::checkpoint()).await?;
    let begin = head_of(&checkpoint).unwrap_or(Head { number: 0, hash: String::new() });
    let mut look = Look { links, last: begin.clone(), sealed: 0, findings: Vec::new(), count: 0 };
    if let Some([_, _, Value::Text(mac)]) = checkpoint.first().map(Vec::as_slice)
        && **mac != *look.links.checkpoint(begin.number, &begin.hash)
    {
        look.find(Diagnostic::error("audit.checkpoint_forged").with("number", begin.number));
    }
    let statement = stored::chain(snapshot.dialect(), &names, begin.number);
    snapshot.fetch_each(&statement, |row| look.link(row)).await?;
    for head in wanted.iter().filter(|head| head.number > begin.number) {
        let rows = snapshot.fetch(&stored::hash_at(head.number)).await?;
        let found = rows.first().and_then(|row| row.first());
        if !matches!(found, Some(Value::Text(hash)) if **hash == *head.hash) {
            look.find(Diagnostic::error("audit.cut").with("number", head.number));
        }
    }
    let waiting = snapshot.fetch(&stored::count_unsealed(&names)).await?;
    drop(snapshot);
    if count(database).await? < stored::guards_wanted(database.dialect()) {
        look.find(Diagnostic::error("audit.unguarded"));
    }
    if look.count > TOLD {
        look.findings.push(Diagnostic::error("audit.more").with("count", look.count - TOLD));
    }
    Ok(Verification {
        sealed: look.sealed,
        waiting: waiting
            .first()
            .and_then(|row| whole(&row[0]))
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or(0),
        head: (look.last.number > 0).then_some(look.last),
        findings: look.findings,
    })
}

impl Look {
    fn link(&mut self, row: &[Value]) {
        let [number, Value::Text(hash), Value::Id(event), found, columns @ ..] = row else {
            self.find(Diagnostic::error("audit.changed").with("number", self.last.number + 1));
            return;
        };
        let number = whole(number).unwrap_or(0);
        if number != self.last.number + 1 {
            let gap = Diagnostic::error("audit.gap").with("from", self.last.number + 1).with("to", number - 1);
            self.find(gap);
            // What stands before the gap is not known: the link after it can only be taken as it is.
            self.last.hash.clear();
        }
        let is_known = !self.last.hash.is_empty() || number == 1;
        match found {
            Value::Id(_) => {
                let right = self.links.hash(&self.last.hash, number, *event, columns);
                if is_known && right != **hash {
                    self.find(changed(number, *event));
                }
            }
            _ => self.find(Diagnostic::error("audit.missing").with("number", number).with("event", event.to_string())),
        }
        self.sealed += 1;
        self.last = Head { number, hash: hash.to_string() };
    }

    fn find(&mut self, finding: Diagnostic) {
        self.count += 1;
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }
}

fn changed(number: i64, event: Uuid) -> Diagnostic {
    Diagnostic::error("audit.changed").with("number", number).with("event", event.to_string())
}
