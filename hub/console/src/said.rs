//! Lines above a page: what an act came to, or what a request did not mean.

use crate::frame::{Notice, Tone};
use crate::lang::Lang;

/// A line above a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The session or the sign-in is over.
    SignedOut,
    /// The password was changed.
    PasswordChanged,
    /// The mails to the person were changed.
    MailSaved,
    /// Somebody else acted on the thing first.
    SomebodyFirst,
    /// A verification of the log runs already.
    AlreadyVerifying,
    /// A delivery was put in line to be sent again.
    SentAgain,
    /// A delivery was cancelled.
    Cancelled,
}

impl Said {
    /// Returns the line in a language.
    #[must_use]
    pub fn notice(self, lang: Lang) -> Notice {
        let (tone, bokmal, english) = match self {
            Self::SignedOut => (
                Tone::Information,
                "Du er logget ut, eller innloggingen tok for lang tid. Logg inn igjen.",
                "You are signed out, or the sign-in took too long. Sign in again.",
            ),
            Self::SentAgain => (
                Tone::Done,
                "Den er satt i kø, og sendes nå. Veien under viser hvordan det går.",
                "It is in line, and is sent now. The way below shows how it goes.",
            ),
            Self::AlreadyVerifying => (
                Tone::Information,
                "Loggen kontrolleres allerede. Resultatet kommer her.",
                "The log is being verified already. The result comes here.",
            ),
            Self::Cancelled => (
                Tone::Done,
                "Leveransen er avbrutt. Den sendes ikke.",
                "The delivery is cancelled. It is not sent.",
            ),
            Self::SomebodyFirst => (
                Tone::Information,
                "Noen andre var før deg. Her ser du hva de gjorde. Ingenting er endret.",
                "Somebody else was first. You see here what they did. Nothing was changed.",
            ),
            Self::MailSaved => (Tone::Done, "E-posten er lagret.", "The mail is saved."),
            Self::PasswordChanged => (
                Tone::Done,
                "Passordet er byttet, og du er logget ut alle andre steder.",
                "The password is changed, and you are signed out everywhere else.",
            ),
        };
        let text = match lang {
            Lang::Bokmal => bokmal,
            Lang::English => english,
        };
        Notice {
            tone,
            text: text.into(),
        }
    }
}
