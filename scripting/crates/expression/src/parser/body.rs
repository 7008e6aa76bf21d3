//! Bodies of functions of scripts, as far as they are expressions: values with names, choices, and a value at the end.
//!
//! Whatever else a script may do, loops and variables that change above all, is a mistake here that names the statement.

use super::{Outcome, Parser, too_deep};
use crate::ast::{Ast, AstKind, Ident, Span};
use crate::lexer::{Lexer, Token};
use crate::mistake::Mistake;
use crate::parser::MAX_NESTING;
use crate::{Binary, print};

/// What a `switch` is about, a name that nobody can write.
pub(crate) const SWITCH: &str = "$switch";

/// The tree of a function's body, or why there is none.
pub type Body = Result<Ast, Mistake>;

/// Reads a part of a source as the body of a function; places are those of the source.
pub fn body(source: &str, part: Span) -> Body {
    let read = |mut parser: Parser<'_>| {
        let block = parser.block_items(Place::End)?;
        match parser.token {
            Token::End => Ok(block.ast),
            _ => Err(parser.unexpected("operator")),
        }
    };
    Parser::start(Lexer::within(source, part), true).and_then(read).map_err(|mistake| *mistake)
}

/// Where a block stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where its value is that of the function.
    End,
    /// Within a value.
    Within,
}

/// A block that has been read.
struct Block {
    ast: Ast,
    /// Whether it always leaves the function.
    returns: bool,
}

/// What stands before the value of a block.
enum Item {
    Let(Ident, Ast),
    /// Conditions with the values that they leave the function with.
    Guard(Vec<Arm>),
}

/// A condition and what is given where it holds, with the place where both begin.
struct Arm {
    start: usize,
    condition: Ast,
    then: Block,
}

