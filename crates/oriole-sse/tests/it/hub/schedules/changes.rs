//! Subscriptions that are changed while they go on.

use std::collections::BTreeSet;
use std::mem;

use oriole_sse::{ChangeError, Changed, EventId, LastEventId, Start, Store, Topic};
use serde_json::Value;

use super::backing::Backing;
use super::client::{Client, View};
use super::run::Totals;
use super::schedule::{Schedule, TOPICS, rewind_of, topic_of};

impl<B: Backing> Schedule<B> {
    /// Changes what somebody reads, by a request beside the stream; says who that is.
    pub(super) async fn change(&mut self, totals: &mut Totals) -> Option<usize> {
        // Seldom what is over: it is found by nobody.
        let with_past = self.dice.chance(20);
        let is_there = |client: &Client| client.subscription.is_some() || with_past;
        let with_handle = |at: &usize| {
            let client = &self.clients[*at];
            client.connection.handle.is_some() && is_there(client)
        };
        let all: Vec<_> = (0..self.clients.len()).filter(with_handle).collect();
        if all.is_empty() {
            return None;
        }
        let at = self.dice.pick(&all);
        let named = |dice: &mut dice::Dice| (0..TOPICS.len()).filter(|_| dice.chance(40)).collect::<BTreeSet<_>>();
        let (add, remove, is_only) = (named(&mut self.dice), named(&mut self.dice), self.dice.chance(15));
        let (start, is_bookmark) = self.start_of_change(at);
        let mut begins: [Option<View>; 3] = [None, None, None];
        for topic in &add {
            begins[*topic] = Some(self.begin_of(at, *topic, &start, is_bookmark).await);
        }

        let client = &self.clients[at];
        let handle = client.connection.handle.clone().expect("it has one");
        let mut change = self.hub.change(&handle).from(start);
        if let Some(principal) = client.principal {
            change = change.principal(principal);
        }
        change = add.iter().fold(change, |change, topic| change.with(TOPICS[*topic]));
        change = remove.iter().fold(change, |change, topic| change.without(TOPICS[*topic]));
        let answer = if is_only { change.only().await } else { change.await };
        self.story(|| {
            format!(
                "client {at} asks for {add:?} without {remove:?}, only: {is_only}, bookmark: {is_bookmark}: {answer:?}"
            )
        });

        let before = &client.connection.topics;
        let is_kept = |topic: &usize| add.contains(topic) || (!is_only && !remove.contains(topic));
        let after: BTreeSet<_> = before.iter().copied().filter(is_kept).chain(add.iter().copied()).collect();
        let number = self.number;
        let is_unknown = matches!(answer, Err(ChangeError::Unknown));
        assert!(is_unknown || client.subscription.is_some(), "schedule {number}: nobody reads it");
        match answer {
            Ok(Changed { topics, added, removed, .. }) => {
                totals.changes += 1;
                let added = indices(&added);
                let expected = (after.clone(), &after - before, before - &after);
                assert_eq!((indices(&topics), added.clone(), indices(&removed)), expected, "schedule {number}");
                let connection = &mut self.clients[at].connection;
                connection.topics = after;
                for topic in indices(&removed) {
                    // What was not taken is not told.
                    connection.waiting[topic] = None;
                }
                for topic in added {
                    connection.waiting[topic] = begins[topic].take();
                }
            }
            // It is over, and the client has not read that.
            Err(ChangeError::Unknown) => {
                totals.unknown += 1;
                self.clients[at].connection.is_over = true;
            }
            Err(ChangeError::NoTopic) => assert_eq!(after, BTreeSet::new(), "schedule {number}"),
            Err(ChangeError::Away { .. }) => assert!(self.store.is_away(), "schedule {number}"),
            Err(ChangeError::Cursor(fault)) => assert!(is_bookmark, "schedule {number}: {fault}"),
            Err(error) => panic!("schedule {number}: {error:?}"),
        }
        Some(at)
    }

    /// With what comes from now on, most of the time; or further back; or where the client once was.
    fn start_of_change(&mut self, at: usize) -> (Start, bool) {
        let id = self.clients[at].bookmark.as_ref().map(|(id, _)| EventId::new(id.as_str()).expect("it was an id"));
        match (self.dice.below(10), id) {
            (0, _) => (Start::Earliest, false),
            (1, _) => (Start::Events(self.dice.pick(&[0, 1, 5])), false),
            (2 | 3, Some(id)) => (LastEventId::from(id).into(), true),
            _ => (Start::Live, false),
        }
    }

