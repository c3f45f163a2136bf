//! How many may stand at the door: strangers per source and in all, and connections in all.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::network::Network;

use super::settings::Settings;
use super::wire::Line;

/// The door's book of who is here.
#[derive(Debug)]
pub(super) struct Admission {
    strangers_max: usize,
    per_source_max: usize,
    uncounted: Vec<Network>,
    connections_max: usize,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    next: u64,
    connections: usize,
    /// Oldest first.
    strangers: BTreeMap<u64, (Source, Arc<Line>)>,
}

/// Who counts as one: an address, or the /64 that one IPv6 customer has at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Source(IpAddr);

/// Why somebody is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// Too many strangers of that source.
    Source,
    /// Too many strangers.
    Strangers,
    /// Too many connections.
    Connections,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    admission: Arc<Admission>,
    number: u64,
}

impl Admission {
    /// An empty book.
    pub(super) fn new(settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            strangers_max: settings.strangers_max,
            per_source_max: settings.strangers_per_source_max,
            uncounted: settings.uncounted.clone(),
            connections_max: settings.connections_max,
            book: Mutex::default(),
        })
    }

    /// Gives `line` a place as a stranger.
    ///
    /// When all places are taken, a source that holds at least two more than
    /// the newcomer's gives up its oldest: few sources cannot keep others out.
    pub(super) fn admit(self: &Arc<Self>, line: &Arc<Line>) -> Result<Place, Full> {
        let source = Source::of(line.source());
        let mut book = self.book();
        let own = book.strangers_of(source);
        if book.connections >= self.connections_max {
            return Err(Full::Connections);
        }
        let is_counted = !self.uncounted.iter().any(|network| network.holds(line.source()));
        if is_counted && own >= self.per_source_max {
            return Err(Full::Source);
        }
        if book.strangers.len() >= self.strangers_max && !book.make_room(own) {
            return Err(Full::Strangers);
        }
        let number = book.next;
        book.next += 1;
        book.connections += 1;
        book.strangers.insert(number, (source, Arc::clone(line)));
        Ok(Place { admission: Arc::clone(self), number })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Nothing panics with the book open; if it did, the counts would still be right.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn strangers_of(&self, source: Source) -> usize {
        self.strangers.values().filter(|(other, _)| *other == source).count()
    }

    fn make_room(&mut self, newcomers: usize) -> bool {
        let heaviest = self
            .strangers
            .values()
            .map(|(source, _)| *source)
            .max_by_key(|source| self.strangers_of(*source));
        let Some(heaviest) = heaviest.filter(|source| self.strangers_of(*source) >= newcomers + 2) else {
            return false;
        };
        let oldest =
            self.strangers.iter().find(|(_, (source, _))| *source == heaviest).map(|(number, _)| *number);
        if let Some((_, line)) = oldest.and_then(|number| self.strangers.remove(&number)) {
            line.cut();
        }
        true
    }
}

impl Source {
    fn of(address: IpAddr) -> Self {
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        })
    }
}

impl Place {
    /// Is no stranger any more.
    pub(super) fn signed_in(&self) {
        self.admission.book().strangers.remove(&self.number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut book = self.admission.book();
        book.strangers.remove(&self.number);
        book.connections -= 1;
    }
}
