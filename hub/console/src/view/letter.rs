//! A delivery in a mailbox, as a letter. The title names nobody, since a browser keeps titles.

use bindeledd_core::Kind;
use bindeledd_core::delivery::ByHand;
use jiff::Timestamp;
use jiff::civil::Date;

use super::whom::Whom;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::letter as text;
use crate::text::{inbox, kinds};

/// The letter.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the delivery.
    pub delivery: String,
    /// Kind.
    pub kind: Kind,
    /// Participant.
    pub whom: Whom,
    /// National identity number; only for a participant without a name.
    pub number: Option<Text>,
    /// Sender; `None` for a notice of the hub.
    pub from: Option<Text>,
    /// The sender's contact person.
    pub handler: Option<Handler>,
    /// Time of acceptance.
    pub at: Timestamp,
    /// Fields, as people read them.
    pub fields: Vec<Field>,
    /// Day by which the sender wants an answer, and whether it is over.
    pub answer_by: Option<(Date, bool)>,
    /// Whether something was left out.
    pub is_partial: bool,
    /// Whether somebody still has to enter it by hand.
    pub is_to_enter: bool,
    /// Time of the party's answer, and the person of the mailbox who wrote it.
    pub answered: Option<(Timestamp, Option<Text>)>,
    /// Time of the newest meeting that the party proposed instead, and the person whom it named.
    pub meeting: Option<(Timestamp, Option<Text>)>,
    /// Text that was typed and not sent, since somebody else of the party was first.
    pub unsent: Option<String>,
    /// Form of the answer, where one is asked for and nobody of the party has answered.
    pub answer: Option<AnswerForm>,
    /// Readings of other persons, the newest first.
    pub reads: Vec<(Text, Timestamp)>,
    /// Persons who follow the participant up, each with the end of a stand-in.
    pub followed_by: Vec<(Text, Option<Timestamp>)>,
    /// Address of the participant's page.
    pub participant: String,
    /// Name of the person's party.
    pub party: Text,
    /// Faults of the form.
    pub errors: Errors,
}

/// The form of an answer, with what was typed.
#[derive(Debug, Clone)]
pub struct AnswerForm {
    /// Kind of the answer.
    pub kind: Kind,
    /// Reference of the answer, which a second click repeats.
    pub reference: String,
    /// Receiver.
    pub to: Text,
    /// Text, or comment.
    pub text: String,
    /// Person who comes.
    pub who: String,
    /// Chosen code.
    pub choice: String,
    /// Times to choose from.
    pub times: Vec<Text>,
    /// Chosen time, by its place from 1.
    pub time: String,
    /// Whether the guard found something that the person may send all the same.
    pub asks_if_sure: bool,
    /// Address of the form that proposes a meeting instead, if a grant lets the sender get one.
    pub meeting: Option<String>,
}

impl AnswerForm {
    const fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::Answer)
    }

    const fn is_of_meeting(&self) -> bool {
        matches!(self.kind, Kind::MeetingResponse)
    }

    const fn is_of_support(&self) -> bool {
        matches!(self.kind, Kind::SupportResponse)
    }

    /// Returns the codes of the answer about a meeting.
    fn choices(&self) -> Vec<Choice> {
        let field = self.kind.spec().fields.iter().find(|field| field.name == "answer");
        let codes = field.map(|field| field.ty.codes()).unwrap_or_default().iter();
        codes
            .map(|code| Choice {
                value: code.code.to_owned(),
                words: code.text.to_owned(),
                is_chosen: self.choice == code.code,
            })
            .collect()
    }

    /// Returns the times to choose from.
    fn times(&self) -> Vec<Choice> {
        let times = self.times.iter().zip(1_usize..);
        times
            .map(|(time, place)| Choice {
                value: place.to_string(),
                words: time.as_str().to_owned(),
                is_chosen: self.time == place.to_string(),
            })
            .collect()
    }
}

/// A choice of a form.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// The sender's contact person.
#[derive(Debug, Clone)]
pub struct Handler {
    /// Name.
    pub name: Text,
    /// Role and unit.
    pub role: Option<Text>,
    /// Telephone number.
    pub phone: Option<Text>,
}

impl Handler {
    /// Returns the address that calls the number, if it is one.
    fn call(&self) -> Option<String> {
        address::call(self.phone.as_ref()?.as_str())
    }
}

/// A field of the letter.
#[derive(Debug, Clone)]
pub struct Field {
    /// Label.
    pub label: &'static str,
    /// Lines of the text.
    pub lines: Vec<Text>,
}

impl Field {
    /// Returns the text as it is copied.
    fn whole(&self) -> String {
        let lines = self.lines.iter().map(Text::as_str);
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl View {
    fn kind(&self, lang: Lang) -> &'static str {
        kinds::title(self.kind, lang)
    }

    fn title(&self, lang: Lang) -> String {
        (inbox::of(lang).about)(self.kind(lang), self.whom.words(lang).as_str())
    }

    fn to_answer(&self) -> String {
        address::letter_act(&self.delivery, "answer")
    }

    fn answered(&self, text: &'static text::Texts) -> Option<String> {
        let (_, by) = self.answered.as_ref()?;
        Some(match by {
            Some(name) => (text.answered_by)(name.as_str()),
            None => text.answered.to_owned(),
        })
    }

    fn told(&self, form: &AnswerForm, text: &'static text::Texts, lang: Lang) -> String {
        (text.only)(form.to.as_str(), self.whom.words(lang).as_str())
    }

    fn meeting(&self, text: &text::Texts) -> Option<String> {
        let (_, by) = self.meeting.as_ref()?;
        Some(match by {
            Some(by) => (text.proposed_by)(by.as_str()),
            None => text.proposed.to_owned(),
        })
    }

    fn entered(&self) -> String {
        address::letter_act(&self.delivery, "entered")
    }

    /// Returns the answers of a person who enters it, each with its code.
    fn answers(text: &'static text::Texts) -> [(&'static str, &'static str); 4] {
        ByHand::ALL.map(|said| {
            let words = match said {
                ByHand::Entered => text.entered,
                ByHand::Posted => text.posted,
                ByHand::HandedOver => text.handed_over,
                ByHand::NotPossible => text.not_possible,
            };
            (said.code(), words)
        })
    }

    fn printed_by(&self, text: &'static text::Texts) -> String {
        let name = self.frame.person.as_ref().map(|person| person.name.as_str());
        (text.printed_by)(name.unwrap_or_default(), self.party.as_str())
    }
}

page!("letter.html");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_of_a_telephone_can_be_called() {
        let call = |phone: &str| {
            let handler = Handler {
                name: "Grønn Vits".into(),
                role: None,
                phone: Some(phone.into()),
            };
            handler.call()
        };
        assert_eq!(call("22 11 22 33").as_deref(), Some("tel:22112233"));
        assert_eq!(call("(+47) 22 11 22 33").as_deref(), Some("tel:+4722112233"));
        assert_eq!(call("ring sentralbordet"), None);
        assert_eq!(call("113\"><script>"), None);
    }
}
