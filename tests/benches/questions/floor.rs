//! The floor: the same questions in SQL written by hand, over the very same tables and indexes.

use std::path::Path;
use std::sync::Arc;

use engine::Engine;
use engine::catalog::Catalog;
use serde_json::{Map, Value};
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::fill::{COMPANIES, COUNTRIES, DEALS, NUMBERS, OWN, REGIONS, STAGES, words};
use crate::Who;

/// One of the two databases, and the person who asks.
pub(crate) struct Floor {
    pool: Pool,
    user: Uuid,
    /// Whose everything else is.
    colleague: Uuid,
    tables: Tables,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Physical names, taken from the catalog so that the floor uses the product's tables.
struct Tables {
    country: String,
    region: String,
    company: String,
    deal: String,
    catalog: Arc<Catalog>,
}

/// What a column of an answer holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Money,
    /// Of money, without the digits that say nothing.
    Sum,
    Whole,
}

/// A month and the one before.
pub(crate) const MONTHS: [[&str; 2]; 2] = [["2026-03-01", "2026-03-31"], ["2026-02-01", "2026-02-28"]];

/// The attributes that every record has.
const ATTRIBUTES: &str = "id, created_at, created_by, updated_at, updated_by, owner, version";

impl Floor {
    /// Opens a pool of the same size and safety as the product's.
    pub(crate) async fn open(engine: &Engine, folder: &Path, url: Option<&str>, [user, colleague]: [Uuid; 2]) -> Self {
        let catalog = engine.catalog();
        let table = |entity: &str| catalog.entity(entity).expect("the entity").table.clone();
        let tables = Tables {
            country: table("country"),
            region: table("region"),
            company: table("company"),
            deal: table("deal"),
            catalog: Arc::clone(&catalog),
        };
        let pool = match url {
            Some(url) => {
                let options = PgPoolOptions::new().max_connections(16).test_before_acquire(false);
                Pool::Postgres(options.connect(url).await.expect("the server answers"))
            }
            None => {
                let options = SqliteConnectOptions::new()
                    .filename(folder.join("verstak.db"))
                    .collation("verstak", |left, right| expression::collation::compare("ru", left, right))
                    .busy_timeout(std::time::Duration::from_secs(60));
                let pool = SqlitePoolOptions::new().max_connections(6).test_before_acquire(false);
                Pool::Sqlite(pool.connect_with(options).await.expect("the file opens"))
            }
        };
        Self { pool, user, colleague, tables }
    }

    fn column(&self, entity: &str, field: &str) -> String {
        let found = self.tables.catalog.entity(entity).and_then(|found| found.field(field));
        found.expect("the field").columns[0].clone()
    }

    /// Fills all tables.
    pub(crate) async fn fill(&self) {
        let t = &self.tables;
        self.series(&t.country, &[&self.column("country", "name")], COUNTRIES, &["'Country ' || n".to_owned()]).await;
        let columns = [&*self.column("region", "name"), &*self.column("region", "country")];
        let values = ["'Region ' || n".to_owned(), self.id(1, &format!("n % {COUNTRIES}"))];
        self.series(&t.region, &columns, REGIONS, &values).await;
        let columns = [&*self.column("company", "name"), &*self.column("company", "region")];
        let values = ["'Company ' || n".to_owned(), self.id(2, &format!("n % {REGIONS}"))];
        self.series(&t.company, &columns, COMPANIES, &values).await;
        let names = ["title", "amount", "margin", "stage", "company", "closed"].map(|name| self.column("deal", name));
        let columns: Vec<&str> = names.iter().map(String::as_str).collect();
        // Cents, spread over what a deal may be worth.
        let cents = "(n * 104729 % 100000000)";
        let (amount, margin) = match self.pool {
            Pool::Sqlite(_) => (cents.to_owned(), format!("{cents} / 10")),
            Pool::Postgres(_) => (format!("{cents}::numeric / 100"), format!("({cents} / 10)::numeric / 100")),
        };
        let stage = "CASE n / 7 % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'proposal' WHEN 2 THEN 'won' ELSE 'lost' END";
        let values = [
            "'Deal ' || n || ' of batch' || (n % 1000)".to_owned(),
            amount,
            margin,
            stage.to_owned(),
            self.id(3, &format!("n * 7 % {COMPANIES}")),
            match self.pool {
                Pool::Sqlite(_) => "date('2025-01-01', '+' || (n % 700) || ' days')".to_owned(),
                Pool::Postgres(_) => "date '2025-01-01' + (n % 700)::integer".to_owned(),
            },
        ];
        self.series(&t.deal, &columns, DEALS, &values).await;
        // The product does so by itself after a while, and PostgreSQL in the background.
        self.execute("ANALYZE").await;
        if matches!(self.pool, Pool::Sqlite(_)) {
            let samples =
                "DELETE FROM sqlite_stat4 WHERE idx LIKE 'sqlite_autoindex_%' OR tbl GLOB 'verstak_search_words_*'";
            self.execute(samples).await;
            // The connection that counted keeps what it found until it is told to read it again.
            self.execute("ANALYZE sqlite_schema").await;
        }
    }

