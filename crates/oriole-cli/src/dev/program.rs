//! The running project.

use std::env;
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the program has to end by itself.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it is asked whether it has ended.
const ASK_INTERVAL: Duration = Duration::from_millis(20);

/// `cargo run`, which on Unix becomes the program itself once that is built.
pub(super) struct Program {
    child: Child,
}

impl Program {
    pub(super) fn start(arguments: &[String]) -> io::Result<Self> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let child = Command::new(cargo).arg("run").args(arguments).spawn();
        let child =
            child.map_err(|error| io::Error::new(error.kind(), format!("cargo could not be started: {error}")))?;
        Ok(Self { child })
    }

    pub(super) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Ends it: with a signal that lets it end in good order where there is one, and by force when its time is up.
    pub(super) fn stop(mut self) -> io::Result<()> {
        if cfg!(unix) && self.ended()?.is_none() {
            // Where there is no such command, force is left.
            let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
            let deadline = Instant::now() + END_TIMEOUT;
            while self.ended()?.is_none() && Instant::now() < deadline {
                sleep(ASK_INTERVAL);
            }
        }
        self.force()
    }

    fn force(&mut self) -> io::Result<()> {
        if self.ended()?.is_none() {
            self.child.kill()?;
            self.child.wait()?;
        }
        Ok(())
    }
}

/// No program is left behind by an error.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.force();
    }
}
