//! Words of the page of alerts.

use super::table::table;

table! {
    heading: &'static str = "Varsler", "Alerts";
    open: &'static str = "Åpne", "Open";
    taken: &'static str = "Tatt", "Taken";
    closed: &'static str = "Lukket", "Closed";
    none: &'static str = "Ingen varsler her.", "No alerts here.";
    newer: fn(u64, bool) -> String =
        |n, is_more| match (n, is_more) {
            (1, _) => "1 nytt varsel, vis det".to_owned(),
            (n, false) => format!("{n} nye varsler, vis dem"),
            (n, true) => format!("{n} nye varsler eller flere, vis dem"),
        },
        |n, is_more| match (n, is_more) {
            (1, _) => "1 new alert, show it".to_owned(),
            (n, false) => format!("{n} new alerts, show them"),
            (n, true) => format!("{n} new alerts or more, show them"),
        };
    since: &'static str = "siden", "since";
    times: fn(u64) -> String = |n| format!("{n} ganger"), |n| format!("{n} times");
    call: &'static str = "Ring", "Call";
    see: &'static str = "Se saken", "See the matter";
    takes_it: &'static str = "tok det", "took it";
    closed_it: &'static str = "lukket det", "closed it";
    by_itself: &'static str = "Lukket av seg selv: årsaken er over", "Closed by itself: the cause is over";
    take: &'static str = "Ta det", "Take it";
    release: &'static str = "Gi det tilbake", "Give it back";
    close: &'static str = "Lukk", "Close";
    word: &'static str = "Hva ble gjort?", "What was done?";
    word_help: &'static str = "En linje, uten navn og nummer.", "One line, without names and numbers.";
    reopen: &'static str = "Åpne igjen", "Open again";
    older: &'static str = "Eldre varsler", "Older alerts";
    pushed: fn(&str) -> String = |target| format!("Sendt til {target}"), |target| format!("Pushed to {target}");
    tried: fn(&str, &str) -> String =
        |target, n| format!("Ikke sendt til {target} ennå: {n} forsøk, sist"),
        |target, n| format!("Not pushed to {target} yet: tried {n} times, last");
    again: &'static str = "prøves igjen", "tried again";
    given_up: fn(&str, &str) -> String =
        |target, n| format!("Ikke sendt til {target}: gitt opp etter {n} forsøk, sist"),
        |target, n| format!("Not pushed to {target}: given up after {n} tries, last");
    answered: fn(u16) -> String = |code| format!("svarte {code}"), |code| format!("answered {code}");
    unreached: &'static str = "kunne ikke nås", "could not be reached";
    push_help: &'static str = "Hva du kan gjøre", "What you can do";
    thresholds: &'static str = "Grensene for varsler", "The limits of alerts";
    thresholds_text: &'static str =
        "De settes i delen alerts i konfigurasjonsfilen, og gjelder fra neste start.",
        "They are set in the section alerts of the configuration file, and hold from the next start.";
    threshold: &'static str = "Hva", "What";
    limit: &'static str = "Grense", "Limit";
    setting: &'static str = "Innstilling", "Setting";
    endpoint_silent: &'static str =
        "Leveranser venter, og aktørens system verken tar imot eller svarer",
        "Deliveries wait, and a party's system neither accepts nor answers";
    inbox_silent: &'static str =
        "Leveranser venter i en postkasse som ingen henter fra", "Deliveries wait in an inbox that nobody collects from";
    with_person: &'static str =
        "En person har tatt en leveranse, og har ikke meldt at den er ført inn",
        "A person took a delivery, and has not reported it as entered";
    repeated_blocks: &'static str =
        "Ikke sendt av samme grunn mellom to aktører på ett døgn",
        "Blocked for one reason between two parties within a day";
    checkpoint_behind: &'static str =
        "Det andre lagringsstedet kan ikke skrives", "The second place can not be written";
    push_again: &'static str =
        "Et varsel som ikke kan vente, sendes igjen når ingen har tatt det",
        "An alert that can not wait is pushed again while nobody takes it";
    duty: &'static str = "Vakttid, da varsler som kan vente blir sendt", "Hours of duty, in which alerts that can wait are pushed";
    keep: &'static str = "Varsler blir stående", "Alerts are kept";
    minutes: fn(&str) -> String = |n| format!("{n} minutter"), |n| format!("{n} minutes");
    hours: fn(&str) -> String = |n| format!("{n} timer"), |n| format!("{n} hours");
    days: fn(&str) -> String = |n| format!("{n} dager"), |n| format!("{n} days");
}
