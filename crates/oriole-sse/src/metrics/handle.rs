//! The facade's handles, or what stands for them without it.
//!
//! A handle is asked for once, when a hub or a set of streams is made, from the recorder that is installed then. So an event
//! costs an addition and no look-up, two applications in one process can have two recorders, and no label is ever made of
//! what a client sends.

/// Labels, all of whose values are known when the program is written, or chosen by it.
pub(super) type Labels<'a> = &'a [(&'static str, &'a str)];

#[cfg(all(feature = "hub", feature = "metrics"))]
pub(super) use metrics::Histogram;
#[cfg(feature = "metrics")]
pub(super) use metrics::{Counter, Gauge, Unit};

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

#[cfg(all(feature = "hub", feature = "metrics"))]
pub(super) fn histogram(name: &'static str, unit: Unit, what: &'static str, labels: Labels<'_>) -> Histogram {
    metrics::describe_histogram!(name, unit, what);
    metrics::histogram!(name, owned(labels))
}

#[cfg(not(feature = "metrics"))]
pub(super) use super::silent::{Counter, Gauge, Unit, counter, gauge};
#[cfg(all(feature = "hub", not(feature = "metrics")))]
pub(super) use super::silent::{Histogram, histogram};
