//! The floor: the same work in SQL written by hand, over the very same tables and indexes.

use std::path::Path;

use engine::Engine;
use serde_json::{Value, json};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::readers::Readers;

const COMPANIES: usize = 5_000;
const DEALS: usize = 100_000;
const CITIES: usize = 50;
const STAGES: [&str; 4] = ["new", "proposal", "won", "lost"];

/// One of the two databases, and the texts of the statements.
pub(crate) struct Floor {
    pool: Pool,
    names: Names,
}

enum Pool {
    Sqlite { readers: Readers, writer: SqlitePool },
    Postgres(PgPool),
}

/// Physical names, taken from the catalog so that the floor uses the product's tables.
struct Names {
    company: String,
    name: String,
    city: String,
    deal: String,
    title: String,
    amount: String,
    stage: String,
    close_date: String,
    link: String,
    user: String,
    person: String,
}

impl Floor {
    /// Opens pools of the same size and safety as the product's.
    pub(crate) async fn open(engine: &Engine, folder: &Path, url: Option<&str>) -> Self {
        let catalog = engine.catalog();
        let column = |entity: &str, field: &str| {
            catalog.entity(entity).and_then(|found| found.field(field)).expect("the field").columns[0].clone()
        };
        let table = |entity: &str| catalog.entity(entity).expect("the entity").table.clone();
        let names = Names {
            company: table("company"),
            name: column("company", "name"),
            city: column("company", "city"),
            deal: table("deal"),
            title: column("deal", "title"),
            amount: column("deal", "amount"),
            stage: column("deal", "stage"),
            close_date: column("deal", "close_date"),
            link: column("deal", "company"),
            user: table("user"),
            person: column("user", "name"),
        };
        let pool = match url {
            Some(url) => {
                let options = PgPoolOptions::new().max_connections(16).test_before_acquire(false);
                Pool::Postgres(options.connect(url).await.expect("the server answers"))
            }
            None => {
                let file = folder.join("verstak.db");
                let options = SqliteConnectOptions::new()
                    .filename(file)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .collation("verstak", |left, right| expression::collation::compare("ru", left, right))
                    .busy_timeout(std::time::Duration::from_secs(30));
                let pool = |size| SqlitePoolOptions::new().max_connections(size).test_before_acquire(false);
                let readers = Readers::open(&options, 6).await;
                let writer = pool(1).connect_with(options).await.expect("a writer");
                Pool::Sqlite { readers, writer }
            }
        };
        Self { pool, names }
    }

    /// Fills both tables; gives the identities.
    pub(crate) async fn fill(&self, user: Uuid) -> (Vec<Uuid>, Vec<Uuid>) {
        let n = &self.names;
        let companies: Vec<Uuid> = (0..COMPANIES).map(|_| Uuid::now_v7()).collect();
        let deals: Vec<Uuid> = (0..DEALS).map(|_| Uuid::now_v7()).collect();
        let now = self.now();
        let attributes = "id, created_at, created_by, updated_at, updated_by, owner, version";
        for (chunk, ids) in companies.chunks(500).enumerate() {
            let rows: Vec<String> = ids
                .iter()
                .enumerate()
                .map(|(at, id)| {
                    let number = chunk * 500 + at;
                    format!(
                        "('{id}', {now}, '{user}', {now}, '{user}', '{user}', 1, 'Company {number}', 'City {}')",
                        number % CITIES
                    )
                })
                .collect();
            let text =
                format!("INSERT INTO {} ({attributes}, {}, {}) VALUES {}", n.company, n.name, n.city, rows.join(", "));
            self.execute(text).await;
        }
        for (chunk, ids) in deals.chunks(500).enumerate() {
            let rows: Vec<String> = ids
                .iter()
                .enumerate()
                .map(|(at, id)| {
                    let number = chunk * 500 + at;
                    let (company, stage) = (companies[number % COMPANIES], STAGES[number / COMPANIES % STAGES.len()]);
                    let cents = (number * 104_729) % 10_000_000;
                    let amount = self.amount(cents);
                    format!(
                        "('{id}', {now}, '{user}', {now}, '{user}', '{user}', 1, 'Deal {number}', {amount}, '{stage}', '2026-{:02}-{:02}', '{company}')",
                        number % 12 + 1,
                        number % 28 + 1
                    )
                })
                .collect();
            let text = format!(
                "INSERT INTO {} ({attributes}, {}, {}, {}, {}, {}) VALUES {}",
                n.deal,
                n.title,
                n.amount,
                n.stage,
                n.close_date,
                n.link,
                rows.join(", ")
            );
            self.execute(text).await;
        }
        // The product does so by itself after a while, and PostgreSQL in the background.
        self.execute("ANALYZE".to_owned()).await;
        if self.is_sqlite() {
            self.execute("DELETE FROM sqlite_stat4 WHERE idx LIKE 'sqlite_autoindex_%'".to_owned()).await;
        }
        (companies, deals)
    }

