//! Groups of records and what is computed of them: one statement reads the aggregates of every group; conditions, order
//! and arithmetic over them are evaluated by the language itself, so that both databases answer the same digits.

mod keys;
mod parts;

use access::{Access, AccessScope};
use chrono::{DateTime, NaiveDate, Utc};
use diagnostic::Diagnostic;
use expression::groups::Words;
use expression::{Expected, Expr, Type, Tz};
use sea_query::{CommonTableExpression, Expr as Sql, Query, SelectStatement, UnionType};
use sql::{ColumnType, Dialect};

use super::source::Draft;
use super::{MAX_LIMIT, open, readable, side};
use crate::build::{iden, template};
use crate::lower::Term;
use crate::write::Bin;
use crate::{AggregateRequest, QueryError, Settings};
pub(crate) use keys::{Key, Moment, Part, Shape};
pub(crate) use parts::Made;
use parts::Part as Aggregated;

/// Most groups one statement reads.
pub const MAX_GROUPS: u64 = 100_000;
/// Most keys of a grouping.
const MAX_KEYS: usize = 8;
/// Most groups beside which the others are gathered.
const MAX_BESIDE_OTHERS: u32 = 100;
/// Most measures.
const MAX_MEASURES: usize = 50;
/// Keys of a group that are the answer's own.
const OWN_KEYS: [&str; 3] = ["_level", "_filter", "_others"];
/// The inner select, whose columns the aggregates are over.
const INNER: &str = "q";
/// The groups by all keys, of which wider ones are made.
const FINEST: &str = "finest";

/// A decided request for groups.
#[derive(Debug, Clone)]
pub struct Tally {
    pub(crate) dialect: Dialect,
    pub(crate) select: SelectStatement,
    pub(crate) columns: Vec<ColumnType>,
    pub(crate) keys: Vec<Key>,
    pub(crate) parts: Vec<Aggregated>,
    pub(crate) measures: Vec<(String, Expr)>,
    pub(crate) having: Option<Expr>,
    /// Places among keys and measures, keys first.
    pub(crate) sort: Vec<(usize, bool)>,
    pub(crate) limit: usize,
    pub(crate) totals: bool,
    /// The request's own filter, when each row tells the filter that finds its records.
    pub(crate) drill: Option<Option<String>>,
    /// The request's own filter, when the groups beyond the limit are gathered in one more.
    pub(crate) others: Option<Option<String>>,
    pub(crate) language: String,
    /// The workspace's time zone, in which instants are grouped: groups are the same for everybody.
    pub(crate) time_zone: String,
    /// What `now()`, `today()` and functions of instants without a zone go by: those of whoever asks.
    pub(crate) now: DateTime<Utc>,
    pub(crate) today: NaiveDate,
    pub(crate) zone: Tz,
}

/// A value that the inner select computes of each record.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    expr: Sql,
    form: ColumnType,
}

