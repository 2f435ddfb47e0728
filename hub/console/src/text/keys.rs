//! Words of the page of keys.

use super::table::table;

table! {
    heading: &'static str = "Nøkler", "Keys";
    masters: &'static str = "Hovednøkler", "Master keys";
    masters_text: &'static str =
        "De åpner lageret. Siden viser id-er, aldri en nøkkel.",
        "They open the store. The page shows ids, never a key.";
    newest: &'static str = "nyeste", "newest";
    wrapping: &'static str = "Innpakkingsnøkkel", "Wrapping key";
    version: fn(&str) -> String = |n| format!("versjon {n}"), |n| format!("version {n}");
    to_rewrap: &'static str = "Gjenstår å pakke om", "Left to wrap anew";
    none_left: &'static str = "Ingenting", "Nothing";
    participants: fn(u64, &str) -> String =
        |n, number| format!("{number} {}", if n == 1 { "deltakers nøkkel" } else { "deltakeres nøkler" }),
        |n, number| format!("{number} {}", if n == 1 { "participant's key" } else { "participants' keys" });
    changing: &'static str =
        "Et nøkkelbytte pågår: lageret åpnes med flere hovednøkler. `bindeledd key retire` avslutter det.",
        "A change of keys is under way: the store opens with several master keys. `bindeledd key retire` ends it.";
    api: &'static str = "API-nøkler", "API keys";
    party: &'static str = "Aktør", "Party";
    id: &'static str = "Id", "Id";
    added: &'static str = "Laget", "Made";
    age: &'static str = "Alder", "Age";
    no_keys: &'static str = "Ingen aktør har en API-nøkkel.", "No party has an API key.";
}
