//! The states of a delivery, and the events that change the state. Pure: the store performs the
//! effects.
//!
//! [`step`] lists the effects of a state change. [`release`] decides about a release. [`settle`]
//! turns the outcome of a sending into an event. [`replay`] sends a delivery once more. [`next`]
//! says what happens next by itself.
//! [`stopping`] finds the deliveries that a withdrawal stops, and [`withdrawal_notice`] the parties
//! that are told of a withdrawal.

pub mod flow;
pub mod next;
pub mod release;
pub mod replay;
pub mod settle;
pub mod step;
pub mod stopping;
pub mod withdrawal_notice;

use jiff::Timestamp;

/// State of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The delivery waits for its turn.
    Waiting(Waiting),
    /// The delivery is released for a second at most. Nothing has been sent yet.
    Reserved(Reserved),
    /// The hub is sending the delivery: its bytes may be on the wire.
    Sending(Sending),
    /// The receiver's system took the delivery, and a receipt is to come.
    AwaitingReceipt(AwaitingReceipt),
    /// A person took the delivery, and still has to enter it in the receiver's system, post it or hand it over.
    WithPerson(WithPerson),
    /// The delivery has ended.
    Ended(Ended),
}

/// State of a delivery that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Attempts made so far.
    pub attempts: u32,
    /// Time before which the next attempt is not made.
    pub due: Timestamp,
}

/// State of a delivery that is released, with nothing sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// Attempts made before this one.
    pub attempts: u32,
    /// Latest time at which the sending may begin.
    pub until: Timestamp,
}

/// State of a delivery whose bytes may be on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Attempts made, this one included.
    pub attempts: u32,
}

/// State of a delivery that waits for a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingReceipt {
    /// Attempts made.
    pub attempts: u32,
    /// Time by which the receipt should have come.
    pub until: Timestamp,
}

/// State of a delivery that a person took. The receiver has it only once that person confirms it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithPerson {
    /// Attempts made.
    pub attempts: u32,
    /// Time by which that person should have answered.
    pub until: Timestamp,
}

/// State of a delivery that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The way in which the delivery ended.
    pub how: End,
    /// Attempts made.
    pub attempts: u32,
}

/// The way in which a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The receiver has the delivery.
    Delivered,
    /// The receiver refused the delivery.
    Refused,
    /// No grant covered the delivery.
    Blocked,
    /// A withdrawal or an operator stopped the delivery.
    Cancelled,
    /// The delivery was not handed over before it expired.
    Expired,
    /// The delivery can not be sent: its adapter failed, or a receipt never came.
    Failed,
}

/// Event of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A decision released the delivery.
    Reserve {
        /// Latest time at which the sending may begin.
        until: Timestamp,
    },
    /// The bytes are about to be sent.
    BeginSending,
    /// The receiver has the delivery.
    Delivered,
    /// The receiver's system took the delivery, and a receipt is to come.
    HandedOver {
        /// Time by which the receipt should come.
        receipt_by: Timestamp,
    },
    /// A person took the delivery. The receiver has it only after that person has entered it or handed it over.
    TakenByPerson,
    /// The receiver refused the delivery.
    Refused,
    /// The attempt failed, and another follows.
    TryAgain {
        /// Earliest time of the next attempt.
        due: Timestamp,
    },
    /// No grant covers the delivery any longer.
    Cancel,
    /// The delivery expired.
    Expire,
    /// The delivery can not be sent.
    Fail,
    /// An operator, or a new consent, sends the delivery once more.
    Replay {
        /// Earliest time of the next attempt.
        due: Timestamp,
    },
}

/// The next step of a delivery that waits and can not be released now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitingStep {
    /// The delivery can not be written for its receiver.
    Fail(Cause),
    /// The delivery waits for another attempt.
    TryAgain {
        /// Earliest time of the next attempt.
        due: Timestamp,
        /// Cause of the wait.
        cause: Cause,
    },
    /// The delivery expired.
    Expire(Cause),
    /// No grant covers the delivery any longer.
    Cancel(Cause),
}

impl WaitingStep {
    /// Returns the event of this step.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Fail(_) => Event::Fail,
            Self::TryAgain { due, .. } => Event::TryAgain { due: *due },
            Self::Expire(_) => Event::Expire,
            Self::Cancel(_) => Event::Cancel,
        }
    }

    /// Returns the cause of this step.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        match self {
            Self::Fail(cause) | Self::TryAgain { cause, .. } | Self::Expire(cause) | Self::Cancel(cause) => cause,
        }
    }
}

/// An event that the state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {state} can not take this step")]
pub struct Illegal {
    /// Name of the state.
    pub state: &'static str,
}

impl State {
    /// Names of all states: first in the order of a delivery's way, then the ends, then later
    /// additions. A store numbers a state by its index here.
    pub const NAMES: [&'static str; 11] = [
        "waiting",
        "reserved",
        "sending",
        "awaiting-receipt",
        "delivered",
        "refused",
        "blocked",
        "cancelled",
        "expired",
        "failed",
        "with-a-person",
    ];

