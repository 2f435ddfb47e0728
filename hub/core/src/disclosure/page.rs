//! The page of disclosures, as blocks.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_catalogue::{CategorySet, PartyId, time};
use jiff::{SignedDuration, Timestamp};

use super::words::{self, Words};
use super::{Disclosure, UsedGrant};
use crate::consent::{Basis, Moment};
use crate::delivery::{End, State};
use crate::form::{Language, moment};
use crate::opening::Look;

/// The data of a party that others may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicParty {
    /// Public label, never a name that would reveal an illness.
    pub name: String,
    /// Telephone number.
    pub phone: Option<String>,
}

/// The content of the page.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// Every disclosure, in any order.
    pub disclosures: &'a [Disclosure],
    /// Every look at content outside of its way to a receiver, in any order.
    pub looks: &'a [Look],
    /// Time when the page is made.
    pub made_at: Timestamp,
    /// Returns the data of a party that others may see.
    pub party: &'a dyn Fn(&PartyId) -> PublicParty,
}

/// A part of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Title of the page; the first block.
    Title(String),
    /// Heading of the following blocks.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    Items(Vec<String>),
    /// A table. The first cell of a row names the row. A cell has several lines.
    Table {
        /// Caption.
        caption: String,
        /// Column heads.
        head: Vec<String>,
        /// Rows.
        rows: Vec<Vec<Vec<String>>>,
    },
}

/// Returns the page for the participant.
#[must_use]
pub fn page(page: &Page<'_>, language: Language) -> Vec<Block> {
    let mut maker = Maker {
        page,
        words: words::of(language),
        language,
        blocks: Vec::new(),
    };
    maker.make();
    maker.blocks
}

struct Maker<'a> {
    page: &'a Page<'a>,
    words: &'static Words,
    language: Language,
    blocks: Vec<Block>,
}

impl<'a> Maker<'a> {
    fn make(&mut self) {
        let words = self.words;
        self.blocks.push(Block::Title(words.title.into()));
        self.text(words.introduction);
        let made = self.instant(self.page.made_at);
        self.blocks.push(Block::Text((words.made)(&made)));
        let by_receiver = self.by_receiver();
        if by_receiver.is_empty() {
            self.text(words.nothing);
        } else {
            self.text(words.purpose);
            self.summary(&by_receiver);
            for (name, disclosures) in &by_receiver {
                self.table(name, disclosures);
            }
            self.text(words.explain_held_back);
            self.consents();
            self.heading(words.others_have);
            self.text(words.others_have_text);
            self.heading(words.stop);
            self.text(words.stop_text);
            self.telephones();
            self.text(words.stop_after);
        }
        self.looks();
        self.heading(words.wrong);
        self.text(words.wrong_text);
        self.heading(words.complain);
        self.text(words.complain_text);
        self.heading(words.copy);
        self.text(words.copy_text);
    }

    /// Returns the disclosures of each receiver, by its public name, the oldest first.
    fn by_receiver(&self) -> Vec<(String, Vec<&'a Disclosure>)> {
        let page: &'a Page<'a> = self.page;
        let mut by_party: BTreeMap<&PartyId, Vec<&'a Disclosure>> = BTreeMap::new();
        for disclosure in page.disclosures {
            by_party.entry(&disclosure.to).or_default().push(disclosure);
        }
        let mut named: Vec<_> = by_party
            .into_iter()
            .map(|(party, mut disclosures)| {
                disclosures.sort_by_key(|d| (d.first, d.delivery));
                (self.name(party), disclosures)
            })
            .collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    }

    fn summary(&mut self, by_receiver: &[(String, Vec<&Disclosure>)]) {
        self.heading(self.words.summary);
        let items = by_receiver.iter().map(|(name, disclosures)| {
            let all = disclosures
                .iter()
                .fold(CategorySet::EMPTY, |all, d| all.union(d.categories));
            (self.words.sent_about)(name, &self.categories(all).join("; "))
        });
        self.blocks.push(Block::Items(items.collect()));
    }

    fn table(&mut self, receiver: &str, disclosures: &[&Disclosure]) {
        let words = self.words;
        self.blocks.push(Block::Heading((words.to)(receiver)));
        let rows = disclosures.iter().map(|d| self.row(d)).collect();
        self.blocks.push(Block::Table {
            caption: (words.caption)(receiver),
            head: words.head.iter().map(|h| (*h).to_owned()).collect(),
            rows,
        });
    }

