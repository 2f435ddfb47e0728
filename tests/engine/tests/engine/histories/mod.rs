//! Random histories against a model. Nothing leaves without a grant, and nothing leaves after a withdrawal was answered. Order and
//! bytes are kept. Every delivery ends in a state that has an explanation, and none is lost.
//!
//! A seed determines the steps. The way in which the store's threads interleave differs between runs. `HISTORIES` sets the number
//! of histories, and `HISTORY` runs only the history of that seed.

mod checks;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::clock::Trust;
use bindeledd_core::{Category, DeliveryId, MessageId};
use bindeledd_engine::ports::AcceptedMessage;
use bindeledd_test_engine::{GP, Hold, READER, SPECIALIST, TestEngine};
use jiff::Timestamp;
use serde_json::Value;

use crate::s;

/// Usual number of histories.
const HISTORIES: u64 = 8;
const STEPS: u64 = 60;
const RECEIVERS: [&str; 3] = [GP, SPECIALIST, READER];
/// A generator that returns the same numbers for the same seed.
struct Numbers(u64);

impl Numbers {
    const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_of<T: Copy>(&mut self, some: &[T]) -> T {
        let at = self.below(u64::try_from(some.len()).unwrap());
        some[usize::try_from(at).unwrap()]
    }
}

/// The grants of all consents: receiver and category.
type Grants = BTreeSet<(&'static str, Category)>;

/// The model's knowledge about a delivery.
#[derive(Debug, Clone)]
struct Known {
    message: MessageId,
    to: &'static str,
    about: Category,
    reference: String,
    /// True if no grant covered the delivery at acceptance.
    blocked: bool,
    expires_at: Option<Timestamp>,
    /// True if a withdrawal ended the delivery's grant before the delivery had ended.
    withdrawn: bool,
    /// True if a withdrawal stopped the delivery, which must then not leave.
    stopped: bool,
    replayed: bool,
    /// The delivery's bytes in the first attempt.
    bytes: Option<Vec<u8>>,
    /// The reports of a receipt, the receiver or a person: true for "arrived", false for "did not arrive".
    said: BTreeSet<bool>,
}

struct History {
    seed: u64,
    test: TestEngine,
    numbers: Numbers,
    grants: Grants,
    /// The grants at the beginning of the step.
    granted_before: Grants,
    began_at: Timestamp,
    known: BTreeMap<DeliveryId, Known>,
    /// Accepted deliveries by receiver and conversation, in order.
    lanes: BTreeMap<(&'static str, u64), Vec<DeliveryId>>,
    /// Messages that can be repeated word for word, with their first answers.
    said: Vec<(Value, AcceptedMessage)>,
    /// Number of sendings that were checked.
    seen: usize,
    hold: Hold,
    /// Hours by which the machine's clock is wrong while the hub does not believe it.
    off: i64,
    count: u64,
    steps: Vec<&'static str>,
}

impl History {
    async fn new(seed: u64) -> Self {
        let test = TestEngine::new().await;
        let grants: Grants = RECEIVERS.map(|to| (to, Category::Progress)).into();
        Self {
            seed,
            began_at: test.engine().clock_state().hub,
            test,
            numbers: Numbers::of(seed),
            granted_before: grants.clone(),
            grants,
            known: BTreeMap::new(),
            lanes: BTreeMap::new(),
            said: Vec::new(),
            seen: 0,
            hold: Hold::No,
            off: 0,
            count: 0,
            steps: Vec::new(),
        }
    }

    fn holds(&self, holds: bool, what: impl FnOnce() -> String) {
        assert!(holds, "history {} after {:?}: {}", self.seed, self.steps, what());
    }

    async fn step(&mut self) {
        self.begin();
        let name = match self.numbers.below(32) {
            0..=9 => self.send().await,
            10 => self.say_again().await,
            11..=13 => self.script_an_answer(),
            14 => self.script_a_receipt(),
            15..=16 => self.receipt().await,
            17..=19 => {
                self.test.advance(s(self.numbers.below(5)));
                "seconds"
            }
            20 => {
                let seconds = self.numbers.one_of(&[60, 3700]);
                self.test.advance(s(seconds));
                "long"
            }
            21..=22 => {
                self.hold = self.numbers.one_of(&[Hold::BeforeTheAnswer, Hold::BeforeTheyBegin]);
                self.test.courier.hold(self.hold);
                "hold"
            }
            23 => self.let_go(),
            24..=25 => self.withdraw().await,
            26..=27 => self.consent().await,
            28 => self.restart().await,
            29 => self.clock().await,
            30 => self.replay().await,
            _ => self.look_into_the_inbox().await,
        };
        self.steps.push(name);
        for _ in 0..self.numbers.below(30) {
            tokio::task::yield_now().await;
        }
        self.observe(self.test.sent().len());
    }

    fn begin(&mut self) {
        self.granted_before = self.grants.clone();
        self.began_at = self.test.engine().clock_state().hub;
    }

    fn is_believed(&self) -> bool {
        self.test.engine().clock_state().trust == Trust::Right
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test]
async fn consent_order_and_bytes_hold_whatever_comes_together_and_nothing_is_lost() {
    let seeds = match setting("HISTORY") {
        Some(seed) => seed..=seed,
        None => 1..=setting("HISTORIES").unwrap_or(HISTORIES),
    };
    for seed in seeds {
        println!("history {seed} (`HISTORY={seed}` runs it alone)");
        let mut history = History::new(seed).await;
        for _ in 0..STEPS {
            history.step().await;
        }
        history.end().await;
        history.check().await;
    }
}
