//! Drives the built program as a client would: bytes over a socket.

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
    fn start(stage: &str) -> Self {
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
            free.local_addr().expect("it is bound").port()
        };
        let mut child = sample(stage, port).spawn().expect("the sample is built");
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

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket can be told");
        let head = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.split_once("\r\n\r\n").expect("a head ends").1.to_owned()
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sample(stage: &str, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sample-dynamic-modules"));
    command.env("PORT", port.to_string()).env("STAGE", stage).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn each_part_reads_its_own_file() {
    let sample = Sample::start("development");
    assert_eq!(sample.get("/"), "Hello from development!");
    assert_eq!(sample.get("/preview"), "Hello from production!");
}

#[test]
fn a_file_that_is_not_there_ends_the_start() {
    let output = sample("nowhere", 0).output().expect("the sample is built");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("ORI010: the factory of `Config` in `ConfigModule` failed: "), "{text}");
}
