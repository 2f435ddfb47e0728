//! Words of the list of parties.

use super::table::table;

table! {
    heading: &'static str = "Aktører", "Parties";
    new: &'static str = "Ny aktør", "New party";
    name: &'static str = "Navn eller id", "Name or id";
    kind: &'static str = "Slags aktør", "Kind of party";
    any_kind: &'static str = "Alle slag", "Every kind";
    standing: &'static str = "Tilstand", "State";
    any_standing: &'static str = "Alle", "All";
    show: &'static str = "Vis", "Show";
    filter: &'static str = "Filtrer", "Filter";
    party: &'static str = "Aktør", "Party";
    waiting: &'static str = "Venter", "Waiting";
    oldest: &'static str = "eldste", "oldest";
    since: &'static str = "siden", "since";
    adapter: &'static str = "Adapter", "Adapter";
    empty: &'static str = "Her er det ingen aktører ennå", "There are no parties yet";
    empty_text: &'static str =
        "En aktør er en virksomhet som sender eller får meldinger: tiltaksarrangøren, fastlegen, Nav.",
        "A party is an organisation that sends or gets messages: the provider, the GP practice, Nav.";
    none: fn(&str) -> String =
        |all| format!("Ingen av de {all} aktørene passer med det du leter etter."),
        |all| format!("None of the {all} parties fits what you look for.");
    show_all: &'static str = "Vis alle", "Show all";
    shown: fn(&str, &str) -> String =
        |shown, all| format!("{shown} av {all}"),
        |shown, all| format!("{shown} of {all}");
    older: &'static str = "Vis flere", "Show more";
    not_understood: fn(&str) -> String =
        |what| format!("Filteret «{what}» ble ikke forstått, og er ikke brukt."),
        |what| format!("The filter “{what}” was not understood, and is not used.");
}
