//! The form that asks to see the content of a message.

use bindeledd_core::Kind;

use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{kinds, opening as text};

/// The form. It posts `csrf` and `reason` to `action`.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Kind of the message.
    pub kind: Kind,
    /// Sender.
    pub sender: Text,
    /// Reason as typed.
    pub reason: String,
    /// Faults of the form.
    pub errors: Errors,
    /// Address that the form posts to.
    pub action: String,
    /// Page of the message.
    pub back: String,
}

impl View {
    fn kind(&self, lang: Lang) -> &'static str {
        kinds::title(self.kind, lang)
    }
}

page!("opening_ask.html");
