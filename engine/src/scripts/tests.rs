//! Tests of scripts: each on a workspace of its own, made of the documents alone, so that no data is touched.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use catalog::measure;
use diagnostic::Diagnostic;
use schemas::{Body, Document, ExpectedRecord, ScriptTest, TestAct, TestOutcome};
use serde_json::{Map, Value as Json};
use storage::internal::jobs as stored;
use uuid::Uuid;

use super::buttons::{self, Press};
use super::endpoints::{self, Asked};
use super::{after, scheduled};
use crate::jobs::{self, State};
use crate::measures::targets::TARGET;
use crate::publishing::drafts::Draft;
use crate::publishing::preview::preview;
use crate::records::command::identity;
use crate::{Actor, Config, Context, Count, Engine, Error, Locale, Request, SelectItem, publishing, records};

/// How one test went.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Name of the script.
    pub script: String,
    /// Name of the test.
    pub test: String,
    /// What is not as it must be; none when it passed.
    pub failures: Vec<Diagnostic>,
}

/// How long work after a save may take, in steps of [`PAUSE`].
const PATIENCE: usize = 400;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(25);
const FILE: &str = "verstak.db";

/// Runs the tests of the scripts as they are drawn, of one of them when it is named.
pub async fn of_draft(ctx: &Context, script: Option<&str>) -> Result<Vec<Tested>, Error> {
    ctx.designer()?;
    let draft = Draft::load(ctx).await?;
    let preview = preview(ctx, &draft).await?;
    if !preview.problems.is_empty() {
        return Err(Error::Invalid(preview.problems.clone()));
    }
    run(&preview.documents, &ctx.catalog().workspace.language, script).await
}

/// Runs the tests of the scripts among documents, of one of them when it is named. The documents are sound.
pub async fn run(documents: &[Document], language: &str, script: Option<&str>) -> Result<Vec<Tested>, Error> {
    let scripts = documents.iter().filter_map(|document| match &document.body {
        Body::Script(script) => Some(script),
        _ => None,
    });
    let wanted: Vec<_> =
        scripts.filter(|it| !it.tests.is_empty() && script.is_none_or(|name| it.name == name)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let folder = tempfile::tempdir().map_err(|error| unwritable(&error))?;
    let whole = folder.path().join("whole.db");
    prepare(&folder.path().join("base"), &whole, documents, language).await?;
    let mut tested = Vec::new();
    for script in wanted {
        for test in &script.tests {
            // A connection that goes late must not find the next test in the place of its own.
            let place = folder.path().join(tested.len().to_string());
            fs::create_dir_all(&place).map_err(|error| unwritable(&error))?;
            fs::copy(&whole, place.join(FILE)).map_err(|error| unwritable(&error))?;
            let engine = Engine::open(config(&place, language)).await?;
            let failures = one(&engine, &script.name, test).await;
            engine.close().await;
            tested.push(Tested { script: script.name.clone(), test: test.name.clone(), failures: failures? });
        }
    }
    Ok(tested)
}

fn unwritable(error: &std::io::Error) -> Error {
    Error::Internal(format!("a workspace for tests could not be made: {error}"), None)
}

fn config(folder: &Path, language: &str) -> Config {
    let key = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    Config {
        data: folder.to_owned(),
        secret_key: Some(key),
        language: Some(language.to_owned()),
        outbound_closed: true,
        ..Config::default()
    }
}

/// Makes a workspace of documents, without records, and writes it into a file.
async fn prepare(folder: &Path, whole: &Path, documents: &[Document], language: &str) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| unwritable(&error))?;
    let engine = Engine::open(config(folder, language)).await?;
    let made = async {
        let ctx = engine.system(access::Reason::Script);
        publishing::drafts::put(&ctx, documents.iter().map(|document| document.json.clone()).collect()).await?;
        let plan = publishing::plan(&ctx).await?;
        match publishing::publish(&ctx, &plan.plan_id, false, None).await? {
            publishing::Published::Revision(_) => Ok(()),
            publishing::Published::Job(job) => ended(&engine, job).await,
        }
    };
    let made = match made.await {
        Ok(()) => {
            let file = whole.display().to_string();
            engine.database().execute_outside(&[storage::examine::copy_into(&file)]).await.map_err(Error::from)
        }
        failed => failed,
    };
    engine.close().await;
    made
}

