//! Calls: functions of the language by their names and those of SQL, aggregates, and values over the rows around.

use std::ops::ControlFlow;

use expression::ast::{AstKind, Span};
use expression::function;
use expression::suggest::nearest;
use expression::{Ast, Binary, Expr, Mistake, Type};
use schemas::DatasetAggregate;
use sqlparser::ast::{
    DuplicateTreatment, Expr as Written, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, Value as Literal, WindowSpec, WindowType,
};

use super::names::{Checker, Phase};
use super::select::is_single;
use super::text::folded;
use super::value::call;
use super::{By, Extra, Key, Window, WindowFunction};
use crate::FieldKind;
use crate::resolve::datasets::kinds::{aggregated, of_type, whole};

/// Names of SQL, and what the language calls them.
const RENAMED: &[(&str, &str)] = &[
    ("lower", "to_lower"),
    ("upper", "to_upper"),
    ("length", "len"),
    ("char_length", "len"),
    ("character_length", "len"),
    ("ceil", "ceiling"),
    ("trunc", "truncate"),
    ("btrim", "trim"),
];
/// Names that are read in ways of their own.
const OWN: &[&str] = &[
    "avg",
    "coalesce",
    "count",
    "current_date",
    "current_timestamp",
    "current_user",
    "date_trunc",
    "dense_rank",
    "lag",
    "lead",
    "max",
    "min",
    "nullif",
    "rank",
    "row_number",
    "substr",
    "substring",
    "sum",
];
/// Most rows that `lag` and `lead` look away.
const MAX_DISTANCE: u32 = 1_000;

/// The call as far as all kinds of it are alike.
struct Call<'w> {
    name: String,
    arguments: Vec<&'w Written>,
    /// Whether the argument is `*`.
    star: bool,
    distinct: bool,
    filter: Option<&'w Written>,
    place: Span,
}

