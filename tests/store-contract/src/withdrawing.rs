//! A withdrawal against a release: no sending under the withdrawn consent begins after the answer.

use bindeledd_core::consent::{Basis, ConsentStatus, Grant};
use bindeledd_core::delivery::Cause;
use bindeledd_core::withdrawal::Asker;
use bindeledd_core::{Category, CategorySet, DeliveryId, ParticipantRef, Purpose};
use bindeledd_engine::ports::{Actor, Attempt, Outcome, ReserveOutcome, Scope, WithdrawalAnswer, WithdrawalPreview};
use jiff::Timestamp;
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, draft, grant, id, progress};

async fn withdraw<P: TestStore>(
    world: &World<P>,
    who: ParticipantRef,
    scope: Scope,
    now: Timestamp,
) -> WithdrawalAnswer {
    world
        .store()
        .withdraw(who, &scope, &Actor::Operator, now)
        .await
        .unwrap()
}

async fn preview<P: TestStore>(world: &World<P>, who: ParticipantRef, now: Timestamp) -> WithdrawalPreview {
    let (scope, asker) = (Scope::Everything, Asker::Participant);
    world
        .store()
        .preview_withdrawal(who, &scope, &asker, now)
        .await
        .unwrap()
}

fn retry(due: i64) -> Outcome {
    Outcome::TryAgain {
        due: at(due),
        cause: Cause::new("BL-4002", "x"),
    }
}

fn handed() -> Outcome {
    Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(9000),
    }
}

/// Waiting deliveries are cancelled with their cause. Deliveries in flight or handed over are named in the answer.
pub async fn a_withdrawal_stops_what_waits_and_names_the_rest<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let send = async |reference: &str, whose| {
        world
            .deliver(AFT, GP, progress(reference, whose, reference), at(1))
            .await
    };
    let unwritten = send("r1", KARI).await;
    let frozen = send("r2", KARI).await;
    let sending = send("r3", KARI).await;
    let awaiting = send("r4", KARI).await;
    let delivered = send("r5", KARI).await;
    let refused = send("r6", KARI).await;
    let another = send("r7", OLA).await;
    world.carry(frozen, retry(50), at(2)).await;
    world.begin(sending, at(2)).await;
    world.carry(awaiting, handed(), at(2)).await;
    world.carry(delivered, Outcome::Delivered, at(2)).await;
    world
        .carry(refused, Outcome::Refused(Cause::new("BL-4004", "x")), at(2))
        .await;
    let preview = preview(&world, kari, at(3)).await;
    assert_eq!(
        preview,
        self::preview(&world, kari, at(3)).await,
        "a preview writes nothing"
    );
    assert!(!preview.ends.is_empty());
    let answer = withdraw(&world, kari, Scope::Everything, at(3)).await;
    assert_eq!(preview.answer, answer, "the preview and the withdrawal differ");
    assert_eq!(
        self::preview(&world, kari, at(4)).await.ends,
        vec![],
        "nothing is left to end"
    );
    assert_eq!(answer.cancelled, [unwritten, frozen]);
    // An earlier attempt may have arrived, so that the delivery is named like a sending in flight.
    assert_eq!((answer.reserved, answer.sending), (vec![], vec![frozen, sending]));
    assert_eq!(answer.handed_over, [awaiting, delivered]);
    world.reopen();
    for delivery in [unwritten, frozen] {
        assert_eq!(world.state_name(delivery).await, "cancelled");
    }
    let due = world.due(GP, at(99)).await;
    assert_eq!((due.len(), due[0]), (2, another), "and word of the withdrawal");
    let told: Vec<_> = answer.notified.iter().map(|b| (b.from.clone(), b.to.clone())).collect();
    assert_eq!(told, [(id(AFT), id(GP))]);
    let consent = world.store().consents_of(kari).await.unwrap().remove(0);
    assert_eq!(
        (consent.status, consent.version),
        (ConsentStatus::Withdrawn { at: at(3) }, 2)
    );
    let view = world.in_state("cancelled").await;
    assert!(
        view.iter()
            .all(|m| m.deliveries[0].cause.as_ref().unwrap().code == "BL-2003")
    );
    let blocked = world.send(AFT, &[GP], progress("r8", KARI, "c"), at(4)).await;
    assert_eq!(blocked.deliveries[0].cause.as_ref().unwrap().code, "BL-2003");
    // A sending in flight still comes to its end, but is not retried.
    assert!(
        world
            .store()
            .settle(sending, retry(10), Attempt::default(), at(5))
            .await
            .unwrap()
    );
    assert!(matches!(
        world.reserve(sending, at(10)).await,
        ReserveOutcome::Stopped(_)
    ));
    assert_eq!(world.store().drain(kari, at(11)).await.unwrap(), 0);
}

