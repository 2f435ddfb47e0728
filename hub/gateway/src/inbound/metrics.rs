//! Figures for Prometheus: how many, how long, in which state. Nothing in them is about a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::routes::ROUTES;

#[derive(Debug, Default, Clone, Copy)]
struct Served {
    requests: u64,
    micros: u128,
}

/// What others count.
pub(crate) struct Figures<'a> {
    pub(crate) deliveries: &'a [(String, u64)],
    /// Bytes of messages that are stored, of all parties and of the one with most.
    pub(crate) stored: (u64, u64),
    pub(crate) has_room: bool,
    /// Bytes under way, of all parties and of the one with most.
    pub(crate) held: (usize, usize),
}

#[derive(Debug)]
pub(crate) struct Metrics {
    /// Tells the requests of one start from those of another.
    start: String,
    number: AtomicU64,
    in_flight: AtomicI64,
    served: Mutex<BTreeMap<(usize, u16), Served>>,
}

impl Metrics {
    pub(crate) fn new(start: Uuid) -> Self {
        let start = start.simple().to_string()[..8].to_owned();
        Self {
            start,
            number: AtomicU64::new(0),
            in_flight: AtomicI64::new(0),
            served: Mutex::default(),
        }
    }

    /// An id for a request, in its answer and in the log.
    pub(crate) fn request_id(&self) -> String {
        format!("{}-{:x}", self.start, self.number.fetch_add(1, Ordering::Relaxed))
    }

    /// Counts a request as under way until what comes back is dropped, also when its caller goes away.
    pub(crate) fn enter(&self) -> UnderWay<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    pub(crate) fn count(&self, route: usize, status: u16, took: Duration) {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = served.entry((route, status)).or_default();
        entry.requests += 1;
        entry.micros += took.as_micros();
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self, figures: &Figures<'_>) -> String {
        let mut text = String::with_capacity(4096);
        let mut put = |line: std::fmt::Arguments<'_>| {
            // Writing to a string can not fail.
            let _ = writeln!(text, "{line}");
        };
        put(format_args!("# HELP bindeledd_deliveries Deliveries by state."));
        put(format_args!("# TYPE bindeledd_deliveries gauge"));
        for (state, count) in figures.deliveries {
            put(format_args!("bindeledd_deliveries{{state=\"{state}\"}} {count}"));
        }
        put(format_args!(
            "# HELP bindeledd_http_requests_in_flight Requests under way."
        ));
        put(format_args!("# TYPE bindeledd_http_requests_in_flight gauge"));
        put(format_args!(
            "bindeledd_http_requests_in_flight {}",
            self.in_flight.load(Ordering::Relaxed)
        ));
        put(format_args!(
            "# HELP bindeledd_http_bytes_held Bytes of bodies and of answers under way, of all parties and of the one with most."
        ));
        put(format_args!("# TYPE bindeledd_http_bytes_held gauge"));
        let (all, most) = figures.held;
        put(format_args!("bindeledd_http_bytes_held{{of=\"all\"}} {all}"));
        put(format_args!("bindeledd_http_bytes_held{{of=\"most\"}} {most}"));
        put(format_args!(
            "# HELP bindeledd_stored_bytes Bytes of messages that parties have stored, of all and of the one with most."
        ));
        put(format_args!("# TYPE bindeledd_stored_bytes gauge"));
        let (all, most) = figures.stored;
        put(format_args!("bindeledd_stored_bytes{{of=\"all\"}} {all}"));
        put(format_args!("bindeledd_stored_bytes{{of=\"most\"}} {most}"));
        put(format_args!(
            "# HELP bindeledd_store_has_room Whether documents are taken in: 0 where the store's disk is full."
        ));
        put(format_args!("# TYPE bindeledd_store_has_room gauge"));
        put(format_args!("bindeledd_store_has_room {}", u8::from(figures.has_room)));
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner).clone();
        put(format_args!(
            "# HELP bindeledd_http_request_seconds How long requests took, by route and status."
        ));
        put(format_args!("# TYPE bindeledd_http_request_seconds summary"));
        for ((route, status), served) in served {
            let route = &ROUTES[route];
            let labels = format!(
                "method=\"{}\",route=\"{}\",status=\"{status}\"",
                route.method, route.path
            );
            put(format_args!(
                "bindeledd_http_request_seconds_count{{{labels}}} {}",
                served.requests
            ));
            let (seconds, micros) = (served.micros / 1_000_000, served.micros % 1_000_000);
            put(format_args!(
                "bindeledd_http_request_seconds_sum{{{labels}}} {seconds}.{micros:06}"
            ));
        }
        text
    }
}

/// A request that is under way.
pub(crate) struct UnderWay<'a>(&'a Metrics);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
