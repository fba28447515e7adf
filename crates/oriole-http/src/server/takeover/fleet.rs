//! The convoys of a shard.

use super::budget::Budget;
use super::gathered::put_chunk;
use super::shard::{Note, Shard};
use crate::server::stream::Incoming;
use bytes::Bytes;
use oriole_sse::{Berth, Convoy, Heading, Landing};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::IoSlice;
use std::sync::Arc;
use std::task::{Context, Waker};

/// Connections that sail together, by topic.
#[derive(Default)]
pub(super) struct Fleet {
    groups: Vec<Option<Group>>,
    free: Vec<usize>,
    /// No hash, which costs more than a look at the few topics that most have.
    by_topic: BTreeMap<usize, usize>,
}

/// Where a connection sails.
#[derive(Clone, Copy)]
pub(super) struct Mooring {
    group: usize,
    at: usize,
}

/// A connection that has joined a convoy.
pub(super) struct Joined {
    pub(super) mooring: Mooring,
    /// Who has got another place in the convoy for that.
    pub(super) moved: Vec<(usize, Mooring)>,
    /// The convoy, if it is new and has not looked at its topic.
    pub(super) new: Option<usize>,
}

/// A connection that has left its convoy.
pub(super) struct Landed {
    pub(super) stream: Incoming,
    pub(super) landing: Landing,
    /// Who has got another place in the convoy for that.
    pub(super) moved: Vec<(usize, Mooring)>,
}

struct Group {
    convoy: Convoy,
    topic: usize,
    members: Vec<Member>,
    pass: Option<Pass>,
    /// Nobody joins it any more, and those who are left go on by themselves.
    is_over: bool,
    note: Arc<Note>,
    waker: Waker,
}

/// As little as can be, since all of it is read for each event.
struct Member {
    slot: usize,
    stream: Incoming,
}

/// What is being written to all.
struct Pass {
    /// One at least.
    parts: Vec<Part>,
    /// Who is next.
    at: usize,
}

/// A frame of it. Whoever does not take all of a pass has the rest of one frame, by reference, and goes on behind that by itself.
struct Part {
    chunk: Bytes,
    /// Without what makes it a chunk.
    bytes: usize,
    after: Landing,
}

/// How many frames a pass has at most: with those of 16 KiB, 128 KiB for each socket. A round over many of them lasts, and what comes
/// meanwhile is to fit into the next: a larger write costs little more than a small one.
const PARTS_MAX: usize = 8;

/// Of how many members the memory is brought near at once: 768 bytes.
const AHEAD: usize = 16;

/// What a step of a convoy has come to.
pub(super) enum Step {
    /// There are more sockets to write to.
    Wrote,
    /// These were all.
    Done,
    /// There is something new. Those who have a word of their own to say come first.
    News,
    /// This one has not taken all; the rest of a frame, if any, is to be written when it can, and what follows behind that.
    Lags { slot: usize, rest: Bytes, after: Landing },
    /// These go on by themselves, and others may be left.
    Dispersed(Vec<usize>),
    /// Nothing until it is woken.
    Waits,
}

impl Fleet {
    /// Takes in a connection; gives its stream back if it cannot sail with the others of its topic now.
    pub(super) fn moor(
        &mut self,
        shard: &Arc<Shard>,
        slot: usize,
        berth: &Berth,
        stream: Incoming,
    ) -> Result<Joined, Incoming> {
        let member = Member { slot, stream };
        let Some(&group) = self.by_topic.get(&berth.topic()) else {
            let group = self.free.pop().unwrap_or_else(|| {
                self.groups.push(None);
                self.groups.len() - 1
            });
            let note = Arc::new(Note::of_convoy(shard, group));
            let (topic, waker) = (berth.topic(), Waker::from(Arc::clone(&note)));
            let convoy = Convoy::new(berth);
            self.groups[group] =
                Some(Group { convoy, topic, members: vec![member], pass: None, is_over: false, note, waker });
            self.by_topic.insert(topic, group);
            return Ok(Joined { mooring: Mooring { group, at: 0 }, moved: vec![], new: Some(group) });
        };
        let Some(Group { convoy, members, pass, is_over, .. }) = self.groups.get_mut(group).and_then(Option::as_mut)
        else {
            return Err(member.stream);
        };
        if *is_over || !convoy.join(berth) {
            return Err(member.stream);
        }
        let mut at = members.len();
        members.push(member);
        let mut moved = vec![];
        if let Some(pass) = pass {
            // It has what is being written already.
            members.swap(pass.at, at);
            if pass.at != at {
                moved.push((members[at].slot, Mooring { group, at }));
            }
            at = pass.at;
            pass.at += 1;
        }
        Ok(Joined { mooring: Mooring { group, at }, moved, new: None })
    }

