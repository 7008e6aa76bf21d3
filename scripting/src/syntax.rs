//! Where the language differs from plain rhai: conditions may be empty, and a condition chooses a value.
//!
//! rhai refuses `()` before `&&`, after `||` and in `if`. Here `&&`, `||` and `??` are operators of the library with
//! rhai's precedences, and `if` is a syntax of the host; all are written as ever.

use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Expression, ImmutableString, ParseError};

use crate::native::Native;

/// Symbols of rhai that scripts do not have.
pub(crate) const DISABLED: &[&str] = &[
    "eval",
    "import",
    "export",
    "print",
    "debug",
    "Fn",
    "call",
    "curry",
    "type_of",
    "is_def_fn",
    "is_def_var",
    "is_shared",
];

/// What expressions do not have and scripts do: other scripts, and calling what a variable holds.
const OF_SCRIPTS: &[&str] = &["import", "call"];

/// Sets the syntax of expressions up.
pub(crate) fn install(engine: &mut Engine) {
    for symbol in DISABLED {
        engine.disable_symbol(*symbol);
    }
    choices(engine);
}

/// Sets the syntax of scripts up.
pub(crate) fn install_for_scripts(engine: &mut Engine) {
    for symbol in DISABLED.iter().filter(|symbol| !OF_SCRIPTS.contains(symbol)) {
        engine.disable_symbol(*symbol);
    }
    choices(engine);
}

fn choices(engine: &mut Engine) {
    for (symbol, precedence) in [("||", 30), ("&&", 60), ("??", 135)] {
        engine.disable_symbol(symbol);
        engine.register_custom_operator(symbol, precedence).expect("the symbol is disabled");
    }
    engine.disable_symbol("if");
    engine.register_custom_operator("if", 1).expect("the word is disabled");
    engine.register_custom_syntax_with_state_raw("if", next_part, false, choose);
}

/// Says what follows in `if a { b } else if c { d } else { e }`.
fn next_part(
    parts: &[ImmutableString],
    look_ahead: &str,
    _: &mut Dynamic,
) -> Result<Option<ImmutableString>, ParseError> {
    Ok(match parts.last().map(ImmutableString::as_str) {
        Some("if") => Some("$expr$".into()),
        Some("$expr$") if parts.len() == 2 => Some("$block$".into()),
        Some("$block$") if parts.len() == 3 && look_ahead == "else" => Some("else".into()),
        Some("else") if look_ahead == "if" => Some("$expr$".into()),
        Some("else") => Some("$block$".into()),
        _ => None,
    })
}

fn choose(
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    parts: &[Expression<'_>],
    _: &Dynamic,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let condition = context.eval_expression_tree(&parts[0])?;
    let branch = if let Native::Boolean(true) = Native::of(&condition) { parts.get(1) } else { parts.get(2) };
    branch.map_or(Ok(Dynamic::UNIT), |branch| context.eval_expression_tree(branch))
}

/// Gives the value of a variable. What a closure captures is copied: rhai would share it and then refuse to read a
/// record while one of its relations is being walked.
pub(crate) fn variable(name: &str, context: &EvalContext<'_, '_, '_, '_, '_, '_>) -> Option<Dynamic> {
    context.scope().get(name).map(Dynamic::flatten_clone)
}
