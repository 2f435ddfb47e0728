//! What the hub fetches from somebody's inbox: the steps that an item goes through, each after the one before is on disk.

use jiff::Timestamp;

/// Where an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It was seen in a listing.
    Listed,
    /// Its document is on disk.
    Fetched,
    /// It became messages, a receipt, nothing, or was set aside; its answer may still be on its way.
    Accepted,
    /// Its answer was handed over, or there is none.
    Answered,
    /// The inbox was told that it has been dealt with.
    Marked,
    /// The inbox does not have it any longer.
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

    /// The name on the wire.
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

/// What happens to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It stands in a listing.
    Listed,
    /// Its document came.
    Fetched,
    /// It was accepted, or set aside.
    Accepted,
    /// Its answer is out of the hub's hands.
    Answered,
    /// The inbox knows that it has been dealt with.
    Marked,
    /// The inbox does not have it.
    Gone,
    /// A step came to nothing and is tried again, not before then.
    TryAgain {
        /// Not before this.
        due: Timestamp,
    },
}

/// An item's step, how often it was tried, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Where it is.
    pub step: Step,
    /// How often this step came to nothing.
    pub attempts: u32,
    /// Not before this.
    pub due: Timestamp,
}

impl State {
    /// What was just listed for the first time.
    #[must_use]
    pub const fn listed(now: Timestamp) -> Self {
        Self {
            step: Step::Listed,
            attempts: 0,
            due: now,
        }
    }

    /// What an event makes of it; `None` where it changes nothing.
    #[must_use]
    pub fn apply(self, event: Event, now: Timestamp) -> Option<Self> {
        let to = |step| {
            Some(Self {
                step,
                attempts: 0,
                due: now,
            })
        };
        match (self.step, event) {
            (Step::Listed, Event::Fetched) => to(Step::Fetched),
            // Its reading may end it before its bytes were kept: an unknown sender is not read.
            (Step::Listed | Step::Fetched, Event::Accepted) => to(Step::Accepted),
            (Step::Accepted, Event::Answered) => to(Step::Answered),
            (Step::Answered, Event::Marked) => to(Step::Marked),
            // What was never fetched is gone; what was accepted is as good as marked.
            (Step::Listed, Event::Gone) => to(Step::Gone),
            (Step::Answered, Event::Gone) => to(Step::Marked),
            // The mark was lost on the way: it is made once more, and nothing else.
            (Step::Marked | Step::Gone, Event::Listed) => to(match self.step {
                Step::Gone => Step::Listed,
                _ => Step::Answered,
            }),
            (Step::Listed | Step::Fetched | Step::Answered, Event::TryAgain { due }) => Some(Self {
                attempts: self.attempts.saturating_add(1),
                due,
                ..self
            }),
            _ => None,
        }
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

    /// The whole table: a row a step, a column an event; `-` where nothing changes, `=` for the same step again.
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
}
