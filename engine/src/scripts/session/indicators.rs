//! Measures as a run asks for them.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{Decimal, Type, Value};
use scripting::{Measured, Refusal};
use serde_json::Value as Json;

use super::{Inquiry, Reply, Session};
use crate::measures::{Answer, Asked, Outcome, asked};
use crate::records::label;
use crate::{Context, Error};

impl Session {
    /// Computes one measure.
    pub(super) fn indicator(&self, name: &str, mut given: Json) -> Result<Measured, Refusal> {
        by_identity(&mut given);
        let asked = asked::one(name.to_owned(), given).map_err(|mistakes| self.refuse_all(mistakes))?;
        let mut found = self.computed(vec![asked], false)?;
        found.pop().ok_or_else(|| Refusal("the measure did not come".to_owned()))
    }

    /// Computes many together.
    pub(super) fn indicators(&self, mut given: Json) -> Result<Vec<Measured>, Refusal> {
        given.as_array_mut().into_iter().flatten().for_each(by_identity);
        let asked = asked::many(given).map_err(|mistakes| self.refuse_all(mistakes))?;
        self.computed(asked, true)
    }

    /// Each of them is a question of its own to the budget of the run.
    fn computed(&self, asked: Vec<Asked>, is_list: bool) -> Result<Vec<Measured>, Refusal> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let more = u32::try_from(asked.len() - 1).unwrap_or(u32::MAX);
        let mut state = self.state();
        state.questions = state.questions.saturating_add(more);
        drop(state);
        match self.ask(Inquiry::Measures(asked, is_list))? {
            Reply::Measures(answers) => Ok(answers.iter().map(|answer| measured(&self.ctx, answer)).collect()),
            _ => Err(Refusal("the measures did not come".to_owned())),
        }
    }
}

/// A person may be given as a record.
fn by_identity(given: &mut Json) {
    let person = given.get_mut("person");
    if let Some(person) = person
        && let Some(id) = person.get("id").filter(|id| id.is_string())
    {
        *person = id.clone();
    }
}

/// Takes the answers, or every mistake at its place: in a list by the number of the measure.
pub(in crate::scripts) fn all(outcomes: Vec<Outcome>, is_list: bool) -> Result<Vec<Answer>, Error> {
    let mut answers = Vec::with_capacity(outcomes.len());
    let (mut mistakes, mut broken) = (Vec::new(), None);
    for (at, outcome) in outcomes.into_iter().enumerate() {
        let here = |mut one: Diagnostic| {
            if is_list {
                one.place.pointer.insert_str(0, &format!("/{at}"));
            }
            one
        };
        match outcome {
            Ok(answer) => answers.push(answer),
            Err(error) => match &*error {
                Error::Invalid(found) | Error::Malformed(found) => mistakes.extend(found.iter().cloned().map(here)),
                Error::NotFound(found) => mistakes.push(here(found.clone().at("/name"))),
                _ => drop(broken.get_or_insert(error)),
            },
        }
    }
    match broken {
        // What several share is told by the first.
        Some(error) => Err(Arc::into_inner(error).unwrap_or_else(|| Error::broken("a measure could not be read"))),
        None if mistakes.is_empty() => Ok(answers),
        None => Err(Error::Invalid(mistakes)),
    }
}

fn measured(ctx: &Context, answer: &Answer) -> Measured {
    let number = |number: Option<Decimal>| number.map_or(Value::Empty, Value::Decimal);
    let whole = answer.value.filter(|_| answer.measure.ty == Type::Integer).map(Decimal::truncated);
    Measured {
        value: whole.map_or_else(|| number(answer.value), Value::Integer),
        target: number(answer.target),
        share: number(answer.share()),
        previous: number(answer.previous),
        change: number(answer.change()),
        days: answer.span.map(|span| (span.from, span.to)),
        status: answer
            .status()
            .map(|reached| (reached.color.clone(), label(&reached.label, ctx.locale).unwrap_or_default().to_owned())),
    }
}
