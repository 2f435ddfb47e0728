//! `consent-withdrawn`: a Communication whose topic has its meaning as code and words. Only the hub sends this kind, so that it is
//! never read.

use bindeledd_sdk::catalogue::{Body, FieldType, Kind};
use serde_json::json;

use super::mapping::At::{Concept, Extension};
use super::mapping::at;
use super::{COMMUNICATION, Parts, SAID, Shape, nothing_read};

pub(super) const SHAPE: Shape = Shape {
    kind: Kind::ConsentWithdrawn,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("withdrawnAt", Extension("withdrawn-at")),
        at("categories", Extension("about")),
        at("meaning", Concept("topic")),
    ],
    read: nothing_read,
    write,
};

/// Adds the words, since a person can not understand the code alone.
fn write(body: &Body, parts: &mut Parts) {
    let spec = body.kind().spec().fields.iter().find(|field| field.name == "meaning");
    if let (Some(FieldType::Code(codes)), Some(meaning)) = (spec.map(|s| &s.ty), body.text("meaning"))
        && let Some(words) = codes.iter().find(|code| code.code == meaning)
    {
        let payload = json!([{"contentString": words.text}]);
        parts.members.insert("payload".into(), payload);
    }
}
