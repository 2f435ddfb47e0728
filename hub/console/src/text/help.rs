//! Words of the pages about codes.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) heading: &'static str,
    pub(crate) in_english: &'static str,
    pub(crate) code: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) all: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    heading: "Feilkoder",
    in_english: "Forklaringene er på engelsk, fordi de som lager systemene leser dem også.",
    code: "Kode",
    meaning: "Betyr",
    all: "Alle feilkoder",
};

static ENGLISH: Texts = Texts {
    heading: "Error codes",
    in_english: "",
    code: "Code",
    meaning: "Meaning",
    all: "All error codes",
};
