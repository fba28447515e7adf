use http::{HeaderMap, HeaderValue, Uri};

use super::{LastEventId, LastEventIdRejection};

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
