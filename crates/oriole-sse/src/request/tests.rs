use http::{HeaderMap, HeaderValue, Uri};

use super::{CrossSite, LastEventId, LastEventIdRejection};

fn check(headers: &[&[u8]], uri: &str, expected: Result<Option<&str>, LastEventIdRejection>) {
    let mut map = HeaderMap::new();
    for value in headers {
        map.append("last-event-id", HeaderValue::from_bytes(value).expect("a header value"));
    }
    let uri: Uri = uri.parse().expect("an address");
    let read = LastEventId::read(&map, &uri, 8);
    assert_eq!(read.as_ref().map(LastEventId::as_str).map_err(|error| *error), expected, "{headers:?} {uri}");
}

#[test]
fn the_header_comes_before_the_query() {
    check(&[], "/", Ok(None));
    check(&[b"7"], "/", Ok(Some("7")));
    check(&[], "/?lastEventId=8", Ok(Some("8")));
    check(&[], "/?a=b&lastEventId=8&c", Ok(Some("8")));
    check(&[b"7"], "/?lastEventId=8", Ok(Some("7")));
    check(&[b""], "/?lastEventId=8", Ok(None));
    check(&[], "/?lastEventId=", Ok(None));
    check(&[], "/?lastEventId", Ok(None));
    check(&[], "/?lasteventid=8&xlastEventId=9", Ok(None));
}

#[test]
fn the_query_is_percent_decoded() {
    check(&[], "/?lastEventId=a%20b+c", Ok(Some("a b c")));
    check(&[], "/?lastEventId=%C3%BC", Ok(Some("ü")));
    check(&[], "/?lastEventId=a=b", Ok(Some("a=b")));
    for broken in ["%", "%1", "%G0", "%+1", "%FF", "%00", "%0A", "%0D"] {
        check(&[], &format!("/?lastEventId={broken}"), Err(LastEventIdRejection::Malformed));
    }
}

#[test]
fn the_header_is_utf_8() {
    check(&["ü".as_bytes()], "/", Ok(Some("ü")));
    check(&[b"\xFF"], "/", Err(LastEventIdRejection::Malformed));
}

#[test]
fn an_id_of_exactly_the_limit_passes_and_one_byte_more_fails() {
    check(&[b"12345678"], "/", Ok(Some("12345678")));
    check(&[b"123456789"], "/", Err(LastEventIdRejection::TooLong { bytes_max: 8 }));
    check(&[], "/?lastEventId=12345678", Ok(Some("12345678")));
    check(&[], "/?lastEventId=%31%32%33%34%35%36%37%38", Ok(Some("12345678")));
    check(&[], "/?lastEventId=123456789", Err(LastEventIdRejection::TooLong { bytes_max: 8 }));
}

#[test]
fn a_repeated_id_is_rejected() {
    check(&[b"1", b"2"], "/", Err(LastEventIdRejection::Repeated));
    check(&[], "/?lastEventId=1&lastEventId=1", Err(LastEventIdRejection::Repeated));
}

#[test]
fn a_sequence_is_read_strictly() {
    let sequence = |id: &str| LastEventId::from(crate::EventId::new(id).expect("an id")).sequence();
    assert_eq!(sequence(""), Ok(None));
    assert_eq!(sequence("0"), Ok(Some(0)));
    assert_eq!(sequence("18446744073709551615"), Ok(Some(u64::MAX)));
    for bad in ["18446744073709551616", "+1", "-1", "01", "00", " 1", "1 ", "1a", "\u{661}"] {
        assert_eq!(sequence(bad), Err(LastEventIdRejection::NotASequence), "{bad:?}");
    }
}

/// Judges a request to `app.example` with these headers.
fn is_let_in(guard: &CrossSite, headers: &[(&'static str, &str)]) -> bool {
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static("app.example:8080"));
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_str(value).expect("a header value"));
    }
    guard.check(&map, &Uri::from_static("/events")).is_ok()
}

const COOKIE: (&str, &str) = ("cookie", "session=7");

#[test]
fn what_the_browser_says_of_the_page_counts() {
    let guard = CrossSite::default();
    for (site, expected) in
        [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false), ("?", false)]
    {
        assert_eq!(is_let_in(&guard, &[COOKIE, ("sec-fetch-site", site)]), expected, "{site}");
    }
    // It comes before the origin, which is the same behind a proxy that names another host.
    assert!(is_let_in(&guard, &[COOKIE, ("sec-fetch-site", "same-origin"), ("origin", "https://proxy.example")]));
    assert!(!is_let_in(&guard, &[COOKIE, ("sec-fetch-site", "cross-site"), ("origin", "http://app.example:8080")]));
}

#[test]
fn else_the_origin_counts() {
    let guard = CrossSite::default();
    assert!(is_let_in(&guard, &[COOKIE]), "no browser, or the server's own page");
    for (origin, expected) in [
        ("http://app.example:8080", true),
        ("https://APP.example:8080", true),
        ("http://app.example", false),
        ("http://other.example:8080", false),
        ("http://app.example:8080.other.example", false),
        ("null", false),
        ("", false),
    ] {
        assert_eq!(is_let_in(&guard, &[COOKIE, ("origin", origin)]), expected, "{origin}");
    }
    // HTTP/2 has the host in the address.
    let headers = HeaderMap::from_iter([
        (http::header::COOKIE, HeaderValue::from_static("a=b")),
        (http::header::ORIGIN, HeaderValue::from_static("https://app.example")),
    ]);
    assert!(guard.check(&headers, &Uri::from_static("https://app.example/events")).is_ok());
    assert!(guard.check(&headers, &Uri::from_static("https://other.example/events")).is_err());
}

#[test]
fn only_credentials_that_the_browser_adds_are_guarded() {
    let check =
        |headers: &[_]| is_let_in(&CrossSite::default(), &[&[("sec-fetch-site", "cross-site")], headers].concat());
    assert!(check(&[]));
    assert!(check(&[("authorization", "Bearer token")]));
    for scheme in ["Basic YTpi", "basic x", "Digest x", "Negotiate x", "NTLM x"] {
        assert!(!check(&[("authorization", scheme)]), "{scheme}");
    }
}

#[test]
fn origins_can_be_trusted_and_the_guard_be_off() {
    let foreign = [COOKIE, ("sec-fetch-site", "cross-site"), ("origin", "https://other.example")];
    assert!(!is_let_in(&CrossSite::refused().trusting("https://third.example"), &foreign));
    assert!(is_let_in(
        &CrossSite::refused().trusting("https://third.example").trusting("https://other.example"),
        &foreign
    ));
    assert!(is_let_in(&CrossSite::allowed(), &foreign));
}
