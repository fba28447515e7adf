//! How a client comes, and where it begins.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use oriole_sse::{
    Checkpoint, EventId, GuardAnswer, LastEventId, MessageEvent, Position, Snapshot, Start, Store, Subscribe,
    SubscribeError, Topic, event_name,
};

use super::backing::Backing;
use super::client::{Client, Connection, Known, View};
use super::run::Totals;
use super::schedule::{Schedule, TOPICS, rewind_of, topic_of};

impl<B: Backing> Schedule<B> {
    /// Has a client come, unless it is here.
    pub(super) async fn connect(&mut self, at: usize, totals: &mut Totals) {
        if self.clients[at].subscription.is_some() {
            return;
        }
        let start = self.start_of(at);
        let mut connection = Connection::default();
        for topic in self.clients[at].base.clone() {
            // A topic that is not open may have no log as yet.
            self.bounds(topic).await;
            connection.rewound_to[topic] = self.rewound(topic, &start).await.map(View::after);
        }
        let begins = start.clone();
        let states = if self.clients[at].takes_snapshots { self.states().await } else { vec![] };
        self.story(|| format!("client {at} comes with {start:?}"));
        let has_cursor = matches!(&start, Start::Cursor(_));
        let client = &self.clients[at];
        let mut names = client.base.iter().map(|topic| TOPICS[*topic]);
        let first = self.hub.subscribe(names.next().expect("one at least"));
        let subscribe = with_client(names.fold(first, |subscribe, name| subscribe.and(name)), client, states);
        match subscribe.from(start).await {
            Ok(subscription) => {
                let must_not = has_cursor && self.keys.is_some() && self.is_over(at);
                assert!(!must_not, "schedule {}: client {at} was told not to come back", self.number);
                let client = &mut self.clients[at];
                client.subscription = Some(subscription);
                client.connection = connection;
                if let Some(before) = client.before.take() {
                    client.known = before;
                }
                client.waking = Arc::default();
                self.replace_others(at);
                self.note_forgotten(at, &begins).await;
            }
            Err(SubscribeError::Over) => {
                assert!(has_cursor && self.is_over(at), "schedule {}: client {at} may come back", self.number);
                totals.over += 1;
                // It is loaded anew.
                let client = &mut self.clients[at];
                (client.last_event_id, client.over, client.before) = (None, None, None);
                client.known = Known::default();
            }
            Err(error) => panic!("schedule {}: {error:?}", self.number),
        }
    }

    async fn rewound(&self, topic: usize, start: &Start) -> Option<Position> {
        let rewind = rewind_of(start, &self.hub, &self.clock)?;
        Some(self.store.inner().find(&topic_of(topic), rewind).await.expect("there"))
    }

    /// A file that was opened forgets again what it had forgotten before, as soon as the hub looks after it: whoever goes back
    /// just then begins before that or behind it.
    async fn note_forgotten(&mut self, at: usize, start: &Start) {
        for topic in self.clients[at].base.clone() {
            let end = self.rewound(topic, start).await;
            let view = self.clients[at].connection.rewound_to[topic].as_mut();
            if let (Some(view), Some(end)) = (view, end)
                && let Some(begin) =
                    view.place.filter(|begin| begin.epoch == end.epoch && begin.sequence < end.sequence)
            {
                view.told.push((begin.sequence.0, end.sequence.0));
            }
        }
    }

    /// Goes on where it left off, most of the time; or goes back, by count or by time.
    fn start_of(&mut self, at: usize) -> Start {
        match self.dice.below(20) {
            0 => Start::Earliest,
            1 => Start::Events(self.dice.pick(&[0, 1, 5, u64::MAX])),
            2 => Start::Ago(Duration::from_secs(self.dice.pick(&[0, 1, 6, 1_000_000]))),
            _ => {
                let id = self.clients[at].last_event_id.clone().map(|id| EventId::new(id).expect("it was an id"));
                id.map_or(Start::Live, |id| LastEventId::from(id).into())
            }
        }
    }

    /// What the application knows of each topic: the state after one of its last events.
    async fn states(&mut self) -> Vec<(Topic, Snapshot)> {
        let mut states = vec![];
        for topic in 0..TOPICS.len() {
            let end = self.bounds(topic).await.end();
            let truths = self.truths[topic].iter().map(|truth| truth.place).filter(|place| place.epoch == end.epoch);
            let last: Vec<_> = truths.collect();
            let back = self.dice.pick(&[0, 0, 1, 4]);
            let position = last.iter().rev().nth(back).copied().unwrap_or(Position { sequence: end.sequence, ..end });
            let text = format!("{} {} {}", topic, position.epoch.0, position.sequence);
            let event = MessageEvent::new(text).event_type(event_name!("state"));
            states.push((topic_of(topic), Snapshot { position, event }));
        }
        states
    }
}

/// Says of a subscription what there is to say of its client.
fn with_client(mut subscribe: Subscribe, client: &Client, states: Vec<(Topic, Snapshot)>) -> Subscribe {
    subscribe = subscribe.slow_reader(client.slow);
    if let Some(principal) = client.principal {
        subscribe = subscribe.principal(principal);
    }
    if client.is_replacing {
        subscribe = subscribe.replacing("inbox");
    }
    if client.is_guarded {
        subscribe = subscribe.guard(|_| ready(GuardAnswer::PassFor(Duration::from_secs(3))));
    }
    if client.is_changeable {
        subscribe = subscribe.changeable(|_: Topic, _: Checkpoint| ready(GuardAnswer::PassFor(Duration::from_secs(2))));
    }
    if let Some(member) = client.member {
        subscribe = subscribe.present_as(member);
    }
    if client.watches {
        subscribe = subscribe.watch_presence();
    }
    if client.takes_snapshots {
        subscribe = subscribe.snapshot(move |topic| {
            let state = states.iter().find(|(name, _)| *name == topic).map(|(_, state)| state.clone());
            ready(state.ok_or("of another topic"))
        });
    }
    subscribe
}
