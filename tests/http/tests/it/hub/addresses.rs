//! Caps for each address, where proxies stand between.

use super::reader::Reader;
use http_tests::App;
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, Subscription};
use oriole::{ClientIp, SseModule, SseModuleOptions};
use std::sync::Arc;

#[injectable]
pub struct News {
    hub: Arc<Hub>,
}

#[controller("news")]
impl News {
    #[sse]
    async fn read(&self, ClientIp(ip): ClientIp) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("news").address(ip).await?)
    }
}

fn one_each() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().address_subscriptions_max(1))
}

#[module(imports = [SseModule::for_root(one_each())], controllers = [News])]
pub struct NewsModule;

/// A cap for each address holds for each client, not for the proxy that they share.
#[tokio::test]
pub async fn clients_behind_one_proxy_are_counted_apart() {
    let app = App::serve_with::<NewsModule>(|app| app.trusted_proxies(["loopback"])).await;
    let as_client = |entry: &str| format!("X-Forwarded-For: {entry}\r\n");
    let first = Reader::open(app.addr, "GET", "/news", &as_client("192.0.2.1")).await;
    let second = Reader::open(app.addr, "GET", "/news", &as_client("192.0.2.2")).await;
    for client in ["192.0.2.1", "192.0.2.3, 192.0.2.1"] {
        let refused = app.send("GET", "/news", &as_client(client), "").await;
        assert_eq!(refused.status, 429, "{client}");
    }
    drop((first, second));
    app.end().await;
}
