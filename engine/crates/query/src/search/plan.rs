//! A question over the index as one statement: for each entity the best of what is found, under its grant, then the best
//! of all.

use std::collections::BTreeSet;

use access::{Access, Grant};
use catalog::FieldKind;
use diagnostic::Diagnostic;
use expression::{FieldId, Value, Variable};
use sea_query::{CaseStatement, Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sha2::{Digest, Sha256};
use sql::{ColumnType, Dialect, Statement};

use super::code;
use super::question::{Pattern, Term, terms};
use super::words::indexed;
use crate::build::{bound, bound_id, iden, statement, template};
use crate::cursor::{self, Cursor};
use crate::plan::source::{Draft, SourceId};
use crate::{QueryError, Settings};

/// Records found when the question does not say.
pub const DEFAULT_LIMIT: u32 = 20;
/// Most records found at once.
pub const MAX_LIMIT: u32 = 200;
/// Characters of a text in which the place of a word is looked for.
const SHOWN: u32 = 8_000;
/// Selects in one union; SQLite takes at most 500.
const UNITED: usize = 200;
/// What the order needs of a row.
const ORDER: [ColumnType; 2] = [ColumnType::Integer, ColumnType::Uuid];

/// A question as asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchRequest {
    /// What people typed.
    pub text: String,
    /// Names of the entities to look in; `None` for all.
    pub entities: Option<Vec<String>>,
    /// Records on a page, 1 to 200; `None` for 20.
    pub limit: Option<u32>,
    /// Cursor of an earlier page.
    pub cursor: Option<String>,
}

/// A decided question.
#[derive(Debug)]
pub struct SearchPlan {
    /// The statement; `None` when nothing is asked or nothing may be found.
    pub statement: Option<Statement>,
    pub(super) arms: Vec<Arm>,
    pub(super) terms: Vec<Term>,
    pub(super) limit: usize,
    pub(super) fingerprint: [u8; 16],
    pub(super) secret: Vec<u8>,
}

/// One entity of the question.
#[derive(Debug)]
pub(super) struct Arm {
    /// Name of the entity.
    pub(super) entity: String,
    /// The fields whose texts are read, in the order of the columns.
    pub(super) fields: Vec<catalog::Field>,
    /// Which of them is the title.
    pub(super) title: Option<FieldId>,
}

/// Decides a question as far as the caller may read; a hidden entity is answered like an unknown one.
pub fn plan(access: &Access, request: &SearchRequest, settings: &Settings) -> Result<SearchPlan, QueryError> {
    let mut mistakes = Vec::new();
    let grants = grants(access, request, &mut mistakes);
    let limit = match request.limit {
        Some(limit) if !(1..=MAX_LIMIT).contains(&limit) => {
            let mistake = Diagnostic::error("query.limit").at("/limit");
            mistakes.push(mistake.with("found", limit).with("expected", MAX_LIMIT));
            DEFAULT_LIMIT
        }
        limit => limit.unwrap_or(DEFAULT_LIMIT),
    };
    let fingerprint = fingerprint(request);
    let after = match request.cursor.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let cursor = cursor::open(text, &fingerprint, &ORDER, &settings.cursor_key);
            if cursor.is_none() {
                mistakes.push(Diagnostic::error("query.cursor").at("/cursor"));
            }
            cursor
        }
    };
    if !mistakes.is_empty() {
        return Err(QueryError::Invalid(mistakes));
    }
    let terms = terms(&request.text);
    let mut found = Vec::new();
    for grant in grants.into_iter().filter(|_| !terms.is_empty()) {
        let ask = Ask { terms: &terms, number: found.len(), limit, after: after.as_ref() };
        found.extend(arm(access, grant, &ask, settings));
    }
    let (selects, arms): (Vec<Picked>, Vec<Arm>) = found.into_iter().unzip();
    let secret = settings.cursor_key.clone();
    let statement = unite(selects, limit, settings.dialect);
    Ok(SearchPlan { statement, arms, terms, limit: limit as usize, fingerprint, secret })
}

