//! Requests over loopback.

use super::Case;
use std::fs::read_to_string;
use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// Connections at once; each waits for its answer before it asks again.
const CONNECTIONS: usize = 16;

/// A server on a thread of its own.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    /// `/proc/PID/task/TID/schedstat`.
    schedstat: PathBuf,
}

impl Server {
    /// Runs a server on a runtime of one thread until the process ends.
    ///
    /// # Panics
    ///
    /// If it does not start, or the system does not tell what a thread costs.
    pub fn start<F: Future>(serve: impl FnOnce(Box<dyn FnOnce(SocketAddr) + Send>) -> F + Send + 'static) -> Self {
        let (started, server): (Sender<Self>, _) = channel();
        thread::spawn(move || {
            let thread = std::fs::read_link("/proc/thread-self").expect("Linux tells what a thread costs");
            let schedstat = PathBuf::from("/proc").join(thread).join("schedstat");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(serve(Box::new(move |addr| {
                let _ = started.send(Self { addr, schedstat });
            })));
        });
        server.recv().expect("it starts")
    }

    /// The processor time of the server so far, in seconds.
    fn cpu_seconds(&self) -> f64 {
        let text = read_to_string(&self.schedstat).expect("the thread lives");
        let nanos = text
            .split(' ')
            .next()
            .and_then(|nanos| nanos.parse::<u32>().ok().map(f64::from).or_else(|| nanos.parse().ok()));
        nanos.expect("a number") / 1e9
    }
}

/// Sends requests, and gives the processor time that the server took for one, in seconds.
///
/// # Panics
///
/// If the server closes or answers something else than before.
#[must_use]
pub fn load(server: &Server, case: Case, requests: u32) -> f64 {
    let mut connections: Vec<_> = (0..CONNECTIONS).map(|_| connect(server.addr)).collect();
    let request = case.bytes();
    // The first answer tells how long all of them are.
    let mut buffer = vec![0; 4096];
    let mut length = 0;
    for connection in &mut connections {
        connection.write_all(request.as_bytes()).expect("the server reads");
        length = connection.read(&mut buffer).expect("the server answers");
    }
    let before = server.cpu_seconds();
    let rounds = requests / u32::try_from(CONNECTIONS).unwrap_or(1);
    for _ in 0..rounds {
        for connection in &mut connections {
            connection.write_all(request.as_bytes()).expect("the server reads");
        }
        for connection in &mut connections {
            connection.read_exact(&mut buffer[..length]).expect("the server answers");
        }
    }
    (server.cpu_seconds() - before) / f64::from(rounds) / CONNECTIONS as f64
}

fn connect(addr: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(addr).expect("the server listens");
    connection.set_nodelay(true).expect("a socket can be told");
    connection
}
