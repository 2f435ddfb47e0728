//! The participant's own page: who gets what, what was shared last, what is sent regardless, who looked.

use bindeledd_core::CategorySet;
use bindeledd_core::opening::{LookWay, LookedAs};
use jiff::Timestamp;

use super::meg_frame::{MegFrame, meg_page};
use crate::address;
use crate::markup::{Html, Text, escaped};
use crate::text::meg as text;

/// The participant's own page.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: MegFrame,
    /// Way in, which bounds what the page shows.
    pub way: Way,
    /// Pairs of parties, each with what they tell each other.
    pub pairs: Vec<Pair>,
    /// Address at which everything is taken back.
    pub take_back_all: String,
    /// Questions that wait for the participant.
    pub asked: Vec<Asked>,
    /// Questions that the participant has answered here, newest first.
    pub answered: Vec<Answered>,
    /// Exchanges that are sent regardless.
    pub duties: Vec<Duty>,
    /// Last disclosures, newest first.
    pub last: Vec<Shared>,
    /// Whether more was shared before.
    pub has_more: bool,
    /// Looks at content, newest first.
    pub looks: Vec<Look>,
    /// Readings in mailboxes, and changes of those who follow the participant up, newest first; none by a code.
    pub followed: Vec<Followed>,
    /// Changes of the persons who follow the participant up at the party of a code, newest first.
    pub handed: Vec<Handed>,
    /// Contact of those who run the hub.
    pub run_by: Option<Text>,
}

/// Something that a person of a party's mailbox did about the participant.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Time.
    pub at: Timestamp,
    /// Public label of the party.
    pub party: Text,
    /// The act.
    pub what: Did,
}

/// An act of a person of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// Read a letter.
    Read,
    /// Follows the participant up from now on.
    Given,
    /// Handed the participant over to another person.
    HandedOver,
    /// Let another person stand in.
    StandIn,
    /// Follows the participant up no longer.
    Ended,
}

impl Did {
    /// Every act.
    pub const ALL: [Self; 5] = [Self::Read, Self::Given, Self::HandedOver, Self::StandIn, Self::Ended];

    fn told(self, texts: &text::Texts, party: &str) -> String {
        let told = match self {
            Self::Read => texts.did_read,
            Self::Given => texts.did_given,
            Self::HandedOver => texts.did_hand_over,
            Self::StandIn => texts.did_stand_in,
            Self::Ended => texts.did_end,
        };
        told(party)
    }
}

/// The way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A code of one party.
    Code {
        /// Party whose exchanges the page shows.
        party: Contact,
        /// Whether the participant may choose a PIN.
        may_choose_pin: bool,
    },
    /// A sign-in at level high. The page shows everything.
    Issuer {
        /// Title of the issuer.
        title: Text,
        /// Parties to talk to.
        parties: Vec<Contact>,
    },
}

/// A party as others may see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Public label.
    pub name: Text,
    /// Telephone number of the label.
    pub phone: Option<Text>,
    /// Persons to ask for there, with their numbers.
    pub people: Vec<(Text, Option<Text>)>,
}

/// Writes a telephone number, which a telephone can call.
pub(crate) fn phone(word: &str, phone: &Text) -> Html {
    let shown = escaped(phone.as_str());
    Html::trusted(match address::call(phone.as_str()) {
        Some(call) => format!(r#"{word} <a href="{call}">{shown}</a>"#),
        None => format!("{word} {shown}"),
    })
}

/// The exchanges between two parties.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Public label of one party: that of the code, if there is one.
    pub one: Text,
    /// The other party.
    pub other: Contact,
    /// Categories that the other party gets.
    pub gets: CategorySet,
    /// Categories that the other party may tell.
    pub tells: CategorySet,
    /// Address at which it is taken back.
    pub take_back: String,
}

/// A question of a party that waits for the participant.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Public label of the party.
    pub party: Text,
    /// Time when it lapses.
    pub until: Timestamp,
    /// Address at which it is answered; none for a session by a code, which can not answer.
    pub address: Option<String>,
}

/// A question that the participant has answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Public label of the party.
    pub party: Text,
    /// Time of the answer.
    pub at: Timestamp,
    /// Whether it was a yes.
    pub is_yes: bool,
    /// Address of the answer.
    pub address: String,
}

impl Pair {
    fn is_in_force(&self) -> bool {
        !self.gets.union(self.tells).is_empty()
    }
}

/// An exchange that is sent regardless.
#[derive(Debug, Clone)]
pub struct Duty {
    /// Sender.
    pub from: Text,
    /// Receiver.
    pub to: Text,
    /// Categories.
    pub categories: CategorySet,
    /// Legal reference.
    pub reference: Text,
}

/// Something that was shared.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Time.
    pub at: Timestamp,
    /// Sender.
    pub from: Text,
    /// Receiver.
    pub to: Text,
    /// Categories.
    pub categories: CategorySet,
    /// Categories that were left out.
    pub left_out: CategorySet,
    /// Fate.
    pub fate: Fate,
}

/// The fate of something that was shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is being sent.
    Sending,
    /// It was handed over, and awaits an answer.
    HandedOver,
    /// A person has it, to enter it.
    WithPerson,
    /// It arrived.
    Delivered,
    /// The receiver did not take it.
    Refused,
    /// It was stopped after a try.
    Stopped,
}

