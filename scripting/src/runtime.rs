//! An engine of rhai with the library, the limits and nothing else.

use std::sync::Arc;

use expression::{RecordRef, Value};
use rhai::{Dynamic, Engine, OptimizationLevel, Scope};

use crate::native::{Record, from_rhai, into_rhai};
use crate::{Error, Host, Limits, library, literal, syntax};

/// rhai, ready to run.
pub struct Runtime {
    engine: Engine,
    host: Arc<dyn Host>,
}

impl Runtime {
    /// Sets rhai up for a host.
    pub fn new(host: Arc<dyn Host>, limits: &Limits) -> Self {
        // INVARIANT: a raw engine knows no file, clock or output; everything it can do is in the library.
        let mut engine = Engine::new_raw();
        limits.apply(&mut engine);
        engine.set_optimization_level(OptimizationLevel::None);
        engine.set_fast_operators(false);
        engine.set_strict_variables(false);
        engine.on_print(|_| ()).on_debug(|_, _, _| ());
        let clock = Arc::clone(&host);
        engine.on_progress(move |_| clock.expired().then_some(Dynamic::UNIT));
        #[expect(deprecated, reason = "rhai marks the call as volatile, not as deprecated")]
        engine.on_var(|name, _, context| Ok(syntax::variable(name, &context)));
        syntax::install(&mut engine);
        library::install(&mut engine, &host);
        Self { engine, host }
    }

    /// Computes an expression for a record, by rhai itself.
    pub fn evaluate(&self, text: &str, record: Option<&RecordRef>) -> Result<Value, Error> {
        let text = literal::decimals(text);
        let mut scope = Scope::new();
        if let Some(user) = self.host.user() {
            scope.push_dynamic("user", into_rhai(Value::Record(user), &self.host));
        }
        if let Some(record) = record {
            let record = Record { host: Arc::clone(&self.host), reference: record.clone() };
            for name in self.host.names(&record.reference.entity) {
                if let Some(value) = text.contains(&name).then(|| record.get(&name)).flatten() {
                    scope.push_dynamic(name, value);
                }
            }
        }
        let ast = self.engine.compile_expression_with_scope(&scope, &*text)?;
        let value: Dynamic = self.engine.eval_ast_with_scope(&mut scope, &ast)?;
        from_rhai(&value).ok_or_else(|| Error::Failed("the expression gives no value".to_owned()))
    }
}
