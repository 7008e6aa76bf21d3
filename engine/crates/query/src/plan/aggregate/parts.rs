//! Aggregates as SQL: each is one column, or the few from which its exact value is made.

use diagnostic::Diagnostic;
use expression::groups::Call;
use expression::{Aggregate, Expected, Type};
use sea_query::{Expr as Sql, Func};
use sql::{ColumnType, Dialect, number};

use super::{INNER, Inner, place};
use crate::build::template;
use crate::lower::Term;
use crate::plan::source::Draft;

/// An aggregate of a group.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Its columns, in their order.
    pub(crate) columns: Vec<(Sql, ColumnType)>,
    /// How the columns make the value.
    pub(crate) made: Made,
    /// What SQLite computes of each of the finest groups, and by what the value of wider ones is made of those; `None` when
    /// it cannot be made so.
    pub(crate) gathered: Option<Gathered>,
    /// Whether it looks at the order of records in time.
    in_time: bool,
}

/// A value over groups in two steps.
#[derive(Debug, Clone)]
pub(crate) struct Gathered {
    /// Over the records of one of the finest groups.
    pub(crate) first: Sql,
    /// Over the values of the first step, `$1`.
    pub(crate) then: String,
}

/// How columns make a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// The only column is the value.
    Plain,
    /// Two neighbours in order and the count of values: the value lies between them, this share of the way through all,
    /// in millionths.
    Between(u32),
}

impl Part {
    pub(crate) fn is_ordered(&self) -> bool {
        self.in_time
    }
}

