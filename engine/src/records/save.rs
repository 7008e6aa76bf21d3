//! The save pipeline: the steps by which records of one entity are made or changed, in order.
//!
//! [`prepare`] reads and judges and writes nothing, so that a batch or an import may go on gathering mistakes after the
//! first; [`apply`] writes. Both work on sets: one record is a set of one, an import's chunk a set of a thousand. Lines
//! of `children` fields are sets of their own inside that of their parents.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use access::{Grant, Operation};
use catalog::Entity;
use diagnostic::Diagnostic;
use query::Image;

use super::command::Command;
use super::lines::Children;
use super::unit_of_work::{Act, UnitOfWork};
use super::{
    conditions, defaults, duplicates, guards, leave, lines, load, numbers, references, relations, seal, targets,
    validate, write,
};
use crate::scripts::hooks;
use crate::{Context, Error};

/// Records of one entity saved together by one act.
pub(crate) struct Set {
    /// Leave to do it.
    pub(crate) grant: Grant,
    /// Whether they are made or changed.
    pub(crate) act: Act,
    /// What was asked.
    pub(crate) commands: Vec<Command>,
    /// Images before, one for each command; empty for new records.
    pub(crate) before: Vec<Image>,
    /// Images after, one for each command.
    pub(crate) after: Vec<Image>,
    /// Changed targets of `links` fields.
    pub(crate) links: relations::Changes,
    /// Lines that come, change and go with them.
    pub(crate) children: Children,
    /// What hooks want done beside them.
    pub(crate) follow: Vec<hooks::Follow>,
}

impl Set {
    /// A set of commands under a grant; its operation says whether they create.
    pub(crate) fn new(grant: Grant, commands: Vec<Command>) -> Self {
        let act = if grant.operation() == Operation::Create { Act::Create } else { Act::Update };
        Self {
            grant,
            act,
            commands,
            before: Vec::new(),
            after: Vec::new(),
            links: relations::Changes::default(),
            children: Children::default(),
            follow: Vec::new(),
        }
    }

    /// The entity of all records of the set.
    pub(crate) fn entity(&self) -> &Arc<Entity> {
        self.grant.entity()
    }

    /// Takes all mistakes, those of the lines included.
    pub(crate) fn take_mistakes(&mut self) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = self.commands.iter_mut().flat_map(Command::take_mistakes).collect();
        for set in self.children.sets_mut() {
            all.append(&mut set.take_mistakes());
        }
        all
    }
}

type Step<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Everything up to writing: what is wrong is left in the commands.
pub(crate) fn prepare<'a>(ctx: &'a Context, unit: &'a mut UnitOfWork, set: &'a mut Set) -> Step<'a> {
    Box::pin(async move {
        set.commands.iter_mut().for_each(Command::note_given);
        load::before_images(ctx, unit, set).await?;
        leave::before(ctx, unit, set).await?;
        references::resolve(ctx, unit, set).await?;
        defaults::fill(ctx, set);
        hooks::before_save(ctx, unit, set).await?;
        load::after_images(ctx, set);
        targets::complete(set);
        relations::changes(ctx, unit, set).await?;
        lines::prepare(ctx, unit, set).await?;
        guards::check_proof(ctx, set)?;
        guards::check_rights(ctx, set);
        validate::check(ctx, set);
        conditions::before(ctx, unit, set).await?;
        hooks::validate(ctx, unit, set).await?;
        if set.commands.iter().all(|command| command.mistakes.is_empty()) {
            leave::after(ctx, set)?;
        }
        conditions::foretell(ctx, unit, set).await?;
        Ok(())
    })
}

/// Writes a set without mistakes, with its lines, links, audit and messages.
pub(crate) fn apply<'a>(ctx: &'a Context, unit: &'a mut UnitOfWork, set: &'a mut Set) -> Step<'a> {
    Box::pin(async move {
        numbers::give(ctx, unit, set).await?;
        seal::hide_secrets(ctx, set)?;
        if unit.names_duplicates && set.commands.len() > 1 {
            duplicates::refuse(ctx, unit, set).await?;
        }
        write::rows(ctx, unit, set).await?;
        relations::write(ctx, unit, set).await?;
        guards::save_people(ctx, unit, set).await?;
        lines::apply(ctx, unit, set).await?;
        numbers::give_across(ctx, unit, set).await?;
        validate::check_across(ctx, unit, set).await?;
        leave::written(ctx, unit, set).await?;
        guards::check(ctx, unit, set.entity()).await?;
        write::note(ctx, unit, set);
        hooks::follow(ctx, unit, set).await?;
        unit.flush_when_many(ctx).await
    })
}

/// Prepares and, when nothing is wrong, applies; gives all mistakes otherwise.
pub(crate) async fn save(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    prepare(ctx, unit, set).await?;
    let mistakes = set.take_mistakes();
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    apply(ctx, unit, set).await
}
