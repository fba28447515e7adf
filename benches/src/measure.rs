//! What a piece of work takes.

use std::time::{Duration, Instant};

/// The time that `work` takes.
///
/// # Errors
///
/// What `work` fails with.
pub fn time<E>(work: impl FnOnce() -> Result<(), E>) -> Result<Duration, E> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The time that this thread spent on a processor, which is less noisy than the clock on a busy machine; where it is not
/// told, the clock's.
pub fn cpu_seconds(work: impl FnOnce()) -> f64 {
    let nanos = || std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse::<u64>().ok();
    let (cpu, wall) = (nanos(), Instant::now());
    work();
    match (cpu, nanos()) {
        (Some(before), Some(after)) => Duration::from_nanos(after.saturating_sub(before)).as_secs_f64(),
        _ => wall.elapsed().as_secs_f64(),
    }
}
