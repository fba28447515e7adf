//! The debugging protocol of Chromium over a pipe: JSON messages that end with a zero byte.
//!
//! When the pipe closes, Chromium ends. So no browser outlives a test, however the test ended.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use driver::{Output, until};

const CALL_TIMEOUT: Duration = Duration::from_secs(120);
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A running browser and the pipe to it.
#[derive(Debug)]
pub(crate) struct Connection {
    child: Child,
    commands: Mutex<ChildStdin>,
    next_id: AtomicU64,
    calls: Calls,
    /// What the browser prints.
    log: Output,
    /// What the pages print.
    console: Output,
}

/// Who waits for which answer.
type Calls = Arc<Mutex<HashMap<u64, SyncSender<Value>>>>;

impl Connection {
    #[track_caller]
    pub(crate) fn start(browser: &Path, flags: &[String]) -> Self {
        // Chromium reads from descriptor 3 and writes to 4. A process can be given these without `unsafe` only by a shell.
        let redirect = "exec \"$@\" --remote-debugging-pipe 3<&0 4>&1 </dev/null 1>&2";
        let mut child = Command::new("sh")
            .args(["-c", redirect, "sh"])
            .arg(browser)
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} could not be started: {error}", browser.display()));
        let (Some(commands), Some(messages), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            panic!("all three pipes were asked for");
        };
        let (calls, log, console) = (Calls::default(), Output::default(), Output::default());
        log.drain(errors);
        dispatch(messages, Arc::clone(&calls), console.clone());
        Self { child, commands: Mutex::new(commands), next_id: AtomicU64::new(1), calls, log, console }
    }

    /// Calls a method, of the browser or of one page, and waits for its answer.
    #[track_caller]
    pub(crate) fn call(&self, session: Option<&str>, method: &str, params: &Value) -> Value {
        let mut answer = self.try_call(session, method, params).unwrap_or_else(|problem| {
            panic!("{method}: {problem}\n--- the browser said\n{}\n---", self.log.text());
        });
        answer["result"].take()
    }

    pub(crate) fn console(&self) -> String {
        self.console.text()
    }

    fn try_call(&self, session: Option<&str>, method: &str, params: &Value) -> Result<Value, String> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = mpsc::sync_channel(1);
        lock(&self.calls).insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        lock(&self.commands).write_all(&bytes).map_err(|error| format!("the browser is gone ({error})"))?;
        let answer =
            receiver.recv_timeout(CALL_TIMEOUT).map_err(|error| format!("no answer from the browser ({error})"))?;
        match answer.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.try_call(None, "Browser.close", &json!({}));
        if until(CLOSE_TIMEOUT, || self.child.try_wait().ok().flatten()).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Hands answers to who waits for them, and keeps what the pages print.
fn dispatch(pipe: impl Read + Send + 'static, calls: Calls, console: Output) {
    thread::spawn(move || {
        for message in BufReader::new(pipe).split(0).map_while(Result::ok) {
            let Ok(message) = serde_json::from_slice::<Value>(&message) else { continue };
            if let Some(caller) = message["id"].as_u64().and_then(|id| lock(&calls).remove(&id)) {
                let _ = caller.send(message);
            } else if let Some(line) = printed(&message) {
                console.push(line);
            }
        }
        // Nobody is left waiting for a browser that is gone.
        lock(&calls).clear();
    });
}

/// What an event says of the console of a page: `console.log`, an exception, a failed request.
fn printed(event: &Value) -> Option<String> {
    let params = &event["params"];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match event["method"].as_str()? {
        "Runtime.consoleAPICalled" => {
            let values =
                params["args"].as_array()?.iter().map(|arg| text(arg.get("value").unwrap_or(&arg["description"])));
            Some(format!("{}: {}", text(&params["type"]), values.collect::<Vec<_>>().join(" ")))
        }
        "Runtime.exceptionThrown" => Some(format!("exception: {}", exception(&params["exceptionDetails"]))),
        "Log.entryAdded" => Some(format!("{}: {}", text(&params["entry"]["level"]), text(&params["entry"]["text"]))),
        _ => None,
    }
}

/// The words of an exception, with its stack where there is one.
pub(crate) fn exception(details: &Value) -> &str {
    let description = details["exception"]["description"].as_str();
    description.or_else(|| details["text"].as_str()).unwrap_or("of an unknown kind")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
