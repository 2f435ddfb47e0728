//! Words of the form of a new party.

use super::table::table;

table! {
    heading: &'static str = "Ny aktør", "New party";
    about: &'static str = "Om aktøren", "About the party";
    id: &'static str = "Id", "Id";
    id_help: &'static str =
        "Små bokstaver, tall og bindestrek. Id-en kan ikke endres, og står i adresser: den skal ikke røpe en fagretning. Eksempel: nordvik-aft",
        "Lower-case letters, digits and hyphens. The id can not change, and stands in addresses: it must not tell a speciality. Example: nordvik-aft";
    name: &'static str = "Navn", "Name";
    kind: &'static str = "Slags aktør", "Kind of party";
    label: &'static str = "Navn som andre ser (valgfritt)", "Name that others see (optional)";
    label_help: &'static str =
        "Fyll ut hvis navnet røper en sykdom, slik navnet på en psykiatrisk klinikk gjør. Eksempel: Solsiden helse",
        "Fill in if the name tells an illness, as the name of a psychiatric clinic does. Example: Solsiden helse";
    public_phone: &'static str = "Telefon som andre ser (valgfritt)", "Phone that others see (optional)";
    org_number: &'static str = "Organisasjonsnummer (valgfritt)", "Organisation number (optional)";
    org_help: &'static str = "Ni sifre.", "Nine digits.";
    her_id: &'static str = "HER-id (valgfritt)", "HER-id (optional)";
    her_help: &'static str = "Et helt tall, slik det står i Adresseregisteret.", "A whole number, as in the address register.";
    phone: &'static str = "Telefon (valgfritt)", "Phone (optional)";
    registrar: &'static str = "Kan registrere samtykker", "May register consents";
    connection: &'static str = "Forbindelsen", "The connection";
    connection_help: &'static str =
        "La adapteren stå tom hvis aktøren kaller huben selv og henter fra innboksen.",
        "Leave the adapter empty if the party calls the hub itself and fetches from its inbox.";
    adapter: &'static str = "Adapter", "Adapter";
    no_adapter: &'static str = "Ingen", "None";
    address: &'static str = "Adresse (valgfritt)", "Address (optional)";
    address_help: &'static str = "Eksempel: https://meldinger.example.no/inn", "Example: https://messages.example.no/in";
    credential: &'static str = "Legitimasjon (valgfritt)", "Credential (optional)";
    credential_help: &'static str =
        "Navnet på en del [credentials.navn] i konfigurasjonen.",
        "Name of a section [credentials.name] of the configuration.";
    endpoint_her: &'static str = "Hubens HER-id mot dette systemet (valgfritt)", "The hub's HER-id towards this system (optional)";
    endpoint_org: &'static str =
        "Hubens organisasjonsnummer mot dette systemet (valgfritt)",
        "The hub's organisation number towards this system (optional)";
    settings: &'static str = "Innstillinger for adapteren (valgfritt)", "Settings of the adapter (optional)";
    settings_help: &'static str = "Et JSON-objekt etter adapterens skjema. Tomt er {}.", "A JSON object by the adapter's schema. Empty is {}.";
    save: &'static str = "Lagre og test", "Save and test";
}
