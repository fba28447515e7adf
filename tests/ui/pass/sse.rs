//! Event streams: that borrow the controller, that may fail, by another method, with arguments.

use futures_util::stream;
use oriole::axum::body::{Body, to_bytes};
use oriole::http::Request;
use oriole::prelude::*;
use serde_json::json;
use std::convert::Infallible;
use tower::ServiceExt;

#[injectable]
pub struct Feed {
    #[inject(default)]
    words: Words,
}

pub struct Words(Vec<String>);

impl Default for Words {
    fn default() -> Self {
        Self(vec!["a".to_owned(), "b".to_owned()])
    }
}

#[controller("feed")]
impl Feed {
    #[sse]
    fn borrowed(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter(&self.words.0).map(|word| MessageEvent::json(&json!({ "word": word })).into_event())
    }

    #[sse("waits/{from}")]
    #[header("x-feed", "1")]
    async fn waits(
        &self,
        Path(from): Path<usize>,
        _resume: LastEventId,
    ) -> Result<impl Stream<Item = Result<MessageEvent, Infallible>> + '_, HttpException> {
        std::future::ready(()).await;
        let words = self.words.0.get(from..).ok_or_else(|| HttpException::not_found("no such word"))?;
        Ok(stream::iter(words).map(|word| Ok(MessageEvent::new(word.clone()))))
    }

    #[sse("asked", method = POST, may_finish)]
    fn asked(&self, question: String) -> impl Stream<Item = MessageEvent> + use<> {
        stream::iter([MessageEvent::new(question)])
    }
}

/// Lets the handler above show both forms.
trait IntoPlain {
    fn into_event(self) -> MessageEvent;
}
impl IntoPlain for MessageEvent {
    fn into_event(self) -> MessageEvent {
        self
    }
}

#[module(controllers = [Feed])]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let service = Oriole::create::<AppModule>().await?.into_service().await?;
    let ask = async |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::from(body.to_owned())).expect("a request");
        let Ok(response) = service.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        (head.status.as_u16(), String::from_utf8_lossy(&to_bytes(body, 4096).await.expect("a body")).into_owned())
    };
    let (status, body) = ask("GET", "/feed", "").await;
    assert_eq!(status, 200);
    assert!(body.contains(r#"data: {"word":"a"}"#) && body.contains(r#"data: {"word":"b"}"#), "{body}");
    let (status, body) = ask("GET", "/feed/waits/1", "").await;
    assert!(status == 200 && body.contains("data: b") && !body.contains("data: a"), "{body}");
    assert_eq!(ask("GET", "/feed/waits/9", "").await.0, 404);
    assert!(ask("POST", "/feed/asked", "why").await.1.contains("data: why"));
    Ok(())
}

// Parity: SSE.1, SSE.2, SSE.5.
