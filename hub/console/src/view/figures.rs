//! The figures of the first page: deliveries by half hour, the time that they take, and who sends to whom.

use std::collections::BTreeMap;

use askama::Template;
use bindeledd_core::time::local;
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};

use super::charts::{self, Bar, Node, Ribbon, Ribbons};
use crate::icon::Icon;
use crate::markup::{Html, Text};
use crate::text::{common, figures as text};
use crate::write::{Write, hours_minutes};

/// Figures of a day.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Half hours, in order. They begin at a whole hour and end with one.
    pub halves: Vec<Half>,
    /// Weekday of the day, which the day a week before had too.
    pub weekday: Weekday,
    /// Endpoints that fail, and the time since which they do.
    pub outages: Vec<(Text, Timestamp)>,
    /// Time that half of the day's deliveries took at most.
    pub median: Option<SignedDuration>,
    /// Time that 95 of 100 of the day's deliveries took at most.
    pub most: Option<SignedDuration>,
    /// Goal of the latter.
    pub goal: SignedDuration,
    /// Pairs of parties, the largest first.
    pub pairs: Vec<Pair>,
}

/// Figures of half an hour.
#[derive(Debug, Clone, Copy)]
pub struct Half {
    /// Beginning.
    pub begin: Timestamp,
    /// Number of new deliveries; `None` for a half hour to come.
    pub today: Option<u64>,
    /// Number a week before.
    pub before: u64,
    /// Time that half of the deliveries took at most.
    pub median: Option<SignedDuration>,
    /// Time that 95 of 100 of the deliveries took at most.
    pub most: Option<SignedDuration>,
}

/// Deliveries from one party to another.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Id and name of the sender.
    pub from: (String, Text),
    /// Id and name of the receiver.
    pub to: (String, Text),
    /// Number of new deliveries.
    pub sent: u64,
    /// Number of those that no consent covers.
    pub blocked: u64,
    /// Whether the receiver does not take deliveries.
    pub is_failing: bool,
    /// Page of the receiver's messages of the day.
    pub address: String,
    /// Page of the receiver's blocked deliveries of the day.
    pub blocked_address: String,
}

/// Receivers that a narrow screen lists.
const LISTED: usize = 6;

/// A name of the picture with its number.
struct Named {
    name: Text,
    n: u64,
    blocked: u64,
    is_failing: bool,
    place: Node,
}

impl Named {
    const fn class(&self) -> &'static str {
        if self.is_failing { "bad" } else { "" }
    }

    const fn look(&self) -> (&'static str, Icon) {
        match (self.is_failing, self.blocked) {
            (true, _) => ("danger", Icon::LinkBroken),
            (false, 0) => ("success", Icon::CheckmarkCircle),
            (false, _) => ("warning", Icon::CircleSlash),
        }
    }
}

/// A ribbon of the picture.
struct Band<'v> {
    class: &'static str,
    label: String,
    address: &'v str,
    place: Ribbon,
}

/// The picture of the pairs.
struct Picture<'v> {
    height: String,
    left: Vec<Named>,
    right: Vec<Named>,
    bands: Vec<Band<'v>>,
}

#[derive(Template)]
#[template(path = "parts/figures.html")]
struct Part<'v> {
    text: &'static text::Texts,
    write: Write,
    figures: &'v Figures,
    /// Number at the top of the axis of counts, and its bars.
    top: u64,
    bars: Vec<(&'static str, Bar)>,
    before: String,
    /// Top of the axis of times, in milliseconds, and its lines.
    slowest: u64,
    medians: String,
    mosts: String,
    goal: String,
    hours: Vec<String>,
    picture: Picture<'v>,
}

fn millis(span: SignedDuration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(0)
}

impl Half {
    fn until(&self) -> Timestamp {
        self.begin
            .checked_add(SignedDuration::from_mins(30))
            .unwrap_or(self.begin)
    }
}

