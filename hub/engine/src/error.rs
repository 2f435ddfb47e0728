//! Errors for callers of the engine.

use std::fmt;

use bindeledd_core::consent::GIVEN_AHEAD_AT_MOST;
use bindeledd_core::contract::{Refusal, Request};
use bindeledd_core::guard::Finding;
use bindeledd_core::{InputError, MessageId};
use bindeledd_texts::Said;
use bindeledd_texts::problem::{Detail, Next};

use crate::adapter_fault::AdapterLifeError;
use crate::not_opened::OpeningError;
use crate::ports::{AdapterFault, OverBudget, StoreError, WasDone};

/// Reason why the engine refused or failed. `Display` is the English text; details for the log alone are in the source.
#[derive(Debug)]
pub enum EngineError {
    /// The input is invalid.
    Input(InputError),
    /// A free text contains something that this hub refuses.
    FreeText {
        /// Fields and findings.
        flags: Vec<Finding>,
        /// The fields and findings in plain Norwegian, for a person at the sender's side.
        told: String,
        /// Answer in the sender's format; `None` if the format has no such answer.
        answer: Option<Request>,
    },
    /// The input names a party that the hub does not know.
    UnknownParty {
        /// Name: a slug, `org:` or `her:`.
        name: String,
        /// Path of the field that contains the name.
        path: String,
    },
    /// The sender already used this reference for other content.
    ReferenceTaken {
        /// Earlier message with the reference.
        earlier: MessageId,
    },
    /// A correction names no message that its sender sent about this participant.
    CorrectsNothing,
    /// The adapter refuses the document.
    Refused(Refusal),
    /// The adapter failed on the document.
    Adapter(AdapterFault),
    /// The store failed.
    Store(StoreError),
    /// The date of a consent lies ahead of the hub's clock.
    NotYetGiven,
    /// The consent was registered before, and was erased with its participant.
    ErasedBefore,
    /// The operator confirms for a party without evidence of that party's word.
    NoEvidence,
    /// The change is on disk, and no sending begins under the old state. Some earlier sendings did not end in time.
    NotSettled {
        /// The change, and the sendings that are still open.
        what: Detail,
    },
    /// The token of a preview is unknown, too old, or another caller's.
    PreviewOver,
    /// Somebody else has taken or closed the alert.
    SomebodyElse {
        /// The actor, the act and its time.
        what: Detail,
    },
    /// Somebody else has changed the party since the caller saw it.
    PartyChanged {
        /// The newest version, and its maker.
        what: Detail,
    },
    /// The hub can not use the set-up of an earlier version of a party any longer.
    VersionMisfit {
        /// The version and its fault.
        what: Detail,
    },
    /// The versions of an adapter stay as they are.
    AdapterLife(AdapterLifeError),
    /// Content is not opened.
    Opening(OpeningError),
    /// The machine's clock is not trusted.
    Clock {
        /// Difference of the clock.
        what: Detail,
    },
    /// The caller may not do this action.
    NotAllowed {
        /// The action, and the callers that may do it.
        what: Detail,
    },
    /// The object does not exist, or the caller may not know of it.
    NotFound {
        /// The missing object.
        what: Detail,
    },
    /// The request conflicts with existing data.
    Conflict {
        /// The conflicting data.
        what: Detail,
    },
}

