//! As one writes it with axum.

use super::parts::{Cat, User, cat};
use super::server::Server;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Json, Router};
use http::{HeaderValue, StatusCode};
use std::sync::Arc;

struct Cats;

impl Cats {
    fn one(&self, id: u32) -> Cat {
        cat(id)
    }
}

/// The application.
pub fn plain() -> Router {
    let guarded =
        Router::new().route("/guarded/{id}", get(own)).route_layer(from_fn(intercept)).route_layer(from_fn(guard));
    Router::new()
        .route("/cats", get(hello).post(create))
        .route("/cats/{id}", get(one))
        .merge(guarded)
        .with_state(Arc::new(Cats))
}

/// The application on a port of the system's choice.
#[must_use]
pub fn serve_plain() -> Server {
    Server::start(|addr| async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        addr(listener.local_addr().expect("it is bound"));
        // What our server sets as well.
        let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
            let _ = socket.set_nodelay(true);
        });
        axum::serve(listener, plain()).await.expect("it goes on for ever");
    })
}

async fn hello(State(cats): State<Arc<Cats>>) -> Json<Cat> {
    Json(cats.one(1))
}

async fn one(State(cats): State<Arc<Cats>>, Path(id): Path<u32>) -> Json<Cat> {
    Json(cats.one(id))
}

async fn own(State(cats): State<Arc<Cats>>, Extension(user): Extension<User>, Path(id): Path<u32>) -> Json<Cat> {
    Json(cats.one(user.0 + id))
}

async fn create(State(cats): State<Arc<Cats>>, Json(new): Json<Cat>) -> (StatusCode, Json<Cat>) {
    (StatusCode::CREATED, Json(cats.one(new.id)))
}

async fn guard(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let user = request.headers().get("x-user").and_then(|user| user.to_str().ok()?.parse().ok());
    let user = user.ok_or(StatusCode::FORBIDDEN)?;
    request.extensions_mut().insert(User(user));
    Ok(next.run(request).await)
}

async fn intercept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-seen", HeaderValue::from_static("yes"));
    response
}
