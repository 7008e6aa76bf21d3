//! One run of a function, from its turn to what it leaves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use access::{Access, Reason};
use catalog::script::{Called, RunAs};
use diagnostic::{Diagnostic, Position};
use scripting::{Argument, Failure, FailureKind, World};
use serde_json::{Map, Value as Json};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::budget::Budget;
use super::elsewhere::{self, Egress};
use super::reading;
use super::session::{Inquiry, Pending, Reply, Session, State, Subject};
use crate::records::unit_of_work::UnitOfWork;
use crate::{Context, Error};

/// How deep what scripts do may call scripts again.
pub(super) const DEEPEST: u8 = 8;

/// What a run left.
pub(super) struct Ran {
    /// What the function returned.
    pub(super) value: Json,
    /// What it wants done, in order.
    pub(super) pending: Vec<Pending>,
    /// New values of the record that a hook is about, as written.
    pub(super) changes: Map<String, Json>,
    /// Lines it wrote.
    pub(super) log: Vec<String>,
    /// Steps it made.
    pub(super) steps: u64,
    /// Milliseconds it took, the database included.
    pub(super) took: u64,
}

/// What a function is called with.
pub(super) struct Call<'a> {
    /// The function.
    pub(super) called: &'a Called,
    /// What it is given; it takes as many as it names.
    pub(super) arguments: Vec<Argument>,
    /// The record that a hook is about.
    pub(super) subject: Option<Subject>,
    /// What it may use up.
    pub(super) budget: Budget,
    /// What it may ask of elsewhere.
    pub(super) egress: Egress,
}

/// The rights with which a function runs, for whoever makes it run.
pub(super) fn rights(ctx: &Context, called: &Called) -> Context {
    match called.run_as {
        RunAs::Caller => ctx.clone(),
        RunAs::System => {
            let access = Access::system(Reason::Script, Arc::clone(ctx.catalog())).at(ctx.access.clock());
            Context { access, ..ctx.clone() }
        }
    }
}

/// Runs a function with the rights of a context made by [`rights`]; `ctx` is whoever makes it run.
pub(super) async fn run(
    ctx: &Context,
    rights: &Context,
    mut unit: Option<&mut UnitOfWork>,
    call: Call<'_>,
) -> Result<Ran, Error> {
    let called = call.called.clone();
    if ctx.depth > DEEPEST {
        let deep = Diagnostic::error("script.too_deep").with("script", &called.script).with("max", DEEPEST);
        return Err(Error::Invalid(vec![deep]));
    }
    let programs = ctx.catalog().scripts.programs.clone();
    let programs = programs.ok_or_else(|| Error::broken("a script of a revision without scripts"))?;
    let turn = Arc::new(Mutex::new(Some(ctx.engine.scripts().take(call.budget).await?)));
    let began = Instant::now();
    let (asks, mut asked) = mpsc::unbounded_channel();
    let session = Arc::new(Session::new(rights, asks, call.budget, call.subject));
    let (end, mut ended) = oneshot::channel();
    ctx.engine.scripts().threads().run(Box::new({
        let (called, turn) = (called.clone(), Arc::clone(&turn));
        move || {
            let world: Arc<dyn World> = Arc::clone(&session) as Arc<dyn World>;
            session.begin();
            let run = || programs.call(&called.script, &called.function, &call.arguments, &world);
            let done = catch_unwind(AssertUnwindSafe(run));
            let state = session.leave();
            // Its turn is over when its work is, whether or not anybody waits for it.
            drop(keep(&turn, None));
            drop(end.send((done, state)));
        }
    }))?;
    let (done, mut state) = loop {
        tokio::select! {
            biased;
            Some(ask) = asked.recv() => {
                let answer = match ask.inquiry {
                    Inquiry::Http(request) => {
                        // Others have its turn while it waits for elsewhere.
                        let away = ctx.engine.scripts().leave();
                        if away.is_some() {
                            drop(keep(&turn, None));
                        }
                        let answer = elsewhere::ask(rights, &called.script, call.egress, &request).await;
                        if away.is_some() {
                            keep(&turn, Some(ctx.engine.scripts().take(call.budget).await?));
                        }
                        answer.map(Reply::Http)
                    }
                    inquiry => reading::answer(rights, unit.as_deref_mut(), inquiry).await,
                };
                // A run that waits no longer has ended.
                drop(ask.reply.send(answer));
            }
            ended = &mut ended => match ended {
                Ok(ended) => break ended,
                Err(_) => return Err(Error::broken("a script ended without a word")),
            },
        }
    };
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match done {
        Ok(Ok(value)) => Ok(Ran {
            value,
            pending: std::mem::take(&mut state.pending),
            changes: std::mem::take(&mut state.changes),
            log: std::mem::take(&mut state.log),
            steps: state.steps,
            took,
        }),
        Ok(Err(failure)) => Err(told(ctx, &called, failure, state)),
        Err(_) => Err(Error::broken(format!("script {} panicked", called.script))),
    }
}

