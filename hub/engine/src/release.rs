//! The way of one delivery from waiting to settled: load, write, decide again and reserve, send, settle.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::contract::{Refusal, Request, Response, Settlement};
use bindeledd_core::delivery::{Cause, State, WaitingStep};
use bindeledd_core::known::may_leave;
use bindeledd_core::{
    CategorySet, DeliveryId, Endpoint, EndpointAddress, Message, Party, Reason, Released, WithdrawalNotice, backoff,
    decide,
};
use bindeledd_texts::cause::CauseText;
use jiff::Timestamp;

use crate::inner::Inner;
use crate::ports::{
    AdapterFault, Answered, Attempt, BEGIN_WITHIN, Frozen, Outcome, ReleaseInput, ReserveOutcome, SendError, Start,
    StoreError, ToWrite,
};
use crate::strangers;

/// The bytes of a release.
pub(crate) type ReleasedBytes = Released<Frozen>;

/// Wait of a delivery whose participant's ledger differs from the registered ledger.
const HELD: Duration = Duration::from_secs(300);

/// Takes a delivery as many steps as possible now. Returns the time when the delivery is due again, if that is known.
/// `at_hand` is the input that acceptance left for the first writing.
pub(crate) async fn deliver(
    inner: &Arc<Inner>,
    delivery: DeliveryId,
    at_hand: Option<ReleaseInput>,
) -> Option<Timestamp> {
    match try_deliver(inner, delivery, at_hand).await {
        Ok(due) => due,
        Err(error) => {
            // Nothing is lost: the row still has the state of the last commit, and the sweep voids a reservation.
            tracing::warn!(%error, %delivery, "the store did not answer; the delivery is tried again");
            Some(inner.after(inner.clock.now(), backoff::wait(1, inner.entropy.number(), None)))
        }
    }
}

async fn try_deliver(
    inner: &Arc<Inner>,
    delivery: DeliveryId,
    at_hand: Option<ReleaseInput>,
) -> Result<Option<Timestamp>, StoreError> {
    if !inner.kept.is_right() {
        // Periods of consent and expiry depend on the time. Without a trusted clock the hub decides nothing.
        return Ok(Some(inner.after(inner.clock.now(), Duration::from_secs(1))));
    }
    match prepare(inner, delivery, at_hand).await? {
        Prepared::Ready(ready) => send(inner, *ready).await,
        Prepared::Later(due) => Ok(Some(due)),
        Prepared::Over => Ok(None),
    }
}

/// A reserved delivery, with the input of its sending.
struct Ready {
    party: Arc<Party>,
    endpoint: Endpoint,
    address: EndpointAddress,
    released: ReleasedBytes,
    attempt: u32,
}

enum Prepared {
    Ready(Box<Ready>),
    Later(Timestamp),
    Over,
}

/// Loads the delivery, writes its bytes, decides again and reserves.
async fn prepare(
    inner: &Inner,
    delivery: DeliveryId,
    mut at_hand: Option<ReleaseInput>,
) -> Result<Prepared, StoreError> {
    // Two rounds at most: if the state changes between the writing and the decision, the bytes are written anew once.
    for _ in 0..2 {
        let now = inner.clock.now();
        let input = match at_hand.take() {
            Some(input) => Some(input),
            None => inner.store.release_input(delivery).await?,
        };
        let Some(input) = input else {
            return Ok(Prepared::Over);
        };
        let State::Waiting(waiting) = &input.state else {
            return Ok(Prepared::Over);
        };
        let attempts = waiting.attempts;
        if now >= input.expires_at {
            let expire = WaitingStep::Expire(Cause::expired());
            inner.store.move_waiting(delivery, expire, now).await?;
            return Ok(Prepared::Over);
        }
        let Some(party) = inner.directory().get(&input.party).cloned() else {
            return Ok(Prepared::Over);
        };
        let Some(endpoint) = party.endpoint.clone() else {
            return Ok(Prepared::Over);
        };
        let Some(address) = endpoint.address.clone() else {
            return Ok(Prepared::Over);
        };
        let written = match write_for(inner, &input, &party, Some(&endpoint), now).await? {
            Written::Frozen => None,
            Written::Now(frozen, permitted) => Some((frozen, permitted)),
            Written::Later(fault) => {
                let due = inner.after(now, backoff::wait(attempts + 3, inner.entropy.number(), None));
                let cause = Cause::new(fault.code(), fault.to_string());
                let wait = WaitingStep::TryAgain { due, cause };
                inner.store.move_waiting(delivery, wait, now).await?;
                return Ok(Prepared::Later(due));
            }
            Written::Over => return Ok(Prepared::Over),
        };
        let now = inner.clock.now();
        let until = inner.after(now, inner.settings.release);
        match inner.store.reserve(delivery, written, now, until).await? {
            ReserveOutcome::Reserved(released) => {
                let attempt = attempts + 1;
                return Ok(Prepared::Ready(Box::new(Ready {
                    party,
                    endpoint,
                    address,
                    released,
                    attempt,
                })));
            }
            ReserveOutcome::Changed => {}
            ReserveOutcome::NotNow | ReserveOutcome::Stopped(_) => return Ok(Prepared::Over),
        }
    }
    Ok(Prepared::Later(inner.after(inner.clock.now(), Duration::from_secs(1))))
}

