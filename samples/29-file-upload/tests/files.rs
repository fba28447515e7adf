//! Drives the built program as a client would: bytes over a socket.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

struct Sample {
    child: Child,
    port: u16,
}

impl Sample {
    /// Starts it on a free port and waits until it listens.
    fn start(uploads: &Path) -> Self {
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
            free.local_addr().expect("it is bound").port()
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-file-upload"))
            .env("PORT", port.to_string())
            .env("UPLOADS", uploads)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample is built");
        let mut log = BufReader::new(child.stdout.take().expect("it is piped"));
        let listening = format!("Listening on http://127.0.0.1:{port}");
        let mut line = String::new();
        while !line.contains(&listening) {
            line.clear();
            assert!(log.read_line(&mut line).expect("the log is text") > 0, "it ended before it listened");
        }
        // Nobody reads on; the pipe must not be closed while it writes.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, port }
    }

    /// Status, head and body.
    fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket can be told");
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(&[head.as_bytes(), body].concat()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n").expect("a head ends");
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a head has a status");
        (status, head, answer.split_off(end + 4))
    }

    /// Sends a form; a part without a file name is a text.
    fn form(&self, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> (u16, Value) {
        let mut body = Vec::new();
        for (field, file_name, content) in parts {
            let file_name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            let head = format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"{file_name}\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(b"--x--\r\n");
        let (status, _, body) = self.send("POST", path, "Content-Type: multipart/form-data; boundary=x\r\n", &body);
        (status, serde_json::from_slice(&body).expect("it answers JSON"))
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
    let sample = Sample::start(folder.path());
    assert_eq!(sample.send("GET", "/", "", b"").2, b"Hello World!");
    let (name, file): (_, (_, _, &[u8])) = (("name", None, &b"test"[..]), ("file", Some("a.txt"), b"content"));
    let expected = json!({"body": {"name": "test"}, "file": "content"});
    assert_eq!(sample.form("/file", &[name, file]), (201, expected));
    assert_eq!(sample.form("/file", &[name]), (400, refusal("File is required")));

    assert_eq!(sample.form("/file/pass-validation", &[name]), (201, json!({"file": null})));
    let (status, passed) = sample.form("/file/pass-validation", &[("file", Some("a"), JPEG)]);
    assert_eq!((status, &passed["body"]), (201, &json!({"name": null})));
    let (status, refused) = sample.form("/file/fail-validation", &[("file", Some("a.jpg"), PNG)]);
    let message = "Validation failed (current file type is image/png, expected type is image/jpeg)";
    assert_eq!((status, refused), (400, refusal(message)));
}

#[test]
fn photos_are_kept_and_streamed() {
    let folder = tempfile::tempdir().expect("there is room");
    let sample = Sample::start(folder.path());
    let (jpeg, png) = (("photo", Some("a.jpg"), JPEG), ("photo", Some("b.png"), PNG));
    let (status, photos) = sample.form("/photos", &[jpeg, png]);
    assert_eq!((status, entries(folder.path())), (201, 2));
    assert_eq!((&photos[0]["type"], &photos[1]["type"]), (&json!("image/jpeg"), &json!("image/png")));
    let address = photos[0]["address"].as_str().expect("it has one").to_owned();
    let (status, head, body) = sample.send("GET", &address, "", b"");
    assert_eq!((status, &body[..]), (200, JPEG));
    assert!(head.contains("content-disposition: attachment; filename=\"photo\""), "{head}");
    let (status, head, body) = sample.send("GET", &address, "Range: bytes=0-2\r\n", b"");
    assert_eq!((status, &body[..]), (206, &JPEG[..3]));
    assert!(head.contains(&format!("content-range: bytes 0-2/{}", JPEG.len())), "{head}");
    for path in ["/photos/nothing", "/photos/..%2F..%2Fetc%2Fpasswd", "/photos/%2Fetc%2Fpasswd"] {
        assert_eq!(sample.send("GET", path, "", b"").0, 404, "{path}");
    }

    // Of a form that is refused nothing is kept.
    let nameless = ("photo", Some("c"), JPEG);
    let message = "Validation failed (a photo has a name with an extension)";
    assert_eq!(sample.form("/photos", &[jpeg, nameless]), (400, refusal(message)));
    assert_eq!(sample.form("/photos", &[jpeg, jpeg, png, png]).1, refusal("Unexpected field - photo"));
    let large = [JPEG, &vec![0; 500_000]].concat();
    let message = "Validation failed (expected size is less than 500000)";
    assert_eq!(sample.form("/photos", &[jpeg, ("photo", Some("d.jpg"), &large)]), (400, refusal(message)));
    assert_eq!(entries(folder.path()), 2);
}
