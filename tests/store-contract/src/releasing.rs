//! A release: decided again, frozen, sent, settled.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::contract::{Receipt, ReceiptError, ReceiptStatus, Reference};
use bindeledd_core::delivery::{Cause, State, WaitingStep};
use bindeledd_core::{Category, CategorySet};
use bindeledd_engine::ports::{Actor, AlertFilter, Attempt, Outcome, ReceiptOutcome, ReserveOutcome};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, World, at, consent, document, draft, grant, id, progress};

/// The first release freezes the written bytes and the categories in them.
pub async fn a_release_is_decided_again_and_frozen<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(5)).await;
    let until = at(11);
    let written = || Some((document("x"), CategorySet::of(&[Category::Progress])));
    let reserve = async |written, now| world.store().reserve(delivery, written, now, until).await.unwrap();
    assert!(
        matches!(reserve(written(), at(4)).await, ReserveOutcome::NotNow),
        "not due"
    );
    assert!(
        matches!(reserve(None, at(10)).await, ReserveOutcome::Changed),
        "nothing was written"
    );
    let ReserveOutcome::Reserved(released) = reserve(written(), at(10)).await else {
        panic!("it is due and granted")
    };
    assert_eq!((released.delivery(), released.bytes()), (delivery, &document("x")));
    assert!(matches!(world.state(delivery).await, State::Reserved(r) if r.until == until && r.attempts == 0));
    assert!(
        matches!(reserve(None, at(10)).await, ReserveOutcome::NotNow),
        "one at a time"
    );
    assert!(world.store().begin_sending(delivery, at(10)).await.unwrap());
    assert!(matches!(world.state(delivery).await, State::Sending(s) if s.attempts == 1));
    assert!(
        !world.store().begin_sending(delivery, at(10)).await.unwrap(),
        "once only"
    );
    assert!(
        world
            .store()
            .settle(delivery, Outcome::Delivered, Attempt::default(), at(10))
            .await
            .unwrap()
    );
    let nothing = bindeledd_core::DeliveryId(uuid::Uuid::from_u128(1));
    assert!(matches!(world.reserve_unknown(nothing).await, ReserveOutcome::NotNow));
    assert!(world.store().release_input(nothing).await.unwrap().is_none());
}

/// The permission may become narrower between the writing and the decision; the message is then written again.
pub async fn what_was_written_wider_than_permitted_is_written_anew<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let both = [Category::Goals, Category::Facilitation];
    world.consent(1, KARI, vec![grant(AFT, GP, &both)]).await;
    let body = json!({"goals": ["Fast jobb"], "adaptations": ["Rolig rom"]});
    let summary = draft("r1", KARI, "c", "start-meeting-summary", body);
    let delivery = world.deliver(AFT, GP, summary, at(1)).await;
    let wide = world.written(delivery, at(2)).await.unwrap();
    assert_eq!(wide.1, CategorySet::of(&both));
    let wider = (wide.0.clone(), wide.1.union(CategorySet::of(&[Category::Function])));
    let outcome = world
        .store()
        .reserve(delivery, Some(wider), at(2), at(3))
        .await
        .unwrap();
    assert!(matches!(outcome, ReserveOutcome::Changed));
    assert_eq!(world.state_name(delivery).await, "waiting");
    let narrow = (wide.0, CategorySet::of(&[Category::Goals]));
    let outcome = world
        .store()
        .reserve(delivery, Some(narrow), at(2), at(3))
        .await
        .unwrap();
    assert!(matches!(outcome, ReserveOutcome::Reserved(_)));
    let view = world.in_state("reserved").await.remove(0);
    assert_eq!(view.deliveries[0].withheld, CategorySet::of(&[Category::Facilitation]));
}

/// A release may begin only before its deadline, shortly after the reservation.
pub async fn a_deadline_that_has_passed_stops_the_sending<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    assert!(matches!(
        world.reserve(delivery, at(2)).await,
        ReserveOutcome::Reserved(_)
    ));
    assert!(
        !world.store().begin_sending(delivery, at(3)).await.unwrap(),
        "the deadline itself is too late"
    );
    assert_eq!(world.due(GP, at(4)).await, [delivery], "it waits again");
    world.begin(delivery, at(4)).await;
    assert!(
        matches!(world.state(delivery).await, State::Sending(s) if s.attempts == 1),
        "nothing was sent before"
    );
    assert_eq!(world.audited("reservation-voided").await, 1);
}

