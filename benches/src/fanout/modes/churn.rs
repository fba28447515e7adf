//! Connections that come and go while events go out.

use super::rate::{PATIENCE, last_ones, per, published};
use crate::fanout::sample::Section;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use crate::report::{Measured, Metric};
use std::io;
use std::time::Instant;

/// What a connection costs that comes and goes, and its part of the events.
///
/// The even ones stay from the first event to the last, and get all of them; of the odd ones each is replaced in its turn.
pub(in crate::fanout) fn churn(
    start: &Start<'_>,
    connections: usize,
    replaced_per_second: f64,
    per_second: f64,
    count: u64,
) -> io::Result<Measured> {
    let mut server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    load.connect(connections, &Ask::events())?;
    let newcomer = Ask { first: None, ..Ask::events() };
    let section = Section::begin(&server.process)?;
    let (begun, mut replaced) = (Instant::now(), 0_usize);
    server.publish(per_second, count)?;
    let last = published(&server, &mut load, per_second, count, |load| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
        let due = (begun.elapsed().as_secs_f64() * replaced_per_second) as usize;
        while replaced < due {
            load.replace(replaced * 2 % connections + 1, &newcomer)?;
            replaced += 1;
        }
        Ok(())
    })?;
    last_ones(&mut load, PATIENCE, |load| load.is_caught_up(last))?;
    load.settle(last);
    let spent = section.end()?;
    let cpu = per(spent.cpu_nanos, replaced as u64);
    Ok(Measured::of(&load.tally).with(Metric::CpuPerConnection, cpu).with_load(spent.load_share))
}