/// The result of writing.
pub(crate) enum Written {
    /// The bytes are frozen already.
    Frozen,
    /// The delivery was written just now, with these categories.
    Now(Frozen, CategorySet),
    /// The adapter can not write the delivery now.
    Later(AdapterFault),
    /// The delivery has ended.
    Over,
}

/// Writes the bytes of a delivery that has none: the decision minimises the message, and the party's adapter writes it.
/// Without an adapter the bytes are the hub's own JSON.
pub(crate) async fn write_for(
    inner: &Inner,
    input: &ReleaseInput,
    party: &Party,
    endpoint: Option<&Endpoint>,
    now: Timestamp,
) -> Result<Written, StoreError> {
    if let Some(notice) = &input.notice {
        return write_notice(inner, input, notice, party, endpoint, now).await;
    }
    let Some(ToWrite {
        message,
        ledger,
        references,
    }) = &input.to_write
    else {
        return Ok(Written::Frozen);
    };
    let delivery = input.delivery;
    if let Err(reason) = may_leave(message) {
        let cause = Cause::new(reason.code(), reason.text());
        inner
            .store
            .move_waiting(delivery, WaitingStep::Cancel(cause), now)
            .await?;
        return Ok(Written::Over);
    }
    let needs = message.draft.body.all_needs();
    let decision = decide(ledger, &message.from, &party.id, message.draft.purpose, needs, now);
    let minimised = match decision.minimise(message) {
        Ok(minimised) => minimised,
        // The hub can not tell whether grants cover the delivery until the operator has checked the ledger. The
        // delivery waits.
        Err(blocked) if blocked.reason == Reason::Differs => {
            let due = inner.after(now, HELD);
            let cause = Cause::new(blocked.reason.code(), blocked.reason.text());
            let wait = WaitingStep::TryAgain { due, cause };
            inner.store.move_waiting(delivery, wait, now).await?;
            return Ok(Written::Over);
        }
        Err(blocked) => {
            let cause = Cause::new(blocked.reason.code(), blocked.reason.text());
            inner
                .store
                .move_waiting(delivery, WaitingStep::Cancel(cause), now)
                .await?;
            return Ok(Written::Over);
        }
    };
    let minimised = match inner.directory().get(&message.from) {
        Some(sender) => minimised.signed_by(sender),
        None => minimised,
    };
    let permitted = minimised.permitted();
    let Some(endpoint) = endpoint else {
        return Ok(Written::Now(own_json(minimised.content()), permitted));
    };
    let mut context = inner.context(party, endpoint, now);
    context.sender = inner.sender_of(message);
    context.references = references.clone();
    context.withheld = !minimised.withheld().is_empty();
    let adapters = inner.adapters_now(&endpoint.adapter);
    let answer = adapters.write(&endpoint.adapter, &minimised, &context).await;
    let written = (answer, adapters.sha256(&endpoint.adapter));
    come_of(inner, delivery, endpoint, (written, permitted), now).await
}