/// Tests a withdrawal before, between and after each step of a release.
pub async fn a_withdrawal_and_a_release_in_every_order<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    for place in 0..=4 {
        for frozen_before in [false, true] {
            let number = u128::from(100 + place * 2 + u64::from(frozen_before));
            let given = at(i64::try_from(number).unwrap() * 1000);
            one_order(&world, place, frozen_before, number, given).await;
        }
    }
}

async fn one_order<P: TestStore>(world: &World<P>, place: u64, frozen_before: bool, number: u128, given: Timestamp) {
    let after = |seconds: i64| given.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    let new = consent(number, KARI, given, vec![grant(AFT, GP, &[Category::Progress])]);
    let kari = world
        .store()
        .register_consent(new, &Actor::Operator, given)
        .await
        .unwrap()
        .unwrap()
        .participant;
    let name = format!("r{number}");
    let delivery = world.deliver(AFT, GP, progress(&name, KARI, &name), given).await;
    if frozen_before {
        let again = Outcome::TryAgain {
            due: after(2),
            cause: Cause::new("BL-4002", "x"),
        };
        world.carry(delivery, again, after(1)).await;
    }
    let written = world.written(delivery, after(2)).await;
    let mut answer = None;
    let mut begun = false;
    for step in 0..=4 {
        if step == place {
            answer = Some(withdraw(world, kari, Scope::Everything, after(2)).await);
        }
        match step {
            0 => {
                let outcome = world
                    .store()
                    .reserve(delivery, written.clone(), after(2), after(3))
                    .await
                    .unwrap();
                assert_eq!(matches!(outcome, ReserveOutcome::Reserved(_)), place > 0);
            }
            1 => {
                begun = world.store().begin_sending(delivery, after(2)).await.unwrap();
                assert_eq!(begun, place > 1, "place {place}");
            }
            2 => assert_eq!(
                world
                    .store()
                    .settle(delivery, handed(), Attempt::default(), after(2))
                    .await
                    .unwrap(),
                place > 1
            ),
            3 => {
                let acknowledged = world.acknowledge(GP, delivery, after(2)).await;
                assert_eq!(acknowledged, place > 1);
            }
            _ => {}
        }
    }
    let answer = answer.unwrap();
    let named = |list: &[DeliveryId]| list.contains(&delivery);
    // A delivery that was reserved and then stopped counts as stopped, whichever list the store put it in. If an earlier attempt
    // may have arrived, the delivery is also named as being sent.
    let tried_and_stopped = frozen_before && place <= 1;
    let expected = (place <= 1, place == 2 || tried_and_stopped, place > 2);
    let got = (
        named(&answer.cancelled) || named(&answer.reserved),
        named(&answer.sending),
        named(&answer.handed_over),
    );
    assert_eq!(got, expected, "place {place}, frozen before: {frozen_before}");
    assert_eq!(world.store().drain(kari, after(4)).await.unwrap(), 0);
    assert_eq!(begun, place > 1);
    let state = world.state_name(delivery).await;
    assert_eq!(state, if place > 1 { "delivered" } else { "cancelled" });
}

