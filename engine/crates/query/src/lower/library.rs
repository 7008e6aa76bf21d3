//! The functions of the library that SQLite takes from the evaluator and PostgreSQL computes in its own words.
//!
//! On PostgreSQL the arguments are the columns `a`, `b`, `c` of an inner select `n`, computed once each. No text of a request
//! becomes part of a statement: words are of closed lists, and zones and patterns are bound.

use expression::function::period::Period;
use expression::function::word::{Piece, Unit, pieces, unit};
use expression::{Expr, Type, Value, function};
use sea_query::{BinOper, Expr as Sql, ExprTrait, Func, Query};
use sql::{ColumnType, Dialect};

use super::Term;
use super::number::select_from;
use crate::build::iden;
use crate::plan::source::Draft;

/// Most characters of a text that a function makes.
const MOST: usize = function::text::MAX_MADE;

/// Months since the year 0 of a date or a local time.
fn months(of: &str) -> String {
    format!("(extract(year FROM {of}) * 12 + extract(month FROM {of}) - 1)")
}

/// The months of the years 1 to 9999, as [`months`] counts them.
const YEARS: &str = "BETWEEN 12 AND 119999";

const INSTANTS: &str = "BETWEEN TIMESTAMPTZ '0001-01-01 00:00:00Z' AND TIMESTAMPTZ '9999-12-31 23:59:59.999Z'";

impl Draft<'_> {
    pub(super) fn of_library(&mut self, name: &'static str, arguments: &[Expr], terms: Vec<Term>) -> Option<Sql> {
        if let Some(period) = Period::of(name) {
            return self.in_period(period, &terms);
        }
        let word = terms.last().and_then(|term| match &term.constant {
            Some(Value::Text(text)) => Some(text.to_string()),
            _ => None,
        });
        let types: Vec<&Type> = arguments.iter().map(|argument| &argument.ty).collect();
        let values: Vec<Sql> = terms
            .into_iter()
            .zip(&types)
            .map(|(term, ty)| if **ty == Type::Decimal { self.number(term).expr } else { term.expr })
            .collect();
        if self.dialect() == Dialect::Sqlite {
            return Some(self.registered(name, arguments, values));
        }
        let zone = || self.written(self.settings.zone.name());
        let mut values = values;
        let template = match (name, &*types) {
            ("date", [Type::DateTime]) | ("time", [Type::DateTime]) | ("datetime", [_, _]) => {
                values.push(zone());
                instants(name)
            }
            ("date", [Type::DateTime, _]) | ("time", [Type::DateTime, _]) | ("datetime", _) => instants(name),
            ("truncate", [_]) => "trunc(n.a)::bigint".to_owned(),
            ("truncate", _) => {
                "CASE WHEN n.b IS NOT NULL THEN trunc(n.a, greatest(least(n.b, 12), -20)::integer) END".to_owned()
            }
            ("add_months" | "add_years", [Type::DateTime, _]) => {
                values.push(zone());
                moved_instant(if name == "add_years" { 12 } else { 1 })
            }
            ("format", [ty, _]) => {
                values.truncate(1);
                values.push(zone());
                let moment = if **ty == Type::DateTime { "n.a AT TIME ZONE n.b" } else { "n.a::timestamp" };
                return self.formatted(values, moment, &word?);
            }
            ("start_of" | "end_of", _) => {
                values.truncate(1);
                ends(name, unit(&word?)?)
            }
            _ => texts(name)
                .or_else(|| numbers(name, types.first()? == &&Type::Integer, types.first()? == &&Type::Decimal))
                .or_else(|| dates(name))?,
        };
        Some(computed(values, template))
    }

    /// Calls what `storage` registers for a function of the library.
    pub(super) fn registered(&self, name: &str, arguments: &[Expr], mut values: Vec<Sql>) -> Sql {
        let types: Vec<Type> = arguments.iter().map(|argument| argument.ty.clone()).collect();
        values.push(self.written(self.settings.zone.name()));
        Func::cust(iden(&sql::function::of_library(name, &types))).args(values).into()
    }

    fn written(&self, text: &str) -> Sql {
        Term::constant(&Value::Text(text.into()), ColumnType::Text, self.dialect()).expr
    }

    /// A period is a range of dates, which an index of the column serves.
    fn in_period(&self, period: Period, terms: &[Term]) -> Option<Sql> {
        let date = terms.first()?.expr.clone();
        let word = match &terms.last()?.constant {
            Some(Value::Text(word)) => unit(word)?,
            _ => return None,
        };
        let count = match terms {
            [_, count, _] => match count.constant {
                Some(Value::Integer(count)) => count,
                _ => return None,
            },
            _ => 1,
        };
        if count < 1 {
            // False for a date, empty for none.
            return Some(date.clone().ne(date));
        }
        let (from, to) = period.bounds(count, word, self.settings.today);
        let written = |date| Term::constant(&Value::Date(date), ColumnType::Date, self.dialect()).expr;
        Some(match (from, to) {
            (Some(from), Some(to)) => date.clone().gte(written(from)).and(date.lte(written(to))),
            (Some(from), None) => date.gte(written(from)),
            (None, Some(to)) => date.lte(written(to)),
            (None, None) => date.clone().eq(date),
        })
    }

    fn formatted(&self, values: Vec<Sql>, moment: &str, pattern: &str) -> Option<Sql> {
        let mut inner = Query::select();
        let mut names = ["a", "b"].into_iter();
        for value in values {
            inner.expr_as(value, iden(names.next()?));
        }
        let joined = pieces(pattern)?.into_iter().map(|piece| match piece {
            Piece::Plain(text) => self.written(&text),
            Piece::Part(part) => {
                let (field, digits) = part.of_clock();
                let number = format!("floor(extract({field} FROM {moment}))::bigint");
                // Two digits are all of an hour, a day, a month, and the last two of a year.
                let number = if digits == 2 { format!("({number} % 100)") } else { number };
                match digits {
                    0 => Sql::cust(format!("{number}::text")),
                    digits => Sql::cust(format!("lpad({number}::text, {digits}, '0')")),
                }
            }
        });
        let joined = joined.reduce(|left, right| left.binary(BinOper::Custom("||"), right))?;
        let inside = Sql::cust(format!("extract(year FROM {moment}) BETWEEN 1 AND 9999"));
        Some(select_from(inner, sea_query::CaseStatement::new().case(inside, joined).into()))
    }
}

