//! What became of a run, and what is made of it.

use super::program::Program;
use crate::report::Measured;
use std::io;

/// What became of one run.
#[derive(Debug)]
pub struct Outcome {
    /// Of which program.
    pub program: Program,
    /// What it gave.
    pub measured: io::Result<Measured>,
}

impl Outcome {
    /// What the tables get, and what is wrong with the run, if that is an error of this repository.
    ///
    /// A run in which events went astray, or that could not be measured, has no figure, and says why: a program that leaves work out would look
    /// better for it. Of Oriole's own programs and of the floors that is an error, but a floor may be late, since some machines are too slow
    /// for what it does. Of what they are compared with it is one only in a smoke run that could not be measured at all, since the
    /// suite is what a smoke run is for.
    #[must_use]
    pub fn judged(self, is_smoke: bool) -> (Measured, Option<String>) {
        let (is_oriole, is_ours) = (self.program.is_oriole(), self.program.is_oriole() || self.program.is_floor());
        match self.measured {
            Ok(measured) if measured.is_sound() => (measured, None),
            Ok(measured) => {
                let Measured { events, lost, doubled, out_of_order, cut_off, .. } = measured;
                let reason = format!(
                    "of {events} events {lost} were lost, {doubled} doubled, {out_of_order} out of order; {cut_off} connections were cut off"
                );
                let fault = is_ours.then(|| reason.clone());
                (measured.withdrawn(reason), fault)
            }
            Err(error) => {
                let reason = error.to_string();
                let is_fault = if error.kind() == io::ErrorKind::TimedOut { is_oriole } else { is_ours || is_smoke };
                let fault = is_fault.then(|| reason.clone());
                (Measured::without(reason), fault)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Program};
    use crate::report::{Measured, Metric};
    use std::io;

    fn judged(program: Program, measured: io::Result<Measured>, is_smoke: bool) -> (Measured, Option<String>) {
        Outcome { program, measured }.judged(is_smoke)
    }

    fn lossy() -> Measured {
        Measured { events: 9, lost: 1, ..Measured::one(Metric::CpuPerEvent, 1.0) }
    }

    #[test]
    fn what_is_sound_stays() {
        let (measured, fault) = judged(Program::Nest, Ok(Measured::one(Metric::CpuPerEvent, 1.0)), true);
        assert_eq!((measured.figures.len(), measured.missing, fault), (1, None, None));
    }

    #[test]
    fn lost_events_cost_the_figure_and_are_an_error_of_ours() {
        for (program, is_fault) in [(Program::Oriole, true), (Program::Limit, true), (Program::Axum, false)] {
            for is_smoke in [false, true] {
                let (measured, fault) = judged(program, Ok(lossy()), is_smoke);
                assert!(measured.figures.is_empty() && measured.lost == 1, "{measured:?}");
                assert!(measured.missing.is_some_and(|reason| reason.contains("of 9 events 1 were lost")));
                assert_eq!(fault.is_some(), is_fault, "{program:?}");
            }
        }
    }

    #[test]
    fn who_is_late_has_no_figure_and_that_is_all() {
        let (measured, fault) = judged(Program::Limit, Ok(Measured::without("it was late")), true);
        assert_eq!((measured.missing.as_deref(), fault), (Some("it was late"), None));
        let late = || Err(io::Error::new(io::ErrorKind::TimedOut, "it was late"));
        for (program, is_fault) in [(Program::Limit, false), (Program::Nest, false), (Program::Oriole, true)] {
            let (measured, fault) = judged(program, late(), true);
            assert_eq!((measured.missing.as_deref(), fault.is_some()), (Some("it was late"), is_fault), "{program:?}");
        }
    }

    #[test]
    fn what_cannot_be_measured_is_an_error_of_ours_and_of_a_smoke_run() {
        let broken = || Err(io::Error::other("it did not start"));
        assert_eq!(judged(Program::Nest, broken(), false).1, None);
        assert_eq!(judged(Program::Nest, broken(), true).1.as_deref(), Some("it did not start"));
        let (measured, fault) = judged(Program::OrioleBody, broken(), false);
        assert_eq!(
            (measured.missing, fault.as_deref()),
            (Some("it did not start".to_owned()), Some("it did not start"))
        );
    }
}
