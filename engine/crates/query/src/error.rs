//! What can be wrong with a request.

use access::Operation;
use diagnostic::Diagnostic;

/// Why a request cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The request is malformed or names something unknown or hidden: 400, every mistake at once.
    #[error("the request has {} mistakes", .0.len())]
    Invalid(Vec<Diagnostic>),
    /// The caller may read the entity and may not do this with it: 403.
    #[error("{0:?} is refused")]
    Forbidden(Operation),
    /// The caller may not know of the entity: 404.
    #[error("no such entity")]
    NotFound,
}
