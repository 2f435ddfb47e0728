//! The facts that the receipt to the sender's system needs, kept from reading until acceptance.

use bindeledd_sdk::Context;
use bindeledd_sdk::catalogue::time;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Version;
use crate::head::{Head, Side};

/// The facts in a message that its AppRec repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Origin {
    pub(crate) msg_id: String,
    pub(crate) type_code: String,
    pub(crate) type_text: String,
    pub(crate) gen_date: String,
    /// The transport's id of the message, if the message was fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<String>,
    /// Version of Dialogmelding, which decides the version of the receipt.
    pub(crate) dialog: String,
    /// The sender's wish for a receipt: `J` yes, `N` no, `F` only for errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ack: Option<String>,
    pub(crate) sender: Side,
    pub(crate) receiver: Side,
    /// Number of attachments that were left out; the receipt reports it.
    pub(crate) attachments: usize,
    /// Parts of the document that were not understood, as sentences for its sender.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_understood: Vec<String>,
}

impl Origin {
    /// Takes the facts from a message's outermost head, whose sender gets the receipt. `None` if the head has no id.
    pub(crate) fn of(head: &Head, context: &Context) -> Option<Self> {
        // A date in a form that the schema does not allow is rewritten.
        let gen_date = head.gen_date.clone().and_then(|raw| match time::parse_instant(&raw) {
            Some(_) if is_date_time(&raw) => Some(raw),
            instant => instant.map(time::local_rfc3339),
        });
        Some(Self {
            msg_id: head.msg_id.clone()?,
            item: context.item.as_ref().map(|item| item.id.clone()),
            type_code: head.type_code.clone(),
            type_text: head.type_text.clone(),
            gen_date: gen_date.unwrap_or_else(|| time::local_rfc3339(context.now)),
            dialog: Version::V1_0.code().into(),
            ack: head.ack.clone(),
            sender: head.sender.clone(),
            receiver: head.receiver.clone(),
            attachments: 0,
            not_understood: Vec::new(),
        })
    }

    pub(crate) fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Returns true if the receipt is an AppRec 1.1.
    pub(crate) fn is_1_1(&self) -> bool {
        self.dialog == Version::V1_1.code()
    }

    /// Returns true if the sender asked for a receipt, always or only for errors.
    pub(crate) fn asked(&self) -> bool {
        matches!(self.ack.as_deref(), Some("J" | "F"))
    }

    /// Returns true if the sender asked for a receipt only for errors.
    pub(crate) fn faults_only(&self) -> bool {
        self.ack.as_deref() == Some("F")
    }

    /// Returns true if the sender declined receipts.
    pub(crate) fn declined(&self) -> bool {
        self.ack.as_deref() == Some("N")
    }
}

/// Returns true for an XSD `dateTime`, which can be repeated unchanged.
fn is_date_time(raw: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    let bytes = raw.as_bytes();
    let fits = bytes.len() >= shape.len()
        && bytes
            .iter()
            .zip(shape)
            .all(|(b, s)| if *s == b'0' { b.is_ascii_digit() } else { b == s });
    let Some(rest) = raw.get(shape.len()..).filter(|_| fits) else {
        return false;
    };
    let rest = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if after.len() == fraction.len() {
                return false;
            }
            after
        }
    };
    match rest.as_bytes() {
        [] | [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].into_iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_date_time;

    #[test]
    fn only_a_date_time_of_the_schema_is_repeated() {
        for right in [
            "2019-01-16T22:51:35.5317672+01:00",
            "2025-05-13T11:51:01",
            "2022-10-22T14:15:00.0Z",
        ] {
            assert!(is_date_time(right), "{right}");
        }
        for wrong in [
            "2019-01-16",
            "2019-01-16 22:51:35",
            "2019-01-16T22:51:35.",
            "2019-01-16T22:51",
        ] {
            assert!(!is_date_time(wrong), "{wrong}");
        }
    }
}