    /// The identity of the so manieth record of a table.
    fn id(&self, table: usize, number: &str) -> String {
        match self.pool {
            Pool::Sqlite(_) => format!("printf('01900000-0000-7000-8{table:03}-%012x', {number})"),
            Pool::Postgres(_) => {
                format!("('01900000-0000-7000-8{table:03}-' || lpad(to_hex({number}), 12, '0'))::uuid")
            }
        }
    }

    async fn series(&self, table: &str, columns: &[&str], count: usize, values: &[String]) {
        let number = ["country", "region", "company", "deal"].iter().position(|name| table.starts_with(name));
        let id = self.id(number.expect("a table of ours") + 1, "n");
        let user = format!("'{}'", self.user);
        let other = format!("'{}'", self.colleague);
        let owner = format!("CASE WHEN n / 11 % {OWN} = 0 THEN {user} ELSE {other} END");
        let (now, owner, user, numbers) = match self.pool {
            Pool::Sqlite(_) => (
                "1795305600000",
                owner,
                user,
                format!("WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {}) ", count - 1),
            ),
            Pool::Postgres(_) => (
                "'2026-11-22T00:00:00Z'::timestamptz",
                format!("({owner})::uuid"),
                format!("{user}::uuid"),
                format!("WITH s AS (SELECT generate_series(0::bigint, {}) AS n) ", count - 1),
            ),
        };
        let text = format!(
            "{numbers}INSERT INTO {table} ({ATTRIBUTES}, {}) SELECT {id}, {now}, {user}, {now}, {user}, {owner}, 1, {} FROM s",
            columns.join(", "),
            values.join(", ")
        );
        self.execute(&text).await;
    }

    async fn execute(&self, text: &str) {
        let text = AssertSqlSafe(text.to_owned());
        match &self.pool {
            Pool::Sqlite(pool) => drop(sqlx::raw_sql(text).execute(pool).await.expect("it runs")),
            Pool::Postgres(pool) => drop(sqlx::raw_sql(text).execute(pool).await.expect("it runs")),
        }
    }

    /// The answer to a question, a JSON text for each row.
    pub(crate) async fn ask(&self, question: &str, who: Who, at: usize) -> Vec<String> {
        match question {
            "list" | "dataset" => self.list(who, at).await,
            "groups" | "grouped_dataset" => self.groups(who, false).await,
            "pivot" => self.groups(who, true).await,
            "measures" => self.measures(who, &[None]).await,
            "measures_of_month" => self.measures(who, &MONTHS.map(Some)).await,
            _ => self.search(who, at).await,
        }
    }

    /// Deals `d` with their companies `c`, regions `r` and countries `o`.
    fn from(&self) -> String {
        let t = &self.tables;
        format!(
            "FROM {deal} d LEFT JOIN {company} c ON c.id = d.{link} AND c.deleted_at IS NULL \
             LEFT JOIN {region} r ON r.id = c.{region_of} AND r.deleted_at IS NULL \
             LEFT JOIN {country} o ON o.id = r.{country_of} AND o.deleted_at IS NULL",
            deal = t.deal,
            company = t.company,
            link = self.column("deal", "company"),
            region = t.region,
            region_of = self.column("company", "region"),
            country = t.country,
            country_of = self.column("region", "country"),
        )
    }

    /// What the person may read, said by hand.
    fn rule(&self, who: Who) -> String {
        match who {
            Who::Administrator => "d.deleted_at IS NULL".to_owned(),
            Who::Ruled => {
                let user = self.user;
                format!("d.deleted_at IS NULL AND (d.owner = '{user}' OR c.owner = '{user}')")
            }
        }
    }

