//! Who is here beyond the list.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Member;

/// Those for whom the list has no room, in the order in which they came. Each has a subscription at least, so they are no more than those.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    queue: BTreeMap<u64, Waits>,
    numbers: HashMap<Arc<str>, u64>,
    next: u64,
}

#[derive(Debug)]
struct Waits {
    member: Member,
    subscriptions: usize,
}

impl Beyond {
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Takes in a subscription of somebody; says whether they have come with it.
    pub(super) fn join(&mut self, member: &Member) -> bool {
        let number = self.numbers.get(member.name());
        if let Some(waits) = number.and_then(|number| self.queue.get_mut(number)) {
            waits.subscriptions += 1;
            waits.member = member.clone();
            return false;
        }
        self.numbers.insert(member.name_text(), self.next);
        self.queue.insert(self.next, Waits { member: member.clone(), subscriptions: 1 });
        self.next += 1;
        true
    }

    /// Notes that one of somebody's subscriptions has ended; says whether they have left with it.
    pub(super) fn leave(&mut self, name: &str) -> bool {
        let Some(number) = self.numbers.get(name).copied() else {
            return false;
        };
        let is_last = self.queue.get_mut(&number).is_none_or(|waits| {
            waits.subscriptions -= 1;
            waits.subscriptions == 0
        });
        if is_last {
            self.queue.remove(&number);
            self.numbers.remove(name);
        }
        is_last
    }

    /// Gives who has waited for the longest time, and how many subscriptions they have.
    pub(super) fn take_first(&mut self) -> Option<(Member, usize)> {
        let (_, Waits { member, subscriptions }) = self.queue.pop_first()?;
        self.numbers.remove(member.name());
        Some((member, subscriptions))
    }
}
