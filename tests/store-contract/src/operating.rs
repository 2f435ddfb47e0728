//! Actions of an operator, effects of a start, and effects of time alone.

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::{AccountId, AlertId, Category, CategorySet, Kind, MessageId, Purpose, Receivers};
use bindeledd_engine::ports::{
    ActOutcome, Actor, AlertFilter, Attempt, Backlog, MessageFilter, Outcome, PartyAct, ReserveOutcome, Scope,
};
use serde_json::json;
use uuid::Uuid;

use crate::TestStore;
use crate::disclosing::correction;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, draft, grant, id, progress};

const DAY: i64 = 86_400;

/// After a crash, recovery makes every delivery under way wait again with the same bytes; only the attempt remains recorded.
pub async fn recovery_lets_everything_wait_again_with_the_same_bytes<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let reserved = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(1)).await;
    let sending = world.deliver(AFT, GP, progress("r2", KARI, "b"), at(1)).await;
    let awaiting = world.deliver(AFT, GP, progress("r3", KARI, "c"), at(1)).await;
    let waiting = world.deliver(AFT, GP, progress("r4", KARI, "d"), at(1)).await;
    assert!(matches!(
        world.reserve(reserved, at(2)).await,
        ReserveOutcome::Reserved(_)
    ));
    let bytes = world.begin(sending, at(2)).await.into_bytes();
    let handed = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(awaiting, handed, at(2)).await;
    world.reopen();
    assert_eq!(world.store().recover(at(5)).await.unwrap(), 2);
    assert_eq!(world.store().recover(at(5)).await.unwrap(), 0);
    assert_eq!(world.state_name(awaiting).await, "awaiting-receipt");
    let mut due = world.due(GP, at(5)).await;
    due.sort_unstable();
    assert_eq!(due, [reserved, sending, waiting]);
    assert!(matches!(world.state(sending).await, State::Waiting(w) if w.attempts == 1));
    assert!(
        !world.store().begin_sending(reserved, at(2)).await.unwrap(),
        "the old release is void"
    );
    assert!(
        !world
            .store()
            .settle(sending, Outcome::Delivered, Attempt::default(), at(6))
            .await
            .unwrap()
    );
    assert_eq!(world.begin(sending, at(6)).await.into_bytes(), bytes);
}

async fn alerts<P: TestStore>(world: &World<P>, kind: AlertKind) -> Vec<Alert> {
    let filter = AlertFilter {
        kind: Some(kind),
        party: Some(id(AFT)),
        state: None,
        before: None,
        limit: 100,
    };
    world.store().alerts(&filter).await.unwrap()
}

/// Every message comes to an end, and its sender is told if it expires.
pub async fn what_expires_is_ended_and_its_sender_told<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let waiting = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(1)).await;
    let behind = world.deliver(AFT, GP, progress("r2", KARI, "a"), at(2)).await;
    assert_eq!(world.store().sweep(at(DAY)).await.unwrap(), 0);
    assert_eq!(world.store().sweep(at(DAY + 1)).await.unwrap(), 1);
    assert_eq!(
        (world.state_name(waiting).await, world.state_name(behind).await),
        ("expired", "waiting")
    );
    let told = alerts(&world, AlertKind::DeliveryFailed).await;
    assert_eq!(
        (told.len(), told[0].delivery, told[0].code.as_deref()),
        (1, Some(waiting), Some("BL-4001"))
    );
    // A reservation also detects the expiry.
    assert_eq!(world.due(GP, at(DAY + 2)).await, [behind]);
    assert!(matches!(world.reserve(behind, at(DAY + 2)).await, ReserveOutcome::Stopped(c) if c.code == "BL-4001"));
    assert_eq!(world.state_name(behind).await, "expired");
    // A delivery that was reserved but never began waits again.
    let reserved = world.deliver(AFT, GP, progress("r3", KARI, "b"), at(DAY + 3)).await;
    assert!(matches!(
        world.reserve(reserved, at(DAY + 4)).await,
        ReserveOutcome::Reserved(_)
    ));
    assert_eq!(world.store().sweep(at(DAY + 4)).await.unwrap(), 0);
    assert_eq!(world.store().sweep(at(DAY + 5)).await.unwrap(), 1);
    assert_eq!(world.due(GP, at(DAY + 5)).await, [reserved]);
}

