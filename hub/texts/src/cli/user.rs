//! The texts of `bindeledd user`, and of the first administrator's link.

use crate::text::texts;

texts! {
    /// A text of `bindeledd user`.
    pub enum User {
        Nobody => "nobody has an account", "ingen har en konto";
        Columns => "login|name|roles|party|state", "brukernavn|navn|roller|aktør|tilstand";
        Roles { roles: String } => "roles: {roles}", "roller: {roles}";
        Party { party: String } => "party: {party}", "aktør: {party}";
        SecondFactor { kind: String } => "second factor: {kind}", "andre faktor: {kind}";
        PasswordSet { at: String } => "password set: {at}", "passord satt: {at}";
        Made { at: String, by: String } => "made: {at} by {by}", "laget: {at} av {by}";
        LinkOnce { until: String } =>
            "this link works once, until {until}, and is not shown again; hand it to the person over a safe way",
            "denne lenken virker én gang, frem til {until}, og vises ikke igjen; gi den til personen på en trygg måte";
        TokenOnce { until: String } =>
            "this token works once, until {until}, and is not shown again; hand it to the person over a safe way",
            "dette merket virker én gang, frem til {until}, og vises ikke igjen; gi det til personen på en trygg måte";
        NoConsole =>
            "this hub serves no console, so that the token opens nothing yet",
            "dette knutepunktet har ingen konsoll, så merket åpner ingenting ennå";
        NoSession => "no session in the last 90 days", "ingen økter de siste 90 dagene";
        SessionColumns => "session|state|signed in|last request", "økt|tilstand|logget inn|siste forespørsel";
        Expired => "expired", "utløpt";
        Ended { count: String } => "{count} ended", "{count} avsluttet";
        FirstAdministrator { until: String, address: String } =>
            "nobody can administer this hub: make the first administrator's account, until {until}, at\n{address}",
            "ingen kan administrere dette knutepunktet: lag kontoen til den første administratoren, frem til {until}, på\n{address}";
    }
}

texts! {
    /// Whether a person can sign in.
    pub enum State {
        Disabled { since: String } => "disabled since {since}", "sperret siden {since}";
        NoPassword => "no password yet", "ikke noe passord ennå";
        Active => "active", "aktiv";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_user_commands_is_in_every_language() {
        check_all(&User::samples());
        check_all(&State::samples());
    }
}