    /// What a client is owed of a topic that is added now.
    async fn begin_of(&self, at: usize, topic: usize, start: &Start, is_bookmark: bool) -> View {
        // A topic that is not open may have no log as yet.
        let end = self.bounds(topic).await.end();
        let known = self.clients[at].bookmark.as_ref().map(|(_, known)| known).filter(|_| is_bookmark);
        match known.filter(|known| known.topics.contains(&topic)) {
            Some(known) => known.views[topic].clone(),
            None => match rewind_of(start, &self.hub, &self.clock) {
                Some(rewind) => View::after(self.store.inner().find(&topic_of(topic), rewind).await.expect("there")),
                None => View { is_fresh: self.may_be_behind, ..View::after(end) },
            },
        }
    }

    /// Keeps a place to come back to, now and then: one that is known for sure.
    pub(super) fn mark_place(&mut self, at: usize) {
        let client = &mut self.clients[at];
        let is_sure = |view: &View| {
            view.place.is_some() && !view.is_fresh && view.told.iter().all(|(_, through)| *through != u64::MAX)
        };
        if client.is_changeable && client.known.topics.iter().all(|topic| is_sure(&client.known.views[*topic])) {
            let id = client.last_event_id.clone().expect("it has just come");
            if client.bookmark.is_none() || self.dice.chance(10) {
                client.bookmark = Some((id, client.known.clone()));
            }
        }
    }

    /// Tells which topics a connection has when it begins, and when its store is back.
    pub(super) fn greeted_topics(&mut self, at: usize, hello: &Value) -> BTreeSet<usize> {
        let number = self.number;
        let client = &mut self.clients[at];
        let base: BTreeSet<_> = client.base.iter().copied().collect();
        let topics = if client.is_changeable { told(&hello["topics"]) } else { base.clone() };
        if mem::replace(&mut client.connection.is_greeted, true) {
            assert_eq!(topics, client.known.topics, "schedule {number}: {hello}");
        } else {
            let is_base = topics == base;
            let is_kept = topics == client.topics_at_id;
            let is_right = match hello["verdict"].as_str() {
                _ if !client.is_changeable => is_base,
                Some("live") => is_base,
                Some("resumed" | "gap") => is_kept,
                _ => is_base || is_kept,
            };
            assert!(is_right, "schedule {number}: {hello} after {:?}", client.topics_at_id);
            client.connection.topics = topics.clone();
            client.known.topics = topics.clone();
        }
        client.connection.handle = hello["handle"].as_str().map(str::to_owned);
        assert_eq!(client.connection.handle.is_some(), client.is_changeable, "schedule {number}: {hello}");
        topics
    }

    /// From here on the client has what the stream says.
    pub(super) fn hear_of_change(&mut self, at: usize, data: &str) {
        let number = self.number;
        let change: Value = serde_json::from_str(data).expect("JSON");
        let (topics, added, removed) = (told(&change["topics"]), told(&change["added"]), told(&change["removed"]));
        let client = &mut self.clients[at];
        let known = &mut client.known.topics;
        // What was taken away and added between two events is new.
        let expected: BTreeSet<_> =
            known.iter().copied().filter(|topic| !removed.contains(topic)).chain(added.clone()).collect();
        assert_eq!(topics, expected, "schedule {number}: {data}");
        assert!(removed.is_subset(known) && removed.is_disjoint(&added), "schedule {number}: {data}");
        *known = topics;
        for topic in added {
            let view = client.connection.taken[topic].pop_front();
            client.known.views[topic] = view.unwrap_or_else(|| panic!("schedule {number}: nobody asked for {topic}"));
        }
        for topic in removed {
            client.connection.here[topic] = None;
        }
    }
}

fn indices(topics: &[Topic]) -> BTreeSet<usize> {
    topics.iter().map(|topic| index_of(topic.as_str())).collect()
}

fn told(names: &Value) -> BTreeSet<usize> {
    names.as_array().expect("a list").iter().map(|name| index_of(name.as_str().expect("a name"))).collect()
}

pub(super) fn index_of(name: &str) -> usize {
    TOPICS.iter().position(|topic| *topic == name).expect("a topic")
}
