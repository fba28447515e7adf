//! What a client reads as `message`.

use std::borrow::Cow;

/// What a client reads as `message`: a text, a list of texts, or the status' own reason.
///
/// Every constructor of [`HttpException`](crate::HttpException) takes anything that converts into it. Give `()` for the
/// bare exception that has nothing to add.
///
/// # Examples
///
/// ```
/// use oriole_http::HttpException;
///
/// let bare = HttpException::not_found(());
/// assert_eq!(bare.body_text(), r#"{"message":"Not Found","statusCode":404}"#);
///
/// let list = HttpException::bad_request(["name is empty", "age is negative"]);
/// assert_eq!(
///     list.body_text(),
///     r#"{"message":["name is empty","age is negative"],"error":"Bad Request","statusCode":400}"#
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// The status' own reason, with no `error` beside it (`EXF.9`).
    Standard,
    /// A text.
    Text(Cow<'static, str>),
    /// Several texts, as a validation gives them (`EXF.10`).
    List(Vec<Cow<'static, str>>),
}

impl From<()> for Message {
    fn from((): ()) -> Self {
        Self::Standard
    }
}

impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Message {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Cow<'static, str>>> From<Vec<T>> for Message {
    fn from(texts: Vec<T>) -> Self {
        Self::List(texts.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Cow<'static, str>>, const N: usize> From<[T; N]> for Message {
    fn from(texts: [T; N]) -> Self {
        Self::List(texts.into_iter().map(Into::into).collect())
    }
}
