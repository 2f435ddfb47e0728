//! The states of a delivery, and what moves it from one to another. Pure: the store performs what comes out.
//!
//! [`step`] has the effects of a move. [`release`] decides about a release, [`settle`] reads what came of a sending, and [`replay`]
//! sends once more. [`stopping`] says which deliveries a withdrawal stops, and [`withdrawal_notice`] which parties it tells.

pub mod release;
pub mod replay;
pub mod settle;
pub mod step;
pub mod stopping;
pub mod withdrawal_notice;

use jiff::Timestamp;

/// Where a delivery is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn.
    Waiting(Waiting),
    /// It is released, for a second at most, and nothing has been sent.
    Reserved(Reserved),
    /// Its bytes may be on the wire.
    Sending(Sending),
    /// The receiver's system took it; a receipt is to come.
    AwaitingReceipt(AwaitingReceipt),
    /// A person took it and still has to enter it in the receiver's system, post it or hand it over.
    WithPerson(WithPerson),
    /// It is over.
    Ended(Ended),
}

/// It waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Attempts made.
    pub attempts: u32,
    /// Not before this.
    pub due: Timestamp,
}

/// It is released and nothing has been sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// Attempts made before this one.
    pub attempts: u32,
    /// After this it can no longer become sending.
    pub until: Timestamp,
}

/// Its bytes may be on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Attempts made, this one included.
    pub attempts: u32,
}

/// A receipt is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingReceipt {
    /// Attempts made.
    pub attempts: u32,
    /// By when the receipt should have come.
    pub until: Timestamp,
}

/// A person took it. The receiver does not have it before that person says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithPerson {
    /// Attempts made.
    pub attempts: u32,
    /// By when that person should have said what became of it.
    pub until: Timestamp,
}

/// It is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: End,
    /// Attempts made.
    pub attempts: u32,
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The receiver has it.
    Delivered,
    /// The receiver refused it.
    Refused,
    /// No grant covered it.
    Blocked,
    /// A withdrawal or an operator stopped it.
    Cancelled,
    /// It was not handed over before it stopped being of use.
    Expired,
    /// It can not be sent: its adapter failed, or a receipt never came.
    Failed,
}

/// What happens to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A decision released it.
    Reserve {
        /// Until when.
        until: Timestamp,
    },
    /// Its bytes are about to be sent.
    BeginSending,
    /// The receiver has it.
    Delivered,
    /// The receiver's system took it, and a receipt is to come.
    HandedOver {
        /// By when.
        receipt_by: Timestamp,
    },
    /// A person took it, and the receiver has it only when that person has entered it or handed it over.
    TakenByPerson,
    /// The receiver refused it.
    Refused,
    /// The attempt came to nothing: try again.
    TryAgain {
        /// Not before this.
        due: Timestamp,
    },
    /// Nothing covers it any longer.
    Cancel,
    /// It stopped being of use.
    Expire,
    /// It can not be sent.
    Fail,
    /// An operator, or a new consent, sends it once more.
    Replay {
        /// Not before this.
        due: Timestamp,
    },
}

/// The next step of a delivery that waits and can not be released now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitingStep {
    /// It can not be written for its receiver.
    Fail(Cause),
    /// It waits for another attempt.
    TryAgain {
        /// Not before this.
        due: Timestamp,
        /// Why not now.
        cause: Cause,
    },
    /// It stopped being of use.
    Expire(Cause),
    /// Nothing covers it any longer.
    Cancel(Cause),
}

impl WaitingStep {
    /// The event that moves it.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Fail(_) => Event::Fail,
            Self::TryAgain { due, .. } => Event::TryAgain { due: *due },
            Self::Expire(_) => Event::Expire,
            Self::Cancel(_) => Event::Cancel,
        }
    }

    /// Why.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        match self {
            Self::Fail(cause) | Self::TryAgain { cause, .. } | Self::Expire(cause) | Self::Cancel(cause) => cause,
        }
    }
}

/// An event that a state does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {state} can not take this step")]
pub struct Illegal {
    /// The state's name.
    pub state: &'static str,
}

