//! Words of the confirmation of grants.

use super::table::table;
use super::terms;
use crate::lang::Lang;

table! {
    consents: &'static str = "Samtykker", "Consents";
    heading: &'static str = "Bekreft på vegne av avsenderen", "Confirm on the sender's behalf";
    lead: fn(&str, &str) -> String =
        |registrar, sender| format!("{registrar} registrerte samtykket. {sender} må bekrefte at de vil sende under det."),
        |registrar, sender| format!("{registrar} registered the consent. {sender} must confirm that they will send under it.");
    lead_word: &'static str =
        "Bekreft bare når du har avsenderens ord, og skriv hvor beviset ligger.",
        "Confirm only with the sender's word, and write where the evidence is kept.";
    waits_since: &'static str = "Venter siden", "Waiting since";
    confirms: &'static str = "Dette bekreftes", "The confirmation";
    also: &'static str = "Venter også, til andre mottakere", "Waiting too, to other receivers";
    may_tell: fn(&str, &str) -> String =
        |from, to| format!("{from} kan fortelle {to}"),
        |from, to| format!("{from} may tell {to}");
    blocked: fn(u64, &str) -> String =
        |n, number| format!("{} er ikke sendt fordi det mangler", terms::messages(n, number, Lang::Bokmal)),
        |n, number| format!("{} not sent because it is missing", terms::messages(n, number, Lang::English));
    blocked_text: &'static str =
        "De sendes ikke av seg selv. Send dem på nytt når du har bekreftet.",
        "They are not sent by themselves. Send them again after you have confirmed.";
    kind: &'static str = "Hva slags bevis har du?", "What kind of evidence do you have?";
    place: &'static str = "Hvor ligger beviset?", "Where is the evidence kept?";
    place_help: &'static str =
        "Skriv saken i arkivet, ikke navn. Eksempel: arkiv 2026/114",
        "Write the case in the archive, and no name. Example: archive 2026/114";
    digest: &'static str = "SHA-256 av filen (kan stå tomt)", "SHA-256 of the file (may be empty)";
    digest_help: &'static str =
        "Da kan noen vise senere at filen er den samme. 64 tegn, slik sha256sum skriver dem.",
        "It can show later that the file is the same. 64 characters, as sha256sum writes them.";
    scope: &'static str = "Hva gjelder avsenderens ord?", "What does the sender's word cover?";
    one: fn(&str) -> String = |to| format!("Bare det som går til {to}"), |to| format!("Only what goes to {to}");
    all: &'static str = "Alt i dette samtykket", "Everything in this consent";
    do_it: &'static str = "Bekreft tillatelsen", "Confirm the grant";
    done: &'static str = "Tillatelsen er bekreftet", "The grant is confirmed";
    done_by: fn(&str) -> String = |who| format!("Bekreftet av {who}"), |who| format!("Confirmed by {who}");
    by_operator: &'static str = "driften på vegne av avsenderen", "the operator on the sender's behalf";
    evidence: &'static str = "Bevis", "Evidence";
    see_blocked: &'static str = "Se meldinger som ikke ble sendt", "See messages that were not sent";
    to_circle: &'static str = "Til kretsen", "To the circle";
}

/// Returns a type of evidence in words; `None` for one that the form does not offer.
pub(crate) fn evidence(kind: &str, lang: Lang) -> Option<&'static str> {
    let (bokmal, english) = match kind {
        "agreement" => ("Avtale", "Agreement"),
        "letter" => ("Brev", "Letter"),
        "e-mail" => ("E-post", "E-mail"),
        "phone-call" => ("Telefonsamtale", "Phone call"),
        "meeting" => ("Møte", "Meeting"),
        _ => return None,
    };
    Some(match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    })
}
