//! Words of the fields of a party that somebody changed.

use super::table::table;

table! {
    name: &'static str = "Navn", "Name";
    label: &'static str = "Navn som andre ser", "Name that others see";
    public_phone: &'static str = "Telefon som andre ser", "Phone that others see";
    kind: &'static str = "Slags aktør", "Kind of party";
    part_of: &'static str = "Enhet av", "Unit of";
    org_number: &'static str = "Organisasjonsnummer", "Organisation number";
    her_id: &'static str = "HER-id", "HER-id";
    person: &'static str = "Behandler", "Health professional";
    phone: &'static str = "Telefon", "Phone";
    handlers: &'static str = "Kontaktpersoner", "Contacts";
    registrar: &'static str = "Registrerer samtykker", "Registers consents";
    trusts: &'static str = "Stoler på registrering fra", "Trusts registrations by";
    notify: &'static str = "E-post om innboksen", "Mail about the inbox";
    adapter: &'static str = "Adapter", "Adapter";
    address: &'static str = "Adresse", "Address";
    credential: &'static str = "Legitimasjon", "Credential";
    setting: fn(&str) -> String = |name| format!("Innstillingen «{name}»"), |name| format!("Setting “{name}”");
    endpoint_her: &'static str = "Hubens HER-id", "The hub's HER-id";
    endpoint_org: &'static str = "Hubens organisasjonsnummer", "The hub's organisation number";
    in_flight: &'static str = "Samtidige sendinger", "Sendings at once";
    timeout: &'static str = "Lengste sending", "Longest sending";
    receipt_within: &'static str = "Kvittering innen", "Receipt within";
    poll: &'static str = "Mellom to blikk i postkassen", "Between two looks into the mailbox";
    yes: &'static str = "ja", "yes";
    no: &'static str = "nei", "no";
    empty: &'static str = "tomt", "empty";
    becomes: &'static str = "til", "to";
    hidden: &'static str = "endret (vises ikke ved et navn som andre ser)", "changed (not shown beside a name that others see)";
}
