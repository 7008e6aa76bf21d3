//! The integration tests: one binary, every test on SQLite and on PostgreSQL.

/// Starting an application on either database, and talking to it.
mod support;
/// Alive, ready, and the shape of what the edge answers to strangers.
mod edge;
/// The rules of the house that a program can check.
mod tidy;
