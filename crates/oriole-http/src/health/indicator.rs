//! What can be asked whether it is well.

use super::HealthStatus;
use futures_util::future::BoxFuture;
use std::future::Future;

/// Something that the application cannot do without: a database, a queue, another service.
///
/// It is asked when somebody asks whether the application is ready, by [`HealthOptions::indicator`](super::HealthOptions). A
/// closure that returns a future is one. Ask for what costs little, such as `select 1`, and not for what every instance shares
/// and a balancer cannot mend: if all of them are taken out at once, nobody is left.
///
/// # Cancel safety
///
/// The future is dropped when it takes longer than the [bound](super::HealthOptions::indicator_timeout), and when a future of
/// [`Health::ready`](super::Health::ready) is. A client of `readyz` that leaves drops nothing.
///
/// # Examples
///
/// ```
/// use oriole_http::{HealthIndicator, HealthOptions, HealthStatus};
///
/// struct Queue {
///     waiting: usize,
/// }
///
/// impl HealthIndicator for Queue {
///     async fn check(&self) -> HealthStatus {
///         HealthStatus::from(self.waiting < 1_000).with("waiting", self.waiting)
///     }
/// }
///
/// async fn ping() -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// let options = HealthOptions::default().indicator("queue", Queue { waiting: 0 }).indicator("database", ping);
/// # let _ = options;
/// ```
pub trait HealthIndicator: Send + Sync + 'static {
    /// Looks whether it is well.
    fn check(&self) -> impl Future<Output = HealthStatus> + Send;
}

impl<F, Checked> HealthIndicator for F
where
    F: Fn() -> Checked + Send + Sync + 'static,
    Checked: Future<Output: Into<HealthStatus>> + Send,
{
    async fn check(&self) -> HealthStatus {
        self().await.into()
    }
}

/// The same behind a pointer.
pub(super) trait DynIndicator: Send + Sync {
    fn check(&self) -> BoxFuture<'_, HealthStatus>;
}

impl<I: HealthIndicator> DynIndicator for I {
    fn check(&self) -> BoxFuture<'_, HealthStatus> {
        Box::pin(HealthIndicator::check(self))
    }
}
