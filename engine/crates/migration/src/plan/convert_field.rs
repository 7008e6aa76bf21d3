//! Changes of type: a new column, filled with what converts; the old one stays, hidden.

use catalog::{Field, FieldKind};
use sql::Dialect;
use sql::names::quote;

use super::fields::present;
use super::{Class, Early, Planner, Step, portion};
use crate::{Check, Table};

impl Planner<'_> {
    pub(super) fn convert_field(&mut self, table: &Table<'_>, from: &Field, to: &Field, returns: bool) {
        let mut step = Step::of_field("plan.convert_field", table.entity, to);
        step.summary = step.summary.with("from_type", from.type_name()).with("to_type", to.type_name());
        let columns: Vec<String> = match returns {
            true => Vec::new(),
            false => table.columns_of(to).map(|column| self.ddl.add_column(table, column)).collect(),
        };
        step.sql.extend(columns.iter().cloned());
        let mut early = None;
        let at = self.steps.len();
        match (&from.kind, &to.kind) {
            (FieldKind::Links { .. }, _) | (_, FieldKind::Links { .. }) => {
                step.sql.extend(self.between_link_and_links(table, from, to));
                self.checks.extend(Check::unlinked(table, from, to).map(|check| check.of_step(at)));
            }
            _ => {
                let values = self.writing.convert(from, to);
                step.sql.extend(self.fill_converted(table, from, to, values.as_deref(), returns));
                early = values.as_deref().filter(|_| !returns).map(|values| self.fill_early(table, to, values));
                self.checks.push(Check::not_convertible(table, from, values.as_deref(), self.writing).of_step(at));
                self.checks.extend(Check::rounded(table, from, to, values.as_deref(), self.writing));
            }
        }
        let mut links = self.unlink(table, from);
        if returns {
            let columns = to.columns.iter();
            links.extend(columns.filter_map(|column| self.ddl.drop_foreign_key(table.name, column)));
        }
        links.extend(self.links_of(table, to));
        step.sql.extend(links.iter().cloned());
        if let Some((fill, rest)) = early {
            step.undo = self.drop_columns(table, to);
            step.early = Some(Early { sql: columns, fill, rest: [vec![rest], links].concat() });
        }
        step.class = Class::Rewrites;
        step.count = present(table, from);
        self.steps.push(step);
    }

    /// Writes what converts. A column that returns keeps its own value where it is what the present one was made of, so
    /// that going there and back loses nothing.
    fn fill_converted(
        &self,
        table: &Table<'_>,
        from: &Field,
        to: &Field,
        values: Option<&[String]>,
        returns: bool,
    ) -> Option<String> {
        let name = quote(table.name);
        let present = from.columns.iter().map(|column| format!("{} IS NOT NULL", quote(column)));
        let present = present.collect::<Vec<_>>().join(" AND ");
        if let (true, [was], [is]) = (returns, from.columns.as_slice(), to.columns.as_slice()) {
            let (was, is) = (quote(was), quote(is));
            let backward = values.and_then(<[String]>::first).map_or("NULL", String::as_str);
            let forward = self.writing.convert(to, from).and_then(|values| values.into_iter().next());
            let made_of = match (forward, self.ddl.dialect) {
                (None, _) => format!("{was} IS NULL"),
                (Some(forward), Dialect::Sqlite) => format!("{was} IS ({forward})"),
                (Some(forward), Dialect::Postgres) => format!("{was} IS NOT DISTINCT FROM ({forward})"),
            };
            return Some(format!("UPDATE {name} SET {is} = {backward} WHERE NOT ({made_of})"));
        }
        let pairs = to.columns.iter().zip(values?).map(|(column, value)| format!("{} = {value}", quote(column)));
        Some(format!("UPDATE {name} SET {} WHERE {present}", pairs.collect::<Vec<_>>().join(", ")))
    }

    /// Gives what converts a portion of the rows, and what converts those that are left or were saved anew meanwhile.
    fn fill_early(&self, table: &Table<'_>, to: &Field, values: &[String]) -> (String, String) {
        let pairs = || to.columns.iter().map(|column| quote(column)).zip(values);
        let assignments = pairs().map(|(column, value)| format!("{column} = {value}")).collect::<Vec<_>>().join(", ");
        let differs = self.differs();
        let outdated = pairs().map(|(column, value)| format!("{column} {differs} ({value})")).collect::<Vec<_>>();
        let outdated = outdated.join(" OR ");
        let rest = format!("UPDATE {} SET {assignments} WHERE {outdated}", quote(table.name));
        (portion(table.name, &assignments, &outdated), rest)
    }

    fn between_link_and_links(&self, table: &Table<'_>, from: &Field, to: &Field) -> Option<String> {
        if from.relation()?.target != to.relation()?.target {
            return None;
        }
        let name = quote(table.name);
        match (&from.kind, &to.kind) {
            (FieldKind::Link { .. }, FieldKind::Links { junction, .. }) => {
                let column = quote(from.columns.first()?);
                Some(format!(
                    "INSERT INTO {} (\"source\", \"target\") SELECT \"id\", {column} FROM {name} \
                     WHERE {column} IS NOT NULL ON CONFLICT DO NOTHING",
                    quote(junction)
                ))
            }
            (FieldKind::Links { junction, .. }, FieldKind::Link { .. }) => {
                let (junction, column) = (quote(junction), quote(to.columns.first()?));
                Some(format!(
                    "UPDATE {name} SET {column} = (SELECT one.\"target\" FROM {junction} one \
                     WHERE one.\"source\" = {name}.\"id\" AND NOT EXISTS (SELECT 1 FROM {junction} other \
                     WHERE other.\"source\" = one.\"source\" AND other.\"target\" <> one.\"target\"))"
                ))
            }
            _ => None,
        }
    }
}
