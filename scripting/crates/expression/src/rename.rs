//! A text with some of its names changed and everything else as it was.

use diagnostic::Diagnostic;

use crate::check::{Expected, Mention, Named, mentions};
use crate::mistake::Mistake;
use crate::{Scope, lexer, parser};

/// Rewrites a text whose metadata is about to be renamed. `scope` knows the names as the text has them; `renamed` gives
/// the new name of a field or entity, or the new value of the choice mentioned, when it changes.
pub fn rename(
    text: &str,
    scope: &dyn Scope,
    expected: &Expected,
    renamed: impl Fn(&Mention) -> Option<String>,
) -> Result<String, Vec<Diagnostic>> {
    let (expr, mentions) = mentions(text, scope, expected)?;
    let mut changes: Vec<(&Mention, String)> =
        mentions.iter().filter_map(|mention| renamed(mention).map(|name| (mention, name))).collect();
    changes.sort_by_key(|(mention, _)| mention.span.start);
    changes.dedup_by_key(|(mention, _)| mention.span.start);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (mention, name) in changes {
        result.push_str(&text[at..mention.span.start]);
        match mention.named {
            Named::Choice(..) | Named::Measure(_) => result.push_str(&lexer::quote(&name)),
            Named::Field(_) | Named::Entity(_) | Named::Script(_) | Named::Function(..) => result.push_str(&name),
        }
        at = mention.span.end;
    }
    result.push_str(&text[at..]);
    drop(expr);
    match parser::parse(&result) {
        Ok(_) => Ok(result),
        Err(mistakes) => Err(mistakes.into_iter().map(|mistake: Mistake| mistake.locate(&result)).collect()),
    }
}
