//! Expressions over groups: aggregates are calls such as `sum(amount)`, keys and measures stand by their names.

use std::sync::Arc;

use diagnostic::Diagnostic;

use crate::ast::{AstKind, Ident, Span};
use crate::{Ast, EntityId, Expr, FieldId, FieldRef, Functions, Member, Mistake, Scope, Type, parser, print, suggest};

/// The pseudo entity of a group.
const GROUP: &str = "$group";

/// The aggregates by name, with the number of their arguments.
const AGGREGATES: [(&str, usize, usize); 10] = [
    ("count", 0, 1),
    ("sum", 1, 1),
    ("avg", 1, 1),
    ("min", 1, 1),
    ("max", 1, 1),
    ("count_distinct", 1, 1),
    ("median", 1, 1),
    ("percentile", 2, 2),
    ("first", 1, 1),
    ("last", 1, 1),
];

/// One aggregate as it was written.
#[derive(Debug, Clone)]
pub struct Call {
    /// The aggregate.
    pub name: &'static str,
    /// Text of its argument; `None` for `count()`.
    pub argument: Option<String>,
    /// Where the argument stands in the text, which is empty without one.
    pub span: Span,
    /// Share of a percentile, in millionths.
    pub share: u32,
    /// Where it was written.
    pub pointer: String,
    /// Its checked argument.
    pub expr: Option<Expr>,
    /// Type of its value, once it is checked.
    pub ty: Option<Type>,
}

impl Call {
    /// Gives the type of its value for an argument of a type; `None` when it takes none of that.
    pub fn of(&self, argument: &Type) -> Option<Type> {
        let is_number = matches!(argument, Type::Integer | Type::Decimal);
        let ordered = argument.is_ordered() && *argument != Type::Empty;
        let single = ordered || *argument == Type::Boolean || argument.is_identity();
        match self.name {
            "count" | "count_distinct" if single => Some(Type::Integer),
            "sum" if is_number || *argument == Type::Duration => Some(argument.clone()),
            "avg" | "median" | "percentile" if is_number => Some(Type::Decimal),
            "min" | "max" if ordered => Some(argument.clone()),
            "first" | "last" if ordered || matches!(argument, Type::Boolean | Type::Id) => Some(argument.clone()),
            _ => None,
        }
    }
}

/// What expressions over groups may name.
#[derive(Debug, Default)]
pub struct Words {
    /// Names as people write them, their stand-ins and types; a measure of a measure is none.
    names: Vec<(String, String, Type)>,
    /// Whether what is written twice is listed twice.
    every: bool,
    /// The aggregates that were written so far.
    pub calls: Vec<Call>,
}

