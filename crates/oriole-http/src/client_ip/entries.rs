//! What proxies have written down, the last of them first.
//!
//! The end of a header is the next proxy's word, its beginning may be anybody's. So everything is read from the right, and
//! what stands further left has no say in how: a quote that a client has left open ends no element of a proxy's.

use http::{HeaderMap, HeaderName};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a proxy says that it was asked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Address(IpAddr),
    /// Over a socket of Unix, which has no address.
    Unix,
    /// Something else: a typing error, `unknown`, an obfuscated name.
    NoAddress,
}

impl Entry {
    fn of(address: Option<IpAddr>) -> Self {
        address.map_or(Self::NoAddress, Self::Address)
    }
}

/// What nginx writes for whoever connects over a socket of Unix.
const UNIX: &[u8] = super::proxies::UNIX.as_bytes();

/// The entries of `X-Forwarded-For`.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Entry> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).map(|entry| match entry.trim_ascii() {
        UNIX => Entry::Unix,
        _ => Entry::of(node(entry)),
    })
}

/// The `for` of each element of `Forwarded` (RFC 7239, 4), which knows no sockets of Unix.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Entry> {
    let lines = headers.get_all(http::header::FORWARDED).iter().rev();
    lines.flat_map(|line| from_right(line.as_bytes(), b',')).map(|element| Entry::of(named_for(element)))
}

fn named_for(element: &[u8]) -> Option<IpAddr> {
    let mut found = None;
    for pair in from_right(element, b';') {
        let Some(at) = pair.iter().position(|byte| *byte == b'=') else { continue };
        if pair[..at].trim_ascii().eq_ignore_ascii_case(b"for") {
            let value = pair[at + 1..].trim_ascii();
            let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
            // Two of them are malformed (4): nobody could say which counts.
            if found.replace(quoted.unwrap_or(value)).is_some() {
                return None;
            }
        }
    }
    node(found?)
}

/// The parts of a text between marks, the last one first. A mark within quotes is none (RFC 9110, 5.6.4).
fn from_right(text: &[u8], mark: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = last(text, mark);
        rest = at.map(|at| &text[..at]);
        Some(at.map_or(text, |at| &text[at + 1..]))
    })
}

fn last(text: &[u8], mark: u8) -> Option<usize> {
    let mut is_quoted = false;
    for (at, byte) in text.iter().enumerate().rev() {
        if *byte == b'"' {
            let slashes = text[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
            let is_escaped = is_quoted && slashes % 2 == 1;
            is_quoted ^= !is_escaped;
        } else if *byte == mark && !is_quoted {
            return Some(at);
        }
    }
    None
}

/// An address with or without a port (RFC 7239, 6), which may be obfuscated. `unknown` and obfuscated names are no addresses.
///
/// In `X-Forwarded-For` an address of IPv6 needs brackets where a port follows, and nowhere else: without them the port would be
/// read as the end of the address.
fn node(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    if let Some(text) = text.strip_prefix('[') {
        let (address, rest) = text.split_once(']')?;
        let is_sound = rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
        let address = address.parse::<Ipv6Addr>().ok().filter(|_| is_sound)?;
        return Some(IpAddr::V6(address).to_canonical());
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    let (address, _) = text.split_once(':').filter(|(_, port)| is_port(port))?;
    address.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
}

fn is_port(text: &str) -> bool {
    let is_obfuscated = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    match text.strip_prefix('_') {
        Some(name) => !name.is_empty() && name.bytes().all(is_obfuscated),
        None => (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
