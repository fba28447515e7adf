//! The highest rate at which nothing is lost and nothing piles up.

use super::rate::{deliver, per};
use crate::fanout::sample::{Section, Spent};
use crate::fanout::suite::Start;
use crate::load::{Ask, Load, Tally};
use crate::report::{Measured, Metric};
use std::io;
use std::time::{Duration, Instant};

/// How much later than the schedule has it the last event may be with everybody: more is a pile.
const PATIENCE: Duration = Duration::from_millis(500);
/// No program gets that far.
const PER_SECOND_MAX: f64 = 20_000.0;

/// Doubles the rate until it is too high, and then looks between the last two; who does not keep up with the first has no figure.
pub(in crate::fanout) fn sweep(
    start: &Start<'_>,
    connections: usize,
    from: f64,
    seconds: f64,
    refinements: u32,
) -> io::Result<Measured> {
    let (mut good, mut bad, mut best): (f64, f64, Option<Step>) = (0.0, f64::INFINITY, None);
    let mut next = from;
    let mut refined = 0;
    while next <= PER_SECOND_MAX {
        let step = run(start, connections, next, seconds)?;
        if step.tally.doubled + step.tally.out_of_order > 0 {
            return Ok(Measured::of(&step.tally));
        }
        if step.is_kept_up {
            (good, best) = (next, Some(step));
        } else if good == 0.0 {
            // Late is no error: some machines are too slow for some programs, and some do something else. To lose events is.
            let late = format!("it did not keep up with {from} events per second");
            let measured = Measured::of(&step.tally).with_load(step.spent.load_share);
            return Ok(if measured.is_sound() { measured.withdrawn(late) } else { measured });
        } else {
            bad = next;
        }
        if bad.is_finite() {
            if refined == refinements {
                break;
            }
            refined += 1;
            next = f64::midpoint(good, bad);
        } else {
            next *= 2.0;
        }
    }
    let Some(best) = best else { return Ok(Measured::without("no rate was tried")) };
    #[expect(clippy::cast_precision_loss, reason = "there are not so many connections")]
    let rate = good * connections as f64;
    let cpu = per(best.spent.cpu_nanos, best.tally.events);
    let measured = Measured::of(&best.tally).with(Metric::Rate, rate).with(Metric::CpuPerEvent, cpu);
    Ok(measured.with_load(best.spent.load_share))
}

struct Step {
    tally: Tally,
    spent: Spent,
    /// Everybody got everything, and in time.
    is_kept_up: bool,
}

/// One rate, with a server of its own, so that no pile is handed down.
fn run(start: &Start<'_>, connections: usize, per_second: f64, seconds: f64) -> io::Result<Step> {
    let mut server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    load.connect(connections, &Ask::events())?;
    let (section, begun) = (Section::begin(&server.process)?, Instant::now());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let count = (per_second * seconds).ceil() as u64;
    deliver(&mut server, &mut load, per_second, count, PATIENCE)?;
    // Who publishes later than was ordered has not kept up, even if nothing is missing in the end.
    let is_in_time = begun.elapsed() <= Duration::from_secs_f64(seconds) + PATIENCE;
    let spent = section.end()?;
    let is_kept_up = is_in_time && load.tally.is_sound() && load.tally.closed == 0;
    Ok(Step { spent, is_kept_up, tally: load.tally.clone() })
}
