//! The page's own stream of events.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde_json::{Value, json};

use super::rows::{self, Listed, millis, whole_millis};
use super::service::OpenPage;
use crate::event::MessageEvent;
use crate::event_name;
use crate::hub::EndReason;
use crate::stream::{Interval, interval_with};

/// `begin`, and then `update` whenever something has changed: the rows that have, and the names of those that are gone.
pub(super) struct Feed {
    page: OpenPage,
    ticks: Interval,
    has_begun: bool,
    /// What goes with the beginning.
    first: Option<MessageEvent>,
    streams: Shown,
    topics: Shown,
}

/// What the page shows by now.
#[derive(Default)]
struct Shown {
    rows: HashMap<String, Value>,
    all: usize,
}

impl Feed {
    pub(super) fn new(page: OpenPage) -> Self {
        let clock = Arc::clone(page.0.hub.clock());
        let ticks = interval_with(clock, page.0.options.interval());
        Self { page, ticks, has_begun: false, first: None, streams: Shown::default(), topics: Shown::default() }
    }

    /// Tells what does not change.
    fn begin(&self) -> MessageEvent {
        let (hub, options) = (&self.page.0.hub, &self.page.0.options);
        let set = hub.options();
        let data = json!({
            "hub": set.name.as_deref(),
            "intervalMs": whole_millis(options.interval()),
            "previews": options.previews,
            "ringEventsMax": set.ring_events_max,
            "ringBytesMax": set.ring_bytes_max,
            "writeTimeoutMs": set.write_timeout.map(whole_millis),
            "reasons": EndReason::ALL.map(EndReason::as_str),
        });
        MessageEvent::json(&data).event_type(event_name!("begin"))
    }

    /// Tells what has changed, if anything has.
    fn update(&mut self) -> Option<MessageEvent> {
        let (hub, options) = (&self.page.0.hub, &self.page.0.options);
        let streams = self.streams.show(rows::streams(hub, options));
        let topics = self.topics.show(rows::topics(hub, options));
        if streams.is_none() && topics.is_none() {
            return None;
        }
        let data = json!({ "at": millis(hub.clock().wall()), "streams": streams, "topics": topics });
        Some(MessageEvent::json(&data).event_type(event_name!("update")))
    }
}

impl Shown {
    /// Takes what is there now, and tells how that differs.
    fn show(&mut self, Listed { all, rows }: Listed) -> Option<Value> {
        let mut changed = vec![];
        let mut now = HashMap::with_capacity(rows.len());
        for (name, row) in rows {
            if self.rows.remove(&name).as_ref() != Some(&row) {
                changed.push(row.clone());
            }
            now.insert(name, row);
        }
        let gone: Vec<_> = std::mem::replace(&mut self.rows, now).into_keys().collect();
        let is_same = changed.is_empty() && gone.is_empty() && self.all == all;
        self.all = all;
        (!is_same).then(|| json!({ "all": all, "changed": changed, "gone": gone }))
    }
}

impl Stream for Feed {
    type Item = MessageEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MessageEvent>> {
        let this = &mut *self;
        if !this.has_begun {
            this.has_begun = true;
            this.first = this.update();
            return Poll::Ready(Some(this.begin()));
        }
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(first));
        }
        loop {
            ready!(Pin::new(&mut this.ticks).poll_next(cx));
            if let Some(update) = this.update() {
                return Poll::Ready(Some(update));
            }
        }
    }
}
