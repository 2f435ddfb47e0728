//! Words of the page that shows a new key once.

use super::table::table;

table! {
    heading: &'static str = "Nøkkelen er laget", "The key is made";
    once: &'static str =
        "Den vises bare nå. Kopier den til aktørens system, og gi den aldri videre i e-post.",
        "It is shown only now. Copy it into the party's system, and never pass it on by e-mail.";
    for_party: fn(&str) -> String = |who| format!("Nøkkel til {who}"), |who| format!("Key for {who}");
    public_id: &'static str = "Nøkkelens id i huben", "Id of the key in the hub";
    others: &'static str =
        "De andre nøklene gjelder fortsatt. Trekk dem tilbake når systemet bruker den nye.",
        "The other keys still hold. Revoke them once the system uses the new one.";
    kept: &'static str = "Jeg har lagret nøkkelen", "I have stored the key";
}
