//! A store whose answers are timed.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;

use super::handle::{Counter, Histogram, Labels, Unit, counter, histogram};
use crate::clock::Clock;
use crate::hub::HubOptions;
use crate::store::{
    Append, AppendRefusal, Appended, Bounds, Page, PageLimits, Position, Rewind, Store, StoreFuture, StoreSink, Topic,
};

/// Times each answer of another store: in one place, whoever asks.
pub(crate) struct MeteredStore {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    append: Operation,
    open: Operation,
    read: Operation,
    find: Operation,
    sweep: Operation,
    note: Operation,
}

struct Operation {
    milliseconds: Histogram,
    errors: Counter,
}

impl MeteredStore {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, options: &HubOptions) -> Self {
        let operation = |word| {
            let labels: Vec<_> =
                options.name.as_deref().map(|name| ("hub", name)).into_iter().chain([("operation", word)]).collect();
            Operation::new(&labels)
        };
        Self {
            store,
            clock,
            timeout: options.store_timeout,
            append: operation("append"),
            open: operation("open"),
            read: operation("read"),
            find: operation("find"),
            sweep: operation("sweep"),
            note: operation("note"),
        }
    }

    /// An answer that nobody waits for any more is not counted, unless it was given up because it took too long.
    fn timed<'a, T: Send + 'a>(
        &'a self,
        operation: &'a Operation,
        ask: impl FnOnce(&'a dyn Store) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        // Before it is asked: a store may do its work at once.
        let asked = self.clock.now();
        let answer = ask(&*self.store);
        let mut question = Question { metered: self, operation, asked, is_answered: false };
        Box::pin(async move {
            let answer = answer.await;
            question.is_answered = true;
            operation.note(question.waited(), answer.is_err());
            answer
        })
    }
}

/// What the store was asked, until it answers or nobody waits for it.
struct Question<'a> {
    metered: &'a MeteredStore,
    operation: &'a Operation,
    asked: Instant,
    is_answered: bool,
}

impl Question<'_> {
    fn waited(&self) -> Duration {
        self.metered.clock.now().saturating_duration_since(self.asked)
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            let waited = self.waited();
            if waited >= self.metered.timeout {
                self.operation.note(waited, true);
            }
        }
    }
}

impl Operation {
    fn new(labels: Labels<'_>) -> Self {
        Self {
            milliseconds: histogram(
                "sse_store_milliseconds",
                Unit::Milliseconds,
                "How long the store took to answer, by operation.",
                labels,
            ),
            errors: counter("sse_store_errors_total", Unit::Count, "Errors of the store, by operation.", labels),
        }
    }

    fn note(&self, waited: Duration, is_error: bool) {
        self.milliseconds.record(waited.as_secs_f64() * 1000.0);
        if is_error {
            self.errors.increment(1);
        }
    }
}

impl Store for MeteredStore {
    fn append(&self, batch: Vec<Append>) -> StoreFuture<'_, Vec<Result<Appended, AppendRefusal>>> {
        self.timed(&self.append, move |store| store.append(batch))
    }

    fn open<'a>(&'a self, topic: &'a Topic) -> StoreFuture<'a, Bounds> {
        self.timed(&self.open, |store| store.open(topic))
    }

    fn close(&self, topic: &Topic) {
        self.store.close(topic);
    }

    fn read<'a>(&'a self, topic: &'a Topic, after: Position, limits: PageLimits) -> StoreFuture<'a, Page> {
        self.timed(&self.read, |store| store.read(topic, after, limits))
    }

    fn find<'a>(&'a self, topic: &'a Topic, rewind: Rewind) -> StoreFuture<'a, Position> {
        self.timed(&self.find, |store| store.find(topic, rewind))
    }

    fn sweep(&self, now: SystemTime) -> StoreFuture<'_, ()> {
        self.timed(&self.sweep, |store| store.sweep(now))
    }

    fn note<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Bytes>> {
        self.timed(&self.note, |store| store.note(name))
    }

    fn swap_note<'a>(&'a self, name: &'a str, old: Option<Bytes>, new: Bytes) -> StoreFuture<'a, bool> {
        self.timed(&self.note, move |store| store.swap_note(name, old, new))
    }

    fn attach(&self, sink: Weak<dyn StoreSink>) {
        self.store.attach(sink);
    }

    fn shutdown(&self) -> StoreFuture<'_, ()> {
        self.store.shutdown()
    }

    fn is_away(&self) -> bool {
        self.store.is_away()
    }
}

impl fmt::Debug for MeteredStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}