    async fn list(&self, who: Who, at: usize) -> Vec<String> {
        let deal = |name: &str| format!("d.{}", self.column("deal", name));
        let margin = match who {
            Who::Administrator => deal("margin"),
            Who::Ruled => format!("CASE WHEN d.owner = '{}' THEN {} END", self.user, deal("margin")),
        };
        let text = format!(
            "SELECT {}, {}, {}, c.{}, r.{} {} WHERE {} AND {} = 'won' AND o.{} = 'Country {}' ORDER BY {} DESC NULLS LAST, d.id LIMIT 50",
            deal("title"),
            self.money(&deal("amount")),
            self.money(&margin),
            self.column("company", "name"),
            self.column("region", "name"),
            self.from(),
            self.rule(who),
            deal("stage"),
            self.column("country", "name"),
            at % COUNTRIES,
            deal("amount"),
        );
        let columns = [
            ("title", Kind::Text),
            ("amount", Kind::Money),
            ("margin", Kind::Money),
            ("company.name", Kind::Text),
            ("company.region.name", Kind::Text),
        ];
        self.rows(text, &columns, true).await
    }

    async fn groups(&self, who: Who, totals: bool) -> Vec<String> {
        let (stage, name) =
            (format!("d.{}", self.column("deal", "stage")), format!("o.{}", self.column("country", "name")));
        let sum = format!("sum(d.{})", self.column("deal", "amount"));
        let (from, rule, sum) = (self.from(), self.rule(who), self.money(&sum));
        let grouped = |keys: &str, by: &str| format!("SELECT {keys}, count(*), {sum} {from} WHERE {rule} {by}");
        let both = format!("GROUP BY {stage}, {name}");
        let text = match (&self.pool, totals) {
            (_, false) => grouped(&format!("{stage}, {name}"), &both),
            (Pool::Postgres(_), true) => grouped(
                &format!("{stage}, {name}"),
                &format!("GROUP BY GROUPING SETS (({stage}, {name}), ({stage}), ())"),
            ),
            // SQLite has no grouping sets: the shorter lists of keys are summed from the longest.
            (Pool::Sqlite(_), true) => {
                let finest =
                    grouped(&format!("{stage} AS k1, {name} AS k2"), &both).replacen("count(*)", "count(*) AS n", 1);
                let finest = finest.replacen(&sum, &format!("{sum} AS s"), 1);
                format!(
                    "WITH g AS MATERIALIZED ({finest}) SELECT k1, k2, n, s FROM g UNION ALL SELECT k1, NULL, sum(n), sum(s) FROM g GROUP BY k1 \
                     UNION ALL SELECT NULL, NULL, sum(n), sum(s) FROM g"
                )
            }
        };
        let columns = [("stage", Kind::Text), ("country", Kind::Text), ("n", Kind::Whole), ("sum", Kind::Sum)];
        self.rows(text, &columns, !totals).await
    }

    /// Each number of each stage by a statement of its own, one after the other: of all time, or of the days of each period.
    async fn measures(&self, who: Who, periods: &[Option<[&str; 2]>]) -> Vec<String> {
        let deal = |name: &str| format!("d.{}", self.column("deal", name));
        let mut found = Vec::new();
        for stage in STAGES {
            for (_, number) in NUMBERS {
                for days in periods {
                    let (number, kind) = match number.split_once('(') {
                        Some(("count", _)) => ("count(*)".to_owned(), Kind::Whole),
                        Some((name, _)) => (self.money(&format!("{name}({})", deal("amount"))), Kind::Sum),
                        None => unreachable!("an aggregate"),
                    };
                    let within =
                        days.map(|[from, to]| format!("AND {0} >= '{from}' AND {0} <= '{to}'", deal("closed")));
                    let text = format!(
                        "SELECT {number} {} WHERE {} AND {} = '{stage}' {}",
                        self.deals_with_companies(who),
                        self.rule(who),
                        deal("stage"),
                        within.unwrap_or_default()
                    );
                    found.extend(self.rows(text, &[("", kind)], true).await);
                }
            }
        }
        found
    }

    /// Deals `d`, with their companies `c` where the rule asks for these.
    fn deals_with_companies(&self, who: Who) -> String {
        let t = &self.tables;
        let link = self.column("deal", "company");
        match who {
            Who::Administrator => format!("FROM {} d", t.deal),
            Who::Ruled => {
                format!("FROM {} d LEFT JOIN {} c ON c.id = d.{link} AND c.deleted_at IS NULL", t.deal, t.company)
            }
        }
    }

