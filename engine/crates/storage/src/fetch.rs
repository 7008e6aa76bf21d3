//! Running statements on one connection: bind, execute, decode row by row.

use expression::Value;
use futures_util::TryStreamExt;
use sea_query_sqlx::SqlxValues;
use sql::{Rows, Statement};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Postgres, Sqlite};
use tokio::sync::mpsc::Sender;

use crate::sqlite::Leased;
use crate::{Error, decode};

type Each<'a> = dyn FnMut(&[Value]) + Send + 'a;

/// Reads the first row of a statement on SQLite. The thread of the connection says "here is the row" and not also "this
/// was the last": waking the caller twice costs more than finding a record.
pub(crate) async fn sqlite_first(leased: &mut Leased, statement: &Statement) -> Result<Option<Vec<Value>>, Error> {
    let timeout = leased.statement_timeout;
    leased.start(timeout);
    let result = query::<Sqlite>(statement).fetch_optional(&mut leased.connection).await;
    leased.end();
    let Some(row) = result? else { return Ok(None) };
    Ok(Some(decode::sqlite_row(&row, &statement.columns)?))
}

/// Shows each row of a statement on SQLite.
pub(crate) async fn sqlite_each(leased: &mut Leased, statement: &Statement, each: &mut Each<'_>) -> Result<(), Error> {
    sqlite_each_owned(leased, statement.clone(), each).await
}

/// The same with a statement that nobody needs any more.
pub(crate) async fn sqlite_each_owned(
    leased: &mut Leased,
    mut statement: Statement,
    each: &mut Each<'_>,
) -> Result<(), Error> {
    let timeout = leased.statement_timeout;
    leased.start(timeout);
    let columns = std::mem::take(&mut statement.columns);
    let mut scratch = Vec::with_capacity(columns.len());
    let result = async {
        let mut rows = owned::<Sqlite>(statement).fetch(&mut leased.connection);
        while let Some(row) = rows.try_next().await? {
            scratch.clear();
            for (at, column) in columns.iter().enumerate() {
                scratch.push(decode::sqlite(&row, at, *column)?);
            }
            each(&scratch);
        }
        Ok::<(), sqlx::Error>(())
    }
    .await;
    leased.end();
    Ok(result?)
}

/// Runs a statement on SQLite and counts the rows it changed.
pub(crate) async fn sqlite_execute(leased: &mut Leased, statement: &Statement) -> Result<u64, Error> {
    let timeout = leased.statement_timeout;
    leased.start(timeout);
    let result = query::<Sqlite>(statement).execute(&mut leased.connection).await;
    leased.end();
    Ok(result?.rows_affected())
}

/// The same with a statement that nobody needs any more, so that its parameters are not copied.
pub(crate) async fn sqlite_execute_owned(leased: &mut Leased, statement: Statement) -> Result<u64, Error> {
    let timeout = leased.statement_timeout;
    leased.start(timeout);
    let result = owned::<Sqlite>(statement).execute(&mut leased.connection).await;
    leased.end();
    Ok(result?.rows_affected())
}

/// Runs text without parameters on SQLite.
pub(crate) async fn sqlite_script(leased: &mut Leased, text: &str) -> Result<(), Error> {
    leased.run(text.to_owned()).await
}

/// Shows each row of a statement on PostgreSQL.
pub(crate) async fn postgres_each(
    connection: &mut PgConnection,
    statement: &Statement,
    each: &mut Each<'_>,
) -> Result<(), Error> {
    let mut scratch = Vec::with_capacity(statement.columns.len());
    let mut rows = query::<Postgres>(statement).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        scratch.clear();
        for (at, column) in statement.columns.iter().enumerate() {
            scratch.push(decode::postgres(&row, at, *column)?);
        }
        each(&scratch);
    }
    Ok(())
}

/// Runs a statement on PostgreSQL and counts the rows it changed.
pub(crate) async fn postgres_execute(connection: &mut PgConnection, statement: &Statement) -> Result<u64, Error> {
    Ok(query::<Postgres>(statement).execute(connection).await?.rows_affected())
}

/// The same with a statement that nobody needs any more, so that its parameters are not copied.
pub(crate) async fn postgres_execute_owned(connection: &mut PgConnection, statement: Statement) -> Result<u64, Error> {
    Ok(owned::<Postgres>(statement).execute(connection).await?.rows_affected())
}

/// Runs text without parameters on PostgreSQL.
pub(crate) async fn postgres_script(connection: &mut PgConnection, text: String) -> Result<(), Error> {
    sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await?;
    Ok(())
}

fn query<DB: sqlx::Database>(statement: &Statement) -> sqlx::query::Query<'static, DB, SqlxValues>
where
    SqlxValues: sqlx::IntoArguments<DB>,
{
    owned(statement.clone())
}

fn owned<DB: sqlx::Database>(statement: Statement) -> sqlx::query::Query<'static, DB, SqlxValues>
where
    SqlxValues: sqlx::IntoArguments<DB>,
{
    sqlx::query_with(AssertSqlSafe(statement.text), SqlxValues(statement.parameters))
}

/// Sends the rows of a statement on SQLite in batches, until the receiver goes away.
pub(crate) async fn sqlite_batches(
    leased: &mut Leased,
    statement: &Statement,
    size: usize,
    sender: &Sender<Result<Rows, Error>>,
) -> Result<(), Error> {
    let timeout = leased.statement_timeout;
    leased.start(timeout);
    let mut batch = Rows::with_capacity(size);
    let mut rows = query::<Sqlite>(statement).fetch(&mut leased.connection);
    while let Some(row) = rows.try_next().await? {
        batch.push(decode::sqlite_row(&row, &statement.columns)?);
        if batch.len() == size && sender.send(Ok(std::mem::take(&mut batch))).await.is_err() {
            return Ok(());
        }
    }
    drop(rows);
    leased.end();
    send_last(batch, sender).await;
    Ok(())
}

/// Sends the rows of a statement on PostgreSQL in batches, until the receiver goes away.
pub(crate) async fn postgres_batches(
    connection: &mut PgConnection,
    statement: &Statement,
    size: usize,
    sender: &Sender<Result<Rows, Error>>,
) -> Result<(), Error> {
    let mut batch = Rows::with_capacity(size);
    let mut rows = query::<Postgres>(statement).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        batch.push(decode::postgres_row(&row, &statement.columns)?);
        if batch.len() == size && sender.send(Ok(std::mem::take(&mut batch))).await.is_err() {
            return Ok(());
        }
    }
    send_last(batch, sender).await;
    Ok(())
}

async fn send_last(batch: Rows, sender: &Sender<Result<Rows, Error>>) {
    if !batch.is_empty() {
        // A receiver that went away needs no rows.
        let _ = sender.send(Ok(batch)).await;
    }
}
