//! The conditions that a history must satisfy: for each sending when it begins, and for every delivery at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use bindeledd_core::DeliveryId;
use bindeledd_core::account::Acting;
use bindeledd_engine::ports::{DeliveryView, MessageFilter};
use bindeledd_test_engine::READER;
use jiff::SignedDuration;
use serde_json::Value;

use super::{History, Known, RECEIVERS};
use crate::{origin, s};

/// Maximum number of checks whether every delivery has ended.
const LOOKS: u64 = 5000;
/// Time within which a released delivery begins, or never does.
const BEGINS_WITHIN: SignedDuration = SignedDuration::from_secs(3);

impl History {
    pub(super) async fn views(&self) -> BTreeMap<DeliveryId, DeliveryView> {
        let filter = MessageFilter {
            limit: 500,
            ..MessageFilter::default()
        };
        let messages = self.test.engine().views().messages(&filter).await.unwrap();
        let deliveries = messages.into_iter().flat_map(|message| message.deliveries);
        let all: BTreeMap<_, _> = deliveries.map(|delivery| (delivery.id, delivery)).collect();
        self.holds(all.keys().eq(self.known.keys()), || format!("these are there: {all:?}"));
        all
    }

    /// Checks the sendings that have begun since the last call, up to number `up_to`.
    pub(super) fn observe(&mut self, up_to: usize) {
        let sent = self.test.sent();
        for one in &sent[self.seen.min(up_to)..up_to] {
            let to = RECEIVERS.into_iter().find(|to| one.to == origin(to));
            self.left(one.delivery, to.unwrap(), &one.body);
        }
        self.seen = self.seen.max(up_to);
    }

    /// Checks bytes that left for a receiver.
    pub(super) fn left(&mut self, delivery: DeliveryId, to: &'static str, bytes: &[u8]) {
        let Some(known) = self.known.get(&delivery) else {
            let notice: Value = serde_json::from_slice(bytes).unwrap();
            self.holds(notice["kind"] == "consent-withdrawn", || format!("{notice} left"));
            // Of a released delivery, nobody knows that it did not arrive.
            let may_have_something = |known: &Known| known.to == to && (!known.blocked || known.replayed);
            self.holds(self.known.values().any(may_have_something), || {
                format!("word of a withdrawal to {to}, to whom nothing went")
            });
            return;
        };
        let grant = (known.to, known.about);
        let is_granted = self.grants.contains(&grant) || self.granted_before.contains(&grant);
        self.holds(known.to == to && is_granted, || format!("{known:?} left for {to}"));
        self.holds(!known.stopped, || format!("{known:?} left after the answer"));
        let is_over = known.expires_at.is_some_and(|at| at + BEGINS_WITHIN <= self.began_at);
        self.holds(!is_over || known.replayed, || format!("{known:?} left too late"));
        let is_same = known.bytes.as_ref().is_none_or(|first| first == bytes);
        self.holds(is_same, || format!("{known:?} left with other bytes"));
        self.known.get_mut(&delivery).unwrap().bytes = Some(bytes.to_vec());
    }

    /// Lets every delivery come to its end.
    pub(super) async fn end(&mut self) {
        self.steps.push("end");
        self.let_go();
        if self.off != 0 {
            self.set_the_clock_right();
        }
        let reader = self.test.party(READER);
        let by = Acting::Party(&reader);
        for look in 0..LOOKS {
            self.begin();
            // A released delivery begins within a second, so that time does not pass at most checks.
            if look % 20 == 0 {
                self.test.advance(s(900));
            }
            let inbox = self.test.engine().inbox(&reader, 10, by).await.unwrap();
            self.holds(inbox.leave.begin(), || "an inbox may not be shown".into());
            for item in inbox.items {
                self.left(item.delivery, READER, &item.body);
                self.test
                    .engine()
                    .acknowledge(&reader, item.delivery, by)
                    .await
                    .unwrap();
                if let Some(known) = self.known.get_mut(&item.delivery) {
                    known.said.insert(true);
                }
            }
            for delivery in self.with_a_person().await {
                self.by_hand(delivery, true).await;
            }
            let all = self.views().await;
            self.observe(self.test.sent().len());
            if all.values().all(|delivery| delivery.state.is_ended()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let all = self.views().await;
        let open = all.values().filter(|delivery| !delivery.state.is_ended());
        panic!(
            "history {} after {:?}: these never end: {:?}",
            self.seed,
            self.steps,
            open.collect::<Vec<_>>()
        );
    }

    /// Checks that every end has an explanation, and that each conversation left in order.
    pub(super) async fn check(&self) {
        let answered = self.test.courier.answered();
        let got =
            |id: &DeliveryId, is_it: fn(u16) -> bool| answered.iter().any(|(d, status)| d == id && is_it(*status));
        for (id, view) in &self.views().await {
            let known = &self.known[id];
            let is_explained = match view.state.name() {
                "delivered" => got(id, |status| status == 200) || known.said.contains(&true),
                "refused" => got(id, |status| status == 400) || known.said.contains(&false),
                "blocked" => known.blocked && !known.replayed && known.bytes.is_none(),
                "cancelled" => known.withdrawn,
                "expired" => known.expires_at.is_some(),
                // The delivery failed because no receipt came, because a person could not enter it, or because its grant ended
                // while it was in an inbox.
                "failed" => known.bytes.is_some(),
                _ => false,
            };
            self.holds(is_explained, || format!("{view:?} of {known:?}"));
        }
        let sent = self.test.sent_deliveries();
        for (lane, accepted) in &self.lanes {
            if accepted.iter().any(|id| self.known[id].replayed) {
                continue;
            }
            let places = sent.iter().filter_map(|id| accepted.iter().position(|d| d == id));
            let places: Vec<_> = places.collect();
            self.holds(places.is_sorted(), || format!("{lane:?} left as {places:?}"));
        }
    }
}