/// Writes a withdrawal notice, in the same way as a message.
async fn write_notice(
    inner: &Inner,
    input: &ReleaseInput,
    notice: &WithdrawalNotice,
    party: &Party,
    endpoint: Option<&Endpoint>,
    now: Timestamp,
) -> Result<Written, StoreError> {
    let Some(endpoint) = endpoint else {
        return Ok(Written::Now(own_json(notice.content()), CategorySet::EMPTY));
    };
    let mut context = inner.context(party, endpoint, now);
    context.sender = inner.sender_of(notice.content());
    let adapters = inner.adapters_now(&endpoint.adapter);
    let answer = adapters.write_notice(&endpoint.adapter, notice, &context).await;
    let answer = ((answer, adapters.sha256(&endpoint.adapter)), CategorySet::EMPTY);
    come_of(inner, input.delivery, endpoint, answer, now).await
}

/// Returns the bytes for a receiver without an adapter.
fn own_json(message: &Message) -> Frozen {
    let body = serde_json::to_vec(&message.to_json()).unwrap_or_default();
    Frozen {
        adapter: None,
        adapter_sha256: None,
        request: Request::post("/", "application/json", body),
    }
}

/// An adapter's answer, with the digest of the version that gave it.
type Answer = (Result<Result<Request, Refusal>, AdapterFault>, Option<[u8; 32]>);

/// Turns the adapter's answer for a message with these categories into the result of writing.
async fn come_of(
    inner: &Inner,
    delivery: DeliveryId,
    endpoint: &Endpoint,
    ((answer, adapter_sha256), permitted): (Answer, CategorySet),
    now: Timestamp,
) -> Result<Written, StoreError> {
    match answer {
        Ok(Ok(request)) => Ok(Written::Now(
            Frozen {
                adapter: Some(endpoint.adapter.clone()),
                adapter_sha256,
                request,
            },
            permitted,
        )),
        Ok(Err(refusal)) => {
            let cause = Cause::new("BL-3102", refusal.text);
            inner
                .store
                .move_waiting(delivery, WaitingStep::Fail(cause), now)
                .await?;
            Ok(Written::Over)
        }
        Err(fault) if fault.is_transient() => Ok(Written::Later(fault)),
        Err(fault) => {
            let cause = Cause::new(fault.code(), fault.to_string());
            inner
                .store
                .move_waiting(delivery, WaitingStep::Fail(cause), now)
                .await?;
            Ok(Written::Over)
        }
    }
}

/// Sends and settles. The sending enters `starting` before the store allows it to begin.
async fn send(inner: &Arc<Inner>, ready: Ready) -> Result<Option<Timestamp>, StoreError> {
    let Ready {
        party,
        endpoint,
        address,
        released,
        attempt,
    } = ready;
    let delivery = released.delivery();
    let adapter = released.bytes().adapter.clone();
    let adapter_sha256 = released.bytes().adapter_sha256;
    let is_receipt = released.is_receipt();
    // The time of the permission runs from before the store is asked. A withdrawal that finds the delivery `sending`
    // therefore knows that the time began earlier.
    let entered = inner.starting.enter(delivery, Start::new(&inner.clock, BEGIN_WITHIN));
    let now = inner.clock.now();
    if !inner.store.begin_sending(delivery, now).await? {
        // The delivery waits for a new release, if it may still be sent.
        return Ok(Some(now));
    }
    let response = inner.courier.send(released, &endpoint, &address, entered.start()).await;
    drop(entered);
    let now = inner.clock.now();
    let attempted = Attempt {
        answer: answered(&response),
        adapter: adapter.clone(),
        adapter_sha256,
    };
    let later = |cause, asked_for| {
        let due = inner.after(now, backoff::wait(attempt, inner.entropy.number(), asked_for));
        Outcome::TryAgain { due, cause }
    };
    // A response from a system other than the party's settles nothing, whatever an adapter would read from it.
    let strange = response.as_ref().ok().filter(|r| r.is_in_between() || r.is_wordless());
    let strange = strange.map(|response| (response.is_in_between(), strangers::cause(response, &address)));
    let settlement = match (response, &adapter) {
        (Ok(_), _) if strange.as_ref().is_some_and(|(in_between, _)| *in_between) => Ok(Settlement::RetryAfter(None)),
        (Ok(response), Some(adapter)) => {
            let context = inner.context(&party, &endpoint, now);
            inner
                .adapters_that_wrote(adapter, adapter_sha256)
                .settle(adapter, &response, &context)
                .await
                .map_err(|fault| {
                    // The adapter can not interpret the response. The next response to the same bytes may be readable.
                    later(Cause::new(fault.code(), fault.to_string()), None)
                })
        }
        (Ok(response), None) => Ok(response.settle_json()),
        (Err(SendError::Transient(_, what)), _) => Err(later(
            Cause::new("BL-4002", CauseText::HubTriesAgain { what }.to_string()),
            None,
        )),
        (Err(SendError::Permanent(what)), _) => Err(Outcome::Failed(Cause::new("BL-4003", what.to_string()))),
    };
    match (&settlement, &strange) {
        (Ok(Settlement::RetryAfter(_)), Some(_)) => inner.answered_by_another(&address, &party.id, now).await,
        (Ok(_), _) => inner.answered_by_itself(&address).await,
        (Err(_), _) => {}
    }
    let outcome = match settlement {
        Ok(settlement) => {
            let until = inner.after(now, Duration::from_secs(u64::from(endpoint.limits.receipt_seconds)));
            let strange = strange.map(|(_, cause)| cause);
            outcome_of(settlement, strange, is_receipt, until, later)
        }
        Err(outcome) => outcome,
    };
    let awaits = matches!(outcome, Outcome::AwaitingReceipt { .. });
    let due = settle(inner, delivery, (outcome, attempted), now).await;
    if awaits {
        // A fetcher also has to ask for the receipt of a party from which nothing is fetched.
        inner.ensure_fetcher(&party);
    }
    due
}

