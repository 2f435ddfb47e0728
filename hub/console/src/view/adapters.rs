//! Drift: the installed adapters, and the limits of their calls.

use bindeledd_core::Kind;
use jiff::Timestamp;

use super::hub::Nav;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{adapters as text, kinds};

/// The page of the adapters.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Adapters, by name.
    pub rows: Vec<Row>,
    /// Limits of a call.
    pub limits: Option<Limits>,
    /// Whether the person may let an adapter work again.
    pub may_reset: bool,
}

/// An adapter.
#[derive(Debug, Clone)]
pub struct Row {
    /// Name in configuration.
    pub id: Text,
    /// Description.
    pub description: Text,
    /// Version.
    pub version: Text,
    /// Version of the contract.
    pub contract: Text,
    /// Digest of the file, in hexadecimal.
    pub digest: Text,
    /// Descriptions of the formats.
    pub formats: Vec<Text>,
    /// Kinds that it reads.
    pub reads: Vec<Kind>,
    /// Kinds that it writes.
    pub writes: Vec<Kind>,
    /// Whether a person enters the document by hand.
    pub by_hand: bool,
    /// Number of parties that use it.
    pub parties: u64,
    /// Whether it is set aside, with the time if an alert has it.
    pub aside: Option<Option<Timestamp>>,
    /// Whether it is set aside because the version in use could not be loaded.
    pub not_loaded: bool,
    /// Versions; none if only the configuration names one.
    pub versions: Vec<Version>,
    /// Newest switch: its time, its actor and its reason.
    pub switched: Option<(Timestamp, Text, Option<Text>)>,
    /// Whether there is a version to go back to.
    pub has_before: bool,
    /// Newest shadow since the start of the hub.
    pub shadow: Option<Shadow>,
}

/// A version in the shadow of the one in use.
#[derive(Debug, Clone)]
pub struct Shadow {
    /// Version, as the adapter names it.
    pub name: Text,
    /// Whether it runs.
    pub runs: bool,
    /// Time when it ends at the latest.
    pub until: Timestamp,
    /// Compared documents.
    pub documents: u64,
    /// Documents with another output.
    pub different: u64,
    /// Documents that were not compared.
    pub dropped: u64,
    /// Most frequent differences: their path and the number of documents.
    pub paths: Vec<(Text, u64)>,
}

/// A version of an adapter.
#[derive(Debug, Clone)]
pub struct Version {
    /// Version, as the adapter names it.
    pub name: Text,
    /// Digest of the file, in hexadecimal.
    pub digest: Text,
    /// Text that names it in an address.
    pub key: Text,
    /// State.
    pub state: VersionState,
    /// Time and actor of the installation; `None` for the version that the configuration names.
    pub installed: Option<(Timestamp, Text)>,
    /// Signer.
    pub signed_by: Option<Text>,
    /// Needs that wait for a grant.
    pub waits: Option<Text>,
}

/// The state of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// It is in use.
    InUse,
    /// It can be taken into use.
    Ready,
    /// It waits for a grant.
    Waits,
}

/// The limits of a call.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Memory, in bytes.
    pub memory: u64,
    /// Instructions.
    pub fuel: u64,
    /// Further instructions for each byte of input.
    pub fuel_per_byte: u64,
    /// Bytes of input.
    pub input: u64,
    /// Bytes of output.
    pub output: u64,
}

impl Row {
    fn use_it(&self, version: &Version) -> String {
        address::adapter_use(self.id.as_str(), version.key.as_str())
    }

    fn go_back(&self) -> String {
        address::adapter_back(self.id.as_str())
    }

    fn reset(&self) -> String {
        address::adapter_reset(self.id.as_str())
    }

    fn kinds(kinds: &[Kind], lang: Lang) -> String {
        let words: Vec<_> = kinds.iter().map(|kind| kinds::title(*kind, lang)).collect();
        words.join(", ")
    }

    fn formats(&self) -> String {
        let words: Vec<_> = self.formats.iter().map(Text::as_str).collect();
        words.join(", ")
    }
}

page!("adapters.html");
