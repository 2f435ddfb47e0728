//! Problems with signed tokens that are refused.

use axum::http::StatusCode;
use bindeledd_texts::problem::{Detail, Next};

use super::Problem;

/// Reason why a signed token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    Unreadable,
    UnknownIssuer,
    Signature,
    Expired,
    NotYet,
    Audience,
    NobodyKnown,
    Age,
    NoOrigin,
    NoProof,
    NotBound,
    OtherCertificate,
    Proof,
    ProofTime,
    ProofSeen,
}

impl From<TokenFault> for Problem {
    fn from(fault: TokenFault) -> Self {
        let (detail, what_to_do) = match fault {
            TokenFault::Unreadable => (Detail::TokenUnreadable, Next::SendToken),
            TokenFault::UnknownIssuer => (Detail::TokenIssuer, Next::AskIssuers),
            TokenFault::Signature => (Detail::TokenSignature, Next::NewTokenOrForged),
            TokenFault::Expired => (Detail::TokenExpired, Next::NewToken),
            TokenFault::NotYet => (Detail::TokenNotYet, Next::LookAtClocks),
            TokenFault::Audience => (Detail::TokenAudience, Next::RightAudience),
            TokenFault::Age => (Detail::TokenAge, Next::ShorterToken),
            TokenFault::NoOrigin => (Detail::TokenNoOrigin, Next::TellOrigin),
            TokenFault::NobodyKnown => (Detail::TokenNobody, Next::AddParty),
            TokenFault::NoProof => (Detail::TokenNoProof, Next::AsDpop),
            TokenFault::NotBound => (Detail::TokenNotBound, Next::AsBearer),
            TokenFault::OtherCertificate => (Detail::TokenCertificate, Next::SameCertificate),
            TokenFault::Proof => (Detail::TokenProof, Next::ProofForEach),
            TokenFault::ProofTime => (Detail::TokenProofTime, Next::ProofAndClocks),
            TokenFault::ProofSeen => (Detail::TokenProofSeen, Next::ProofNewJti),
        };
        let challenge = match fault {
            TokenFault::NoProof | TokenFault::Proof | TokenFault::ProofTime | TokenFault::ProofSeen => {
                "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 ES384 RS256 PS256\""
            }
            TokenFault::Unreadable
            | TokenFault::UnknownIssuer
            | TokenFault::Signature
            | TokenFault::Expired
            | TokenFault::NotYet
            | TokenFault::Audience
            | TokenFault::NobodyKnown
            | TokenFault::Age
            | TokenFault::NoOrigin
            | TokenFault::NotBound
            | TokenFault::OtherCertificate => "Bearer realm=\"bindeledd\", error=\"invalid_token\"",
        };
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, "BL-1113", detail).what_to_do(what_to_do);
        problem.challenge = challenge;
        problem
    }
}