/// A grant that rests on a legal duty can not be withdrawn.
pub async fn what_rests_on_duty_remains<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let by_duty = Grant {
        basis: Basis::Duty {
            reference: "§ 13".into(),
        },
        ..grant(AFT, NAV, &[Category::Progress])
    };
    let kari = world
        .consent(1, KARI, vec![grant(AFT, GP, &[Category::Progress]), by_duty])
        .await;
    let to_nav = world.deliver(AFT, NAV, progress("r1", KARI, "c"), at(1)).await;
    let to_gp = world.deliver(AFT, GP, progress("r2", KARI, "c"), at(1)).await;
    let sent = world.deliver(AFT, NAV, progress("r3", KARI, "d"), at(1)).await;
    world.carry(sent, Outcome::Delivered, at(2)).await;
    let answer = withdraw(&world, kari, Scope::Everything, at(3)).await;
    assert_eq!((answer.cancelled, answer.handed_over), (vec![to_gp], vec![]));
    world.carry(to_nav, Outcome::Delivered, at(4)).await;
    let exchange = Scope::Exchange {
        from: id(AFT),
        to: id(NAV),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&Category::ALL),
    };
    assert_eq!(
        withdraw(&world, kari, exchange, at(5)).await,
        WithdrawalAnswer::default()
    );
    let next = world.send(AFT, &[NAV], progress("r4", KARI, "c"), at(6)).await;
    assert_eq!(next.deliveries[0].state, "waiting");
}

/// A withdrawal ends every earlier grant for the same exchange. A later consent for that exchange counts.
pub async fn what_was_given_before_falls_with_it_and_what_is_given_later_stands<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    world
        .consent(2, KARI, vec![grant(AFT, GP, &[Category::Progress, Category::Function])])
        .await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let exchange = Scope::Exchange {
        from: id(AFT),
        to: id(GP),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&Category::ALL),
    };
    assert_eq!(withdraw(&world, kari, exchange, at(2)).await.cancelled, [delivery]);
    let consents = world.store().consents_of(kari).await.unwrap();
    assert!(
        consents
            .iter()
            .all(|c| c.status == ConsentStatus::Withdrawn { at: at(2) } && c.version == 2)
    );
    let new = consent(3, KARI, at(3), vec![grant(AFT, GP, &[Category::Progress])]);
    world
        .store()
        .register_consent(new, &Actor::Operator, at(3))
        .await
        .unwrap()
        .unwrap();
    let next = world.send(AFT, &[GP], progress("r2", KARI, "c"), at(4)).await;
    assert_eq!(next.deliveries[0].state, "waiting");
    assert_eq!(
        world.state_name(delivery).await,
        "cancelled",
        "blocked never reopens by itself"
    );
}

/// A consent from before a withdrawal does not take effect if it is registered later.
pub async fn a_consent_from_before_that_is_registered_later_is_taken_back_too<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let scopes = [
        Scope::Everything,
        Scope::Party(id(GP)),
        Scope::Exchange {
            from: id(AFT),
            to: id(GP),
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(&Category::ALL),
        },
    ];
    for (i, scope) in (0_i64..).zip(scopes) {
        let now = at(100 + i * 100);
        let before = at(100 + i * 100 - 1);
        withdraw(&world, kari, scope, now).await;
        let number = 50 + u128::try_from(i).unwrap();
        let new = consent(number, KARI, before, vec![grant(AFT, GP, &[Category::Progress])]);
        world
            .store()
            .register_consent(new, &Actor::Operator, now)
            .await
            .unwrap()
            .unwrap();
        let later = at(100 + i * 100 + 1);
        let name = format!("r{i}");
        let sent = world.send(AFT, &[GP], progress(&name, KARI, "c"), later).await;
        assert_eq!(sent.deliveries[0].state, "blocked", "scope {i}");
    }
}

/// A date in a consent does not let the consent survive a withdrawal; only a later registration does.
pub async fn a_withdrawal_ends_what_was_registered_before_it_whatever_its_date<P: TestStore>(make: impl Fn() -> P) {
    let exchange = Scope::Exchange {
        from: id(AFT),
        to: id(GP),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&Category::ALL),
    };
    for scope in [Scope::Everything, Scope::Party(id(GP)), exchange] {
        let mut world = World::new(make()).await;
        let ahead = |number| consent(number, KARI, at(100), vec![grant(AFT, GP, &[Category::Progress])]);
        let register = async |world: &World<P>, number, now| {
            let registered = world
                .store()
                .register_consent(ahead(number), &Actor::Operator, at(now))
                .await;
            registered.unwrap().unwrap()
        };
        let first = register(&world, 1, 1).await;
        withdraw(&world, first.participant, scope.clone(), at(2)).await;
        world.reopen();
        let status = world.store().consent(first.id).await.unwrap().unwrap().status;
        assert_eq!(status, ConsentStatus::Withdrawn { at: at(2) }, "{scope:?}");
        let sent = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(101)).await;
        assert_eq!(sent.deliveries[0].cause.as_ref().unwrap().code, "BL-2003", "{scope:?}");
        // A consent that is given again counts.
        register(&world, 2, 3).await;
        let sent = world.send(AFT, &[GP], progress("r2", KARI, "c"), at(101)).await;
        assert_eq!(sent.deliveries[0].state, "waiting", "{scope:?}");
    }
}

