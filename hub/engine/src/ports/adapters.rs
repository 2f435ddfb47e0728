//! The adapters, as the engine calls them.

use async_trait::async_trait;
use bindeledd_core::contract::{
    Context, Document, InboxAnswer, InboxAsk, Manifest, Outcome, Reading, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, Message, Minimised, WithdrawalNotice};
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
        }
    }

    /// Whether the same call may go well later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Quarantined(_) | Self::Unknown(_))
    }
}

/// The configured adapters. Every call is a fresh instance with bounded memory, fuel, input and output.
#[async_trait]
pub trait Adapters: Send + Sync + 'static {
    /// What an adapter says of itself.
    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault>;

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
