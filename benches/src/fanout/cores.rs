//! One core for the server, another for the load, so that neither waits for the other's.

use rustix::io;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Which core is whose; `None` where there is only one.
#[derive(Clone, Debug)]
pub(super) struct Cores(Option<Pair>);

#[derive(Clone, Debug)]
struct Pair {
    server: CpuSet,
    load: CpuSet,
    both: CpuSet,
}

impl Cores {
    /// Puts this thread on the last core of those that it may use.
    pub(super) fn divide() -> io::Result<Self> {
        let all = sched_getaffinity(None)?;
        let mut ours = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        let set = |cores: &[usize]| {
            let mut set = CpuSet::new();
            cores.iter().for_each(|core| set.set(*core));
            set
        };
        let (Some(first), Some(last)) = (ours.next(), ours.next_back()) else { return Ok(Self(None)) };
        let pair = Pair { server: set(&[first]), load: set(&[last]), both: set(&[first, last]) };
        sched_setaffinity(None, &pair.load)?;
        Ok(Self(Some(pair)))
    }

    /// Runs what starts a process, which then stays on the server's core.
    pub(super) fn as_server<T>(&self, start: impl FnOnce() -> T) -> io::Result<T> {
        self.on(|pair| pair.server, start)
    }

    /// Runs what starts a process, which then has the load's core as well.
    pub(super) fn as_two<T>(&self, start: impl FnOnce() -> T) -> io::Result<T> {
        self.on(|pair| pair.both, start)
    }

    fn on<T>(&self, cores: impl FnOnce(&Pair) -> CpuSet, start: impl FnOnce() -> T) -> io::Result<T> {
        let Some(pair) = &self.0 else { return Ok(start()) };
        sched_setaffinity(None, &cores(pair))?;
        let started = start();
        sched_setaffinity(None, &pair.load)?;
        Ok(started)
    }
}