    /// Returns the state's name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::Reserved(_) => "reserved",
            Self::Sending(_) => "sending",
            Self::AwaitingReceipt(_) => "awaiting-receipt",
            Self::WithPerson(_) => "with-a-person",
            Self::Ended(ended) => ended.how.name(),
        }
    }

    /// Returns the number of attempts made so far.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::Waiting(s) => s.attempts,
            Self::Reserved(s) => s.attempts,
            Self::Sending(s) => s.attempts,
            Self::AwaitingReceipt(s) => s.attempts,
            Self::WithPerson(s) => s.attempts,
            Self::Ended(s) => s.attempts,
        }
    }

    /// Returns whether the next delivery of the conversation may be sent: this delivery was handed
    /// over or has ended.
    #[must_use]
    pub const fn frees_the_conversation(&self) -> bool {
        match self {
            Self::AwaitingReceipt(_) | Self::WithPerson(_) | Self::Ended(_) => true,
            Self::Waiting(_) | Self::Reserved(_) | Self::Sending(_) => false,
        }
    }

    /// Returns whether the delivery has ended.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Returns the state after `event`.
    ///
    /// # Errors
    /// [`Illegal`] if the state does not allow the event.
    pub fn apply(&self, event: &Event, now: Timestamp) -> Result<Self, Illegal> {
        let attempts = self.attempts();
        let end = |how| Ok(Self::Ended(Ended { how, attempts }));
        let illegal = Err(Illegal { state: self.name() });
        match (self, event) {
            (Self::Waiting(w), Event::Reserve { until }) if now >= w.due => Ok(Self::Reserved(Reserved {
                attempts,
                until: *until,
            })),
            (Self::Reserved(r), Event::BeginSending) if now < r.until => {
                Ok(Self::Sending(Sending { attempts: attempts + 1 }))
            }
            (Self::Waiting(_) | Self::Reserved(_) | Self::Sending(_), Event::TryAgain { due }) => {
                Ok(Self::Waiting(Waiting { attempts, due: *due }))
            }
            (Self::Sending(_), Event::HandedOver { receipt_by }) => Ok(Self::AwaitingReceipt(AwaitingReceipt {
                attempts,
                until: *receipt_by,
            })),
            // A receipt may come before the next attempt, if the answer to an earlier attempt was
            // lost.
            (Self::Waiting(w), Event::Delivered) if w.attempts > 0 => end(End::Delivered),
            (Self::Waiting(w), Event::Refused) if w.attempts > 0 => end(End::Refused),
            (Self::Sending(_) | Self::AwaitingReceipt(_) | Self::WithPerson(_), Event::Delivered) => {
                end(End::Delivered)
            }
            (Self::Sending(_) | Self::AwaitingReceipt(_) | Self::WithPerson(_), Event::Refused) => end(End::Refused),
            (Self::AwaitingReceipt(awaiting), Event::TakenByPerson) => Ok(Self::WithPerson(WithPerson {
                attempts,
                until: awaiting.until,
            })),
            (Self::Waiting(_) | Self::Reserved(_), Event::Cancel) => end(End::Cancelled),
            (Self::Waiting(_), Event::Expire) => end(End::Expired),
            (Self::Waiting(_) | Self::Sending(_) | Self::AwaitingReceipt(_) | Self::WithPerson(_), Event::Fail) => {
                end(End::Failed)
            }
            // A delivered message is never sent again. A delivery with any other end may be
            // replayed.
            (
                Self::Ended(Ended {
                    how: End::Delivered, ..
                }),
                Event::Replay { .. },
            ) => illegal,
            (Self::Ended(_), Event::Replay { due }) => Ok(Self::Waiting(Waiting { attempts, due: *due })),
            (Self::Waiting(_), Event::Replay { due }) => Ok(Self::Waiting(Waiting { attempts, due: *due })),
            (
                Self::Waiting(_)
                | Self::Reserved(_)
                | Self::Sending(_)
                | Self::AwaitingReceipt(_)
                | Self::WithPerson(_)
                | Self::Ended(_),
                _,
            ) => illegal,
        }
    }
}

impl End {
    /// Every end.
    pub const ALL: [Self; 6] = [
        Self::Delivered,
        Self::Refused,
        Self::Blocked,
        Self::Cancelled,
        Self::Expired,
        Self::Failed,
    ];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// The side that takes a document out of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// The receiver itself, through its system or by hand.
    Receiver,
    /// The operator, on behalf of the receiver.
    Operator,
    /// The sender's own person, who enters the document in the receiver's form.
    Sender,
}

/// Returns the event after a document is taken out of an inbox. The delivery is delivered if the
/// receiver itself took it and nobody has to enter it elsewhere. A document that the operator or the
/// sender took stays with a person: a letter, for example, is not posted yet.
#[must_use]
pub const fn taken(by: Taker, is_entered_by_hand: bool) -> Event {
    match (by, is_entered_by_hand) {
        (Taker::Receiver, false) => Event::Delivered,
        (Taker::Receiver, true) | (Taker::Operator | Taker::Sender, _) => Event::TakenByPerson,
    }
}

