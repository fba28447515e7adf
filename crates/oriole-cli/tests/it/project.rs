//! A project of a newcomer's, outside the workspace.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// How long anything may take, the framework's own build on a busy machine included; nothing takes this long unless it fails.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Runs the program `oriole` to its end.
pub(crate) fn oriole(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oriole"));
    command.args(words).current_dir(folder).stdin(Stdio::null()).output().expect("it starts")
}

/// An empty folder.
pub(crate) fn temporary(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("oriole-cli-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A project that `oriole new` made; removed when dropped.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    target: PathBuf,
}

impl Project {
    pub(crate) fn new(name: &str, options: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository");
        let above = temporary(name);
        let made = oriole(&above, &[&["new", name], options].concat());
        let said = String::from_utf8_lossy(&made.stdout);
        assert!(made.status.success() && said.contains(&format!("cd {name} && cargo start")), "{made:?}");
        let folder = above.join(name);
        // The versions that everything else is tested with, built once for all such projects.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        Self { folder, target: root.join("target/readers") }
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a file")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).expect("a file");
    }

    pub(crate) fn cargo(&self, words: &[&str]) -> Output {
        self.prepared(Command::new(cargo()).args(words)).output().expect("cargo starts")
    }

    /// Runs the program `oriole` in it to its end.
    pub(crate) fn oriole(&self, line: &str) -> Output {
        oriole(&self.folder, &line.split_whitespace().collect::<Vec<_>>())
    }

    /// Starts a command of cargo's that runs the project.
    pub(crate) fn start(&self, words: &[&str], port: Option<&str>) -> Program {
        let mut command = Command::new(cargo());
        command.args(words).env_remove("PORT");
        if let Some(port) = port {
            command.env("PORT", port);
        }
        Program::start(self, command, false)
    }

    fn prepared<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if let Some(above) = self.folder.parent() {
            let _ = fs::remove_dir_all(above);
        }
    }
}

fn cargo() -> std::ffi::OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The running project; ended when dropped.
pub(crate) struct Program {
    child: Child,
    is_group: bool,
    /// What it says on both its outputs.
    lines: Receiver<String>,
}

impl Program {
    fn start(project: &Project, mut command: Command, is_group: bool) -> Self {
        let mut child =
            project.prepared(&mut command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (say, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("its output")),
            Box::new(child.stderr.take().expect("its error output")),
        ];
        for output in outputs {
            let say = say.clone();
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = say.send(line);
                }
            });
        }
        Self { child, is_group, lines }
    }

    /// Starts a command that leads a process group of its own, with which it is ended.
    #[cfg(unix)]
    pub(crate) fn start_group(project: &Project, command: Command) -> Self {
        Self::start(project, command, true)
    }

    /// Waits for a line with this text.
    pub(crate) fn line_with(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line with {text:?}"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits until it listens, and asks for a path.
    pub(crate) fn get(&mut self, path: &str) -> String {
        let port = self.port();
        ask(&port, "GET", path, "")
    }

    /// Waits until it listens, and tells where.
    pub(crate) fn port(&mut self) -> String {
        let line = self.line_with("http://127.0.0.1:");
        let port = line.rsplit("127.0.0.1:").next().unwrap_or_default();
        port.chars().take_while(char::is_ascii_digit).collect()
    }
}

/// Sends a request with a body of JSON, which may be empty, and reads the answer.
pub(crate) fn ask(port: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("it listens");
    let length = body.len();
    let head = "Host: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";
    write!(stream, "{method} {path} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}").expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.is_group {
            let _ = Command::new("kill").args(["-TERM", "--", &format!("-{}", self.child.id())]).status();
        } else {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
