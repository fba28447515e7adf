//! What one run of one program gives.

use super::Metric;
use crate::load::Tally;
use std::collections::BTreeMap;

/// The figures of one run, and whether every event came once and in order.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// What was measured.
    pub figures: BTreeMap<Metric, f64>,
    /// How many events came.
    pub events: u64,
    /// How many did not.
    pub lost: u64,
    /// How many came again.
    pub doubled: u64,
    /// How many came after a later one.
    pub out_of_order: u64,
    /// How many connections the server closed that were to stay.
    pub cut_off: u64,
    /// How busy the load's own core was, from 0 to 1: near 1 it is the load that was measured.
    pub load_share: Option<f64>,
    /// Why there is no figure.
    pub missing: Option<String>,
}

impl Measured {
    /// One figure.
    #[must_use]
    pub fn one(metric: Metric, value: f64) -> Self {
        Self::default().with(metric, value)
    }

    /// No figure, and why.
    #[must_use]
    pub fn without(reason: impl Into<String>) -> Self {
        Self { missing: Some(reason.into()), ..Self::default() }
    }

    /// Takes over what the clients have seen.
    #[must_use]
    pub fn of(tally: &Tally) -> Self {
        let Tally { events, lost, doubled, out_of_order, closed, .. } = *tally;
        Self { events, lost, doubled, out_of_order, cut_off: closed, ..Self::default() }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, metric: Metric, value: f64) -> Self {
        self.figures.insert(metric, value);
        self
    }

    /// Adds how busy the load was.
    #[must_use]
    pub fn with_load(mut self, share: f64) -> Self {
        self.load_share = Some(share);
        self
    }

    /// Takes the figures away, and says why.
    #[must_use]
    pub fn withdrawn(self, reason: impl Into<String>) -> Self {
        Self { figures: BTreeMap::new(), missing: Some(reason.into()), ..self }
    }

    /// Whether every event came once and in order, on a connection that stayed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (self.lost, self.doubled, self.out_of_order, self.cut_off) == (0, 0, 0, 0)
    }
}
