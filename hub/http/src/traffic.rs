//! Counts requests: their number and duration, by route and status.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use uuid::Uuid;

/// The requests with the same route and status.
#[derive(Debug, Default, Clone, Copy)]
pub struct Served {
    /// Number of requests.
    pub requests: u64,
    /// Total duration of the requests, in microseconds.
    pub micros: u128,
}

/// A route by its path and method, and a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The path with its parameters in braces, never the path of a request.
    pub path: &'static str,
    /// The method.
    pub method: &'static str,
    /// The status.
    pub status: u16,
}

/// The requests since the hub started.
#[derive(Debug)]
pub struct Traffic {
    /// Distinguishes the request ids of one start from those of another.
    start: String,
    number: AtomicU64,
    in_flight: AtomicI64,
    served: Mutex<BTreeMap<Kind, Served>>,
}

impl Traffic {
    pub(crate) fn new(start: Uuid) -> Self {
        let start = start.simple().to_string()[..8].to_owned();
        Self {
            start,
            number: AtomicU64::new(0),
            in_flight: AtomicI64::new(0),
            served: Mutex::default(),
        }
    }

    /// Makes an id for a request, which its answer and the log carry.
    pub(crate) fn request_id(&self) -> String {
        format!("{}-{:x}", self.start, self.number.fetch_add(1, Ordering::Relaxed))
    }

    /// Counts a request as under way until the guard is dropped, also if its caller goes away.
    pub(crate) fn enter(&self) -> UnderWay<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    pub(crate) fn count(&self, kind: Kind, took: Duration) {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = served.entry(kind).or_default();
        entry.requests += 1;
        entry.micros += took.as_micros();
    }

    /// Returns the number of requests under way.
    #[must_use]
    pub fn in_flight(&self) -> i64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Returns the counts of answered requests.
    #[must_use]
    pub fn served(&self) -> BTreeMap<Kind, Served> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A request that is under way.
pub(crate) struct UnderWay<'a>(&'a Traffic);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
