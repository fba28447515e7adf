//! The service's routes.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use oriole_sse::{
    Backoff, ClientOptions, EventId, EventSource, EventSourceHandle, HttpTransport, HttpTransportOptions,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::callback::report;
use crate::protocol::{CAPABILITIES, Command, CreateStream};

/// Serves until the harness asks to stop.
///
/// # Errors
///
/// What the socket fails with.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let transport = HttpTransport::new(HttpTransportOptions::default()).map_err(io::Error::other)?;
    let service = Service { transport, streams: Arc::default(), stop: Arc::default() };
    let stop = Arc::clone(&service.stop);
    let router = Router::new()
        .route("/", get(status).post(create).delete(shut_down))
        .route("/streams/{id}", post(command).delete(close))
        .with_state(service);
    axum::serve(listener, router).with_graceful_shutdown(async move { stop.notified().await }).await
}

#[derive(Clone)]
struct Service {
    transport: HttpTransport,
    streams: Arc<Mutex<Streams>>,
    stop: Arc<Notify>,
}

#[derive(Default)]
struct Streams {
    last: u64,
    handles: HashMap<u64, EventSourceHandle>,
    tasks: JoinSet<()>,
}

impl Service {
    fn streams<T>(&self, work: impl FnOnce(&mut Streams) -> T) -> T {
        work(&mut self.streams.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn status() -> Json<Value> {
    Json(json!({ "name": "oriole-sse", "capabilities": CAPABILITIES }))
}

async fn create(
    State(service): State<Service>,
    headers: HeaderMap,
    Json(request): Json<CreateStream>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1]), (StatusCode, String)> {
    let source = source(&request).map_err(|error| (StatusCode::BAD_REQUEST, error))?;
    let handle = source.handle();
    let work = report(source, service.transport.clone(), request.callback_url);
    let id = service.streams(|streams| {
        streams.last += 1;
        streams.handles.insert(streams.last, handle);
        streams.tasks.spawn(work);
        streams.last
    });
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("http://{host}/streams/{id}"))]))
}

fn source(request: &CreateStream) -> Result<EventSource, String> {
    let delay = Duration::from_millis(request.initial_delay_ms.unwrap_or(1000));
    let mut options = ClientOptions::default()
        .reconnection_time(delay)
        .backoff(Backoff::default().initial(delay.max(Duration::from_millis(10))))
        .jitter_percent(0)
        .idle_timeout(request.read_timeout_ms.map(Duration::from_millis))
        .repeat_non_idempotent(true);
    options.decoder = options.decoder.comments(true);
    let mut builder = EventSource::builder(&request.stream_url).options(options);
    if let Some(id) = &request.last_event_id {
        builder = builder.last_event_id(EventId::new(id.clone()).map_err(|error| error.to_string())?);
    }
    if let Some(method) = &request.method {
        builder = builder.method(method.parse::<Method>().map_err(|error| error.to_string())?);
    }
    if let Some(body) = &request.body {
        builder = builder.body(body.clone());
    }
    for (name, value) in &request.headers {
        builder = builder.header(name.as_str(), value.as_str());
    }
    builder.build().map_err(|error| error.to_string())
}

async fn command(State(service): State<Service>, Path(id): Path<u64>, Json(command): Json<Command>) -> StatusCode {
    let Some(handle) = service.streams(|streams| streams.handles.get(&id).cloned()) else {
        return StatusCode::NOT_FOUND;
    };
    match command.command.as_str() {
        "restart" => handle.restart(),
        // All events are given without being listened for.
        "listen" => {}
        _ => return StatusCode::BAD_REQUEST,
    }
    StatusCode::ACCEPTED
}

async fn close(State(service): State<Service>, Path(id): Path<u64>) -> StatusCode {
    match service.streams(|streams| streams.handles.remove(&id)) {
        Some(handle) => {
            handle.close();
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}

async fn shut_down(State(service): State<Service>) -> StatusCode {
    service.streams(|streams| streams.tasks.abort_all());
    service.stop.notify_one();
    StatusCode::NO_CONTENT
}
