//! What sinks are told.

use std::sync::{Arc, Mutex};

use oriole_sse::{Epoch, Expected, Record, Store, StoreSink, Topic};
use tokio::task::JoinSet;

use super::support::{Limits, MakeStore, append, append_one, event, fill, frames, read, read_all, topic};

/// Remembers what it is told.
#[derive(Default)]
struct Listener(Mutex<Vec<(Topic, Epoch, Record)>>);

impl Listener {
    fn heard(&self, name: &str) -> Vec<(Epoch, Record)> {
        let all = self.0.lock().expect("no panic");
        all.iter()
            .filter(|(topic, ..)| topic.as_str() == name)
            .map(|(_, epoch, record)| (*epoch, record.clone()))
            .collect()
    }
}

impl StoreSink for Listener {
    fn appended(&self, topic: &Topic, epoch: Epoch, records: &[Record]) {
        let mut all = self.0.lock().expect("no panic");
        all.extend(records.iter().map(|record| (topic.clone(), epoch, record.clone())));
    }

    fn away(&self) {}

    fn back(&self) {}
}

fn attach(store: &impl Store) -> Arc<Listener> {
    let listener = Arc::new(Listener::default());
    let weak = Arc::downgrade(&listener);
    store.attach(weak);
    listener
}

fn check_same(heard: &[(Epoch, Record)], epoch: Epoch, records: &[Record]) {
    let expected: Vec<_> = records.iter().map(|record| (epoch, record.clone())).collect();
    assert_eq!(heard, expected);
}

pub(crate) async fn sinks_hear_everything_in_order<M: MakeStore>(make: &M) {
    const TASKS: u64 = 4;
    const EVENTS: u64 = 50;

    let store = Arc::new(make.make(Limits::default()).await);
    let (first, second, gone) = (attach(&*store), attach(&*store), attach(&*store));
    drop(gone);
    let bounds = store.open(&topic("a")).await.expect("there");
    let named = event("a", 0, "once").idempotency_key("n");
    append_one(&*store, named.clone()).await.expect("taken");
    append_one(&*store, named).await.expect("known");
    append_one(&*store, event("a", 0, "-").expected(Expected::Nothing)).await.expect_err("a conflict");
    assert_eq!(first.heard("a").len(), 1, "told before the append is ready, and only what was appended");

    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (store, first) = (Arc::clone(&store), Arc::clone(&first));
        tasks.spawn(async move {
            for number in 0..EVENTS {
                let place = append(&*store, "a", 1, &format!("{task}/{number}")).await.expect("taken").position;
                let heard = first.heard("a").iter().any(|(_, record)| record.sequence == place.sequence);
                assert!(heard, "told before the append is ready");
            }
        });
    }
    tasks.join_all().await;
    let records = read_all(&*store, "a").await;
    assert_eq!(records.len() as u64, 1 + TASKS * EVENTS);
    for task in 0..TASKS {
        let own: Vec<_> = frames(&records).into_iter().filter(|frame| frame.starts_with(&format!("{task}/"))).collect();
        let expected: Vec<_> = (0..EVENTS).map(|number| format!("{task}/{number}")).collect();
        assert_eq!(own, expected, "the order of each publisher is kept");
    }
    check_same(&first.heard("a"), bounds.epoch, &records);
    check_same(&second.heard("a"), bounds.epoch, &records);
}

pub(crate) async fn nothing_lies_between_the_bounds_and_the_sinks<M: MakeStore>(make: &M) {
    let store = Arc::new(make.make(Limits::default()).await);
    let listener = attach(&*store);
    for round in 0..20 {
        let name = format!("round {round}");
        let mut publisher = JoinSet::new();
        publisher.spawn({
            let (store, name) = (Arc::clone(&store), name.clone());
            async move { fill(&*store, &name, 1..=20).await }
        });
        let bounds = store.open(&topic(&name)).await.expect("there");
        publisher.join_all().await;
        let later = read(&*store, &name, bounds.end(), usize::MAX, u64::MAX).await;
        let heard: Vec<_> =
            listener.heard(&name).into_iter().filter(|(_, record)| record.sequence > bounds.last).collect();
        check_same(&heard, bounds.epoch, &later);
        store.close(&topic(&name));
    }
}
