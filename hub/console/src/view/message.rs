//! One message: a tab for each receiver, why it stands there, and its way as one thread.

mod thread;

use askama::Template;
use bindeledd_core::{CategorySet, Kind};
use jiff::{SignedDuration, Timestamp};

pub use super::ending::{Answer, Ending};
use super::way::{Party, Why, cause};
use super::written;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::mark::Standing;
use crate::markup::{Html, Text, escaped};
use crate::text::{codes, common, kinds, message as text, way};
use crate::write::Write;

/// One message. It shows the way of one delivery.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Kind.
    pub kind: Kind,
    /// Sender.
    pub from: Party,
    /// Time when the hub accepted the message.
    pub accepted_at: Timestamp,
    /// Deliveries, in the order of the message.
    pub deliveries: Vec<Delivery>,
    /// Place of the shown delivery among them.
    pub shown: usize,
    /// Way of the shown delivery.
    pub way: Way,
    /// Acts that can be done now with the shown delivery.
    pub acts: Acts,
    /// Ids and links.
    pub facts: Facts,
    /// The list that the person came from.
    pub back: String,
    /// Page of the message before, in the list that the person came from.
    pub previous: Option<String>,
    /// Page of the message after, in that list.
    pub next: Option<String>,
    /// Page on which to ask for the content, if that is allowed here.
    pub ask: Option<String>,
}

/// A delivery on its tab.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Receiver; `None` for a circle that reached nobody.
    pub to: Option<Party>,
    /// Page of the message at this delivery.
    pub address: String,
    /// State.
    pub standing: Standing,
    /// Code of the cause.
    pub code: Option<Text>,
    /// Line under the state.
    pub why: Why,
    /// Withheld categories.
    pub withheld: CategorySet,
}

/// The way of a delivery: facts in the order in which they happened.
#[derive(Debug, Clone)]
pub struct Way {
    /// Adapter that read the document; `None` for the hub's own format.
    pub read_by: Option<Text>,
    /// Decisions that released the delivery, oldest first.
    pub decisions: Vec<Decision>,
    /// Attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// Time at which a receipt or a person's report settled the delivery.
    pub receipt_at: Option<Timestamp>,
    /// End of the delivery.
    pub ended: Option<(Ending, Timestamp)>,
    /// Next thing that happens by itself.
    pub coming: Coming,
}

/// A decision that released a delivery.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Time.
    pub at: Timestamp,
    /// Permitted categories.
    pub categories: CategorySet,
    /// Grants that permit them: words and a page.
    pub grants: Vec<(Text, Option<String>)>,
}

/// One attempt to send a delivery.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Number, from 1.
    pub number: u32,
    /// Time at which the sending began.
    pub at: Timestamp,
    /// Time until the answer.
    pub took: Option<SignedDuration>,
    /// Answer.
    pub answer: Answer,
    /// Whether the attempt went well.
    pub is_well: bool,
    /// Code of the cause.
    pub code: Option<Text>,
    /// Adapter that wrote the bytes; `None` for the hub's own format.
    pub adapter: Option<Text>,
}

/// The next thing that happens to a delivery by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coming {
    /// The hub is sending it.
    Now,
    /// Another attempt.
    Attempt {
        /// Time of the attempt.
        at: Timestamp,
        /// Time when the delivery expires.
        ends_at: Timestamp,
    },
    /// An earlier delivery of the conversation goes first.
    Behind {
        /// Time when the delivery expires.
        ends_at: Timestamp,
    },
    /// The receiver is paused or suspended.
    Held {
        /// Time when the delivery expires.
        ends_at: Timestamp,
    },
    /// A receipt.
    Receipt {
        /// Time by which it should come.
        by: Timestamp,
    },
    /// A person's report.
    Person {
        /// Time by which it should come.
        by: Timestamp,
    },
    /// Nothing.
    Nothing,
}

