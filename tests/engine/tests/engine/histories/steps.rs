//! The steps of a history: actions of parties, of the participant and of the operator, and events that happen to the hub.

use std::cell::Cell;
use std::collections::BTreeSet;

use bindeledd_core::account::Acting;
use bindeledd_core::contract::Settlement;
use bindeledd_core::delivery::{ByHand, State};
use bindeledd_core::{AccessReason, Category, CategorySet, DeliveryId, Purpose};
use bindeledd_engine::ports::{Acknowledged, Actor, ReceiptOutcome, Scope};
use bindeledd_engine::{DocumentAnswer, EngineError, InboxLook};
use bindeledd_test_engine::{GP, Hold, PROVIDER, READER, SPECIALIST, answer, consent, draft, progress};
use jiff::SignedDuration;
use serde_json::json;

use super::{History, Known, RECEIVERS};
use crate::{origin, s};

impl History {
    pub(super) async fn send(&mut self) -> &'static str {
        self.count += 1;
        let to = self.numbers.one_of(&RECEIVERS);
        let (conversation, reference) = (self.numbers.below(3), format!("r{}", self.count));
        let about = self.numbers.one_of(&[Category::Progress, Category::Function]);
        let named = format!("c{conversation}");
        let mut message = match about {
            Category::Progress => progress(&reference, &named, to),
            _ => {
                let body = json!({"manages": ["Kan sitte i to timer"]});
                draft(&reference, &named, to, "function-update", body)
            }
        };
        // A delivery in an inbox could expire between the look and the acknowledgement.
        let soon = to != READER && self.numbers.below(8) == 0;
        let expires_at = soon.then(|| self.test.engine().clock_state().hub + SignedDuration::from_secs(30));
        if let Some(expires_at) = expires_at {
            message["expiresAt"] = json!(expires_at.to_string());
        }
        let accepted = match self.test.try_accept(PROVIDER, &message).await {
            Ok(accepted) => accepted,
            Err(EngineError::Clock { .. }) if !self.is_believed() => return "no send",
            Err(error) => panic!("history {}: {error}", self.seed),
        };
        let [delivery] = accepted.deliveries.as_slice() else {
            panic!("history {}: not one delivery", self.seed)
        };
        let is_covered = self.grants.contains(&(to, about));
        self.holds((delivery.state == "waiting") == is_covered, || {
            format!("{reference} is {} and covered: {is_covered}", delivery.state)
        });
        let known = Known {
            message: accepted.id,
            to,
            about,
            reference,
            blocked: !is_covered,
            expires_at,
            withdrawn: false,
            stopped: false,
            replayed: false,
            bytes: None,
            said: BTreeSet::new(),
        };
        self.known.insert(delivery.id, known);
        self.lanes.entry((to, conversation)).or_default().push(delivery.id);
        if expires_at.is_none() {
            self.said.push((message, accepted));
        }
        "send"
    }

    pub(super) async fn say_again(&mut self) -> &'static str {
        if self.said.is_empty() || !self.is_believed() {
            return "nothing to say again";
        }
        let at = self.numbers.below(u64::try_from(self.said.len()).unwrap());
        let (message, first) = &self.said[usize::try_from(at).unwrap()];
        let again = self.test.try_accept(PROVIDER, message).await.unwrap();
        let is_same = again.repeated && (again.id, &again.deliveries) == (first.id, &first.deliveries);
        self.holds(is_same, || format!("{first:?} said again is {again:?}"));
        "say again"
    }

    pub(super) fn script_an_answer(&mut self) -> &'static str {
        let party = self.numbers.one_of(&[GP, SPECIALIST]);
        let status = self.numbers.one_of(&[200, 503, 429, 400]);
        self.test.courier.next_answer(&origin(party), answer(status));
        "answer"
    }

    pub(super) fn script_a_receipt(&self) -> &'static str {
        let awaits = Settlement::AwaitingReceipt(Vec::new());
        self.test.adapters.next_settlement(awaits);
        "receipt to come"
    }

    /// A receiver reports the outcome of a delivery that waits for a receipt, or another party does.
    pub(super) async fn receipt(&mut self) -> &'static str {
        let all = self.views().await;
        let now = self.test.engine().clock_state().hub;
        let awaits = |(id, known): &(&DeliveryId, &Known)| {
            known.to != READER && matches!(&all[*id].state, State::AwaitingReceipt(awaiting) if awaiting.until > now)
        };
        let awaiting: Vec<_> = self.known.iter().filter(awaits).map(|(id, _)| *id).collect();
        if awaiting.is_empty() {
            return "no receipt";
        }
        let delivery = self.numbers.one_of(&awaiting);
        let is_ok = self.numbers.below(2) == 0;
        let by_another = self.numbers.below(4) == 0;
        let known = &self.known[&delivery];
        let from = match (by_another, known.to) {
            (true, GP) => SPECIALIST,
            (true, _) => GP,
            (false, to) => to,
        };
        let words = format!(
            "receipt {} ext-{}",
            if is_ok { "ok" } else { "refused" },
            known.reference
        );
        let outcome = match self.test.document(from, words.as_bytes()).await.unwrap() {
            DocumentAnswer::Receipt { outcome, .. } => outcome,
            other => panic!("no receipt: {other:?}"),
        };
        let expected = match by_another {
            true => ReceiptOutcome::Strange,
            false => ReceiptOutcome::Settled(delivery),
        };
        self.holds(outcome == expected, || format!("{words} of {from} is {outcome:?}"));
        if !by_another {
            self.known.get_mut(&delivery).unwrap().said.insert(is_ok);
        }
        "receipt"
    }

    pub(super) fn let_go(&mut self) -> &'static str {
        self.hold = Hold::No;
        self.test.courier.hold(Hold::No);
        "go on"
    }

    pub(super) async fn withdraw(&mut self) -> &'static str {
        // Something may be about to leave.
        if self.numbers.below(2) == 0 {
            self.hold = Hold::BeforeTheyBegin;
            self.test.courier.hold(self.hold);
            self.send().await;
            for _ in 0..self.numbers.below(200) {
                tokio::task::yield_now().await;
            }
        }
        let to = self.numbers.one_of(&RECEIVERS);
        let about = self.numbers.one_of(&[Category::Progress, Category::Function]);
        let (scope, name) = match self.numbers.below(3) {
            0 => (Scope::Everything, "withdraw everything"),
            1 => (Scope::Party(self.test.party(to)), "withdraw from a party"),
            _ => {
                let scope = Scope::Exchange {
                    from: self.test.party(PROVIDER),
                    to: self.test.party(to),
                    purpose: Purpose::WorkOrientedFollowup,
                    categories: CategorySet::of(&[about]),
                };
                (scope, "withdraw a category")
            }
        };
        let before = self.views().await;
        self.grants.retain(|(receiver, category)| match &scope {
            Scope::Everything => false,
            Scope::Party(_) => *receiver != to,
            _ => (*receiver, *category) != (to, about),
        });
        let (engine, kari, courier) = (self.test.engine(), self.test.kari, &self.test.courier);
        let is_held = self.hold == Hold::BeforeTheyBegin;
        let rows = self.test.audited("consent-withdrawn").await;
        let is_answered = Cell::new(false);
        let withdrawing = async {
            let answer = engine.withdraw(kari, scope, &Actor::Operator).await.unwrap();
            is_answered.set(true);
            (answer, courier.sent().len())
        };
        // The answer to the withdrawal waits for sendings that may begin at any moment. They begin after it is on disk.
        let beginning = async {
            while is_held && !is_answered.get() && self.test.audited("consent-withdrawn").await == rows {}
            if is_held {
                courier.hold(Hold::No);
            }
        };
        let ((answer, sent), ()) = tokio::join!(withdrawing, beginning);
        if is_held {
            self.hold = Hold::No;
        }
        self.observe(sent);
        let granted_before = std::mem::replace(&mut self.granted_before, self.grants.clone());
        for (id, known) in &mut self.known {
            let grant = (known.to, known.about);
            if !granted_before.contains(&grant) || self.grants.contains(&grant) {
                continue;
            }
            known.withdrawn = true;
            // A sending that had begun comes to its end, and a fetched delivery stays in the inbox. Either may go again under a
            // later consent.
            let state = before[id].state.name();
            let is_in_inbox = known.to == READER && state == "awaiting-receipt";
            let has_begun = answer.sending.contains(id) || state == "sending" || is_in_inbox;
            known.stopped |= !has_begun || answer.cancelled.contains(id);
        }
        let all = self.views().await;
        for (id, known) in self.known.iter().filter(|(_, known)| known.stopped) {
            let state = all[id].state.name();
            let may_go = ["waiting", "reserved"].contains(&state);
            self.holds(!may_go, || format!("{} {state} after {name}", known.reference));
        }
        name
    }

    pub(super) async fn consent(&mut self) -> &'static str {
        self.count += 1;
        let to = self.numbers.one_of(&RECEIVERS);
        let both = [Category::Progress, Category::Function];
        let categories = self.numbers.one_of(&[&both[..1], &both[1..], &both[..]]);
        self.test.advance(s(1));
        let mut new = consent(u128::from(1000 + self.count), PROVIDER, to, categories);
        new.given_at = self.test.engine().clock_state().hub;
        let registered = self.test.engine().register_consent(new, &Actor::Operator);
        registered.await.unwrap();
        self.grants.extend(categories.iter().map(|category| (to, *category)));
        self.test.advance(s(1));
        "consent"
    }

    pub(super) async fn restart(&mut self) -> &'static str {
        self.test.restart().await;
        // At a start, the hub believes a clock that is ahead by hours.
        if self.is_believed() {
            self.off = 0;
        }
        "restart"
    }

    pub(super) async fn clock(&mut self) -> &'static str {
        if self.off == 0 {
            self.off = self.numbers.one_of(&[3, -3]);
            self.test.clock.set_by(SignedDuration::from_hours(self.off));
            return "clock jumps";
        }
        if self.off > 0 && self.numbers.below(2) == 0 {
            let accepted = self
                .test
                .engine()
                .accept_clock("stilt av en operatør", &Actor::Operator);
            accepted.await.unwrap();
            self.off = 0;
            return "clock is accepted";
        }
        self.set_the_clock_right();
        "clock is right"
    }

    pub(super) fn set_the_clock_right(&mut self) {
        self.test.clock.set_by(SignedDuration::from_hours(-self.off));
        self.off = 0;
    }

    /// An operator replays a delivery. It is sent if a grant covers it, unless it was delivered.
    pub(super) async fn replay(&mut self) -> &'static str {
        let all = self.views().await;
        let is_ended = |id: &&DeliveryId| all[*id].state.is_ended();
        let ended: Vec<_> = self.known.keys().filter(is_ended).copied().collect();
        if ended.is_empty() || !self.is_believed() {
            return "nothing to replay";
        }
        let delivery = self.numbers.one_of(&ended);
        let known = &self.known[&delivery];
        let goes = self.grants.contains(&(known.to, known.about)) && all[&delivery].state.name() != "delivered";
        let waits = self.test.engine().retry(known.message, &Actor::Operator).await.unwrap();
        self.holds(waits.contains(&delivery) == goes, || {
            format!("{known:?} goes once more: {waits:?}")
        });
        if goes {
            let known = self.known.get_mut(&delivery).unwrap();
            (known.replayed, known.stopped) = (true, false);
        }
        "replay"
    }

    /// The reader or the operator reads the reader's inbox, and acknowledges some deliveries.
    pub(super) async fn look_into_the_inbox(&mut self) -> &'static str {
        let reader = self.test.party(READER);
        let is_operator = self.numbers.below(3) == 0;
        let by = match is_operator {
            true => Acting::Operator,
            false => Acting::Party(&reader),
        };
        let reason = AccessReason::parse("skrives ut for mottakeren").unwrap();
        let engine = self.test.engine();
        let looked = match is_operator {
            true => engine.open_inbox(&reader, 10, &reason, by).await.map(|look| InboxLook {
                items: look.items.iter().map(|item| item.content().clone()).collect(),
                leave: look.leave,
            }),
            false => engine.inbox(&reader, 10, by).await,
        };
        let look = match looked {
            Ok(look) => look,
            Err(EngineError::Clock { .. }) if !self.is_believed() => return "no look",
            Err(error) => panic!("history {}: {error}", self.seed),
        };
        self.holds(look.leave.begin(), || "an inbox may not be shown".into());
        for item in look.items {
            self.left(item.delivery, READER, &item.body);
            if self.numbers.below(2) == 0 {
                continue;
            }
            let taken = self
                .test
                .engine()
                .acknowledge(&reader, item.delivery, by)
                .await
                .unwrap();
            let expected = match is_operator {
                true => Acknowledged::WithPerson,
                false => Acknowledged::Delivered,
            };
            self.holds(taken == expected, || format!("{} is {taken:?}", item.delivery));
            match self.known.get_mut(&item.delivery) {
                Some(known) if !is_operator => _ = known.said.insert(true),
                _ => {}
            }
        }
        for delivery in self.with_a_person().await {
            let is_entered = self.numbers.below(2) == 0;
            self.by_hand(delivery, is_entered).await;
        }
        "inbox"
    }

    pub(super) async fn with_a_person(&self) -> Vec<DeliveryId> {
        let all = self.views().await;
        let is_it = |id: &&DeliveryId| all[*id].state.name() == "with-a-person";
        self.known.keys().filter(is_it).copied().collect()
    }

    pub(super) async fn by_hand(&mut self, delivery: DeliveryId, is_entered: bool) {
        let said = match is_entered {
            true => ByHand::Entered,
            false => ByHand::NotPossible,
        };
        let reader = self.test.party(READER);
        let engine = self.test.engine();
        let is_done = engine.by_hand(&reader, delivery, said, Acting::Operator).await.unwrap();
        self.holds(is_done, || format!("{delivery} is with nobody"));
        self.known.get_mut(&delivery).unwrap().said.insert(is_entered);
    }
}