fn answered(response: &Result<Response, SendError>) -> Answered {
    match response {
        Ok(response) => Answered::Status(response.status),
        Err(error) => Answered::Nothing(error.failure()),
    }
}

/// Returns the outcome of a settlement. `strange` explains why the response is not the party's own.
fn outcome_of(
    settlement: Settlement,
    strange: Option<Cause>,
    is_receipt: bool,
    until: Timestamp,
    later: impl FnOnce(Cause, Option<u32>) -> Outcome,
) -> Outcome {
    match settlement {
        Settlement::Delivered => Outcome::Delivered,
        // The hub expects no receipt for a receipt.
        Settlement::AwaitingReceipt(_) if is_receipt => Outcome::Delivered,
        Settlement::AwaitingReceipt(references) => Outcome::AwaitingReceipt { references, until },
        // A receipt is for a system: no person has to act on it.
        Settlement::WithPerson if is_receipt => Outcome::Delivered,
        Settlement::WithPerson => Outcome::WithPerson { until },
        Settlement::RetryAfter(seconds) => {
            let busy = || Cause::new("BL-4002", CauseText::ReceiverBusy.to_string());
            later(strange.unwrap_or_else(busy), seconds)
        }
        Settlement::Refused(refusal) => Outcome::Refused(Cause::refused(refusal.text)),
    }
}

async fn settle(
    inner: &Inner,
    delivery: DeliveryId,
    (outcome, attempt): (Outcome, Attempt),
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let due = match &outcome {
        Outcome::TryAgain { due, .. } => Some(*due),
        Outcome::Delivered
        | Outcome::AwaitingReceipt { .. }
        | Outcome::WithPerson { .. }
        | Outcome::Refused(_)
        | Outcome::Failed(_) => None,
    };
    settle_for_sure(inner, delivery, (outcome, attempt), now).await?;
    Ok(due)
}

/// Settles a sending, and repeats that until it succeeds. The bytes were on the wire, and only this process knows the
/// outcome. A stop ends the attempts; the next start then sends the same bytes again.
pub(crate) async fn settle_for_sure(
    inner: &Inner,
    delivery: DeliveryId,
    (outcome, attempt): (Outcome, Attempt),
    now: Timestamp,
) -> Result<bool, StoreError> {
    loop {
        match inner
            .store
            .settle(delivery, outcome.clone(), attempt.clone(), now)
            .await
        {
            Err(error) if !inner.stopping() => {
                tracing::warn!(%error, %delivery, "a sending could not be settled; it is tried again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            settled => return settled,
        }
    }
}
