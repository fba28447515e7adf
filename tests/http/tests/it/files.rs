//! Files as replies.

use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::StreamableFile;
use oriole::axum::body::Bytes;
use oriole::prelude::*;
use serde_json::json;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};
use tower::ServiceExt;

/// A file that every checkout has, longer than nothing and shorter than a chunk.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

/// A reader that never ends, and says when it is closed.
struct Endless;

/// Sees each reply, and what it knows of it.
struct Marking;
impl Interceptor for Marking {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let mut reply = next.run(ctx).await?.map_value(|_: serde_json::Value| "mapped")?;
        let seen = if reply.value().is_none() { "a response" } else { "a value" };
        reply.headers_mut().insert("x-seen", oriole::http::HeaderValue::from_static(seen));
        Ok(reply)
    }
}

static LOG: LazyLock<Recorder> = LazyLock::new(Recorder::default);

impl AsyncRead for Endless {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        buffer.put_slice(&b"x".repeat(buffer.remaining().min(1024)));
        Poll::Ready(Ok(()))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        LOG.record("closed");
    }
}

#[injectable]
pub struct Files;

#[controller]
impl Files {
    #[get("opened")]
    async fn opened(&self) -> Result<StreamableFile, HttpException> {
        StreamableFile::open(FILE).await
    }

    #[get("typed")]
    async fn typed(&self) -> Result<StreamableFile, HttpException> {
        Ok(StreamableFile::open(FILE).await?.content_type("text/x-toml").attachment("grüße \"1\".toml"))
    }

    #[get("marked")]
    #[header("content-type", "text/plain")]
    #[header("content-disposition", "inline")]
    async fn marked(&self) -> StreamableFile {
        StreamableFile::from_bytes("bytes")
    }

    #[post("posted")]
    async fn posted(&self) -> StreamableFile {
        StreamableFile::from_bytes("bytes")
    }

    #[get("within/{*path}")]
    async fn within(&self, Path(path): Path<String>) -> Result<StreamableFile, HttpException> {
        StreamableFile::open_within(env!("CARGO_MANIFEST_DIR"), path).await
    }

    #[post("intercepted")]
    #[use_interceptors(Marking {})]
    async fn intercepted(&self) -> Result<StreamableFile, HttpException> {
        Ok(StreamableFile::open(FILE).await?.content_type("application/json"))
    }

    #[get("missing")]
    async fn missing(&self) -> Result<StreamableFile, HttpException> {
        StreamableFile::open("/no/such/file").await
    }

    #[get("folder")]
    async fn folder(&self) -> Result<StreamableFile, HttpException> {
        StreamableFile::open(env!("CARGO_MANIFEST_DIR")).await
    }

    #[get("bad-header")]
    async fn bad_header(&self) -> StreamableFile {
        StreamableFile::from_bytes("bytes").disposition("a\r\nb: c")
    }

    #[get("stream")]
    async fn stream(&self) -> StreamableFile {
        let chunks = ["one ", "two"].map(|chunk| Ok::<_, Infallible>(Bytes::from(chunk)));
        StreamableFile::from_stream(stream::iter(chunks)).length(7)
    }

    #[get("broken")]
    async fn broken(&self) -> StreamableFile {
        let chunks = [Ok(Bytes::from("one")), Err(io::Error::other("the disk is gone"))];
        StreamableFile::from_stream(stream::iter(chunks))
    }

    #[get("endless")]
    async fn endless(&self) -> StreamableFile {
        StreamableFile::from_reader(Endless)
    }

    #[get("ranged")]
    async fn ranged(&self, headers: HeaderMap) -> Result<StreamableFile, HttpException> {
        StreamableFile::open(FILE).await?.ranged(&headers).await
    }

    #[get("ranged-bytes")]
    async fn ranged_bytes(&self, headers: HeaderMap) -> Result<StreamableFile, HttpException> {
        StreamableFile::from_bytes("0123456789").ranged(&headers).await
    }
}

#[module(controllers = [Files])]
pub struct FilesModule;

fn content() -> String {
    std::fs::read_to_string(FILE).expect("it is here")
}

/// Parity: STF.2, STF.3.
#[tokio::test]
async fn files_and_bytes_are_sent_with_their_headers() {
    let app = App::serve::<FilesModule>().await;
    let content = content();
    let length = content.len().to_string();
    let opened = app.get("/opened").await;
    assert_eq!((opened.status, &opened.body), (200, &content));
    assert_eq!(opened.header("content-type"), Some("application/octet-stream"));
    assert_eq!(opened.header("content-length"), Some(length.as_str()));
    let head = app.request("HEAD", "/opened").await;
    assert_eq!((head.header("content-length"), head.body.as_str()), (Some(length.as_str()), ""));

    let typed = app.get("/typed").await;
    assert_eq!(typed.header("content-type"), Some("text/x-toml"));
    let name = "attachment; filename=\"gr__e _1_.toml\"; filename*=UTF-8''gr%C3%BC%C3%9Fe%20%221%22.toml";
    assert_eq!(typed.header("content-disposition"), Some(name));

    let marked = app.get("/marked").await;
    assert_eq!(
        (marked.header("content-type"), marked.header("content-disposition")),
        (Some("text/plain"), Some("inline"))
    );
    assert_eq!((app.request("POST", "/posted").await.status, marked.body.as_str()), (201, "bytes"));

    let stream = app.get("/stream").await;
    assert_eq!((stream.header("content-length"), stream.body.as_str()), (Some("7"), "one two"));
    app.end().await;
}

