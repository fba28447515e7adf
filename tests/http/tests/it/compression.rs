//! `CMP`: compressed answers.

use flate2::read::{GzDecoder, ZlibDecoder};
use futures_util::stream;
use http_tests::{App, PATIENCE, Recorder, within};
use oriole::axum::body::Body;
use oriole::axum::response::Response;
use oriole::prelude::*;
use oriole::{CompressionOptions, Encoding};
use std::io::Read;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

#[injectable]
pub struct Stage {
    #[inject(default)]
    go: Notify,
    #[inject(default)]
    log: Recorder,
}

#[injectable]
pub struct Site {
    stage: Arc<Stage>,
}

fn of(kind: &str, more: (&str, &str)) -> Response {
    let answer = Response::builder().header("content-type", kind).header(more.0, more.1);
    answer.body(Body::from("x".repeat(5000))).expect("it can be")
}

#[controller]
impl Site {
    #[get("text/{bytes}")]
    async fn text(&self, Path(bytes): Path<usize>) -> String {
        "x".repeat(bytes)
    }

    #[get("varied")]
    async fn varied(&self) -> String {
        (0..5000_u64).map(|n| (n * n * 2_654_435_761 % 1009).to_string() + " of the words ").collect()
    }

    #[get("kind")]
    async fn kind(&self, Query(kind): Query<Vec<(String, String)>>) -> Response {
        of(&kind[0].1, ("x-a", "b"))
    }

    #[get("encoded")]
    async fn encoded(&self) -> Response {
        of("text/plain", ("content-encoding", "zstd"))
    }

    #[get("part")]
    async fn part(&self) -> Response {
        of("text/plain", ("content-range", "bytes 0-4999/9999"))
    }

    #[get("fixed")]
    async fn fixed(&self) -> Response {
        of("text/plain", ("cache-control", "public, no-transform"))
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let stage = Arc::clone(&self.stage);
        stream::iter(0..3).then(move |n| {
            let stage = Arc::clone(&stage);
            async move {
                if n > 0 {
                    stage.go.notified().await;
                }
                stage.log.record(n.to_string());
                MessageEvent::new("x".repeat(2000))
            }
        })
    }
}

#[module(controllers = [Site], providers = [Stage])]
pub struct SiteModule;

/// Bytes off the socket, since a compressed body is no text.
async fn ask(app: &App, target: &str, accept: &str) -> (String, Vec<u8>) {
    let mut socket = TcpStream::connect(app.addr).await.expect("it listens");
    let accept = if accept.is_empty() { String::new() } else { format!("Accept-Encoding: {accept}\r\n") };
    let head = format!("GET {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{accept}\r\n");
    socket.write_all(head.as_bytes()).await.expect("it reads");
    let mut answer = Vec::new();
    within(PATIENCE, socket.read_to_end(&mut answer)).await.expect("it answers");
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").expect("a head ends");
    let head = String::from_utf8(answer[..end].to_vec()).expect("a head is text").to_ascii_lowercase();
    let body = answer.split_off(end + 4);
    if head.contains("transfer-encoding: chunked") { (head, whole(&body)) } else { (head, body) }
}

fn whole(mut chunked: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = chunked.windows(2).position(|part| part == b"\r\n").expect("a size ends");
        let size = std::str::from_utf8(&chunked[..line]).expect("a size is text");
        let size = usize::from_str_radix(size, 16).expect("a size is a number");
        if size == 0 {
            return body;
        }
        body.extend(&chunked[line + 2..line + 2 + size]);
        chunked = &chunked[line + 2 + size + 2..];
    }
}

fn encoding(head: &str) -> Option<&str> {
    head.lines().find_map(|line| line.strip_prefix("content-encoding: "))
}

async fn serve(options: CompressionOptions) -> App {
    App::serve_with::<SiteModule>(|app| app.enable_compression(options)).await
}

/// Where a proxy compresses, nothing has to be turned off, and caches are told nothing.
/// Parity: CMP.1, CMP.2.
#[tokio::test]
async fn off_by_default() {
    let app = App::serve::<SiteModule>().await;
    let (head, body) = ask(&app, "/text/5000", "gzip, br").await;
    assert_eq!((encoding(&head), body.len()), (None, 5000));
    assert!(!head.contains("vary"), "{head}");
    app.end().await;
}

