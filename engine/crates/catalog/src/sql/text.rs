//! The text: how it is read, and where in it something stands.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use diagnostic::{Diagnostic, Position};
use expression::ast::Span;
use sqlparser::ast::{Ident, ObjectName, Query, Statement, visit_relations};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span as Range, Token, Tokenizer};

/// Words and signs of a text; a tree is no deeper.
const MAX_TOKENS: usize = 3_000;
/// Levels of parentheses and selects that the parser goes down.
const MAX_LEVELS: usize = 40;

/// Where lines begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The byte of a place that the parser tells; `None` when it tells none.
    fn byte(&self, place: Location) -> Option<usize> {
        let line = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
        let start = *self.starts.get(line)?;
        let rest = self.text.get(start..)?;
        Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at))
    }

    /// The bytes of a range; the whole text when it is not known.
    pub(super) fn bytes(&self, range: Range) -> Span {
        match (self.byte(range.start), self.byte(range.end)) {
            (Some(start), Some(end)) if start <= end => start..end,
            _ => 0..self.text.len(),
        }
    }

    pub(super) fn name(&self, ident: &Ident) -> Span {
        self.bytes(ident.span)
    }
}

/// Reads the one SELECT of a text.
pub(super) fn parse(text: &str) -> Result<Query, Diagnostic> {
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize_with_location().map_err(|error| {
        let place = position(error.location.line, error.location.column);
        Diagnostic::error("sql.syntax").on(place).with("found", error.message)
    })?;
    let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
    if words > MAX_TOKENS {
        return Err(Diagnostic::error("sql.too_long").with("found", words).with("max", MAX_TOKENS));
    }
    let first = tokens.iter().find(|token| !matches!(token.token, Token::Whitespace(_)));
    let start =
        first.map_or(Position { line: 1, column: 1 }, |token| position(token.span.start.line, token.span.start.column));
    let second = tokens
        .iter()
        .skip_while(|token| token.token != Token::SemiColon)
        .find(|token| !matches!(token.token, Token::Whitespace(_) | Token::SemiColon | Token::EOF));
    let second = second.map(|token| position(token.span.start.line, token.span.start.column));
    let only = || {
        let place = second.unwrap_or(start);
        Diagnostic::error("sql.one_select").on(place)
    };
    if second.is_some() {
        return Err(only());
    }
    let mut parser = Parser::new(&dialect).with_recursion_limit(MAX_LEVELS).with_tokens_with_locations(tokens);
    let mut statements = parser.parse_statements().map_err(|error| refused(&error, start))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) => Ok(*query),
        _ => Err(only()),
    }
}

/// A mistake of the parser, whose place stands at the end of its sentence.
fn refused(error: &ParserError, start: Position) -> Diagnostic {
    let message = match error {
        ParserError::RecursionLimitExceeded => return Diagnostic::error("sql.too_deep").on(start),
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message.as_str(),
    };
    let told = message.rsplit_once(" at Line: ").and_then(|(sentence, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((sentence, position(line.trim().parse().ok()?, column.trim().parse().ok()?)))
    });
    let (sentence, place) = told.unwrap_or((message, start));
    Diagnostic::error("sql.syntax").on(place).with("found", sentence)
}

fn position(line: u64, column: u64) -> Position {
    let number = |number: u64| u32::try_from(number.max(1)).unwrap_or(u32::MAX);
    Position { line: number(line), column: number(column) }
}

/// The name as SQL compares it: unquoted letters are small ones.
pub(super) fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// Lists the names of the entities and datasets that a text reads; none of a text that cannot be read.
pub fn reads(text: &str) -> BTreeSet<String> {
    let thread = std::thread::Builder::new().stack_size(super::STACK);
    std::thread::scope(|scope| {
        let reader = thread.spawn_scoped(scope, || relations(text)).ok().and_then(|reader| reader.join().ok());
        reader.unwrap_or_default()
    })
}

fn relations(text: &str) -> BTreeSet<String> {
    let Ok(query) = parse(text) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    let statement = Statement::Query(Box::new(query));
    let _ = visit_relations(&statement, |name: &ObjectName| {
        if let [part] = name.0.as_slice()
            && let Some(ident) = part.as_ident()
        {
            found.insert(folded(ident));
        }
        ControlFlow::<()>::Continue(())
    });
    let mut own = BTreeSet::new();
    if let Statement::Query(query) = &statement {
        own.extend(query.with.iter().flat_map(|with| &with.cte_tables).map(|named| folded(&named.alias.name)));
    }
    found.retain(|name| !own.contains(name));
    found
}
