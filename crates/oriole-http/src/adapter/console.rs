//! Where the development console is, for whoever develops.

use crate::route::Placed;
use crate::server::Listener;
use oriole_core::ControllerDescriptor;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;

/// Says under which links the console opens, once the addresses of its page are known.
#[derive(Default)]
pub(super) struct ConsolePages {
    path: OnceLock<String>,
    link: OnceLock<Link>,
}

/// Makes a link of the address of the page.
type Link = Box<dyn Fn(&str) -> String + Send + Sync>;

/// The name of the module's controller.
const CONTROLLER: &str = "SseConsoleController";

impl ConsolePages {
    pub(super) fn link_by(&self, link: Link) {
        let _ = self.link.set(link);
    }

    /// Looks where the routes of the console are.
    pub(super) fn find(&self, placed: &[Placed]) {
        let is_console = |controller: &ControllerDescriptor| controller.name == CONTROLLER;
        if let Some(page) = placed.iter().find(|placed| is_console(placed.controller)) {
            let _ = self.path.set(page.path.clone());
        }
    }

    /// Logs a link for each address under which this machine reaches the page; where it has none, a link without one.
    pub(super) fn log(&self, listeners: &[Listener]) {
        let (Some(path), Some(link)) = (self.path.get(), self.link.get()) else { return };
        let page = |listener: &Listener| Some(format!("{}://{}{path}", listener.scheme(), own(listener.addr()?)?));
        let mut pages: Vec<_> = listeners.iter().filter_map(page).collect();
        if pages.is_empty() {
            pages.push(path.clone());
        }
        for page in pages {
            tracing::info!(target: "oriole::SseConsole", "The development console: {}", link(&page));
        }
    }
}

/// By which address this machine reaches what listens here; `None` where it listens to others alone.
fn own(addr: SocketAddr) -> Option<SocketAddr> {
    let loopback = match addr {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    match addr.ip() {
        ip if ip.is_unspecified() => Some(SocketAddr::new(loopback, addr.port())),
        ip => ip.is_loopback().then_some(addr),
    }
}

impl fmt::Debug for ConsolePages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsolePages").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn an_address_of_this_machine_leads_to_the_page() {
        let own = |addr: &str| own(addr.parse().expect("an address")).map(|addr| addr.to_string());
        assert_eq!(own("127.0.0.1:3000").as_deref(), Some("127.0.0.1:3000"));
        assert_eq!(own("0.0.0.0:3000").as_deref(), Some("127.0.0.1:3000"));
        assert_eq!(own("[::]:3000").as_deref(), Some("[::1]:3000"));
        assert_eq!(own("192.0.2.1:3000"), None);
    }
}
