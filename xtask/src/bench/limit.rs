//! How long a smoke run may take.

use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// For all parts together, on a machine that has nothing else to do. It is told when it takes longer, and is no fault: nobody knows
/// what else a machine does.
const QUICK_MAX: Duration = Duration::from_secs(120);
/// What takes this long hangs.
const HANGS_AFTER: Duration = Duration::from_secs(30 * 60);
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
        self.begun.elapsed() > HANGS_AFTER
    }

    /// What is to be said of the time that it took.
    pub(super) fn told(self) -> Option<String> {
        told(self.begun.elapsed())
    }
}

fn told(took: Duration) -> Option<String> {
    let (took, most) = (took.as_secs(), QUICK_MAX.as_secs());
    (took > most).then(|| format!("the smoke run took {took} s; {most} s are meant, where nothing else runs"))
}

/// Runs a program to its end, or until the time is over; says what was wrong.
pub(super) fn ran_within(command: &mut Command, limit: Option<Limit>) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|error| format!("{program} could not be started: {error}"))?;
    match wait(&mut child, || limit.is_some_and(Limit::is_over)) {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => Err(format!("it ended with {status}")),
        Ok(None) => Err(format!("the smoke run hangs: it was ended after {} s", HANGS_AFTER.as_secs())),
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
    use super::{QUICK_MAX, ran_within, told, wait};
    use std::process::Command;
    use std::time::Duration;

    #[test]
    fn a_slow_machine_is_told_and_is_no_fault() {
        assert_eq!(told(QUICK_MAX), None);
        let expected = "the smoke run took 121 s; 120 s are meant, where nothing else runs";
        assert_eq!(told(QUICK_MAX + Duration::from_secs(1)).as_deref(), Some(expected));
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
