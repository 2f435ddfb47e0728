//! Private keys that the hub signs with: PEM files, and JWK as identity providers hand them out.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::encoding::without_mark;
use bindeledd_core::json;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair as _, RsaKeyPair,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};

use super::ring_provider;

/// Algorithms that the hub signs with.
const SIGNING: [(&str, Algorithm); 8] = [
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
];

/// An algorithm that the hub signs with or takes, by its name. Never `none`, never one with a shared secret.
#[must_use]
pub(crate) fn algorithm(name: &str) -> Option<Algorithm> {
    SIGNING.iter().find(|(known, _)| *known == name).map(|(_, a)| *a)
}

/// Whether the hub can sign with and take an algorithm of this name.
#[must_use]
pub fn is_signing_algorithm(name: &str) -> bool {
    algorithm(name).is_some()
}

/// Why a key can not be used. Never has any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor JWK.
    #[error("it is neither a private key in PEM (PKCS#8 or RSA) nor a private JWK")]
    Form,
    /// An elliptic-curve key in the old form.
    #[error("it is an EC key in the old SEC1 form; make it PKCS#8 with `openssl pkcs8 -topk8 -nodes`")]
    Sec1,
    /// A curve or a size that is not taken.
    #[error("it is no key on P-256 or P-384 and no RSA key of 2048 bits or more")]
    Kind,
    /// Key and algorithm do not belong together.
    #[error("the algorithm that is set is not one for this key")]
    Algorithm,
}

/// A private key with the algorithm that it signs by.
#[derive(Clone)]
pub(crate) struct SigningKey {
    key: EncodingKey,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?}, …)", self.algorithm)
    }
}

/// What a private JWK has, of those that are taken.
#[derive(Deserialize)]
struct PrivateJwk {
    alg: Option<String>,
    kid: Option<String>,
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

fn jwk(bytes: &[u8]) -> Option<PrivateJwk> {
    let is_json = without_mark(bytes).trim_ascii_start().first() == Some(&b'{');
    is_json.then(|| json::read(bytes).ok()).flatten()
}

/// An elliptic-curve key for an algorithm: PKCS#8, or a JWK's text.
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

/// An RSA key: PKCS#8, PKCS#1, or a JWK's text.
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

impl SigningKey {
    /// Reads a key file: PEM, or a private JWK. `wanted` overrides what the JWK says or the kind of key suggests.
    pub(crate) fn parse(file: &[u8], wanted: Option<&str>, key_id: Option<&str>) -> Result<Self, KeyError> {
        ring_provider::install();
        let wanted = match wanted {
            Some(name) => Some(algorithm(name).ok_or(KeyError::Algorithm)?),
            None => None,
        };
        let (content, of_jwk, kid) = match jwk(file) {
            Some(jwk) => {
                let alg = jwk.alg.as_deref().and_then(algorithm);
                (file.to_vec(), alg, jwk.kid)
            }
            None => match PrivateKeyDer::from_pem_slice(file).map_err(|_| KeyError::Form)? {
                PrivateKeyDer::Pkcs8(der) => (der.secret_pkcs8_der().to_vec(), None, None),
                PrivateKeyDer::Pkcs1(der) => (der.secret_pkcs1_der().to_vec(), None, None),
                PrivateKeyDer::Sec1(_) => return Err(KeyError::Sec1),
                _ => return Err(KeyError::Form),
            },
        };
        let by_kind = [Algorithm::ES256, Algorithm::ES384]
            .into_iter()
            .find(|a| ec_pair(*a, &content).is_some())
            .or_else(|| rsa_pair(&content).map(|_| Algorithm::RS256))
            .ok_or(KeyError::Kind)?;
        let algorithm = wanted.or(of_jwk).unwrap_or(by_kind);
        let fits = match by_kind.family() {
            AlgorithmFamily::Ec => algorithm == by_kind,
            family @ (AlgorithmFamily::Rsa | AlgorithmFamily::Hmac | AlgorithmFamily::Ed) => {
                algorithm.family() == family
            }
        };
        if !fits {
            return Err(KeyError::Algorithm);
        }
        let key = match by_kind.family() {
            AlgorithmFamily::Ec => EncodingKey::from_ec_der(&content),
            AlgorithmFamily::Rsa | AlgorithmFamily::Hmac | AlgorithmFamily::Ed => EncodingKey::from_rsa_der(&content),
        };
        Ok(Self {
            key,
            algorithm,
            key_id: key_id.map(str::to_owned).or(kid),
        })
    }

    /// A signed token of a type, with the key's id where it has one.
    pub(crate) fn sign(&self, typ: &str, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(self.algorithm);
        header.typ = Some(typ.to_owned());
        header.kid.clone_from(&self.key_id);
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }
}

/// Whether a key file can be used with an algorithm, for who checks a configuration.
///
/// # Errors
/// [`KeyError`], which has nothing of the key.
pub fn check_signing_key(file: &[u8], algorithm: Option<&str>) -> Result<(), KeyError> {
    SigningKey::parse(file, algorithm, None).map(|_| ())
}

/// The key that the hub proves possession with (DPoP): made at start, on no disk, shown as a public JWK in each proof.
pub(crate) struct PossessionKey {
    key: EncodingKey,
    public: Jwk,
}

impl fmt::Debug for PossessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PossessionKey(…)")
    }
}

impl PossessionKey {
    pub(crate) fn generate() -> Option<Self> {
        ring_provider::install();
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).ok()?;
        let point = DecodingKey::from_ec_der(pair.public_key().as_ref());
        Some(Self {
            key: EncodingKey::from_ec_der(pkcs8.as_ref()),
            public: Jwk::from_decoding_key(&point, None).ok()?,
        })
    }

    pub(crate) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".into());
        header.jwk = Some(self.public.clone());
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }

    #[cfg(test)]
    pub(crate) fn thumbprint(&self) -> String {
        self.public.thumbprint(ThumbprintHash::SHA256).unwrap()
    }
}

/// The thumbprint of a public key (RFC 7638).
pub(crate) fn thumbprint(key: &Jwk) -> Option<String> {
    ring_provider::install();
    key.thumbprint(ThumbprintHash::SHA256).ok()
}

/// SHA-256 in base64url, as `ath` and `x5t#S256` are written.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}
