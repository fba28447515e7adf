//! Addresses and networks of them.

use std::net::IpAddr;

/// Addresses that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    base: IpAddr,
    /// How many bits are the same, at least one.
    bits: u32,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoNetwork {
    Malformed,
    /// Who trusts everybody believes the client itself.
    Everything,
}

/// What `::ffff:0:0/96` is longer by than IPv4.
const MAPPED_BITS: u32 = 96;

/// Express's names (proxy-addr 2, `ipranges`).
const NAMED: &[(&str, &[&str])] = &[
    ("loopback", &["127.0.0.1/8", "::1/128"]),
    ("linklocal", &["169.254.0.0/16", "fe80::/10"]),
    ("uniquelocal", &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]),
];

impl Network {
    /// Reads an address, an address with the length of its prefix, or a name.
    pub(super) fn read(text: &str) -> Result<Vec<Self>, NoNetwork> {
        match NAMED.iter().find(|(name, _)| *name == text) {
            Some((_, networks)) => networks.iter().map(|network| Self::one(network)).collect(),
            None => Self::one(text).map(|network| vec![network]),
        }
    }

    fn one(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) if bits.bytes().all(|byte| byte.is_ascii_digit()) => (address, Some(bits)),
            Some(_) => return Err(NoNetwork::Malformed),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| NoNetwork::Malformed)?;
        let (base, all) = (written.to_canonical(), if written.is_ipv4() { 32_u32 } else { 128 });
        let bits = bits.map_or(Some(all), |bits| bits.parse().ok()).filter(|bits| *bits <= all);
        let bits = bits.ok_or(NoNetwork::Malformed)?;
        let bits = if base.is_ipv4() && written.is_ipv6() { bits.saturating_sub(MAPPED_BITS) } else { bits };
        if bits == 0 { Err(NoNetwork::Everything) } else { Ok(Self { base, bits }) }
    }

    pub(super) fn contains(self, address: IpAddr) -> bool {
        let alike = match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => (base.to_bits() ^ address.to_bits()).leading_zeros(),
            (IpAddr::V6(base), IpAddr::V6(address)) => (base.to_bits() ^ address.to_bits()).leading_zeros(),
            _ => return false,
        };
        alike >= self.bits
    }
}
