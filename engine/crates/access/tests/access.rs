//! What a person may do: by the roles of a small company, on records that stand for all others.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing shall fail")]

#[path = "access/company.rs"]
mod company;
#[path = "access/holders.rs"]
mod holders;
#[path = "access/records.rs"]
mod records;
#[path = "access/fields.rs"]
mod fields;
#[path = "access/sharing.rs"]
mod sharing;
#[path = "access/explained.rs"]
mod explained;
#[path = "access/visible.rs"]
mod visible;
