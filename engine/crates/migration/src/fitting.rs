//! What a type asks of a value beyond its column: SQL that is true of what a save would take.

use catalog::{Field, FieldKind};
use sql::{ColumnType, Dialect, Value, function};

use crate::literal::{literal, text};

/// Texts shorter than any that another type becomes need no look.
const LONGEST_WRITTEN: u32 = 64;

/// The dialect that conditions are written in.
#[derive(Clone, Copy)]
pub(crate) struct Fitting(pub(crate) Dialect);

impl Fitting {
    /// Gives the condition on a converted value; `None` where every value of the column is one of the type.
    pub(crate) fn of(self, value: &str, to: &Field) -> Option<String> {
        let column = ColumnType::of(&to.kind).first().copied()?;
        let within = |limit: Option<Value>, sign: &str| {
            limit.map(|limit| format!("({value}) {sign} {}", literal(&limit, column, self.0)))
        };
        match &to.kind {
            FieldKind::Text { max_length: Some(max), .. } | FieldKind::LongText { max_length: Some(max) }
                if *max < LONGEST_WRITTEN =>
            {
                Some(format!("length({value}) <= {max}"))
            }
            _ => match self.of_flavour(value, to) {
                Some(condition) => Some(condition),
                None => {
                    let (least, greatest) = range(to);
                    let limits: Vec<String> =
                        [within(least, ">="), within(greatest, "<=")].into_iter().flatten().collect();
                    (!limits.is_empty()).then(|| limits.join(" AND "))
                }
            },
        }
    }

    /// Gives the condition on a text that becomes an address of mail, a number to call, a link or a colour: what
    /// `catalog::texts` says.
    pub(crate) fn of_flavour(self, value: &str, to: &Field) -> Option<String> {
        let name = to.type_name();
        if !matches!(to.kind, FieldKind::Email | FieldKind::Phone | FieldKind::Url | FieldKind::Color) {
            return None;
        }
        if self.0 == Dialect::Sqlite {
            return Some(format!("{}({}, {value})", function::TYPE_FITS, text(name)));
        }
        // Letters and blanks are those of Unicode by a collation of ICU alone.
        let is = |pattern: &str| format!("({value}) COLLATE \"und-x-icu\" ~ {}", text(pattern));
        let bytes = |of: &str, most: usize| format!("octet_length({of}) <= {most}");
        Some(match to.kind {
            FieldKind::Email => {
                let outside = r#"\s[:cntrl:]<>(),;:"\[\]\\@"#;
                let label = format!("[^{outside}.-][^{outside}.]*");
                let pattern = format!(r"^\s*[^{outside}]+@{label}(\.{label})+\s*$");
                let trimmed = format!("trim({value})");
                let local = bytes(&format!("split_part({trimmed}, '@', 1)"), 64);
                [is(&pattern), bytes(&trimmed, 254), local].join(" AND ")
            }
            FieldKind::Phone => {
                let digits = format!("length(regexp_replace({value}, '[^0-9]', '', 'g')) BETWEEN 3 AND 20");
                [is(r"^\s*[[:alnum:] +().,/#*;-]+\s*$"), format!("length(trim({value})) <= 50"), digits].join(" AND ")
            }
            FieldKind::Url => {
                let rest = r#"[^\s[:cntrl:]<>"]"#;
                let web = format!(r#"([hH][tT][tT][pP][sS]?|[fF][tT][pP])://[^\s[:cntrl:]<>"/]{rest}*"#);
                let other = format!("([mM][aA][iI][lL][tT][oO]|[tT][eE][lL]):{rest}+");
                [is(&format!(r"^\s*({web}|{other})\s*$")), bytes(&format!("trim({value})"), 2_048)].join(" AND ")
            }
            _ => format!("{value} ~ '^#[0-9a-fA-F]{{6}}$'"),
        })
    }
}

/// Gives the least and the greatest value that a field takes.
pub(crate) fn range(field: &Field) -> (Option<Value>, Option<Value>) {
    match &field.kind {
        FieldKind::Integer { min, max } => (min.map(Value::Integer), max.map(Value::Integer)),
        FieldKind::Rating { max } => (Some(Value::Integer(1)), Some(Value::Integer(i64::from(*max)))),
        FieldKind::Decimal { min, max, .. } | FieldKind::Money { min, max, .. } => {
            (min.map(Value::Decimal), max.map(Value::Decimal))
        }
        _ => (None, None),
    }
}
