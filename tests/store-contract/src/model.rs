//! Random histories against a simple model: no release happens without a grant, and each delivery ends in one state.

use std::collections::BTreeMap;

use bindeledd_core::delivery::Cause;
use bindeledd_core::{Category, CategorySet, DeliveryId, MessageId, ParticipantRef, Purpose};
use bindeledd_engine::ports::{Actor, Attempt, Outcome, ReserveOutcome, Scope};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::TestStore;
use crate::world::{AFT, GP, KARI, NAV, OLA, World, at, consent, grant, id, progress};

/// One step of a history. Deliveries and messages are chosen by number, modulo their count.
#[derive(Debug, Clone)]
enum Op {
    Consent { ola: bool, nav: bool },
    Withdraw { ola: bool, nav: Option<bool> },
    Accept { ola: bool, nav: bool, conversation: u8 },
    Reserve(usize),
    Begin(usize),
    Settle(usize, u8),
    Replay(usize),
    Cancel(usize),
    Sweep,
    Recover,
    Wait(i64),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (any::<bool>(), any::<bool>()).prop_map(|(ola, nav)| Op::Consent { ola, nav }),
        2 => (any::<bool>(), any::<Option<bool>>()).prop_map(|(ola, nav)| Op::Withdraw { ola, nav }),
        5 => (any::<bool>(), any::<bool>(), 0..2_u8)
            .prop_map(|(ola, nav, conversation)| Op::Accept { ola, nav, conversation }),
        8 => (0..64_usize).prop_map(Op::Reserve),
        6 => (0..64_usize).prop_map(Op::Begin),
        6 => (0..64_usize, 0..5_u8).prop_map(|(n, how)| Op::Settle(n, how)),
        2 => (0..64_usize).prop_map(Op::Replay),
        1 => (0..64_usize).prop_map(Op::Cancel),
        1 => Just(Op::Sweep),
        1 => Just(Op::Recover),
        2 => (1..40_000_i64).prop_map(Op::Wait),
    ]
}

/// The model's knowledge: the grants, and the state of each delivery.
#[derive(Default)]
struct Model {
    granted: BTreeMap<(bool, bool), bool>,
    deliveries: Vec<Known>,
    messages: Vec<MessageId>,
    consents: u128,
    seconds: i64,
}

struct Known {
    id: DeliveryId,
    exchange: (bool, bool),
    lane: (bool, bool, u8),
}

impl Model {
    fn now(&self) -> Timestamp {
        at(self.seconds)
    }

    fn granted(&self, exchange: (bool, bool)) -> bool {
        self.granted.get(&exchange).copied().unwrap_or(false)
    }

    fn pick(&self, n: usize) -> Option<&Known> {
        self.deliveries.get(n.checked_rem(self.deliveries.len())?)
    }
}

const fn whose(ola: bool) -> &'static str {
    if ola { OLA } else { KARI }
}

const fn receiver(nav: bool) -> &'static str {
    if nav { NAV } else { GP }
}

/// Runs sixteen histories of up to sixty steps, which are the same in every run.
pub async fn random_histories_never_release_without_a_grant<P: TestStore>(make: impl Fn() -> P) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"bindeledd: the store's histories");
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let histories = proptest::collection::vec(op(), 20..60);
    for number in 0..16 {
        let history = histories.new_tree(&mut runner).unwrap().current();
        play(make(), &history, number).await;
    }
}

async fn play<P: TestStore>(place: P, history: &[Op], number: usize) {
    let mut world = World::new(place).await;
    let mut model = Model::default();
    for (i, op) in history.iter().enumerate() {
        // Each step is a second later, so that the order of grants and withdrawals is clear.
        model.seconds += 1;
        let context = format!("history {number}, step {i}: {op:?}");
        step(&mut world, &mut model, op, &context).await;
        check(&world, &model, &context).await;
    }
    finish(&world, &mut model, number).await;
}

