//! What is found in what was heard.

use std::time::Duration;

use http::HeaderValue;

use super::support::{codes, drip, found, healthy, millis, order, probed, secret_order, stream};
use crate::doctor::cuts::{Fate, How};
use crate::doctor::finding::{Finding, Level};
use crate::doctor::hop::{Damaged, Hop, Way};
use crate::doctor::judge::{judge, time};
use crate::doctor::listen::{End, Heard};
use crate::doctor::order::parse;
use crate::doctor::proxy::{Ailment, Proxy, remedies};
use crate::doctor::report::Report;
use crate::doctor::timing::Timing;
use crate::doctor::undo::Undo;

#[test]
fn frames_are_held_where_most_of_them_are_late_whatever_the_clocks_say() {
    let timing = |arrived: fn(u32, u64) -> u64| Timing::of(&drip(arrived)).expect("marks");
    assert_eq!(
        timing(|_, sent| sent + 700),
        Timing { median_ms: 0, longest_ms: 0, first_bytes: 100, is_until_end: false }
    );
    assert_eq!(
        timing(|_, _| 1_500),
        Timing { median_ms: 800, longest_ms: 1_500, first_bytes: 1_600, is_until_end: true }
    );
    assert!(timing(|_, _| 1_500).is_held());
    // A buffer that is full after half of it.
    let half = timing(|_, sent| if sent < 1_000 { 1_000 } else { sent });
    assert!(half.first_bytes == 1_100 && !half.is_until_end, "{half:?}");
    // A network that stalls once, for most of a second, holds frames too; not half of them for that long.
    let stalled = timing(|_, sent| if (300..1_000).contains(&sent) { 1_000 } else { sent });
    assert!(!stalled.is_held() && stalled.longest_ms == 700, "{stalled:?}");
    let nothing = Heard { marks: Vec::new(), ..drip(|_, sent| sent) };
    assert_eq!(Timing::of(&nothing), None);
}

#[test]
fn the_earliest_cut_of_a_silence_counts_and_what_is_lost_quietly_lies_between_two() {
    let survived = |length| (millis(length), stream(length, length, End::Whole));
    let cut = |length| (millis(length), stream(10, 2_010, End::Broken("gone".into())));
    let lost = |length| (millis(length), stream(10, 30_000, End::Silent));
    let all = [survived(500), survived(1_000), survived(2_000)];
    assert_eq!(Fate::of_silences(&all), Some(Fate::Survived { ms: 2_000 }));
    let cuts = [survived(1_000), cut(4_000), cut(8_000)];
    assert_eq!(Fate::of_silences(&cuts), Some(Fate::Cut { silent_ms: 2_000, total_ms: 2_010, how: How::Broken }));
    let quiet = [survived(1_000), survived(2_000), lost(4_000), lost(8_000)];
    assert_eq!(Fate::of_silences(&quiet), Some(Fate::Cut { silent_ms: 2_000, total_ms: 4_000, how: How::Lost }));
    let ended = stream(10, 500, End::Early);
    assert_eq!(Fate::of(&ended), Some(Fate::Cut { silent_ms: 490, total_ms: 500, how: How::Ended }));
}

#[test]
fn what_is_wrong_begins_at_the_innermost_address_that_shows_it() {
    assert_eq!(codes(&found(|_, _| {})), []);
    let held = Timing::of(&drip(|_, _| 1_500));
    for (from, url, words) in [
        (0, "https://public/", "the hop at https://public/ buffers"),
        (1, "http://10.0.0.1/", "the hop at http://10.0.0.1/ buffers"),
        (2, "http://10.0.0.2/", "the service itself at http://10.0.0.2/ buffers"),
    ] {
        let findings = found(|place, hop| {
            if place <= from {
                probed(hop).timing = held;
            }
        });
        assert_eq!(codes(&findings), [(Level::Fault, "buffers", url)]);
        assert!(findings[0].says.starts_with(words), "{}", findings[0].says);
        // Nobody said who it is: each proxy's setting is told.
        assert!(findings[0].remedies.len() > 5);
    }
}

