//! The steps of an item that the hub fetches from an inbox. A step begins only after the one before
//! it is on disk.

use jiff::{SignedDuration, Timestamp};

/// Step of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The item was seen in a listing.
    Listed,
    /// The item's document is on disk.
    Fetched,
    /// The item became messages or a receipt, or was set aside. The answer to its sender may still
    /// be on its way.
    Accepted,
    /// The answer to the item was handed over, or the item needs none.
    Answered,
    /// The hub marked the item in the inbox as dealt with.
    Marked,
    /// The inbox no longer has the item.
    Gone,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 6] = [
        Self::Listed,
        Self::Fetched,
        Self::Accepted,
        Self::Answered,
        Self::Marked,
        Self::Gone,
    ];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Fetched => "fetched",
            Self::Accepted => "accepted",
            Self::Answered => "answered",
            Self::Marked => "marked",
            Self::Gone => "gone",
        }
    }
}

/// Event of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A listing of the inbox contains the item.
    Listed,
    /// The item's document came.
    Fetched,
    /// The item was accepted, or set aside.
    Accepted,
    /// The answer has left the hub.
    Answered,
    /// The inbox confirmed the mark.
    Marked,
    /// The inbox does not have the item.
    Gone,
    /// A step failed and is tried again.
    TryAgain {
        /// Earliest time of the next attempt.
        due: Timestamp,
    },
}

/// State of an item: its step, its failed attempts, and its due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Step that the item has reached.
    pub step: Step,
    /// Failed attempts of the next step.
    pub attempts: u32,
    /// Time before which the next attempt is not made.
    pub due: Timestamp,
}

impl State {
    /// Returns the state of an item that was just listed for the first time.
    #[must_use]
    pub const fn listed(now: Timestamp) -> Self {
        Self {
            step: Step::Listed,
            attempts: 0,
            due: now,
        }
    }

    /// Returns the state after an event; `None` if the event changes nothing.
    #[must_use]
    pub fn apply(self, event: Event, now: Timestamp) -> Option<Self> {
        let to = |step| {
            Some(Self {
                step,
                attempts: 0,
                due: now,
            })
        };
        // An inbox may go on listing an item that is marked or gone. The hub repeats its last step for
        // such an item, less and less often.
        let over = |step| {
            Some(Self {
                step,
                attempts: self.attempts,
                due: now.saturating_add(rest(self.attempts)).unwrap_or(now),
            })
        };
        let once_more = |step| {
            (now >= self.due).then_some(Self {
                step,
                attempts: self.attempts.saturating_add(1),
                due: now,
            })
        };
        match (self.step, event) {
            (Step::Listed, Event::Fetched) => to(Step::Fetched),
            // An item may be accepted before its document is on disk: a document of an unknown
            // sender is not read.
            (Step::Listed | Step::Fetched, Event::Accepted) => to(Step::Accepted),
            (Step::Accepted, Event::Answered) => to(Step::Answered),
            (Step::Answered, Event::Marked | Event::Gone) => over(Step::Marked),
            // An item that was never fetched counts as gone. An item that was accepted counts as
            // marked.
            (Step::Listed, Event::Gone) => over(Step::Gone),
            // The inbox lost the mark. The hub repeats the mark and nothing else.
            (Step::Marked, Event::Listed) => once_more(Step::Answered),
            (Step::Gone, Event::Listed) => once_more(Step::Listed),
            (Step::Listed | Step::Fetched | Step::Answered, Event::TryAgain { due }) => Some(Self {
                attempts: self.attempts.saturating_add(1),
                due,
                ..self
            }),
            _ => None,
        }
    }
}

/// Returns the pause before the mark is repeated. The first repetition comes at the next listing,
/// then after one hour, two, four, up to a day.
fn rest(times: u32) -> SignedDuration {
    match times {
        0 => SignedDuration::ZERO,
        n => SignedDuration::from_hours((1_i64 << (n - 1).min(5)).min(24)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 7] = [
        Event::Listed,
        Event::Fetched,
        Event::Accepted,
        Event::Answered,
        Event::Marked,
        Event::Gone,
        Event::TryAgain {
            due: Timestamp::UNIX_EPOCH,
        },
    ];

    /// The whole table: one row for each step, one column for each event. `-` is no change, `=` is
    /// the same step again.
    #[test]
    fn every_step_knows_what_may_happen_to_it() {
        let mut table = String::new();
        for step in Step::ALL {
            let state = State {
                step,
                ..State::listed(Timestamp::UNIX_EPOCH)
            };
            table.push_str(step.name());
            for event in EVENTS {
                let next = match state.apply(event, Timestamp::UNIX_EPOCH) {
                    None => "-",
                    Some(next) if next.step == step => "=",
                    Some(next) => next.step.name(),
                };
                table.push(' ');
                table.push_str(next);
            }
            table.push('\n');
        }
        assert_eq!(
            table,
            "listed - fetched accepted - - gone =\n\
             fetched - - accepted - - - =\n\
             accepted - - - answered - - -\n\
             answered - - - - marked marked =\n\
             marked answered - - - - - -\n\
             gone listed - - - - - -\n"
        );
    }

    #[test]
    fn a_step_forward_forgets_its_failures() {
        let later = Timestamp::from_second(9).unwrap();
        let tried = State::listed(Timestamp::UNIX_EPOCH).apply(Event::TryAgain { due: later }, Timestamp::UNIX_EPOCH);
        let tried = tried.unwrap();
        assert_eq!((tried.attempts, tried.due), (1, later));
        assert_eq!(tried.apply(Event::Fetched, later).unwrap().attempts, 0);
    }

    /// A listing each second for ten days contains the item. The hub marks the item a handful of
    /// times, since each mark is a row of the audit log.
    #[test]
    fn what_is_listed_for_ever_is_marked_seldom() {
        for (state, event, back) in [
            (Step::Answered, Event::Marked, Step::Answered),
            (Step::Listed, Event::Gone, Step::Listed),
        ] {
            let mut state = State {
                step: state,
                ..State::listed(Timestamp::UNIX_EPOCH)
            };
            let mut moves = Vec::new();
            for second in 0..10 * 86_400 {
                let now = Timestamp::from_second(second).unwrap();
                let event = if state.step == back { event } else { Event::Listed };
                if let Some(next) = state.apply(event, now) {
                    state = next;
                    moves.push(second);
                }
            }
            assert!((10..50).contains(&moves.len()), "{moves:?}");
            assert_eq!(moves[..3], [0, 1, 2], "a mark that was lost is made again at once");
        }
    }
}
