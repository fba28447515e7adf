//! Why an application ends.

use std::fmt;

/// The signal that ended the application, as the shutdown hooks receive it (`LCE.11`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Signal {
    /// SIGTERM: a deploy, a container's stop.
    Terminate,
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGHUP: the terminal is gone.
    Hangup,
    /// SIGQUIT: Ctrl-\\.
    Quit,
    /// SIGUSR2: what restarts some supervisors' children; the process would die of it.
    User2,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Terminate, Self::Interrupt, Self::Hangup, Self::Quit, Self::User2];
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminate => "SIGTERM",
            Self::Interrupt => "SIGINT",
            Self::Hangup => "SIGHUP",
            Self::Quit => "SIGQUIT",
            Self::User2 => "SIGUSR2",
        })
    }
}
