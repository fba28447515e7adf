//! What becomes of a source whose connection is lost.

use std::time::Duration;

use http::Method;

use super::error::{GaveUpReason, SourceError};
use super::handle::ReadyState;
use super::policy::{is_idempotent, lengthened, retry_after};
use super::signal::Signal;
use super::source::{EventSource, Phase};

impl EventSource {
    pub(super) fn lose_reading(&mut self, error: SourceError) -> Option<Signal> {
        let is_whole = !self.decoder.end();
        self.tell_id();
        if !self.count_progress() {
            self.fruitless = self.fruitless.saturating_add(1);
        }
        let sent = match &self.phase {
            Phase::Reading(reading) => Some(reading.method.clone()),
            _ => None,
        };
        if is_whole && matches!(error, SourceError::BodyEnded) && !sent.as_ref().is_none_or(|sent| self.repeats(sent)) {
            // All that was asked for has come.
            self.close();
            return None;
        }
        self.lose(error, sent)
    }

    pub(super) fn restart(&mut self) -> Option<Signal> {
        self.decoder.end();
        self.count_progress();
        self.phase = Phase::Idle;
        self.shared.set_state(ReadyState::Connecting);
        Some(Signal::Reconnecting { error: SourceError::Restarted, wait: Duration::ZERO })
    }

    /// Tells whether the connection that is over was progress, and remembers it if so.
    fn count_progress(&mut self) -> bool {
        let Phase::Reading(reading) = &self.phase else {
            return false;
        };
        let now = self.context.clock.now();
        let uptime = now.saturating_duration_since(reading.opened);
        let is_progress = reading.has_events || uptime >= self.options().backoff.reset_after;
        if is_progress {
            self.fruitless = 0;
            self.last_progress = Some(now);
        }
        is_progress
    }

    /// Whether a request that may have been received is sent again.
    fn repeats(&self, method: &Method) -> bool {
        is_idempotent(method) || self.options().repeat_non_idempotent
    }

    /// Decides what a loss means (rules C5 to C7, C10, C12, C15).
    pub(super) fn lose(&mut self, error: SourceError, sent: Option<Method>) -> Option<Signal> {
        if self.ready_state() == ReadyState::Closed {
            // While the loss came; nothing is told of it (rule A2).
            self.phase = Phase::Closed;
            return None;
        }
        let clock = &*self.context.clock;
        let options = self.options();
        let mut asked = Duration::ZERO;
        let is_final = match &error {
            SourceError::Status(response) if options.retry_statuses.contains(&response.status) => {
                let after = retry_after(&response.headers, clock.wall()).unwrap_or_default();
                asked = after.min(options.retry_after_max);
                false
            }
            SourceError::Request(error) => error.is_fatal(),
            SourceError::Transport(_)
            | SourceError::BodyEnded
            | SourceError::IdleTimeout { .. }
            | SourceError::HeadTimeout { .. }
            | SourceError::Restarted => false,
            SourceError::Status(_)
            | SourceError::ContentType(_)
            | SourceError::ContentEncoding(_)
            | SourceError::Redirect(_)
            | SourceError::Decode(_)
            | SourceError::GaveUp { .. }
            | SourceError::NotRepeated { .. } => true,
        };
        if is_final {
            return self.fail(error);
        }
        if let Some(method) = sent.filter(|method| !self.repeats(method)) {
            return self.fail(SourceError::NotRepeated { method, last: Box::new(error) });
        }

        let own = options.backoff.wait(self.fruitless);
        let wait = self.reconnection_time().max(own).max(asked);
        let wait = lengthened(wait, options.jitter_percent, (self.jitter)());
        let now = clock.now();
        let without_progress = self.last_progress.map_or(Duration::ZERO, |then| now.saturating_duration_since(then));
        let gave_up = if self.attempts == 1 && !self.has_opened && !options.retry_first_attempt {
            Some(GaveUpReason::FirstAttempt)
        } else if options.attempts_max.is_some_and(|max| self.fruitless >= max.max(1)) {
            Some(GaveUpReason::Attempts)
        } else if options.give_up_after.is_some_and(|limit| without_progress.saturating_add(wait) > limit) {
            Some(GaveUpReason::Time)
        } else {
            None
        };
        if let Some(reason) = gave_up {
            return self.fail(SourceError::GaveUp { reason, last: Box::new(error) });
        }
        // A wait beyond what the time line can name is one without end.
        let sleep = now.checked_add(wait).map(|moment| clock.sleep_until(moment));
        self.phase = Phase::Waiting(sleep);
        self.shared.set_state(ReadyState::Connecting);
        tracing::debug!(%error, ?wait, url = self.shared.logged_url(), "an event source reconnects");
        Some(Signal::Reconnecting { error, wait })
    }

    fn fail(&mut self, error: SourceError) -> Option<Signal> {
        tracing::debug!(%error, url = self.shared.logged_url(), "an event source failed");
        self.close();
        Some(Signal::Failed(error))
    }
}
