//! What a client is given, against what was published.

use oriole_sse::{Epoch, MessageEvent, Position, Sequence};

use super::backing::Backing;
use super::client::{Client, Truth, View};
use super::run::Totals;
use super::schedule::{Schedule, TOPICS};
use crate::hub::support::text;

impl<B: Backing> Schedule<B> {
    pub(super) async fn take(&mut self, at: usize, event: &MessageEvent, totals: &mut Totals) {
        let fields = event.fields();
        let data = fields.data.expect("every event has data");
        let is_state = fields.event_type.is_some_and(|name| name.as_str() == "state");
        self.story(|| format!("client {at} gets {}", text(event)));
        self.note_before(at, event);
        match fields.event_type.map(|name| name.as_str()) {
            Some("hello") => self.greet(at, data).await,
            Some("gap") => self.tell(at, data, totals).await,
            Some("state") => self.begin_with(at, data, totals),
            Some("topics") => self.hear_of_change(at, data),
            Some("presence") => {
                assert_eq!(fields.id, None, "schedule {}: it is no place", self.number);
                self.hear_of_members(at, data, totals);
            }
            Some("end") if data.contains("slow") => totals.ended_slow += 1,
            Some("end") if data.contains("replaced") => self.hear_of_another(at, event, totals),
            // It was not read for a minute, in which the hub's task looked.
            Some("end") => assert_eq!(data, "{\"reason\":\"stalled\"}"),
            Some(other) => panic!("schedule {}: {other}", self.number),
            None => match self.find(data) {
                Some(found) => self.deliver(at, found, fields.id.is_some(), totals),
                None => assert_eq!(fields.id, None, "schedule {}: {data} was not published", self.number),
            },
        }
        if let Some(id) = fields.id {
            let client = &mut self.clients[at];
            client.last_event_id = Some(id.as_str().into());
            client.topics_at_id = client.known.topics.clone();
            client.before = None;
            if !is_state {
                // Others may be still to come, whose topics this id does not have.
                self.mark_place(at);
            }
        }
    }

    /// Without an id it is worth nothing once the client is cut off.
    fn note_before(&mut self, at: usize, event: &MessageEvent) {
        let client = &mut self.clients[at];
        if event.fields().id.is_none() && client.before.is_none() {
            client.before = Some(client.known.clone());
        }
    }

    /// Who comes for the first time is owed what is published from now on.
    async fn greet(&mut self, at: usize, data: &str) {
        let hello: serde_json::Value = serde_json::from_str(data).expect("JSON");
        let begins_live = |topic: &str| {
            hello["verdict"] == "live" || hello["live"].as_array().is_some_and(|live| live.contains(&topic.into()))
        };
        for topic in self.greeted_topics(at, &hello) {
            if hello["liveOnly"] != true {
                let last = self.bounds(topic).await.last;
                self.clients[at].known.views[topic].close(last);
            }
            if begins_live(TOPICS[topic]) {
                let end = self.bounds(topic).await.end();
                let client = &mut self.clients[at];
                // Who went back is owed what came since.
                let begins = client.connection.rewound_to[topic].clone().unwrap_or_else(|| View::after(end));
                client.known.views[topic] = if hello["liveOnly"] == true {
                    // It is promised nothing, and may get what came before.
                    let place = Position { sequence: Sequence(0), ..end };
                    View { told: vec![(0, u64::MAX)], is_unplaced: true, ..View::after(place) }
                } else {
                    begins
                };
            }
        }
    }

    /// The state is all that came up to its place.
    fn begin_with(&mut self, at: usize, state: &str, totals: &mut Totals) {
        totals.states += 1;
        let numbers: Vec<u64> = state.split(' ').map(|number| number.parse().expect("a number")).collect();
        let [topic, epoch, sequence] = numbers[..] else { panic!("schedule {}: {state}", self.number) };
        let topic = usize::try_from(topic).expect("a topic");
        self.check_own(at, topic, state);
        let epoch = Epoch(u32::try_from(epoch).expect("an epoch"));
        self.clients[at].known.views[topic] = View::after(Position { epoch, sequence: Sequence(sequence) });
    }