/// If a receipt never comes, the delivery fails with an alert.
pub async fn a_receipt_that_never_comes_fails_with_an_alert<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let accepted = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let delivery = accepted.deliveries[0].id;
    let handed = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(100),
    };
    world.carry(delivery, handed, at(2)).await;
    assert_eq!(world.store().sweep(at(99)).await.unwrap(), 0);
    assert_eq!(world.store().sweep(at(100)).await.unwrap(), 1);
    assert_eq!(world.state_name(delivery).await, "failed");
    let told = alerts(&world, AlertKind::ReceiptOverdue).await;
    assert_eq!(
        (told.len(), told[0].message, &told[0].party),
        (1, Some(accepted.id), &Some(id(GP)))
    );
    assert_eq!(world.store().sweep(at(101)).await.unwrap(), 0);
}

/// An operator cancels a message, and replays it.
pub async fn a_cancelled_message_is_not_sent_and_can_be_replayed<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world
        .consent(
            1,
            KARI,
            vec![
                grant(AFT, GP, &[Category::Progress]),
                grant(AFT, NAV, &[Category::Progress]),
            ],
        )
        .await;
    let accepted = world.send(AFT, &[GP, NAV], progress("r1", KARI, "a"), at(1)).await;
    let (to_gp, to_nav) = (accepted.deliveries[0].id, accepted.deliveries[1].id);
    world.carry(to_nav, Outcome::Delivered, at(2)).await;
    let operator = Actor::Operator;
    assert_eq!(
        world.store().cancel(accepted.id, &operator, at(3)).await.unwrap(),
        [to_gp]
    );
    assert_eq!(world.store().cancel(accepted.id, &operator, at(3)).await.unwrap(), []);
    assert_eq!(world.due(GP, at(4)).await, []);
    assert_eq!(world.state_name(to_nav).await, "delivered");
    // A delivered message is never sent again.
    assert_eq!(
        world.store().replay(accepted.id, &operator, at(5)).await.unwrap(),
        [to_gp]
    );
    world.carry(to_gp, Outcome::Delivered, at(6)).await;
    assert_eq!(world.store().replay(accepted.id, &operator, at(7)).await.unwrap(), []);
    let unknown = MessageId(Uuid::from_u128(1));
    assert_eq!(world.store().replay(unknown, &operator, at(7)).await.unwrap(), []);
    assert_eq!(world.store().cancel(unknown, &operator, at(7)).await.unwrap(), []);
    // A replayed delivery that waits for a retry goes at once.
    let next = world.send(AFT, &[GP], progress("r2", KARI, "a"), at(8)).await;
    let later = Outcome::TryAgain {
        due: at(500),
        cause: Cause::new("BL-4002", "x"),
    };
    world.carry(next.deliveries[0].id, later, at(9)).await;
    assert_eq!(world.due(GP, at(10)).await, []);
    world.store().replay(next.id, &operator, at(10)).await.unwrap();
    assert_eq!(world.due(GP, at(10)).await, [next.deliveries[0].id]);
}

