//! The adapters, as the engine calls them.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, InputError, Message, Minimised, PartyId, WithdrawalNotice};
use serde_json::Value;

/// A failure of one adapter call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdapterFault {
    /// Configuration has no adapter of this name.
    #[error("no adapter `{0}` is configured; add it with `bindeledd plugin install`")]
    Unknown(String),
    /// The adapter trapped.
    #[error("the adapter `{adapter}` stopped with a fault: {what}")]
    Trapped {
        /// Name of the adapter.
        adapter: String,
        /// Kind of trap; never content.
        what: String,
    },
    /// The adapter used more than its limit.
    #[error("the adapter `{adapter}` went over its limit of {limit}")]
    Limit {
        /// Name of the adapter.
        adapter: String,
        /// The exceeded limit, with its figure.
        limit: String,
    },
    /// The adapter's answer breaks the contract.
    #[error("the adapter `{adapter}` gave an answer that breaks the contract: {what}")]
    Broken {
        /// Name of the adapter.
        adapter: String,
        /// Fault in the answer; never content.
        what: String,
    },
    /// The adapter failed so often that it is quarantined.
    #[error("the adapter `{0}` has failed too often and was set aside; install another version or reset it")]
    Quarantined(String),
    /// Input from this sender made the adapter fail so often that the sender's next documents wait.
    #[error(
        "documents or messages of this sender made the adapter `{adapter}` fail too often; it takes them again in {seconds} \
         seconds, and those of others meanwhile"
    )]
    Resting {
        /// Name of the adapter.
        adapter: String,
        /// Remaining wait, in seconds.
        seconds: u32,
    },
    /// The adapter read a document as a kind that its manifest does not declare.
    #[error(
        "the adapter `{adapter}` read the document as `{kind}`, which is not among the kinds that it declares to read; nothing of \
         it was taken"
    )]
    ReadUndeclared {
        /// Name of the adapter.
        adapter: String,
        /// Kind of message.
        kind: &'static str,
    },
    /// The adapter was asked for a kind that its manifest does not declare, and did not itself refuse.
    #[error(
        "the receiver's adapter `{adapter}` does not write `{kind}`; ask another way, or send a kind that it writes"
    )]
    WriteUndeclared {
        /// Name of the adapter.
        adapter: String,
        /// Kind of message.
        kind: &'static str,
    },
    /// Every place in the pool is taken.
    #[error("every place for adapter calls is taken; try again")]
    Busy,
}

impl AdapterFault {
    /// Returns the code of the fault, with a page in `docs/errors`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "BL-3001",
            Self::Trapped { .. } => "BL-3002",
            Self::Limit { .. } => "BL-3003",
            Self::Broken { .. } => "BL-3004",
            Self::Quarantined(_) => "BL-3005",
            Self::Busy => "BL-3006",
            Self::Resting { .. } => "BL-3020",
            Self::ReadUndeclared { .. } => "BL-3030",
            Self::WriteUndeclared { .. } => "BL-3031",
        }
    }

    /// Returns whether the same call may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Quarantined(_) | Self::Unknown(_) | Self::Resting { .. }
        )
    }
}

/// The organisation and the origin that are charged with a failure on a party's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Name of the party's organisation. All units of one organisation have the same name.
    pub organisation: String,
    /// Origin of the endpoint's address, where the party's responses come from.
    pub origin: Option<String>,
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

    /// Returns the adapters whose documents a person enters in the receiver's system, if the endpoint has no address.
    fn entered_by_hand(&self) -> BTreeSet<AdapterId> {
        BTreeSet::new()
    }

    /// Returns the SHA-256 of an adapter's file, which identifies its version; `None` if there is no such file.
    fn sha256(&self, adapter: &AdapterId) -> Option<[u8; 32]> {
        let _ = adapter;
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
