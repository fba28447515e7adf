//! What an operator sees of event streams: metrics for Prometheus, who is behind, and what proxies do.
//!
//! ```text
//! cargo run -p sample-sse-operating
//! curl -N http://127.0.0.1:3000/prices &            # reads
//! curl -d 'EUR 1.17' http://127.0.0.1:3000/prices   # publishes
//! curl http://127.0.0.1:3000/metrics                # what Prometheus scrapes
//! curl http://127.0.0.1:3000/behind                 # the ten readers that are furthest behind
//! ```
//!
//! `PORT` chooses another port. With a secret of 16 characters or more in `ORIOLE_DOCTOR_TOKEN`, here and there,
//! `oriole doctor http://127.0.0.1:3000/sse-doctor` says what the way to it does to streams: put your proxies before it.

mod prometheus;

use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, Start, Subscription};
use oriole::{SseDoctorModule, SseDoctorOptions, SseModule, SseModuleOptions};
use serde::Serialize;
use std::sync::Arc;

use prometheus::{Prometheus, PrometheusModule};

#[injectable]
struct PricesController {
    hub: Arc<Hub>,
}

#[controller("prices")]
impl PricesController {
    #[post]
    async fn publish(&self, text: String) -> Result<(), HttpException> {
        self.hub.publish("prices", MessageEvent::new(text)).await?;
        Ok(())
    }

    #[sse]
    async fn prices(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("prices").from(start).await?)
    }
}

/// One of the readers that are furthest behind.
#[derive(Serialize)]
struct Behind {
    topic: String,
    events: u64,
    bytes: u64,
    milliseconds: u128,
}

/// For operators alone: in production put a guard here, or another listener.
#[injectable]
struct OperatorController {
    hub: Arc<Hub>,
    prometheus: Arc<Prometheus>,
}

#[controller]
impl OperatorController {
    #[get("metrics")]
    #[header("content-type", "text/plain; version=0.0.4")]
    async fn metrics(&self) -> String {
        self.prometheus.render()
    }

    #[get("behind")]
    async fn behind(&self) -> Vec<Behind> {
        let furthest = self.hub.furthest_behind(10).into_iter().map(|lag| Behind {
            topic: lag.topic.as_str().to_owned(),
            events: lag.events,
            bytes: lag.bytes,
            milliseconds: lag.age.as_millis(),
        });
        furthest.collect()
    }
}

fn options() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().name("prices"))
}

#[module(
    imports = [
        PrometheusModule::for_root(Prometheus::install()),
        SseModule::for_root(options()),
        SseDoctorModule::for_root(SseDoctorOptions::from_env()?),
    ],
    controllers = [PricesController, OperatorController],
)]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
