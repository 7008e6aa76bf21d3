//! Functions of scripts that expressions may call: `pricing::margin(amount, cost)` means what the body of the function says,
//! with the arguments in the place of its parameters, so that it means the same in SQL, in the browser and in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::parser::{self, Body};
use crate::{Mistake, Type};

/// The functions of one script.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    /// Name of the script.
    pub script: Arc<str>,
    /// Names under which the script knows others, with theirs.
    pub imports: HashMap<Arc<str>, Arc<str>>,
    /// What its functions do, by name and number of parameters.
    pub bodies: HashMap<(Arc<str>, usize), Function>,
    /// What others than the script may call in expressions, by name.
    pub open: BTreeMap<Arc<str>, Signature>,
}

/// A function as it is written.
#[derive(Debug, Clone)]
pub struct Function {
    /// Names of its parameters.
    pub parameters: Vec<Arc<str>>,
    /// What it gives.
    pub body: Body,
}

/// What a function takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Names and types of its parameters.
    pub parameters: Vec<(Arc<str>, Type)>,
    /// Type of its value.
    pub returns: Type,
    /// Whether its body is an expression that gives this.
    pub is_sound: bool,
}

impl Signature {
    /// Writes the function with the types of its parameters: `pricing::margin(decimal, decimal)`.
    pub fn written(&self, script: &str, name: &str) -> String {
        let parameters: Vec<&str> = self.parameters.iter().map(|(_, ty)| ty.name()).collect();
        format!("{script}::{name}({})", parameters.join(", "))
    }
}

impl Functions {
    /// Adds a function whose body is a part of a source.
    pub fn add(&mut self, source: &str, name: &str, parameters: &[&str], body: std::ops::Range<usize>) {
        let function = Function {
            parameters: parameters.iter().map(|name| Arc::from(*name)).collect(),
            body: parser::body(source, body),
        };
        self.bodies.insert((name.into(), parameters.len()), function);
    }
}

/// Lists the functions of scripts that a text names, whether there are such or not, as script and function.
pub fn named(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Ok(ast) = parser::parse(text) else { return found };
    let mut rest = vec![&ast];
    while let Some(ast) = rest.pop() {
        if let crate::ast::AstKind::Call(name, _) = &ast.kind
            && let Some((script, function)) = name.name.split_once("::")
        {
            found.push((script.to_owned(), function.to_owned()));
        }
        rest.extend(ast.children());
    }
    found
}

/// Says why the body of a function is no expression, at its place in the source of the script; nothing when it is one.
pub fn mistake<'f>(functions: &'f Functions, name: &str, takes: usize) -> Option<&'f Mistake> {
    functions.bodies.get(&(Arc::from(name), takes))?.body.as_ref().err()
}
