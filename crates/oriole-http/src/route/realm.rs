//! Whom a request may mean: routes are told apart by host and version before their paths are looked at.
//!
//! A *realm* is one host and one version, with a router per method. An application without either has one realm, and its
//! requests go there at once. Else a request asks its candidates in turn: hosts with fewer parameters first, those without
//! a host last, and for each host the versions that it names, then the routes of no version.

use super::Versioning;
use super::host::{Found, HostPattern, host_of};
use super::versioning::Version;
use http::request::Parts;
use std::collections::HashMap;

/// What tells one realm from another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Realm {
    pub(super) host: Option<HostPattern>,
    pub(super) version: Option<String>,
}

impl Realm {
    pub(super) fn of(host: Option<&HostPattern>, version: &Version) -> Self {
        Self { host: host.cloned(), version: version.named().map(str::to_owned) }
    }
}

/// Finds the realms that a request may mean.
pub(super) struct Choice {
    versioning: Option<Versioning>,
    /// In the order in which they are asked.
    hosts: Vec<OfHost>,
}

struct OfHost {
    pattern: Option<HostPattern>,
    any: Option<usize>,
    versions: HashMap<String, usize>,
}

impl Choice {
    /// `None` where there is nothing to choose.
    pub(super) fn among(realms: &[Realm], versioning: Option<&Versioning>) -> Option<Self> {
        if realms.iter().all(|realm| realm.host.is_none() && realm.version.is_none()) {
            return None;
        }
        let mut hosts: Vec<OfHost> = Vec::new();
        for (at, realm) in realms.iter().enumerate() {
            let known = hosts.iter().position(|host| host.pattern == realm.host).unwrap_or_else(|| {
                hosts.push(OfHost { pattern: realm.host.clone(), any: None, versions: HashMap::new() });
                hosts.len() - 1
            });
            match &realm.version {
                Some(version) => {
                    hosts[known].versions.insert(version.clone(), at);
                }
                None => hosts[known].any = Some(at),
            }
        }
        hosts.sort_by_key(|host| (host.pattern.is_none(), host.pattern.as_ref().map(HostPattern::rank)));
        Some(Self { versioning: versioning.cloned(), hosts })
    }

    /// The realms to ask, in turn.
    pub(super) fn candidates(&self, parts: &Parts) -> Candidates {
        let versions = self.versioning.as_ref().map(|versioning| versioning.asked(parts)).unwrap_or_default();
        let host = host_of(parts);
        let mut all = Vec::new();
        for of_host in &self.hosts {
            let found = match (&of_host.pattern, host) {
                (None, _) => None,
                (Some(pattern), Some(host)) if pattern.covers(host) => Some(pattern.read(host)),
                (Some(_), _) => continue,
            };
            let named = versions.iter().filter_map(|version| of_host.versions.get(version).copied());
            all.extend(named.chain(of_host.any).map(|realm| Candidate { realm, found: found.clone() }));
        }
        all.reverse();
        Candidates(all)
    }
}

/// What a request has not asked yet, the next one last. It travels in the request's extensions.
#[derive(Clone, Debug)]
pub(super) struct Candidates(Vec<Candidate>);

/// One realm, and what stands for the parameters of its host.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) realm: usize,
    pub(super) found: Option<Found>,
}

impl Candidates {
    pub(super) fn next(&mut self) -> Option<Candidate> {
        self.0.pop()
    }
}
