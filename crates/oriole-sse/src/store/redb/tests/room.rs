//! How room is made for a new topic.

use std::collections::HashMap;

use super::support::topic_named;
use crate::store::Epoch;
use crate::store::redb::format::Content;
use crate::store::redb::log::Log;
use crate::store::redb::recent::Recent;
use crate::store::redb::state::{Identity, State};
use crate::store::redb::transaction::Change;

fn changed_at(time: u64) -> Log {
    let mut log = Log::new(0, Epoch(1));
    log.changed_at = time;
    log
}

/// As many empty logs as these, of which the first is open and the others changed one after the other.
fn state(logs: u64) -> State {
    let identity = Identity { seed: [1, 2], removed: 0, made: logs };
    let logs: HashMap<_, _> = (0..logs).map(|number| (topic_named(number), changed_at(number))).collect();
    let mut state = State::new(Content { identity, logs, recent: Recent::default() });
    state.open(&topic_named(0));
    state
}

#[test]
fn room_is_made_without_looking_at_all_logs() {
    let looked_at = |logs: u64| {
        let state = state(logs);
        let mut change = Change::new(state.identity);
        let before = crate::looks::count();
        let taken: Vec<_> = (0..5).map_while(|_| change.next_idle(&state)).map(|(topic, _)| topic).collect();
        let looks = crate::looks::count() - before;
        assert_eq!(taken, (1..6).map(topic_named).collect::<Vec<_>>(), "the one that is silent for the longest first");
        looks
    };
    assert_eq!(looked_at(10), looked_at(10_000));
}

/// What was open, or had events, can go as soon as that is over; and nothing else can.
#[test]
fn what_can_go_is_known_at_any_time() {
    let next = |state: &State| Change::new(state.identity).next_idle(state).map(|(topic, _)| topic);
    let mut state = state(3);
    assert_eq!(next(&state), Some(topic_named(1)));
    state.open(&topic_named(1));
    state.open(&topic_named(1));
    assert_eq!(next(&state), Some(topic_named(2)));
    state.close(&topic_named(1));
    assert_eq!(next(&state), Some(topic_named(2)), "it is open still");
    state.close(&topic_named(1));
    assert_eq!(next(&state), Some(topic_named(1)));
    state.close(&topic_named(0));
    assert_eq!(next(&state), Some(topic_named(0)));

    state.commit(state.identity, [topic_named(1)], [(topic_named(0), changed_at(9))]);
    assert_eq!(next(&state), Some(topic_named(2)));
    state.commit(state.identity, [topic_named(2)], []);
    assert_eq!(next(&state), Some(topic_named(0)));
    state.commit(state.identity, [topic_named(0)], []);
    assert_eq!(next(&state), None);
}
