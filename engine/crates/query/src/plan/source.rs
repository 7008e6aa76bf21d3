//! Where rows come from: tables, each under a grant, and the joins between them.

mod apart;
mod chosen;
mod rows;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use access::{Access, Grant, Reach};
use catalog::{Entity, Field, FieldKind, Formula, FormulaMode};
use chosen::Place;
use diagnostic::Diagnostic;
use expression::{FieldId, Variable};
pub(crate) use rows::Rows;
use sea_query::{CaseStatement, Expr, ExprTrait, JoinType, Query, SelectStatement};
use sql::Dialect;
use sql::statement::WRITTEN;

use crate::Settings;
use crate::build::{attribute, iden};
use crate::lower::exact::Rolled;
use crate::lower::weight::{MAX_DEPTH, MAX_PARTS, parts, weigh};
use crate::lower::{Term, form_of};

/// A table in a statement, with the leave to read it. There is no way to make one but from a grant:
///
/// ```compile_fail,E0451
/// fn forge(grant: access::Grant) -> query::plan::Source {
///     query::plan::Source { grant, alias: String::new(), frame: 0, certain: true }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Source {
    grant: Grant,
    alias: String,
    frame: usize,
    certain: bool,
}

/// A source of the statement being planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SourceId(usize);

/// A FROM clause of the statement being planned: the outermost one is 0, those of sub-selects have greater numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FrameId(usize);

#[derive(Debug, Clone, Default)]
struct Frame {
    root: Option<(Rows, String)>,
    joins: Vec<Join>,
    /// What finds the record of a clause that stands in for a join.
    apart: Option<Expr>,
}

#[derive(Debug, Clone)]
struct Join {
    kind: JoinType,
    rows: Rows,
    alias: String,
    on: Expr,
}

/// Records joined so far: by links, and the user's own. `None` where the entity may not be read.
#[derive(Debug, Default)]
struct Joined {
    links: HashMap<(FrameId, SourceId, FieldId), Option<SourceId>>,
    users: HashMap<FrameId, Option<SourceId>>,
    /// Those of an identity that is no plain link, by where and what for.
    placed: Vec<(Place, SourceId)>,
}

/// A statement being planned: its sources, its joins shared by all clauses, and the mistakes found on the way.
pub(crate) struct Draft<'a> {
    pub(crate) access: Cow<'a, Access>,
    pub(crate) settings: &'a Settings,
    pub(crate) variables: HashMap<Variable, SourceId>,
    /// Values that are columns of selects already, by the record and the field that they stand for.
    pub(crate) given: HashMap<(Variable, FieldId), Term>,
    pub(crate) mistakes: Vec<Diagnostic>,
    /// Own fields of the outermost record that the filter and the order read.
    pub(crate) asked: Vec<FieldId>,
    /// Own fields of the outermost record that the filter says the value of.
    pub(crate) pinned: Vec<FieldId>,
    /// Parts of SQL that the expressions of the request become.
    pub(crate) parts: u64,
    /// Whether a condition of access had a part in it.
    pub(crate) ruled: bool,
    /// Whether stored formulas are calculated as well: within the transaction of a save those that are stored may be of
    /// before it.
    pub(crate) is_live: bool,
    /// Aggregates that are kept, where they are read and not computed.
    pub(crate) rolled: Option<Rolled>,
    sources: Vec<Source>,
    frames: Vec<Frame>,
    joined: Joined,
    /// What conditions of access have joined with the rights of their judge, which no other clause may read.
    judged: Joined,
    /// Where a field may be read, by source and field; nothing for fields that are open wherever the record is.
    reaches: HashMap<(SourceId, FieldId), Option<Expr>>,
    floor: FrameId,
    innermost: FrameId,
    /// Clauses that stand in for a join and are being written: within them their record is a plain table.
    inside: Vec<FrameId>,
    aliases: usize,
}

/// How a to-many relation finds its records.
pub(crate) enum Path {
    /// By a link column of theirs.
    Column(String),
    /// By a junction: table, column of this side, column of theirs.
    Junction(String, &'static str, &'static str),
}

/// The alias of the outermost source, which is the first.
const ROOT: &str = "t0";

