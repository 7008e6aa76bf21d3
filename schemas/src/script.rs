//! The document of a script: rhai code, and when it runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Choice, Kind, Label};

/// Code that takes over where settings end: functions of rhai, and what calls them. A script without hooks, buttons,
/// endpoints and schedules is a library for other scripts to import, and for formulas to call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Script", extend("examples" = [{
    "kind": "script", "name": "discounts", "label": {"en": "Discounts", "ru": "Скидки"},
    "source": "fn apply(record, before) {\n    if record.amount > 100000 {\n        record.discount = 0.1;\n    }\n}\n",
    "hooks": [{"entity": "deal", "event": "before_save", "function": "apply"}]
}]))]
pub struct Script {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `script`.
    #[schemars(extend("const" = "script"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name by which other scripts import it.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["discounts"]))]
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Code in rhai. In a solution folder it stands in a file of its own, `scripts/NAME.rhai`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 262144))]
    pub source: String,
    /// With whose rights it reads and writes.
    #[serde(default, skip_serializing_if = "RunAs::is_caller")]
    pub run_as: RunAs,
    /// Hosts that its functions may ask over HTTPS, those of hooks within a save apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        inner(regex(pattern = "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")),
        extend("uniqueItems" = true, "examples" = [["api.example.com"]])
    )]
    pub hosts: Vec<String>,
    /// Functions that run when records are saved or deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Hook>,
    /// Functions that people call by a button.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Functions that other programs call over HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Endpoint>,
    /// Functions that run at set times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<Schedule>,
    /// Functions that formulas, rules, filters and other expressions may call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formulas: Vec<FormulaFunction>,
    /// What it must do, tried on a workspace of its own by `verstak test` and in Studio.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<ScriptTest>,
}

/// With whose rights a script reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunAs {
    /// Those of whoever makes it run.
    #[default]
    Caller,
    /// Those of the system, past the rights of people. The plan of a publish names it.
    System,
}

impl RunAs {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    fn is_caller(&self) -> bool {
        *self == Self::Caller
    }
}

/// A function that runs when a record of an entity is saved or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Hook", extend("examples" = [{"entity": "deal", "event": "before_save", "function": "apply"}]))]
pub struct Hook {
    /// Name of the entity.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// When it runs.
    pub event: HookEvent,
    /// The function of the source: it takes the record, and of a save also what the record was before, if it wants.
    #[schemars(length(min = 1, max = 100))]
    pub function: String,
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HookEvent {
    /// Before a record is written: the function may change its values and refuse it.
    BeforeSave,
    /// When all values are settled: the function may refuse the record.
    Validate,
    /// Before a record goes to the recycle bin: the function may refuse it.
    BeforeDelete,
    /// After the change has become true, as work of its own: what the function does can no longer refuse it.
    AfterSave,
}

impl HookEvent {
    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeSave => "before_save",
            Self::Validate => "validate",
            Self::BeforeDelete => "before_delete",
            Self::AfterSave => "after_save",
        }
    }
}

/// A function that people call by a button on a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Button", extend("examples" = [{
    "name": "win", "label": {"en": "Won", "ru": "Выиграна"}, "entity": "deal", "function": "win", "when": "stage != \"won\""
}]))]
pub struct Button {
    /// Name, unique in the script.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"))]
    pub name: String,
    /// What stands on the button.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the entity on whose records it is.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// The function of the source: it takes the record, and the parameters, if it wants.
    #[schemars(length(min = 1, max = 100))]
    pub function: String,
    /// Condition on the record under which there is the button; always without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub when: Option<String>,
    /// What people are asked for before it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// A question that people must answer with yes before it runs.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub confirm: Label,
    /// Whether it can also be pressed for the selected records of a list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_list: bool,
    /// Roles whose people have the button; everybody who may read the record when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<String>,
}

/// Something that people are asked for when they press a button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Parameter", extend("examples" = [{"name": "reason", "type": "text", "label": {"en": "Reason", "ru": "Причина"}, "required": true}]))]
pub struct Parameter {
    /// Name by which the function reads it: `parameters.reason`.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"))]
    pub name: String,
    /// What people read beside it.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Whether it must be given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What can be chosen. Only for `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Name of the entity whose record is chosen. Only for `link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub target: Option<String>,
}

/// Type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// A line of text.
    Text,
    /// Text of several lines.
    LongText,
    /// A whole number.
    Integer,
    /// An exact number.
    Decimal,
    /// Yes or no.
    Boolean,
    /// A date.
    Date,
    /// One of the choices.
    Choice,
    /// A record of an entity.
    Link,
}

/// A function that other programs call over HTTP, below `/api/x/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Endpoint", extend("examples" = [{"method": "POST", "path": "orders/{number}", "function": "receive"}]))]
pub struct Endpoint {
    /// How it is called.
    pub method: Method,
    /// Address below `/api/x/`; a part in braces is any text, which the function reads as `request.path.NAME`.
    #[schemars(
        regex(pattern = "^([a-z0-9_.-]{1,48}|\\{[a-z][a-z0-9_]{0,47}\\})(/([a-z0-9_.-]{1,48}|\\{[a-z][a-z0-9_]{0,47}\\})){0,7}$"),
        extend("examples" = ["orders/{number}"])
    )]
    pub path: String,
    /// The function of the source: it takes the request, and what it returns is the answer.
    #[schemars(length(min = 1, max = 100))]
    pub function: String,
    /// Roles whose people may call it; everybody who may use the workspace when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<String>,
}