/// Two parties' exchanges under their own consent can not be withdrawn by a third party, whatever it registers and asks for. Each
/// of the two parties can withdraw them.
pub async fn a_party_reaches_its_own_exchanges_and_what_it_registered<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let by = |registrar: &str, number, given: i64, from, to| {
        let mut new = consent(number, KARI, at(given), vec![grant(from, to, &[Category::Progress])]);
        new.registrar = id(registrar);
        new
    };
    for new in [by(DPS, 2, 1, AFT, GP), by(DPS, 3, 1, DPS, NAV)] {
        let registered = world.store().register_consent(new, &Actor::Party(id(DPS)), at(1)).await;
        registered.unwrap().unwrap();
    }
    let waits = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(2)).await;
    let own = world.deliver(DPS, NAV, progress("r2", KARI, "b"), at(2)).await;
    let exchange = |from, to| Scope::Exchange {
        from: id(from),
        to: id(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&Category::ALL),
    };
    let second = bindeledd_core::ConsentId(uuid::Uuid::from_u128(2));
    let as_party = async |party: &str, scope: &Scope, now| {
        let actor = Actor::Party(id(party));
        world.store().withdraw(kari, scope, &actor, at(now)).await.unwrap()
    };
    for (scope, now) in [
        exchange(AFT, GP),
        Scope::Party(id(AFT)),
        Scope::Party(id(GP)),
        Scope::Consent(second),
    ]
    .into_iter()
    .zip(3..)
    {
        assert_eq!(as_party(DPS, &scope, now).await.cancelled, [], "{scope:?}");
        assert_eq!(world.state_name(waits).await, "waiting", "{scope:?}");
    }
    let status = world.store().consent(second).await.unwrap().unwrap().status;
    assert!(
        matches!(status, ConsentStatus::Withdrawn { .. }),
        "its own registration falls"
    );
    // A withdrawal of other parties' exchanges leaves no trace.
    let before = world.audit().await.len();
    assert_eq!(as_party(NAV, &exchange(AFT, GP), 8).await, WithdrawalAnswer::default());
    assert_eq!(world.audit().await.len(), before);
    // Each party of an exchange can withdraw it, in its own right.
    assert_eq!(as_party(NAV, &exchange(DPS, NAV), 9).await.cancelled, [own]);
    let answer = as_party(GP, &exchange(AFT, GP), 10).await;
    assert_eq!(answer.cancelled, [waits]);
    // A third party that withdraws a whole consent sees only its own exchanges in the answer.
    let of_dps = answer.seen_by(&Actor::Party(id(DPS)).asker());
    assert_eq!(of_dps, WithdrawalAnswer::default());
}

/// Only deliveries that lost their grant are stopped.
pub async fn a_part_that_is_taken_back_leaves_the_rest<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world
        .consent(1, KARI, vec![grant(AFT, GP, &[Category::Progress, Category::Goals])])
        .await;
    let about_goals = |reference| {
        draft(
            reference,
            KARI,
            reference,
            "goals-agreed",
            json!({"goals": ["Fast jobb"]}),
        )
    };
    let stays = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(1)).await;
    let stops = world.deliver(AFT, GP, about_goals("r2"), at(1)).await;
    let sent_progress = world.deliver(AFT, GP, progress("r3", KARI, "b"), at(1)).await;
    let sent_goals = world.deliver(AFT, GP, about_goals("r4"), at(1)).await;
    for delivery in [sent_progress, sent_goals] {
        world.carry(delivery, Outcome::Delivered, at(2)).await;
    }
    let goals = Scope::Exchange {
        from: id(AFT),
        to: id(GP),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Goals]),
    };
    let answer = withdraw(&world, kari, goals, at(3)).await;
    assert_eq!((answer.cancelled, answer.handed_over), (vec![stops], vec![sent_goals]));
    let consent = world.store().consents_of(kari).await.unwrap().remove(0);
    assert_eq!((consent.status, consent.version), (ConsentStatus::Active, 2));
    world.carry(stays, Outcome::Delivered, at(4)).await;
}

