use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::connect::{ADDRESSES_MAX, NEXT_ADDRESS_AFTER, in_turn, race};

fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
    texts.iter().map(|text| text.parse().expect("an address")).collect()
}

#[test]
fn families_alternate_and_addresses_are_bounded() {
    let ordered = in_turn(addresses(&["[::1]:1", "[::2]:1", "1.1.1.1:1", "[::3]:1", "2.2.2.2:1"]).into_iter());
    assert_eq!(ordered, addresses(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]));
    assert_eq!(in_turn(std::iter::repeat_n(ordered[0], 100)).len(), ADDRESSES_MAX);
    assert_eq!(in_turn(std::iter::empty()), []);
}

/// Ports say what becomes of an attempt: 1 is silent, 2 fails at once, any other answers after so many milliseconds.
async fn attempt(address: SocketAddr) -> io::Result<u16> {
    match address.port() {
        1 => pending().await,
        2 => Err(io::ErrorKind::ConnectionRefused.into()),
        port => {
            sleep(Duration::from_millis(port.into())).await;
            Ok(port)
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_leads_nowhere_does_not_hold_up_the_others() {
    for (texts, expected, after) in [
        (vec!["1.1.1.1:1", "1.1.1.1:100"], Ok(100), NEXT_ADDRESS_AFTER + Duration::from_millis(100)),
        // The next one at once after a failure.
        (vec!["1.1.1.1:2", "1.1.1.1:2", "1.1.1.1:100"], Ok(100), Duration::from_millis(100)),
        (vec!["1.1.1.1:1", "1.1.1.1:2", "1.1.1.1:100"], Ok(100), NEXT_ADDRESS_AFTER + Duration::from_millis(100)),
        // The earlier one may still win.
        (vec!["1.1.1.1:300", "1.1.1.1:100"], Ok(300), Duration::from_millis(300)),
        (vec!["1.1.1.1:2", "1.1.1.1:2"], Err(Some(io::ErrorKind::ConnectionRefused)), Duration::ZERO),
        (vec![], Err(None), Duration::ZERO),
    ] {
        let start = Instant::now();
        let result = race(addresses(&texts), attempt).await.map_err(|error| error.map(|error| error.kind()));
        assert_eq!((result, start.elapsed()), (expected, after), "{texts:?}");
    }
}
