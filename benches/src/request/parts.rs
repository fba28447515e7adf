//! What both applications have word for word, and the requests that they are asked.

use http::Request;
use serde::{Deserialize, Serialize};

/// A reply.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cat {
    /// Its number.
    pub(super) id: u32,
    /// Its name.
    pub(super) name: String,
    /// Its age in years.
    pub(super) age: u8,
}

/// Whose cats they are; a guard finds it.
#[derive(Clone, Debug)]
pub(super) struct User(pub(super) u32);

/// What a handler calls.
pub(super) fn cat(id: u32) -> Cat {
    Cat { id, name: "Tom".to_owned(), age: 3 }
}

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// No argument, JSON.
    Hello,
    /// An argument from the path, JSON.
    Path,
    /// JSON in, JSON out.
    Body,
    /// `Path` behind one guard and one interceptor, or two of axum's middlewares.
    Guarded,
}

impl Case {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hello, Self::Path, Self::Body, Self::Guarded];

    /// Its name on the command line and in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Path => "path",
            Self::Body => "body",
            Self::Guarded => "guarded",
        }
    }

    /// Its request, as a server's protocol stack hands it over.
    ///
    /// # Panics
    ///
    /// Never: the parts are constants.
    #[must_use]
    pub fn request(self) -> Request<axum::body::Body> {
        let (method, path, body) = self.parts();
        let builder =
            Request::builder().method(method).uri(path).header("host", "localhost:3000").header("x-user", "7");
        let builder = builder.header("accept", "*/*").header("user-agent", "benches/1.0");
        let request = if body.is_empty() {
            builder.body(axum::body::Body::empty())
        } else {
            builder.header("content-type", "application/json").body(axum::body::Body::from(body))
        };
        request.expect("constants are sound")
    }

    /// The same as bytes.
    #[must_use]
    pub fn bytes(self) -> String {
        let (method, path, body) = self.parts();
        let body_head = match body {
            "" => String::new(),
            body => format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:3000\r\nx-user: 7\r\naccept: */*\r\nuser-agent: benches/1.0\r\n\
             {body_head}\r\n{body}"
        )
    }

    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Hello => ("GET", "/cats", ""),
            Self::Path => ("GET", "/cats/7", ""),
            Self::Body => ("POST", "/cats", r#"{"id":7,"name":"Tom","age":3}"#),
            Self::Guarded => ("GET", "/guarded/7", ""),
        }
    }
}
