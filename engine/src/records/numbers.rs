//! Automatic numbers: taken in the transaction of the save, so that one that is refused leaves no gap.

use std::collections::BTreeMap;

use access::{Access, Reason};
use catalog::{Entity, Field, FieldKind};
use chrono::{Datelike, NaiveDate};
use expression::{Expr, Value};
use storage::internal::sequences;
use uuid::Uuid;

use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use super::{CHUNK, judge};
use crate::context::{clock_of, zone_of};
use crate::{Context, Error};

/// Gives new records the numbers for which their own values are enough.
pub(crate) async fn give(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    if set.act != Act::Create {
        return Ok(());
    }
    let entity = set.entity().clone();
    // A number is the same whoever makes the record, and wherever.
    let here = Context { zone: zone_of(ctx.catalog()), ..ctx.clone() };
    for field in &entity.fields {
        let FieldKind::AutoNumber { pattern, sequence, .. } = &field.kind else { continue };
        if sequence.as_ref().is_some_and(|sequence| !judge::is_own(ctx.catalog(), sequence)) {
            continue;
        }
        let of = |(command, after): (&super::command::Command, &query::Image)| match sequence {
            Some(sequence) => judge::value_of(&here, sequence, &entity.id, command.id, after),
            None => Value::Empty,
        };
        let sequences: Vec<Value> = set.commands.iter().zip(&set.after).map(of).collect();
        let numbers = take(ctx, unit, field, pattern, &sequences).await?;
        for (number, after) in numbers.into_iter().zip(&mut set.after) {
            after.values.insert(field.id.clone(), number);
        }
    }
    Ok(())
}

/// Gives new records the numbers that are apart by what they are related to, once they are written with their relations.
pub(crate) async fn give_across(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    if set.act != Act::Create {
        return Ok(());
    }
    let entity = set.entity().clone();
    for field in &entity.fields {
        let FieldKind::AutoNumber { pattern, sequence: Some(sequence), .. } = &field.kind else { continue };
        if judge::is_own(ctx.catalog(), sequence) {
            continue;
        }
        let ids: Vec<Uuid> = set.commands.iter().map(|command| command.id).collect();
        let sequences = read(ctx, unit, &entity, sequence, &ids).await?;
        let numbers = take(ctx, unit, field, pattern, &sequences).await?;
        let dialect = unit.dialect();
        let pairs = ids.iter().zip(&numbers);
        let statements = pairs.filter_map(|(id, number)| query::write::give(&entity, field, *id, number, dialect));
        let statements: Vec<sql::Statement> = statements.collect();
        let written = unit.tx(ctx).await?.execute_all(statements.into_iter()).await;
        written.map_err(|error| unit.refused(ctx, error.into()))?;
        for (number, after) in numbers.into_iter().zip(&mut set.after) {
            after.values.insert(field.id.clone(), number);
        }
    }
    Ok(())
}

/// Reads what an expression gives for records that are written, in their order.
async fn read(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &Entity,
    expr: &Expr,
    ids: &[Uuid],
) -> Result<Vec<Value>, Error> {
    let catalog = ctx.catalog().clone();
    let system = Access::system(Reason::Propagation, catalog.clone()).at(clock_of(&catalog, ctx.now));
    let mut found: BTreeMap<Uuid, Value> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let statement = query::write::values(&system, &entity.id, expr, chunk, unit.dialect());
        let statement = statement.ok_or_else(|| Error::broken("a sequence is too large for a statement"))?;
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            if let Ok([Value::Id(id), value]) = <[Value; 2]>::try_from(row) {
                found.insert(id, value);
            }
        }
    }
    Ok(ids.iter().map(|id| found.remove(id).unwrap_or(Value::Empty)).collect())
}

/// Takes the next numbers of the sequences, in their order, and writes each as the pattern says.
async fn take(
    ctx: &Context,
    unit: &mut UnitOfWork,
    field: &Field,
    pattern: &str,
    sequences: &[Value],
) -> Result<Vec<Value>, Error> {
    let today = clock_of(ctx.catalog(), ctx.now).today;
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, sequence) in sequences.iter().enumerate() {
        places.entry(word(sequence)).or_default().push(at);
    }
    let mut numbers = vec![Value::Empty; sequences.len()];
    // In one order, so that two who number the same wait for each other and not in a circle.
    for (sequence, places) in places {
        let name = match sequence.as_str() {
            "" => field.id.to_string(),
            sequence => format!("{}/{sequence}", field.id),
        };
        let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
        let rows = unit.tx(ctx).await?.fetch(&sequences::advance(&name, count)).await?;
        let Some([Value::Integer(last)]) = rows.first().map(Vec::as_slice) else {
            return Err(Error::Internal("a sequence gave no number".to_owned(), None));
        };
        for (number, at) in (last - count + 1..).zip(places) {
            numbers[at] = Value::Text(numbered(pattern, number, today, &sequence).into());
        }
    }
    Ok(numbers)
}

/// What a sequence is called: its value as people write it.
fn word(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Record(record) => record.id.to_string(),
        other => expression::json::literal(other).to_string().replace('"', ""),
    }
}

/// Renders `{0000}` as the number padded with zeros, `{year}`, `{month}` and `{day}` as of the date, `{sequence}` as it is called.
fn numbered(pattern: &str, number: i64, today: NaiveDate, sequence: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((token, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        match token {
            "year" => text.push_str(&today.year().to_string()),
            "month" => text.push_str(&format!("{:02}", today.month())),
            "day" => text.push_str(&format!("{:02}", today.day())),
            "sequence" => text.push_str(sequence),
            zeros if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => {
                text.push_str(&format!("{number:0width$}", width = zeros.len()));
            }
            other => text.push_str(&format!("{{{other}}}")),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn renders_numbers_by_their_pattern() {
        let today = "2026-03-05".parse().unwrap();
        assert_eq!(numbered("{0}", 7, today, ""), "7");
        assert_eq!(numbered("INV-{year}-{month}-{0000}", 42, today, ""), "INV-2026-03-0042");
        assert_eq!(numbered("{sequence}/{day}-{00}", 3, today, "SAM"), "SAM/05-03");
        assert_eq!(numbered("{000}", 12_345, today, ""), "12345");
        assert_eq!(numbered("{x}-{0", 1, today, ""), "{x}-{0");
    }
}
