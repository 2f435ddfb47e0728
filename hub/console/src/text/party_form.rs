//! Words of the form of a party.

use super::table::table;

table! {
    heading: &'static str = "Ny aktør", "New party";
    edit: fn(&str) -> String = |who| format!("Endre {who}"), |who| format!("Edit {who}");
    others: fn(&str) -> String =
        |who| if who.is_empty() { "Noen endret aktøren mens du skrev".to_owned() } else { format!("{who} endret aktøren mens du skrev") },
        |who| if who.is_empty() { "Somebody changed the party while you typed".to_owned() } else { format!("{who} changed the party while you typed") };
    others_text: &'static str =
        "Ingenting av ditt er lagret ennå, og feltene under er slik du skrev dem. Rett dem etter dette, og lagre på nytt. Da gjelder feltene under.",
        "Nothing of yours is saved yet, and the fields below are as you typed them. Adjust them to this, and save again. Then the fields below hold.";
    more: &'static str =
        "Overordnet enhet og tillit til registratorer står som før. Kommandoen bindeledd party add endrer dem.",
        "Parent organisation and trusted registrars stay as they are. The command bindeledd party add changes them.";
    notify: &'static str = "E-post når noe ligger i innboksen (valgfritt)", "Mail when something is in the inbox (optional)";
    notify_help: &'static str =
        "Bare for en aktør som henter selv. E-posten har ikke noe innhold. Eksempel: post@fontenehuset.example",
        "Only for a party that fetches. The mail has no content. Example: post@fontenehuset.example";
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
    contacts: &'static str = "Kontakter", "Contacts";
    contacts_help: &'static str =
        "Personer hos aktøren som følger opp deltakere, så andre vet hvem de kan ringe. Tøm alle feltene til en person for å fjerne den.",
        "Persons at the party who follow participants up, so that others know whom to call. Empty all fields of a person to remove it.";
    contact: fn(&str) -> String = |n| format!("Kontaktperson {n}"), |n| format!("Contact {n}");
    role: &'static str = "Rolle (valgfritt)", "Role (optional)";
    unit: &'static str = "Enhet (valgfritt)", "Unit (optional)";
    more_contacts: &'static str = "Legg til kontaktpersoner", "Add contacts";
    person: &'static str = "Behandler som dokumenter blir adressert til (valgfritt)", "Health professional to whom documents are addressed (optional)";
    given: &'static str = "Fornavn", "Given name";
    family: &'static str = "Etternavn", "Family name";
    hpr: &'static str = "HPR-nummer (valgfritt)", "HPR number (optional)";
    person_her: &'static str = "HER-id for behandleren (valgfritt)", "HER-id of the professional (optional)";
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
    limits: &'static str = "Grenser", "Limits";
    limits_help: &'static str = "Et tomt felt gir den vanlige grensen.", "An empty field gives the usual limit.";
    in_flight: fn(&str) -> String =
        |usual| format!("Samtidige sendinger (vanligvis {usual})"),
        |usual| format!("Sendings at once (usually {usual})");
    timeout: fn(&str) -> String =
        |usual| format!("Lengste sending, i sekunder (vanligvis {usual})"),
        |usual| format!("Longest sending, in seconds (usually {usual})");
    receipt: fn(&str) -> String =
        |usual| format!("Kvittering innen, i sekunder (vanligvis {usual})"),
        |usual| format!("Receipt within, in seconds (usually {usual})");
    poll: fn(&str) -> String =
        |usual| format!("Sekunder mellom to blikk i postkassen (vanligvis {usual})"),
        |usual| format!("Seconds between two looks into the mailbox (usually {usual})");
    save: &'static str = "Lagre og test", "Save and test";
}
