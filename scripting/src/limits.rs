//! What a script may use up. Sizes count nested content; time is the host's to measure.

use std::cell::Cell;

use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Position};

/// Limits of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the interpreter.
    pub operations: u64,
    /// Calls within calls.
    pub calls: usize,
    /// Nesting of an expression.
    pub depth: usize,
    /// Nesting of an expression inside a function or closure.
    pub function_depth: usize,
    /// Bytes of a text.
    pub text: usize,
    /// Items of an array.
    pub array: usize,
    /// Keys of a map.
    pub map: usize,
    /// Variables at once.
    pub variables: usize,
    /// Functions a script may define.
    pub functions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 200_000,
            calls: 32,
            depth: 128,
            function_depth: 96,
            text: 64 * 1024,
            array: 10_000,
            map: 5_000,
            variables: 256,
            functions: 64,
        }
    }
}

/// Bytes that the variables of one function may hold, about. rhai looks at the size of what a function gives and of what a
/// variable is given, and not at a map or list that grows an item at a time.
const HELD: usize = 8 << 20;
/// What a value takes beside the bytes of a text.
const VALUE: usize = 64;
/// Uses of variables between two looks.
const USES: u32 = 256;

thread_local! {
    static USED: Cell<u32> = const { Cell::new(0) };
}

/// Looks from time to time, when a variable is used, how much all of them hold.
pub(crate) fn check_held(context: &EvalContext<'_, '_, '_, '_, '_, '_>) -> Result<(), Box<EvalAltResult>> {
    let used = USED.get().wrapping_add(1);
    USED.set(used);
    if !used.is_multiple_of(USES) {
        return Ok(());
    }
    let mut left = HELD;
    let fits = context.scope().iter_raw().all(|(_, _, value)| take(value, &mut left))
        && context.this_ptr().is_none_or(|value| take(value, &mut left));
    if fits { Ok(()) } else { Err(EvalAltResult::ErrorDataTooLarge("memory".to_owned(), Position::NONE).into()) }
}

/// Takes the size of a value off what is left; says whether it was enough.
fn take(value: &Dynamic, left: &mut usize) -> bool {
    let mut size = VALUE;
    if let Ok(text) = value.as_immutable_string_ref() {
        size += text.len();
    }
    let Some(rest) = left.checked_sub(size) else { return false };
    *left = rest;
    if let Ok(items) = value.as_array_ref() {
        return items.iter().all(|item| take(item, left));
    }
    if let Ok(map) = value.as_map_ref() {
        return map.iter().all(|(_, value)| take(value, left));
    }
    true
}

impl Limits {
    pub(crate) fn apply(&self, engine: &mut Engine) {
        engine
            .set_max_operations(self.operations)
            .set_max_call_levels(self.calls)
            .set_max_expr_depths(self.depth, self.function_depth)
            .set_max_string_size(self.text)
            .set_max_array_size(self.array)
            .set_max_map_size(self.map)
            .set_max_variables(self.variables)
            .set_max_functions(self.functions)
            .set_max_modules(0);
    }
}
