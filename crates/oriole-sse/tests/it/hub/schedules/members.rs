//! Who is here, and who stands for whom.

use std::collections::BTreeSet;
use std::time::Duration;

use oriole_sse::MessageEvent;
use serde_json::Value;

use super::backing::Backing;
use super::changes::index_of;
use super::client::Client;
use super::run::Totals;
use super::schedule::{Schedule, TOPICS};

/// The longest of the graces that are drawn, and the wait for the hub's task.
const SETTLED: Duration = Duration::from_secs(4);

impl<B: Backing> Schedule<B> {
    /// Somebody is cut off; where others watch, now and then for longer than a reload takes, so that all learn of it.
    pub(super) async fn leave(&mut self, totals: &mut Totals) {
        let at = self.dice.index(self.clients.len());
        let is_noted = self.is_social && self.dice.chance(50);
        if is_noted {
            for other in 0..self.clients.len() {
                self.connect(other, totals).await;
            }
            self.read_all(totals).await;
        }
        self.cut(at);
        if is_noted {
            self.advance(SETTLED).await;
            self.read_all(totals).await;
        }
    }

    pub(super) fn hear_of_members(&mut self, at: usize, data: &str, totals: &mut Totals) {
        let told: Value = serde_json::from_str(data).expect("JSON");
        let topic = index_of(told["topic"].as_str().expect("a topic"));
        self.check_own(at, topic, data);
        assert!(self.clients[at].watches, "schedule {}: {data}", self.number);
        totals.members += 1;
        let here = &mut self.clients[at].connection.here[topic];
        if let Some(all) = told["here"].as_array() {
            *here = Some((all.iter().map(name).collect(), told["more"].as_u64().unwrap_or(0)));
            return;
        }
        let (names, more) = here.as_mut().expect("a list comes first");
        if let Some(joined) = told.get("joined") {
            assert!(names.insert(name(joined)), "schedule {}: {data} comes again", self.number);
        }
        if let Some(left) = told.get("left") {
            assert!(names.remove(&name(left)), "schedule {}: {data} was not here", self.number);
        }
        *more = told["more"].as_u64().unwrap_or(*more);
        totals.named_later += u64::from(told.get("joined").is_some() && told.get("more").is_some());
    }

    /// Others that stand for the same are told to go.
    pub(super) fn replace_others(&mut self, at: usize) {
        if !self.clients[at].is_replacing {
            return;
        }
        for (number, other) in self.clients.iter_mut().enumerate() {
            if number != at && other.is_replacing && other.subscription.is_some() {
                other.connection.is_replaced = true;
            }
        }
    }

    pub(super) fn hear_of_another(&mut self, at: usize, event: &MessageEvent, totals: &mut Totals) {
        totals.replaced += 1;
        let client = &mut self.clients[at];
        assert!(client.connection.is_replaced, "schedule {}: nobody stands for client {at}", self.number);
        // Without a key there is no id that says so.
        client.over = event.fields().id.map(|id| id.as_str().to_owned()).or(client.over.take());
    }

    /// Comes back with the id that says that it must not, and is refused; says whether it was that.
    pub(super) fn is_over(&self, at: usize) -> bool {
        let Client { over, last_event_id, .. } = &self.clients[at];
        over.is_some() && over == last_event_id
    }

    /// Everybody who watches knows who is here, once all have read all there is.
    pub(super) async fn check_members(&mut self, totals: &mut Totals) {
        self.read_all(totals).await;
        self.advance(SETTLED).await;
        self.read_all(totals).await;
        for (topic, name) in TOPICS.iter().enumerate() {
            let reads = |client: &&Client| client.subscription.is_some() && client.known.topics.contains(&topic);
            let members = self.clients.iter().filter(reads).filter_map(|client| client.member);
            let members: BTreeSet<_> = members.map(str::to_owned).collect();
            let listed = self.hub.present(*name).expect("a topic");
            let listed: BTreeSet<_> = listed.iter().map(|member| member.name().to_owned()).collect();
            let room = self.hub.options().presence_members_max;
            assert_eq!(listed.len(), members.len().min(room), "schedule {}: {listed:?} of {members:?}", self.number);
            assert!(listed.is_subset(&members), "schedule {}: {listed:?} of {members:?}", self.number);
            let expected = (listed, (members.len() - members.len().min(room)) as u64);
            for watcher in self.clients.iter().filter(reads).filter(|client| client.watches) {
                let here = watcher.connection.here[topic].as_ref();
                assert_eq!(here, Some(&expected), "schedule {}: in {name}", self.number);
            }
        }
    }

    async fn read_all(&mut self, totals: &mut Totals) {
        for at in 0..self.clients.len() {
            self.read(at, u64::MAX, totals).await;
        }
    }
}

fn name(member: &Value) -> String {
    member["name"].as_str().expect("a name").to_owned()
}