    /// Takes a connection out.
    pub(super) fn unmoor(&mut self, Mooring { group, mut at }: Mooring) -> Option<Landed> {
        let Group { convoy, topic, members, pass, .. } = self.groups.get_mut(group)?.as_mut()?;
        let mut moved = vec![];
        let mut landing = convoy.landing();
        if let Some(pass) = pass {
            if at < pass.at {
                // The last of those who have it takes its place, and one who has it not the place of that one.
                pass.at -= 1;
                members.swap(at, pass.at);
                if at != pass.at {
                    moved.push((members[at].slot, Mooring { group, at }));
                }
                at = pass.at;
            } else {
                landing = convoy.landing_before();
            }
        }
        let member = members.swap_remove(at);
        if let Some(other) = members.get(at) {
            moved.push((other.slot, Mooring { group, at }));
        }
        if members.is_empty() {
            self.by_topic.remove(topic);
            self.groups[group] = None;
            self.free.push(group);
        }
        Some(Landed { stream: member.stream, landing, moved })
    }

    /// Goes on with a convoy, for as long as the budget lasts, and once at least.
    pub(super) fn sail(&mut self, group: usize, budget: &mut Budget) -> Step {
        let Some(Group { convoy, members, pass, is_over, note, waker, .. }) =
            self.groups.get_mut(group).and_then(Option::as_mut)
        else {
            return Step::Waits;
        };
        let Some(Pass { parts, at, .. }) = pass else {
            if *is_over {
                return disperse(members, budget);
            }
            budget.spend(0);
            note.is_taken();
            return match convoy.next(&mut Context::from_waker(waker)) {
                Heading::Wait => Step::Waits,
                Heading::Disperse => {
                    *is_over = true;
                    disperse(members, budget)
                }
                Heading::Frame(bytes) => {
                    let mut parts = vec![Part::of(convoy, &bytes)];
                    while parts.len() < PARTS_MAX
                        && let Some(bytes) = convoy.more()
                    {
                        parts.push(Part::of(convoy, &bytes));
                    }
                    *pass = Some(Pass { parts, at: 0 });
                    Step::News
                }
            };
        };
        let mut slices = [IoSlice::new(&[]); PARTS_MAX];
        slices.iter_mut().zip(&*parts).for_each(|(slice, part)| *slice = IoSlice::new(&part.chunk));
        let slices = &slices[..parts.len()];
        let chunks: usize = slices.iter().map(|slice| slice.len()).sum();
        let bytes: usize = parts.iter().map(|part| part.bytes).sum();
        let (mut wrote, mut sent) = (0, 0);
        let mut lags = None;
        for Member { slot, stream } in members[*at..].chunks_mut(AHEAD).flat_map(brought) {
            wrote += 1;
            let written = match slices {
                [one] => stream.try_write(one),
                several => stream.try_write_vectored(several),
            };
            // An error shows again when the rest is written.
            let written = written.unwrap_or(0);
            budget.spend(written);
            if written < chunks || stream.has_unsent() {
                let (rest, after, given) = rest(parts, written);
                sent += given;
                lags = Some(Step::Lags { slot: *slot, rest, after });
                break;
            }
            sent += bytes;
            if budget.is_spent() {
                break;
            }
        }
        *at += wrote;
        convoy.wrote(sent);
        if let Some(lags) = lags {
            return lags;
        }
        if *at == members.len() {
            *pass = None;
            return Step::Done;
        }
        Step::Wrote
    }
}

impl Part {
    /// A frame that the convoy has just given.
    fn of(convoy: &mut Convoy, bytes: &Bytes) -> Self {
        convoy.begins(bytes.len());
        let mut chunk = Vec::new();
        put_chunk(&mut chunk, bytes);
        Self { chunk: chunk.into(), bytes: bytes.len(), after: convoy.landing() }
    }
}

/// Reads a word of each of them, and so every line of memory that they are in. A write leaves nothing of them in the nearest caches;
/// one by one, each would be waited for before its write.
fn brought(members: &mut [Member]) -> &mut [Member] {
    black_box(members.iter().fold(0, |all, member| all ^ member.slot));
    members
}

/// What is left of the frame within which so many written bytes end, where it goes on behind that, and how much it is given so far.
fn rest(parts: &[Part], mut written: usize) -> (Bytes, Landing, usize) {
    let (mut at, mut given) = (0, parts[0].bytes);
    while written > parts[at].chunk.len() && at + 1 < parts.len() {
        written -= parts[at].chunk.len();
        at += 1;
        given += parts[at].bytes;
    }
    (parts[at].chunk.slice(written..), parts[at].after, given)
}

/// The next of those who are left.
fn disperse(members: &[Member], budget: &mut Budget) -> Step {
    let mut leave = vec![];
    for member in members.iter().rev() {
        leave.push(member.slot);
        budget.spend(0);
        if budget.is_spent() {
            break;
        }
    }
    Step::Dispersed(leave)
}
