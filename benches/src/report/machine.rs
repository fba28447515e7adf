//! Where and when it was measured, and what: figures without it are nobody's.

use super::versions::{commit, versions};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::read_to_string;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where, when and what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// `2026-02-28`, by UTC.
    pub day: String,
    /// As the processor calls itself.
    pub processor: String,
    /// How many cores there are for this process.
    pub cores: usize,
    /// The kernel's release.
    pub kernel: String,
    /// How many tasks ran or wanted to, on average over the minute before: with nothing else on the machine less than one.
    pub load_before: f64,
    /// Whether the programs were built to be fast.
    pub is_release: bool,
    /// Of which commit Oriole is, and whether it was changed since; `None` where there is no repository.
    pub commit: Option<String>,
    /// What the others are, by the names that tables have.
    pub versions: BTreeMap<&'static str, String>,
}

/// From here on a machine has other work, of which figures are the worse.
const BUSY: f64 = 1.0;

impl Machine {
    /// Reads it from the system.
    #[must_use]
    pub fn here() -> Self {
        let read = |path| read_to_string(path).unwrap_or_default();
        let (processors, load) = (read("/proc/cpuinfo"), read("/proc/loadavg"));
        let processor = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            day: day(seconds / 86_400),
            processor: processor.map_or("a processor without a name", |(_, name)| name).trim().to_owned(),
            cores: available_parallelism().map_or(1, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load_before: load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default(),
            is_release: !cfg!(debug_assertions),
            commit: commit(),
            versions: versions(),
        }
    }

    /// What some programs are: `Oriole at 0123456789; axum 0.8.9`.
    #[must_use]
    pub fn compared(&self, programs: &[&str]) -> String {
        let oriole =
            self.commit.as_ref().map_or("Oriole of an unknown commit".to_owned(), |at| format!("Oriole at {at}"));
        let others = programs.iter().filter_map(|program| self.versions.get(program).cloned());
        [oriole].into_iter().chain(others).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, processor, cores, kernel, load_before, .. } = self;
        write!(f, "{day}, {cores} cores of {processor}, Linux {kernel}")?;
        if *load_before >= BUSY {
            write!(f, ", which had other work (load {load_before:.0})")?;
        }
        if self.is_release { Ok(()) } else { f.write_str(", dev profile: the figures mean nothing") }
    }
}

/// The date of a day after 1970-01-01.
fn day(mut days: u64) -> String {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, days + 1)
}

#[cfg(test)]
mod tests {
    use super::{Machine, day};

    #[test]
    fn days_have_dates() {
        let days = [0, 58, 59, 11_016, 11_017, 19_782, 20_454];
        let dates = ["1970-01-01", "1970-02-28", "1970-03-01", "2000-02-29", "2000-03-01", "2024-02-29", "2026-01-01"];
        assert_eq!(days.map(day), dates);
    }

    #[test]
    fn other_work_is_told() {
        let machine = Machine { load_before: 0.9, is_release: true, ..Machine::here() };
        assert!(!machine.to_string().contains("other work"), "{machine}");
        let machine = Machine { load_before: 11.6, ..machine };
        assert!(machine.to_string().ends_with(", which had other work (load 12)"), "{machine}");
    }

    #[test]
    fn what_is_compared_has_versions() {
        let versions = [("axum", "axum 0.8.9".to_owned()), ("nest", "NestJS 12.5.1".to_owned())].into();
        let machine = Machine { commit: Some("0123456789".to_owned()), versions, ..Machine::default() };
        assert_eq!(machine.compared(&["limit", "oriole", "axum"]), "Oriole at 0123456789; axum 0.8.9");
        assert_eq!(Machine::default().compared(&["axum"]), "Oriole of an unknown commit");
    }

    #[test]
    fn this_machine_is_named() {
        let machine = Machine::here();
        assert!(machine.day.starts_with("20") && machine.cores > 0 && !machine.kernel.is_empty(), "{machine:?}");
    }
}
