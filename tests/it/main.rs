//! The integration tests: one binary, every test on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing shall fail")]

/// Starting an application on either database, and talking to it.
mod support;
/// Values, violations, deadlines and warm pools on both databases.
mod storage;
/// Catalog to catalog on real tables, and what becomes of the rows.
mod migration;
/// Filters, orders, pages and related records: requests to JSON on real tables.
mod queries;
/// Alive, ready, and the shape of what the edge answers to strangers.
mod edge;
/// Imports: what is read, refused, kept and taken back.
mod import;
/// Records: made, read, changed, thrown away and brought back.
mod records;
/// Fields whose values are calculated.
mod formulas;
mod balances;
mod stored;
mod scheduled;
mod problems;
mod numbers;
/// Code that takes over where settings end.
mod script_formulas;
mod scripts;
/// Mail, notifications and files of scripts.
mod messages;
/// Records called by the records they point at.
mod titles;
/// Entities of more links than a database joins at once.
mod wide;
/// The expression language before its judges.
mod conditions;
mod conformance;
mod costs;
/// Groups of records and what is computed of them.
mod aggregate;
/// Measures: totals and indicators of no record, targets, and what may not be published.
mod measures;
/// Paths of any length, the first of related records, and links to one of several entities.
mod paths;
/// Statements that take too long, or whose caller went away.
mod deadlines;
/// Search across entities: what is found, by whom, and how soon.
mod search;
/// Saved views: own, of a team, of everybody, through renames.
mod views;
/// Advice about indexes, from what lists are asked by.
mod advice;
/// Exports: a list as a file.
mod export;
/// Rights on records and fields.
mod access;
/// Signing in, staying signed in, and who may never be lost.
mod auth;
/// What keeps strangers out: second factor, sessions, proofs, and what browsers are told.
mod signin;
/// Publishing: drafts, plans, revisions, and what becomes of the data.
mod publish;
/// Changes of type: what is listed, what is kept, and texts that become rich text.
mod retyping;
/// A database of an older program, opened by this one.
mod upgrade;
/// Publishes that write many rows beside those who read and save.
mod large;
/// Settings of the workspace, what was dropped and is kept, and the words in which plans speak.
mod workspace;
/// Solution folders: install, apply, export.
mod solutions;
/// The commands of the program: exit codes and what they say.
mod cli;
/// The program killed in the middle of its work, and started again.
mod crash;
mod dashboards;
mod forms;
mod datasets;
mod datasets_sql;
mod registers;
/// The rules of the house that a program can check.
mod tidy;
