//! Spans that lead from a publication to its deliveries.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use bytes::Bytes;
use tracing::Span;

use super::HubOptions;
use crate::store::{Record, Sequence, Topic};

/// Chooses which publications are traced.
#[derive(Debug, Default)]
pub(super) struct Tracer {
    published: AtomicU32,
}

/// A publication that is traced; its span lasts as long as this.
#[derive(Debug)]
pub(super) struct Trace {
    span: Span,
    /// How many deliveries still get a span.
    left: AtomicUsize,
}

/// A topic's traces.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// On their way into the log, where they get their number. The store gives back the bytes that it was given and nothing
    /// else, so by these they are known.
    expected: VecDeque<(Bytes, Arc<Trace>)>,
    /// In the log.
    sent: VecDeque<(Sequence, Arc<Trace>)>,
}

impl Tracer {
    pub(super) fn is_on(&self, options: &HubOptions) -> bool {
        options.trace_one_in > 0
    }

    /// Begins a trace, if it is this publication's turn.
    pub(super) fn begin(&self, options: &HubOptions, topic: &Topic) -> Option<Arc<Trace>> {
        if options.trace_one_in == 0 {
            return None;
        }
        let number = self.published.fetch_add(1, Ordering::Relaxed);
        if !number.is_multiple_of(options.trace_one_in) {
            return None;
        }
        let span = tracing::info_span!(
            "publish",
            otel.kind = "producer",
            messaging.system = "oriole-sse",
            messaging.operation.r#type = "send",
            messaging.destination.name = topic.as_str(),
            hub = options.name.as_deref(),
        );
        Some(Arc::new(Trace { span, left: AtomicUsize::new(options.trace_deliveries_max) }))
    }
}

impl Trace {
    /// Makes the span of the store's part.
    pub(super) fn append_span(&self) -> Span {
        tracing::info_span!(parent: &self.span, "append")
    }

    /// Makes the span of one delivery: within that of the subscriber's request, and following from the publication.
    pub(super) fn deliver(&self, topic: &Topic) {
        let span = tracing::info_span!(
            "deliver",
            otel.kind = "consumer",
            messaging.system = "oriole-sse",
            messaging.operation.r#type = "process",
            messaging.destination.name = topic.as_str(),
        );
        span.follows_from(&self.span);
    }
}

impl Traces {
    /// Waits for a traced event to come into the log.
    pub(super) fn expect(&mut self, frame: Bytes, trace: Arc<Trace>, events_max: usize) {
        self.expected.push_back((frame, trace));
        while self.expected.len() > events_max {
            self.expected.pop_front();
        }
    }

    /// Waits no longer: it came, or it will not.
    pub(super) fn forget(&mut self, trace: &Arc<Trace>) {
        self.expected.retain(|(_, expected)| !Arc::ptr_eq(expected, trace));
    }

    /// Gives an event that came into the log its number; more deliveries than there are readers are not waited for.
    pub(super) fn appended(&mut self, record: &Record, events_max: usize, readers: usize) {
        let Some(at) = self.expected.iter().position(|(frame, _)| *frame == record.frame) else {
            return;
        };
        let Some((_, trace)) = self.expected.remove(at) else {
            return;
        };
        if trace.left.fetch_min(readers, Ordering::Relaxed).min(readers) > 0 {
            self.sent.push_back((record.sequence, trace));
        }
        while self.sent.len() > events_max {
            self.sent.pop_front();
        }
    }

    /// Gives the traces of what was delivered, as long as a delivery of them is still to have a span.
    pub(super) fn delivered(&mut self, after: Sequence, through: Sequence) -> Vec<Arc<Trace>> {
        let mut delivered = Vec::new();
        self.sent.retain(|(sequence, trace)| {
            if *sequence <= after || *sequence > through {
                return true;
            }
            let left = trace.left.load(Ordering::Relaxed);
            if left > 0 {
                delivered.push(Arc::clone(trace));
                trace.left.store(left - 1, Ordering::Relaxed);
            }
            left > 1
        });
        delivered
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::time::SystemTime;

    use bytes::Bytes;
    use tracing::Span;

    use super::{Trace, Traces};
    use crate::store::{Record, Sequence};

    fn trace(deliveries: usize) -> Arc<Trace> {
        Arc::new(Trace { span: Span::none(), left: AtomicUsize::new(deliveries) })
    }

    fn record(number: u64) -> Record {
        Record::new(Sequence(number), SystemTime::UNIX_EPOCH, Bytes::from(number.to_string()), None)
    }

    fn traced(events_max: usize, numbers: std::ops::RangeInclusive<u64>) -> Traces {
        let mut traces = Traces::default();
        for number in numbers {
            traces.expect(record(number).frame, trace(2), events_max);
            traces.appended(&record(number), events_max, 5);
        }
        traces
    }

    #[test]
    fn traces_that_wait_are_bounded() {
        for (events_max, kept) in [(0, 0), (2, 2), (3, 3), (4, 3)] {
            assert_eq!(traced(events_max, 1..=3).delivered(Sequence(0), Sequence(9)).len(), kept);
        }
        let mut traces = Traces::default();
        for number in 1..=3 {
            traces.expect(record(number).frame, trace(1), 2);
        }
        traces.appended(&record(1), 2, 5);
        assert!(traces.delivered(Sequence(0), Sequence(9)).is_empty(), "the first of three is expected no more");
    }

    #[test]
    fn an_event_is_delivered_as_often_as_it_is_traced_and_only_where_it_lies() {
        let mut traces = traced(9, 1..=3);
        assert_eq!(traces.delivered(Sequence(1), Sequence(2)).len(), 1);
        assert_eq!(traces.delivered(Sequence(0), Sequence(3)).len(), 3);
        assert_eq!(traces.delivered(Sequence(0), Sequence(3)).len(), 2, "the second was delivered twice");
        assert!(traces.delivered(Sequence(0), Sequence(3)).is_empty());
    }

    #[test]
    fn what_did_not_come_into_the_log_is_forgotten() {
        let (mut traces, refused) = (Traces::default(), trace(1));
        traces.expect(record(1).frame, Arc::clone(&refused), 9);
        traces.forget(&refused);
        traces.appended(&record(1), 9, 5);
        assert!(traces.delivered(Sequence(0), Sequence(9)).is_empty());
    }

    #[test]
    fn no_more_deliveries_are_waited_for_than_there_are_readers() {
        for (readers, deliveries) in [(0, 0), (1, 1), (2, 2), (3, 2)] {
            let mut traces = Traces::default();
            traces.expect(record(1).frame, trace(2), 9);
            traces.appended(&record(1), 9, readers);
            let delivered = std::iter::repeat_with(|| traces.delivered(Sequence(0), Sequence(1)).len());
            assert_eq!(delivered.take(4).sum::<usize>(), deliveries);
            assert!(traces.sent.is_empty(), "and the span ends");
        }
    }
}
