//! Questions to a mailbox: the adapter builds the request and reads the answer, and the courier carries both.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::contract::{InboxAnswer, InboxAsk, Item, Request, Response};
use bindeledd_core::delivery::Cause;
use bindeledd_core::{Endpoint, EndpointAddress, Party};
use bindeledd_texts::cause::CauseText;
use jiff::Timestamp;

use super::Fetcher;
use crate::ports::{AdapterFault, MailboxRequest, SendError};
use crate::strangers;

/// Wait before a broken stream of events is opened again.
const LISTEN_AGAIN: Duration = Duration::from_secs(60);

/// The party whose endpoint is used for the questions. Every party behind the mailbox would serve as well.
pub(super) struct Leader {
    pub(super) party: Arc<Party>,
    pub(super) endpoint: Endpoint,
    pub(super) address: EndpointAddress,
}

impl Leader {
    pub(super) fn of(party: &Arc<Party>) -> Option<Self> {
        let endpoint = party.endpoint.clone()?;
        Some(Self {
            address: endpoint.address.clone()?,
            endpoint,
            party: Arc::clone(party),
        })
    }
}

pub(super) enum Asked {
    Answer(InboxAnswer),
    /// The adapter has no request for this question.
    NoSuchThing,
    /// The mailbox can not answer now.
    Later(Option<u32>, Cause),
    /// The adapter reports that the mailbox will never answer this question.
    Never(Cause),
    /// The adapter failed on this answer. The next answer may be different.
    Failed(Cause),
}

impl Fetcher {
    pub(super) async fn ask(&self, leader: &Leader, what: &InboxAsk) -> Asked {
        let inner = &self.inner;
        let context = inner.context(&leader.party, &leader.endpoint, inner.clock.now());
        let adapter = &leader.endpoint.adapter;
        let fault = |fault: AdapterFault| {
            let cause = Cause::new(fault.code(), fault.to_string());
            if fault.is_transient() {
                Asked::Later(None, cause)
            } else {
                Asked::Failed(cause)
            }
        };
        let adapters = inner.adapters_now(adapter);
        let request = match adapters.ask(adapter, what, &context).await {
            Ok(Some(request)) => request,
            Ok(None) => return Asked::NoSuchThing,
            Err(e) => return fault(e),
        };
        let request = MailboxRequest::new(request);
        match inner.courier.ask(request, &leader.endpoint, &leader.address).await {
            // A response from a system other than the mailbox changes nothing, whatever an adapter would read from it.
            Ok(response) if response.is_in_between() => self.strange(leader, &response).await,
            Ok(response) => match adapters.answered(adapter, what, &response, &context).await {
                Ok(InboxAnswer::Later(_)) if response.is_wordless() => self.strange(leader, &response).await,
                Ok(InboxAnswer::Later(after)) => {
                    let status = response.status.into();
                    let text = CauseText::MailboxAnswered { status };
                    Asked::Later(after, Cause::new("BL-4011", text.to_string()))
                }
                Ok(InboxAnswer::Refused(refusal)) => Asked::Never(Cause::new("BL-4011", refusal.text)),
                Ok(answer) => {
                    inner.answered_by_itself(&leader.address).await;
                    Asked::Answer(answer)
                }
                Err(e) => fault(e),
            },
            Err(SendError::Transient(_, what)) => {
                let text = CauseText::TriedAgain { what };
                Asked::Later(None, Cause::new("BL-4011", text.to_string()))
            }
            // An operator can correct the configuration, so that the hub goes on trying.
            Err(SendError::Permanent(what)) => Asked::Later(None, Cause::new("BL-4003", what.to_string())),
        }
    }

    /// Reports that a system other than the mailbox answered.
    async fn strange(&self, leader: &Leader, response: &Response) -> Asked {
        let inner = &self.inner;
        let now = inner.clock.now();
        inner.answered_by_another(&leader.address, &leader.party.id, now).await;
        Asked::Later(None, strangers::cause(response, &leader.address))
    }

    pub(super) async fn decline(&self, leader: &Leader, item: &Item, cause: &Cause, now: Timestamp) -> Option<Request> {
        let what = InboxAsk::Decline {
            item: item.clone(),
            code: cause.code.clone(),
            text: cause.text.clone(),
        };
        let context = self.inner.context(&leader.party, &leader.endpoint, now);
        let asked = self.inner.adapters.ask(&leader.endpoint.adapter, &what, &context).await;
        // If the adapter also fails to make the answer to the refused item, the sender gets no answer. The operator
        // sees the item in the alert.
        asked.unwrap_or_default()
    }

    /// Opens the mailbox's stream of events, if it has one. Polling goes on beside the stream.
    pub(super) async fn listen(&mut self, leader: &Leader) {
        let inner = Arc::clone(&self.inner);
        let now = inner.clock.now();
        if self.events.is_some() || now < self.listen_at {
            return;
        }
        self.listen_at = inner.after(now, LISTEN_AGAIN);
        let Ok(cursor) = inner.store.cursor(&self.name).await else {
            return;
        };
        let context = inner.context(&leader.party, &leader.endpoint, now);
        let what = InboxAsk::Listen { cursor };
        if let Ok(Some(request)) = inner.adapters.ask(&leader.endpoint.adapter, &what, &context).await {
            let request = MailboxRequest::new(request);
            match inner.courier.listen(request, &leader.endpoint, &leader.address).await {
                Ok(events) => self.events = Some(events),
                Err(error) => tracing::info!(%error, mailbox = %self.name.0, "no events; the mailbox is polled"),
            }
        }
    }
}
