//! The physical tables that a catalog wants.

use std::collections::BTreeMap;

use catalog::{Catalog, Entity, Field, FieldKind, Label, Workspace};
use sql::{ColumnType, names};

/// Tables by name; borrowed from the catalog they were made for.
#[derive(Debug, Clone, Default)]
pub struct Schema<'a> {
    /// The tables.
    pub tables: BTreeMap<&'a str, Table<'a>>,
    /// Settings that the meaning of columns depends on; `None` of the empty schema.
    pub workspace: Option<&'a Workspace>,
}

/// The table of an entity or of a many-to-many relation.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// Name.
    pub name: &'a str,
    /// The entity; of a junction, the one whose field it is.
    pub entity: &'a Entity,
    /// The `links` field of a junction.
    pub junction: Option<&'a Field>,
    /// Columns in order; of a junction `source` and `target`.
    pub columns: Vec<Column<'a>>,
    /// Unique and asked indexes. Those that look up links belong to the columns.
    pub indexes: Vec<Index<'a>>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// Name.
    pub name: &'a str,
    /// Type.
    pub column: ColumnType,
    /// Whether the database refuses NULL; true of system attributes only.
    pub not_null: bool,
    /// The field it keeps.
    pub field: &'a Field,
    /// Table that a link points into; it gets a foreign key, and an index by which it is looked up from there.
    pub target: Option<&'a str>,
}

/// An index over columns of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index<'a> {
    /// Name.
    pub name: String,
    /// Columns in order.
    pub columns: Vec<&'a str>,
    /// Whether it refuses duplicates among records outside the recycle bin.
    pub unique: bool,
    /// Whether records without a value in its one column have no place in it.
    pub sparse: bool,
    /// Whether its last column is ordered by the workspace's language, to serve sorting.
    pub collated: bool,
    /// The fields: names and labels, for people.
    pub fields: Vec<(&'a str, &'a Label)>,
}

impl Index<'_> {
    /// Gives the names of its fields.
    pub fn names(&self) -> String {
        self.fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// Gives the labels of its fields, by language.
    pub fn words(&self) -> BTreeMap<String, String> {
        in_every_language(self.fields.iter().map(|(_, label)| *label), |texts| texts.join(", "))
    }
}

/// Makes one text of several labels, in each language that there is.
pub(crate) fn in_every_language<'a>(
    labels: impl Iterator<Item = &'a Label>,
    text: impl Fn(&[&str]) -> String,
) -> BTreeMap<String, String> {
    let labels: Vec<&Label> = labels.collect();
    catalog::LANGUAGES
        .iter()
        .map(|language| {
            let texts: Vec<&str> = labels.iter().map(|label| label.text(language)).collect();
            ((*language).to_owned(), text(&texts))
        })
        .collect()
}

/// Gives the physical tables that a catalog wants.
pub fn schema(catalog: &Catalog) -> Schema<'_> {
    let mut tables = BTreeMap::new();
    for entity in catalog.entities() {
        let table = entity_table(catalog, entity);
        tables.insert(table.name, table);
        for field in &entity.fields {
            if let Some(junction) = junction_table(catalog, entity, field) {
                tables.insert(junction.name, junction);
            }
        }
    }
    Schema { tables, workspace: Some(&catalog.workspace) }
}

impl<'a> Table<'a> {
    /// Finds a column by name.
    pub fn column(&self, name: &str) -> Option<&Column<'a>> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Gives the columns that keep a field.
    pub fn columns_of(&self, field: &Field) -> impl Iterator<Item = &Column<'a>> {
        self.columns.iter().filter(move |column| column.field.id == field.id)
    }
}

fn entity_table<'a>(catalog: &'a Catalog, entity: &'a Entity) -> Table<'a> {
    let mut columns = Vec::new();
    for field in &entity.fields {
        let target = link_target(catalog, entity, field);
        for (name, column) in sql::field_columns(field) {
            columns.push(Column { name, column, not_null: is_always_set(field), field, target });
        }
    }
    let mut indexes = Vec::new();
    for key in &entity.unique {
        indexes.extend(index(entity, key.index.clone(), &key.fields, Purpose::Unique));
    }
    for asked in &entity.indexes {
        indexes.extend(index(entity, asked.index.clone(), &asked.fields, Purpose::Lookup));
        // What the engine alone writes is read in the order in which it happened.
        if !entity.read_only {
            indexes.extend(index(entity, names::derived("s", &asked.index, &[]), &asked.fields, Purpose::Sort));
        }
    }
    indexes.extend(entity.fields.iter().filter_map(inverse_index));
    Table { name: &entity.table, entity, junction: None, columns, indexes }
}

/// The index by which the records are found that link to one of several entities, where those see them.
fn inverse_index(field: &Field) -> Option<Index<'_>> {
    let (FieldKind::AnyLink { inverse: Some(_), .. }, [_, record]) = (&field.kind, field.columns.as_slice()) else {
        return None;
    };
    Some(Index {
        name: names::derived("a", record, &[]),
        columns: vec![record],
        unique: false,
        collated: false,
        sparse: false,
        fields: vec![(field.name.as_str(), &field.label)],
    })
}

fn junction_table<'a>(catalog: &'a Catalog, entity: &'a Entity, field: &'a Field) -> Option<Table<'a>> {
    let FieldKind::Links { relation, junction } = &field.kind else { return None };
    let target = catalog.entity_by_id(&relation.target)?;
    let column = |name, target| Column { name, column: ColumnType::Uuid, not_null: true, field, target: Some(target) };
    let columns = vec![column("source", entity.table.as_str()), column("target", target.table.as_str())];
    Some(Table { name: junction, entity, junction: Some(field), columns, indexes: Vec::new() })
}

/// What only the engine itself writes needs no check by the database: who made and changed a record, and all of history.
fn link_target<'a>(catalog: &'a Catalog, entity: &Entity, field: &Field) -> Option<&'a str> {
    let FieldKind::Link { relation, .. } = &field.kind else { return None };
    if entity.read_only || (field.is_attribute() && field.id.as_str() != "owner") {
        return None;
    }
    catalog.entity_by_id(&relation.target).map(|entity| entity.table.as_str())
}

fn is_always_set(field: &Field) -> bool {
    matches!(field.id.as_str(), "id" | "created_at" | "updated_at" | "version")
}

enum Purpose {
    Unique,
    Lookup,
    Sort,
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn index<'a>(entity: &'a Entity, name: String, fields: &[catalog::FieldId], purpose: Purpose) -> Option<Index<'a>> {
    let fields = fields.iter().map(|id| entity.field_by_id(id)).collect::<Option<Vec<_>>>()?;
    let last_sorts_by_language = fields.last().is_some_and(|field| is_text(&field.kind));
    if matches!(purpose, Purpose::Sort) && !last_sorts_by_language {
        return None;
    }
    let columns = fields.iter().map(|field| field.columns.first().map(String::as_str)).collect::<Option<Vec<_>>>()?;
    Some(Index {
        name,
        columns,
        unique: matches!(purpose, Purpose::Unique),
        collated: matches!(purpose, Purpose::Sort),
        // Every save writes what the engine alone writes; what has no value there costs nothing.
        sparse: entity.read_only && fields.len() == 1 && !fields[0].required,
        fields: fields.iter().map(|field| (field.name.as_str(), &field.label)).collect(),
    })
}

fn is_text(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text { .. } | FieldKind::Email | FieldKind::Phone | FieldKind::Url | FieldKind::AutoNumber { .. }
    )
}
