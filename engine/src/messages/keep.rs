//! Letters in the transaction of the script that sends them.

use expression::{FieldId, Value};
use query::Image;
use serde_json::json;
use uuid::Uuid;

use super::letter::{LISTS, Letter};
use super::notices::{self, Notice};
use super::{About, attributes, deliver, keeper, note, text};
use crate::records::command::identity;
use crate::records::unit_of_work::UnitOfWork;
use crate::{Context, Error, jobs};

/// Name and identity of the entity of letters.
pub(crate) const ENTITY: &str = "sent_message";
/// Why a letter did not go that no server would take.
const NO_SERVER: &str = "no_server";

/// Writes a letter down, with the work to deliver it. Where no server is set it is kept as one that did not go, so that what
/// it was about goes on and people see why nobody heard of it.
pub(crate) async fn letter(
    ctx: &Context,
    unit: &mut UnitOfWork,
    letter: &Letter,
    earlier: &[Option<Uuid>],
) -> Result<(), Error> {
    let keeper = keeper(ctx, ENTITY)?;
    let server = ctx.engine.mail();
    let is_lost = server.is_none() && !ctx.engine.config().outbound_closed;
    let from = server.map(|server| server.from().to_string()).unwrap_or_default();
    let mut values = attributes(ctx, letter.id);
    let mut put = |name: &str, value: Value| values.push((FieldId::new(&format!("{ENTITY}.{name}")), value));
    put("status", Value::Text(if is_lost { "failed" } else { "queued" }.into()));
    put("reason", if is_lost { text(NO_SERVER) } else { Value::Empty });
    put("from", text(&from));
    for (name, list) in LISTS.iter().zip(&letter.to) {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        put(name, text(&list.join("\n")));
    }
    put("subject", text(&letter.subject));
    put("text", text(&letter.text));
    put("html", text(&letter.html));
    put("attempts", Value::Integer(0));
    if let Some((entity, id)) = letter.about.as_ref().and_then(|about| found(ctx, about, earlier)) {
        put("entity", text(&entity));
        put("record", Value::Id(id));
    }
    let image = Image { values: values.into_iter().collect() };
    let dialect = unit.dialect();
    for statement in query::write::insert(&keeper, &[(letter.id, image.clone())], dialect) {
        unit.tx(ctx).await?.execute(&statement).await?;
    }
    let pairs: Vec<(Uuid, Uuid)> = letter.files.iter().map(|file| (letter.id, *file)).collect();
    if let Some(field) = keeper.entity().field("files").filter(|_| !pairs.is_empty())
        && let Some(statement) = query::write::links_insert(&keeper, field, &pairs, dialect)
    {
        unit.tx(ctx).await?.execute(&statement).await?;
    }
    note(ctx, unit, &keeper, letter.id, 1, Image::default(), image);
    if is_lost {
        tell_author(ctx, unit, ctx.user, letter.id, &letter.subject).await?;
    }
    if server.is_some() && !ctx.engine.config().outbound_closed {
        jobs::enqueue(unit.tx(ctx).await?, ctx, deliver::JOB, 1, &json!({"letter": letter.id})).await?;
        unit.wakes = true;
    }
    Ok(())
}

/// Tells whoever made a letter that it did not go.
pub(super) async fn tell_author(
    ctx: &Context,
    unit: &mut UnitOfWork,
    author: Option<Uuid>,
    letter: Uuid,
    subject: &str,
) -> Result<(), Error> {
    let people = author.map(|author| (Uuid::now_v7(), author)).into_iter().collect();
    let about = Some(About { entity: ENTITY.to_owned(), id: letter.to_string() });
    let notice = Notice { people, kind: "mail_failed", text: subject.to_owned(), about };
    notices::notice(ctx, unit, &notice, &[]).await
}

/// The record that something is about, by the identity of its entity and its own.
pub(super) fn found(ctx: &Context, about: &About, earlier: &[Option<Uuid>]) -> Option<(String, Uuid)> {
    let entity = ctx.catalog().entity(&about.entity)?.id.as_str().to_owned();
    let made = || about.id.strip_prefix('$')?.parse::<usize>().ok().and_then(|at| earlier.get(at).copied().flatten());
    Some((entity, identity(&about.id).or_else(made)?))
}
