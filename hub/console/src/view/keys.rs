//! Drift: the master keys of the store, and the API keys of parties, by id and age.

use jiff::Timestamp;

use super::hub::Nav;
use crate::address;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::keys as text;

/// The page of the keys.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Ids of the master keys, the newest last.
    pub masters: Vec<Text>,
    /// Version of the key that wraps participants' keys.
    pub wrapping: u64,
    /// Number of participants' keys that an earlier version still wraps.
    pub to_rewrap: u64,
    /// API keys, the oldest first.
    pub keys: Vec<Row>,
}

/// An API key.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id of the party.
    pub party: Text,
    /// Party, as others see it.
    pub name: Text,
    /// Public id of the key.
    pub id: Text,
    /// Time when it was made.
    pub added: Timestamp,
}

impl Row {
    fn address(&self) -> String {
        address::party(self.party.as_str())
    }
}

page!("keys.html");
