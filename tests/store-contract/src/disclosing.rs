//! Disclosures about a participant, and the export of all their data, for the rights of the participant.

use bindeledd_core::consent::{Basis, Grant};
use bindeledd_core::delivery::Cause;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::known::may_leave;
use bindeledd_core::{
    AccessReason, Category, CategorySet, ControlNotice, DeliveryId, Draft, ParticipantRef, Reason, Receivers,
};
use bindeledd_engine::ports::{Actor, DisclosureFilter, NotAccepted, Outcome, ReserveOutcome, Scope, SubjectExport};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, document, draft, grant, id, person, progress};

const DAY: i64 = 86_400;

async fn disclosures<P: TestStore>(world: &World<P>, who: ParticipantRef) -> Vec<Disclosure> {
    seen_by(world, who, None).await.unwrap()
}

async fn seen_by<P: TestStore>(world: &World<P>, who: ParticipantRef, party: Option<&str>) -> Option<Vec<Disclosure>> {
    let filter = DisclosureFilter {
        participant: who,
        party: party.map(id),
        before: None,
        limit: 100,
    };
    world.store().disclosures(&filter).await.unwrap()
}

fn deliveries(found: &[Disclosure]) -> Vec<DeliveryId> {
    found.iter().map(|d| d.delivery).collect()
}

async fn export<P: TestStore>(world: &World<P>, who: ParticipantRef, now: Timestamp) -> SubjectExport {
    let reason = AccessReason::parse("innsynskrav 2026/17").unwrap();
    let export = world.store().export(who, &reason, &Actor::Operator, now).await;
    export.unwrap().unwrap()
}

fn later(due: i64) -> Outcome {
    Outcome::TryAgain {
        due: at(due),
        cause: Cause::new("BL-4002", "x"),
    }
}

fn awaiting(until: i64) -> Outcome {
    Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(until),
    }
}

/// A disclosure exists from the first byte that may have left, and even after the content's retention; never before.
pub async fn a_disclosure_is_what_may_have_left_and_nothing_else<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let new = |n: &str| progress(n, KARI, n);
    let _waiting = world.deliver(AFT, GP, new("r1"), at(1)).await;
    let reserved = world.deliver(AFT, GP, new("r2"), at(1)).await;
    let ReserveOutcome::Reserved(_) = world.reserve(reserved, at(2)).await else {
        panic!("not reserved");
    };
    let _blocked = world.deliver(AFT, NAV, new("r3"), at(1)).await;
    let cancelled = world.send(AFT, &[GP], new("r4"), at(1)).await;
    world
        .store()
        .cancel(cancelled.id, &Actor::Operator, at(2))
        .await
        .unwrap();
    assert_eq!(disclosures(&world, kari).await, []);

    let sending = world.deliver(AFT, GP, new("r5"), at(11)).await;
    world.begin(sending, at(20)).await;
    let tried = world.deliver(AFT, GP, new("r6"), at(12)).await;
    world.carry(tried, later(3600), at(20)).await;
    let handed = world.deliver(AFT, GP, new("r7"), at(13)).await;
    world.carry(handed, awaiting(900), at(20)).await;
    let refused = world.deliver(AFT, GP, new("r8"), at(14)).await;
    world
        .carry(refused, Outcome::Refused(Cause::new("BL-4004", "x")), at(20))
        .await;
    let delivered = world.deliver(AFT, GP, new("r9"), at(15)).await;
    world.carry(delivered, Outcome::Delivered, at(20)).await;
    // A sending that the hub's stop interrupted may have arrived. It waits again, and counts as a disclosure.
    world.reopen();
    world.store().recover(at(30)).await.unwrap();
    let found = disclosures(&world, kari).await;
    assert_eq!(
        deliveries(&found),
        [delivered, refused, handed, tried, sending],
        "newest first"
    );
    let states: Vec<_> = found.iter().map(|d| d.state.name()).collect();
    assert_eq!(
        states,
        ["delivered", "refused", "awaiting-receipt", "waiting", "waiting"]
    );
    // A withdrawal stops waiting deliveries, but their attempts stay disclosed.
    world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(31))
        .await
        .unwrap();
    let found = disclosures(&world, kari).await;
    assert_eq!(deliveries(&found), [delivered, refused, handed, tried, sending]);
    assert_eq!(found[3].state.name(), "cancelled");
    // The end of the retention does not remove the disclosure either.
    world.store().sweep(at(200 * DAY)).await.unwrap();
    let after = disclosures(&world, kari).await;
    assert_eq!(deliveries(&after), deliveries(&found));
}