/// A function that runs at set times, with the rights of the system: nobody asks for it. It needs `"run_as": "system"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Schedule", extend("examples" = [{"name": "nightly", "cron": "0 3 * * *", "function": "clean_up"}]))]
pub struct Schedule {
    /// Name, unique in the script.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"))]
    pub name: String,
    /// When it runs, in the time zone of the workspace: minute, hour, day of the month, month, day of the week.
    #[schemars(length(min = 1, max = 200), extend("examples" = ["0 3 * * *"]))]
    pub cron: String,
    /// The function of the source; it takes nothing.
    #[schemars(length(min = 1, max = 100))]
    pub function: String,
}

/// A function that expressions may call by the name of the script and its own: `pricing::margin(amount, cost)`. Its body must
/// be an expression, with names for values on the way and choices as statements if it wants; it is computed wherever the
/// expression is, by the database, in the browser and in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "FormulaFunction", extend("examples" = [{
    "function": "margin", "returns": "decimal",
    "parameters": [{"name": "amount", "type": "decimal"}, {"name": "cost", "type": "decimal"}]
}]))]
pub struct FormulaFunction {
    /// Identity, given by the server when absent. The same id with another function is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// The function of the source.
    #[schemars(length(min = 1, max = 100))]
    pub function: String,
    /// What it takes, in the order of the source and under the same names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<FormulaParameter>,
    /// Type of its value.
    pub returns: FormulaType,
    /// What it is for: people read it where they choose functions.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub help: Label,
}

/// Something that a function takes of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "FormulaParameter", extend("examples" = [{"name": "amount", "type": "decimal"}]))]
pub struct FormulaParameter {
    /// Name, as in the source.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: FormulaType,
}

/// Type of a value in expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormulaType {
    /// A text, the value of a choice among them.
    Text,
    /// A whole number.
    Integer,
    /// An exact number, money and percentages among them; a whole one is taken as well.
    Decimal,
    /// Yes or no.
    Boolean,
    /// A date.
    Date,
    /// A date with a time.
    Datetime,
    /// A time of the day.
    Time,
    /// A length of time.
    Duration,
}

/// What must come of something, given some records. `"$name"` in values stands for the record made under that name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "ScriptTest", extend("examples" = [{
    "name": "a large deal is refused", "given": [{"as": "acme", "entity": "company", "values": {"name": "Acme"}}],
    "when": {"do": "create", "entity": "deal", "values": {"title": "Big", "amount": 5000, "company": "$acme"}},
    "then": {"refused": "Too much", "records": [{"entity": "deal", "count": 0}]}
}]))]
pub struct ScriptTest {
    /// What it shows, in a sentence.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Records that are there, made in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenRecord>,
    /// What is done.
    pub when: TestAct,
    /// Roles of whoever does it; an administrator when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What must come of it.
    #[serde(default)]
    pub then: TestOutcome,
}

/// A record that is there before a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "GivenRecord", extend("examples" = [{"as": "acme", "entity": "company", "values": {"name": "Acme"}}]))]
pub struct GivenRecord {
    /// Name by which the rest of the test speaks of it, after `$`.
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"))]
    pub known_as: Option<String>,
    /// Name of the entity.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// Its values.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
}

/// What a test does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(title = "TestAct", transform = described, extend("examples" = [{"do": "press", "button": "win", "record": "$deal"}]))]
pub enum TestAct {
    /// Makes a record, known as `$made` afterwards.
    Create {
        /// Name of the entity.
        entity: String,
        /// Its values.
        #[serde(default)]
        values: Map<String, Value>,
    },
    /// Changes a record.
    Update {
        /// The record, as `$name`.
        record: String,
        /// Its new values.
        values: Map<String, Value>,
    },
    /// Sends a record to the recycle bin.
    Delete {
        /// The record, as `$name`.
        record: String,
    },
    /// Presses a button of the script.
    Press {
        /// Name of the button.
        button: String,
        /// The record, as `$name`.
        record: String,
        /// What it asks for.
        #[serde(default)]
        parameters: Map<String, Value>,
    },
    /// Calls an address below `/api/x/`.
    Call {
        /// How it is called.
        method: Method,
        /// The address.
        path: String,
        /// What stands behind the question mark.
        #[serde(default)]
        query: Map<String, Value>,
        /// The body.
        #[serde(default)]
        body: Value,
    },
    /// Runs a schedule of the script.
    Run {
        /// Name of the schedule.
        schedule: String,
    },
}

/// Says of the word that tells the acts of a test apart what it is, for editors.
fn described(schema: &mut schemars::Schema) {
    let acts = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for act in acts.into_iter().flatten() {
        act["properties"]["do"]["description"] = Value::from("What is done.");
    }
}

/// What must come of a test; what is absent may be anything. Without `refused` it must not be refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "TestOutcome", extend("examples" = [{"message": "Won", "records": [{"record": "$deal", "values": {"stage": "won"}}]}]))]
pub struct TestOutcome {
    /// It is refused, and this stands in what is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What a button tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Status that an address answers with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Body that an address answers with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Records as they must be afterwards, hooks after saves included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<ExpectedRecord>,
}

/// A record, or how many there are, after a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "ExpectedRecord", extend("examples" = [{"entity": "task", "filter": "title == \"Call\"", "count": 1}]))]
pub struct ExpectedRecord {
    /// The record, as `$name`; else those of `entity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Name of the entity whose records are looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// A condition on them; `$name` inside a text stands for a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// How many there must be; at least one when values are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Values by path that each of them must have.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
}

/// Method of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// It reads.
    Get,
    /// It makes something.
    Post,
    /// It puts something in a place.
    Put,
    /// It changes something.
    Patch,
    /// It removes something.
    Delete,
}

impl Method {
    /// The word of HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}
