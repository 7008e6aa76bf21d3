//! What a script may use up. Sizes count nested content; time is the host's to measure.

use rhai::Engine;

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
