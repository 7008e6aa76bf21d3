//! Statements of PostgreSQL that go to the server in one message, because each message waits for its answer.

use sql::{ColumnType, Statement};

use crate::bundle::shifted;

/// What waits: statements with the number of rows each changes.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) statements: Vec<(Statement, u64)>,
}

impl Waiting {
    /// Takes everything as one statement, which answers how many rows changed, with the count that is right.
    pub(crate) fn take(&mut self) -> Option<(Statement, u64)> {
        if self.statements.is_empty() {
            return None;
        }
        let mut parameters = Vec::new();
        let (mut parts, mut counts, mut total) = (Vec::new(), Vec::new(), 0);
        for (at, (statement, rows)) in std::mem::take(&mut self.statements).into_iter().enumerate() {
            parts.push(format!("w{at} AS ({} RETURNING 1)", shifted(&statement.text, parameters.len())));
            counts.push(format!("(SELECT count(*) FROM w{at})"));
            parameters.extend(statement.parameters.0);
            total += rows;
        }
        let text = format!("WITH {} SELECT {}", parts.join(", "), counts.join(" + "));
        Some((Statement::text(text, parameters, vec![ColumnType::Integer]), total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_become_one_with_parameters_of_their_own() {
        let insert = |table: &str| {
            Statement::text(format!("INSERT INTO {table} VALUES ($1, '$1', $2)"), vec![1.into(), 2.into()], Vec::new())
        };
        let mut waiting = Waiting { statements: vec![(insert("a"), 1), (insert("\"b$1\""), 3)] };
        let (statement, rows) = waiting.take().unwrap();
        assert_eq!(
            statement.text,
            "WITH w0 AS (INSERT INTO a VALUES ($1, '$1', $2) RETURNING 1), w1 AS (INSERT INTO \"b$1\" VALUES ($3, '$1', $4) RETURNING 1) \
             SELECT (SELECT count(*) FROM w0) + (SELECT count(*) FROM w1)"
        );
        assert_eq!((rows, statement.parameters.0.len()), (4, 4));
        assert!(waiting.take().is_none());
    }
}
