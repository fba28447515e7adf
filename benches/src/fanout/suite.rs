//! Runs the programs in turn.

use super::case::{Case, Mode};
use super::cores::Cores;
use super::measured::Measured;
use super::modes;
use super::program::{Place, Program, Running};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::path::PathBuf;

/// The programs that are there, and where they run.
#[derive(Debug)]
pub struct Suite {
    programs: Vec<(Program, PathBuf)>,
    cores: Cores,
}

/// What became of one run.
#[derive(Debug)]
pub struct Outcome {
    /// Of which program.
    pub program: Program,
    /// What it gave.
    pub measured: io::Result<Measured>,
}

/// Starts a program as often as a mode wants it.
pub(super) struct Start<'a> {
    program: Program,
    path: &'a PathBuf,
    cores: &'a Cores,
}

impl Suite {
    /// Prepares this process: as many open files as it may have, which its children inherit, and a core of its own.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn new(place: &Place, wanted: impl Fn(Program) -> bool) -> io::Result<Self> {
        let limit = getrlimit(Resource::Nofile);
        setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
        let found = Program::ALL.into_iter().filter(|program| wanted(*program));
        let programs = found.filter_map(|program| Some((program, program.find(place).ok()?))).collect();
        Ok(Self { programs, cores: Cores::divide()? })
    }

    /// One round of a case: each program once.
    pub fn round<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = Outcome> + 'a {
        let programs = self.programs.iter().filter(|(program, _)| case.suits(*program));
        programs.map(move |(program, path)| {
            let start = Start { program: *program, path, cores: &self.cores };
            Outcome { program: *program, measured: start.run(case.mode) }
        })
    }
}

impl Start<'_> {
    pub(super) fn server(&self, port: u16) -> io::Result<Running> {
        Running::start(self.program, self.path, self.cores, port)
    }

    fn run(&self, mode: Mode) -> io::Result<Measured> {
        match mode {
            Mode::Idle { connections } => modes::idle(self, connections),
            Mode::Rate { connections, per_second, count } => modes::rate(self, connections, per_second, count),
            Mode::Sweep { connections, from, seconds, refinements } => {
                modes::sweep(self, connections, from, seconds, refinements)
            }
            // Nothing is to be learnt from ten seconds that is not from one.
            Mode::Burst { connections, count } if self.program == Program::Nest => {
                modes::burst(self, connections, count / 10)
            }
            Mode::Burst { connections, count } => modes::burst(self, connections, count),
            Mode::Churn { connections, replaced_per_second, per_second, count } => {
                modes::churn(self, connections, replaced_per_second, per_second, count)
            }
            Mode::Stalled { connections, per_second, count } => modes::stalled(self, connections, per_second, count),
            Mode::Storm { connections } => modes::storm(self, connections),
            Mode::Hello { connections, requests } => modes::hello(self, connections, requests),
        }
    }
}
