//! How long instances live: what depends on a request lives no longer than it (`SCO.5`).

use super::report::Report;
use super::say;
use super::storage::Graph;
use crate::descriptor::{NeedKind, Scope};

/// How long what is in a slot lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Life(u8);

const TRANSIENT: u8 = 1;
const BOUND: u8 = 2;
const DURABLE: u8 = 4;

impl Life {
    /// As long as the application.
    pub(crate) const MIN: Self = Self(0);

    /// One instance for the whole application.
    pub(crate) const fn is_singleton(self) -> bool {
        self.0 == 0
    }

    /// One instance for each consumer.
    pub(crate) const fn is_transient(self) -> bool {
        self.0 & TRANSIENT != 0
    }

    /// It needs something that comes with a request, or with a key.
    pub(crate) const fn is_bound(self) -> bool {
        self.0 & BOUND != 0
    }

    /// It is kept for the requests of one key.
    pub(crate) const fn is_durable(self) -> bool {
        self.0 & DURABLE != 0
    }
}

/// Works out how long each slot lives, on slots that are in order; what cannot live so long is a problem.
pub(super) const fn spread(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    let mut i = 0;
    while i < graph.used.slots {
        let slot = graph.slot_order[i];
        graph.slot_life[slot as usize] = life_of(graph, report, slot);
        i += 1;
    }
    let mut slot = 0;
    while slot < graph.used.slots as u32 {
        check_late(graph, report, slot);
        slot += 1;
    }
}

const fn life_of(graph: &Graph<'_, '_>, report: &mut Report<'_>, slot: u32) -> Life {
    let provider = graph.provider(slot);
    let mut life = 0;
    if matches!(provider.scope, Scope::Transient) && graph.can_be_needed(slot) {
        life |= TRANSIENT;
    }
    let mut bound = matches!(provider.scope, Scope::Request);
    // The need that ties it to one request, whatever the key.
    let mut tied = None;
    let mut first = None;
    let mut i = 0;
    while i < provider.needs.len() {
        let (binds, ties) = match provider.needs[i].kind {
            NeedKind::Request => (true, true),
            NeedKind::Payload => (true, false),
            NeedKind::Provider => match graph.served_by(graph.need_from[slot as usize] as usize + i) {
                Some(to) => {
                    let life = graph.slot_life[to as usize];
                    (life.is_bound(), life.is_bound() && !life.is_durable())
                }
                None => (false, false),
            },
            NeedKind::Late | NeedKind::Container(_) => (false, false),
        };
        bound |= binds;
        if binds && first.is_none() {
            first = Some(i);
        }
        if ties && tied.is_none() {
            tied = Some(i);
        }
        i += 1;
    }
    if !provider.hooks.methods.is_empty() && (bound || life != 0) {
        say::called_for_nobody(report, graph, slot);
    }
    if !bound {
        return Life(life);
    }
    if graph.is_own(slot)
        && let Some(need) = first
    {
        say::outlives(report, graph, slot, need, "a module lives as long as its application");
    }
    let durable = match (provider.durable, provider.scope) {
        (Some(durable), _) => durable,
        (None, Scope::Request) => false,
        (None, Scope::Singleton | Scope::Transient) => tied.is_none(),
    };
    if let Some(need) = tied
        && durable
    {
        say::outlives(report, graph, slot, need, "what is durable lives longer");
    }
    Life(life | BOUND | if durable { DURABLE } else { 0 })
}

/// A `Lazy` leads to what lives as long as the application: nothing else could be found by it.
const fn check_late(graph: &Graph<'_, '_>, report: &mut Report<'_>, slot: u32) {
    let needs = graph.provider(slot).needs;
    let mut i = 0;
    while i < needs.len() {
        if let NeedKind::Late = needs[i].kind
            && let Some(to) = graph.served_by(graph.need_from[slot as usize] as usize + i)
            && !graph.slot_life[to as usize].is_singleton()
        {
            say::outlives(report, graph, slot, i, "`Lazy` leads only to what lives as long as the application");
        }
        i += 1;
    }
}
