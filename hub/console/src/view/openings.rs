//! Requests to see the content of messages.

use bindeledd_core::opening::OpeningState;
use jiff::Timestamp;

use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::mark::Mark;
use crate::markup::Text;
use crate::text::opening as text;

/// The list of requests, newest first.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Requests.
    pub rows: Vec<Row>,
    /// Whether requests are allowed here.
    pub is_on: bool,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: String,
    /// State.
    pub state: OpeningState,
    /// Person who asks; `None` for the person who reads.
    pub who: Option<Text>,
    /// Sender of the message.
    pub sender: Text,
    /// Time of the request.
    pub asked_at: Timestamp,
    /// Reason.
    pub reason: Text,
}

impl Row {
    const fn mark(&self, lang: Lang) -> Mark {
        text::mark(&self.state, lang)
    }

    fn address(&self) -> String {
        address::opening(&self.id)
    }
}

page!("openings.html");