/// A disclosure states its parties, content, withheld content, time, purpose and grants.
pub async fn a_disclosure_says_what_was_in_it_what_was_held_back_and_what_it_rested_on<P: TestStore>(
    make: impl Fn() -> P,
) {
    let world = World::new(make()).await;
    let duty = Grant {
        basis: Basis::Duty {
            reference: "avtalen med Nav".into(),
        },
        ..grant(AFT, NAV, &[Category::Goals])
    };
    let grants = vec![grant(AFT, GP, &[Category::Goals]), duty];
    let kari = world.consent(1, KARI, grants).await;
    let body = json!({"goals": ["Fast jobb"], "adaptations": ["Rolig rom"]});
    let summary = draft("r1", KARI, "c", "start-meeting-summary", body);
    let sent = world.send(AFT, &[GP, NAV], summary, at(1)).await;
    let [to_gp, to_nav] = [sent.deliveries[0].id, sent.deliveries[1].id];
    world.carry(to_gp, later(60), at(10)).await;
    world.carry(to_gp, Outcome::Delivered, at(70)).await;
    world.carry(to_nav, Outcome::Delivered, at(20)).await;
    let found = disclosures(&world, kari).await;
    let (nav, gp) = (&found[0], &found[1]);
    assert_eq!(
        (gp.delivery, gp.message, gp.kind.code()),
        (to_gp, sent.id, "start-meeting-summary")
    );
    assert_eq!(
        (&gp.from, &gp.to, gp.purpose.code()),
        (&id(AFT), &id(GP), "work-oriented-followup")
    );
    assert_eq!(gp.categories, CategorySet::of(&[Category::Goals]));
    assert_eq!(gp.withheld, CategorySet::of(&[Category::Facilitation]));
    assert_eq!((gp.first, gp.last, gp.times), (at(10), at(70), 2));
    assert_eq!((nav.first, nav.last, nav.times), (at(20), at(20), 1));
    let used = |d: &Disclosure| {
        let [used] = d.grants.as_slice() else {
            panic!("{:?}", d.grants)
        };
        (
            used.grant.consent.0.as_u128(),
            used.grant.index,
            used.given_at,
            used.basis.clone(),
        )
    };
    assert_eq!(used(gp), (1, 0, at(0), Basis::Consent));
    let reference = "avtalen med Nav".to_owned();
    assert_eq!(used(nav), (1, 1, at(0), Basis::Duty { reference }));
}

/// A delivery that is written again loses its earlier frozen bytes; the disclosure keeps what was sent.
pub async fn what_an_earlier_release_sent_is_told_after_a_narrower_one<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let both = [Category::Goals, Category::Facilitation];
    let kari = world.consent(1, KARI, vec![grant(AFT, GP, &both)]).await;
    let body = json!({"goals": ["Fast jobb"], "adaptations": ["Rolig rom"]});
    let summary = draft("r1", KARI, "c", "start-meeting-summary", body);
    let sent = world.send(AFT, &[GP], summary, at(1)).await;
    let delivery = sent.deliveries[0].id;
    world
        .carry(delivery, Outcome::Refused(Cause::new("BL-4004", "x")), at(2))
        .await;
    let only = Scope::Exchange {
        from: id(AFT),
        to: id(GP),
        purpose: bindeledd_core::Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Facilitation]),
    };
    world
        .store()
        .withdraw(kari, &only, &Actor::Operator, at(3))
        .await
        .unwrap();
    let more = consent(2, KARI, at(4), vec![grant(AFT, GP, &[Category::Goals])]);
    world
        .store()
        .register_consent(more, &Actor::Operator, at(4))
        .await
        .unwrap()
        .unwrap();
    world.store().replay(sent.id, &Actor::Operator, at(5)).await.unwrap();
    // The delivery waits again without frozen bytes, and the earlier disclosure remains.
    let found = disclosures(&world, kari).await;
    assert_eq!((found[0].categories, found[0].times), (CategorySet::of(&both), 1));
    world.carry(delivery, Outcome::Delivered, at(6)).await;
    let found = disclosures(&world, kari).await;
    assert_eq!((found.len(), found[0].times), (1, 2));
    assert_eq!(found[0].categories, CategorySet::of(&both));
    assert_eq!(found[0].withheld, CategorySet::EMPTY);
    let consents: Vec<_> = found[0].grants.iter().map(|g| g.grant.consent.0.as_u128()).collect();
    assert_eq!(consents, [1, 2]);
}

