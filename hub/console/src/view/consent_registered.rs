//! The page after a registration: what holds, what waits, and the way to the first message.

use super::own_consents::Grant;
use crate::address;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::consent_form as text;

/// A registered consent.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Contact person of the participant in this mailbox.
    pub contact: Option<Text>,
    /// The part for a person who follows the participant up; `None` for anybody else.
    pub seen: Option<Seen>,
}

/// The part for a person who follows the participant up.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Pseudonym.
    pub participant: String,
    /// Grants of the consent.
    pub grants: Vec<Grant>,
}

impl Seen {
    fn write(&self) -> String {
        address::new_message_about(&self.participant)
    }
}

page!("consent_registered.html");
