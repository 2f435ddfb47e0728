//! The participant's own page: the sign-in at an issuer or the one-time code that opens it, the PIN for coming back, and
//! the session.
//!
//! A sign-in at an issuer shows everything about the participant, since the issuer names the person.
//!
//! A party hands a code over in person. The code shows the exchanges of that party alone, and can only narrow them: a
//! code that somebody else uses shows and does nothing beyond what the party sees and may withdraw.

mod code;
mod session;
mod shown;
mod state;

pub use code::{OwnCode, Pin, PinFault};
pub use session::{ABSOLUTE, AtLevel, IDLE, OwnSession, OwnWay, SLIDES_AFTER};
pub use shown::{DutyShown, PairShown, Shown, has_consent, has_page, has_part, shown, shown_whole};
pub use state::{CODE_LIFE, EndedWhy, OwnCodeState, PIN_TRIES, RETURN_LIFE, Tried};
