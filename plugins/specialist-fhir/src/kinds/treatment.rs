//! `treatment-status`: a Communication whose topic is the phase, and whose text gives the time left for work.

use bindeledd_sdk::catalogue::Kind;

use super::mapping::At::{Concept, Extension, Payload, PeriodOf};
use super::mapping::at;
use super::{COMMUNICATION, SAID, Shape, nothing_read, nothing_written};

pub(super) const SHAPE: Shape = Shape {
    kind: Kind::TreatmentStatus,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("status", Concept("topic")),
        at("from", PeriodOf("treatment-period", "start")),
        at("until", PeriodOf("treatment-period", "end")),
        at("combinesWithWork", Extension("combines-with-work")),
        at("availableWhen", Payload),
    ],
    read: nothing_read,
    write: nothing_written,
};
