//! Names of a text: tables, their columns, and what the expressions of the language call them.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::ast::{AstKind, Ident as Word, Span};
use expression::check::{Mention, Named as Meaning, tree};
use expression::suggest::nearest;
use expression::{Ast, EntityId, Expr, FieldRef, Member, Mistake, Scope, Type, Variable};
use sqlparser::ast::{Expr as Written, Ident, Spanned};

use super::text::{Lines, folded, parse};
use super::{COMPUTED, Checked, Column, Extra, Named, Relation, Rows, Sql, facts, slot};
use crate::dataset::MAX_TABLES;
use crate::{Catalog, FieldKind};

/// Levels of expressions and selects inside one another.
const MAX_DEPTH: usize = 48;
/// Values and conditions that are read of a text: what is written once may stand several times in what it means, and that
/// several times in what stands around it.
const MAX_STEPS: usize = 20_000;

/// A relation as a clause names it.
pub(super) struct Alias {
    pub(super) name: String,
    pub(super) relation: Variable,
}

/// What is being read of a select.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its rows.
    Rows,
    /// Its groups: columns stand only inside aggregates, or are what rows are put together by.
    Groups,
    /// What an aggregate is made of.
    Aggregate,
}

/// A select whose expressions are being read.
pub(super) struct Frame {
    pub(super) aliases: Vec<Alias>,
    pub(super) phase: Phase,
    /// What rows are put together by: as written, as checked, and the extra that stands for it.
    pub(super) keys: Vec<(Written, Expr, usize)>,
    /// Aggregates of its groups.
    pub(super) aggregates: Vec<usize>,
    /// Whether a value over the rows around may stand here.
    pub(super) windows: bool,
}

/// A select with a name.
pub(super) struct NamedQuery {
    pub(super) name: String,
    pub(super) relation: Relation,
    /// Tables that it reads, as often as databases may write it out: wherever it is named.
    pub(super) tables: usize,
}

pub(super) struct Checker<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) lines: Lines<'c>,
    pub(super) text: &'c str,
    pub(super) relations: Vec<Relation>,
    pub(super) extras: Vec<Extra>,
    /// Type, and what it is as a field, of each extra.
    pub(super) values: Vec<(Type, Option<FieldKind>)>,
    pub(super) frames: Vec<Frame>,
    pub(super) named: Vec<NamedQuery>,
    pub(super) queries: usize,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) mentions: Vec<Named>,
    pub(super) depth: usize,
    /// Tables that are read by what was read so far.
    pub(super) tables: usize,
    /// Values and conditions that were read; some are read for each place where they come to stand.
    pub(super) steps: usize,
    /// A select item that names itself by the column it is: its name would change with that of the column.
    pub(super) naming: Option<Span>,
    /// Whether something reads who asks.
    pub(super) asks: bool,
}

pub(super) fn checked(catalog: &Catalog, text: &str, max_rows: u32) -> Checked {
    let query = match parse(text) {
        Ok(query) => query,
        Err(problem) => return Checked { problems: vec![problem], ..Checked::default() },
    };
    let mut checker = Checker {
        catalog,
        lines: Lines::of(text),
        text,
        relations: Vec::new(),
        extras: Vec::new(),
        values: Vec::new(),
        frames: Vec::new(),
        named: Vec::new(),
        queries: 0,
        mistakes: Vec::new(),
        mentions: Vec::new(),
        depth: 0,
        tables: 0,
        steps: 0,
        naming: None,
        asks: false,
    };
    let found = checker.query(&query);
    let tables = checker.tables;
    if tables > MAX_TABLES {
        let mistake = Mistake::new("dataset.too_large", 0..text.len());
        checker.mistakes.push(mistake.with("found", tables).with("max", MAX_TABLES));
    }
    let Checker { relations, extras, mut mistakes, mentions, asks, .. } = checker;
    mistakes.sort_by_key(|mistake| mistake.span.start);
    mistakes.dedup();
    let problems: Vec<Diagnostic> = mistakes.into_iter().map(|mistake| mistake.locate(text)).collect();
    let sql = found.filter(|_| problems.is_empty()).map(|(query, columns)| {
        let mut sql = Sql {
            query,
            relations,
            extras,
            columns,
            branches: Vec::new(),
            made_of: Vec::new(),
            asks,
            tables,
            max_rows,
        };
        facts::tell(&mut sql);
        sql
    });
    Checked { sql, problems, mentions }
}

