//! What the doctor finds out about real hops.

use super::way::{Examined, PROBE, STREAMS, TOKEN, measured};
use super::{Way, doctor};

/// nginx holds what comes by HTTP/1.0, as it does by default, once the service's header is kept from it.
const HOLDS: &str = "proxy_ignore_headers X-Accel-Buffering;";

#[test]
fn a_way_that_leaves_streams_alone_is_healthy() {
    let way = Way::new(STREAMS, STREAMS);
    let examined = way.examine(&["--patience", "1", "--heartbeat", "0.2"], |examined| examined.has_faults(&[]));
    assert_eq!((examined.code, &examined.found("fault")[..]), (0, &[][..]), "{:#}", examined.report);
    assert_eq!(examined.report["verdict"], "healthy");
    for place in 0..3 {
        assert_eq!(examined.report["places"][place]["idle"]["outcome"], "survived", "{:#}", examined.report);
        assert_eq!(examined.report["places"][place]["head"], 200);
        assert_eq!(examined.report["places"][place]["options"], 405);
    }
}

#[test]
fn the_hop_that_buffers_is_named_though_all_before_it_seem_to() {
    let way = Way::new(STREAMS, HOLDS);
    let inner = way.inner();
    let examined = way.examine(&["--patience", "1"], |examined| {
        examined.has_faults(&[("buffers", &inner)]) && examined.number(2, "/timing/median_ms") < 400
    });
    assert_eq!(examined.code, 3, "{:#}", examined.report);
    assert_eq!(examined.found("fault"), [("buffers", inner.as_str())], "{:#}", examined.report);
    let words = examined.words("buffers");
    assert!(words.contains("(nginx) buffers") && words.contains("proxy_buffering off"), "{words}");
    // Seconds at the hops, nothing at the service; and a buffer of a few KiB is what held them.
    assert!(examined.number(0, "/timing/median_ms") > 400 && examined.number(1, "/timing/median_ms") > 400);
    assert!(examined.number(2, "/timing/median_ms") < 400);
    assert!((1_000..40_000).contains(&examined.number(1, "/timing/first_bytes")), "{:#}", examined.report);
}

/// Two nginx in a row, the outer one as it comes: it would obey the service's header, which the inner one keeps to itself.
#[test]
fn the_outermost_hop_is_named_where_only_it_buffers_and_the_text_says_so() {
    let way = Way::new("", STREAMS);
    let (public, inner, origin) = (way.public(), way.inner(), way.origin());
    let words = [&*public, "--hop", &inner, "--origin", &origin, "--patience", "1"];
    let examine = || {
        let output = doctor(&words, Some(TOKEN));
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = measured(examine, |(code, said)| *code == Some(3) && said.matches("FAULT").count() == 1);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(&format!("FAULT  the hop at {public} (nginx) buffers: half of the frames came ")), "{said}");
    assert!(said.contains("       - nginx: `proxy_buffering off;`"), "{said}");
    assert!(said.contains("`proxy_pass_header X-Accel-Buffering;`"), "{said}");
    assert_eq!(said.matches("FAULT").count(), 1, "{said}");
    assert!(!said.contains(TOKEN), "{said}");
}

#[test]
fn what_nginx_does_by_default_and_what_it_changes_is_told() {
    // By default, and with a request's header and one of the answer's taken away.
    // An nginx keeps the service's `X-Accel-Buffering` to itself, unless it is told to pass it on to the next.
    let inner = format!("{STREAMS} proxy_pass_header X-Accel-Buffering;");
    let way = Way::new("proxy_set_header Last-Event-ID ''; proxy_hide_header Cache-Control;", &inner);
    let public = way.public();
    let faults = [("drops-last-event-id", public.as_str()), ("caches", &public)];
    let examined = way.examine(&["--patience", "1"], |examined| {
        let is_quick = |place, path| examined.number(place, path) < 400;
        examined.has_faults(&faults) && is_quick(0, "/timing/median_ms") && is_quick(2, "/bare_timing/median_ms")
    });
    assert_eq!(examined.found("fault"), faults);
    let notes = examined.found("note");
    assert!(notes.contains(&("buffers-unless-told", &public)), "{:#}", examined.report);
    assert!(examined.number(0, "/bare_timing/median_ms") > 400 && examined.number(0, "/timing/median_ms") < 400);
    assert!(examined.number(2, "/bare_timing/median_ms") < 400);
    // What reached the service through the public address came from the inner nginx.
    assert!(!notes.iter().any(|(code, _)| *code == "http-1-0"), "{:#}", examined.report);
}