/// A report about a reservation that was lost changes nothing, and is only recorded.
pub async fn a_settling_that_comes_too_late_is_only_noted<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    assert!(
        !world
            .store()
            .settle(delivery, Outcome::Delivered, Attempt::default(), at(2))
            .await
            .unwrap()
    );
    assert_eq!(world.state_name(delivery).await, "waiting");
    world.carry(delivery, Outcome::Delivered, at(3)).await;
    let refused = Outcome::Refused(Cause::new("BL-4004", "x"));
    assert!(
        !world
            .store()
            .settle(delivery, refused, Attempt::default(), at(4))
            .await
            .unwrap()
    );
    assert_eq!(world.state_name(delivery).await, "delivered");
    assert_eq!(world.audited("settled-too-late").await, 2);
}

/// A retry sends the same bytes under the same id when it is due.
pub async fn a_retry_sends_the_same_bytes_when_it_is_due<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let later = Outcome::TryAgain {
        due: at(100),
        cause: Cause::new("BL-4002", "mottakeren svarte 503"),
    };
    let first = world.carry(delivery, later, at(2)).await.into_bytes();
    assert_eq!(world.due(GP, at(99)).await, []);
    assert_eq!(world.store().next_due(&id(GP)).await.unwrap(), Some(at(100)));
    assert!(world.written(delivery, at(100)).await.is_none(), "it is frozen");
    let again = Some((document("other"), CategorySet::of(&[Category::Progress])));
    let outcome = world.store().reserve(delivery, again, at(100), at(101)).await.unwrap();
    assert!(matches!(outcome, ReserveOutcome::Changed));
    let second = world.begin(delivery, at(100)).await;
    assert_eq!(second.into_bytes(), first);
    assert!(matches!(world.state(delivery).await, State::Sending(s) if s.attempts == 2));
}

/// The release is decided by its own decision, not by the one at acceptance.
pub async fn what_is_no_longer_covered_is_stopped<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let mut new = consent(1, KARI, at(0), vec![grant(AFT, GP, &[Category::Progress])]);
    new.period.end = Some(bindeledd_core::consent::Moment::Instant(at(100)));
    world
        .store()
        .register_consent(new, &Actor::Operator, at(0))
        .await
        .unwrap()
        .unwrap();
    let unwritten = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let frozen = world.deliver(AFT, GP, progress("r2", KARI, "d"), at(1)).await;
    let written = world.written(unwritten, at(99)).await;
    let later = Outcome::TryAgain {
        due: at(100),
        cause: Cause::new("BL-4002", "x"),
    };
    world.carry(frozen, later, at(99)).await;
    for (delivery, written) in [(unwritten, written), (frozen, None)] {
        let ReserveOutcome::Stopped(cause) = world
            .store()
            .reserve(delivery, written, at(100), at(101))
            .await
            .unwrap()
        else {
            panic!("the consent's period is over")
        };
        assert_eq!(cause.code, "BL-2004");
        assert_eq!(world.state_name(delivery).await, "cancelled");
        assert!(!world.store().begin_sending(delivery, at(100)).await.unwrap());
    }
}

/// An adapter that can not write now, an adapter that never can, and steps that are possible only for waiting deliveries.
pub async fn waiting_deliveries_can_be_ended_and_put_off<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let cause = || Cause::new("BL-3006", "opptatt");
    let step = async |step| world.store().move_waiting(delivery, step, at(2)).await.unwrap();
    let (due, again) = (at(50), at(60));
    assert!(step(WaitingStep::TryAgain { due, cause: cause() }).await);
    assert_eq!(world.store().next_due(&id(GP)).await.unwrap(), Some(at(50)));
    world.begin(delivery, at(50)).await;
    for late in [
        WaitingStep::Cancel(cause()),
        WaitingStep::Fail(cause()),
        WaitingStep::Expire(cause()),
        WaitingStep::TryAgain {
            due: again,
            cause: cause(),
        },
    ] {
        assert!(!step(late).await, "it is on its way");
    }
    assert!(
        world
            .store()
            .settle(
                delivery,
                Outcome::TryAgain {
                    due: at(60),
                    cause: cause()
                },
                Attempt::default(),
                at(51)
            )
            .await
            .unwrap()
    );
    assert!(step(WaitingStep::Fail(cause())).await);
    assert_eq!(world.state_name(delivery).await, "failed");
    assert_eq!(alerted(&world).await, [Some(delivery)]);
}