impl Parser<'_> {
    /// Reads a block within a value, up to its closing brace.
    pub(super) fn inner(&mut self) -> Outcome<Ast> {
        self.block_items(Place::Within).map(|block| block.ast)
    }

    fn block_items(&mut self, place: Place) -> Outcome<Block> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(too_deep(self.span.clone()));
        }
        let mut items = Vec::new();
        let last = loop {
            if let Some(last) = self.item(&mut items, place)? {
                break last;
            }
        };
        self.nesting -= 1;
        let mut rest = last.ast;
        for item in items.into_iter().rev() {
            rest = match item {
                Item::Let(name, value) => {
                    let span = name.span.start..rest.span.end;
                    self.node(AstKind::Let(name, Box::new(value), Box::new(rest)), span)?
                }
                Item::Guard(arms) => self.chain(arms, Some(rest))?,
            };
        }
        Ok(Block { ast: rest, returns: last.returns })
    }

    /// Reads a statement into `items`, or what a block ends with.
    fn item(&mut self, items: &mut Vec<Item>, place: Place) -> Outcome<Option<Block>> {
        let word = match &self.token {
            Token::Word(word) => word.to_string(),
            _ => String::new(),
        };
        match word.as_str() {
            _ if self.is_over() => {
                let ast = self.node(AstKind::Empty, self.span.start..self.span.start)?;
                Ok(Some(Block { ast, returns: false }))
            }
            "let" | "const" => {
                self.advance()?;
                let name = self.name()?;
                self.expect("=")?;
                let value = self.expression()?;
                self.expect(";")?;
                items.push(Item::Let(name, value));
                Ok(None)
            }
            "if" => self.choice(items, place),
            "return" => self.left(place).map(Some),
            "for" | "while" | "loop" | "do" => Err(self.not_lowered("script.formula_loop", &word)),
            "throw" | "try" => Err(self.not_lowered("script.formula_refuses", &word)),
            _ => {
                let ast = self.expression()?;
                match &self.token {
                    _ if self.is_over() => Ok(Some(Block { ast, returns: false })),
                    Token::Symbol("=" | "+=" | "-=" | "*=" | "/=" | "%=") => {
                        let mistake = Mistake::new("script.formula_assigns", ast.span.clone());
                        Err(mistake.with("name", print::print(&ast)).into())
                    }
                    Token::Symbol(";") => Err(Mistake::new("script.formula_unused", ast.span).into()),
                    _ => Err(self.unexpected(";")),
                }
            }
        }
    }

    fn not_lowered(&self, code: &'static str, word: &str) -> Box<Mistake> {
        Mistake::new(code, self.span.clone()).with("found", word).into()
    }

    fn is_over(&self) -> bool {
        self.at("}") || self.token == Token::End
    }

    /// Reads `return value;`.
    fn left(&mut self, place: Place) -> Outcome<Block> {
        let (_, span) = self.advance()?;
        if place == Place::Within {
            return Err(Mistake::new("script.formula_return", span).into());
        }
        let ast = match self.at(";") || self.is_over() {
            true => self.node(AstKind::Empty, span)?,
            false => self.expression()?,
        };
        if self.at(";") {
            self.advance()?;
        }
        if !self.is_over() {
            return Err(Mistake::new("script.formula_unreachable", self.span.clone()).into());
        }
        Ok(Block { ast, returns: true })
    }

    /// Reads an `if` that is a statement: the end of its block, or one after which the rest is what else there is.
    fn choice(&mut self, items: &mut Vec<Item>, place: Place) -> Outcome<Option<Block>> {
        let start = self.span.clone();
        let (mut arms, mut otherwise) = (Vec::new(), None);
        loop {
            let start = self.advance()?.1.start;
            let condition = self.expression()?;
            arms.push(Arm { start, condition, then: self.braced(place)? });
            if !self.at_word("else") {
                break;
            }
            self.advance()?;
            if !self.at_word("if") {
                otherwise = Some(self.braced(place)?);
                break;
            }
        }
        if self.at(";") {
            self.advance()?;
        }
        let all_return = arms.iter().all(|arm| arm.then.returns);
        if self.is_over() {
            let returns = all_return && otherwise.as_ref().is_some_and(|block| block.returns);
            let ast = self.chain(arms, otherwise.map(|block| block.ast))?;
            return Ok(Some(Block { ast, returns }));
        }
        match otherwise {
            Some(block) if all_return && block.returns => {
                Err(Mistake::new("script.formula_unreachable", self.span.clone()).into())
            }
            None if all_return => {
                items.push(Item::Guard(arms));
                Ok(None)
            }
            _ => Err(Mistake::new("script.formula_unused", start).into()),
        }
    }

    fn braced(&mut self, place: Place) -> Outcome<Block> {
        self.expect("{")?;
        let block = self.block_items(place)?;
        self.expect("}")?;
        Ok(block)
    }

    fn chain(&self, arms: Vec<Arm>, otherwise: Option<Ast>) -> Outcome<Ast> {
        let mut rest = otherwise.map(Box::new);
        for arm in arms.into_iter().rev() {
            let span = arm.start..rest.as_ref().map_or(arm.then.ast.span.end, |rest| rest.span.end);
            let kind = AstKind::If(Box::new(arm.condition), Box::new(arm.then.ast), rest);
            rest = Some(Box::new(self.node(kind, span)?));
        }
        rest.map(|ast| *ast).ok_or_else(|| self.unexpected("value"))
    }

    /// Reads `switch value { 1 | 2 => a, 3 => b, _ => c }` as choices.
    pub(super) fn switch(&mut self) -> Outcome<Ast> {
        let start = self.advance()?.1;
        let subject = self.expression()?;
        self.expect("{")?;
        let (mut arms, mut otherwise) = (Vec::new(), None);
        while !self.at("}") && otherwise.is_none() {
            let here = self.span.start;
            let condition = if self.at_word("_") {
                self.advance()?;
                None
            } else {
                Some(self.cases()?)
            };
            self.expect("=>")?;
            let then = if self.at("{") { self.braced(Place::Within)?.ast } else { self.expression()? };
            if self.at(",") {
                self.advance()?;
            }
            match condition {
                Some(condition) => {
                    arms.push(Arm { start: here, condition, then: Block { ast: then, returns: false } });
                }
                None => otherwise = Some(then),
            }
        }
        let end = self.expect("}")?.end;
        let whole = start.start..end;
        let value = match (arms.is_empty(), otherwise) {
            (true, Some(otherwise)) => otherwise,
            (true, None) => self.node(AstKind::Empty, whole.clone())?,
            (false, otherwise) => self.chain(arms, otherwise)?,
        };
        let name = Ident { name: SWITCH.into(), span: subject.span.clone() };
        self.node(AstKind::Let(name, Box::new(subject), Box::new(value)), whole)
    }

    /// Reads the values of a case.
    fn cases(&mut self) -> Outcome<Ast> {
        let mut found: Option<Ast> = None;
        loop {
            let case = self.expression()?;
            let span = case.span.clone();
            let is_written = match &case.kind {
                AstKind::Integer(_) | AstKind::Boolean(_) | AstKind::Empty => true,
                AstKind::Text(text) => !text.is_empty(),
                _ => false,
            };
            if !is_written || matches!(self.token, Token::Symbol(".." | "..=")) {
                return Err(Mistake::new("script.formula_case", span).into());
            }
            let subject = Box::new(self.node(AstKind::Name(SWITCH.into()), span.clone())?);
            let same = self.node(AstKind::Binary(Binary::Equal, subject, Box::new(case)), span.clone())?;
            found = Some(match found {
                Some(before) => {
                    let span = before.span.start..span.end;
                    self.node(AstKind::Binary(Binary::Or, Box::new(before), Box::new(same)), span)?
                }
                None => same,
            });
            if !self.at("|") {
                return found.ok_or_else(|| self.unexpected("value"));
            }
            self.advance()?;
        }
    }
}
