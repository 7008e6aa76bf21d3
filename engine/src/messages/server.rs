//! The server that mail is sent by, which whoever runs the product names.

use std::error::Error as _;
use std::time::Duration;

use diagnostic::Diagnostic;
use lettre::message::Mailbox;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::outbound::Url;
use crate::{Config, Error};

/// Longest wait for one step of the talk with a server.
const STEP: Duration = Duration::from_secs(20);
/// Longest wait for all of it, a letter with its files included.
const WHOLE: Duration = Duration::from_secs(120);
/// Characters of what a server says that are kept.
const LONGEST: usize = 500;

/// The server, and whom mail is from.
pub(crate) struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    address: String,
}

/// Why a letter did not go, and whether it may go later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It may go later.
    Passing(Why),
    /// It never will.
    Final(Why),
}

/// Why a letter did not go: a choice of its field `reason`, which people read in their language, and what the server or the way
/// to it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why {
    pub(crate) reason: &'static str,
    pub(crate) words: String,
}

impl Why {
    /// A cause that is told by its choice alone.
    pub(crate) fn ours(reason: &'static str) -> Self {
        Self { reason, words: String::new() }
    }
}

impl Server {
    /// Reads the settings; `None` when no server is set.
    pub(crate) fn of(config: &Config) -> Result<Option<Self>, Error> {
        let set = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
        let Some(url) = set(&config.smtp_url) else { return Ok(None) };
        // The address is not repeated: it may hold a password.
        let wrong = || Error::Settings(Diagnostic::error("settings.smtp_url"));
        let mut url: Url = url.trim().parse().map_err(|_| wrong())?;
        let tls = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect::<Vec<_>>();
        let tls: Vec<(&str, &str)> = tls.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        match (url.scheme(), tls.as_slice()) {
            ("smtps", []) => {}
            ("smtp", [] | [("tls", "required")]) => url.set_query(Some("tls=required")),
            ("smtp", [("tls", "none")]) => url.set_query(None),
            _ => return Err(wrong()),
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return Err(wrong()) };
        let address = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let from = set(&config.mail_from).unwrap_or_default();
        let from = mailbox(&from)
            .ok_or_else(|| Error::Settings(Diagnostic::error("settings.mail_from").with("found", &from)))?;
        // Another part may have chosen already; either is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str()).map_err(|_| wrong())?;
        let builder = match url.path() {
            "" | "/" => builder.hello_name(ClientId::Domain(from.email.domain().to_owned())),
            _ => builder,
        };
        let transport = builder.timeout(Some(STEP)).build();
        Ok(Some(Self { transport, from, address }))
    }

    /// Whom mail is from.
    pub(crate) fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Hands a letter over.
    pub(crate) async fn send(&self, message: Message) -> Result<(), Fault> {
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Fault::Passing(Why::ours("no_answer"))),
        }
    }

    /// Connects, signs in, and asks whether the server is well.
    pub(crate) async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(STEP, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server is not well".to_owned()),
            Ok(Err(error)) => Err(words(&error)),
            Err(_) => Err("the mail server does not answer in time".to_owned()),
        }
    }
}

/// Reads an address with or without a name; `None` for what is none.
pub(crate) fn mailbox(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) {
        return None;
    }
    text.trim().parse().ok()
}

fn fault(error: &lettre::transport::smtp::Error) -> Fault {
    let code = error.status().map(u16::from);
    // What is wrong with the sign-in is wrong with the settings, which can be mended, not with the letter.
    let is_of_settings = matches!(code, Some(530..=539));
    let reason = match code {
        Some(_) => "refused",
        None if error.is_timeout() => "no_answer",
        None => "no_connection",
    };
    let why = Why { reason, words: words(error) };
    if error.is_permanent() && !is_of_settings { Fault::Final(why) } else { Fault::Passing(why) }
}

fn words(error: &lettre::transport::smtp::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = inner.source();
    }
    // What a server says is kept by the database, which takes no NUL.
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str, from: &str) -> Result<Option<Server>, Error> {
        let (smtp_url, mail_from) = (Some(url.to_owned()), Some(from.to_owned()));
        Server::of(&Config { smtp_url, mail_from, ..Config::default() })
    }

    #[tokio::test]
    async fn settings_name_a_server_or_are_refused() {
        let made = server("smtps://user:p%40ss@mail.example.com:465", "Verstak <crm@example.com>").unwrap().unwrap();
        assert_eq!(
            (made.address(), made.from().to_string().as_str()),
            ("mail.example.com:465", "Verstak <crm@example.com>")
        );
        assert!(server("smtp://mail.example.com", "crm@example.com").unwrap().is_some());
        assert!(server("smtp://127.0.0.1:1025?tls=none", "crm@example.com").unwrap().is_some());
        assert!(server(" ", "").unwrap().is_none());
        for url in
            ["https://a.example", "smtp://", "smtp://a.example?tls=maybe", "smtp://a.example?tls=none&x=1", "mail"]
        {
            let Err(Error::Settings(told)) = server(url, "crm@example.com") else { panic!("{url} is taken") };
            assert_eq!(told.code, "settings.smtp_url");
        }
        for from in ["", "crm", "crm@example.com\r\nBcc: all@example.com"] {
            let Err(Error::Settings(told)) = server("smtps://a.example", from) else { panic!("{from:?} is taken") };
            assert_eq!(told.code, "settings.mail_from");
        }
    }
}
