use super::{Muffled, Muffler};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls a stream once that never ends; gives how often its task was woken by then, and how often once h2's waker was used again.
fn woken(stream: impl Fn(&Muffler, &mut Context<'_>)) -> (usize, usize) {
    let (muffler, task) = (Arc::<Muffler>::default(), Arc::<Woken>::default());
    let (of_stream, mut of_h2) = (Arc::clone(&muffler), None);
    let polled = poll_fn(|cx| {
        stream(&of_stream, cx);
        of_h2 = Some(cx.waker().clone());
        Poll::<()>::Pending
    });
    {
        let muffled = pin!(Muffled::new(polled, muffler));
        let waker = Waker::from(Arc::clone(&task));
        assert!(muffled.poll(&mut Context::from_waker(&waker)).is_pending());
    }
    let before = task.0.load(Ordering::Relaxed);
    of_h2.expect("it was polled").wake();
    (before, task.0.load(Ordering::Relaxed))
}

/// The body, which waits.
fn asks(muffler: &Muffler, cx: &mut Context<'_>) {
    assert!(muffler.poll(cx, |_| Poll::<()>::Pending).is_pending());
}

#[test]
fn who_waits_for_the_body_after_it_was_woken_is_not_woken_again() {
    let stream = |muffler: &Muffler, cx: &mut Context<'_>| {
        cx.waker().wake_by_ref();
        asks(muffler, cx);
    };
    assert_eq!(woken(stream), (0, 1), "later wakes reach it");
}

#[test]
fn who_wakes_itself_and_waits_for_nothing_is_woken() {
    let stream = |_: &Muffler, cx: &mut Context<'_>| cx.waker().wake_by_ref();
    assert_eq!(woken(stream), (1, 2));
    let stream = |muffler: &Muffler, cx: &mut Context<'_>| {
        asks(muffler, cx);
        cx.waker().wake_by_ref();
    };
    assert_eq!(woken(stream), (1, 2), "it asked before");
    let stream = |muffler: &Muffler, cx: &mut Context<'_>| {
        cx.waker().wake_by_ref();
        assert!(muffler.poll(cx, |_| Poll::Ready(())).is_ready());
    };
    assert_eq!(woken(stream), (1, 2), "it got something");
}

#[test]
fn a_body_that_wakes_is_heard() {
    let stream = |muffler: &Muffler, cx: &mut Context<'_>| {
        let wakes = |cx: &mut Context<'_>| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        };
        assert!(muffler.poll(cx, wakes).is_pending());
    };
    assert_eq!(woken(stream), (1, 2));
}

#[test]
fn another_thread_is_heard_while_the_stream_is_polled() {
    let stream = |muffler: &Muffler, cx: &mut Context<'_>| {
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake()).join().expect("it does not panic");
        asks(muffler, cx);
    };
    assert_eq!(woken(stream), (1, 2));
}
