//! What a client is given, against what was published.

use oriole_sse::{Epoch, MessageEvent, Position, Sequence};

use super::backing::Backing;
use super::client::View;
use super::run::Totals;
use super::schedule::{Schedule, TOPICS};

impl<B: Backing> Schedule<B> {
    pub(super) async fn take(&mut self, at: usize, event: &MessageEvent, totals: &mut Totals) {
        let fields = event.fields();
        let data = fields.data.expect("every event has data");
        match fields.event_type.map(|name| name.as_str()) {
            Some("hello") => self.greet(at, data).await,
            Some("gap") => self.tell(at, data, totals).await,
            Some("state") => {
                // Without an id it is worth nothing once the client is cut off.
                let client = &mut self.clients[at];
                if fields.id.is_none() && client.before_states.is_none() {
                    client.before_states = Some(client.views.clone());
                }
                self.begin_with(at, data, totals);
            }
            Some("end") if data.contains("slow") => totals.ended_slow += 1,
            // It was not read for a minute, in which the hub's task looked.
            Some("end") => assert_eq!(data, "{\"reason\":\"stalled\"}"),
            Some(other) => panic!("schedule {}: {other}", self.number),
            None if fields.id.is_none() => {}
            None => self.deliver(at, data.parse().expect("a number"), totals),
        }
        if let Some(id) = fields.id {
            self.clients[at].last_event_id = Some(id.as_str().into());
            self.clients[at].before_states = None;
        }
    }

    /// Who comes for the first time is owed what is published from now on.
    async fn greet(&mut self, at: usize, data: &str) {
        let hello: serde_json::Value = serde_json::from_str(data).expect("JSON");
        let begins_live = |topic: &str| {
            hello["verdict"] == "live" || hello["live"].as_array().is_some_and(|live| live.contains(&topic.into()))
        };
        for (topic, view) in self.clients[at].topics.clone().into_iter().zip(0..) {
            if hello["liveOnly"] != true {
                let last = self.bounds(topic).await.last;
                self.clients[at].views[view].close(last);
            }
            if begins_live(TOPICS[topic]) {
                let end = self.bounds(topic).await.end();
                // Who went back is owed what came since.
                let begins = self.clients[at].rewound_to[view].unwrap_or(end);
                self.clients[at].views[view] = if hello["liveOnly"] == true {
                    // It is promised nothing, and may get what came before.
                    let place = Position { sequence: Sequence(0), ..end };
                    View { place: Some(place), told: vec![(0, u64::MAX)], is_unplaced: true }
                } else {
                    View { place: Some(begins), told: vec![], is_unplaced: false }
                };
            }
        }
    }

    /// The state is all that came up to its place.
    fn begin_with(&mut self, at: usize, state: &str, totals: &mut Totals) {
        totals.states += 1;
        let numbers: Vec<u64> = state.split(' ').map(|number| number.parse().expect("a number")).collect();
        let [topic, epoch, sequence] = numbers[..] else { panic!("schedule {}: {state}", self.number) };
        let lane = self.clients[at].topics.iter().position(|own| *own as u64 == topic).expect("a topic of its own");
        let epoch = Epoch(u32::try_from(epoch).expect("an epoch"));
        let place = Some(Position { epoch, sequence: Sequence(sequence) });
        self.clients[at].views[lane] = View { place, told: vec![], is_unplaced: false };
    }

    async fn tell(&mut self, at: usize, data: &str, totals: &mut Totals) {
        let gap: serde_json::Value = serde_json::from_str(data).expect("JSON");
        assert!(!self.is_calm, "schedule {}: a loss without a reason: {data}", self.number);
        let reason = gap["reason"].as_str().expect("a reason");
        *totals.gaps.entry(reason.into()).or_default() += 1;
        let topic = TOPICS.iter().position(|name| gap["topic"] == **name).expect("a topic");
        let lane = self.clients[at].topics.iter().position(|own| *own == topic).expect("a topic of its own");
        let (after, through) = (gap["after"].as_u64(), gap["through"].as_u64());
        let epoch = self.bounds(topic).await.epoch;
        let number = self.number;
        let view = &mut self.clients[at].views[lane];
        let place = view.place.as_mut().expect("greeted before");
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
            ("unavailable", after, None) => view.told.push((after.unwrap_or(0), u64::MAX)),
            (_, Some(after), Some(through)) => {
                assert!(after < through, "schedule {number}: an empty gap {data}");
                view.told.push((after, through));
            }
            _ => panic!("schedule {number}: {data}"),
        }
    }

    fn deliver(&mut self, at: usize, data: u64, totals: &mut Totals) {
        totals.delivered += 1;
        let number = self.number;
        let found =
            self.truths.iter().enumerate().find_map(|(topic, truths)| {
                truths.iter().find(|truth| truth.data == data).map(|truth| (topic, *truth))
            });
        let (topic, truth) = found.unwrap_or_else(|| panic!("schedule {number}: {data} was not published"));
        let lane = self.clients[at].topics.iter().position(|own| *own == topic).expect("a topic of its own");
        let view = self.clients[at].views[lane].clone();
        let place = view.place.expect("greeted before");
        assert_eq!(place.epoch, truth.place.epoch, "schedule {number}: {data} is of another log");
        assert!(place.sequence < truth.place.sequence, "schedule {number}: {data} comes again, or too late");
        self.check_range(at, lane, truth.place.sequence.0);
        self.clients[at].views[lane].place = Some(truth.place);
    }

    /// Everything after a client's place and before this was told as lost.
    fn check_range(&self, at: usize, lane: usize, before: u64) {
        let client = &self.clients[at];
        let view = &client.views[lane];
        let place = view.place.expect("greeted before");
        for truth in &self.truths[client.topics[lane]] {
            let sequence = truth.place.sequence.0;
            if truth.place.epoch != place.epoch || sequence <= place.sequence.0 || sequence >= before {
                continue;
            }
            let is_told = view.told.iter().any(|(after, through)| *after < sequence && sequence <= *through);
            assert!(is_told, "schedule {}: {truth:?} was lost without a word to client {at}, at {view:?}", self.number);
        }
    }

    pub(super) async fn check_end(&self, at: usize) {
        for (lane, topic) in self.clients[at].topics.iter().enumerate() {
            let place = self.clients[at].views[lane].place.expect("greeted before");
            let epoch = self.bounds(*topic).await.epoch;
            let is_empty = self.truths[*topic].iter().all(|truth| truth.place.epoch != epoch);
            assert!(place.epoch == epoch || is_empty, "schedule {}: of an old log", self.number);
            self.check_range(at, lane, u64::MAX);
        }
    }
}
