//! Asking the indicators.

use super::indicator::DynIndicator;
use super::{HealthOptions, HealthReport, HealthStatus};
use crate::HttpAdapterHost;
use futures_util::FutureExt;
use futures_util::future::join_all;
use oriole_core::{InjectionToken, Key};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Tells whether the application is ready for requests; Terminus' `HealthCheckService`.
///
/// `HealthModule` provides it, and serves what it says. Ask it elsewhere where a route of your own shall tell.
pub struct Health {
    pub(super) options: Arc<HealthOptions>,
    host: Arc<HttpAdapterHost>,
    /// How long the hubs of the application take to drain, one after the other.
    pub(super) drain: Box<dyn Fn() -> Duration + Send + Sync>,
    /// Who asks while others are answered waits for their answer, and takes it if it is still good.
    last: Mutex<Option<(Instant, HealthReport)>>,
}

impl Health {
    #[doc(hidden)]
    #[must_use]
    pub fn new(
        options: Arc<HealthOptions>,
        host: Arc<HttpAdapterHost>,
        drain: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        Self { options, host, drain: Box::new(drain), last: Mutex::default() }
    }

    /// Asks every indicator, or gives the answer that is [still good](HealthOptions::check_interval). Once the end has begun
    /// nobody is asked, and the application is not ready.
    ///
    /// # Cancel safety
    ///
    /// The indicators are dropped where they stand, and the next one who asks has them asked again.
    pub async fn ready(&self) -> HealthReport {
        if self.host.is_ending() {
            return HealthReport::shutting_down();
        }
        let mut last = self.last.lock().await;
        let report = match &*last {
            Some((at, report)) if at.elapsed() < self.options.check_interval => report.clone(),
            _ => {
                let report = self.asked().await;
                *last = Some((Instant::now(), report.clone()));
                report
            }
        };
        // It may have begun since.
        if self.host.is_ending() { HealthReport::shutting_down() } else { report }
    }

    /// Tells that the process answers, which is all that there is to say of that: what it depends on is not asked.
    #[must_use]
    pub fn live(&self) -> HealthReport {
        HealthReport::of([])
    }

    /// What cannot be.
    #[doc(hidden)]
    #[must_use]
    pub fn __mistake(&self) -> Option<String> {
        let name = self.options.doubled()?;
        Some(format!("two indicators of health have the name `{name}`"))
    }

    async fn asked(&self) -> HealthReport {
        let asked = self.options.indicators.iter().map(|(name, indicator)| async move {
            let status = self.status_of(&**indicator).await;
            if !status.is_up() {
                tracing::warn!(target: "oriole::HealthModule", indicator = name, cause = status.cause(), "is down");
            }
            (name.clone(), status.is_up(), status.into_json())
        });
        HealthReport::of(join_all(asked).await)
    }

    async fn status_of(&self, indicator: &dyn DynIndicator) -> HealthStatus {
        let checked = AssertUnwindSafe(async { indicator.check().await }).catch_unwind();
        match timeout(self.options.indicator_timeout, checked).await {
            Ok(Ok(status)) => status,
            Ok(Err(_)) => HealthStatus::down().because("it panicked"),
            Err(_) => HealthStatus::down().with("message", "took too long").because("it took too long"),
        }
    }
}

impl InjectionToken for Health {
    const KEY: Key = Key::of(concat!(module_path!(), "::Health"));
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health").field("options", &self.options).finish_non_exhaustive()
    }
}
