//! All rounds of all programs.

use super::{Measured, Metric};
use std::collections::BTreeSet;

/// What every round of a case gave.
#[derive(Clone, Debug)]
pub struct Results {
    /// What was measured.
    pub name: String,
    /// The programs with which the others are compared.
    pub references: Vec<&'static str>,
    rounds: Vec<Vec<(&'static str, Measured)>>,
}

/// The middle of some values, the least and the most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one; of an even number the larger of the two.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Results {
    /// None yet.
    #[must_use]
    pub fn new(name: impl Into<String>, references: &[&'static str]) -> Self {
        Self { name: name.into(), references: references.to_vec(), rounds: Vec::new() }
    }

    /// Adds a round: each program once.
    pub fn push(&mut self, round: Vec<(&'static str, Measured)>) {
        self.rounds.push(round);
    }

    /// The programs that were measured, in the order of the first round.
    #[must_use]
    pub fn programs(&self) -> Vec<&'static str> {
        let mut programs = Vec::new();
        for (program, _) in self.rounds.iter().flatten() {
            if !programs.contains(program) {
                programs.push(*program);
            }
        }
        programs
    }

    /// The metrics of this case.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let all = self.rounds.iter().flatten().flat_map(|(_, measured)| measured.figures.keys().copied());
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// With which programs the others are compared by this metric.
    #[must_use]
    pub fn references(&self, metric: Metric) -> &[&'static str] {
        if metric.has_ratio() { &self.references } else { &[] }
    }

    /// Why a program has no figure, and in how many rounds, in the order in which it was first so.
    #[must_use]
    pub fn missing(&self, program: &str) -> Vec<(&str, usize)> {
        let mut reasons: Vec<(&str, usize)> = Vec::new();
        for reason in self.of(program).filter_map(|measured| measured.missing.as_deref()) {
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, rounds)) => *rounds += 1,
                None => reasons.push((reason, 1)),
            }
        }
        reasons
    }

    /// How many rounds there were.
    #[must_use]
    pub fn rounds(&self) -> usize {
        self.rounds.len()
    }

    /// The runs of a program.
    pub fn of(&self, program: &str) -> impl Iterator<Item = &Measured> {
        self.rounds.iter().filter_map(move |round| run(round, program))
    }

    /// The values of a metric, in the order of the rounds.
    #[must_use]
    pub fn values(&self, program: &str, metric: Metric) -> Vec<f64> {
        self.of(program).filter_map(|measured| measured.figures.get(&metric).copied()).collect()
    }

    /// The ratio of two programs, round by round: what the machine did meanwhile hit both.
    #[must_use]
    pub fn ratio(&self, program: &str, to: &str, metric: Metric) -> Option<Spread> {
        let value = |round: &[_], of: &str| run(round, of)?.figures.get(&metric).copied();
        let ratios = self.rounds.iter().filter_map(|round| Some(value(round, program)? / value(round, to)?));
        Spread::of(ratios.filter(|ratio| ratio.is_finite()).collect())
    }

    /// How busy the load's core was at most.
    #[must_use]
    pub fn load_share(&self, program: &str) -> Option<f64> {
        self.of(program).filter_map(|measured| measured.load_share).reduce(f64::max)
    }
}

fn run<'a>(round: &'a [(&'static str, Measured)], program: &str) -> Option<&'a Measured> {
    round.iter().find(|(name, _)| *name == program).map(|(_, measured)| measured)
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
    use crate::report::{Measured, Metric};

    #[test]
    fn ratios_are_of_pairs() {
        let mut results = Results::new("a case", &["axum"]);
        for (ours, theirs) in [(1.0, 2.0), (30.0, 20.0), (4.0, 4.0)] {
            let measured = |value| Measured::one(Metric::CpuPerEvent, value);
            results.push(vec![("oriole", measured(ours)), ("axum", measured(theirs))]);
        }
        let ratio = results.ratio("oriole", "axum", Metric::CpuPerEvent);
        assert_eq!(ratio, Some(Spread { median: 1.0, least: 0.5, most: 1.5 }));
        assert_eq!(results.ratio("oriole", "nest", Metric::CpuPerEvent), None);
        assert_eq!(results.programs(), ["oriole", "axum"]);
    }

    #[test]
    fn the_busiest_round_tells_of_the_load() {
        let mut results = Results::new("a case", &[]);
        for share in [0.3, 0.8, 0.5] {
            results.push(vec![("oriole", Measured::default().with_load(share))]);
        }
        assert_eq!((results.load_share("oriole"), results.load_share("axum")), (Some(0.8), None));
    }
}
