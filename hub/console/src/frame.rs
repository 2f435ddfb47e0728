//! The surroundings of a page: the header with its menu, the signed-in person, a notice, the footer.

use jiff::Timestamp;

use crate::address;
use crate::icon::Icon;
use crate::markup::Text;
use crate::text::common::Texts;

/// The surroundings of a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Time of the page.
    pub now: Timestamp,
    /// Place that the hub serves, such as a municipality. It stands under the name in the header.
    pub place: Text,
    /// Version of the hub.
    pub version: Text,
    /// Signed-in person. Without one, the page has no menu.
    pub person: Option<Person>,
    /// Sections that the person may open, in the order of the menu.
    pub menu: Vec<Section>,
    /// Section that the page belongs to.
    pub section: Option<Section>,
    /// Number of matters that need a person. It stands beside the first entry of the menu.
    pub matters: u64,
    /// Number of requests to see content that await an answer of the person; `None` for a person who finds them elsewhere, or
    /// who answers none.
    pub openings: Option<u64>,
    /// Number of deliveries in a mailbox that await the person. It stands beside the inbox in the menu.
    pub inbox: u64,
    /// Topic by which the inbox refreshes; empty on other pages.
    pub inbox_topic: String,
    /// Whether the page belongs to a person of a mailbox.
    pub is_mailbox: bool,
    /// Token that every form posts back.
    pub csrf: String,
    /// Address of the same page in the other language.
    pub other_language: String,
    /// Line above the page: what an act came to, or what a request did not mean.
    pub notice: Option<Notice>,
    /// Whether the page refreshes itself by the stream of topics.
    pub is_live: bool,
    /// Whether the page is written without its surroundings, for a page that refreshes its regions.
    pub is_fragment: bool,
}

impl Frame {
    /// Makes the frame of a page without a signed-in person.
    #[must_use]
    pub fn signed_out(now: Timestamp, place: Text, version: Text) -> Self {
        Self {
            now,
            place,
            version,
            person: None,
            menu: Vec::new(),
            section: None,
            matters: 0,
            openings: None,
            inbox: 0,
            inbox_topic: String::new(),
            is_mailbox: false,
            csrf: String::new(),
            other_language: String::new(),
            notice: None,
            is_live: false,
            is_fragment: false,
        }
    }

    /// Returns the page that the person begins at.
    pub(crate) const fn home(&self) -> &'static str {
        if self.is_mailbox {
            address::MAILBOX
        } else {
            address::NOW
        }
    }

    /// Returns whether the page is about requests to see content, for a person who has no other section.
    pub(crate) fn is_at_openings(&self) -> bool {
        self.is_at(&Section::Messages)
    }

    /// Returns whether a section is the page's own.
    pub(crate) fn is_at(&self, section: &Section) -> bool {
        self.section == Some(*section)
    }
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name.
    pub name: Text,
}

impl Person {
    /// Returns the first letters of the first and the last word of the name.
    pub(crate) fn initials(&self) -> String {
        let mut words = self.name.as_str().split_whitespace();
        let first = words.next();
        let letters = [first, words.next_back()].into_iter().flatten();
        letters
            .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
            .flat_map(char::to_uppercase)
            .collect()
    }
}

/// A section of the console, or of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Nå.
    Now,
    /// Meldinger.
    Messages,
    /// Aktører.
    Parties,
    /// Samtykker.
    Consents,
    /// Logg.
    Log,
    /// Drift.
    Hub,
    /// Innboks, of a mailbox.
    Inbox,
    /// Ny melding, of a mailbox.
    New,
    /// Deltakere, of a mailbox.
    Followed,
    /// Samtykker, of a mailbox.
    OwnConsents,
}

impl Section {
    /// Every section, in the order of the menus.
    pub const ALL: [Self; 10] = [
        Self::Now,
        Self::Messages,
        Self::Parties,
        Self::Consents,
        Self::Log,
        Self::Hub,
        Self::Inbox,
        Self::New,
        Self::Followed,
        Self::OwnConsents,
    ];
    /// The sections of the console.
    pub const OF_CONSOLE: [Self; 6] = [
        Self::Now,
        Self::Messages,
        Self::Parties,
        Self::Consents,
        Self::Log,
        Self::Hub,
    ];
    /// The sections of a mailbox.
    pub const OF_MAILBOX: [Self; 4] = [Self::Inbox, Self::New, Self::Followed, Self::OwnConsents];

    /// Returns the section's address.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::Now => address::NOW,
            Self::Messages => address::MESSAGES,
            Self::Parties => address::PARTIES,
            Self::Consents => address::PARTICIPANTS,
            Self::Log => address::LOG,
            Self::Hub => address::HUB,
            Self::Inbox => address::MAILBOX,
            Self::New => address::NEW_MESSAGE,
            Self::Followed => address::MAILBOX_PARTICIPANTS,
            Self::OwnConsents => address::MAILBOX_CONSENTS,
        }
    }

    pub(crate) const fn word(self, texts: &Texts) -> &'static str {
        match self {
            Self::Now => texts.now,
            Self::Messages => texts.messages,
            Self::Parties => texts.parties,
            Self::Consents | Self::OwnConsents => texts.consents,
            Self::Log => texts.log,
            Self::Hub => texts.hub,
            Self::Inbox => texts.inbox,
            Self::New => texts.new_message,
            Self::Followed => texts.followed,
        }
    }

    /// Returns the letter that follows `g` on the keyboard. Single keys are off in a mailbox, where people write.
    pub(crate) const fn key(self) -> Option<&'static str> {
        match self {
            Self::Now => Some("n"),
            Self::Messages => Some("m"),
            Self::Parties => Some("a"),
            Self::Consents => Some("s"),
            Self::Log => Some("l"),
            Self::Hub => Some("d"),
            Self::Inbox | Self::New | Self::Followed | Self::OwnConsents => None,
        }
    }
}

/// A line above the page.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Tone.
    pub tone: Tone,
    /// Text.
    pub text: Text,
}

/// Tone of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Information,
    /// Something was not understood or did not happen.
    Warning,
    /// Something went wrong.
    Danger,
}

impl Tone {
    pub(crate) const fn color(self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::Information => "info",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    pub(crate) const fn icon(self) -> Icon {
        match self {
            Self::Done => Icon::CheckmarkCircle,
            Self::Information => Icon::InformationSquare,
            Self::Warning => Icon::ExclamationmarkTriangle,
            Self::Danger => Icon::XMarkOctagon,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        let initials = |name: &str| Person { name: name.into() }.initials();
        assert_eq!(
            ["Klar Vind", "Vind", "ŋuŋ a (b) čáhci", "", "<b>"].map(initials),
            ["KV", "V", "ŊČ", "", "B"]
        );
    }
}
