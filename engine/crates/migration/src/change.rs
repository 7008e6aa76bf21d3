//! What differs between two schemas.

use catalog::{Choice, Field};

use crate::{Index, Table};

/// One difference, in the words of tables and fields.
#[derive(Debug, Clone)]
pub enum Change<'a> {
    /// A table that never was.
    CreateTable {
        /// The table.
        table: Table<'a>,
    },
    /// A table that was hidden and comes back with its data.
    RestoreTable {
        /// The table.
        table: Table<'a>,
    },
    /// A table that goes out of sight; its data stay.
    HideTable {
        /// The table.
        table: Table<'a>,
    },
    /// A field that never was.
    AddField {
        /// Its table.
        table: Table<'a>,
        /// The field.
        field: &'a Field,
    },
    /// A field that was hidden and comes back with its data.
    RestoreField {
        /// Its table.
        table: Table<'a>,
        /// The field.
        field: &'a Field,
    },
    /// A field that goes out of sight; its data stay.
    HideField {
        /// Its table.
        table: Table<'a>,
        /// The field.
        field: &'a Field,
    },
    /// A field that is kept in other columns from now on.
    ConvertField {
        /// Its table.
        table: Table<'a>,
        /// The field as it was.
        from: &'a Field,
        /// The field as it becomes.
        to: &'a Field,
        /// Whether the columns are there, hidden since an earlier change of type.
        returns: bool,
    },
    /// Stored values of choices that were renamed.
    RenameChoices {
        /// The table.
        table: Table<'a>,
        /// The field as it becomes.
        field: &'a Field,
        /// Old and new choice.
        pairs: Vec<(&'a Choice, &'a Choice)>,
    },
    /// An index that goes.
    DropIndex {
        /// Its table.
        table: Table<'a>,
        /// The index.
        index: Index<'a>,
    },
    /// An index that comes.
    CreateIndex {
        /// Its table.
        table: Table<'a>,
        /// The index.
        index: Index<'a>,
    },
}
