//! The way in and out of a participant's own page.

use super::meg_frame::{MegFrame, meg_page};
use crate::markup::Text;
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
        /// Title of the issuer at which a participant may sign in instead.
        issuer: Option<Text>,
    },
    /// The form for a new PIN.
    Pin {
        /// Fault of the PIN.
        fault: Option<PinFault>,
    },
    /// The participant has left.
    Left(WayOut),
    /// There is nothing to show, for whichever reason.
    Nobody(WayOut),
    /// Something went wrong.
    Trouble(Trouble),
}

/// The title of an issuer, and the address at which the session there ends; none without such a session.
pub type WayOut = Option<(Text, String)>;

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
    /// The issuer does not answer.
    IssuerAway,
    /// The issuer refused, or the person gave up there.
    IssuerRefused,
    /// The answer of the issuer is not that of a sign-in which this browser began.
    IssuerStrange,
    /// The sign-in is below the level that the page requires.
    TooLow,
    /// The issuer did not tell who the person is.
    NoNumber,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: [Self; 11] = [
        Self::TooMany,
        Self::Away,
        Self::OldForm,
        Self::Over,
        Self::NotFound,
        Self::Maybe,
        Self::IssuerAway,
        Self::IssuerRefused,
        Self::IssuerStrange,
        Self::TooLow,
        Self::NoNumber,
    ];

    const fn word(self, texts: &text::Texts) -> &'static str {
        match self {
            Self::TooMany => texts.trouble_many,
            Self::Away => texts.trouble_away,
            Self::OldForm => texts.trouble_old,
            Self::Over => texts.trouble_over,
            Self::NotFound => texts.trouble_none,
            Self::Maybe => texts.trouble_maybe,
            Self::IssuerAway => texts.trouble_issuer_away,
            Self::IssuerRefused => texts.trouble_issuer_refused,
            Self::IssuerStrange => texts.trouble_issuer_strange,
            Self::TooLow => texts.trouble_too_low,
            Self::NoNumber => texts.trouble_no_number,
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
    /// Returns whether the participant has left. The page then names nothing that it belongs to.
    const fn has_left(&self) -> bool {
        matches!(self.view.door, Door::Left(_))
    }

    /// Returns the title. It tells nobody who looks at the history what the page is about.
    const fn title(&self) -> &'static str {
        match self.view.door {
            Door::Code { .. } => self.common.name,
            Door::Pin { .. } => self.text.pin_heading,
            Door::Left(_) => self.text.left,
            Door::Nobody(_) => self.common.name,
            Door::Trouble(_) => self.text.trouble,
        }
    }
}

meg_page!("meg_door.html");