#[test]
fn compression_is_a_fault_where_it_holds_and_else_a_note() {
    let held = Timing::of(&drip(|_, _| 1_500));
    let prompt = Timing::of(&drip(|_, sent| sent));
    for (timing, level, code) in [(held, Level::Fault, "compresses-and-holds"), (prompt, Level::Note, "compresses")] {
        let findings = found(|place, hop| {
            if place == 0 {
                probed(hop).coded = Some(("gzip".into(), timing));
                let mut head = hop.plain.head.clone().expect("a head");
                head.headers.insert("content-encoding", HeaderValue::from_static("gzip"));
                hop.offered = Some(head);
            }
        });
        assert_eq!(codes(&findings), [(level, code, "https://public/")]);
    }
}

/// What was measured with one coding says nothing of another.
#[test]
fn of_a_coding_that_was_not_measured_only_its_use_is_told() {
    let prompt = Timing::of(&drip(|_, sent| sent));
    for (coded, is_told) in
        [(Some(("gzip".to_owned(), prompt)), false), (Some(("br".to_owned(), prompt)), true), (None, false)]
    {
        let findings = found(|place, hop| {
            if place == 0 {
                probed(hop).coded = coded.clone();
                let mut head = hop.plain.head.clone().expect("a head");
                head.headers.insert("content-encoding", HeaderValue::from_static("br"));
                hop.offered = Some(head);
            }
        });
        assert_eq!(codes(&findings), [(Level::Note, "compresses", "https://public/")]);
        assert_eq!(findings[0].says.contains("at once"), is_told, "{}", findings[0].says);
    }
}

/// Told where it begins, and not of what is cut that early anyway.
#[test]
fn a_damaged_stream_is_told_where_it_begins() {
    let damaged = Damaged { way: Way::Plain, end: End::Early, frames: 3, bytes: 300 };
    let findings = found(|place, hop| {
        if place < 2 {
            probed(hop).damaged.push(damaged.clone());
        }
    });
    assert_eq!(codes(&findings), [(Level::Fault, "damages-stream", "http://10.0.0.1/")]);
    let cut = Fate::Cut { silent_ms: 10, total_ms: 1_000, how: How::Broken };
    let findings = found(|place, hop| {
        if place < 2 {
            (probed(hop).idle, probed(hop).beat) = (Some(cut), Some(cut));
            probed(hop).damaged.push(damaged.clone());
        }
    });
    assert!(codes(&findings).iter().all(|(_, code, _)| code.starts_with("cuts")), "{findings:?}");
}

#[test]
fn an_idle_cut_and_a_cut_of_what_is_alive_are_told_apart() {
    let idle = Fate::Cut { silent_ms: 2_000, total_ms: 2_010, how: How::Broken };
    let set = |idle, beat| {
        found(move |place, hop| {
            if place < 2 {
                (probed(hop).idle, probed(hop).beat) = (Some(idle), Some(beat));
            }
        })
    };
    let survived = Fate::Survived { ms: 8_000 };
    assert_eq!(codes(&set(idle, survived)), [(Level::Note, "cuts-idle", "http://10.0.0.1/")]);
    assert_eq!(codes(&set(idle, idle)), [(Level::Fault, "cuts-idle", "http://10.0.0.1/")]);
    // Cut half a second after a heartbeat: by its age.
    let old = Fate::Cut { silent_ms: 500, total_ms: 2_510, how: How::Broken };
    let aged = Fate::Cut { silent_ms: 2_490, total_ms: 2_500, how: How::Broken };
    for findings in [set(aged, old), set(survived, old)] {
        assert_eq!(codes(&findings), [(Level::Fault, "cuts-all", "http://10.0.0.1/")]);
        assert!(findings[0].says.contains("2.5 s after they began"), "{}", findings[0].says);
    }
    let lost = Fate::Cut { silent_ms: 2_000, total_ms: 4_000, how: How::Lost };
    // Its first heartbeat did not come any more.
    let never = Fate::Cut { silent_ms: 17_990, total_ms: 18_000, how: How::Lost };
    let findings = set(lost, never);
    assert_eq!(codes(&findings), [(Level::Fault, "cuts-idle", "http://10.0.0.1/")]);
    assert!(findings[0].says.contains("between 2 s and 4 s of silence, and tells nobody"), "{}", findings[0].says);
    // One that cuts earlier than what is behind it is told as well.
    let findings = found(|place, hop| {
        let silent_ms = [500, 2_000, 0][place];
        if place < 2 {
            probed(hop).idle = Some(Fate::Cut { silent_ms, total_ms: silent_ms + 10, how: How::Broken });
        }
    });
    assert_eq!(
        codes(&findings),
        [(Level::Note, "cuts-idle", "http://10.0.0.1/"), (Level::Note, "cuts-idle", "https://public/")]
    );
}

