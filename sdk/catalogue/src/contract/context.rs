//! The context of a call: everything that an adapter may use besides the document or the message.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::inbox::Item;

/// Everything besides the document or the message that an adapter may use.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// Current time, by the hub's clock.
    #[cfg_attr(feature = "schemas", schemars(with = "String", extend("format" = "date-time")))]
    pub now: Timestamp,
    /// The same time on a clock in Norway (Europe/Oslo), by RFC 3339 with its offset: guests have no time zones.
    #[serde(default)]
    #[cfg_attr(feature = "schemas", schemars(extend("format" = "date-time")))]
    pub now_local: String,
    /// 32 random bytes in hexadecimal; a replay gets the same bytes.
    pub entropy: String,
    /// Settings of the endpoint for this adapter, by the manifest's schema.
    #[serde(default)]
    pub settings: Value,
    /// The hub itself on this wire, under the endpoint's own identities.
    #[serde(default)]
    pub endpoint: Identity,
    /// Party at the other end of the endpoint.
    #[serde(default)]
    pub party: Identity,
    /// When writing: sender of the message under its public label, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Identity>,
    /// When writing: documents that the message refers to, by this format's own ids.
    #[serde(default)]
    pub references: References,
    /// When reading a fetched document: the inbox item that held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
    /// When writing: true if the hub withheld something from this receiver. The adapter never learns more.
    #[serde(default)]
    pub withheld: bool,
}

/// An organisation as others outside the hub know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// Id in the hub.
    pub id: String,
    /// Name of the organisation.
    pub name: String,
    /// Kind, such as `gp` or `aft-provider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Organisation number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_number: Option<String>,
    /// HER-id of the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub her_id: Option<u32>,
    /// Parent organisation, for formats that want both levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<Box<Self>>,
    /// Person to address, such as the GP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A health professional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Person {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// HPR number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hpr: Option<String>,
    /// HER-id of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub her_id: Option<u32>,
}

/// The documents that a message refers to, by this format's own ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct References {
    /// Document that this message answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// First document of the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Document that this message corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
}

impl Context {
    /// Makes a UUID (version 8) from the call's entropy and a label: the first 16 bytes of SHA-256 over the entropy's 32 bytes and the
    /// label in UTF-8, with the bits of version and variant. A replay gets the same id; each label gives another one.
    /// `sdk/vectors/ids.json` has examples for every SDK.
    #[must_use]
    pub fn uuid(&self, label: &str) -> Uuid {
        let digit = |byte: &u8| {
            char::from(*byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        let pairs = self.entropy.as_bytes().chunks_exact(2);
        let entropy = pairs.map(|pair| match (digit(&pair[0]), digit(&pair[1])) {
            (Some(high), Some(low)) => high << 4 | low,
            _ => 0,
        });
        let digest = Sha256::new_with_prefix(entropy.collect::<Vec<u8>>())
            .chain_update(label)
            .finalize();
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Returns a setting that is text.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).and_then(Value::as_str)
    }

    /// Returns the documented example with valid synthetic identities. `bindeledd plugin write` uses it when it gets no
    /// context.
    #[must_use]
    pub fn example() -> Self {
        let identity = |id: &str, name: &str, kind: &str, org: &str, her: u32| Identity {
            id: id.into(),
            name: name.into(),
            kind: Some(kind.into()),
            org_number: Some(org.into()),
            her_id: Some(her),
            ..Identity::default()
        };
        Self {
            now: "2026-12-01T08:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH),
            now_local: "2026-12-01T09:00:00+01:00".into(),
            entropy: "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0".into(),
            settings: Value::Object(serde_json::Map::new()),
            endpoint: Identity {
                phone: Some("22000000".into()),
                ..identity("bindeledd", "Bindeledd Eksempel", "hub", "999999999", 8_094_866)
            },
            party: Identity {
                person: Some(Person {
                    given_name: "Grønn".into(),
                    family_name: "Vits".into(),
                    hpr: Some("565501872".into()),
                    her_id: Some(8_143_025),
                }),
                ..identity(
                    "fjellvik-legekontor",
                    "Fjellvik legekontor",
                    "gp",
                    "974760924",
                    8_142_952,
                )
            },
            sender: Some(Identity {
                phone: Some("22112233".into()),
                ..identity(
                    "nordvik-aft",
                    "Nordvik Arbeid og Kompetanse",
                    "aft-provider",
                    "915933149",
                    8_143_060,
                )
            }),
            references: References::default(),
            item: None,
            withheld: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::local_rfc3339;

    #[derive(Deserialize)]
    struct Id {
        entropy: String,
        label: String,
        uuid: String,
    }

    #[test]
    fn ids_are_those_of_the_vectors() {
        let vectors: Vec<Id> = serde_json::from_str(include_str!("../../../vectors/ids.json")).unwrap();
        for vector in vectors {
            let context = Context {
                entropy: vector.entropy,
                ..Context::example()
            };
            assert_eq!(context.uuid(&vector.label).to_string(), vector.uuid, "{}", vector.label);
        }
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Time {
        now: Timestamp,
        now_local: String,
    }

    #[test]
    fn local_times_are_those_of_the_vectors() {
        let vectors: Vec<Time> = serde_json::from_str(include_str!("../../../vectors/times.json")).unwrap();
        for vector in vectors {
            assert_eq!(local_rfc3339(vector.now), vector.now_local);
        }
        assert_eq!(local_rfc3339(Context::example().now), Context::example().now_local);
    }
}