/// Decides a request for groups of records.
pub fn aggregate(
    access: &Access,
    entity: &str,
    request: &AggregateRequest,
    settings: &Settings,
) -> Result<Tally, QueryError> {
    let entity = readable(access, entity)?;
    let mut draft = Draft::new(access, settings);
    let (frame, root) = open(&mut draft, &entity)?;
    let mut conditions = side(&draft, root, Bin::Live);
    conditions.extend(draft.guard(root));
    conditions.extend(draft.filter(root, request.filter.as_deref(), "/filter"));
    limits(&mut draft, request);

    let mut inner = Vec::new();
    let mut keys: Vec<Key> = Vec::new();
    for (at, key) in request.group_by.iter().take(MAX_KEYS).enumerate() {
        match draft.group_key(root, key, &mut inner, &format!("/group_by/{at}")) {
            Ok(key) if keys.iter().any(|known| known.name == key.name) => {
                let mistake = Diagnostic::error("query.selected_twice").with("name", &key.name);
                draft.mistakes.push(mistake.at(format!("/group_by/{at}")));
            }
            Ok(key) => keys.push(key),
            Err(mistake) => draft.mistakes.push(mistake),
        }
    }
    let mut words = Words::new(keys.iter().map(|key| (key.name.as_str(), &key.ty)));
    let mut measures: Vec<(String, Expr)> = Vec::new();
    for (at, measure) in request.measures.iter().take(MAX_MEASURES).enumerate() {
        let pointer = format!("/measures/{at}");
        if OWN_KEYS.contains(&measure.name.as_str()) {
            let mistake = Diagnostic::error("query.measure_name").with("name", &measure.name);
            draft.mistakes.push(mistake.at(format!("{pointer}/name")));
            continue;
        }
        if keys.iter().any(|key| key.name == measure.name) || measures.iter().any(|(name, _)| *name == measure.name) {
            let mistake = Diagnostic::error("query.selected_twice").with("name", &measure.name);
            draft.mistakes.push(mistake.at(format!("{pointer}/name")));
            continue;
        }
        let place = format!("{pointer}/expression");
        let expr = draft.over_groups(&mut words, &measure.expression, &Expected::Anything, &place);
        if let Some(expr) = expr {
            measures.push((measure.name.clone(), expr));
        }
    }
    words.name_measures(&measures);
    let having = request.having.as_deref().filter(|text| !text.trim().is_empty());
    let having = having.and_then(|text| draft.over_groups(&mut words, text, &Expected::Condition, "/having"));
    let parts: Vec<Aggregated> =
        words.calls.iter().map(|call| draft.part(call, &mut inner)).collect::<Option<_>>().unwrap_or_default();
    let sort = draft.group_order(request, &keys, &measures);

    // Everything is joined by now.
    let mut records = Query::select();
    let id = draft.attribute(root, "id");
    for (at, value) in inner.iter().enumerate() {
        records.expr_as(value.expr.clone(), iden(&format!("c{at}")));
    }
    if parts.iter().any(Aggregated::is_ordered) {
        records.expr_as(draft.attribute(root, "created_at"), iden("at"));
    }
    records.expr_as(id, iden("id"));
    draft.write_from(&mut records, frame);
    for condition in conditions {
        records.and_where(condition);
    }
    let (select, columns) = draft.grouped(&records, &keys, &parts, &inner, request.totals);
    if !draft.mistakes.is_empty() {
        return Err(QueryError::Invalid(draft.mistakes));
    }
    let workspace = &access.catalog().workspace;
    let own = || request.filter.clone().filter(|text| !text.trim().is_empty());
    Ok(Tally {
        dialect: settings.dialect,
        select,
        columns,
        keys,
        parts,
        measures,
        having,
        sort,
        limit: usize::try_from(request.limit.unwrap_or(MAX_LIMIT)).unwrap_or(usize::MAX),
        totals: request.totals,
        drill: request.drill.then(own),
        others: request.others.then(own),
        language: workspace.language.clone(),
        time_zone: workspace.time_zone.clone(),
        now: settings.now,
        today: settings.today,
        zone: settings.zone,
    })
}

/// Notes what asks for too much.
fn limits(draft: &mut Draft<'_>, request: &AggregateRequest) {
    let mut refuse = |code: &'static str, pointer: &str, found: usize, expected: usize| {
        draft.mistakes.push(Diagnostic::error(code).at(pointer).with("found", found).with("expected", expected));
    };
    if request.group_by.len() > MAX_KEYS {
        refuse("query.too_many_keys", "/group_by", request.group_by.len(), MAX_KEYS);
    }
    if request.measures.len() > MAX_MEASURES {
        refuse("query.too_many_measures", "/measures", request.measures.len(), MAX_MEASURES);
    }
    if let Some(limit) = request.limit.filter(|limit| !(1..=MAX_LIMIT).contains(limit)) {
        let mistake = Diagnostic::error("query.limit").at("/limit").with("found", limit).with("expected", MAX_LIMIT);
        draft.mistakes.push(mistake);
    }
    if request.others && request.limit.is_none_or(|limit| limit > MAX_BESIDE_OTHERS) {
        let mistake = Diagnostic::error("query.others_limit").at("/limit").with("expected", MAX_BESIDE_OTHERS);
        draft.mistakes.push(mistake);
    }
    if request.others && request.having.as_deref().is_some_and(|text| !text.trim().is_empty()) {
        draft.mistakes.push(Diagnostic::error("query.others_having").at("/having"));
    }
    if request.group_by.is_empty() && request.measures.is_empty() {
        draft.mistakes.push(Diagnostic::error("query.nothing_to_aggregate").at("/measures"));
    }
}

