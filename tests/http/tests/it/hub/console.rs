//! The development console of an application, over sockets.

use super::reader::Reader;
use http_tests::{App, Connection, PATIENCE, Recorder, Response, within};
use oriole::logger::Log;
use oriole::prelude::*;
use oriole::sse::{Checkpoint, ConsoleOptions, ConsoleToken, GuardAnswer, Hub, HubOptions, Start, Subscription};
use oriole::{SseConsoleModule, SseConsoleOptions, SseModule, SseModuleOptions};
use serde_json::Value;
use std::sync::Arc;
use tracing_subscriber::layer::SubscriberExt as _;

const TOKEN: &str = "0f4c81c7d1d04a2e9b6f3a55";

#[injectable]
struct Rooms {
    hub: Arc<Hub>,
}

#[controller("rooms/{room}")]
impl Rooms {
    #[sse]
    async fn events(&self, Path(room): Path<String>, start: Start) -> Result<Subscription, HttpException> {
        let pass = async |checkpoint| match checkpoint {
            Checkpoint::Expiry => GuardAnswer::Refuse,
            _ => GuardAnswer::Pass,
        };
        Ok(self.hub.subscribe(room).from(start).principal("ann").guard(pass).await?)
    }

    /// What becomes of the subscription is the handler's affair.
    #[sse("loudly")]
    async fn loudly(&self, Path(room): Path<String>) -> Result<impl Stream<Item = MessageEvent>, HttpException> {
        let loud = |event: MessageEvent| match event.fields().data.map(str::to_uppercase) {
            Some(data) => event.text(data),
            None => event,
        };
        Ok(self.hub.subscribe(room).await?.map(loud))
    }
}

#[module(
    imports = [
        SseModule::for_root(SseModuleOptions::default().hub(HubOptions::default().name("rooms"))),
        SseConsoleModule::for_root(SseConsoleOptions::default().console(known())),
    ],
    controllers = [Rooms],
)]
struct RoomsModule;

/// With a token that the tests know.
fn known() -> ConsoleOptions {
    ConsoleOptions::default().token(ConsoleToken::new(TOKEN).expect("long and plain"))
}

