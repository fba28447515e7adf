//! One line for people.

use super::{LogLevel, Record};
use serde_json::Value;
use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const RESET: &str = "\x1b[39m";
const YELLOW: &str = "\x1b[38;5;3m";

/// How a line looks.
pub(super) struct Look<'a> {
    pub(super) prefix: &'a str,
    pub(super) colours: bool,
    pub(super) chars_max: usize,
    pub(super) since: Option<Duration>,
}

impl Look<'_> {
    fn tame<'a>(&self, text: &'a str) -> Tame<'a> {
        Tame { text, chars_max: self.chars_max }
    }
}

/// Nest's order: prefix, process, time, level, context, message, time since the last line.
pub(super) fn write(out: &mut String, record: &Record, look: &Look<'_>) {
    let colour = if look.colours { colour(record.level) } else { "" };
    let (yellow, reset) = if look.colours { (YELLOW, RESET) } else { ("", "") };
    let end = if look.colours && record.level == LogLevel::Fatal { "\x1b[0m" } else { reset };
    let since = look.since.map(|since| format!(" {yellow}+{}ms{reset}", since.as_millis())).unwrap_or_default();
    let (pid, time, level) = (std::process::id(), Time(record.time), record.level.name().to_uppercase());
    let (prefix, context, message) = (look.prefix, look.tame(&record.context), look.tame(&record.message));
    // Writing to a `String` does not fail.
    let _ = write!(
        out,
        "{colour}[{prefix}] {pid}  - {end}{time} {colour}{level:>7}{end} {yellow}[{context}]{reset} {colour}{message}{end}"
    );
    for (name, value) in &record.fields {
        let _ = match value {
            Value::String(text) if !text.contains([' ', '=']) => write!(out, " {name}={}", look.tame(text)),
            Value::String(text) => write!(out, " {name}=\"{}\"", look.tame(text)),
            value => write!(out, " {name}={value}"),
        };
    }
    out.push_str(&since);
}

/// Nest's.
fn colour(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Fatal => "\x1b[1m",
        LogLevel::Error => "\x1b[31m",
        LogLevel::Warn => "\x1b[33m",
        LogLevel::Log => "\x1b[32m",
        LogLevel::Debug => "\x1b[95m",
        LogLevel::Verbose => "\x1b[96m",
    }
}

/// A text that may come from a client: it must not steer the terminal, look like a line of its own, nor fill the disk.
struct Tame<'a> {
    text: &'a str,
    chars_max: usize,
}

impl fmt::Display for Tame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.text.chars();
        for character in characters.by_ref().take(self.chars_max) {
            match character {
                '\n' => f.write_str("\n    ")?,
                '\t' => f.write_char(character)?,
                _ if character.is_control() => write!(f, "{}", character.escape_unicode())?,
                _ => f.write_char(character)?,
            }
        }
        match characters.count() {
            0 => Ok(()),
            more => write!(f, "... {more} more characters"),
        }
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
