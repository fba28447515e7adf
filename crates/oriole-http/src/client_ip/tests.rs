//! What counts as an address, and whose.

use super::network::{Network, NoNetwork};
use super::{ForwardedHeader, Trusted, TrustedProxies};
use http::{HeaderMap, HeaderValue};
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Who asks, if these lines come from a peer; no text is a peer over a socket of Unix.
#[track_caller]
fn check(proxies: impl Into<TrustedProxies>, peer: &str, lines: &[&str], expected: &str) {
    let proxies = proxies.into();
    let name = match proxies.header {
        ForwardedHeader::XForwardedFor => "x-forwarded-for",
        ForwardedHeader::Forwarded => "forwarded",
    };
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(name, HeaderValue::from_bytes(line.as_bytes()).expect("a value"));
    }
    let client = proxies.checked().expect("they can be").client(peer.parse().ok(), &headers);
    assert_eq!(client, expected.parse().ok(), "{lines:?}");
}

#[test]
fn the_first_from_the_right_that_is_not_trusted() {
    let proxies = || TrustedProxies::new(["10.0.0.0/8", "2001:db8:1::/48"]);
    for (lines, expected) in [
        (&[][..], "10.0.0.1"),
        (&["192.0.2.1"], "192.0.2.1"),
        // What a client says of itself, and of our proxies.
        (&["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
        (&["10.0.0.9, 192.0.2.1"], "192.0.2.1"),
        (&["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        (&["192.0.2.1,10.0.0.2 , 2001:db8:1::3"], "192.0.2.1"),
        (&["198.51.100.9", "192.0.2.1", "10.0.0.2"], "192.0.2.1"),
        // All of them are ours: the one furthest away.
        (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        // No address ends it.
        (&["192.0.2.1, x, 10.0.0.2"], "10.0.0.2"),
        (&["192.0.2.1, , 10.0.0.2"], "10.0.0.2"),
        (&["192.0.2.1, unknown"], "10.0.0.1"),
        (&["192.0.2.1, "], "10.0.0.1"),
        (&["192.0.2.1", ""], "10.0.0.1"),
        (&["ä, 192.0.2.1"], "192.0.2.1"),
        // Written in other ways.
        (&["192.0.2.1:4711"], "192.0.2.1"),
        (&["2001:db8::1"], "2001:db8::1"),
        (&["[2001:db8::1]"], "2001:db8::1"),
        (&["[2001:db8::1]:4711"], "2001:db8::1"),
        (&["::ffff:192.0.2.1"], "192.0.2.1"),
        (&["192.0.2.1, ::ffff:10.0.0.2"], "192.0.2.1"),
        (&["192.0.2.1, [::ffff:10.0.0.2]:80"], "192.0.2.1"),
    ] {
        check(proxies(), "10.0.0.1", lines, expected);
        check(proxies(), "::ffff:10.0.0.1", lines, expected);
        // Of another peer nothing is believed.
        check(proxies(), "192.0.2.77", lines, "192.0.2.77");
        check(TrustedProxies::from(""), "10.0.0.1", lines, "10.0.0.1");
    }
    for malformed in ["1", "1.2.3", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:123456", "01.2.3.4", "1.2.3.4 5", "[1.2.3.4]"] {
        check(proxies(), "10.0.0.1", &[malformed], "10.0.0.1");
    }
    for malformed in ["[::1", "::1]", "[::1]x", "[::1]:", "[::1]:_", "2001:db8::1:x", "fe80::1%eth0", "\"192.0.2.1\""] {
        check(proxies(), "10.0.0.1", &[malformed], "10.0.0.1");
    }
}

/// RFC 7239: 4, 6 and 7.
#[test]
fn forwarded_is_read_by_its_own_grammar() {
    let proxies = || TrustedProxies::new(["10.0.0.0/8"]).header(ForwardedHeader::Forwarded);
    for (lines, expected) in [
        (&["for=192.0.2.60;proto=http;by=203.0.113.43"][..], "192.0.2.60"),
        (&["For=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17"),
        (&["for=192.0.2.43, for=198.51.100.17"], "198.51.100.17"),
        (&["for=192.0.2.43", "for=198.51.100.17, for=10.0.0.2"], "198.51.100.17"),
        (&["for=\"192.0.2.43:_port\" ; proto=https"], "192.0.2.43"),
        (&["for=192.0.2.43;host=\"a,b;for=198.51.100.1\", for=10.0.0.2"], "192.0.2.43"),
        (&["for=192.0.2.43;host=\"a\\\",b\", for=10.0.0.2"], "192.0.2.43"),
        (&["for=192.0.2.43;host=\"a\\\\\", for=10.0.0.2"], "192.0.2.43"),
        // Names that hide an address are none.
        (&["for=192.0.2.43, for=_hidden, for=10.0.0.2"], "10.0.0.2"),
        (&["for=192.0.2.43, for=\"_SEVKISEK\""], "10.0.0.1"),
        (&["for=192.0.2.43, for=unknown"], "10.0.0.1"),
        (&["for=192.0.2.43, proto=https"], "10.0.0.1"),
        (&["for=192.0.2.43;for=192.0.2.44"], "10.0.0.1"),
        (&["for=192.0.2.43,"], "10.0.0.1"),
        (&["for=\"192.0.2.43"], "10.0.0.1"),
        (&["for="], "10.0.0.1"),
        // A quote that a client leaves open hides nothing that a proxy writes behind it.
        (&["for=\"198.51.100.1, for=192.0.2.43"], "192.0.2.43"),
        (&["for=\"198.51.100.1\\, for=192.0.2.43"], "192.0.2.43"),
        (&["for=\"", "for=192.0.2.43"], "192.0.2.43"),
    ] {
        check(proxies(), "10.0.0.1", lines, expected);
    }
}

#[test]
fn the_other_header_is_not_looked_at() {
    let mut headers = HeaderMap::new();
    headers.insert("x-forwarded-for", HeaderValue::from_static("192.0.2.1"));
    headers.insert("forwarded", HeaderValue::from_static("for=192.0.2.2"));
    headers.insert("x-real-ip", HeaderValue::from_static("192.0.2.3"));
    let client = |header, headers: &HeaderMap| {
        let trusted = TrustedProxies::from(["loopback"]).header(header).checked().expect("they can be");
        trusted.client(Some(ip("127.0.0.1")), headers)
    };
    assert_eq!(client(ForwardedHeader::XForwardedFor, &headers), Some(ip("192.0.2.1")));
    assert_eq!(client(ForwardedHeader::Forwarded, &headers), Some(ip("192.0.2.2")));
    headers.remove("forwarded");
    assert_eq!(client(ForwardedHeader::Forwarded, &headers), Some(ip("127.0.0.1")));
    headers.remove("x-forwarded-for");
    assert_eq!(client(ForwardedHeader::XForwardedFor, &headers), Some(ip("127.0.0.1")));
}

#[test]
fn a_proxy_over_a_socket_of_unix_is_trusted_by_name() {
    check(["loopback"], "", &["192.0.2.1"], "");
    check(["unix:", "10.0.0.0/8"], "", &["192.0.2.1"], "192.0.2.1");
    check(["unix:", "10.0.0.0/8"], "", &["192.0.2.1, 10.0.0.2"], "192.0.2.1");
    check(["unix:"], "", &["192.0.2.1, 10.0.0.2"], "10.0.0.2");
    check(["unix:"], "", &[], "");
    // A proxy behind another, both over such sockets: nginx writes `unix:` for the one before.
    check(["unix:"], "", &["192.0.2.1, unix:"], "192.0.2.1");
    check(["unix:"], "", &["192.0.2.1,unix:, unix:"], "192.0.2.1");
    check(["unix:", "10.0.0.0/8"], "10.0.0.1", &["198.51.100.9, 192.0.2.1, unix:, 10.0.0.2"], "192.0.2.1");
    check(["unix:"], "", &["unix:"], "");
    check(["unix:", "10.0.0.0/8"], "10.0.0.1", &["unix:"], "10.0.0.1");
    // What a client says of itself comes behind the address that its proxy wrote.
    check(["unix:"], "", &["198.51.100.9, unix:, 192.0.2.1"], "192.0.2.1");
    // Where that is not said it is no address.
    check(["10.0.0.0/8"], "10.0.0.1", &["192.0.2.1, unix:"], "10.0.0.1");
    let forwarded = TrustedProxies::from(["unix:"]).header(ForwardedHeader::Forwarded);
    check(forwarded, "", &["for=192.0.2.1, for=\"unix:\""], "");
}

#[test]
fn hops_are_bounded() {
    let line = |hops: usize| format!("192.0.2.1{}", ", 10.0.0.2".repeat(hops - 1));
    check(["10.0.0.0/8"], "10.0.0.1", &[&line(16)], "192.0.2.1");
    check(["10.0.0.0/8"], "10.0.0.1", &[&line(17)], "10.0.0.2");
    check(TrustedProxies::from(["10.0.0.0/8"]).hops_max(2), "10.0.0.1", &[&line(2)], "192.0.2.1");
    check(TrustedProxies::from(["10.0.0.0/8"]).hops_max(2), "10.0.0.1", &[&line(3)], "10.0.0.2");
    check(TrustedProxies::from(["unix:"]).hops_max(2), "", &["192.0.2.1, unix:"], "192.0.2.1");
    check(TrustedProxies::from(["unix:"]).hops_max(1), "", &["192.0.2.1, unix:"], "");
    check(TrustedProxies::from(["10.0.0.0/8"]).hops_max(0), "10.0.0.1", &[&line(1)], "10.0.0.1");
}

#[test]
fn networks_have_edges() {
    for (network, within, without) in [
        ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
        ("10.1.2.3/8", "10.0.0.0", "9.255.255.255"),
        ("192.0.2.128/25", "192.0.2.128", "192.0.2.127"),
        ("0.0.0.0/1", "127.255.255.255", "128.0.0.0"),
        ("192.0.2.7/32", "192.0.2.7", "::ffff"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
        ("::1", "::1", "::2"),
        ("::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"),
        ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
        ("loopback", "127.9.9.9", "128.0.0.1"),
        ("loopback", "::1", "::"),
        ("linklocal", "fe80::1", "fec0::1"),
        ("linklocal", "169.254.1.1", "169.253.1.1"),
        ("uniquelocal", "172.31.0.1", "172.32.0.1"),
        ("uniquelocal", "192.168.1.1", "192.169.1.1"),
        ("uniquelocal", "fd00::1", "fe00::1"),
    ] {
        let networks = Network::read(network).expect(network);
        let contains = |address: &str| networks.iter().any(|network| network.contains(ip(address)));
        assert!(contains(within) && !contains(without), "{network}");
    }
    for wrong in
        ["", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/x", "::/129", "10.0.0.0/8/8", "Loopback"]
    {
        assert_eq!(Network::read(wrong), Err(NoNetwork::Malformed), "{wrong}");
    }
    for everything in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96", "::ffff:0.0.0.0/0"] {
        assert_eq!(Network::read(everything), Err(NoNetwork::Everything), "{everything}");
    }
}

#[test]
fn a_list_is_read_from_a_variable_too_and_has_an_end() {
    let read = |proxies: TrustedProxies| -> Result<Trusted, String> { proxies.checked() };
    assert_eq!(read(" loopback, 10.0.0.0/8,".into()), read(vec!["loopback", "10.0.0.0/8"].into()));
    assert_eq!(read(String::new().into()), read(Vec::<String>::new().into()));
    let many = |networks: usize| TrustedProxies::new((0..networks).map(|at| format!("10.0.{}.{}", at / 256, at % 256)));
    assert!(read(many(TrustedProxies::NETWORKS_MAX)).is_ok());
    let message = read(many(TrustedProxies::NETWORKS_MAX + 1)).expect_err("too many");
    assert_eq!(message, "257 networks of proxies are trusted, 256 is the most");
}
