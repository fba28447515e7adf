//! What a process costs, as the system tells it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{DirEntry, read_dir, read_to_string};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A process that is looked at from the outside.
#[derive(Clone, Debug)]
pub(super) struct Process {
    folder: PathBuf,
}

impl Process {
    pub(super) fn new(pid: u32) -> Self {
        Self { folder: Path::new("/proc").join(pid.to_string()) }
    }

    /// The processor time of each of its threads so far, in nanoseconds.
    ///
    /// `/proc/PID/stat` has the sum in hundredths of a second, which is too coarse; a thread that ended meanwhile is missing
    /// here, and the threads of these programs do not end.
    fn cpu_nanos(&self) -> io::Result<BTreeMap<OsString, f64>> {
        let threads = read_dir(self.folder.join("task"))?;
        let nanos = |thread: io::Result<DirEntry>| {
            let thread = thread?;
            Ok((thread.file_name(), number(&read_to_string(thread.path().join("schedstat"))?, "")?))
        };
        threads.map(nanos).collect()
    }

    /// The memory that it has allocated, in bytes, of which the program itself is no part, nor are sockets, which are the
    /// system's.
    pub(super) fn memory_bytes(&self) -> io::Result<f64> {
        Ok(number(&read_to_string(self.folder.join("smaps_rollup"))?, "Pss_Anon:")? * 1024.0)
    }
}

/// A part of a run, from its beginning to its end.
#[derive(Debug)]
pub(super) struct Section {
    process: Process,
    begun: Instant,
    cpu_nanos: BTreeMap<OsString, f64>,
    load_nanos: f64,
}

/// What a part of a run took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    /// The server's processor time.
    pub(super) cpu_nanos: f64,
    /// How busy this thread was, from 0 to 1: near 1 the load is what was measured.
    pub(super) load_share: f64,
    /// What the busiest of the server's threads has of the time of the two busiest.
    pub(super) busiest_share: f64,
}

impl Section {
    pub(super) fn begin(process: &Process) -> io::Result<Self> {
        let load_nanos = own_nanos()?;
        Ok(Self { process: process.clone(), begun: Instant::now(), cpu_nanos: process.cpu_nanos()?, load_nanos })
    }

    pub(super) fn end(self) -> io::Result<Spent> {
        let before = |thread| self.cpu_nanos.get(thread).copied().unwrap_or_default();
        let threads = self.process.cpu_nanos()?;
        let mut threads: Vec<f64> = threads.iter().map(|(thread, nanos)| nanos - before(thread)).collect();
        let wall_nanos = self.begun.elapsed().as_secs_f64() * 1e9;
        threads.sort_by(|one, other| other.total_cmp(one));
        Ok(Spent {
            cpu_nanos: threads.iter().sum(),
            load_share: (own_nanos()? - self.load_nanos) / wall_nanos,
            busiest_share: threads.first().map_or(1.0, |busiest| busiest / threads.iter().take(2).sum::<f64>()),
        })
    }
}

/// The processor time of this thread.
fn own_nanos() -> io::Result<f64> {
    number(&read_to_string("/proc/thread-self/schedstat")?, "")
}

/// The first number after a word.
fn number(text: &str, word: &str) -> io::Result<f64> {
    let after = text.find(word).map(|at| &text[at + word.len()..]);
    let number = after.and_then(|after| after.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("there is no {word} in {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::{Process, Section, number};

    #[test]
    fn numbers_are_found() {
        assert_eq!(number("12 34 5\n", "").ok(), Some(12.0));
        assert_eq!(number("Pss:   7 kB\nPss_Anon:      42 kB\nPss_Dirty: 1 kB\n", "Pss_Anon:").ok(), Some(42.0));
        assert!(number("Pss: 7 kB", "Pss_Anon:").is_err());
    }

    #[test]
    fn this_process_costs_something() {
        let process = Process::new(std::process::id());
        assert!(process.cpu_nanos().expect("it lives").values().sum::<f64>() > 0.0);
        assert!(process.memory_bytes().expect("it lives") > 0.0);
        let section = Section::begin(&process).expect("it lives");
        let sum = (0..1_000_000_u64).fold(0_u64, |sum, number| std::hint::black_box(sum + number));
        let spent = section.end().expect("it lives");
        assert!(sum > 0 && spent.cpu_nanos > 0.0 && spent.load_share > 0.0, "{spent:?}");
    }
}