impl Draft<'_> {
    /// Checks an expression over groups: its aggregates become names of parts.
    fn over_groups(&mut self, words: &mut Words, text: &str, expected: &Expected, pointer: &str) -> Option<Expr> {
        let place = |mistakes: Vec<Diagnostic>| mistakes.into_iter().map(|mistake| mistake.at(pointer)).collect();
        let before = words.calls.len();
        let found = match words.read(text, pointer) {
            Ok(found) => found,
            Err(mistakes) => {
                let mistakes: Vec<Diagnostic> = place(mistakes);
                self.mistakes.extend(mistakes);
                return None;
            }
        };
        for call in &mut words.calls[before..] {
            self.check_call(call);
        }
        if words.calls[before..].iter().any(|call| call.ty.is_none()) {
            return None;
        }
        let checked = expression::check(&found, &words.scope(&AccessScope::without_record(&self.access)), expected);
        match checked {
            Ok(expr) if matches!(expr.ty, Type::Records(_) | Type::Opaque) => {
                self.mistakes.push(Diagnostic::error("query.not_a_measure").at(pointer));
                None
            }
            Ok(expr) => Some(expr),
            Err(mistakes) => {
                let mistakes: Vec<Diagnostic> = place(mistakes);
                self.mistakes.extend(mistakes);
                None
            }
        }
    }

    fn group_order(
        &mut self,
        request: &AggregateRequest,
        keys: &[Key],
        measures: &[(String, Expr)],
    ) -> Vec<(usize, bool)> {
        let names: Vec<&str> =
            keys.iter().map(|key| key.name.as_str()).chain(measures.iter().map(|(name, _)| name.as_str())).collect();
        let mut sort = Vec::new();
        for (at, key) in request.sort.iter().enumerate() {
            match names.iter().position(|name| *name == key.path) {
                Some(place) => sort.push((place, key.descending)),
                None => {
                    let nearest = expression::suggest::nearest(&key.path, names.iter().copied());
                    let mistake = Diagnostic::error("query.unknown_name").with("name", &key.path);
                    self.mistakes.push(mistake.with_some("nearest", nearest).at(format!("/sort/{at}")));
                }
            }
        }
        // What the order leaves open is by the keys.
        sort.extend((0..keys.len()).map(|at| (at, false)));
        sort
    }

    /// Writes the select over the records: one level of groups, or all levels down to the total.
    fn grouped(
        &mut self,
        records: &SelectStatement,
        keys: &[Key],
        parts: &[Aggregated],
        inner: &[Inner],
        totals: bool,
    ) -> (SelectStatement, Vec<ColumnType>) {
        let mut columns = vec![ColumnType::Integer];
        for key in keys {
            columns.extend(key.places.iter().map(|at| inner[*at].form));
        }
        columns.extend(parts.iter().flat_map(|part| part.columns.iter().map(|(_, form)| *form)));
        let mut select = match totals {
            false => self.one_by_one(records, keys, parts, inner, keys.len()),
            true if self.dialect() == Dialect::Postgres && are_apart(keys) => self.levels(records, keys, parts),
            true if self.dialect() == Dialect::Sqlite
                && !keys.is_empty()
                && parts.iter().all(|part| part.gathered.is_some()) =>
            {
                self.gathered(records, keys, parts, inner)
            }
            true => stacked(keys, |keep| self.one_by_one(records, keys, parts, inner, keep)),
        };
        select.limit(MAX_GROUPS + 1);
        (select, columns)
    }

    /// Groups the records by the first so many keys.
    fn one_by_one(
        &self,
        records: &SelectStatement,
        keys: &[Key],
        parts: &[Aggregated],
        inner: &[Inner],
        keep: usize,
    ) -> SelectStatement {
        let mut select = self.level(keys, inner, keep);
        for place in keys[..keep].iter().flat_map(|key| &key.places) {
            select.add_group_by([self.grouping(*place)]);
        }
        of_parts(&mut select, parts);
        select.from_subquery(records.clone(), iden(INNER));
        select
    }

    /// Begins a select of a level: its number and the first so many keys, the others empty.
    fn level(&self, keys: &[Key], inner: &[Inner], keep: usize) -> SelectStatement {
        let mut select = Query::select();
        select.expr_as(Sql::cust(keep.to_string()), iden("level"));
        for (at, key) in keys.iter().enumerate() {
            for place in &key.places {
                let value = match at < keep {
                    true => self.inner(*place),
                    false => Term::empty(inner[*place].form, self.dialect()).expr,
                };
                select.expr_as(value, iden(&format!("k{place}")));
            }
        }
        select
    }

    /// All levels in one reading of the records, which SQLite has no words for.
    fn levels(&self, records: &SelectStatement, keys: &[Key], parts: &[Aggregated]) -> SelectStatement {
        let columns = |keys: &[Key]| -> Vec<String> {
            let places = keys.iter().flat_map(|key| &key.places);
            places.map(|place| format!("\"{INNER}\".\"c{place}\"")).collect()
        };
        let firsts: Vec<String> =
            keys.iter().flat_map(|key| columns(std::slice::from_ref(key)).into_iter().next()).collect();
        // A bit for each key, the last one the lowest, which is set where the key is not kept.
        let cases: Vec<String> =
            (0..=keys.len()).map(|keep| format!("WHEN {} THEN {keep}", (1_u64 << (keys.len() - keep)) - 1)).collect();
        let level = format!("CASE GROUPING({}) {} END", firsts.join(", "), cases.join(" "));
        let sets: Vec<String> =
            (0..=keys.len()).map(|keep| format!("({})", columns(&keys[..keep]).join(", "))).collect();
        let mut select = Query::select();
        select.expr_as(Sql::cust(level), iden("level"));
        for place in keys.iter().flat_map(|key| &key.places) {
            select.expr_as(self.inner(*place), iden(&format!("k{place}")));
        }
        of_parts(&mut select, parts);
        select.from_subquery(records.clone(), iden(INNER));
        select.add_group_by([Sql::cust(format!("GROUPING SETS ({})", sets.join(", ")))]);
        select
    }

    /// All levels from the finest groups, so that SQLite reads the records once.
    fn gathered(
        &self,
        records: &SelectStatement,
        keys: &[Key],
        parts: &[Aggregated],
        inner: &[Inner],
    ) -> SelectStatement {
        let steps = || parts.iter().filter_map(|part| part.gathered.as_ref()).enumerate();
        let mut finest = Query::select();
        for place in keys.iter().flat_map(|key| &key.places) {
            let column = self.inner(*place);
            finest.expr_as(column, iden(&format!("c{place}"))).add_group_by([self.grouping(*place)]);
        }
        for (at, gathered) in steps() {
            finest.expr_as(gathered.first.clone(), iden(&format!("p{at}")));
        }
        finest.from_subquery(records.clone(), iden(INNER));
        let mut select = stacked(keys, |keep| {
            let mut select = self.level(keys, inner, keep);
            for place in keys[..keep].iter().flat_map(|key| &key.places) {
                select.add_group_by([self.inner(*place)]);
            }
            for (at, gathered) in steps() {
                let value = Sql::col((iden(INNER), iden(&format!("p{at}"))));
                let value = template(&gathered.then, &[value], self.dialect());
                select.expr_as(value, iden(&format!("p{at}")));
            }
            select.from_as(iden(FINEST), iden(INNER));
            select
        });
        let finest = CommonTableExpression::new().query(finest).table_name(iden(FINEST)).to_owned();
        select.with_cte(finest);
        select
    }

    /// What a key is grouped by. On SQLite no bare column, in whose order an index would have the table read, a record
    /// here and a record there: it has to be read anyway, to see what is in the recycle bin.
    fn grouping(&self, place: usize) -> Sql {
        match self.dialect() {
            Dialect::Sqlite => template("+$1", &[self.inner(place)], Dialect::Sqlite),
            Dialect::Postgres => self.inner(place),
        }
    }

    /// A column of the inner select.
    pub(crate) fn inner(&self, at: usize) -> Sql {
        Sql::col((iden(INNER), iden(&format!("c{at}"))))
    }

    /// The order of records in time, for the first and the last of a group.
    pub(crate) fn in_time(&self) -> [Sql; 2] {
        ["at", "id"].map(|name| Sql::col((iden(INNER), iden(name))))
    }
}

/// Says whether each key has columns that no other has, so that leaving it out can be told from leaving out another.
fn are_apart(keys: &[Key]) -> bool {
    let places: Vec<usize> = keys.iter().flat_map(|key| key.places.iter().copied()).collect();
    !places.is_empty() && places.iter().enumerate().all(|(at, place)| !places[..at].contains(place))
}

/// All levels, the finest first.
fn stacked(keys: &[Key], level: impl Fn(usize) -> SelectStatement) -> SelectStatement {
    let mut select = level(keys.len());
    for keep in (0..keys.len()).rev() {
        select.union(UnionType::All, level(keep));
    }
    select
}

fn of_parts(select: &mut SelectStatement, parts: &[Aggregated]) {
    for (at, (expr, _)) in parts.iter().flat_map(|part| &part.columns).enumerate() {
        select.expr_as(expr.clone(), iden(&format!("p{at}")));
    }
}

/// Adds a value to the inner select, or finds it there.
pub(crate) fn place(inner: &mut Vec<Inner>, expr: Sql, form: ColumnType) -> usize {
    if let Some(at) = inner.iter().position(|known| known.expr == expr && known.form == form) {
        return at;
    }
    inner.push(Inner { expr, form });
    inner.len() - 1
}
