//! Uploads: what is taken, what is refused, and what is left on disk.

use http_tests::{App, Connection, Response, within};
use oriole::prelude::*;
use oriole::upload::{UploadRules, UploadSpec, UploadedFile, UploadedFiles};
use serde_json::{Value, json};
use std::path::{Path as FsPath, PathBuf};
use std::time::Duration;

const PNG: &str = "\u{89}PNG";
const GIF: &str = "GIF89a";

struct Avatar;
impl UploadSpec for Avatar {
    fn rules() -> UploadRules {
        UploadRules::new().field("avatar", 1).max_size(100).mime("image/gif").mime("image/png")
    }
}

struct Photos;
impl UploadSpec for Photos {
    fn rules() -> UploadRules {
        UploadRules::new().field("photos", 2).field("cover", 1).files_max(3).file_bytes_max(50)
    }
}

struct Anything;
impl UploadSpec for Anything {
    fn rules() -> UploadRules {
        UploadRules::any().optional().files_max(2).texts_max(2).text_bytes_max(10)
    }
}

struct Texts;
impl UploadSpec for Texts {
    fn rules() -> UploadRules {
        UploadRules::new()
    }
}

struct Claimed;
impl UploadSpec for Claimed {
    fn rules() -> UploadRules {
        UploadRules::new().field("file", 1).mime("text/*").trust_content_type().status(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

struct Own;
impl UploadSpec for Own {
    fn rules() -> UploadRules {
        UploadRules::new().field("file", 1).exception_factory(HttpException::im_a_teapot)
    }
}

/// The folder of this process' tests.
fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("oriole-uploads-{}-{name}", std::process::id()))
}

struct Kept;
impl UploadSpec for Kept {
    fn rules() -> UploadRules {
        UploadRules::new().field("file", 1).max_size(1000).mime("image/*").to_folder(folder("kept"))
    }
}

struct Left;
impl UploadSpec for Left {
    fn rules() -> UploadRules {
        UploadRules::new().field("file", 1).to_folder(folder("left"))
    }
}

#[injectable]
pub struct Uploads;

#[controller]
impl Uploads {
    #[post("avatar")]
    async fn avatar(&self, avatar: UploadedFile<Avatar>) -> String {
        let bytes = avatar.bytes().map(bytes_len);
        let (name, title) = (avatar.file_name().unwrap_or("-"), avatar.text("title").unwrap_or("-"));
        format!("{} {name} {} {} {bytes:?} {title}", avatar.field(), avatar.content_type(), avatar.size())
    }

    #[post("maybe")]
    async fn maybe(&self, avatar: Option<UploadedFile<Avatar>>) -> String {
        format!("{:?}", avatar.map(|avatar| avatar.size()))
    }

    #[post("photos")]
    async fn photos(&self, photos: UploadedFiles<Photos>) -> String {
        format!("{} {}", photos.of("photos").count(), photos.of("cover").count())
    }

    #[post("anything")]
    async fn anything(&self, files: UploadedFiles<Anything>) -> String {
        format!("{} {}", files.files().len(), files.texts().count())
    }

    #[post("texts")]
    async fn texts(&self, form: UploadedFiles<Texts>) -> String {
        form.text("a").unwrap_or("-").to_owned()
    }

    #[post("claimed")]
    async fn claimed(&self, file: UploadedFile<Claimed>) -> String {
        file.content_type().to_owned()
    }

    #[post("own")]
    async fn own(&self, _file: UploadedFile<Own>) {}

    #[post("kept")]
    async fn kept(&self, file: UploadedFile<Kept>) -> Result<String, HttpException> {
        let content = file.read().await?;
        let path = file.path().expect("it is on disk").to_owned();
        let is_there = path.exists();
        if file.size() > 10 {
            file.into_file().persist(folder("kept").join("kept.gif")).await?;
        }
        Ok(format!("{} {is_there} {}", content.len(), path.exists()))
    }

