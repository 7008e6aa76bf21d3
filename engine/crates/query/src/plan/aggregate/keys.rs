//! What records are grouped by: a field at the end of a path over links, a part of a date, or a range of a number.

use catalog::{Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{Decimal, EntityId, Type, Value};
use sea_query::{CaseStatement, Expr as Sql, ExprTrait};
use sql::{ColumnType, Dialect};

use super::{Inner, place};
use crate::build::{bound, template};
use crate::lower::{Term, function};
use crate::plan::columns::format_of;
use crate::plan::output::Format;
use crate::plan::path::{is_many, is_path};
use crate::plan::source::{Draft, SourceId};
use crate::request::GroupKey;

/// Most ranges of a key.
const MAX_RANGES: usize = 100;

/// A key of a grouping.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Key of the answer.
    pub(crate) name: String,
    /// The path it was asked by.
    pub(crate) path: String,
    /// Type of its values in expressions over groups.
    pub(crate) ty: Type,
    /// Columns of the inner select: the value and, of a link, what else is shown of it.
    pub(crate) places: Vec<usize>,
    pub(crate) shape: Shape,
}

/// What the values of a key are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// The field's own value; of an instant it is one, of a date the other.
    Value(Format),
    /// `{"id", "title"}`.
    Link(Option<Format>),
    /// `{"entity", "id", "title"}`: identities and names of the entities, and formats of the titles that follow the two.
    AnyLink(Vec<(String, String)>, Vec<Format>),
    /// The beginning of a part of a date; of an instant in the workspace's time zone.
    Begins(Part, Moment),
    /// The number of a weekday, 1 for Monday.
    Weekday(Moment),
    /// The number of an hour.
    Hour,
    /// The number of a range between bounds.
    Range(Vec<Decimal>),
}

/// Parts of a date that begin somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Year,
    Quarter,
    Month,
    Week,
    Day,
}

/// Whether a key is of dates or of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Date,
    Instant,
}

