//! What the product sends: letters that leave by mail, and notices that people read inside of it.
//!
//! A letter is a record of `sent_message`, which only this module writes: in the transaction of the script that sends it, with
//! the job that delivers it. So what is undone sends nothing, and what became true is sent at least once, by whichever node
//! lives. A node that dies between the server's yes and its own note of it sends the letter once more, with the same
//! `Message-ID`.

pub(crate) mod server;
pub(crate) mod letter;
pub(crate) mod keep;
pub(crate) mod deliver;
pub mod again;
pub mod notices;

use std::sync::Arc;

use access::{Access, Grant, Operation, Reason};
use chrono::{DateTime, Utc};
use expression::{FieldId, Value};
use query::{Count, Image, Request, SelectItem};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::files::{self, FileInfo};
use crate::records::unit_of_work::{Act, Change, UnitOfWork};
use crate::{Context, Engine, Error, records};

/// The mail server as administrators see it: its address without a password, and whom mail is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Host and port.
    pub server: String,
    /// Whom mail is from.
    pub from: String,
}

/// Tells administrators by which server mail is sent; `None` when no server is set.
pub fn mail(ctx: &Context) -> Result<Option<Mail>, Error> {
    ctx.administrator()?;
    Ok(ctx.engine.mail().map(|server| Mail { server: server.address().to_owned(), from: server.from().to_string() }))
}

/// Counts the letters on their way, and those that did not go in the last week.
pub(crate) async fn counts(engine: &Engine) -> Result<(u64, u64), Error> {
    let ctx = engine.system(Reason::Messages);
    let week = chrono::Duration::days(7);
    let since = (engine.now() - week).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let mut counts = [0; 2];
    for (count, filter) in counts
        .iter_mut()
        .zip(["status == \"queued\"".to_owned(), format!("status == \"failed\" && created_at >= \"{since}\"")])
    {
        let request = Request {
            select: Some(vec![SelectItem::Path("id".to_owned())]),
            filter: Some(filter),
            limit: Some(1),
            count: Count::Exact,
            ..Request::default()
        };
        *count = records::list(&ctx, keep::ENTITY, request).await?.count.unwrap_or_default();
    }
    Ok((counts[0], counts[1]))
}

/// A record of the product's own that a script has it make.
#[derive(Debug, Clone)]
pub(crate) enum Made {
    /// A letter.
    Letter(letter::Letter),
    /// Notices.
    Notice(notices::Notice),
    /// A file with its content.
    File(FileInfo, Arc<[u8]>),
}

impl Made {
    /// Writes it in the transaction of the script; gives its identity.
    pub(crate) async fn keep(
        &self,
        ctx: &Context,
        unit: &mut UnitOfWork,
        earlier: &[Option<Uuid>],
    ) -> Result<Uuid, Error> {
        match self {
            Self::Letter(letter) => keep::letter(ctx, unit, letter, earlier).await.map(|()| letter.id),
            Self::Notice(notice) => {
                notices::notice(ctx, unit, notice, earlier).await?;
                Ok(notice.people.first().map_or_else(Uuid::now_v7, |(id, _)| *id))
            }
            Self::File(info, content) => files::keep_within(ctx, unit, info, content).await.map(|()| info.id),
        }
    }

    /// Names the record that it is about otherwise.
    #[must_use]
    pub(crate) fn about(mut self, named: impl Fn(&str) -> String) -> Self {
        if let Self::Letter(letter::Letter { about: Some(about), .. })
        | Self::Notice(notices::Notice { about: Some(about), .. }) = &mut self
        {
            about.id = named(&about.id);
        }
        self
    }

    /// What it is, for whoever tries a script.
    pub(crate) fn shown(&self) -> Json {
        match self {
            Self::Letter(letter) => letter.shown(),
            Self::Notice(notice) => json!({"people": notice.people.len(), "text": notice.text}),
            Self::File(info, _) => json!({"name": info.name, "size": info.size, "type": info.kind}),
        }
    }

    /// Name of the entity.
    pub(crate) fn entity(&self) -> &'static str {
        match self {
            Self::Letter(_) => keep::ENTITY,
            Self::Notice(_) => notices::ENTITY,
            Self::File(..) => "file",
        }
    }
}

/// The record that something is about: name of its entity, and its identity, or `$0` for that of the first operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) entity: String,
    pub(crate) id: String,
}

/// Leave to write records of an entity that nobody else writes.
fn keeper(ctx: &Context, entity: &str) -> Result<Grant, Error> {
    let access = Access::system(Reason::Messages, ctx.catalog().clone());
    let grant = ctx.catalog().entity(entity).and_then(|entity| access.grant(&entity.id, Operation::Create));
    grant.ok_or_else(|| Error::broken(format!("no entity `{entity}`")))
}

/// What every new record has.
fn attributes(ctx: &Context, id: Uuid) -> Vec<(FieldId, Value)> {
    let by = ctx.user.map_or(Value::Empty, Value::Id);
    let now: DateTime<Utc> = ctx.now;
    let values = [
        ("id", Value::Id(id)),
        ("created_at", Value::DateTime(now)),
        ("created_by", by.clone()),
        ("updated_at", Value::DateTime(now)),
        ("updated_by", by),
        ("version", Value::Integer(1)),
    ];
    values.into_iter().map(|(id, value)| (FieldId::new(id), value)).collect()
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.into()) }
}

/// Takes note of a record that was made or changed.
fn note(ctx: &Context, unit: &mut UnitOfWork, keeper: &Grant, id: Uuid, version: i64, before: Image, after: Image) {
    let act = if version == 1 { Act::Create } else { Act::Update };
    let (entity, links, hidden) = (Arc::clone(keeper.entity()), Default::default(), Vec::new());
    unit.note(ctx, Change { entity, id, act, version, before, after, links, hidden, script: None });
}
