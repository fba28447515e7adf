//! The tests of the hub's streams over sockets, which run over the shards where they stand, once more over hyper.

use crate::{hub, hub_topics, hub_traces};
use http_tests::Carrier;
use std::path::Path;

macro_rules! over_hyper {
    ($($file:literal: $module:path { $($test:ident)* })*) => {
        $($(
            #[test]
            fn $test() {
                use $module as module;
                Carrier::Hyper.during(module::$test);
            }
        )*)*

        const LISTED: &[(&str, &[&str])] = &[$(($file, &[$(stringify!($test)),*])),*];
    };
}

over_hyper! {
    "hub/guards.rs": hub::guards {
        the_guards_of_a_route_are_asked_again_on_revocation
        the_guards_of_a_route_are_asked_again_when_what_they_named_expires
        a_guard_that_panics_ends_the_subscription
    }
    "hub/subscriptions.rs": hub::subscriptions {
        a_handler_returns_a_subscription_and_clients_go_on_where_they_left_off
        another_method_does_the_same
        guards_and_interceptors_apply
        a_subscription_is_a_response_by_itself
        what_a_hub_refuses_is_an_exception
        a_client_survives_a_deploy
    }
    "hub_topics.rs": hub_topics {
        a_client_reads_what_matches_and_passes_and_resumes_so
        what_is_no_filter_and_no_pattern_is_a_bad_request
    }
    "hub_traces.rs": hub_traces {
        a_sampled_publication_is_followed_to_its_first_deliveries
        nothing_is_traced_unless_it_is_said
    }
}

#[test]
fn no_test_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for (file, listed) in LISTED {
        let text = std::fs::read_to_string(folder.join(file)).expect("it is there");
        let tests: Vec<_> = text
            .split("#[tokio::test]\n")
            .skip(1)
            .map(|rest| rest.split_once("async fn ").and_then(|(_, rest)| rest.split_once('(')).map(|(name, _)| name))
            .collect();
        assert_eq!(tests, listed.iter().copied().map(Some).collect::<Vec<_>>(), "{file}");
    }
}
