//! How long it takes: who has half an hour wants to know before.

use super::case::{Case, Mode};
use super::program::Program;
use std::time::Duration;

/// From the start of a program until it takes connections.
const START: f64 = 0.3;
const START_NEST: f64 = 1.5;
/// A connection, with all that both sides do for it on a core each.
const CONNECTION: f64 = 0.000_25;
/// What a step of the sweep lasts beyond its own time.
const STEP: f64 = 0.4;
/// Rates of a sweep from 50 per second, with what comes between the last two.
const STEPS: f64 = 9.0;

/// How long the last events are waited for.
const PATIENCE: f64 = 120.0;

/// How many events a program writes, one at a time, to connections of their own.
fn events_per_second(program: Program) -> f64 {
    match program {
        Program::Nest => 40_000.0,
        Program::Axum | Program::Actix => 100_000.0,
        _ => 200_000.0,
    }
}

impl Case {
    /// About how long a round of one program takes, on two cores with nothing else to do.
    #[must_use]
    pub fn estimate(&self, program: Program) -> Duration {
        let start = if program == Program::Nest { START_NEST } else { START };
        #[expect(clippy::cast_precision_loss, reason = "there are not so many connections")]
        let connect = |connections: usize| start + connections as f64 * CONNECTION;
        #[expect(clippy::cast_precision_loss, reason = "there are fewer events than that")]
        let all = |count: u64, per_second: f64| count as f64 / per_second;
        // Who cannot keep to the schedule takes as long as it takes, until patience is over.
        let events = |connections: usize, count: u64, per_second: f64| {
            let (planned, needed) =
                (all(count, per_second), all(count * connections as u64, events_per_second(program)));
            planned.max(needed.min(planned + PATIENCE))
        };
        let seconds = match self.mode {
            // It waits for a second before and after.
            Mode::Idle { connections } => connect(connections) + 2.0,
            Mode::Rate { connections, per_second, count }
            | Mode::Awake { connections, per_second, count }
            | Mode::Shards { connections, per_second, count } => {
                connect(connections) + events(connections, count.into(), per_second)
            }
            Mode::Sweep { connections, seconds, .. } => STEPS * (connect(connections) + seconds + STEP),
            Mode::Burst { connections, count } => connect(connections) + all(count * connections as u64, 200_000.0),
            Mode::Churn { connections, per_second, count, .. } | Mode::Stalled { connections, per_second, count } => {
                connect(connections) + events(connections, count, per_second)
            }
            Mode::Storm { connections } => 2.0 * connect(connections) + 1.0,
            Mode::Hello { connections, requests } => connect(connections) + all(requests as u64, 15_000.0),
        };
        Duration::from_secs_f64(seconds)
    }
}