#[test]
fn what_is_lost_quietly_is_lost_by_its_age_if_heartbeats_came() {
    let set = |idle, beat| {
        found(move |place, hop| {
            if place < 2 {
                (probed(hop).idle, probed(hop).beat) = (Some(idle), Some(beat));
            }
        })
    };
    let lost = |silent_ms, total_ms| Fate::Cut { silent_ms, total_ms, how: How::Lost };
    // Heartbeats came for 2 s, one each second, and then none.
    for idle in [lost(2_000, 4_000), Fate::Survived { ms: 8_000 }] {
        let findings = set(idle, lost(16_000, 18_000));
        assert_eq!(codes(&findings), [(Level::Fault, "cuts-all", "http://10.0.0.1/")]);
        assert!(findings[0].says.ends_with("about 2 s after they began, and tells nobody"), "{}", findings[0].says);
    }
    // No silence survived: less than nothing is no advice.
    let findings = set(lost(0, 1_000), lost(17_990, 18_000));
    assert_eq!(codes(&findings), [(Level::Fault, "cuts-idle", "http://10.0.0.1/")]);
    let advice = findings[0].remedies.last().expect("one");
    assert!(advice.contains("`heartbeat_interval` well below 1 s") && !advice.contains(" 0 ms"), "{advice}");
}

/// What one address refused says nothing of it: the next one inward that was heard is compared.
#[test]
fn what_was_refused_at_one_address_is_passed_over_for_the_others() {
    let cut = Fate::Cut { silent_ms: 2_000, total_ms: 2_010, how: How::Broken };
    let findings = found(|place, hop| match place {
        1 => (probed(hop).idle, probed(hop).refused) = (None, Some(stream(0, 20, End::Early))),
        _ => probed(hop).idle = Some(cut),
    });
    assert_eq!(
        codes(&findings),
        [(Level::Unmeasured, "refused", "http://10.0.0.1/"), (Level::Note, "cuts-idle", "http://10.0.0.2/")]
    );
}

/// A stranger's text neither moves the terminal's cursor nor turns its words around.
#[test]
fn what_strangers_say_is_shown_and_not_obeyed() {
    let order = secret_order("https://public/");
    let says = "a\u{1b}[2Jb\u{202e}c\u{2066}d\u{200f}e\u{61c}f Größe".to_owned();
    let finding = Finding { level: Level::Note, code: "x", url: String::new(), says, remedies: Vec::new() };
    let text = Report::new(&[healthy(0, &order)], vec![finding]).text();
    assert!(text.contains(r"a\u{1b}[2Jb\u{202e}c\u{2066}d\u{200f}e\u{61c}f Größe"), "{text}");
}

