//! The first argument of everything that touches data.

use std::sync::Arc;

use access::{Access, Actor, Clock, Reason};
use catalog::Catalog;
use chrono::{DateTime, Duration, SubsecRound, Utc};
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

/// Where a request came from, and how surely it is the person's own.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Network address of the client.
    pub address: Option<Arc<str>>,
    /// When the person last proved who they are, in the session that asks; `None` where nobody could be asked: programs,
    /// the command line, the engine itself.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// How long a proof is good for acts that need one.
const PROOF: Duration = Duration::minutes(5);

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
    /// Where it came from.
    pub origin: Origin,
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

    /// The same request with where it came from.
    pub fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Refuses an act for which the person must have proved who they are a short time ago: whoever finds an open browser
    /// shall not get more than what is open.
    pub(crate) fn lately_confirmed(&self) -> Result<(), Error> {
        match self.origin.confirmed_at {
            Some(at) if self.now - at > PROOF => Err(Error::Unauthenticated(Diagnostic::error("reauth"))),
            _ => Ok(()),
        }
    }

    /// Refuses callers who may not administer.
    pub(crate) fn administrator(&self) -> Result<(), Error> {
        if self.access.rights().administer {
            Ok(())
        } else {
            Err(Error::Forbidden(Diagnostic::error("access.administrators_only")))
        }
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
        Context {
            engine: self.clone(),
            access: Access::of(actor, catalog, clock),
            user,
            locale,
            now,
            origin: Origin::default(),
        }
    }

    /// Makes a context of the engine itself, past the rights of people, for a stated reason.
    pub fn system(&self, reason: Reason) -> Context {
        let access = Access::system(reason, self.catalog());
        let (locale, now, origin) = (Locale::default(), self.now(), Origin::default());
        Context { engine: self.clone(), access, user: None, locale, now, origin }
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
