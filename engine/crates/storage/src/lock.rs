//! Named locks over all nodes, held until the transaction ends.

use sql::{ColumnType, Rows, Statement};

use crate::internal::settings;
use crate::transaction::Held;
use crate::{Error, Transaction};

impl Transaction {
    /// Waits for the lock of this name. On SQLite the writer itself is the lock.
    pub async fn lock(&mut self, name: &str) -> Result<(), Error> {
        self.wait_for("pg_advisory_xact_lock", name).await
    }

    /// Waits until nobody holds the lock of this name by [`Transaction::lock`], and keeps others from that; many hold it so
    /// at a time.
    pub async fn lock_shared(&mut self, name: &str) -> Result<(), Error> {
        self.wait_for("pg_advisory_xact_lock_shared", name).await
    }

    /// Has a function of PostgreSQL take the lock of this name.
    async fn wait_for(&mut self, function: &str, name: &str) -> Result<(), Error> {
        if let Held::Sqlite(_) = self.held() {
            return Ok(());
        }
        let text = format!("SELECT {function}(hashtextextended($1, 0)) IS NULL");
        self.fetch(&Statement::text(text, vec![name.into()], vec![ColumnType::Boolean])).await?;
        Ok(())
    }

    /// Waits until nobody holds a setting by [`crate::Database::begin_holding`], keeps it alone, and gives its value.
    pub async fn hold_alone(&mut self, setting: &str) -> Result<Rows, Error> {
        self.lock(&settings::lock_of(setting)).await?;
        self.fetch(&settings::get(setting)).await
    }

    /// Takes the lock of this name if nobody holds it, and says whether it did.
    pub async fn try_lock(&mut self, name: &str) -> Result<bool, Error> {
        if let Held::Sqlite(_) = self.held() {
            return Ok(true);
        }
        let rows = self
            .fetch(&Statement::text(
                "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))",
                vec![name.into()],
                vec![ColumnType::Boolean],
            ))
            .await?;
        Ok(rows.first().and_then(|row| row.first()) == Some(&expression::Value::Boolean(true)))
    }
}
