//! Tokens to the tree as written, by the precedences of rhai.

mod body;

use std::sync::Arc;

use crate::ast::{Ast, AstKind, Ident, Span};
use crate::lexer::{Lexer, Token};
use crate::mistake::Mistake;
use crate::{Binary, Unary};

pub(crate) use body::SWITCH;
pub use body::{Body, body};

/// Longest text of an expression, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// Deepest nesting of brackets, closures and prefix operators.
pub const MAX_NESTING: usize = 64;

/// Tallest tree, which also bounds a row of operators of one precedence; rows of `||` and `&&` are balanced first.
pub const MAX_HEIGHT: u16 = 400;

/// Words of rhai that are neither names nor functions of the subset.
const RESERVED: &[&str] = &[
    "let",
    "const",
    "if",
    "else",
    "switch",
    "do",
    "while",
    "until",
    "loop",
    "for",
    "in",
    "continue",
    "break",
    "return",
    "throw",
    "try",
    "catch",
    "fn",
    "private",
    "import",
    "export",
    "as",
    "global",
    "true",
    "false",
    "this",
    "use",
    "case",
    "async",
    "public",
    "package",
    "super",
    "var",
    "protected",
    "spawn",
    "shared",
    "is",
    "sync",
    "static",
    "default",
    "thread",
    "yield",
    "new",
    "match",
    "await",
    "null",
    "with",
    "void",
    "nil",
    "module",
    "go",
    "goto",
    "Fn",
    "call",
    "curry",
    "type_of",
    "print",
    "debug",
    "eval",
    "is_shared",
    "is_def_fn",
    "is_def_var",
];

/// Says whether rhai keeps the word for itself, so that no field may have it as its name.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Reads an expression. The first mistake ends the reading: what follows it would be guesswork.
pub fn parse(text: &str) -> Result<Ast, Vec<Mistake>> {
    if text.len() > MAX_LENGTH {
        let mistake = Mistake::new("expression.too_long", 0..0).with("found", text.len()).with("expected", MAX_LENGTH);
        return Err(vec![mistake]);
    }
    Parser::start(Lexer::new(text), false).and_then(Parser::whole).map_err(|mistake| vec![*mistake])
}

/// Gives the places of what the outermost `||` or `&&` of an expression joins, in order; the whole when it joins nothing.
pub fn operands(text: &str) -> Vec<crate::ast::Span> {
    let Ok(ast) = parse(text) else { return Vec::new() };
    let joins = match &ast.kind {
        AstKind::Binary(operator @ (Binary::Or | Binary::And), ..) => *operator,
        _ => return vec![ast.span],
    };
    let (mut rest, mut spans) = (vec![&ast], Vec::new());
    while let Some(ast) = rest.pop() {
        match &ast.kind {
            AstKind::Binary(operator, left, right) if *operator == joins => rest.extend([&**right, &**left]),
            _ => spans.push(ast.span.clone()),
        }
    }
    spans
}

/// Boxed so that a deep recursion has small frames.
type Outcome<T> = Result<T, Box<Mistake>>;

struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token,
    span: Span,
    nesting: usize,
    /// Whether it reads the body of a function, where a block may have statements.
    in_body: bool,
}

/// What stands between two operands.
#[derive(Clone, Copy)]
enum Infix {
    Binary(Binary),
    In,
    NotIn,
}

impl<'a> Parser<'a> {
    fn start(lexer: Lexer<'a>, in_body: bool) -> Outcome<Self> {
        let mut parser = Self { lexer, token: Token::End, span: 0..0, nesting: 0, in_body };
        parser.advance()?;
        Ok(parser)
    }

    fn whole(mut self) -> Outcome<Ast> {
        if self.token == Token::End {
            return Err(Mistake::new("expression.missing", self.span).into());
        }
        let ast = self.expression()?;
        match self.token {
            Token::End => Ok(ast),
            _ => Err(self.unexpected("operator")),
        }
    }

