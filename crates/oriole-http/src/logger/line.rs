//! One line.

use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// An event, taken apart.
pub(super) struct Line {
    level: (&'static str, &'static str),
    context: String,
    message: String,
    fields: String,
    is_fatal: bool,
}

const RESET: &str = "\x1b[39m";
const YELLOW: &str = "\x1b[38;5;3m";

impl Line {
    pub(super) fn of(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let target = metadata.target();
        // What the framework says has a name of its own; an application's modules are named whole.
        let context = target.strip_prefix("oriole::").unwrap_or(target);
        let mut line = Self {
            level: level(*metadata.level()),
            context: context.to_owned(),
            message: String::new(),
            fields: String::new(),
            is_fatal: false,
        };
        event.record(&mut line);
        if line.is_fatal {
            line.level = ("FATAL", "\x1b[1m");
        }
        line
    }

    /// Nest's order: prefix, process, time, level, context, message, time since the last line.
    pub(super) fn write(&self, out: &mut String, colours: bool, now: SystemTime, since: Option<Duration>) {
        let (level, colour) = self.level;
        let (colour, yellow, reset) = if colours { (colour, YELLOW, RESET) } else { ("", "", "") };
        let end = if colours && self.is_fatal { "\x1b[0m" } else { reset };
        let since = since.map(|since| format!(" {yellow}+{}ms{reset}", since.as_millis())).unwrap_or_default();
        let (pid, time) = (std::process::id(), Time(now));
        // Writing to a `String` does not fail.
        let _ = write!(
            out,
            "{colour}[Oriole] {pid}  - {end}{time} {colour}{level:>7}{end} {yellow}[{}]{reset} {colour}{}{end}{}{since}",
            Tame(&self.context),
            Tame(&self.message),
            Tame(&self.fields),
        );
    }
}

/// Nest's names, and its colours.
fn level(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::ERROR => ("ERROR", "\x1b[31m"),
        Level::WARN => ("WARN", "\x1b[33m"),
        Level::INFO => ("LOG", "\x1b[32m"),
        Level::DEBUG => ("DEBUG", "\x1b[95m"),
        Level::TRACE => ("VERBOSE", "\x1b[96m"),
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "context" => value.clone_into(&mut self.context),
            "message" => value.clone_into(&mut self.message),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "fatal" {
            self.is_fatal = value;
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a `String` does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "context" => {
                self.context.clear();
                write!(self.context, "{value:?}")
            }
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

/// A text that may come from a client: it must not steer the terminal, nor look like a line of its own.
struct Tame<'a>(&'a str);

impl fmt::Display for Tame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\n' => f.write_str("\n    ")?,
                '\t' => f.write_char(character)?,
                _ if character.is_control() => write!(f, "{}", character.escape_unicode())?,
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// The time of day in UTC, to the second.
struct Time(SystemTime);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (year, month, day) = civil(seconds / 86_400);
        let of_day = seconds % 86_400;
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
    }
}

/// The date of a day since 1970 (Howard Hinnant's `civil_from_days`, for days that are not negative).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{Time, civil};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_779), (2026, 11, 22));
        assert_eq!(Time(UNIX_EPOCH + Duration::from_secs(1_795_342_953)).to_string(), "2026-11-22 10:22:33Z");
    }
}
