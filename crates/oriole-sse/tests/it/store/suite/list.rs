//! The list of the suite: what is not named here is not run.

macro_rules! store_suite {
    ($make:expr) => {
        store_suite! { $make =>
            sequences_grow_by_topic
            pages_are_bounded_in_events_and_bytes
            a_place_of_another_epoch_is_before_everything
            a_name_is_taken_once_within_the_window
            a_name_is_forgotten_after_the_window_and_beyond_the_bound
            what_is_expected_must_be_so
            a_refusal_concerns_one_event_of_a_batch
            the_oldest_go_by_count
            the_oldest_go_by_bytes
            the_oldest_go_by_age
            an_event_that_is_too_large_is_refused
            rewinds_find_their_place
            sinks_hear_everything_in_order
            nothing_lies_between_the_bounds_and_the_sinks
            notes_are_swapped
        }
    };
    ($make:expr => $($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::store::suite::$name(&$make).await;
            }
        )*
    };
}
