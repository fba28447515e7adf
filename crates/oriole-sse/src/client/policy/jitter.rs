//! Chance, so that many clients do not come back at once.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

/// Gives numbers from 0 up to, and without, 1.
pub(in crate::client) type JitterSource = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Lengthens a wait by up to so many percent of it; never shortens it, since the server's time is a minimum (rule C12).
pub(in crate::client) fn lengthened(wait: Duration, percent_max: u32, fraction: f64) -> Duration {
    let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
    let share = f64::from(percent_max) / 100.0 * fraction;
    let more = Duration::try_from_secs_f64(wait.as_secs_f64() * share).unwrap_or(Duration::MAX);
    wait.saturating_add(more)
}

/// Gives another number each time, from the keys with which the standard library guards its maps.
pub(in crate::client) fn random_fraction() -> f64 {
    // The upper 32 bits; more make no difference to a wait.
    let bits = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or(0);
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}
