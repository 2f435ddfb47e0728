//! The adapters, as the engine calls them.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, InputError, Message, Minimised, PartyId, WithdrawalNotice};
use bindeledd_texts::Said;
use bindeledd_texts::problem::Detail;
use serde_json::Value;

use super::adapter_keeper::AdapterKeeper;

/// A failure of one adapter call. `Display` is the English text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdapterFault {
    /// Configuration has no adapter of this name.
    Unknown(String),
    /// The adapter trapped.
    Trapped {
        /// Name of the adapter.
        adapter: String,
        /// Kind of trap; never content.
        what: Said,
    },
    /// The adapter caught a fault of its own.
    Defect {
        /// Name of the adapter.
        adapter: String,
        /// Kind of the fault, and its place in the adapter's source; never content.
        place: String,
    },
    /// The document is of a format that the adapter does not declare.
    OtherFormat {
        /// Name of the adapter.
        adapter: String,
        /// Media types that it declares.
        formats: String,
    },
    /// The adapter used more than its limit.
    Limit {
        /// Name of the adapter.
        adapter: String,
        /// The exceeded limit, with its figure.
        limit: Said,
    },
    /// The adapter's answer breaks the contract.
    Broken {
        /// Name of the adapter.
        adapter: String,
        /// Fault in the answer; never content.
        what: Said,
    },
    /// The adapter failed so often that it is quarantined.
    Quarantined(String),
    /// Input from this sender made the adapter fail so often that the sender's next documents wait.
    Resting {
        /// Name of the adapter.
        adapter: String,
        /// Remaining wait, in seconds.
        seconds: u32,
    },
    /// The adapter read a document as a kind that its manifest does not declare.
    ReadUndeclared {
        /// Name of the adapter.
        adapter: String,
        /// Kind of message.
        kind: &'static str,
    },
    /// The adapter was asked for a kind that its manifest does not declare, and did not itself refuse.
    WriteUndeclared {
        /// Name of the adapter.
        adapter: String,
        /// Kind of message.
        kind: &'static str,
    },
    /// The version in use could not be loaded.
    NotLoaded(String),
    /// Every place in the pool is taken.
    Busy,
}

impl AdapterFault {
    /// Returns the text for a person.
    #[must_use]
    pub fn detail(&self) -> Detail {
        match self.clone() {
            Self::Unknown(adapter) => Detail::AdapterUnknown { adapter },
            Self::Trapped { adapter, what } => Detail::AdapterTrapped { adapter, what },
            Self::Defect { adapter, place } => Detail::AdapterDefect { adapter, place },
            Self::OtherFormat { adapter, formats } => Detail::AdapterOtherFormat { adapter, formats },
            Self::Limit { adapter, limit } => Detail::AdapterLimit { adapter, limit },
            Self::Broken { adapter, what } => Detail::AdapterBroken { adapter, what },
            Self::Quarantined(adapter) => Detail::AdapterQuarantined { adapter },
            Self::Resting { adapter, seconds } => Detail::AdapterResting {
                adapter,
                seconds: seconds.into(),
            },
            Self::ReadUndeclared { adapter, kind } => Detail::AdapterReadUndeclared {
                adapter,
                kind: kind.to_owned(),
            },
            Self::WriteUndeclared { adapter, kind } => Detail::AdapterWriteUndeclared {
                adapter,
                kind: kind.to_owned(),
            },
            Self::NotLoaded(adapter) => Detail::AdapterNotLoaded { adapter },
            Self::Busy => Detail::AdaptersBusy,
        }
    }

    /// Returns the code of the fault, with a page in `docs/errors`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "BL-3001",
            Self::Trapped { .. } => "BL-3002",
            Self::Limit { .. } => "BL-3003",
            Self::Broken { .. } => "BL-3004",
            Self::Quarantined(_) => "BL-3005",
            Self::NotLoaded(_) => "BL-3032",
            Self::Busy => "BL-3006",
            Self::Resting { .. } => "BL-3020",
            Self::ReadUndeclared { .. } => "BL-3030",
            Self::WriteUndeclared { .. } => "BL-3031",
            Self::Defect { .. } => "BL-3034",
            Self::OtherFormat { .. } => "BL-3033",
        }
    }

    /// Returns whether the same call may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::NotLoaded(_) | Self::Quarantined(_) | Self::Unknown(_) | Self::Resting { .. }
        )
    }
}

