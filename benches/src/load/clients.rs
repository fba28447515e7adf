//! All clients of one measurement.

use super::client::Client;
use super::seen::Seen;
use super::tally::Tally;
use super::target::Target;
use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// So many connections are opened before their heads are waited for: fewer than any server lets wait.
const PACE: usize = 64;
/// A server that says nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(60);
const BUFFER_BYTES: usize = 256 * 1024;
const READY_MAX: usize = 1024;

/// What clients ask for, and how they read it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// `/events`, say.
    pub path: String,
    /// The number of the first event that they are to get; `None` for whichever comes first.
    pub first: Option<u64>,
    /// How much may wait between the two; the system's choice unless it is said.
    pub room: Option<Room>,
    /// Whether anything beyond the head is read.
    pub reads: bool,
    /// Whether they remember the last event's id.
    pub comes_back: bool,
}

/// How much may wait between a server and a client that does not read.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// In the client's own socket.
    pub bytes: usize,
    /// How long a segment may be, which the room in the server's socket goes by.
    pub segment_bytes: u32,
}

impl Ask {
    /// Clients that were there before the first event, and read everything.
    #[must_use]
    pub fn events() -> Self {
        Self { path: "/events".to_owned(), first: Some(1), room: None, reads: true, comes_back: false }
    }
}

/// Clients on one thread.
pub struct Load {
    target: Target,
    epoll: OwnedFd,
    /// A place is `None` while its connection is opened.
    clients: Vec<Option<Client>>,
    buffer: Vec<u8>,
    ready: Vec<epoll::Event>,
    connected: u32,
    /// Whether it asks for what has come without a pause.
    is_awake: bool,
    /// What they have seen.
    pub tally: Tally,
}

impl Load {
    /// No client as yet.
    ///
    /// # Errors
    ///
    /// The system's, if it has no epoll.
    pub fn new(target: &Target) -> io::Result<Self> {
        Ok(Self {
            target: target.clone(),
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            clients: Vec::new(),
            buffer: vec![0; BUFFER_BYTES],
            ready: Vec::with_capacity(READY_MAX),
            connected: 0,
            is_awake: false,
            tally: Tally::default(),
        })
    }

    /// Connects so many, and waits for the head of each answer.
    ///
    /// # Errors
    ///
    /// A connection that is refused, closed or answered with another status than 200.
    pub fn connect(&mut self, count: usize, ask: &Ask) -> io::Result<()> {
        let ids = vec![None; count];
        self.connect_each(&ids, ask)
    }

