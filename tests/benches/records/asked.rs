//! What the command line asks for.

/// Says whether the command line asks for a part, as it does for all when it names none of the kind.
pub(crate) fn is_asked(name: &str) -> bool {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_database = |word: &str| word == "SQLite" || word == "PostgreSQL";
    let of_kind: Vec<&String> = asked.iter().filter(|word| is_database(word) == is_database(name)).collect();
    of_kind.is_empty() || of_kind.iter().any(|word| *word == name)
}