impl Checker<'_> {
    pub(super) fn function(&mut self, written: &Function, place: Span) -> Option<Ast> {
        let Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } = written;
        let [part] = name.0.as_slice() else {
            return self.mistake(Mistake::new("sql.schema_name", place).with("found", name));
        };
        let Some(ident) = part.as_ident() else { return self.unsupported(&name.to_string(), place) };
        let name = folded(ident);
        let is_plain = !uses_odbc_syntax
            && matches!(parameters, FunctionArguments::None)
            && within_group.is_empty()
            && null_treatment.is_none();
        if !is_plain {
            return self.unsupported(&name, place);
        }
        let mut call = Call {
            name,
            arguments: Vec::new(),
            star: false,
            distinct: false,
            filter: filter.as_deref(),
            place: place.clone(),
        };
        match args {
            FunctionArguments::None => {}
            FunctionArguments::List(FunctionArgumentList { duplicate_treatment, args, clauses })
                if clauses.is_empty() =>
            {
                call.distinct = *duplicate_treatment == Some(DuplicateTreatment::Distinct);
                for argument in args {
                    match argument {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => call.arguments.push(argument),
                        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => call.star = true,
                        _ => return self.unsupported(&call.name, place),
                    }
                }
            }
            _ => return self.unsupported(&call.name, place),
        }
        if call.star && (call.name != "count" || !call.arguments.is_empty()) {
            return self.mistake(Mistake::new("sql.star", place));
        }
        if let Some(over) = over {
            return self.window(&call, over);
        }
        if let Some(aggregate) = aggregate_of(&call) {
            return self.aggregate(aggregate, &call);
        }
        if call.distinct || call.filter.is_some() {
            return self.unsupported("DISTINCT, FILTER", place);
        }
        if matches!(call.name.as_str(), "row_number" | "rank" | "dense_rank" | "lag" | "lead") {
            return self.mistake(Mistake::new("sql.without_over", place).with("name", &call.name));
        }
        self.plain(&call, part.as_ident().map(|ident| self.lines.name(ident)))
    }

    fn plain(&mut self, written: &Call<'_>, name_at: Option<Span>) -> Option<Ast> {
        let place = written.place.clone();
        let arguments = &written.arguments;
        match (written.name.as_str(), arguments.as_slice()) {
            ("current_user", []) => return Some(Ast::new(AstKind::Name("user".into()), place)),
            ("current_date", []) => return Some(call("today", Vec::new(), place)),
            ("current_timestamp", []) => return Some(call("now", Vec::new(), place)),
            ("substr" | "substring", [of, from]) => return self.substring(of, from, None, place),
            ("substr" | "substring", [of, from, length]) => return self.substring(of, from, Some(length), place),
            ("date_trunc", [unit, of]) => {
                let (unit, of) = (self.value(unit), self.value(of));
                return Some(call("start_of", vec![of?, unit?], place));
            }
            ("coalesce", [first, rest @ ..]) => {
                let mut all = self.value(first);
                for next in rest {
                    let next = self.value(next);
                    all = all.zip(next).map(|(all, next)| {
                        Ast::new(AstKind::Binary(Binary::Coalesce, Box::new(all), Box::new(next)), place.clone())
                    });
                }
                return all;
            }
            ("nullif", [value, other]) => {
                let same = Written::BinaryOp {
                    left: Box::new((*value).clone()),
                    op: sqlparser::ast::BinaryOperator::Eq,
                    right: Box::new((*other).clone()),
                };
                let same = self.condition(&same)?;
                let same = self.truth(same, place.clone());
                let empty = Ast::new(AstKind::Empty, place.clone());
                let value = self.value(value)?;
                return Some(Ast::new(AstKind::If(Box::new(same), Box::new(empty), Some(Box::new(value))), place));
            }
            _ => {}
        }
        let name = RENAMED.iter().find(|(sql, _)| *sql == written.name).map_or(written.name.as_str(), |(_, own)| own);
        if function::named(name).next().is_none() {
            let known = function::all().map(|function| function.name).chain(OWN.iter().copied());
            let known: Vec<&str> = known.chain(RENAMED.iter().map(|(sql, _)| *sql)).collect();
            let near = nearest(&written.name, known).map(str::to_owned);
            let mistake = Mistake::new("sql.unknown_function", name_at.unwrap_or(place)).with("name", &written.name);
            return self.mistake(mistake.with_some("nearest", near));
        }
        let arguments: Vec<Option<Ast>> = arguments.iter().map(|argument| self.value(argument)).collect();
        Some(call(name, arguments.into_iter().collect::<Option<_>>()?, place))
    }

    fn aggregate(&mut self, aggregate: DatasetAggregate, written: &Call<'_>) -> Option<Ast> {
        let place = written.place.clone();
        if self.frames.last().is_none_or(|frame| frame.phase != Phase::Groups) {
            return self.mistake(Mistake::new("sql.aggregate_misplaced", place));
        }
        let argument = self.in_phase(Phase::Aggregate, |it| it.argument(written));
        let (ty, kind) = self.of_aggregate(aggregate, argument.as_ref()?.as_ref(), &place)?;
        let extra = self.extra(Extra::Aggregate(aggregate, argument?), ty, kind);
        if let Some(frame) = self.frames.last_mut() {
            frame.aggregates.push(extra);
        }
        Some(Self::stand_in(extra, place))
    }

    /// What an aggregate is made of: with a filter, of nothing where that does not hold.
    fn argument(&mut self, written: &Call<'_>) -> Option<Option<Expr>> {
        let place = written.place.clone();
        let argument = match (written.star, written.arguments.as_slice()) {
            (true, []) => None,
            (false, [argument]) => Some(self.value(argument)?),
            _ => {
                let mistake = Mistake::new("sql.aggregate_arguments", place).with("name", &written.name);
                return self.mistake(mistake.with("found", written.arguments.len()));
            }
        };
        let argument = match written.filter {
            None => argument,
            Some(filter) => {
                let holds = self.condition(filter)?;
                let holds = self.truth(holds, place.clone());
                let value = argument.unwrap_or_else(|| Ast::new(AstKind::Integer(1), place.clone()));
                Some(Ast::new(AstKind::If(Box::new(holds), Box::new(value), None), place))
            }
        };
        match argument {
            None => Some(None),
            Some(argument) => Some(Some(self.typed(&argument)?)),
        }
    }

    fn of_aggregate(
        &mut self,
        aggregate: DatasetAggregate,
        argument: Option<&Expr>,
        place: &Span,
    ) -> Option<(Type, Option<FieldKind>)> {
        use DatasetAggregate::{Avg, Count, CountDistinct, Max, Min, Sum};
        let Some(argument) = argument else { return Some((Type::Integer, Some(whole()))) };
        let ty = argument.ty.clone();
        let fits = match aggregate {
            Count | CountDistinct => is_single(&ty) && ty != Type::Empty,
            Sum => matches!(ty, Type::Integer | Type::Decimal | Type::Duration),
            Avg => matches!(ty, Type::Integer | Type::Decimal),
            Min | Max => ty.is_ordered() && ty != Type::Empty,
        };
        if !fits {
            let mistake = Mistake::new("dataset.aggregate_type", place.clone()).with("name", aggregate.as_str());
            return self.mistake(mistake.with("found", ty.name()));
        }
        if matches!(aggregate, Count | CountDistinct) {
            return Some((Type::Integer, Some(whole())));
        }
        let kind = self.kind_of(argument).or_else(|| of_type(self.catalog, &ty));
        let kind = kind.and_then(|kind| aggregated(aggregate, kind).ok());
        Some((if aggregate == Avg { Type::Decimal } else { ty }, kind))
    }

    fn window(&mut self, written: &Call<'_>, over: &WindowType) -> Option<Ast> {
        let place = written.place.clone();
        let spec = match over {
            WindowType::WindowSpec(spec) => spec,
            WindowType::NamedWindow(_) => return self.unsupported("WINDOW", place),
        };
        let WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        if window_name.is_some() || window_frame.is_some() {
            return self.unsupported("ROWS BETWEEN, RANGE BETWEEN", place);
        }
        if self.frames.last().is_none_or(|frame| !frame.windows || frame.phase == Phase::Aggregate) {
            return self.mistake(Mistake::new("sql.window_misplaced", place));
        }
        let function = match (written.name.as_str(), aggregate_of(written)) {
            ("row_number", _) => WindowFunction::RowNumber,
            ("rank", _) => WindowFunction::Rank,
            ("dense_rank", _) => WindowFunction::DenseRank,
            ("lag", _) => WindowFunction::Lag,
            ("lead", _) => WindowFunction::Lead,
            (_, Some(DatasetAggregate::Sum | DatasetAggregate::Avg)) => {
                return self.unsupported(&format!("{} OVER", written.name), place);
            }
            (_, Some(DatasetAggregate::CountDistinct)) => return self.unsupported("DISTINCT … OVER", place),
            (_, Some(aggregate)) => WindowFunction::Aggregate(aggregate),
            _ => {
                let known = ["avg", "count", "dense_rank", "lag", "lead", "max", "min", "rank", "row_number", "sum"];
                let mistake = Mistake::new("sql.unknown_function", place).with("name", &written.name);
                return self.mistake(mistake.with_some("nearest", nearest(&written.name, known)));
            }
        };
        let set_windows = |it: &mut Self, windows| {
            if let Some(frame) = it.frames.last_mut() {
                frame.windows = windows;
            }
        };
        set_windows(self, false);
        let found = self.over(written, function, partition_by, order_by);
        set_windows(self, true);
        let (window, ty, kind) = found?;
        let extra = self.extra(Extra::Window(window), ty, kind);
        Some(Self::stand_in(extra, place))
    }

    fn over(
        &mut self,
        written: &Call<'_>,
        function: WindowFunction,
        partition: &[Written],
        order: &[sqlparser::ast::OrderByExpr],
    ) -> Option<(Window, Type, Option<FieldKind>)> {
        let place = written.place.clone();
        let mut distance = 1;
        let (argument, ty, kind) = match function {
            WindowFunction::RowNumber | WindowFunction::Rank | WindowFunction::DenseRank => {
                if !written.arguments.is_empty() || written.filter.is_some() {
                    return self.unsupported(&written.name, place);
                }
                (None, Type::Integer, Some(whole()))
            }
            WindowFunction::Lag | WindowFunction::Lead => {
                let (argument, away) = match written.arguments.as_slice() {
                    [argument] => (argument, None),
                    [argument, Written::Value(away)] => (argument, Some(&away.value)),
                    _ => return self.unsupported(&written.name, place),
                };
                match away.map(|away| match away {
                    Literal::Number(away, _) => away.parse::<u32>().ok().filter(|away| *away <= MAX_DISTANCE),
                    _ => None,
                }) {
                    None => {}
                    Some(Some(away)) => distance = away,
                    Some(None) => return self.unsupported(&written.name, place),
                }
                let value = self.value(argument).and_then(|ast| self.typed(&ast))?;
                if !is_single(&value.ty) || written.filter.is_some() {
                    return self.unsupported(&written.name, place);
                }
                let (ty, kind) = (value.ty.clone(), self.kind_of(&value));
                (Some(value), ty, kind)
            }
            WindowFunction::Aggregate(aggregate) => {
                let argument = self.argument(written)?;
                let (ty, kind) = self.of_aggregate(aggregate, argument.as_ref(), &place)?;
                if ty == Type::Text {
                    return self.unsupported(&format!("{}(text) OVER", written.name), place);
                }
                (argument, ty, kind)
            }
        };
        let mut by = Vec::new();
        for written in partition {
            by.push(self.value(written).and_then(|ast| self.typed(&ast)));
        }
        let mut keys = Vec::new();
        for written in order {
            let direction = self.direction(written);
            let value = self.value(&written.expr).and_then(|ast| self.typed(&ast));
            keys.push(direction.zip(value).map(|((descending, empty_first), value)| Key {
                by: By::Value(value),
                descending,
                empty_first,
            }));
        }
        let partition = by.into_iter().collect::<Option<Vec<_>>>()?;
        let order = keys.into_iter().collect::<Option<Vec<_>>>()?;
        let values = partition.iter().chain(order.iter().filter_map(|key| match &key.by {
            By::Value(value) => Some(value),
            By::Column(_) => None,
        }));
        if let Some(wrong) = values.clone().find(|value| !is_single(&value.ty)) {
            return self.mistake(Mistake::new("sql.column_type", place).with("found", wrong.ty.name()));
        }
        if order.is_empty() && !matches!(function, WindowFunction::Aggregate(_)) {
            return self.mistake(Mistake::new("sql.window_without_order", place).with("name", &written.name));
        }
        Some((Window { function, argument, distance, partition, order }, ty, kind))
    }
}