    #[post("left")]
    async fn left(&self, _file: UploadedFile<Left>) {}
}

fn bytes_len(bytes: &oriole::axum::body::Bytes) -> usize {
    bytes.len()
}

#[module(controllers = [Uploads])]
pub struct UploadsModule;

/// A part: a file if it has a file name, else a text.
type Part<'a> = (&'a str, Option<&'a str>, &'a str, &'a str);

fn form(parts: &[Part<'_>]) -> String {
    let mut body = String::new();
    for (field, file_name, content_type, content) in parts {
        let file_name = file_name.map(|name| format!("; filename=\"{name}\"\r\nContent-Type: {content_type}"));
        let file_name = file_name.unwrap_or_default();
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"{file_name}\r\n\r\n{content}\r\n");
    }
    body + "--x--\r\n"
}

async fn send(app: &App, path: &str, parts: &[Part<'_>]) -> Response {
    app.send("POST", path, "Content-Type: multipart/form-data; boundary=x\r\n", &form(parts)).await
}

fn refusal(message: &str) -> Value {
    json!({"message": message, "error": "Bad Request", "statusCode": 400})
}

#[track_caller]
fn refused(response: &Response, message: &str) {
    assert_eq!((response.status, response.json()), (400, refusal(message)));
}

/// One file, by size and by what its first bytes say.
/// Parity: UPL.1, UPL.2, UPL.6, UPL.8, UPL.10, PIP.5, PIP.21.
#[tokio::test]
async fn one_file() {
    let app = App::serve::<UploadsModule>().await;
    let parts = [("title", None, "", "me"), ("avatar", Some("../../me.gif"), "text/html", GIF)];
    assert_eq!(send(&app, "/avatar", &parts).await.body, "avatar ../../me.gif image/gif 6 Some(6) me");

    let wrong = "Validation failed (current file type is image/png, expected type is image/gif|image/png)";
    refused(&send(&app, "/avatar", &[("avatar", Some("a.png"), "image/png", "no image")]).await, wrong);
    let (below, at) = (GIF.to_owned() + &"x".repeat(93), GIF.to_owned() + &"x".repeat(94));
    assert_eq!(send(&app, "/avatar", &[("avatar", Some("a"), "", &below)]).await.status, 201);
    let message = "Validation failed (expected size is less than 100)";
    refused(&send(&app, "/avatar", &[("avatar", Some("a"), "", &at)]).await, message);

    refused(&send(&app, "/avatar", &[]).await, "File is required");
    refused(&send(&app, "/avatar", &[("avatar", Some(""), "", "")]).await, "File is required");
    refused(&app.send_json("POST", "/avatar", "{}").await, "File is required");
    assert_eq!(send(&app, "/maybe", &[]).await.body, "None");
    assert_eq!(send(&app, "/maybe", &parts).await.body, "Some(6)");
    app.end().await;
}

/// Several files of one field, of several, of any, and none at all; counts on each side.
/// Parity: UPL.3.
#[tokio::test]
async fn several_files() {
    let app = App::serve::<UploadsModule>().await;
    let (photo, cover) = (("photos", Some("p"), "", "p"), ("cover", Some("c"), "", "c"));
    assert_eq!(send(&app, "/photos", &[photo, cover, photo]).await.body, "2 1");
    refused(&send(&app, "/photos", &[photo, photo, photo]).await, "Unexpected field - photos");
    refused(&send(&app, "/photos", &[("x", Some("x"), "", "")]).await, "Unexpected field - x");
    refused(&send(&app, "/photos", &[photo, cover, photo, cover]).await, "Too many files");
    refused(&send(&app, "/photos", &[]).await, "File is required");

    let any = ("whatever", Some("x"), "", "x");
    let text = ("text", None, "", "0123456789");
    assert_eq!(send(&app, "/anything", &[]).await.body, "0 0");
    assert_eq!(send(&app, "/anything", &[any, any, text, text]).await.body, "2 2");
    refused(&send(&app, "/anything", &[any, any, any]).await, "Too many files");
    refused(&send(&app, "/anything", &[text, text, text]).await, "Too many fields");
    refused(&send(&app, "/anything", &[("text", None, "", "0123456789a")]).await, "Field value too long");

    assert_eq!(send(&app, "/texts", &[("a", None, "", "b")]).await.body, "b");
    refused(&send(&app, "/texts", &[("a", Some("a"), "", "b")]).await, "Unexpected field - a");
    app.end().await;
}

/// 413 where a file or a body is beyond its limit, 400 where the form is broken.
#[tokio::test]
async fn limits_and_broken_forms() {
    let app = App::serve_with::<UploadsModule>(|app| app.body_limit(1000)).await;
    let (at, above) = ("x".repeat(50), "x".repeat(51));
    assert_eq!(send(&app, "/photos", &[("cover", Some("c"), "", &at)]).await.status, 201);
    let response = send(&app, "/photos", &[("cover", Some("c"), "", &above)]).await;
    let body = json!({"message": "File too large", "error": "Payload Too Large", "statusCode": 413});
    assert_eq!((response.status, response.json()), (413, body));
    assert_eq!(send(&app, "/anything", &[("a", Some("a"), "", &"x".repeat(1000))]).await.status, 413);

    let mut chunked = Connection::open(app.addr).await;
    let head = "POST /anything HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=x\r\n";
    let body = form(&[("a", Some("a"), "", &"x".repeat(1000))]);
    chunked.try_send(format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len())).await;
    let response = chunked.response_to("POST").await;
    let body = json!({"statusCode": 413, "message": "request entity too large"});
    assert_eq!((response.status, response.json()), (413, body));

    let multipart = "Content-Type: multipart/form-data; boundary=x\r\n";
    let cut = "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nabc";
    for (headers, body) in [(multipart, cut), (multipart, "nonsense"), ("Content-Type: multipart/form-data\r\n", "")] {
        let response = app.send("POST", "/anything", headers, body).await;
        assert_eq!((response.status, response.json()["error"].clone()), (400, json!("Bad Request")), "{body}");
    }
    app.end().await;
}

/// Own status and own exception; the claimed type where it is trusted.
/// Parity: UPL.5.
#[tokio::test]
async fn options() {
    let app = App::serve::<UploadsModule>().await;
    assert_eq!(send(&app, "/claimed", &[("file", Some("a"), "text/csv", PNG)]).await.body, "text/csv");
    let response = send(&app, "/claimed", &[("file", Some("a"), "image/png", PNG)]).await;
    let message = "Validation failed (current file type is image/png, expected type is text/*)";
    let body = json!({"message": message, "error": "Unprocessable Entity", "statusCode": 422});
    assert_eq!((response.status, response.json()), (422, body));
    let response = send(&app, "/own", &[]).await;
    assert_eq!((response.status, response.json()["message"].clone()), (418, json!("File is required")));
    app.end().await;
}

fn entries(folder: &FsPath) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Files on disk are checked as well, and removed unless they are kept.
/// Parity: UPL.4.
#[tokio::test]
async fn files_on_disk() {
    let folder = folder("kept");
    let app = App::serve::<UploadsModule>().await;
    assert_eq!(send(&app, "/kept", &[("file", Some("a"), "", GIF)]).await.body, "6 true true");
    assert_eq!(entries(&folder), 0);
    assert_eq!(send(&app, "/kept", &[("file", Some("a"), "", "not an image")]).await.status, 400);
    assert_eq!(send(&app, "/kept", &[("file", Some("a"), "", &GIF.repeat(500))]).await.status, 400);
    assert_eq!(entries(&folder), 0);
    let long = GIF.to_owned() + "0123456789";
    assert_eq!(send(&app, "/kept", &[("file", Some("a"), "", &long)]).await.body, "16 true false");
    assert_eq!(std::fs::read_to_string(folder.join("kept.gif")).ok(), Some(long));
    assert_eq!(entries(&folder), 1);
    std::fs::remove_dir_all(&folder).expect("it is ours");
    app.end().await;
}

/// A client that leaves halfway leaves nothing behind.
#[tokio::test]
async fn a_client_leaves_halfway() {
    let folder = folder("left");
    let app = App::serve::<UploadsModule>().await;
    let mut connection = Connection::open(app.addr).await;
    let body = form(&[("file", Some("a"), "", &"x".repeat(1000))]);
    let head = "POST /left HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=x\r\n";
    let length = body.len();
    connection.send(format!("{head}Content-Length: {length}\r\n\r\n{}", &body[..length - 500])).await;
    let until = |count| {
        let folder = folder.clone();
        async move {
            while entries(&folder) != count {
                tokio::task::yield_now().await;
            }
        }
    };
    within(Duration::from_secs(10), until(1)).await;
    drop(connection);
    within(Duration::from_secs(10), until(0)).await;
    std::fs::remove_dir_all(&folder).expect("it is ours");
    app.end().await;
}