async fn person<P: TestStore>(world: &World<P>, ola: bool) -> Option<ParticipantRef> {
    world
        .store()
        .participant(&crate::world::person(whose(ola)))
        .await
        .unwrap()
}

async fn step<P: TestStore>(world: &mut World<P>, model: &mut Model, op: &Op, context: &str) {
    let now = model.now();
    match op {
        Op::Consent { ola, nav } => {
            model.consents += 1;
            let grants = vec![grant(AFT, receiver(*nav), &[Category::Progress])];
            let new = consent(model.consents, whose(*ola), now, grants);
            world
                .store()
                .register_consent(new, &Actor::Operator, now)
                .await
                .unwrap()
                .unwrap();
            model.granted.insert((*ola, *nav), true);
        }
        Op::Withdraw { ola, nav } => withdraw(world, model, *ola, *nav, context).await,
        Op::Accept { ola, nav, conversation } => {
            let reference = format!("r{}", model.messages.len());
            let draft = progress(&reference, whose(*ola), &format!("c{conversation}"));
            let accepted = world.send(AFT, &[receiver(*nav)], draft, now).await;
            let delivery = &accepted.deliveries[0];
            assert_eq!(delivery.state == "waiting", model.granted((*ola, *nav)), "{context}");
            model.messages.push(accepted.id);
            model.deliveries.push(Known {
                id: delivery.id,
                exchange: (*ola, *nav),
                lane: (*ola, *nav, *conversation),
            });
        }
        Op::Reserve(n) => {
            let Some(known) = model.pick(*n) else { return };
            reserve(world, model, known, context).await;
        }
        Op::Begin(n) => {
            let Some(known) = model.pick(*n) else { return };
            let begun = world.store().begin_sending(known.id, now).await.unwrap();
            assert!(
                !begun || model.granted(known.exchange),
                "{context}: begun without a grant"
            );
        }
        Op::Settle(n, how) => {
            let Some(known) = model.pick(*n) else { return };
            let was_sending = world.state_name(known.id).await == "sending";
            let settled = world
                .store()
                .settle(known.id, outcome(*how, model.seconds), Attempt::default(), now)
                .await
                .unwrap();
            assert_eq!(settled, was_sending, "{context}");
        }
        Op::Replay(n) => {
            let Some(known) = model.pick(*n) else { return };
            let message = model.messages[n % model.messages.len()];
            let before = world.state_name(known.id).await;
            let replayed = world.store().replay(message, &Actor::Operator, now).await.unwrap();
            if !replayed.is_empty() {
                assert!(
                    before == "waiting" || model.granted(known.exchange),
                    "{context}: replayed without a grant"
                );
                assert_ne!(before, "delivered", "{context}");
            }
        }
        Op::Cancel(n) => {
            if model.messages.is_empty() {
                return;
            }
            let message = model.messages[n % model.messages.len()];
            world.store().cancel(message, &Actor::Operator, now).await.unwrap();
        }
        Op::Sweep => drop(world.store().sweep(now).await.unwrap()),
        Op::Recover => {
            world.reopen();
            world.store().recover(now).await.unwrap();
        }
        Op::Wait(seconds) => model.seconds += seconds,
    }
}

async fn withdraw<P: TestStore>(world: &World<P>, model: &mut Model, ola: bool, nav: Option<bool>, context: &str) {
    let Some(participant) = person(world, ola).await else {
        return;
    };
    let scope = match nav {
        None => Scope::Everything,
        Some(nav) => Scope::Exchange {
            from: id(AFT),
            to: id(receiver(nav)),
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(&Category::ALL),
        },
    };
    let now = model.now();
    let answer = world
        .store()
        .withdraw(participant, &scope, &Actor::Operator, now)
        .await
        .unwrap();
    for gone in [false, true] {
        if nav.is_none_or(|nav| nav == gone) {
            model.granted.insert((ola, gone), false);
        }
    }
    for stopped in &answer.cancelled {
        assert_eq!(world.state_name(*stopped).await, "cancelled", "{context}");
    }
    // After the drain, a delivery without a grant neither waits nor is reserved, and can not begin.
    model.seconds += 2;
    assert_eq!(
        world.store().drain(participant, model.now()).await.unwrap(),
        0,
        "{context}"
    );
    for known in model
        .deliveries
        .iter()
        .filter(|k| k.exchange.0 == ola && !model.granted(k.exchange))
    {
        let state = world.state_name(known.id).await;
        assert!(state != "waiting" && state != "reserved", "{context}: still {state}");
    }
}