/// A withdrawal may cover all exchanges to and from one party.
pub async fn one_party_can_be_taken_out<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let p = &[Category::Progress];
    let grants = vec![
        grant(AFT, GP, p),
        grant(GP, AFT, p),
        grant(AFT, NAV, p),
        grant(DPS, GP, p),
    ];
    let kari = world.consent(1, KARI, grants).await;
    let mut deliveries = Vec::new();
    for (i, (from, to)) in [(AFT, GP), (GP, AFT), (AFT, NAV), (DPS, GP)].into_iter().enumerate() {
        deliveries.push(
            world
                .deliver(from, to, progress(&format!("r{i}"), KARI, "c"), at(1))
                .await,
        );
    }
    let answer = withdraw(&world, kari, Scope::Party(id(AFT)), at(2)).await;
    assert_eq!(answer.cancelled, deliveries[..3]);
    assert_eq!(world.state_name(deliveries[3]).await, "waiting");
    assert_eq!(
        world.store().consents_of(kari).await.unwrap()[0].status,
        ConsentStatus::Active
    );
}

/// The withdrawal of one consent ends earlier grants for the same exchange, and does not affect later ones.
pub async fn one_consents_withdrawal_leaves_later_ones<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let register = async |number, given: i64, category| {
        let new = consent(number, KARI, at(given), vec![grant(AFT, GP, &[category])]);
        world
            .store()
            .register_consent(new, &Actor::Operator, at(given))
            .await
            .unwrap()
            .unwrap()
    };
    let earlier = register(1, 0, Category::Progress).await;
    let one = register(2, 10, Category::Goals).await;
    let later = register(3, 20, Category::Function).await;
    let kari = one.participant;
    withdraw(&world, kari, Scope::Consent(one.id), at(30)).await;
    let status = async |id| world.store().consent(id).await.unwrap().unwrap().status;
    assert_eq!(status(earlier.id).await, ConsentStatus::Withdrawn { at: at(30) });
    assert_eq!(status(one.id).await, ConsentStatus::Withdrawn { at: at(30) });
    assert_eq!(status(later.id).await, ConsentStatus::Active);
    let needs = CategorySet::of(&[Category::Progress, Category::Goals, Category::Function]);
    let ledger = world.store().ledger(kari).await.unwrap();
    let decision = bindeledd_core::decide(&ledger, &id(AFT), &id(GP), Purpose::WorkOrientedFollowup, needs, at(31));
    assert_eq!(decision.permitted(), CategorySet::of(&[Category::Function]));
    // A withdrawal can not name another participant's consent.
    let ola = world.consent(9, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    withdraw(&world, ola, Scope::Consent(later.id), at(40)).await;
    assert_eq!(status(later.id).await, ConsentStatus::Active);
}

/// A delivery that is reserved under a consent is stopped if the consent expires meanwhile.
pub async fn a_drain_voids_what_is_past_its_deadline<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let mut new = consent(1, KARI, at(0), vec![grant(AFT, GP, &[Category::Progress])]);
    new.period.end = Some(bindeledd_core::consent::Moment::Instant(at(100)));
    let registered = world
        .store()
        .register_consent(new, &Actor::Operator, at(0))
        .await
        .unwrap()
        .unwrap();
    let kari = registered.participant;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let written = world.written(delivery, at(99)).await;
    let outcome = world.store().reserve(delivery, written, at(99), at(102)).await.unwrap();
    assert!(matches!(outcome, ReserveOutcome::Reserved(_)));
    assert_eq!(world.store().drain(kari, at(99)).await.unwrap(), 0, "it holds");
    assert_eq!(
        world.store().drain(kari, at(101)).await.unwrap(),
        1,
        "it no longer holds"
    );
    assert_eq!(world.store().drain(kari, at(102)).await.unwrap(), 0);
    assert_eq!(world.state_name(delivery).await, "cancelled");
    assert!(!world.store().begin_sending(delivery, at(101)).await.unwrap());
}

