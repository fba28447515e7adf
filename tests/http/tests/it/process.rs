//! What only a real process shows.

use http_tests::{Connection, PATIENCE, within};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

pub(crate) struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    addr: SocketAddr,
}

impl Server {
    pub(crate) async fn start(mut command: Command) -> Self {
        let mut child = command
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary is built");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let first =
            within(PATIENCE, lines.next_line()).await.expect("it can be read").expect("it says where it listens");
        Self { child, lines, addr: first.parse().expect("the first line is the address") }
    }

    async fn line(&mut self) -> String {
        within(PATIENCE, self.lines.next_line()).await.expect("it can be read").expect("it says more")
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill").args([name, &pid]).status().expect("`kill` is there");
        assert!(sent.success());
    }

    pub(crate) async fn end(mut self) -> (ExitStatus, Vec<String>) {
        let mut said = Vec::new();
        while let Some(line) = within(PATIENCE, self.lines.next_line()).await.expect("it can be read") {
            said.push(line);
        }
        (within(PATIENCE, self.child.wait()).await.expect("it can be waited for"), said)
    }
}

fn server() -> Command {
    Command::new(env!("CARGO_BIN_EXE_server"))
}

/// Row 3: a deploy truncates no stream and does not wait for clients.
/// Parity: LCE.4, LCE.10, LCE.11.
#[tokio::test]
async fn a_hundred_streams_end_well_on_sigterm() {
    let mut command = server();
    // Whoever waited for the clients would wait for an hour: they do not close.
    command.env("TIMEOUT_MS", "3600000");
    let server = Server::start(command).await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        let mut connection = Connection::open(server.addr).await;
        connection.ask("GET", "/counted").await;
        streams.push(connection);
    }
    for connection in &mut streams {
        assert_eq!(connection.head().await.status, 200);
        assert_eq!(connection.chunk().await.as_deref(), Some("data: first\n\n"));
    }
    server.signal("-TERM");
    let mut retries = HashSet::new();
    for connection in &mut streams {
        // `rest` asks for the last chunk of a chunked body: it is complete.
        let rest = connection.rest().await;
        let retry = rest.strip_prefix("retry: ").and_then(|rest| rest.strip_suffix("\n\n"));
        retries.insert(retry.unwrap_or_else(|| panic!("{rest:?}")).to_owned());
        assert_eq!(connection.closed().await, "");
    }
    let (status, said) = server.end().await;
    assert_eq!(status.signal(), Some(15));
    assert_eq!(said, ["before Some(Terminate)", "shutdown Some(Terminate)", "finalized 100", "main"]);
    assert!(retries.len() > 90, "the clients come back one after another: {retries:?}");
}

/// Parity: LCE.11.
#[tokio::test]
async fn ctrl_c_is_told_apart() {
    let server = Server::start(server()).await;
    server.signal("-INT");
    let (status, said) = server.end().await;
    assert_eq!(status.signal(), Some(2));
    assert_eq!(said, ["before Some(Interrupt)", "shutdown Some(Interrupt)", "main"]);
}

/// The exit tells which signal it was, when `main` is done; a signal of its own is for the program alone.
/// Parity: LCE.14.
#[tokio::test]
async fn a_process_dies_of_its_signal() {
    for (name, number, signal) in [
        ("-TERM", 15, "Terminate"),
        ("-INT", 2, "Interrupt"),
        ("-HUP", 1, "Hangup"),
        ("-QUIT", 3, "Quit"),
        ("-USR2", if cfg!(target_os = "linux") { 12 } else { 31 }, "User2"),
    ] {
        for lives in [false, true] {
            let mut command = server();
            if lives {
                command.env("LIVES", "1");
            }
            let server = Server::start(command).await;
            server.signal(name);
            let (status, said) = server.end().await;
            assert_eq!(said, [format!("before Some({signal})"), format!("shutdown Some({signal})"), "main".to_owned()]);
            let (code, died_of) = if lives { (Some(0), None) } else { (None, Some(number)) };
            assert_eq!((status.code(), status.signal()), (code, died_of), "{name}");
        }
    }
}

/// What is not in the list does what it does without us.
/// Parity: LCE.14.
#[tokio::test]
async fn only_signals_of_the_list_end_in_good_order() {
    let start = async || {
        let mut command = server();
        command.env("SIGNALS", "SIGINT");
        Server::start(command).await
    };
    let server = start().await;
    server.signal("-INT");
    let (status, said) = server.end().await;
    assert_eq!((status.signal(), said.len()), (Some(2), 3), "{said:?}");
    let server = start().await;
    server.signal("-TERM");
    let (status, said) = server.end().await;
    assert_eq!((status.signal(), said), (Some(15), vec![]));
}

/// A hook that fails stops no other, and the exit tells.
/// Parity: LCE.14.
#[tokio::test]
async fn a_failure_at_the_end_is_exit_1() {
    for hook in ["before", "shutdown"] {
        let mut command = server();
        command.env("FAILS", hook);
        let server = Server::start(command).await;
        server.signal("-TERM");
        let (status, said) = server.end().await;
        assert_eq!(said, ["before Some(Terminate)", "shutdown Some(Terminate)"]);
        assert_eq!(status.code(), Some(1), "{hook}");
    }
}