#[test]
fn what_does_not_arrive_as_it_was_sent_is_told() {
    let set = |change: fn(&mut Hop)| {
        found(move |place, hop| {
            if place == 0 {
                change(hop)
            }
        })
    };
    let fault = |code| vec![(Level::Fault, code, "https://public/")];
    assert_eq!(codes(&set(|hop| hop.plain.retry = Some(millis(3_000)))), fault("changes-stream"));
    assert_eq!(codes(&set(|hop| hop.plain.marks.retain(|mark| !mark.is_comment))), fault("changes-stream"));
    assert_eq!(codes(&set(|hop| hop.plain.last_id.clear())), fault("changes-stream"));
    let forget = |hop: &mut Hop| hop.plain.request.as_mut().expect("a request").headers.clear();
    assert_eq!(codes(&set(forget)), fault("drops-last-event-id"));
    assert_eq!(codes(&set(|hop| hop.plain.request = None)), [], "nothing is known of it");
    let cached = |hop: &mut Hop| {
        hop.plain.head.as_mut().expect("a head").headers.insert("age", HeaderValue::from_static("7"));
    };
    assert_eq!(codes(&set(cached)), fault("caches"));
    let note = |code| vec![(Level::Note, code, "https://public/")];
    assert_eq!(codes(&set(|hop| hop.head_status = None)), note("head"));
    assert_eq!(codes(&set(|hop| hop.options_status = Some(502))), note("options"));
    assert_eq!(codes(&set(|hop| hop.head_status = Some(403))), note("head"));
    // Of the service's own answer nobody else is to blame.
    assert_eq!(codes(&found(|_, hop| hop.head_status = None)), [(Level::Note, "head", "http://10.0.0.2/")]);
}

/// A proxy behind one that does not answer is compared with what comes next.
#[test]
fn an_address_that_cannot_be_looked_at_is_an_error_and_is_passed_over() {
    let held = Timing::of(&drip(|_, _| 1_500));
    let findings = found(|place, hop| match place {
        0 => probed(hop).timing = held,
        1 => (hop.plain.head, hop.probed) = (None, None),
        _ => {}
    });
    assert_eq!(
        codes(&findings),
        [(Level::Unmeasured, "no-stream", "http://10.0.0.1/"), (Level::Fault, "buffers", "https://public/")]
    );
}

#[test]
fn six_connections_are_a_note_for_public_addresses_without_tls() {
    for (line, expected) in
        [("http://example.com/", &["http-1"][..]), ("https://example.com/", &[]), ("http://127.0.0.1:3000/", &[])]
    {
        let order = secret_order(line);
        let findings = judge(&order, &[healthy(0, &order)]);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), expected, "{line}");
    }
}

#[test]
fn proxies_are_known_by_their_answers_and_by_what_they_add_to_requests() {
    let order = secret_order("https://public/ --origin http://10.0.0.2/");
    let proxy = |name: &'static str, value: &'static str, inner: bool| {
        let mut hop = healthy(0, &order);
        hop.plain.head.as_mut().expect("a head").headers.insert(name, HeaderValue::from_static(value));
        let behind = if inner { hop.clone() } else { healthy(1, &order) };
        Proxy::of(&hop, Some(&behind))
    };
    assert_eq!(proxy("server", "nginx/1.22.1", false), Some(Proxy::Nginx));
    assert_eq!(proxy("via", "1.1 Caddy", false), Some(Proxy::Caddy));
    assert_eq!(proxy("server", "cloudflare", false), Some(Proxy::Cloudflare));
    // Passed on by the next one inward, perhaps, which is the last that is thought of.
    assert_eq!(proxy("server", "nginx/1.22.1", true), Some(Proxy::Nginx));
    let mut hop = healthy(0, &order);
    hop.plain.request.as_mut().expect("a request").marks.push("x-amzn-trace-id".into());
    assert_eq!(Proxy::of(&hop, Some(&healthy(1, &order))), Some(Proxy::Alb));
    assert_eq!(Proxy::of(&hop, Some(&hop)), None);
    // A load balancer before nginx, whose name it passes on.
    let mut behind = healthy(1, &order);
    for hop in [&mut hop, &mut behind] {
        hop.plain.head.as_mut().expect("a head").headers.insert("server", HeaderValue::from_static("nginx"));
    }
    assert_eq!(Proxy::of(&hop, Some(&behind)), Some(Proxy::Alb));

    for ailment in [Ailment::Buffers, Ailment::Compresses, Ailment::CutsIdle, Ailment::CutsAll] {
        assert!(remedies(Some(Proxy::Nginx), ailment)[0].starts_with("nginx: "), "{ailment:?}");
        assert_eq!(remedies(None, ailment).len(), 8, "{ailment:?}");
    }
}