/// Interceptors run around it, and see a response that is not theirs to map.
/// Parity: STF.1.
#[tokio::test]
async fn interceptors_run_around_a_file() {
    let app = App::serve::<FilesModule>().await;
    let answer = app.request("POST", "/intercepted").await;
    assert_eq!((answer.status, answer.header("x-seen"), &answer.body), (201, Some("a response"), &content()));
    app.end().await;
}

/// The server of this crate, and any other that takes a tower service.
/// Parity: STF.4.
#[tokio::test]
async fn a_file_is_sent_by_any_server() {
    let app = Oriole::create::<FilesModule>().await.expect("the module is sound");
    let service = app.into_service().await.expect("hooks do not fail");
    let request = oriole::http::Request::get("/opened").body(oriole::axum::body::Body::empty()).expect("it is one");
    let answer = service.clone().oneshot(request).await.expect("it never fails");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    let body = oriole::axum::body::to_bytes(answer.into_body(), 100_000).await.expect("it is read");
    let app = App::serve::<FilesModule>().await;
    assert_eq!(body, app.get("/opened").await.body);
    app.end().await;
}

/// A path that a client names stays below its folder.
#[tokio::test]
async fn nothing_is_opened_beside_its_folder() {
    let app = App::serve::<FilesModule>().await;
    assert_eq!(app.get("/within/Cargo.toml").await.body, content());
    for path in [
        "../../README.md",
        "%2e%2e/%2e%2e/README.md",
        "..%2f..%2fREADME.md",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "src/../Cargo.toml",
        "Cargo.toml%00",
        "Cargo.toml/x",
        "src",
        "nothing",
    ] {
        assert_eq!(app.get(&format!("/within/{path}")).await.status, 404, "{path}");
    }
    assert_eq!(app.get(&format!("/within/{}", "x".repeat(300))).await.status, 404, "a name that no file can have");
    app.end().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_out_of_the_folder_leads_nowhere() {
    let folder = std::env::temp_dir().join(format!("oriole-files-{}", std::process::id()));
    let (inside, outside) = (folder.join("inside"), folder.join("secret"));
    std::fs::create_dir_all(&inside).expect("it is ours");
    std::fs::write(&outside, "secret").expect("it is ours");
    std::fs::write(inside.join("plain"), "plain").expect("it is ours");
    std::os::unix::fs::symlink(&outside, inside.join("link")).expect("it is ours");
    std::os::unix::fs::symlink(inside.join("plain"), inside.join("alias")).expect("it is ours");
    assert!(StreamableFile::open_within(&inside, "alias").await.is_ok());
    let status = StreamableFile::open_within(&inside, "link").await.map_err(|refused| refused.status());
    std::fs::remove_dir_all(&folder).expect("it is ours");
    assert_eq!(status.err(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn what_cannot_be_opened_is_an_http_error() {
    let app = App::serve::<FilesModule>().await;
    for path in ["/missing", "/folder"] {
        let response = app.get(path).await;
        let body = json!({"message": "Not Found", "statusCode": 404});
        assert_eq!((response.status, response.json()), (404, body), "{path}");
    }
    assert_eq!(app.get("/bad-header").await.status, 500);
    app.end().await;
}

/// The client must not take a part for the whole.
#[tokio::test]
async fn a_stream_that_fails_ends_the_connection() {
    let app = App::serve::<FilesModule>().await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/broken").await;
    let received = connection.closed().await;
    assert!(!received.ends_with("0\r\n\r\n"), "{received}");
    app.end().await;
}

#[tokio::test]
async fn a_client_that_leaves_closes_the_file() {
    let app = App::serve::<FilesModule>().await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/endless").await;
    connection.head().await;
    connection.chunk().await;
    assert!(LOG.lines().is_empty());
    drop(connection);
    within(PATIENCE, LOG.wait_for("closed")).await;
    app.end().await;
}

#[tokio::test]
async fn ranges() {
    let app = App::serve::<FilesModule>().await;
    let content = content();
    let length = content.len();
    let range = |path: &'static str, range: &str| {
        let range = format!("Range: {range}\r\n");
        let app = &app;
        async move { app.send("GET", path, &range, "").await }
    };
    let part = range("/ranged", "bytes=3-9").await;
    assert_eq!((part.status, part.body.as_str()), (206, &content[3..=9]));
    assert_eq!(part.header("content-range"), Some(format!("bytes 3-9/{length}").as_str()));
    let part = range("/ranged", "bytes=-5").await;
    assert_eq!((part.status, part.body.as_str()), (206, &content[length - 5..]));
    let part = range("/ranged-bytes", "bytes=8-").await;
    assert_eq!((part.status, part.body.as_str(), part.header("content-length")), (206, "89", Some("2")));

    let beyond = range("/ranged-bytes", "bytes=10-").await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */10")));
    let whole = app.get("/ranged").await;
    assert_eq!((whole.status, whole.header("accept-ranges"), &whole.body), (200, Some("bytes"), &content));
    app.end().await;
}
