//! The page that asks before the version of an adapter in use changes: the versions, what is granted, and the reason.

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::adapter_switch as text;

/// The question before a switch.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Name of the adapter.
    pub id: Text,
    /// Version in use.
    pub from: Option<Version>,
    /// Version that comes into use; `None` if there is none to go back to.
    pub to: Option<Version>,
    /// Whether it is the way back.
    pub back: bool,
    /// Needs that the switch allows, each in a line.
    pub grants: Vec<Text>,
    /// Whether the version changed since the person saw it.
    pub meanwhile: bool,
    /// Reason, as it was typed.
    pub why: String,
    /// Faults of the form.
    pub errors: Errors,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Version, as the adapter names it.
    pub name: Text,
    /// Digest of the file, in hexadecimal.
    pub digest: Text,
    /// Text that names it in an address.
    pub key: Text,
}

impl View {
    fn action(&self) -> String {
        match &self.to {
            Some(to) if !self.back => address::adapter_use(self.id.as_str(), to.key.as_str()),
            _ => address::adapter_back(self.id.as_str()),
        }
    }

    fn seen(&self) -> &str {
        self.from.as_ref().map_or("", |from| from.key.as_str())
    }
}

page!("adapter_switch.html");
