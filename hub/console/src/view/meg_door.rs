//! The way in and out of a participant's own page.

use super::meg_frame::{MegFrame, meg_page};
use crate::text::meg_door as text;

/// A page on the way in or out.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: MegFrame,
    /// The page.
    pub door: Door,
}

/// A page on the way in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// The form for the code.
    Code {
        /// Whether a session was open before.
        is_over: bool,
        /// Whether the form was refused.
        is_refused: bool,
    },
    /// The form for a new PIN.
    Pin {
        /// Fault of the PIN.
        fault: Option<PinFault>,
    },
    /// The participant has left.
    Left,
    /// There is nothing to show, for whichever reason.
    Nobody,
    /// Something went wrong.
    Trouble(Trouble),
}

/// A fault of a new PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinFault {
    /// It does not have six digits.
    Digits,
    /// It is easy to guess.
    Simple,
    /// The second typing is another one.
    Differs,
}

/// Something that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Too many requests from this address.
    TooMany,
    /// The hub does not answer.
    Away,
    /// The form is not of this session.
    OldForm,
    /// The session is over.
    Over,
    /// There is no such page.
    NotFound,
    /// It is not known whether all was done.
    Maybe,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: [Self; 6] = [
        Self::TooMany,
        Self::Away,
        Self::OldForm,
        Self::Over,
        Self::NotFound,
        Self::Maybe,
    ];

    const fn word(self, texts: &text::Texts) -> &'static str {
        match self {
            Self::TooMany => texts.trouble_many,
            Self::Away => texts.trouble_away,
            Self::OldForm => texts.trouble_old,
            Self::Over => texts.trouble_over,
            Self::NotFound => texts.trouble_none,
            Self::Maybe => texts.trouble_maybe,
        }
    }
}

impl PinFault {
    const fn word(self, texts: &text::Texts) -> &'static str {
        match self {
            Self::Digits => texts.pin_digits,
            Self::Simple => texts.pin_simple,
            Self::Differs => texts.pin_differs,
        }
    }
}

impl Page<'_> {
    /// Returns the title. It tells nobody who looks at the history what the page is about.
    const fn title(&self) -> &'static str {
        match self.view.door {
            Door::Code { .. } => self.common.name,
            Door::Pin { .. } => self.text.pin_heading,
            Door::Left => self.text.left,
            Door::Nobody => self.common.name,
            Door::Trouble(_) => self.text.trouble,
        }
    }
}

meg_page!("meg_door.html");
