//! A consent in an answer: the project's JSON, with a pseudonym in place of the national identity number.

use bindeledd_consent_document::CONSENT_SCHEMA;
use bindeledd_core::confirm::{Confirmation, Confirmer};
use bindeledd_core::consent::{Basis, Consent, ConsentStatus, Evidence, GivenBy, Grant, Period};
use bindeledd_core::{ParticipantRef, PartyId, Purpose, time};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::codes;

/// Consent on file. It differs from Consent: the participant is a pseudonym, and the registrar and confirmations are added.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ConsentAnswer")]
pub(crate) struct ConsentJson<'a> {
    /// Name of the schema: bindeledd/consent/1.
    schema: &'static str,
    /// Id of the consent.
    id: String,
    /// Version of the consent, from 1.
    version: u32,
    /// Participant who gave it, as a pseudonym.
    participant: ParticipantRefJson,
    /// Time at which it was given.
    given_at: String,
    /// Person who gave it.
    given_by: GivenByJson<'a>,
    /// Id of the party that is controller of the processing.
    controller: &'a str,
    /// Id of the party that registered it.
    registrar: &'a str,
    /// Evidence that it was given.
    evidence: EvidenceJson<'a>,
    /// Version of the text that was signed.
    text_version: &'a str,
    /// Period in which it holds.
    period: PeriodJson,
    /// Grants that the caller may see.
    grants: Vec<GrantJson<'a>>,
    /// Confirmations that came after the registration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    confirmations: Vec<ConfirmationJson<'a>>,
    /// Grants that wait for a confirmation, with the ways to get it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<WaitingJson>,
    /// In the answer to a registration: message kinds that the grants cover and that a receiver's adapter can not write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_written: Vec<NotWritten>,
    /// Status: `active` or `withdrawn`.
    status: &'static str,
    /// Time at which it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<String>,
}

/// Participant, by the pseudonym in this hub.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ParticipantRef")]
pub(crate) struct ParticipantRefJson {
    /// Pseudonym of the participant in this hub.
    #[serde(rename = "ref")]
    pseudonym: String,
}

impl ParticipantRefJson {
    pub(crate) fn of(participant: ParticipantRef) -> Self {
        Self {
            pseudonym: participant.to_string(),
        }
    }
}

/// Person who gave a consent.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct GivenByJson<'a> {
    /// Role: `participant` or `guardian`.
    role: &'static str,
    /// Decision that makes the guardian one.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'a str>,
}

/// Evidence of a consent or a confirmation.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct EvidenceJson<'a> {
    /// Type of evidence, such as `signed-form`.
    #[serde(rename = "type")]
    kind: &'a str,
    /// Place where the evidence is kept.
    reference: &'a str,
    /// SHA-256 digest of the evidence, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
}

impl<'a> EvidenceJson<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self {
            kind: &evidence.kind,
            reference: &evidence.reference,
            sha256: evidence.sha256.as_deref(),
        }
    }
}

/// Confirmation of a grant after the consent was registered.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct ConfirmationJson<'a> {
    /// Place of the grant in the list of grants, from 0.
    grant: u16,
    /// Id of the party that confirmed, or `operator`.
    by: &'a str,
    /// Time of the confirmation.
    at: String,
    /// Evidence of the sender's word, where the operator confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceJson<'a>>,
}

impl<'a> ConfirmationJson<'a> {
    fn of((place, confirmation): (u16, &'a Confirmation)) -> Self {
        Self {
            grant: place,
            by: match &confirmation.by {
                Confirmer::Party(party) => party.as_str(),
                Confirmer::Operator => "operator",
            },
            at: time::local_rfc3339(confirmation.at),
            evidence: confirmation.evidence.as_ref().map(EvidenceJson::of),
        }
    }
}

/// Message kinds that grants cover and that a receiver's adapter can not write.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct NotWritten {
    /// Id of the receiver.
    pub(crate) to: String,
    /// Message kinds.
    pub(crate) kinds: Vec<&'static str>,
}

/// The schema of the ways in which a grant can be confirmed.
pub(crate) fn ways(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "enum": ["sender", "registrar", "operator", "trust"] } })
}

/// Grant that waits for a confirmation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct WaitingJson {
    /// Place of the grant in the list of grants, from 0.
    pub(crate) grant: u16,
    /// Id of the sender.
    pub(crate) from: String,
    /// Id of the receiver.
    pub(crate) to: String,
    /// Ways in which it can be confirmed.
    #[schemars(schema_with = "ways")]
    pub(crate) ways: Vec<&'static str>,
    /// Next step for a person.
    pub(crate) what_to_do: String,
}

/// Period of time.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct PeriodJson {
    /// First day, or time from which it holds.
    start: String,
    /// Last day, or time until which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

impl PeriodJson {
    fn of(period: Period) -> Self {
        Self {
            start: period.start.to_string(),
            end: period.end.map(|end| end.to_string()),
        }
    }
}

/// Grant from one party to another.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct GrantJson<'a> {
    #[serde(flatten)]
    agreed: AgreedJson<'a>,
    /// True if the sender has confirmed it, or never had to.
    confirmed: bool,
}

