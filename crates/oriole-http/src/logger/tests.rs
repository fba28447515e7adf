//! Lines as people read them.

use super::Console;
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

/// What the events of `log` look like, with the time and the time since left out.
fn lines(colours: bool, log: impl FnOnce()) -> Vec<String> {
    let sink = Sink::default();
    let subscriber = tracing_subscriber::registry().with(Console::new(sink.clone()).colours(colours));
    tracing::subscriber::with_default(subscriber, log);
    let text = String::from_utf8(sink.0.lock().expect("no test panics with it").clone()).expect("lines are text");
    text.lines().map(str::to_owned).collect()
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
        "     LOG [CatsService] fed cats=3 name=\"Tom\"",
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
