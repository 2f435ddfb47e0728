//! Erases a participant, and joins two participants who are one person.

use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::Cause;
use bindeledd_core::{Category, CategorySet, DeliveryId, ParticipantRef};
use bindeledd_engine::ports::{
    Actor, AlertFilter, Attempt, ErasureAnswer, LinkAnswer, MessageFilter, NewConsent, NotRegistered, Outcome,
    ReceiptOutcome, ReserveOutcome, Scope,
};
use jiff::Timestamp;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, grant, id, person, progress};

async fn erase<P: TestStore>(world: &World<P>, who: ParticipantRef, now: Timestamp) -> Option<ErasureAnswer> {
    world.store().erase(who, &Actor::Operator, now).await.unwrap()
}

async fn link<P: TestStore>(world: &World<P>, who: ParticipantRef, number: &str, now: Timestamp) -> Option<LinkAnswer> {
    let linked = world.store().link(who, &person(number), &Actor::Operator, now).await;
    linked.unwrap()
}

fn handed() -> Outcome {
    Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(9000),
    }
}

fn retry(due: i64) -> Outcome {
    Outcome::TryAgain {
        due: at(due),
        cause: Cause::new("BL-4002", "x"),
    }
}

/// An erased participant's data can not be found or opened. The answer names the receivers, and the log keeps its rows.
pub async fn an_erased_participant_is_found_and_opened_by_nothing<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let ola = world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let send = async |reference: &str, whose| {
        world
            .deliver(AFT, GP, progress(reference, whose, reference), at(1))
            .await
    };
    let waiting = send("r1", KARI).await;
    let awaiting = send("r2", KARI).await;
    let delivered = send("r3", KARI).await;
    let another = send("r4", OLA).await;
    world.carry(awaiting, handed(), at(2)).await;
    world.carry(delivered, Outcome::Delivered, at(3)).await;
    let rows = world.audit().await.len();
    let answer = erase(&world, kari, at(4)).await.unwrap();
    assert_eq!(answer.cancelled, [waiting]);
    assert_eq!((answer.sending, answer.was_protected), (vec![], false));
    assert_eq!(answer.senders, [id(AFT)]);
    let [held] = answer.held_by.as_slice() else {
        panic!("{:?}", answer.held_by)
    };
    assert_eq!(
        (held.party.as_str(), held.messages, held.newest, held.categories),
        (GP, 2, at(3), CategorySet::of(&[Category::Progress]))
    );
    assert_eq!(
        erase(&world, kari, at(5)).await,
        None,
        "there is nobody to erase any more"
    );
    world.reopen();

    let audit = world.audit().await;
    assert!(audit.len() > rows && audit.iter().any(|row| row.action == "erased"));
    assert_eq!(world.store().participant(&person(KARI)).await.unwrap(), None);
    assert_eq!(world.store().consents_of(kari).await.unwrap(), []);
    assert!(world.store().ledger(kari).await.unwrap().grants.is_empty());
    let seen = MessageFilter {
        participant: Some(kari),
        limit: 10,
        ..MessageFilter::default()
    };
    let seen = world.store().messages(&seen).await.unwrap();
    let mut states: Vec<_> = seen.iter().map(|m| m.deliveries[0].state.name()).collect();
    states.sort_unstable();
    assert_eq!(states, ["cancelled", "delivered", "failed"]);
    for message in &seen {
        assert_eq!(message.deliveries[0].cause, None);
        let replayed = world.store().replay(message.id, &Actor::Operator, at(6)).await.unwrap();
        assert_eq!(replayed, [], "there is nothing to send");
        let reply = message.id.to_string();
        assert_eq!(world.store().replied_to(&id(GP), &reply).await.unwrap(), None);
    }
    assert_eq!(world.due(GP, at(99)).await, [another], "nobody else is touched");
    world.carry(another, Outcome::Delivered, at(7)).await;
    assert!(world.store().participant(&person(OLA)).await.unwrap() == Some(ola));

    // The same number is later an unknown person, and the reference is free again.
    let again = world.send(AFT, &[GP], progress("r1", KARI, "other"), at(8)).await;
    assert!(!again.repeated && again.deliveries[0].state == "blocked");
    assert_ne!(world.store().participant(&person(KARI)).await.unwrap(), Some(kari));
    // Old data is removed as usual.
    assert!(world.store().sweep(at(20_000_000)).await.unwrap() > 0);
}

