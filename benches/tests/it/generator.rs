//! The load sees what a server does wrong: on the first connection and on the last.

use benches::load::{Ask, Load, Protocol, Target};
use benches::report::Measured;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

/// Long enough for a machine that is busy; what comes as it should needs a moment of it.
const PATIENCE: Duration = Duration::from_secs(60);
/// For what never comes.
const SOON: Duration = Duration::from_millis(300);
const CONNECTIONS: usize = 3;

/// A server that sends these events to everybody, in this order; the last connection may be closed behind them.
fn serve(events: &'static [u64], closes_last: bool) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        let mut kept = Vec::new();
        for number in 0..CONNECTIONS {
            let (mut socket, _) = listener.accept().expect("a client comes");
            let mut request = [0; 1024];
            let _ = socket.read(&mut request).expect("it asks");
            let mut answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
            for seq in events {
                let event = format!("id: {seq}\ndata: {{\"seq\":{seq},\"at\":1,\"text\":\"it\"}}\n\n");
                answer.extend(format!("{:x}\r\n{event}\r\n", event.len()).into_bytes());
            }
            socket.write_all(&answer).expect("the client reads");
            if number + 1 < CONNECTIONS || !closes_last {
                kept.push(socket);
            }
        }
        thread::park();
    });
    Target { addr, protocol: Protocol::Http1 }
}

/// What the load says, when events up to the last of so many are due.
fn measured(events: &'static [u64], closes_last: bool, last: u64, patience: Duration) -> Measured {
    let mut load = Load::new(&serve(events, closes_last)).expect("the system has epoll");
    load.connect(CONNECTIONS, &Ask::events()).expect("everybody is answered");
    load.until(patience, |load| load.is_caught_up(last)).expect("it is HTTP");
    if closes_last {
        load.until(PATIENCE, |load| load.tally.closed > 0).expect("it is HTTP");
    }
    load.settle(last);
    Measured::of(&load.tally)
}

#[test]
fn what_comes_in_order_is_sound() {
    let measured = measured(&[1, 2, 3], false, 3, PATIENCE);
    assert!(measured.is_sound(), "{measured:?}");
    assert_eq!(measured.events, 9);
}

#[test]
fn lost_in_the_middle_and_at_the_end() {
    let in_the_middle = measured(&[1, 3], false, 3, PATIENCE);
    assert_eq!((in_the_middle.lost, in_the_middle.is_sound()), (3, false));
    let at_the_end = measured(&[1, 2], false, 4, SOON);
    assert_eq!((at_the_end.lost, at_the_end.is_sound()), (6, false));
}

#[test]
fn doubled_and_out_of_order() {
    let doubled = measured(&[1, 2, 2, 3], false, 3, PATIENCE);
    assert_eq!((doubled.doubled, doubled.lost, doubled.is_sound()), (3, 0, false));
    let swapped = measured(&[2, 1, 3], false, 3, PATIENCE);
    assert_eq!((swapped.out_of_order, swapped.lost, swapped.is_sound()), (3, 0, false));
}

/// A server that cuts a client off has not kept up, although nobody is left to miss anything.
#[test]
fn cut_off_before_the_end() {
    let cut = measured(&[1, 2], true, 2, PATIENCE);
    assert_eq!((cut.cut_off, cut.lost, cut.is_sound()), (1, 0, false));
    let early = measured(&[1], true, 2, SOON);
    assert_eq!((early.cut_off, early.lost), (1, 3));
}