/// A delivery in an inbox is disclosed when it is fetched. If it is fetched again under another consent, the disclosure rests on
/// that consent too.
pub async fn what_was_fetched_from_an_inbox_is_a_disclosure_and_a_receipt_is_none<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let about = disclosures(&world, kari).await;
    assert_eq!(about, [], "it waits in the inbox");
    world.carry(delivery, awaiting(9000), at(2)).await;
    world.store().reread(delivery, at(3)).await.unwrap().unwrap();
    let found = disclosures(&world, kari).await;
    assert_eq!((found.len(), found[0].times, found[0].grants.len()), (1, 1, 1));
    // After a withdrawal and a new consent, the bytes are the same but rest on other grants.
    world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(4))
        .await
        .unwrap();
    let again = consent(2, KARI, at(5), vec![grant(AFT, GP, &[Category::Progress])]);
    world
        .store()
        .register_consent(again, &Actor::Operator, at(5))
        .await
        .unwrap()
        .unwrap();
    world.store().reread(delivery, at(6)).await.unwrap().unwrap();
    world.store().reread(delivery, at(7)).await.unwrap().unwrap();
    let found = disclosures(&world, kari).await;
    assert_eq!((found[0].times, found[0].last), (2, at(6)));
    let consents: Vec<_> = found[0].grants.iter().map(|g| g.grant.consent.0.as_u128()).collect();
    assert_eq!(consents, [1, 2]);
    // A withdrawal of the newer consent names the delivery, which would not follow from the first release alone.
    let only = Scope::Consent(bindeledd_core::ConsentId(Uuid::from_u128(2)));
    let answer = world
        .store()
        .withdraw(kari, &only, &Actor::Operator, at(8))
        .await
        .unwrap();
    assert_eq!(answer.handed_over, [delivery]);
    // A receipt discloses nothing about the participant.
    let notice = ControlNotice::receipt_to_sender(id(AFT), Some(found[0].message));
    let receipt = world
        .store()
        .notify(notice, document("apprec"), at(DAY), at(9))
        .await
        .unwrap();
    world.store().reserve(receipt, None, at(9), at(10)).await.unwrap();
    assert!(world.store().begin_sending(receipt, at(9)).await.unwrap());
    assert_eq!(disclosures(&world, kari).await.len(), 1);
}

/// A party sees the disclosures that it sent or received, the operator sees all, and no one else sees any.
pub async fn a_party_sees_what_it_sent_or_received<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = vec![
        grant(AFT, GP, &[Category::Progress]),
        grant(GP, AFT, &[Category::Dialogue]),
        grant(AFT, NAV, &[Category::Progress]),
    ];
    let kari = world.consent(1, KARI, grants).await;
    let ola = world
        .consent(2, OLA, vec![grant(AFT, DPS, &[Category::Progress])])
        .await;
    let to_gp = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(1)).await;
    let to_nav = world.deliver(AFT, NAV, progress("r2", KARI, "b"), at(1)).await;
    let of_ola = world.deliver(AFT, DPS, progress("r3", OLA, "c"), at(1)).await;
    for delivery in [to_gp, to_nav, of_ola] {
        world.carry(delivery, Outcome::Delivered, at(2)).await;
    }
    let seen = async |who, party| seen_by(&world, who, party).await.map(|found| deliveries(&found));
    assert_eq!(seen(kari, None).await, Some(vec![to_nav, to_gp]));
    assert_eq!(seen(kari, Some(AFT)).await, Some(vec![to_nav, to_gp]));
    assert_eq!(seen(kari, Some(GP)).await, Some(vec![to_gp]));
    assert_eq!(seen(kari, Some(NAV)).await, Some(vec![to_nav]));
    assert_eq!(seen(kari, Some(DPS)).await, None, "no part in anything about Kari");
    assert_eq!(seen(ola, None).await, Some(vec![of_ola]));
    assert_eq!(seen(ola, Some(GP)).await, None);
    assert_eq!(seen(ParticipantRef(Uuid::from_u128(7)), None).await, None);
    // A party that a grant names may ask even before a message was sent.
    let empty = consent(3, OLA, at(3), vec![grant(GP, AFT, &[Category::Dialogue])]);
    world
        .store()
        .register_consent(empty, &Actor::Operator, at(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen(ola, Some(GP)).await, Some(vec![]));
}