#[test]
fn the_order_says_where_to_look_and_for_how_long() {
    let order =
        order("https://a/x?y --hop http://b:1/ --hop http://c/#part --origin http://d/ --patience 2.5").expect("one");
    let places: Vec<_> = order.places.iter().map(|place| (place.asking("act=drip"), place.is_origin)).collect();
    assert_eq!(
        places,
        [
            ("https://a/x?y&act=drip".to_owned(), false),
            ("http://b:1/?act=drip".to_owned(), false),
            ("http://c/?act=drip".to_owned(), false),
            ("http://d/?act=drip".to_owned(), true),
        ]
    );
    assert_eq!((order.patience, order.heartbeat, order.is_json), (millis(2_500), Duration::from_secs(15), false));
    for (line, message) in [
        ("http://a/ http://b/", "there is more than one address"),
        ("http://a/ --origin http://b/ --origin http://c/", "there is more than one origin"),
        ("http://me:secret@a/", "an address cannot hold a password here"),
        ("a.example/x", "is no address"),
        ("http://a/ --patience 0.9", "is no number of seconds from 1 to 600"),
        ("http://a/ --patience NaN", "is no number of seconds"),
        ("http://a/ --heartbeat 0.04", "is no number of seconds from 0.05 to 600"),
        ("http://a/ --header nothing", "a header has a colon"),
        ("http://a/ --faster", "there is no option"),
        ("http://a/ --token", "--token needs a value"),
    ] {
        let error = self::order(line).expect_err(line);
        assert!(error.contains(message), "{line}: {error}");
    }
    let many = "--hop http://b/ ".repeat(7);
    assert!(self::order(&format!("http://a/ {many}")).is_ok());
    assert!(self::order(&format!("http://a/ {many} --hop http://c/")).is_err());
    let given = parse(["http://a/".to_owned()].into_iter(), Some(String::new())).expect("one").expect("no --help");
    assert!(given.token.is_none());
}

#[test]
fn compression_is_undone_as_it_arrives_and_within_a_bound() {
    use std::io::Write as _;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"data: 1\n\n").expect("memory");
    encoder.flush().expect("memory");
    let mut undo = Undo::of(Some("GZIP"));
    assert_eq!(undo.undo(encoder.get_ref()).expect("gzip"), b"data: 1\n\n");
    assert_eq!(Undo::of(None).undo(b"x").expect("nothing to undo"), b"x");
    assert_eq!(Undo::of(Some("br")).undo(b"x").expect("not looked at"), b"");
    assert!(Undo::of(Some("gzip")).undo(b"no gzip at all").is_err());

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 4 * 1024 * 1024]).expect("memory");
    let bomb = encoder.finish().expect("memory");
    assert!(bomb.len() < 8 * 1024 && Undo::of(Some("gzip")).undo(&bomb).is_err());
}

#[test]
fn times_are_said_as_people_say_them() {
    for (ms, text) in [(0, "0 ms"), (999, "999 ms"), (1_000, "1 s"), (1_949, "1.9 s"), (1_950, "2 s"), (60_000, "60 s")]
    {
        assert_eq!(time(ms), text);
    }
}
