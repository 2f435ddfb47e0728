//! Words of the page about the state of the hub.

use super::table::table;

table! {
    heading: &'static str = "Tilstand", "State";
    store: &'static str = "Lager og logg", "Store and log";
    ready: &'static str = "Kan ta imot", "Can accept";
    ready_text: &'static str = "alt bekreftet er skrevet til disk", "all that is confirmed is on disk";
    away: &'static str = "Lageret kan ikke skrive nå", "The store can not write now";
    away_text: &'static str =
        "Avsendere får beskjed om å prøve igjen. Se i loggen til tjenesten, og på disken.",
        "Senders are told to try again. Look at the service's log, and at the disk.";
    full: &'static str = "Disken er full", "The disk is full";
    full_text: &'static str =
        "Ingenting nytt tas imot, og leveranser venter. Gjør plass på disken til lageret.",
        "Nothing new is accepted, and deliveries wait. Make room on the store's disk.";
    clock_right: &'static str = "Klokken er riktig", "The clock is right";
    clock_wrong: &'static str = "Klokken til maskinen er ikke til å stole på", "The machine's clock can not be trusted";
    clock_wrong_text: &'static str =
        "Ingenting sendes før klokken er rettet eller godtatt.", "Nothing is sent until the clock is right or accepted.";
    log_whole: &'static str = "Loggen er hel", "The log is whole";
    log_rows: fn(&str) -> String = |n| format!("{n} rader"), |n| format!("{n} rows");
    log_differs: &'static str = "Loggen er ikke slik den ble skrevet", "The log is not as it was written";
    log_differs_text: &'static str =
        "Ingenting sendes, og intet sjekkpunkt bevitnes.", "Nothing is sent, and no checkpoint is witnessed.";
    place: &'static str = "Det andre lagringsstedet", "The second place";
    place_text: &'static str =
        "Her ligger det nyeste sjekkpunktet og en liste over tilbaketrekkinger. Slik merkes det om lageret er lagt tilbake fra en eldre kopi.",
        "It holds the newest checkpoint and a list of withdrawals. They show whether the store was restored from an older copy.";
    no_place: &'static str = "Ikke satt opp", "Not set up";
    no_place_text: &'static str =
        "Uten det merkes det ikke om lageret er lagt tilbake fra en eldre kopi. Oppgi en fil i audit.checkpoint_file.",
        "Without it nobody notices that the store was restored from an older copy. Name a file in audit.checkpoint_file.";
    witnessed: &'static str = "Sjekkpunktet er bevitnet", "The checkpoint is witnessed";
    behind: &'static str = "Kan ikke skrives nå", "Can not be written now";
    behind_text: &'static str =
        "Det prøves igjen. Tilbaketrekkinger blir ikke besvart så lenge. Se på disken eller nettressursen.",
        "It is tried again. Withdrawals are not answered meanwhile. Look at the disk or share.";
    halted: &'static str = "Intet sjekkpunkt bevitnes", "No checkpoint is witnessed";
    never: &'static str = "Ikke skrevet ennå", "Not written yet";
    last_written: &'static str = "sist skrevet", "last written";
    apart: &'static str = "Ligger adskilt fra lageret", "Lies apart from the store";
    apart_text: &'static str = "på et annet filsystem", "on another file system";
    beside: &'static str = "Ligger ved siden av lageret", "Lies beside the store";
    same: &'static str = "Ligger på samme filsystem som lageret", "Lies on the store's file system";
    near_text: &'static str =
        "En kopi eller et øyeblikksbilde tar med begge, og da merkes det ikke at noe er lagt tilbake. Velg en annen disk eller maskin.",
        "A backup or a snapshot takes both, and then nobody notices a restore. Choose another disk or machine.";
    unreachable: &'static str = "Svarer ikke", "Does not answer";
    unreachable_text: &'static str = "Se på disken eller nettressursen.", "Look at the disk or share.";
    backup: &'static str = "Sikkerhetskopi", "Backup";
    backup_unknown: &'static str = "Tidspunktet er ikke kjent her", "The time is not known here";
    backup_text: &'static str =
        "Lageret kopieres av driftsverktøyet deres, ikke herfra. Kontroller der når den siste ble tatt, og at den kan legges tilbake.",
        "Your own tools copy the store, and the hub is not told. Check there when the last copy was made, and that it can be restored.";
    backup_what: &'static str =
        "Ta kopien med SQLites egen funksjon, og hovednøkkelen og loggnøkkelen hver for seg.",
        "Make the copy with SQLite's own function, and keep the master key and the log's key apart from it.";
    held: &'static str =
        "Noe holder et gammelt bilde av lageret, kanskje en kopi som henger.",
        "Something holds an old snapshot of the store, perhaps a backup that hangs.";
    targets: &'static str = "Mottakspunkter for varsler", "Targets of alerts";
    no_targets: &'static str =
        "Ingen. Varsler står bare her. Sett opp e-post eller webhook i alert_targets.",
        "None. Alerts stand here only. Set up mail or a webhook in alert_targets.";
    target_all: &'static str = "alle varsler", "all alerts";
    target_now: &'static str = "varsler som ikke kan vente", "alerts that can not wait";
    target_works: &'static str = "ingenting venter", "nothing waits";
    target_waits: fn(&str) -> String = |n| format!("{n} prøves igjen"), |n| format!("{n} are tried again");
    target_given_up: fn(&str) -> String =
        |n| format!("{n} er gitt opp: mottakspunktet avviste dem"), |n| format!("{n} are given up: the target refused them");
    see_alerts: &'static str = "Se varslene", "See the alerts";
    what_to_do: &'static str = "Hva du kan gjøre", "What you can do";
}