impl Draft<'_> {
    /// Checks the argument of an aggregate and finds the type of its value.
    pub(crate) fn check_call(&mut self, call: &mut Call) {
        let Some(text) = &call.argument else {
            call.ty = Some(Type::Integer);
            return;
        };
        let root = self.variables.get(&expression::Variable::RECORD).copied();
        let pointer = call.pointer.clone();
        let Some(expr) = root.and_then(|root| self.check(root, text, &Expected::Anything, &pointer)) else { return };
        call.ty = call.of(&expr.ty);
        if call.ty.is_none() {
            let mistake = Diagnostic::error("query.aggregate_type").at(&pointer).with("name", call.name);
            self.mistakes.push(mistake.with("found", expr.ty.name()));
        }
        call.expr = Some(expr);
    }

    /// Writes an aggregate; `None` when its argument is not sound.
    pub(crate) fn part(&mut self, call: &Call, inner: &mut Vec<Inner>) -> Option<Part> {
        let plain = |expr: Sql, form: ColumnType| Part {
            columns: vec![(expr, form)],
            made: Made::Plain,
            gathered: None,
            in_time: false,
        };
        let counted = |expr: Sql| {
            let gathered = Gathered { first: expr.clone(), then: "COALESCE(SUM($1), 0)".to_owned() };
            Part { gathered: Some(gathered), ..plain(expr, ColumnType::Integer) }
        };
        let Some(expr) = &call.expr else {
            return call.argument.is_none().then(|| counted(Sql::cust("COUNT(*)")));
        };
        let before = self.mistakes.len();
        let term = match &expr.ty {
            Type::Record(_) | Type::AnyRecord(_) => self.identity(expr),
            _ => self.value(expr),
        };
        for mistake in &mut self.mistakes[before..] {
            mistake.place.pointer.clone_from(&call.pointer);
        }
        let needs_number = matches!(call.name, "median" | "percentile");
        let term = if needs_number { self.number(term) } else { term };
        let at = place(inner, term.expr.clone(), term.form);
        let outer = Term::new(self.inner(at), term.form);
        let part = match call.name {
            "count" => counted(Func::count(outer.expr).into()),
            "count_distinct" => plain(Func::count_distinct(outer.expr).into(), ColumnType::Integer),
            "sum" => {
                let is_whole = matches!(expr.ty, Type::Integer | Type::Duration);
                let sum = if is_whole { number::INTEGER_SUM } else { number::SUM };
                let first = self.part_of_sum(&outer, is_whole);
                let (sum_of_all, form) = self.sum(outer, &expr.ty);
                let then = format!("{sum}($1)");
                Part { gathered: Some(Gathered { first, then }), ..plain(sum_of_all, form) }
            }
            "avg" => {
                let gathered =
                    Gathered { first: self.part_of_sum(&outer, false), then: format!("{}($1)", number::AVG) };
                let (average, form) = self.average(outer);
                Part { gathered: Some(gathered), ..plain(average, form) }
            }
            "min" | "max" => {
                let aggregate = if call.name == "min" { Aggregate::Min } else { Aggregate::Max };
                let (extreme, form) = self.extreme(aggregate, outer);
                let collation = match form {
                    ColumnType::Text => format!(" COLLATE {}", sql::order::SQLITE_COLLATION),
                    _ => String::new(),
                };
                let then = format!("{}($1{collation})", if call.name == "min" { "MIN" } else { "MAX" });
                Part { gathered: Some(Gathered { first: extreme.clone(), then }), ..plain(extreme, form) }
            }
            "median" | "percentile" => self.between(at, call.share),
            _ => self.at_an_end(outer, call.name == "last"),
        };
        Some(part)
    }

    /// Total and count of a number's values, of which SQLite makes sums and means of more.
    fn part_of_sum(&self, term: &Term, is_whole: bool) -> Sql {
        let term = if is_whole { term.clone() } else { self.number(term.clone()) };
        Func::cust(number::PART).arg(term.expr).into()
    }

    /// The value a share of the way through all values in order: the two neighbours and the count, which make it exactly.
    fn between(&self, at: usize, share: u32) -> Part {
        let number = self.inner(at);
        let count: Sql = Func::count(number.clone()).into();
        // Written out: no mark is looked for between the brackets of an index.
        let index = |up: &str| format!("(({share} * (COUNT(\"{INNER}\".\"c{at}\") - 1){up}) / 1000000)");
        let neighbour = |up: &str| match self.dialect() {
            Dialect::Postgres => template(
                &format!("(array_agg($1 ORDER BY $1) FILTER (WHERE $1 IS NOT NULL))[1 + {}]", index(up)),
                std::slice::from_ref(&number),
                self.dialect(),
            ),
            Dialect::Sqlite => template(
                &format!(
                    "{}(json_extract(json_group_array({}($1) ORDER BY $1) FILTER (WHERE $1 IS NOT NULL), '$[' || {} || ']'))",
                    number::PARSE,
                    number::TEXT,
                    index(up)
                ),
                std::slice::from_ref(&number),
                self.dialect(),
            ),
        };
        let columns = vec![
            (neighbour(""), ColumnType::Number),
            (neighbour(" + 999999"), ColumnType::Number),
            (count, ColumnType::Integer),
        ];
        Part { columns, made: Made::Between(share), gathered: None, in_time: false }
    }

    /// The first or last value in the order of time; empty ones are passed over.
    fn at_an_end(&self, term: Term, last: bool) -> Part {
        let way = if last { "DESC" } else { "ASC" };
        let [at, id] = self.in_time();
        let expr = match (self.dialect(), term.form) {
            (Dialect::Postgres, _) => template(
                &format!("(array_agg($1 ORDER BY $2 {way}, $3 {way}) FILTER (WHERE $1 IS NOT NULL))[1]"),
                &[term.expr, at, id],
                self.dialect(),
            ),
            (Dialect::Sqlite, form) => {
                // JSON has no place for the bytes of a decimal.
                let is_bytes = matches!(form, ColumnType::Number)
                    || matches!(form, ColumnType::Decimal { precision, .. } if precision > 18);
                let (open, close, value) = if is_bytes {
                    (format!("{}(", number::PARSE), ")", format!("{}($1)", number::TEXT))
                } else {
                    (String::new(), "", "$1".to_owned())
                };
                template(
                    &format!(
                        "{open}json_extract(json_group_array({value} ORDER BY $2 {way}, $3 {way}) FILTER (WHERE $1 IS NOT NULL), '$[0]'){close}"
                    ),
                    &[term.expr, at, id],
                    self.dialect(),
                )
            }
        };
        Part { columns: vec![(expr, term.form)], made: Made::Plain, gathered: None, in_time: true }
    }
}
