//! The programs, and how one is started and told what to do.

use super::case::Transport;
use super::certificate::Certificate;
use super::cores::Cores;
use super::sample::Process;
use crate::load::{Protocol, Target};
use std::fs::exists;
use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// A program that serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// Raw sockets, one `send` for each event and connection.
    Limit,
    /// The same, all events that are due in one `send`.
    LimitBatch,
    /// hyper without a framework: requests only.
    Hyper,
    /// An ordinary Oriole application.
    Oriole,
    /// The same, whose streams stay with hyper.
    OrioleBody,
    /// The same as the first on two cores, with two shards.
    OrioleTwo,
    /// Hand-written axum.
    Axum,
    /// actix-web with actix-web-lab's `sse`.
    Actix,
    /// NestJS on Fastify.
    Nest,
}

/// Where the programs are.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where cargo put the binaries: `target/release`, say.
    pub binaries: PathBuf,
    /// Where the Nest application was built.
    pub nest: PathBuf,
}

/// Why a program is not among those that are compared.
#[derive(Clone, Debug)]
pub struct Absent {
    /// What was looked for.
    pub missing: PathBuf,
}

impl Program {
    /// All, in the order of the tables.
    pub const ALL: [Self; 9] = [
        Self::Limit,
        Self::LimitBatch,
        Self::Hyper,
        Self::Oriole,
        Self::OrioleBody,
        Self::OrioleTwo,
        Self::Axum,
        Self::Actix,
        Self::Nest,
    ];

    /// Its name in tables and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::LimitBatch => "limit-batch",
            Self::Hyper => "hyper",
            Self::Oriole => "oriole",
            Self::OrioleBody => "oriole-body",
            Self::OrioleTwo => "oriole-2-shards",
            Self::Axum => "axum",
            Self::Actix => "actix",
            Self::Nest => "nest",
        }
    }

    /// Whether it is an application of Oriole's.
    #[must_use]
    pub fn is_oriole(self) -> bool {
        matches!(self, Self::Oriole | Self::OrioleBody | Self::OrioleTwo)
    }

    /// Whether it is what nobody can be better than, written here.
    #[must_use]
    pub fn is_floor(self) -> bool {
        matches!(self, Self::Limit | Self::LimitBatch | Self::Hyper)
    }

    /// Says what is missing, if it cannot be started.
    ///
    /// # Errors
    ///
    /// [`Absent`], if it was not built.
    pub fn find(self, place: &Place, transport: Transport) -> Result<PathBuf, Absent> {
        let path = match (self, transport) {
            (Self::Limit | Self::LimitBatch, _) => place.binaries.join("serve_limit"),
            (Self::Nest, _) => place.nest.join("main.js"),
            (Self::OrioleBody | Self::OrioleTwo, _) => place.binaries.join("serve_oriole"),
            (other, Transport::Plain) => place.binaries.join(format!("serve_{}", other.name())),
            // Apart, since what speaks HTTP/2 as well is larger and slower where it does not.
            (other, Transport::Tls | Transport::Http2) => place.binaries.join(format!("serve_{}_over", other.name())),
        };
        if exists(&path).unwrap_or(false) { Ok(path) } else { Err(Absent { missing: path }) }
    }

    fn command(self, path: &Path, port: u16, tls: Option<&Certificate>) -> Command {
        let mut command = Command::new(if self == Self::Nest { Path::new("node") } else { path });
        if self == Self::Nest {
            command.arg(path);
        }
        command.arg(port.to_string());
        match self {
            Self::LimitBatch => command.arg("--batch"),
            Self::OrioleBody => command.args(["--takeover", "off"]),
            Self::OrioleTwo => command.args(["--shards", "2"]),
            Self::Limit | Self::Hyper | Self::Oriole | Self::Axum | Self::Actix | Self::Nest => &mut command,
        };
        if let Some(Certificate { chain, key, .. }) = tls {
            command.arg(chain).arg(key);
        }
        command
    }
}

/// A program that runs; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) target: Target,
    pub(super) process: Process,
    child: Child,
    orders: ChildStdin,
    lines: Receiver<String>,
}

/// How long a program may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);

impl Running {
    /// Starts a program; port 0 is one of the system's choice.
    pub(super) fn start(
        program: Program,
        (path, transport): (&Path, Transport),
        (cores, certificate): (&Cores, &Certificate),
        port: u16,
    ) -> io::Result<Self> {
        let (protocol, tls) = match transport {
            Transport::Plain => (Protocol::Http1, None),
            Transport::Tls => (Protocol::Http1OverTls(certificate.client.clone()), Some(certificate)),
            Transport::Http2 => (Protocol::Http2, None),
        };
        let mut command = program.command(path, port, tls);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).env("NODE_ENV", "production");
        let mut child = match program {
            Program::OrioleTwo => cores.as_two(|| command.spawn())??,
            _ => cores.as_server(|| command.spawn())??,
        };
        let (Some(orders), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the program has no pipes"));
        };
        let (sender, lines) = sync_channel(64);
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let process = Process::new(child.id());
        let target = Target { addr: SocketAddr::from(([127, 0, 0, 1], 0)), protocol };
        // From here on the process ends with this value.
        let mut this = Self { target, process, child, orders, lines };
        loop {
            let line = this.lines.recv_timeout(START_TIMEOUT);
            let line = line.map_err(|_| io::Error::other(format!("{} did not start", program.name())))?;
            // Loggers write to the same output.
            if let Some(addr) = line.strip_prefix("listening ") {
                this.target.addr = addr.parse().map_err(io::Error::other)?;
                return Ok(this);
            }
        }
    }

    /// Orders events.
    pub(super) fn publish(&mut self, rate: f64, count: u64) -> io::Result<()> {
        writeln!(self.orders, "publish {rate} {count}")?;
        self.orders.flush()
    }

    /// The number of the last event, once all that were ordered are published.
    pub(super) fn published(&self) -> io::Result<Option<u64>> {
        loop {
            match self.lines.try_recv() {
                Ok(line) => {
                    let last = line.strip_prefix("published ").and_then(|range| range.split(' ').nth(1)?.parse().ok());
                    if last.is_some() {
                        return Ok(last);
                    }
                }
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => return Err(io::Error::other("the server has ended")),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