async fn ended(engine: &Engine, job: Uuid) -> Result<(), Error> {
    loop {
        match jobs::find(engine, job).await?.map(|job| job.state) {
            Some(State::Waiting | State::Running) => tokio::time::sleep(PAUSE).await,
            Some(State::Done) => return Ok(()),
            _ => return Err(Error::broken("the documents could not be published for tests")),
        }
    }
}

/// What a test has made so far, by name.
struct Trial {
    ctx: Context,
    known: Map<String, Json>,
    failures: Vec<Diagnostic>,
}

/// What came of an act.
#[derive(Default)]
struct Came {
    refused: Option<Vec<Diagnostic>>,
    message: Option<String>,
    status: Option<u16>,
    body: Option<Json>,
}

/// A document names a measure, whose target holds its identity.
fn by_identity(ctx: &Context, target: &mut Map<String, Json>) {
    let named = target.get_mut("measure");
    if let Some(named) = named
        && let Some(measure) = named.as_str().and_then(|name| measure::named(&ctx.catalog().measures, name))
    {
        *named = Json::from(measure.id.as_str());
    }
}

async fn one(engine: &Engine, script: &str, test: &ScriptTest) -> Result<Vec<Diagnostic>, Error> {
    let admin = acting(engine, &["administrator".to_owned()]).await?;
    let mut trial = Trial { ctx: admin, known: Map::new(), failures: Vec::new() };
    for (at, given) in test.given.iter().enumerate() {
        let mut values = trial.filled_all(&given.values);
        if given.entity == TARGET {
            by_identity(&trial.ctx, &mut values);
        }
        match records::create(&trial.ctx, &given.entity, values).await {
            Ok(saved) => {
                if let Some(name) = &given.known_as {
                    trial.knows(name, &given.entity, saved.id);
                }
            }
            Err(error) => {
                let mistakes = told(error)?;
                trial.failures.extend(mistakes.into_iter().map(|it| it.at(format!("/given/{at}"))));
                return Ok(trial.failures);
            }
        }
    }
    let by = if test.roles.is_empty() { trial.ctx.clone() } else { acting(engine, &test.roles).await? };
    let came = match trial.act(&by, script, &test.when).await {
        Ok(came) => came,
        Err(error) => Came { refused: Some(told(error)?), ..Came::default() },
    };
    settle(engine, &mut trial.failures).await?;
    trial.judge(&came, &test.then).await?;
    Ok(trial.failures)
}

/// Somebody with roles.
async fn acting(engine: &Engine, roles: &[String]) -> Result<Context, Error> {
    let email = format!("{}@test.invalid", Uuid::now_v7().simple());
    let values = serde_json::json!({"email": email, "name": "Test", "roles": roles});
    let values = values.as_object().cloned().unwrap_or_default();
    let made = records::create(&engine.system(access::Reason::Script), "user", values).await?;
    let actor = Actor { user: made.id, roles: roles.to_vec() };
    Ok(engine.context(actor, Locale::of(&engine.catalog().workspace.language).unwrap_or_default()))
}

/// What people would be told of a refusal; a failure of the program itself goes on.
fn told(error: Error) -> Result<Vec<Diagnostic>, Error> {
    match error {
        Error::Invalid(all) | Error::Malformed(all) | Error::Conflict(all) => Ok(all),
        Error::Forbidden(one) | Error::NotFound(one) | Error::TooLarge(one) | Error::Unauthenticated(one) => {
            Ok(vec![one])
        }
        Error::StaleVersion { .. } => Ok(vec![Diagnostic::error("record.changed_meanwhile")]),
        other => Err(other),
    }
}

/// Waits until the work after saves is done.
async fn settle(engine: &Engine, failures: &mut Vec<Diagnostic>) -> Result<(), Error> {
    for kind in [after::JOB, scheduled::JOB] {
        let mut patience = PATIENCE;
        while patience > 0 && !engine.database().fetch(&stored::unfinished(kind)).await?.is_empty() {
            engine.jobs().wake();
            tokio::time::sleep(PAUSE).await;
            patience -= 1;
        }
        let rows = engine.database().fetch(&stored::newest(kind, 50)).await?;
        for job in rows.iter().filter_map(|row| jobs::job(row)).filter(|job| job.state != State::Done) {
            let codes: Vec<&str> = job.problems.iter().map(|problem| problem.code.as_str()).collect();
            let message = job.problems.iter().find_map(|problem| problem.arguments.get("message"));
            let failed = Diagnostic::error("test.work_failed").with("codes", codes.join(", "));
            failures.push(failed.with_some("message", message).at("/when"));
        }
    }
    Ok(())
}

