//! The adapters, as the engine calls them.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, InputError, Message, Minimised, PartyId, WithdrawalNotice};
use serde_json::Value;

/// What went wrong with an adapter, as a failure of that one call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdapterFault {
    /// Configuration has no adapter of this name.
    #[error("no adapter `{0}` is configured; add it with `bindeledd plugin install`")]
    Unknown(String),
    /// It trapped.
    #[error("the adapter `{adapter}` stopped with a fault: {what}")]
    Trapped {
        /// Which.
        adapter: String,
        /// The kind of trap; never content.
        what: String,
    },
    /// It used more than it may.
    #[error("the adapter `{adapter}` went over its limit of {limit}")]
    Limit {
        /// Which.
        adapter: String,
        /// The limit, with its figure.
        limit: String,
    },
    /// What it answered is not what the contract says.
    #[error("the adapter `{adapter}` gave an answer that breaks the contract: {what}")]
    Broken {
        /// Which.
        adapter: String,
        /// What is wrong with it; never content.
        what: String,
    },
    /// It failed so often that it was set aside.
    #[error("the adapter `{0}` has failed too often and was set aside; install another version or reset it")]
    Quarantined(String),
    /// Whoever sent it has made it fail so often that its next ones wait.
    #[error(
        "documents or messages of this sender made the adapter `{adapter}` fail too often; it takes them again in {seconds} \
         seconds, and those of others meanwhile"
    )]
    Resting {
        /// Which.
        adapter: String,
        /// How long still.
        seconds: u32,
    },
    /// It read a document as a kind that its manifest does not declare.
    #[error(
        "the adapter `{adapter}` read the document as `{kind}`, which is not among the kinds that it declares to read; nothing of \
         it was taken"
    )]
    ReadUndeclared {
        /// Which.
        adapter: String,
        /// The kind.
        kind: &'static str,
    },
    /// It was asked for a kind that its manifest does not declare, and did not refuse it by itself.
    #[error(
        "the receiver's adapter `{adapter}` does not write `{kind}`; ask another way, or send a kind that it writes"
    )]
    WriteUndeclared {
        /// Which.
        adapter: String,
        /// The kind.
        kind: &'static str,
    },
    /// Every place in the pool is taken.
    #[error("every place for adapter calls is taken; try again")]
    Busy,
}

impl AdapterFault {
    /// The code, with a page in `docs/errors`.
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

    /// Whether the same call may go well later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Quarantined(_) | Self::Unknown(_) | Self::Resting { .. }
        )
    }
}

/// Where a party stands: whom a failure over its input counts against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its organisation, by some name: units of one have the same.
    pub organisation: String,
    /// The origin of its endpoint's address, where its answers come from.
    pub origin: Option<String>,
}

/// The configured adapters. Every call is a fresh instance with bounded memory, fuel, input and output.
#[async_trait]
pub trait Adapters: Send + Sync + 'static {
    /// Tells where the parties stand, whenever that has changed.
    fn know(&self, parties: HashMap<PartyId, Standing>) {
        drop(parties);
    }

    /// Takes a version back that was set aside, and with it whoever rests, with a clean record. Says whether it was set aside.
    ///
    /// # Errors
    /// Where there is none of this name.
    fn reset(&self, adapter: &AdapterId) -> Result<bool, AdapterFault> {
        Err(AdapterFault::Unknown(adapter.to_string()))
    }

    /// The adapters whose documents a person enters in the receiver's system, where the endpoint has no address.
    fn entered_by_hand(&self) -> BTreeSet<AdapterId> {
        BTreeSet::new()
    }

    /// The SHA-256 of an adapter's file, by which its version is known; none where there is no such file.
    fn sha256(&self, adapter: &AdapterId) -> Option<[u8; 32]> {
        let _ = adapter;
        None
    }

    /// What an adapter says of itself.
    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault>;

    /// What of an endpoint's settings an adapter does not take, by the schema in its manifest; the paths are from the settings on,
    /// such as `.path`.
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

    /// Writes a message in a receiver's format. Takes nothing but minimised content.
    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault>;

    /// Writes word of a withdrawal in a receiver's format, which is what an adapter does with any message. Takes that notice and no
    /// message besides.
    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault>;

    /// Says what a response means.
    async fn settle(
        &self,
        adapter: &AdapterId,
        response: &Response,
        context: &Context,
    ) -> Result<Settlement, AdapterFault>;

    /// Builds a request to an inbox that the hub fetches from; `None` where this adapter or endpoint has no such thing.
    async fn ask(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        context: &Context,
    ) -> Result<Option<Request>, AdapterFault>;

    /// Says what the response to such a request means.
    async fn answered(
        &self,
        adapter: &AdapterId,
        what: &InboxAsk,
        response: &Response,
        context: &Context,
    ) -> Result<InboxAnswer, AdapterFault>;
}
