//! The content of a message, for the person who asked, while it is open. No other page shows content.

use jiff::{SignedDuration, Timestamp};

use bindeledd_core::CategorySet;

use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{kinds, opening as text};

/// The content. The title names nobody, since a browser keeps titles.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the request.
    pub id: String,
    /// Time when the content is closed again.
    pub until: Timestamp,
    /// Number of the audit row of this reading.
    pub audit_row: u64,
    /// The message as each receiver may have it.
    pub parts: Vec<Part>,
}

/// The message as one receiver may have it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Receiver.
    pub to: Text,
    /// Lines of the text.
    pub lines: Vec<Text>,
    /// Withheld categories.
    pub withheld: CategorySet,
}

impl View {
    fn back(&self) -> String {
        address::opening(&self.id)
    }

    fn end(&self) -> String {
        address::opening_act(&self.id, "end")
    }

    fn left(&self) -> SignedDuration {
        self.until.duration_since(self.frame.now).max(SignedDuration::ZERO)
    }
}

impl Part {
    fn withheld(&self, lang: Lang) -> String {
        kinds::categories(self.withheld, lang)
    }
}

page!("opened.html");
