//! Drift: the link by which a person sets up an account, shown once.

use jiff::Timestamp;

use crate::address;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::users as text;

/// The link. Only the answer to the form that made it shows it.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the account.
    pub id: String,
    /// Name of the person.
    pub name: Text,
    /// Link.
    pub link: Text,
    /// Time when it stops working.
    pub until: Timestamp,
}

impl View {
    fn back(&self) -> String {
        address::user(&self.id)
    }
}

page!("user_link.html");