    fn row(&self, disclosure: &Disclosure) -> Vec<Vec<String>> {
        let words = self.words;
        let mut when = vec![self.instant(disclosure.first)];
        // Repetitions within a minute would print the same time twice.
        if disclosure.last.duration_since(disclosure.first) >= SignedDuration::from_mins(1) {
            when.push((words.and_again)(&self.instant(disclosure.last)));
        }
        let mut what = vec![(words.kind)(disclosure.kind).to_owned()];
        what.extend(
            self.categories(disclosure.categories)
                .into_iter()
                .map(|c| format!("– {c}")),
        );
        let withheld = match disclosure.withheld.is_empty() {
            true => vec![words.nothing_held_back.to_owned()],
            false => self.categories(disclosure.withheld),
        };
        let mut how = vec![self.how_it_went(&disclosure.state).to_owned()];
        if disclosure.corrects.is_some() {
            how.push(words.is_correction.to_owned());
        }
        match disclosure.corrected {
            Some(corrected) if corrected.reached => how.push(words.corrected.to_owned()),
            Some(_) => how.push(words.corrected_elsewhere.to_owned()),
            None => {}
        }
        let mut why: Vec<String> = Vec::new();
        for used in &disclosure.grants {
            let line = self.basis(used);
            if !why.contains(&line) {
                why.push(line);
            }
        }
        vec![when, vec![self.name(&disclosure.from)], what, withheld, why, how]
    }

    fn basis(&self, used: &UsedGrant) -> String {
        match &used.basis {
            Basis::Consent => (self.words.consent_given)(&self.day(used.given_at)),
            Basis::Duty { reference } => (self.words.duty)(reference),
        }
    }

    const fn how_it_went(&self, state: &State) -> &'static str {
        let words = self.words;
        match state {
            State::Waiting(_) | State::Reserved(_) => words.tried,
            State::Sending(_) => words.sending,
            State::AwaitingReceipt(_) => words.handed_over,
            State::WithPerson(_) => words.with_person,
            State::Ended(ended) => match ended.how {
                End::Delivered => words.delivered,
                End::Refused => words.refused,
                End::Blocked | End::Cancelled | End::Expired | End::Failed => words.stopped,
            },
        }
    }

    /// Lists the looks at content, oldest first: role, time and reason.
    fn looks(&mut self) {
        if self.page.looks.is_empty() {
            return;
        }
        let words = self.words;
        self.heading(words.looks);
        self.text(words.looks_text);
        let mut looks: Vec<_> = self.page.looks.iter().collect();
        looks.sort_by_key(|look| (look.at, look.id));
        let items = looks.into_iter().map(|look| {
            let who = super::looked_as(self.language, &look.by);
            let what = (words.way)(look.way);
            (words.look)(&self.instant(look.at), &who, what, look.reason.as_str())
        });
        self.blocks.push(Block::Items(items.collect()));
    }

    /// Lists the used consents by id. A withdrawal asks the caller for such an id.
    fn consents(&mut self) {
        let mut used = BTreeSet::new();
        for grant in self.page.disclosures.iter().flat_map(|d| &d.grants) {
            if grant.basis == Basis::Consent {
                used.insert((grant.given_at, grant.grant.consent));
            }
        }
        if used.is_empty() {
            return;
        }
        self.heading(self.words.consents);
        let items = used
            .into_iter()
            .map(|(given_at, id)| (self.words.consent)(&self.day(given_at), &id.to_string()));
        self.blocks.push(Block::Items(items.collect()));
    }

    fn telephones(&mut self) {
        let parties = self.page.disclosures.iter().flat_map(|d| [&d.from, &d.to]);
        let mut lines: Vec<String> = parties
            .map(self.page.party)
            .filter_map(|party| Some((self.words.telephone)(&party.name, party.phone.as_deref()?)))
            .collect();
        lines.sort();
        lines.dedup();
        if !lines.is_empty() {
            self.blocks.push(Block::Items(lines));
        }
    }

    fn name(&self, party: &PartyId) -> String {
        (self.page.party)(party).name
    }

    fn categories(&self, categories: CategorySet) -> Vec<String> {
        categories.iter().map(|c| (self.words.category)(c).to_owned()).collect()
    }

    fn instant(&self, at: Timestamp) -> String {
        moment(self.language, Moment::Instant(at))
    }

    fn day(&self, at: Timestamp) -> String {
        moment(self.language, Moment::Day(time::local_date(at)))
    }

    fn heading(&mut self, words: &str) {
        self.blocks.push(Block::Heading(words.into()));
    }

    fn text(&mut self, words: &str) {
        self.blocks.push(Block::Text(words.into()));
    }
}
