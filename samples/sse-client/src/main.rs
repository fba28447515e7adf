//! Reads an event stream on the command line, and keeps reading it.
//!
//! ```text
//! cargo run -p sample-sse-client -- http://localhost:3000/sse
//! ```
//!
//! Start a server (`cargo run -p sample-sse`), stop it, start it again, and see the stream go on. `--help` tells
//! of the options and of the exit codes.

mod args;
mod output;

use std::io::IsTerminal;
use std::process::ExitCode;

use args::{Arguments, Parsed, USAGE};
use oriole_sse::{
    BuildError, ClientOptions, EventId, EventSource, HttpTransport, HttpTransportOptions, ProxyOptions, Signal,
};
use output::Output;

const FAILED: u8 = 1;
const MISUSED: u8 = 2;
const INTERRUPTED: u8 = 130;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match args::parse(std::env::args().skip(1)) {
        Parsed::Run(arguments) => arguments,
        Parsed::Help => {
            let _ = Output::new(false).print(USAGE);
            return ExitCode::SUCCESS;
        }
        Parsed::Mistake(message) => {
            Output::new(false).note(&format!("{message}; see --help"));
            return ExitCode::from(MISUSED);
        }
    };
    let has_terminal = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut output = Output::new(arguments.color.unwrap_or(has_terminal));
    let source = match source(&arguments) {
        Ok(source) => source,
        Err(error) => {
            output.note(&error.to_string());
            return ExitCode::from(MISUSED);
        }
    };
    tokio::select! {
        code = tail(source, &arguments, &mut output) => code,
        _ = tokio::signal::ctrl_c() => ExitCode::from(INTERRUPTED),
    }
}

fn source(arguments: &Arguments) -> Result<EventSource, BuildError> {
    let transport = HttpTransportOptions::default().proxy(ProxyOptions::from_environment());
    let mut options = ClientOptions::default()
        .retry_statuses(ClientOptions::PASSING_STATUSES)
        .idle_timeout(arguments.idle_timeout)
        .decompression(true);
    options.decoder = options.decoder.comments(arguments.comments);
    let mut builder = EventSource::builder(&arguments.url).transport(HttpTransport::new(transport)?).options(options);
    for (name, value) in &arguments.headers {
        builder = builder.header(name.as_str(), value.as_str());
    }
    if let Some(id) = &arguments.last_event_id {
        builder = builder.last_event_id(id.clone());
    }
    builder.build()
}

/// Prints until there is a reason to stop; each has an exit code.
async fn tail(mut source: EventSource, arguments: &Arguments, output: &mut Output) -> ExitCode {
    let mut left = arguments.count;
    while left != Some(0) {
        let Some(signal) = source.next_signal().await else { break };
        match signal {
            Signal::Open(opened) => output.note(&format!("open {}", opened.url)),
            Signal::Event(event) => {
                if !arguments.events.is_empty() && !arguments.events.iter().any(|name| name == event.event_type()) {
                    continue;
                }
                if output.event(&event).is_err() {
                    // Whoever reads the output has enough.
                    return ExitCode::SUCCESS;
                }
                left = left.map(|left| left - 1);
            }
            Signal::Comment(text) => output.note(&format!("comment{text}")),
            Signal::IdLeftOut { id, .. } => output.note(&format!("the id {id:?} cannot be sent back")),
            Signal::Reconnecting { error, wait, .. } => {
                output.note(&format!("{error}; again in {:.1} s", wait.as_secs_f64()));
            }
            // "Do not come back" is an end, and no failure.
            Signal::Failed(error) if error.status().is_some_and(|status| status == 204) => {
                output.note("the server says that the stream is over");
            }
            Signal::Failed(error) => {
                output.note(&error.to_string());
                if let Some(response) = error.response() {
                    output.note(&String::from_utf8_lossy(&response.body));
                }
                return ExitCode::from(FAILED);
            }
            _ => {}
        }
    }
    ExitCode::SUCCESS
}

/// Checks an id from the command line.
fn event_id(text: String) -> Result<EventId, String> {
    EventId::new(text).map_err(|error| error.to_string())
}
