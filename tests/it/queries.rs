//! Requests answered by real databases, without an application around them.

mod place;
mod answers;
mod calculated;
mod values;
mod indexes;
mod judges;
mod estimates;
