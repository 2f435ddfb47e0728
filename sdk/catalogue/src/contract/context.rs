//! The context of a call: all that an adapter may use besides the document or the message.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::inbox::Item;

/// Everything besides the document or the message that an adapter may use.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// Now, by the hub's clock.
    #[cfg_attr(feature = "schemas", schemars(with = "String", extend("format" = "date-time")))]
    pub now: Timestamp,
    /// 32 random bytes in hexadecimal, the same at a replay.
    pub entropy: String,
    /// The endpoint's settings for this adapter, by the manifest's schema.
    #[serde(default)]
    pub settings: Value,
    /// The hub itself on this wire, by the identities of the endpoint's own.
    #[serde(default)]
    pub endpoint: Identity,
    /// The party at the other end of the endpoint.
    #[serde(default)]
    pub party: Identity,
    /// When writing: the sender of the message, as others may know it (the public label, where there is one).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Identity>,
    /// When writing: the documents that the message refers to, by this format's own ids.
    #[serde(default)]
    pub references: References,
    /// When reading a fetched document: the item that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
    /// When writing: whether the hub left something out for this receiver. It never says what.
    #[serde(default)]
    pub withheld: bool,
}

/// An organisation as it is known outside the hub.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// Its id in the hub.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind, such as `gp` or `aft-provider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its organisation number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_number: Option<String>,
    /// Its HER-id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub her_id: Option<u32>,
    /// The organisation that it is a part of, where the format wants both levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<Box<Self>>,
    /// The person to address, such as the GP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The telephone number.
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
    /// The document that this message answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The first document of the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The document that this message corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
}

impl Context {
    /// A UUID (version 4) out of the call's entropy and a label: the same at a replay, another for each label.
    #[must_use]
    pub fn uuid(&self, label: &str) -> Uuid {
        // FNV-1a over entropy and label, twice: ids have to differ, not to be secret.
        let hash = |seed: u64| {
            let bytes = self.entropy.bytes().chain(label.bytes());
            bytes.fold(0xcbf2_9ce4_8422_2325_u64 ^ seed, |h, b| {
                (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
            })
        };
        uuid::Builder::from_random_bytes((u128::from(hash(0)) << 64 | u128::from(hash(0x9e37_79b9))).to_be_bytes())
            .into_uuid()
    }

    /// A text setting.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).and_then(Value::as_str)
    }

    /// The documented example that `bindeledd plugin write` uses when it gets no context: valid synthetic identities.
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
