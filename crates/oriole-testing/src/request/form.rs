//! Bodies of `multipart/form-data`.

use bytes::Bytes;

/// Separates the parts; no content of a test has it by accident.
const BOUNDARY: &str = "--------oriole-testing-9c5a1f3e7b2d";

/// A form with texts and files.
///
/// # Examples
///
/// ```
/// use oriole_testing::Form;
///
/// let form = Form::new().text("name", "Tom").file("photo", "tom.png", "image/png", b"\x89PNG\r\n\x1a\n".as_slice());
/// assert!(format!("{form:?}").contains("bytes"));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a form is sent with a request"]
pub struct Form {
    bytes: Vec<u8>,
}

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn text(self, field: &str, text: &str) -> Self {
        self.part(&format!("name=\"{}\"", quoted(field)), "", text.as_bytes())
    }

    /// Adds a file.
    pub fn file(self, field: &str, name: &str, media_type: &str, content: impl AsRef<[u8]>) -> Self {
        let disposition = format!("name=\"{}\"; filename=\"{}\"", quoted(field), quoted(name));
        self.part(&disposition, &format!("Content-Type: {media_type}\r\n"), content.as_ref())
    }

    fn part(mut self, disposition: &str, headers: &str, content: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{headers}\r\n");
        self.bytes.extend([head.as_bytes(), content, b"\r\n"].concat());
        self
    }

    pub(super) fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    pub(super) fn into_bytes(mut self) -> Bytes {
        self.bytes.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.bytes.into()
    }
}

/// A name as browsers write it (WHATWG HTML, multipart form data).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