impl Trial {
    fn knows(&mut self, name: &str, entity: &str, id: Uuid) {
        self.known.insert(name.to_owned(), serde_json::json!({"entity": entity, "id": id.to_string()}));
    }

    /// Puts identities in the places of names.
    fn filled(&self, json: &Json) -> Json {
        match json {
            Json::String(text) => {
                let known = text.strip_prefix('$').and_then(|name| self.known.get(name));
                known.map_or_else(|| json.clone(), |known| known["id"].clone())
            }
            Json::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Json::Object(members) => Json::Object(self.filled_all(members)),
            other => other.clone(),
        }
    }

    fn filled_all(&self, values: &Map<String, Json>) -> Map<String, Json> {
        values.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect()
    }

    /// The entity and identity of a record by its name.
    fn record(&self, name: &str) -> Result<(String, Uuid), Error> {
        let known = name.strip_prefix('$').and_then(|name| self.known.get(name));
        let known =
            known.and_then(|known| Some((known["entity"].as_str()?.to_owned(), identity(known["id"].as_str()?)?)));
        let nearest = schemas::suggest::nearest(name.trim_start_matches('$'), self.known.keys().map(String::as_str));
        let nearest = nearest.map(|name| format!("${name}"));
        let unknown = || Diagnostic::error("test.unknown_record").with("found", name).with_some("nearest", nearest);
        known.ok_or_else(|| Error::Invalid(vec![unknown().at("/when/record")]))
    }

    async fn version(&self, entity: &str, id: Uuid) -> Result<i64, Error> {
        let select = Some(vec![SelectItem::Path("version".to_owned())]);
        let found = records::get(&self.ctx, entity, id, select).await?;
        Ok(serde_json::from_str::<Json>(&found).ok().and_then(|record| record["version"].as_i64()).unwrap_or(1))
    }

    async fn act(&mut self, by: &Context, script: &str, act: &TestAct) -> Result<Came, Error> {
        match act {
            TestAct::Create { entity, values } => {
                let made = records::create(by, entity, self.filled_all(values)).await?;
                self.knows("made", entity, made.id);
            }
            TestAct::Update { record, values } => {
                let (entity, id) = self.record(record)?;
                let version = self.version(&entity, id).await?;
                records::update(by, &entity, id, self.filled_all(values), Some(version)).await?;
            }
            TestAct::Delete { record } => {
                let (entity, id) = self.record(record)?;
                records::delete(by, &entity, id, None).await?;
            }
            TestAct::Press { button, record, parameters } => {
                let (entity, id) = self.record(record)?;
                let (script, button) = (script.to_owned(), button.clone());
                let press =
                    Press { entity, script, button, records: vec![id], parameters: self.filled_all(parameters) };
                let pressed = buttons::press(by, &press).await?;
                if let Some((entity, id)) = &pressed.open {
                    self.knows("made", entity, *id);
                }
                return Ok(Came { message: pressed.message, ..Came::default() });
            }
            TestAct::Call { method, path, query, body } => {
                let path = self.known.iter().fold(path.clone(), |path, (name, known)| {
                    path.replace(&format!("${name}"), known["id"].as_str().unwrap_or_default())
                });
                let (query, body) = (self.filled_all(query), self.filled(body));
                let answered =
                    endpoints::call(by, &Asked { method: method.as_str().to_owned(), path, query, body }).await?;
                return Ok(Came { status: Some(answered.status), body: Some(answered.body), ..Came::default() });
            }
            TestAct::Run { schedule } => {
                let all = &by.catalog().scripts.schedules;
                let found = all.iter().find(|it| it.called.script == script && it.name == *schedule);
                let unknown =
                    || Diagnostic::error("test.unknown_schedule").with("found", schedule).at("/when/schedule");
                let found = found.ok_or_else(|| Error::Invalid(vec![unknown()]))?.id.clone();
                let ctx = by.engine.system(access::Reason::Script);
                // The row is made when the schedule is first looked at.
                jobs::schedule::run(&ctx, &found).await?;
            }
        }
        Ok(Came::default())
    }

