//! The floor: the rows, and what the formulas give, by SQL written by hand.

use std::path::Path;

use engine::Engine;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

/// Lines of the usual deals.
const LINES: usize = 1_000_000;
/// Lines of the largest deal.
const MOST: usize = 1_000_000;
/// All lines.
pub(crate) const ALL: usize = LINES + 100 + MOST;
const DEALS: usize = 50_000;
const COMPANIES: usize = 500;
const EACH: usize = LINES / DEALS;

/// Which deal a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    /// One of the many with twenty lines.
    Usual,
    /// The one with a hundred.
    Hundred,
    /// The one with a million.
    Large,
}

impl Parent {
    /// First line and number of lines of the deal, and the number of the deal.
    fn lines(self, at: usize) -> (usize, usize, usize) {
        match self {
            Self::Usual => {
                let deal = at * 7919 % DEALS;
                (deal * EACH, EACH, deal)
            }
            Self::Hundred => (LINES, 100, DEALS),
            Self::Large => (LINES + 100, MOST, DEALS + 1),
        }
    }
}

/// One of the two databases, with the names of the product's tables.
#[derive(Clone)]
pub(crate) struct Floor {
    pool: Pool,
    user: Uuid,
    company: Table,
    deal: Table,
    line: Table,
}

#[derive(Clone)]
enum Pool {
    Sqlite { reader: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

#[derive(Clone)]
struct Table {
    name: String,
    columns: Vec<String>,
}

/// Identities in order, so that they need not be kept: the kind of the record and its number.
fn id(kind: u8, number: usize) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | (u128::from(kind) << 48) | number as u128)
}

impl Floor {
    pub(crate) async fn open(engine: &Engine, folder: &Path, url: Option<&str>, user: Uuid) -> Self {
        let catalog = engine.catalog();
        let table = |entity: &str, fields: &[&str]| {
            let entity = catalog.entity(entity).expect("the entity");
            let column = |name: &&str| entity.field(name).expect("the field").columns[0].clone();
            Table { name: entity.table.clone(), columns: fields.iter().map(column).collect() }
        };
        let pool = match url {
            Some(url) => {
                let options = PgPoolOptions::new().max_connections(16).test_before_acquire(false);
                Pool::Postgres(options.connect(url).await.expect("the server answers"))
            }
            None => {
                let options = SqliteConnectOptions::new()
                    .filename(folder.join("verstak.db"))
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(std::time::Duration::from_secs(120));
                let pool = |size| SqlitePoolOptions::new().max_connections(size).test_before_acquire(false);
                let reader = pool(2).connect_with(options.clone()).await.expect("readers");
                Pool::Sqlite { reader, writer: pool(1).connect_with(options).await.expect("a writer") }
            }
        };
        Self {
            pool,
            user,
            company: table("company", &["name", "total"]),
            deal: table("deal", &["title", "company", "total", "pieces"]),
            line: table("line", &["deal", "price", "quantity", "amount"]),
        }
    }

    /// The identity of a line of a deal.
    pub(crate) fn line(&self, parent: Parent, at: usize) -> Uuid {
        let (first, count, _) = parent.lines(at);
        id(3, first + at % count)
    }

    /// Fills the tables, without what the formulas give.
    pub(crate) async fn fill(&self) {
        let companies = (0..COMPANIES).map(|number| (number, format!("'Company {number}'")));
        self.insert(&self.company, 1, 1, companies).await;
        let deals =
            (0..DEALS + 2).map(|number| (number, format!("'Deal {number}', {}", self.link(1, number % COMPANIES))));
        self.insert(&self.deal, 2, 2, deals).await;
        let lines = (0..ALL).map(|number| {
            let deal = match number {
                usual if usual < LINES => usual / EACH,
                hundred if hundred < LINES + 100 => DEALS,
                _ => DEALS + 1,
            };
            (number, format!("{}, {}, {}", self.link(2, deal), self.money(number * 104_729 % 1_000_000), number % 97))
        });
        self.insert(&self.line, 3, 3, lines).await;
        self.execute("ANALYZE".to_owned()).await;
    }

    fn link(&self, kind: u8, number: usize) -> String {
        format!("'{}'", id(kind, number))
    }

    fn money(&self, cents: usize) -> String {
        if self.is_sqlite() { cents.to_string() } else { format!("{}.{:02}", cents / 100, cents % 100) }
    }

    fn is_sqlite(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    fn now(&self) -> &'static str {
        if self.is_sqlite() { "CAST(unixepoch('subsec') * 1000 AS INTEGER)" } else { "now()" }
    }

    async fn insert(&self, table: &Table, kind: u8, columns: usize, rows: impl Iterator<Item = (usize, String)>) {
        let (now, user) = (self.now(), self.user);
        let names = table.columns[..columns].join(", ");
        let rows: Vec<String> = rows
            .map(|(number, values)| {
                format!("('{}', {now}, '{user}', {now}, '{user}', '{user}', 1, {values})", id(kind, number))
            })
            .collect();
        for chunk in rows.chunks(1_000) {
            let text = format!(
                "INSERT INTO {} (id, created_at, created_by, updated_at, updated_by, owner, version, {names}) VALUES {}",
                table.name,
                chunk.join(", ")
            );
            self.execute(text).await;
        }
    }

