//! Words of the pages that confirm an act on a party.

use super::table::table;
use super::terms;
use crate::lang::Lang;

table! {
    parties: &'static str = "Aktører", "Parties";
    pause: fn(&str) -> String = |who| format!("Sett {who} på pause?"), |who| format!("Pause {who}?");
    resume: fn(&str) -> String = |who| format!("Start {who} igjen?"), |who| format!("Resume {who}?");
    suspend: fn(&str) -> String = |who| format!("Sperr {who}?"), |who| format!("Suspend {who}?");
    unsuspend: fn(&str) -> String =
        |who| format!("Opphev sperren av {who}?"),
        |who| format!("Lift the suspension of {who}?");
    revoke_key: fn(&str) -> String =
        |who| format!("Trekk tilbake en nøkkel hos {who}?"),
        |who| format!("Revoke a key of {who}?");
    revoke_all: fn(&str) -> String =
        |who| format!("Trekk tilbake alle nøklene hos {who}?"),
        |who| format!("Revoke every key of {who}?");
    new_key: fn(&str) -> String = |who| format!("Ny nøkkel til {who}?"), |who| format!("New key for {who}?");
    consequence: &'static str = "Dette skjer", "Consequence";
    pause_what: &'static str =
        "Huben sender ingenting dit. Nye leveranser venter, og går når noen starter igjen. Aktøren kan fortsatt sende.",
        "The hub sends nothing there. New deliveries wait, and go when somebody resumes. The party may still send.";
    resume_what: &'static str =
        "Alt som venter, sendes nå, det eldste først.",
        "Everything that waits is sent now, the oldest first.";
    suspend_what: &'static str =
        "Huben sender ingenting dit, og godtar ingen nøkkel, intet sertifikat og intet token fra aktøren.",
        "The hub sends nothing there, and accepts no key, certificate or token of the party.";
    unsuspend_what: &'static str =
        "Aktøren kan kalle huben igjen, og alt som venter, sendes nå.",
        "The party may call the hub again, and everything that waits is sent now.";
    revoke_what: &'static str =
        "Systemet som bruker nøkkelen, får ikke kalt huben mer. Det kan ikke gjøres om.",
        "The system that uses the key can not call the hub any more. This can not be undone.";
    revoke_all_what: &'static str =
        "Ingen av aktørens systemer får kalt huben med nøkkel før de får en ny. Det kan ikke gjøres om.",
        "No system of the party can call the hub with a key before it gets a new one. This can not be undone.";
    new_key_what: &'static str =
        "Nøkkelen vises én gang. De gamle gjelder til noen trekker dem tilbake.",
        "The key is shown once. The old ones hold until somebody revokes them.";
    waits: fn(u64, &str) -> String =
        |n, number| format!("{} venter nå.", terms::deliveries(n, number, Lang::Bokmal)),
        |n, number| format!("{} waiting now.", terms::deliveries(n, number, Lang::English));
    has_keys: fn(u64, &str) -> String =
        |n, number| format!("Aktøren har {}.", terms::keys(n, number, Lang::Bokmal)),
        |n, number| format!("The party has {}.", terms::keys(n, number, Lang::English));
    keys_left: fn(u64, &str) -> String =
        |n, number| if n == 0 { "Det er den siste nøkkelen.".to_owned() } else {
            format!("{} blir igjen.", terms::keys(n, number, Lang::Bokmal))
        },
        |n, number| if n == 0 { "It is the last key.".to_owned() } else {
            format!("{} will be left.", terms::keys(n, number, Lang::English))
        };
    made: &'static str = "laget", "made";
    why: &'static str = "Hvorfor", "Why";
    why_help: &'static str =
        "Begrunnelsen står i loggen. Skriv ikke navn på deltakere.",
        "The reason stands in the log. Do not write names of participants.";
    until: &'static str = "Til når", "Until when";
    until_help: &'static str =
        "Pausen går over av seg selv da. La feltet stå tomt hvis noen skal starte igjen selv.",
        "The pause ends by itself then. Leave the field empty if somebody is to resume.";
    do_pause: &'static str = "Sett på pause", "Pause";
    do_resume: &'static str = "Start igjen", "Resume";
    do_suspend: &'static str = "Sperr aktøren", "Suspend the party";
    do_unsuspend: &'static str = "Opphev sperren", "Lift the suspension";
    do_revoke: &'static str = "Trekk tilbake nøkkelen", "Revoke the key";
    do_revoke_all: fn(&str) -> String =
        |n| format!("Trekk tilbake {n} nøkler"),
        |n| format!("Revoke {n} keys");
    do_new_key: &'static str = "Lag en ny nøkkel", "Make a new key";
}
