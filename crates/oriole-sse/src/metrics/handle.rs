//! The facade's handles, or what stands for them without it.
//!
//! A handle is asked for once, when a hub or a set of streams is made, from the recorder that is installed then. So an event
//! costs an addition and no look-up, two applications in one process can have two recorders, and no label is ever made of
//! what a client sends.

/// Labels, all of whose values are known when the program is written, or chosen by it.
pub(super) type Labels<'a> = &'a [(&'static str, &'a str)];

#[cfg(feature = "metrics")]
pub(super) use metrics::{Counter, Gauge, Histogram};

#[cfg(feature = "metrics")]
pub(super) use metrics::Unit;

#[cfg(feature = "metrics")]
fn owned(labels: Labels<'_>) -> Vec<metrics::Label> {
    labels.iter().map(|(name, value)| metrics::Label::new(*name, (*value).to_owned())).collect()
}

#[cfg(feature = "metrics")]
pub(super) fn counter(name: &'static str, unit: Unit, what: &'static str, labels: Labels<'_>) -> Counter {
    metrics::describe_counter!(name, unit, what);
    metrics::counter!(name, owned(labels))
}

#[cfg(feature = "metrics")]
pub(super) fn gauge(name: &'static str, unit: Unit, what: &'static str, labels: Labels<'_>) -> Gauge {
    metrics::describe_gauge!(name, unit, what);
    metrics::gauge!(name, owned(labels))
}

#[cfg(feature = "metrics")]
pub(super) fn histogram(name: &'static str, unit: Unit, what: &'static str, labels: Labels<'_>) -> Histogram {
    metrics::describe_histogram!(name, unit, what);
    metrics::histogram!(name, owned(labels))
}

#[cfg(not(feature = "metrics"))]
pub(super) use silent::{Counter, Gauge, Histogram, Unit, counter, gauge, histogram};

#[cfg(not(feature = "metrics"))]
mod silent {
    use super::Labels;

    #[derive(Clone, Copy)]
    pub(in super::super) enum Unit {
        Count,
        Bytes,
        #[cfg(feature = "hub")]
        Milliseconds,
    }

    #[derive(Debug)]
    pub(in super::super) struct Counter;

    #[derive(Debug)]
    pub(in super::super) struct Gauge;

    #[derive(Debug)]
    pub(in super::super) struct Histogram;

    impl Counter {
        pub(in super::super) fn increment(&self, _: u64) {}
    }

    impl Gauge {
        pub(in super::super) fn increment(&self, _: f64) {}
        pub(in super::super) fn decrement(&self, _: f64) {}
        #[cfg(feature = "hub")]
        pub(in super::super) fn set(&self, _: f64) {}
    }

    impl Histogram {
        #[cfg(feature = "hub")]
        pub(in super::super) fn record(&self, _: f64) {}
    }

    pub(in super::super) fn counter(_: &'static str, _: Unit, _: &'static str, _: Labels<'_>) -> Counter {
        Counter
    }

    pub(in super::super) fn gauge(_: &'static str, _: Unit, _: &'static str, _: Labels<'_>) -> Gauge {
        Gauge
    }

    pub(in super::super) fn histogram(_: &'static str, _: Unit, _: &'static str, _: Labels<'_>) -> Histogram {
        Histogram
    }
}
