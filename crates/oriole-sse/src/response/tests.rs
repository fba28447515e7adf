use std::collections::HashSet;
use std::time::Duration;

use super::SseOptions;

#[test]
fn the_retry_of_a_drain_is_spread_evenly_within_its_bounds() {
    let options = SseOptions::default();
    let waits: Vec<_> = (0..1000).map(|number| options.drain_retry_of(number).as_millis()).collect();
    assert!(waits.iter().all(|wait| (500..=5000).contains(wait)));
    assert_eq!(waits.iter().collect::<HashSet<_>>().len(), 1000, "no two alike");
    for tenth in 0..10 {
        let within = waits.iter().filter(|wait| (**wait - 500) * 10 / 4501 == tenth).count();
        assert!((98..=102).contains(&within), "{within} in part {tenth}");
    }
}

#[test]
fn odd_ranges_of_a_drain_hold_their_bounds() {
    let wait = |range, number| SseOptions::default().drain_retry(range).drain_retry_of(number);
    let second = Duration::from_secs(1);
    assert_eq!(wait(second..=second, 7), second);
    assert_eq!(wait(second * 2..=second, 7), second * 2);
    for number in [0, 1, 2, 3, u64::MAX] {
        assert!(wait(Duration::ZERO..=Duration::MAX, number) <= Duration::from_millis(u64::MAX));
    }
    let edges: HashSet<_> = (0..100).map(|number| wait(second..=second + Duration::from_millis(1), number)).collect();
    assert_eq!(edges.len(), 2, "both bounds are included");
}