async fn reserve<P: TestStore>(world: &World<P>, model: &Model, known: &Known, context: &str) {
    let now = model.now();
    let due = world.due(receiver(known.exchange.1), now).await.contains(&known.id);
    let input = world.store().release_input(known.id).await.unwrap().unwrap();
    let written = if due && input.to_write.is_some() && model.granted(known.exchange) {
        world.written(known.id, now).await
    } else {
        None
    };
    let outcome = world
        .store()
        .reserve(known.id, written, now, at(model.seconds + 3))
        .await
        .unwrap();
    match outcome {
        ReserveOutcome::Reserved(_) => {
            assert!(model.granted(known.exchange), "{context}: released without a grant");
            assert!(due, "{context}: released though it was not due or not the head");
        }
        ReserveOutcome::NotNow => assert!(!due, "{context}: due, and not reserved"),
        ReserveOutcome::Changed => assert!(due, "{context}"),
        ReserveOutcome::Stopped(_) => assert!(world.state(known.id).await.is_ended(), "{context}"),
    }
}

fn outcome(how: u8, seconds: i64) -> Outcome {
    let cause = Cause::new("BL-4002", "x");
    match how {
        0 => Outcome::Delivered,
        1 => Outcome::Refused(cause),
        2 => Outcome::Failed(cause),
        3 => Outcome::TryAgain {
            due: at(seconds + 5),
            cause,
        },
        _ => Outcome::AwaitingReceipt {
            references: Vec::new(),
            until: at(seconds + 50),
        },
    }
}

/// Checks that each lane has at most one delivery in flight or due, and that the counts are right.
async fn check<P: TestStore>(world: &World<P>, model: &Model, context: &str) {
    let ids: Vec<_> = model.deliveries.iter().map(|k| k.id).collect();
    let states: BTreeMap<_, _> = world.store().states(&ids).await.unwrap().into_iter().collect();
    assert_eq!(states.len(), ids.len(), "{context}");
    let mut moving: BTreeMap<_, usize> = BTreeMap::new();
    let far = at(model.seconds + 1_000_000);
    for nav in [false, true] {
        let due = world.due(receiver(nav), far).await;
        for known in model.deliveries.iter().filter(|k| k.exchange.1 == nav) {
            let on_its_way = matches!(states[&known.id].name(), "reserved" | "sending");
            *moving.entry(known.lane).or_default() += usize::from(on_its_way || due.contains(&known.id));
        }
    }
    assert!(moving.values().all(|n| *n <= 1), "{context}: {moving:?}");
    let counts: BTreeMap<_, _> = world.store().counts().await.unwrap().into_iter().collect();
    let mut counted: BTreeMap<String, u64> = counts.keys().map(|k| (k.clone(), 0)).collect();
    for state in states.values() {
        *counted.entry(state.name().to_owned()).or_default() += 1;
    }
    assert_eq!(counts, counted, "{context}");
}

/// Lets every delivery come to its end.
async fn finish<P: TestStore>(world: &World<P>, model: &mut Model, number: usize) {
    world.store().recover(model.now()).await.unwrap();
    for _ in 0..20 {
        model.seconds += 40_000;
        while world.store().sweep(model.now()).await.unwrap() > 0 {}
    }
    for known in &model.deliveries {
        assert!(world.state(known.id).await.is_ended(), "history {number}: {}", known.id);
    }
}