/// A replay needs a grant, as any other release does. It repeats the bytes that the receiver may have got.
pub async fn a_replay_is_decided_anew<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let blocked = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let delivery = blocked.deliveries[0].id;
    let operator = Actor::Operator;
    assert_eq!(world.store().replay(blocked.id, &operator, at(2)).await.unwrap(), []);
    assert_eq!(
        (world.state_name(delivery).await, world.audited("replay-denied").await),
        ("blocked", 1)
    );
    let kari = world.usual_consent().await;
    assert_eq!(world.due(GP, at(3)).await, [], "blocked never reopens by itself");
    assert_eq!(
        world.store().replay(blocked.id, &operator, at(3)).await.unwrap(),
        [delivery]
    );
    let failed = Outcome::Failed(Cause::new("BL-4003", "x"));
    let bytes = world.carry(delivery, failed, at(4)).await.into_bytes();
    // The first attempt may have arrived, so that the same bytes go again.
    world.store().replay(blocked.id, &operator, at(5)).await.unwrap();
    let refused = Outcome::Refused(Cause::new("BL-4004", "x"));
    assert_eq!(world.carry(delivery, refused, at(6)).await.into_bytes(), bytes);
    // The receiver refused the delivery, so that it is written again.
    world.store().replay(blocked.id, &operator, at(7)).await.unwrap();
    assert!(world.written(delivery, at(8)).await.is_some());
    world
        .store()
        .withdraw(kari, &Scope::Everything, &operator, at(9))
        .await
        .unwrap();
    assert_eq!(world.store().replay(blocked.id, &operator, at(10)).await.unwrap(), []);
    assert_eq!(world.state_name(delivery).await, "cancelled");
    let view = world.store().message(blocked.id).await.unwrap().unwrap();
    assert_eq!(view.deliveries[0].cause.as_ref().unwrap().code, "BL-2003");
    // A replayed delivery that had expired gets the same time to live again.
    let new = consent(5, KARI, at(11), vec![grant(AFT, GP, &[Category::Progress])]);
    world
        .store()
        .register_consent(new, &operator, at(11))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        world.store().replay(blocked.id, &operator, at(2 * DAY)).await.unwrap(),
        [delivery]
    );
    let input = world.store().release_input(delivery).await.unwrap().unwrap();
    assert!(input.expires_at > at(2 * DAY + DAY / 2));
}

/// A replay to an empty circle goes to the parties that are in the circle now.
pub async fn a_replayed_circle_reaches_who_is_in_it_now<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Circle, at(1));
    let message = new.id;
    world.accept(world.acceptance(AFT, vec![new]), at(1)).await.unwrap();
    assert_eq!(
        world.store().replay(message, &Actor::Operator, at(2)).await.unwrap(),
        []
    );
    let p = &[Category::Progress];
    world
        .consent(1, KARI, vec![grant(AFT, NAV, p), grant(AFT, DPS, p), grant(AFT, GP, p)])
        .await;
    let waiting = world.store().replay(message, &Actor::Operator, at(3)).await.unwrap();
    assert_eq!(waiting.len(), 2);
    let view = world.store().message(message).await.unwrap().unwrap();
    let mut to: Vec<_> = view.deliveries.iter().map(|d| d.to.to_string()).collect();
    to.sort();
    assert_eq!(to, [NAV, DPS]);
    for party in [NAV, DPS] {
        let due = world.due(party, at(4)).await;
        world.carry(due[0], Outcome::Delivered, at(4)).await;
    }
    assert_eq!(
        world.store().replay(message, &Actor::Operator, at(5)).await.unwrap(),
        []
    );
}

/// A replayed correction to the circle goes to the parties that its original has reached by now, except those without a grant. The
/// answer names only existing deliveries.
pub async fn a_replayed_correction_names_the_deliveries_that_wait<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let original = world.send(AFT, &[NAV, DPS], progress("r1", KARI, "c"), at(1)).await;
    let new = world.new_message(correction("r2", KARI, "r1"), Receivers::Circle, at(2));
    let corrects = new.id;
    world.accept(world.acceptance(AFT, vec![new]), at(2)).await.unwrap();
    let all = &Category::ALL;
    let kari = world
        // The GP may have the message, and was never sent the original.
        .consent(1, KARI, [NAV, DPS, GP].map(|to| grant(AFT, to, all)).into())
        .await;
    for delivery in world
        .store()
        .replay(original.id, &Actor::Operator, at(3))
        .await
        .unwrap()
    {
        world.carry(delivery, Outcome::Delivered, at(4)).await;
    }
    let scope = Scope::Exchange {
        from: id(AFT),
        to: id(DPS),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(all),
    };
    world
        .store()
        .withdraw(kari, &scope, &Actor::Operator, at(5))
        .await
        .unwrap();
    let waiting = world.store().replay(corrects, &Actor::Operator, at(6)).await.unwrap();
    let view = world.store().message(corrects).await.unwrap().unwrap();
    let there: Vec<_> = view
        .deliveries
        .iter()
        .map(|d| (d.id, d.to.to_string(), d.state.name()))
        .collect();
    let [delivery] = waiting.as_slice() else {
        panic!("one waits: {waiting:?}")
    };
    assert_eq!(there, [(*delivery, NAV.to_owned(), "waiting")]);
    let named = world.send(AFT, &[GP], correction("r3", KARI, "r1"), at(7)).await;
    let replayed = world.store().replay(named.id, &Actor::Operator, at(8)).await.unwrap();
    assert_eq!(
        replayed,
        [],
        "a replay names no receiver that the original did not reach"
    );
}