fn computed(values: Vec<Sql>, template: String) -> Sql {
    let mut inner = Query::select();
    for (name, value) in ["a", "b", "c", "d"].into_iter().zip(values) {
        inner.expr_as(value, iden(name));
    }
    select_from(inner, Sql::cust(template))
}

fn texts(name: &str) -> Option<String> {
    let replaced = |by: &str| {
        let found = "(length(n.a) - length(replace(n.a, n.b, '')))::bigint / nullif(length(n.b), 0)";
        let grown = format!("length(n.a) + {found} * (length({by}) - length(n.b))");
        format!(
            "CASE WHEN strpos(n.a, n.b) = 0 AND {by} IS NOT NULL THEN n.a WHEN {grown} <= {MOST} THEN nullif(replace(n.a, n.b, {by}), '') END"
        )
    };
    let padded = |side: &str| {
        let filling = "repeat(n.c, ((n.b - length(n.a)) / length(n.c) + 1)::integer)";
        let filling = format!("left({filling}, (n.b - length(n.a))::integer)");
        let made = if side == "pad_left" { format!("{filling} || n.a") } else { format!("n.a || {filling}") };
        format!(
            "CASE WHEN n.c IS NULL OR n.b > {MOST} THEN NULL WHEN n.b <= length(n.a) THEN n.a WHEN n.b IS NOT NULL THEN {made} END"
        )
    };
    let year = "substr(n.a, 1, 4)::integer";
    let (month, day) = ("substr(n.a, 6, 2)::integer", "substr(n.a, 9, 2)::integer");
    Some(match name {
        "replace" => replaced("n.c"),
        "remove" => replaced("''"),
        "index_of" => "(strpos(n.a, n.b) - 1)::bigint".to_owned(),
        "left" | "right" => {
            format!("CASE WHEN n.b IS NOT NULL THEN nullif({name}(n.a, greatest(least(n.b, 1000000000), 0)::integer), '') END")
        }
        "pad_left" | "pad_right" => padded(name),
        "parse_int" => "CASE WHEN n.a ~ '^-?[0-9]{1,19}$' THEN CASE WHEN n.a::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN n.a::bigint END END".to_owned(),
        "parse_decimal" => {
            r"CASE WHEN n.a ~ '^-?[0-9]{1,16}(\.[0-9]{1,12})?$' THEN n.a::numeric END".to_owned()
        }
        "parse_date" => format!(
            "CASE WHEN n.a ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN {} END",
            made(year, month, day)
        ),
        _ => return None,
    })
}

/// The date of a year, a month and a day where there is one.
fn made(year: &str, month: &str, day: &str) -> String {
    let last = format!(
        "extract(day FROM make_date(({year})::integer, ({month})::integer, 1) + interval '1 month' - interval '1 day')"
    );
    let date = format!("make_date(({year})::integer, ({month})::integer, ({day})::integer)");
    let inside = format!("CASE WHEN {day} BETWEEN 1 AND {last} THEN {date} END");
    format!("CASE WHEN {year} BETWEEN 1 AND 9999 AND {month} BETWEEN 1 AND 12 THEN {inside} END")
}

