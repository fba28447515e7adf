//! What a piece of work takes, and where there is room for it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The folder in which cargo built this program, below which there is room for what is written: `target`, unless cargo was told
/// otherwise.
///
/// # Errors
///
/// The system's, if it does not know where this program is.
pub fn target_folder() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    // It is in the folder of its profile.
    let target = program.ancestors().nth(2).unwrap_or(Path::new("target"));
    Ok(target.to_owned())
}

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