impl fmt::Display for AdapterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail().fmt(f)
    }
}

impl std::error::Error for AdapterFault {}

/// The organisation and the origin that are charged with a failure on a party's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Name of the party's organisation. All units of one organisation have the same name.
    pub organisation: String,
    /// Origin of the endpoint's address, where the party's responses come from.
    pub origin: Option<String>,
}

/// An installed adapter, as the operator sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedAdapter {
    /// Name in configuration.
    pub id: AdapterId,
    /// Manifest.
    pub manifest: Manifest,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Whether it is quarantined.
    pub set_aside: bool,
}

/// The limits of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Instructions.
    pub fuel: u64,
    /// Further instructions for each byte of input.
    pub fuel_per_byte: u64,
    /// Bytes of input.
    pub input_bytes: u64,
    /// Bytes of output.
    pub output_bytes: u64,
}

/// The configured adapters. Every call runs in a fresh instance with bounded memory, fuel, input and output.
#[async_trait]
pub trait Adapters: Send + Sync + 'static {
    /// Gives the adapters the standing of the parties. The engine calls this after every change of a party.
    fn know(&self, parties: HashMap<PartyId, Standing>) {
        drop(parties);
    }

    /// Ends the quarantine of an adapter's version, and clears the failures of the version and of the senders that
    /// rest. Returns whether the version was quarantined.
    ///
    /// # Errors
    /// An error if no adapter has this name.
    fn reset(&self, adapter: &AdapterId) -> Result<bool, AdapterFault> {
        Err(AdapterFault::Unknown(adapter.to_string()))
    }

    /// Returns every installed adapter, by name.
    fn listed(&self) -> Vec<ListedAdapter>;

    /// Returns the limits of a call; `None` if calls have none.
    fn limits(&self) -> Option<CallLimits> {
        None
    }

    /// Returns the adapters whose documents a person enters in the receiver's system, if the endpoint has no address.
    fn entered_by_hand(&self) -> BTreeSet<AdapterId> {
        BTreeSet::new()
    }

    /// Returns the SHA-256 of an adapter's file, which identifies its version; `None` if there is no such file.
    fn sha256(&self, adapter: &AdapterId) -> Option<[u8; 32]> {
        let _ = adapter;
        None
    }

    /// Returns these adapters with one version fixed: later switches do not show in them. The version is the one with this digest,
    /// or the one in use if there is no digest or the version is gone. `None` if adapters never switch here.
    fn fixed(&self, adapter: &AdapterId, sha256: Option<[u8; 32]>) -> Option<Arc<dyn Adapters>> {
        let _ = (adapter, sha256);
        None
    }

    /// Returns the keeper of installed versions; `None` if adapters never switch here.
    fn keeper(&self) -> Option<&dyn AdapterKeeper> {
        None
    }

    /// Returns the manifest of an adapter.
    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault>;

    /// Returns the faults in an endpoint's settings, by the schema in the adapter's manifest. A path begins at the
    /// settings, such as `.path`.
    async fn settings_faults(&self, adapter: &AdapterId, settings: &Value) -> Result<Vec<InputError>, AdapterFault> {
        let _ = settings;
        self.manifest(adapter).await.map(|_| Vec::new())
    }

    /// Reads a native document.
    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault>;

    /// Builds the answer to a sender's system.
    async fn acknowledge(
        &self,
        adapter: &AdapterId,
        outcome: &Outcome,
        origin: &Value,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault>;

    /// Writes a message in a receiver's format. The argument can only be minimised content.
    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault>;

    /// Writes a withdrawal notice in a receiver's format. The adapter treats the notice as a message like any other.
    /// The type of the argument admits a notice and no other message.
    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault>;

    /// Interprets a response to a sending.
    async fn settle(
        &self,
        adapter: &AdapterId,
        response: &Response,
        context: &Context,
    ) -> Result<Settlement, AdapterFault>;

    /// Builds a request to an inbox that the hub fetches from; `None` if this adapter or endpoint has no such
    /// request.
    async fn ask(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault>;

    /// Interprets the response to a request from [`Adapters::ask`].
    async fn answered(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        response: &Response,
        context: &Context,
    ) -> Result<InboxAnswer, AdapterFault>;
}
