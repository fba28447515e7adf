//! How long a smoke run may take.

use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// For all parts together, on a machine that has nothing else to do.
const QUICK_MAX: Duration = Duration::from_secs(120);
/// How often it is looked whether a part has ended.
const LOOK: Duration = Duration::from_millis(50);

/// When a smoke run began.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    begun: Instant,
}

impl Limit {
    pub(super) fn from(begun: Instant) -> Self {
        Self { begun }
    }

    fn is_over(self) -> bool {
        let elapsed = self.begun.elapsed();
        elapsed > QUICK_MAX && elapsed > allowed(load(), cores())
    }
}

/// The smoke run itself keeps two cores busy at most; who shares them with others has as much more time.
fn allowed(load: f64, cores: f64) -> Duration {
    QUICK_MAX.mul_f64((load / cores).max(1.0))
}

/// How many tasks ran or wanted to, on average over the last minute.
fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default()
}

fn cores() -> f64 {
    thread::available_parallelism().map_or(1.0, |cores| f64::from(u32::try_from(cores.get()).unwrap_or(u32::MAX)))
}

/// Runs a program to its end, or until the time is over; says what was wrong.
pub(super) fn ran_within(command: &mut Command, limit: Option<Limit>) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|error| format!("{program} could not be started: {error}"))?;
    match wait(&mut child, || limit.is_some_and(Limit::is_over)) {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => Err(format!("it ended with {status}")),
        Ok(None) => Err(format!("the smoke run took longer than {} s, and was ended", QUICK_MAX.as_secs())),
        Err(error) => Err(format!("{program} was lost: {error}")),
    }
}

/// `None` if the child was ended.
fn wait(child: &mut Child, is_over: impl Fn() -> bool) -> std::io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if is_over() {
            // The programs that it has started end with it, since their input does.
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::{QUICK_MAX, allowed, ran_within, wait};
    use std::process::Command;

    #[test]
    fn who_shares_the_cores_has_more_time() {
        assert_eq!((allowed(0.0, 2.0), allowed(2.0, 2.0)), (QUICK_MAX, QUICK_MAX));
        assert_eq!(allowed(6.0, 2.0), 3 * QUICK_MAX);
    }

    #[test]
    fn what_does_not_end_is_ended() {
        let mut child = Command::new("sleep").arg("600").spawn().expect("there is a `sleep`");
        assert_eq!(wait(&mut child, || true).expect("it is our child"), None);
    }

    #[test]
    fn what_fails_is_told() {
        assert_eq!(ran_within(&mut Command::new("true"), None), Ok(()));
        assert!(ran_within(&mut Command::new("false"), None).is_err_and(|fault| fault.contains("exit status: 1")));
        assert!(ran_within(&mut Command::new("./nothing"), None).is_err_and(|fault| fault.contains("./nothing")));
    }
}