/// Puts the rows that a bundle has just written in place of the outermost table.
pub(crate) fn over_written(select: &mut SelectStatement) {
    select.from_clear().from_as(iden(WRITTEN), iden(ROOT));
}

impl<'a> Draft<'a> {
    pub(crate) fn new(access: &'a Access, settings: &'a Settings) -> Self {
        Self::with(Cow::Borrowed(access), settings)
    }

    fn with(access: Cow<'a, Access>, settings: &'a Settings) -> Self {
        Self {
            access,
            settings,
            variables: HashMap::new(),
            given: HashMap::new(),
            mistakes: Vec::new(),
            asked: Vec::new(),
            pinned: Vec::new(),
            parts: 0,
            ruled: false,
            is_live: false,
            rolled: None,
            sources: Vec::new(),
            frames: Vec::new(),
            joined: Joined::default(),
            judged: Joined::default(),
            reaches: HashMap::new(),
            floor: FrameId(0),
            innermost: FrameId(0),
            inside: Vec::new(),
            aliases: 0,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.settings.dialect
    }

    pub(crate) fn language(&self) -> String {
        self.access.catalog().workspace.language.clone()
    }

    /// Opens a FROM clause over the grant's records.
    pub(crate) fn open(&mut self, grant: Grant) -> (FrameId, SourceId) {
        let rows = self.rows_of(&grant);
        self.open_rows(grant, rows)
    }

    /// Opens a FROM clause over these rows, which are the grant's records.
    pub(crate) fn open_rows(&mut self, grant: Grant, rows: Rows) -> (FrameId, SourceId) {
        let frame = FrameId(self.frames.len());
        let alias = self.alias();
        self.frames.push(Frame { root: Some((rows, alias.clone())), ..Frame::default() });
        self.sources.push(Source { grant, alias, frame: frame.0, certain: true });
        self.innermost = frame;
        (frame, SourceId(self.sources.len() - 1))
    }

    /// The clause opened last and not yet closed by [`Draft::close`].
    pub(crate) fn innermost(&self) -> FrameId {
        self.innermost
    }

    /// Table and alias of the outermost clause; the table is empty when its rows are composed.
    pub(crate) fn root(&self) -> (String, String) {
        let root = self.frames.first().and_then(|frame| frame.root.as_ref());
        root.map(|(rows, alias)| (rows.table().to_owned(), alias.clone())).unwrap_or_default()
    }

    /// Goes back to the clause around a sub-select.
    pub(crate) fn close(&mut self, outer: FrameId) {
        self.innermost = outer;
    }

    pub(crate) fn grant(&self, source: SourceId) -> &Grant {
        &self.sources[source.0].grant
    }

    pub(crate) fn entity(&self, source: SourceId) -> Arc<Entity> {
        Arc::clone(self.sources[source.0].grant.entity())
    }

    /// Says whether each row has this source's record, as the outermost one and those of sub-selects have.
    pub(crate) fn certain(&self, source: SourceId) -> bool {
        self.sources[source.0].certain
    }

    pub(crate) fn column(&self, source: SourceId, name: &str) -> Expr {
        Expr::col((iden(&self.sources[source.0].alias), iden(name)))
    }

    pub(crate) fn attribute(&self, source: SourceId, name: &str) -> Expr {
        let entity = self.sources[source.0].grant.entity();
        self.column(source, attribute(entity, name))
    }

    /// A column of a field as far as the actor may read it: NULL where not.
    pub(crate) fn cell(&mut self, source: SourceId, field: &Field, column: &str) -> Expr {
        let column = self.column(source, column);
        let open = match self.readable(source, field) {
            None => column,
            Some(condition) => CaseStatement::new().case(condition, column).into(),
        };
        self.outward(source, open)
    }

    /// A field of one value as far as the actor may read it, whether it is stored or calculated; `None` of other fields.
    pub(crate) fn one_value(&mut self, source: SourceId, field: &Field) -> Option<Term> {
        if let Some(formula) = self.formula_of(field) {
            return Some(self.calculated(source, field, formula));
        }
        let forms = sql::ColumnType::of(&field.kind);
        let ([column], [form]) = (field.columns.as_slice(), forms.as_slice()) else { return None };
        let always_there = field.system && ["id", "version", "created_at", "updated_at"].contains(&field.id.as_str());
        let nullable = !(always_there && self.certain(source)) || self.readable(source, field).is_some();
        Some(Term { nullable, ..Term::new(self.cell(source, field, column), *form) })
    }

    /// The formula by which a field is read here; `None` when it is read from its column.
    pub(crate) fn formula_of<'f>(&self, field: &'f Field) -> Option<&'f Formula> {
        field.formula.as_ref().filter(|formula| match formula.mode {
            FormulaMode::Dynamic => true,
            FormulaMode::Stored => self.is_live,
            FormulaMode::Scheduled => false,
        })
    }

    /// What a formula gives for a source's record, as far as the actor may read what it is made of.
    pub(crate) fn calculated(&mut self, source: SourceId, field: &Field, formula: &Formula) -> Term {
        self.parts = self.parts.saturating_add(parts(&formula.expr));
        if self.parts > MAX_PARTS {
            if self.mistakes.iter().all(|mistake| mistake.code != "query.too_complex") {
                self.mistakes.push(Diagnostic::error("query.too_complex"));
            }
            return Term::empty(form_of(&formula.expr.ty), self.dialect());
        }
        let term = self.value_of(source, &formula.expr);
        let open = self.readable(source, field).map(|condition| self.outward(source, condition));
        // Of a record that is not there a formula has no value, whatever it would make of nothing.
        let is_there = (!self.certain(source)).then(|| self.attribute(source, "id").is_not_null());
        match is_there.into_iter().chain(open).reduce(Expr::and) {
            None => Term { constant: None, widened: false, ..term },
            Some(condition) => Term::new(CaseStatement::new().case(condition, term.expr), term.form),
        }
    }

    /// Why the calculated value of a field is empty, as far as the actor may read that value; `None` of what cannot go wrong,
    /// and of what fills a statement by itself.
    pub(crate) fn cause_of(&mut self, source: SourceId, field: &Field) -> Option<Expr> {
        let formula = field.formula.as_ref()?;
        let cause = formula.cause.as_ref()?;
        let weight = weigh(cause, self.access.catalog());
        if self.parts.saturating_add(weight.parts) > MAX_PARTS || weight.depth > MAX_DEPTH {
            return None;
        }
        self.parts += weight.parts;
        let told = self.value_of(source, cause).expr;
        let open = self.readable(source, field).map(|open| self.outward(source, open));
        let is_empty = formula.is_kept().then(|| field.columns.first()).flatten();
        let is_empty = is_empty.map(|column| self.column(source, column).is_null());
        Some(match open.into_iter().chain(is_empty).reduce(Expr::and) {
            Some(condition) => CaseStatement::new().case(condition, told).into(),
            None => told,
        })
    }

    /// What an expression over a source's record gives, in the form that a column would have it in.
    pub(crate) fn value_of(&mut self, source: SourceId, expr: &expression::Expr) -> Term {
        let variables = std::mem::replace(&mut self.variables, HashMap::from([(Variable::RECORD, source)]));
        let term = self.value(expr);
        self.variables = variables;
        match &expr.ty {
            expression::Type::Decimal => self.number(term),
            // Empty text is no value, as in a column.
            expression::Type::Text => {
                let empty = Expr::cust("''");
                Term::new(crate::lower::function("nullif", [term.expr, empty]), term.form)
            }
            _ => term,
        }
    }

    /// The identity of a source's record, for finding the records of its to-many relation: NULL where the actor may not
    /// read the relation.
    pub(crate) fn near(&mut self, source: SourceId, field: &Field) -> Expr {
        let id = self.attribute(source, "id");
        let open = match self.readable(source, field) {
            None => id,
            Some(condition) => CaseStatement::new().case(condition, id).into(),
        };
        self.outward(source, open)
    }

    /// Where the field may be read: `None` wherever the record is.
    pub(crate) fn readable(&mut self, source: SourceId, field: &Field) -> Option<Expr> {
        let key = (source, field.id.clone());
        if let Some(known) = self.reaches.get(&key) {
            return known.clone();
        }
        let reach = self.grant(source).reach(field);
        let lowered = self.reached(source, reach);
        self.reaches.insert(key, lowered.clone());
        lowered
    }

    /// Lowers what a grant says of the source's records; `None` for all of them.
    pub(crate) fn reached(&mut self, source: SourceId, reach: Reach) -> Option<Expr> {
        match reach {
            Reach::All => None,
            Reach::None => Some(crate::lower::never()),
            Reach::Some(condition) => {
                let judge = self.grant(source).judge();
                Some(self.judged(source, &condition, judge))
            }
        }
    }

    /// Joins the record that a link points at; `None` when the actor may not read its entity.
    pub(crate) fn join(&mut self, from: SourceId, field: &Field) -> Option<SourceId> {
        let FieldKind::Link { relation, .. } = &field.kind else { return None };
        let frame = self.frame_of(from);
        let key = (frame, from, field.id.clone());
        if let Some(known) = self.joined.links.get(&key) {
            return *known;
        }
        let column = field.columns.first()?;
        let source = self.access.read(&relation.target).map(|grant| self.follow(from, field, column, grant));
        self.joined.links.insert(key, source);
        source
    }

    /// Joins the record of an `any_link` when it points at `target`.
    pub(crate) fn join_any(
        &mut self,
        from: SourceId,
        field: &Field,
        target: &expression::EntityId,
    ) -> Option<SourceId> {
        let frame = self.frame_of(from);
        let key = (frame, from, FieldId::new(&format!("{}@{target}", field.id)));
        if let Some(known) = self.joined.links.get(&key) {
            return *known;
        }
        let column = field.columns.get(1)?;
        let source = self.access.read(target).map(|grant| self.follow(from, field, column, grant));
        self.joined.links.insert(key, source);
        source
    }

    /// Joins the current user's record.
    pub(crate) fn join_user(&mut self) -> Option<SourceId> {
        let near = self.floor;
        if let Some(known) = self.joined.users.get(&near) {
            return *known;
        }
        let user = self.settings_user();
        let entity = self.access.catalog().entity("user").map(|entity| entity.id.clone());
        let source = entity.and_then(|entity| self.access.read(&entity)).map(|grant| self.attach(near, grant, user));
        self.joined.users.insert(near, source);
        source
    }

    /// Joins the records of a to-many relation in the same clause, a row for each.
    pub(crate) fn join_many(&mut self, from: SourceId, field: &Field) -> Option<SourceId> {
        let (target, path, back) = self.relation(field)?;
        let grant = self.access.read(&target)?;
        let frame = self.frame_of(from);
        self.inside.push(frame);
        let near = self.near(from, field);
        self.inside.pop();
        let source = self.reserve(frame, grant, true);
        let back = back.and_then(|link| self.readable(source, &link));
        let on = match path {
            Path::Column(column) => self.column(source, &column).eq(near),
            Path::Junction(table, this, theirs) => {
                let alias = self.alias();
                let on = Expr::col((iden(&alias), iden(this))).eq(near);
                let theirs = Expr::col((iden(&alias), iden(theirs)));
                self.frames[frame.0].joins.push(Join {
                    kind: JoinType::InnerJoin,
                    rows: Rows::Table(table),
                    alias,
                    on,
                });
                self.attribute(source, "id").eq(theirs)
            }
        };
        let on = on.and(self.attribute(source, "deleted_at").is_null());
        let on = back.into_iter().fold(on, Expr::and);
        self.add_join(frame, source, JoinType::InnerJoin, on);
        Some(source)
    }

    /// Joins the search index's row of a source's record, made of the very version that the record has; gives its alias.
    pub(crate) fn join_index(&mut self, frame: FrameId, source: SourceId) -> String {
        let alias = self.alias();
        let of = |name: &str| Expr::col((iden(&alias), iden(name)));
        let entity = expression::Value::Text(self.entity(source).id.as_str().into());
        let entity = crate::build::bound(&entity, sql::ColumnType::Text, self.dialect());
        let record = of("record").eq(self.attribute(source, "id"));
        let version = of("version").eq(self.attribute(source, "version"));
        let on = of("entity").eq(entity).and(record).and(version);
        let rows = Rows::Table("verstak_search".to_owned());
        self.frames[frame.0].joins.push(Join { kind: JoinType::InnerJoin, rows, alias: alias.clone(), on });
        alias
    }

    /// Opens a sub-select over the records of a to-many relation of the record whose identity is `near`; gives the
    /// conditions that keep them to that record, outside the recycle bin and inside the grant.
    pub(crate) fn open_many(&mut self, near: Expr, field: &Field) -> Option<(FrameId, SourceId, Vec<Expr>)> {
        let (frame, source, key, mut conditions) = self.open_far(field)?;
        conditions.insert(0, key.eq(near));
        Some((frame, source, conditions))
    }

    /// Opens a select over the records of a to-many relation; gives what finds the record that each belongs to, and the
    /// conditions that keep them outside the recycle bin and inside the grant.
    pub(crate) fn open_far(&mut self, field: &Field) -> Option<(FrameId, SourceId, Expr, Vec<Expr>)> {
        let (target, path, back) = self.relation(field)?;
        let grant = self.access.read(&target)?;
        let (frame, source) = self.open(grant);
        let key = match path {
            Path::Column(column) => self.column(source, &column),
            Path::Junction(table, this, theirs) => {
                let alias = self.alias();
                let on = Expr::col((iden(&alias), iden(theirs))).eq(self.attribute(source, "id"));
                let key = Expr::col((iden(&alias), iden(this)));
                let rows = Rows::Table(table);
                self.frames[frame.0].joins.push(Join { kind: JoinType::InnerJoin, rows, alias, on });
                key
            }
        };
        let mut conditions = vec![self.attribute(source, "deleted_at").is_null()];
        conditions.extend(back.and_then(|link| self.readable(source, &link)));
        conditions.extend(self.guard(source));
        Some((frame, source, key, conditions))
    }

    /// Finds the far entity of a to-many relation and the way to it; of an inverse one also the field on the far side,
    /// which has to be readable there.
    fn relation(&self, field: &Field) -> Option<(expression::EntityId, Path, Option<Field>)> {
        let catalog = self.access.catalog();
        match &field.kind {
            FieldKind::Links { relation, junction } => {
                Some((relation.target.clone(), Path::Junction(junction.clone(), "source", "target"), None))
            }
            FieldKind::Children { relation } | FieldKind::Inverse { relation } => {
                let back = catalog.entity_by_id(&relation.target)?.field_by_id(relation.inverse.as_ref()?)?;
                let path = match &back.kind {
                    FieldKind::Links { junction, .. } => Path::Junction(junction.clone(), "target", "source"),
                    // Identities are of one record, whatever entity it is of.
                    FieldKind::AnyLink { .. } => Path::Column(back.columns.get(1)?.clone()),
                    _ => Path::Column(back.columns.first()?.clone()),
                };
                // A line belongs to its parent whatever else is known of its link.
                let guarded = matches!(field.kind, FieldKind::Inverse { .. }).then(|| back.clone());
                Some((relation.target.clone(), path, guarded))
            }
            _ => None,
        }
    }

    fn settings_user(&self) -> Expr {
        let user = self.access.user().map_or(expression::Value::Empty, expression::Value::Id);
        crate::build::bound(&user, sql::ColumnType::Uuid, self.dialect())
    }

    /// The clause to which joins from this source go.
    pub(crate) fn frame_of(&self, source: SourceId) -> FrameId {
        FrameId(self.sources[source.0].frame).max(self.floor)
    }

    fn attach(&mut self, frame: FrameId, grant: Grant, identity: Expr) -> SourceId {
        if self.is_full(frame) {
            return self.set_apart(grant, identity);
        }
        let source = self.reserve(frame, grant, false);
        let on = self.attribute(source, "id").eq(identity);
        self.add_join(frame, source, JoinType::LeftJoin, on);
        source
    }

    pub(crate) fn reserve(&mut self, frame: FrameId, grant: Grant, certain: bool) -> SourceId {
        let alias = self.alias();
        self.sources.push(Source { grant, alias, frame: frame.0, certain });
        SourceId(self.sources.len() - 1)
    }

    pub(crate) fn add_join(&mut self, frame: FrameId, source: SourceId, kind: JoinType, on: Expr) {
        let on = match self.guard(source) {
            Some(condition) => on.and(condition),
            None => on,
        };
        self.add_open_join(frame, source, kind, on);
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases - 1)
    }

    /// Lowers the condition of the source's grant, if it has one. What the condition reads of other records it reads
    /// with the rights of the rule, not of the actor.
    pub(crate) fn guard(&mut self, source: SourceId) -> Option<Expr> {
        let grant = self.grant(source).clone();
        self.condition(source, &grant)
    }

    /// Lowers the condition of any grant over the source's records.
    pub(crate) fn condition(&mut self, source: SourceId, grant: &Grant) -> Option<Expr> {
        let condition = grant.condition()?;
        Some(self.judged(source, condition, grant.judge()))
    }

    /// Lowers a condition over the source's record that reads with the judge's rights. What it reads of other records is
    /// joined where the source is the table that a clause is over, since a planner knows more ways through joins than
    /// through sub-selects; of a source that is itself joined it is read in a clause of its own.
    pub(crate) fn judged(&mut self, source: SourceId, condition: &expression::Expr, judge: Access) -> Expr {
        self.ruled = true;
        let own = FrameId(self.sources[source.0].frame);
        let access = std::mem::replace(&mut self.access, Cow::Owned(judge));
        let variables = std::mem::replace(&mut self.variables, HashMap::from([(Variable::RECORD, source)]));
        let reaches = std::mem::take(&mut self.reaches);
        let joined = std::mem::replace(&mut self.joined, std::mem::take(&mut self.judged));
        let grant = self.sources[source.0].grant.clone();
        if let Some(open) = self.access.read(&grant.entity().id) {
            self.sources[source.0].grant = open;
        }
        let is_over = own >= self.floor
            && self.frames[own.0].root.as_ref().is_some_and(|(_, alias)| *alias == self.sources[source.0].alias);
        let frame = if is_over {
            own
        } else {
            self.frames.push(Frame::default());
            FrameId(self.frames.len() - 1)
        };
        let floor = std::mem::replace(&mut self.floor, frame);
        let innermost = std::mem::replace(&mut self.innermost, frame);
        self.inside.push(own);
        let lowered = self.holds(condition);
        self.inside.pop();
        self.innermost = innermost;
        self.floor = floor;
        self.sources[source.0].grant = grant;
        self.judged = std::mem::replace(&mut self.joined, joined);
        self.reaches = reaches;
        self.variables = variables;
        self.access = access;
        if is_over || self.frames[frame.0].joins.is_empty() {
            return lowered;
        }
        let mut select = Query::select();
        select.expr(Expr::cust("1"));
        self.write_from(&mut select, frame);
        select.and_where(lowered);
        Expr::exists(select)
    }

    /// Writes the FROM clause of a frame over the records that a sub-select `best` picked by `id`, those first.
    pub(crate) fn write_from_picked(
        &self,
        select: &mut SelectStatement,
        frame: FrameId,
        root: SourceId,
        best: SelectStatement,
    ) {
        let Frame { root: Some((rows, alias)), joins, .. } = &self.frames[frame.0] else { return };
        let picked = Expr::col((iden("best"), iden("id")));
        select.from_subquery(best, iden("best"));
        rows.join(select, JoinType::InnerJoin, alias, self.attribute(root, "id").eq(picked));
        for Join { kind, rows, alias, on } in joins {
            rows.join(select, *kind, alias, on.clone());
        }
    }

    /// Writes the FROM clause of a frame, with the joins asked for until now.
    pub(crate) fn write_from(&mut self, select: &mut SelectStatement, frame: FrameId) {
        match &self.frames[frame.0].root {
            Some((rows, alias)) => rows.from(select, alias),
            None => {
                let alias = self.alias();
                select.from_subquery(Query::select().expr_as(Expr::cust("1"), iden("one")).to_owned(), iden(&alias))
            }
        };
        for Join { kind, rows, alias, on } in &self.frames[frame.0].joins {
            rows.join(select, *kind, alias, on.clone());
        }
    }
}