impl Figures {
    /// Writes the figures.
    pub(crate) fn html(&self, write: Write) -> Html {
        let text = text::of(write.lang);
        let counts = self
            .halves
            .iter()
            .flat_map(|half| [half.today.unwrap_or(0), half.before]);
        let top = charts::top_of_axis(counts.max().unwrap_or(0));
        let times = |of: fn(&Half) -> Option<SignedDuration>| -> Vec<Option<u64>> {
            self.halves.iter().map(|half| of(half).map(millis)).collect()
        };
        let (medians, mosts) = (times(|half| half.median), times(|half| half.most));
        let slowest = mosts.iter().flatten().copied().max().unwrap_or(0);
        let slowest = charts::top_of_axis(slowest.max(millis(self.goal)));
        let before: Vec<_> = self.halves.iter().map(|half| Some(half.before)).collect();
        let page = Part {
            text,
            write,
            figures: self,
            top,
            bars: self.bars(top),
            before: charts::line(&before, top),
            slowest,
            medians: charts::line(&medians, slowest),
            mosts: charts::line(&mosts, slowest),
            goal: charts::height(millis(self.goal), slowest),
            hours: self
                .halves
                .chunks(2)
                .map(|hour| local(hour[0].begin).strftime("%H").to_string())
                .collect(),
            picture: self.picture(write, text),
        };
        Html::trusted(super::written(&page))
    }

    /// Returns the bars with their classes: the half hour of now has a colour of its own.
    fn bars(&self, top: u64) -> Vec<(&'static str, Bar)> {
        let today: Vec<_> = self.halves.iter().map(|half| half.today.unwrap_or(0)).collect();
        let present = self.halves.iter().rposition(|half| half.today.is_some());
        let class = |at| if Some(at) == present { "cur" } else { "" };
        charts::bars(&today, top)
            .into_iter()
            .enumerate()
            .map(|(at, bar)| (class(at), bar))
            .collect()
    }

    fn picture(&self, write: Write, text: &text::Texts) -> Picture<'_> {
        let side = |of: fn(&Pair) -> &(String, Text)| {
            let mut sums: BTreeMap<&str, (u64, &Pair)> = BTreeMap::new();
            for pair in &self.pairs {
                sums.entry(&of(pair).0).or_insert((0, pair)).0 += pair.sent;
            }
            let mut names: Vec<_> = sums.into_iter().collect();
            names.sort_by_key(|(id, (n, _))| (std::cmp::Reverse(*n), *id));
            names.truncate(charts::MOST_NAMES);
            names
        };
        let (senders, receivers) = (side(|pair| &pair.from), side(|pair| &pair.to));
        let place = |names: &[(&str, (u64, &Pair))], id: &str| names.iter().position(|(known, _)| *known == id);
        let mut flows = Vec::new();
        let mut bands = Vec::new();
        for pair in &self.pairs {
            let (Some(from), Some(to)) = (place(&senders, &pair.from.0), place(&receivers, &pair.to.0)) else {
                continue;
            };
            let words = |n: u64, note: &str| {
                let names = format!("{} {} {}", pair.from.1, common::of(write.lang).to, pair.to.1);
                (text.band)(&names, &write.number(n), note)
            };
            let goes = pair.sent.saturating_sub(pair.blocked);
            let (class, note) = if pair.is_failing {
                ("bad", text.does_not_accept)
            } else {
                ("", "")
            };
            for (n, class, note, address) in [
                (goes, class, note, &pair.address),
                (pair.blocked, "stop", text.blocked, &pair.blocked_address),
            ] {
                if n > 0 {
                    flows.push((from, to, n));
                    bands.push((class, words(n, note), address));
                }
            }
        }
        let Ribbons {
            height,
            left,
            right,
            ribbons,
        } = charts::ribbons(senders.len(), receivers.len(), &flows);
        let blocked_to = |id: &str| {
            let to = self.pairs.iter().filter(|pair| pair.to.0 == id);
            to.map(|pair| pair.blocked).sum()
        };
        let left = senders.iter().zip(left).map(|((_, (n, pair)), place)| Named {
            name: pair.from.1.clone(),
            n: *n,
            blocked: 0,
            is_failing: false,
            place,
        });
        let right = receivers.iter().zip(right).map(|((id, (n, pair)), place)| Named {
            name: pair.to.1.clone(),
            n: *n,
            blocked: blocked_to(id),
            is_failing: pair.is_failing,
            place,
        });
        let bands = bands.into_iter().zip(ribbons);
        Picture {
            height,
            left: left.collect(),
            right: right.collect(),
            bands: bands
                .map(|((class, label, address), place)| Band {
                    class,
                    label,
                    address,
                    place,
                })
                .collect(),
        }
    }
}

