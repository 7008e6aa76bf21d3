//! Scripts, and what calls their functions.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostic::{Diagnostic, Position};
use expression::{EntityId, Expr};
use schemas::suggest::nearest;
use schemas::{Choice, Label};
pub use schemas::{HookEvent, Method, ParameterType, RunAs};
use scripting::{Failure, Programs};

/// All scripts of one revision.
#[derive(Debug, Clone, Default)]
pub struct Scripts {
    /// The scripts, in the order of their names.
    pub all: Vec<Arc<Script>>,
    /// The same, compiled; `None` when there are none.
    pub programs: Option<Arc<Programs>>,
    /// What runs when records of an entity are saved or deleted, in the order of the scripts' names.
    pub(crate) hooks: HashMap<(EntityId, HookEvent), Vec<Arc<Hook>>>,
    /// Buttons, in the order of the scripts' names.
    pub buttons: Vec<Arc<Button>>,
    /// What programs call over HTTP.
    pub endpoints: Vec<Arc<Endpoint>>,
    /// What runs at set times.
    pub schedules: Vec<Arc<Schedule>>,
}

/// A script.
#[derive(Debug, Clone)]
pub struct Script {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Code as written.
    pub source: String,
    /// With whose rights it reads and writes.
    pub run_as: RunAs,
    /// Hosts that its functions may ask.
    pub hosts: Vec<String>,
}

/// A function of a script, with whose rights it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Name of the script.
    pub script: String,
    /// Name of the function.
    pub function: String,
    /// With whose rights it reads and writes.
    pub run_as: RunAs,
}

/// A function that runs when a record is saved or deleted.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The function.
    pub called: Called,
    /// Entity whose records it is about.
    pub entity: EntityId,
    /// When it runs.
    pub event: HookEvent,
}

/// A function that people call by a button.
#[derive(Debug, Clone)]
pub struct Button {
    /// Name, unique in the script.
    pub name: String,
    /// What stands on it.
    pub label: Label,
    /// The function.
    pub called: Called,
    /// Entity on whose records it is.
    pub entity: EntityId,
    /// Condition on the record; `None` for always.
    pub when: Option<Arc<Expr>>,
    /// The same as written.
    pub condition: Option<String>,
    /// What people are asked for.
    pub parameters: Vec<Parameter>,
    /// A question before it runs; empty for none.
    pub confirm: Label,
    /// Whether it can be pressed for the selected records of a list.
    pub on_list: bool,
    /// Roles whose people have it, by identity; none for everybody.
    pub roles: Vec<String>,
}

/// Something that people are asked for.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Type of the value.
    pub kind: ParameterType,
    /// Whether it must be given.
    pub required: bool,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Entity whose record is chosen.
    pub target: Option<EntityId>,
}

/// What stands in the places in braces of an address, each by its name.
pub type Places = Vec<(String, String)>;

/// A function that programs call over HTTP.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// How it is called.
    pub method: Method,
    /// Address below `/api/x/`, as written.
    pub path: String,
    /// The function.
    pub called: Called,
    /// Roles whose people may call it, by identity; none for everybody.
    pub roles: Vec<String>,
}

/// A function that runs at set times.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Identity: that of the script, and the name.
    pub id: String,
    /// Name, unique in the script.
    pub name: String,
    /// When it runs.
    pub cron: String,
    /// The function.
    pub called: Called,
}

impl Scripts {
    /// Finds a script by its name.
    pub fn named(&self, name: &str) -> Option<&Arc<Script>> {
        self.all.iter().find(|script| script.name == name)
    }

    /// Finds a script by its identity.
    pub fn with_id(&self, id: &str) -> Option<&Arc<Script>> {
        self.all.iter().find(|script| script.id == id)
    }

    /// Lists what runs for records of an entity at an event.
    pub fn hooks(&self, entity: &EntityId, event: HookEvent) -> &[Arc<Hook>] {
        if self.hooks.is_empty() {
            return &[];
        }
        self.hooks.get(&(entity.clone(), event)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Lists the buttons on records of an entity.
    pub fn buttons_on<'a>(&'a self, entity: &'a EntityId) -> impl Iterator<Item = &'a Arc<Button>> {
        self.buttons.iter().filter(move |button| button.entity == *entity)
    }

    /// Finds the endpoint that answers at an address below `/api/x/`, and what stands in the places in braces. An address
    /// without braces comes before one with them.
    pub fn endpoint(&self, method: &str, path: &str) -> Option<(&Arc<Endpoint>, Places)> {
        let here = self.endpoints.iter().filter(|endpoint| endpoint.method.as_str() == method);
        let fitting = here.filter_map(|endpoint| Some((endpoint, endpoint.places(path)?)));
        fitting.min_by_key(|(_, places)| places.len())
    }

    /// Lists the methods with which an address can be called.
    pub fn methods(&self, path: &str) -> Vec<&'static str> {
        let here = self.endpoints.iter().filter(|endpoint| endpoint.places(path).is_some());
        here.map(|endpoint| endpoint.method.as_str()).collect()
    }
}

impl Endpoint {
    fn places(&self, path: &str) -> Option<Places> {
        let (mut ours, mut theirs) = (self.path.split('/'), path.split('/'));
        let mut places = Vec::new();
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return Some(places),
                (Some(ours), Some(theirs)) => match ours.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) if !theirs.is_empty() => places.push((name.to_owned(), theirs.to_owned())),
                    None if ours == theirs => {}
                    _ => return None,
                },
                _ => return None,
            }
        }
    }
}

/// Says at its place in `/source` that a text is no script.
pub fn malformed(failure: &Failure) -> Diagnostic {
    let problem = Diagnostic::error("script.malformed").with("message", &failure.message);
    on(problem, failure.line, failure.column)
}

/// Tells of each `import` of a source that no script has the name of, at its place in `/source`.
pub fn unknown_imports(programs: &Programs, source: &str) -> Vec<Diagnostic> {
    let unknown = scripting::imports(source).into_iter().filter(|import| !programs.has(&import.name));
    let problem = |import: scripting::Import| {
        let near = nearest(&import.name, programs.names());
        let problem = Diagnostic::error("script.unknown_import").with("found", &import.name);
        on(problem.with_some("nearest", near), import.line, import.column)
    };
    unknown.map(problem).collect()
}

fn on(problem: Diagnostic, line: usize, column: usize) -> Diagnostic {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).max(1);
    let problem = problem.at("/source");
    if line == 0 { problem } else { problem.on(Position { line: number(line), column: number(column) }) }
}
