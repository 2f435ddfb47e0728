//! Client certificates, and the party that each identifies.

use std::path::PathBuf;

use bindeledd_core::{OrgNumber, PartyName};
use bindeledd_texts::problem::{Detail, Next};

use crate::certificate::{Attribute, Shown};
use crate::problem::Problem;

/// A client certificate, and the party that it identifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateClient {
    /// The property by which the certificate is recognised.
    pub known_by: KnownBy,
    /// The party.
    pub party: PartyName,
    /// The file of the authority that must vouch for the certificate, as configured for the server. If absent, any trusted
    /// authority may.
    pub authority: Option<PathBuf>,
}

/// The property by which a certificate is recognised. TLS has accepted the certificate before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// The certificate has this SHA-256 digest.
    Sha256([u8; 32]),
    /// The certificate's subject has this organisation number.
    OrgNumber(OrgNumber),
    /// The certificate's subject has this common name.
    CommonName(String),
}

/// Returns the party of a certificate for which these authorities vouch. An entry that names the certificate by its digest comes
/// first; else all entries count that match the subject.
pub(crate) fn of_certificate<'a>(
    clients: &'a [CertificateClient],
    shown: &Shown,
    vouching: &[PathBuf],
) -> Result<&'a PartyName, Problem> {
    let vouched = |client: &&CertificateClient| client.authority.as_ref().is_none_or(|file| vouching.contains(file));
    let named = clients.iter().filter(vouched);
    let mut by_digest = named
        .clone()
        .filter(|client| client.known_by == KnownBy::Sha256(shown.sha256));
    if let Some(client) = by_digest.next() {
        return Ok(&client.party);
    }
    // A certificate that names two organisations is refused, whatever else it says.
    if shown.org_number == Attribute::Unclear {
        return Err(Problem::ambiguous(Detail::CertificateNumbers, Next::OneNumber));
    }
    let mut fitting = named.filter(|client| match &client.known_by {
        KnownBy::Sha256(_) => false,
        KnownBy::OrgNumber(known) => shown.org_number == Attribute::One(known.as_str().to_owned()),
        KnownBy::CommonName(known) => match &shown.common_name {
            Attribute::One(name) => name.eq_ignore_ascii_case(known),
            Attribute::Nothing | Attribute::Unclear => false,
        },
    });
    let first = fitting.next().ok_or_else(Problem::unknown_certificate)?;
    if fitting.any(|other| other.party != first.party) {
        return Err(Problem::ambiguous(Detail::CertificateClients, Next::OneClient));
    }
    Ok(&first.party)
}
