//! The tree as written, written again: with as few blanks and brackets as keep its meaning clear.

use crate::ast::{Ast, AstKind};
use crate::lexer::quote;
use crate::{Binary, Unary};

/// Writes a tree; reading the result gives the same tree.
pub fn print(ast: &Ast) -> String {
    let mut text = String::new();
    write(ast, &mut text);
    text
}

fn write(ast: &Ast, text: &mut String) {
    match &ast.kind {
        AstKind::Empty => text.push_str("()"),
        AstKind::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
        AstKind::Integer(value) => text.push_str(&value.to_string()),
        AstKind::Decimal(value) => {
            let digits = value.to_string();
            text.push_str(&digits);
            // A decimal keeps its point, or it would be read as a whole number.
            if !digits.contains('.') {
                text.push_str(".0");
            }
        }
        AstKind::Text(value) => text.push_str(&quote(value)),
        AstKind::Name(name) => text.push_str(name),
        AstKind::Member(of, name) => {
            operand(of, text);
            text.push('.');
            text.push_str(&name.name);
        }
        AstKind::Method(of, name, arguments) => {
            operand(of, text);
            text.push('.');
            text.push_str(&name.name);
            list(arguments, '(', ')', text);
        }
        AstKind::Call(name, arguments) => {
            text.push_str(&name.name);
            list(arguments, '(', ')', text);
        }
        AstKind::List(items) => list(items, '[', ']', text),
        AstKind::Closure(name, body) => {
            text.push('|');
            text.push_str(&name.name);
            text.push_str("| ");
            write(body, text);
        }
        AstKind::Unary(Unary::Not, argument) => {
            text.push('!');
            match argument.kind {
                AstKind::Unary(Unary::Not, _) => write(argument, text),
                _ => operand(argument, text),
            }
        }
        AstKind::Unary(Unary::Negate, argument) => {
            // `-1` is a number and `--` is no operator.
            text.push_str("-(");
            write(argument, text);
            text.push(')');
        }
        AstKind::Binary(operator, left, right) => {
            if is_row(*operator, left) {
                write(left, text)
            } else {
                operand(left, text)
            }
            text.push(' ');
            text.push_str(operator.symbol());
            text.push(' ');
            operand(right, text);
        }
        AstKind::In(value, many) => {
            operand(value, text);
            text.push_str(" in ");
            operand(many, text);
        }
        AstKind::Let(name, value, rest) => {
            text.push_str("let ");
            text.push_str(&name.name);
            text.push_str(" = ");
            write(value, text);
            text.push_str("; ");
            write(rest, text);
        }
        AstKind::If(condition, then, otherwise) => {
            text.push_str("if ");
            write(condition, text);
            text.push_str(" { ");
            write(then, text);
            text.push_str(" }");
            if let Some(otherwise) = otherwise {
                text.push_str(" else ");
                let chained = matches!(otherwise.kind, AstKind::If(..));
                text.push_str(if chained { "" } else { "{ " });
                write(otherwise, text);
                text.push_str(if chained { "" } else { " }" });
            }
        }
    }
}

/// Says whether an operand on the left goes on with a row of operators: brackets there would be nesting without end. Those of
/// `||` and `&&` are balanced by the reader, which brackets keep as it is.
fn is_row(operator: Binary, left: &Ast) -> bool {
    let AstKind::Binary(inner, ..) = &left.kind else { return false };
    !matches!(operator, Binary::Or | Binary::And) && inner.precedence() == operator.precedence()
}

fn operand(ast: &Ast, text: &mut String) {
    let bare = match &ast.kind {
        AstKind::Unary(..) | AstKind::Binary(..) | AstKind::In(..) | AstKind::If(..) | AstKind::Closure(..) => false,
        AstKind::Integer(number) => *number >= 0,
        AstKind::Decimal(number) => number.units() >= 0,
        _ => true,
    };
    text.push_str(if bare { "" } else { "(" });
    write(ast, text);
    text.push_str(if bare { "" } else { ")" });
}

fn list(items: &[Ast], open: char, close: char, text: &mut String) {
    text.push(open);
    for (at, item) in items.iter().enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        write(item, text);
    }
    text.push(close);
}
