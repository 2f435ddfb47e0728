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
