use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, Method};

use super::{Backoff, is_idempotent, lengthened, random_fraction, retry_after};

#[test]
fn a_backoff_grows_to_its_bound_and_never_overflows() {
    let backoff = Backoff::default();
    assert_eq!(backoff.wait(0), Duration::ZERO);
    assert_eq!([1, 2, 3, 5, 6].map(|fruitless| backoff.wait(fruitless).as_secs()), [1, 2, 4, 16, 30]);
    assert_eq!(backoff.wait(u32::MAX), backoff.wait_max);
    let constant = Backoff::default().factor(0);
    assert_eq!(constant.wait(9), constant.initial);
    let endless = Backoff::default().wait_max(Duration::MAX).factor(u32::MAX);
    assert!(endless.wait(u32::MAX) >= Duration::from_secs(u64::from(u32::MAX)));
}

#[test]
fn jitter_only_lengthens() {
    let wait = Duration::from_secs(100);
    assert_eq!([0.0, 0.5, 1.0].map(|fraction| lengthened(wait, 25, fraction).as_secs_f64()), [100.0, 112.5, 125.0]);
    for odd in [-1.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(lengthened(wait, 25, odd), wait);
    }
    assert_eq!(lengthened(Duration::MAX, u32::MAX, 1.0), Duration::MAX);
    assert_eq!(lengthened(wait, 0, 1.0), wait);
}

#[test]
fn chance_gives_fractions_that_differ() {
    let fractions: Vec<f64> = std::iter::repeat_with(random_fraction).take(32).collect();
    assert!(fractions.iter().all(|fraction| (0.0..1.0).contains(fraction)));
    assert!(fractions.iter().any(|fraction| *fraction != fractions[0]));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let read = |value: &'static str| {
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]), wall)
    };
    assert_eq!(read("120"), Some(Duration::from_secs(120)));
    assert_eq!(read("Sun, 06 Nov 1994 08:50:37 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
    assert_eq!(read("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    for bad in ["", "-1", "1.5", "soon"] {
        assert_eq!(read(bad), None, "{bad:?}");
    }
}

#[test]
fn only_known_methods_are_idempotent() {
    assert!(
        ["GET", "PUT", "DELETE", "REPORT", "QUERY"].iter().all(|name| is_idempotent(&name.parse().expect("a method")))
    );
    assert!(["POST", "PATCH", "CONNECT", "get"].iter().all(|name| !is_idempotent(&name.parse().expect("a method"))));
    assert!(is_idempotent(&Method::GET));
}