/// A sending in flight settles by its outcome. Afterwards it neither waits again nor appears in an inbox.
pub async fn what_is_on_the_wire_at_an_erasure_settles_and_never_goes_again<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let mut on_the_wire = Vec::new();
    for reference in ["r1", "r2", "r3", "r4"] {
        let delivery = world
            .deliver(AFT, GP, progress(reference, KARI, reference), at(1))
            .await;
        world.begin(delivery, at(2)).await;
        on_the_wire.push(delivery);
    }
    let reserved = world.deliver(AFT, GP, progress("r5", KARI, "r5"), at(2)).await;
    assert!(matches!(
        world.reserve(reserved, at(2)).await,
        ReserveOutcome::Reserved(_)
    ));
    let mut answer = erase(&world, kari, at(3)).await.unwrap();
    answer.sending.sort_unstable();
    let mut sent = on_the_wire.clone();
    sent.sort_unstable();
    assert_eq!((answer.sending, answer.cancelled), (sent, vec![reserved]));
    assert!(!world.store().begin_sending(reserved, at(3)).await.unwrap());
    let outcomes = [retry(4), handed(), Outcome::Delivered];
    for (delivery, outcome) in on_the_wire.iter().zip(outcomes) {
        assert!(
            world
                .store()
                .settle(*delivery, outcome, Attempt::default(), at(4))
                .await
                .unwrap()
        );
    }
    world.reopen();
    // The last delivery was being sent when the hub stopped.
    world.store().recover(at(5)).await.unwrap();
    let mut states = Vec::new();
    for delivery in &on_the_wire {
        states.push(world.state_name(*delivery).await);
    }
    assert_eq!(states, ["failed", "failed", "delivered", "failed"]);
    assert_eq!(
        world.store().inbox(&id(GP), at(6), 10).await.unwrap(),
        Vec::<DeliveryId>::new()
    );
    let receipt = Receipt {
        status: ReceiptStatus::Ok,
        refers_to: format!("ext-{}", on_the_wire[1]),
        scheme: "msgid".into(),
        errors: Vec::new(),
    };
    let outcome = world.store().receipt(&id(GP), &receipt, at(7)).await.unwrap();
    assert_eq!(outcome, ReceiptOutcome::Strange);
    let filter = AlertFilter {
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = world.store().alerts(&filter).await.unwrap();
    assert!(alerts.iter().all(|alert| alert.participant.is_none()));
}

/// A linked number and the old number both find the same participant.
pub async fn a_linked_number_finds_the_same_participant<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    assert_eq!(link(&world, kari, OLA, at(1)).await, Some(LinkAnswer::default()));
    assert_eq!(
        link(&world, kari, OLA, at(2)).await,
        Some(LinkAnswer::default()),
        "twice is once"
    );
    assert_eq!(
        link(&world, ParticipantRef(uuid::Uuid::from_u128(9)), OLA, at(2)).await,
        None
    );
    world.reopen();
    for number in [KARI, OLA] {
        assert_eq!(world.store().participant(&person(number)).await.unwrap(), Some(kari));
        let sent = world.send(AFT, &[GP], progress(number, number, number), at(3)).await;
        assert_eq!(sent.deliveries[0].state, "waiting");
        world.carry(sent.deliveries[0].id, Outcome::Delivered, at(4)).await;
    }
    assert_eq!(world.audited("linked").await, 1);
    let protected = world
        .store()
        .set_protected(&person(OLA), true, &Actor::Operator, at(5))
        .await;
    assert_eq!(protected.unwrap(), kari);
    // Both numbers are erased with the participant.
    erase(&world, kari, at(6)).await.unwrap();
    for number in [KARI, OLA] {
        assert_eq!(world.store().participant(&person(number)).await.unwrap(), None);
    }
}