/// Pages of the acts that can be done now. `None` if the act is not possible, or not the person's to do.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    /// Try a waiting delivery now, or send one again that ended.
    pub retry: Option<String>,
    /// Cancel a waiting delivery.
    pub cancel: Option<String>,
}

/// Ids of a message, and links to other messages.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Pseudonym of the participant, with its page.
    pub participant: (Text, Option<String>),
    /// Id of the message.
    pub message: Text,
    /// Id of the shown delivery.
    pub delivery: Text,
    /// The sender's reference.
    pub reference: Option<Text>,
    /// Page of the conversation's messages.
    pub conversation: Option<String>,
    /// Id that the receiver's system uses.
    pub receivers_id: Option<Text>,
    /// Message that this one answers: id and page.
    pub answers: Option<(Text, String)>,
    /// Message that this one corrects: id and page.
    pub corrects: Option<(Text, String)>,
    /// Messages that correct this one: id and page.
    pub corrected_by: Vec<(Text, String)>,
}

/// The box: why the delivery stands there, and what can be done.
struct Say {
    color: &'static str,
    icon: Icon,
    heading: Html,
    /// Sentences.
    text: String,
    /// Times that the sentences speak of.
    times: Html,
    /// Word on the button of a retry.
    retry: &'static str,
}

impl View {
    fn delivery(&self) -> Option<&Delivery> {
        self.deliveries.get(self.shown)
    }

    fn receivers(&self) -> u64 {
        let known = self.deliveries.iter().filter(|delivery| delivery.to.is_some());
        u64::try_from(known.count()).unwrap_or(u64::MAX)
    }

    /// Returns the label of the shown delivery's receiver.
    fn to(&self, lang: Lang) -> &str {
        let to = self.delivery().and_then(|delivery| delivery.to.as_ref());
        to.map_or_else(|| way::of(lang).circle, |party| party.name.as_str())
    }

    fn code(&self) -> Option<&Text> {
        self.delivery().and_then(|delivery| delivery.code.as_ref())
    }
}

