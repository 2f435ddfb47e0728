//! Words of the page of alerts.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) heading: &'static str,
    pub(crate) open: &'static str,
    pub(crate) taken: &'static str,
    pub(crate) closed: &'static str,
    pub(crate) none: &'static str,
    pub(crate) since: &'static str,
    pub(crate) times: fn(u64) -> String,
    pub(crate) call: &'static str,
    pub(crate) see: &'static str,
    pub(crate) takes_it: &'static str,
    pub(crate) closed_it: &'static str,
    pub(crate) by_itself: &'static str,
    pub(crate) take: &'static str,
    pub(crate) release: &'static str,
    pub(crate) close: &'static str,
    pub(crate) word: &'static str,
    pub(crate) word_help: &'static str,
    pub(crate) reopen: &'static str,
    pub(crate) older: &'static str,
    pub(crate) thresholds: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    heading: "Varsler",
    open: "Åpne",
    taken: "Tatt",
    closed: "Lukket",
    none: "Ingen varsler her.",
    since: "siden",
    times: |n| format!("{n} ganger"),
    call: "Ring",
    see: "Se saken",
    takes_it: "tok det",
    closed_it: "lukket det",
    by_itself: "Lukket av seg selv: årsaken er over",
    take: "Ta det",
    release: "Gi det tilbake",
    close: "Lukk",
    word: "Hva ble gjort?",
    word_help: "En linje, uten navn og nummer.",
    reopen: "Åpne igjen",
    older: "Eldre varsler",
    thresholds: "Grensene for varsler",
};

static ENGLISH: Texts = Texts {
    heading: "Alerts",
    open: "Open",
    taken: "Taken",
    closed: "Closed",
    none: "No alerts here.",
    since: "since",
    times: |n| format!("{n} times"),
    call: "Call",
    see: "See the matter",
    takes_it: "took it",
    closed_it: "closed it",
    by_itself: "Closed by itself: the cause is over",
    take: "Take it",
    release: "Give it back",
    close: "Close",
    word: "What was done?",
    word_help: "One line, without names and numbers.",
    reopen: "Open again",
    older: "Older alerts",
    thresholds: "The limits of alerts",
};
