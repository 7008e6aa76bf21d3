//! Where the functions of a source stand, without compiling it: what expressions may call is read there again.

use std::ops::Range;

use crate::literal::{Part, parts};

/// A function as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'a> {
    /// Its name.
    pub name: &'a str,
    /// Names of its parameters.
    pub parameters: Vec<&'a str>,
    /// Where its body stands, without the braces.
    pub body: Range<usize>,
}

/// Lists the functions of a source in order; one whose braces are not closed is none.
pub fn written(source: &str) -> Vec<Written<'_>> {
    let seen = |(_, part): &(usize, Part<'_>)| !matches!(part, Part::Comment) && !is_blank(part);
    let mut parts = parts(source).filter(seen).peekable();
    let mut found = Vec::new();
    while let Some((_, part)) = parts.next() {
        if part != Part::Word("fn") {
            continue;
        }
        let Some((_, Part::Word(name))) = parts.next() else { continue };
        let Some((_, Part::Other("("))) = parts.next() else { continue };
        let mut parameters = Vec::new();
        while let Some((_, part)) = parts.next_if(|(_, part)| matches!(part, Part::Word(_) | Part::Other(","))) {
            if let Part::Word(parameter) = part {
                parameters.push(parameter);
            }
        }
        let (Some((_, Part::Other(")"))), Some((open, Part::Other("{")))) = (parts.next(), parts.next()) else {
            continue;
        };
        let mut depth = 1;
        let close = parts.by_ref().find_map(|(at, part)| {
            match part {
                Part::Other("{") => depth += 1,
                Part::Other("}") => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(at)
        });
        found.extend(close.map(|close| Written { name, parameters, body: open + 1..close }));
    }
    found
}

/// Lists under which names a source knows other scripts: name here, name of the script.
pub fn known_as(source: &str) -> Vec<(&str, &str)> {
    let seen = |(_, part): &(usize, Part<'_>)| !matches!(part, Part::Comment) && !is_blank(part);
    let parts: Vec<Part<'_>> = parts(source).filter(seen).map(|(_, part)| part).collect();
    parts
        .windows(4)
        .filter_map(|window| match window {
            [Part::Word("import"), Part::Text(script), Part::Word("as"), Part::Word(name)] => {
                Some((*name, script.trim_matches(['"', '`'])))
            }
            _ => None,
        })
        .collect()
}

fn is_blank(part: &Part<'_>) -> bool {
    matches!(part, Part::Other(text) if text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::{known_as, written};

    #[test]
    fn functions_are_found_whatever_stands_around_them() {
        let source = "import \"money\" as m;\n// fn no() {}\nfn a(x, y) { if x { #{b: `}${ y }`} } }\nprivate fn b() { x /* } */ }\nfn c(";
        let found: Vec<(&str, Vec<&str>, &str)> = written(source)
            .into_iter()
            .map(|one| (one.name, one.parameters.clone(), source[one.body].trim()))
            .collect();
        assert_eq!(found, [("a", vec!["x", "y"], "if x { #{b: `}${ y }`} }"), ("b", vec![], "x /* } */")]);
        assert_eq!(known_as(source), [("m", "money")]);
    }
}
