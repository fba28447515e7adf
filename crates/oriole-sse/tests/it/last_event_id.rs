//! `LastEventId` as an axum extractor.

use axum_core::extract::FromRequestParts;
use axum_core::response::IntoResponse;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use oriole_sse::{EventStreams, LastEventId, LastEventIdRejection, SseOptions};

async fn extract(request: Request<()>) -> Result<LastEventId, LastEventIdRejection> {
    LastEventId::from_request_parts(&mut request.into_parts().0, &()).await
}

#[tokio::test]
async fn it_is_an_argument_of_a_handler() {
    let request = Request::get("/?lastEventId=41").body(()).expect("a request");
    assert_eq!(extract(request).await.expect("an id").as_str(), Some("41"));
    let request = Request::get("/?lastEventId=41").header("Last-Event-ID", "42").body(()).expect("a request");
    assert_eq!(extract(request).await.expect("an id").as_str(), Some("42"));
    assert_eq!(extract(Request::new(())).await, Ok(LastEventId::default()));
}

#[tokio::test]
async fn it_is_bounded() {
    let request = |len| Request::get("/").header("last-event-id", "x".repeat(len));
    assert!(extract(request(1024).body(()).expect("a request")).await.is_ok());
    assert!(extract(request(1025).body(()).expect("a request")).await.is_err());
    let streams = EventStreams::new(SseOptions::default().last_event_id_bytes_max(8));
    let request = |len| request(len).extension(streams.clone()).body(()).expect("a request");
    assert!(extract(request(8)).await.is_ok());
    assert!(extract(request(9)).await.is_err());
}

#[tokio::test]
async fn a_rejection_is_a_400_in_words() {
    let request = Request::get("/?lastEventId=%FF").body(()).expect("a request");
    let response = extract(request).await.expect_err("malformed").into_response();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(body, "the last event id is malformed");
}
