//! What is given up is dropped without anybody waiting.

use super::{Durable, DurableKey, DurableOptions};
use http::request::Parts;
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::time::Duration;

/// Asks for its own sub-trees when it is dropped: a provider whose end makes a request, for example.
struct Asks {
    durable: Weak<Durable>,
    told: mpsc::Sender<bool>,
}

impl Drop for Asks {
    fn drop(&mut self) {
        let answer = self.durable.upgrade().is_some_and(|durable| durable.context(&request("b")).is_some());
        let _ = self.told.send(answer);
    }
}

fn request(key: &str) -> Parts {
    let (parts, ()) = http::Request::get("/").header("x-key", key).body(()).unwrap().into_parts();
    parts
}

#[test]
fn a_sub_tree_is_dropped_outside_of_the_lock() {
    let (told, waits) = mpsc::channel();
    let slot = Arc::new(Mutex::new(None));
    let payload = Arc::clone(&slot);
    let options = DurableOptions::by(move |request| {
        let key = DurableKey::new(request.headers["x-key"].to_str().ok()?);
        Some(match payload.lock().unwrap().take() {
            Some(asks) => key.payload::<Asks>(asks),
            None => key,
        })
    });
    let durable = Arc::new(Durable::new(options.kept_max(1)));
    *slot.lock().unwrap() = Some(Asks { durable: Arc::downgrade(&durable), told });
    assert!(durable.context(&request("a")).is_some());
    // On a thread of its own, so that a lock that is held is a failure and no end of the tests.
    let other = Arc::clone(&durable);
    std::thread::spawn(move || other.context(&request("b")));
    assert_eq!(waits.recv_timeout(Duration::from_secs(120)), Ok(true), "the lock was held");
}
