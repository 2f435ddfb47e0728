//! A simulator's behaviour, correct or not, until the next order or for a number of requests.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// The treatment of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Mode {
    /// The simulator takes the request and answers correctly.
    #[default]
    Ok,
    /// The simulator takes the request, and answers after a delay.
    Slow {
        /// Delay in milliseconds.
        ms: u64,
    },
    /// The simulator does not take the request, and answers with this status.
    Status {
        /// Status from 300 to 599.
        status: u16,
    },
    /// The simulator does not take the request, and never answers.
    Hang,
    /// The simulator does not take the request, and answers 200 with bytes that are not an answer.
    Garbage,
    /// The simulator does not take the request: an intermediary answers with a page for people, as a portal or a proxy does.
    Page {
        /// Status from 200 to 599.
        status: u16,
    },
    /// The simulator does not take the request: an intermediary answers with an empty body.
    Empty {
        /// Status from 200 to 599.
        status: u16,
    },
    /// The simulator refuses the request for good, in its own protocol.
    Refuse,
    /// The simulator takes the request, and closes the connection without an answer.
    LostAnswer,
    /// The simulator does not listen, so that connections are refused.
    Down,
}

/// An order: a mode, and the number of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Mode to apply.
    #[serde(flatten)]
    pub mode: Mode,
    /// Number of requests that the order is for; correct behaviour follows. If absent, the order holds until the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl Order {
    /// Returns the order's fault, if it has one.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        match (&self.mode, self.times) {
            (_, Some(0)) => Some("`times` is at least 1"),
            (Mode::Down, Some(_)) => Some("nobody counts the connections that are refused: `down` has no `times`"),
            (Mode::Status { status }, _) if !(300..=599).contains(status) => Some("`status` is from 300 to 599"),
            (Mode::Page { status } | Mode::Empty { status }, _) if !(200..=599).contains(status) => {
                Some("`status` is from 200 to 599")
            }
            _ => None,
        }
    }
}

/// The order that is in force.
#[derive(Debug)]
pub(crate) struct Behaviour(Mutex<Order>);

impl Behaviour {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Order {
            mode: Mode::Ok,
            times: None,
        }))
    }

    fn order(&self) -> std::sync::MutexGuard<'_, Order> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, order: Order) {
        *self.order() = order;
    }

    pub(crate) fn get(&self) -> Order {
        self.order().clone()
    }

    /// Returns the mode for one request, and counts it.
    pub(crate) fn next(&self) -> Mode {
        let mut order = self.order();
        let mode = order.mode.clone();
        match &mut order.times {
            Some(1) => {
                *order = Order {
                    mode: Mode::Ok,
                    times: None,
                }
            }
            Some(times) => *times -= 1,
            None => {}
        }
        mode
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_holds_for_as_many_requests_as_it_says() {
        let behaviour = Behaviour::new();
        let order: Order = serde_json::from_value(json!({"mode": "status", "status": 503, "times": 2})).unwrap();
        assert_eq!(order.problem(), None);
        behaviour.set(order);
        let modes: Vec<_> = (0..3).map(|_| behaviour.next()).collect();
        assert_eq!(
            modes,
            [Mode::Status { status: 503 }, Mode::Status { status: 503 }, Mode::Ok]
        );
    }

    #[test]
    fn orders_that_make_no_sense_are_refused() {
        for wrong in [
            json!({"mode": "status", "status": 200}),
            json!({"mode": "down", "times": 1}),
            json!({"mode": "hang", "times": 0}),
        ] {
            let order: Order = serde_json::from_value(wrong.clone()).unwrap();
            assert!(order.problem().is_some(), "{wrong}");
        }
        for unknown in [json!({"mode": "sulk"}), json!({"mode": "slow"}), json!({"times": 1})] {
            assert!(serde_json::from_value::<Order>(unknown.clone()).is_err(), "{unknown}");
        }
    }
}
