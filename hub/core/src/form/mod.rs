//! The page that a participant reads and signs: the grants in plain words, before anything is registered.
//!
//! Pure: returns lines with a role each, which the caller may set in any layout. [`to_text`] sets
//! them for paper, and [`to_page`] as HTML. `words.rs` holds the texts, in one table for each
//! language. A consent that was signed on this page has [`TEXT_VERSION`] as its text version.

mod page;
mod words;

use bindeledd_catalogue::{Category, CategorySet, PartyId, time};

use crate::consent::{Basis, Grant, Moment, Period};
use words::Words;

pub use page::to_page;

/// Version of the page's texts, which a signed consent records. Raise it with every change of a
/// text that people sign.
pub const TEXT_VERSION: &str = "bindeledd-form/1";

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Norwegian bokmål.
    Bokmal,
    /// Norwegian nynorsk.
    Nynorsk,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Bokmal, Self::Nynorsk, Self::English];

    /// Returns the code of ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bokmal => "nb",
            Self::Nynorsk => "nn",
            Self::English => "en",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }
}

/// Returns the words for a category on the page.
#[must_use]
pub fn category(language: Language, category: Category) -> &'static str {
    (words::of(language).category)(category)
}

/// The content of the page.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// Grants that the participant is asked for, and grants of duty that need no consent.
    pub grants: &'a [Grant],
    /// Period in which the consent would be valid.
    pub period: Period,
    /// Controller of the processing.
    pub controller: &'a PartyId,
    /// Contact of the controller for withdrawals, such as a telephone number.
    pub contact: Option<&'a str>,
    /// Whether a signature releases the senders from their duty of secrecy for the listed data. If
    /// not, the page tells the participant.
    pub lifts_secrecy: bool,
    /// Returns the public label of a party, never a name that would reveal an illness.
    pub label: &'a dyn Fn(&PartyId) -> String,
}

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Title of the page; the first line.
    Title(String),
    /// Heading of the following lines.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// One exchange that is based on duty and needs no consent.
    Item(String),
    /// One exchange that the participant is asked for, to be ticked by hand. It is never ticked
    /// beforehand: silence is no consent.
    Choice(String),
    /// A blank after this label, to be filled in by hand.
    Blank(String),
}

/// Returns the page. Without a grant of basis consent the page only informs, and has no place to
/// sign.
#[must_use]
pub fn form(form: &Form<'_>, language: Language) -> Vec<Line> {
    let words = words::of(language);
    let mut page = Page {
        form,
        words,
        language,
        lines: Vec::new(),
    };
    let asked = together(form.grants, false);
    let anyway = together(form.grants, true);
    if asked.is_empty() {
        page.inform(&anyway);
    } else {
        page.ask(&asked, &anyway);
    }
    page.lines
}

/// Returns the page for a screen, where the participant ticks the boxes and answers: the same texts, without the place to sign.
#[must_use]
pub fn question(form: &Form<'_>, language: Language) -> Vec<Line> {
    let mut page = Page {
        form,
        words: words::of(language),
        language,
        lines: Vec::new(),
    };
    page.body(&together(form.grants, false), &together(form.grants, true));
    page.version();
    page.lines
}

/// One box of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Index of the box's grant: the first of those that the page shows as one exchange.
    pub grant: usize,
    /// Category.
    pub category: Category,
}

/// Returns the boxes of the page, in its order.
#[must_use]
pub fn choices(grants: &[Grant]) -> Vec<Choice> {
    let exchanges = together(grants, false);
    let place = |first: &Grant| grants.iter().position(|grant| std::ptr::eq(grant, first));
    let boxes = exchanges
        .iter()
        .filter_map(|exchange| Some((place(exchange.first)?, exchange)));
    boxes
        .flat_map(|(grant, exchange)| {
            exchange
                .categories
                .iter()
                .map(move |category| Choice { grant, category })
        })
        .collect()
}

/// Grants with the same parties, basis and period, merged into one.
struct Exchange<'a> {
    first: &'a Grant,
    categories: CategorySet,
}

/// Returns the grants of basis duty, or all others, in their order.
fn together(grants: &[Grant], duty: bool) -> Vec<Exchange<'_>> {
    let mut found: Vec<Exchange<'_>> = Vec::new();
    for grant in grants {
        let is_duty = matches!(grant.basis, Basis::Duty { .. });
        if is_duty != duty || grant.categories.is_empty() {
            continue;
        }
        let same = |e: &&mut Exchange<'_>| {
            let first = e.first;
            let parties = first.from == grant.from && first.to == grant.to && first.purpose == grant.purpose;
            parties && first.basis == grant.basis && first.period == grant.period
        };
        if let Some(before) = found.iter_mut().find(same) {
            before.categories = before.categories.union(grant.categories);
        } else {
            found.push(Exchange {
                first: grant,
                categories: grant.categories,
            });
        }
    }
    found
}

struct Page<'a> {
    form: &'a Form<'a>,
    words: &'static Words,
    language: Language,
    lines: Vec<Line>,
}