/// Returns the deliveries of the alerts that the provider may see, newest first.
async fn alerted<P: TestStore>(world: &World<P>) -> Vec<Option<bindeledd_core::DeliveryId>> {
    let filter = AlertFilter {
        kind: Some(AlertKind::DeliveryFailed),
        party: Some(id(AFT)),
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = world.store().alerts(&filter).await.unwrap();
    alerts.into_iter().map(|alert| alert.delivery).collect()
}

/// The step that ends a delivery as not delivered also alerts its sender, in the same transaction.
pub async fn whoever_has_to_act_is_told_by_the_step_itself<P: TestStore>(make: impl Fn() -> P) {
    let cause = |code: &str| Cause::new(code, "forklaring");
    for (step, tells) in [
        (WaitingStep::Fail(cause("BL-3002")), true),
        (WaitingStep::Expire(cause("BL-4001")), true),
        (WaitingStep::Cancel(cause("BL-2001")), false),
        (
            WaitingStep::TryAgain {
                due: at(9),
                cause: cause("BL-3006"),
            },
            false,
        ),
    ] {
        let world = World::new(make()).await;
        world.usual_consent().await;
        let delivery = world.deliver(AFT, GP, progress("r", KARI, "c"), at(1)).await;
        let audited = world.audited("alert-raised").await;
        assert!(world.store().move_waiting(delivery, step.clone(), at(2)).await.unwrap());
        assert_eq!(alerted(&world).await.len(), usize::from(tells), "{step:?}");
        let told = world.audited("alert-raised").await - audited;
        assert_eq!(told, usize::from(tells), "{step:?}");
    }
    for (outcome, tells) in [
        (Outcome::Failed(cause("BL-4003")), true),
        (Outcome::Refused(cause("BL-4004")), true),
        (Outcome::Delivered, false),
    ] {
        let world = World::new(make()).await;
        world.usual_consent().await;
        let delivery = world.deliver(AFT, GP, progress("r", KARI, "c"), at(1)).await;
        world.carry(delivery, outcome.clone(), at(2)).await;
        let expected = if tells { vec![Some(delivery)] } else { Vec::new() };
        assert_eq!(alerted(&world).await, expected, "{outcome:?}");
        assert!(
            !world
                .store()
                .settle(delivery, outcome, Attempt::default(), at(3))
                .await
                .unwrap()
        );
        assert_eq!(alerted(&world).await, expected, "it is told once");
    }
}

fn receipt(refers_to: &str, status: ReceiptStatus) -> Receipt {
    Receipt {
        status,
        refers_to: refers_to.into(),
        scheme: "msgid".into(),
        errors: Vec::new(),
    }
}

async fn awaiting<P: TestStore>(world: &World<P>, reference: &str) -> bindeledd_core::DeliveryId {
    let delivery = world
        .deliver(AFT, GP, progress(reference, KARI, reference), at(1))
        .await;
    let handed = Outcome::AwaitingReceipt {
        references: vec![Reference::new("transport", format!("tr-{reference}"))],
        until: at(900),
    };
    world.carry(delivery, handed, at(2)).await;
    assert!(matches!(world.state(delivery).await, State::AwaitingReceipt(a) if a.until == at(900)));
    delivery
}

async fn alerts<P: TestStore>(world: &World<P>, kind: AlertKind) -> usize {
    let filter = AlertFilter {
        kind: Some(kind),
        party: None,
        state: None,
        before: None,
        limit: 100,
    };
    world.store().alerts(&filter).await.unwrap().len()
}

/// Another party's receipt settles nothing, even with the right id.
pub async fn a_receipt_settles_only_its_own_partys_delivery<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = awaiting(&world, "r1").await;
    world.reopen();
    let ok = receipt(&format!("ext-{delivery}"), ReceiptStatus::Ok);
    for stranger in [DPS, AFT] {
        let outcome = world.store().receipt(&id(stranger), &ok, at(3)).await.unwrap();
        assert_eq!(outcome, ReceiptOutcome::Strange);
    }
    assert_eq!(world.state_name(delivery).await, "awaiting-receipt");
    let unknown = receipt("never-sent", ReceiptStatus::Ok);
    assert_eq!(
        world.store().receipt(&id(GP), &unknown, at(3)).await.unwrap(),
        ReceiptOutcome::Strange
    );
    assert_eq!(alerts(&world, AlertKind::StrangeReceipt).await, 3);
    let settled = world.store().receipt(&id(GP), &ok, at(4)).await.unwrap();
    assert_eq!(settled, ReceiptOutcome::Settled(delivery));
    assert_eq!(world.state_name(delivery).await, "delivered");
    let again = world.store().receipt(&id(GP), &ok, at(5)).await.unwrap();
    assert_eq!(again, ReceiptOutcome::Nothing(delivery));
    let refused = receipt(&format!("ext-{delivery}"), ReceiptStatus::Refused);
    let late = world.store().receipt(&id(GP), &refused, at(6)).await.unwrap();
    assert_eq!(late, ReceiptOutcome::Nothing(delivery));
    assert_eq!(world.state_name(delivery).await, "delivered");
}

