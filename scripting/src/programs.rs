//! The scripts of one revision, compiled once and called many times.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use expression::{RecordRef, Value};
use rhai::packages::{BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, Package};
use rhai::{
    AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Map, Module, ModuleResolver, OptimizationLevel, Position,
    Scope, Shared,
};
use serde_json::Value as Json;

use crate::failure::{Failure, FailureKind};
use crate::native::{Record, Records, into_rhai};
use crate::world::{Ambient, World, current};
use crate::{Host, Limits, json, library, limits, literal, syntax};

/// Steps of the interpreter between two looks at the clock.
const LOOK: u64 = 128;
/// Scripts that one run may import.
const MODULES: usize = 32;

/// Compiled scripts, which import one another by name.
pub struct Programs {
    engine: Engine,
    host: Arc<dyn Host>,
    programs: BTreeMap<String, Program>,
}

/// One compiled script.
struct Program {
    ast: AST,
    /// What the compiler saw, where decimals are written as calls, and the places behind them.
    made: String,
    places: Vec<usize>,
}

/// A function of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Names of what it takes.
    pub parameters: Vec<String>,
}

/// What a function is given.
#[derive(Debug, Clone)]
pub enum Argument {
    /// A record.
    Record(RecordRef),
    /// Values by name; what is not among them is empty.
    Values(Vec<(String, Value)>),
    /// Anything else.
    Json(Json),
}

impl fmt::Debug for Programs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.programs.keys()).finish()
    }
}

impl Programs {
    /// Compiles scripts, given as name and source, for a workspace of a language. What is no rhai is left out and told.
    pub fn compile<'a>(
        language: &str,
        sources: impl IntoIterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> (Self, Vec<Failure>) {
        let host: Arc<dyn Host> = Arc::new(Ambient::new(language));
        let mut engine = engine(&host, limits);
        let (mut programs, mut failures) = (BTreeMap::new(), Vec::new());
        // Whatever else is no variable of the text is a mistake of the text.
        let mut known = Scope::new();
        known.push_constant("user", ());
        for (name, source) in sources {
            let (made, places) = literal::decimals_and_places(source);
            match engine.compile_with_scope(&known, &*made) {
                Ok(mut ast) => {
                    ast.set_source(name);
                    programs.insert(name.to_owned(), Program { ast, places, made: made.into_owned() });
                }
                Err(error) => {
                    let mut failure = Failure::of_text(name, &error);
                    replace(&mut failure, &made, &places);
                    failures.push(failure);
                }
            }
        }
        let asts = programs.iter().map(|(name, program)| (name.clone(), program.ast.clone()));
        engine.set_module_resolver(Libraries::of(asts.collect()));
        (Self { engine, host, programs }, failures)
    }

    /// Lists the names of the scripts that are rhai.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.programs.keys().map(String::as_str)
    }

    /// Says whether there is such a script.
    pub fn has(&self, script: &str) -> bool {
        self.programs.contains_key(script)
    }

    /// Lists the functions of a script that others may call; `None` when there is no such script.
    pub fn functions(&self, script: &str) -> Option<Vec<Function>> {
        let functions = self.programs.get(script)?.ast.iter_functions();
        let open = functions.filter(|function| function.access == rhai::FnAccess::Public);
        let shown = |function: rhai::ScriptFnMetadata<'_>| Function {
            name: function.name.to_owned(),
            parameters: function.params.iter().map(|name| (*name).to_owned()).collect(),
        };
        Some(open.map(shown).collect())
    }

    /// Calls a function of a script in a world, with as many of the arguments as it takes. The calling thread works until
    /// the function ends.
    pub fn call(
        &self,
        script: &str,
        function: &str,
        arguments: &[Argument],
        world: &Arc<dyn World>,
    ) -> Result<Json, Failure> {
        let unknown = |message: String| Failure::at(FailureKind::Broken, script, Position::NONE, message);
        let Some(program) = self.programs.get(script) else {
            return Err(unknown(format!("there is no script {script}")));
        };
        let takes = program.ast.iter_functions().find(|known| known.name == function).map(|known| known.params.len());
        let Some(takes) = takes else {
            return Err(unknown(format!("there is no function {function}")));
        };
        // A run of this thread may have been cut off.
        STEPS.set(0);
        IMPORTING.with_borrow_mut(Vec::clear);
        Ambient::within(Arc::clone(world), || {
            let given = arguments.iter().map(|argument| self.given(argument)).chain(std::iter::repeat(Dynamic::UNIT));
            let given: Vec<Dynamic> = given.take(takes).collect();
            let mut scope = Scope::new();
            let options = CallFnOptions::new().eval_ast(true);
            let ended: Result<Dynamic, _> =
                self.engine.call_fn_with_options(options, &mut scope, &program.ast, function, given);
            world.spent(STEPS.get());
            let ended = ended.and_then(|value| {
                let unshown = || EvalAltResult::from(format!("{function} returns what has no form outside of scripts"));
                json::to_json(&value).ok_or_else(|| unshown().into())
            });
            ended.map_err(|error| {
                let mut failure = Failure::of_run(script, *error);
                if let Some(program) = self.programs.get(&failure.script) {
                    replace(&mut failure, &program.made, &program.places);
                }
                failure
            })
        })
    }

    fn given(&self, argument: &Argument) -> Dynamic {
        match argument {
            Argument::Record(reference) => {
                Dynamic::from(Record { host: Arc::clone(&self.host), reference: reference.clone() })
            }
            Argument::Values(values) => {
                let values =
                    values.iter().map(|(name, value)| (name.as_str().into(), into_rhai(value.clone(), &self.host)));
                Dynamic::from(values.collect::<Map>())
            }
            Argument::Json(json) => json::from_json(json, &self.host),
        }
    }
}

