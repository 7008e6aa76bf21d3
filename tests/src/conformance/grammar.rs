//! Sound expressions by chance: every operator and every function of the library over the entities of the fixture.
//!
//! Whoever asks decides at every choice; where the first is taken the text is shortest, so every text comes to an end.

use expression::Type;
use expression::function::{self, Function, Word, period::Period};

use super::fixture::{Entity, Fixture};

/// Types that an expression may be of and a text may be asked for.
pub const TYPES: [Type; 9] = [
    Type::Boolean,
    Type::Integer,
    Type::Decimal,
    Type::Text,
    Type::Date,
    Type::DateTime,
    Type::Time,
    Type::Duration,
    Type::Id,
];

const ORDERED: [Type; 7] =
    [Type::Integer, Type::Decimal, Type::Text, Type::Date, Type::DateTime, Type::Time, Type::Duration];

/// Writes expressions about records of one entity.
pub struct Grammar<'a> {
    /// Gives a number below the one it is given.
    below: &'a mut dyn FnMut(usize) -> usize,
    fixture: &'a Fixture,
    /// What stands for records: the beginning of their paths, and their entity.
    records: Vec<(String, String)>,
}

impl std::fmt::Debug for Grammar<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grammar").field("records", &self.records).finish_non_exhaustive()
    }
}

impl<'a> Grammar<'a> {
    /// Begins with a record of an entity, whose fields need no name before them, and with the user.
    pub fn new(below: &'a mut dyn FnMut(usize) -> usize, fixture: &'a Fixture, entity: &str) -> Self {
        let records = vec![(String::new(), entity.to_owned()), ("user.".to_owned(), "user".to_owned())];
        Self { below, fixture, records }
    }