    async fn execute(&self, text: String) {
        match &self.pool {
            Pool::Sqlite { writer, .. } => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(writer).await.expect("the statement runs");
            }
            Pool::Postgres(pool) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(pool).await.expect("the statement runs");
            }
        }
    }

    fn names(&self) -> [&str; 12] {
        let [_, total] = self.company.columns.as_slice() else { unreachable!("two columns") };
        let [_, company, deal_total, pieces] = self.deal.columns.as_slice() else { unreachable!("four columns") };
        let [of, price, quantity, amount] = self.line.columns.as_slice() else { unreachable!("four columns") };
        [
            &self.company.name,
            total,
            &self.deal.name,
            company,
            deal_total,
            pieces,
            &self.line.name,
            of,
            price,
            quantity,
            amount,
            "deleted_at",
        ]
    }

    /// One statement that writes a value into each line.
    pub(crate) async fn recompute(&self) {
        let [_, _, _, _, _, _, line, _, price, quantity, amount, _] = self.names();
        self.execute(format!("UPDATE {line} SET {amount} = {price} * {quantity}")).await;
    }

    /// What the formulas give, in all records.
    pub(crate) async fn calculate(&self) {
        let [company_table, total, deal, company, deal_total, pieces, line, of, price, quantity, amount, deleted] =
            self.names();
        self.execute(format!("UPDATE {line} SET {amount} = {price} * {quantity}")).await;
        self.execute(format!(
            "UPDATE {deal} SET {deal_total} = (SELECT coalesce(sum(l.{amount}), 0) FROM {line} l WHERE l.{of} = {deal}.id AND l.{deleted} IS NULL), \
             {pieces} = (SELECT coalesce(sum(l.{quantity}), 0) FROM {line} l WHERE l.{of} = {deal}.id AND l.{deleted} IS NULL)"
        ))
        .await;
        self.execute(format!(
            "UPDATE {company_table} SET {total} = (SELECT coalesce(sum(d.{deal_total}), 0) FROM {deal} d WHERE d.{company} = {company_table}.id AND d.{deleted} IS NULL)"
        ))
        .await;
    }

    /// The totals of a deal and of its company, as texts.
    pub(crate) async fn totals(&self, parent: Parent, at: usize) -> Vec<String> {
        let [company_table, total, deal, company, deal_total, pieces, ..] = self.names();
        let key = id(2, parent.lines(at).2);
        let text = format!(
            "SELECT CAST(d.{deal_total} AS TEXT), CAST(d.{pieces} AS TEXT), CAST(c.{total} AS TEXT) FROM {deal} d JOIN {company_table} c ON c.id = d.{company} WHERE d.id = '{key}'"
        );
        match &self.pool {
            Pool::Sqlite { reader, .. } => {
                let row = sqlx::query(AssertSqlSafe(text)).fetch_one(reader).await.expect("the deal");
                (0..3).map(|at| row.get(at)).collect()
            }
            Pool::Postgres(pool) => {
                let row = sqlx::query(AssertSqlSafe(text)).fetch_one(pool).await.expect("the deal");
                (0..3).map(|at| row.get(at)).collect()
            }
        }
    }

    /// Changes a line and what is made of it, in one transaction.
    pub(crate) async fn save(&self, line_id: Uuid, parent: Parent, at: usize) {
        let [company_table, total, deal, company, deal_total, pieces, line, of, price, quantity, amount, deleted] =
            self.names();
        let number = parent.lines(at).2;
        let (key, holder) = (id(2, number), id(1, number % COMPANIES));
        let (count, now, user) = (at % 97, self.now(), self.user);
        let change = format!(
            "UPDATE {line} SET {quantity} = {count}, {amount} = {price} * {count}, version = version + 1, updated_at = {now}, updated_by = '{user}' WHERE id = '{line_id}'"
        );
        let hold = [
            format!("SELECT id FROM {deal} WHERE id = '{key}' FOR NO KEY UPDATE"),
            format!("SELECT id FROM {company_table} WHERE id = '{holder}' FOR NO KEY UPDATE"),
        ];
        let sums = format!(
            "UPDATE {deal} SET {deal_total} = (SELECT coalesce(sum(l.{amount}), 0) FROM {line} l WHERE l.{of} = '{key}' AND l.{deleted} IS NULL), \
             {pieces} = (SELECT coalesce(sum(l.{quantity}), 0) FROM {line} l WHERE l.{of} = '{key}' AND l.{deleted} IS NULL) WHERE id = '{key}'"
        );
        let above = format!(
            "UPDATE {company_table} SET {total} = (SELECT coalesce(sum(d.{deal_total}), 0) FROM {deal} d WHERE d.{company} = '{holder}' AND d.{deleted} IS NULL) WHERE id = '{holder}'"
        );
        match &self.pool {
            Pool::Sqlite { writer, .. } => {
                let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
                for text in [change, sums, above] {
                    sqlx::query(AssertSqlSafe(text)).persistent(false).execute(&mut *tx).await.expect("a row");
                }
                tx.commit().await.expect("a commit");
            }
            Pool::Postgres(pool) => {
                let mut tx = pool.begin().await.expect("a transaction");
                let [hold_deal, hold_company] = hold;
                for text in [change, hold_deal, sums, hold_company, above] {
                    sqlx::query(AssertSqlSafe(text)).persistent(false).execute(&mut *tx).await.expect("a row");
                }
                tx.commit().await.expect("a commit");
            }
        }
    }

    /// The first fifty lines by falling price times quantity.
    pub(crate) async fn list_by_hand(&self) -> Vec<(String, String)> {
        let [_, _, _, _, _, _, line, _, price, quantity, _, deleted] = self.names();
        let text = format!(
            "SELECT CAST({price} AS TEXT), CAST({price} * {quantity} AS TEXT) FROM {line} WHERE {deleted} IS NULL ORDER BY {price} * {quantity} DESC NULLS LAST, id LIMIT 50"
        );
        match &self.pool {
            Pool::Sqlite { reader, .. } => {
                let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(reader).await.expect("rows");
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
            Pool::Postgres(pool) => {
                let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(pool).await.expect("rows");
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        }
    }
}