/// Tells the place as the script was written.
fn replace(failure: &mut Failure, made: &str, places: &[usize]) {
    if failure.line > 0 {
        (failure.line, failure.column) = literal::written_at(made, places, failure.line, failure.column);
    }
}

/// rhai for scripts: the library of expressions, lists and maps, and the world.
fn engine(host: &Arc<dyn Host>, limits: &Limits) -> Engine {
    // INVARIANT: a raw engine knows no file, clock or output; everything it can do is in the library.
    let mut engine = Engine::new_raw();
    limits.apply(&mut engine);
    // Steps are counted by the world, as each way to run a script has its own measure.
    engine.set_max_operations(0);
    engine.set_max_modules(MODULES);
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_fast_operators(false);
    engine.set_strict_variables(true);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    engine.on_print(|_| ()).on_debug(|_, _, _| ());
    engine.on_progress(|steps| {
        STEPS.set(steps);
        let is_due = steps % LOOK == 0;
        let stop = if is_due { current().and_then(|world| world.spent(steps)) } else { None };
        stop.map(Dynamic::from)
    });
    let user = Arc::clone(host);
    #[expect(deprecated, reason = "rhai marks the call as volatile, not as deprecated")]
    engine.on_var(move |name, _, context| {
        limits::check_held(&context)?;
        let known = context.scope().get(name);
        // What a closure captures is copied: rhai would share it and then refuse to read a record while one of its relations
        // is being walked.
        let is_record = |value: &&Dynamic| {
            value.is_shared() && (value.flatten_clone().is::<Record>() || value.flatten_clone().is::<Records>())
        };
        Ok(match (name, known) {
            ("user", None) => Some(user.user().map_or(Dynamic::UNIT, |id| into_rhai(Value::Record(id), &user))),
            (_, known) => known.filter(is_record).map(Dynamic::flatten_clone),
        })
    });
    syntax::install_for_scripts(&mut engine);
    library::install(&mut engine, host);
    library::install_for_scripts(&mut engine, host);
    engine
}

/// The other scripts, by name.
struct Libraries {
    asts: HashMap<String, AST>,
    made: Mutex<HashMap<String, Shared<Module>>>,
}

impl Libraries {
    fn of(asts: HashMap<String, AST>) -> Self {
        Self { asts, made: Mutex::default() }
    }
}

thread_local! {
    /// Steps of the run of this thread.
    static STEPS: Cell<u64> = const { Cell::new(0) };
    /// Scripts whose import is under way.
    static IMPORTING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

impl ModuleResolver for Libraries {
    fn resolve(
        &self,
        engine: &Engine,
        _: Option<&str>,
        path: &str,
        place: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        if let Some(module) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(Shared::clone(module));
        }
        let Some(ast) = self.asts.get(path) else {
            return Err(EvalAltResult::ErrorModuleNotFound(path.to_owned(), place).into());
        };
        if IMPORTING.with_borrow(|importing| importing.iter().any(|name| name == path)) {
            let message = format!("script {path} imports itself by way of others");
            return Err(EvalAltResult::ErrorRuntime(message.into(), place).into());
        }
        IMPORTING.with_borrow_mut(|importing| importing.push(path.to_owned()));
        let module = Module::eval_ast_as_new(Scope::new(), ast, engine);
        IMPORTING.with_borrow_mut(Vec::pop);
        let module: Shared<Module> = module?.into();
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), Shared::clone(&module));
        Ok(module)
    }
}
