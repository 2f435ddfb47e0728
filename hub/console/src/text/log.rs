//! Words of the audit log's page.

use super::table::table;

table! {
    heading: &'static str = "Logg", "Log";
    rows: &'static str = "Rader", "Rows";
    newer: fn(&str, bool) -> String =
        |n, is_more| match (n, is_more) {
            ("1", _) => "1 ny rad, vis den".to_owned(),
            (n, false) => format!("{n} nye rader, vis dem"),
            (n, true) => format!("{n} nye rader eller flere, vis dem"),
        },
        |n, is_more| match (n, is_more) {
            ("1", _) => "1 new row, show it".to_owned(),
            (n, false) => format!("{n} new rows, show them"),
            (n, true) => format!("{n} new rows or more, show them"),
        };
    filter: &'static str = "Filtrer", "Filter";
    action: &'static str = "Handling", "Act";
    any_action: &'static str = "Alle handlinger", "Every act";
    actor: &'static str = "Hvem", "Who";
    any_actor: &'static str = "Alle", "Everybody";
    persons: &'static str = "Alle personer", "Every person";
    parties: &'static str = "Alle aktører", "Every party";
    party: &'static str = "Aktør", "Party";
    any_party: &'static str = "Alle aktører", "Every party";
    participant: &'static str = "Deltaker (pseudonym)", "Participant (pseudonym)";
    since: &'static str = "Fra og med", "From";
    until: &'static str = "Til og med", "Until";
    day_example: &'static str = "2026-10-06", "2026-10-06";
    show: &'static str = "Vis", "Show";
    left_out: &'static str =
        "Radene som hver melding har (mottatt, reservert, sendes, levert) er utelatt. Velg handlingen for å se dem.",
        "The rows that every message has (accepted, reserved, sending, delivered) are left out. Choose the act to see them.";
    not_understood: fn(&str) -> String =
        |what| format!("Ikke forstått, og ikke brukt: {what}. Du ser alle rader."),
        |what| format!("Not understood, and not used: {what}. You see every row.");
    unknown: fn(&str) -> String = |value| format!("«{value}»"), |value| format!("“{value}”");
    time: &'static str = "Tid", "Time";
    what: &'static str = "Hva", "What";
    thing: &'static str = "Gjelder", "About";
    number: &'static str = "Rad", "Row";
    nothing: &'static str = "Ingen rader passer", "No row fits";
    nothing_text: &'static str =
        "Ta bort et filter, eller velg en lengre tid.", "Drop a filter, or choose a longer time.";
    drop_all: &'static str = "Vis alle rader", "Show every row";
    older: &'static str = "Eldre rader", "Older rows";
    newest: &'static str = "Nyeste rader", "Newest rows";
    pages: &'static str = "Sider", "Pages";
    proof: &'static str = "Bevis", "Proof";
    proof_of: fn(&str) -> String =
        |id| format!("Last ned beviset for leveranse {id}"), |id| format!("Download the proof of delivery {id}");
    reliable: &'static str = "Er loggen hel?", "Is the log whole?";
    reliable_text: &'static str =
        "Hver rad er bundet til alle de andre. Kontrollen regner ut alt på nytt.",
        "Each row is bound to all the others. The check computes everything anew.";
    verify: &'static str = "Kontroller nå", "Verify now";
    running: &'static str = "Kontrolleres nå, siden", "Being verified, since";
    refresh: &'static str = "Oppdater", "Refresh";
    whole: &'static str = "Loggen er hel", "The log is whole";
    differs: &'static str = "Loggen er ikke som den ble skrevet", "The log is not as it was written";
    differs_next: &'static str =
        "La alt stå som det er, og sammenlign med en tidligere eksport. Siden om BL-5011 sier hvordan.",
        "Keep everything as it is, and compare with an earlier export. The page of BL-5011 says how.";
    stopped: &'static str =
        "Kontrollen kunne ikke fullføres. Prøv igjen.", "The check could not be finished. Try again.";
    never: &'static str = "Ikke kontrollert siden Bindeledd startet", "Not verified since the hub started";
    by: &'static str = "av", "by";
    size: &'static str = "Rader", "Rows";
    root: &'static str = "Rot", "Root";
    verified_at: &'static str = "Kontrollert", "Verified";
    checkpoint: &'static str = "Nyeste sjekkpunkt", "Newest checkpoint";
    checkpoint_text: &'static str =
        "Signert av Bindeledd. En som har en kopi, kan vise om loggen senere er skrevet om.",
        "Signed by the hub. Somebody with a copy can show whether the log is rewritten later.";
    download: &'static str = "Last ned sjekkpunktet", "Download the checkpoint";
    no_checkpoint: &'static str =
        "Loggen stemmer ikke med den som ble skrevet, så intet sjekkpunkt signeres.",
        "The log differs from the written one, so no checkpoint is signed.";
    proof_heading: &'static str = "Bevis for en leveranse", "Proof of a delivery";
    proof_text: &'static str =
        "Beviset viser at radene om leveransen står i loggen. Hvem som helst kan kontrollere det.",
        "The proof shows that the rows about the delivery are in the log. Anybody can check it.";
    delivery: &'static str = "Leveransens id", "Id of the delivery";
    proof_get: &'static str = "Last ned beviset", "Download the proof";
    message: &'static str = "melding", "message";
    deliveries: &'static str = "leveranse", "delivery";
    consent: &'static str = "samtykke", "consent";
    alert: &'static str = "varsel", "alert";
    account: &'static str = "konto", "account";
    adapter: &'static str = "adapter", "adapter";
    key: &'static str = "nøkkel", "key";
    code: &'static str = "kode", "code";
    person: &'static str = "deltaker", "participant";
    party_word: &'static str = "aktør", "party";
}
