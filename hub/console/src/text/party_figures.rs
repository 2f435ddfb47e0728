//! Words of a party's figures.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) backlog: &'static str,
    pub(crate) backlog_label: &'static str,
    pub(crate) nothing_waited: &'static str,
    pub(crate) most_waited: fn(&str, &str) -> String,
    pub(crate) numbers: &'static str,
    pub(crate) from_clock: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) month: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) delivered: &'static str,
    pub(crate) bad: &'static str,
    pub(crate) blocked: &'static str,
    pub(crate) median: &'static str,
    pub(crate) most: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    backlog: "Kø gjennom dagen",
    backlog_label: "Leveranser som ventet, per kvarter",
    nothing_waited: "Ingenting har ventet ved slutten av noe kvarter.",
    most_waited: |n, at| format!("Flest ventet i kvarteret fra {at}: {n}."),
    numbers: "Vis tallene",
    from_clock: "Fra kl.",
    waiting: "Venter",
    month: "Siste 30 dager",
    sent: "Nye leveranser",
    delivered: "Levert",
    bad: "Avvist, utløpt eller feilet",
    blocked: "Ikke sendt: mangler samtykke",
    median: "Halvparten levert på under",
    most: "95 av 100 levert på under",
};

static ENGLISH: Texts = Texts {
    backlog: "Backlog over the day",
    backlog_label: "Deliveries that waited, by quarter of an hour",
    nothing_waited: "Nothing waited at the end of any quarter of an hour.",
    most_waited: |n, at| format!("Most waited in the quarter from {at}: {n}."),
    numbers: "Show the figures",
    from_clock: "From",
    waiting: "Waiting",
    month: "Last 30 days",
    sent: "New deliveries",
    delivered: "Delivered",
    bad: "Refused, expired or failed",
    blocked: "Not sent: no consent",
    median: "Half were delivered within",
    most: "95 of 100 were delivered within",
};