    /// Connects those again that the server has left, with the id of the last event that each got.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn come_back(&mut self, ids: &[Option<Vec<u8>>], ask: &Ask) -> io::Result<()> {
        self.clients.clear();
        self.connect_each(ids, ask)
    }

    /// The last ids of the clients, which are given up.
    pub fn give_up(&mut self) -> Vec<Option<Vec<u8>>> {
        self.clients.drain(..).map(|client| client?.id).collect()
    }

    fn connect_each(&mut self, ids: &[Option<Vec<u8>>], ask: &Ask) -> io::Result<()> {
        let begun = self.clients.len();
        for ids in ids.chunks(PACE) {
            let heads = self.tally.heads + ids.len() as u64;
            for id in ids {
                let at = self.clients.len();
                self.clients.push(None);
                self.open(at, ask, id.as_deref())?;
            }
            let answered = |load: &Self| load.tally.heads >= heads || load.tally.refused + load.tally.closed > 0;
            if !self.until(PATIENCE, answered)? || self.tally.heads < heads {
                return Err(io::Error::other(format!("not every connection was answered: {:?}", self.summary())));
            }
        }
        if !ask.reads {
            for client in self.clients[begun..].iter().flatten() {
                epoll::delete(&self.epoll, client.socket())?;
            }
        }
        Ok(())
    }

    /// Closes a client's connection and opens another in its place, without waiting for its head.
    ///
    /// # Errors
    ///
    /// A connection that is refused.
    pub fn replace(&mut self, at: usize, ask: &Ask) -> io::Result<()> {
        self.clients[at] = None;
        self.open(at, ask, None)
    }

    fn open(&mut self, at: usize, ask: &Ask, id: Option<&[u8]>) -> io::Result<()> {
        self.connected += 1;
        let id = id.filter(|id| !id.is_empty()).map(String::from_utf8_lossy);
        let mut client = Client::connect(self.connected, &self.target, ask.room, (&ask.path, id.as_deref()))?;
        client.seen = ask.first.map(Seen::from).unwrap_or_default();
        client.id = ask.comes_back.then(Vec::new);
        epoll::add(&self.epoll, client.socket(), epoll::EventData::new_u64(at as u64), epoll::EventFlags::IN)?;
        self.clients[at] = Some(client);
        Ok(())
    }

    /// Asks again on every connection, and waits for all answers.
    ///
    /// # Errors
    ///
    /// A connection that breaks, another status than 200, or a server that does not answer.
    pub fn ask_again(&mut self, ask: &Ask) -> io::Result<()> {
        let answers = self.tally.answers + self.clients.len() as u64;
        for client in self.clients.iter_mut().flatten() {
            client.ask_again(&ask.path)?;
        }
        let is_bad = |load: &Self| load.tally.refused + load.tally.closed > 0;
        if self.until(PATIENCE, |load| load.tally.answers >= answers || is_bad(load))? && !is_bad(self) {
            return Ok(());
        }
        Err(io::Error::other(format!("not every request was answered: {:?}", self.summary())))
    }

    /// Reads until there is no more to wait for, or the time is over; says whether it was the former.
    ///
    /// # Errors
    ///
    /// A connection that breaks, or speaks no HTTP.
    pub fn until(&mut self, most: Duration, mut is_done: impl FnMut(&Self) -> bool) -> io::Result<bool> {
        let end = Instant::now() + most;
        loop {
            if is_done(self) {
                return Ok(true);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.turn(left.min(Duration::from_millis(20)))?;
        }
    }

    /// Says whether it asks for what has come without a pause, and has its core for itself. Otherwise it sleeps until something
    /// comes, and whoever sends that pays for waking it.
    pub fn stay_awake(&mut self, is_awake: bool) {
        self.is_awake = is_awake;
    }

    /// Reads for a while.
    ///
    /// # Errors
    ///
    /// As [`until`](Self::until).
    pub fn run_for(&mut self, time: Duration) -> io::Result<()> {
        self.until(time, |_| false).map(drop)
    }

    /// Whether every client that has begun got everything up to this event.
    #[must_use]
    pub fn is_caught_up(&self, last: u64) -> bool {
        self.clients.iter().flatten().all(|client| client.seen.missing(last) == 0)
    }

    /// Counts as lost what has not come by now.
    pub fn settle(&mut self, last: u64) {
        self.tally.lost += self.clients.iter().flatten().map(|client| client.seen.missing(last)).sum::<u64>();
    }

    fn turn(&mut self, most: Duration) -> io::Result<()> {
        let most = if self.is_awake { Duration::ZERO } else { most };
        let wait = Timespec { tv_sec: 0, tv_nsec: i64::from(most.subsec_nanos()) };
        self.ready.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.ready), Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in &self.ready {
            let at = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
            let Some(place) = self.clients.get_mut(at) else { continue };
            let Some(client) = place else { continue };
            if !client.read(&mut self.buffer, &mut self.tally)? {
                // It stays: what it did not get is missing, and its id may be asked for.
                self.tally.closed += 1;
                epoll::delete(&self.epoll, client.socket())?;
            }
        }
        Ok(())
    }

    fn summary(&self) -> String {
        let Tally { heads, refused, answers, closed, .. } = &self.tally;
        let open = (self.clients.iter().flatten().count() as u64).saturating_sub(*closed);
        format!("{open} open, {heads} heads, {refused} refused, {answers} complete, {closed} closed by the server")
    }
}

impl fmt::Debug for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load").field("target", &self.target).field("is", &self.summary()).finish_non_exhaustive()
    }
}
