//! What is measured.

use super::program::Program;

/// One row of the plan: a name for tables, and what is done.
#[derive(Clone, Debug)]
pub struct Case {
    /// As tables and the command line name it.
    pub name: &'static str,
    pub(super) transport: Transport,
    pub(super) mode: Mode,
}

/// What the events go over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP/1.1 on TCP.
    Plain,
    /// HTTP/1.1 on TLS, rustls on both sides.
    Tls,
    /// HTTP/2 with prior knowledge, on TCP: a stream for each connection.
    Http2,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    /// Connections that get nothing.
    Idle { connections: usize },
    /// Events at a rate to all.
    Rate { connections: usize, per_second: f64, count: u32 },
    /// The same, to a load that asks without a pause as long as an event is under way.
    Awake { connections: usize, per_second: f64, count: u32 },
    /// The same on one core and on two.
    Shards { connections: usize, per_second: f64, count: u32 },
    /// Ever faster, until something is lost or piles up.
    Sweep { connections: usize, from: f64, seconds: f64, refinements: u32 },
    /// A stream of its own for each connection, as fast as it goes.
    Burst { connections: usize, count: u64 },
    /// Connections that come and go while events go out.
    Churn { connections: usize, replaced_per_second: f64, per_second: f64, count: u64 },
    /// One connection in a hundred reads nothing.
    Stalled { connections: usize, per_second: f64, count: u64 },
    /// The server ends and begins again, and everybody returns at once.
    Storm { connections: usize },
    /// Requests for a small JSON.
    Hello { connections: usize, requests: usize },
}

impl Case {
    /// Whether a program can do it.
    #[must_use]
    pub fn suits(&self, program: Program) -> bool {
        if self.transport != Transport::Plain {
            return matches!(program, Program::Oriole | Program::Axum);
        }
        match (self.mode, program) {
            (Mode::Shards { .. }, _) => matches!(program, Program::Oriole | Program::OrioleTwo),
            (_, Program::OrioleTwo) => false,
            // No stream of a hub's, so there is nothing to take over.
            (Mode::Hello { .. } | Mode::Burst { .. }, Program::OrioleBody) => false,
            (Mode::Hello { .. }, Program::Limit | Program::LimitBatch) => false,
            (Mode::Hello { .. }, _) => true,
            (_, Program::Hyper) => false,
            // At light load the two floors are one.
            (Mode::Sweep { .. } | Mode::Burst { .. }, Program::LimitBatch) => true,
            (_, Program::LimitBatch) => false,
            _ => true,
        }
    }

    /// With which programs the others are compared.
    #[must_use]
    pub fn references(&self) -> Vec<&'static str> {
        let programs: &[Program] = match self.mode {
            _ if self.transport != Transport::Plain => &[Program::Axum],
            Mode::Shards { .. } => &[Program::Oriole],
            Mode::Hello { .. } => &[Program::Hyper, Program::Axum],
            Mode::Sweep { .. } => &[Program::LimitBatch, Program::Axum],
            // One `send` for each event is what a floor without batches can do, and nobody does.
            Mode::Burst { .. } => &[Program::Limit, Program::LimitBatch, Program::Axum],
            _ => &[Program::Limit, Program::Axum],
        };
        programs.iter().map(|program| program.name()).collect()
    }
}

