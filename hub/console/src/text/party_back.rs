//! Words of the page that asks before a party is rolled back.

use super::table::table;

table! {
    heading: fn(&str, u64) -> String =
        |who, version| format!("Rull tilbake {who} til versjon {version}?"),
        |who, version| format!("Roll {who} back to version {version}?");
    changes: &'static str = "Dette endres", "Changes";
    no_change: &'static str = "Oppsettet er likt allerede.", "The set-up is the same already.";
    as_new: &'static str =
        "Det gamle oppsettet blir en ny versjon, så ingenting går tapt. Pause og sperre blir som de er.",
        "The old set-up becomes a new version, so nothing is lost. Pause and suspension stay as they are.";
    undone: &'static str = "Dette gjøres om", "Undone changes";
    version: fn(u64) -> String = |n| format!("Versjon {n}"), |n| format!("Version {n}");
    misfit: &'static str = "Versjonen passer ikke lenger", "The version does not fit any longer";
    misfit_next: &'static str =
        "Ingenting er endret. Installer eller sett opp det som mangler, og prøv igjen, eller endre aktøren selv.",
        "Nothing was changed. Install or configure the missing part and try again, or edit the party yourself.";
    edit: &'static str = "Endre aktøren", "Edit the party";
    why: &'static str = "Hvorfor", "Why";
    why_help: &'static str =
        "Begrunnelsen står i loggen og i historikken. Skriv ikke navn på deltakere.",
        "The reason stands in the log and in the history. Do not write names of participants.";
    roll_back: fn(u64) -> String = |n| format!("Rull tilbake til versjon {n}"), |n| format!("Roll back to version {n}");
}
