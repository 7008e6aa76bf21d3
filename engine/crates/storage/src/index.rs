//! Writing the search index, whose rows and words SQLite keeps in two tables.

use std::collections::HashMap;

use expression::Value;
use sql::Dialect;
use uuid::Uuid;

use crate::internal::search::{self, Row};
use crate::{Error, Transaction};

/// Records in one statement.
const CHUNK: usize = 50;

impl Transaction {
    /// Keeps the words of records of an entity unless those of a later version are there.
    pub async fn index(&mut self, entity: &str, rows: &[Row]) -> Result<(), Error> {
        let dialect = self.dialect();
        for rows in rows.chunks(CHUNK) {
            let statement = search::put(dialect, entity, rows);
            if dialect == Dialect::Postgres {
                self.execute(&statement).await?;
                continue;
            }
            let words: HashMap<Uuid, &[String]> = rows.iter().map(|row| (row.record, row.words.as_slice())).collect();
            for kept in self.fetch(&statement).await? {
                let [Value::Integer(id), Value::Id(record)] = kept.as_slice() else { continue };
                let Some(words) = words.get(record) else { continue };
                self.execute(&search::words(*id, words)).await?;
            }
        }
        Ok(())
    }

    /// Forgets records of an entity.
    pub async fn unindex(&mut self, entity: &str, records: &[Uuid]) -> Result<(), Error> {
        let dialect = self.dialect();
        for records in records.chunks(CHUNK) {
            if dialect == Dialect::Sqlite {
                self.execute(&search::forget_words(entity, records)).await?;
            }
            self.execute(&search::forget(dialect, entity, records)).await?;
        }
        Ok(())
    }
}
