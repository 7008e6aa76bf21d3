//! What SQLite lacks, registered on each connection: the language's order of texts, Unicode case, exact decimals, dates.
//!
//! The one module with `unsafe`: SQLite takes functions as C callbacks and sqlx has no door for them. The functions
//! themselves, in the files below, are safe Rust over [`Argument`] and [`Answer`].
#![expect(unsafe_code, reason = "the C interface of SQLite, see the comments at each block")]

mod aggregate;
mod arithmetic;
mod dates;
mod exact;
mod library;
mod texts;

use std::ffi::{CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use libsqlite3_sys as ffi;
use sqlx::sqlite::LockedSqliteHandle;

use aggregate::Sum;

/// An argument of a function; a REAL is none, because nothing of ours takes one.
#[derive(Debug, Clone, Copy)]
enum Argument<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// The value of a function.
#[derive(Debug)]
enum Answer {
    Null,
    Integer(i64),
    Text(String),
    Number([u8; 16]),
    /// None: the statement fails.
    Unmet,
    /// None: there are more rows than there may be.
    TooMany,
}

/// A function of values alone: equal arguments give equal answers.
type Scalar = Box<dyn Fn(&[Argument<'_>]) -> Answer + Send + Sync>;

/// A function with its name and the count of its arguments.
struct Named {
    name: String,
    arguments: c_int,
    call: Scalar,
}

/// Longest value, in bytes, that a statement may compute or keep: texts doubled again and again must not take the memory of
/// the whole process.
const LONGEST: c_int = 64 << 20;

const FLAGS: c_int = ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC | ffi::SQLITE_INNOCUOUS;
/// Of the function that fails: one of always the same answer may run before it is asked.
const FLAGS_OF_UNMET: c_int = ffi::SQLITE_UTF8 | ffi::SQLITE_DIRECTONLY;

/// Most arguments a function of ours takes.
const MOST_ARGUMENTS: usize = 4;

/// Registers everything on a connection.
pub(crate) fn register(handle: &mut LockedSqliteHandle<'_>, language: &str) -> Result<(), sqlx::Error> {
    // SAFETY: the connection is open and locked.
    unsafe { ffi::sqlite3_limit(handle.as_raw_handle().as_ptr(), ffi::SQLITE_LIMIT_LENGTH, LONGEST) };
    let collation = expression::Collation::of(language);
    handle.create_collation(sql::order::SQLITE_COLLATION, move |left, right| collation.compare(left, right))?;
    for named in texts::all(language)
        .into_iter()
        .chain(arithmetic::all())
        .chain(dates::all())
        .chain(exact::all())
        .chain(library::all())
    {
        register_scalar(handle, named, FLAGS)?;
    }
    // What a bundle calls when something it presumed is not so.
    register_scalar(handle, named(sql::function::ROWS_AT_MOST, 2, at_most), FLAGS_OF_UNMET)?;
    register_scalar(handle, named("verstak_unmet", 0, |_| Answer::Unmet), FLAGS_OF_UNMET)?;
    for (name, last) in aggregate::ALL {
        register_aggregate(handle, name, *last)?;
    }
    Ok(())
}

fn at_most(arguments: &[Argument<'_>]) -> Answer {
    match arguments {
        [Argument::Integer(number), Argument::Integer(most)] if number <= most => Answer::Integer(1),
        _ => Answer::TooMany,
    }
}

fn named(
    name: impl Into<String>,
    arguments: c_int,
    call: impl Fn(&[Argument<'_>]) -> Answer + Send + Sync + 'static,
) -> Named {
    Named { name: name.into(), arguments, call: Box::new(call) }
}

fn register_scalar(handle: &mut LockedSqliteHandle<'_>, function: Named, flags: c_int) -> Result<(), sqlx::Error> {
    let name = CString::new(function.name.as_str()).expect("names of functions have no NUL");
    let call: *mut Scalar = Box::into_raw(Box::new(function.call));
    // SAFETY: the handle is locked, so no other thread uses the connection; the box lives until SQLite calls
    // `drop_scalar`, which it does when the connection closes and also when this call fails.
    let code = unsafe {
        ffi::sqlite3_create_function_v2(
            handle.as_raw_handle().as_ptr(),
            name.as_ptr(),
            function.arguments,
            flags,
            call.cast::<c_void>(),
            Some(call_scalar),
            None,
            None,
            Some(drop_scalar),
        )
    };
    checked(code, &function.name)
}

fn register_aggregate(
    handle: &mut LockedSqliteHandle<'_>,
    name: &'static str,
    last: aggregate::Last,
) -> Result<(), sqlx::Error> {
    let c_name = CString::new(name).expect("names of functions have no NUL");
    // SAFETY: the handle is locked; the user data is a function pointer, which needs no destructor.
    let code = unsafe {
        ffi::sqlite3_create_function_v2(
            handle.as_raw_handle().as_ptr(),
            c_name.as_ptr(),
            1,
            FLAGS,
            last as *mut c_void,
            None,
            Some(step_aggregate),
            Some(end_aggregate),
            None,
        )
    };
    checked(code, name)
}

fn checked(code: c_int, name: &str) -> Result<(), sqlx::Error> {
    match code {
        ffi::SQLITE_OK => Ok(()),
        code => Err(sqlx::Error::Protocol(format!("SQLite refused the function {name}: {code}"))),
    }
}

unsafe extern "C" fn call_scalar(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the user data is the box of `register_scalar`, alive as long as the function is registered; the values
    // live for the length of this call.
    let answer = unsafe {
        let call = &*ffi::sqlite3_user_data(context).cast::<Scalar>();
        let mut arguments = [Argument::Null; MOST_ARGUMENTS];
        let count = usize::try_from(count).unwrap_or(0).min(MOST_ARGUMENTS);
        for (at, argument) in arguments.iter_mut().take(count).enumerate() {
            *argument = read(*values.add(at));
        }
        catch_unwind(AssertUnwindSafe(|| call(&arguments[..count])))
    };
    // SAFETY: the context is the one of this call.
    unsafe { write(context, answer.unwrap_or(Answer::Null)) }
}

unsafe extern "C" fn drop_scalar(call: *mut c_void) {
    // SAFETY: made by `Box::into_raw` in `register_scalar`; SQLite calls this once.
    drop(unsafe { Box::from_raw(call.cast::<Scalar>()) });
}

unsafe extern "C" fn step_aggregate(
    context: *mut ffi::sqlite3_context,
    _count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: SQLite gives zeroed memory, aligned to 8 bytes, which is a valid `Sum`; it is ours until the last call.
    unsafe {
        let sum = ffi::sqlite3_aggregate_context(context, size_of::<Sum>() as c_int).cast::<Sum>();
        if let Some(sum) = sum.as_mut() {
            sum.add(read(*values));
        }
    }
}

unsafe extern "C" fn end_aggregate(context: *mut ffi::sqlite3_context) {
    // SAFETY: as in `step_aggregate`; with size 0 the memory is NULL when there was no row. The user data is the function
    // pointer of `register_aggregate`.
    unsafe {
        let last = std::mem::transmute::<*mut c_void, aggregate::Last>(ffi::sqlite3_user_data(context));
        let sum = ffi::sqlite3_aggregate_context(context, 0).cast::<Sum>();
        write(context, last(sum.as_ref().unwrap_or(&Sum::NOTHING)));
    }
}

/// Reads an argument.
///
/// # Safety
/// The value must outlive `'a`, and nothing may convert it meanwhile.
unsafe fn read<'a>(value: *mut ffi::sqlite3_value) -> Argument<'a> {
    // SAFETY: the type is asked first, so that no call converts the value; text is asked for before its length.
    unsafe {
        match ffi::sqlite3_value_type(value) {
            ffi::SQLITE_INTEGER => Argument::Integer(ffi::sqlite3_value_int64(value)),
            ffi::SQLITE_TEXT => {
                let bytes = bytes(ffi::sqlite3_value_text(value), ffi::sqlite3_value_bytes(value));
                std::str::from_utf8(bytes).map_or(Argument::Null, Argument::Text)
            }
            ffi::SQLITE_BLOB => {
                let start = ffi::sqlite3_value_blob(value).cast::<u8>();
                Argument::Blob(bytes(start, ffi::sqlite3_value_bytes(value)))
            }
            _ => Argument::Null,
        }
    }
}

/// Makes a slice of what SQLite points to; an empty one has no address.
///
/// # Safety
/// `start` must point to `length` bytes that outlive `'a`, or be NULL.
unsafe fn bytes<'a>(start: *const u8, length: c_int) -> &'a [u8] {
    match usize::try_from(length) {
        // SAFETY: promised by the caller.
        Ok(length) if !start.is_null() => unsafe { std::slice::from_raw_parts(start, length) },
        _ => &[],
    }
}

/// Gives the answer to SQLite.
///
/// # Safety
/// The context must be the one of the running call.
unsafe fn write(context: *mut ffi::sqlite3_context, answer: Answer) {
    // SAFETY: SQLITE_TRANSIENT makes SQLite copy before we return.
    unsafe {
        match answer {
            Answer::Null => ffi::sqlite3_result_null(context),
            // No hook of ours refuses a commit, so that this code says nothing else.
            Answer::TooMany => ffi::sqlite3_result_error_code(context, ffi::SQLITE_CONSTRAINT_COMMITHOOK),
            Answer::Unmet => ffi::sqlite3_result_error_code(context, ffi::SQLITE_CONSTRAINT_FUNCTION),
            Answer::Integer(value) => ffi::sqlite3_result_int64(context, value),
            Answer::Text(text) => ffi::sqlite3_result_text64(
                context,
                text.as_ptr().cast::<c_char>(),
                text.len() as u64,
                ffi::SQLITE_TRANSIENT(),
                ffi::SQLITE_UTF8 as u8,
            ),
            Answer::Number(bytes) => {
                let length = c_int::try_from(bytes.len()).expect("sixteen");
                ffi::sqlite3_result_blob(context, bytes.as_ptr().cast::<c_void>(), length, ffi::SQLITE_TRANSIENT());
            }
        }
    }
}

impl<'a> Argument<'a> {
    fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn integer(self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(value) } else { None }
    }
}

impl From<Option<Answer>> for Answer {
    fn from(answer: Option<Answer>) -> Self {
        answer.unwrap_or(Self::Null)
    }
}

impl From<bool> for Answer {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}
