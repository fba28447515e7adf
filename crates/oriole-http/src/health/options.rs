//! What is asked, and within which bounds.

use super::HealthIndicator;
use super::indicator::DynIndicator;
use oriole_core::{InjectionToken, Key};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What an application has to have to be ready, and how it is asked.
///
/// An indicator that needs a provider is made where the options are: in a `#[provider]` function, for `for_root_async`.
#[derive(Clone)]
#[must_use]
pub struct HealthOptions {
    pub(super) indicators: Vec<(String, Arc<dyn DynIndicator>)>,
    pub(super) indicator_timeout: Duration,
    pub(super) check_interval: Duration,
    pub(super) shutdown_delay: Duration,
}

impl Default for HealthOptions {
    fn default() -> Self {
        Self {
            indicators: Vec::new(),
            indicator_timeout: Duration::from_millis(800),
            check_interval: Duration::from_secs(1),
            shutdown_delay: Duration::ZERO,
        }
    }
}

impl HealthOptions {
    /// Asks this as well, under a name of its own: two of one name end the start.
    pub fn indicator(mut self, name: impl Into<String>, indicator: impl HealthIndicator) -> Self {
        self.indicators.push((name.into(), Arc::new(indicator)));
        self
    }

    /// How long each indicator may take; 800 ms by default, less than the second that a probe of Kubernetes waits. One that
    /// takes longer is down, and named in the log, even if whoever asked has left by then. All are asked at the same time.
    pub fn indicator_timeout(mut self, timeout: Duration) -> Self {
        self.indicator_timeout = timeout;
        self
    }

    /// For how long an answer is good, and given to everybody who asks; 1 s by default. So the indicators are asked once in that
    /// time, however many ask, and never twice at once. With zero each who asks has them asked, one after the other.
    pub fn check_interval(mut self, interval: Duration) -> Self {
        self.check_interval = interval;
        self
    }

    /// How long the end waits, before its first hook and with everything still served, for balancers to see that the application
    /// is not ready any more; not at all by default. A second signal cuts it off, with the hooks and whatever is served. Where
    /// nothing is served nobody waits.
    ///
    /// A balancer that asks needs as long as it takes to ask often enough: its interval times the failures that it wants to see.
    /// Kubernetes takes a pod that ends out of its service without asking: 5 s let proxies hear of that, as a `preStop` hook that
    /// sleeps does.
    ///
    /// Together with what comes after it, it has to fit into four fifths of
    /// [`shutdown_timeout`](crate::Application::shutdown_timeout): `SseModuleOptions::drain_window` of each `SseModule`, and
    /// [`SseOptions::finish_timeout`](oriole_sse::SseOptions::finish_timeout) if a route `may_finish`. Otherwise the start fails with
    /// [`Error::Settings`](crate::Error::Settings), which tells the sum.
    pub fn shutdown_delay(mut self, delay: Duration) -> Self {
        self.shutdown_delay = delay;
        self
    }

    /// A name that two indicators have.
    pub(super) fn doubled(&self) -> Option<&str> {
        let names = || self.indicators.iter().map(|(name, _)| name.as_str());
        names().enumerate().find_map(|(at, name)| names().take(at).find(|other| *other == name))
    }
}

impl InjectionToken for HealthOptions {
    const KEY: Key = Key::of(concat!(module_path!(), "::HealthOptions"));
}

impl fmt::Debug for HealthOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthOptions")
            .field("indicators", &self.indicators.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("indicator_timeout", &self.indicator_timeout)
            .field("check_interval", &self.check_interval)
            .field("shutdown_delay", &self.shutdown_delay)
            .finish()
    }
}
