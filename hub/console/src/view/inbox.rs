//! The inbox of a mailbox: deliveries without their content.

use bindeledd_core::Kind;
use jiff::Timestamp;
use jiff::civil::Date;

use super::whom::Whom;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::inbox as text;
use crate::text::{entry, kinds};

/// The inbox.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Urgent deliveries that wait, with whom to phone.
    pub urgent: Vec<Urgent>,
    /// Deliveries that await an answer, by deadline.
    pub waiting: Vec<Row>,
    /// Deliveries that somebody still has to enter by hand.
    pub to_enter: Vec<Row>,
    /// Other deliveries that nobody has read.
    pub fresh: Vec<Row>,
    /// Other deliveries, the newest reading first.
    pub read: Vec<Row>,
    /// For a team leader: deliveries about participants whom others follow up, or nobody.
    pub unit: Vec<Row>,
    /// Number of deliveries that the person enters in a form of the receiver's.
    pub entries: usize,
    /// Whether the party has a system of its own, which gets the deliveries.
    pub has_own_system: bool,
    /// Whether the person leads the team.
    pub is_leader: bool,
    /// Whether more await the person than the lists have.
    pub has_more_open: bool,
    /// Whether more have been read than the list has.
    pub has_more_read: bool,
    /// Hand-overs that the person has not seen, the newest first.
    pub hand_overs: Vec<HandOver>,
    /// Answers of participants that the person has not seen, the newest first.
    pub answers: Vec<Answered>,
    /// Whom a mail tells when something comes.
    pub mail: Mailed,
}

/// A participant has answered a question of the person, on the own page. Neither the question nor the answer stands here.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Id, which the form posts.
    pub id: String,
    /// Participant.
    pub whom: Whom,
    /// Time of the answer.
    pub at: Timestamp,
}

impl Answered {
    fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }

    fn words(&self, lang: Lang) -> String {
        (crate::text::request::of(lang).has_answered)(self.name(lang).as_str())
    }

    fn address(&self) -> String {
        address::request(&self.id)
    }
}

/// Whom a mail tells when something comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mailed {
    /// The person, at this address.
    You(Text),
    /// The party, at this address.
    Party(Text),
    /// Nobody: the person has switched the mails off.
    Off,
    /// Nobody: the hub has no address.
    Nobody,
}

impl Mailed {
    fn words(&self, text: &text::Texts) -> String {
        match self {
            Self::You(mail) => (text.none_mail_you)(mail.as_str()),
            Self::Party(mail) => (text.none_mail)(mail.as_str()),
            Self::Off => text.none_mail_off.to_owned(),
            Self::Nobody => text.none_no_mail.to_owned(),
        }
    }
}

/// A person of the mailbox became the contact person for a participant, or stands in.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Id, which the form posts.
    pub id: String,
    /// Participant.
    pub whom: Whom,
    /// Person who began.
    pub to: Reader,
    /// Person who made the change.
    pub by: Text,
    /// Time of the change.
    pub at: Timestamp,
    /// End of a stand-in.
    pub until: Option<Timestamp>,
}

impl HandOver {
    fn words(&self, lang: Lang) -> String {
        let (text, whom) = (text::of(lang), self.whom.words(lang));
        let to = match &self.to {
            Reader::You => text.you,
            Reader::Other(name) => name.as_str(),
        };
        let words = match self.until {
            Some(_) => text.stands_in,
            None => text.handed_over,
        };
        words(whom.as_str(), to, self.by.as_str())
    }
}

/// An urgent delivery.
#[derive(Debug, Clone)]
pub struct Urgent {
    /// Sender.
    pub from: Text,
    /// Sender's contact person.
    pub who: Option<Text>,
    /// Telephone number of the contact person.
    pub phone: Option<Text>,
}

impl Urgent {
    fn words(&self, text: &text::Texts) -> String {
        (text.urgent_at)(self.from.as_str(), self.who.as_ref().map(Text::as_str))
    }
}

/// A delivery.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id of the delivery.
    pub delivery: String,
    /// Kind.
    pub kind: Kind,
    /// Participant.
    pub whom: Whom,
    /// Sender; `None` for a notice of the hub.
    pub from: Option<Text>,
    /// Time when the hub accepted it.
    pub at: Timestamp,
    /// Day by which the sender wants an answer.
    pub answer_by: Option<Date>,
    /// Whether the day is over.
    pub is_late: bool,
    /// Whether something was left out.
    pub is_partial: bool,
    /// Whether nobody has read it.
    pub is_new: bool,
    /// Person who read it last.
    pub read_by: Option<Reader>,
    /// Persons who follow the participant up, for a team leader.
    pub holders: Option<Vec<Text>>,
    /// Whether the person may open it.
    pub may_open: bool,
}

/// A person who read a delivery, or who got a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// The person who looks at the page.
    You,
    /// Another person.
    Other(Text),
}

impl Reader {
    fn words(&self, text: &text::Texts) -> String {
        match self {
            Self::You => text.read_by_you.to_owned(),
            Self::Other(name) => (text.read_by)(name.as_str()),
        }
    }
}

impl Row {
    fn title(&self, lang: Lang) -> String {
        (text::of(lang).about)(kinds::title(self.kind, lang), self.whom.words(lang).as_str())
    }

    fn address(&self) -> String {
        address::letter(&self.delivery)
    }

    fn initials(&self) -> String {
        self.whom.initials()
    }

    fn holders(&self) -> Option<String> {
        let names = self.holders.as_ref()?.iter().map(Text::as_str);
        Some(names.collect::<Vec<_>>().join(", "))
    }
}

impl View {
    /// Returns the lists that are not empty, each with its id, its heading and its help.
    fn lists<'v>(&'v self, text: &'static text::Texts) -> Vec<(&'static str, &'static str, &'static str, &'v [Row])> {
        let lists = [
            ("svar", text.waiting, text.waiting_help, self.waiting.as_slice()),
            ("inn", text.to_enter, text.to_enter_help, self.to_enter.as_slice()),
            ("nytt", text.fresh, "", self.fresh.as_slice()),
            ("lest", text.read, "", self.read.as_slice()),
            ("enheten", text.unit, text.unit_help, self.unit.as_slice()),
        ];
        lists.into_iter().filter(|(.., rows)| !rows.is_empty()).collect()
    }

    /// Returns the line about deliveries that the person enters, with the words of its link.
    fn entries(&self, lang: Lang) -> Option<(String, &'static str)> {
        let text = entry::of(lang);
        (self.entries > 0).then(|| ((text.waits)(self.entries), text.open_list))
    }

    fn is_empty(&self) -> bool {
        self.lists(text::of(Lang::Bokmal)).is_empty()
    }
}

page!("inbox.html");
