//! Metrics for Prometheus: numbers, times and states. None is about a person.

use std::fmt::Write as _;

use bindeledd_engine::ports::SecondPlaceStanding;
use bindeledd_http::{Kind, Traffic};

/// The values of the metrics.
pub(crate) struct Figures<'a> {
    pub(crate) deliveries: &'a [(String, u64)],
    /// Bytes of stored messages: of all parties, and of the party with most.
    pub(crate) stored: (u64, u64),
    pub(crate) has_room: bool,
    pub(crate) second_place: Option<SecondPlaceStanding>,
    /// Bytes under way: of all parties, and of the party with most.
    pub(crate) held: (usize, usize),
}

impl Figures<'_> {
    /// Writes the metrics in Prometheus' text format.
    pub(crate) fn text(&self, traffic: &Traffic) -> String {
        let mut text = String::with_capacity(4096);
        let mut put = |line: std::fmt::Arguments<'_>| {
            // Writing to a string can not fail.
            let _ = writeln!(text, "{line}");
        };
        put(format_args!("# HELP bindeledd_deliveries Deliveries by state."));
        put(format_args!("# TYPE bindeledd_deliveries gauge"));
        for (state, count) in self.deliveries {
            put(format_args!("bindeledd_deliveries{{state=\"{state}\"}} {count}"));
        }
        put(format_args!(
            "# HELP bindeledd_http_requests_in_flight Requests under way."
        ));
        put(format_args!("# TYPE bindeledd_http_requests_in_flight gauge"));
        put(format_args!(
            "bindeledd_http_requests_in_flight {}",
            traffic.in_flight()
        ));
        put(format_args!(
            "# HELP bindeledd_http_bytes_held Bytes of bodies and of answers under way, of all parties and of the one with most."
        ));
        put(format_args!("# TYPE bindeledd_http_bytes_held gauge"));
        let (all, most) = self.held;
        put(format_args!("bindeledd_http_bytes_held{{of=\"all\"}} {all}"));
        put(format_args!("bindeledd_http_bytes_held{{of=\"most\"}} {most}"));
        put(format_args!(
            "# HELP bindeledd_stored_bytes Bytes of messages that parties have stored, of all and of the one with most."
        ));
        put(format_args!("# TYPE bindeledd_stored_bytes gauge"));
        let (all, most) = self.stored;
        put(format_args!("bindeledd_stored_bytes{{of=\"all\"}} {all}"));
        put(format_args!("bindeledd_stored_bytes{{of=\"most\"}} {most}"));
        put(format_args!(
            "# HELP bindeledd_store_has_room 1 if documents are taken in, 0 if the store's disk is full."
        ));
        put(format_args!("# TYPE bindeledd_store_has_room gauge"));
        put(format_args!("bindeledd_store_has_room {}", u8::from(self.has_room)));
        if let Some(place) = self.second_place {
            put(format_args!(
                "# HELP bindeledd_second_place_is_well 1 if the newest checkpoint is at the second place, 0 if it could not be written."
            ));
            put(format_args!("# TYPE bindeledd_second_place_is_well gauge"));
            put(format_args!(
                "bindeledd_second_place_is_well {}",
                u8::from(place.is_well())
            ));
            put(format_args!(
                "# HELP bindeledd_second_place_written_seconds Time of the last writing to the second place, since 1970."
            ));
            put(format_args!("# TYPE bindeledd_second_place_written_seconds gauge"));
            let written = place.written_at.map_or(0, jiff::Timestamp::as_second);
            put(format_args!("bindeledd_second_place_written_seconds {written}"));
        }
        put(format_args!(
            "# HELP bindeledd_http_request_seconds Time of requests, by route and status."
        ));
        put(format_args!("# TYPE bindeledd_http_request_seconds summary"));
        for (kind, served) in traffic.served() {
            let Kind { path, method, status } = kind;
            let labels = format!("method=\"{method}\",route=\"{path}\",status=\"{status}\"");
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
