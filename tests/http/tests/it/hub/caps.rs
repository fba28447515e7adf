//! Who is refused, in which words, and when they may come back.

use super::reader::{DRAIN, Reader};
use http_tests::App;
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, SseOptions, Subscription};
use oriole::{SseModule, SseModuleOptions};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

#[injectable]
pub struct Feeds {
    hub: Arc<Hub>,
}

#[derive(Deserialize)]
pub struct Whose {
    principal: Option<String>,
    address: Option<IpAddr>,
}

#[controller("feeds")]
impl Feeds {
    #[sse("{topic}")]
    async fn read(&self, Path(topic): Path<String>, Query(whose): Query<Whose>) -> Result<Subscription, HttpException> {
        let mut subscribe = self.hub.subscribe(topic);
        if let Some(principal) = whose.principal {
            subscribe = subscribe.principal(principal);
        }
        if let Some(address) = whose.address {
            subscribe = subscribe.address(address);
        }
        Ok(subscribe.await?)
    }
}

fn capped() -> SseModuleOptions {
    let hub = HubOptions::default()
        .subscriptions_max(5)
        .topics_max(3)
        .topic_subscriptions_max(2)
        .principal_subscriptions_max(1)
        .address_subscriptions_max(1);
    SseModuleOptions::default().hub(hub).drain_window(DRAIN)
}

#[module(imports = [SseModule::for_root(capped())], controllers = [Feeds])]
pub struct CappedModule;

/// Too many of one client are 429, too many in all 503; each who is refused is told a time, and not all the same.
#[tokio::test]
pub async fn each_cap_refuses_with_its_status_and_a_time_of_its_own() {
    let app = App::serve_with::<CappedModule>(|app| app.sse(SseOptions::default().heartbeat_interval(None))).await;
    let open = async |target: &str| Reader::open(app.addr, "GET", &format!("/feeds/{target}"), "").await;
    let refused = async |target: &str, status: u16, message: &str| {
        let mut waits = HashSet::new();
        for _ in 0..20 {
            let answer = app.get(&format!("/feeds/{target}")).await;
            let error = if status == 429 { "Too Many Requests" } else { "Service Unavailable" };
            let expected = json!({"message": message, "error": error, "statusCode": status});
            assert_eq!((answer.status, answer.json()), (status, expected), "{target}");
            let wait: u64 = answer.header("retry-after").expect("a time").parse().expect("seconds");
            assert!((1..=11).contains(&wait), "{wait}");
            waits.insert(wait);
        }
        assert!(waits.len() > 5, "spread: {waits:?}");
    };
    let mut kept = vec![open("a").await, open("a").await];
    refused("a", 503, "there are too many subscriptions to the topic").await;
    kept.push(open("b?principal=ann").await);
    refused("b?principal=ann", 429, "there are too many subscriptions of the same client").await;
    kept.push(open("c?address=192.0.2.1").await);
    refused("c?address=192.0.2.1", 429, "there are too many subscriptions from the same address").await;
    refused("d", 503, "3 topics are being read, and no more can be").await;
    kept.push(open("c").await);
    refused("b", 503, "there are too many subscriptions").await;
    // Nobody was sent away for any of them.
    for reader in &mut kept {
        assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
        assert!(reader.connection.is_silent());
    }
    app.end().await;
}