/// A refused, partial or unknown receipt passes on the receiver's words to the sender.
pub async fn a_receipt_that_is_refused_partial_or_unknown<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let told = async |reference: &str, status| {
        let delivery = awaiting(&world, reference).await;
        let mut receipt = receipt(&format!("ext-{delivery}"), status);
        receipt.errors.push(ReceiptError {
            code: "E21".into(),
            text: "Mottaker finnes ikke".into(),
        });
        (delivery, world.store().receipt(&id(GP), &receipt, at(3)).await.unwrap())
    };
    let (refused, outcome) = told("r1", ReceiptStatus::Refused).await;
    assert_eq!(
        (outcome, world.state_name(refused).await),
        (ReceiptOutcome::Settled(refused), "refused")
    );
    let view = world.in_state("refused").await.remove(0);
    assert_eq!(
        view.deliveries[0].cause,
        Some(Cause::new("BL-4004", "E21 Mottaker finnes ikke"))
    );
    assert_eq!(alerts(&world, AlertKind::DeliveryFailed).await, 1);
    let (partial, outcome) = told("r2", ReceiptStatus::Partial).await;
    assert_eq!(
        (outcome, world.state_name(partial).await),
        (ReceiptOutcome::Settled(partial), "delivered")
    );
    let (unknown, outcome) = told("r3", ReceiptStatus::Unknown).await;
    assert_eq!(
        (outcome, world.state_name(unknown).await),
        (ReceiptOutcome::Nothing(unknown), "awaiting-receipt")
    );
    assert_eq!(alerts(&world, AlertKind::StrangeReceipt).await, 1);
}

/// A delivery is also settled by a receipt that refers to the id the transport assigned, which is kept under its own scheme beside
/// the document's id.
pub async fn the_transports_own_id_settles_as_well<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = awaiting(&world, "r1").await;
    let mut by_transport = receipt("tr-r1", ReceiptStatus::Ok);
    assert_eq!(
        world.store().receipt(&id(GP), &by_transport, at(3)).await.unwrap(),
        ReceiptOutcome::Strange
    );
    by_transport.scheme = "transport".into();
    let outcome = world.store().receipt(&id(GP), &by_transport, at(3)).await.unwrap();
    assert_eq!(outcome, ReceiptOutcome::Settled(delivery));
    // A receipt that arrives before the response settles the sending.
    let fast = world.deliver(AFT, GP, progress("r2", KARI, "fast"), at(4)).await;
    world.begin(fast, at(5)).await;
    let ok = receipt(&format!("ext-{fast}"), ReceiptStatus::Ok);
    assert_eq!(
        world.store().receipt(&id(GP), &ok, at(6)).await.unwrap(),
        ReceiptOutcome::Settled(fast)
    );
    assert!(
        !world
            .store()
            .settle(fast, Outcome::Delivered, Attempt::default(), at(7))
            .await
            .unwrap()
    );
    assert_eq!(world.state_name(fast).await, "delivered");
}
