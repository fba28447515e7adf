//! Arguments are read, and shown to the route's pipes.

use super::known;
use super::reader::{Kind, Value};
use super::refusal::{Refusal, unwrap};
use super::traits::Extracted;
use crate::collect;
use crate::exception::{from_rejection, timed_out};
use crate::handler::Call;
use crate::handler::timed_body::{Late, timed};
use crate::pipe::{ArgSource, Checked, Rules};
use axum::extract::{FromRequest, RawForm, Request};
use bytes::Bytes;
use http::Method;
use http::request::Parts;
use http_body::Body as _;
use oriole_sse::EventStreams;
use std::any::Any;

impl Call {
    /// Reads what needs neither the body nor anybody around it; whether that was all. The rest is for [`read`](Self::read).
    pub(crate) fn read_now(&mut self) -> bool {
        let args = self.route().args();
        if self.route().has_pipes() {
            return args.is_empty();
        }
        for (index, arg) in args.iter().enumerate() {
            let value = match self.route().rules(index) {
                None => self.head().and_then(|(parts, streams)| of_head(arg.reader.0, parts, streams)),
                Some(_) => None,
            };
            let Some(Ok(value)) = value else { return false };
            self.give(value);
        }
        true
    }

    /// Reads the arguments that are left, and shows them to the route's pipes; whether none was [refused](Self::refused).
    pub(crate) async fn read(&mut self) -> bool {
        let args = self.route().args();
        for (index, arg) in args.iter().enumerate().skip(self.given()) {
            match read(self, index, arg.reader.0).await {
                Some(value) => self.give(value),
                None => return false,
            }
        }
        true
    }
}

/// What needs nothing but the head.
fn of_head(kind: Kind, parts: &mut Parts, streams: Option<&EventStreams>) -> Option<Result<Value, Refusal>> {
    match kind {
        Kind::Head(read, _) => Some(read(parts)),
        Kind::Stream(read) => Some(read(parts, streams)),
        Kind::Query(read) => {
            let pairs = parts.uri.query().unwrap_or_default().as_bytes();
            Some(read(pairs).map_err(|error| Ok(known::query(pairs, &error, read))))
        }
        Kind::Json(_) | Kind::Form(_) | Kind::Foreign(_) => None,
    }
}

async fn read(call: &mut Call, index: usize, kind: Kind) -> Option<Value> {
    let (source, value) = match call.route().rules(index) {
        Some(rules) => (source_of(kind), by_rules(call, rules).await?),
        None => by_kind(call, kind).await?,
    };
    match value {
        Ok(mut value) => pass_pipes(call, &mut *value, index, source).await.then_some(value),
        Err(refusal) => {
            reject(call, refusal).await;
            None
        }
    }
}

/// Those that may have rules are all known.
fn source_of(kind: Kind) -> ArgSource {
    match kind {
        Kind::Head(_, source) => source,
        Kind::Query(_) => ArgSource::Query,
        Kind::Json(_) | Kind::Form(_) => ArgSource::Body,
        Kind::Stream(_) | Kind::Foreign(_) => ArgSource::Custom,
    }
}

/// Reads and checks.
async fn by_rules(call: &mut Call, rules: Rules) -> Option<Result<Value, Refusal>> {
    let checked: Checked = match rules {
        Rules::Head(read) => read(call.parts()?).await,
        Rules::Body(read) => {
            let (request, late) = request(call, true).await?;
            return Some(in_time(read(request).await.map_err(Ok), late));
        }
    };
    Some(checked.map_err(Ok))
}

async fn by_kind(call: &mut Call, kind: Kind) -> Option<Extracted> {
    let value = match kind {
        Kind::Head(..) | Kind::Query(_) | Kind::Stream(_) => {
            let (parts, streams) = call.head()?;
            of_head(kind, parts, streams)?
        }
        Kind::Json(read) => {
            let (request, late) = request(call, true).await?;
            in_time(json(request, read).await, late)
        }
        Kind::Form(read) => {
            let (request, late) = request(call, true).await?;
            in_time(form(request, read).await, late)
        }
        Kind::Foreign(extract) => return extract(call).await,
    };
    Some((source_of(kind), value))
}

async fn json(request: Request, read: fn(&[u8]) -> Result<Value, serde_json::Error>) -> Result<Value, Refusal> {
    if !collect::is_json(request.headers()) {
        return Err(Ok(collect::not_json()));
    }
    match Bytes::from_request(request, &()).await {
        Ok(body) => read(&body).map_err(|error| Ok(known::json(&body, &error))),
        Err(rejection) => Err(unwrap(rejection)),
    }
}

async fn form(request: Request, read: fn(&[u8]) -> Result<Value, known::PairsError>) -> Result<Value, Refusal> {
    let is_query = matches!(*request.method(), Method::GET | Method::HEAD);
    match RawForm::from_request(request, &()).await {
        Ok(RawForm(pairs)) => read(&pairs).map_err(|error| Ok(known::form(is_query, &pairs, &error, read))),
        Err(rejection) => Err(unwrap(rejection)),
    }
}

/// The request with its body, bounded in time where that can matter.
pub(super) async fn request(call: &mut Call, consumes_request: bool) -> Option<(Request, Option<Late>)> {
    let timeout = call.route().body_read_timeout();
    let (parts, body) = call.take()?;
    let (body, late) = match timeout {
        Some(timeout) if consumes_request && !body.is_end_stream() => timed(body, timeout).await,
        _ => (body, None),
    };
    Some((Request::from_parts(parts, body), late))
}

/// A body that came too late is that, whatever the extractor made of it.
pub(super) fn in_time(value: Result<Value, Refusal>, late: Option<Late>) -> Result<Value, Refusal> {
    match value {
        Err(_) if late.is_some_and(|late| late.is_set()) => Err(Ok(timed_out())),
        value => value,
    }
}

/// Shows a value to the route's pipes; `false` if one refused it.
async fn pass_pipes(call: &mut Call, value: &mut (dyn Any + Send), index: usize, source: ArgSource) -> bool {
    if !call.route().has_pipes() {
        return true;
    }
    match call.route().run_pipes(value, index, source).await {
        Ok(()) => true,
        Err(refused) => {
            call.refuse(refused);
            false
        }
    }
}

/// Keeps the rejection in our words.
async fn reject(call: &mut Call, refusal: Refusal) {
    let exception = match refusal {
        Ok(exception) => exception,
        Err(response) => from_rejection(*response).await,
    };
    call.refuse(exception);
}
