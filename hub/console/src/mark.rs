//! States with their colour, their icon and their word. Never colour alone.

use std::fmt;

use askama::filters::HtmlSafe;
use bindeledd_core::delivery::State;

use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::escaped;

/// A state as a page shows it. Printed, it is an element with icon and word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Colour of the theme: a value of `data-color`.
    pub color: &'static str,
    /// Icon.
    pub icon: Icon,
    /// Word.
    pub word: &'static str,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (color, icon, word) = (self.color, self.icon, escaped(self.word));
        write!(f, r#"<span class="st" data-color="{color}">{icon}{word}</span>"#)
    }
}

impl HtmlSafe for Mark {}

/// Everything whose state a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A delivery waits for its turn.
    Waiting,
    /// A delivery is released or on its way.
    BeingSent,
    /// The receiver's system took a delivery, and a receipt is to come.
    AwaitingReceipt,
    /// A person took a delivery.
    WithPerson,
    /// The receiver's system has a delivery.
    Delivered,
    /// The receiver refused a delivery.
    Refused,
    /// No consent covers a delivery.
    Blocked,
    /// The participant's withdrawal ended a delivery.
    Withdrawn,
    /// An operator ended a delivery.
    Cancelled,
    /// A delivery was not handed over in time.
    Expired,
    /// A delivery can not be sent.
    Failed,
    /// Part of a message was withheld.
    Withheld,
    /// A party takes deliveries.
    Accepting,
    /// A party does not take deliveries.
    NotAccepting,
    /// A party is paused.
    Paused,
    /// A party is suspended.
    Suspended,
    /// A party fetches its deliveries itself.
    Fetches,
    /// A party has not opened its inbox.
    NotCollecting,
    /// A grant is in force.
    GrantInForce,
    /// A grant awaits its confirmation.
    GrantAwaits,
    /// A grant is withdrawn.
    GrantWithdrawn,
    /// A duty by law, without a consent.
    Duty,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 22] = [
        Self::Waiting,
        Self::BeingSent,
        Self::AwaitingReceipt,
        Self::WithPerson,
        Self::Delivered,
        Self::Refused,
        Self::Blocked,
        Self::Withdrawn,
        Self::Cancelled,
        Self::Expired,
        Self::Failed,
        Self::Withheld,
        Self::Accepting,
        Self::NotAccepting,
        Self::Paused,
        Self::Suspended,
        Self::Fetches,
        Self::NotCollecting,
        Self::GrantInForce,
        Self::GrantAwaits,
        Self::GrantWithdrawn,
        Self::Duty,
    ];

    /// Returns the standing of a delivery by the name of its state. A cancelled delivery counts as ended by an operator;
    /// a caller that knows of a withdrawal shows [`Standing::Withdrawn`] instead.
    #[must_use]
    pub fn of_delivery(name: &str) -> Option<Self> {
        Some(match name {
            "waiting" => Self::Waiting,
            "reserved" | "sending" => Self::BeingSent,
            "awaiting-receipt" => Self::AwaitingReceipt,
            "with-a-person" => Self::WithPerson,
            "delivered" => Self::Delivered,
            "refused" => Self::Refused,
            "blocked" => Self::Blocked,
            "cancelled" => Self::Cancelled,
            "expired" => Self::Expired,
            "failed" => Self::Failed,
            _ => return None,
        })
    }

    /// Returns the standing with its colour, its icon and its word.
    #[must_use]
    pub const fn mark(self, lang: Lang) -> Mark {
        let (color, icon, bokmal, english) = match self {
            Self::Waiting => ("neutral", Icon::Hourglass, "Venter", "Waiting"),
            Self::BeingSent => ("info", Icon::Paperplane, "Sendes nå", "Being sent"),
            Self::AwaitingReceipt => ("info", Icon::Receipt, "Venter på kvittering", "Awaiting receipt"),
            Self::WithPerson => ("info", Icon::Person, "Hos en person", "With a person"),
            Self::Delivered => ("success", Icon::CheckmarkCircle, "Levert", "Delivered"),
            Self::Refused => (
                "danger",
                Icon::XMarkOctagon,
                "Avvist av mottaker",
                "Refused by receiver",
            ),
            Self::Blocked => (
                "warning",
                Icon::CircleSlash,
                "Ikke sendt: mangler samtykke",
                "Not sent: no consent",
            ),
            Self::Withdrawn => ("neutral", Icon::ArrowUndo, "Trukket", "Withdrawn"),
            Self::Cancelled => ("neutral", Icon::ArrowUndo, "Avbrutt", "Cancelled"),
            Self::Expired => ("warning", Icon::ClockDashed, "Utløpt", "Expired"),
            Self::Failed => ("danger", Icon::ExclamationmarkTriangle, "Feilet", "Failed"),
            Self::Withheld => ("plum", Icon::EyeSlash, "Noe holdt tilbake", "Part withheld"),
            Self::Accepting => ("success", Icon::CheckmarkCircle, "Tar imot", "Accepting"),
            Self::NotAccepting => ("danger", Icon::LinkBroken, "Tar ikke imot", "Not accepting"),
            Self::Paused => ("neutral", Icon::Pause, "På pause", "Paused"),
            Self::Suspended => ("danger", Icon::PadlockLocked, "Sperret", "Suspended"),
            Self::Fetches => ("neutral", Icon::InboxDown, "Henter selv", "Fetches itself"),
            Self::NotCollecting => ("warning", Icon::Inbox, "Har ikke hentet", "Not collecting"),
            Self::GrantInForce => ("success", Icon::CheckmarkCircle, "Samtykke", "In force"),
            Self::GrantAwaits => (
                "neutral",
                Icon::Hourglass,
                "Venter på bekreftelse",
                "Awaiting confirmation",
            ),
            Self::GrantWithdrawn => ("neutral", Icon::ArrowUndo, "Trukket", "Withdrawn"),
            Self::Duty => ("neutral", Icon::Paragraph, "Plikt", "Duty"),
        };
        let word = match lang {
            Lang::Bokmal => bokmal,
            Lang::English => english,
        };
        Mark { color, icon, word }
    }
}

impl From<&State> for Standing {
    fn from(state: &State) -> Self {
        Self::of_delivery(state.name()).expect("every state has a standing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_a_delivery_has_a_standing() {
        for name in State::NAMES {
            assert!(Standing::of_delivery(name).is_some(), "{name}");
        }
        assert_eq!(Standing::of_delivery("stanset"), None);
    }

    #[test]
    fn words_are_those_of_the_design() {
        let blocked = Standing::Blocked.mark(Lang::Bokmal).to_string();
        assert!(
            blocked.starts_with(r#"<span class="st" data-color="warning"><svg"#),
            "{blocked}"
        );
        assert!(
            blocked.ends_with("</svg>Ikke sendt: mangler samtykke</span>"),
            "{blocked}"
        );
        for standing in Standing::ALL {
            let words = Lang::ALL.map(|lang| standing.mark(lang).word);
            assert!(words.iter().all(|word| !word.is_empty()));
            assert!(
                !words
                    .iter()
                    .any(|word| word.contains("Stanset") || word.contains("Stoppet"))
            );
        }
    }
}
