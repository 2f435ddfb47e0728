//! Words that every page of a participant shares.

use super::meg_table::trio;

trio! {
    skip: &'static str = "Hopp til innholdet", "Hopp til innhaldet", "Skip to content";
    name: &'static str = "Mine samarbeid", "Mine samarbeid", "My cooperation";
    leave: &'static str = "Forlat siden", "Forlat sida", "Leave the page";
    read: &'static str = "Les høyt", "Les høgt", "Read aloud";
    read_stop: &'static str = "Stopp lesingen", "Stopp lesinga", "Stop reading";
    printed: &'static str = "Skrevet ut fra Mine samarbeid", "Skrive ut frå Mine samarbeid", "Printed from My cooperation";
    languages: &'static str = "Språk", "Språk", "Language";
    today: &'static str = "i dag", "i dag", "today";
    yesterday: &'static str = "i går", "i går", "yesterday";
    cancel: &'static str = "Avbryt", "Avbryt", "Cancel";
    phone: &'static str = "telefon", "telefon", "phone";
    safe: &'static str =
        "Å ta tilbake er ikke i seg selv en grunn til å miste plass, penger eller hjelp. Nav kan fortsatt be om det loven gir dem rett til.",
        "Å ta tilbake er ikkje i seg sjølv ein grunn til å miste plass, pengar eller hjelp. Nav kan framleis be om det lova gir dei rett til.",
        "Taking back is in itself no reason to lose your place, money or help. Nav may still ask for what the law gives them a right to.";
}
