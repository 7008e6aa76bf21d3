//! The one client by which the product asks anything of elsewhere.
//!
//! Whom it asks is written by people, so it goes to public addresses only, by https, and follows nobody who sends it on. An
//! address is judged after the name was looked up, and the connection goes to the address that was judged: a name that
//! means another machine a moment later gets nothing. Settings of whoever runs the product may open their own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
pub(crate) use reqwest::{Method, Request, Url, header};

use crate::{Engine, Error};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer that is read.
const LONGEST: usize = 1 << 20;

/// Why nothing was asked, or no answer came. What elsewhere said is not in it: it is not for everybody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// Nothing is asked here.
    #[error("requests to elsewhere are closed")]
    Closed,
    /// The address is one that is not asked.
    #[error("the address is not public, or not https")]
    Forbidden,
    /// The answer is longer than any that is read.
    #[error("the answer is too long")]
    TooLong,
    /// There was no answer.
    #[error("no answer")]
    Failed(#[source] reqwest::Error),
}

/// The client of an engine, made when it is first needed.
#[derive(Default)]
pub(crate) struct Outbound {
    client: OnceLock<Client>,
}

/// An answer of elsewhere.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Asks elsewhere.
pub(crate) async fn ask(engine: &Engine, request: Request) -> Result<Answer, Refused> {
    let is_private_allowed = engine.config().outbound_private;
    if engine.config().outbound_closed {
        return Err(Refused::Closed);
    }
    if !is_askable(request.url(), is_private_allowed) {
        return Err(Refused::Forbidden);
    }
    let client = client(engine).map_err(|_| Refused::Forbidden)?;
    let mut response = client.execute(request).await.map_err(Refused::Failed)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(Refused::Failed)? {
        if body.len() + part.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        body.extend_from_slice(&part);
    }
    Ok(Answer { status, headers, body })
}

fn client(engine: &Engine) -> Result<&Client, Error> {
    let cell = &engine.outbound().client;
    if let Some(client) = cell.get() {
        return Ok(client);
    }
    // Another part may have chosen already; either is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .dns_resolver(Arc::new(Judging { is_private_allowed: engine.config().outbound_private }))
        .build()
        .map_err(|error| Error::Internal("no client for requests to elsewhere".to_owned(), Some(error.into())))?;
    Ok(cell.get_or_init(|| made))
}

/// Says whether an address may be asked as far as its text tells; a name is judged when it is looked up.
pub(crate) fn is_askable(url: &Url, is_private_allowed: bool) -> bool {
    let is_known = url.scheme() == "https" || (is_private_allowed && url.scheme() == "http");
    // A URL writes every spelling of an address the same way: `0x7f.1` is 127.0.0.1 here.
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    is_known && !host.is_empty() && literal.map_or(true, |address| is_private_allowed || is_public(address))
}

/// Looks names up and gives only addresses that may be asked.
struct Judging {
    is_private_allowed: bool,
}

impl Resolve for Judging {
    fn resolve(&self, name: Name) -> Resolving {
        let is_private_allowed = self.is_private_allowed;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| is_private_allowed || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Box::new(Refused::Forbidden) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Says whether an address belongs to everybody's network.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (169, 254, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Addresses of the old kind in the new one's clothes are what they are inside.
    let inside = match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some((high, low)),
        [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = inside {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_special =
        (segments[0] == 0x2001 && (segments[1] < 0x0200 || segments[1] == 0x0db8)) || segments[0] == 0x3fff;
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h1_only_public_addresses_are_asked() {
        for private in [
            "127.0.0.1",
            "127.0.0.2",
            "0.0.0.0",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "0x7f000001",
            "0177.0.0.1",
            "2130706433",
            "127.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "[fc00::1]",
            "[fd12::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[::127.0.0.1]",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "[ff02::1]",
            "[2001:db8::1]",
        ] {
            let url = Url::parse(&format!("https://{private}/")).unwrap();
            assert!(!is_askable(&url, false), "{private}");
            assert!(is_askable(&url, true), "{private}");
        }
        for public in
            ["93.184.216.34", "8.8.8.8", "172.32.0.1", "[2606:4700::1111]", "example.com", "[64:ff9b::808:808]"]
        {
            assert!(is_askable(&Url::parse(&format!("https://{public}/")).unwrap(), false), "{public}");
        }
    }

    #[test]
    fn h7_only_https_is_spoken() {
        for url in
            ["http://example.com/", "file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "unix:/x"]
        {
            assert!(!is_askable(&Url::parse(url).unwrap(), false), "{url}");
        }
    }

    #[tokio::test]
    async fn h3_a_name_of_this_machine_is_not_connected_to() {
        let judging = Judging { is_private_allowed: false };
        for name in ["localhost", "localhost."] {
            let found = judging.resolve(name.parse().unwrap()).await;
            assert!(found.is_err(), "{name}");
        }
        assert!(Judging { is_private_allowed: true }.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