/// A person's answer about a document that they took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByHand {
    /// The document is entered in the receiver's own system.
    Entered,
    /// The document is posted.
    Posted,
    /// The document is given to the receiver in person, by telephone or in a meeting.
    HandedOver,
    /// The person can neither enter the document nor post it nor hand it over.
    NotPossible,
}

impl ByHand {
    /// Every possible answer.
    pub const ALL: [Self; 4] = [Self::Entered, Self::Posted, Self::HandedOver, Self::NotPossible];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Posted => "posted",
            Self::HandedOver => "handed-over",
            Self::NotPossible => "not-possible",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.code() == code)
    }

    /// Returns the event of this answer for the delivery.
    #[must_use]
    pub const fn event(self) -> Event {
        match self {
            Self::Entered | Self::Posted | Self::HandedOver => Event::Delivered,
            Self::NotPossible => Event::Fail,
        }
    }
}

/// Code of a cause in the receiver's own words: the receiver refused the message.
const REFUSED: &str = "BL-4004";
/// Code of a cause in the receiver's own words: the receiver has the message, and found an error in a part of it.
const PARTLY_REFUSED: &str = "BL-4006";

/// Code of a cause in the receiver's own words, as a person of the sender read them: the receiver has it, and did not agree.
const NOT_AGREED: &str = "BL-4036";

/// The cause of a delivery's state, for a person: a stable code and advice. A cause never holds
/// content of a message. Its text may quote the receiver, so that `Debug` prints only the code.
#[derive(Clone, PartialEq, Eq)]
pub struct Cause {
    /// The code, with a page in `docs/errors`.
    pub code: String,
    /// Explanation, with the action to take.
    pub text: String,
}

impl std::fmt::Debug for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cause")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

impl Cause {
    /// Returns the cause of a delivery that expired before it was handed over.
    #[must_use]
    pub fn expired() -> Self {
        Self::new(
            "BL-4001",
            "it was not handed over before it stopped being of use; replay it if it still is",
        )
    }

    /// Returns the cause of a delivery that an operator cancelled.
    #[must_use]
    pub fn cancelled_by_hand() -> Self {
        Self::new(
            "BL-4005",
            "it was cancelled by hand before it was sent; replay it if it is to go after all",
        )
    }

    /// Returns the cause of a delivery whose receipt never came.
    #[must_use]
    pub fn receipt_overdue() -> Self {
        Self::new(
            "BL-4008",
            "no receipt came in time; ask the receiver whether it has the message, and replay it if not",
        )
    }

    /// Returns the cause of a delivery whose participant was erased.
    #[must_use]
    pub fn erased() -> Self {
        Self::new(
            "BL-4013",
            "the participant was erased; the answer to the erasure named the data that the receiver has got",
        )
    }

    /// Returns the cause of a delivery that is with a person.
    #[must_use]
    pub fn with_person() -> Self {
        Self::new(
            "BL-4031",
            "a person took it and still has to enter it in the receiver's system, post it or hand it over; it is delivered when \
             that person says so",
        )
    }

    /// Returns the cause of a delivery that failed with a person. `said` is whether that person
    /// answered.
    #[must_use]
    pub fn not_by_hand(said: bool) -> Self {
        let text = if said {
            "the person who took it could not enter it or hand it over; tell the receiver another way, or replay it"
        } else {
            "a person took it, and did not report in time that it is entered or handed over; ask that person, and replay it if not"
        };
        Self::new("BL-4032", text)
    }

    /// Makes the cause of a delivery that the receiver refused. `words` are the receiver's own.
    pub fn refused(words: impl Into<String>) -> Self {
        Self::new(REFUSED, words)
    }

    /// Makes the cause of a delivery that the receiver has and did not agree to, as a person of the sender entered by hand.
    /// `words` are the receiver's own.
    pub fn not_agreed(words: impl Into<String>) -> Self {
        Self::new(NOT_AGREED, words)
    }

    /// Makes the cause of a delivery that the receiver has with an error in a part of it. `words` are the receiver's own.
    pub fn partly_refused(words: impl Into<String>) -> Self {
        Self::new(PARTLY_REFUSED, words)
    }

    /// Returns the text without the receiver's own words. These can name the participant, and the operator has no need of them.
    #[must_use]
    pub fn without_the_receivers_words(&self) -> &str {
        match self.code.as_str() {
            REFUSED => "the receiver's system refused it; the sender can read the reason in the receiver's own words",
            PARTLY_REFUSED => {
                "the receiver's system has it, and found an error in a part of it; the sender can read the receiver's own words"
            }
            NOT_AGREED => {
                "a person of the sender entered by hand that the receiver did not agree; the sender can read the receiver's own words"
            }
            _ => &self.text,
        }
    }

    /// Returns whether a text has the form of a cause's code: `BL-` and four digits.
    #[must_use]
    pub fn is_code(raw: &str) -> bool {
        raw.strip_prefix("BL-")
            .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Makes a cause from a code and an explanation.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}