impl Words {
    /// Begins with the names and types of the keys that records are grouped by.
    pub fn new<'a>(keys: impl Iterator<Item = (&'a str, &'a Type)>) -> Self {
        let names = keys.enumerate().map(|(at, (name, ty))| (name.to_owned(), format!("k{at}"), ty.clone()));
        Self { names: names.collect(), ..Self::default() }
    }

    /// Adds the names of checked measures, for conditions on groups.
    pub fn name_measures(&mut self, measures: &[(String, Expr)]) {
        let named =
            measures.iter().enumerate().map(|(at, (name, expr))| (name.clone(), format!("m{at}"), expr.ty.clone()));
        self.names.extend(named);
    }

    /// Reads an expression and writes it with stand-ins for keys, measures and aggregates.
    pub fn read(&mut self, text: &str, pointer: &str) -> Result<String, Vec<Diagnostic>> {
        let located =
            |mistakes: Vec<Mistake>| -> Vec<Diagnostic> { mistakes.into_iter().map(|one| one.locate(text)).collect() };
        let mut ast = parser::parse(text).map_err(located)?;
        let mut mistakes = Vec::new();
        self.replace(&mut ast, pointer, &mut mistakes);
        if mistakes.is_empty() { Ok(print::print(&ast)) } else { Err(mistakes) }
    }

    fn replace(&mut self, ast: &mut Ast, pointer: &str, mistakes: &mut Vec<Diagnostic>) {
        if let Some(path) = dotted(ast) {
            match self.names.iter().find(|(name, _, _)| *name == path) {
                Some((_, stand_in, _)) => ast.kind = AstKind::Name(stand_in.as_str().into()),
                None => {
                    let names = self.names.iter().map(|(name, ..)| name.as_str());
                    let nearest = suggest::nearest(&path, names);
                    mistakes
                        .push(Diagnostic::error("query.not_of_group").with("name", path).with_some("nearest", nearest));
                }
            }
            return;
        }
        if let AstKind::Call(Ident { name, .. }, arguments) = &ast.kind
            && let Some((known, least, most)) = AGGREGATES.iter().find(|(known, _, _)| **known == **name)
            // With more arguments `min` and `max` are functions of the library.
            && !(matches!(*known, "min" | "max") && arguments.len() > 1)
        {
            if !(*least..=*most).contains(&arguments.len()) {
                let mistake = Diagnostic::error("query.aggregate_arguments").with("name", *known);
                mistakes.push(mistake.with("expected", *most).with("found", arguments.len()));
                return;
            }
            let share = match (known, arguments.get(1)) {
                (&"percentile", Some(share)) => match share_of(share) {
                    Some(share) => share,
                    None => {
                        mistakes.push(Diagnostic::error("query.percentile_share"));
                        return;
                    }
                },
                _ => 500_000,
            };
            let argument = arguments.first().map(print::print);
            let span = arguments.first().map_or(0..0, |argument| argument.span.clone());
            let call = Call { name: known, argument, span, share, pointer: pointer.to_owned(), expr: None, ty: None };
            let same =
                |known: &Call| known.name == call.name && known.argument == call.argument && known.share == share;
            let at = self.calls.iter().position(|known| !self.every && same(known)).unwrap_or_else(|| {
                self.calls.push(call.clone());
                self.calls.len() - 1
            });
            ast.kind = AstKind::Name(format!("a{at}").into());
            return;
        }
        match &mut ast.kind {
            AstKind::Member(of, _) | AstKind::Unary(_, of) | AstKind::Closure(_, of) => {
                self.replace(of, pointer, mistakes)
            }
            AstKind::Method(of, _, list) => {
                self.replace(of, pointer, mistakes);
                list.iter_mut().for_each(|item| self.replace(item, pointer, mistakes));
            }
            AstKind::Call(_, list) | AstKind::List(list) => {
                list.iter_mut().for_each(|item| self.replace(item, pointer, mistakes));
            }
            AstKind::Binary(_, left, right) | AstKind::In(left, right) | AstKind::Let(_, left, right) => {
                self.replace(left, pointer, mistakes);
                self.replace(right, pointer, mistakes);
            }
            AstKind::If(condition, then, otherwise) => {
                self.replace(condition, pointer, mistakes);
                self.replace(then, pointer, mistakes);
                if let Some(otherwise) = otherwise {
                    self.replace(otherwise, pointer, mistakes);
                }
            }
            AstKind::Empty
            | AstKind::Boolean(_)
            | AstKind::Integer(_)
            | AstKind::Decimal(_)
            | AstKind::Text(_)
            | AstKind::Name(_) => {}
        }
    }

    /// The scope of an expression with stand-ins; functions of scripts are those of another scope.
    pub fn scope<'a>(&'a self, functions: &'a dyn Scope) -> GroupScope<'a> {
        GroupScope { words: self, functions }
    }
}

/// Finds where the arguments of aggregates stand in a text; none where it is not sound.
pub fn arguments(text: &str) -> Vec<Span> {
    let Ok(mut ast) = parser::parse(text) else { return Vec::new() };
    let mut words = Words { every: true, ..Words::default() };
    words.replace(&mut ast, "", &mut Vec::new());
    let spans = words.calls.into_iter().filter(|call| call.argument.is_some()).map(|call| call.span);
    spans.collect()
}

/// The names of a group.
pub struct GroupScope<'a> {
    words: &'a Words,
    functions: &'a dyn Scope,
}

impl Scope for GroupScope<'_> {
    fn member(&self, _: &EntityId, name: &str) -> Option<Member> {
        let ty = match name.strip_prefix('a').and_then(|number| number.parse::<usize>().ok()) {
            Some(at) => self.words.calls.get(at)?.ty.clone()?,
            None => self.words.names.iter().find(|(_, stand_in, _)| stand_in == name)?.2.clone(),
        };
        let field = FieldRef { entity: EntityId::new(GROUP), id: FieldId::new(name), name: Arc::from(name) };
        Some(Member { field, ty })
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        // Names that are unknown are told before stand-ins take the place of the others.
        Vec::new()
    }

    fn entity(&self, _: &str) -> Option<EntityId> {
        None
    }

    fn entity_name(&self, _: &EntityId) -> Option<String> {
        None
    }

    fn record(&self) -> Option<EntityId> {
        Some(EntityId::new(GROUP))
    }

    fn functions(&self, script: &str) -> Option<Arc<Functions>> {
        self.functions.functions(script)
    }

    fn open_functions(&self) -> Vec<String> {
        self.functions.open_functions()
    }

    fn user(&self) -> Option<EntityId> {
        None
    }
}

/// A name or names joined by dots.
fn dotted(ast: &Ast) -> Option<String> {
    match &ast.kind {
        AstKind::Name(name) => Some(name.to_string()),
        AstKind::Member(of, Ident { name, .. }) => Some(format!("{}.{name}", dotted(of)?)),
        _ => None,
    }
}

/// A written share between 0 and 1, in millionths.
fn share_of(ast: &Ast) -> Option<u32> {
    let share = match &ast.kind {
        AstKind::Integer(whole) => crate::Decimal::from_scaled(i128::from(*whole), 0)?,
        AstKind::Decimal(share) => *share,
        _ => return None,
    };
    u32::try_from(share.to_scaled(6)?).ok().filter(|share| *share <= 1_000_000)
}