    fn below(&mut self, end: usize) -> usize {
        (self.below)(end.max(1))
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn any_type(&mut self) -> Type {
        self.pick(&TYPES)
    }

    /// Writes an expression of a type, no more than this deep.
    pub fn of(&mut self, ty: &Type, depth: u8) -> String {
        let deeper = depth.saturating_sub(1);
        let choice = self.below(if depth == 0 { 2 } else { 12 });
        let written = match choice {
            0 => self.path(ty),
            1 => Some(self.literal(ty)),
            2..=4 => self.call(ty, deeper),
            5..=7 => self.operation(ty, deeper),
            8 => self.aggregate(ty, deeper),
            9 => {
                let condition = self.of(&Type::Boolean, deeper);
                Some(format!("(if {condition} {{ {} }} else {{ {} }})", self.of(ty, deeper), self.of(ty, deeper)))
            }
            10 => Some(format!("({} ?? {})", self.of(ty, deeper), self.of(ty, deeper))),
            _ => Some(self.literal(ty)),
        };
        written.or_else(|| self.path(ty)).unwrap_or_else(|| self.literal(ty))
    }

    fn literal(&mut self, ty: &Type) -> String {
        let literals: &[&str] = match ty {
            Type::Boolean => &["true", "false", "()"],
            Type::Integer => &["0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808", "()"],
            Type::Decimal => &["0.5", "1", "-2.5", "0.000000000001", "9999999999999999.999999999999", "100", "()"],
            Type::Text => &["\"new\"", "\"Ё\"", "\"%\"", "\"2026-03-15\"", "\" a_b\\\\ \"", "\"'\"", "\"12.5\"", "()"],
            Type::Date => &["\"2026-03-15\"", "\"2024-02-29\"", "\"0001-01-01\"", "\"9999-12-31\"", "today()", "()"],
            Type::DateTime => &["\"2026-03-15T09:30:00.000Z\"", "now()", "\"0001-01-01T00:00:00Z\"", "()"],
            Type::Time => &["\"09:15:00\"", "\"00:00:00\"", "\"23:59:59\"", "()"],
            Type::Duration => &["days(1)", "seconds(-1)", "weeks(9223372036854775807)", "()"],
            _ => &["()"],
        };
        self.pick(literals).to_owned()
    }

    /// Names a record: over links from one of those that are there.
    fn record(&mut self) -> (String, String) {
        let (mut path, mut entity) = self.pick(&self.records.clone());
        for _ in 0..self.below(4) {
            let links = self.fields(&entity, |ty| matches!(ty, Type::Record(_) | Type::AnyRecord(_)));
            if links.is_empty() {
                break;
            }
            let (name, ty) = self.pick(&links);
            entity = match ty {
                Type::AnyRecord(targets) => {
                    let target = self.pick(&targets).to_string();
                    path = format!("{path}{name}.as_{target}.");
                    target
                }
                ty => {
                    path = format!("{path}{name}.");
                    ty.entity().map(ToString::to_string).unwrap_or_default()
                }
            };
        }
        (path, entity)
    }

    /// The members of an entity whose types are asked for.
    fn fields(&self, entity: &str, wanted: impl Fn(&Type) -> bool) -> Vec<(String, Type)> {
        let fields = self.fixture.entity(entity).map(|Entity { fields, .. }| fields.as_slice()).unwrap_or_default();
        let owner = ("owner".to_owned(), Type::Record(expression::EntityId::new("user")));
        let own = fields.iter().map(|field| (field.name.clone(), field.ty()));
        own.chain([owner, ("id".to_owned(), Type::Id)]).filter(|(_, ty)| wanted(ty)).collect()
    }

    fn path(&mut self, ty: &Type) -> Option<String> {
        let (path, entity) = self.record();
        let fits = |found: &Type| {
            found == ty || (*ty == Type::Decimal && *found == Type::Integer) || (*ty == Type::Id && found.is_identity())
        };
        let fields = self.fields(&entity, fits);
        (!fields.is_empty()).then(|| format!("{path}{}", self.pick(&fields).0))
    }

    /// Writes related records, perhaps some of them only, and tells their entity.
    fn related(&mut self, depth: u8) -> Option<(String, String)> {
        let (path, entity) = self.record();
        let many = self.fields(&entity, |ty| matches!(ty, Type::Records(_)));
        if many.is_empty() {
            return None;
        }
        let (name, ty) = self.pick(&many);
        let far = ty.entity()?.to_string();
        let mut written = format!("{path}{name}");
        if depth > 0 && self.below(3) == 1 {
            written = format!("{written}.filter({})", self.closure(&far, &Type::Boolean, depth - 1));
        }
        Some((written, far))
    }

    fn closure(&mut self, entity: &str, ty: &Type, depth: u8) -> String {
        let name = format!("x{}", self.records.len());
        self.records.push((format!("{name}."), entity.to_owned()));
        let body = self.of(ty, depth);
        self.records.pop();
        format!("|{name}| {body}")
    }

    fn aggregate(&mut self, ty: &Type, depth: u8) -> Option<String> {
        let (records, far) = self.related(depth)?;
        let function = match ty {
            Type::Boolean => self.pick(&["any", "all", "min"]),
            Type::Integer => self.pick(&["count", "sum", "min", "max"]),
            Type::Decimal => self.pick(&["sum", "avg", "min", "max"]),
            Type::Id => "first",
            _ => self.pick(&["min", "max"]),
        };
        let wanted = if function == "first" { &Type::Boolean } else { ty };
        Some(match function {
            "count" => format!("{records}.count()"),
            "first" if self.below(2) == 0 => format!("{records}.first()"),
            // Booleans have no least.
            "min" if *ty == Type::Boolean => {
                let (path, entity) = self.record();
                let own = Type::Record(expression::EntityId::new(&far));
                let links = self.fields(&entity, |found| *found == own);
                let link = if links.is_empty() { return None } else { self.pick(&links).0 };
                format!("({path}{link} in {records})")
            }
            _ => format!("{records}.{function}({})", self.closure(&far, wanted, depth)),
        })
    }

    fn call(&mut self, ty: &Type, depth: u8) -> Option<String> {
        let fitting: Vec<&Function> = function::all().filter(|function| function.result == *ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let function = self.pick(&fitting);
        let mut arguments = Vec::new();
        for (at, parameter) in function.parameters.iter().enumerate() {
            let is_last = at + 1 == function.parameters.len();
            arguments.push(match function.word.filter(|_| is_last) {
                Some(Word::Unit) => {
                    self.pick(&["\"day\"", "\"week\"", "\"month\"", "\"quarter\"", "\"year\""]).to_owned()
                }
                Some(Word::Zone) => self.pick(&["\"UTC\"", "\"Europe/Moscow\"", "\"America/New_York\""]).to_owned(),
                Some(Word::Pattern) => self.pick(&["\"d.MM.yy\"", "\"yyyy-MM-dd HH:mm:ss\"", "\"'M'\""]).to_owned(),
                None if at == 1 && Period::of(function.name).is_some() => {
                    self.pick(&["1", "7", "0", "99999"]).to_owned()
                }
                None if *parameter == Type::Choices => self.path(parameter)?,
                None => self.of(parameter, depth),
            });
        }
        Some(format!("{}({})", function.name, arguments.join(", ")))
    }

    fn operation(&mut self, ty: &Type, depth: u8) -> Option<String> {
        let (sides, operators): (Vec<(Type, Type)>, &[&str]) = match ty {
            Type::Boolean => return Some(self.condition(depth)),
            Type::Integer => (vec![(Type::Integer, Type::Integer)], &["+", "-", "*", "%"]),
            Type::Decimal => (vec![(Type::Decimal, Type::Decimal)], &["+", "-", "*", "/"]),
            Type::Text => (vec![(Type::Text, Type::Text)], &["+"]),
            Type::Date => (vec![(Type::Date, Type::Duration)], &["+", "-"]),
            Type::DateTime => (vec![(Type::DateTime, Type::Duration)], &["+", "-"]),
            Type::Duration => (
                vec![(Type::Duration, Type::Duration), (Type::Date, Type::Date), (Type::DateTime, Type::DateTime)],
                &["-"],
            ),
            _ => return None,
        };
        let (left, right) = self.pick(&sides);
        let operator = self.pick(operators);
        if matches!(ty, Type::Integer | Type::Decimal) && self.below(6) == 5 {
            return Some(format!("-({})", self.of(ty, depth)));
        }
        Some(format!("({} {operator} {})", self.of(&left, depth), self.of(&right, depth)))
    }

    fn condition(&mut self, depth: u8) -> String {
        match self.below(7) {
            0 => {
                let (ty, operator) = (self.pick(&ORDERED), self.pick(&["<", "<=", ">", ">="]));
                format!("({} {operator} {})", self.of(&ty, depth), self.of(&ty, depth))
            }
            1 | 2 => {
                let (ty, operator) = (self.any_type(), self.pick(&["==", "!="]));
                format!("({} {operator} {})", self.of(&ty, depth), self.of(&ty, depth))
            }
            3 => format!("({} && {})", self.of(&Type::Boolean, depth), self.of(&Type::Boolean, depth)),
            4 => format!("({} || {})", self.of(&Type::Boolean, depth), self.of(&Type::Boolean, depth)),
            5 => format!("!({})", self.of(&Type::Boolean, depth)),
            _ => {
                let ty = self.any_type();
                let items: Vec<String> = (0..self.below(4)).map(|_| self.of(&ty, depth.min(1))).collect();
                let operator = self.pick(&["in", "!in"]);
                format!("({} {operator} [{}])", self.of(&ty, depth), items.join(", "))
            }
        }
    }
}
