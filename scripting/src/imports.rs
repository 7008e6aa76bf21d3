//! Which other scripts a source names, without compiling it.

use crate::literal::{Part, parts};

/// An `import` of another script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Name of the script.
    pub name: String,
    /// Line of the name, from 1.
    pub line: usize,
    /// Column of the name, from 1, in characters.
    pub column: usize,
}

/// Lists the scripts that a source imports by name.
pub fn imports(source: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut is_import = false;
    for (at, part) in parts(source) {
        match part {
            Part::Word(word) => is_import = word == "import",
            Part::Text(text) if is_import => {
                let before = &source[..at];
                let start = before.rfind('\n').map_or(0, |end| end + 1);
                found.push(Import {
                    name: text.trim_matches(['"', '`']).to_owned(),
                    line: before.matches('\n').count() + 1,
                    column: before[start..].chars().count() + 1,
                });
                is_import = false;
            }
            Part::Comment => {}
            Part::Text(_) | Part::Number(_) => is_import = false,
            Part::Other(text) if text.trim().is_empty() => {}
            Part::Other(_) => is_import = false,
        }
    }
    found
}

/// Lists the words of a source outside of comments, with the line of each; texts count as words when they are one.
pub fn words(source: &str) -> Vec<(&str, usize)> {
    let mut line = 1;
    let mut seen = 0;
    let mut found = Vec::new();
    for (at, part) in parts(source) {
        line += source[seen..at].matches('\n').count();
        seen = at;
        match part {
            Part::Word(word) => found.push((word, line)),
            Part::Text(text) => found.push((text.trim_matches(['"', '`']), line)),
            _ => {}
        }
    }
    found
}
