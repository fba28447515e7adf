//! How a program is told what to do.

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::thread;

/// What is to be published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// How many events per second.
    pub rate: f64,
    /// How many events.
    pub count: u64,
}

impl Order {
    fn read(line: &str) -> Option<Self> {
        let (rate, count) = line.trim().strip_prefix("publish ")?.split_once(' ')?;
        Some(Self { rate: rate.parse().ok()?, count: count.parse().ok()? })
    }
}

/// Hands every order over, on a thread of its own, and ends the process when there will be no more.
pub fn listen_to_orders(mut take: impl FnMut(Order) + Send + 'static) {
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match Order::read(&line) {
                Some(order) => take(order),
                None => eprintln!("not understood: {line}"),
            }
        }
        std::process::exit(0);
    });
}

/// Says that connections are taken here.
pub fn say_listening(addr: SocketAddr) {
    say(&format!("listening {addr}"));
}

/// Says that an order is done.
pub fn say_published(first: u64, last: u64) {
    say(&format!("published {first} {last}"));
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever asked may have gone.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn an_order_is_a_rate_and_a_count() {
        assert_eq!(Order::read("publish 0.5 20\n"), Some(Order { rate: 0.5, count: 20 }));
        assert_eq!(Order::read("publish 20"), None);
        assert_eq!(Order::read("stop"), None);
    }
}