/// After its retention, the content of a settled message is removed; its state remains.
pub async fn contents_leave_when_their_retention_is_over<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let old = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let delivery = old.deliveries[0].id;
    world
        .carry(delivery, Outcome::Failed(Cause::new("BL-4003", "x")), at(2))
        .await;
    let blocked = world.send(AFT, &[NAV], progress("r2", KARI, "a"), at(3)).await;
    let before = world.place.at_rest().len();
    assert_eq!(world.store().sweep(at(89 * DAY)).await.unwrap(), 0);
    assert_eq!(
        world.store().sweep(at(91 * DAY)).await.unwrap(),
        3,
        "two contents and one document"
    );
    assert_eq!(world.store().sweep(at(91 * DAY)).await.unwrap(), 0);
    assert!(before > 0);
    assert_eq!(world.state_name(delivery).await, "failed");
    assert_eq!(
        world
            .store()
            .message(blocked.id)
            .await
            .unwrap()
            .unwrap()
            .deliveries
            .len(),
        1
    );
    assert_eq!(
        world
            .store()
            .replay(old.id, &Actor::Operator, at(92 * DAY))
            .await
            .unwrap(),
        []
    );
    // References are kept longer than content, and are then removed too.
    assert!(
        world
            .send(AFT, &[GP], progress("r1", KARI, "a"), at(93 * DAY))
            .await
            .repeated
    );
    assert_eq!(
        world.store().sweep(at(401 * DAY)).await.unwrap(),
        3,
        "two references, and the alert of the failure"
    );
    assert!(
        !world
            .send(AFT, &[GP], progress("r1", KARI, "a"), at(402 * DAY))
            .await
            .repeated
    );
    // The three rows are for the content, the references, and the alert.
    assert_eq!(world.audited("retired").await, 3);
}

/// A pause has a person, a reason and an end. A second one changes nothing, and the end comes by itself.
pub async fn a_pause_says_why_and_ends_by_itself<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let (gp, person) = (id(GP), Actor::Person(AccountId(Uuid::from_u128(7))));
    let act = async |act: PartyAct, now: i64| {
        let acted = world
            .store()
            .act_on_party(&gp, (&act, "flytter tjeneren"), &person, at(now));
        acted.await.unwrap()
    };
    let pause = PartyAct::Pause { until: Some(at(9)) };
    assert_eq!(act(pause.clone(), 2).await, ActOutcome::Done);
    assert_eq!(act(pause, 3).await, ActOutcome::Already);
    let on_file = world.store().pause_of(&gp).await.unwrap().unwrap();
    assert_eq!(
        (on_file.by, on_file.at, on_file.until),
        (person.clone(), at(2), Some(at(9)))
    );
    assert_eq!(on_file.why, "flytter tjeneren");
    assert_eq!(world.store().end_pauses(at(8)).await.unwrap(), vec![]);
    assert_eq!(world.store().end_pauses(at(9)).await.unwrap(), vec![gp.clone()]);
    assert_eq!(world.store().end_pauses(at(10)).await.unwrap(), vec![]);
    assert_eq!(world.store().pause_of(&gp).await.unwrap(), None);
    assert_eq!(act(PartyAct::Resume, 11).await, ActOutcome::Already);
    let key = PartyAct::AddKey { key: [7; 32], keys: 0 };
    assert_eq!(act(key.clone(), 12).await, ActOutcome::Done);
    assert_eq!(
        act(key, 12).await,
        ActOutcome::Already,
        "a second click makes no second key"
    );
    assert_eq!(act(PartyAct::RevokeKeys(vec![[7; 32]]), 13).await, ActOutcome::Done);
    assert_eq!(act(PartyAct::RevokeKeys(vec![[7; 32]]), 13).await, ActOutcome::Already);
    assert_eq!(act(PartyAct::Suspend, 14).await, ActOutcome::Done);
    assert_eq!(act(PartyAct::Unsuspend, 15).await, ActOutcome::Done);
    let nobody = id("ingen-slik");
    let acted = world
        .store()
        .act_on_party(&nobody, (&PartyAct::Resume, "x"), &person, at(16))
        .await;
    assert_eq!(acted.unwrap(), ActOutcome::Unknown);
    assert_eq!(world.audited("party-resumed").await, 1);
}

