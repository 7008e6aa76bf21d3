//! Texts that become rich text: no database can clean them, so that the steps say where they are.

use catalog::FieldKind;
use sql::names::quote;
use sql::{ColumnType, Dialect, Statement, Value, parameter};
use uuid::Uuid;

use crate::plan::Planner;
use crate::plan::Step;
use crate::{Existing, Schema, Texts};

/// A column whose texts are to be cleaned in the transaction of the switch, after the statements of the step.
#[derive(Debug, Clone)]
pub struct Clean(Texts);

impl Clean {
    /// Reads a page of the texts in which there may be markup: rows of identity and text, in the order of identities.
    pub fn page(&self, after: Option<Uuid>, dialect: Dialect) -> Statement {
        self.0.page(&self.condition(), after, dialect)
    }

    /// Writes the clean text of a row; an empty one is none.
    pub fn write(&self, id: Uuid, text: &str, dialect: Dialect) -> Statement {
        let text = if text.is_empty() { Value::Empty } else { Value::Text(text.into()) };
        let places = if dialect == Dialect::Sqlite { ("?1", "?2") } else { ("$1", "$2") };
        let (table, column) = (quote(&self.0.table), quote(&self.0.column));
        Statement::text(
            format!("UPDATE {table} SET {column} = {} WHERE \"id\" = {}", places.0, places.1),
            vec![parameter(&text, ColumnType::Text, dialect), parameter(&Value::Id(id), ColumnType::Uuid, dialect)],
            Vec::new(),
        )
    }

    fn condition(&self) -> String {
        let column = quote(&self.0.column);
        let marks = ["<", ">", "&", "\u{a0}"].map(|mark| format!("{column} LIKE '%{mark}%'"));
        format!("({})", marks.join(" OR "))
    }
}

impl Planner<'_> {
    /// Adds a step for each column that is there and keeps rich text from now on.
    pub(crate) fn clean(&mut self, base: &Schema<'_>, next: &Schema<'_>, existing: &Existing) {
        for (name, table) in next.tables.iter().filter(|(_, table)| table.junction.is_none()) {
            let rich = table.entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::RichText));
            for field in rich {
                let Some(column) = field.columns.first() else { continue };
                let before = base.tables.get(name).and_then(|table| table.entity.field_by_id(&field.id));
                let becomes_rich = match before {
                    Some(before) => !matches!(before.kind, FieldKind::RichText),
                    None => existing.has_column(name, column),
                };
                if !becomes_rich {
                    continue;
                }
                let clean = Clean(Texts::new(name, column));
                let mut step = Step::of_field("plan.clean_rich_text", table.entity, field);
                step.class = crate::Class::Rewrites;
                // A column that is made by an earlier step cannot be counted before it stands.
                step.count = existing.has_column(name, column).then(|| {
                    let text = format!("SELECT count(*) FROM {} WHERE {}", quote(name), clean.condition());
                    Statement::text(text, Vec::new(), vec![ColumnType::Integer])
                });
                step.clean = Some(clean);
                self.steps.push(step);
            }
        }
    }
}
