//! Prometheus as a module.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use oriole::prelude::*;
use oriole::token;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Collects the metrics of this process.
#[derive(Debug)]
#[token]
pub(crate) struct Prometheus {
    handle: PrometheusHandle,
    upkeep: Mutex<JoinSet<()>>,
}

const COUNTS: &[f64] = &[0.0, 1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0];
const BYTES: &[f64] = &[0.0, 1_024.0, 16_384.0, 262_144.0, 1_048_576.0];
const MILLISECONDS: &[f64] = &[0.1, 1.0, 5.0, 25.0, 100.0, 1_000.0, 10_000.0, 60_000.0];

/// Without it the exporter's memory would grow as long as nobody asks.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

impl Prometheus {
    /// Installs the recorder of this process. Called at boot, before any provider asks it for what it counts.
    ///
    /// # Panics
    ///
    /// When the process has a recorder already, which is a mistake of the program.
    pub(crate) fn install() -> Self {
        let recorder = builder().expect("the buckets are not empty").build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).expect("the first recorder of the process");
        Self { handle, upkeep: Mutex::default() }
    }

    /// Shows everything in the format that Prometheus reads.
    pub(crate) fn render(&self) -> String {
        self.handle.render()
    }

    fn upkeep(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_events".into()), COUNTS)?
        .set_buckets_for_metric(Matcher::Suffix("_bytes".into()), BYTES)?
        .set_buckets_for_metric(Matcher::Suffix("_milliseconds".into()), MILLISECONDS)
}

/// Provides [`Prometheus`], and keeps it small.
#[module(for_root = Prometheus, exports = [Prometheus])]
#[derive(Debug)]
pub(crate) struct PrometheusModule {
    prometheus: Arc<Prometheus>,
}

impl OnModuleInit for PrometheusModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        let handle = self.prometheus.handle.clone();
        self.prometheus.upkeep().spawn(async move {
            let mut ticks = tokio::time::interval(UPKEEP_INTERVAL);
            loop {
                ticks.tick().await;
                handle.run_upkeep();
            }
        });
        Ok(())
    }
}

impl OnModuleDestroy for PrometheusModule {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        self.prometheus.upkeep().abort_all();
        Ok(())
    }
}