    async fn execute(&self, text: String) {
        match &self.pool {
            Pool::Sqlite { writer, .. } => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(writer).await.expect("it runs");
            }
            Pool::Postgres(pool) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(pool).await.expect("it runs");
            }
        }
    }

    fn now(&self) -> &'static str {
        match self.pool {
            Pool::Sqlite { .. } => "1795305600000",
            Pool::Postgres(_) => "'2026-11-22T00:00:00Z'",
        }
    }

    fn amount(&self, cents: usize) -> String {
        match self.pool {
            Pool::Sqlite { .. } => cents.to_string(),
            Pool::Postgres(_) => format!("{}.{:02}", cents / 100, cents % 100),
        }
    }

    /// One deal with its company's name.
    pub(crate) async fn read_one(&self, id: Uuid) -> String {
        let n = &self.names;
        let amount = self.amount_text();
        let date = if self.is_sqlite() { format!("d.{}", n.close_date) } else { format!("d.{}::text", n.close_date) };
        let text = format!(
            "SELECT d.{}, {amount}, d.{}, {date}, c.id, c.{}, d.version FROM {} d LEFT JOIN {} c ON c.id = d.{} AND c.deleted_at IS NULL \
             WHERE d.id = $1 AND d.deleted_at IS NULL",
            n.title, n.stage, n.name, n.deal, n.company, n.link
        );
        let (title, amount, stage, date, company, name, version): (
            String,
            String,
            String,
            String,
            String,
            String,
            i64,
        ) = match &self.pool {
            Pool::Sqlite { readers, .. } => {
                let row = sqlx::query(AssertSqlSafe(text))
                    .bind(id.to_string())
                    .fetch_one(&mut *readers.take().await)
                    .await
                    .expect("the deal");
                (row.get(0), cents_text(row.get(1)), row.get(2), row.get(3), row.get(4), row.get(5), row.get(6))
            }
            Pool::Postgres(pool) => {
                let row = sqlx::query(AssertSqlSafe(text)).bind(id).fetch_one(pool).await.expect("the deal");
                (
                    row.get(0),
                    row.get(1),
                    row.get(2),
                    row.get(3),
                    row.get::<Uuid, _>(4).to_string(),
                    row.get(5),
                    row.get(6),
                )
            }
        };
        let value: Value = json!({
            "id": id, "title": title, "amount": amount, "stage": stage, "close_date": date,
            "company": {"id": company, "title": name}, "version": version
        });
        value.to_string()
    }

    /// Fifty won deals of the companies of a city, the dearest first.
    pub(crate) async fn list(&self, city: usize) -> Vec<String> {
        let n = &self.names;
        let amount = self.amount_text();
        let text = format!(
            "SELECT d.{}, {amount}, c.{} FROM {} d JOIN {} c ON c.id = d.{} AND c.deleted_at IS NULL \
             WHERE d.deleted_at IS NULL AND d.{} = $1 AND c.{} = $2 ORDER BY d.{} DESC NULLS LAST, d.id LIMIT 51",
            n.title, n.name, n.deal, n.company, n.link, n.stage, n.city, n.amount
        );
        let city = format!("City {city}");
        let mut rows: Vec<(String, String, String)> = match &self.pool {
            Pool::Sqlite { readers, .. } => sqlx::query(AssertSqlSafe(text))
                .bind("won")
                .bind(city)
                .fetch_all(&mut *readers.take().await)
                .await
                .expect("rows")
                .iter()
                .map(|row| (row.get(0), cents_text(row.get(1)), row.get(2)))
                .collect(),
            Pool::Postgres(pool) => sqlx::query(AssertSqlSafe(text))
                .bind("won")
                .bind(city)
                .fetch_all(pool)
                .await
                .expect("rows")
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect(),
        };
        rows.truncate(50);
        rows.into_iter()
            .map(|(title, amount, name)| json!({"title": title, "amount": amount, "company.name": name}).to_string())
            .collect()
    }

    /// One row with everything that the record has, and the record as the answer.
    pub(crate) async fn create(&self, company: Uuid, at: usize, user: Uuid) -> String {
        let n = &self.names;
        let now = self.now();
        let text = format!(
            "INSERT INTO {} (id, created_at, created_by, updated_at, updated_by, owner, version, {}, {}, {}, {}, {}) \
             VALUES ($1, {now}, $2, {now}, $2, $2, 1, $3, {}, 'new', '2026-11-30', $4)",
            n.deal,
            n.title,
            n.amount,
            n.stage,
            n.close_date,
            n.link,
            self.amount(125_050)
        );
        let id = Uuid::now_v7();
        let title = format!("Deal made {at}");
        match &self.pool {
            Pool::Sqlite { writer, .. } => {
                let query = sqlx::query(AssertSqlSafe(text)).bind(id.to_string()).bind(user.to_string());
                query.bind(title).bind(company.to_string()).execute(writer).await.expect("a row");
            }
            Pool::Postgres(pool) => {
                let query = sqlx::query(AssertSqlSafe(text)).bind(id).bind(user);
                query.bind(title).bind(company).execute(pool).await.expect("a row");
            }
        }
        self.whole(id).await
    }

    /// The whole record, as whoever writes it gets it back.
    async fn whole(&self, id: Uuid) -> String {
        let n = &self.names;
        let amount = self.amount_text();
        let (moment, text) = if self.is_sqlite() { ("", "") } else { ("(extract(epoch from ", "::text") };
        let moment = |name: &str| match moment {
            "" => format!("d.{name}"),
            start => format!("{start}d.{name}) * 1000)::bigint"),
        };
        let text = format!(
            "SELECT {created}, {updated}, d.version, d.{title}, {amount}, d.{stage}, d.{close_date}{text}, \
             c.id{text}, c.{name}, m.id{text}, m.{person}, u.id{text}, u.{person}, o.id{text}, o.{person} FROM {deal} d \
             LEFT JOIN {company} c ON c.id = d.{link} AND c.deleted_at IS NULL \
             LEFT JOIN {user} m ON m.id = d.created_by LEFT JOIN {user} u ON u.id = d.updated_by \
             LEFT JOIN {user} o ON o.id = d.owner WHERE d.id = $1 AND d.deleted_at IS NULL",
            created = moment("created_at"),
            updated = moment("updated_at"),
            title = n.title,
            stage = n.stage,
            close_date = n.close_date,
            name = n.name,
            person = n.person,
            deal = n.deal,
            company = n.company,
            link = n.link,
            user = n.user,
        );
        let query = AssertSqlSafe(text);
        match &self.pool {
            Pool::Sqlite { readers, .. } => {
                let row = sqlx::query(query)
                    .bind(id.to_string())
                    .fetch_one(&mut *readers.take().await)
                    .await
                    .expect("the deal");
                whole(id, &row, &cents_text(row.get(4)))
            }
            Pool::Postgres(pool) => {
                let row = sqlx::query(query).bind(id).fetch_one(pool).await.expect("the deal");
                whole(id, &row, &row.get::<String, _>(4))
            }
        }
    }

    /// One row changed where its version is still the one read, and the record as the answer.
    pub(crate) async fn update(&self, id: Uuid, at: usize, user: Uuid) -> String {
        let n = &self.names;
        let read = format!("SELECT version FROM {} WHERE id = $1", n.deal);
        let write = format!(
            "UPDATE {} SET {} = {}, {} = 'proposal', updated_at = {}, updated_by = $3, version = version + 1 WHERE id = $1 AND version = $2",
            n.deal,
            n.amount,
            self.amount(at % 100_000 * 100 + 25),
            n.stage,
            self.now()
        );
        loop {
            let changed = match &self.pool {
                Pool::Sqlite { readers, writer } => {
                    let key = id.to_string();
                    let row = sqlx::query(AssertSqlSafe(read.clone()))
                        .bind(&key)
                        .fetch_one(&mut *readers.take().await)
                        .await
                        .expect("the deal");
                    let version: i64 = row.get(0);
                    sqlx::query(AssertSqlSafe(write.clone()))
                        .bind(&key)
                        .bind(version)
                        .bind(user.to_string())
                        .execute(writer)
                        .await
                        .expect("a row")
                        .rows_affected()
                }
                Pool::Postgres(pool) => {
                    let row =
                        sqlx::query(AssertSqlSafe(read.clone())).bind(id).fetch_one(pool).await.expect("the deal");
                    let version: i64 = row.get(0);
                    sqlx::query(AssertSqlSafe(write.clone()))
                        .bind(id)
                        .bind(version)
                        .bind(user)
                        .execute(pool)
                        .await
                        .expect("a row")
                        .rows_affected()
                }
            };
            if changed == 1 {
                return self.whole(id).await;
            }
        }
    }

    fn is_sqlite(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    fn amount_text(&self) -> String {
        match self.pool {
            Pool::Sqlite { .. } => format!("d.{}", self.names.amount),
            Pool::Postgres(_) => format!("d.{}::text", self.names.amount),
        }
    }
}

fn whole<'r, R>(id: Uuid, row: &'r R, amount: &str) -> String
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let text = |at: usize| row.get::<String, _>(at);
    let moment = |at: usize| {
        let moment = chrono::DateTime::from_timestamp_millis(row.get(at)).expect("a moment");
        moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    };
    let link = |at: usize| json!({"id": text(at), "title": text(at + 1)});
    let value: Value = json!({
        "id": id, "created_at": moment(0), "created_by": link(9), "updated_at": moment(1), "updated_by": link(11),
        "owner": link(13), "version": row.get::<i64, _>(2), "title": text(3), "amount": amount, "stage": text(5),
        "close_date": text(6), "company": link(7)
    });
    value.to_string()
}

fn cents_text(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
