//! As one writes it with actix-web: a channel per client into actix-web-lab's `Sse`, as the project's own example has it.

use actix_web::web::{Data, Json, Path};
use actix_web::{App, HttpServer, Responder, get};
use actix_web_lab::sse;
use benches_feed::{Burst, publish_as_ordered, say_listening};
use futures_util::stream::iter;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// As many as an Oriole hub keeps in memory of a topic.
const EVENTS_MAX: usize = 1024;

#[derive(Default)]
struct Clients(Mutex<Vec<mpsc::Sender<sse::Event>>>);

#[derive(Serialize)]
struct Hello {
    message: &'static str,
}

#[get("/events")]
async fn subscribe(clients: Data<Clients>) -> impl Responder {
    let (sender, receiver) = mpsc::channel(EVENTS_MAX);
    clients.0.lock().expect("nobody panics under the lock").push(sender);
    sse::Sse::from_infallible_receiver(receiver).with_keep_alive(Duration::from_secs(15))
}

#[get("/burst/{count}")]
async fn burst(texts: Data<Burst>, count: Path<u64>) -> impl Responder {
    let texts = texts.into_inner();
    let events = (1..=count.into_inner()).map(move |seq| Ok::<_, Infallible>(event(seq, texts.text(seq))));
    sse::Sse::from_stream(iter(events))
}

#[get("/hello")]
async fn hello() -> impl Responder {
    Json(Hello { message: "hello" })
}

fn event(seq: u64, text: &str) -> sse::Event {
    sse::Data::new(text).id(seq.to_string()).into()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let clients = Data::new(Clients::default());
    let (for_app, texts) = (clients.clone(), Data::new(Burst::default()));
    let app = move || {
        let app = App::new().app_data(for_app.clone()).app_data(texts.clone());
        app.service(subscribe).service(burst).service(hello)
    };
    let server = HttpServer::new(app)
        // The hard default of 25,000 for each worker is no bound of ours.
        .max_connections(100_000)
        .bind(format!("127.0.0.1:{port}"))?;
    say_listening(server.addrs()[0]);
    actix_web::rt::spawn(publish_as_ordered(move |seq, text| {
        let event = event(seq, &text);
        // A client that is too slow loses an event; one that left is forgotten.
        clients
            .0
            .lock()
            .expect("nobody panics under the lock")
            .retain(|client| !matches!(client.try_send(event.clone()), Err(TrySendError::Closed(_))));
        std::future::ready(())
    }));
    server.run().await
}