/// A paused party gets no deliveries, and gets them once it is resumed.
pub async fn a_paused_party_gets_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(1)).await;
    world
        .store()
        .set_paused(&id(GP), true, &Actor::Operator, at(2))
        .await
        .unwrap();
    let waiting = Backlog {
        party: id(GP),
        waiting: 1,
        oldest: Some(at(1)),
    };
    assert_eq!(world.store().backlog().await.unwrap(), vec![waiting]);
    assert_eq!(world.due(GP, at(3)).await, []);
    assert_eq!(world.store().next_due(&id(GP)).await.unwrap(), None);
    assert!(matches!(world.reserve(delivery, at(3)).await, ReserveOutcome::NotNow));
    world
        .store()
        .set_paused(&id(GP), false, &Actor::Operator, at(4))
        .await
        .unwrap();
    assert_eq!(world.due(GP, at(5)).await, [delivery]);
    world.begin(delivery, at(5)).await;
    assert_eq!(
        (
            world.audited("party-paused").await,
            world.audited("party-resumed").await
        ),
        (1, 1)
    );
}

/// Suspension and pause are independent, and a change of the party ends neither.
pub async fn a_suspended_party_gets_nothing_and_no_change_lifts_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "a"), at(1)).await;
    let suspend = async |suspended, when| {
        let done = world
            .store()
            .set_suspended(&id(GP), suspended, &Actor::Operator, at(when))
            .await;
        assert!(done.unwrap());
    };
    suspend(true, 2).await;
    assert_eq!(world.due(GP, at(3)).await, []);
    assert_eq!(world.store().next_due(&id(GP)).await.unwrap(), None);
    assert!(matches!(world.reserve(delivery, at(3)).await, ReserveOutcome::NotNow));
    let party = async || {
        let parties = world.store().parties().await.unwrap();
        parties.into_iter().find(|party| party.id == id(GP)).unwrap()
    };
    let mut changed = party().await;
    assert!(changed.suspended && !changed.paused && changed.is_held());
    changed.suspended = false;
    world
        .store()
        .put_party(&changed, &Actor::Operator, at(4))
        .await
        .unwrap();
    assert!(party().await.suspended, "a change of the party lifts nothing");
    for paused in [true, false] {
        world
            .store()
            .set_paused(&id(GP), paused, &Actor::Operator, at(4))
            .await
            .unwrap();
        assert_eq!(world.due(GP, at(5)).await, []);
    }
    suspend(false, 6).await;
    assert_eq!(world.due(GP, at(7)).await, [delivery]);
    let nobody = world
        .store()
        .set_suspended(&id("ingen-slik"), true, &Actor::Operator, at(8))
        .await;
    assert!(!nobody.unwrap());
    assert_eq!(
        (
            world.audited("party-suspended").await,
            world.audited("party-unsuspended").await
        ),
        (1, 1)
    );
}

/// Returns the messages that a filter finds; `edit` sets the filter.
async fn found<P: TestStore>(world: &World<P>, edit: impl FnOnce(&mut MessageFilter)) -> Vec<MessageId> {
    let mut filter = MessageFilter {
        limit: 100,
        ..MessageFilter::default()
    };
    edit(&mut filter);
    let messages = world.store().messages(&filter).await.unwrap();
    messages.iter().map(|m| m.id).collect()
}

