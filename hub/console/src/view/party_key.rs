//! A new API key of a party, shown once.

use crate::address;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::party_key as text;

/// The new key. Only the answer to the form that made it shows it.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the party.
    pub id: Text,
    /// Name as others may see it.
    pub name: Text,
    /// Key.
    pub key: Text,
    /// Public id of the key.
    pub public_id: Text,
    /// Whether the party has other keys.
    pub has_others: bool,
}

page!("party_key.html");

impl View {
    fn back(&self) -> String {
        address::party(self.id.as_str())
    }
}
