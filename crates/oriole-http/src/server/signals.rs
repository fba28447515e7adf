//! SIGTERM, Ctrl-C and the other signals that ask a process to end.

use oriole_core::Signal;
#[cfg(unix)]
use std::future::poll_fn;
use std::io;
#[cfg(unix)]
use std::task::Poll;

/// The signals that end an application.
pub(super) struct Signals {
    #[cfg(unix)]
    heard: Vec<(Signal, tokio::signal::unix::Signal)>,
}

impl Signals {
    /// Listens from now on; the process does not die of them any more.
    #[cfg(unix)]
    pub(super) fn listen(which: &[Signal]) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let ignored = ignored().unwrap_or_default();
        let mut heard = Vec::new();
        for &which in which {
            let number = number(which);
            // Whom a hangup does not end was started so.
            if which != Signal::Hangup || ignored & (1 << (number - 1)) == 0 {
                heard.push((which, signal(SignalKind::from_raw(number))?));
            }
        }
        Ok(Self { heard })
    }

    #[cfg(not(unix))]
    pub(super) fn listen(_: &[Signal]) -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next signal.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Signal {
        poll_fn(|cx| {
            let mut come =
                self.heard.iter_mut().filter_map(|(which, signal)| signal.poll_recv(cx).is_ready().then_some(*which));
            come.next().map_or(Poll::Pending, Poll::Ready)
        })
        .await
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

#[cfg(unix)]
fn number(signal: Signal) -> i32 {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR2};

    match signal {
        Signal::Interrupt => SIGINT,
        Signal::Hangup => SIGHUP,
        Signal::Quit => SIGQUIT,
        Signal::User2 => SIGUSR2,
        _ => SIGTERM,
    }
}

/// Ends the process as if nobody had listened to the signal.
#[cfg(unix)]
pub(crate) fn die_of(signal: Signal) {
    // It returns for signals alone whose default is to do nothing, or that do not exist.
    let _ = signal_hook::low_level::emulate_default_handler(number(signal));
}

#[cfg(not(unix))]
pub(crate) fn die_of(_: Signal) {}
