//! A request.

use crate::{Answer, Incoming};
use serde_json::Value;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};

/// One request on a connection of its own.
#[derive(Debug)]
#[must_use = "nothing is sent yet"]
pub struct Ask {
    port: u16,
    head: String,
    body: Option<Vec<u8>>,
    is_head: bool,
}

/// A part of a form: its field, the name of its file if it is one, and what is in it.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

impl Ask {
    pub(crate) fn new(port: u16, method: &str, target: &str) -> Self {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
        Self { port, head, body: None, is_head: method == "HEAD" }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// Sends these bytes.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends JSON.
    pub fn json(self, value: &Value) -> Self {
        self.header("Content-Type", "application/json").body(value.to_string())
    }

    /// Sends a form; a part without a file name is a text.
    pub fn form(self, parts: &[Part<'_>]) -> Self {
        let mut body = Vec::new();
        for (field, file_name, content) in parts {
            let file_name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            let head = format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"{file_name}\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(b"--x--\r\n");
        self.header("Content-Type", "multipart/form-data; boundary=x").body(body)
    }

    /// Sends it and reads the whole answer.
    ///
    /// # Panics
    ///
    /// When there is none, or a part of it.
    #[must_use]
    #[track_caller]
    pub fn send(self) -> Answer {
        self.open().whole()
    }

    /// Sends it and reads the head of the answer.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn open(mut self) -> Incoming {
        let connected = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = connected.unwrap_or_else(|error| panic!("it does not listen: {error}"));
        if let Some(body) = &self.body {
            self.head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let bytes = [self.head.as_bytes(), b"\r\n", &self.body.unwrap_or_default()].concat();
        stream.write_all(&bytes).unwrap_or_else(|error| panic!("it does not read: {error}"));
        Incoming::read(stream, self.is_head)
    }
}
