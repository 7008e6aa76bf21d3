//! Paths: of the greatest length in every clause, through the first of related records, and through links to one of
//! several entities, under rules as well.

mod deep;
mod any_link;