/// Two participants who are one person are joined. All data can still be opened, deliveries in flight go on, and the withdrawals
/// of both count.
pub async fn two_participants_become_one<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let ola = world
        .consent(
            2,
            OLA,
            vec![
                grant(AFT, GP, &[Category::Progress]),
                grant(AFT, DPS, &[Category::Progress]),
            ],
        )
        .await;
    let waiting = world.deliver(AFT, GP, progress("r1", OLA, "c1"), at(1)).await;
    let frozen = world.deliver(AFT, GP, progress("r2", OLA, "c2"), at(1)).await;
    let awaiting = world.deliver(AFT, GP, progress("r3", OLA, "c3"), at(1)).await;
    let failed = world.deliver(AFT, DPS, progress("r4", OLA, "c4"), at(1)).await;
    world.carry(frozen, retry(3), at(2)).await;
    world.carry(awaiting, handed(), at(2)).await;
    world
        .carry(
            failed,
            Outcome::Failed(Cause::new("BL-4003", "the words of its cause")),
            at(2),
        )
        .await;
    let scope = Scope::Party(id(DPS));
    world
        .store()
        .withdraw(kari, &scope, &Actor::Operator, at(3))
        .await
        .unwrap();
    let answer = link(&world, kari, OLA, at(4)).await.unwrap();
    assert_eq!((answer.joined, answer.cancelled.len()), (Some(ola), 0));
    world.reopen();

    assert_eq!(world.store().participant(&person(OLA)).await.unwrap(), Some(kari));
    assert_eq!(world.store().consents_of(kari).await.unwrap().len(), 2);
    assert_eq!(world.store().consents_of(ola).await.unwrap(), []);
    // The content, the frozen bytes, the ids and the cause open under the joined participant's key.
    let released = world.carry(waiting, Outcome::Delivered, at(5)).await;
    assert!(!released.bytes().request.body.is_empty());
    world.carry(frozen, Outcome::Delivered, at(5)).await;
    let receipt = Receipt {
        status: ReceiptStatus::Ok,
        refers_to: format!("ext-{awaiting}"),
        scheme: "msgid".into(),
        errors: Vec::new(),
    };
    let settled = world.store().receipt(&id(GP), &receipt, at(6)).await.unwrap();
    assert_eq!(settled, ReceiptOutcome::Settled(awaiting));
    let view = world.in_state("failed").await;
    assert_eq!(
        view[0].deliveries[0].cause.as_ref().unwrap().text,
        "the words of its cause"
    );
    assert_eq!(view[0].participant, kari);
    // A withdrawal by one participant counts for the consents of the other.
    assert_eq!(
        world.store().replay(view[0].id, &Actor::Operator, at(7)).await.unwrap(),
        []
    );
    let sent = world.send(AFT, &[GP, DPS], progress("r5", OLA, "c5"), at(8)).await;
    let states: Vec<_> = sent.deliveries.iter().map(|d| d.state).collect();
    assert_eq!(states, ["waiting", "blocked"]);
    let again = world.send(AFT, &[GP], progress("r1", OLA, "c1"), at(9)).await;
    assert!(again.repeated);
}

/// Joining stops the deliveries that the withdrawal or the protection of either participant ends.
pub async fn joining_stops_what_either_has_ended<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    world
        .consent(2, OLA, vec![grant(AFT, NAV, &[Category::Progress])])
        .await;
    let waiting = world.deliver(AFT, NAV, progress("r1", OLA, "c"), at(1)).await;
    let reserved = world.deliver(AFT, NAV, progress("r2", OLA, "c2"), at(1)).await;
    assert!(matches!(
        world.reserve(reserved, at(2)).await,
        ReserveOutcome::Reserved(_)
    ));
    world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(2))
        .await
        .unwrap();
    let mut answer = link(&world, kari, OLA, at(2)).await.unwrap();
    answer.cancelled.sort_unstable();
    assert_eq!(answer.cancelled, [waiting, reserved]);
    assert!(!world.store().begin_sending(reserved, at(2)).await.unwrap());
}

/// A consent that was erased with its participant does not become active when it is posted again: not by its id or content, by any
/// registrar, or under any number. A newly given consent does.
pub async fn an_erased_consent_does_not_come_back_by_itself<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let both = || vec![grant(AFT, GP, &[Category::Progress, Category::Goals])];
    erase(&world, kari, at(5)).await.unwrap();
    world.reopen();
    let register = async |new: NewConsent| {
        let by = Actor::Party(new.registrar.clone());
        world.store().register_consent(new, &by, at(6)).await.unwrap()
    };
    let same = || consent(1, KARI, at(0), both());
    assert_eq!(register(same()).await, Err(NotRegistered::Erased));
    let with_another_id = consent(2, KARI, at(0), both());
    assert_eq!(register(with_another_id).await, Err(NotRegistered::Erased));
    let mut by_another = consent(3, KARI, at(0), both());
    by_another.registrar = id(GP);
    assert_eq!(register(by_another).await, Err(NotRegistered::Erased));
    let of_another = consent(1, OLA, at(0), both());
    assert_eq!(
        register(of_another).await,
        Err(NotRegistered::Erased),
        "the id is used up"
    );
    assert_eq!(world.store().participant(&person(KARI)).await.unwrap(), None);
    register(consent(4, KARI, at(6), both())).await.unwrap();
    register(consent(5, OLA, at(0), both())).await.unwrap();
    let sent = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(7)).await;
    assert_eq!(sent.deliveries[0].state, "waiting");
}
