//! The publisher of programs on tokio.

use super::{Schedule, event_text, listen_to_orders, now_nanos, say_published};
use std::future::Future;
use std::time::Instant;
use tokio::sync::mpsc;

/// Orders that may wait.
const ORDERS_MAX: usize = 16;

/// Publishes as ordered, for ever; `publish` is given the number of an event and its data.
pub async fn publish_as_ordered<F: Future<Output = ()>>(mut publish: impl FnMut(u64, String) -> F) {
    let (sender, mut orders) = mpsc::channel(ORDERS_MAX);
    listen_to_orders(move |order| {
        let _ = sender.blocking_send(order);
    });
    let mut seq = 0;
    while let Some(order) = orders.recv().await {
        let before = seq;
        let mut schedule = Schedule::new(order, Instant::now());
        while let Some(next) = schedule.next() {
            tokio::time::sleep_until(next.into()).await;
            for _ in 0..schedule.take_due(Instant::now()) {
                seq += 1;
                publish(seq, event_text(seq, now_nanos())).await;
            }
        }
        say_published(before + 1, seq);
    }
}