/// What is published.
#[must_use]
pub fn full() -> Vec<Case> {
    let case = |name, mode| Case { name, transport: Transport::Plain, mode };
    let over = |name, transport, mode| Case { name, transport, mode };
    let rate = |connections, per_second, count| Mode::Rate { connections, per_second, count };
    let awake = |connections, per_second, count| Mode::Awake { connections, per_second, count };
    vec![
        case("idle, 10000 connections", Mode::Idle { connections: 10000 }),
        case("fan-out, 1000 connections, 10/s", rate(1000, 10.0, 110)),
        case("fan-out, 1000 connections, 100/s", rate(1000, 100.0, 400)),
        case("fan-out, 10000 connections, 1/s", rate(10000, 1.0, 8)),
        case("fan-out to a load that is awake, 1000 connections, 10/s", awake(1000, 10.0, 110)),
        case("fan-out to a load that is awake, 1000 connections, 100/s", awake(1000, 100.0, 400)),
        case("fan-out to a load that is awake, 10000 connections, 1/s", awake(10000, 1.0, 8)),
        over("fan-out over TLS, 1000 connections, 100/s", Transport::Tls, rate(1000, 100.0, 300)),
        over("fan-out over HTTP/2, 1000 connections, 100/s", Transport::Http2, rate(1000, 100.0, 300)),
        over(
            "fan-out over HTTP/2 to a load that is awake, 1000 connections, 100/s",
            Transport::Http2,
            awake(1000, 100.0, 300),
        ),
        case("two shards, 1000 connections, 100/s", Mode::Shards { connections: 1000, per_second: 100.0, count: 300 }),
        case("sweep, 1000 connections", Mode::Sweep { connections: 1000, from: 50.0, seconds: 1.5, refinements: 2 }),
        case("burst, 8 connections", Mode::Burst { connections: 8, count: 50_000 }),
        case(
            "churn, 1000 connections, 200 replaced per second, 10/s",
            Mode::Churn { connections: 1000, replaced_per_second: 200.0, per_second: 10.0, count: 40 },
        ),
        case(
            "stalled, 1 % of 1000 connections, 500/s",
            Mode::Stalled { connections: 1000, per_second: 500.0, count: 2000 },
        ),
        case("storm, 5000 connections", Mode::Storm { connections: 5000 }),
        case("hello, 32 connections", Mode::Hello { connections: 32, requests: 60_000 }),
    ]
}

/// The same modes, as small as they can be and still go wrong.
#[must_use]
pub fn quick() -> Vec<Case> {
    let case = |name, mode| Case { name, transport: Transport::Plain, mode };
    let small = Mode::Rate { connections: 200, per_second: 100.0, count: 50 };
    let awake = Mode::Awake { connections: 200, per_second: 100.0, count: 50 };
    let over = |name, transport| Case { name, transport, mode: small };
    vec![
        case("idle", Mode::Idle { connections: 200 }),
        case("fan-out", small),
        case("fan-out to a load that is awake", awake),
        over("fan-out over TLS", Transport::Tls),
        over("fan-out over HTTP/2", Transport::Http2),
        Case { name: "fan-out over HTTP/2 to a load that is awake", transport: Transport::Http2, mode: awake },
        case("two shards", Mode::Shards { connections: 200, per_second: 100.0, count: 50 }),
        case("sweep", Mode::Sweep { connections: 20, from: 50.0, seconds: 0.2, refinements: 0 }),
        case("burst", Mode::Burst { connections: 4, count: 2000 }),
        case("churn", Mode::Churn { connections: 100, replaced_per_second: 100.0, per_second: 50.0, count: 40 }),
        case("stalled", Mode::Stalled { connections: 100, per_second: 200.0, count: 200 }),
        case("storm", Mode::Storm { connections: 200 }),
        case("hello", Mode::Hello { connections: 8, requests: 800 }),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Mode, full, quick};
    use std::mem::{Discriminant, discriminant};

    /// The 99th of a hundred would otherwise be what the worst event of a run took, whatever that had to wait for.
    #[test]
    fn one_event_does_not_decide_what_is_late() {
        let rates = full().into_iter().filter_map(|case| match case.mode {
            Mode::Rate { connections: 1000, count, .. } | Mode::Awake { connections: 1000, count, .. } => {
                Some((case.name, count))
            }
            _ => None,
        });
        let rates: Vec<_> = rates.collect();
        assert!(
            rates.iter().any(|(name, _)| name.ends_with(" 10/s"))
                && rates.iter().any(|(name, _)| name.ends_with(" 100/s"))
        );
        assert!(rates.iter().all(|(_, count)| *count > 100), "{rates:?}");
    }

    /// What is never run in a smoke test rots.
    #[test]
    fn every_mode_and_transport_has_its_small_run() {
        let kinds = |cases: Vec<super::Case>| -> Vec<(Discriminant<Mode>, super::Transport)> {
            cases.iter().map(|case| (discriminant(&case.mode), case.transport)).collect()
        };
        let quick = kinds(quick());
        assert!(kinds(full()).iter().all(|kind| quick.contains(kind)));
    }
}