/// Writes the receiver's label, as a link if its page may be opened.
fn linked(view: &View, lang: Lang) -> String {
    let name = escaped(view.to(lang));
    let party = view.delivery().and_then(|delivery| delivery.to.as_ref());
    match party.and_then(|party| party.address.as_deref()) {
        Some(address) => format!(r#"<a href="{}">{name}</a>"#, escaped(address)),
        None => name,
    }
}

/// Returns the box.
fn say(view: &View, text: &text::Texts, write: Write) -> Say {
    let to = linked(view, write.lang);
    let standing = view.delivery().map_or(Standing::Waiting, |delivery| delivery.standing);
    let mark = standing.mark(write.lang);
    let (heading, words) = sentences(view, standing, &to, text, write.lang);
    Say {
        color: if matches!(standing, Standing::Waiting) && !view.way.attempts.is_empty() {
            "warning"
        } else {
            mark.color
        },
        icon: mark.icon,
        heading: Html::trusted(heading),
        text: words,
        times: times(&view.way.coming, text, write),
        retry: if matches!(standing, Standing::Waiting) {
            text.try_now
        } else {
            text.send_again
        },
    }
}

/// Returns the heading, as markup, and the sentences of the box.
fn sentences(view: &View, standing: Standing, to: &str, text: &text::Texts, lang: Lang) -> (String, String) {
    let plain = |heading: &str, words: &str| (escaped(heading), words.to_owned());
    match (standing, view.way.coming) {
        (Standing::Waiting, Coming::Behind { .. }) => plain(text.behind, text.behind_text),
        (Standing::Waiting, Coming::Held { .. }) => ((text.held)(to), text.held_text.to_owned()),
        (Standing::Waiting, _) => match view.way.attempts.last() {
            None => plain(text.waits_turn, text.waits_turn_text),
            Some(last) => {
                let answer = (text.last_answer)(&text::answer(last.answer, lang));
                ((text.not_taken)(to), format!("{answer} {}", text.not_taken_text))
            }
        },
        (Standing::BeingSent, _) => plain(text.sending, text.sending_text),
        (Standing::AwaitingReceipt, _) => plain(text.receipt, text.receipt_text),
        (Standing::WithPerson, _) => plain(text.person, text.person_text),
        (Standing::Delivered, _) => {
            let advice = view.code().and_then(|code| codes::to_do(code.as_str(), lang));
            let words = advice.map_or_else(
                || text.delivered_text.to_owned(),
                |advice| format!("{} {advice}", text.delivered_text),
            );
            ((text.delivered)(to), words)
        }
        (Standing::Withdrawn, _) => plain(text.withdrawn, text.withdrawn_text),
        (other, _) => {
            let heading = text.ended.iter().find(|(of, _)| *of == other);
            let heading = heading.map_or_else(|| other.mark(lang).word, |(_, words)| *words);
            let advice = view.code().and_then(|code| codes::to_do(code.as_str(), lang));
            plain(heading, advice.unwrap_or_default())
        }
    }
}

/// Writes the times that the box speaks of.
fn times(coming: &Coming, text: &text::Texts, write: Write) -> Html {
    let ends = |at: Timestamp| format!("{} {}", text.ends, write.when(at));
    Html::trusted(match coming {
        Coming::Attempt { at, ends_at } => format!("{} {} · {}", text.next_attempt, write.clock(*at), ends(*ends_at)),
        Coming::Behind { ends_at } | Coming::Held { ends_at } => ends(*ends_at),
        Coming::Receipt { by } | Coming::Person { by } => format!("{} {}", text.due, write.when(*by)),
        Coming::Now | Coming::Nothing => String::new(),
    })
}

#[derive(Template)]
#[template(path = "message.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    way: &'static way::Texts,
    write: Write,
    view: &'v View,
    say: Say,
    thread: Vec<thread::Step>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        kinds::title(self.view.kind, self.write.lang)
    }

    fn lead(&self) -> String {
        let from = self.view.from.name.as_str();
        if self.view.receivers() > 1 {
            (self.text.to_many)(from, self.view.receivers())
        } else {
            (self.text.from_to)(from, self.view.to(self.write.lang))
        }
    }

    fn name<'d>(&self, delivery: &'d Delivery) -> &'d str {
        delivery
            .to
            .as_ref()
            .map_or(self.way.circle, |party| party.name.as_str())
    }

    /// Writes the code of the cause with a link to its page, and the withheld categories.
    fn cause(&self) -> Html {
        let Some(delivery) = self.view.delivery() else {
            return Html::default();
        };
        let mut out = String::new();
        if let Some(code) = &delivery.code {
            let address = escaped(&crate::address::code(code.as_str()));
            let words = cause(code, self.write.lang);
            out.push_str(&format!(r#"<p class="small"><a href="{address}">{words}</a></p>"#));
        }
        if !delivery.withheld.is_empty() {
            let what = (self.text.withheld)(&kinds::categories(delivery.withheld, self.write.lang));
            out.push_str(&format!(r#"<p class="small">{}</p>"#, escaped(&what)));
        }
        Html::trusted(out)
    }

    /// Writes an id that can be copied.
    fn id(&self, word: &str, id: &Text) -> Html {
        let (shown, label) = (escaped(id.as_str()), escaped(&(self.text.copy)(word)));
        let icon = Icon::Files;
        Html::trusted(format!(
            r#"<dt>{}</dt><dd class="id"><span class="mono">{shown}</span><button class="copy" type="button" data-copy-text="{shown}" data-script hidden aria-label="{label}">{icon}</button></dd>"#,
            escaped(word)
        ))
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let (text, write) = (text::of(lang), Write::new(lang, view.frame.now));
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        way: way::of(lang),
        write,
        view,
        say: say(view, text, write),
        thread: thread::of(view, text, write),
    })
}
