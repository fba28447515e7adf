//! The command line.

use std::time::Duration;

use oriole_sse::EventId;

pub(crate) const USAGE: &str = "\
Reads an event stream, and keeps reading it.

sse-tail URL [options]
  --last-event-id ID     resume after this event
  --event NAME           print events of this type only; may be given again
  --header 'NAME: VALUE' send this header; may be given again
  --count N              stop after so many printed events
  --idle-timeout SECONDS connect anew after so long without a byte
  --comments             show comments
  --color WHEN           always or never; otherwise for terminals

Events go to the output, what happens to the connection to the error output.
Proxies are those of http_proxy, https_proxy, all_proxy and no_proxy.

Exit codes
  0    the count is reached, the server said that the stream is over, or the reader of the output left
  1    the server refused, or sent what is no event stream
  2    the command line is wrong, or a proxy of the environment
  130  interrupted";

/// What to do.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) url: String,
    pub(crate) last_event_id: Option<EventId>,
    pub(crate) events: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) count: Option<u64>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) comments: bool,
    pub(crate) color: Option<bool>,
}

pub(crate) enum Parsed {
    Run(Arguments),
    Help,
    Mistake(String),
}

pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Parsed {
    match read(arguments) {
        Ok(Some(arguments)) => Parsed::Run(arguments),
        Ok(None) => Parsed::Help,
        Err(message) => Parsed::Mistake(message),
    }
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut parsed = Arguments::default();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--last-event-id" => parsed.last_event_id = Some(crate::event_id(value()?)?),
            "--event" => parsed.events.push(value()?),
            "--header" => {
                let header = value()?;
                let (name, text) = header.split_once(':').ok_or("a header has a colon")?;
                parsed.headers.push((name.trim().into(), text.trim().into()));
            }
            "--count" => parsed.count = Some(number(&value()?)?),
            "--idle-timeout" => parsed.idle_timeout = Some(Duration::from_secs(number(&value()?)?)),
            "--comments" => parsed.comments = true,
            "--color" => {
                parsed.color = Some(match value()?.as_str() {
                    "always" => true,
                    "never" => false,
                    other => return Err(format!("--color is always or never, not {other:?}")),
                });
            }
            option if option.starts_with('-') => return Err(format!("there is no option {option:?}")),
            _ if parsed.url.is_empty() => parsed.url = argument,
            _ => return Err("there is more than one address".into()),
        }
    }
    if parsed.url.is_empty() { Err("the address is missing".into()) } else { Ok(Some(parsed)) }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text:?} is no number"))
}