fn grants(access: &Access, request: &SearchRequest, mistakes: &mut Vec<Diagnostic>) -> Vec<Grant> {
    let catalog = access.catalog();
    let Some(names) = &request.entities else {
        return catalog.entities().iter().filter_map(|entity| access.read(&entity.id)).collect();
    };
    let names: BTreeSet<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    let mut grants = Vec::new();
    for name in names {
        match catalog.entity(name).filter(|entity| !entity.is_derived()).and_then(|entity| access.read(&entity.id)) {
            Some(grant) => grants.push(grant),
            None => mistakes.push(Diagnostic::error("search.unknown_entity").at("/entities").with("name", name)),
        }
    }
    grants
}

fn fingerprint(request: &SearchRequest) -> [u8; 16] {
    let asked = serde_json::json!(["search", request.text, request.entities]);
    let mut start = [0; 16];
    start.copy_from_slice(&Sha256::digest(asked.to_string())[..16]);
    start
}

/// What each entity is asked.
struct Ask<'a> {
    terms: &'a [Term],
    number: usize,
    limit: u32,
    after: Option<&'a Cursor>,
}

/// A select of one entity and how many texts it reads.
struct Picked {
    select: SelectStatement,
    texts: usize,
}

/// The fields of one entity in which words may be met.
struct Place {
    index: String,
    /// What the words of fields begin with that are open wherever the record is.
    open: Vec<String>,
    /// The same of fields that are open on some records, with the condition.
    narrowed: Vec<(String, Expr)>,
    dialect: Dialect,
}

fn arm(access: &Access, grant: Grant, ask: &Ask<'_>, settings: &Settings) -> Option<(Picked, Arm)> {
    let dialect = settings.dialect;
    let mut draft = Draft::new(access, settings);
    let entity = std::sync::Arc::clone(grant.entity());
    let known: BTreeSet<&FieldId> = access.fields(&entity).into_iter().map(|field| &field.id).collect();
    let fields: Vec<catalog::Field> =
        indexed(&entity).into_iter().filter(|field| known.contains(&field.id)).cloned().collect();
    if fields.is_empty() {
        return None;
    }
    // Which records, and how well they fit.
    let (frame, root) = draft.open(grant.clone());
    draft.variables.insert(Variable::RECORD, root);
    let index = draft.join_index(frame, root);
    let mut place = Place { index, open: Vec::new(), narrowed: Vec::new(), dialect };
    let mut title = Place { index: place.index.clone(), open: Vec::new(), narrowed: Vec::new(), dialect };
    for field in &fields {
        let readable = draft.readable(root, field);
        place.add(code(&entity, field), readable.clone());
        if entity.title.as_ref() == Some(&field.id) {
            title.add(code(&entity, field), readable);
        }
    }
    let rank = ask.terms.iter().map(|term| weight(&place, &title, term)).reduce(ExprTrait::add)?;
    let mut conditions = vec![place.widest(ask.terms), draft.attribute(root, "deleted_at").is_null()];
    if !place.narrowed.is_empty() {
        conditions.extend(ask.terms.iter().map(|term| place.holds(&term.pattern)));
    }
    conditions.extend(draft.guard(root));
    let id = draft.attribute(root, "id");
    conditions.extend(ask.after.map(|cursor| beyond(cursor, &rank, &id, dialect)));
    let mut best = Query::select();
    best.expr_as(id, iden("id")).expr_as(rank, iden("rank"));
    draft.write_from(&mut best, frame);
    conditions.into_iter().for_each(|condition| {
        best.and_where(condition);
    });
    order(&mut best, ask.limit);

    // What people see of them.
    let (frame, root) = draft.open(grant);
    draft.variables.insert(Variable::RECORD, root);
    let shown = title_text(&mut draft, root);
    let texts: Vec<Expr> = fields.iter().map(|field| text(&mut draft, root, field)).collect();
    let mut select = Query::select();
    let number = i64::try_from(ask.number).unwrap_or_default();
    select.expr_as(whole(number), iden("entity"));
    select.expr_as(Expr::col((iden("best"), iden("id"))), iden("id"));
    select.expr_as(Expr::col((iden("best"), iden("rank"))), iden("rank"));
    select.expr_as(shown.unwrap_or_else(|| nothing(dialect)), iden("title"));
    for (at, text) in texts.into_iter().enumerate() {
        select.expr_as(text, iden(&format!("text{at}")));
    }
    draft.write_from_picked(&mut select, frame, root, best);
    if !draft.mistakes.is_empty() {
        return None;
    }
    let arm = Arm { entity: entity.name.clone(), title: entity.title.clone(), fields };
    let texts = arm.fields.len();
    Some((Picked { select, texts }, arm))
}

