//! What an operator sees of event streams: metrics for Prometheus, who is behind, and what proxies do. And what a developer sees:
//! the console.
//!
//! ```text
//! cargo run -p sample-sse-operating                 # then open the console's link, which it logs
//! curl -N http://127.0.0.1:3000/prices &            # reads
//! curl -N http://127.0.0.1:3000/desks/fx/prices &   # reads with a pass, which expires
//! curl -d 'EUR 1.17' http://127.0.0.1:3000/prices   # publishes
//! curl http://127.0.0.1:3000/metrics                # what Prometheus scrapes
//! curl http://127.0.0.1:3000/behind                 # the ten readers that are furthest behind
//! ```
//!
//! `PORT` chooses another port. With a secret of 16 characters or more in `ORIOLE_DOCTOR_TOKEN`, here and there,
//! `oriole doctor http://127.0.0.1:3000/sse-doctor` says what the way to it does to streams: put your proxies before it.
//! The README says what to try in the console.

mod prometheus;

use oriole::prelude::*;
use oriole::sse::{Checkpoint, GuardAnswer, Hub, HubOptions, SlowReader, SlowReaderPolicy, Start, Subscription};
#[cfg(debug_assertions)]
use oriole::{SseConsoleModule, SseConsoleOptions};
use oriole::{SseDoctorModule, SseDoctorOptions, SseModule, SseModuleOptions};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

use prometheus::{Prometheus, PrometheusModule};

#[injectable]
struct PricesController {
    hub: Arc<Hub>,
}

/// For how long a desk may read before its pass is looked at again.
const PASS_LIFETIME: Duration = Duration::from_secs(600);

#[controller]
impl PricesController {
    #[post("prices")]
    async fn publish(&self, text: String) -> Result<(), HttpException> {
        self.hub.publish("prices", MessageEvent::new(text)).await?;
        Ok(())
    }

    #[sse("prices")]
    async fn prices(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("prices").from(start).await?)
    }

    /// A desk wants the newest rather than all of them, and comes back with a new pass when the old one has expired.
    #[sse("desks/{desk}/prices")]
    async fn of_desk(&self, Path(desk): Path<String>, start: Start) -> Result<Subscription, HttpException> {
        let slow = SlowReader::new(SlowReaderPolicy::DropOldest).events_max(100);
        Ok(self.hub.subscribe("prices").from(start).principal(desk).slow_reader(slow).guard(look_at_pass).await?)
    }
}

async fn look_at_pass(checkpoint: Checkpoint) -> GuardAnswer {
    match checkpoint {
        Checkpoint::Expiry => GuardAnswer::Refuse,
        _ => GuardAnswer::PassFor(PASS_LIFETIME),
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
    // How long a pass is good is the guard's to say.
    SseModuleOptions::default().hub(HubOptions::default().name("prices").guard_interval(None))
}

#[module(
    imports = [
        PrometheusModule::for_root(Prometheus::install()),
        SseModule::for_root(options()),
        SseDoctorModule::for_root(SseDoctorOptions::from_env()?),
        #[cfg(debug_assertions)]
        SseConsoleModule::for_root(SseConsoleOptions::default()),
    ],
    controllers = [PricesController, OperatorController],
)]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