/// A withdrawal for an unknown participant changes nothing.
pub async fn nobodys_withdrawal_changes_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let nobody = ParticipantRef(uuid::Uuid::from_u128(7));
    assert_eq!(
        withdraw(&world, nobody, Scope::Everything, at(2)).await,
        WithdrawalAnswer::default()
    );
    assert_eq!(world.store().drain(nobody, at(2)).await.unwrap(), 0);
    assert_eq!(world.due(GP, at(2)).await, [delivery]);
}

/// The audit row of a withdrawal records its extent.
pub async fn the_log_says_how_much_was_withdrawn<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let exchange = Scope::Exchange {
        from: id(AFT),
        to: id(GP),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Progress]),
    };
    let consent = world.store().consents_of(kari).await.unwrap()[0].id;
    let scopes = [
        exchange,
        Scope::Party(id(GP)),
        Scope::Consent(consent),
        Scope::Everything,
    ];
    for (scope, second) in scopes.into_iter().zip(2..) {
        withdraw(&world, kari, scope, at(second)).await;
    }
    let rows = world.audit().await;
    let said: Vec<String> = rows
        .iter()
        .filter(|row| row.action == "consent-withdrawn")
        .map(|row| serde_json::from_str::<serde_json::Value>(&row.detail).unwrap())
        .map(|detail| detail["scope"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(said, ["exchange", "party", "consent", "everything"]);
}

/// A repeated withdrawal gets the same answer, and writes nothing.
pub async fn a_withdrawal_said_again_writes_nothing<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let delivered = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    world.carry(delivered, Outcome::Delivered, at(1)).await;
    let consent = world.store().consents_of(kari).await.unwrap()[0].id;
    let first = withdraw(&world, kari, Scope::Consent(consent), at(2)).await;
    assert_eq!(first.handed_over, [delivered]);
    let (rows, kept, version) = growth(&world, kari).await;
    for n in 0..50 {
        let again = withdraw(&world, kari, Scope::Consent(consent), at(3 + n)).await;
        assert_eq!(
            again.handed_over,
            [delivered],
            "a caller that lost the answer gets it again"
        );
        assert_eq!(again.notified, [], "nobody is told twice");
    }
    assert_eq!(growth(&world, kari).await, (rows, kept, version));
    // Each withdrawal with a later time writes one row in the log and one in the ledger.
    withdraw(&world, kari, Scope::Everything, at(60)).await;
    let (rows, kept, _) = growth(&world, kari).await;
    for n in 0..50 {
        withdraw(&world, kari, Scope::Everything, at(61 + n)).await;
    }
    let (rows_after, kept_after, _) = growth(&world, kari).await;
    assert_eq!((rows_after, kept_after), (rows + 50, kept));
    world.reopen();
    assert_eq!(
        growth(&world, kari).await.0,
        rows_after,
        "a start finds nothing to do again"
    );
    // The withdrawal ends consents up to the latest of these times, and no later ones.
    for (number, given, reason) in [(7, 105, "BL-2003"), (8, 300, "")] {
        let new = self::consent(number, KARI, at(given), vec![grant(AFT, NAV, &[Category::Progress])]);
        world
            .store()
            .register_consent(new, &Actor::Operator, at(200 + given))
            .await
            .unwrap()
            .unwrap();
        let name = format!("after-{given}");
        let sent = world
            .send(AFT, &[NAV], progress(&name, KARI, &name), at(301 + given))
            .await;
        let code = sent.deliveries[0]
            .cause
            .as_ref()
            .map_or("", |cause| cause.code.as_str());
        assert_eq!(code, reason, "given at {given}");
    }
}

/// Returns the numbers of log rows and withdrawals, and the consents' versions.
async fn growth<P: TestStore>(world: &World<P>, who: ParticipantRef) -> (usize, usize, Vec<u64>) {
    let ledger = world.store().ledger(who).await.unwrap();
    let versions = world.store().consents_of(who).await.unwrap();
    let versions = versions.iter().map(|consent| u64::from(consent.version)).collect();
    (world.audit().await.len(), ledger.withdrawals.len(), versions)
}
