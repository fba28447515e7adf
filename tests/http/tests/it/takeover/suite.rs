//! The tests of the hub's streams over sockets, which run over the shards where they stand, once more over hyper.

use crate::hub;
use http_tests::Carrier;
use std::collections::BTreeSet;
use std::path::Path;

/// What is not run again, a file or one test of it, and why.
const ONCE: &[(&str, &str)] = &[
    ("console_on_axum", "axum serves it, which has one way"),
    ("on_axum", "axum serves it, which has one way"),
    ("compressed::plain_axum_compresses_streams_once_and_holds_nothing", "axum serves it, which has one way"),
    ("presence::somebody_comes_and_goes_on_plain_axum", "axum serves it, which has one way"),
    ("console::a_console_that_cannot_be_is_told_at_the_start", "it does not begin to serve"),
    ("traces::so_many_traced_events_wait_for_one_who_reads_late", "no server: it reads the subscription itself"),
    ("subscriptions::the_window_of_a_drain_is_two_seconds_unless_it_is_said", "no server: its time is tokio's"),
];

macro_rules! over_hyper {
    ($($file:ident { $($(#[$meta:meta])* $test:ident)* })*) => {
        $($(
            $(#[$meta])*
            #[test]
            fn $test() {
                Carrier::Hyper.during(hub::$file::$test);
            }
        )*)*

        const LISTED: &[&str] = &[$($(concat!(stringify!($file), "::", stringify!($test))),*),*];
    };
}

over_hyper! {
    addresses {
        clients_behind_one_proxy_are_counted_apart
    }
    caps {
        each_cap_refuses_with_its_status_and_a_time_of_its_own
    }
    changes {
        a_stream_is_changed_by_another_request
        what_may_not_be_changed_is_an_answer_in_words
    }
    compressed {
        an_application_compresses_streams_once_and_holds_nothing
        what_a_stream_varies_by_is_one_list
    }
    console {
        the_page_is_one_file_that_may_do_nothing_else
        only_names_of_this_machine_are_answered
        other_pages_get_neither_the_data_nor_a_button
        nobody_is_answered_through_a_proxy
        nobody_is_answered_without_the_link
        the_link_is_logged_when_the_application_listens
        a_stream_is_shown_with_its_request
        a_stream_is_stalled_and_let_go
        a_stream_is_cut_off_within_its_body
        a_stream_expires_and_is_ended_for_a_reason
        what_cannot_be_done_is_answered_in_words
        an_open_page_does_not_hold_up_the_end
    }
    deploy {
        two_thousand_clients_return_spread_and_first_and_nothing_is_lost_or_doubled
    }
    ends {
        who_was_replaced_is_told_to_stop
        a_stream_that_is_over_says_so
        heartbeats_sink_below_what_cuts
    }
    guards {
        the_guards_of_a_route_are_asked_again_on_revocation
        the_guards_of_a_route_are_asked_again_when_what_they_named_expires
        a_guard_that_panics_ends_the_subscription
    }
    metrics {
        what_is_counted_is_what_clients_read
        heartbeats_are_counted_as_they_are_read
    }
    policies {
        a_slow_reader_gets_everything_from_the_store
        a_slow_reader_is_sent_away
        a_slow_reader_skips_the_oldest
        a_slow_reader_skips_the_newest
        a_slow_reader_gets_the_latest_of_each_key
    }
    presence {
        somebody_comes_and_goes_in_an_application
    }
    stalled {
        #[cfg(target_os = "linux")]
        a_client_that_stops_reading_is_closed_and_makes_room
        a_client_that_stops_reading_is_told_so_when_it_reads_on
    }
    subscriptions {
        a_handler_returns_a_subscription_and_clients_go_on_where_they_left_off
        another_method_does_the_same
        guards_and_interceptors_apply
        a_subscription_is_a_response_by_itself
        what_a_hub_refuses_is_an_exception
        a_client_survives_a_deploy
    }
    topics {
        a_client_reads_what_matches_and_passes_and_resumes_so
        what_is_no_filter_and_no_pattern_is_a_bad_request
    }
    traces {
        a_sampled_publication_is_followed_to_its_first_deliveries
        nothing_is_traced_unless_it_is_said
    }
}

/// Names the tests of a folder's files, as `file::test`.
fn tests_of(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        assert!(path.extension().is_some_and(|end| end == "rs"), "{}: a file of tests", path.display());
        let file = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_owned();
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let lines: Vec<_> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                let test = lines[at..]
                    .iter()
                    .find_map(|line| line.split_once("fn "))
                    .and_then(|(_, rest)| rest.split_once('('));
                found.insert(format!("{file}::{}", test.expect("a test has a name").0));
            }
        }
    }
    found
}

/// Where a hub is beside the point, and why.
const ELSEWHERE: &[(&str, &str)] =
    &[("health.rs", "the time that the end may take, of which the drain of a hub is a part")];

/// Whoever has a hub stands in `hub` or `takeover`, where the next test sees it, or in `http2`, which has one way.
#[test]
fn no_hub_stands_elsewhere() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                if !["hub", "http2", "takeover"].iter().any(|folder| path.ends_with(folder)) {
                    folders.push(path);
                }
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("it can be read");
            let is_excepted = ELSEWHERE.iter().any(|(name, _)| path.ends_with(name));
            let has_hub = text.contains("SseModule::for_root");
            assert_eq!(has_hub, is_excepted, "{}: put it into `hub`, or say why not", path.display());
        }
    }
}

/// A new file, or a new test of one, is listed above: with the others, or with the reason why not.
#[test]
fn no_test_is_forgotten() {
    let tests = tests_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/hub"));
    let (mut left, mut unused): (Vec<_>, Vec<_>) = (vec![], ONCE.iter().map(|(name, _)| *name).collect());
    for test in &tests {
        let file = test.split("::").next().unwrap_or_default();
        let excepted = ONCE.iter().find(|(name, _)| name == test || *name == file);
        unused.retain(|name| excepted.is_none_or(|(excepted, _)| excepted != name));
        if LISTED.contains(&test.as_str()) == excepted.is_some() {
            left.push(test);
        }
    }
    assert!(left.is_empty(), "neither run over hyper nor excepted, or both: {left:#?}");
    assert!(unused.is_empty(), "excepted, and not there: {unused:#?}");
    let gone: Vec<_> = LISTED.iter().filter(|name| !tests.contains(**name)).collect();
    assert!(gone.is_empty(), "listed, and not there: {gone:#?}");
}
