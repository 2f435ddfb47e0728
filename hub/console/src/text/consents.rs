//! Words of the page of consents, and of the search by identity number.

use super::table::table;

table! {
    heading: &'static str = "Samtykker", "Consents";
    find: &'static str = "Finn en deltaker", "Find a participant";
    reference: &'static str = "Deltakerens pseudonym", "Pseudonym of the participant";
    reference_help: &'static str =
        "Det står på meldingen, på leveransen og i loggen.",
        "It stands on the message, on the delivery and in the log.";
    open: &'static str = "Åpne kretsen", "Open the circle";
    by_number: &'static str = "Finn med fødselsnummer …", "Find by identity number …";
    waiting: &'static str = "Venter på bekreftelse", "Awaiting confirmation";
    waiting_text: &'static str =
        "Avsenderen må bekrefte en tillatelse som en annen registrerte. Til det skjer, sendes ingenting under den.",
        "The sender must confirm a grant that another party registered. Until then nothing is sent under it.";
    none: &'static str =
        "Ingen tillatelse venter. Her kommer de som avsenderen ikke har bekreftet ennå.",
        "No grant waits. Those that the sender has not confirmed yet come here.";
    more: &'static str =
        "Det er flere. Bekreft disse først, så kommer de neste.",
        "There are more. Confirm these first, then the next come.";
    must: fn(&str) -> String = |who| format!("{who} må bekrefte"), |who| format!("{who} must confirm");
    since: &'static str = "Venter siden", "Waiting since";
    not_sent: &'static str = "Ikke sendt", "Not sent";
    act: &'static str = "Handling", "Act";
    confirm: &'static str = "Bekreft …", "Confirm …";
    participant: &'static str = "Deltaker", "Participant";
    from_to: &'static str = "Fra og til", "From and to";
    about: &'static str = "Kan fortelle om", "May tell about";
    registrar: &'static str = "Registrert av", "Registered by";
    person_heading: &'static str = "Finn med fødselsnummer", "Find by identity number";
    person_text: &'static str =
        "Nummeret brukes til dette ene oppslaget. Det vises ikke igjen, står ikke i adressen og lagres ikke. Oppslaget står i loggen med navnet ditt og pseudonymet.",
        "The number is used for this one search. It is not shown again, does not stand in the address, and is not kept. The search stands in the log with your name and the pseudonym.";
    number: &'static str = "Fødselsnummer eller D-nummer", "Identity number or D-number";
    number_help: &'static str = "Elleve sifre.", "Eleven digits.";
    search: &'static str = "Finn deltakeren", "Find the participant";
}
