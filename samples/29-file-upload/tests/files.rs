//! Drives the built program as a client would.

use driver::{Part, Program, Server};
use serde_json::{Value, json};
use std::path::Path;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

fn start(uploads: &Path) -> Server {
    Program::new(env!("CARGO_BIN_EXE_sample-file-upload")).env("UPLOADS", uploads).start()
}

/// Sends a form; gives status and body.
fn form(sample: &Server, path: &str, parts: &[Part<'_>]) -> (u16, Value) {
    let answer = sample.ask("POST", path).form(parts).send();
    (answer.status, answer.json())
}

fn refusal(message: &str) -> Value {
    json!({"message": message, "error": "Bad Request", "statusCode": 400})
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Nest's sample 29.
#[test]
fn files_and_texts_come_in() {
    let folder = tempfile::tempdir().expect("there is room");
    let sample = start(folder.path());
    assert_eq!(sample.get("/").text(), "Hello World!");
    let (name, file): (Part<'_>, Part<'_>) = (("name", None, b"test"), ("file", Some("a.txt"), b"content"));
    let expected = json!({"body": {"name": "test"}, "file": "content"});
    assert_eq!(form(&sample, "/file", &[name, file]), (201, expected));
    assert_eq!(form(&sample, "/file", &[name]), (400, refusal("File is required")));

    assert_eq!(form(&sample, "/file/pass-validation", &[name]), (201, json!({"file": null})));
    let (status, passed) = form(&sample, "/file/pass-validation", &[("file", Some("a"), JPEG)]);
    assert_eq!((status, &passed["body"]), (201, &json!({"name": null})));
    let (status, refused) = form(&sample, "/file/fail-validation", &[("file", Some("a.jpg"), PNG)]);
    let message = "Validation failed (current file type is image/png, expected type is image/jpeg)";
    assert_eq!((status, refused), (400, refusal(message)));
}

#[test]
fn photos_are_kept_and_streamed() {
    let folder = tempfile::tempdir().expect("there is room");
    let sample = start(folder.path());
    let (jpeg, png) = (("photo", Some("a.jpg"), JPEG), ("photo", Some("b.png"), PNG));
    let (status, photos) = form(&sample, "/photos", &[jpeg, png]);
    assert_eq!((status, entries(folder.path())), (201, 2));
    assert_eq!((&photos[0]["type"], &photos[1]["type"]), (&json!("image/jpeg"), &json!("image/png")));
    let address = photos[0]["address"].as_str().expect("it has one").to_owned();
    let photo = sample.get(&address);
    assert_eq!((photo.status, &photo.body[..]), (200, JPEG));
    assert_eq!(photo.header("content-disposition"), Some("attachment; filename=\"photo\""));
    let begin = sample.ask("GET", &address).header("Range", "bytes=0-2").send();
    assert_eq!((begin.status, &begin.body[..]), (206, &JPEG[..3]));
    assert_eq!(begin.header("content-range"), Some(&*format!("bytes 0-2/{}", JPEG.len())));
    for path in ["/photos/nothing", "/photos/..%2F..%2Fetc%2Fpasswd", "/photos/%2Fetc%2Fpasswd"] {
        assert_eq!(sample.get(path).status, 404, "{path}");
    }

    // Of a form that is refused nothing is kept.
    let nameless = ("photo", Some("c"), JPEG);
    let message = "Validation failed (a photo has a name with an extension)";
    assert_eq!(form(&sample, "/photos", &[jpeg, nameless]), (400, refusal(message)));
    assert_eq!(form(&sample, "/photos", &[jpeg, jpeg, png, png]).1, refusal("Unexpected field - photo"));
    let large = [JPEG, &vec![0; 500_000]].concat();
    let message = "Validation failed (expected size is less than 500000)";
    assert_eq!(form(&sample, "/photos", &[jpeg, ("photo", Some("d.jpg"), &large)]), (400, refusal(message)));
    assert_eq!(entries(folder.path()), 2);
}
