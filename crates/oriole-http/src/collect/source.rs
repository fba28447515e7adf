//! Where trees come from: the path, the query, a form, a body in JSON.

use crate::HttpException;
use axum::Json;
use axum::extract::{Form, FromRequest, FromRequestParts, Query, RawPathParams, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use oriole_collect::{Collected, How, collect, collect_path};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
#[cfg(feature = "validation")]
use std::borrow::Cow;

/// What a client sent, before it has a type.
#[derive(Debug)]
pub(crate) enum Tree {
    /// JSON, not parsed yet; nothing at all is an empty object, as in Nest.
    Json(Bytes),
    /// Texts, where a name that is given twice is an array; with the names in order if they come from a path.
    Texts(Value, Option<Vec<String>>),
}

impl Tree {
    /// Reads a value, and all faults of it.
    pub(crate) fn read<T: DeserializeOwned>(&self, how: How) -> Result<Collected<T>, HttpException> {
        // Nothing else costs anything while clients make no mistakes.
        if let Self::Json(bytes) = self
            && !how.forbid_unknown
            && let Ok(value) = serde_json::from_slice(bytes)
        {
            return Ok(Collected::sound(value));
        }
        self.read_slowly(how)
    }

    /// What was sent, as a tree.
    #[cfg(feature = "validation")]
    pub(crate) fn value(&self) -> Option<Cow<'_, Value>> {
        match self {
            Self::Texts(tree, _) => Some(Cow::Borrowed(tree)),
            Self::Json(bytes) => serde_json::from_slice(bytes).ok().map(Cow::Owned),
        }
    }

    /// As [`read`](Self::read), and what the fields are called is known as well.
    pub(crate) fn read_slowly<T: DeserializeOwned>(&self, how: How) -> Result<Collected<T>, HttpException> {
        match self {
            Self::Texts(tree, None) => Ok(collect(tree, How { from_text: true, ..how })),
            Self::Texts(tree, Some(names)) => Ok(collect_path(tree, names, How { from_text: true, ..how })),
            Self::Json(bytes) if bytes.is_empty() => Ok(collect(&Value::Object(Map::new()), how)),
            Self::Json(bytes) => {
                let Json(tree) = Json::<Value>::from_bytes(bytes)?;
                Ok(collect(&tree, how))
            }
        }
    }
}

pub(crate) async fn path<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Tree, HttpException> {
    let params = RawPathParams::from_request_parts(parts, state).await?;
    let mut names = Vec::new();
    let mut map = Map::new();
    for (name, value) in &params {
        names.push(name.to_owned());
        map.insert(name.to_owned(), Value::String(value.to_owned()));
    }
    Ok(Tree::Texts(Value::Object(map), Some(names)))
}

pub(crate) async fn query<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Tree, HttpException> {
    let Query(pairs) = Query::from_request_parts(parts, state).await?;
    Ok(texts(pairs))
}

pub(crate) async fn form<S: Send + Sync>(request: Request, state: &S) -> Result<Tree, HttpException> {
    let Form(pairs) = Form::from_request(request, state).await?;
    Ok(texts(pairs))
}

pub(crate) async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Tree, HttpException> {
    let is_json = is_json(request.headers());
    let bytes = Bytes::from_request(request, state).await?;
    if is_json || bytes.is_empty() {
        return Ok(Tree::Json(bytes));
    }
    Err(not_json())
}

fn texts(pairs: Vec<(String, String)>) -> Tree {
    let mut map = Map::new();
    for (name, value) in pairs {
        let value = Value::String(value);
        match map.get_mut(&name) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                map.insert(name, value);
            }
        }
    }
    Tree::Texts(Value::Object(map), None)
}

/// What a body of another type is refused with.
pub(crate) fn not_json() -> HttpException {
    HttpException::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Expected request with `Content-Type: application/json`")
}

/// `application/json` and `application/*+json`.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.strip_prefix("application/").is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}