impl State {
    /// Every state's name: in the order of a delivery's way, then the ends, then what came later. A store numbers them by place.
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

    /// The state's name on the wire.
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

    /// Attempts made.
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

    /// Whether the next one in the conversation may go: it was handed over, or it is over.
    #[must_use]
    pub const fn frees_the_conversation(&self) -> bool {
        match self {
            Self::AwaitingReceipt(_) | Self::WithPerson(_) | Self::Ended(_) => true,
            Self::Waiting(_) | Self::Reserved(_) | Self::Sending(_) => false,
        }
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// The state after `event`.
    ///
    /// # Errors
    /// [`Illegal`] when the state does not know the event.
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
            // One whose answer was lost waits for its next attempt, and a receipt may come first.
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
            // What was delivered is never sent again by this hub; everything else may be.
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

    /// The name on the wire.
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

/// Who takes a document out of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// The receiver itself.
    Receiver,
    /// The operator, in the receiver's stead.
    Operator,
}

/// What comes of taking a document out of an inbox. The receiver has it where it took the document itself and nobody still has to
/// enter it elsewhere. What the operator took for it lies with the operator: a letter is not posted yet.
#[must_use]
pub const fn taken(by: Taker, is_entered_by_hand: bool) -> Event {
    match (by, is_entered_by_hand) {
        (Taker::Receiver, false) => Event::Delivered,
        (Taker::Receiver, true) | (Taker::Operator, _) => Event::TakenByPerson,
    }
}

/// What a person says became of what they took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByHand {
    /// It is entered in the receiver's own system.
    Entered,
    /// It is posted.
    Posted,
    /// It is given to the receiver: in person, by telephone, in a meeting.
    HandedOver,
    /// It can not be done.
    NotPossible,
}

impl ByHand {
    /// Everything that a person can say.
    pub const ALL: [Self; 4] = [Self::Entered, Self::Posted, Self::HandedOver, Self::NotPossible];

    /// The code on the wire.
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

    /// What it means for the delivery.
    #[must_use]
    pub const fn event(self) -> Event {
        match self {
            Self::Entered | Self::Posted | Self::HandedOver => Event::Delivered,
            Self::NotPossible => Event::Fail,
        }
    }
}

/// Why a delivery is where it is, for a person: a stable code and what to do. Never content; a
/// receiver may have had a word in it, so only the code is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Cause {
    /// The code, with a page in `docs/errors`.
    pub code: String,
    /// What happened, and what to do.
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
    /// Why a delivery ended before it was handed over: it stopped being of use.
    #[must_use]
    pub fn expired() -> Self {
        Self::new(
            "BL-4001",
            "it was not handed over before it stopped being of use; replay it if it still is",
        )
    }

    /// Why a delivery was cancelled by an operator.
    #[must_use]
    pub fn cancelled_by_hand() -> Self {
        Self::new(
            "BL-4005",
            "it was cancelled by hand before it was sent; replay it if it is to go after all",
        )
    }

    /// Why a delivery failed that waited for a receipt.
    #[must_use]
    pub fn receipt_overdue() -> Self {
        Self::new(
            "BL-4008",
            "no receipt came in time; ask the receiver whether it has the message, and replay it if not",
        )
    }

    /// Why a delivery of a participant who was erased ended.
    #[must_use]
    pub fn erased() -> Self {
        Self::new(
            "BL-4013",
            "the participant was erased; what the receiver has got of it was named in the answer to that",
        )
    }

    /// Why a delivery is with a person.
    #[must_use]
    pub fn with_person() -> Self {
        Self::new(
            "BL-4031",
            "a person took it and still has to enter it in the receiver's system, post it or hand it over; it is delivered when \
             that person says so",
        )
    }

    /// Why one that was with a person failed. `said` is what that person said, where they said anything.
    #[must_use]
    pub fn not_by_hand(said: bool) -> Self {
        let text = if said {
            "the person who took it could not enter it or hand it over; tell the receiver another way, or replay it"
        } else {
            "a person took it, and nobody said in time that it was entered or handed over; ask that person, and replay it if not"
        };
        Self::new("BL-4032", text)
    }

    /// A cause.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}
