//! Paths: of the greatest length in every clause, through the first of related records, and through links to one of
//! several entities, under rules as well; and what is selected beyond them, for each parent apart.

mod deep;
mod any_link;
mod related;
