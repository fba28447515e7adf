//! One connection.

use super::clients::Room;
use super::lines::{Line, Lines};
use super::seen::Seen;
use super::stream::Stream;
use super::tally::Tally;
use super::target::Target;
use super::wire::{Mark, Part, Wire};
use benches_feed::now_nanos;
use socket2::{Domain, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// From so many addresses of loopback the connections come, so that none runs out of ports.
const SOURCES: u32 = 64;
/// A loopback that does not answer within this time is no loopback.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Client {
    stream: Stream,
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
        target: &Target,
        room: Option<Room>,
        (path, last_event_id): (&str, Option<&str>),
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        if let Some(Room { bytes, segment_bytes }) = room {
            socket.set_recv_buffer_size(bytes)?;
            socket.set_tcp_mss(segment_bytes)?;
        }
        let source = Ipv4Addr::from(Ipv4Addr::new(127, 0, 1, 1).to_bits() + number % SOURCES);
        socket.bind(&SocketAddr::from((source, 0)).into())?;
        socket.connect_timeout(&target.addr.into(), CONNECT_TIMEOUT)?;
        let socket = TcpStream::from(socket);
        socket.set_nodelay(true)?;
        let wire = Wire::new(&target.protocol);
        let mut stream = Stream::open(socket, &target.protocol)?;
        stream.write_all(&wire.request(path, last_event_id))?;
        Ok(Self { stream, seen: Seen::default(), id: None, wire, lines: Lines::default() })
    }

    /// The socket, to be waited for.
    pub(super) fn socket(&self) -> &TcpStream {
        self.stream.socket()
    }

    /// Asks again on the same connection, which was answered.
    pub(super) fn ask_again(&mut self, path: &str) -> io::Result<()> {
        self.stream.write_all(&self.wire.request(path, None))
    }

    /// Reads what there is, or a part of it that leaves the socket readable; says whether the connection goes on.
    pub(super) fn read(&mut self, buffer: &mut [u8], tally: &mut Tally) -> io::Result<bool> {
        loop {
            match self.read_once(buffer, tally) {
                Ok(0) => return Ok(false),
                Ok(_) if self.stream.may_hold_back() => {}
                Ok(_) => return Ok(true),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }

    fn read_once(&mut self, buffer: &mut [u8], tally: &mut Tally) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let now = now_nanos();
        let Self { stream, wire, lines, seen, id } = self;
        let mut replied = Ok(());
        let give = |part: Part<'_>| match part {
            Part::Mark(Mark::Head(200)) => tally.heads += 1,
            Part::Mark(Mark::Head(_)) => tally.refused += 1,
            Part::Mark(Mark::End) => tally.answers += 1,
            Part::Reply(bytes) => replied = stream.write_all(bytes),
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
        replied.map(|()| read)
    }
}
