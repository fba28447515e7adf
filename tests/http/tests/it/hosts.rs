//! `CTL.16`: controllers that ask for a host.

use http_tests::App;
use oriole::prelude::*;
use oriole::{HostParams, Versioning};
use serde::Deserialize;
use tower::ServiceExt;

#[injectable]
pub struct Accounts;

#[controller("cats", host = "{account}.example.com")]
impl Accounts {
    #[get]
    fn all(&self, HostParams(account): HostParams<String>) -> String {
        format!("of {account}")
    }

    #[get("number")]
    fn number(&self, HostParams(number): HostParams<u32>) -> String {
        number.to_string()
    }

    #[sse("events")]
    fn events(&self, HostParams(account): HostParams<String>) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::iter([MessageEvent::new(account)])
    }
}

#[injectable]
pub struct Admin;

/// A host without parameters goes before one with them.
#[controller("cats", host = ["admin.example.com", "ADMIN.example.org"])]
impl Admin {
    #[get]
    fn all(&self) -> &'static str {
        "admin"
    }
}

#[derive(Deserialize)]
struct Place {
    zone: String,
    account: String,
}

#[injectable]
pub struct Zones;

#[controller("cats", host = "{account}.{zone}.example.com")]
impl Zones {
    #[get]
    fn all(&self, HostParams(place): HostParams<Place>) -> String {
        format!("{} in {}", place.account, place.zone)
    }

    #[get("pair")]
    fn pair(&self, HostParams((account, zone)): HostParams<(String, String)>) -> String {
        format!("{account} {zone}")
    }
}

#[injectable]
pub struct Anywhere;

#[controller("cats")]
impl Anywhere {
    #[get]
    fn all(&self) -> &'static str {
        "anywhere"
    }

    #[get("elsewhere")]
    fn elsewhere(&self) -> &'static str {
        "elsewhere"
    }

    #[get("none")]
    fn none(&self, HostParams(_account): HostParams<String>) {}

    #[post]
    fn create(&self) -> &'static str {
        "created"
    }
}

#[module(controllers = [Anywhere, Accounts, Zones, Admin])]
pub struct Hosts;

async fn ask(app: &App, host: &str, target: &str) -> (u16, String) {
    let mut connection = http_tests::Connection::open(app.addr).await;
    connection.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
    let answer = connection.response_to("GET").await;
    (answer.status, answer.body)
}

/// Parity: CTL.16.
#[tokio::test]
async fn a_controller_asks_for_a_host() {
    let app = App::serve::<Hosts>().await;
    for (host, target, expected) in [
        ("acme.example.com", "/cats", "of acme"),
        ("acme.Example.COM:3000", "/cats", "of acme"),
        ("admin.example.com", "/cats", "admin"),
        ("admin.example.org", "/cats", "admin"),
        ("acme.eu.example.com", "/cats", "acme in eu"),
        ("acme.eu.example.com", "/cats/pair", "acme eu"),
        ("example.com", "/cats", "anywhere"),
        ("[::1]:80", "/cats", "anywhere"),
        // What a host lacks, those without a host have.
        ("admin.example.com", "/cats/elsewhere", "elsewhere"),
        ("7.example.com", "/cats/number", "7"),
        ("acme.example.com", "/cats/events", "data: acme\n\n"),
    ] {
        assert_eq!(ask(&app, host, target).await, (200, expected.to_owned()), "{host} {target}");
    }
    let (status, body) = ask(&app, "acme.example.com", "/cats/number").await;
    assert_eq!(status, 400, "{body}");
    assert!(body.contains("account must be"), "{body}");
    let (status, _) = ask(&app, "acme.example.com", "/cats/none").await;
    assert_eq!(status, 500, "a host without its parameters is a mistake of the program");
    assert_eq!(ask(&app, "acme.example.com", "/nope").await.0, 404);
    // 405 counts the host's own methods and those of no host.
    let mut connection = http_tests::Connection::open(app.addr).await;
    connection.send("DELETE /cats HTTP/1.1\r\nHost: acme.example.com\r\n\r\n").await;
    let refused = connection.response_to("DELETE").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, POST")));
    app.end().await;
}

/// HTTP/2 and proxies write the host into the target.
#[tokio::test]
async fn the_host_of_the_target_wins() {
    let service = Oriole::create::<Hosts>().await.expect("it is sound").into_service().await.expect("no hook fails");
    let request = http::Request::get("http://acme.example.com/cats").header("host", "admin.example.com");
    let answer = service.oneshot(request.body(axum::body::Body::empty()).expect("a request")).await.expect("no error");
    let body = http_body_util::BodyExt::collect(answer.into_body()).await.expect("it is whole").to_bytes();
    assert_eq!(body, "of acme");
}

#[injectable]
pub struct Both;

#[controller("both", host = "{account}.example.com", version = "1")]
impl Both {
    #[get]
    fn first(&self, HostParams(account): HostParams<String>) -> String {
        format!("1 {account}")
    }

    #[get]
    #[version("2")]
    fn second(&self) -> &'static str {
        "2"
    }
}

#[injectable]
pub struct BothAnywhere;

#[controller("both", version = "3")]
impl BothAnywhere {
    #[get]
    fn third(&self) -> &'static str {
        "3"
    }
}

#[module(controllers = [Both, BothAnywhere])]
pub struct HostsAndVersions;

#[tokio::test]
async fn hosts_and_versions_go_together() {
    let app = App::serve_with::<HostsAndVersions>(|app| app.versioning(Versioning::header("x-version"))).await;
    let ask = async |host: &str, version: &str| {
        let mut connection = http_tests::Connection::open(app.addr).await;
        let head = format!("GET /both HTTP/1.1\r\nHost: {host}\r\nX-Version: {version}\r\n\r\n");
        connection.send(head).await;
        let answer = connection.response_to("GET").await;
        if answer.status == 200 { answer.body } else { answer.status.to_string() }
    };
    for (host, version, expected) in [
        ("acme.example.com", "1", "1 acme"),
        ("acme.example.com", "2", "2"),
        ("acme.example.com", "3", "3"),
        ("example.com", "3", "3"),
        ("example.com", "1", "404"),
    ] {
        assert_eq!(ask(host, version).await, expected, "{host} {version}");
    }
    app.end().await;
}