impl Place {
    fn add(&mut self, code: String, readable: Option<Expr>) {
        match readable {
            None => self.open.push(code),
            Some(condition) => self.narrowed.push((code, condition)),
        }
    }

    /// How many fields it is of.
    fn fields(&self) -> usize {
        self.open.len() + self.narrowed.len()
    }

    /// Keeps the records in which every term is met in some field, open or not: what the index is asked first.
    fn widest(&self, terms: &[Term]) -> Expr {
        let codes: Vec<&str> =
            self.open.iter().chain(self.narrowed.iter().map(|(code, _)| code)).map(String::as_str).collect();
        let all = Pattern::All(terms.iter().map(|term| term.pattern.clone()).collect());
        self.met(&written(&all, &codes, self.dialect))
    }

    /// Keeps the records in which a pattern is met in fields that the caller may read there.
    fn holds(&self, pattern: &Pattern) -> Expr {
        if self.narrowed.is_empty() {
            let codes: Vec<&str> = self.open.iter().map(String::as_str).collect();
            return if codes.is_empty() {
                crate::lower::never()
            } else {
                self.met(&written(pattern, &codes, self.dialect))
            };
        }
        match pattern {
            Pattern::All(patterns) => {
                patterns.iter().map(|one| self.holds(one)).reduce(Expr::and).unwrap_or_else(crate::lower::always)
            }
            Pattern::Any(patterns) => {
                patterns.iter().map(|one| self.holds(one)).reduce(Expr::or).unwrap_or_else(crate::lower::never)
            }
            Pattern::Prefix(_) | Pattern::Word(_) => {
                let codes: Vec<&str> = self.open.iter().map(String::as_str).collect();
                let open = (!codes.is_empty()).then(|| self.met(&written(pattern, &codes, self.dialect)));
                let narrowed = self.narrowed.iter().map(|(code, condition)| {
                    condition.clone().and(self.met(&written(pattern, &[code.as_str()], self.dialect)))
                });
                open.into_iter().chain(narrowed).reduce(Expr::or).unwrap_or_else(crate::lower::never)
            }
        }
    }

    fn met(&self, question: &str) -> Expr {
        let question = bound(&Value::Text(question.into()), ColumnType::Text, self.dialect);
        match self.dialect {
            Dialect::Sqlite => {
                let id = Expr::col((iden(&self.index), iden("id")));
                let found = "$1 IN (SELECT rowid FROM verstak_search_words WHERE verstak_search_words MATCH $2)";
                template(found, &[id, question], self.dialect)
            }
            Dialect::Postgres => {
                let words = Expr::col((iden(&self.index), iden("words")));
                template("$1 @@ CAST($2 AS tsquery)", &[words, question], self.dialect)
            }
        }
    }
}

/// Says how well a term fits: in the title or elsewhere, as a whole word or in part.
fn weight(place: &Place, title: &Place, term: &Term) -> Expr {
    let case = CaseStatement::new();
    if title.fields() == 0 {
        return case.case(place.holds(&term.exact), whole(2)).finally(whole(1)).into();
    }
    let case = case.case(title.holds(&term.exact), whole(8));
    // Where titles are all that is searched, a term that is met is met there: the index need not be asked for all
    // records that the beginning of a word is met in.
    if title.fields() == place.fields() {
        return case.finally(whole(4)).into();
    }
    case.case(title.holds(&term.pattern), whole(4)).case(place.holds(&term.exact), whole(2)).finally(whole(1)).into()
}

/// A whole number that the answer is to have; PostgreSQL would take a plain one for a shorter kind.
fn whole(number: i64) -> Expr {
    Expr::cust(format!("CAST({number} AS BIGINT)"))
}

