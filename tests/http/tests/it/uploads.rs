//! Uploads: what is taken, what is refused, and what is left on disk.

use http_tests::{App, Connection, PATIENCE, Response, within};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use oriole::prelude::*;
use oriole::upload::{
    FilePart, FileValidator, FolderStorage, ObjectStorage, Storage, UploadDefaults, UploadRules, UploadSpec,
    UploadedFile, UploadedFiles,
};
use serde_json::{Value, json};
use std::path::{Path as FsPath, PathBuf};
use std::sync::{Arc, LazyLock};

const PNG: &str = "\u{89}PNG";
const GIF: &str = "GIF89a";

struct Avatar;
impl UploadSpec for Avatar {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("avatar", 1).max_size(100).mime("image/gif").mime("image/png")
    }
}

struct Photos;
impl UploadSpec for Photos {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("photos", 2).field("cover", 1).files_max(3).file_bytes_max(50)
    }
}

struct Anything;
impl UploadSpec for Anything {
    fn rules(_: UploadRules) -> UploadRules {
        UploadRules::any().optional().files_max(2).texts_max(2).text_bytes_max(10)
    }
}

struct Texts;
impl UploadSpec for Texts {
    fn rules(base: UploadRules) -> UploadRules {
        base
    }
}

struct Claimed;
impl UploadSpec for Claimed {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 1).mime("text/*").trust_content_type().status(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

struct Own;
impl UploadSpec for Own {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 1).exception_factory(HttpException::im_a_teapot)
    }
}

/// The folder of this process' tests.
fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("oriole-uploads-{}-{name}", std::process::id()))
}

struct Kept;
impl UploadSpec for Kept {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 1).max_size(1000).mime("image/*").to_folder(folder("kept"))
    }
}

struct Left;
impl UploadSpec for Left {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 1).to_folder(folder("left"))
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

struct NotEmpty;
impl FileValidator for NotEmpty {
    async fn is_valid(&self, file: &FilePart) -> bool {
        file.size() > 0
    }

    fn error_message(&self, file: &FilePart) -> String {
        format!("{} is empty", file.field())
    }
}

/// Asks somebody else, which takes time, and reads the file.
struct Scanned;
impl FileValidator for Scanned {
    async fn is_valid(&self, file: &FilePart) -> bool {
        tokio::task::yield_now().await;
        file.read().await.is_ok_and(|content| !content.ends_with(b"virus"))
    }

    fn error_message(&self, file: &FilePart) -> String {
        format!("{} is ill: {:?}", file.field(), String::from_utf8_lossy(file.head()))
    }
}

struct Checked;
impl UploadSpec for Checked {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 2).max_size(20).validator(NotEmpty).validator(Scanned)
    }
}

/// What the module's defaults leave to it.
struct Renamed;
impl UploadSpec for Renamed {
    fn rules(base: UploadRules) -> UploadRules {
        base.field("file", 2).field("other", 1)
    }
}

#[injectable]
pub struct Storages;

#[controller]
#[use_interceptors(UploadDefaults)]
impl Storages {
    #[post("checked")]
    async fn checked(&self, files: UploadedFiles<Checked>) -> String {
        files.files().len().to_string()
    }

    #[post("stored")]
    async fn stored(&self, files: UploadedFiles<Renamed>) -> Result<String, HttpException> {
        let mut told = Vec::new();
        for file in files.into_files() {
            let content = file.read().await?;
            told.push(format!("{} {}", file.key().unwrap_or("-"), String::from_utf8_lossy(&content)));
            if content.starts_with(b"gone") {
                file.discard().await?;
            } else if content.starts_with(b"copy") {
                file.persist(folder("copied")).await?;
            }
        }
        Ok(told.join("\n"))
    }
}

/// What the module's uploads start from, made by the container.
#[injectable]
struct Settings;

#[provider]
fn defaults(_settings: Arc<Settings>) -> UploadDefaults {
    UploadDefaults::new(UploadRules::new().file_bytes_max(30).status(StatusCode::UNPROCESSABLE_ENTITY))
}

#[module(controllers = [Storages], providers = [Settings, defaults])]
pub struct DefaultsModule;

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

/// Size and type first, then those of the application, one after the other; later is soon enough.
/// Parity: UPL.7, UPL.9.
#[tokio::test]
async fn validators_are_composed() {
    let app = App::serve::<DefaultsModule>().await;
    assert_eq!(
        send(&app, "/checked", &[("file", Some("a"), "", "fine"), ("file", Some("b"), "", "fine")]).await.body,
        "2"
    );
    for (content, message) in [
        ("", "file is empty"),
        ("a virus", "file is ill: \"a virus\""),
        ("a long one, with a virus", "Validation failed (expected size is less than 20)"),
    ] {
        let response =
            send(&app, "/checked", &[("file", Some("a"), "", "fine"), ("file", Some("b"), "", content)]).await;
        assert_eq!((response.status, response.json()["message"].clone()), (422, json!(message)), "{content}");
    }
    app.end().await;
}

