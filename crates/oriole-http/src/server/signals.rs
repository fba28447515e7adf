//! SIGTERM, Ctrl-C and the other signals that ask a process to end.

use oriole_core::Signal;
use std::io;

/// The signals that end an application.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    quit: tokio::signal::unix::Signal,
    /// None where the process was started to ignore it.
    #[cfg(unix)]
    hangup: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Listens from now on; the process does not die of them any more.
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let ignores_hangup = ignored().is_some_and(|mask| mask & 1 << (SignalKind::hangup().as_raw_value() - 1) != 0);
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hangup: if ignores_hangup { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    #[cfg(not(unix))]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next signal.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Signal {
        let Self { terminate, interrupt, quit, hangup } = self;
        let hangup = async {
            match hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = terminate.recv() => Signal::Terminate,
            _ = interrupt.recv() => Signal::Interrupt,
            _ = quit.recv() => Signal::Quit,
            _ = hangup => Signal::Hangup,
        }
    }

    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

/// What the process was started to ignore, a bit for each signal: `nohup` means that a hangup is nobody's business. Only
/// Linux tells without `unsafe`.
#[cfg(unix)]
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

/// Ends the process as if nobody had listened to the signal.
#[cfg(unix)]
pub(super) fn die_of(signal: Signal) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    let number = match signal {
        Signal::Interrupt => SIGINT,
        Signal::Hangup => SIGHUP,
        Signal::Quit => SIGQUIT,
        _ => SIGTERM,
    };
    // It returns for signals alone whose default is to do nothing, or that do not exist.
    let _ = signal_hook::low_level::emulate_default_handler(number);
}

#[cfg(not(unix))]
pub(super) fn die_of(_: Signal) {}
