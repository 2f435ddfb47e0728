//! Schemas of the codes and times that answers have.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::delivery::State;
use bindeledd_core::{Category, Kind};
use schemars::{Schema, SchemaGenerator, json_schema};

pub(crate) fn categories(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "enum": Category::ALL.map(Category::code) } })
}

pub(crate) fn kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Kind::ALL.map(Kind::code) })
}

pub(crate) fn alert_kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": AlertKind::ALL.map(AlertKind::code) })
}

pub(crate) fn state(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": State::NAMES })
}

pub(crate) fn time(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

pub(crate) fn any(_: &mut SchemaGenerator) -> Schema {
    json_schema!({})
}