fn numbers(name: &str, whole: bool, decimal: bool) -> Option<String> {
    Some(match name {
        "sign" => "sign(n.a::numeric)::bigint".to_owned(),
        "mod" => {
            let rest = "(n.a::numeric % nullif(n.b::numeric, 0))";
            let moved =
                format!("CASE WHEN {rest} <> 0 AND ({rest} < 0) <> (n.b < 0) THEN {rest} + n.b ELSE {rest} END");
            if whole { format!("({moved})::bigint") } else { moved }
        }
        "clamp" => {
            "CASE WHEN n.a IS NOT NULL AND n.b IS NOT NULL AND n.c IS NOT NULL THEN least(greatest(n.a, n.b), n.c) END"
                .to_owned()
        }
        "to_string" if decimal => "CASE WHEN n.b BETWEEN 0 AND 12 THEN round(n.a, n.b::integer)::text END".to_owned(),
        _ => return None,
    })
}

fn dates(name: &str) -> Option<String> {
    let distance = format!("({} - {})::bigint", months("n.b"), months("n.a"));
    let (from, to) = ("extract(day FROM n.a)", "extract(day FROM n.b)");
    let short = format!("CASE WHEN {to} < {from} AND extract(day FROM n.b + 1) <> 1 THEN 1 ELSE 0 END");
    let between = format!(
        "CASE WHEN n.b >= n.a THEN {distance} - {short} WHEN n.b < n.a THEN {distance} + CASE WHEN {to} > {from} THEN 1 ELSE 0 END END"
    );
    Some(match name {
        "min" => "CASE WHEN n.a <= n.b THEN n.a WHEN n.b < n.a THEN n.b END".to_owned(),
        "max" => "CASE WHEN n.a >= n.b THEN n.a WHEN n.b > n.a THEN n.b END".to_owned(),
        "date" => made("n.a", "n.b", "n.c"),
        "time" => {
            "CASE WHEN n.a BETWEEN 0 AND 23 AND n.b BETWEEN 0 AND 59 THEN make_time(n.a::integer, n.b::integer, 0) END"
                .to_owned()
        }
        "add_days" => {
            let inside = "n.b BETWEEN DATE '0001-01-01' - n.a AND DATE '9999-12-31' - n.a";
            format!("CASE WHEN {inside} THEN n.a + n.b::integer END")
        }
        "add_months" => moved("n.b"),
        "add_years" => moved("n.b::numeric * 12"),
        "days_between" => "(n.b - n.a)::bigint".to_owned(),
        "months_between" => between,
        "years_between" => format!("({between}) / 12"),
        "to_string" => "to_char(n.a, 'YYYY-MM-DD')".to_owned(),
        _ => return None,
    })
}

fn moved(by: &str) -> String {
    let inside = format!("{} + ({by}) {YEARS}", months("n.a"));
    format!("CASE WHEN {inside} THEN (n.a + make_interval(months => ({by})::integer))::date END")
}

fn ends(name: &str, unit: Unit) -> String {
    let (word, length) = match unit {
        Unit::Day => return "n.a".to_owned(),
        Unit::Week => ("week", "7 days"),
        Unit::Month => ("month", "1 month"),
        Unit::Quarter => ("quarter", "3 months"),
        Unit::Year => ("year", "1 year"),
    };
    let first = format!("date_trunc('{word}', n.a::timestamp)");
    if name == "start_of" {
        return format!("{first}::date");
    }
    let last = format!("({first} + interval '{length}' - interval '1 day')::date");
    format!("CASE WHEN {last} <= DATE '9999-12-31' THEN {last} END")
}

fn instants(name: &str) -> String {
    let local = "n.a AT TIME ZONE n.b";
    match name {
        "date" => format!("CASE WHEN extract(year FROM {local}) BETWEEN 1 AND 9999 THEN ({local})::date END"),
        "time" => format!("date_trunc('second', {local})::time"),
        _ => {
            let instant = "(n.a + n.b) AT TIME ZONE n.c";
            format!("CASE WHEN {instant} {INSTANTS} THEN {instant} END")
        }
    }
}

fn moved_instant(unit: i64) -> String {
    let (local, by) = ("(n.a AT TIME ZONE n.c)", format!("(n.b::numeric * {unit})"));
    let inside = format!("{} {YEARS} AND {} + {by} {YEARS}", months(local), months(local));
    let instant = format!("({local} + make_interval(months => {by}::integer)) AT TIME ZONE n.c");
    format!("CASE WHEN {inside} THEN CASE WHEN {instant} {INSTANTS} THEN {instant} END END")
}
