//! The contract between hub and adapter as Rust types, for both sides: the counterpart of `sdk/wit/adapter.wit`.

mod context;
mod inbox;
mod manifest;
mod reading;
mod request;
pub mod rules;

pub use context::{Context, Identity, Person, References};
pub use inbox::{InboxAnswer, InboxAsk, Item, Listing};
pub use manifest::{EndpointNeeds, Format, Manifest, On2xx};
pub use reading::{
    DeliveryOutcome, Flag, MessageOutcome, MessagesJson, Outcome, Reading, Receipt, ReceiptError, ReceiptStatus,
};
pub use request::{Method, Reference, Refusal, Request, Response, Settlement};

/// Text of the contract.
const WIT: &str = include_str!("../../../wit/adapter.wit");

/// Version of the contract: major and minor of the package in `sdk/wit/adapter.wit`.
pub const CONTRACT: &str = version_in(WIT);

/// Name of the interface that every adapter exports, without its version.
pub const TRANSLATE: &str = "bindeledd:adapter/translate";

/// Name of the interface of an adapter whose parties' documents lie in an inbox, without its version.
pub const INBOX: &str = "bindeledd:adapter/inbox";

/// Name of the custom section in an adapter's file that holds its manifest as JSON. A hub reads the section before it compiles the
/// adapter.
pub const MANIFEST_SECTION: &str = "bindeledd:manifest";

/// The contract before 1.0, which hubs speak for one release more.
pub const OLD_CONTRACT: &str = "0.2";

/// Name of the custom section in a file of the old contract that holds the contract's version.
pub const OLD_CONTRACT_SECTION: &str = "bindeledd:contract";

/// Returns whether a text may be the id or the version of an adapter: 1 to 60 of a-z, 0-9, `-`, `.`, `_` and `+`.
#[must_use]
pub fn is_slug(raw: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._+".contains(&b);
    (1..=60).contains(&raw.len()) && raw.bytes().all(legal)
}

/// Returns the first two parts of the package's version. A contract without a version does not compile.
const fn version_in(wit: &str) -> &str {
    const PACKAGE: &[u8] = b"package bindeledd:adapter@";
    let bytes = wit.as_bytes();
    let mut begin = 0;
    let mut same = 0;
    while same < PACKAGE.len() {
        if bytes[begin + same] == PACKAGE[same] {
            same += 1;
        } else {
            begin += 1;
            same = 0;
        }
    }
    let begin = begin + PACKAGE.len();
    let (mut end, mut dots) = (begin, 0);
    while dots < 2 {
        if bytes[end] == b'.' {
            dots += 1;
        }
        end += 1;
    }
    wit.split_at(end - 1).0.split_at(begin).1
}

/// A native document as it came. `Debug` prints its size, and nothing of its content.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// Media type, with charset if the transport gave one.
    pub media_type: &'a str,
    /// Bytes, as they were sent.
    pub body: &'a [u8],
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_packages() {
        assert_eq!(version_in("/// package\npackage bindeledd:adapter@1.10.3;\n"), "1.10");
        assert!(WIT.contains(&format!("package bindeledd:adapter@{CONTRACT}.")));
    }

    /// The published versions, with the SHA-256 of their texts. A published version never changes; a new one gets a row.
    const PUBLISHED: [(&str, &str, &str); 2] = [
        (
            "0.2.0",
            include_str!("../../../wit/published/0.2.0/adapter.wit"),
            "cff24cdc1a53877301b4d3007573afb38fb7dd2686107b5da74e83a87f6488d4",
        ),
        (
            "1.0.0",
            include_str!("../../../wit/published/1.0.0/adapter.wit"),
            "87ec231665c756a16ba20ff9ab8ba2b80fcf25e5f230efe3aeb711cb3f7f05d6",
        ),
    ];

    #[test]
    fn a_published_version_never_changes_and_the_newest_is_this_one() {
        use sha2::{Digest as _, Sha256};
        for (version, text, sha256) in PUBLISHED {
            let found: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(found, sha256, "{version} was changed after it was published");
            assert!(text.contains(&format!("package bindeledd:adapter@{version};")));
        }
        let newest = PUBLISHED.last().map(|(_, text, _)| *text);
        assert_eq!(newest, Some(WIT), "publish the new version: copy it, and give it a row");
    }
}
