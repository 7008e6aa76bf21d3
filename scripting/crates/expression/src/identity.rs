//! Identities of metadata that outlive every rename.

use std::fmt;
use std::sync::Arc;

macro_rules! identity {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text of the identity.
            pub fn new(text: &str) -> Self {
                Self(text.into())
            }

            /// Gives the text of the identity.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identity!(EntityId, "Identity of an entity: the `id` of its document, unchanged by a rename.");
identity!(FieldId, "Identity of a field: the `id` it has in its document, unique in the workspace.");
