//! The first argument of everything that touches data.

use std::sync::Arc;

use access::{Access, Actor, Clock, Reason};
use catalog::Catalog;
use chrono::{DateTime, SubsecRound, Utc};
use diagnostic::Diagnostic;
use uuid::Uuid;

use crate::{Engine, Error};

/// Language of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Locale {
    /// The language's code in labels and texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// Finds the language of a code such as `ru` or `ru-RU`; `None` when the product does not speak it.
    pub fn of(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next() {
            Some("en") => Some(Self::En),
            Some("ru") => Some(Self::Ru),
            _ => None,
        }
    }
}

/// Who asks, over which catalog, with which rights, in which language, when. Made once a request.
#[derive(Clone)]
pub struct Context {
    /// The open workspace.
    pub engine: Engine,
    /// Rights of the actor; holds the catalog of this request.
    pub access: Access,
    /// The user that is written into `created_by` and the audit; `None` for the engine itself.
    pub user: Option<Uuid>,
    /// Language of messages.
    pub locale: Locale,
    /// The moment of the request.
    pub now: DateTime<Utc>,
}

impl Context {
    /// The catalog of this request.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.access.catalog()
    }

    /// The same request over the newest revision, when one was published meanwhile.
    pub(crate) async fn renewed(&self) -> Result<Self, Error> {
        self.engine.follow().await?;
        Ok(Self { access: self.access.over(self.engine.catalog()), ..self.clone() })
    }

    /// The user who asks; what people do to themselves is not for the engine.
    pub(crate) fn caller(&self) -> Result<Uuid, Error> {
        self.user.ok_or_else(|| Error::Unauthenticated(Diagnostic::error("auth.sign_in")))
    }

    /// Refuses callers who may not change metadata.
    pub(crate) fn designer(&self) -> Result<(), Error> {
        if self.access.rights().design { Ok(()) } else { Err(Error::Forbidden(Diagnostic::error("access.design"))) }
    }
}

impl Engine {
    /// Makes the context of one request of an authenticated actor, over the catalog of this moment.
    pub fn context(&self, actor: Actor, locale: Locale) -> Context {
        let user = Some(actor.user);
        let (catalog, now) = (self.catalog(), self.now());
        let clock = Clock { now, today: crate::records::today(&catalog, now) };
        Context { engine: self.clone(), access: Access::of(actor, catalog, clock), user, locale, now }
    }

    /// Makes a context of the engine itself, past the rights of people, for a stated reason.
    pub fn system(&self, reason: Reason) -> Context {
        let access = Access::system(reason, self.catalog());
        Context { engine: self.clone(), access, user: None, locale: Locale::default(), now: self.now() }
    }

    /// The moment, in whole milliseconds as the databases keep it.
    pub fn now(&self) -> DateTime<Utc> {
        now()
    }
}

/// The moment, in whole milliseconds.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