fn aggregate_of(call: &Call<'_>) -> Option<DatasetAggregate> {
    Some(match call.name.as_str() {
        "count" if call.distinct => DatasetAggregate::CountDistinct,
        "count" => DatasetAggregate::Count,
        // What the language calls so as well takes two arguments there.
        "sum" if !call.distinct => DatasetAggregate::Sum,
        "avg" if !call.distinct => DatasetAggregate::Avg,
        "min" if call.arguments.len() == 1 => DatasetAggregate::Min,
        "max" if call.arguments.len() == 1 => DatasetAggregate::Max,
        _ => return None,
    })
}

/// Says whether something written puts rows together, sub-selects apart.
pub(super) fn has_aggregate(written: &Written) -> bool {
    let mut inside = 0_usize;
    let mut found = false;
    let mut visitor = Finder { inside: &mut inside, found: &mut found };
    let _: ControlFlow<()> = sqlparser::ast::Visit::visit(written, &mut visitor);
    found
}

struct Finder<'f> {
    inside: &'f mut usize,
    found: &'f mut bool,
}

impl sqlparser::ast::Visitor for Finder<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &sqlparser::ast::Query) -> ControlFlow<()> {
        *self.inside += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &sqlparser::ast::Query) -> ControlFlow<()> {
        *self.inside = self.inside.saturating_sub(1);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Written) -> ControlFlow<()> {
        if let Written::Function(function) = expr
            && *self.inside == 0
            && function.over.is_none()
            && let [part] = function.name.0.as_slice()
            && let Some(ident) = part.as_ident()
        {
            let arguments = match &function.args {
                FunctionArguments::List(list) => list.args.len(),
                _ => 0,
            };
            *self.found |= match folded(ident).as_str() {
                "count" | "sum" | "avg" => true,
                "min" | "max" => arguments == 1,
                _ => false,
            };
        }
        ControlFlow::Continue(())
    }
}