/// Writes a pattern as the dialect's index reads it, each word in any of the fields. Words hold letters and digits only.
fn written(pattern: &Pattern, codes: &[&str], dialect: Dialect) -> String {
    let (and, or) = match dialect {
        Dialect::Sqlite => (" AND ", " OR "),
        Dialect::Postgres => (" & ", " | "),
    };
    let joined = |texts: Vec<String>, by: &str| format!("({})", texts.join(by));
    let each = |patterns: &[Pattern]| patterns.iter().map(|one| written(one, codes, dialect)).collect::<Vec<_>>();
    match pattern {
        Pattern::All(patterns) => joined(each(patterns), and),
        Pattern::Any(patterns) => joined(each(patterns), or),
        Pattern::Word(word) => joined(codes.iter().map(|code| quoted(code, word, dialect)).collect(), or),
        Pattern::Prefix(word) => {
            let mark = match dialect {
                Dialect::Sqlite => " *",
                Dialect::Postgres => ":*",
            };
            joined(codes.iter().map(|code| quoted(code, word, dialect) + mark).collect(), or)
        }
    }
}

fn quoted(code: &str, word: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("\"{}\"", format!("{code}{word}").replace('"', "\"\"")),
        Dialect::Postgres => format!("'{}'", format!("{code}{word}").replace('\\', "\\\\").replace('\'', "''")),
    }
}

/// The title of a record where it is a text.
fn title_text(draft: &mut Draft<'_>, root: SourceId) -> Option<Expr> {
    let (cell, form, _) = draft.title_cell(root)?;
    (form == ColumnType::Text).then_some(cell)
}

/// The text of a field as far as the caller may read it, and as far as it is looked at.
fn text(draft: &mut Draft<'_>, root: SourceId, field: &catalog::Field) -> Expr {
    let Some(column) = field.columns.first() else { return nothing(draft.dialect()) };
    let cell = draft.cell(root, field, column);
    match &field.kind {
        FieldKind::LongText { .. } | FieldKind::RichText => {
            template(&format!("substr($1, 1, {SHOWN})"), &[cell], draft.dialect())
        }
        _ => cell,
    }
}

fn nothing(dialect: Dialect) -> Expr {
    match dialect {
        Dialect::Sqlite => Expr::cust("NULL"),
        Dialect::Postgres => Expr::cust("NULL::text"),
    }
}

/// Keeps what comes after a cursor.
fn beyond(cursor: &Cursor, rank: &Expr, id: &Expr, dialect: Dialect) -> Expr {
    let [last_rank, Value::Id(last)] = cursor.values.as_slice() else { return crate::lower::never() };
    let last_rank = bound(last_rank, ColumnType::Integer, dialect);
    let further = rank.clone().lt(last_rank.clone());
    further.or(rank.clone().eq(last_rank).and(id.clone().lt(bound_id(*last, dialect))))
}

fn order(select: &mut SelectStatement, limit: u32) {
    select.order_by(iden("rank"), Order::Desc).order_by(iden("id"), Order::Desc).limit(u64::from(limit) + 1);
}

/// Puts the selects of entities together, all as wide as the widest, and takes the best.
fn unite(selects: Vec<Picked>, limit: u32, dialect: Dialect) -> Option<Statement> {
    let texts = selects.iter().map(|picked| picked.texts).max()?;
    let mut level: Vec<SelectStatement> = selects
        .into_iter()
        .map(|Picked { mut select, texts: own }| {
            (own..texts).for_each(|at| {
                select.expr_as(nothing(dialect), iden(&format!("text{at}")));
            });
            select
        })
        .collect();
    let names: Vec<String> = ["entity", "id", "rank", "title"]
        .into_iter()
        .map(str::to_owned)
        .chain((0..texts).map(|at| format!("text{at}")))
        .collect();
    let over = |inner: SelectStatement| {
        let mut outer = Query::select();
        outer.columns(names.iter().map(|name| iden(name))).from_subquery(inner, iden("found"));
        outer
    };
    while level.len() > 1 {
        level = level
            .chunks(UNITED)
            .filter_map(|chunk| {
                let mut chunk = chunk.iter().cloned().map(&over);
                let mut first = chunk.next()?;
                chunk.for_each(|next| {
                    first.union(UnionType::All, next);
                });
                Some(first)
            })
            .collect();
    }
    let mut whole = over(level.pop()?);
    order(&mut whole, limit);
    let mut types = vec![ColumnType::Integer, ColumnType::Uuid, ColumnType::Integer, ColumnType::Text];
    types.extend(std::iter::repeat_n(ColumnType::Text, texts));
    Some(statement(&whole, types, dialect))
}
