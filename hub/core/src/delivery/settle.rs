//! The outcome of a sending: the receiver's answer, or its receipt.

use bindeledd_catalogue::contract::{Receipt, ReceiptStatus, Reference};
use jiff::Timestamp;

use crate::delivery::{Cause, Event, State};

/// The outcome of a sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has the delivery.
    Delivered,
    /// A receipt is to come. It refers to one of these references, or to one that was stored
    /// before.
    AwaitingReceipt {
        /// Further ids that a receipt may name.
        references: Vec<Reference>,
        /// Time by which the receipt should come.
        until: Timestamp,
    },
    /// A person has the delivery, and still has to act. It was handed over, and that person took it.
    WithPerson {
        /// Time by which the person should say that it is done.
        until: Timestamp,
    },
    /// The sending is tried once more.
    TryAgain {
        /// Earliest time of the next attempt.
        due: Timestamp,
        /// Cause of the failure.
        cause: Cause,
    },
    /// The receiver refuses the delivery.
    Refused(Cause),
    /// The delivery can not be sent.
    Failed(Cause),
}

impl Outcome {
    /// Returns the event of this outcome for a delivery. `None` if the delivery is no longer
    /// sending, because the outcome then comes too late.
    #[must_use]
    pub const fn settles(&self, state: &State) -> Option<Event> {
        match state {
            State::Sending(_) => Some(match self {
                Self::Delivered => Event::Delivered,
                Self::AwaitingReceipt { until, .. } | Self::WithPerson { until } => {
                    Event::HandedOver { receipt_by: *until }
                }
                Self::TryAgain { due, .. } => Event::TryAgain { due: *due },
                Self::Refused(_) => Event::Refused,
                Self::Failed(_) => Event::Fail,
            }),
            State::Waiting(_)
            | State::Reserved(_)
            | State::AwaitingReceipt(_)
            | State::WithPerson(_)
            | State::Ended(_) => None,
        }
    }

    /// Returns the event that follows on the first one at once.
    #[must_use]
    pub const fn then(&self) -> Option<Event> {
        match self {
            Self::WithPerson { .. } => Some(Event::TakenByPerson),
            Self::Delivered
            | Self::AwaitingReceipt { .. }
            | Self::TryAgain { .. }
            | Self::Refused(_)
            | Self::Failed(_) => None,
        }
    }

    /// Returns the cause of the problem; `None` for an outcome without a problem.
    #[must_use]
    pub const fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Delivered | Self::AwaitingReceipt { .. } | Self::WithPerson { .. } => None,
            Self::TryAgain { cause, .. } | Self::Refused(cause) | Self::Failed(cause) => Some(cause),
        }
    }
}

/// Returns the event of a receipt for the delivery that it names; `None` for an unknown status.
#[must_use]
pub const fn event_of(status: ReceiptStatus) -> Option<Event> {
    match status {
        ReceiptStatus::Ok | ReceiptStatus::Partial => Some(Event::Delivered),
        ReceiptStatus::Refused => Some(Event::Refused),
        ReceiptStatus::Unknown => None,
    }
}

/// Maximum number of characters of a receiver's own words that the hub stores.
const WORDS_AT_MOST: usize = 1000;

/// Text of a cause where a receipt refuses a delivery and gives no reason.
pub const REFUSED_WITHOUT_WORDS: &str =
    "the receiver's system refused it in its receipt, without saying why; ask the receiver";