    /// The twenty best of the titles that hold one word and the beginning of another, over the product's index.
    async fn search(&self, who: Who, at: usize) -> Vec<String> {
        let words = words(at);
        let (whole, start) = words.split_once(' ').expect("two words");
        let (title, deal) = (self.column("deal", "title"), &self.tables.deal);
        let link = self.column("deal", "company");
        let company = &self.tables.company;
        let rule = self.rule(who);
        let joined = match who {
            Who::Administrator => String::new(),
            Who::Ruled => format!("LEFT JOIN {company} c ON c.id = d.{link} AND c.deleted_at IS NULL"),
        };
        // Titles that hold both words as they were typed come first.
        let (index, condition, exact) = match self.pool {
            Pool::Sqlite(_) => {
                let both = format!("\"deal:deal_title:{whole}\" AND \"deal:deal_title:{start}\"");
                (
                    // The words come first: SQLite would look them up once for each record.
                    "verstak_search_words w CROSS JOIN verstak_search s ON s.id = w.rowid",
                    format!("w.verstak_search_words MATCH '{both} *'"),
                    format!(
                        "s.id IN (SELECT rowid FROM verstak_search_words WHERE verstak_search_words MATCH '{both}')"
                    ),
                )
            }
            Pool::Postgres(_) => {
                let both = format!("''deal:deal_title:{whole}'' & ''deal:deal_title:{start}''");
                ("verstak_search s", format!("s.words @@ '{both}:*'::tsquery"), format!("s.words @@ '{both}'::tsquery"))
            }
        };
        let text = format!(
            "SELECT d.{title} FROM {index} JOIN {deal} d ON d.id = s.record AND d.version = s.version {joined} \
             WHERE {condition} AND s.entity = 'deal' AND {rule} ORDER BY {exact} DESC, d.id DESC LIMIT 20"
        );
        self.rows(text, &[("", Kind::Text)], true).await
    }

    fn money(&self, text: &str) -> String {
        match self.pool {
            Pool::Sqlite(_) => text.to_owned(),
            Pool::Postgres(_) => format!("({text})::text"),
        }
    }

    /// Rows as JSON objects, with or without their empty values, or as bare values where the only column has no name.
    async fn rows(&self, text: String, columns: &[(&str, Kind)], keep: bool) -> Vec<String> {
        let object = |values: Vec<Value>| match columns {
            [("", _)] => values.into_iter().next().unwrap_or_default().to_string(),
            _ => {
                let named = columns.iter().zip(values).filter(|(_, value)| keep || !value.is_null());
                Value::Object(named.map(|((name, _), value)| ((*name).to_owned(), value)).collect::<Map<_, _>>())
                    .to_string()
            }
        };
        let statement = AssertSqlSafe(text);
        match &self.pool {
            Pool::Sqlite(pool) => {
                let rows = sqlx::query(statement).fetch_all(pool).await.expect("rows");
                rows.iter()
                    .map(|row| {
                        object(columns.iter().enumerate().map(|(at, (_, kind))| of_sqlite(row, at, *kind)).collect())
                    })
                    .collect()
            }
            Pool::Postgres(pool) => {
                let rows = sqlx::query(statement).fetch_all(pool).await.expect("rows");
                rows.iter()
                    .map(|row| {
                        object(columns.iter().enumerate().map(|(at, (_, kind))| of_postgres(row, at, *kind)).collect())
                    })
                    .collect()
            }
        }
    }
}

fn of_sqlite(row: &SqliteRow, at: usize, kind: Kind) -> Value {
    match kind {
        Kind::Text => row.get::<Option<String>, _>(at).map_or(Value::Null, Value::String),
        Kind::Whole => row.get::<i64, _>(at).into(),
        Kind::Money | Kind::Sum => {
            let cents: Option<i64> = row.get(at);
            cents.map_or(Value::Null, |cents| decimal(format!("{}.{:02}", cents / 100, cents % 100), kind))
        }
    }
}

fn of_postgres(row: &PgRow, at: usize, kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Money | Kind::Sum => {
            row.get::<Option<String>, _>(at).map_or(Value::Null, |text| decimal(text, kind))
        }
        Kind::Whole => row.get::<i64, _>(at).into(),
    }
}

fn decimal(text: String, kind: Kind) -> Value {
    match kind {
        Kind::Sum => text.trim_end_matches('0').trim_end_matches('.').into(),
        _ => text.into(),
    }
}