/// Asks as the page does, but for what is said otherwise.
async fn ask(app: &App, method: &str, target: &str, headers: &str, body: &str) -> Response {
    let mut connection = Connection::open(app.addr).await;
    let host = if headers.contains("Host:") { "" } else { "Host: localhost:3000\r\n" };
    let length = body.len();
    let token = if headers.to_lowercase().contains("console-token") {
        String::new()
    } else {
        format!("{}: {TOKEN}\r\n", ConsoleToken::HEADER)
    };
    connection
        .try_send(format!(
            "{method} {target} HTTP/1.1\r\n{host}{headers}{token}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
    let mut response = within(PATIENCE, connection.head()).await;
    if response.header("content-type") != Some("text/event-stream") {
        response.body = within(PATIENCE, connection.closed()).await;
    }
    response
}

async fn act(app: &App, what: &str) -> Response {
    ask(app, "POST", &format!("/sse-console/{what}"), "", "").await
}

/// Reads the console's own events.
struct Watch(Reader);

impl Watch {
    async fn open(app: &App) -> Self {
        let mut connection = Connection::open(app.addr).await;
        connection
            .send(format!(
                "GET /sse-console/events HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n{}: {TOKEN}\r\n\r\n",
                ConsoleToken::HEADER
            ))
            .await;
        let mut reader = Reader::answered(connection).await;
        assert!(reader.next().await.starts_with("begin({"));
        Self(reader)
    }

    /// The row of a stream, as soon as it is as it should be.
    async fn stream(&mut self, is_so: impl Fn(&Value) -> bool) -> Value {
        loop {
            let update = self.0.next().await;
            let update = update.strip_prefix("update(").and_then(|update| update.strip_suffix(')')).expect("an update");
            let update: Value = serde_json::from_str(update).expect("JSON");
            let rows = update["streams"]["changed"].as_array().cloned().unwrap_or_default();
            if let Some(row) = rows.into_iter().find(&is_so) {
                return row;
            }
        }
    }
}

#[tokio::test]
pub async fn the_page_is_one_file_that_may_do_nothing_else() {
    let app = App::serve::<RoomsModule>().await;
    let page = ask(&app, "GET", "/sse-console", "", "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    for part in ["default-src 'none'", "script-src 'sha256-", "frame-ancestors 'none'", "trusted-types 'none'"] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!page.body.contains(TOKEN) && !format!("{page:?}").contains("cookie"), "it has no secret, and leaves none");
    assert!(!page.body.contains("/*style*/") && !page.body.contains("/*script*/"));
    let loaded = ["src=", "href=\"http", "@import", "url(h", "url(/", "fetch(\"http"];
    assert!(loaded.iter().all(|way| !page.body.contains(way)), "nothing is loaded from elsewhere");
    assert_eq!(ask(&app, "POST", "/sse-console", "", "").await.header("allow"), Some("GET, HEAD"));
    assert_eq!(ask(&app, "GET", "/sse-console/else", "", "").await.header("allow"), Some("POST"));
    app.end().await;
}

/// DNS rebinding: a page whose name was made to point here is of the same origin for its browser, but says its own name.
#[tokio::test]
pub async fn only_names_of_this_machine_are_answered() {
    let app = App::serve::<RoomsModule>().await;
    for host in ["localhost", "LOCALHOST:3000", "app.localhost", "127.0.0.1:80", "127.8.8.8", "[::1]:3000", "[::1]"] {
        let answer = ask(&app, "GET", "/sse-console", &format!("Host: {host}\r\n"), "").await;
        assert_eq!(answer.status, 200, "{host}");
    }
    for host in
        ["evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::2]", "localhost.", ""]
    {
        for target in ["/sse-console", "/sse-console/events"] {
            let answer = ask(&app, "GET", target, &format!("Host: {host}\r\n"), "").await;
            assert_eq!(answer.status, 403, "{host}: {answer:?}");
            assert!(!answer.body.contains("evil"), "what was sent is not repeated");
        }
    }
    let twice = ask(&app, "GET", "/sse-console", "Host: localhost\r\nHost: evil.example\r\n", "").await;
    assert!(twice.status >= 400, "{twice:?}");
    app.end().await;
}

#[tokio::test]
pub async fn other_pages_get_neither_the_data_nor_a_button() {
    let app = App::serve::<RoomsModule>().await;
    let hold = "/sse-console/streams/0/hold";
    for headers in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: none\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: http://localhost:4000\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: same-origin\r\nOrigin: http://evil.example\r\n",
    ] {
        assert_eq!(ask(&app, "GET", "/sse-console/events", headers, "").await.status, 403, "{headers}");
        assert_eq!(ask(&app, "POST", hold, headers, "").await.status, 403, "{headers}");
        assert_eq!(ask(&app, "POST", "/sse-console/publish?topic=a", headers, "x").await.status, 403, "{headers}");
    }
    // A link may lead to the page, which holds nothing.
    assert_eq!(ask(&app, "GET", "/sse-console", "Sec-Fetch-Site: cross-site\r\n", "").await.status, 200);
    let own = "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost:3000\r\n";
    assert_eq!(ask(&app, "GET", "/sse-console/events", own, "").await.status, 200);
    assert_eq!(ask(&app, "POST", hold, own, "").await.status, 404, "it gets through: there is no such stream");
    assert_eq!(ask(&app, "OPTIONS", hold, "Origin: http://evil.example\r\n", "").await.status, 403, "no preflight");
    app.end().await;
}

#[tokio::test]
pub async fn nobody_is_answered_through_a_proxy() {
    let app = App::serve::<RoomsModule>().await;
    for name in [
        "Forwarded: for=1.2.3.4",
        "X-Forwarded-For: 1.2.3.4",
        "X-Forwarded-Host: x",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Whatever: x",
        "X-Real-IP: 127.0.0.1",
        "Via: 1.1 cache",
    ] {
        let answer = ask(&app, "GET", "/sse-console", &format!("{name}\r\n"), "").await;
        assert_eq!((answer.status, answer.body.contains("proxy")), (403, true), "{name}");
    }
    app.end().await;
}

/// A proxy that says nothing of itself, as nginx does without `proxy_set_header`: the peer is this machine, and the name is one of it.
#[tokio::test]
pub async fn nobody_is_answered_without_the_link() {
    let app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7", "").await;
    reader.next().await;
    let number = number(&mut watch).await;
    let bare = |method: &str, target: &str, more: &str| {
        format!(
            "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n"
        )
    };
    let ask = async |request: String| {
        let mut connection = Connection::open(app.addr).await;
        connection.send(request).await;
        let mut response = within(PATIENCE, connection.head()).await;
        response.body = within(PATIENCE, connection.closed()).await;
        response
    };
    let cut = format!("/sse-console/streams/{number}/cut");
    let targets = [("GET", "/sse-console/events"), ("POST", &cut), ("POST", "/sse-console/publish?topic=7")];
    let name = ConsoleToken::HEADER;
    let wrong = [
        String::new(),
        format!("{name}: \r\n"),
        format!("{name}: {}\r\n", &TOKEN[1..]),
        format!("{name}: {TOKEN}0\r\n"),
        format!("{name}: {}\r\n", TOKEN.to_uppercase()),
        format!("{name}: {TOKEN}\r\n{name}: {TOKEN}\r\n"),
        format!("Cookie: token={TOKEN}\r\nAuthorization: Bearer {TOKEN}\r\n"),
    ];
    for (method, target) in targets {
        for given in &wrong {
            let refused = ask(bare(method, target, given)).await;
            let says = refused.body.contains("wrote it to its log when it started");
            assert_eq!((refused.status, says), (403, true), "{method} {target} {given}: {refused:?}");
            assert!(!refused.body.contains(&TOKEN[..8]), "{refused:?}");
        }
        let refused = ask(bare(method, &format!("{target}?token={TOKEN}"), "")).await;
        assert_eq!(refused.status, 403, "a query is in the logs of proxies");
    }
    // The page is there for everybody, and has nothing in it but the words where its link is.
    let page = ask(bare("GET", "/sse-console", "")).await;
    assert_eq!((page.status, page.body.contains("This page wants its link.")), (200, true));
    assert!(!page.body.contains(&TOKEN[..8]));

    assert_eq!(ask(bare("POST", &cut, &format!("{name}: {TOKEN}\r\n"))).await.status, 204, "it was there all the time");
    assert_eq!(within(PATIENCE, reader.connection.closed()).await, "");
    app.end().await;
}

/// The link is that of the page, wherever the page is.
#[tokio::test]
pub async fn the_link_is_logged_when_the_application_listens() {
    let said = Recorder::default();
    let subscriber = tracing_subscriber::registry().with(Log::new(said.clone()));
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = App::serve_with::<RoomsModule>(|app| app.global_prefix("api")).await;
    let link = format!("log [SseConsole] The development console: http://{}/api/sse-console#token={TOKEN}", app.addr);
    let found: Vec<_> = said.lines().into_iter().filter(|line| line.contains(TOKEN)).collect();
    assert_eq!(found, [link], "once, and nowhere else");
    assert_eq!(ask(&app, "GET", "/api/sse-console/events", "", "").await.status, 200);
    app.end().await;
}

#[tokio::test]
pub async fn a_stream_is_shown_with_its_request() {
    let app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7?token=secret", "").await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
    let row = watch.stream(|row| row["verdict"] == "live" && row["written"]["frames"] == 1).await;
    assert_eq!((row["route"].as_str(), row["path"].as_str()), (Some("GET /rooms/{room}"), Some("/rooms/7")));
    assert_eq!((row["principal"].as_str(), row["policy"].as_str()), (Some("ann"), Some("replay")));
    assert!(row["peer"].as_str().is_some_and(|peer| peer.starts_with("127.0.0.1:")), "{row}");
    assert_eq!((row["topics"][0]["topic"].as_str(), row["topics"][0]["place"].as_u64()), (Some("7"), Some(0)));
    assert_eq!((row["hasGuard"].as_bool(), row["written"]["heartbeatMs"].as_u64()), (Some(true), Some(15_000)));
    assert!(!row.to_string().contains("secret"), "{row}");
    drop(reader);

    // A handler that makes something else of its subscription is known by its request.
    let mut reader = Reader::open(app.addr, "GET", "/rooms/8/loudly", "").await;
    assert_eq!(reader.next().await, "hello({\"VERDICT\":\"LIVE\"})");
    let row = watch.stream(|row| row["path"] == "/rooms/8/loudly" && row["written"]["frames"] == 1).await;
    assert_eq!(row["route"], "GET /rooms/{room}/loudly");
    app.end().await;
}

/// The number of the only stream, by which it is asked for.
async fn number(watch: &mut Watch) -> u64 {
    watch.stream(|row| row["verdict"] == "live").await["number"].as_u64().expect("a number")
}

#[tokio::test]
pub async fn a_stream_is_stalled_and_let_go() {
    let app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7", "").await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
    let number = number(&mut watch).await;
    assert_eq!(act(&app, &format!("streams/{number}/hold")).await.status, 204);
    for text in ["one", "two"] {
        assert_eq!(ask(&app, "POST", "/sse-console/publish?topic=7&type=said", "", text).await.status, 204);
    }
    let row = watch.stream(|row| row["topics"][0]["events"] == 2).await;
    assert_eq!(row["isHeld"], true);
    assert_eq!(act(&app, &format!("streams/{number}/let-go")).await.status, 204);
    assert_eq!([reader.next().await, reader.next().await], ["said(one)", "said(two)"]);
    watch.stream(|row| row["topics"][0]["events"] == 0 && row["isHeld"] == false).await;
    app.end().await;
}

#[tokio::test]
pub async fn a_stream_is_cut_off_within_its_body() {
    let app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    for target in ["/rooms/7", "/rooms/7/loudly"] {
        let mut reader = Reader::open(app.addr, "GET", target, "").await;
        reader.next().await;
        let number = number(&mut watch).await;
        assert_eq!(act(&app, &format!("streams/{number}/cut")).await.status, 204);
        let rest = within(PATIENCE, reader.connection.closed()).await;
        assert_eq!(rest, "", "neither an `end` nor the last chunk");
        assert_eq!(act(&app, &format!("streams/{number}/cut")).await.status, 404);
    }
    app.end().await;
}

#[tokio::test]
pub async fn a_stream_expires_and_is_ended_for_a_reason() {
    let app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    for (action, reason) in
        [("expire", "revoked"), ("end?reason=unverified", "unverified"), ("end?reason=drain", "drain")]
    {
        let mut reader = Reader::open(app.addr, "GET", "/rooms/7", "").await;
        reader.next().await;
        let number = number(&mut watch).await;
        assert_eq!(act(&app, &format!("streams/{number}/{action}")).await.status, 204);
        assert_eq!(reader.next().await, format!("end({{\"reason\":\"{reason}\"}})"));
        assert_eq!(within(PATIENCE, reader.connection.chunk()).await, None, "the complete end");
    }
    app.end().await;
}

#[tokio::test]
pub async fn what_cannot_be_done_is_answered_in_words() {
    let app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/loudly", "").await;
    reader.next().await;
    let number = number(&mut watch).await;
    for (what, status, words) in [
        ("hold".to_owned(), 404, "no such thing"),
        (format!("streams/{number}/explode"), 404, "nothing of that name"),
        ("streams/x/hold".to_owned(), 404, "the stream is over"),
        (format!("streams/{number}/expire"), 409, "neither a guard nor a lifetime"),
        (format!("streams/{number}/end"), 400, "does not end for such a reason"),
        (format!("streams/{number}/end?reason=%ff"), 400, "does not end for such a reason"),
        ("publish".to_owned(), 400, "topic"),
        ("publish?topic=7&type=hello".to_owned(), 400, "hello"),
        ("publish?topic=7&type=a%0Ab".to_owned(), 400, "the type is none"),
    ] {
        let answer = act(&app, &what).await;
        assert_eq!((answer.status, answer.body.contains(words)), (status, true), "{what}: {}", answer.body);
    }
    app.end().await;
}

#[module(
    imports = [
        SseModule::for_root(SseModuleOptions::default()),
        SseConsoleModule::for_root(SseConsoleOptions::default().console(ConsoleOptions::default().development(false))),
    ],
)]
struct ProductionModule;

