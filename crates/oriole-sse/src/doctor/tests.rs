use std::time::Duration;

use http::request::Parts;
use http::{Method, Request};
use http_body_util::BodyExt;

use super::schedule::{Said, noise};
use super::{DoctorAct, DoctorFrame, DoctorOptions, DoctorProbe, DoctorToken, DoctorTokenError};
use crate::codec::{Decoded, Decoder, DecoderOptions};

const SECRET: &str = "0123456789abcdef";

fn probe() -> DoctorProbe {
    DoctorProbe::new(DoctorToken::new(SECRET).expect("a token"))
}

fn asking(act: DoctorAct) -> Parts {
    let request = Request::get(format!("/doctor?{}", act.query())).header(DoctorToken::HEADER, SECRET);
    request.header("last-event-id", "7").header("cf-ray", "secret").body(()).expect("a request").into_parts().0
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const DRIP: DoctorAct = DoctorAct::Drip { is_bare: false };

#[test]
fn a_schedule_is_the_one_that_its_query_names() {
    for act in [
        DRIP,
        DoctorAct::Drip { is_bare: true },
        DoctorAct::Silence { length: millis(1) },
        DoctorAct::Beat { interval: millis(250), length: millis(1000) },
    ] {
        assert_eq!(DoctorAct::of_query(&act.query()), Some(act));
        assert_eq!(DoctorAct::of_query(&format!("token=x&{}&more", act.query())), Some(act));
    }
    for wrong in ["", "act", "act=", "act=silence", "act=silence&ms=-1", "act=beat&ms=1", "act=beat&every=0&ms=1"] {
        assert_eq!(DoctorAct::of_query(wrong), None, "{wrong}");
    }
}

#[test]
fn schedules_go_on_in_time_and_end_with_a_last_frame() {
    let beat = |interval, length| DoctorAct::Beat { interval: millis(interval), length: millis(length) };
    for (act, frames, comments, length) in [
        (DRIP, 11 + 48 + 1, 5, 2560),
        (DoctorAct::Silence { length: millis(500) }, 1, 0, 500),
        (beat(100, 250), 1, 2, 250),
        (beat(100, 200), 1, 1, 200),
        (beat(100, 50), 1, 0, 50),
    ] {
        let steps: Vec<_> = (0..).map_while(|n| act.step(n)).collect();
        assert!(steps.is_sorted_by_key(|(due, _)| *due), "{act:?}");
        assert_eq!(steps[0], (Duration::ZERO, Said::Frame { padding: 0 }), "{act:?}");
        assert_eq!(steps.last(), Some(&(millis(length), Said::Last)), "{act:?}");
        let count = |is: fn(&Said) -> bool| steps.iter().filter(|(_, said)| is(said)).count();
        assert_eq!(count(|said| matches!(said, Said::Frame { .. })), frames, "{act:?}");
        assert_eq!(count(|said| *said == Said::Comment), comments, "{act:?}");
        assert_eq!(act.step(u32::MAX), None, "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_drip_says_when_each_frame_was_sent_and_what_arrived() {
    let answer = probe().answer(&asking(DRIP)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    let mut decoder = Decoder::new(DecoderOptions::default().comments(true));
    let (mut frames, mut comments, mut input) = (Vec::new(), Vec::new(), &body[..]);
    while let Some(item) = decoder.next_item(&mut input).expect("within the limits") {
        match item {
            Decoded::Event(event) => {
                assert_eq!(event.event_type(), "doctor");
                let frame: DoctorFrame = serde_json::from_str(event.data()).expect("a frame");
                assert_eq!(event.last_event_id(), frame.n.to_string());
                frames.push(frame);
            }
            Decoded::Comment(text) => comments.push(text.trim().to_owned()),
        }
    }
    assert_eq!(decoder.reconnection_time(), Some(DoctorFrame::RETRY));
    assert_eq!(
        comments.iter().map(|text| text.split(' ').next().expect("a number")).collect::<Vec<_>>(),
        ["11", "12", "13", "14", "15"]
    );
    let request = frames[0].request.as_ref().expect("in the first frame");
    assert_eq!((request.version.as_str(), request.header("last-event-id")), ("HTTP/1.1", Some("7")));
    assert_eq!(request.marks, ["cf-ray"]);
    assert!(frames[1..].iter().all(|frame| frame.request.is_none()));
    // The clock of tokio's tests goes in milliseconds.
    assert!((100_000..102_000).contains(&frames[1].at), "{}", frames[1].at);
    let (last, large) = (&frames[frames.len() - 1], &frames[frames.len() - 2]);
    assert!(last.is_last && (2_560_000..2_562_000).contains(&last.at), "{last:?}");
    assert_eq!(large.padding, noise(64 * 1024));
    assert!(body.len() < 128 * 1024);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_in_a_silence_and_only_the_bare_one_lacks_the_header() {
    let act = DoctorAct::Silence { length: Duration::from_secs(300) };
    let start = tokio::time::Instant::now();
    let mut body = probe().answer(&asking(act)).await.into_body();
    body.frame().await.expect("the first").expect("no error");
    assert_eq!(start.elapsed(), Duration::ZERO);
    body.frame().await.expect("the last").expect("no error");
    assert_eq!(start.elapsed().as_secs(), 300, "there was a heartbeat");
    assert!(body.frame().await.is_none());

    let bare = probe().answer(&asking(DoctorAct::Drip { is_bare: true })).await;
    assert!(!bare.headers().contains_key("x-accel-buffering"));
}

#[tokio::test(start_paused = true)]
async fn only_who_has_the_token_is_answered_and_only_within_bounds() {
    let with_token = |token: &str| {
        let mut head = asking(DRIP);
        head.headers.insert(DoctorToken::HEADER, token.parse().expect("a value"));
        head
    };
    for wrong in ["0123456789abcdeX", "0123456789abcdef0", "0123456789abcde", ""] {
        assert_eq!(probe().answer(&with_token(wrong)).await.status(), 404, "{wrong}");
    }
    assert_eq!(DoctorProbe::closed().answer(&asking(DRIP)).await.status(), 404);

    let options = DoctorOptions::default().streams_max(1).length_max(millis(1000));
    let probe = probe().options(options);
    for (act, status) in [
        (DoctorAct::Silence { length: millis(1000) }, 200),
        (DoctorAct::Silence { length: millis(1001) }, 400),
        (DoctorAct::Beat { interval: millis(50), length: millis(1000) }, 200),
        (DoctorAct::Beat { interval: millis(49), length: millis(1000) }, 400),
        (DoctorAct::Beat { interval: millis(50), length: millis(1001) }, 400),
    ] {
        assert_eq!(probe.answer(&asking(act)).await.status(), status, "{act:?}");
    }
    let first = probe.answer(&asking(DRIP)).await;
    assert_eq!(probe.active(), 1);
    assert_eq!(probe.answer(&asking(DRIP)).await.status(), 503);
    drop(first);
    assert_eq!(probe.answer(&asking(DRIP)).await.status(), 200);
}

/// Requests that come at the same moment do not pass the bound together.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn so_many_streams_are_open_whoever_asks_at_once() {
    let probe = probe().options(DoctorOptions::default().streams_max(2));
    for _ in 0..200 {
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let probe = probe.clone();
            asked.spawn(async move { probe.answer(&asking(DRIP)).await });
        }
        let answers = asked.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.status() == 200).count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn head_gets_the_head_and_a_drain_ends_all() {
    let probe = probe();
    let mut head = asking(DRIP);
    head.method = Method::HEAD;
    let answer = probe.answer(&head).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"text/event-stream".parse().expect("a value"))
    );
    assert_eq!(answer.into_body().collect().await.expect("a body").to_bytes(), "");

    let silent = probe.answer(&asking(DoctorAct::Silence { length: Duration::from_secs(60) })).await;
    probe.drain();
    let start = tokio::time::Instant::now();
    let body = silent.into_body().collect().await.expect("a body").to_bytes();
    assert!(start.elapsed() < Duration::from_secs(1) && body.starts_with(b"event: doctor\n"), "{body:?}");
}

#[test]
fn a_token_is_long_and_plain_and_shows_itself_to_nobody() {
    assert_eq!(DoctorToken::new("0123456789abcde").err(), Some(DoctorTokenError::TooShort));
    assert_eq!(DoctorToken::new("0123456789 abcdef").err(), Some(DoctorTokenError::NotPlain));
    let token = DoctorToken::new(SECRET).expect("a token");
    assert_eq!(format!("{token:?}"), "DoctorToken { .. }");
}
