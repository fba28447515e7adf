//! Lines as people read them.

use super::log::BUFFERED_RECORDS_MAX;
use super::{Console, Log, LogLevel, Logger, LoggerService, Record, buffer, flush, silence};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no test panics with it").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().expect("no test panics with it").clone()).expect("lines are text");
        text.lines().map(str::to_owned).collect()
    }
}

/// What the events of `log` look like.
fn lines(colours: bool, log: impl FnOnce()) -> Vec<String> {
    lines_of(|console| console.colours(colours), log)
}

fn lines_of(set_up: impl FnOnce(Console) -> Console, log: impl FnOnce()) -> Vec<String> {
    let sink = Sink::default();
    let subscriber = tracing_subscriber::registry().with(set_up(Console::new(sink.clone())));
    tracing::subscriber::with_default(subscriber, log);
    sink.lines()
}

#[track_caller]
fn check(log: impl FnOnce(), expected: &str) {
    let lines = lines(false, log);
    let prefix = format!("[Oriole] {}  - ", std::process::id());
    let rest = lines[0].strip_prefix(&prefix).unwrap_or_else(|| panic!("{}", lines[0]));
    // `2026-11-22 10:22:33Z`.
    let (time, rest) = rest.split_at(20);
    assert!(time.ends_with('Z') && time.as_bytes()[10] == b' ', "{time}");
    assert_eq!(rest, expected);
}

/// Parity: LOG.3.
#[test]
fn levels_have_nests_names() {
    check(|| tracing::info!(target: "oriole::RouterExplorer", "Mapped"), "     LOG [RouterExplorer] Mapped");
    check(|| tracing::error!(target: "shop::cats", "no"), "   ERROR [shop::cats] no");
    check(|| tracing::warn!(target: "shop", "no"), "    WARN [shop] no");
    check(|| tracing::debug!(target: "shop", "no"), "   DEBUG [shop] no");
    check(|| tracing::trace!(target: "shop", "no"), " VERBOSE [shop] no");
    check(|| tracing::error!(target: "shop", fatal = true, "no"), "   FATAL [shop] no");
}

/// Parity: LOG.6.
#[test]
fn contexts_and_fields() {
    check(
        || tracing::info!(context = "CatsService", cats = 3, name = "Tom", "fed"),
        "     LOG [CatsService] fed cats=3 name=Tom",
    );
}

#[test]
fn a_message_does_not_steer_the_terminal() {
    check(|| tracing::info!(target: "shop", "{}", "a\u{1b}[2Jb\rc"), "     LOG [shop] a\\u{1b}[2Jb\\u{d}c");
}

#[test]
fn a_message_does_not_forge_a_line() {
    let forged = "no such cat: x\n[Oriole] 1  - 2026-11-22 10:22:33Z     LOG [Auth] admin logged in";
    let error = forged.to_owned();
    let lines = lines(false, || {
        tracing::error!(target: "shop", "{forged}");
        tracing::error!(target: "shop", %error, "failed");
        tracing::error!(context = forged, "failed");
    });
    let starts = lines.iter().map(|line| line.starts_with("[Oriole] ")).collect::<Vec<_>>();
    assert_eq!(starts, [true, false, true, false, true, false], "{lines:?}");
    assert!(lines[1].starts_with("    [Oriole] 1  - "), "{lines:?}");
}

#[test]
fn the_time_since_the_last_line_is_shown() {
    let lines = lines(false, || {
        tracing::info!("first");
        tracing::info!("second");
    });
    assert!(lines[0].ends_with("] first"), "{lines:?}");
    let since = lines[1].rsplit(' ').next().expect("a line has words");
    assert!(since.starts_with('+') && since.ends_with("ms"), "{lines:?}");
}

#[test]
fn colours_are_nests() {
    let lines = lines(true, || tracing::warn!(target: "shop", "careful"));
    assert!(
        lines[0].starts_with("\u{1b}[33m[Oriole]") && lines[0].contains("\u{1b}[38;5;3m[shop]\u{1b}[39m"),
        "{lines:?}"
    );
}

/// Parity: LOG.2.
#[test]
fn a_level_brings_the_graver_ones() {
    use tracing_subscriber::Layer as _;
    use tracing_subscriber::filter::Targets;

    let seen = |level: &str| {
        let sink = Sink::default();
        let filter = level.parse::<Targets>().expect("a level");
        let subscriber = tracing_subscriber::registry().with(Console::new(sink.clone()).with_filter(filter));
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(target: "shop", fatal = true, "no");
            tracing::error!(target: "shop", "no");
            tracing::warn!(target: "shop", "no");
            tracing::info!(target: "shop", "no");
            tracing::debug!(target: "shop", "no");
            tracing::trace!(target: "shop", "no");
        });
        let text = String::from_utf8(sink.0.lock().expect("no test panics with it").clone()).expect("lines are text");
        let names = ["FATAL", "ERROR", "WARN", "LOG", "DEBUG", "VERBOSE"];
        names.into_iter().filter(|name| text.contains(&format!(" {name} [shop]"))).count()
    };
    assert_eq!(["error", "warn", "info", "debug", "trace", "off"].map(seen), [2, 3, 4, 5, 6, 0]);
}