impl Checker<'_> {
    /// Notes a mistake at a place.
    pub(super) fn mistake<T>(&mut self, mistake: Mistake) -> Option<T> {
        self.mistakes.push(mistake);
        None
    }

    /// The place of something written.
    pub(super) fn place(&self, written: &impl Spanned) -> Span {
        self.lines.bytes(written.span())
    }

    /// Refuses what datasets do not take.
    pub(super) fn unsupported<T>(&mut self, what: &str, place: Span) -> Option<T> {
        self.mistake(Mistake::new("sql.unsupported", place).with("found", what))
    }

    /// Goes a level down.
    pub(super) fn down<T>(&mut self, place: Span, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            // What is too much is told once.
            return if self.steps == MAX_STEPS + 1 {
                self.mistake(Mistake::new("dataset.too_heavy", place))
            } else {
                None
            };
        }
        if self.depth >= MAX_DEPTH {
            return self.mistake(Mistake::new("sql.too_deep", place));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Adds what no expression of the language is; gives the number of what stands for it.
    pub(super) fn extra(&mut self, extra: Extra, ty: Type, kind: Option<FieldKind>) -> usize {
        self.extras.push(extra);
        self.values.push((ty, kind));
        self.extras.len() - 1
    }

    /// Checks a tree of the language over what the text names.
    pub(super) fn typed(&mut self, ast: &Ast) -> Option<Expr> {
        let names = Names { checker: self };
        match tree(ast, &names) {
            Ok((expr, mentions)) => {
                self.asks |= expression::paths::reads(&expr).user;
                let named = mentions.into_iter().filter(|mention| match &mention.named {
                    Meaning::Field(field) | Meaning::Choice(field, _) => field.entity.as_str() != COMPUTED,
                    Meaning::Entity(_) | Meaning::Measure(_) | Meaning::Script(_) | Meaning::Function(..) => false,
                });
                let naming = self.naming.clone();
                self.mentions.extend(named.map(|mention| {
                    let names_itself =
                        naming.as_ref() == Some(&mention.span) && matches!(mention.named, Meaning::Field(_));
                    Named { mention, names_itself }
                }));
                Some(expr)
            }
            Err(mistakes) => {
                self.mistakes.extend(mistakes);
                None
            }
        }
    }

    /// What the language calls an extra.
    pub(super) fn stand_in(at: usize, place: Span) -> Ast {
        Ast::new(AstKind::Name(slot(at).name), place)
    }

    /// A column by its name, with that of its table or without.
    pub(super) fn column(&mut self, idents: &[Ident]) -> Option<Ast> {
        let (table, column) = match idents {
            [column] => (None, column),
            [table, column] => (Some(table), column),
            _ => {
                let span = idents.first().map_or(0..0, |first| self.lines.name(first));
                return self.mistake(Mistake::new("sql.path", span));
            }
        };
        let place = self.lines.name(column);
        let name = folded(column);
        let mut found = None;
        let mut known: Vec<String> = Vec::new();
        for at in (0..self.frames.len()).rev() {
            let frame = &self.frames[at];
            let mut here = Vec::new();
            let mut is_unknown = false;
            for alias in &frame.aliases {
                if table.is_some_and(|table| folded(table) != alias.name) {
                    continue;
                }
                let relation = &self.relations[alias.relation.0 as usize - 1];
                is_unknown |= matches!(relation.rows, Rows::Unknown);
                match self.member(relation, &name) {
                    Some(field) => here.push((alias.relation, field)),
                    None => known.extend(self.names(relation)),
                }
            }
            if here.len() > 1 {
                return self.mistake(Mistake::new("sql.ambiguous", place).with("name", &name));
            }
            if let Some((relation, field)) = here.pop() {
                found = Some((at, relation, field));
                break;
            }
            // Of what is told already nothing more is told.
            if is_unknown {
                return None;
            }
            if table.is_some_and(|table| frame.aliases.iter().any(|alias| alias.name == folded(table))) {
                break;
            }
        }
        let Some((at, relation, field)) = found else {
            if let Some(table) = table
                && !self.frames.iter().any(|frame| frame.aliases.iter().any(|it| it.name == folded(table)))
            {
                let aliases = self.frames.iter().flat_map(|frame| &frame.aliases);
                let near = nearest(&folded(table), aliases.map(|alias| alias.name.as_str())).map(str::to_owned);
                let mistake = Mistake::new("sql.unknown_table", self.lines.name(table)).with("name", folded(table));
                return self.mistake(mistake.with_some("nearest", near));
            }
            let near = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
            let mistake = Mistake::new("sql.unknown_column", place).with("name", &name);
            return self.mistake(mistake.with_some("nearest", near));
        };
        self.reached(at, relation, &field, place)
    }

    /// A column of a select that may see only its groups by now.
    fn reached(&mut self, frame: usize, relation: Variable, field: &FieldRef, place: Span) -> Option<Ast> {
        let own = Ast::new(AstKind::Name(format!("v{}", relation.0).into()), place.clone());
        let word = Word { name: Arc::clone(&field.name), span: place.clone() };
        let ast = Ast::new(AstKind::Member(Box::new(own), word), place.clone());
        if let Rows::Entity(_, fields) = &mut self.relations[relation.0 as usize - 1].rows
            && !fields.contains(field)
        {
            fields.push(field.clone());
        }
        if self.frames[frame].phase != Phase::Groups {
            return Some(ast);
        }
        let expr = self.typed(&ast)?;
        match self.frames[frame].keys.iter().find(|(_, key, _)| *key == expr) {
            Some((_, _, extra)) => Some(Self::stand_in(*extra, place)),
            None => self.mistake(Mistake::new("sql.not_grouped", place).with("name", &field.name)),
        }
    }

    /// The column of a relation.
    pub(super) fn member(&self, relation: &Relation, name: &str) -> Option<FieldRef> {
        match &relation.rows {
            Rows::Entity(entity, _) => {
                let field = self.catalog.entity_by_id(entity)?.field(name).filter(|field| !field.write_only)?;
                Some(FieldRef { entity: entity.clone(), id: field.id.clone(), name: field.name.as_str().into() })
            }
            _ => {
                let at = relation.columns.iter().position(|column| column.name == name)?;
                Some(Column::field(at, name))
            }
        }
    }

    fn names(&self, relation: &Relation) -> Vec<String> {
        match &relation.rows {
            Rows::Entity(entity, _) => {
                let fields = self.catalog.entity_by_id(entity).map(|entity| entity.fields.as_slice());
                let fields = fields.unwrap_or_default().iter().filter(|field| !field.write_only);
                fields.map(|field| field.name.clone()).collect()
            }
            _ => relation.columns.iter().map(|column| column.name.clone()).collect(),
        }
    }
}

