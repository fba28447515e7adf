//! How long the end waits for balancers, and whether it has the time.

use super::Health;
use std::time::Duration;

impl Health {
    /// How long the end waits before anything of it happens, or why it cannot. What comes after the delay, one after the
    /// other, has to be done before connections are cut off.
    pub(crate) fn end_delay(
        &self,
        shutdown_timeout: Duration,
        connections_timeout: Duration,
        finish_timeout: Duration,
    ) -> Result<Duration, String> {
        let delay = self.options.shutdown_delay;
        if delay.is_zero() {
            return Ok(delay);
        }
        let summands = [
            ("HealthOptions::shutdown_delay", delay),
            ("SseModuleOptions::drain_window", (self.drain)()),
            ("SseOptions::finish_timeout", finish_timeout),
        ];
        let sum = summands.iter().fold(Duration::ZERO, |sum, (_, time)| sum.saturating_add(*time));
        if sum <= connections_timeout {
            return Ok(delay);
        }
        let there = summands.iter().filter(|(_, time)| !time.is_zero());
        let told: Vec<_> = there.map(|(name, time)| format!("`{name}` {time:?}")).collect();
        Err(format!(
            "the end of the application needs {sum:?} ({}), and has {connections_timeout:?}, four fifths of \
             `Application::shutdown_timeout` {shutdown_timeout:?}: that has to be {:?} at least",
            told.join(" + "),
            sum.saturating_add(sum / 4),
        ))
    }
}
