//! Who may see the console: who has its link, on this machine, by a name that is its own, from the console's own page.
//!
//! A peer of this machine says little where a proxy, a tunnel or a container's port stands between: of these many say nothing of
//! themselves, and ask for a name of this machine. So nothing is told or done without the token that is in the link, as with
//! Jupyter. It is in the link's fragment, which clients do not send (RFC 9110, section 4.2.5) and no log of a proxy has, and the page
//! gives it in a header, which no other page can send unasked (Fetch, section 3.3.5). What is checked beside keeps out those who
//! have come by the link.
//!
//! A web page can send requests to anything that its reader's machine reaches, so that an address of this machine alone says
//! little. Two ways are closed here. A page whose name was made to point here (DNS rebinding) is of the console's origin for the
//! browser, but its `Host` is its own name: only known names are answered. And a page of another origin can send a POST without
//! reading the answer: browsers say so in `Sec-Fetch-Site` and `Origin`, which pages cannot forge (Fetch, sections 3.2 and 3.6;
//! Fetch Metadata, section 2.3).

use std::fmt;
use std::net::IpAddr;

use http::header::{FORWARDED, HOST, HeaderName, ORIGIN, VIA};
use http::request::Parts;
use http::{HeaderMap, Uri};

use super::{ConsoleOptions, ConsoleToken};

/// What proxies add, if they say that they are there: the peer is theirs then, and who is behind it is not known.
static PROXIED: [HeaderName; 3] = [FORWARDED, VIA, HeaderName::from_static("x-real-ip")];

/// And whatever begins so.
const FORWARDED_PREFIX: &str = "x-forwarded-";

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Says why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barred {
    UnknownPeer,
    Peer,
    Proxied,
    Host,
    CrossSite,
    Token,
}

/// Judges a request for anything of the console.
pub(super) fn admit(parts: &Parts, options: &ConsoleOptions) -> Result<(), Barred> {
    let peer = options.peer(&parts.extensions).ok_or(Barred::UnknownPeer)?.to_canonical();
    if !peer.is_loopback() && !options.peers.iter().any(|allowed| allowed.to_canonical() == peer) {
        return Err(Barred::Peer);
    }
    let is_proxied = |name: &HeaderName| PROXIED.contains(name) || name.as_str().starts_with(FORWARDED_PREFIX);
    if parts.headers.keys().any(is_proxied) {
        return Err(Barred::Proxied);
    }
    let host = authority(&parts.headers, &parts.uri).ok_or(Barred::Host)?;
    if is_ours(name_of(host), &options.hosts) { Ok(()) } else { Err(Barred::Host) }
}

/// Judges a request for what the page alone may have: its data, and what its buttons do. The page itself holds nothing, and a link may
/// lead there from anywhere.
pub(super) fn same_origin(parts: &Parts) -> Result<(), Barred> {
    let is_own_site = match parts.headers.get(&SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        // Not a browser of this time; one of any time names the origin of what changes something.
        None => true,
    };
    let is_own_origin = match parts.headers.get(&ORIGIN) {
        Some(origin) => {
            let named = origin.to_str().ok().and_then(|origin| Some(origin.split_once("://")?.1));
            let host = authority(&parts.headers, &parts.uri);
            matches!((named, host), (Some(named), Some(host)) if named.eq_ignore_ascii_case(host))
        }
        None => true,
    };
    if is_own_site && is_own_origin { Ok(()) } else { Err(Barred::CrossSite) }
}

/// Judges whether who asks has the link.
pub(super) fn has_token(parts: &Parts, token: &ConsoleToken) -> Result<(), Barred> {
    let mut given = parts.headers.get_all(ConsoleToken::HEADER).iter();
    match (given.next(), given.next()) {
        (Some(given), None) if token.is(given.as_bytes()) => Ok(()),
        _ => Err(Barred::Token),
    }
}

/// Gives what the request was sent to, if that is one thing.
fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next(), uri.authority()) {
        (Some(host), None, None) => host.to_str().ok(),
        (None, None, Some(authority)) => Some(authority.as_str()),
        (Some(host), None, Some(authority)) => host.to_str().ok().filter(|host| *host == authority.as_str()),
        _ => None,
    }
}

/// Leaves the port out.
fn name_of(authority: &str) -> &str {
    let end = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => authority,
    };
    end.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(end)
}

fn is_ours(name: &str, hosts: &[String]) -> bool {
    let is_local = || {
        let name = name.to_ascii_lowercase();
        // A resolver gives these this machine's own addresses, whatever a name server says (RFC 6761, section 6.3).
        name == "localhost" || name.ends_with(".localhost")
    };
    match name.parse::<IpAddr>() {
        Ok(address) if address.to_canonical().is_loopback() => true,
        _ => is_local() || hosts.iter().any(|host| host.eq_ignore_ascii_case(name)),
    }
}

impl fmt::Display for Barred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownPeer => {
                "it is not known where the request comes from, so the console does not answer: see `ConsoleOptions::peer_by`"
            }
            Self::Peer => "the console answers this machine alone: see `ConsoleOptions::allow_peer`",
            Self::Proxied => "the console does not answer through a proxy, since it cannot know who is behind it",
            Self::Host => "the console answers to names of this machine alone: see `ConsoleOptions::allow_host`",
            Self::CrossSite => "the console answers its own page alone",
            Self::Token => {
                "the console answers those alone who have its link: the program wrote it to its log when it started, and it ends \
                 in `#token=` and a secret"
            }
        })
    }
}
