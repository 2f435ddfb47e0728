//! A small world for the properties: parties, participants, consents, messages, and the steps of a delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Grant, Moment, Period};
use bindeledd_core::contract::{Reference, Request};
use bindeledd_core::delivery::State;
use bindeledd_core::{
    AdapterId, Category, CategorySet, ConsentId, DeliveryId, Draft, Endpoint, EndpointAddress, EndpointLimits,
    MessageId, NationalId, ParticipantRef, Party, PartyId, PartyKind, Purpose, Receivers, Released, decide,
};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{
    Acceptance, AcceptedMessage, Acknowledged, Actor, Attempt, AuditRow, Frozen, MessageFilter, MessageView,
    NewConsent, NewMessage, NotAccepted, Outcome, ReserveOutcome, Store, Taken,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::TestStore;

/// A synthetic person.
pub const KARI: &str = "15720255178";
/// Another synthetic person.
pub const OLA: &str = "31777207884";
/// The provider's id.
pub const AFT: &str = "nordvik-aft";
/// The GP's id.
pub const GP: &str = "fjellvik-legekontor";
/// The specialist service's id.
pub const DPS: &str = "nordvik-dps";
/// The Nav office's id.
pub const NAV: &str = "nav-nordvik";

/// A store that contains the parties.
pub struct World<P> {
    /// The store's place.
    pub place: P,
    store: Option<Arc<dyn Store>>,
    next: AtomicU64,
}

/// Returns the time this many seconds after the beginning of the story.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

/// Makes a party's id.
#[must_use]
pub fn id(raw: &str) -> PartyId {
    PartyId::parse(raw).unwrap()
}

/// Makes a person's number.
#[must_use]
pub fn person(raw: &str) -> NationalId {
    NationalId::parse(raw).unwrap()
}

/// Makes a party with an address.
#[must_use]
pub fn party(raw: &str, kind: PartyKind) -> Party {
    Party {
        id: id(raw),
        name: format!("Navnet til {raw}"),
        public_label: None,
        public_phone: None,
        kind,
        part_of: None,
        org_number: None,
        her_id: None,
        person: None,
        phone: None,
        handlers: Vec::new(),
        registrar: raw == AFT,
        trusts: Vec::new(),
        endpoint: Some(Endpoint {
            adapter: AdapterId::parse("provider-json").unwrap(),
            address: EndpointAddress::parse("https://party.example/in"),
            credential: None,
            settings: "{}".into(),
            her_id: None,
            org_number: None,
            limits: EndpointLimits::default(),
        }),
        notify: None,
        paused: false,
        suspended: false,
    }
}

fn parties() -> Vec<Party> {
    vec![
        party(AFT, PartyKind::AftProvider),
        party(GP, PartyKind::Gp),
        party(DPS, PartyKind::SpecialistService),
        party(NAV, PartyKind::NavOffice),
    ]
}

/// Makes a confirmed grant that rests on consent.
#[must_use]
pub fn grant(from: &str, to: &str, categories: &[Category]) -> Grant {
    Grant {
        from: id(from),
        to: id(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(categories),
        basis: Basis::Consent,
        period: None,
        confirmed: true,
    }
}

/// Makes a consent that is valid from the day before the story.
#[must_use]
pub fn consent(number: u128, whose: &str, given_at: Timestamp, grants: Vec<Grant>) -> NewConsent {
    NewConsent {
        id: ConsentId(Uuid::from_u128(number)),
        participant: person(whose),
        given_at,
        given_by: GivenBy::Participant,
        controller: id(AFT),
        registrar: id(AFT),
        evidence: Evidence {
            kind: "signed-form".into(),
            reference: "arkiv/Kari Nordmann 2026".into(),
            sha256: Some("ab".repeat(32)),
        },
        text_version: "2026-01".into(),
        period: Period {
            start: Moment::Instant(at(-86_400)),
            end: None,
        },
        grants,
    }
}

/// Makes a progress update with a concern, which needs the category `progress`.
#[must_use]
pub fn progress(reference: &str, whose: &str, conversation: &str) -> Draft {
    draft(
        reference,
        whose,
        conversation,
        "progress-update",
        json!({"status": "DELTAR", "activity": "Lagerpraksis"}),
    )
}

/// Makes a draft of a kind.
#[must_use]
pub fn draft(reference: &str, whose: &str, conversation: &str, kind: &str, body: Value) -> Draft {
    let json = json!({
        "kind": kind, "senderReference": reference, "conversation": conversation,
        "participant": {"nationalId": whose, "name": "Kari Hemmelig Nordmann"},
        "to": if kind == "question" || kind == "answer" { json!([GP]) } else { json!("circle") },
        "sentAt": "2026-09-01T10:00:00+02:00", "body": body,
    });
    Draft::from_json(json).unwrap()
}

/// Makes a document that an adapter could have written.
#[must_use]
pub fn document(external: &str) -> Frozen {
    let mut request = Request::post(
        "/messages",
        "application/json",
        format!("{{\"to\":\"{external}\"}}").into_bytes(),
    );
    request.references.push(Reference::new("msgid", external));
    Frozen {
        adapter: AdapterId::parse("provider-json"),
        adapter_sha256: Some([7; 32]),
        request,
    }
}

impl<P: TestStore> World<P> {
    /// Makes a fresh store with four parties.
    pub async fn new(place: P) -> Self {
        let store = place.open();
        for party in parties() {
            store.put_party(&party, &Actor::Operator, at(0)).await.unwrap();
        }
        Self {
            place,
            store: Some(store),
            next: AtomicU64::new(1),
        }
    }

    /// Opens the existing store with its content.
    pub fn reopened(place: P) -> Self {
        let store = Some(place.open());
        // The counter starts at ids that the story does not use.
        let next = AtomicU64::new(1_000_000);
        Self { place, store, next }
    }

    /// Returns every byte of the store on disk.
    pub fn at_rest(&self) -> Vec<u8> {
        self.place.at_rest()
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<dyn Store> {
        self.store.as_ref().unwrap()
    }

    /// Closes the store, so that a test can change its files while no hub runs.
    pub fn close(&mut self) {
        self.store = None;
    }

    /// Closes the store and opens it again.
    pub fn reopen(&mut self) {
        self.store = None;
        self.store = Some(self.place.open());
    }

    /// Makes an id for a new message.
    pub fn message_id(&self, now: Timestamp) -> MessageId {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&n.to_be_bytes());
        let ms = u64::try_from(now.as_millisecond()).unwrap();
        MessageId(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
    }

    /// Makes a message that is ready to be accepted, and expires after a day.
    pub fn new_message(&self, draft: Draft, receivers: Receivers, now: Timestamp) -> NewMessage {
        NewMessage {
            id: self.message_id(now),
            draft,
            receivers,
            in_reply_to: None,
            expires_at: now.checked_add(SignedDuration::from_hours(24)).unwrap(),
            flags: Vec::new(),
        }
    }

    /// Makes a document of these messages.
    pub fn acceptance(&self, sender: &str, messages: Vec<NewMessage>) -> Acceptance {
        Acceptance {
            sender: id(sender),
            messages,
            origin: None,
            read_by: None,
            directory: Arc::new(Directory::new(parties())),
            item: None,
            written: None,
        }
    }

    /// Accepts a document, and compares the release input in the answer with the store's own.
    pub async fn accept(&self, acceptance: Acceptance, now: Timestamp) -> Result<Vec<AcceptedMessage>, NotAccepted> {
        let accepted = self.store().accept(acceptance, now).await.unwrap()?;
        for ready in &accepted.ready {
            let due = self.store().due(&ready.party, now, 1000).await.unwrap();
            assert!(due.contains(&ready.delivery));
            let loaded = self.store().release_input(ready.delivery).await.unwrap().unwrap();
            assert_eq!(format!("{ready:?}"), format!("{loaded:?}"));
        }
        Ok(accepted.messages)
    }

    /// Accepts one message to named parties.
    pub async fn try_send(
        &self,
        from: &str,
        to: &[&str],
        draft: Draft,
        now: Timestamp,
    ) -> Result<AcceptedMessage, NotAccepted> {
        let to = Receivers::Parties(to.iter().map(|p| id(p)).collect());
        let acceptance = self.acceptance(from, vec![self.new_message(draft, to, now)]);
        let accepted = self.accept(acceptance, now).await?;
        assert_eq!(accepted.len(), 1);
        Ok(accepted.into_iter().next().unwrap())
    }

    /// Sends one message to named parties, which must be accepted.
    pub async fn send(&self, from: &str, to: &[&str], draft: Draft, now: Timestamp) -> AcceptedMessage {
        self.try_send(from, to, draft, now).await.unwrap()
    }

    /// Sends one message to one party, and returns its delivery.
    pub async fn deliver(&self, from: &str, to: &str, draft: Draft, now: Timestamp) -> DeliveryId {
        let accepted = self.send(from, &[to], draft, now).await;
        assert_eq!(accepted.deliveries.len(), 1);
        accepted.deliveries[0].id
    }

    /// Registers a consent, given at the beginning of the story.
    pub async fn consent(&self, number: u128, whose: &str, grants: Vec<Grant>) -> ParticipantRef {
        let new = consent(number, whose, at(0), grants);
        let registered = self
            .store()
            .register_consent(new, &Actor::Operator, at(0))
            .await
            .unwrap();
        registered.unwrap().participant
    }

    /// Registers Kari's usual consent: the provider may tell the GP about progress and goals.
    pub async fn usual_consent(&self) -> ParticipantRef {
        self.consent(1, KARI, vec![grant(AFT, GP, &[Category::Progress, Category::Goals])])
            .await
    }

    /// Writes a delivery as the engine does, by the decision over its release input.
    pub async fn written(&self, delivery: DeliveryId, now: Timestamp) -> Option<(Frozen, CategorySet)> {
        let input = self.store().release_input(delivery).await.unwrap().unwrap();
        if input.notice.is_some() {
            return Some((document(&format!("ext-{delivery}")), CategorySet::EMPTY));
        }
        let to_write = input.to_write?;
        let draft = &to_write.message.draft;
        let needs = draft.body.all_needs();
        let from = &to_write.message.from;
        let decision = decide(&to_write.ledger, from, &input.party, draft.purpose, needs, now);
        let minimised = decision.minimise(&to_write.message).unwrap();
        Some((document(&format!("ext-{delivery}")), minimised.permitted()))
    }

    /// Writes and reserves a delivery, for one second.
    pub async fn reserve(&self, delivery: DeliveryId, now: Timestamp) -> ReserveOutcome {
        let written = self.written(delivery, now).await;
        let until = now.checked_add(SignedDuration::from_secs(1)).unwrap();
        self.store().reserve(delivery, written, now, until).await.unwrap()
    }

    /// Writes, reserves and begins to send a delivery.
    pub async fn begin(&self, delivery: DeliveryId, now: Timestamp) -> Released<Frozen> {
        let released = match self.reserve(delivery, now).await {
            ReserveOutcome::Reserved(released) => released,
            other => panic!("not reserved: {other:?}"),
        };
        assert!(self.store().begin_sending(delivery, now).await.unwrap());
        released
    }

    /// Carries a delivery through all steps to this outcome.
    pub async fn carry(&self, delivery: DeliveryId, outcome: Outcome, now: Timestamp) -> Released<Frozen> {
        let released = self.begin(delivery, now).await;
        assert!(
            self.store()
                .settle(delivery, outcome, Attempt::default(), now)
                .await
                .unwrap()
        );
        released
    }

    /// Acknowledges a delivery from a party's own inbox. Returns true if the party has the delivery then.
    pub async fn acknowledge(&self, party: &str, delivery: DeliveryId, now: Timestamp) -> bool {
        let by = Taken::by_itself(id(party));
        self.store().acknowledge(delivery, &by, now).await.unwrap() == Acknowledged::Delivered
    }

    /// Returns a delivery's state.
    pub async fn state(&self, delivery: DeliveryId) -> State {
        let states = self.store().states(&[delivery]).await.unwrap();
        assert_eq!(states.len(), 1, "the delivery is there");
        states[0].1.clone()
    }

    /// Returns the name of a delivery's state.
    pub async fn state_name(&self, delivery: DeliveryId) -> &'static str {
        self.state(delivery).await.name()
    }

    /// Returns the due deliveries to a party.
    pub async fn due(&self, to: &str, now: Timestamp) -> Vec<DeliveryId> {
        self.store().due(&id(to), now, 100).await.unwrap()
    }

    /// Returns every audit row.
    pub async fn audit(&self) -> Vec<AuditRow> {
        self.store().audit(1, 100_000).await.unwrap()
    }

    /// Counts the audit rows of an action.
    pub async fn audited(&self, action: &str) -> usize {
        self.audit().await.iter().filter(|r| r.action == action).count()
    }

    /// Tries to reserve a delivery that may not exist.
    pub async fn reserve_unknown(&self, delivery: DeliveryId) -> ReserveOutcome {
        self.store().reserve(delivery, None, at(1), at(2)).await.unwrap()
    }

    /// Returns the messages with a delivery in a state.
    pub async fn in_state(&self, state: &str) -> Vec<MessageView> {
        let filter = MessageFilter {
            state: Some(state.to_owned()),
            limit: 100,
            ..MessageFilter::default()
        };
        self.store().messages(&filter).await.unwrap()
    }
}
