//! The functions of the library, and arithmetic with dates.

use expression::{Binary, Expr, Type, Value};
use sea_query::{CaseStatement, Expr as Sql, ExprTrait, Query};
use sql::{ColumnType, Dialect};

use super::Term;
use super::number::{function, select_from};
use super::term::form_of;
use super::text;
use crate::build::{bound, iden};
use crate::plan::source::Draft;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

impl Draft<'_> {
    /// Lowers a call of a library function; all are empty with an empty argument.
    pub(crate) fn call(&mut self, name: &'static str, arguments: &[Expr], ty: &Type) -> Term {
        let first = arguments.first().map(|argument| argument.ty.clone());
        let terms: Vec<Term> = arguments.iter().map(|argument| self.value(argument)).collect();
        let nullable = terms.iter().any(|term| term.nullable);
        let form = form_of(ty);
        let exact = |expr: Sql| Term { nullable, ..Term::new(expr, form) };
        let mut values = terms.iter().map(|term| term.expr.clone());
        let mut next = || values.next().unwrap_or_else(|| Sql::cust("NULL"));
        match (name, first) {
            ("today", _) => Term::constant(&Value::Date(self.settings.today), form, self.dialect()),
            ("now", _) => Term::constant(&Value::DateTime(self.settings.now), form, self.dialect()),
            ("year" | "month" | "day" | "quarter" | "week" | "weekday" | "hour" | "minute", _) => {
                exact(self.part_of_moment(name, arguments, next()))
            }
            ("days", _) => Term::new(self.times(next(), DAY), form),
            ("hours", _) => Term::new(self.times(next(), 3_600_000), form),
            ("minutes", _) => Term::new(self.times(next(), 60_000), form),
            ("seconds", _) => Term::new(self.times(next(), 1_000), form),
            ("weeks", _) => Term::new(self.times(next(), 7 * DAY), form),
            ("in_days", _) => exact(self.whole_of(next(), DAY)),
            ("in_hours", _) => exact(self.whole_of(next(), 3_600_000)),
            ("in_minutes", _) => exact(self.whole_of(next(), 60_000)),
            ("in_seconds", _) => exact(self.whole_of(next(), 1_000)),
            ("contains", Some(Type::Choices)) => exact(self.holds_choice(next(), next())),
            ("like", _) => match <[Term; 2]>::try_from(terms) {
                Ok([text, part]) => text::like(text, part, self.dialect()),
                Err(_) => self.unsupported(name),
            },
            ("len" | "to_upper" | "to_lower" | "contains" | "starts_with" | "ends_with", _) => {
                exact(self.text_function(name, next(), next()))
            }
            ("trim" | "sub_string", _) => Term::new(self.text_part(name, &terms), form),
            ("to_string", Some(Type::Integer | Type::Decimal)) if terms.len() == 1 => exact(self.to_text(&terms)),
            ("abs" | "round" | "floor" | "ceiling" | "div" | "min" | "max", Some(Type::Integer | Type::Decimal)) => {
                match self.number_function(name, terms) {
                    Some(expr) => Term::new(expr, form),
                    None => self.unsupported(name),
                }
            }
            _ => match self.of_library(name, arguments, terms) {
                Some(expr) => Term::new(expr, form),
                None => self.unsupported(name),
            },
        }
    }

    fn number_function(&mut self, name: &str, terms: Vec<Term>) -> Option<Sql> {
        use sql::number as names;
        let whole = terms.first().is_some_and(|term| term.form == ColumnType::Integer)
            && !matches!(name, "round" | "floor" | "ceiling");
        let digits = (name == "round").then(|| terms.get(1).map_or_else(|| Sql::cust("0"), |term| term.expr.clone()));
        let count = if name == "round" { 1 } else { terms.len() };
        let mut values =
            terms.into_iter().take(count).map(|term| if whole { term.expr } else { self.number(term).expr });
        let (first, second) = (values.next()?, values.next());
        let sqlite = self.dialect() == Dialect::Sqlite;
        let zero = || Sql::cust("0");
        Some(match (name, second, digits) {
            ("abs", None, _) if whole => {
                let least = bound(&Value::Integer(i64::MIN), ColumnType::Integer, self.dialect());
                function("abs", [function("nullif", [first, least])])
            }
            ("abs", None, _) => function(if sqlite { names::ABS } else { "abs" }, [first]),
            ("round", None, Some(digits)) if sqlite => function(names::ROUND, [first, digits]),
            ("round", None, Some(digits)) => {
                let mut one = Query::select();
                one.expr_as(digits, iden("d"));
                // LEAST and GREATEST would pass over NULL.
                let digits = "CASE WHEN n.d IS NOT NULL THEN greatest(least(n.d, 12), -20)::integer END";
                let digits = select_from(one, Sql::cust(digits));
                self.number_in_range(function("round", [first, digits]))
            }
            ("floor", None, _) if sqlite => function(names::FLOOR, [first]),
            ("ceiling", None, _) if sqlite => function(names::CEIL, [first]),
            ("floor", None, _) => function("floor", [first]).cast_as("bigint"),
            ("ceiling", None, _) => function("ceil", [first]).cast_as("bigint"),
            ("div", Some(second), _) if sqlite && whole => function(names::INTEGER_DIVIDE, [first, second]),
            ("div", Some(second), _) if sqlite => function(names::WHOLE_QUOTIENT, [first, second]),
            ("div", Some(second), _) => {
                let (first, second) = (first.cast_as("numeric"), second.cast_as("numeric"));
                self.whole_in_range(function("div", [first, function("nullif", [second, zero()])]))
            }
            ("min" | "max", Some(second), _) if sqlite => {
                function(if name == "min" { "min" } else { "max" }, [first, second])
            }
            ("min" | "max", Some(second), _) => {
                // LEAST and GREATEST would pass over NULL.
                let order = if name == "min" { "n.a <= n.b" } else { "n.a >= n.b" };
                let case = format!("CASE WHEN {order} THEN n.a WHEN n.a IS NOT NULL THEN n.b + 0 * n.a END");
                let mut pair = Query::select();
                pair.expr_as(first, iden("a")).expr_as(second, iden("b"));
                select_from(pair, Sql::cust(case))
            }
            _ => return None,
        })
    }

    fn part_of_moment(&self, name: &'static str, arguments: &[Expr], date: Sql) -> Sql {
        match (self.dialect(), name) {
            (Dialect::Sqlite, "year") => function(sql::function::DATE_YEAR, [date]),
            (Dialect::Sqlite, "month") => function(sql::function::DATE_MONTH, [date]),
            (Dialect::Sqlite, "day") => function(sql::function::DATE_DAY, [date]),
            (Dialect::Sqlite, _) => self.registered(name, arguments, vec![date]),
            (Dialect::Postgres, "weekday") => Sql::cust_with_exprs("extract(isodow FROM $1)::bigint", [date]),
            (Dialect::Postgres, _) => Sql::cust_with_exprs(format!("extract({name} FROM $1)::bigint"), [date]),
        }
    }

    fn times(&self, count: Sql, unit: i64) -> Sql {
        let unit = Sql::cust(unit.to_string());
        match self.dialect() {
            Dialect::Sqlite => function(sql::number::INTEGER_MULTIPLY, [count, unit]),
            Dialect::Postgres => self.whole_in_range(count.cast_as("numeric").mul(unit)),
        }
    }

    fn whole_of(&self, length: Sql, unit: i64) -> Sql {
        let unit = Sql::cust(unit.to_string());
        match self.dialect() {
            Dialect::Sqlite => function(sql::number::INTEGER_DIVIDE, [length, unit]),
            Dialect::Postgres => length.div(unit),
        }
    }

    fn holds_choice(&self, choices: Sql, choice: Sql) -> Sql {
        match self.dialect() {
            Dialect::Sqlite => {
                let mut select = Query::select();
                select.expr(function("max", [Sql::cust("c.value").eq(choice)]));
                select.from_function(sea_query::Func::cust("json_each").arg(choices), iden("c"));
                Sql::SubQuery(None, Box::new(select.into()))
            }
            Dialect::Postgres => function("jsonb_exists", [choices, choice]),
        }
    }

    fn text_function(&self, name: &str, text: Sql, part: Sql) -> Sql {
        use sql::function as names;
        match (self.dialect(), name) {
            (Dialect::Sqlite, "len") => function(names::TEXT_LENGTH, [text]),
            (Dialect::Sqlite, "to_upper") => function(names::UPPER, [text]),
            (Dialect::Sqlite, "to_lower") => function(names::LOWER, [text]),
            (Dialect::Sqlite, "contains") => function(names::TEXT_CONTAINS, [text, part]),
            (Dialect::Sqlite, "starts_with") => function(names::TEXT_STARTS, [text, part]),
            (Dialect::Sqlite, _) => function(names::TEXT_ENDS, [text, part]),
            (Dialect::Postgres, "len") => function("length", [text]).cast_as("bigint"),
            (Dialect::Postgres, "to_upper") => sql::order::uncollated(text::upper(text), self.dialect()),
            (Dialect::Postgres, "to_lower") => sql::order::uncollated(text::lower(text), self.dialect()),
            (Dialect::Postgres, "contains") => function("strpos", [text, part]).gt(Sql::cust("0")),
            (Dialect::Postgres, "starts_with") => function("starts_with", [text, part]),
            (Dialect::Postgres, _) => function("right", [text, function("length", [part.clone()])]).eq(part),
        }
    }

    /// `trim` and `sub_string`: what is left may be nothing, which is empty.
    fn text_part(&self, name: &str, terms: &[Term]) -> Sql {
        let sqlite = self.dialect() == Dialect::Sqlite;
        let term = |at: usize| terms.get(at).map(|term| term.expr.clone());
        let text = term(0).unwrap_or_else(|| Sql::cust("NULL"));
        let part = if name == "trim" && sqlite {
            function(sql::function::TEXT_TRIM, [text])
        } else if name == "trim" {
            let white: String = expression::function::text::WHITE_SPACE.iter().collect();
            let white = bound(&Value::Text(white.into()), ColumnType::Text, self.dialect());
            function("btrim", [text, white])
        } else {
            let rest = || bound(&Value::Integer(i64::MAX), ColumnType::Integer, self.dialect());
            let (start, length) = (term(1).unwrap_or_else(rest), term(2).unwrap_or_else(rest));
            if sqlite { substring_sqlite(text, start, length) } else { substring_postgres(text, start, length) }
        };
        function("nullif", [part, Sql::cust("''")])
    }

    fn to_text(&self, terms: &[Term]) -> Sql {
        let Some(term) = terms.first() else { return Sql::cust("NULL") };
        if term.form == ColumnType::Integer {
            return term.expr.clone().cast_as("text");
        }
        let number = self.number(term.clone()).expr;
        match self.dialect() {
            Dialect::Sqlite => function(sql::number::TEXT, [number]),
            Dialect::Postgres => function("trim_scale", [number]).cast_as("text"),
        }
    }

    /// Lowers `+` and `-` of dates, instants and lengths of time.
    pub(crate) fn temporal(&mut self, operator: Binary, left: &Expr, right: &Expr, ty: &Type) -> Term {
        let (left_form, right_form) = (left.ty.clone(), right.ty.clone());
        let (left, right) = (self.value(left), self.value(right));
        let nullable = left.nullable || right.nullable;
        let (a, b) = (left.expr, right.expr);
        let sqlite = self.dialect() == Dialect::Sqlite;
        let expr = match (&left_form, &right_form) {
            (Type::Date, Type::Date) if sqlite => {
                function(sql::function::DATE_DIFF_DAYS, [a, b]).mul(Sql::cust(DAY.to_string()))
            }
            (Type::Date, Type::Date) => a.sub(b).cast_as("bigint").mul(Sql::cust(DAY.to_string())),
            (Type::DateTime, Type::DateTime) if sqlite => a.sub(b),
            (Type::DateTime, Type::DateTime) => {
                Sql::cust_with_exprs("(extract(epoch FROM $1 - $2) * 1000)::bigint", [a, b])
            }
            (Type::Date, Type::Duration) => {
                return Term::new(self.moved_date(a, self.signed(operator, b)), ColumnType::Date);
            }
            (Type::DateTime, Type::Duration) => {
                return Term::new(self.moved_instant(a, self.signed(operator, b)), ColumnType::DateTime);
            }
            _ => return self.unsupported(operator.symbol()),
        };
        Term { nullable, ..Term::new(expr, form_of(ty)) }
    }

    fn signed(&self, operator: Binary, length: Sql) -> Sql {
        match (operator, self.dialect()) {
            (Binary::Subtract, Dialect::Sqlite) => function(sql::number::INTEGER_NEGATE, [length]),
            (Binary::Subtract, Dialect::Postgres) => self.whole_in_range(Sql::cust("0::numeric").sub(length)),
            _ => length,
        }
    }

    fn moved_date(&self, date: Sql, length: Sql) -> Sql {
        let days = self.whole_of(length, DAY);
        if self.dialect() == Dialect::Sqlite {
            return function(sql::function::DATE_ADD_DAYS, [date, days]);
        }
        let mut pair = Query::select();
        pair.expr_as(date, iden("a")).expr_as(days, iden("k"));
        let inside = "n.k BETWEEN DATE '0001-01-01' - n.a AND DATE '9999-12-31' - n.a";
        select_from(pair, Sql::cust(format!("CASE WHEN {inside} THEN n.a + n.k::integer END")))
    }

    fn moved_instant(&self, instant: Sql, length: Sql) -> Sql {
        let mut pair = Query::select();
        if self.dialect() == Dialect::Sqlite {
            // The first millisecond of the year 1 and the last one of 9999.
            pair.expr_as(function(sql::number::INTEGER_ADD, [instant, length]), iden("v"));
            return select_from(
                pair,
                Sql::cust("CASE WHEN n.v BETWEEN -62135596800000 AND 253402300799999 THEN n.v END"),
            );
        }
        pair.expr_as(instant, iden("a")).expr_as(length, iden("k"));
        // Hours and not days, which the session's time zone would make longer or shorter.
        let moved = "n.a + make_interval(hours => (n.k / 3600000)::integer, secs => (n.k % 3600000) / 1000.0)";
        // Asked before adding: a sum before 4713 BC would be an error.
        let inside = "EXTRACT(EPOCH FROM n.a)::numeric * 1000 + n.k BETWEEN -62135596800000 AND 253402300799999";
        select_from(pair, Sql::cust(format!("CASE WHEN {inside} THEN {moved} END")))
    }
}

fn substring_sqlite(text: Sql, start: Sql, length: Sql) -> Sql {
    let part = function(sql::function::TEXT_SUB, [text, start, length.clone()]);
    // A NULL length means the rest to the function and empty to the language.
    CaseStatement::new().case(length.is_not_null(), part).into()
}

fn substring_postgres(text: Sql, start: Sql, length: Sql) -> Sql {
    let mut triple = Query::select();
    triple.expr_as(text, iden("x")).expr_as(start, iden("s")).expr_as(length, iden("l"));
    let start = "CASE WHEN n.s < 0 THEN greatest(length(n.x) + n.s, 0) ELSE n.s END";
    let part = format!(
        "CASE WHEN n.l IS NOT NULL THEN substr(n.x, least({start}, 1000000000)::integer + 1, greatest(least(n.l, 1000000000), 0)::integer) END"
    );
    select_from(triple, Sql::cust(part))
}
