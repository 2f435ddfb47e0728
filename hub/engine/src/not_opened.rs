//! The reasons why content is not opened, with their codes and texts.

use std::fmt;

use bindeledd_core::Reason;
use bindeledd_core::opening::{NotDecided, OPEN_AT_MOST, OpeningState};
use bindeledd_texts::problem::{Detail, Next};

/// Reason why content is not opened. `Display` is the English text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpeningError {
    /// The operator's settings do not allow break-glass.
    Off,
    /// A machine asks or answers.
    PersonsOnly,
    /// The person can not answer this request.
    NotSecond(NotDecided),
    /// The person has too many requests that are not over.
    TooMany,
    /// The request is in a state that this does not fit.
    Over(OpeningState),
    /// No grant lets any receiver have the message now.
    NotCovered(Reason),
    /// The operator looks into an inbox without a reason.
    NeedsReason,
    /// The hub no longer has the content.
    ContentGone,
}

impl OpeningError {
    /// Returns the code, with a page in `docs/errors`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off => "BL-1170",
            Self::PersonsOnly => "BL-1171",
            Self::NotSecond(_) => "BL-1172",
            Self::TooMany => "BL-1173",
            Self::Over(_) => "BL-1174",
            Self::NotCovered(_) | Self::ContentGone => "BL-1175",
            Self::NeedsReason => "BL-1176",
        }
    }

    /// Returns the text for the caller.
    #[must_use]
    pub fn detail(&self) -> Detail {
        match self {
            Self::Off => Detail::BreakGlassOff,
            Self::PersonsOnly => Detail::PersonsOnly,
            Self::NotSecond(NotDecided::NoRight) => Detail::SecondNoRole,
            Self::NotSecond(NotDecided::Own) => Detail::SecondOwn,
            Self::NotSecond(NotDecided::MadeByAsker) => Detail::SecondMadeByAsker,
            Self::NotSecond(NotDecided::Young) => Detail::SecondYoung,
            Self::TooMany => Detail::OpeningsTooMany {
                count: u64::try_from(OPEN_AT_MOST).unwrap_or(u64::MAX),
            },
            Self::Over(state) => Detail::OpeningOver { state: state.code() },
            Self::NotCovered(reason) => Detail::OpeningNotCovered { code: reason.code() },
            Self::NeedsReason => Detail::InboxNeedsReason,
            Self::ContentGone => Detail::ContentGone,
        }
    }

    /// Returns the action for the caller to take.
    #[must_use]
    pub const fn what_to_do(&self) -> Next {
        match self {
            Self::Off => Next::WorkWithStates,
            Self::PersonsOnly => Next::SignInAsPerson,
            Self::NotSecond(_) => Next::AskAnotherPerson,
            Self::TooMany => Next::EndOpening,
            Self::Over(_) => Next::LookAtOpening,
            Self::NotCovered(_) | Self::ContentGone => Next::AskSender,
            Self::NeedsReason => Next::GiveReason,
        }
    }
}

impl fmt::Display for OpeningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail().fmt(f)
    }
}

impl std::error::Error for OpeningError {}