impl Part<'_> {
    /// Returns the newest half hour that is over.
    fn newest(&self) -> Option<&Half> {
        let mut known = self.figures.halves.iter().rev().filter(|half| half.today.is_some());
        known.nth(1)
    }

    /// Returns the number of the newest half hour that is over.
    fn newest_number(&self) -> String {
        let n = self.newest().and_then(|half| half.today);
        n.map_or_else(|| "–".to_owned(), |n| self.write.number(n))
    }

    /// Returns the words about the newest half hour that is over.
    fn newest_words(&self) -> String {
        let Some(half) = self.newest() else {
            return String::new();
        };
        let (from, until) = (hours_minutes(&local(half.begin)), hours_minutes(&local(half.until())));
        let before = (self.text.week_before)(self.weekday(), &self.write.number(half.before));
        format!("{} {before}", (self.text.newest)(&from, &until))
    }

    fn weekday(&self) -> &'static str {
        (self.text.weekday)(self.figures.weekday)
    }

    fn clock(&self, at: Timestamp) -> String {
        hours_minutes(&local(at))
    }

    fn took(&self, span: Option<SignedDuration>) -> String {
        self.write.took_or_dash(span)
    }

    /// Returns the outages in words.
    fn outages(&self) -> Vec<String> {
        let words =
            |(name, since): &(Text, Timestamp)| (self.text.down_since)(name.as_str(), &hours_minutes(&local(*since)));
        self.figures.outages.iter().map(words).collect()
    }

    /// Returns the left edge and the width of the time since the first outage of the plot.
    fn outage(&self) -> Option<(String, String)> {
        let since = self.figures.outages.iter().map(|(_, since)| *since).min()?;
        let (first, last) = (self.figures.halves.first()?, self.figures.halves.last()?);
        let whole = last.until().duration_since(first.begin).as_secs().max(1);
        let part = since.duration_since(first.begin).as_secs().clamp(0, whole);
        Some(charts::after(u64::try_from(part * 1000 / whole).unwrap_or(0)))
    }

    fn is_within_goal(&self) -> bool {
        self.figures.most.is_none_or(|most| most <= self.figures.goal)
    }

    fn times(&self) -> [String; 5] {
        charts::axis(self.slowest).map(|ms| {
            let ms = i64::try_from(ms).unwrap_or(i64::MAX);
            self.write.took(SignedDuration::from_millis(ms))
        })
    }

    /// Returns the receivers that stand in the list of a narrow screen.
    fn listed(&self) -> &[Named] {
        self.picture.right.get(..LISTED).unwrap_or(&self.picture.right)
    }

    /// Returns the number of the other receivers, and the deliveries to them, in words.
    fn others(&self) -> Option<(String, String)> {
        let others = self.picture.right.get(LISTED..)?;
        let sum = others.iter().map(|named| named.n).sum();
        let words = (self.text.others)(others.len());
        (!others.is_empty()).then(|| (words, (self.text.to_it)(&self.write.number(sum))))
    }

    /// Returns the line under a receiver's name.
    fn line(&self, named: &Named) -> String {
        let failing = named.is_failing.then(|| self.text.does_not_accept.to_owned());
        let blocked = (named.blocked > 0).then(|| (self.text.some_blocked)(&self.write.number(named.blocked)));
        let number = self.write.number(named.n);
        let parts = [Some(number), failing, blocked];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn note(&self, pair: &Pair) -> String {
        let blocked = (pair.blocked > 0).then(|| (self.text.some_blocked)(&self.write.number(pair.blocked)));
        let failing = pair.is_failing.then(|| self.text.does_not_accept.to_owned());
        [failing, blocked].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
