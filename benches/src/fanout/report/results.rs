//! All rounds of all programs.

use crate::fanout::{Case, Measured, Metric, Program};
use std::collections::BTreeMap;

/// What every round of a case gave.
#[derive(Clone, Debug)]
pub struct Results {
    /// The case.
    pub case: Case,
    rounds: Vec<BTreeMap<Program, Measured>>,
}

/// The middle of some values, the least and the most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Results {
    /// None yet.
    #[must_use]
    pub fn new(case: Case) -> Self {
        Self { case, rounds: Vec::new() }
    }

    /// Adds a round.
    pub fn push(&mut self, round: BTreeMap<Program, Measured>) {
        self.rounds.push(round);
    }

    /// The programs that were measured.
    #[must_use]
    pub fn programs(&self) -> Vec<Program> {
        Program::ALL.into_iter().filter(|program| self.of(*program).next().is_some()).collect()
    }

    /// The metrics of this case.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let all = self.rounds.iter().flat_map(BTreeMap::values).flat_map(|measured| measured.figures.keys().copied());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// The runs of a program.
    pub fn of(&self, program: Program) -> impl Iterator<Item = &Measured> {
        self.rounds.iter().filter_map(move |round| round.get(&program))
    }

    /// The values of a metric, in the order of the rounds.
    #[must_use]
    pub fn values(&self, program: Program, metric: Metric) -> Vec<f64> {
        self.of(program).filter_map(|measured| measured.figures.get(&metric).copied()).collect()
    }

    /// The ratio of two programs, round by round: what the machine did meanwhile hit both.
    #[must_use]
    pub fn ratio(&self, program: Program, to: Program, metric: Metric) -> Option<Spread> {
        let value = |round: &BTreeMap<Program, Measured>, of| round.get(&of)?.figures.get(&metric).copied();
        let ratios = self.rounds.iter().filter_map(|round| Some(value(round, program)? / value(round, to)?));
        Spread::of(ratios.filter(|ratio| ratio.is_finite()).collect())
    }
}

impl Spread {
    /// `None` if there are no values.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self { median: *values.get(values.len() / 2)?, least: *values.first()?, most: *values.last()? })
    }

    /// `1.25 (1.20 to 1.31)`.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { median, least, most } = self;
        format!("{median:.2} ({least:.2} to {most:.2})")
    }
}

#[cfg(test)]
mod tests {
    use super::{Results, Spread};
    use crate::fanout::{Measured, Metric, Program, quick};
    use std::collections::BTreeMap;

    #[test]
    fn ratios_are_of_pairs() {
        let case = quick().remove(0);
        let mut results = Results::new(case);
        for (ours, theirs) in [(1.0, 2.0), (30.0, 20.0), (4.0, 4.0)] {
            let measured = |value| Measured::default().with(Metric::CpuPerEvent, value);
            results.push(BTreeMap::from([(Program::Oriole, measured(ours)), (Program::Axum, measured(theirs))]));
        }
        let ratio = results.ratio(Program::Oriole, Program::Axum, Metric::CpuPerEvent);
        assert_eq!(ratio, Some(Spread { median: 1.0, least: 0.5, most: 1.5 }));
        assert_eq!(results.ratio(Program::Oriole, Program::Nest, Metric::CpuPerEvent), None);
        assert_eq!(results.programs(), [Program::Oriole, Program::Axum]);
    }
}
