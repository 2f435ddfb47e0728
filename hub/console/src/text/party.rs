//! Words of one party's page.

use super::table::table;
use super::terms;
use crate::lang::Lang;

table! {
    parties: &'static str = "Aktører", "Parties";
    her_id: &'static str = "HER-id", "HER-id";
    org_number: &'static str = "Org.nr.", "Org. no.";
    phone: &'static str = "Telefon", "Phone";
    test_now: &'static str = "Test forbindelsen", "Test the connection";
    pause: &'static str = "Sett på pause …", "Pause …";
    resume: &'static str = "Start igjen …", "Resume …";
    suspend: &'static str = "Sperr aktøren …", "Suspend the party …";
    unsuspend: &'static str = "Opphev sperren …", "Lift the suspension …";
    accepting: &'static str = "Tar imot", "Accepting";
    not_accepting: &'static str = "Tar ikke imot", "Not accepting";
    paused: &'static str = "På pause", "Paused";
    suspended: &'static str = "Sperret", "Suspended";
    fetches: &'static str = "Henter selv fra innboksen", "Fetches from its inbox itself";
    not_collecting: &'static str = "Har ikke hentet", "Not collecting";
    since: &'static str = "siden", "since";
    nothing_waits: &'static str = "Ingenting venter.", "Nothing waits.";
    waits: fn(u64, &str) -> String =
        |n, number| format!("{} venter", terms::deliveries(n, number, Lang::Bokmal)),
        |n, number| format!("{} waiting", terms::deliveries(n, number, Lang::English));
    oldest_from: &'static str = "den eldste fra", "the oldest from";
    goes_by_itself: &'static str =
        "De går av seg selv når mottakeren svarer igjen.",
        "They go by themselves when the receiver answers again.";
    goes_on_resume: &'static str = "De går når du starter igjen.", "They go when you resume.";
    goes_on_unsuspend: &'static str = "De går når sperren er opphevet.", "They go when the suspension is lifted.";
    fetched_by_party: &'static str = "De ligger klare til aktøren henter dem.", "They are ready for the party to fetch.";
    next_attempt: &'static str = "Neste forsøk", "Next attempt";
    call: &'static str = "Ring", "Call";
    by: fn(&str) -> String = |who| format!("av {who}"), |who| format!("by {who}");
    until: &'static str = "til", "until";
    see_them: &'static str = "Se dem", "See them";
    send_waiting: fn(u64, &str) -> String =
        |n, number| if n == 1 { "Send den nå …".to_owned() } else { format!("Send de {number} nå …") },
        |n, number| if n == 1 { "Send it now …".to_owned() } else { format!("Send the {number} now …") };
    test: &'static str = "Test av forbindelsen", "Test of the connection";
    never_tested: &'static str =
        "Forbindelsen er ikke testet siden huben startet.",
        "The connection was not tested since the hub started.";
    step_setup: &'static str = "Oppsettet mot adapteren", "The set-up for the adapter";
    step_name: &'static str = "Navnet på adressen", "The name of the address";
    step_tls: &'static str = "Kryptering og sertifikat", "Encryption and certificate";
    step_credential: &'static str = "Innloggingen", "The sign-in";
    step_service: &'static str = "Tjenesten", "The service";
    well: &'static str = "i orden", "well";
    fault: &'static str = "feil", "fault";
    not_tried: &'static str = "ikke prøvd", "not tried";
    fault_ours: &'static str = "Feilen er her i huben.", "The fault is here in the hub.";
    fault_theirs: &'static str = "Feilen er hos mottakeren, ikke her.", "The fault is at the receiver, not here.";
    fault_line: &'static str =
        "Feilen er på linjen dit eller hos mottakeren, ikke her.",
        "The fault is on the line or at the receiver, not here.";
    endpoint: &'static str = "Endepunkt", "Endpoint";
    adapter: &'static str = "Adapter", "Adapter";
    address: &'static str = "Adresse", "Address";
    no_address: &'static str = "ingen: henter fra innboksen", "none: fetches from the inbox";
    endpoint_her_id: &'static str = "Sluttpunktets HER-id", "HER-id of the endpoint";
    credential: &'static str = "Legitimasjon", "Credential";
    receipt_within: &'static str = "Kvittering innen", "Receipt within";
    in_flight: &'static str = "Samtidige sendinger", "Sendings at once";
    registrar: &'static str = "Registrerer samtykker", "Registers consents";
    yes: &'static str = "ja", "yes";
    trusts: &'static str = "Stoler på registrering fra", "Trusts registrations by";
    no_endpoint: &'static str =
        "Aktøren har ikke noe endepunkt. Den kaller huben selv, og henter fra innboksen.",
        "The party has no endpoint. It calls the hub itself, and fetches from its inbox.";
    certificates: &'static str = "Sertifikater", "Certificates";
    ours: &'static str = "vårt", "ours";
    theirs: &'static str = "deres", "theirs";
    expires: &'static str = "går ut", "expires";
    expired: &'static str = "gikk ut", "expired";
    left: fn(i64) -> String =
        |days| if days == 1 { "om 1 dag".to_owned() } else { format!("om {days} dager") },
        |days| if days == 1 { "in 1 day".to_owned() } else { format!("in {days} days") };
    keys: &'static str = "API-nøkler", "API keys";
    no_keys: &'static str = "Aktøren har ingen nøkkel.", "The party has no key.";
    key_added: &'static str = "laget", "made";
    revoke: &'static str = "Trekk tilbake …", "Revoke …";
    revoke_all: &'static str = "Trekk tilbake alle …", "Revoke all …";
    new_key: &'static str = "Ny nøkkel …", "New key …";
    history: &'static str = "Historikk", "History";
    act: &'static str = "Handling", "Act";
    edit: &'static str = "Endre …", "Edit …";
    version: fn(u64) -> String = |n| format!("versjon {n}"), |n| format!("version {n}");
    roll_back: &'static str = "Rull tilbake …", "Roll back …";
    roll_back_to: fn(u64) -> String = |n| format!("til versjon {n}"), |n| format!("to version {n}");
    when: &'static str = "Når", "When";
    what: &'static str = "Hva", "What";
    who: &'static str = "Av", "By";
    edited: &'static str = "Endret", "Changed";
    added: &'static str = "Lagt til", "Added";
    did_roll_back: &'static str = "Rullet tilbake", "Rolled back";
    changed: &'static str = "Lagt til eller endret", "Added or changed";
    did_pause: &'static str = "Satt på pause", "Paused";
    did_resume: &'static str = "Startet igjen", "Resumed";
    did_suspend: &'static str = "Sperret", "Suspended";
    did_unsuspend: &'static str = "Sperren opphevet", "Suspension lifted";
    did_add_key: &'static str = "Ny nøkkel", "New key";
    already: &'static str =
        "Noen var før deg, eller knappen ble trykket to ganger. Ingenting mer er gjort. Slik er det nå:",
        "Somebody was first, or the button was pressed twice. Nothing more was done. This is how it is now:";
    did_revoke: &'static str = "Nøkkel trukket tilbake", "Key revoked";
}
