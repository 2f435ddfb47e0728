//! Reads ring's key pairs from PKCS#8, PKCS#1 or a private JWK.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::encoding::without_mark;
use bindeledd_core::json;
use jsonwebtoken::Algorithm;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, RsaKeyPair,
};
use serde::Deserialize;

/// The fields of a private JWK that the hub reads.
#[derive(Deserialize)]
pub(super) struct PrivateJwk {
    pub(super) alg: Option<String>,
    pub(super) kid: Option<String>,
    d: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
}

fn octets(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?.trim_end_matches('=')).ok()
}

/// Reads a private JWK, if the bytes are JSON.
pub(super) fn jwk(bytes: &[u8]) -> Option<PrivateJwk> {
    let is_json = without_mark(bytes).trim_ascii_start().first() == Some(&b'{');
    is_json.then(|| json::read(bytes).ok()).flatten()
}

/// Reads an elliptic-curve key for an algorithm, from PKCS#8 or a JWK.
pub(super) fn ec_pair(algorithm: Algorithm, bytes: &[u8]) -> Option<EcdsaKeyPair> {
    let curve: &'static EcdsaSigningAlgorithm = match algorithm {
        Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Algorithm::ES384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        _ => return None,
    };
    let random = SystemRandom::new();
    let Some(jwk) = jwk(bytes) else {
        return EcdsaKeyPair::from_pkcs8(curve, bytes, &random).ok();
    };
    let mut point = vec![4];
    point.extend(octets(jwk.x.as_ref())?);
    point.extend(octets(jwk.y.as_ref())?);
    let secret = octets(jwk.d.as_ref())?;
    EcdsaKeyPair::from_private_key_and_public_key(curve, &secret, &point, &random).ok()
}

/// Reads an RSA key, from PKCS#8, PKCS#1 or a JWK.
pub(super) fn rsa_pair(bytes: &[u8]) -> Option<RsaKeyPair> {
    let Some(jwk) = jwk(bytes) else {
        return RsaKeyPair::from_pkcs8(bytes)
            .or_else(|_| RsaKeyPair::from_der(bytes))
            .ok();
    };
    let components = ring::rsa::KeyPairComponents {
        public_key: ring::rsa::PublicKeyComponents {
            n: octets(jwk.n.as_ref())?,
            e: octets(jwk.e.as_ref())?,
        },
        d: octets(jwk.d.as_ref())?,
        p: octets(jwk.p.as_ref())?,
        q: octets(jwk.q.as_ref())?,
        dP: octets(jwk.dp.as_ref())?,
        dQ: octets(jwk.dq.as_ref())?,
        qInv: octets(jwk.qi.as_ref())?,
    };
    RsaKeyPair::from_components(&components).ok()
}