/// The list of messages can be filtered by party, participant, state, kind and time.
pub async fn lists_find_by_party_participant_state_kind_and_time<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let treated = vec![grant(DPS, GP, &[Category::TreatmentStatus])];
    let ola = world.consent(2, OLA, treated).await;
    let a = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let treatment = draft("r2", OLA, "b", "treatment-status", json!({"status": "started"}));
    let b = world.send(DPS, &[GP, NAV], treatment, at(2)).await.id;
    let c = world.send(AFT, &[NAV], progress("r3", KARI, "c"), at(3)).await.id;
    world.carry(a.deliveries[0].id, Outcome::Delivered, at(4)).await;
    let a = a.id;
    let in_state = |name: &'static str| move |f: &mut MessageFilter| f.state = Some(name.to_owned());
    let of_party = |party: &'static str| move |f: &mut MessageFilter| f.party = Some(id(party));
    let both = |party: &'static str, state: &'static str| {
        move |f: &mut MessageFilter| {
            of_party(party)(f);
            in_state(state)(f);
        }
    };
    assert_eq!(found(&world, |_| {}).await, [c, b, a]);
    assert_eq!(found(&world, |f| f.limit = 2).await, [c, b]);
    assert_eq!(found(&world, |f| (f.before, f.limit) = (Some(c), 1)).await, [b]);
    assert_eq!(found(&world, |f| f.participant = Some(kari)).await, [c, a]);
    assert_eq!(found(&world, |f| f.participant = Some(ola)).await, [b]);
    assert_eq!(found(&world, of_party(AFT)).await, [c, a]);
    assert_eq!(found(&world, of_party(NAV)).await, [c, b]);
    assert_eq!(
        found(&world, |f| (f.party, f.before) = (Some(id(GP)), Some(b))).await,
        [a]
    );
    assert_eq!(found(&world, |f| f.kind = Some(Kind::TreatmentStatus)).await, [b]);
    assert_eq!(found(&world, in_state("blocked")).await, [c, b]);
    assert_eq!(found(&world, in_state("waiting")).await, [b]);
    assert_eq!(found(&world, in_state("delivered")).await, [a]);
    assert_eq!(found(&world, in_state("nonsense")).await, []);
    assert_eq!(found(&world, both(DPS, "blocked")).await, [b]);
    assert_eq!(found(&world, both(GP, "delivered")).await, [a]);
    assert_eq!(found(&world, both(NAV, "waiting")).await, [b]);
    let narrow = |f: &mut MessageFilter| {
        both(AFT, "blocked")(f);
        (f.participant, f.kind) = (Some(kari), Some(Kind::ProgressUpdate));
    };
    assert_eq!(found(&world, narrow).await, [c]);
    let counts = world.store().counts().await.unwrap();
    let of = |name: &str| counts.iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!(
        (of("waiting"), of("delivered"), of("blocked"), of("sending")),
        (1, 1, 2, 0)
    );
    let view = world.store().message(b).await.unwrap().unwrap();
    assert_eq!(
        view.deliveries[1].withheld,
        CategorySet::of(&[Category::TreatmentStatus])
    );
}

/// When the engine raises an alert about a delivery, the store adds the facts of the message.
pub async fn an_alert_is_seen_by_the_messages_sender<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let accepted = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let alert = |n, delivery| Alert {
        id: AlertId(Uuid::from_u128(n)),
        kind: AlertKind::DeliveryFailed,
        raised_at: at(2),
        participant: None,
        message: None,
        delivery,
        party: Some(id(GP)),
        code: Some("BL-4003".into()),
        times: 1,
        last_at: at(2),
        ended_at: None,
        state: bindeledd_core::alert::AlertState::Open,
    };
    let about = alert(1, Some(accepted.deliveries[0].id));
    world.store().raise(&about).await.unwrap();
    world.store().raise(&about).await.unwrap();
    let quarantined = Alert {
        kind: AlertKind::AdapterQuarantined,
        ..alert(2, None)
    };
    world.store().raise(&quarantined).await.unwrap();
    let seen = alerts(&world, AlertKind::DeliveryFailed).await;
    let expected = Alert {
        message: Some(accepted.id),
        participant: Some(kari),
        ..about
    };
    assert_eq!(seen, std::slice::from_ref(&expected));
    let list = async |kind, party: Option<&str>, limit| {
        let filter = AlertFilter {
            kind,
            party: party.map(id),
            state: None,
            before: None,
            limit,
        };
        world.store().alerts(&filter).await.unwrap()
    };
    assert_eq!(list(None, None, 9).await, [quarantined.clone(), expected.clone()]);
    assert_eq!(list(None, None, 1).await, std::slice::from_ref(&quarantined));
    assert_eq!(list(Some(AlertKind::AdapterQuarantined), None, 9).await, [quarantined]);
    assert_eq!(list(None, Some(AFT), 9).await, [expected]);
    assert_eq!(list(None, Some(GP), 9).await, [], "the receiver is not told");
}

