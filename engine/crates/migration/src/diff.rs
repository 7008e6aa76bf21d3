//! Two schemas to the changes between them.

use std::collections::HashMap;

use catalog::{Choice, Field, FieldId, FieldKind};

use crate::{Change, Existing, Index, Schema, Table};

/// Lists what turns `base` into `next`. What the database already has, hidden, comes back with its data.
///
/// Order: indexes go, things go, tables come, fields come and change, indexes come.
pub fn diff<'a>(base: &Schema<'a>, next: &Schema<'a>, existing: &Existing) -> Vec<Change<'a>> {
    let mut changes = Changes::default();
    for (name, table) in &base.tables {
        match next.tables.get(name) {
            Some(after) => changes.of_table(table, after, existing),
            None => changes.gone.push(Change::HideTable { table: table.clone() }),
        }
    }
    for (name, table) in &next.tables {
        if !base.tables.contains_key(name) {
            changes.new_table(table, existing);
        }
    }
    changes.in_order()
}

#[derive(Default)]
struct Changes<'a> {
    dropped_indexes: Vec<Change<'a>>,
    gone: Vec<Change<'a>>,
    tables: Vec<Change<'a>>,
    fields: Vec<Change<'a>>,
    indexes: Vec<Change<'a>>,
}

impl<'a> Changes<'a> {
    fn in_order(self) -> Vec<Change<'a>> {
        [self.dropped_indexes, self.gone, self.tables, self.fields, self.indexes].concat()
    }

    fn new_table(&mut self, table: &Table<'a>, existing: &Existing) {
        if !existing.has_table(table.name) {
            self.tables.push(Change::CreateTable { table: table.clone() });
            return;
        }
        self.tables.push(Change::RestoreTable { table: table.clone() });
        if table.junction.is_none() {
            for field in fields(table).filter(|field| !is_kept(table, field, existing)) {
                self.fields.push(Change::AddField { table: table.clone(), field });
            }
        }
        for index in &table.indexes {
            self.indexes.push(Change::CreateIndex { table: table.clone(), index: index.clone() });
        }
    }

    fn of_table(&mut self, before: &Table<'a>, after: &Table<'a>, existing: &Existing) {
        if before.junction.is_none() && !self.is_plainly_same(before, after) {
            self.of_fields(before, after, existing);
        }
        if before.indexes.len() != after.indexes.len()
            || before.indexes.iter().zip(&after.indexes).any(|(was, is)| was.name != is.name || !same(was, is))
        {
            self.of_indexes(before, after);
        }
    }

    /// Looks at the fields in order: of a thousand entities, nearly all are as they were.
    fn is_plainly_same(&mut self, before: &Table<'a>, after: &Table<'a>) -> bool {
        let (was, is) = (&before.entity.fields, &after.entity.fields);
        let same = was.len() == is.len()
            && was.iter().zip(is).all(|(was, is)| was.id == is.id && was.columns == is.columns && keeps_kind(was, is));
        if same {
            for (was, is) in was.iter().zip(is) {
                self.of_choices(after, was, is);
            }
        }
        same
    }

    fn of_fields(&mut self, before: &Table<'a>, after: &Table<'a>, existing: &Existing) {
        let was: HashMap<&FieldId, &'a Field> = before.entity.fields.iter().map(|field| (&field.id, field)).collect();
        let is: HashMap<&FieldId, &'a Field> = after.entity.fields.iter().map(|field| (&field.id, field)).collect();
        for field in fields(before).filter(|field| is.get(&field.id).is_none_or(|field| !is_stored(field))) {
            self.gone.push(Change::HideField { table: before.clone(), field });
        }
        for field in fields(after) {
            let returns = is_kept(after, field, existing);
            match was.get(&field.id).copied().filter(|from| is_convertible_kind(from)) {
                Some(from) if from.columns == field.columns => self.of_choices(after, from, field),
                Some(from) => {
                    self.fields.push(Change::ConvertField { table: after.clone(), from, to: field, returns });
                }
                None if returns => self.fields.push(Change::RestoreField { table: after.clone(), field }),
                None => self.fields.push(Change::AddField { table: after.clone(), field }),
            }
        }
        for to in &after.entity.fields {
            if let (FieldKind::Links { .. }, Some(from)) = (&to.kind, was.get(&to.id).copied())
                && matches!(from.kind, FieldKind::Link { .. })
            {
                self.fields.push(Change::ConvertField { table: after.clone(), from, to, returns: false });
            }
        }
    }

    fn of_choices(&mut self, table: &Table<'a>, before: &'a Field, after: &'a Field) {
        let (Some(was), Some(is)) = (before.choices(), after.choices()) else { return };
        let plain = |(was, is): (&Choice, &Choice)| was.id == is.id && was.value == is.value;
        if was.choices.len() == is.choices.len() && was.choices.iter().zip(&is.choices).all(plain) {
            return;
        }
        let by_id: HashMap<&str, &'a Choice> = is.choices.iter().map(|choice| (choice.id.as_str(), choice)).collect();
        let pairs: Vec<_> = was
            .choices
            .iter()
            .filter_map(|choice| Some((choice, *by_id.get(choice.id.as_str())?)))
            .filter(|(old, new)| old.value != new.value)
            .collect();
        if !pairs.is_empty() {
            self.fields.push(Change::RenameChoices { table: table.clone(), field: after, pairs });
        }
    }

    fn of_indexes(&mut self, before: &Table<'a>, after: &Table<'a>) {
        let was: HashMap<&str, &Index<'a>> = before.indexes.iter().map(|index| (index.name.as_str(), index)).collect();
        let is: HashMap<&str, &Index<'a>> = after.indexes.iter().map(|index| (index.name.as_str(), index)).collect();
        for index in before.indexes.iter().filter(|index| is.get(index.name.as_str()).is_none_or(|is| !same(is, index)))
        {
            self.dropped_indexes.push(Change::DropIndex { table: before.clone(), index: index.clone() });
        }
        for index in
            after.indexes.iter().filter(|index| was.get(index.name.as_str()).is_none_or(|was| !same(was, index)))
        {
            self.indexes.push(Change::CreateIndex { table: after.clone(), index: index.clone() });
        }
    }
}

/// Links and the many-sided relations have no columns of their own by which a change would show.
fn keeps_kind(was: &Field, is: &Field) -> bool {
    matches!(was.kind, FieldKind::Links { .. }) == matches!(is.kind, FieldKind::Links { .. })
}

/// Names of fields are for people: a rename changes no index.
fn same(one: &Index<'_>, other: &Index<'_>) -> bool {
    one.columns == other.columns && one.unique == other.unique && one.collated == other.collated
}

/// Lists the fields that have columns in the table, in order.
fn fields<'a>(table: &Table<'a>) -> impl Iterator<Item = &'a Field> + use<'a> {
    let entity = table.entity;
    entity.fields.iter().filter(|field| is_stored(field))
}

fn is_stored(field: &Field) -> bool {
    !field.columns.is_empty()
}

fn is_convertible_kind(field: &Field) -> bool {
    is_stored(field) || matches!(field.kind, FieldKind::Links { .. })
}

fn is_kept(table: &Table<'_>, field: &Field, existing: &Existing) -> bool {
    field.columns.iter().all(|column| existing.has_column(table.name, column))
}
