//! Words of the pages about users.

use super::table::table;

table! {
    heading: &'static str = "Brukere", "Users";
    new: &'static str = "Ny bruker", "New user";
    name: &'static str = "Navn", "Name";
    login: &'static str = "Brukernavn", "User name";
    login_help: &'static str =
        "3 til 64 av bokstavene a til z, sifre og . _ - @ +", "3 to 64 of the letters a to z, digits and . _ - @ +";
    roles: &'static str = "Roller", "Roles";
    roles_help: &'static str =
        "En konto har roller i konsollen eller i en postkasse, ikke begge deler.",
        "An account has roles of the console or of a mailbox, not both.";
    mail: &'static str = "E-post når noe venter", "Mail when something waits";
    email: &'static str = "E-postadresse", "E-mail address";
    email_optional: &'static str = "E-postadresse (valgfritt)", "E-mail address (optional)";
    email_help: &'static str =
        "For en postkasse: Personen får en e-post uten innhold når noe venter, og kan slå den av selv.",
        "For a mailbox: the person gets a mail without content when something waits, and can switch it off.";
    save_mail: &'static str = "Lagre adressen", "Save the address";
    party: &'static str = "Aktør", "Party";
    party_help: &'static str = "Bare for roller i en postkasse.", "For roles of a mailbox alone.";
    no_party: &'static str = "Ingen", "None";
    state: &'static str = "Tilstand", "State";
    active: &'static str = "Aktiv", "Active";
    blocked: &'static str = "Stengt", "Blocked";
    not_set_up: &'static str = "Har ikke brukt lenken", "Has not used the link";
    since: &'static str = "siden", "since";
    made: &'static str = "Laget", "Made";
    by: &'static str = "av", "by";
    password: &'static str = "Passord", "Password";
    set: &'static str = "Satt", "Set";
    not_set: &'static str = "Ikke satt", "Not set";
    ways: &'static str = "Logger inn med", "Signs in with";
    and_code: fn(&str) -> String =
        |way| format!("{way} og engangskode"),
        |way| format!("{way} and one-time code");
    last: &'static str = "Sist logget inn", "Last sign-in";
    last_none: &'static str = "Ikke de siste 90 dagene", "Not in the last 90 days";
    last_with: fn(&str) -> String = |way| format!("med {way}"), |way| format!("with {way}");
    identities: &'static str = "Identitet hos innloggingstjeneste", "Identity at an issuer";
    factor: &'static str = "Andre faktor", "Second factor";
    factor_is: &'static str = "Engangskode", "One-time code";
    none: &'static str = "Ingen", "None";
    add: &'static str = "Lag kontoen", "Make the account";
    add_text: &'static str =
        "Du får en lenke som virker én gang, i 15 minutter. Personen setter passord og andre faktor med den.",
        "You get a link that works once, for 15 minutes. The person sets a password and a second factor with it.";
    change: &'static str = "Endre roller", "Change roles";
    save: &'static str = "Lagre rollene", "Save the roles";
    sessions: &'static str = "Økter", "Sessions";
    no_sessions: &'static str = "Ingen økter de siste 90 dagene.", "No sessions in the last 90 days.";
    began: &'static str = "Logget inn", "Signed in";
    seen: &'static str = "Sist brukt", "Last used";
    act: &'static str = "Handling", "Act";
    end: &'static str = "Avslutt", "End";
    end_all: &'static str = "Avslutt alle økter", "End every session";
    block: &'static str = "Steng kontoen", "Block the account";
    block_text: &'static str =
        "Alle øktene avsluttes nå, og personen kan ikke logge inn. Kontoen kan åpnes igjen.",
        "Every session ends now, and the person can not sign in. The account can be opened again.";
    unblock: &'static str = "Åpne kontoen", "Open the account";
    reset: &'static str = "Nullstill innloggingen", "Reset the sign-in";
    reset_text: &'static str =
        "Passordet og den andre faktoren fjernes, og alle øktene avsluttes. Du får en ny lenke til personen.",
        "The password and the second factor are removed, and every session ends. You get a new link for the person.";
    link: &'static str = "Lenke til personen", "Link for the person";
    link_text: &'static str =
        "Lenken vises bare nå. Den virker én gang, til", "The link is shown now only. It works once, until";
    link_for: fn(&str) -> String = |name| format!("For {name}"), |name| format!("For {name}");
    link_give: &'static str =
        "Gi den til personen på en trygg måte. Alle som har den, kan bruke den.",
        "Give it to the person in a safe way. Anybody who has it can use it.";
    kept: &'static str = "Jeg har gitt den videre", "I have passed it on";
}