/// Disclosures come in pages, and each occurs on one page.
pub async fn disclosures_come_in_pages<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let mut all = Vec::new();
    for n in 0..7 {
        let name = format!("r{n}");
        let delivery = world.deliver(AFT, GP, progress(&name, KARI, &name), at(n)).await;
        world.carry(delivery, Outcome::Delivered, at(n)).await;
        all.insert(0, delivery);
    }
    let mut before = None;
    let mut paged = Vec::new();
    for expected in [3, 3, 1, 0] {
        let filter = DisclosureFilter {
            participant: kari,
            party: None,
            before,
            limit: 3,
        };
        let found = world.store().disclosures(&filter).await.unwrap().unwrap();
        assert_eq!(found.len(), expected);
        before = found.last().map(|d| d.delivery).or(before);
        paged.extend(deliveries(&found));
    }
    assert_eq!(paged, all);
}

/// Makes a correction to the circle.
pub(crate) fn correction(reference: &str, whose: &str, supersedes: &str) -> Draft {
    let json = json!({
        "kind": "correction", "senderReference": reference, "conversation": "c", "supersedes": supersedes,
        "participant": {"nationalId": whose}, "to": "circle", "sentAt": "2026-09-02T10:00:00+02:00",
        "body": {"action": "corrected", "correctedKind": "progress-update", "corrected": {"status": "DELTAR"}},
    });
    Draft::from_json(json).unwrap()
}

/// Both messages are disclosed. The corrected message is marked, and the parties without the correction are named.
pub async fn a_correction_is_told_with_what_it_corrects_and_whom_it_reached<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = vec![
        grant(AFT, GP, &[Category::Progress]),
        grant(AFT, NAV, &[Category::Progress]),
        grant(AFT, DPS, &[Category::Progress]),
    ];
    let kari = world.consent(1, KARI, grants).await;
    world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let original = world.send(AFT, &[GP, NAV], progress("r1", KARI, "c"), at(1)).await;
    for delivery in &original.deliveries {
        world.carry(delivery.id, Outcome::Delivered, at(2)).await;
    }
    let corrected = world.send(AFT, &[GP], correction("r2", KARI, "r1"), at(3)).await;
    world.carry(corrected.deliveries[0].id, Outcome::Delivered, at(4)).await;
    let found = disclosures(&world, kari).await;
    assert_eq!(found.len(), 3);
    let told: Vec<_> = found
        .iter()
        .map(|d| (d.to.as_str(), d.corrects, d.corrected.map(|c| (c.by, c.reached))))
        .collect();
    let by = corrected.id;
    let expected = [
        (GP, Some(original.id), None),
        (NAV, None, Some((by, false))),
        (GP, None, Some((by, true))),
    ];
    assert_eq!(told, expected);
    // A correction that names the same reference, but comes from another party or is about another person, corrects nothing.
    let to_gp = world.try_send(AFT, &[GP], correction("r3", OLA, "r1"), at(5)).await;
    let to_aft = world.try_send(GP, &[AFT], correction("r4", KARI, "r1"), at(5)).await;
    assert_eq!(
        (to_gp.unwrap_err(), to_aft.unwrap_err()),
        (NotAccepted::CorrectsNothing, NotAccepted::CorrectsNothing)
    );
    assert_eq!(disclosures(&world, kari).await, found);
    // The correction may name the hub's own id. The newest correction counts, even after its content and the original's are
    // removed.
    let newest = world
        .send(AFT, &[NAV], correction("r5", KARI, &original.id.to_string()), at(6))
        .await;
    world.carry(newest.deliveries[0].id, Outcome::Delivered, at(7)).await;
    world.store().sweep(at(200 * DAY)).await.unwrap();
    let found = disclosures(&world, kari).await;
    let to_gp = found
        .iter()
        .find(|d| d.to == id(GP) && d.message == original.id)
        .unwrap();
    let to_nav = found
        .iter()
        .find(|d| d.to == id(NAV) && d.message == original.id)
        .unwrap();
    assert_eq!(to_gp.corrected.map(|c| (c.by, c.reached)), Some((newest.id, false)));
    assert_eq!(to_nav.corrected.map(|c| (c.by, c.reached)), Some((newest.id, true)));
    let held = export(&world, kari, at(201 * DAY)).await;
    let of = |id| held.messages.iter().find(|m| m.view.id == id).unwrap();
    assert_eq!(of(original.id).corrected_by, [by, newest.id]);
    assert_eq!(
        (of(by).corrects, of(newest.id).corrects),
        (Some(original.id), Some(original.id))
    );
}