/// The check writes to the store, and reports that the store is ready.
pub async fn the_store_says_that_it_is_ready<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.store().ready().await.unwrap();
}

/// Repeated findings raise one alert for each day and party, with a count and the last time. Lists are paged, and old alerts are
/// removed.
pub async fn what_is_found_again_is_counted_in_one_alert<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let strange = Receipt {
        status: ReceiptStatus::Ok,
        refers_to: "nothing".into(),
        scheme: "msgid".into(),
        errors: Vec::new(),
    };
    let all = async |before, limit| {
        let filter = AlertFilter {
            before,
            limit,
            ..AlertFilter::default()
        };
        world.store().alerts(&filter).await.unwrap()
    };
    for n in 0..620 {
        world.store().receipt(&id(DPS), &strange, at(n)).await.unwrap();
    }
    world.store().receipt(&id(GP), &strange, at(700)).await.unwrap();
    let found = all(None, 500).await;
    let told: Vec<_> = found
        .iter()
        .map(|a| (a.party.clone().unwrap(), a.times, a.raised_at, a.last_at))
        .collect();
    assert_eq!(told, [(id(GP), 1, at(700), at(700)), (id(DPS), 620, at(0), at(619))]);
    assert_eq!(world.audited("alert-raised").await, 2);
    // An alert about several participants names the newest message, and no participant.
    for (reference, whose, now) in [("f1", KARI, 800), ("f2", OLA, 801)] {
        if whose == OLA {
            world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
        }
        let delivery = world
            .deliver(AFT, GP, progress(reference, whose, reference), at(now))
            .await;
        let alert = Alert {
            id: AlertId(Uuid::from_u128(u128::from(now.unsigned_abs()))),
            kind: AlertKind::DeliveryFailed,
            raised_at: at(now),
            participant: None,
            message: None,
            delivery: Some(delivery),
            party: Some(id(GP)),
            code: Some("BL-4003".into()),
            times: 1,
            last_at: at(now),
            ended_at: None,
            state: bindeledd_core::alert::AlertState::Open,
        };
        world.store().raise(&alert).await.unwrap();
    }
    let failed = alerts(&world, AlertKind::DeliveryFailed).await;
    assert_eq!((failed.len(), failed[0].times, failed[0].participant), (1, 2, None));
    // A condition that continues is reported again after a day.
    let day = 86_400;
    world.store().receipt(&id(DPS), &strange, at(day + 1)).await.unwrap();
    let newest = all(None, 1).await;
    assert_eq!((newest[0].times, newest[0].raised_at), (1, at(day + 1)));
    let mut pages = vec![newest[0].id];
    while let Some(next) = all(pages.last().copied(), 1).await.first() {
        pages.push(next.id);
    }
    assert_eq!(pages, all(None, 500).await.iter().map(|a| a.id).collect::<Vec<_>>());
    assert_eq!(pages.len(), 4);
    world.store().sweep(at(day * 365 + 750)).await.unwrap();
    // This sweep itself also raised alerts, for overdue deliveries.
    let earlier = |a: &&Alert| a.raised_at < at(day * 365);
    let left: Vec<_> = all(None, 500)
        .await
        .iter()
        .filter(earlier)
        .map(|a| (a.kind, a.last_at))
        .collect();
    assert_eq!(
        left,
        [
            (AlertKind::StrangeReceipt, at(day + 1)),
            (AlertKind::DeliveryFailed, at(801))
        ],
        "those of the first minutes are gone"
    );
}