#[module(imports = [SseConsoleModule::for_root(SseConsoleOptions::default())])]
struct HublessModule;

#[module(
    imports = [
        SseModule::for_root(SseModuleOptions::default().hub(HubOptions::default().name("rooms"))),
        SseConsoleModule::for_root(SseConsoleOptions::default().hub("prices")),
    ],
)]
struct OtherHubModule;

/// What is not for development does not start with a console; nor does one start that has nothing to show.
#[tokio::test]
async fn a_console_that_cannot_be_is_told_at_the_start() {
    async fn failure<M: oriole_core::Module>() -> String {
        let app = Oriole::create::<M>().await.expect("the module is sound");
        app.bind("127.0.0.1:0").await.expect_err("it does not start").to_string()
    }
    let refused = failure::<ProductionModule>().await;
    assert!(refused.contains("a build that is not for development"), "{refused}");
    let refused = failure::<HublessModule>().await;
    assert!(refused.contains("finds no hub: import `SseModule`"), "{refused}");
    let refused = failure::<OtherHubModule>().await;
    assert!(refused.contains("finds no hub of the name `prices`"), "{refused}");
}

/// The page is told of the end as every stream is, and does not hold it up.
#[tokio::test]
pub async fn an_open_page_does_not_hold_up_the_end() {
    let mut app = App::serve::<RoomsModule>().await;
    let mut watch = Watch::open(&app).await;
    app.shutdown.shutdown();
    let rest = within(PATIENCE, watch.0.connection.chunk()).await.expect("a last frame");
    assert!(rest.contains("retry: "), "{rest}");
    app.ended().await;
}