impl Fate {
    pub(super) const fn word(self, texts: &text::Texts) -> &'static str {
        match self {
            Self::Sending => texts.fate_sending,
            Self::HandedOver => texts.fate_handed,
            Self::WithPerson => texts.fate_with_person,
            Self::Delivered => texts.fate_delivered,
            Self::Refused => texts.fate_refused,
            Self::Stopped => texts.fate_stopped,
        }
    }
}

/// A look at content.
#[derive(Debug, Clone)]
pub struct Look {
    /// Time.
    pub at: Timestamp,
    /// Way.
    pub way: LookWay,
    /// Rights of the one who looked.
    pub by: LookedAs,
    /// Reason.
    pub reason: Option<Text>,
}

/// Somebody at a party began to follow the participant up.
#[derive(Debug, Clone)]
pub struct Handed {
    /// Time.
    pub at: Timestamp,
    /// Public label of the party.
    pub party: Text,
    /// Whether the person stands in for somebody.
    pub is_stand_in: bool,
    /// Name of the person, while that person is the contact.
    pub contact: Option<Text>,
}

impl Handed {
    fn words(&self, texts: &text::Texts) -> String {
        let party = self.party.as_str();
        match &self.contact {
            Some(name) => (texts.handed_to)(party, name.as_str()),
            None if self.is_stand_in => (texts.stands_in)(party),
            None => (texts.handed)(party),
        }
    }
}

/// Most parties that the picture shows around the participant.
const AROUND: usize = 8;
/// Longest name in the picture, in characters.
const NAME: usize = 26;

impl View {
    /// Returns the parties around the participant, each with the class of its line. The lists have the same parties.
    fn around(&self) -> Vec<(&Text, &'static str)> {
        let mut around: Vec<(&Text, &'static str)> = Vec::new();
        if let Some(party) = self.party() {
            around.push((&party.name, ""));
        }
        for pair in &self.pairs {
            let class = if pair.is_in_force() { "" } else { " gone" };
            for name in [&pair.one, &pair.other.name] {
                match around.iter_mut().find(|(known, _)| *known == name) {
                    // A party is in force by one of its exchanges.
                    Some(known) if class.is_empty() => known.1 = "",
                    Some(_) => {}
                    None => around.push((name, class)),
                }
            }
        }
        for name in self.duties.iter().flat_map(|duty| [&duty.from, &duty.to]) {
            if !around.iter().any(|(known, _)| *known == name) {
                around.push((name, " duty"));
            }
        }
        around
    }

    fn has_picture(&self) -> bool {
        (1..=AROUND).contains(&self.around().len())
    }

    /// Writes the picture of the circle: the participant in the middle, and a line to each party.
    fn picture(&self, texts: &text::Texts) -> Html {
        let around = self.around();
        let steps = f64::from(u32::try_from(around.len()).unwrap_or(1));
        let (mut lines, mut bubbles) = (String::new(), String::new());
        for (n, (name, class)) in (0_u32..).zip(&around) {
            let (sin, cos) = (std::f64::consts::TAU * (f64::from(n) / steps - 0.25)).sin_cos();
            let (x, y) = (310.0 + 205.0 * cos, 280.0 + 178.0 * sin);
            let below = if sin < -0.5 { y - 55.0 } else { y + 66.0 };
            let (first, name) = (name.as_str().chars().next(), Text::of_at_most(name.as_str(), NAME));
            let first = escaped(&first.map(String::from).unwrap_or_default());
            let name = escaped(name.as_str());
            lines.push_str(&format!(
                r#"<path class="edge spoke{class}" d="M310 280L{x:.1} {y:.1}"/>"#
            ));
            bubbles.push_str(&format!(
                r#"<circle class="bub" cx="{x:.1}" cy="{y:.1}" r="44"/><text class="nm" x="{x:.1}" y="{:.1}">{first}</text><text class="nm" x="{x:.1}" y="{below:.1}">{name}</text>"#,
                y + 6.0
            ));
        }
        let names: Vec<&str> = around.iter().map(|(name, _)| name.as_str()).collect();
        let (name, told) = (texts.circle, escaped(&(texts.circle_told)(&names.join(", "))));
        Html::trusted(format!(
            r#"<svg viewBox="0 0 620 570" role="img" aria-labelledby="kt kd"><title id="kt">{name}</title><desc id="kd">{told}</desc><ellipse class="ring" cx="310" cy="280" rx="205" ry="178"/>{lines}{bubbles}<circle class="me" cx="310" cy="280" r="50"/><text class="lit" x="310" y="287">{}</text></svg>"#,
            texts.you
        ))
    }

    /// Returns the party whose exchanges the page shows; `None` if it shows everything.
    const fn party(&self) -> Option<&Contact> {
        match &self.way {
            Way::Code { party, .. } => Some(party),
            Way::Issuer { .. } => None,
        }
    }

    /// Returns the parties to talk to.
    fn contacts(&self) -> Vec<&Contact> {
        match &self.way {
            Way::Code { party, .. } => vec![party],
            Way::Issuer { parties, .. } => parties.iter().collect(),
        }
    }
}

impl Contact {
    const fn contact(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Page<'_> {
    fn look(&self, look: &Look) -> String {
        let language = self.write.language;
        let what = bindeledd_core::disclosure::way(language, look.way);
        let who = bindeledd_core::disclosure::looked_as(language, &look.by);
        (self.text.look)(what, &who)
    }
}

meg_page!("meg.html");
