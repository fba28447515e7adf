//! Dates.

use super::value::parses;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// A point in time, written as ISO 8601 or given in milliseconds since 1970 (`PIP.20`).
///
/// Taken are `2026`, `2026-11`, `2026-11-22` and these with `T10:30`, seconds and a fraction; a time without `Z` or an
/// offset is UTC. Other forms that JavaScript reads, such as `22 Nov 2026`, are refused: what they mean depends on
/// who reads them. Days past the end of their month are refused.
///
/// # Examples
///
/// ```
/// use oriole_http::ParseDate;
/// use std::time::{Duration, UNIX_EPOCH};
///
/// assert_eq!(*"1970-01-02T01:00:00.5+01:00".parse::<ParseDate>()?, UNIX_EPOCH + Duration::from_millis(86_400_500));
/// let refused = "2026-02-30".parse::<ParseDate>().unwrap_err();
/// assert_eq!(refused.message(), "Validation failed (invalid date format)");
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParseDate(pub SystemTime);

parses!(ParseDate [] [] SystemTime);

impl ParseDate {
    #[allow(clippy::needless_pass_by_value, reason = "the shape of all of them")]
    fn from_value(value: Value) -> Result<Self, &'static str> {
        let millis = match &value {
            Value::Null => return Err("Validation failed (no Date provided)"),
            Value::String(text) if text.is_empty() => return Err("Validation failed (no Date provided)"),
            Value::String(text) => parse(text),
            Value::Number(number) => number.as_i64(),
            _ => None,
        };
        millis.and_then(at).map(Self).ok_or("Validation failed (invalid date format)")
    }
}

fn at(millis: i64) -> Option<SystemTime> {
    let span = Duration::from_millis(millis.unsigned_abs());
    if millis < 0 { SystemTime::UNIX_EPOCH.checked_sub(span) } else { SystemTime::UNIX_EPOCH.checked_add(span) }
}

/// Milliseconds since 1970.
fn parse(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    let is_date = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day) && parts.next().is_none();
    if !is_date {
        return None;
    }
    let millis = days_since_1970(year, month, day) * 86_400_000;
    Some(millis + time.map_or(Some(0), time_of_day)?)
}

/// Milliseconds since midnight, less the offset.
fn time_of_day(text: &str) -> Option<i64> {
    let (clock, offset) = match text.find(['Z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, "Z"),
    };
    let offset = match offset.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign, rest) if sign != "Z" => {
            let (hours, minutes) = rest.split_once(':')?;
            let minutes = digits(hours, 2)?.checked_mul(60)? + digits(minutes, 2)?;
            if sign == "-" { -minutes } else { minutes }
        }
        _ => return None,
    };
    let mut parts = clock.split(':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (seconds, millis) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
            let padded: String = fraction.chars().chain("00".chars()).take(3).collect();
            (digits(whole, 2)?, if is_fraction { padded.parse().ok()? } else { return None })
        }
    };
    let is_time = hours < 24 && minutes < 60 && seconds < 60 && parts.next().is_none();
    is_time.then_some(((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + millis)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the proleptic Gregorian calendar; years count from March, so that a leap day is their last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}
