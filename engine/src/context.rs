//! The first argument of everything that touches data.

use std::sync::Arc;

use access::{Access, Actor, Clock, Reason};
use catalog::Catalog;
use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;
use diagnostic::Diagnostic;
use uuid::Uuid;

use crate::identity::Authenticated;
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
    /// The time zone in which `today()` is the date: the user's, else the workspace's.
    pub zone: Tz,
    /// How many scripts stand between whoever began it and this.
    pub(crate) depth: u8,
}

impl Context {
    /// The catalog of this request.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.access.catalog()
    }

    /// The date where the user is.
    pub(crate) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
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

    /// Refuses callers who may not do this to the whole workspace, in the words of a code.
    pub(crate) fn administers(&self, refusal: &'static str) -> Result<(), Error> {
        if self.access.rights().administer { Ok(()) } else { Err(Error::Forbidden(Diagnostic::error(refusal))) }
    }
}

impl Engine {
    /// Makes the context of one request of somebody recognised, over the catalog of this moment.
    pub fn context_of(&self, who: &Authenticated, locale: Locale) -> Context {
        self.context_in(who.actor.clone(), locale, who.zone)
    }

    /// Makes the context of one request of an authenticated actor in the time zone of the workspace.
    pub fn context(&self, actor: Actor, locale: Locale) -> Context {
        self.context_in(actor, locale, None)
    }

    /// Makes the context of one request of an authenticated actor in a time zone, else in that of the workspace.
    pub(crate) fn context_in(&self, actor: Actor, locale: Locale, zone: Option<Tz>) -> Context {
        let user = Some(actor.user);
        let (catalog, now) = (self.catalog(), self.now());
        let zone = zone.unwrap_or_else(|| zone_of(&catalog));
        let clock = clock_in(zone, now);
        Context {
            engine: self.clone(),
            access: Access::of(actor, catalog, clock),
            user,
            locale,
            now,
            origin: Origin::default(),
            zone,
            depth: 0,
        }
    }

    /// Makes a context of the engine itself, past the rights of people, for a stated reason.
    pub fn system(&self, reason: Reason) -> Context {
        let catalog = self.catalog();
        let zone = zone_of(&catalog);
        let access = Access::system(reason, catalog);
        let (locale, now, origin) = (Locale::default(), self.now(), Origin::default());
        Context { engine: self.clone(), access, user: None, locale, now, origin, zone, depth: 0 }
    }

    /// The moment, in whole milliseconds as the databases keep it.
    pub fn now(&self) -> DateTime<Utc> {
        now()
    }
}

/// The moment as it is in a time zone.
fn clock_in(zone: Tz, now: DateTime<Utc>) -> Clock {
    Clock { now, today: now.with_timezone(&zone).date_naive(), zone }
}

/// The moment where the workspace is, for what is the same for everybody.
pub(crate) fn clock_of(catalog: &Catalog, now: DateTime<Utc>) -> Clock {
    clock_in(zone_of(catalog), now)
}

/// The time zone of a workspace.
pub(crate) fn zone_of(catalog: &Catalog) -> Tz {
    catalog.workspace.time_zone.parse().unwrap_or(Tz::UTC)
}

/// The moment, in whole milliseconds.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
