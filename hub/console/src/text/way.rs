//! Words about where a delivery stands.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) attempts: fn(u32) -> String,
    pub(crate) attempt: fn(u32) -> String,
    pub(crate) next: &'static str,
    pub(crate) behind: &'static str,
    pub(crate) held: &'static str,
    pub(crate) receipt_by: &'static str,
    pub(crate) person_by: &'static str,
    pub(crate) circle: &'static str,
    pub(crate) key: &'static str,
    pub(crate) participant: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    attempts: |n| format!("{n} forsøk"),
    attempt: |n| format!("{n}. forsøk"),
    next: "neste",
    behind: "bak en tidligere melding i samtalen",
    held: "mottakeren er på pause",
    receipt_by: "fristen er",
    person_by: "fristen er",
    circle: "samarbeidskretsen",
    key: "Operatørnøkkelen",
    participant: "Deltakeren selv",
};

static ENGLISH: Texts = Texts {
    attempts: |n| {
        if n == 1 {
            "1 attempt".to_owned()
        } else {
            format!("{n} attempts")
        }
    },
    attempt: |n| format!("attempt {n}"),
    next: "next",
    behind: "behind an earlier message of the conversation",
    held: "the receiver is paused",
    receipt_by: "due",
    person_by: "due",
    circle: "the circle",
    key: "The operator key",
    participant: "The participant",
};
