//! Which fields an expression reads, each by the path from where the reading starts.

use std::collections::HashMap;

use crate::{Aggregate, Binary, Expr, ExprKind, FieldRef, Variable};

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
    /// At any record of an entity, of which a measure is made.
    All,
}

/// What an expression depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Paths, in the order of the text, each once. Those that lead to longer ones are listed too.
    pub paths: Vec<Path>,
    /// Whether it reads the current user.
    pub user: bool,
    /// Whether it reads a measure.
    pub measures: bool,
    /// Whether it calls `today` or `now`.
    pub time: bool,
}

/// Lists what an expression reads.
pub fn reads(expr: &Expr) -> Reads {
    reads_of(expr, Variable::RECORD).0
}

/// Lists what an expression reads of the record of a variable, and the paths to the record or records of it that are its value.
pub fn reads_of(expr: &Expr, variable: Variable) -> (Reads, Vec<Path>) {
    let mut walk = Walk { reads: Reads::default(), variables: HashMap::new() };
    walk.variables.insert(variable, vec![Path { root: Root::Record, fields: Vec::new() }]);
    let values = walk.visit(expr);
    (walk.reads, values)
}

struct Walk {
    reads: Reads,
    variables: HashMap<Variable, Vec<Path>>,
}

impl Walk {
    /// Notes what the expression reads and gives the paths to the record or records that are its value: several where a
    /// choice between records is made.
    fn visit(&mut self, expr: &Expr) -> Vec<Path> {
        match &expr.kind {
            ExprKind::User => {
                self.reads.user = true;
                vec![Path { root: Root::User, fields: Vec::new() }]
            }
            ExprKind::All(..) => {
                self.reads.measures = true;
                vec![Path { root: Root::All, fields: Vec::new() }]
            }
            ExprKind::Variable(variable) => self.variables.get(variable).cloned().unwrap_or_default(),
            ExprKind::Field(of, field) => {
                let mut paths = self.visit(of);
                for path in &mut paths {
                    path.fields.push(field.clone());
                    if !self.reads.paths.contains(path) {
                        self.reads.paths.push(path.clone());
                    }
                }
                paths
            }
            ExprKind::As(of, ..) => self.visit(of),
            ExprKind::Filter(of, variable, body) => {
                let paths = self.visit(of);
                self.variables.insert(*variable, paths.clone());
                self.visit(body);
                paths
            }
            ExprKind::Aggregate(aggregate, of, variable, body) => {
                let paths = self.visit(of);
                self.variables.insert(*variable, paths.clone());
                if let Some(body) = body {
                    self.visit(body);
                }
                if *aggregate == Aggregate::First { paths } else { Vec::new() }
            }
            ExprKind::If(condition, left, right) => {
                self.visit(condition);
                self.either(left, right)
            }
            ExprKind::Binary(Binary::Coalesce, left, right) => self.either(left, right),
            _ => {
                if let ExprKind::Call(name, arguments) = &expr.kind {
                    self.reads.time |= crate::function::looks_around(name, arguments);
                }
                for child in expr.children() {
                    self.visit(child);
                }
                Vec::new()
            }
        }
    }

    fn either(&mut self, left: &Expr, right: &Expr) -> Vec<Path> {
        let mut paths = self.visit(left);
        for path in self.visit(right) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }
}
