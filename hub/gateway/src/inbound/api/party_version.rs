//! Versions of a party as JSON. Each tells the fields that it changed.

use bindeledd_core::{FieldChange, Party, VersionNumber};
use bindeledd_engine::ports::PartyVersion;
use schemars::JsonSchema;
use serde::Serialize;

use super::PartyJson;

/// Versions of a party, newest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PartyVersions")]
pub(crate) struct PartyVersionsJson {
    /// Versions; the newest of all is the party as it is.
    versions: Vec<PartyVersionJson>,
}

/// Version of a party's set-up. Pause and suspension are no part of it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct PartyVersionJson {
    /// Number of the version, from 1.
    version: u32,
    /// Time of the change; left out for a party that is older than its versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<String>,
    /// Actor that made the change: `operator`, or a person's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<String>,
    /// Number of the version whose set-up this one brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    back_to: Option<u32>,
    /// Reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Changed fields; none for the oldest version that the hub has.
    changes: Vec<FieldChangeJson>,
}

/// Change of one field.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct FieldChangeJson {
    /// Path of the field in the party, such as `endpoint.address`.
    field: String,
    /// Value before; left out if the field was empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Value after; left out if the field is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// Party that was rolled back to an earlier version.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RolledBack")]
pub(crate) struct RolledBackJson<'a> {
    /// Number of the party's newest version.
    version: u32,
    /// Party as it is now.
    party: PartyJson<'a>,
}

impl PartyVersionsJson {
    /// Makes the list of the first `limit` versions. The one after them is there for the comparison alone.
    pub(crate) fn of(versions: &[PartyVersion], limit: usize) -> Self {
        let earlier = versions.iter().skip(1).map(Some).chain([None]);
        let pairs = versions.iter().zip(earlier).take(limit);
        let version = |(version, earlier): (&PartyVersion, Option<&PartyVersion>)| {
            let (made_at, made_by) = version
                .made
                .as_ref()
                .map(|(at, by)| (at.to_string(), by.to_string()))
                .unzip();
            let changes = earlier.map(|earlier| earlier.party.changes_to(&version.party));
            PartyVersionJson {
                version: version.number.get(),
                made_at,
                made_by,
                back_to: version.back_to.map(VersionNumber::get),
                reason: version.why.clone(),
                changes: changes
                    .unwrap_or_default()
                    .into_iter()
                    .map(FieldChangeJson::of)
                    .collect(),
            }
        };
        Self {
            versions: pairs.map(version).collect(),
        }
    }
}

impl FieldChangeJson {
    fn of(change: FieldChange) -> Self {
        let FieldChange { field, from, to } = change;
        Self {
            field: field.path(),
            from,
            to,
        }
    }
}

impl<'a> RolledBackJson<'a> {
    pub(crate) fn of(version: VersionNumber, party: &'a Party, note: Option<String>) -> Self {
        Self {
            version: version.get(),
            party: PartyJson::of(party).with_note(note),
        }
    }
}
