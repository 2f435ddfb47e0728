//! Random histories: whatever comes together, order, bytes and consent hold, and everything ends.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::{Category, DeliveryId};
use bindeledd_engine::ports::{Actor, Clock as _};
use bindeledd_test_engine::{GP, Hold, PROVIDER, SPECIALIST, TestEngine, answer, consent, progress};

use crate::{origin, s};

const HISTORIES: u64 = 12;
const STEPS: u64 = 40;

/// A generator that needs no more than to be the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

struct History {
    test: TestEngine,
    numbers: Numbers,
    /// What was accepted, by receiver and conversation, in order.
    lanes: BTreeMap<(&'static str, u64), Vec<DeliveryId>>,
    /// How much had begun to leave when a withdrawal was answered, and what was accepted before it.
    withdrawals: Vec<(usize, BTreeSet<DeliveryId>)>,
    count: u64,
}

impl History {
    fn all(&self) -> BTreeSet<DeliveryId> {
        self.lanes.values().flatten().copied().collect()
    }

    async fn step(&mut self) {
        match self.numbers.below(12) {
            0..=4 => self.send().await,
            5..=6 => {
                let party = if self.numbers.below(2) == 0 { GP } else { SPECIALIST };
                let status = [200, 503, 429, 400][usize::try_from(self.numbers.below(4)).unwrap()];
                self.test.courier.next_answer(&origin(party), answer(status));
            }
            7..=8 => self.test.advance(s(self.numbers.below(5))),
            9 => self.test.courier.hold(Hold::BeforeTheAnswer),
            10 => self.test.courier.hold(Hold::No),
            _ if self.numbers.below(3) == 0 => self.withdraw().await,
            _ => self.test.restart().await,
        }
        for _ in 0..self.numbers.below(30) {
            tokio::task::yield_now().await;
        }
    }

    async fn send(&mut self) {
        self.count += 1;
        let to = if self.numbers.below(2) == 0 { GP } else { SPECIALIST };
        let conversation = self.numbers.below(3);
        let message = progress(&format!("r{}", self.count), &format!("c{conversation}"), to);
        let delivery = self.test.deliver(&message).await;
        self.lanes.entry((to, conversation)).or_default().push(delivery);
    }

    async fn withdraw(&mut self) {
        let before = self.all();
        self.test.withdraw().await;
        self.withdrawals.push((self.test.sent().len(), before));
        self.test.advance(s(1));
        for (n, to) in (0..).zip([GP, SPECIALIST]) {
            self.count += 1;
            let mut again = consent(u128::from(1000 + self.count + n), PROVIDER, to, &[Category::Progress]);
            again.given_at = self.test.clock.now();
            self.test
                .engine()
                .register_consent(again, &Actor::Operator)
                .await
                .unwrap();
        }
        self.test.advance(s(1));
    }

    async fn end(&self) {
        self.test.courier.hold(Hold::No);
        let ended = async || {
            self.test.advance(s(60));
            for delivery in self.all() {
                if !self.test.delivery(delivery).await.state.is_ended() {
                    return None;
                }
            }
            Some(())
        };
        self.test.eventually("everything ends", ended).await;
    }

    fn check(&self, seed: u64) {
        let sent = self.test.sent();
        let mut bytes = BTreeMap::new();
        for one in &sent {
            let first = bytes.entry(one.delivery).or_insert(&one.body);
            assert_eq!(*first, &one.body, "history {seed}: each attempt sends the same");
        }
        for (lane, accepted) in &self.lanes {
            let places = sent
                .iter()
                .filter_map(|one| accepted.iter().position(|d| *d == one.delivery));
            let places: Vec<_> = places.collect();
            assert!(places.is_sorted(), "history {seed}: {lane:?} left as {places:?}");
        }
        for (many, before) in &self.withdrawals {
            let late: Vec<_> = sent[*many..]
                .iter()
                .filter(|one| before.contains(&one.delivery))
                .collect();
            assert!(late.is_empty(), "history {seed}: sent after the answer: {late:?}");
        }
    }
}

#[tokio::test]
async fn order_bytes_and_consent_hold_whatever_comes_together() {
    for seed in 1..=HISTORIES {
        let mut history = History {
            test: TestEngine::new().await,
            numbers: Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            lanes: BTreeMap::new(),
            withdrawals: Vec::new(),
            count: 0,
        };
        for _ in 0..STEPS {
            history.step().await;
        }
        history.end().await;
        history.check(seed);
    }
}