    async fn tell(&mut self, at: usize, data: &str, totals: &mut Totals) {
        let gap: serde_json::Value = serde_json::from_str(data).expect("JSON");
        assert!(!self.is_calm, "schedule {}: a loss without a reason: {data}", self.number);
        let reason = gap["reason"].as_str().expect("a reason");
        *totals.gaps.entry(reason.into()).or_default() += 1;
        let topic = TOPICS.iter().position(|name| gap["topic"] == **name).expect("a topic");
        self.check_own(at, topic, data);
        let (after, through) = (gap["after"].as_u64(), gap["through"].as_u64());
        let epoch = self.bounds(topic).await.epoch;
        let number = self.number;
        let view = &mut self.clients[at].known.views[topic];
        let is_fresh = std::mem::take(&mut view.is_fresh);
        let Some(place) = view.place.as_mut() else { panic!("schedule {number}: {data} comes before where it begins") };
        match (reason, after, through) {
            // All of the old log is lost; of the new one nothing is.
            ("restart", Some(_), None) => {
                *place = Position { epoch, sequence: Sequence(0) };
                view.told.clear();
            }
            // Nobody knows what the client had.
            ("cursor", None, through) => {
                *place = Position { epoch, sequence: Sequence(0) };
                view.told = vec![(0, through.unwrap_or(u64::MAX))];
                view.is_unplaced = through.is_none();
            }
            // From here on events may be missing until the store is back.
            ("unavailable", after, None) => {
                if is_fresh {
                    // It begins where the hub believes that the end is.
                    place.sequence = place.sequence.min(Sequence(after.unwrap_or(0)));
                    view.is_unplaced = after.is_none();
                }
                view.told.push((after.unwrap_or(0), u64::MAX));
            }
            (_, Some(after), Some(through)) => {
                assert!(after < through, "schedule {number}: an empty gap {data}");
                if is_fresh {
                    // It began where the hub believed that the end was.
                    place.sequence = place.sequence.min(Sequence(after));
                }
                view.told.push((after, through));
            }
            _ => panic!("schedule {number}: {data}"),
        }
    }

    /// Finds the topic and the place of an event, if a log has it.
    fn find(&self, data: &str) -> Option<(usize, Truth)> {
        let data: u64 = data.parse().ok()?;
        self.truths
            .iter()
            .enumerate()
            .find_map(|(topic, truths)| truths.iter().find(|truth| truth.data == data).map(|truth| (topic, *truth)))
    }

    fn deliver(&mut self, at: usize, (topic, truth): (usize, Truth), has_id: bool, totals: &mut Totals) {
        totals.delivered += 1;
        let (number, data) = (self.number, truth.data);
        self.check_own(at, topic, &data.to_string());
        assert!(!self.clients[at].connection.is_replaced, "schedule {number}: {data} comes to one that is replaced");
        let view = &mut self.clients[at].known.views[topic];
        let Some(place) = view.place.as_mut() else {
            panic!("schedule {number}: {data} comes to client {at}, which was not told where {} begins", TOPICS[topic])
        };
        if view.is_fresh && truth.place.sequence <= place.sequence {
            // It began where the hub believed that the end was.
            place.sequence = Sequence(truth.place.sequence.0 - 1);
        }
        let place = *place;
        // That the store has it is not known to a hub without keys, and then the client knows that.
        let is_warned = view.told.iter().any(|(_, through)| *through == u64::MAX);
        assert!(has_id || is_warned, "schedule {number}: {data} comes without an id, and nobody said so");
        assert_eq!(place.epoch, truth.place.epoch, "schedule {number}: {data} is of another log");
        assert!(place.sequence < truth.place.sequence, "schedule {number}: {data} comes again, or too late");
        self.check_range(at, topic, truth.place.sequence.0);
        let view = &mut self.clients[at].known.views[topic];
        (view.place, view.is_fresh) = (Some(truth.place), false);
    }

    /// The client has the topic, as far as it was told, and nobody has taken it away.
    pub(super) fn check_own(&self, at: usize, topic: usize, what: &str) {
        let Client { known, connection, .. } = &self.clients[at];
        let is_own = known.topics.contains(&topic) && connection.topics.contains(&topic);
        assert!(is_own, "schedule {}: {what} is of a topic that is not client {at}'s", self.number);
    }

    /// Everything after a client's place and before this was told as lost.
    fn check_range(&self, at: usize, topic: usize, before: u64) {
        let view = &self.clients[at].known.views[topic];
        let place = view.place.unwrap_or_else(|| panic!("schedule {}: client {at} has no place", self.number));
        for truth in &self.truths[topic] {
            let sequence = truth.place.sequence.0;
            if truth.place.epoch != place.epoch || sequence <= place.sequence.0 || sequence >= before {
                continue;
            }
            let is_told = view.told.iter().any(|(after, through)| *after < sequence && sequence <= *through);
            assert!(is_told, "schedule {}: {truth:?} was lost without a word to client {at}, at {view:?}", self.number);
        }
    }

    pub(super) async fn check_end(&self, at: usize) {
        let Client { known, connection, .. } = &self.clients[at];
        assert_eq!(known.topics, connection.topics, "schedule {}: it was told of every change", self.number);
        for topic in &known.topics {
            let Some(place) = known.views[*topic].place else {
                panic!("schedule {}: client {at} was never told where {} begins", self.number, TOPICS[*topic])
            };
            let epoch = self.bounds(*topic).await.epoch;
            let is_empty = self.truths[*topic].iter().all(|truth| truth.place.epoch != epoch);
            assert!(place.epoch == epoch || is_empty, "schedule {}: of an old log", self.number);
            self.check_range(at, *topic, u64::MAX);
        }
    }
}