/// A correction to the circle goes to exactly the parties that were sent the wrong message.
pub async fn a_correction_to_the_circle_goes_to_exactly_those_whom_what_was_wrong_reached<P: TestStore>(
    make: impl Fn() -> P,
) {
    let world = World::new(make()).await;
    let to = |party| grant(AFT, party, &[Category::Progress]);
    let kari = world.consent(1, KARI, vec![to(GP), to(NAV), to(DPS)]).await;
    let original = world.send(AFT, &[GP, NAV], progress("r1", KARI, "c"), at(1)).await;
    let [to_gp, to_nav] = [original.deliveries[0].id, original.deliveries[1].id];
    world.carry(to_gp, Outcome::Delivered, at(2)).await;
    let circle = async |reference: &str, now| {
        let new = world.new_message(correction(reference, KARI, "r1"), Receivers::Circle, now);
        let accepted = world.accept(world.acceptance(AFT, vec![new]), now).await.unwrap();
        let deliveries = accepted[0].deliveries.iter();
        let told = deliveries.map(|d| (d.to.to_string(), d.state, d.cause.as_ref().map(|c| c.code.clone())));
        told.collect::<Vec<_>>()
    };
    // The wrong message to Nav still waits and will arrive, so that the correction follows it. The clinic was never sent the
    // message.
    let told = circle("r2", at(3)).await;
    let goes = |party: &str| (party.to_owned(), "waiting", None);
    assert_eq!(told, [goes(GP), goes(NAV)]);
    assert_eq!(world.due(NAV, at(4)).await, [to_nav], "the wrong one first");
    world
        .store()
        .cancel(original.id, &Actor::Operator, at(5))
        .await
        .unwrap();
    let told = circle("r3", at(6)).await;
    assert_eq!(told, [goes(GP)], "it never left for Nav");
    // The sender learns which receiver may get nothing more, and has to tell that receiver in another way.
    world
        .store()
        .withdraw(kari, &Scope::Party(id(GP)), &Actor::Operator, at(7))
        .await
        .unwrap();
    let told = circle("r4", at(8)).await;
    assert_eq!(told, [(GP.to_owned(), "blocked", Some("BL-2003".to_owned()))]);
    // A correction of a message that was never sent goes to nobody.
    let new = world.new_message(correction("r5", KARI, "ukjent"), Receivers::Circle, at(9));
    let refused = world.accept(world.acceptance(AFT, vec![new]), at(9)).await.unwrap_err();
    assert_eq!(refused, NotAccepted::CorrectsNothing);
}

/// Makes a message that takes back the named message as sent by mistake, in another conversation.
fn mistaken(reference: &str, whose: &str, named: &str) -> Draft {
    let mut raw = correction(reference, whose, named).to_json();
    raw["body"] = json!({"action": "sent-by-mistake", "correctedKind": "progress-update"});
    raw["conversation"] = format!("of-{reference}").into();
    Draft::from_json(raw).unwrap()
}

