//! What the page's buttons do.

use http::{Response, StatusCode};
use http_body::Body;

use super::body::{BodyFault, read_text};
use super::reply::{done, text};
use super::service::Inner;
use crate::event::{EventName, MessageEvent};
use crate::hub::{EndReason, OpenStream, PublishError};
use crate::response::EventBody;

/// Runs `streams/7/hold`, or publishes the body at `publish?topic=rooms%2F7&type=said`.
pub(super) async fn run<B: Body>(inner: &Inner, path: &str, query: &str, body: B) -> Response<EventBody> {
    let parts: Vec<_> = path.split('/').collect();
    match parts[..] {
        ["streams", number, what] => {
            let stream = number.parse().ok().and_then(|number| inner.hub.stream(number));
            let Some(stream) = stream else {
                return text(StatusCode::NOT_FOUND, "the stream is over");
            };
            on_stream(&stream, what, parameter(query, "reason").as_deref())
        }
        ["publish"] => match read_text(body, inner.options.publish_bytes_max).await {
            Ok(data) => publish(inner, query, data).await,
            Err(BodyFault::TooLarge) => {
                text(StatusCode::PAYLOAD_TOO_LARGE, "the data is too long: see `ConsoleOptions::publish_bytes_max`")
            }
            Err(BodyFault::Broken) => text(StatusCode::BAD_REQUEST, "the data did not come whole"),
            Err(BodyFault::NotText) => text(StatusCode::BAD_REQUEST, "the data is not in UTF-8"),
        },
        _ => text(StatusCode::NOT_FOUND, "the console has no such thing"),
    }
}

fn on_stream(stream: &OpenStream, what: &str, reason: Option<&str>) -> Response<EventBody> {
    match what {
        "hold" => stream.hold(),
        "let-go" => stream.let_go(),
        "fill" => stream.fill(),
        "cut" => stream.cut(),
        "expire" if stream.expire() => {}
        "expire" => return text(StatusCode::CONFLICT, "the stream has neither a guard nor a lifetime"),
        "end" => match EndReason::ALL.into_iter().find(|known| Some(known.as_str()) == reason) {
            Some(reason) if stream.end(reason) => {}
            Some(_) => return text(StatusCode::CONFLICT, "the stream ends already, for another reason"),
            None => return text(StatusCode::BAD_REQUEST, "a stream does not end for such a reason"),
        },
        _ => return text(StatusCode::NOT_FOUND, "nothing of that name can be done to a stream"),
    }
    done()
}

async fn publish(inner: &Inner, query: &str, data: String) -> Response<EventBody> {
    let topic = parameter(query, "topic").unwrap_or_default();
    let mut event = MessageEvent::new(data);
    if let Some(name) = parameter(query, "type").filter(|name| !name.is_empty()) {
        match EventName::new(name) {
            Ok(name) => event = event.event_type(name),
            Err(error) => return text(StatusCode::BAD_REQUEST, &format!("the type is none: {error}")),
        }
    }
    match inner.hub.publish(topic, event).await {
        Ok(_) => done(),
        Err(error @ (PublishError::Store(_) | PublishError::Away)) => {
            text(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
        }
        Err(error) => text(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// Gives a parameter of a query as `encodeURIComponent` writes it; `None` if it is not there, or is not written so.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let text = pairs.find_map(|(given, text)| (given == name).then_some(text))?;
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).map(|digit| digit as u8);
        decoded.push(if byte == b'%' { digit(bytes.next())? << 4 | digit(bytes.next())? } else { byte });
    }
    String::from_utf8(decoded).ok()
}