/// Returns the cause that a receipt gives, in the receiver's own words; `None` for a plain acceptance.
#[must_use]
pub fn cause_of(receipt: &Receipt) -> Option<Cause> {
    let cause: fn(String) -> Cause = match receipt.status {
        ReceiptStatus::Ok | ReceiptStatus::Unknown => return None,
        ReceiptStatus::Refused => Cause::refused,
        ReceiptStatus::Partial => Cause::partly_refused,
    };
    let errors: Vec<_> = receipt
        .errors
        .iter()
        .map(|e| format!("{} {}", e.code, e.text))
        .collect();
    let text = match errors.is_empty() {
        true => REFUSED_WITHOUT_WORDS.to_owned(),
        false => errors.join("; ").chars().take(WORDS_AT_MOST).collect(),
    };
    Some(cause(text))
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::contract::ReceiptError;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, states};

    fn outcomes() -> [(Outcome, Event, Option<&'static str>); 6] {
        let cause = |code| Cause::new(code, "a text");
        let awaiting = Outcome::AwaitingReceipt {
            references: Vec::new(),
            until: at(70),
        };
        let again = Outcome::TryAgain {
            due: at(60),
            cause: cause("BL-1"),
        };
        [
            (Outcome::Delivered, Event::Delivered, None),
            (awaiting, Event::HandedOver { receipt_by: at(70) }, None),
            (
                Outcome::WithPerson { until: at(70) },
                Event::HandedOver { receipt_by: at(70) },
                None,
            ),
            (again, Event::TryAgain { due: at(60) }, Some("BL-1")),
            (Outcome::Refused(cause("BL-2")), Event::Refused, Some("BL-2")),
            (Outcome::Failed(cause("BL-3")), Event::Fail, Some("BL-3")),
        ]
    }

    proptest! {
        #[test]
        fn a_sending_settles_and_nothing_else_does(state in states()) {
            for (outcome, event, code) in outcomes() {
                let settles = outcome.settles(&state);
                prop_assert_eq!(settles.is_some(), state.name() == "sending");
                if let Some(settles) = settles {
                    prop_assert_eq!(&settles, &event);
                    let settled = state.apply(&settles, at(50));
                    prop_assert!(settled.is_ok(), "each outcome fits a sending");
                    if let (Ok(settled), Some(then)) = (settled, outcome.then()) {
                        let taken = settled.apply(&then, at(50));
                        prop_assert_eq!(taken.map(|state| state.name()), Ok("with-a-person"));
                    }
                }
                prop_assert_eq!(outcome.cause().map(|cause| cause.code.as_str()), code);
            }
        }
    }

    #[test]
    fn a_receipt_says_yes_no_or_nothing_known() {
        let receipt = |status, errors: &[(&str, &str)]| Receipt {
            status,
            refers_to: "1".into(),
            scheme: "msgid".into(),
            errors: errors
                .iter()
                .map(|(code, text)| ReceiptError {
                    code: (*code).into(),
                    text: (*text).into(),
                })
                .collect(),
        };
        let cause = |status, errors: &[_]| cause_of(&receipt(status, errors));
        let errors = [("E21", "Ukjent pasient"), ("E22", "Feil")];
        assert_eq!(event_of(ReceiptStatus::Ok), Some(Event::Delivered));
        assert_eq!(event_of(ReceiptStatus::Partial), Some(Event::Delivered));
        assert_eq!(event_of(ReceiptStatus::Refused), Some(Event::Refused));
        assert_eq!(event_of(ReceiptStatus::Unknown), None);
        assert_eq!(cause(ReceiptStatus::Ok, &errors), None);
        assert_eq!(cause(ReceiptStatus::Unknown, &errors), None);
        let words = "E21 Ukjent pasient; E22 Feil";
        assert_eq!(
            cause(ReceiptStatus::Refused, &errors),
            Some(Cause::new("BL-4004", words))
        );
        assert_eq!(
            cause(ReceiptStatus::Partial, &errors),
            Some(Cause::new("BL-4006", words))
        );
        for status in [ReceiptStatus::Refused, ReceiptStatus::Partial] {
            let text = cause(status, &errors).unwrap().without_the_receivers_words().to_owned();
            assert!(
                !text.contains("Ukjent") && text.contains("the sender can read"),
                "{text}"
            );
        }
        assert_eq!(Cause::expired().without_the_receivers_words(), Cause::expired().text);
        assert!(
            cause(ReceiptStatus::Refused, &[])
                .unwrap()
                .text
                .contains("ask the receiver")
        );
        let long = "ø".repeat(2000);
        assert_eq!(
            cause(ReceiptStatus::Refused, &[("E", &long)])
                .unwrap()
                .text
                .chars()
                .count(),
            1000
        );
    }
}