/// No correction leaves for a party that was never sent the corrected message, whatever happens while the correction waits. That
/// party would take it for the correction of another message, and disregard that one.
pub async fn a_correction_reaches_nobody_who_was_never_sent_what_it_corrects<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let to = |party| grant(AFT, party, &[Category::Progress, Category::Dialogue]);
    world.consent(1, KARI, vec![to(GP), to(NAV), to(DPS)]).await;
    world.consent(2, OLA, vec![to(GP)]).await;
    let original = world.send(AFT, &[GP, NAV], progress("r1", KARI, "c"), at(1)).await;
    let [to_gp, to_nav] = [original.deliveries[0].id, original.deliveries[1].id];
    world.carry(to_gp, Outcome::Delivered, at(2)).await;
    // The reference names no message, another person's message, or a message of another sender by the hub's id.
    let rows = world.audit().await.len();
    for (whose, named) in [
        (KARI, "r9".to_owned()),
        (OLA, "r1".to_owned()),
        (KARI, to_gp.to_string()),
    ] {
        let refused = world.try_send(AFT, &[GP], mistaken("r2", whose, &named), at(3)).await;
        assert_eq!(refused.unwrap_err(), NotAccepted::CorrectsNothing, "{named}");
    }
    assert_eq!(world.audit().await.len(), rows, "a refused document leaves nothing");
    // The reference is free again. The clinic was never sent the message. For another receiver the message still waits, and the
    // correction follows it.
    let sent = world
        .send(AFT, &[GP, NAV, DPS], mistaken("r2", KARI, "r1"), at(4))
        .await;
    let told: Vec<_> = sent
        .deliveries
        .iter()
        .map(|d| (d.to.to_string(), d.state, d.cause.as_ref().map(|c| c.code.as_str())))
        .collect();
    let goes = |party: &str| (party.to_owned(), "waiting", None);
    assert_eq!(
        told,
        [goes(GP), goes(NAV), (DPS.to_owned(), "blocked", Some("BL-4034"))]
    );
    assert_eq!(
        world.due(NAV, at(5)).await,
        [to_nav],
        "whatever conversation its sender named"
    );
    let of = async |delivery| {
        let input = world.store().release_input(delivery).await.unwrap().unwrap();
        input.to_write.unwrap().message
    };
    let written = of(sent.deliveries[0].id).await;
    assert_eq!(may_leave(&written), Ok(()));
    assert_eq!(written.corrects.as_ref().unwrap().id, original.id);
    assert_eq!(written.draft.conversation.as_ref().unwrap().as_str(), "c");
    // The corrected message is cancelled before it left, so that there is nothing to correct.
    world
        .store()
        .cancel(original.id, &Actor::Operator, at(6))
        .await
        .unwrap();
    let written = of(sent.deliveries[1].id).await;
    assert_eq!(may_leave(&written), Err(Reason::CorrectsNothing));
    // The circle is empty, as it is without a consent.
    let third = world.send(AFT, &[DPS], progress("r3", KARI, "d"), at(7)).await;
    world.store().cancel(third.id, &Actor::Operator, at(8)).await.unwrap();
    let new = world.new_message(mistaken("r4", KARI, "r3"), Receivers::Circle, at(9));
    let accepted = world.accept(world.acceptance(AFT, vec![new]), at(9)).await.unwrap();
    let told: Vec<_> = accepted[0]
        .deliveries
        .iter()
        .map(|d| (d.to.to_string(), d.state))
        .collect();
    assert_eq!(told, [("circle".to_owned(), "blocked")]);
}

/// A repeated correction gets its first answer. One document may both send a message and correct it.
pub async fn a_document_may_send_a_message_and_correct_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = vec![grant(AFT, GP, &[Category::Progress, Category::Dialogue])];
    world.consent(1, KARI, grants).await;
    let named = || Receivers::Parties(vec![id(GP)]);
    let both = vec![
        world.new_message(progress("r5", KARI, "e"), named(), at(11)),
        world.new_message(mistaken("r6", KARI, "r5"), named(), at(11)),
    ];
    let accepted = world.accept(world.acceptance(AFT, both), at(11)).await.unwrap();
    let told: Vec<_> = accepted.iter().map(|m| m.deliveries[0].state).collect();
    assert_eq!(told, ["waiting", "waiting"]);
    assert!(
        world
            .send(AFT, &[GP], mistaken("r6", KARI, "r5"), at(12))
            .await
            .repeated
    );
}