/// Exchange that a grant permits.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct AgreedJson<'a> {
    /// Id of the sender.
    from: &'a str,
    /// Id of the receiver.
    to: &'a str,
    /// Purpose of the exchange.
    #[schemars(extend("enum" = Purpose::ALL.map(Purpose::code)))]
    purpose: &'static str,
    /// Data categories that may be sent.
    #[schemars(schema_with = "codes::categories")]
    categories: Vec<&'static str>,
    /// Legal basis: the consent, or a duty by law with its reference.
    basis: BasisJson<'a>,
    /// Period in which the grant holds, inside the one of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<PeriodJson>,
}

/// Legal basis of a grant.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum BasisJson<'a> {
    /// The participant's consent.
    Consent,
    /// Duty by law.
    Duty(
        /// Reference to the law.
        &'a str,
    ),
}

impl<'a> BasisJson<'a> {
    pub(super) fn of(basis: &'a Basis) -> Self {
        match basis {
            Basis::Consent => Self::Consent,
            Basis::Duty { reference } => Self::Duty(reference),
        }
    }
}

impl<'a> GrantJson<'a> {
    pub(crate) fn of(grant: &'a Grant) -> Self {
        Self {
            agreed: AgreedJson::of(grant),
            confirmed: grant.confirmed,
        }
    }
}

impl<'a> AgreedJson<'a> {
    pub(crate) fn of(grant: &'a Grant) -> Self {
        Self {
            from: grant.from.as_str(),
            to: grant.to.as_str(),
            purpose: grant.purpose.code(),
            categories: grant.categories.codes(),
            basis: BasisJson::of(&grant.basis),
            period: grant.period.map(PeriodJson::of),
        }
    }
}

impl<'a> ConsentJson<'a> {
    /// Returns the part of a consent that `only_for` may see. A party that a grant names sees only the grants that name it; other
    /// grants would reveal which other parties the participant uses. The registrar and the operator see everything (`None`).
    pub(crate) fn of(consent: &'a Consent, only_for: Option<&PartyId>) -> Self {
        Self {
            schema: CONSENT_SCHEMA,
            id: consent.id.to_string(),
            version: consent.version,
            participant: ParticipantRefJson::of(consent.participant),
            given_at: time::local_rfc3339(consent.given_at),
            given_by: match &consent.given_by {
                GivenBy::Participant => GivenByJson {
                    role: "participant",
                    basis: None,
                },
                GivenBy::Guardian { basis } => GivenByJson {
                    role: "guardian",
                    basis: Some(basis),
                },
            },
            controller: consent.controller.as_str(),
            registrar: consent.registrar.as_str(),
            evidence: EvidenceJson::of(&consent.evidence),
            text_version: &consent.text_version,
            period: PeriodJson::of(consent.period),
            grants: shown(consent, only_for).map(GrantJson::of).collect(),
            confirmations: confirmations(consent, only_for).map(ConfirmationJson::of).collect(),
            waiting: Vec::new(),
            not_written: Vec::new(),
            status: match consent.status {
                ConsentStatus::Active => "active",
                ConsentStatus::Withdrawn { .. } => "withdrawn",
            },
            withdrawn_at: match consent.status {
                ConsentStatus::Active => None,
                ConsentStatus::Withdrawn { at } => Some(time::local_rfc3339(at)),
            },
        }
    }
}

impl ConsentJson<'_> {
    /// Adds the grants that wait for a confirmation.
    pub(crate) fn with(self, waiting: Vec<WaitingJson>) -> Self {
        Self { waiting, ..self }
    }

    /// Adds the kinds of message that the receivers' adapters do not write.
    pub(crate) fn warning(self, not_written: Vec<NotWritten>) -> Self {
        Self { not_written, ..self }
    }
}

/// Returns the confirmations of a party's own grants, or all for a caller that sees everything. Each has its grant's position
/// among the grants that are shown.
fn confirmations<'a>(
    consent: &'a Consent,
    only_for: Option<&PartyId>,
) -> impl Iterator<Item = (u16, &'a Confirmation)> {
    let is_own = move |confirmation: &&Confirmation| {
        let grant = consent.grants.get(usize::from(confirmation.grant));
        only_for.is_none_or(|party| grant.is_some_and(|grant| grant.from == *party))
    };
    let own = consent.confirmations.iter().filter(is_own);
    own.map(move |confirmation| (place_shown(consent, only_for, confirmation.grant), confirmation))
}

/// Returns a grant's position among the grants that are shown. Its position among all grants would reveal that there are more.
pub(crate) fn place_shown(consent: &Consent, only_for: Option<&PartyId>, index: u16) -> u16 {
    let before = consent.grants.iter().take(usize::from(index));
    let shown = before.filter(|g| only_for.is_none_or(|party| g.from == *party || g.to == *party));
    u16::try_from(shown.count()).unwrap_or(u16::MAX)
}

fn shown<'a>(consent: &'a Consent, only_for: Option<&PartyId>) -> impl Iterator<Item = &'a Grant> {
    consent
        .grants
        .iter()
        .filter(move |g| only_for.is_none_or(|party| g.from == *party || g.to == *party))
}

/// Returns the grants that a withdrawal does not end, because they rest on a legal duty.
pub(crate) fn remains<'a>(consent: &'a Consent, only_for: Option<&PartyId>) -> Vec<GrantJson<'a>> {
    shown(consent, only_for)
        .filter(|g| matches!(g.basis, Basis::Duty { .. }))
        .map(GrantJson::of)
        .collect()
}