    fn advance(&mut self) -> Outcome<(Token, Span)> {
        let (token, span) = self.lexer.next()?;
        Ok((std::mem::replace(&mut self.token, token), std::mem::replace(&mut self.span, span)))
    }

    fn at(&self, symbol: &str) -> bool {
        matches!(&self.token, Token::Symbol(found) if *found == symbol)
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Word(found) if &**found == word)
    }

    fn expect(&mut self, symbol: &'static str) -> Outcome<Span> {
        if self.at(symbol) { Ok(self.advance()?.1) } else { Err(self.unexpected(symbol)) }
    }

    fn unexpected(&self, expected: &'static str) -> Box<Mistake> {
        let found = match &self.token {
            Token::Integer(number) => number.to_string(),
            Token::Decimal(number) => number.to_string(),
            Token::Text(text) => format!("\"{}\"", text.escape_debug()),
            Token::Word(word) => word.to_string(),
            Token::Symbol(symbol) => (*symbol).to_owned(),
            Token::End => return Mistake::new("expression.ended", self.span.clone()).with("part", expected).into(),
        };
        Mistake::new("expression.unexpected", self.span.clone()).with("part", expected).with("found", found).into()
    }

    fn node(&self, kind: AstKind, span: Span) -> Outcome<Ast> {
        let ast = Ast::new(kind, span);
        if ast.height > MAX_HEIGHT { Err(too_deep(ast.span)) } else { Ok(ast) }
    }

    fn expression(&mut self) -> Outcome<Ast> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(too_deep(self.span.clone()));
        }
        let ast = self.operators(0);
        self.nesting -= 1;
        ast
    }

    /// Reads operands joined by operators that bind tighter than `above`.
    fn operators(&mut self, above: u8) -> Outcome<Ast> {
        let mut left = self.prefixed()?;
        while let Some((infix, precedence)) = self.infix().filter(|(_, precedence)| *precedence > above) {
            if let Infix::Binary(operator @ (Binary::Or | Binary::And)) = infix {
                left = self.logic(left, operator, precedence)?;
                continue;
            }
            self.take_infix(infix)?;
            let right = self.operators(precedence)?;
            let span = left.span.start..right.span.end;
            let (left_box, right_box) = (Box::new(left), Box::new(right));
            left = match infix {
                Infix::Binary(operator) => self.node(AstKind::Binary(operator, left_box, right_box), span)?,
                Infix::In => self.node(AstKind::In(left_box, right_box), span)?,
                Infix::NotIn => {
                    let inside = self.node(AstKind::In(left_box, right_box), span.clone())?;
                    self.node(AstKind::Unary(Unary::Not, Box::new(inside)), span)?
                }
            };
        }
        Ok(left)
    }

    /// Reads a row of one logical operator and balances it: its value does not depend on the grouping.
    fn logic(&mut self, first: Ast, operator: Binary, precedence: u8) -> Outcome<Ast> {
        let mut row = vec![first];
        while matches!(self.infix(), Some((Infix::Binary(found), _)) if found == operator) {
            self.advance()?;
            row.push(self.operators(precedence)?);
        }
        while row.len() > 1 {
            let mut pairs = Vec::with_capacity(row.len().div_ceil(2));
            let mut row_left = row.into_iter();
            while let Some(left) = row_left.next() {
                pairs.push(match row_left.next() {
                    Some(right) => {
                        let span = left.span.start..right.span.end;
                        self.node(AstKind::Binary(operator, Box::new(left), Box::new(right)), span)?
                    }
                    None => left,
                });
            }
            row = pairs;
        }
        row.pop().ok_or_else(|| self.unexpected("value"))
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        let binary = |operator: Binary| Some((Infix::Binary(operator), operator.precedence()));
        match &self.token {
            Token::Word(word) if &**word == "in" => Some((Infix::In, 110)),
            // The lexer gives `!` and `in` apart; nothing else can follow a value with `!`.
            Token::Symbol("!") => Some((Infix::NotIn, 110)),
            Token::Symbol(symbol) => match *symbol {
                "||" => binary(Binary::Or),
                "&&" => binary(Binary::And),
                "==" => binary(Binary::Equal),
                "!=" => binary(Binary::NotEqual),
                "<" => binary(Binary::Less),
                "<=" => binary(Binary::LessOrEqual),
                ">" => binary(Binary::Greater),
                ">=" => binary(Binary::GreaterOrEqual),
                "??" => binary(Binary::Coalesce),
                "+" => binary(Binary::Add),
                "-" => binary(Binary::Subtract),
                "*" => binary(Binary::Multiply),
                "/" => binary(Binary::Divide),
                "%" => binary(Binary::Remainder),
                _ => None,
            },
            _ => None,
        }
    }

    fn take_infix(&mut self, infix: Infix) -> Outcome<()> {
        let (_, span) = self.advance()?;
        if let Infix::NotIn = infix {
            if !(self.at_word("in") && self.span.start == span.end) {
                return Err(Mistake::new("expression.unexpected", span)
                    .with("part", "operator")
                    .with("found", "!")
                    .into());
            }
            self.advance()?;
        }
        Ok(())
    }

    fn prefixed(&mut self) -> Outcome<Ast> {
        let operator = match self.token {
            Token::Symbol("!") => Unary::Not,
            Token::Symbol("-") => Unary::Negate,
            _ => return self.postfixed(),
        };
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(too_deep(self.span.clone()));
        }
        let (_, span) = self.advance()?;
        let argument = self.prefixed()?;
        self.nesting -= 1;
        let span = span.start..argument.span.end;
        self.node(AstKind::Unary(operator, Box::new(argument)), span)
    }

    fn postfixed(&mut self) -> Outcome<Ast> {
        let mut ast = self.primary()?;
        while self.at(".") {
            self.advance()?;
            let name = self.name()?;
            let of = Box::new(ast);
            ast = if self.at("(") {
                let (arguments, end) = self.arguments()?;
                let span = of.span.start..end;
                self.node(AstKind::Method(of, name, arguments), span)?
            } else {
                let span = of.span.start..name.span.end;
                self.node(AstKind::Member(of, name), span)?
            };
        }
        match &self.token {
            Token::Symbol(found @ ("[" | "?." | "?[" | "::")) => {
                Err(Mistake::new("expression.unsupported", self.span.clone()).with("found", found).into())
            }
            _ => Ok(ast),
        }
    }

    fn name(&mut self) -> Outcome<Ident> {
        match &self.token {
            Token::Word(word) if is_reserved(word) => {
                Err(Mistake::new("expression.reserved", self.span.clone()).with("name", word).into())
            }
            Token::Word(word) => {
                let name = Arc::clone(word);
                Ok(Ident { name, span: self.advance()?.1 })
            }
            _ => Err(self.unexpected("name")),
        }
    }

    fn arguments(&mut self) -> Outcome<(Vec<Ast>, usize)> {
        self.expect("(")?;
        let list = self.list(")")?;
        Ok((list, self.expect(")")?.end))
    }

    /// Reads values with commas between them, up to the closing bracket; a comma may follow the last.
    fn list(&mut self, close: &'static str) -> Outcome<Vec<Ast>> {
        let mut list = Vec::new();
        while !self.at(close) {
            list.push(self.expression()?);
            if !self.at(close) {
                self.expect(",")?;
            }
        }
        Ok(list)
    }

    fn primary(&mut self) -> Outcome<Ast> {
        match &self.token {
            Token::Symbol("(") => return self.bracketed(),
            Token::Symbol("[") => return self.bracketed_list(),
            Token::Symbol("|") => return self.closure(),
            Token::Symbol(found @ ("||" | "{" | "#" | "+" | "++" | "--")) => {
                return Err(Mistake::new("expression.unsupported", self.span.clone()).with("found", found).into());
            }
            Token::Word(word) if &**word == "if" => return self.condition(),
            Token::Word(word) if self.in_body && &**word == "switch" => return self.switch(),
            Token::Symbol(_) | Token::End => return Err(self.unexpected("value")),
            _ => (),
        }
        let (token, span) = match &self.token {
            Token::Word(word) if !matches!(&**word, "true" | "false") => {
                let name = self.name()?;
                (Token::Word(name.name), name.span)
            }
            _ => self.advance()?,
        };
        let kind = match token {
            Token::Integer(number) => AstKind::Integer(number),
            Token::Decimal(number) => AstKind::Decimal(number),
            Token::Text(text) => AstKind::Text(text),
            Token::Word(word) if is_reserved(&word) => AstKind::Boolean(&*word == "true"),
            Token::Word(word) if self.at("(") => {
                let (arguments, end) = self.arguments()?;
                let whole = span.start..end;
                return self.node(AstKind::Call(Ident { name: word, span }, arguments), whole);
            }
            Token::Word(word) if self.at("::") => return self.qualified(&word, span),
            Token::Word(word) => AstKind::Name(word),
            Token::Symbol(_) | Token::End => AstKind::Empty,
        };
        self.node(kind, span)
    }

    /// Reads `script::function(arguments)`, whose name is both.
    fn qualified(&mut self, script: &str, span: Span) -> Outcome<Ast> {
        self.advance()?;
        let function = self.name()?;
        let (arguments, end) = self.arguments()?;
        let name = format!("{script}::{}", function.name).into();
        let ident = Ident { name, span: span.start..function.span.end };
        self.node(AstKind::Call(ident, arguments), span.start..end)
    }

    fn bracketed(&mut self) -> Outcome<Ast> {
        let start = self.advance()?.1.start;
        if self.at(")") {
            let end = self.advance()?.1.end;
            return self.node(AstKind::Empty, start..end);
        }
        let mut ast = self.expression()?;
        ast.span = start..self.expect(")")?.end;
        Ok(ast)
    }

    fn bracketed_list(&mut self) -> Outcome<Ast> {
        let start = self.advance()?.1.start;
        let list = self.list("]")?;
        let end = self.expect("]")?.end;
        self.node(AstKind::List(list), start..end)
    }

    fn closure(&mut self) -> Outcome<Ast> {
        let start = self.advance()?.1.start;
        let name = self.name()?;
        self.expect("|")?;
        let body = self.expression()?;
        let span = start..body.span.end;
        self.node(AstKind::Closure(name, Box::new(body)), span)
    }

    /// Reads a chain of `else if` in a loop, so that its length costs no stack.
    fn condition(&mut self) -> Outcome<Ast> {
        let mut arms = Vec::new();
        let otherwise = loop {
            let start = self.advance()?.1.start;
            let condition = self.expression()?;
            let (then, _) = self.block()?;
            arms.push((start, condition, then));
            if !self.at_word("else") {
                break None;
            }
            self.advance()?;
            if !self.at_word("if") {
                break Some(self.block()?);
            }
        };
        let end = otherwise.as_ref().map(|(_, end)| *end);
        let mut rest = otherwise.map(|(ast, _)| Box::new(ast));
        for (start, condition, then) in arms.into_iter().rev() {
            let end = end.unwrap_or(then.span.end);
            let kind = AstKind::If(Box::new(condition), Box::new(then), rest);
            rest = Some(Box::new(self.node(kind, start..end)?));
        }
        rest.map(|ast| *ast).ok_or_else(|| self.unexpected("value"))
    }

    fn block(&mut self) -> Outcome<(Ast, usize)> {
        self.expect("{")?;
        let ast = if self.in_body { self.inner()? } else { self.expression()? };
        let end = self.expect("}")?.end;
        Ok((ast, end))
    }
}

fn too_deep(span: Span) -> Box<Mistake> {
    Mistake::new("expression.too_deep", span).with("expected", MAX_NESTING).into()
}
