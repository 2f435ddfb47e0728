//! The findings of a test of the way to a party.

use crate::text::{Said, texts};

texts! {
    /// A finding about a party's endpoint.
    pub enum Endpoint {
        Needs { adapter: String, what: Need } => "the adapter `{adapter}` needs {what}", "adapteren `{adapter}` trenger {what}";
        NotFound { origin: String, error: Said } => "{origin} is not found: {error}", "{origin} blir ikke funnet: {error}";
        Silent { origin: String, error: Said } => "{origin} does not answer: {error}", "{origin} svarer ikke: {error}";
        Answers { origin: String, status: u64 } => "{origin} answers {status}", "{origin} svarer {status}";
        CredentialRefused { origin: String, credential: String } =>
            "{origin} does not take the credential `{credential}`",
            "{origin} godtar ikke legitimasjonen `{credential}`";
        CredentialAsked { origin: String } =>
            "{origin} asks for a credential, and the endpoint names none",
            "{origin} ber om legitimasjon, og endepunktet oppgir ingen";
        Paused => "it is paused; `bindeledd party resume` opens it", "den er satt på pause; `bindeledd party resume` åpner den";
        Suspended =>
            "it is suspended; `bindeledd party unsuspend` lifts that",
            "den er sperret; `bindeledd party unsuspend` opphever det";
        Absent =>
            "it has no endpoint and fetches from its inbox",
            "den har ikke noe endepunkt, og henter fra innboksen sin";
        ByHand =>
            "it has no address: a person takes its deliveries out of its inbox, enters them, and reports that with `bindeledd party entered`",
            "den har ingen adresse: en person tar leveransene ut av innboksen, fører dem inn, og sier fra med `bindeledd party entered`";
        Fetches => "it has no address and fetches from its inbox", "den har ingen adresse, og henter fra innboksen sin";
        NotWritten { kinds: String } =>
            "grants to it cover {kinds}, which its adapter does not write: such messages to it fail (BL-3031)",
            "tillatelser til den dekker {kinds}, som adapteren dens ikke skriver: slike meldinger til den feiler (BL-3031)";
    }
}

texts! {
    /// A value that an adapter needs.
    pub enum Need {
        EndpointHerId =>
            "a HER-id of the endpoint's own (`endpoint.herId`)",
            "en egen HER-id for endepunktet (`endpoint.herId`)";
        EndpointOrgNumber =>
            "the hub's organisation number (`endpoint.orgNumber`)",
            "organisasjonsnummeret til knutepunktet (`endpoint.orgNumber`)";
        PartyHerId => "the party's HER-id (`herId`)", "HER-id-en til aktøren (`herId`)";
        PartyOrgNumber =>
            "the party's organisation number (`orgNumber`)",
            "organisasjonsnummeret til aktøren (`orgNumber`)";
        Unknown { name: String } =>
            "`{name}`, which this hub does not know",
            "`{name}`, som dette knutepunktet ikke kjenner";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_finding_is_in_every_language() {
        check_all(&Endpoint::samples());
        check_all(&Need::samples());
    }
}
