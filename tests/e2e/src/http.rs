//! One HTTP/1.1 request over a socket of our own: the view of a client that knows nothing of browsers.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// The longest silence that is taken for an answer still to come.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The head of an answer, and its body still to be read.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    body: BufReader<TcpStream>,
}

impl Response {
    /// The value of a header; its name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Reads lines of the body until one is accepted. The body is taken as it comes, with the sizes of its chunks between.
    ///
    /// # Panics
    ///
    /// When the body ends or stays silent before that; the message holds what was read.
    #[track_caller]
    pub fn line(&mut self, accept: impl Fn(&str) -> bool) -> String {
        let mut seen = String::new();
        loop {
            let start = seen.len();
            match self.body.read_line(&mut seen) {
                Ok(0) => panic!("the body ended before the expected line; it was:\n{seen}"),
                Err(error) => panic!("no further line of the body ({error}); it was:\n{seen}"),
                Ok(_) if accept(seen[start..].trim_end()) => return seen[start..].trim_end().to_owned(),
                Ok(_) => {}
            }
        }
    }
}

/// Requests a path from a server on this machine and reads the head of its answer.
///
/// # Errors
///
/// When the server is not there, or does not speak HTTP.
pub fn get(port: u16, path: &str) -> io::Result<Response> {
    request(port, "GET", path, "")
}

/// Sends JSON to a server on this machine and reads the head of its answer.
///
/// # Errors
///
/// When the server is not there, or does not speak HTTP.
pub fn send(port: u16, method: &str, path: &str, json: &str) -> io::Result<Response> {
    let head = format!("content-type: application/json\r\ncontent-length: {}\r\n", json.len());
    request(port, method, path, &format!("{head}\r\n{json}"))
}

/// Sends a request whose last headers, empty line and body are given, if it has a body.
fn request(port: u16, method: &str, path: &str, rest: &str) -> io::Result<Response> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    let rest = if rest.is_empty() { "\r\n" } else { rest };
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: */*\r\n{rest}")?;
    let mut body = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        body.read_line(&mut line)?;
        io::Result::Ok(line.trim_end().to_owned())
    };
    let first = line()?;
    let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no status line, but {first:?}")))?;
    let mut headers = Vec::new();
    loop {
        let header = line()?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Response { status, headers, body })
}
