//! The bytes of one connection, in clear or through TLS.

use super::target::Protocol;
use rustls::ClientConnection;
use rustls::pki_types::ServerName;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A server that takes longer is broken.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Stream {
    socket: TcpStream,
    tls: Option<Box<ClientConnection>>,
}

impl Stream {
    /// Shakes hands, where it has to; from then on nothing waits.
    pub(super) fn open(mut socket: TcpStream, protocol: &Protocol) -> io::Result<Self> {
        let mut tls = None;
        if let Protocol::Http1OverTls(config) = protocol {
            let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
            let mut opened = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
            socket.set_read_timeout(Some(HANDSHAKE_TIMEOUT))?;
            while opened.is_handshaking() {
                opened.complete_io(&mut socket)?;
            }
            tls = Some(Box::new(opened));
        }
        socket.set_nonblocking(true)?;
        Ok(Self { socket, tls })
    }

    pub(super) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// Whether there may be more to read although the socket has no more.
    pub(super) fn may_hold_back(&self) -> bool {
        self.tls.is_some()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self { socket, tls } = self;
        let Some(tls) = tls else { return socket.read(buffer) };
        loop {
            match tls.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
            if tls.read_tls(socket)? == 0 {
                return Ok(0);
            }
            tls.process_new_packets().map_err(io::Error::other)?;
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Self { socket, tls } = self;
        let Some(tls) = tls else { return socket.write(bytes) };
        let written = tls.writer().write(bytes)?;
        while tls.wants_write() {
            tls.write_tls(socket)?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