#[test]
fn compression_that_holds_nothing_is_a_note_and_so_is_http_1_0() {
    let way = Way::new(&format!("{STREAMS} gzip on; gzip_types text/event-stream; gzip_proxied any;"), "");
    let examined = way.examine(&["--patience", "1"], |examined| {
        examined.has_faults(&[]) && examined.number(0, "/coded_timing/median_ms") < 400
    });
    assert_eq!((examined.code, &examined.found("fault")[..]), (0, &[][..]), "{:#}", examined.report);
    let notes = examined.found("note");
    assert!(notes.contains(&("compresses", &way.public())), "{:#}", examined.report);
    assert!(notes.contains(&("http-1-0", &way.inner())), "{:#}", examined.report);
    assert_eq!(examined.report["places"][0]["coding"], "gzip");
    assert!(examined.number(0, "/coded_timing/median_ms") < 400, "{:#}", examined.report);
}

/// Two seconds of silence are cut. Whether that hurts is decided by the heartbeat.
#[test]
fn an_idle_cut_is_told_with_its_time_and_hurts_unless_a_heartbeat_is_faster() {
    let way = Way::new(STREAMS, &format!("{STREAMS} proxy_read_timeout 2s;"));
    let inner = way.inner();
    let (slow, fast) = std::thread::scope(|scope| {
        let slow = || {
            way.examine(&["--patience", "6", "--heartbeat", "15"], |slow| {
                slow.has_faults(&[("cuts-idle", &inner)])
                    && (0..2).all(|place| slow.number(place, "/idle/silent_ms") < 5_000)
            })
        };
        let fast = || way.examine(&["--patience", "6", "--heartbeat", "0.25"], |fast| fast.has_faults(&[]));
        let (slow, fast) = (scope.spawn(slow), scope.spawn(fast));
        (slow.join().expect("no panic"), fast.join().expect("no panic"))
    });
    assert_eq!(slow.code, 3, "{:#}", slow.report);
    assert_eq!(slow.found("fault"), [("cuts-idle", way.inner().as_str())], "{:#}", slow.report);
    for place in 0..2 {
        assert!((1_500..5_000).contains(&slow.number(place, "/idle/silent_ms")), "{:#}", slow.report);
    }
    assert_eq!(slow.report["places"][2]["idle"]["outcome"], "survived");
    let words = slow.words("cuts-idle");
    assert!(words.contains("proxy_read_timeout 1h") && words.contains("heartbeat_interval"), "{words}");

    assert_eq!((fast.code, &fast.found("fault")[..]), (0, &[][..]), "{:#}", fast.report);
    assert!(fast.found("note").contains(&("cuts-idle", &way.inner())), "{:#}", fast.report);
    assert!(fast.words("cuts-idle").contains("a heartbeat every 250 ms keeps them"));
}

#[test]
fn of_a_stream_without_the_probe_less_is_told() {
    let way = Way::new(&format!("{STREAMS} proxy_read_timeout 2s;"), STREAMS);
    let prices = way.public().replace(PROBE, "/prices");
    let examine = || Examined::of(&doctor(&[&prices, "--patience", "20", "--json"], None));
    let examined = measured(examine, |examined| examined.has_faults(&[]));
    assert_eq!((examined.code, &examined.found("fault")[..]), (0, &[][..]), "{:#}", examined.report);
    let words = examined.words("ended");
    assert!(words.contains("broke"), "{words}");
    assert!((1_500..10_000).contains(&examined.number(0, "/longest_silence_ms")), "{:#}", examined.report);
    assert_eq!(examined.number(0, "/events"), 1, "the hub's hello");
    assert!(examined.words("no-token").contains("the probe"));
}