/// What the language may name: `v1` and its columns, and `x1` for what is none of the language.
struct Names<'a, 'c> {
    checker: &'a Checker<'c>,
}

impl Scope for Names<'_, '_> {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        if entity.as_str() == COMPUTED {
            let at: usize = name.strip_prefix('x')?.parse().ok()?;
            return Some(Member { field: slot(at), ty: self.checker.values.get(at)?.0.clone() });
        }
        let number = entity.as_str().strip_prefix(COMPUTED).and_then(|number| number.parse::<usize>().ok());
        if let Some(number) = number {
            let relation = self.checker.relations.get(number)?;
            let field = self.checker.member(relation, name)?;
            let at: usize = field.id.as_str().strip_prefix('c')?.parse().ok()?;
            return Some(Member { field, ty: relation.columns.get(at)?.ty.clone() });
        }
        let field = self.checker.catalog.entity_by_id(entity)?.field(name)?;
        let field_ref = FieldRef { entity: entity.clone(), id: field.id.clone(), name: field.name.as_str().into() };
        Some(Member { field: field_ref, ty: field.expression_type() })
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        Vec::new()
    }

    fn entity(&self, _: &str) -> Option<EntityId> {
        None
    }

    fn entity_name(&self, _: &EntityId) -> Option<String> {
        None
    }

    fn record(&self) -> Option<EntityId> {
        Some(EntityId::new(COMPUTED))
    }

    fn records(&self) -> Vec<(Arc<str>, EntityId)> {
        let named = self.checker.relations.iter().enumerate().map(|(at, relation)| {
            let entity = match &relation.rows {
                Rows::Entity(entity, _) => entity.clone(),
                _ => EntityId::new(&format!("{COMPUTED}{at}")),
            };
            (Arc::from(format!("v{}", at + 1)), entity)
        });
        named.collect()
    }

    fn user(&self) -> Option<EntityId> {
        self.checker.catalog.entity("user").map(|entity| entity.id.clone())
    }
}

/// A mention of an entity.
pub(super) fn of_entity(span: Span, entity: &EntityId, names_itself: bool) -> Named {
    Named { mention: Mention { span, named: Meaning::Entity(entity.clone()) }, names_itself }
}
