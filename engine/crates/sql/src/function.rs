//! Functions that `storage` registers on SQLite, so that it agrees with PostgreSQL and the evaluator.
//!
//! All give NULL for NULL. Dates are texts `YYYY-MM-DD`, instants are milliseconds since 1970, times `HH:MM:SS`.
//! The decimal and integer functions are in [`crate::number`].

/// Names a function of the library by its own name and the types it takes, `x_date_integer_integer_integer`: it takes one more
/// argument, the time zone that counts.
pub fn of_library(name: &str, parameters: &[expression::Type]) -> String {
    parameters.iter().fold(format!("x_{name}"), |name, parameter| format!("{name}_{}", parameter.name()))
}

/// `rows_at_most(number, most)`: 1, and a failure of the statement where the number is greater.
pub const ROWS_AT_MOST: &str = "rows_at_most";
/// What PostgreSQL answers where a row has a number that is too great: a count of no buckets, which nothing else asks for.
pub const TOO_MANY: &str = "2201G";

/// A condition that holds of rows up to a number, and fails the statement at the first one beyond.
pub fn at_most(number: sea_query::Expr, most: u32, dialect: crate::Dialect) -> sea_query::Expr {
    let text = match dialect {
        crate::Dialect::Sqlite => format!("{ROWS_AT_MOST}(?, {most})"),
        crate::Dialect::Postgres => {
            format!("width_bucket(1::float8, 0::float8, 2::float8, CASE WHEN $1 > {most} THEN 0 ELSE 1 END) > 0")
        }
    };
    sea_query::Expr::cust_with_exprs(text, [number])
}

/// `lower(text)`: Unicode, replaces SQLite's own.
pub const LOWER: &str = "lower";
/// `upper(text)`: Unicode, replaces SQLite's own.
pub const UPPER: &str = "upper";
/// `text_fold(text)`: the form in which texts are compared when case does not matter.
pub const TEXT_FOLD: &str = "text_fold";
/// `like_fold(text, part)`: 1 when `part` occurs in `text`, case ignored, taken literally; else 0.
pub const LIKE_FOLD: &str = "like_fold";
/// `text_len(text)`: characters.
pub const TEXT_LENGTH: &str = "text_len";
/// `text_sub(text, start, length)`: characters from 0; a negative start counts from the end; a NULL length is the rest.
pub const TEXT_SUB: &str = "text_sub";
/// `text_find(text, part)`: character index of the first occurrence, or -1.
pub const TEXT_FIND: &str = "text_find";
/// `text_trim(text)`: without Unicode white space at both ends.
pub const TEXT_TRIM: &str = "text_trim";
/// `text_starts(text, part)`: 1 or 0, exact.
pub const TEXT_STARTS: &str = "text_starts";
/// `text_ends(text, part)`: 1 or 0, exact.
pub const TEXT_ENDS: &str = "text_ends";
/// `text_contains(text, part)`: 1 or 0, exact.
pub const TEXT_CONTAINS: &str = "text_contains";
/// `text_compare(a, b)`: -1, 0 or 1 by the order of the workspace's language.
pub const TEXT_COMPARE: &str = "text_compare";
/// `type_fits(type, text)`: 1 when the text is an `email`, `phone`, `url` or `color` as saves take it, else 0.
pub const TYPE_FITS: &str = "type_fits";
/// `row_identity(text)`: an identity that is always the same of the same text.
pub const ROW_IDENTITY: &str = "row_identity";
/// What [`TYPE_FITS`] computes.
pub use catalog::texts::fits as type_fits;
/// `date_year(date)`.
pub const DATE_YEAR: &str = "date_year";
/// `date_month(date)`: 1 to 12.
pub const DATE_MONTH: &str = "date_month";
/// `date_day(date)`: 1 to 31.
pub const DATE_DAY: &str = "date_day";
/// `date_weekday(date)`: 1 for Monday to 7.
pub const DATE_WEEKDAY: &str = "date_weekday";
/// `date_make(year, month, day)`: NULL when there is no such date.
pub const DATE_MAKE: &str = "date_make";
/// `date_add_days(date, days)`.
pub const DATE_ADD_DAYS: &str = "date_add_days";
/// `date_add_months(date, months)`: the last day of the month when the day does not exist there.
pub const DATE_ADD_MONTHS: &str = "date_add_months";
/// `date_diff_days(a, b)`: days from `b` to `a`.
pub const DATE_DIFF_DAYS: &str = "date_diff_days";
/// `date_of_instant(milliseconds, zone)`: the date of an instant in an IANA time zone.
pub const DATE_OF_INSTANT: &str = "date_of_instant";
/// `time_of_instant(milliseconds, zone)`: the time of the day of an instant in an IANA time zone.
pub const TIME_OF_INSTANT: &str = "time_of_instant";
/// `instant_of(date, time, zone)`: the instant of a local date and time; the earlier one when it is twice.
pub const INSTANT_OF: &str = "instant_of";
/// `instant_text(milliseconds)`: `YYYY-MM-DDTHH:MM:SS.mmmZ`.
pub const INSTANT_TEXT: &str = "instant_text";
/// `date_parse(text)`: a date written as ISO text, else NULL.
pub const DATE_PARSE: &str = "date_parse";
/// `instant_parse(text)`: an instant written as RFC 3339 text, else NULL.
pub const INSTANT_PARSE: &str = "instant_parse";
/// `time_parse(text)`: a time written as `HH:MM` or `HH:MM:SS`, else NULL.
pub const TIME_PARSE: &str = "time_parse";
/// `int_parse(text)`: a whole number written in text, else NULL.
pub const INTEGER_PARSE: &str = "int_parse";
/// `uuid_parse(text)`: an id in its canonical form, else NULL.
pub const UUID_PARSE: &str = "uuid_parse";