    async fn judge(&mut self, came: &Came, then: &TestOutcome) -> Result<(), Error> {
        match (&then.refused, &came.refused) {
            (None, None) => {}
            (None, Some(mistakes)) => self.failures.extend(mistakes.iter().cloned()),
            (Some(text), None) => {
                self.failures.push(Diagnostic::error("test.not_refused").with("expected", text).at("/then/refused"));
            }
            (Some(text), Some(mistakes)) => {
                let is_told = |mistake: &Diagnostic| {
                    mistake.code == text || mistake.arguments.values().any(|argument| argument.contains(text.as_str()))
                };
                if !mistakes.iter().any(is_told) {
                    let found: Vec<String> =
                        mistakes.iter().map(|mistake| mistake.to_string().trim().to_owned()).collect();
                    let other = Diagnostic::error("test.refused_otherwise").with("expected", text);
                    self.failures.push(other.with("found", found.join("; ")).at("/then/refused"));
                }
            }
        }
        if let Some(expected) = &then.message {
            self.compare("/then/message", &Json::from(expected.as_str()), &came.message.as_deref().into());
        }
        if let Some(expected) = then.status {
            self.compare("/then/status", &expected.into(), &came.status.into());
        }
        if let Some(expected) = &then.body {
            let (expected, found) = (self.filled(expected), came.body.clone().unwrap_or_default());
            self.compare("/then/body", &expected, &found);
        }
        for (at, expected) in then.records.iter().enumerate() {
            if let Err(error) = self.look(expected, &format!("/then/records/{at}")).await {
                let mistakes = told(error)?;
                self.failures.extend(mistakes.into_iter().map(|it| it.at(format!("/then/records/{at}"))));
            }
        }
        Ok(())
    }

    async fn look(&mut self, expected: &ExpectedRecord, place: &str) -> Result<(), Error> {
        let (entity, filter) = match (&expected.record, &expected.entity) {
            (Some(record), _) => {
                let (entity, id) = self.record(record)?;
                (entity, Some(format!("id == \"{id}\"")))
            }
            (None, Some(entity)) => (entity.clone(), expected.filter.clone()),
            (None, None) => return Err(Error::Invalid(vec![Diagnostic::error("test.no_records")])),
        };
        let filter = filter.map(|filter| {
            self.known
                .iter()
                .fold(filter, |filter, (name, known)| filter.replace(&format!("\"${name}\""), &known["id"].to_string()))
        });
        let paths = expected.values.keys().map(|path| SelectItem::Path(path.clone()));
        let select = Some(paths.chain([SelectItem::Path("id".to_owned())]).collect());
        let request = Request { select, filter, count: Count::Exact, limit: Some(100), ..Request::default() };
        let list = records::list(&self.ctx, &entity, request).await?;
        let count = list.count.unwrap_or(0);
        match expected.count {
            Some(wanted) => self.compare(&format!("{place}/count"), &wanted.into(), &count.into()),
            None if count == 0 => {
                self.failures.push(Diagnostic::error("test.nothing_found").with("entity", &entity).at(place));
            }
            None => {}
        }
        for item in &list.page.items {
            let item: Json = serde_json::from_str(item).unwrap_or_default();
            for (path, wanted) in &expected.values {
                let wanted = self.filled(wanted);
                self.compare(&format!("{place}/values/{path}"), &wanted, &item[path]);
            }
        }
        Ok(())
    }

    fn compare(&mut self, place: &str, expected: &Json, found: &Json) {
        if !is_same(expected, found) {
            let other = Diagnostic::error("test.another_value").with("expected", expected).with("found", found);
            self.failures.push(other.at(place));
        }
    }
}

/// Says whether a value is the expected one: numbers by what they are worth, links by their identity.
fn is_same(expected: &Json, found: &Json) -> bool {
    let number = |json: &Json| match json {
        Json::Number(number) => expression::Decimal::parse(&number.to_string()).ok(),
        Json::String(text) => expression::Decimal::parse(text).ok(),
        _ => None,
    };
    match (expected, found) {
        (Json::Number(_), _) => number(expected).is_some() && number(expected) == number(found),
        (Json::String(_), Json::Object(link)) if link.contains_key("id") => link["id"] == *expected,
        (Json::String(_), Json::String(_)) if expected != found => {
            number(expected).is_some() && number(expected) == number(found)
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.iter().all(|(name, value)| b.get(name).is_some_and(|found| is_same(value, found)))
        }
        _ => expected == found,
    }
}
