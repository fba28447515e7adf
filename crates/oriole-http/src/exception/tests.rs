//! Nest's bodies, key by key, and what becomes of rejections.

use super::builtin::ALL;
use super::{HttpException, Message, from_rejection};
use axum::body::{Body, to_bytes};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use oriole_core::BoxError;
use serde_json::{Value, json};

#[track_caller]
fn check(exception: &HttpException, status: u16, body: &Value) {
    assert_eq!(exception.status().as_u16(), status);
    let text = exception.body_text();
    assert_eq!(serde_json::from_str::<Value>(&text).expect("a body is JSON"), *body, "{text}");
}

async fn body_of(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("the body is at hand");
    String::from_utf8(bytes.to_vec()).expect("the body is text")
}

/// EXF.7, correction 4.
/// Parity: EXF.7, EXF.9, EXF.10.
#[test]
fn there_are_21_built_ins() {
    assert_eq!(ALL.len(), 21);
    for (make, status, description) in ALL {
        let code = status.as_u16();
        // EXF.9.
        check(&make(Message::Standard), code, &json!({"message": description, "statusCode": code}));
        check(&make(Message::from("no")), code, &json!({"message": "no", "error": description, "statusCode": code}));
        // EXF.10.
        check(
            &make(Message::from(["a", "b"])),
            code,
            &json!({"message": ["a", "b"], "error": description, "statusCode": code}),
        );
    }
}

/// Parity: EXF.2, EXF.4, EXF.5, EXF.8, EXF.10.
#[test]
fn the_other_shapes() {
    // EXF.2.
    check(&HttpException::internal("secret"), 500, &json!({"statusCode": 500, "message": "Internal server error"}));
    // EXF.4.
    check(
        &HttpException::new(StatusCode::FORBIDDEN, "no entry"),
        403,
        &json!({"statusCode": 403, "message": "no entry"}),
    );
    // EXF.5.
    check(
        &HttpException::with_body(StatusCode::FORBIDDEN, &json!({"status": 403, "error": "mine"})),
        403,
        &json!({"status": 403, "error": "mine"}),
    );
    // EXF.8.
    check(
        &HttpException::bad_request("broken").with_description("Some error description"),
        400,
        &json!({"message": "broken", "error": "Some error description", "statusCode": 400}),
    );
    check(
        &HttpException::conflict("taken").with_error_code("NAME_TAKEN"),
        409,
        &json!({"message": "taken", "error": "Conflict", "statusCode": 409, "errorCode": "NAME_TAKEN"}),
    );
    check(&HttpException::from(StatusCode::NOT_FOUND), 404, &json!({"message": "Not Found", "statusCode": 404}));
}

#[test]
fn key_order_is_nests() {
    assert_eq!(HttpException::internal("").body_text(), r#"{"statusCode":500,"message":"Internal server error"}"#);
    assert_eq!(HttpException::not_found("x").body_text(), r#"{"message":"x","error":"Not Found","statusCode":404}"#);
}

/// Parity: EXF.6.
#[test]
fn a_source_is_never_in_the_body() {
    let exception = HttpException::bad_gateway("upstream is away").with_source("password=1234");
    assert!(!exception.body_text().contains("1234"));
    assert_eq!(exception.to_string(), "502 upstream is away");
    assert_eq!(std::error::Error::source(&exception).expect("it was given").to_string(), "password=1234");
}

#[test]
fn an_exception_in_a_box_stays_one() {
    let boxed: BoxError = HttpException::gone("moved").into();
    assert_eq!(HttpException::from(boxed).status(), StatusCode::GONE);
    let boxed: BoxError = "other".into();
    assert_eq!(HttpException::from(boxed).status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn responses_of_exceptions() {
    let response = HttpException::forbidden(()).into_response();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(body_of(response).await, r#"{"message":"Forbidden","statusCode":403}"#);

    let response = HttpException::new(StatusCode::NO_CONTENT, ()).into_response();
    assert!(!response.headers().contains_key(CONTENT_TYPE));
    assert_eq!(body_of(response).await, "");
}

#[tokio::test]
async fn rejections_in_nests_shape() {
    let text = (StatusCode::BAD_REQUEST, "it is broken").into_response();
    check(
        &from_rejection(text).await,
        400,
        &json!({"message": "it is broken", "error": "Bad Request", "statusCode": 400}),
    );
    let bare = StatusCode::UNAUTHORIZED.into_response();
    check(&from_rejection(bare).await, 401, &json!({"message": "Unauthorized", "statusCode": 401}));
    // Correction 16: the parsers' own have two keys.
    let type_text = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "no JSON").into_response();
    check(&from_rejection(type_text).await, 415, &json!({"statusCode": 415, "message": "no JSON"}));
}

#[tokio::test]
async fn rejections_that_pass_through() {
    let redirect = from_rejection(Redirect::to("/login").into_response()).await.into_response();
    assert_eq!(
        (redirect.status(), &redirect.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/login".parse().unwrap())
    );

    let page = (StatusCode::FORBIDDEN, Html("<p>no</p>")).into_response();
    let page = from_rejection(page).await.into_response();
    assert_eq!((page.status(), body_of(page).await), (StatusCode::FORBIDDEN, "<p>no</p>".to_owned()));

    let fine = from_rejection(Response::new(Body::from("a 200 is no error"))).await.into_response();
    assert_eq!((fine.status(), body_of(fine).await), (StatusCode::OK, "a 200 is no error".to_owned()));
}

#[test]
fn it_is_small_and_can_be_shared() {
    fn assert_error<T: std::error::Error + Send + Sync + 'static>() {}
    assert_error::<HttpException>();
    assert_eq!(size_of::<HttpException>(), size_of::<usize>());
}