/// Parity: LOG.1, LOG.4.
#[test]
fn a_console_is_formatted() {
    let two = || {
        tracing::info!(target: "shop", "first");
        tracing::debug!(target: "shop", text = "long enough", "second");
    };
    let set_up = |console: Console| console.prefix("Shop").context("Till").time_since_last(false).text_max(4);
    let lines = lines_of(set_up, two);
    assert!(
        lines[0].starts_with("[Shop] ") && lines[0].ends_with("    LOG [Till] firs... 1 more characters"),
        "{lines:?}"
    );
    assert!(lines[1].ends_with("[Till] seco... 2 more characters text=\"long... 7 more characters\""), "{lines:?}");
    assert_eq!(lines_of(|console| console.level(LogLevel::Log), two).len(), 1);
    assert_eq!(lines_of(|console| console.level(LogLevel::Warn), two).len(), 0);
}

/// Parity: LOG.4, LOG.5.
#[test]
fn json_is_an_object_a_line() {
    let lines = lines_of(
        |console| console.json(true).colours(true).text_max(5),
        || {
            tracing::info!(context = "CatsService", cats = 3, fed = true, name = "a\nb", level = "mine", "fed");
            tracing::error!(target: "shop", fatal = true, "out of cats");
        },
    );
    let first: serde_json::Value = serde_json::from_str(&lines[0]).expect("a line is JSON");
    let millis = first["timestamp"].as_u64().expect("a number");
    assert!(millis > 1_700_000_000_000, "{millis}");
    let expected = serde_json::json!({
        "level": "log",
        "pid": std::process::id(),
        "timestamp": millis,
        "message": "fed",
        "context": "CatsS",
        "cats": 3,
        "fed": true,
        "name": "a\nb",
    });
    assert_eq!(first, expected);
    let second: serde_json::Value = serde_json::from_str(&lines[1]).expect("a line is JSON");
    assert_eq!((&second["level"], &second["message"]), (&"fatal".into(), &"out o".into()));
    assert_eq!(lines.len(), 2);
}

/// Writes down what it is told; `debug` and `verbose` it does without.
#[derive(Clone, Default)]
struct Own(Arc<Mutex<Vec<String>>>);

impl Own {
    fn note(&self, kind: &str, record: &Record) {
        // What a logger logs is not shown to it.
        tracing::error!("in a circle");
        self.0.lock().expect("no test panics with it").push(format!("{kind} [{}] {}", record.context, record.message));
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no test panics with it"))
    }
}

impl LoggerService for Own {
    fn log(&self, record: &Record) {
        self.note("log", record);
    }

    fn fatal(&self, record: &Record) {
        self.note("fatal", record);
    }

    fn error(&self, record: &Record) {
        self.note("error", record);
    }

    fn warn(&self, record: &Record) {
        self.note("warn", record);
    }
}

/// Runs with a log whose first logger is the given one.
fn with_log(logger: impl LoggerService, test: impl FnOnce()) {
    tracing::subscriber::with_default(tracing_subscriber::registry().with(Log::new(logger)), test);
}

struct CatsService;

/// Parity: LOG.6, LOG.8, LOG.10.
#[test]
fn an_own_logger_is_told_by_level_and_context() {
    let own = Own::default();
    with_log(own.clone(), || {
        let logger = Logger::<CatsService>::default();
        logger.log("fed");
        logger.warn(format_args!("{} tins left", 2));
        logger.error("no tins");
        logger.debug("nobody hears it");
        logger.verbose("nor this");
        Logger::<Vec<CatsService>>::default().fatal("gone");
        Logger::new("Kitchen").log("closed");
    });
    let said = [
        "log [CatsService] fed",
        "warn [CatsService] 2 tins left",
        "error [CatsService] no tins",
        "fatal [Vec<oriole_http::logger::tests::CatsService>] gone",
        "log [Kitchen] closed",
    ];
    assert_eq!(own.taken(), said);
}

/// Parity: LOG.7, LOG.11.
#[test]
fn a_logger_that_is_replaced_is_replaced_for_all() {
    let (first, second) = (Own::default(), Own::default());
    with_log(first.clone(), || {
        let held = Logger::new("Held");
        held.log("1");
        silence();
        held.fatal("2");
        super::log::current(|log| log.replace(Arc::new(second.clone())));
        held.log("3");
        // Nothing of the silence is made up for.
        flush();
    });
    assert_eq!(first.taken(), ["log [Held] 1"]);
    assert_eq!(second.taken(), ["log [Held] 3"]);
}

/// Parity: LOG.9.
#[test]
fn what_is_said_before_the_logger_is_there_waits_for_it() {
    let (first, second) = (Own::default(), Own::default());
    with_log(first.clone(), || {
        buffer();
        Logger::new("Start").log("1");
        Logger::new("Start").warn("2");
        assert_eq!(first.taken(), [""; 0]);
        super::log::current(|log| log.replace(Arc::new(second.clone())));
        Logger::new("Start").log("3");
        // A start that fails: the first logger gets it.
        buffer();
        Logger::new("Start").error("4");
        flush();
        flush();
    });
    assert_eq!(second.taken(), ["log [Start] 1", "warn [Start] 2", "log [Start] 3", "error [Start] 4"]);
}

/// The bound, on both sides.
#[test]
fn so_many_records_wait_and_no_more() {
    let own = Own::default();
    with_log(own.clone(), || {
        buffer();
        for _ in 0..BUFFERED_RECORDS_MAX {
            Logger::new("Start").log("waits");
        }
        assert_eq!(own.taken().len(), 0);
        Logger::new("Start").log("too many");
        assert_eq!(own.taken().len(), BUFFERED_RECORDS_MAX + 1);
        Logger::new("Start").log("at once");
        assert_eq!(own.taken(), ["log [Start] at once"]);
    });
}