/// An export contains all data of one participant and none of another, and always writes its audit row.
pub async fn an_export_is_everything_of_one_participant_and_leaves_its_row<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let ola = world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let sent = world
        .send(AFT, &[GP, NAV], progress("r1", KARI, "samtale"), at(1))
        .await;
    world.carry(sent.deliveries[0].id, Outcome::Delivered, at(2)).await;
    let of_ola = world.send(AFT, &[GP], progress("r2", OLA, "samtale"), at(1)).await;
    let party = Scope::Party(id(NAV));
    world
        .store()
        .withdraw(kari, &party, &Actor::Operator, at(3))
        .await
        .unwrap();
    let before = world.audit().await;
    let held = export(&world, kari, at(5)).await;
    assert_eq!(held.national_id.content(), &person(KARI));
    assert!(!held.protected);
    assert_eq!(held.consents, world.store().consents_of(kari).await.unwrap());
    assert_eq!(held.consents[0].evidence.reference, "arkiv/Kari Nordmann 2026");
    let [withdrawal] = held.withdrawals.as_slice() else {
        panic!("{:?}", held.withdrawals)
    };
    assert_eq!((withdrawal.made_at, &withdrawal.party), (at(3), &Some(id(NAV))));
    let [message] = held.messages.as_slice() else {
        panic!("{} messages", held.messages.len())
    };
    assert_eq!(message.view, world.store().message(sent.id).await.unwrap().unwrap());
    assert_eq!(
        (message.reference.as_str(), message.conversation.as_str()),
        ("r1", "samtale")
    );
    let content = message.content.as_ref().unwrap().content();
    assert_eq!(content.draft.body.to_json()["activity"], "Lagerpraksis");
    assert_eq!(held.disclosures, disclosures(&world, kari).await);
    assert_eq!(held.disclosures.len(), 1);
    // The row was written before any content was opened, and is the last one in the export.
    let rows = world.audit().await;
    assert_eq!(rows.len(), before.len() + 1);
    let last = rows.last().unwrap();
    assert_eq!(
        (last.action.as_str(), last.actor.as_str(), last.at),
        ("exported", "operator", at(5))
    );
    assert!(last.detail.contains("innsynskrav 2026/17"), "{}", last.detail);
    assert_eq!(held.access.audit_row().get(), last.seq);
    assert_eq!(held.audit.last(), Some(last));
    let named: Vec<_> = rows
        .iter()
        .filter(|r| r.detail.contains(&kari.to_string()))
        .cloned()
        .collect();
    assert_eq!(held.audit, named);
    let views: Vec<_> = held.messages.iter().map(|m| &m.view).collect();
    let whole = format!("{:?} {:?} {:?} {views:?}", held.consents, held.disclosures, held.audit);
    for foreign in [ola.to_string(), of_ola.id.to_string(), OLA.to_owned()] {
        assert!(!whole.contains(&foreign), "{foreign}");
    }
    // For an unknown participant no row is written.
    let reason = AccessReason::parse("sak 1").unwrap();
    let nobody = ParticipantRef(Uuid::from_u128(7));
    let none = world
        .store()
        .export(nobody, &reason, &Actor::Operator, at(6))
        .await
        .unwrap();
    assert!(none.is_none());
    assert_eq!(world.audit().await.len(), rows.len());
}

/// An export contains the content while the hub has it, and all other data afterwards, even for a protected person.
pub async fn an_export_says_what_is_gone_and_address_protection_changes_nothing<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let sent = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
    world.carry(sent.deliveries[0].id, Outcome::Delivered, at(2)).await;
    let (store, operator) = (world.store(), Actor::Operator);
    store
        .set_protected(&person(KARI), true, &operator, at(3))
        .await
        .unwrap();
    let held = export(&world, kari, at(4)).await;
    assert!(held.protected && held.messages[0].content.is_some());
    assert_eq!((held.disclosures.len(), held.consents.len()), (1, 1));
    world.store().sweep(at(200 * DAY)).await.unwrap();
    world.reopen();
    let held = export(&world, kari, at(201 * DAY)).await;
    assert!(held.messages[0].content.is_none(), "its retention is over");
    assert_eq!(
        (
            held.messages[0].reference.as_str(),
            held.messages[0].view.deliveries.len()
        ),
        ("r1", 1)
    );
    assert_eq!((held.disclosures.len(), held.consents.len()), (1, 1));
    assert_eq!(world.audited("exported").await, 2);
}

/// An export works for a participant about whom no message was sent.
pub async fn a_person_of_whom_there_is_nothing_has_an_empty_export<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let ola = world
        .store()
        .set_protected(&person(OLA), true, &Actor::Operator, at(1))
        .await
        .unwrap();
    let new = world.new_message(progress("r1", OLA, "c"), Receivers::Circle, at(2));
    world.accept(world.acceptance(AFT, vec![new]), at(2)).await.unwrap();
    let held = export(&world, ola, at(3)).await;
    assert_eq!(
        (held.consents.len(), held.withdrawals.len(), held.disclosures.len()),
        (0, 0, 0)
    );
    // The export contains the sender's undelivered message, since the hub holds it.
    assert_eq!(held.messages.len(), 1);
    assert_eq!(held.messages[0].view.deliveries[0].state.name(), "blocked");
}
