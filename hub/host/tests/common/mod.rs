//! A message that a decision permits, and the context of a call.
#![expect(clippy::unwrap_used, reason = "what these need is there or the test can not be run")]

use bindeledd_catalogue::fixtures;
use bindeledd_core::consent::{Basis, Grant, GrantOnFile, Ledger, Moment, Period};
use bindeledd_core::contract::{Context, Document, Response};
use bindeledd_core::{
    Category, CategorySet, ConsentId, Kind, Message, Minimised, ParticipantRef, PartyId, Purpose, decide,
};
use uuid::Uuid;

/// A message of `kind`, with every category granted.
pub(crate) fn message(kind: Kind) -> Minimised<Message> {
    permitting(&fixtures::message(kind).unwrap(), Category::ALL.into_iter().collect())
}

/// Returns the part of a message that these categories permit.
pub(crate) fn permitting(message: &Message, categories: CategorySet) -> Minimised<Message> {
    let receiver = PartyId::parse("mottaker").unwrap();
    let now = message.draft.sent_at;
    let grant = Grant {
        from: message.from.clone(),
        to: receiver.clone(),
        purpose: Purpose::WorkOrientedFollowup,
        categories,
        basis: Basis::Consent,
        period: None,
        confirmed: true,
    };
    let participant = ParticipantRef(Uuid::nil());
    let mut ledger = Ledger::empty(participant);
    ledger.grants.push(GrantOnFile {
        consent: ConsentId(Uuid::nil()),
        version: 1,
        index: 0,
        given_at: now,
        registered: 0,
        registrar: None,
        withdrawn: false,
        consent_period: Period {
            start: Moment::Instant(now),
            end: None,
        },
        grant,
    });
    let needs = message.draft.body.all_needs();
    decide(
        &ledger,
        &message.from,
        &receiver,
        Purpose::WorkOrientedFollowup,
        needs,
        now,
    )
    .minimise(message)
    .unwrap()
}

/// The context of a call of a party's adapter.
pub(crate) fn context(party: &str) -> Context {
    let mut context = Context::example();
    context.party.id = party.into();
    context
}

pub(crate) const fn document(body: &[u8]) -> Document<'_> {
    Document {
        media_type: "application/json",
        body,
    }
}

pub(crate) const fn response(status: u16) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: Vec::new(),
    }
}
