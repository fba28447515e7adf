//! The floor: raw sockets and epoll on one thread, a head written in advance, one ready-made buffer per event, one `send`
//! per connection and event, and no framework. With `--batch`, all events that are due go out in one `send`.

use benches_feed::{Burst, Order, Schedule, event_text, listen_to_orders, now_nanos, say_listening, say_published};
use rustix::buffer::spare_capacity;
use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";
const LISTENER: u64 = u64::MAX;
const BELL: u64 = u64::MAX - 1;
/// What may wait for one client that does not read; then it is cut off.
const WAITING_BYTES_MAX: usize = 4 << 20;
/// How many events of a burst go out at once with `--batch`: about 16 KiB.
const BURST_EVENTS: u64 = 150;

struct Client {
    socket: TcpStream,
    request: Vec<u8>,
    is_subscribed: bool,
    waiting: Vec<u8>,
    /// The numbers of the events of a burst that are still to be sent.
    burst: Option<RangeInclusive<u64>>,
}

/// All events of a burst as chunks, in one piece.
struct Ready {
    bytes: Vec<u8>,
    /// Where the chunk of each event ends; the first is that of none.
    ends: Vec<usize>,
}

struct Limit {
    epoll: OwnedFd,
    listener: TcpListener,
    clients: Vec<Option<Client>>,
    free: Vec<usize>,
    ready: Ready,
    is_batch: bool,
}

fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
    let (sender, orders) = sync_channel(16);
    let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
    epoll::add(&epoll, &bell, epoll::EventData::new_u64(BELL), epoll::EventFlags::IN | epoll::EventFlags::ET)?;
    listen_to_orders(move |order| {
        let _ = sender.send(order);
        let _ = rustix::io::write(&bell, &1_u64.to_ne_bytes());
    });
    let addr = listener.local_addr()?;
    let is_batch = std::env::args().any(|word| word == "--batch");
    let limit = Limit { epoll, listener, clients: Vec::new(), free: Vec::new(), ready: Ready::new(), is_batch };
    say_listening(addr);
    limit.run(&orders)
}

impl Limit {
    fn run(mut self, orders: &Receiver<Order>) -> std::io::Result<()> {
        let (mut seq, mut first) = (0, 1);
        let mut schedule: Option<Schedule> = None;
        let mut events = Vec::with_capacity(1024);
        loop {
            let mut wait = Duration::MAX;
            if schedule.is_none()
                && let Ok(order) = orders.try_recv()
            {
                (first, schedule) = (seq + 1, Some(Schedule::new(order, Instant::now())));
            }
            if let Some(running) = &mut schedule {
                let due = running.take_due(Instant::now());
                self.publish(seq + 1..=seq + due);
                seq += due;
                match running.next() {
                    Some(next) => wait = next.saturating_duration_since(Instant::now()),
                    None => {
                        say_published(first, seq);
                        schedule = None;
                        continue;
                    }
                }
            }
            let wait = Timespec::try_from(wait).ok();
            events.clear();
            match epoll::wait(&self.epoll, spare_capacity(&mut events), wait.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in &events {
                match event.data.u64() {
                    LISTENER => self.accept()?,
                    // An order.
                    BELL => {}
                    at => self.serve(usize::try_from(at).unwrap_or(usize::MAX)),
                }
            }
        }
    }

    fn publish(&mut self, seqs: RangeInclusive<u64>) {
        let chunks = seqs.map(|seq| chunk(seq, &event_text(seq, now_nanos())));
        let chunks: Vec<Vec<u8>> = if self.is_batch { vec![chunks.flatten().collect()] } else { chunks.collect() };
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            for at in 0..self.clients.len() {
                let client = self.clients[at].as_mut().filter(|client| client.is_subscribed);
                if client.is_some_and(|client| !client.send(chunk)) {
                    self.close(at);
                }
            }
        }
    }

    fn accept(&mut self) -> std::io::Result<()> {
        loop {
            let socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            socket.set_nonblocking(true)?;
            socket.set_nodelay(true)?;
            let at = self.free.pop().unwrap_or(self.clients.len());
            if at == self.clients.len() {
                self.clients.push(None);
            }
            let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::ET;
            epoll::add(&self.epoll, &socket, epoll::EventData::new_u64(at as u64), flags)?;
            self.clients[at] =
                Some(Client { socket, request: Vec::new(), is_subscribed: false, waiting: Vec::new(), burst: None });
            self.serve(at);
        }
    }

    fn serve(&mut self, at: usize) {
        let Some(Some(client)) = self.clients.get_mut(at) else { return };
        if !client.serve(&self.ready, if self.is_batch { BURST_EVENTS } else { 1 }) {
            self.close(at);
        }
    }

    fn close(&mut self, at: usize) {
        self.clients[at] = None;
        self.free.push(at);
    }
}

impl Client {
    /// Reads what there is, and sends what waits; says whether it goes on.
    fn serve(&mut self, ready: &Ready, events_at_once: u64) -> bool {
        let mut buffer = [0; 1024];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => return false,
                Ok(read) => self.request.extend_from_slice(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return false,
            }
        }
        if self.request.ends_with(b"\r\n\r\n") {
            let request = String::from_utf8_lossy(&std::mem::take(&mut self.request)).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            match path.strip_prefix("/burst/").and_then(|count| count.parse().ok()) {
                Some(count) => self.burst = Some(1..=Burst::EVENTS_MAX.min(count)),
                None => self.is_subscribed = true,
            }
            self.waiting.extend_from_slice(HEAD);
        }
        self.flush() && self.send_burst(ready, events_at_once)
    }

    fn send_burst(&mut self, ready: &Ready, events_at_once: u64) -> bool {
        while self.waiting.is_empty() {
            let Some(burst) = self.burst.take() else { return true };
            let piece = if burst.is_empty() {
                &b"0\r\n\r\n"[..]
            } else {
                let (first, last) = (*burst.start(), (*burst.end()).min(burst.start() + events_at_once - 1));
                self.burst = Some(last + 1..=*burst.end());
                ready.chunks(first, last)
            };
            if !self.send(piece) {
                return false;
            }
        }
        true
    }

    fn send(&mut self, bytes: &[u8]) -> bool {
        if !self.waiting.is_empty() {
            self.waiting.extend_from_slice(bytes);
            return self.waiting.len() <= WAITING_BYTES_MAX;
        }
        match self.socket.write(bytes) {
            Ok(written) => self.waiting.extend_from_slice(&bytes[written..]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.waiting.extend_from_slice(bytes),
            Err(_) => return false,
        }
        true
    }

    fn flush(&mut self) -> bool {
        while !self.waiting.is_empty() {
            match self.socket.write(&self.waiting) {
                Ok(written) => drop(self.waiting.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
        }
        self.waiting = Vec::new();
        true
    }
}

impl Ready {
    fn new() -> Self {
        let (texts, mut bytes, mut ends) = (Burst::default(), Vec::new(), vec![0]);
        for seq in 1..=Burst::EVENTS_MAX {
            bytes.extend_from_slice(&chunk(seq, texts.text(seq)));
            ends.push(bytes.len());
        }
        Self { bytes, ends }
    }

    fn chunks(&self, first: u64, last: u64) -> &[u8] {
        let end = |seq| self.ends[usize::try_from(seq).unwrap_or(0)];
        &self.bytes[end(first - 1)..end(last)]
    }
}

/// An event as a chunk of HTTP/1.1.
fn chunk(seq: u64, text: &str) -> Vec<u8> {
    let event = format!("id: {seq}\ndata: {text}\n\n");
    format!("{:x}\r\n{event}\r\n", event.len()).into_bytes()
}
