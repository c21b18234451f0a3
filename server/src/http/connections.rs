//! How many connections are open, in all and from one network.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many connections may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In all: each is an open file.
    pub all: usize,
    /// From one network. `None` behind a proxy, from which all come: there it is the proxy's to limit them.
    pub of_one: Option<usize>,
}

/// Open files that are none of those connections: the database, the log.
const OTHER_FILES: u64 = 128;

/// More than these are not asked for, whatever the system allows: each takes memory.
const MOST: u64 = 65_536;

impl Limits {
    /// As many as this process may have open files, of which a single network gets so many, and half at most.
    pub fn of_process(of_one: Option<usize>) -> Self {
        let files = raise_open_files().unwrap_or(MOST).min(MOST);
        let all = usize::try_from(files.saturating_sub(OTHER_FILES).max(OTHER_FILES)).unwrap_or(usize::MAX);
        Self { all, of_one: of_one.map(|limit| limit.min(all / 2)) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { all: 10_000, of_one: Some(1_000) }
    }
}

/// Raises the limit of open files as far as the system lets everybody, and answers it. `None` is without limit.
fn raise_open_files() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(u64::MAX).min(MOST);
    if current.is_none_or(|current| current >= wanted) {
        return current;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        Ok(()) => Some(wanted),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it was");
            current
        }
    }
}

/// The connections that are open.
#[derive(Clone, Debug)]
pub struct Connections {
    limits: Limits,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_network: HashMap<String, usize>,
}

/// An open connection, until it is dropped.
#[derive(Debug)]
pub struct Entered {
    open: Arc<Mutex<Open>>,
    network: Option<String>,
}

impl Connections {
    /// None yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, open: Arc::default() }
    }

    /// Lets a connection in. `None` if there are too many.
    pub fn enter(&self, peer: IpAddr) -> Option<Entered> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.limits.all {
            return None;
        }
        let network = self.limits.of_one.map(|limit| (network(Some(peer)), limit));
        if let Some((network, limit)) = &network {
            let of_one = open.by_network.entry(network.clone()).or_default();
            if *of_one >= *limit {
                return None;
            }
            *of_one += 1;
        }
        open.all += 1;
        Some(Entered { open: self.open.clone(), network: network.map(|(network, _)| network) })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        let Some(network) = self.network.take() else { return };
        if let Some(of_one) = open.by_network.get_mut(&network) {
            *of_one -= 1;
            if *of_one == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

/// The network that counts as one: an IPv4 address, or the /64 that a home or office has of IPv6.
pub(super) fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [one, two, three, four, ..] = address.segments();
            format!("{one:x}:{two:x}:{three:x}:{four:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_has_so_many_and_others_have_theirs() {
        let connections = Connections::new(Limits { all: 5, of_one: Some(2) });
        let first = connections.enter(ip("2001:db8:1:2::1")).unwrap();
        let _second = connections.enter(ip("2001:db8:1:2::2")).unwrap();
        assert!(connections.enter(ip("2001:db8:1:2::3")).is_none(), "one home");
        let _others = [ip("192.0.2.1"), ip("192.0.2.2")].map(|other| connections.enter(other).unwrap());
        drop(first);
        let _again = connections.enter(ip("2001:db8:1:2::3")).unwrap();
        let _last = connections.enter(ip("192.0.2.3")).unwrap();
        assert!(connections.enter(ip("192.0.2.4")).is_none(), "there are five");
    }

    #[test]
    fn what_has_gone_is_forgotten() {
        let connections = Connections::new(Limits { all: 5, of_one: Some(2) });
        drop(connections.enter(ip("192.0.2.1")));
        let open = connections.open.lock().unwrap();
        assert_eq!((open.all, open.by_network.len()), (0, 0));
    }

    #[test]
    fn behind_a_proxy_all_come_from_one() {
        let connections = Connections::new(Limits { all: 3, of_one: None });
        let all: Vec<_> = (0..4).map(|_| connections.enter(ip("127.0.0.1"))).collect();
        assert_eq!(all.iter().flatten().count(), 3);
    }

    #[test]
    fn the_limit_of_open_files_is_raised_and_shared() {
        let limits = Limits::of_process(Some(1_000_000));
        assert!(limits.all >= 128 && limits.of_one == Some(limits.all / 2), "{limits:?}");
        assert_eq!(Limits::of_process(None).of_one, None);
    }
}
