//! Names of tables and columns: first name plus identity, kept across renames.

use std::collections::BTreeMap;

/// Physical names by identity, as the database has them; an identity not yet here gets `name_id` when it is resolved.
///
/// Keys: entity id for a table, field id for a column or junction, `field id` + `.lat`/`.lon`/`.entity`/`.record` for
/// the two columns of a point or `any_link`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Physical {
    /// Name of a table, column, junction or index, by identity.
    pub names: BTreeMap<String, String>,
}
