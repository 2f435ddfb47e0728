//! The texts of `bindeledd serve`, `clock` and `key`.

use crate::text::texts;

texts! {
    /// A text about a hub as a whole.
    pub enum Hub {
        // serve
        Ready { url: String } => "bindeledd is ready on {url}", "bindeledd er klar på {url}";
        OperatorOn { url: String } => ", and for the operator on {url}", ", og for driften på {url}";
        PagesOn { url: String } => ", with its pages on {url}", ", med sidene på {url}";
        LookAtLimits => "look at the limits of this user", "se på grensene for denne brukeren";
        NoSignals => "signals can not be taken", "signaler kan ikke tas imot";
        ReportIt => "report it", "meld fra om det";
        TaskEnded =>
            "a task of the engine ended by itself, so the hub stopped",
            "en oppgave i motoren sluttet av seg selv, så knutepunktet stoppet";
        ServerEnded =>
            "the HTTP server ended by itself, so the hub stopped",
            "HTTP-tjeneren sluttet av seg selv, så knutepunktet stoppet";
        StartAgain =>
            "start the hub again, and look at the log above",
            "start knutepunktet på nytt, og se i loggen over";

        // clock
        ClockRight { machine: String } =>
            "the machine's clock is believed: {machine}",
            "klokken på maskinen er godtatt: {machine}";
        ClockWrong { machine: String, hub: String } =>
            "the machine's clock shows {machine}; by the hub's own log and the time since then, it is {hub}\nnothing is released, expired or deleted meanwhile\nnext: set the clock right; or, where it is right, bindeledd clock accept --reason \"…\"",
            "klokken på maskinen viser {machine}; etter knutepunktets egen logg og tiden siden da er den {hub}\ningenting sendes ut, utløper eller slettes imens\nneste steg: still klokken riktig; eller, er den riktig, bindeledd clock accept --reason \"…\"";

        // key
        KeyRing { source: String, masters: Together, wrapping: String } =>
            "the next start reads: {source}\nthe store opens with: {masters}\nwrapping key: number {wrapping}",
            "neste start leser: {source}\nlageret åpnes med: {masters}\npakkenøkkel: nummer {wrapping}";
        KeysLeft { left: String } =>
            "participants' keys to be wrapped anew: {left}, which goes on by itself",
            "deltakernøkler som skal pakkes på nytt: {left}, det går av seg selv";
        NewMasterKey { key: String } => "the new master key is {key}", "den nye hovednøkkelen er {key}";
        CopyKeys { earlier: String } =>
            "copy the new key to where its copies are kept, and {earlier} to where the backups are that only it opens; then `bindeledd key retire`",
            "kopier den nye nøkkelen dit kopiene ligger, og {earlier} dit sikkerhetskopiene ligger som bare den åpner; kjør så `bindeledd key retire`";
    }
}

texts! {
    /// Two things together.
    pub enum Together {
        One { one: String } => "{one}", "{one}";
        And { one: String, other: String } => "{one} and {other}", "{one} og {other}";
    }
}

impl Together {
    /// Joins names.
    #[must_use]
    pub fn of(names: &[&str]) -> Self {
        match names {
            [all @ .., last] if !all.is_empty() => Self::And {
                one: all.join(", "),
                other: (*last).to_owned(),
            },
            names => Self::One { one: names.concat() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_about_a_hub_is_in_every_language() {
        check_all(&Hub::samples());
        check_all(&Together::samples());
    }
}
