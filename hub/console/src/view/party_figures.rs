//! The figures of a party: what waited for it over the day, and what it got in thirty days.

use askama::Template;
use bindeledd_core::delivery::flow::Flow;
use bindeledd_core::time::local;
use jiff::Timestamp;

use super::charts::{self, Bar};
use crate::markup::Html;
use crate::text::party_figures as text;
use crate::write::{Write, hours_minutes};

/// Figures of a party.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Number of deliveries that waited at the end of each quarter of an hour, in order. The first begins at a whole hour.
    pub backlog: Vec<(Timestamp, u64)>,
    /// Figures of the last thirty days.
    pub month: Flow,
}

#[derive(Template)]
#[template(path = "parts/party_figures.html")]
struct Part<'v> {
    text: &'static text::Texts,
    write: Write,
    figures: &'v Figures,
    top: u64,
    bars: Vec<Bar>,
    hours: Vec<String>,
}

impl Figures {
    /// Writes the figures.
    pub(crate) fn html(&self, write: Write) -> Html {
        let counts: Vec<_> = self.backlog.iter().map(|(_, n)| *n).collect();
        let top = charts::top_of_axis(counts.iter().copied().max().unwrap_or(0));
        let hour = |quarters: &[(Timestamp, u64)]| local(quarters[0].0).strftime("%H").to_string();
        let page = Part {
            text: text::of(write.lang),
            write,
            figures: self,
            top,
            bars: charts::bars(&counts, top),
            hours: self.backlog.chunks(4).map(hour).collect(),
        };
        Html::trusted(super::written(&page))
    }
}

impl Part<'_> {
    /// Returns the largest backlog of the day in words.
    fn most(&self) -> String {
        let most = self
            .figures
            .backlog
            .iter()
            .max_by_key(|(at, n)| (*n, std::cmp::Reverse(*at)));
        match most {
            Some((at, n)) if *n > 0 => (self.text.most_waited)(&self.write.number(*n), &hours_minutes(&local(*at))),
            Some(_) | None => self.text.nothing_waited.to_owned(),
        }
    }

    /// Returns the rows of the table: the changes of the backlog.
    fn rows(&self) -> Vec<(String, String)> {
        let mut before = None;
        let mut rows = Vec::new();
        for (at, n) in &self.figures.backlog {
            if before != Some(*n) {
                rows.push((hours_minutes(&local(*at)), self.write.number(*n)));
            }
            before = Some(*n);
        }
        rows
    }

    fn facts(&self) -> [(&'static str, String); 6] {
        let month = &self.figures.month;
        let number = |n| self.write.number(n);
        let took = |span| self.write.took_or_dash(span);
        [
            (self.text.sent, number(month.sent)),
            (self.text.delivered, number(month.delivered)),
            (self.text.bad, number(month.bad)),
            (self.text.blocked, number(month.blocked)),
            (self.text.median, took(month.latency(500))),
            (self.text.most, took(month.latency(950))),
        ]
    }
}