/// Puts another turn, or none, in the place of the one that a run has.
fn keep(
    turn: &Mutex<Option<OwnedSemaphorePermit>>,
    next: Option<OwnedSemaphorePermit>,
) -> Option<OwnedSemaphorePermit> {
    std::mem::replace(&mut turn.lock().unwrap_or_else(PoisonError::into_inner), next)
}

/// The code of a limit.
fn of_limit(word: &str) -> &'static str {
    match word {
        "steps" => "script.limit_steps",
        "calls" => "script.limit_calls",
        "size" => "script.limit_size",
        "variables" => "script.limit_variables",
        "modules" => "script.limit_modules",
        _ => "script.limit_time",
    }
}

/// Says why a run failed: to whoever made it run in words for them, to whoever may draw with its place and its reason.
fn told(ctx: &Context, called: &Called, failure: Failure, state: State) -> Error {
    if let Some(broken) = state.broken {
        return broken;
    }
    let document = format!("script/{}", failure.script);
    let label = ctx.catalog().scripts.named(&called.script).map(|script| script.label.0.clone());
    let about = |code: &'static str| {
        let about = Diagnostic::error(code).named("script", &called.script, &label.clone().unwrap_or_default());
        about.with("function", &called.function)
    };
    match failure.kind {
        FailureKind::Refused { field } => {
            let place = field.map(|field| format!("/{field}")).unwrap_or_default();
            Error::Invalid(vec![Diagnostic::error("script.refused").with("message", failure.message).at(place)])
        }
        FailureKind::Limit(word) => {
            tracing::warn!(script = called.script, function = called.function, limit = word, "a script was stopped");
            Error::Invalid(vec![about(of_limit(word))])
        }
        FailureKind::Malformed | FailureKind::Broken => {
            tracing::warn!(
                script = failure.script,
                function = called.function,
                line = failure.line,
                column = failure.column,
                message = failure.message,
                "a script failed"
            );
            if !ctx.access.rights().design {
                return Error::Invalid(vec![about("script.failed").with("line", failure.line)]);
            }
            let calls: Vec<&str> =
                std::iter::once(called.function.as_str()).chain(failure.calls.iter().map(String::as_str)).collect();
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            // What the workspace refused is told in its own words, after the place in the script.
            let refused = state.refused.into_iter().rev().find(|(words, _)| failure.message.contains(words.as_str()));
            let code = if refused.is_some() { "script.was_refused" } else { "script.broken" };
            let mut broken = about(code).in_document(document).at("/source").with("calls", calls.join(" > "));
            broken = broken.with("message", &failure.message).with("line", failure.line).with("column", failure.column);
            if failure.line > 0 {
                broken = broken.on(Position { line: number(failure.line), column: number(failure.column).max(1) });
            }
            let refused = refused.map(|(_, diagnostics)| diagnostics).unwrap_or_default();
            Error::Invalid(std::iter::once(broken).chain(refused).collect())
        }
    }
}
