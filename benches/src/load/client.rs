//! One connection.

use super::lines::{Line, Lines};
use super::seen::Seen;
use super::tally::Tally;
use super::wire::{Mark, Part, Wire};
use benches_feed::now_nanos;
use socket2::{Domain, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// From so many addresses of loopback the connections come, so that none runs out of ports.
const SOURCES: u32 = 64;
/// A loopback that does not answer within this time is no loopback.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Client {
    pub(super) socket: TcpStream,
    pub(super) seen: Seen,
    /// The id of the last event, of a client that will come back.
    pub(super) id: Option<Vec<u8>>,
    wire: Wire,
    lines: Lines,
}

impl Client {
    /// Connects from one address of loopback or another, and asks.
    pub(super) fn connect(
        number: u32,
        target: SocketAddr,
        room_bytes: Option<usize>,
        request: &str,
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        if let Some(bytes) = room_bytes {
            socket.set_recv_buffer_size(bytes)?;
        }
        let source = Ipv4Addr::from(Ipv4Addr::new(127, 0, 1, 1).to_bits() + number % SOURCES);
        socket.bind(&SocketAddr::from((source, 0)).into())?;
        socket.connect_timeout(&target.into(), CONNECT_TIMEOUT)?;
        let mut socket = TcpStream::from(socket);
        socket.set_nodelay(true)?;
        socket.write_all(request.as_bytes())?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket, seen: Seen::default(), id: None, wire: Wire::default(), lines: Lines::default() })
    }

    /// Reads once; says whether the connection goes on.
    pub(super) fn read(&mut self, buffer: &mut [u8], tally: &mut Tally) -> io::Result<bool> {
        let read = match self.socket.read(buffer) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return Ok(true),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(false),
            Err(error) => return Err(error),
        };
        let now = now_nanos();
        let Self { wire, lines, seen, id, .. } = self;
        let give = |part: Part<'_>| match part {
            Part::Mark(Mark::Head(200)) => tally.heads += 1,
            Part::Mark(Mark::Head(_)) => tally.refused += 1,
            Part::Mark(Mark::End) => tally.answers += 1,
            Part::Data(data) => lines.take(data, |line| match line {
                Line::Event { seq, at_nanos } => {
                    tally.take(seen.take(seq));
                    tally.latency.add(now.saturating_sub(at_nanos));
                }
                Line::Id(line) => {
                    if let Some(id) = id {
                        id.clear();
                        id.extend_from_slice(line);
                    }
                }
            }),
        };
        wire.take(&buffer[..read], give)?;
        Ok(true)
    }
}
