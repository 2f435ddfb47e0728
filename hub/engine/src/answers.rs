//! Answers to senders' systems. An answer is built from the real outcome, after the acceptance is committed.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::contract::{DeliveryOutcome, Flag, MessageOutcome, Outcome};
use bindeledd_core::guard;
use bindeledd_core::{CategorySet, ControlNotice};

use crate::inner::Inner;
use crate::ports::{AcceptedMessage, AdapterFault, BuiltAnswer, Frozen, PendingAnswer, StoreError};

/// Longest time between two searches for pending answers.
const LOOK_AT_LEAST: Duration = Duration::from_secs(5);

pub(crate) async fn run(inner: Arc<Inner>) {
    while !inner.stopping() {
        match inner.store.pending_answers(64).await {
            Ok(pending) if !pending.is_empty() => {
                for answer in pending {
                    if let Err(error) = build(&inner, answer).await {
                        tracing::warn!(%error, "an answer could not be queued; it is tried again");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the store did not answer; answers are tried again"),
        }
        let mut stop = inner.stop.subscribe();
        tokio::select! {
            () = inner.answers.notified() => {}
            () = inner.clock.sleep(LOOK_AT_LEAST) => {}
            _ = stop.wait_for(|stopped| *stopped) => {}
        }
    }
}

async fn build(inner: &Inner, pending: PendingAnswer) -> Result<(), StoreError> {
    let now = inner.clock.now();
    let party = inner.directory().get(&pending.sender).cloned();
    let endpoint = party.as_ref().and_then(|p| p.endpoint.clone());
    let answer = match (&party, &endpoint) {
        (Some(party), Some(endpoint)) => {
            let context = inner.context(party, endpoint, now);
            let outcome = Outcome {
                messages: pending.messages.iter().map(outcome_of).collect(),
                refused: None,
            };
            let adapter = &pending.origin.adapter;
            let adapters = inner.adapters_now(adapter);
            match adapters
                .acknowledge(adapter, &outcome, &pending.origin.origin, &context)
                .await
            {
                Ok(Some(request)) => {
                    let notice = ControlNotice::receipt_to_sender(party.id.clone(), Some(pending.about));
                    let frozen = Frozen {
                        adapter: Some(adapter.clone()),
                        adapter_sha256: adapters.sha256(adapter),
                        request,
                    };
                    BuiltAnswer::Ready(Box::new((notice, frozen)))
                }
                Ok(None) => BuiltAnswer::Nothing,
                Err(AdapterFault::Busy) => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    return Ok(());
                }
                // A missing or quarantined adapter must not block the answers to other senders.
                Err(fault) => {
                    tracing::error!(%fault, "the adapter can not answer its sender; none is given");
                    BuiltAnswer::NotGiven { code: fault.code() }
                }
            }
        }
        // The party or its endpoint was removed, so that the answer has no receiver.
        _ => BuiltAnswer::Nothing,
    };
    inner
        .store
        .put_answer(pending.id, answer, inner.after(now, inner.settings.expire), now)
        .await?;
    inner.wake(&pending.sender);
    Ok(())
}

fn outcome_of(message: &AcceptedMessage) -> MessageOutcome {
    let codes = |set: CategorySet| set.codes().into_iter().map(Into::into).collect::<Vec<_>>();
    let flag = |found: &guard::Finding| Flag {
        path: found.path.clone(),
        what: found.what.code().into(),
    };
    MessageOutcome {
        id: message.id.to_string(),
        kind: message.kind.code().into(),
        deliveries: message
            .deliveries
            .iter()
            .map(|d| DeliveryOutcome {
                to: d.to.to_string(),
                state: d.state.into(),
                withheld: codes(d.withheld),
                would_need: codes(d.would_need()),
                reason: d.cause.as_ref().map(|c| c.text.clone()),
            })
            .collect(),
        flags: message.flags.iter().map(flag).collect(),
        remark: Some(guard::sentence(message.kind, &message.flags)).filter(|remark| !remark.is_empty()),
    }
}
