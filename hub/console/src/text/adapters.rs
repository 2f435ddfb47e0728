//! Words of the page of adapters.

use super::table::table;

table! {
    heading: &'static str = "Adaptere", "Adapters";
    none: &'static str =
        "Ingen adaptere er installert. `bindeledd plugin install` installerer en.",
        "No adapter is installed. `bindeledd plugin install` installs one.";
    version: &'static str = "Versjon", "Version";
    contract: &'static str = "Kontrakt", "Contract";
    digest: &'static str = "SHA-256", "SHA-256";
    formats: &'static str = "Formater", "Formats";
    reads: &'static str = "Leser", "Reads";
    writes: &'static str = "Skriver", "Writes";
    nothing: &'static str = "–", "–";
    by_hand: &'static str = "En person fører dokumentet inn for hånd", "A person enters the document by hand";
    used_by: &'static str = "Brukes av", "Used by";
    parties: fn(u64, &str) -> String =
        |n, number| format!("{number} {}", if n == 1 { "aktør" } else { "aktører" }),
        |n, number| format!("{number} {}", if n == 1 { "party" } else { "parties" });
    works: &'static str = "Virker", "Works";
    set_aside: &'static str = "Satt til side", "Set aside";
    since: &'static str = "siden", "since";
    set_aside_text: &'static str =
        "Den feilet for ofte. Meldinger til og fra aktørene venter til den virker igjen.",
        "It failed too often. Messages to and from its parties wait until it works again.";
    reset: &'static str = "La den virke igjen", "Let it work again";
    not_loaded: &'static str =
        "Versjonen i bruk kunne ikke lastes. Meldinger til og fra aktørene venter til en annen versjon er i bruk.",
        "The version in use could not be loaded. Messages to and from its parties wait until another version is in use.";
    versions: &'static str = "Versjoner", "Versions";
    in_use: &'static str = "I bruk", "In use";
    ready: &'static str = "Klar", "Ready";
    waits: &'static str = "Venter på en tillatelse", "Waits for a grant";
    configured: &'static str = "fra oppsettet", "from the configuration";
    installed: &'static str = "Installert", "Installed";
    signed_by: &'static str = "Signert av", "Signed by";
    switched: &'static str = "Byttet", "Switched";
    shadow: &'static str = "Prøves i skyggen", "Tried in the shadow";
    shadow_runs: &'static str = "Går til", "Runs until";
    shadow_over: &'static str = "Er over", "Has ended";
    shadow_counts: fn(&str, &str, &str) -> String =
        |all, different, dropped| format!("{all} sammenlignet, {different} ulike, {dropped} ikke sammenlignet"),
        |all, different, dropped| format!("{all} compared, {different} different, {dropped} not compared");
    use_it: &'static str = "Ta i bruk", "Take into use";
    go_back: &'static str = "Ta tilbake forrige versjon", "Go back to the version before";
    limits: &'static str = "Grenser for ett kall", "Limits of one call";
    limits_text: &'static str =
        "Hvert kall kjører i en egen instans. Et kall som går over en grense, avbrytes.",
        "Each call runs in an instance of its own. A call that goes over a limit is ended.";
    memory: &'static str = "Minne", "Memory";
    fuel: &'static str = "Instruksjoner", "Instructions";
    fuel_text: fn(&str, &str) -> String =
        |fuel, per_byte| format!("{fuel}, og {per_byte} for hver byte inn"),
        |fuel, per_byte| format!("{fuel}, and {per_byte} for each byte of input");
    input: &'static str = "Inn", "Input";
    output: &'static str = "Ut", "Output";
}
