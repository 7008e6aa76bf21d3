//! Which fields an expression reads, each by the path from where the reading starts.

use std::collections::HashMap;

use crate::{Expr, ExprKind, FieldRef, Variable};

/// A field read, with the relations walked to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// Fields from the root on; the last one is read, those before it lead there.
    pub fields: Vec<FieldRef>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Root {
    /// At the record the expression is about.
    Record,
    /// At the current user.
    User,
}

/// What an expression depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Paths, in the order of the text, each once. Those that lead to longer ones are listed too.
    pub paths: Vec<Path>,
    /// Whether it reads the current user.
    pub user: bool,
    /// Whether it calls `today` or `now`.
    pub time: bool,
}

/// Lists what an expression reads.
pub fn reads(expr: &Expr) -> Reads {
    let mut walk = Walk { reads: Reads::default(), variables: HashMap::new() };
    walk.variables.insert(Variable::RECORD, Some(Path { root: Root::Record, fields: Vec::new() }));
    walk.visit(expr);
    walk.reads
}

struct Walk {
    reads: Reads,
    variables: HashMap<Variable, Option<Path>>,
}

impl Walk {
    /// Notes what the expression reads and gives the path to the record or records that are its value.
    fn visit(&mut self, expr: &Expr) -> Option<Path> {
        match &expr.kind {
            ExprKind::User => {
                self.reads.user = true;
                Some(Path { root: Root::User, fields: Vec::new() })
            }
            ExprKind::Variable(variable) => self.variables.get(variable).cloned().flatten(),
            ExprKind::Field(of, field) => {
                let mut path = self.visit(of)?;
                path.fields.push(field.clone());
                if !self.reads.paths.contains(&path) {
                    self.reads.paths.push(path.clone());
                }
                Some(path)
            }
            ExprKind::Filter(of, variable, body) => {
                let path = self.visit(of);
                self.variables.insert(*variable, path.clone());
                self.visit(body);
                path
            }
            ExprKind::Aggregate(_, of, variable, body) => {
                let path = self.visit(of);
                self.variables.insert(*variable, path);
                if let Some(body) = body {
                    self.visit(body);
                }
                None
            }
            ExprKind::Call("today" | "now", _) => {
                self.reads.time = true;
                None
            }
            _ => {
                for child in expr.children() {
                    self.visit(child);
                }
                None
            }
        }
    }
}
