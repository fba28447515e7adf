//! The parts, and how long they take.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

/// A program with tables and a file of JSON of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Event streams, and hello; the program `fanout`.
    Streams,
    Request,
    Decode,
    Scope,
    Durable,
    /// Builds whole applications: minutes.
    Scale,
}

impl Part {
    pub(super) const ALL: [Self; 6] =
        [Self::Streams, Self::Request, Self::Decode, Self::Scope, Self::Durable, Self::Scale];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Streams => "streams",
            Self::Request => "request",
            Self::Decode => "decode",
            Self::Scope => "scope",
            Self::Durable => "durable",
            Self::Scale => "scale",
        }
    }

    pub(super) fn program(self) -> &'static str {
        if self == Self::Streams { "fanout" } else { self.name() }
    }
}

/// Asks each program how long it takes, on two cores with nothing else to do.
pub(super) fn estimate(parts: impl Iterator<Item = (Part, Command)>) -> String {
    let seconds = |mut command: Command| {
        let output = command.arg("--estimate").stdin(Stdio::null()).output().ok()?;
        String::from_utf8_lossy(&output.stdout).trim().parse::<u64>().ok()
    };
    // What cannot say it will not run either, and says why then.
    sum(parts.filter_map(|(part, command)| Some((part, seconds(command)?))))
}

pub(super) fn sum(parts: impl Iterator<Item = (Part, u64)>) -> String {
    let (mut all, mut each) = (0, String::new());
    for (part, seconds) in parts {
        all += seconds;
        let _ = write!(each, "{}{} {}", if each.is_empty() { "" } else { ", " }, part.name(), time(seconds));
    }
    format!("On two cores with nothing else to do this takes about {}: {each}.", time(all))
}

fn time(seconds: u64) -> String {
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}