/// Parity: CMP.3, CMP.4, CMP.5.
#[tokio::test]
async fn what_both_like_best_is_taken() {
    let app = serve(CompressionOptions::default()).await;
    for (accept, expected) in [
        ("gzip, deflate, br", Some("br")),
        ("gzip, deflate", Some("gzip")),
        ("deflate", Some("deflate")),
        ("br;q=0.1, gzip", Some("gzip")),
        ("snappy", None),
        ("", None),
    ] {
        let (head, body) = ask(&app, "/text/5000", accept).await;
        assert_eq!(encoding(&head), expected, "{accept}");
        assert!(head.contains("vary: accept-encoding"), "{accept}: caches know that another got another");
        let mut text = String::new();
        match expected {
            Some("gzip") => GzDecoder::new(&*body).read_to_string(&mut text).map(|_| ()).expect("it is gzip"),
            Some("deflate") => ZlibDecoder::new(&*body).read_to_string(&mut text).map(|_| ()).expect("it is zlib"),
            None => text = String::from_utf8(body).expect("it is plain"),
            Some(_) => continue,
        }
        assert_eq!(text, "x".repeat(5000), "{accept}");
    }
    app.end().await;

    let app = serve(CompressionOptions::default().encodings([Encoding::Deflate, Encoding::Gzip]).level(9)).await;
    assert_eq!(encoding(&ask(&app, "/text/5000", "gzip, deflate, br").await.0), Some("deflate"));
    assert_eq!(encoding(&ask(&app, "/text/5000", "br").await.0), None);
    app.end().await;
}

/// From 0 to 11 for Brotli; what is beyond is taken for the nearest.
/// Parity: CMP.4.
#[tokio::test]
async fn the_quality_is_set() {
    let mut sizes = Vec::new();
    for level in [i32::MIN, 0, 4, 11, i32::MAX] {
        let app = serve(CompressionOptions::default().level(level)).await;
        let (head, body) = ask(&app, "/varied", "br").await;
        assert_eq!(encoding(&head), Some("br"), "{level}");
        sizes.push(body.len());
        app.end().await;
    }
    assert!(sizes[1] > sizes[2] && sizes[2] > sizes[3], "{sizes:?}");
    assert_eq!((sizes[0], sizes[4]), (sizes[1], sizes[3]));
    let app = serve(CompressionOptions::default()).await;
    assert_eq!(ask(&app, "/varied", "br").await.1.len(), sizes[2], "4 by default, as with Nest on Express");
    app.end().await;
}

#[tokio::test]
async fn the_threshold_has_two_sides() {
    let app = serve(CompressionOptions::default()).await;
    assert_eq!(encoding(&ask(&app, "/text/1023", "gzip").await.0), None);
    assert_eq!(encoding(&ask(&app, "/text/1024", "gzip").await.0), Some("gzip"));
    app.end().await;
    let app = serve(CompressionOptions::default().threshold(10)).await;
    assert_eq!(encoding(&ask(&app, "/text/9", "gzip").await.0), None);
    assert_eq!(encoding(&ask(&app, "/text/10", "gzip").await.0), Some("gzip"));
    // Errors are answers as well.
    let (head, _) = ask(&app, "/nowhere", "gzip").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    assert_eq!(encoding(&head), Some("gzip"));
    app.end().await;
}

#[tokio::test]
async fn only_what_shrinks_is_compressed() {
    let app = serve(CompressionOptions::default()).await;
    for (kind, expected) in [
        ("application/json", Some("gzip")),
        ("application/problem%2Bjson", Some("gzip")),
        ("image/svg%2Bxml", Some("gzip")),
        ("text/html;charset=utf-8", Some("gzip")),
        ("image/png", None),
        ("application/zip", None),
        ("video/mp4", None),
    ] {
        assert_eq!(encoding(&ask(&app, &format!("/kind?k={kind}"), "gzip").await.0), expected, "{kind}");
    }
    assert_eq!(encoding(&ask(&app, "/encoded", "gzip").await.0), Some("zstd"));
    for target in ["/part", "/fixed"] {
        let (head, body) = ask(&app, target, "gzip").await;
        assert_eq!((encoding(&head), body.len()), (None, 5000), "{target}");
    }
    app.end().await;
}

/// Each event arrives when it is sent, and as it is.
#[tokio::test]
async fn event_streams_are_left_alone() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let stage = app.get::<Stage>().expect("it is provided");
    let app = App::run(app.enable_compression(CompressionOptions::default().threshold(0))).await;
    let mut stream = http_tests::Connection::open(app.addr).await;
    stream.send("GET /events HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip, br\r\n\r\n").await;
    let head = stream.head().await;
    assert_eq!((head.status, head.header("content-encoding")), (200, None));
    for n in 0..3 {
        if n > 0 {
            stage.go.notify_one();
        }
        let event = stream.chunk().await.expect("an event");
        assert_eq!(event, format!("data: {}\n\n", "x".repeat(2000)));
        assert_eq!(stage.log.lines().len(), n + 1, "the next was not made before this one arrived");
    }
    app.end().await;
}
