//! Words of one participant's circle.

use super::table::table;
use super::terms;
use crate::lang::Lang;

table! {
    consents: &'static str = "Samtykker", "Consents";
    heading: &'static str = "Samarbeidskretsen", "The circle";
    withdraw: &'static str = "Trekk på vegne av deltakeren …", "Withdraw on the participant's behalf …";
    valid_until: &'static str = "Gjelder til", "Valid until";
    no_end: &'static str = "Gjelder uten sluttdato", "Valid without an end";
    nothing_holds: &'static str = "Ingen tillatelse gjelder nå", "No grant is in force now";
    purpose: &'static str = "Formål: arbeidsrettet oppfølging", "Purpose: work-oriented follow-up";
    controller: &'static str = "Ansvarlig", "Controller";
    protected: &'static str =
        "Deltakeren har adressesperre. Ingenting sendes om personen, og ingen aktør får vite hvorfor.",
        "The participant's address is protected. Nothing is sent about the person, and no party is told why.";
    differs: &'static str =
        "Samtykkene på disken er ikke de som ble registrert. Ingenting sendes før noen har sett på det.",
        "The consents on disk are not those that were registered. Nothing is sent until somebody has looked.";
    empty: &'static str = "Her er ingen samtykker", "There are no consents here";
    empty_text: &'static str =
        "Deltakeren har ingen samtykker på denne huben, så ingenting om deltakeren sendes.",
        "The participant has no consents in this hub, so nothing about the participant is sent.";
    picture: &'static str = "Hvem kan fortelle hva til hvem", "Who may tell what to whom";
    picture_text: fn(&str, &str) -> String =
        |parties, arrows| format!("{parties} aktører og {arrows} nummererte piler. Tabellen har de samme numrene."),
        |parties, arrows| format!("{parties} parties and {arrows} numbered arrows. The table has the same numbers.");
    too_many: &'static str =
        "Kretsen er for stor til et bilde. Alt står i tabellen.",
        "The circle is too large for a picture. Everything is in the table.";
    consent: &'static str = "samtykke", "consent";
    duty: &'static str = "plikt", "duty";
    gone: &'static str = "gjelder ikke", "not in force";
    grants: &'static str = "Tillatelser", "Grants";
    count: fn(&str, &str) -> String =
        |active, over| format!("{active} gjelder, {over} gjelder ikke"),
        |active, over| format!("{active} in force, {over} not in force");
    no: &'static str = "Nr.", "No.";
    from_to: &'static str = "Fra og til", "From and to";
    about: &'static str = "Kan fortelle om", "May tell about";
    basis: &'static str = "Grunnlag", "Basis";
    confirmed: &'static str = "bekreftet", "confirmed";
    confirmed_by: fn(&str) -> String = |who| format!("bekreftet av {who}"), |who| format!("confirmed by {who}");
    awaits_of: fn(&str) -> String = |who| format!("{who} må bekrefte"), |who| format!("{who} must confirm");
    waits_since: &'static str = "Har ventet siden", "Waiting since";
    not_sent: &'static str = "Ikke sendt fordi det mangler", "Not sent because it is missing";
    confirm: &'static str = "Bekreft på vegne av avsenderen …", "Confirm on the sender's behalf …";
    partly: &'static str = "noe er trukket", "some is withdrawn";
    period_over: &'static str = "Perioden er over", "The period is over";
    period_ahead: &'static str = "Perioden har ikke begynt", "The period has not begun";
    starts: &'static str = "fra", "from";
    try_it: &'static str = "Prøv en avgjørelse", "Try a decision";
    can: &'static str = "Kan", "May";
    tell: &'static str = "fortelle", "tell";
    tell_about: &'static str = "om", "about";
    try_button: &'static str = "Prøv", "Try";
    tried_as: &'static str =
        "Avgjort nå, slik en melding ville blitt. Ingenting er sendt.",
        "Decided now, as a message would be. Nothing was sent.";
    versions: &'static str = "Versjoner og hendelser", "Versions and events";
    registered: fn(&str) -> String =
        |who| format!("Samtykke registrert av {who}"),
        |who| format!("Consent registered by {who}");
    event_confirmed: fn(&str) -> String =
        |number| format!("Tillatelse {number} bekreftet"),
        |number| format!("Grant {number} confirmed");
    event_withdrawn: &'static str = "Samtykket trukket", "Consent withdrawn";
    event_partly: fn(u64, &str) -> String =
        |n, number| format!("{} trukket helt eller delvis", terms::grants(n, number, Lang::Bokmal)),
        |n, number| format!("{} withdrawn, wholly or in part", terms::grants(n, number, Lang::English));
    by_operator: &'static str = "på vegne av avsenderen", "on the sender's behalf";
    text_version: &'static str = "tekst", "text";
    by_participant: &'static str = "gitt av deltakeren", "given by the participant";
    by_guardian: &'static str = "gitt av verge", "given by a guardian";
    evidence: &'static str = "bevis", "evidence";
}
