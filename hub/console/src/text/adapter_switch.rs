//! Words of the page that asks before the version of an adapter in use changes.

use super::table::table;

table! {
    adapters: &'static str = "Adaptere", "Adapters";
    versions: &'static str = "Versjoner", "Versions";
    heading_use: fn(&str, &str) -> String =
        |adapter, version| format!("Ta i bruk {adapter} {version}?"),
        |adapter, version| format!("Take {adapter} {version} into use?");
    heading_back: fn(&str) -> String =
        |adapter| format!("Ta tilbake forrige versjon av {adapter}?"),
        |adapter| format!("Go back to the version of {adapter} before?");
    nothing_before: &'static str =
        "Ingen versjon var i bruk før denne.",
        "No version was in use before this one.";
    from: &'static str = "I bruk nå", "In use now";
    to: &'static str = "Kommer i bruk", "Comes into use";
    none: &'static str = "Ingen", "None";
    how: &'static str =
        "Byttet skjer uten opphold. Kall som er i gang, blir ferdige med den gamle versjonen, og den som skrev en leveranse, leser også svaret på den.",
        "The switch makes no pause. Calls that run end on the old version, and the version that wrote a delivery also reads its answer.";
    grants: &'static str = "Dette blir også tillatt", "This is allowed with it";
    grants_text: &'static str =
        "Versjonen trenger mer enn det som er tillatt før. Kontroller at det stemmer med det leverandøren skriver.",
        "The version needs more than was allowed before. Check that it agrees with what its maker writes.";
    meanwhile: &'static str = "Noen andre byttet først", "Somebody else switched first";
    meanwhile_text: &'static str =
        "Ingenting er endret. Siden viser versjonen som er i bruk nå.",
        "Nothing was changed. The page shows the version that is in use now.";
    why: &'static str = "Hvorfor", "Why";
    why_help: &'static str =
        "Begrunnelsen står i loggen. Skriv ikke navn på deltakere.",
        "The reason stands in the log. Do not write names of participants.";
    act_use: &'static str = "Ta i bruk", "Take into use";
    act_grant: &'static str = "Tillat og ta i bruk", "Allow and take into use";
    act_back: &'static str = "Ta tilbake", "Go back";
}
