//! Drift: the alerts, and the acts on them.

use bindeledd_core::alert::{AlertKind, AlertStanding};
use bindeledd_texts::alert as words;
use jiff::Timestamp;

use super::hub::Nav;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{alerts as look, alerts_page as text};

/// The page of the alerts. Its forms post to [`address::alert`] with the act behind it; `close` posts `word`.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Alerts that are listed.
    pub standing: AlertStanding,
    /// Alerts, the newest first.
    pub rows: Vec<Row>,
    /// Address of the older alerts.
    pub older: Option<String>,
    /// Whether the person may act.
    pub may_operate: bool,
    /// Alert whose closing has a fault, with the word as typed.
    pub wrong: Option<(String, String, Errors)>,
}

/// An alert.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: AlertKind,
    /// Time since which it lasts.
    pub since: Timestamp,
    /// Number of times that it was found.
    pub times: u64,
    /// Party that it concerns.
    pub party: Option<Text>,
    /// Telephone number, where somebody has to call that party.
    pub phone: Option<Text>,
    /// Code of the cause.
    pub code: Option<Text>,
    /// Page of the thing that it concerns.
    pub address: Option<String>,
    /// Person or key that took or closed it, and the time. The hub has no name.
    pub by: Option<(Option<Text>, Timestamp)>,
    /// Word of the closing.
    pub word: Option<Text>,
}

impl Row {
    const fn look(&self) -> (&'static str, Icon) {
        look::look(self.kind)
    }

    fn heading(&self, lang: Lang) -> &'static str {
        words::text(self.kind).text(lang)
    }

    fn what_to_do(&self, lang: Lang) -> &'static str {
        words::what_to_do(self.kind).text(lang)
    }

    fn act(&self, act: &str) -> String {
        format!("{}/{act}", address::alert(&self.id))
    }
}

impl View {
    const fn tabs(text: &text::Texts) -> [(AlertStanding, &'static str); 3] {
        [
            (AlertStanding::Open, text.open),
            (AlertStanding::Taken, text.taken),
            (AlertStanding::Closed, text.closed),
        ]
    }

    fn tab(standing: AlertStanding) -> String {
        format!("{}?state={}", address::HUB, standing.code())
    }

    fn is_at(&self, standing: AlertStanding) -> bool {
        self.standing == standing
    }

    /// Returns the word that was typed for an alert.
    fn typed(&self, row: &Row) -> &str {
        match &self.wrong {
            Some((id, word, _)) if *id == row.id => word,
            Some(_) | None => "",
        }
    }

    /// Returns the fault of the word that was typed for an alert.
    fn fault(&self, row: &Row) -> Option<&Text> {
        match &self.wrong {
            Some((id, _, errors)) if *id == row.id => errors.of("word"),
            Some(_) | None => None,
        }
    }
}

page!("alerts.html");
