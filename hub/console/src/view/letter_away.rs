//! A delivery in a mailbox that can not be shown.

use crate::address;
use crate::frame::Frame;
use crate::text::letter as text;

/// A delivery that is not shown.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the delivery.
    pub delivery: String,
    /// Whether the hub no longer has the content. Otherwise the delivery can be shown later.
    pub is_gone: bool,
}

impl View {
    const fn heading(&self, text: &'static text::Texts) -> &'static str {
        if self.is_gone { text.gone } else { text.away }
    }

    const fn words(&self, text: &'static text::Texts) -> &'static str {
        if self.is_gone { text.gone_text } else { text.away_text }
    }

    fn again(&self) -> String {
        address::letter(&self.delivery)
    }
}

page!("letter_away.html");
