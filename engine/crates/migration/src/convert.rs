//! Conversions of stored values from one type of field to another: SQL that gives NULL where a value does not convert.

use catalog::{Field, FieldKind};
use sql::{ColumnType, Dialect, function, names::quote, number};

use crate::fitting::Fitting;
use crate::literal::text as quoted;

/// Bytes of a line of an address.
const LINE: usize = 4_000;

/// What a conversion is written for.
#[derive(Clone, Copy)]
pub(crate) struct Writing<'a> {
    pub(crate) dialect: Dialect,
    /// IANA zone in which dates and instants meet.
    pub(crate) zone: &'a str,
}

impl Writing<'_> {
    /// Gives an expression for each column of `to` over the columns of `from`; `None` when nothing ever converts.
    pub(crate) fn convert(self, from: &Field, to: &Field) -> Option<Vec<String>> {
        let columns: Vec<String> = from.columns.iter().map(|column| quote(column)).collect();
        match (&from.kind, &to.kind) {
            (FieldKind::Link { relation, .. }, FieldKind::AnyLink { targets, .. }) => {
                let target = &relation.target;
                let link = columns.first()?;
                let entity = format!("CASE WHEN {link} IS NOT NULL THEN {} END", quoted(target.as_str()));
                targets.contains(target).then(|| vec![entity, link.clone()])
            }
            (FieldKind::AnyLink { .. }, FieldKind::Link { relation, .. }) => {
                let [entity, record] = columns.as_slice() else { return None };
                let target = quoted(relation.target.as_str());
                Some(vec![format!("CASE WHEN {entity} = {target} THEN {record} END")])
            }
            (FieldKind::Link { .. } | FieldKind::AnyLink { .. } | FieldKind::Location | FieldKind::Secret, _)
            | (_, FieldKind::Link { .. } | FieldKind::AnyLink { .. } | FieldKind::Location | FieldKind::Secret) => None,
            _ => {
                let was = ColumnType::of(&from.kind).first().copied()?;
                let becomes = ColumnType::of(&to.kind).first().copied()?;
                let value = match (was, becomes) {
                    (_, ColumnType::Json) => self.to_json(columns.first()?, was, &to.kind)?,
                    _ => self.scalar(columns.first()?, was, becomes)?,
                };
                let value = if was == becomes { value } else { self.of_choices(value, to) };
                // What the new type would refuse does not convert.
                Some(vec![match Fitting(self.dialect).of(&value, to) {
                    Some(fits) => format!("CASE WHEN {fits} THEN {value} END"),
                    None => value,
                }])
            }
        }
    }

    fn scalar(self, value: &str, was: ColumnType, becomes: ColumnType) -> Option<String> {
        use ColumnType as C;
        match (was, becomes) {
            (was, becomes) if was == becomes => Some(value.to_owned()),
            (C::Text, becomes) => self.text_to(value, becomes),
            (was, C::Text) => self.to_text(value, was),
            (C::Integer, C::Decimal { .. }) => Some(self.fit(self.whole(value), becomes)),
            (C::Decimal { .. }, C::Integer) => Some(self.to_whole(&self.exact(value, was))),
            (C::Decimal { .. }, C::Decimal { .. }) => Some(self.fit(self.exact(value, was), becomes)),
            (C::Integer, C::Boolean) => Some(match self.dialect {
                Dialect::Sqlite => format!("CASE WHEN {value} IN (0, 1) THEN {value} END"),
                Dialect::Postgres => format!("CASE {value} WHEN 0 THEN false WHEN 1 THEN true END"),
            }),
            (C::Boolean, C::Integer) => Some(self.boolean_as_integer(value)),
            (C::Boolean, C::Decimal { .. }) => Some(self.fit(self.whole(&self.boolean_as_integer(value)), becomes)),
            (C::Date, C::DateTime) => Some(match self.dialect {
                Dialect::Sqlite => self.call(function::INSTANT_OF, &[value, "'00:00:00'", &quoted(self.zone)]),
                Dialect::Postgres => format!("({value}::timestamp AT TIME ZONE {})", quoted(self.zone)),
            }),
            (C::DateTime, C::Date) => Some(match self.dialect {
                Dialect::Sqlite => self.call(function::DATE_OF_INSTANT, &[value, &quoted(self.zone)]),
                Dialect::Postgres => format!("({value} AT TIME ZONE {})::date", quoted(self.zone)),
            }),
            (C::DateTime, C::Time) => Some(match self.dialect {
                Dialect::Sqlite => self.call(function::TIME_OF_INSTANT, &[value, &quoted(self.zone)]),
                Dialect::Postgres => {
                    format!("date_trunc('second', {value} AT TIME ZONE {})::time", quoted(self.zone))
                }
            }),
            _ => None,
        }
    }

    fn text_to(self, value: &str, becomes: ColumnType) -> Option<String> {
        use ColumnType as C;
        Some(match (becomes, self.dialect) {
            (C::Integer, Dialect::Sqlite) => self.call(function::INTEGER_PARSE, &[value]),
            (C::Integer, Dialect::Postgres) => {
                let whole = format!("trim({value})::numeric");
                format!(
                    r"CASE WHEN {value} ~ '^\s*[+-]?\d{{1,100}}\s*$' THEN CASE WHEN {whole} BETWEEN -9223372036854775808 AND 9223372036854775807 THEN {whole}::bigint END END"
                )
            }
            (C::Decimal { .. }, Dialect::Sqlite) => self.fit(self.call(number::PARSE, &[value]), becomes),
            (C::Decimal { .. }, Dialect::Postgres) => {
                let parsed = format!(
                    r"CASE WHEN {value} ~ '^\s*[+-]?0*\d{{1,16}}(\.\d{{1,100}})?\s*$' THEN trim({value})::numeric END"
                );
                self.fit(parsed, becomes)
            }
            (C::Boolean, dialect) => {
                let (yes, no) = if dialect == Dialect::Sqlite { ("1", "0") } else { ("true", "false") };
                let word = format!("lower(trim({value}))");
                format!(
                    "CASE WHEN {word} IN ('true', 'yes', 'да', '1') THEN {yes} \
                     WHEN {word} IN ('false', 'no', 'нет', '0') THEN {no} END"
                )
            }
            (C::Date, Dialect::Sqlite) => self.call(function::DATE_PARSE, &[value]),
            (C::Date, Dialect::Postgres) => postgres_date(&format!("trim({value})"), "", "::date"),
            (C::DateTime, Dialect::Sqlite) => self.call(function::INSTANT_PARSE, &[value]),
            (C::DateTime, Dialect::Postgres) => format!(
                "date_trunc('milliseconds', {})",
                postgres_date(
                    &format!("trim({value})"),
                    r"[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-](0\d|1[0-5]):[0-5]\d)",
                    "::timestamptz",
                )
            ),
            (C::Time, Dialect::Sqlite) => self.call(function::TIME_PARSE, &[value]),
            (C::Time, Dialect::Postgres) => {
                format!(
                    r"CASE WHEN {value} ~ '^\s*([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?\s*$' THEN trim({value})::time END"
                )
            }
            _ => return None,
        })
    }

    /// Gives the choices, address or free JSON of a text or of JSON of another type; nothing else becomes any.
    fn to_json(self, value: &str, was: ColumnType, becomes: &FieldKind) -> Option<String> {
        use ColumnType as C;
        Some(match (was, becomes, self.dialect) {
            (C::Text, FieldKind::MultiChoice(_), Dialect::Sqlite) => {
                format!("CASE WHEN {value} IS NOT NULL THEN json_array({value}) END")
            }
            (C::Text, FieldKind::MultiChoice(_), Dialect::Postgres) => {
                format!("CASE WHEN {value} IS NOT NULL THEN jsonb_build_array({value}) END")
            }
            (C::Text, FieldKind::Address, Dialect::Sqlite) => {
                format!("CASE WHEN length(CAST({value} AS BLOB)) <= {LINE} THEN json_object('line1', {value}) END")
            }
            (C::Text, FieldKind::Address, Dialect::Postgres) => {
                format!("CASE WHEN octet_length({value}) <= {LINE} THEN jsonb_build_object('line1', {value}) END")
            }
            // A text that is no JSON is a text in JSON too.
            (C::Text, FieldKind::Json, Dialect::Sqlite) => {
                format!(
                    "CASE WHEN json_valid({value}) THEN json({value}) WHEN {value} IS NOT NULL THEN json_quote({value}) END"
                )
            }
            (C::Text, FieldKind::Json, Dialect::Postgres) => format!("verstak_json({value})"),
            (C::Json, FieldKind::Address, Dialect::Sqlite) => format!(
                "CASE WHEN json_type({value}) = 'object' THEN CASE WHEN NOT EXISTS (SELECT 1 FROM json_each({value}) it \
                 WHERE it.type NOT IN ('text', 'null') OR it.key GLOB '*[^a-z0-9_]*' OR length(it.key) NOT BETWEEN 1 AND 32 \
                 OR length(CAST(it.value AS BLOB)) > {LINE}) THEN nullif(json_patch('{{}}', {value}), '{{}}') END END"
            ),
            (C::Json, FieldKind::Address, Dialect::Postgres) => format!(
                "CASE WHEN jsonb_typeof({value}) = 'object' THEN CASE WHEN NOT EXISTS (SELECT 1 FROM jsonb_each({value}) \
                 it (name, line) WHERE jsonb_typeof(it.line) NOT IN ('string', 'null') OR it.name !~ '^[a-z0-9_]{{1,32}}$' \
                 OR octet_length(it.line #>> '{{}}') > {LINE}) THEN nullif(jsonb_strip_nulls({value}), '{{}}'::jsonb) END END"
            ),
            (C::Json, FieldKind::MultiChoice(set), dialect) => {
                let known: Vec<String> = set.choices.iter().map(|choice| quoted(&choice.value)).collect();
                let known = if known.is_empty() { "''".to_owned() } else { known.join(", ") };
                match dialect {
                    Dialect::Sqlite => format!(
                        "CASE WHEN json_type({value}) = 'array' AND json_array_length({value}) > 0 AND NOT EXISTS (SELECT 1 \
                         FROM json_each({value}) it WHERE it.type <> 'text' OR it.value NOT IN ({known})) THEN {value} END"
                    ),
                    Dialect::Postgres => format!(
                        "CASE WHEN jsonb_typeof({value}) = 'array' THEN CASE WHEN jsonb_array_length({value}) > 0 AND NOT \
                         EXISTS (SELECT 1 FROM jsonb_array_elements({value}) it (item) WHERE jsonb_typeof(it.item) <> 'string' \
                         OR it.item #>> '{{}}' NOT IN ({known})) THEN {value} END END"
                    ),
                }
            }
            (C::Json, FieldKind::Json, _) => value.to_owned(),
            _ => return None,
        })
    }

    fn to_text(self, value: &str, was: ColumnType) -> Option<String> {
        use ColumnType as C;
        Some(match (was, self.dialect) {
            (C::Integer, Dialect::Sqlite) => format!("CAST({value} AS TEXT)"),
            (C::Integer | C::Date | C::Time, Dialect::Postgres) => format!("{value}::text"),
            (C::Date | C::Time, Dialect::Sqlite) => value.to_owned(),
            (C::Boolean, dialect) => {
                let is = if dialect == Dialect::Sqlite { " = 1" } else { "" };
                format!("CASE WHEN {value}{is} THEN 'true' WHEN {value} IS NOT NULL THEN 'false' END")
            }
            (C::Decimal { .. }, Dialect::Sqlite) => self.call(number::TEXT, &[&self.exact(value, was)]),
            (C::Decimal { .. }, Dialect::Postgres) => format!("trim_scale({value})::text"),
            (C::DateTime, Dialect::Sqlite) => self.call(function::INSTANT_TEXT, &[value]),
            (C::DateTime, Dialect::Postgres) => {
                format!(r#"to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#)
            }
            // Several choices become one text only where there is one.
            (C::Json, Dialect::Sqlite) => {
                format!(
                    "CASE WHEN json_type({value}) = 'array' AND json_array_length({value}) = 1 THEN {value} ->> 0 END"
                )
            }
            (C::Json, Dialect::Postgres) => format!(
                "CASE WHEN jsonb_typeof({value}) = 'array' THEN \
                 CASE WHEN jsonb_array_length({value}) = 1 THEN {value} ->> 0 END END"
            ),
            _ => return None,
        })
    }

    /// A choice that the field does not have converts to nothing.
    fn of_choices(self, value: String, to: &Field) -> String {
        let Some(set) = to.choices() else { return value };
        let known: Vec<String> = set.choices.iter().map(|choice| quoted(&choice.value)).collect();
        let known = if known.is_empty() { "NULL".to_owned() } else { known.join(", ") };
        match (&to.kind, self.dialect) {
            (FieldKind::MultiChoice(_), Dialect::Sqlite) => {
                format!("CASE WHEN {value} ->> 0 IN ({known}) THEN {value} END")
            }
            (FieldKind::MultiChoice(_), Dialect::Postgres) => {
                format!("CASE WHEN ({value}) ->> 0 IN ({known}) THEN {value} END")
            }
            _ => format!("CASE WHEN {value} IN ({known}) THEN {value} END"),
        }
    }

    /// A stored decimal as an exact number.
    pub(crate) fn exact(self, value: &str, was: ColumnType) -> String {
        match (self.dialect, was.sqlite_scale()) {
            (Dialect::Sqlite, Some(scale)) => self.call(number::FROM, &[value, &scale.to_string()]),
            _ => value.to_owned(),
        }
    }

    fn whole(self, value: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => self.call(number::FROM, &[value, "0"]),
            Dialect::Postgres => format!("{value}::numeric"),
        }
    }

    /// Only a whole number converts to an integer.
    fn to_whole(self, value: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                let whole = self.call(number::TO_INTEGER, &[value]);
                format!("CASE WHEN {} = {value} THEN {whole} END", self.call(number::FROM, &[&whole, "0"]))
            }
            Dialect::Postgres => format!("CASE WHEN trunc({value}) = {value} THEN {value}::bigint END"),
        }
    }

    /// Rounds an exact number to the scale; one with too many digits before the point is nothing.
    fn fit(self, value: String, becomes: ColumnType) -> String {
        let ColumnType::Decimal { precision, scale } = becomes else { return value };
        let digits = precision.saturating_sub(scale);
        match self.dialect {
            Dialect::Postgres => {
                format!("CASE WHEN abs(round({value}, {scale})) < 1e{digits} THEN round({value}, {scale}) END")
            }
            Dialect::Sqlite => {
                let rounded = self.call(number::ROUND, &[&value, &scale.to_string()]);
                let fits = match digits {
                    // No decimal has more digits before the point than 16.
                    16.. => format!("{rounded} IS NOT NULL"),
                    _ => {
                        let limit = self.call(number::FROM, &[&format!("1{}", "0".repeat(usize::from(digits))), "0"]);
                        format!("{} < {limit}", self.call(number::ABS, &[&rounded]))
                    }
                };
                let stored = match becomes.sqlite_scale() {
                    Some(scale) => self.call(number::TO_SCALED, &[&value, &scale.to_string()]),
                    None => rounded,
                };
                format!("CASE WHEN {fits} THEN {stored} END")
            }
        }
    }

    fn boolean_as_integer(self, value: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => value.to_owned(),
            Dialect::Postgres => format!("{value}::int"),
        }
    }

    fn call(self, name: &str, arguments: &[&str]) -> String {
        format!("{name}({})", arguments.join(", "))
    }
}

/// PostgreSQL 15 has no cast that gives NULL: form, month and day are looked at first, in the order that CASE keeps.
fn postgres_date(value: &str, rest: &str, cast: &str) -> String {
    let part = |from: u8, count: u8| format!("substr({value}, {from}, {count})::int");
    let (year, month, day) = (part(1, 4), part(6, 2), part(9, 2));
    format!(
        r"CASE WHEN {value} ~ '^\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]){rest}$' THEN CASE WHEN {year} > 0 AND {day} <= CASE WHEN {month} = 2 THEN CASE WHEN {year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0) THEN 29 ELSE 28 END WHEN {month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END THEN ({value}){cast} END END"
    )
}
