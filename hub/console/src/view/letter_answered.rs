//! The receipt of an answer that a person of a mailbox sent. The title names nobody.

use jiff::Timestamp;

use crate::address;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::letter as text;

/// The receipt.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the answer's message.
    pub message: String,
    /// Receivers, each with the standing of its delivery.
    pub to: Vec<(Text, Standing)>,
}

/// The standing of a delivery, for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The receiver has it since a time.
    Delivered(Timestamp),
    /// It is under way.
    OnItsWay,
    /// It does not reach the receiver.
    NotSent,
}

impl Standing {
    fn words(&self, to: &Text, text: &text::Texts) -> String {
        let say = match self {
            Self::Delivered(_) => text.delivered,
            Self::OnItsWay => text.on_its_way,
            Self::NotSent => text.not_sent,
        };
        say(to.as_str())
    }

    const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Delivered(at) => Some(*at),
            Self::OnItsWay | Self::NotSent => None,
        }
    }

    const fn color(&self) -> &'static str {
        match self {
            Self::Delivered(_) => "success",
            Self::OnItsWay => "info",
            Self::NotSent => "warning",
        }
    }
}

impl View {
    fn again(&self) -> String {
        address::answer(&self.message)
    }

    fn is_under_way(&self) -> bool {
        self.to.iter().any(|(_, standing)| *standing == Standing::OnItsWay)
    }
}

page!("letter_answered.html");
