//! Drives the built program as a client would: bytes over a socket.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Sample {
    child: Child,
    port: u16,
}

impl Sample {
    /// Starts it on a free port and waits until it listens.
    fn start() -> Self {
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
            free.local_addr().expect("it is bound").port()
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-serializer"))
            .env("PORT", port.to_string())
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

    fn json(&self, method: &str, path: &str, headers: &str, body: &Value) -> (u16, Value) {
        let headers = format!("{headers}Content-Type: application/json\r\n");
        let (status, _, body) = self.send(method, path, &headers, body.to_string().as_bytes());
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

/// Nest's sample 21: a name that is put together, a role that is replaced, a password that is not there.
#[test]
fn a_user_is_shown_in_part() {
    let sample = Sample::start();
    let (status, head, body) = sample.send("GET", "/", "", b"");
    assert_eq!(status, 200);
    assert!(head.contains("content-type: application/json"), "{head}");
    let expected = json!({
        "id": 1, "firstName": "Kamil", "lastName": "Mysliwiec", "fullName": "Kamil Mysliwiec", "role": "admin"
    });
    assert_eq!(serde_json::from_slice::<Value>(&body).ok(), Some(expected));
}

#[test]
fn what_comes_in_is_checked_and_what_goes_out_depends_on_who_asks() {
    let sample = Sample::start();
    let wrong = json!({"firstName": "", "email": "nowhere", "password": "short", "role": {"name": "a"}, "id": 7});
    let messages = [
        "firstName must be longer than or equal to 1 characters",
        "lastName must be a string",
        "email must be an email",
        "password must be longer than or equal to 8 characters",
        "role.name must be longer than or equal to 2 characters",
        "property id should not exist",
    ];
    let refusal = json!({"message": messages, "error": "Bad Request", "statusCode": 400});
    assert_eq!(sample.json("POST", "/users", "", &wrong), (400, refusal));

    let ann = json!({
        "firstName": "Ann", "lastName": "Lee", "email": "ann@example.com", "password": "long enough", "role": {"name": "cook"}
    });
    let shown = json!({"id": 1, "firstName": "Ann", "lastName": "Lee", "fullName": "Ann Lee", "role": "cook"});
    assert_eq!(sample.json("POST", "/users", "", &ann), (201, shown.clone()));
    assert_eq!(sample.json("GET", "/users", "", &Value::Null), (200, json!([shown])));
    let (_, all) = sample.json("GET", "/users?size=1", "X-Role: admin\r\n", &Value::Null);
    assert_eq!((&all[0]["email"], &all[0]["password"]), (&json!("ann@example.com"), &Value::Null));
    assert_eq!(sample.json("GET", "/users?page=2", "", &Value::Null), (200, json!([])));

    let messages = json!(["page must not be less than 1", "size must be an integer number"]);
    let (status, refusal) = sample.json("GET", "/users?page=0&size=all", "", &Value::Null);
    assert_eq!((status, &refusal["message"]), (400, &messages));
}
