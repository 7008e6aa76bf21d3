//! Functions that run at set times: durable work with the rights of the system.

use access::Reason;
use catalog::script::{Called, RunAs};
use diagnostic::Diagnostic;
use serde_json::{Value as Json, json};

use super::apply::{self, Ending};
use super::budget::Budget;
use super::buttons::write;
use super::elsewhere::Egress;
use super::run::{Call, rights, run};
use crate::jobs::{Job, Progress};
use crate::{Context, Engine, Error};

/// Kind of the jobs that run a function at its time.
pub(crate) const JOB: &str = "scheduled_script";

/// What such a job is to run.
pub(crate) fn input(called: &Called) -> Json {
    json!({"script": called.script, "function": called.function})
}

/// Runs the function from its beginning: what a run writes becomes true with its end.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    let called = Called { script: text("script"), function: text("function"), run_as: RunAs::System };
    let called = &called;
    apply::again(|| async move {
        if progress.is_cancelled() {
            return Err(Error::Conflict(vec![Diagnostic::error("script.cancelled")]));
        }
        engine.follow().await?;
        once(&engine.system(Reason::Script), called).await
    })
    .await
}

async fn once(ctx: &Context, called: &Called) -> Result<Json, Error> {
    let rights = rights(ctx, called);
    let call = Call { called, arguments: Vec::new(), subject: None, egress: Egress::Any, budget: Budget::WORK };
    let ran = run(ctx, &rights, None, call).await?;
    let changed = write(&rights, &called.script, ran.pending, Ending::Kept).await?.len();
    Ok(json!({"records": changed, "changed": changed, "log": ran.log, "steps": ran.steps}))
}
