//! Runs the programs in turn.

use super::case::{Case, Mode, Transport};
use super::certificate::Certificate;
use super::cores::Cores;
use super::modes;
use super::outcome::Outcome;
use super::program::{Absent, Place, Program, Running};
use crate::report::Measured;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The programs, and where they run.
#[derive(Debug)]
pub struct Suite {
    place: Place,
    programs: Vec<Program>,
    cores: Cores,
    certificate: Certificate,
}

/// Starts a program as often as a mode wants it.
pub(super) struct Start<'a> {
    program: Program,
    path: PathBuf,
    transport: Transport,
    suite: &'a Suite,
}

impl Suite {
    /// Prepares this process: as many open files as it may have, which its children inherit, and a core of its own. The folder is
    /// for the certificate of programs that speak TLS.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn new(place: &Place, folder: &Path, wanted: impl Fn(Program) -> bool) -> io::Result<Self> {
        let limit = getrlimit(Resource::Nofile);
        setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
        let programs = Program::ALL.into_iter().filter(|program| wanted(*program)).collect();
        let (cores, certificate) = (Cores::divide()?, Certificate::make(&folder.join("tls"))?);
        Ok(Self { place: place.clone(), programs, cores, certificate })
    }

    /// What this case wants, and was not built.
    pub fn absent(&self, case: &Case) -> impl Iterator<Item = (Program, Absent)> {
        let wanted = self.programs.iter().filter(|program| case.suits(**program));
        wanted.filter_map(|program| Some((*program, program.find(&self.place, case.transport).err()?)))
    }

    /// About how long a round of this case takes.
    #[must_use]
    pub fn estimate(&self, case: &Case) -> Duration {
        let wanted = self.programs.iter().filter(|program| case.suits(**program));
        let there = wanted.filter(|program| program.find(&self.place, case.transport).is_ok());
        there.map(|program| case.estimate(*program)).sum()
    }

    /// One round of a case: each program that is there, once.
    pub fn round<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = Outcome> + 'a {
        let programs = self.programs.iter().filter(|program| case.suits(**program));
        programs.filter_map(move |program| {
            let path = program.find(&self.place, case.transport).ok()?;
            let start = Start { program: *program, path, transport: case.transport, suite: self };
            Some(Outcome { program: *program, measured: start.run(case.mode) })
        })
    }
}

impl Start<'_> {
    pub(super) fn server(&self, port: u16) -> io::Result<Running> {
        let Suite { cores, certificate, .. } = self.suite;
        Running::start(self.program, (&self.path, self.transport), (cores, certificate), port)
    }

    fn run(&self, mode: Mode) -> io::Result<Measured> {
        match mode {
            Mode::Idle { connections } => modes::idle(self, connections),
            Mode::Rate { connections, per_second, count } => modes::rate(self, connections, per_second, count),
            Mode::Awake { connections, per_second, count } => modes::awake(self, connections, per_second, count),
            Mode::Shards { connections, per_second, count } => modes::shards(self, connections, per_second, count),
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