/// What a module says holds for all its uploads, unless one says otherwise.
/// Parity: UPL.4.
#[tokio::test]
async fn a_module_has_defaults() {
    let app = App::serve::<DefaultsModule>().await;
    for (bytes, status) in [(30, 201), (31, 413)] {
        assert_eq!(
            send(&app, "/stored", &[("file", Some("a"), "", &"x".repeat(bytes))]).await.status,
            status,
            "{bytes}"
        );
    }
    let missing = send(&app, "/stored", &[]).await;
    assert_eq!((missing.status, missing.json()["message"].clone()), (422, json!("File is required")));
    app.end().await;
}

#[module(controllers = [Storages])]
pub struct BareModule;

#[tokio::test]
async fn a_module_may_say_nothing() {
    let app = App::serve::<BareModule>().await;
    assert_eq!(send(&app, "/stored", &[("file", Some("a"), "", "in memory")]).await.body, "- in memory");
    assert_eq!(send(&app, "/stored", &[]).await.status, 400);
    app.end().await;
}

fn stored(storage: Arc<dyn Storage>) -> UploadDefaults {
    UploadDefaults::new(UploadRules::new().to_storage(storage, "photos/"))
}

/// The suite of every storage: what arrives is there, what is refused is not, and what is discarded is gone.
async fn check_storage<M: oriole::Module>(storage: Arc<dyn Storage>, count: impl AsyncFn() -> usize) {
    let app = App::serve::<M>().await;
    let (good, gone) = (("file", Some("../../a"), "", "good"), ("file", Some("b"), "", "gone"));
    let answer = send(&app, "/stored", &[good]).await;
    let (key, content) = answer.body.split_once(' ').expect("a key and a content");
    assert!(key.starts_with("photos/") && key.len() == 39 && content == "good", "{}", answer.body);
    assert_eq!(count().await, 1);
    let read = || async {
        storage
            .read(key)
            .await
            .expect("it is there")
            .map(|piece| piece.expect("it is read"))
            .fold(Vec::new(), |whole, piece| async move { [&whole[..], &piece].concat() })
            .await
    };
    assert_eq!(read().await, b"good");

    // The second is discarded by the handler, the others were never there.
    assert_eq!(send(&app, "/stored", &[gone]).await.body.lines().count(), 1);
    for refused in [
        &[good, good, good][..],
        &[good, ("nobody", Some("c"), "", "")],
        &[good, ("other", Some("c"), "", &"x".repeat(2 << 20))],
    ] {
        assert!(send(&app, "/stored", refused).await.status >= 400);
        assert_eq!(count().await, 1);
    }
    let copied = send(&app, "/stored", &[("file", Some("c"), "", "copy this")]).await;
    assert_eq!(std::fs::read_to_string(folder("copied")).ok().as_deref(), Some("copy this"), "{}", copied.body);
    std::fs::remove_file(folder("copied")).expect("it is ours");
    assert_eq!(count().await, 2);

    // A client that leaves halfway.
    let mut connection = Connection::open(app.addr).await;
    let body = form(&[good, ("other", Some("d"), "", &"x".repeat(1000))]);
    let head = "POST /stored HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=x\r\n";
    connection.send(format!("{head}Content-Length: {}\r\n\r\n{}", body.len(), &body[..body.len() - 500])).await;
    drop(connection);
    app.end().await;
    assert_eq!(count().await, 2);

    storage.remove(key).await.expect("it is there");
    storage.remove(key).await.expect("nothing to do is no error");
    let missing = storage.read(key).await.err().map(|error| error.kind());
    assert_eq!((missing, count().await), (Some(std::io::ErrorKind::NotFound), 1));
    assert!(storage.create("../a").await.is_err(), "a key leads nowhere else");
}

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| folder("storage"));

#[provider]
fn in_folder() -> UploadDefaults {
    stored(Arc::new(FolderStorage::new(&*FOLDER)))
}

#[module(controllers = [Storages], providers = [in_folder])]
pub struct FolderModule;

#[tokio::test]
async fn uploads_go_to_a_folder() {
    let count = async || entries(&FOLDER.join("photos"));
    check_storage::<FolderModule>(Arc::new(FolderStorage::new(&*FOLDER)), count).await;
    std::fs::remove_dir_all(&*FOLDER).expect("it is ours");
}

static STORE: LazyLock<Arc<InMemory>> = LazyLock::new(|| Arc::new(InMemory::new()));

#[provider]
fn in_store() -> UploadDefaults {
    stored(Arc::new(ObjectStorage::new(STORE.clone())))
}

#[module(controllers = [Storages], providers = [in_store])]
pub struct StoreModule;

#[tokio::test]
async fn uploads_go_to_an_object_store() {
    let count = async || STORE.list(None).count().await;
    check_storage::<StoreModule>(Arc::new(ObjectStorage::new(STORE.clone())), count).await;
}

fn entries(folder: &FsPath) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Files on disk are checked as well, and removed unless they are kept.
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
    within(PATIENCE, until(1)).await;
    drop(connection);
    within(PATIENCE, until(0)).await;
    std::fs::remove_dir_all(&folder).expect("it is ours");
    app.end().await;
}