impl EngineError {
    /// Returns the code, with a page in `docs/errors`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(e) => e.code.code(),
            Self::FreeText { .. } => "BL-1007",
            Self::UnknownParty { .. } => "BL-1104",
            Self::ReferenceTaken { .. } => "BL-1106",
            Self::CorrectsNothing => "BL-1160",
            Self::NotYetGiven => "BL-2010",
            Self::ErasedBefore => "BL-2011",
            Self::NoEvidence => "BL-2020",
            Self::PreviewOver => "BL-4035",
            Self::SomebodyElse { .. } => "BL-1161",
            Self::PartyChanged { .. } => "BL-1162",
            Self::VersionMisfit { .. } => "BL-1163",
            Self::AdapterLife(error) => error.code(),
            Self::Opening(error) => error.code(),
            Self::Clock { .. } => "BL-4030",
            Self::NotAllowed { .. } => "BL-1102",
            Self::NotFound { .. } => "BL-1107",
            Self::Conflict { .. } => "BL-1108",
            Self::Refused(_) => "BL-3101",
            Self::Adapter(fault) => fault.code(),
            Self::Store(StoreError::Full) => "BL-5001",
            Self::Store(StoreError::Away(_)) => "BL-5002",
            Self::Store(StoreError::Damaged(_)) => "BL-5003",
            Self::Store(StoreError::OverBudget(OverBudget::Stored)) => "BL-1132",
            Self::Store(StoreError::OverBudget(OverBudget::Nowhere { .. })) => "BL-1133",
            Self::Store(StoreError::LogDiffers(_)) => "BL-5020",
            Self::Store(StoreError::LedgerDiffers) => "BL-5021",
            Self::Store(StoreError::Unwitnessed(_)) => "BL-5034",
            Self::Store(StoreError::Unknown(_)) => "BL-5035",
            Self::NotSettled { .. } => "BL-5036",
        }
    }

    /// Returns whether the failed command was done, as far as that is known; `None` if it was refused before it began.
    #[must_use]
    pub const fn was_done(&self) -> Option<WasDone> {
        match self {
            Self::Store(error) => Some(error.was_done()),
            Self::NotSettled { .. } => Some(WasDone::Yes),
            Self::Clock { .. } => Some(WasDone::No),
            Self::Input(_)
            | Self::FreeText { .. }
            | Self::UnknownParty { .. }
            | Self::ReferenceTaken { .. }
            | Self::CorrectsNothing
            | Self::Refused(_)
            | Self::Adapter(_)
            | Self::NotAllowed { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::NotYetGiven
            | Self::NoEvidence
            | Self::PreviewOver
            | Self::SomebodyElse { .. }
            | Self::PartyChanged { .. }
            | Self::VersionMisfit { .. }
            | Self::AdapterLife(_)
            | Self::Opening(_)
            | Self::ErasedBefore => None,
        }
    }

    /// Returns the text for the caller.
    #[must_use]
    pub fn detail(&self) -> Detail {
        match self {
            Self::Input(error) => error.into(),
            Self::FreeText { flags, .. } => Detail::FreeText { found: found(flags) },
            Self::UnknownParty { path, .. } => Detail::UnknownParty { path: path.clone() },
            Self::ReferenceTaken { earlier } => Detail::ReferenceTaken {
                message: earlier.to_string(),
            },
            Self::CorrectsNothing => Detail::CorrectsNothing,
            Self::Refused(refusal) => refusal.text.clone().into(),
            Self::Adapter(fault) => fault.detail(),
            Self::Store(error) => error.detail(),
            Self::NotYetGiven => Detail::NotYetGiven {
                minutes: GIVEN_AHEAD_AT_MOST.as_mins().unsigned_abs(),
            },
            Self::ErasedBefore => Detail::ErasedBefore,
            Self::NoEvidence => Detail::NoEvidence,
            Self::PreviewOver => Detail::PreviewOver,
            Self::AdapterLife(error) => error.detail(),
            Self::Opening(error) => error.detail(),
            Self::NotSettled { what }
            | Self::SomebodyElse { what }
            | Self::PartyChanged { what }
            | Self::VersionMisfit { what }
            | Self::Clock { what }
            | Self::NotAllowed { what }
            | Self::NotFound { what }
            | Self::Conflict { what } => what.clone(),
        }
    }

    /// Returns the text for the caller, to be read in any language.
    #[must_use]
    pub fn said(&self) -> Said {
        self.detail().into()
    }

    /// Returns the action for the caller to take.
    #[must_use]
    pub const fn what_to_do(&self) -> Next {
        match self {
            Self::Input(_) => Next::CorrectField,
            Self::FreeText { .. } => Next::TakeOutText,
            Self::UnknownParty { .. } => Next::CheckParty,
            Self::ReferenceTaken { .. } => Next::NewReference,
            Self::CorrectsNothing => Next::NameCorrected,
            Self::Refused(_) => Next::FollowText,
            Self::Adapter(AdapterFault::OtherFormat { .. }) => Next::FollowText,
            Self::Adapter(AdapterFault::ReadUndeclared { .. }) => Next::GiveOperatorCode,
            Self::Adapter(_) => Next::AgainLaterOrCode,
            Self::Store(StoreError::Full) => Next::WhenRoom,
            Self::Store(StoreError::OverBudget(OverBudget::Stored)) => Next::WhenEnded,
            Self::Store(StoreError::OverBudget(OverBudget::Nowhere { .. })) => Next::ConsentsFirst,
            Self::Store(StoreError::LogDiffers(_) | StoreError::LedgerDiffers) => Next::WaitForOperator,
            Self::NotYetGiven => Next::RightTime,
            Self::ErasedBefore => Next::NewConsent,
            Self::PreviewOver => Next::NewPreview,
            Self::AdapterLife(error) => error.what_to_do(),
            Self::Opening(error) => error.what_to_do(),
            Self::SomebodyElse { .. } => Next::ReadAlert,
            Self::PartyChanged { .. } => Next::ReadVersions,
            Self::VersionMisfit { .. } => Next::OtherVersion,
            Self::NoEvidence => Next::NameEvidence,
            Self::Clock { .. } => Next::WhenClockRight,
            Self::Store(StoreError::Away(_) | StoreError::Damaged(_)) => Next::AgainLater,
            Self::Store(StoreError::Unwitnessed(_)) => Next::AgainUntilAnswered,
            Self::Store(StoreError::Unknown(_)) => Next::CheckOrAgain,
            Self::NotSettled { .. } => Next::AgainToBeTold,
            Self::NotAllowed { .. } => Next::OwnKey,
            Self::NotFound { .. } => Next::CheckId,
            Self::Conflict { .. } => Next::CheckState,
        }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The log gets the store's own words.
            Self::Store(error) => error.fmt(f),
            error => error.detail().fmt(f),
        }
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Store(error) = self {
            return Some(error);
        }
        None
    }
}

/// Names fields and findings, never content.
fn found(flags: &[Finding]) -> String {
    let found: Vec<_> = flags
        .iter()
        .map(|f| format!("{} ({})", f.path, f.what.code()))
        .collect();
    found.join(", ")
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AdapterLifeError> for EngineError {
    fn from(error: AdapterLifeError) -> Self {
        Self::AdapterLife(error)
    }
}

impl From<AdapterFault> for EngineError {
    fn from(fault: AdapterFault) -> Self {
        Self::Adapter(fault)
    }
}

impl From<InputError> for EngineError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}
