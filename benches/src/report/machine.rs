//! Where and when it was measured, and what: figures without it are nobody's.

use super::versions::{commit, versions};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::read_to_string;
use std::thread::{available_parallelism, sleep};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
    /// How many of them had work in the second before; near 0 with nothing else on the machine.
    pub busy_before: f64,
    /// How many tasks ran or wanted to, on average over the minute before; after a build it is high for a while.
    pub load_before: f64,
    /// Whether the programs were built to be fast.
    pub is_release: bool,
    /// Of which commit Oriole is, and whether it was changed since; `None` where there is no repository.
    pub commit: Option<String>,
    /// What the others are, by the names that tables have.
    pub versions: BTreeMap<&'static str, String>,
}

/// From here on a machine has other work, of which figures are the worse: a quarter of a core.
const BUSY: f64 = 0.25;
/// How long it is looked whether it has.
const LOOK: Duration = Duration::from_secs(1);
/// How often at most before figures that mean something: what a build leaves to be done is over after a few seconds.
const LOOKS_MAX: u32 = 10;

impl Machine {
    /// Reads it from the system; it looks for a second what else is done, and unless the run is a quick one for up to ten, while
    /// there is much.
    #[must_use]
    pub fn here(is_quick: bool) -> Self {
        let read = |path| read_to_string(path).unwrap_or_default();
        let (processors, load) = (read("/proc/cpuinfo"), read("/proc/loadavg"));
        let processor = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let cores = available_parallelism().map_or(1, usize::from);
        let looks = (0..if is_quick { 1 } else { LOOKS_MAX }).map(|_| {
            let before = Ticks::now();
            sleep(LOOK);
            Ticks::now().busy_since(&before)
        });
        let busy_before = until_quiet(looks);
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            day: day(seconds / 86_400),
            processor: processor.map_or("a processor without a name", |(_, name)| name).trim().to_owned(),
            cores,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            busy_before,
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
        let Self { day, processor, cores, kernel, busy_before, load_before, .. } = self;
        write!(f, "{day}, {cores} cores of {processor}, Linux {kernel}")?;
        if *busy_before >= BUSY {
            write!(f, ", which had other work (load {load_before:.0})")?;
        }
        if self.is_release { Ok(()) } else { f.write_str(", dev profile: the figures mean nothing") }
    }
}

/// The first look that found nothing worth telling, or the last.
fn until_quiet(mut looks: impl Iterator<Item = f64>) -> f64 {
    let mut last = 0.0;
    looks.find(|busy| {
        last = *busy;
        last < BUSY
    });
    last
}

/// What the cores have done since the system began, in its ticks.
struct Ticks {
    cores: f64,
    all: f64,
    idle: f64,
}

impl Ticks {
    fn now() -> Self {
        Self::of(&read_to_string("/proc/stat").unwrap_or_default())
    }

    fn of(stat: &str) -> Self {
        let sum = stat.lines().next().unwrap_or_default();
        let ticks: Vec<f64> = sum.split_whitespace().skip(1).filter_map(|ticks| ticks.parse().ok()).collect();
        // Who waits for the disk leaves the core to others. What a guest took stands in `user` as well.
        let idle = ticks.iter().skip(3).take(2).sum();
        #[expect(clippy::cast_precision_loss, reason = "there are not so many cores")]
        let cores = stat.lines().skip(1).take_while(|line| line.starts_with("cpu")).count() as f64;
        Self { cores, all: ticks.iter().take(8).sum(), idle }
    }

    /// How many cores were busy.
    fn busy_since(&self, before: &Self) -> f64 {
        let all = self.all - before.all;
        if all > 0.0 { self.cores * (1.0 - (self.idle - before.idle) / all) } else { 0.0 }
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
    use super::{Machine, Ticks, day, until_quiet};

    #[test]
    fn days_have_dates() {
        let days = [0, 58, 59, 11_016, 11_017, 19_782, 20_454];
        let dates = ["1970-01-01", "1970-02-28", "1970-03-01", "2000-02-29", "2000-03-01", "2024-02-29", "2026-01-01"];
        assert_eq!(days.map(day), dates);
    }

    #[test]
    fn other_work_is_told() {
        let machine = Machine { busy_before: 0.2, load_before: 3.0, is_release: true, ..Machine::default() };
        assert!(!machine.to_string().contains("other work"), "{machine}");
        let machine = Machine { busy_before: 2.0, load_before: 11.6, ..machine };
        assert!(machine.to_string().ends_with(", which had other work (load 12)"), "{machine}");
    }

    #[test]
    fn what_is_over_soon_is_waited_for() {
        let looked = |busy: &[f64]| {
            let mut looks = busy.iter().copied();
            (until_quiet(&mut looks), looks.len())
        };
        assert_eq!(looked(&[1.5, 0.1, 0.0]), (0.1, 1));
        assert_eq!(looked(&[1.5, 0.9]), (0.9, 0));
    }

    #[test]
    fn busy_cores_are_counted() {
        let before = Ticks::of("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1\ncpu1 1\nintr 7\n");
        let half = Ticks::of("cpu  150 20 60 860 70 10 10 20 30 30\ncpu0 1\ncpu1 1\nintr 7\n");
        assert!((half.busy_since(&before) - 1.2).abs() < 1e-9, "120 of 200 ticks on two cores");
        assert!(before.busy_since(&before).abs() < f64::EPSILON);
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
        let machine = Machine::here(true);
        assert!(machine.day.starts_with("20") && machine.cores > 0 && !machine.kernel.is_empty(), "{machine:?}");
    }
}