impl Draft<'_> {
    /// Lowers a key of a grouping.
    pub(crate) fn group_key(
        &mut self,
        root: SourceId,
        key: &GroupKey,
        inner: &mut Vec<Inner>,
        pointer: &str,
    ) -> Result<Key, Diagnostic> {
        let path_pointer = format!("{pointer}/path");
        if !is_path(&key.path) {
            return self.computed_group_key(root, key, inner, pointer);
        }
        let steps = self.path(&self.entity(root), &key.path, &path_pointer)?;
        let refused = |code: &'static str| Diagnostic::error(code).at(&path_pointer).with("name", &key.path);
        if steps.iter().any(|step| is_many(step.field())) {
            return Err(refused("query.group_by_many"));
        }
        let (last, links) = steps.split_last().ok_or_else(|| refused("query.not_groupable"))?;
        let mut here = Some(root);
        for step in links {
            here = here.and_then(|here| self.walk(here, step));
        }
        let field = last.field();
        let name = key.name.clone().unwrap_or_else(|| key.path.clone());
        if let (Some(target), None, None) = (last.narrowed(), &key.by, &key.ranges) {
            let id = here.and_then(|here| self.narrowed(here, field, target));
            let id = id.unwrap_or_else(|| Term::empty(ColumnType::Uuid, self.dialect()).expr);
            let target = here.and_then(|here| self.walk(here, last));
            let (places, shape) = self.link_places(id, target, inner);
            return Ok(Key { name, path: key.path.clone(), ty: Type::Id, places, shape });
        }
        if let (FieldKind::AnyLink { targets, .. }, None, None) = (&field.kind, &key.by, &key.ranges) {
            let (places, shape) = self.any_link_places(here, field, targets, inner);
            return Ok(Key { name, path: key.path.clone(), ty: Type::Id, places, shape });
        }
        let types = ColumnType::of(&field.kind);
        let [form] = types.as_slice() else { return Err(refused("query.not_groupable")) };
        if matches!(form, ColumnType::Json | ColumnType::Bytes) {
            return Err(refused("query.not_groupable"));
        }
        let term = here.and_then(|source| self.one_value(source, field));
        let term = term.unwrap_or_else(|| Term::empty(*form, self.dialect()));
        if key.by.is_some() || key.ranges.is_some() {
            return self.cut_key((name, key.path.clone()), term, key, inner, pointer);
        }
        let made = |ty: Type, places: Vec<usize>, shape: Shape| Key { name, path: key.path.clone(), ty, places, shape };
        if matches!(field.kind, FieldKind::Link { .. }) {
            let target = here.and_then(|here| self.join(here, field));
            let (places, shape) = self.link_places(term.expr, target, inner);
            return Ok(made(Type::Id, places, shape));
        }
        let at = place(inner, term.expr, term.form);
        Ok(made(field.expression_type(), vec![at], Shape::Value(format_of(&field.kind))))
    }

    /// Lowers a key that is an expression.
    fn computed_group_key(
        &mut self,
        root: SourceId,
        key: &GroupKey,
        inner: &mut Vec<Inner>,
        pointer: &str,
    ) -> Result<Key, Diagnostic> {
        let path_pointer = format!("{pointer}/path");
        let refused = || Diagnostic::error("query.not_groupable").with("name", &key.path);
        let name = key.name.clone().unwrap_or_else(|| key.path.clone());
        // What leads back to the records of a group compares it.
        let path = format!("({})", key.path);
        let Some((expr, term)) = self.computed(root, &key.path, &path_pointer, &refused) else {
            return Ok(Key { name, path, ty: Type::Empty, places: Vec::new(), shape: Shape::Value(Format::Plain) });
        };
        if key.by.is_some() || key.ranges.is_some() {
            return self.cut_key((name, path), term, key, inner, pointer);
        }
        let at = place(inner, term.expr, term.form);
        Ok(Key { name, path, ty: expr.ty, places: vec![at], shape: Shape::Value(Format::Plain) })
    }

    /// Cuts a value into parts of dates or ranges of numbers.
    fn cut_key(
        &mut self,
        (name, path): (String, String),
        term: Term,
        key: &GroupKey,
        inner: &mut Vec<Inner>,
        pointer: &str,
    ) -> Result<Key, Diagnostic> {
        let refused =
            |code: &'static str| Diagnostic::error(code).at(format!("{pointer}/path")).with("name", &key.path);
        let form = term.form;
        let made = |ty: Type, places: Vec<usize>, shape: Shape| Key { name, path, ty, places, shape };
        match (&key.by, &key.ranges) {
            (Some(_), Some(_)) => Err(Diagnostic::error("query.by_and_ranges").at(pointer)),
            (None, Some(ranges)) => {
                let bounds =
                    bounds(ranges).ok_or_else(|| Diagnostic::error("query.ranges").at(format!("{pointer}/ranges")))?;
                if !term.is_number() {
                    return Err(refused("query.ranges_of_numbers"));
                }
                let at = place(inner, self.range(term, &bounds), ColumnType::Integer);
                Ok(made(Type::Opaque, vec![at], Shape::Range(bounds)))
            }
            (Some(by), None) => {
                let moment = match form {
                    ColumnType::Date => Moment::Date,
                    ColumnType::DateTime => Moment::Instant,
                    _ => return Err(refused("query.parts_of_dates")),
                };
                let unknown = || {
                    let expected = match moment {
                        Moment::Date => "year, quarter, month, week, day, weekday",
                        Moment::Instant => "year, quarter, month, week, day, weekday, hour",
                    };
                    Diagnostic::error("query.unknown_part")
                        .at(format!("{pointer}/by"))
                        .with("found", by)
                        .with("expected", expected)
                };
                let part = match by.as_str() {
                    "year" => Part::Year,
                    "quarter" => Part::Quarter,
                    "month" => Part::Month,
                    "week" => Part::Week,
                    "day" => Part::Day,
                    "weekday" => {
                        let date = self.date_of(term.expr, moment);
                        let at = place(inner, self.weekday(date), ColumnType::Integer);
                        return Ok(made(Type::Integer, vec![at], Shape::Weekday(moment)));
                    }
                    "hour" if moment == Moment::Instant => {
                        let at = place(inner, self.hour(term.expr), ColumnType::Integer);
                        return Ok(made(Type::Integer, vec![at], Shape::Hour));
                    }
                    _ => return Err(unknown()),
                };
                let date = self.date_of(term.expr, moment);
                let at = place(inner, self.beginning(part, date), ColumnType::Date);
                Ok(made(Type::Date, vec![at], Shape::Begins(part, moment)))
            }
            (None, None) => Err(refused("query.not_groupable")),
        }
    }

    /// A link: its identity and the title of the record that it leads to.
    fn link_places(&mut self, id: Sql, target: Option<SourceId>, inner: &mut Vec<Inner>) -> (Vec<usize>, Shape) {
        let at = place(inner, id, ColumnType::Uuid);
        let title = target.and_then(|target| self.title_cell(target));
        let title = title.map(|(cell, form, format)| (place(inner, cell, form), format));
        let places = std::iter::once(at).chain(title.map(|(at, _)| at)).collect();
        (places, Shape::Link(title.map(|(_, format)| format)))
    }

    /// A link to one of several entities: the identity, the entity, and the title in whichever form it has.
    fn any_link_places(
        &mut self,
        source: Option<SourceId>,
        field: &Field,
        targets: &[EntityId],
        inner: &mut Vec<Inner>,
    ) -> (Vec<usize>, Shape) {
        let mut cell = |name: Option<&String>, form: ColumnType| {
            let cell = source.zip(name).map(|(source, name)| self.cell(source, field, name));
            place(inner, cell.unwrap_or_else(|| Term::empty(form, self.dialect()).expr), form)
        };
        let mut places =
            vec![cell(field.columns.get(1), ColumnType::Uuid), cell(field.columns.first(), ColumnType::Text)];
        let titles = source.map(|source| self.any_titles(source, field, targets)).unwrap_or_default();
        places.extend(titles.iter().map(|(title, form, _)| place(inner, title.clone(), *form)));
        let name = |target: &EntityId| {
            let entity = self.access.catalog().entity_by_id(target)?;
            Some((target.to_string(), entity.name.clone()))
        };
        let names = targets.iter().filter_map(name).collect();
        (places, Shape::AnyLink(names, titles.into_iter().map(|(.., format)| format).collect()))
    }

    /// The number of the range a value is in: 0 below the first bound.
    fn range(&self, term: Term, bounds: &[Decimal]) -> Sql {
        let number = self.number(term).expr;
        let mut case = CaseStatement::new();
        for (at, from) in bounds.iter().enumerate() {
            let from = bound(&Value::Decimal(*from), ColumnType::Number, self.dialect());
            let from = if self.dialect() == Dialect::Postgres { from.cast_as("numeric") } else { from };
            case = case.case(number.clone().lt(from), Sql::cust(at.to_string()));
        }
        let beyond = CaseStatement::new().case(number.is_not_null(), Sql::cust(bounds.len().to_string()));
        case.finally(beyond).into()
    }

    /// The calendar date of a value, of an instant in the workspace's time zone.
    fn date_of(&self, value: Sql, moment: Moment) -> Sql {
        match (moment, self.dialect()) {
            (Moment::Date, _) => value,
            (Moment::Instant, Dialect::Sqlite) => function(sql::function::DATE_OF_INSTANT, [value, self.zone()]),
            (Moment::Instant, Dialect::Postgres) => {
                template("($1 AT TIME ZONE $2)::date", &[value, self.zone()], self.dialect())
            }
        }
    }

    fn zone(&self) -> Sql {
        let zone = Value::Text(self.access.catalog().workspace.time_zone.as_str().into());
        Term::constant(&zone, ColumnType::Text, self.dialect()).expr
    }

    fn weekday(&self, date: Sql) -> Sql {
        match self.dialect() {
            Dialect::Sqlite => function(sql::function::DATE_WEEKDAY, [date]),
            Dialect::Postgres => template("extract(isodow FROM $1)::bigint", &[date], self.dialect()),
        }
    }

    fn hour(&self, instant: Sql) -> Sql {
        match self.dialect() {
            Dialect::Sqlite => {
                let time = function(sql::function::TIME_OF_INSTANT, [instant, self.zone()]);
                template("CAST(substr($1, 1, 2) AS INTEGER)", &[time], self.dialect())
            }
            Dialect::Postgres => {
                template("extract(hour FROM $1 AT TIME ZONE $2)::bigint", &[instant, self.zone()], self.dialect())
            }
        }
    }

    fn beginning(&self, part: Part, date: Sql) -> Sql {
        let text = match (self.dialect(), part) {
            (_, Part::Day) => return date,
            (Dialect::Sqlite, Part::Year) => "substr($1, 1, 4) || '-01-01'",
            (Dialect::Sqlite, Part::Quarter) => {
                "substr($1, 1, 5) || substr('010101040404070707101010', CAST(substr($1, 6, 2) AS INTEGER) * 2 - 1, 2) || '-01'"
            }
            (Dialect::Sqlite, Part::Month) => "substr($1, 1, 7) || '-01'",
            (Dialect::Sqlite, Part::Week) => "date($1, '-6 days', 'weekday 1')",
            (Dialect::Postgres, Part::Year) => "date_trunc('year', $1::timestamp)::date",
            (Dialect::Postgres, Part::Quarter) => "date_trunc('quarter', $1::timestamp)::date",
            (Dialect::Postgres, Part::Month) => "date_trunc('month', $1::timestamp)::date",
            (Dialect::Postgres, Part::Week) => "date_trunc('week', $1::timestamp)::date",
        };
        template(text, &[date], self.dialect())
    }
}

/// Reads bounds in rising order.
fn bounds(ranges: &[String]) -> Option<Vec<Decimal>> {
    let bounds: Vec<Decimal> = ranges.iter().map(|text| Decimal::parse(text).ok()).collect::<Option<_>>()?;
    let rises = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    ((1..=MAX_RANGES).contains(&bounds.len()) && rises).then_some(bounds)
}
