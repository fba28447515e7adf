//! The application of this crate, run.

use http_body_util::BodyExt;
use oriole::axum::body::Body;
use oriole::http::Request;
use tower::ServiceExt;

#[tokio::test]
async fn generated_code_means_what_it_means() {
    let app = oriole::Oriole::create::<hygiene::AppModule>().await.expect("wired");
    let service = app.into_service().await.expect("started");
    let ask = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::from("tick")).expect("a request");
        let Ok(response) = service.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        (head.status.as_u16(), head.headers.contains_key("x-hygiene"), String::from_utf8_lossy(&body).into_owned())
    };
    assert_eq!(ask("GET", "/cats/3?a=b").await, (203, true, "7".to_owned()));
    assert_eq!(ask("GET", "/cats").await.0, 302);
    assert_eq!(ask("GET", "/guarded/tom").await, (200, false, "tom".to_owned()));
    let (status, _, events) = ask("POST", "/cats/events").await;
    assert!(status == 200 && events.matches("data: tick").count() == 2, "{events}");
}

#[test]
fn main_runs() {
    hygiene::program::run();
}