impl Page<'_> {
    fn ask(&mut self, asked: &[Exchange<'_>], anyway: &[Exchange<'_>]) {
        self.body(asked, anyway);
        self.sign();
    }

    fn body(&mut self, asked: &[Exchange<'_>], anyway: &[Exchange<'_>]) {
        let words = self.words;
        self.lines.push(Line::Title(words.title.into()));
        self.text(words.introduction);
        self.heading(words.asked);
        self.text(words.asked_purpose);
        self.exchanges(asked);
        self.text(words.never);
        self.anyway(anyway);
        self.heading(words.voluntary);
        self.text(words.declining);
        self.text(words.in_part);
        self.heading(words.secrecy);
        self.text(match self.form.lifts_secrecy {
            true => words.secrecy_lifted,
            false => words.secrecy_kept,
        });
        self.heading(words.how_long);
        let span = self.span(self.form.period);
        self.lines.push(Line::Text((words.holds)(&span)));
        if self.form.period.end.is_none() {
            self.text(words.no_end);
        }
        self.heading(words.taking_back);
        self.text(words.any_time);
        let controller = (self.form.label)(self.form.controller);
        self.lines
            .push(Line::Text((words.tell)(&controller, self.form.contact)));
        self.text(words.what_stops);
        self.responsible(&controller);
    }

    /// Adds the grants of duty as information, without a box to tick.
    fn inform(&mut self, anyway: &[Exchange<'_>]) {
        self.lines.push(Line::Title(self.words.notice_title.into()));
        self.anyway(anyway);
        let controller = (self.form.label)(self.form.controller);
        self.responsible(&controller);
    }

    fn anyway(&mut self, exchanges: &[Exchange<'_>]) {
        if exchanges.is_empty() {
            return;
        }
        self.heading(self.words.anyway);
        self.text(self.words.anyway_why);
        self.exchanges(exchanges);
    }

    fn exchanges(&mut self, exchanges: &[Exchange<'_>]) {
        let (words, label) = (self.words, self.form.label);
        for exchange in exchanges {
            let grant = exchange.first;
            let (from, to) = (label(&grant.from), label(&grant.to));
            let begins = match grant.basis {
                Basis::Consent => (words.may_tell)(&from, &to),
                Basis::Duty { .. } => (words.tells)(&from, &to),
            };
            self.lines.push(Line::Text(begins));
            let items = exchange.categories.iter().map(|c| (words.category)(c).to_owned());
            match grant.basis {
                Basis::Consent => self.lines.extend(items.map(Line::Choice)),
                Basis::Duty { .. } => self.lines.extend(items.map(Line::Item)),
            }
            if let Some(period) = grant.period {
                let span = self.span(period);
                self.lines.push(Line::Text((words.this_holds)(&span)));
            }
            if let Basis::Duty { reference } = &grant.basis {
                self.lines.push(Line::Text((words.law)(reference)));
            }
        }
    }

    fn responsible(&mut self, controller: &str) {
        self.heading(self.words.responsible);
        self.lines.push(Line::Text((self.words.answers)(controller)));
        self.text(self.words.rights);
    }

    fn sign(&mut self) {
        let words = self.words;
        self.heading(words.signature);
        self.text(words.i_agree);
        for blank in words.blanks {
            self.lines.push(Line::Blank((*blank).into()));
        }
        self.text(words.guardian);
        self.lines.push(Line::Blank(words.guardian_blank.into()));
        self.version();
    }

    fn version(&mut self) {
        self.lines.push(Line::Text((self.words.version)(TEXT_VERSION)));
    }

    fn span(&self, period: Period) -> String {
        let start = moment(self.language, period.start);
        match period.end {
            None => (self.words.from)(&start),
            Some(end @ Moment::Day(_)) => (self.words.through)(&start, &moment(self.language, end)),
            Some(end @ Moment::Instant(_)) => (self.words.until)(&start, &moment(self.language, end)),
        }
    }

    fn heading(&mut self, words: &str) {
        self.lines.push(Line::Heading(words.into()));
    }

    fn text(&mut self, words: &str) {
        self.lines.push(Line::Text(words.into()));
    }
}

/// Formats a day or a point in time in words.
pub(crate) fn moment(language: Language, moment: Moment) -> String {
    match (language, moment) {
        (Language::Bokmal | Language::Nynorsk, Moment::Day(day)) => time::norwegian_date(day),
        (Language::Bokmal | Language::Nynorsk, Moment::Instant(instant)) => time::norwegian_instant(instant),
        (Language::English, Moment::Day(day)) => day.strftime("%-d %B %Y").to_string(),
        (Language::English, Moment::Instant(instant)) => {
            let day = time::local_date(instant).strftime("%-d %B %Y");
            let local = time::local_rfc3339(instant);
            // The characters 11 to 15 of `YYYY-MM-DDThh:mm` are the hour and the minute.
            format!("{day} at {}", local.get(11..16).unwrap_or_default())
        }
    }
}

/// Sets the page as text for paper. A line has at most 76 characters, unless one word is longer.
#[must_use]
pub fn to_text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let item = matches!(line, Line::Item(_) | Line::Choice(_));
        if !text.is_empty() && !item {
            text.push('\n');
        }
        match line {
            Line::Title(words) => wrap(&mut text, &words.to_uppercase(), "", ""),
            Line::Heading(words) => {
                wrap(&mut text, words, "", "");
                text.push_str(&"-".repeat(words.chars().count()));
                text.push('\n');
            }
            Line::Text(words) => wrap(&mut text, words, "", ""),
            Line::Item(words) => wrap(&mut text, words, "   -  ", "      "),
            Line::Choice(words) => wrap(&mut text, words, "  [ ] ", "      "),
            Line::Blank(words) => {
                let rule = "_".repeat(WIDTH.saturating_sub(words.chars().count() + 2));
                text.push_str(words);
                text.push_str(": ");
                text.push_str(&rule);
                text.push('\n');
            }
        }
    }
    text
}

const WIDTH: usize = 76;

fn wrap(text: &mut String, words: &str, first: &str, rest: &str) {
    text.push_str(first);
    let mut column = first.chars().count();
    let mut begun = false;
    for word in words.split(' ') {
        let length = word.chars().count();
        if begun && column + 1 + length > WIDTH {
            text.push('\n');
            text.push_str(rest);
            column = rest.chars().count();
        } else if begun {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
        begun = true;
    }
    text.push('\n');
}
