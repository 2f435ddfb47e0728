//! Problems with signed tokens that are refused.

use axum::http::StatusCode;

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
            TokenFault::Unreadable => (
                "it is neither a key of the hub's nor a signed token that can be read",
                "send the party's key, or a signed token (JWT) with exp, by an algorithm that is taken",
            ),
            TokenFault::UnknownIssuer => (
                "no issuer of that token is known",
                "ask the operator which issuers' tokens are taken",
            ),
            TokenFault::Signature => (
                "none of its issuer's keys signed the token",
                "fetch a new token; if that does not help, its issuer has changed keys in the last half minute, or it is forged",
            ),
            TokenFault::Expired => ("the token has expired", "fetch a new token and send the request again"),
            TokenFault::NotYet => (
                "the token is not good yet",
                "look at the clocks: the hub's and the issuer's are further apart than half a minute",
            ),
            TokenFault::Audience => (
                "the token is for somebody else",
                "ask the issuer for one with the hub's audience; the operator knows it",
            ),
            TokenFault::Age => (
                "the token is good for longer than this hub takes, or does not say since when",
                "fetch one that lasts shorter; it has to say iat and exp, and the operator knows for how long tokens may last",
            ),
            TokenFault::NoOrigin => (
                "the token is bound to a key, and the hub does not know its own address, which a proof has to name",
                "tell the operator: `origin` in the section [issuers.…] is missing; until then come with the party's key",
            ),
            TokenFault::NobodyKnown => (
                "the token is good, and names no party that the hub knows",
                "ask the operator to add the party, or to say which one the token is",
            ),
            TokenFault::NoProof => (
                "the token is bound to a key, and the request shows no proof of it",
                "send the token as `Authorization: DPoP <token>` with one proof in the header `DPoP`",
            ),
            TokenFault::NotBound => (
                "the token is shown as bound to a key, and is not",
                "send it as `Authorization: Bearer <token>`",
            ),
            TokenFault::OtherCertificate => (
                "the token is bound to another certificate than the connection's",
                "call with the certificate that the token was fetched with",
            ),
            TokenFault::Proof => (
                "the proof is not for this request, this token and this key",
                "make a proof for each request: htm, htu without query, ath, iat and a new jti",
            ),
            TokenFault::ProofTime => (
                "the proof is too old, or of the future",
                "make a proof for each request, and look at the clocks",
            ),
            TokenFault::ProofSeen => (
                "the proof was shown before",
                "make a proof with a new jti for each request, repeated ones too",
            ),
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