/// `nohup` goes on to mean what it says.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hangup_that_is_ignored_stays_ignored() {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\"", env!("CARGO_BIN_EXE_server")]);
    let server = Server::start(command).await;
    server.signal("-HUP");
    server.signal("-TERM");
    let (_, said) = server.end().await;
    assert_eq!(said, ["before Some(Terminate)", "shutdown Some(Terminate)", "main"]);
}

#[tokio::test]
async fn a_second_signal_means_now() {
    let mut command = server();
    command.env("TIMEOUT_MS", "600000");
    let mut server = Server::start(command).await;
    let mut stuck = Connection::open(server.addr).await;
    stuck.ask("GET", "/stuck").await;
    assert_eq!(server.line().await, "stuck");
    server.signal("-TERM");
    assert_eq!(server.line().await, "before Some(Terminate)");
    server.signal("-TERM");
    let (status, said) = server.end().await;
    assert_eq!(status.signal(), Some(15));
    assert_eq!(said, ["shutdown Some(Terminate)", "main"]);
    assert_eq!(stuck.closed().await, "");
}

/// Hooks are no exception: each signal ends what is running, and the next step comes.
#[tokio::test]
async fn a_second_signal_does_not_wait_for_hooks() {
    let mut command = server();
    command.env("TIMEOUT_MS", "600000").env("HANGS", "before shutdown");
    let mut server = Server::start(command).await;
    let mut stream = Connection::open(server.addr).await;
    stream.ask("GET", "/events").await;
    assert_eq!(stream.head().await.status, 200);
    server.signal("-TERM");
    assert_eq!(server.line().await, "before Some(Terminate)");
    server.signal("-TERM");
    assert_eq!(server.line().await, "shutdown Some(Terminate)");
    server.signal("-INT");
    let (status, said) = server.end().await;
    assert_eq!(status.signal(), Some(15));
    assert_eq!(said, ["main"]);
}

/// A hook that hangs ends with its part of the deadline.
#[tokio::test]
async fn hooks_that_hang_end_with_the_deadline() {
    let mut command = server();
    command.env("TIMEOUT_MS", "500").env("HANGS", "before shutdown");
    let server = Server::start(command).await;
    let begun = Instant::now();
    server.signal("-TERM");
    let (status, said) = server.end().await;
    assert_eq!(status.signal(), Some(15));
    assert_eq!(said, ["before Some(Terminate)", "shutdown Some(Terminate)", "main"]);
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(490), "{took:?}");
}

/// Out of file descriptors a server waits; it does not die, and it does not spin.
#[tokio::test]
async fn a_server_without_file_descriptors_recovers() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 40; exec \"$0\"", env!("CARGO_BIN_EXE_server")]);
    let server = Server::start(command).await;
    let mut crowd = Vec::new();
    for _ in 0..60 {
        crowd.push(Connection::open(server.addr).await);
    }
    // The last ones were not accepted.
    let last = crowd.last_mut().expect("there are many");
    last.ask("GET", "/").await;
    let first = &mut crowd[0];
    first.ask("GET", "/").await;
    assert_eq!(first.response_to("GET").await.body, "here");
    assert!(crowd.last().expect("there are many").is_silent());
    crowd.drain(..59);
    let mut last = crowd.pop().expect("one is left");
    assert_eq!(last.response_to("GET").await.body, "here");
    server.signal("-TERM");
    assert_eq!(server.end().await.0.signal(), Some(15));
}

/// Parity: FST.7, LOG.3.
#[tokio::test]
async fn an_error_of_main_is_printed_and_the_exit_is_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = taken.local_addr().expect("it is bound");
    let output = Command::new(env!("CARGO_BIN_EXE_taken")).arg(addr.to_string()).output();
    let output = within(PATIENCE, output).await.expect("the binary is built");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with(&format!("Error: cannot listen on {addr}: ")), "{said}");
    // The console log goes to stdout, and has no colours in a pipe.
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    for expected in [
        "LOG [OrioleFactory] Starting Oriole application...",
        "LOG [InstanceLoader] Empty dependencies initialized +",
        "LOG [RoutesResolver] Site {/site}: +",
        "LOG [RouterExplorer] Mapped {/site/events, GET} route +",
        "LOG [RouterExplorer] Mapped {/site, ALL} route +",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    assert!(log.starts_with("[Oriole] ") && !log.contains('\u{1b}'), "{log}");
}

/// A peer that vanished without a word is found in a bounded time.
#[tokio::test]
async fn a_vanished_peer_is_found() {
    for tool in ["unshare", "ip"] {
        let found = std::process::Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
        let found = found.expect("there is a shell").status.success();
        assert!(found, "`{tool}` is missing: apt-get install -y util-linux iproute2");
    }
    let output = Command::new("unshare").args(["-rn", env!("CARGO_BIN_EXE_vanish")]).env("RUST_LOG", "off").output();
    let output = within(2 * PATIENCE, output).await.expect("`unshare` runs");
    let said =
        (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(!said.1.starts_with("unshare: "), "`cargo xtask tools` says what has to be allowed: {}", said.1);
    assert!(output.status.success() && said.0 == "ended\n", "{said:?}");
}

/// Parity: CPR.11.
#[tokio::test]
async fn an_environment_variable_shows_how_needs_are_met() {
    let mut child = server()
        .env("RUST_LOG", "oriole::Injector=debug")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary is built");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let first = within(PATIENCE, lines.next_line()).await.expect("it can be read").expect("it says something");
    assert!(first.ends_with("[Injector] `Site` in `SiteModule` gets `Place` from `SiteModule`"), "{first}");
}
